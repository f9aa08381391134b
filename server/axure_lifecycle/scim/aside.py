"""What could not be read of a push: kept aside and shown, so that it stops nobody's update."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from axure_lifecycle.scim.bodies import strange_text, told

LONGEST: Final = 500
"""Characters of a value and of a reason that are kept."""
LONGEST_PATH: Final = 200
"""Characters of a path that are kept."""
_SENTENCE: Final = re.compile(r" {2}\S")
"""Of such a report: a place stands without an indent, a link for further information with a deeper one."""
MOST: Final = 50
"""Values that are kept of one person or one group; the oldest go first."""


class Aside:
    """What one request brought that could not be read, by the path of the attribute."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[str, Any]] = {}
        self._read: set[str] = set()
        self._is_whole = False

    def put(self, path: str, value: object, because: str) -> None:
        """Keep a value that could not be read."""
        kept = _kept(value)
        if kept is not value and strange_text(value) is None:
            because = f"nothing that can be kept: {because}"
        self._entries[_shown(told(path))] = {"value": _short(kept), "because": told(_in_a_line(because))[:LONGEST]}

    def clear(self, path: str) -> None:
        """What was put aside of this attribute before counts no more: another value could be read."""
        self._read.add(_shown(path).casefold())

    def replace_all(self) -> None:
        """The request says everything: what was put aside before counts no more."""
        self._is_whole = True

    def become(self, other: "Aside | None") -> None:
        """Begin anew with what another one holds, for the next operation of a bulk request."""
        self._entries, self._read, self._is_whole = {} if other is None else other.entries, set(), False

    @property
    def entries(self) -> dict[str, dict[str, Any]]:
        """Path → value and reason."""
        return dict(self._entries)

    def merged(self, was: str) -> dict[str, Any]:
        """What is aside now, where `was` (JSON) was aside before."""
        before: dict[str, Any] = {} if self._is_whole else json.loads(was)
        kept = {path: entry for path, entry in before.items() if not self._is_read(path.casefold())}
        merged = {**kept, **self._entries}
        return dict(list(merged.items())[-MOST:])

    def _is_read(self, path: str) -> bool:
        return any(path == read or path.startswith((f"{read}.", f"{read}[", f"{read}:")) for read in self._read)


def _in_a_line(because: str) -> str:
    """A reason without what was given: of a report of several lines the sentences, each once.

    >>> _in_a_line("1 error for User\\ntitle\\n  Input should be a valid string [type=string_type, input_value=7]")
    'Input should be a valid string'
    """
    sentences = [line.strip().partition(" [type=")[0] for line in because.splitlines()[1:] if _SENTENCE.match(line)]
    return "; ".join(dict.fromkeys(sentences)) or because


def _short(value: object) -> object:
    """The value itself where it is small, else the beginning of its text."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return value if len(text) <= LONGEST else text[:LONGEST] + "…"


def _shown(path: str) -> str:
    """A path, or the beginning of one that no attribute has."""
    return path if len(path) <= LONGEST_PATH else path[: LONGEST_PATH - 1] + "…"


def _kept(value: object) -> object:
    """The value itself; one with names in it where JSON or the store has no word for a part of it: a number of any size
    (`1e999` is read as one), half of a character."""
    match value:
        case float() if not math.isfinite(value):
            return json.dumps(value)
        case dict():
            parts = cast("Mapping[str, object]", value)
            kept = {name: _kept(each) for name, each in parts.items()}
            return kept if any(kept[name] is not each for name, each in parts.items()) else parts
        case list():
            listed = cast("list[object]", value)
            strange = strange_text(listed)
            if strange is not None:
                return strange
            items = [_kept(each) for each in listed]
            return items if any(new is not old for new, old in zip(items, listed, strict=True)) else listed
        case _:
            return value
