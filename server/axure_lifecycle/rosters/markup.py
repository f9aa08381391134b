"""HTML as a tree of elements and text, built in linear time from any text whatsoever.

The standard library's parser needs quadratic time for some malformed pages in the Python versions that this program
supports, and a saved page comes from outside. This one knows only what tables and lists need: it drops what is never
seen (scripts, styles, hidden elements) and closes what writers leave open.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_TAG: Final = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_PLAIN_TAG: Final = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)([^>]*+)>")
_ATTRIBUTE: Final = re.compile(r"([^\s=/\"'>]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+))?")
_RAW: Final = {
    name: re.compile(rf"</{name}\b[^>]*+>", re.IGNORECASE) for name in ("script", "style", "title", "xmp", "iframe")
}
"""Elements whose content is no markup."""


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_VOID: Final = _names("area base br col embed hr img input link meta param source track wbr")
_NEVER_SEEN: Final = _names("template noscript svg head datalist object audio video canvas")
MOST_ELEMENTS: Final = 500_000
_NO_ATTRIBUTES: Final[Mapping[str, str]] = {}
_DEEPEST: Final = 256
"""Elements nested deeper than this become siblings, as in browsers."""
_CLOSED_BY: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    # A start tag closes these open elements, up to the nearest of those.
    "tr": (_names("tr td th"), _names("table")),
    "td": (_names("td th"), _names("tr table")),
    "th": (_names("td th"), _names("tr table")),
    "tbody": (_names("tr td th tbody thead"), _names("table")),
    "tfoot": (_names("tr td th tbody thead"), _names("table")),
    "li": (_names("li"), _names("ul ol menu")),
    "dt": (_names("dt dd"), _names("dl")),
    "dd": (_names("dt dd"), _names("dl")),
    "option": (_names("option"), _names("select datalist")),
    "p": (_names("p"), _names("div td th li section")),
}
_WALLS: Final = _names("td th table")
"""A stray end tag inside one of these closes nothing outside."""
_TABLE_PARTS: Final = _names("td th tr table thead tbody tfoot")


_GRID_ROLES: Final = _names("table grid treegrid")


@dataclass(slots=True, eq=False)
class Element:
    """An element with what stands in it, in order."""

    tag: str
    """Lower case; empty for the page itself."""
    attributes: Mapping[str, str]
    parent: "Element | None" = None
    content: list["Element | str"] = field(default_factory=list["Element | str"])

    @property
    def role(self) -> str:
        """Its ARIA role, or the empty string."""
        return self.attributes.get("role", "").strip().lower()

    @property
    def is_grid(self) -> bool:
        """Whether it is a table, by its tag or by its role."""
        return self.tag == "table" or self.role in _GRID_ROLES

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table, by its tag or by its role."""
        return self.tag == "tr" or self.role == "row"

    @property
    def children(self) -> Iterator["Element"]:
        """The elements directly in it."""
        return (inner for inner in self.content if isinstance(inner, Element))


class TooManyElements(Exception):
    """The page holds more elements than anybody should keep in memory."""


def parse_markup(text: str) -> Element:
    """The page as a tree. Raises TooManyElements, and nothing else, whatever the text."""
    root = Element("", _NO_ATTRIBUTES)
    last_bracket = text.rfind(">")
    builder = _Builder(root)
    tag_at = _TAG.match
    position = 0
    while position < len(text):
        opening = text.find("<", position)
        if opening < 0:
            opening = len(text)
        if opening > position:
            builder.text(text[position:opening])
        if opening > last_bracket:
            builder.text(text[opening:])
            break
        following = text[opening + 1 : opening + 2]
        if following in {"!", "?"}:
            position = _end_of_declaration(text, opening)
            continue
        found = tag_at(text, opening) if following == "/" or following.isalpha() else None
        if found is None and following.isalpha() and tag_at is not _PLAIN_TAG.match:
            # A quotation mark is open to the end of the page. From here on a tag ends at the next bracket, otherwise
            # every further tag would search to the end as well.
            tag_at = _PLAIN_TAG.match
            found = tag_at(text, opening)
        if found is None:
            builder.text("<")
            position = opening + 1
            continue
        position = found.end()
        is_end, tag, attributes = bool(found.group(1)), found.group(2).lower(), found.group(3)
        if is_end:
            builder.end(tag)
        elif tag in _RAW:
            closing = _RAW[tag].search(text, position)
            position = closing.end() if closing else len(text)
        else:
            builder.start(tag, _read_attributes(attributes))
    return root


def is_hidden(element: Element) -> bool:
    """Whether nobody sees the element on the page."""
    attributes = element.attributes
    if element.tag in _NEVER_SEEN or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    return (element.tag == "input" and attributes.get("type", "").lower() == "hidden") or _is_styled_away(attributes)


def _is_styled_away(attributes: Mapping[str, str]) -> bool:
    style = attributes.get("style", "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


def _end_of_declaration(text: str, opening: int) -> int:
    is_comment = text.startswith("<!--", opening)
    closing = text.find("-->" if is_comment else ">", opening + 2)
    if closing < 0:
        return len(text)
    return closing + (3 if is_comment else 1)


def _read_attributes(text: str) -> Mapping[str, str]:
    if not text.strip(" /"):
        return _NO_ATTRIBUTES
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(text):
        unquoted = value[1:-1] if value[:1] in {'"', "'"} else value
        found.setdefault(name.lower(), html.unescape(unquoted))
    return found


class _Builder:
    """Puts tags and text in their places."""

    def __init__(self, root: Element) -> None:
        self._open = [root]
        self._counts: dict[str, int] = {}
        self._left = MOST_ELEMENTS

    def text(self, text: str) -> None:
        """Text of the element that is open."""
        self._open[-1].content.append(html.unescape(text))

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A start tag."""
        self._left -= 1
        if self._left < 0:
            raise TooManyElements
        if tag in _CLOSED_BY:
            self._close_left_open(*_CLOSED_BY[tag])
        parent = self._open[-1]
        element = Element(tag, attributes, parent)
        parent.content.append(element)
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(element)
            self._counts[tag] = self._counts.get(tag, 0) + 1

    def end(self, tag: str) -> None:
        """An end tag; one without a start changes nothing."""
        if not self._counts.get(tag):
            return
        for depth in range(len(self._open) - 1, 0, -1):
            open_tag = self._open[depth].tag
            if open_tag == tag:
                self._close_to(depth)
                return
            if open_tag in _WALLS and tag not in _TABLE_PARTS:
                return

    def _close_left_open(self, closed: frozenset[str], walls: frozenset[str]) -> None:
        lowest = None
        for depth in range(len(self._open) - 1, 0, -1):
            tag = self._open[depth].tag
            if tag in walls:
                break
            if tag in closed:
                lowest = depth
        if lowest is not None:
            self._close_to(lowest)

    def _close_to(self, depth: int) -> None:
        for element in self._open[depth:]:
            self._counts[element.tag] -= 1
        del self._open[depth:]
