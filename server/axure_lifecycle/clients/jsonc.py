"""JSON as editors keep it – with comments and trailing commas – and how to add to it without touching the rest.

A change is a list of insertions and replacements in the text as it stands, so whatever is not changed stays to the
letter: comments, order, indentation, line ends. Only comments and trailing commas are more than JSON has (RFC 8259).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

_DEEPEST: Final = 100
_BLANK: Final = " \t\r\n"
_LITERAL: Final = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')


class Malformed(Exception):
    """The text is no JSON, even with comments: what was expected, and where (line and column, from 1)."""

    def __init__(self, text: str, place: int, expected: str) -> None:
        self.line = text.count("\n", 0, place) + 1
        self.column = place - (text.rfind("\n", 0, place) + 1) + 1
        self.expected = expected
        super().__init__(f"line {self.line}, column {self.column}: expected {expected}")


class Unfit(Exception):
    """The document says something else where an object is needed; the path to it."""


@dataclass(slots=True)
class Node:
    """A value and where it stands: from `start` up to `end`."""

    start: int
    value: Any
    """As `json` reads it."""
    end: int = 0
    members: "list[Member] | None" = None
    """Of an object, in their order; None of anything else."""
    last: int = 0
    """Of an object: where its last part before the closing brace ends, comments and commas included."""
    is_comma_last: bool = False
    """Of an object: whether a comma stands behind its last member."""


@dataclass(frozen=True, slots=True)
class Member:
    """A key and its value."""

    key: str
    start: int
    node: Node


@dataclass(slots=True)
class _Parser:
    text: str
    place: int = 0
    after_comment: int = field(default=0)
    """Where the last comment ended."""

    def document(self) -> Node | None:
        """The one value of the text; None where it holds nothing but blanks and comments."""
        self.skip()
        if self.place == len(self.text):
            return None
        node = self.value(0)
        self.skip()
        if self.place < len(self.text):
            raise Malformed(self.text, self.place, "the end")
        return node

    def skip(self) -> None:
        """Go over blanks and comments."""
        text = self.text
        while self.place < len(text):
            if text[self.place] in _BLANK:
                self.place += 1
            elif text.startswith("//", self.place):
                ends = [found for end in "\r\n" if (found := text.find(end, self.place)) >= 0]
                self.place = self.after_comment = min(ends, default=len(text))
            elif text.startswith("/*", self.place):
                end = text.find("*/", self.place + 2)
                if end < 0:
                    raise Malformed(text, self.place, "the end of this comment")
                self.place = self.after_comment = end + 2
            else:
                return

    def takes(self, sign: str) -> bool:
        """Whether the sign stands here; then it is gone over."""
        if self.text.startswith(sign, self.place):
            self.place += len(sign)
            return True
        return False

    def value(self, depth: int) -> Node:
        """The value that begins here."""
        if depth > _DEEPEST:
            raise Malformed(self.text, self.place, f"at most {_DEEPEST} levels")
        start = self.place
        if self.takes("{"):
            return self.object(start, depth)
        if self.takes("["):
            return self.array(start, depth)
        found = _STRING.match(self.text, start) or _LITERAL.match(self.text, start)
        if found is None:
            raise Malformed(self.text, start, "a value")
        self.place = found.end()
        return Node(start, json.loads(found[0]), self.place)

    def object(self, start: int, depth: int) -> Node:
        """The rest of an object."""
        node = Node(start, {}, members=[], last=self.place)
        while True:
            self.skip()
            node.last = max(node.last, self.after_comment)
            if self.takes("}"):
                node.end = self.place
                return node
            if node.members and not node.is_comma_last:
                raise Malformed(self.text, self.place, "a comma or }")
            found = _STRING.match(self.text, self.place)
            if found is None:
                raise Malformed(self.text, self.place, "a key in quotes or }")
            key_start, self.place = self.place, found.end()
            self.skip()
            if not self.takes(":"):
                raise Malformed(self.text, self.place, "a colon")
            self.skip()
            held = self.value(depth + 1)
            key = json.loads(found[0])
            assert node.members is not None
            node.members.append(Member(key, key_start, held))
            node.value[key] = held.value
            self.skip()
            node.is_comma_last = self.takes(",")
            node.last = max(self.place if node.is_comma_last else held.end, self.after_comment)

    def array(self, start: int, depth: int) -> Node:
        """The rest of a list."""
        items: list[Any] = []
        may_go_on = True
        while True:
            self.skip()
            if self.takes("]"):
                return Node(start, items, self.place)
            if not may_go_on:
                raise Malformed(self.text, self.place, "a comma or ]")
            items.append(self.value(depth + 1).value)
            self.skip()
            may_go_on = self.takes(",")


def parse(text: str) -> Node | None:
    """The document of the text; None where it holds no value at all. Raises `Malformed`."""
    return _Parser(text).document()


def read(text: str) -> Any:
    """What the text says; an empty object where it holds no value. Raises `Malformed`."""
    node = parse(text)
    return {} if node is None else node.value


def put(text: str, path: Sequence[str], members: Mapping[str, Any]) -> str:
    """The text with these members in the object at the path; objects on the way are made where they are missing.

    A member that says the same already stays as it is written. Raises `Malformed`; `Unfit` where something on the path
    is no object.
    """
    for key, value in members.items():
        text = _put_one(text, path, key, value, members)
    return text


def _put_one(text: str, path: Sequence[str], key: str, value: Any, members: Mapping[str, Any]) -> str:
    """The text with one member; with all of them where their object is missing."""
    node = parse(text)
    if node is None:
        return text + _separated(text) + _write(_nested(path, members), "", _line_end(text), "  ") + _line_end(text)
    for depth, step in enumerate(path):
        if node.members is None:
            raise Unfit(".".join(path[:depth]) or "the whole file")
        found = _find(node, step)
        if found is None:
            return _insert(text, node, step, _nested(path[depth + 1 :], members))
        node = found
    if node.members is None:
        raise Unfit(".".join(path))
    there = _find(node, key)
    if there is None:
        return _insert(text, node, key, value)
    if there.value == value:
        return text
    return text[: there.start] + json.dumps(value, ensure_ascii=False) + text[there.end :]


def _separated(text: str) -> str:
    return "" if not text or text.endswith(("\n", "\r")) else _line_end(text)


def _nested(path: Sequence[str], members: Mapping[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = dict(members)
    for step in reversed(path):
        value = {step: value}
    return value


def _find(node: Node, key: str) -> Node | None:
    """The value of a key; of one that is there twice the last, as every reader takes it."""
    return next((member.node for member in reversed(node.members or []) if member.key == key), None)


def _insert(text: str, node: Node, key: str, value: Any) -> str:
    """A member behind all others and behind every comment in the object."""
    assert node.members is not None
    comma = "," if node.members and not node.is_comma_last else ""
    after = node.members[-1].node.end if node.members else node.last
    inner = text[node.start : node.end]
    named = json.dumps(key, ensure_ascii=False)
    if not _has_lines(inner) and (node.members or not (_has_lines(text.strip()) or text.strip() == inner)):
        blank = " " if node.members else ""
        added = f"{blank}{named}: {json.dumps(value, ensure_ascii=False)}{',' if node.is_comma_last else ''}"
        return text[:after] + comma + text[after : node.last] + added + text[node.last :]
    end, unit = _line_end(text), _unit(text)
    outer = _indent_at(text, node.start)
    indent = next(
        (_indent_at(text, member.start) for member in reversed(node.members) if _begins_line(text, member.start)),
        outer + unit,
    )
    added = f"{end}{indent}{named}: {_write(value, indent, end, unit)}{',' if node.is_comma_last else ''}"
    left = text[node.last : node.end - 1]
    closing = "" if _has_lines(left) else end + outer
    return text[:after] + comma + text[after : node.last] + added + closing + text[node.last :]


def _write(value: Any, indent: str, end: str, unit: str) -> str:
    """An object over several lines; everything else, and a list, on one."""
    if not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = indent + unit
    lines = [
        f"{inner}{json.dumps(key, ensure_ascii=False)}: {_write(held, inner, end, unit)}"
        for key, held in cast("dict[str, Any]", value).items()
    ]
    return "{" + end + f",{end}".join(lines) + f"{end}{indent}}}"


def _has_lines(text: str) -> bool:
    return "\n" in text or "\r" in text


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _line_start(text: str, place: int) -> int:
    return max(text.rfind("\n", 0, place), text.rfind("\r", 0, place)) + 1


def _indent_at(text: str, place: int) -> str:
    """The blanks with which the line of a place begins."""
    start = _line_start(text, place)
    found = re.compile(r"[ \t]*").match(text, start)
    return found[0] if found else ""


def _begins_line(text: str, place: int) -> bool:
    return not text[_line_start(text, place) : place].strip(" \t")


def _unit(text: str) -> str:
    """One step of indentation, as the first indented key has it; two blanks where none is."""
    found = re.search(r'(?:\n|\r)([ \t]+)"', text)
    return found[1] if found else "  "
