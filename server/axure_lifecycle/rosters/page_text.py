"""What a reader sees of an element: its text in segments, one for each thing that stands apart on the page.

`<b>Jo</b>ris` is one segment, because emphasis does not part a word; `<div>Joris</div><div>j@acme.example</div>` and
`<span>Joris</span><span>j@acme.example</span>` are two each.
"""

import re
from collections.abc import Collection
from typing import Final

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.cells import LONGEST_CELL
from axure_lifecycle.rosters.markup import Element, is_hidden

_PHRASING: Final = "a span b i em strong mark u font small big sub sup s abbr bdi bdo code q cite kbd samp var time tt"
_INLINE: Final = frozenset(_PHRASING.split())
_BLANKS: Final = re.compile(r"\s+")
_ENTRY: Final = re.compile(r"[^\s<>()\[\],;:\"“”|]+@[^\s<>()\[\],;:\"“”|]+")
_TICKED: Final = {"true": "yes", "false": "no"}


class _Segments:
    def __init__(self) -> None:
        self.found: list[str] = []
        self._current: list[str] = []
        self._has_just_ended = False

    def add(self, text: str) -> None:
        if text:
            self._current.append(text)
            self._has_just_ended = False

    def part(self) -> None:
        text = _BLANKS.sub(" ", "".join(self._current)).strip()
        if text:
            self.found.append(text)
        self._current = []

    def enter(self, *, is_inline: bool) -> None:
        if not is_inline or self._has_just_ended:
            self.part()
        self._has_just_ended = False

    def leave(self, *, is_inline: bool) -> None:
        if not is_inline:
            self.part()
        self._has_just_ended = True

    def whole(self, text: str) -> None:
        self.part()
        self.add(text)
        self.part()


def segments_of(element: Element, without: Collection[Element] = (), *, is_table_left_out: bool = False) -> list[str]:
    """The segments of an element in reading order, those of the elements `without` left out.

    With `is_table_left_out` the tables within it are left out too: they have rows of their own.
    """
    left_out = {id(one) for one in without}
    segments = _Segments()
    # A list of things still to do, because a page may nest deeper than functions may call each other.
    todo: list[Element | str | tuple[bool]] = [element]
    while todo:
        match todo.pop():
            case str() as text:
                segments.add(text)
            case (is_inline,):
                segments.leave(is_inline=is_inline)
            case Element() as inner:
                is_inner_table = is_table_left_out and inner is not element and (inner.is_grid or inner.is_row)
                if id(inner) in left_out or is_inner_table or is_hidden(inner):
                    segments.part()
                elif (shown_as := _replaced(inner)) is not None:
                    segments.whole(shown_as)
                else:
                    is_inline = inner.tag in _INLINE
                    segments.enter(is_inline=is_inline)
                    todo.append((is_inline,))
                    todo.extend(reversed(inner.content))
                    todo.extend(_linked_address(inner))
    segments.part()
    return segments.found


def parted(segments: list[str]) -> list[str]:
    """The segments, each that holds one address among other words split around it; repeated addresses once."""
    found: list[str] = []
    for segment in segments:
        is_worth_it = "@" in segment and len(segment) <= LONGEST_CELL
        hits = [hit for hit in _ENTRY.finditer(segment) if normal(hit.group())] if is_worth_it else []
        if len(hits) != 1:
            found.append(segment)
            continue
        (hit,) = hits
        around = (segment[: hit.start()], hit.group(), segment[hit.end() :])
        found.extend(part for text in around if (part := text.strip(" \t<>()[],;:|–-·•")))
    addresses: set[str] = set()
    once: list[str] = []
    for segment in found:
        address = normal(segment)
        if address is None or address not in addresses:
            once.append(segment)
        if address is not None:
            addresses.add(address)
    return once


def _linked_address(element: Element) -> list[str | Element | tuple[bool]]:
    """The address behind a `mailto:` link, as a segment of its own in front of the link's text."""
    href = element.attributes.get("href", "")
    if element.tag != "a" or not href.lower().startswith("mailto:"):
        return []
    address = href[len("mailto:") :].split("?", 1)[0]
    return [Element("div", {}, None, [address])] if normal(address) else []


def _replaced(element: Element) -> str | None:
    """What stands on the page in place of the element's own content; None for an ordinary element.

    A choice shows what the page says is chosen; where it does not say, nothing: the first option is a guess.
    """
    attributes = element.attributes
    match element.tag:
        case "br" | "hr":
            return ""
        case "img":
            return attributes.get("alt", "")
        case "select":
            return _chosen(element)
        case "input" if attributes.get("type", "").lower() in {"checkbox", "radio"}:
            return "yes" if "checked" in attributes else ""
        case "input":
            return attributes.get("value", "")
        case _:
            ticked = _TICKED.get(attributes.get("aria-checked", ""))
            return ticked if element.role in {"switch", "checkbox"} else None


def _chosen(select: Element) -> str:
    todo = list(select.children)
    while todo:
        option = todo.pop()
        if "selected" in option.attributes:
            return "".join(text for text in option.content if isinstance(text, str)).strip()
        todo.extend(option.children)
    return ""
