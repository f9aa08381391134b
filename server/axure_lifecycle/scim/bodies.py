"""The body of a request as JSON, whatever stands in one of its values.

A reader of JSON refuses a whole text for one value in it: half of a character, a byte that is no UTF-8, a number of
thousands of digits, brackets within brackets. Here only that value becomes one that no attribute takes, so it is put
aside like any other that cannot be read.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final, cast

from pydantic_core import from_json

DEEPEST: Final = 16
"""Brackets within brackets; a manager of somebody in a bulk request stands within nine."""
NO_TEXT: Final = "it holds what is no character: half of one, a byte that is no UTF-8, or U+0000"
_STRANGE: Final = re.compile("[\0\ud800-\udfff]")
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)
_SHOWN: Final = 200
"""Characters of what stands too deep that are kept."""
_MOST_DIGITS: Final = 300
"""Of a whole number."""


def read_json(body: bytes) -> object:
    r"""The value of a body. Raises `ValueError` where it is no JSON.

    A text that nobody can keep comes as a list in a list, which no attribute takes (`strange_text` tells it again).

    >>> read_json(b'{"title": "Lead"}'), strange_text(read_json(rb'{"title": "\ud83d"}')["title"])
    ({'title': 'Lead'}, '⟨U+D83D⟩')
    """
    try:
        value = from_json(body)
    except ValueError as error:
        try:
            return _read_anyway(body)
        except (ValueError, RecursionError):
            raise error from None
    return _read_anyway(body) if rb"\u0000" in body or _is_deep(value) else value


def strange_text(value: object) -> str | None:
    """A text that nobody can keep, with signs in place of what is no character; None for any other value."""
    match value:
        case [[str() as text]] if _STRANGE.search(text):
            return told(text)
        case _:
            return None


def told(text: str) -> str:
    r"""The text with a sign for each thing that is no character.

    >>> told("Ana \ud83d")
    'Ana ⟨U+D83D⟩'
    """
    return _STRANGE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def _read_anyway(body: bytes) -> object:
    text = _shallow(body.decode("utf-8", "surrogateescape"))
    return _marked(json.loads(text, parse_int=_whole_number, strict=False))


def _shallow(text: str) -> str:
    """The text with the beginning of what stands too deep in place of it."""
    parts: list[str] = []
    depth = kept = begin = 0
    for found in _TOKEN.finditer(text):
        match found[0]:
            case "[" | "{":
                depth += 1
                if depth == DEEPEST + 1:
                    begin = found.start()
            case "]" | "}":
                if depth == DEEPEST + 1:
                    parts += text[kept:begin], json.dumps(text[begin : min(found.end(), begin + _SHOWN)] + "…")
                    kept = found.end()
                depth -= 1
            case _:
                pass
    return "".join([*parts, text[kept:]])


def _is_deep(value: object) -> bool:
    """Whether brackets stand within more than are taken; by levels, because a group may list a hundred thousand."""
    level: list[object] = [value]
    for _ in range(DEEPEST + 1):
        level = [part for whole in level for part in _parts(whole) if isinstance(part, dict | list)]
        if not level:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).values()
    return cast("list[object]", value) if isinstance(value, list) else ()


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def _marked(value: object) -> Any:
    match value:
        case str() if _STRANGE.search(value):
            return [[value]]
        case dict():
            return {told(name): _marked(each) for name, each in cast("dict[str, object]", value).items()}
        case list():
            return [_marked(each) for each in cast("list[object]", value)]
        case _:
            return value
