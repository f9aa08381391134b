"""Schemas as they are listed: what a model needs to know, in as few tokens and as plain words as it takes.

Every client gives them to its model in every conversation, and some clients know only a part of JSON Schema: so no
references, no titles that repeat a name, and one type for each value wherever that says enough.
"""

from collections.abc import Mapping
from typing import Any, cast


def tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without the titles that pydantic derives from names: tokens that say nothing.

    >>> tidy({"type": "object", "title": "X", "properties": {"title": {"type": "string", "title": "Title"}}})
    {'type': 'object', 'properties': {'title': {'type': 'string'}}}
    """
    tidied: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "title" and isinstance(value, str):
            continue
        if key in ("properties", "$defs"):
            tidied[key] = {name: tidy(inner) for name, inner in value.items()}
        else:
            tidied[key] = _tidy_value(value)
    return tidied


def without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An input schema in which what may be left out is not said to be `null` too; a `null` is still taken.

    Some clients follow no `anyOf`, and every client pays for it in every conversation.

    >>> optional = {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}], "default": None}
    >>> without_null({"properties": {"a": optional}})
    {'properties': {'a': {'type': 'string', 'maxLength': 9}}}
    """

    def lean(part: dict[str, Any]) -> dict[str, Any]:
        either: list[dict[str, Any]] = part.get("anyOf", [])
        if len(either) != 2 or either[1] != {"type": "null"} or part.get("default", 0) is not None:
            return part
        return {**either[0], **_without(part, "anyOf", "default")}

    return {**schema, "properties": {name: lean(part) for name, part in schema.get("properties", {}).items()}}


def outline(schema: dict[str, Any]) -> dict[str, Any]:
    """An output schema that says every field of the answer, and of the objects inside it only which fields they have.

    A client checks every answer against it and gives it to its model in every conversation, so it is short. That an
    answer is whole, every field included, is for us to see to: the SDK checks it against the full model before it is
    sent.

    >>> outline({"properties": {"a": {"items": {"properties": {"b": {"type": "string"}, "c": {}}}}}})
    {'properties': {'a': {'items': {'type': 'object', 'description': 'b, c'}}}}
    """
    definitions: dict[str, dict[str, Any]] = schema.get("$defs", {})

    def resolve(part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        return {**definitions[str(part["$ref"]).removeprefix("#/$defs/")], **_without(part, "$ref")}

    def inner(given: dict[str, Any]) -> dict[str, Any]:
        part = resolve(given)
        either: list[dict[str, Any]] = part.get("anyOf", [])
        if [one.get("type") for one in either[1:]] == ["null"]:
            # Not `"type": ["string", "null"]`: some clients map schemas onto a dialect with one type for each.
            return {**_without(part, "default"), "anyOf": [inner(either[0]), either[1]]}
        if "properties" in part:
            said = given.get("description")
            fields = ", ".join(part["properties"])
            return {"type": "object", "description": f"{said} ({fields})" if said else fields}
        if "items" in part:
            return {**_without(part, "default"), "items": inner(part["items"])}
        return _without(part, "default")

    return {
        **_without(schema, "$defs", "description", "additionalProperties", "required"),
        "properties": {name: inner(part) for name, part in schema["properties"].items()},
    }


def gist(schema: dict[str, Any], told_by: str) -> dict[str, Any]:
    """An output schema of an answer that another tool, `told_by`, describes whole: the plain values that all have.

    Several tools answer with the same case or plan, and a client pays for each description in every conversation.
    What is not named here may be there all the same.

    >>> fields = {"case": {"type": "string"}, "owner": {"anyOf": [{"type": "string"}, {"type": "null"}]}}
    >>> gist({"properties": {**fields, "about": {"type": "string"}}, "required": ["case", "owner"]}, "get_case")
    {'type': 'object', 'description': 'As get_case answers.', 'properties': {'case': {'type': 'string'}}}
    """
    always = {"next", *schema.get("required", ())}
    return {
        "type": "object",
        "description": f"As {told_by} answers.",
        "properties": {
            name: {"type": part["type"]}
            for name, part in schema["properties"].items()
            if name in always and part.get("type") in ("string", "integer", "boolean")
        },
    }


def unrepeated(schema: dict[str, Any]) -> dict[str, Any]:
    """An input schema without the examples that a description gives already.

    >>> described = {"description": "A case, e.g. C-12.", "examples": ["C-12"]}
    >>> unrepeated({"properties": {"case": described}})
    {'properties': {'case': {'description': 'A case, e.g. C-12.'}}}
    """

    def lean(part: dict[str, Any]) -> dict[str, Any]:
        told = str(part.get("description", ""))
        is_repeated = all(str(example) in told for example in part.get("examples", ()))
        return _without(part, "examples") if is_repeated else part

    return {**schema, "properties": {name: lean(part) for name, part in schema.get("properties", {}).items()}}


def _without(part: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key not in keys}


def _tidy_value(value: object) -> object:
    match value:
        case dict():
            return tidy(cast("dict[str, Any]", value))
        case list():
            return [_tidy_value(item) for item in cast("list[object]", value)]
        case _:
            return value
