"""What real identity providers send otherwise than the RFC has it, put right before the library reads it.

Only forms that can mean one thing: truth values as texts, a manager as a bare id, a single value wrapped in a list, a
path with a filter as the key of an object. What becomes of a value that means nothing is decided elsewhere.

Source: Microsoft Learn, "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID" and "Known issues for
provisioning"; Okta, "SCIM 2.0 protocol reference".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

Payload = dict[str, Any]

_TRUTHS: Final = {"true": True, "false": False}
_FLAGS: Final = frozenset({"active", "primary"})
"""The attributes of users that are true or false."""
_SINGLE: Final = frozenset(
    {"active", "username", "externalid", "displayname", "title", "usertype", "nickname", "locale", "timezone"}
    | {"preferredlanguage", "profileurl", "employeenumber", "costcenter", "organization", "division", "department"}
    | {"formatted", "familyname", "givenname", "middlename", "honorificprefix", "honorificsuffix"}
)
"""Attributes that have one value."""
_WHOLE: Final = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
"""In a text of JSON: a backslash itself, and a character that is written in two halves."""
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_QUOTED_FLAG: Final = re.compile(r'\b(primary\s+eq\s+)"(true|false)"', re.IGNORECASE)


def is_of_characters(expression: str) -> bool:
    r"""Whether every text that a filter or a path names consists of characters: half of one cannot be stored or told.

    >>> is_of_characters(r'title eq "\ud83d\ude00"'), is_of_characters(r'title eq "\ud83d"')
    (True, False)
    """
    return _HALF.search(_WHOLE.sub("", expression)) is None


def normalize_resource(payload: object) -> object:
    """A person or a group as it was sent, in the forms of the RFC."""
    if not isinstance(payload, dict):
        return payload
    return {name: _value(name, value) for name, value in cast("Payload", payload).items()}


def normalize_patch(payload: object) -> object:
    """A PATCH as it was sent, in the forms of the RFC."""
    if not isinstance(payload, dict):
        return payload
    told = cast("Payload", payload)
    return {
        name: [each for one in cast("list[object]", value) for each in _operations(one)]
        if name.lower() == "operations" and isinstance(value, list)
        else value
        for name, value in told.items()
    }


def normalize_bulk(payload: object) -> object:
    """A bulk request as it was sent, in the forms of the RFC."""
    if not isinstance(payload, dict):
        return payload
    told = cast("Payload", payload)
    return {
        name: [_bulk_operation(one) for one in cast("list[object]", value)]
        if name.lower() == "operations" and isinstance(value, list)
        else value
        for name, value in told.items()
    }


def _bulk_operation(operation: object) -> object:
    if not isinstance(operation, dict):
        return operation
    told = cast("Payload", operation)
    if "data" not in told:
        return told
    is_patch = str(told.get("method")).upper() == "PATCH"
    return {**told, "data": (normalize_patch if is_patch else normalize_resource)(told["data"])}


def _operations(operation: object) -> Sequence[object]:
    if not isinstance(operation, dict):
        return [operation]
    told = cast("Payload", operation)
    path, value = told.get("path"), told.get("value")
    if isinstance(path, str) and path.strip():
        path = _QUOTED_FLAG.sub(lambda found: found[1] + found[2].lower(), path)
        return [_with_path(told, path, value)]
    if not isinstance(value, dict):
        return [told]
    plain: Payload = {}
    apart: list[object] = []
    for name, each in cast("Payload", value).items():
        if "[" in name:  # The library takes a filter in a path alone.
            apart += _operations({"op": told.get("op"), "path": name, "value": each})
        elif _is_manager(name) and each == "":
            apart.append({"op": "remove", "path": name})
        else:
            plain[name] = _value(name, each)
    rest = {name: each for name, each in told.items() if name != "path"}
    return [*([{**rest, "value": plain}] if plain or not apart else []), *apart]


def _with_path(told: Payload, path: str, value: object) -> Payload:
    is_removal = str(told.get("op")).lower() == "remove"
    if _is_manager(path) and value == "" and not is_removal:
        return {"op": "remove", "path": path}
    if is_removal and isinstance(value, list):
        return {**told, "path": path, "value": [_selected(each) for each in cast("list[object]", value)]}
    if "value" not in told or is_removal:
        return {**told, "path": path}
    return {**told, "path": path, "value": _value(path, value)}


def _selected(entry: object) -> object:
    """Who is meant, by the value alone: Entra sends `"$ref": null` beside it, Okta a name."""
    if not isinstance(entry, dict):
        return entry
    told = cast("Payload", entry)
    return {"value": told["value"]} if "value" in told else told


def _value(name: str, value: object) -> object:
    """A value of an attribute; `name` may be a path."""
    last = re.split(r"[.:]", name)[-1].lower()
    if last in _SINGLE:
        value = _unwrapped(value)
    match value:
        case str() if last in _FLAGS:
            return _TRUTHS.get(value.strip().lower(), value)
        case str() if _is_manager(name):
            return {"value": value}
        case dict():
            return {key: _value(key, each) for key, each in cast("Mapping[str, object]", value).items()}
        case list() if last == "members":
            return [_selected(each) for each in cast("list[object]", value)]
        case list():
            return [_item(each) for each in cast("list[object]", value)]
        case _:
            return value


def _unwrapped(value: object) -> object:
    """The value of a list with nothing but it."""
    if not isinstance(value, list):
        return value
    listed = cast("list[object]", value)
    first = listed[0] if len(listed) == 1 else None
    return cast("Payload", first)["value"] if isinstance(first, dict) and "value" in first else listed


def _item(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: _value(key, each) for key, each in cast("Mapping[str, object]", value).items()}


def _is_manager(name: str) -> bool:
    return name.lower() == "manager" or name.lower().endswith(":manager")
