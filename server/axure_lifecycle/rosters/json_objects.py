"""JSON lists of objects, one object at a time, so that a directory of a million people needs little memory."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, TextIO, cast

from axure_lifecycle.domain.text import shown
from axure_lifecycle.rosters.refusals import RosterIncomplete, RosterUnreadable

JsonObject = Mapping[str, object]

LONGEST_OBJECT: Final = 1 << 20
"""Characters of one object; a person needs far less."""
_BLOCK: Final = 1 << 18
_BLANKS: Final = re.compile(r"[ \t\r\n]+")
_NEXT_PAGE: Final = frozenset({"@odata.nextLink", "nextLink", "nextPageToken"})
_LISTS: Final = frozenset({"value", "users", "members", "rows", "items"})
_REMEDY: Final = "Save the whole answer again, as one JSON list of objects."


class _Text:
    """A JSON text that is read block by block."""

    def __init__(self, text: TextIO, name: str) -> None:
        self._text, self._name = text, name
        self._buffer = ""
        self._at = 0
        self._is_ended = False
        self._decode = json.JSONDecoder().raw_decode

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            blank = _BLANKS.match(self._buffer, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._read_more():
                return ""

    def expect(self, characters: str) -> str:
        """Take one of these characters. Raises RosterUnreadable when something else comes."""
        found = self.peek()
        if not found or found not in characters:
            raise self.unreadable(f"“{found}”" if found else "the end of the text")
        self._at += 1
        return found

    def value(self) -> object:
        """Take one whole value. Raises RosterUnreadable."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if len(self._buffer) - self._at > LONGEST_OBJECT or not self._read_more():
                    raise self.unreadable(shown(error.msg)) from error
                continue
            except (ValueError, RecursionError) as error:
                raise self.unreadable("a number or a nesting that nobody needs") from error
            # A number at the end of a block may go on in the next one.
            if end < len(self._buffer) or not self._read_more():
                self._at = end
                return cast("object", value)

    def unreadable(self, found: str) -> RosterUnreadable:
        """The refusal for a text that breaks off or breaks the rules."""
        return RosterUnreadable(self._name, f"its JSON is broken (found {found})", _REMEDY)

    def _read_more(self) -> bool:
        if self._is_ended:
            return False
        block = self._text.read(_BLOCK)
        self._is_ended = not block
        self._buffer, self._at = self._buffer[self._at :] + block, 0
        return bool(block)


def read_objects(text: TextIO, name: str) -> Iterator[JsonObject]:
    """The objects of a list, or of the list under `value`.

    Raises RosterUnreadable for broken JSON and RosterIncomplete when the answer names a next page, even behind the
    list.
    """
    source = _Text(text, name)
    if source.peek() == "{":
        yield from _read_envelope(source, name)
    else:
        yield from _read_list(source)
    if left := source.peek():
        raise source.unreadable(f"“{shown(left)}” behind the list")


def _read_envelope(source: _Text, name: str) -> Iterator[JsonObject]:
    source.expect("{")
    has_list = False
    while source.peek() != "}":
        key = source.value()
        if not isinstance(key, str):
            raise source.unreadable("a key that is no string")
        source.expect(":")
        if key in _LISTS and source.peek() == "[" and not has_list:
            has_list = True
            yield from _read_list(source)
        else:
            value = source.value()
            if key in _NEXT_PAGE and value:
                raise RosterIncomplete(name, f"`{key}`")
        if source.expect(",}") == "}":
            break
    else:
        source.expect("}")
    if not has_list:
        raise RosterUnreadable(name, "it is one JSON object without a list named `value`", _REMEDY)


def _read_list(source: _Text) -> Iterator[JsonObject]:
    source.expect("[")
    if source.peek() == "]":
        source.expect("]")
        return
    while True:
        value = source.value()
        if not isinstance(value, dict):
            raise source.unreadable("an entry that is no object")
        yield cast("JsonObject", value)
        if source.expect(",]") == "]":
            return
