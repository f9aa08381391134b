"""What could not be read of a push: kept aside and shown, so that it stops nobody's update."""

import json
from typing import Any, Final

LONGEST: Final = 500
"""Characters of a value and of a reason that are kept."""
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
        self._entries[path] = {"value": _short(value), "because": because[:LONGEST]}

    def clear(self, path: str) -> None:
        """What was put aside of this attribute before counts no more: another value could be read."""
        self._read.add(path.casefold())

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


def _short(value: object) -> object:
    """The value itself where it is small, else the beginning of its text."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return value if len(text) <= LONGEST else text[:LONGEST] + "…"
