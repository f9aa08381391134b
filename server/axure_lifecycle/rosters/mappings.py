"""Objects with a header for each cell, from a tool call or from a flat JSON list, as a table."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, cast

from axure_lifecycle.rosters.records import CHUNK, Chunk

_MOST_HEADERS: Final = 200


def headers_of(objects: Iterable[Mapping[str, object]]) -> list[str]:
    """Every header that any of the objects has, in the order of their first appearance."""
    found: dict[str, None] = {}
    for one in objects:
        if len(found) < _MOST_HEADERS:
            found.update(dict.fromkeys(one))
    return list(found)


def read_mappings(headers: list[str], objects: Iterable[Mapping[str, object]]) -> Iterator[Chunk]:
    """The headers as line 0, then each object as the line of its number from 1."""
    yield Chunk([0], [list(headers)])
    left = enumerate(objects, start=1)
    while some := list(islice(left, CHUNK)):
        yield Chunk([line for line, _ in some], [[_cell(one.get(header)) for header in headers] for _, one in some])


def _cell(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case list():
            return ";".join(_cell(entry) for entry in cast("list[object]", value) if isinstance(entry, str))
        case _:
            return ""
