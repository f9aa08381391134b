"""In which form a text holds its roster.

Every way to part a line into cells is tried on the first lines, and the one under which the most headers are
recognised is the right one. That finds semicolons, tabs below menu words, and bars in a Markdown table alike.
"""

import csv
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from typing import Final

from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.rosters.headers import Naming
from axure_lifecycle.rosters.inference import infer_columns
from axure_lifecycle.rosters.pasted import is_line_of_addresses, split_at_gaps
from axure_lifecycle.rosters.refusals import RosterUnreadable, WrongKind
from axure_lifecycle.rosters.tables import sample

HEAD: Final = 1 << 16
"""Characters of a text that show its form."""


@dataclass(frozen=True, slots=True)
class Delimited:
    """CSV and its like."""

    separator: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """A page that was selected and copied."""

    is_tabbed: bool


@dataclass(frozen=True, slots=True)
class BareAddresses:
    """Nothing but addresses."""


@dataclass(frozen=True, slots=True)
class Page:
    """HTML."""


@dataclass(frozen=True, slots=True)
class Json:
    """JSON objects."""


TableForm = Delimited | Pasted | BareAddresses | Page
Form = TableForm | Json

_SEPARATORS: Final = (",", ";", "\t", "|")
_GAPS: Final = "  "
_MARKUP: Final = re.compile(r"\s*<(?:!doctype\b|!--|\?xml\b|[a-z][a-z0-9-]*[\s/>])", re.IGNORECASE)
_JSON: Final = re.compile(r'\s*(?:\[\s*[\[{\]]|\{\s*["}])')
_ARCHIVED_PAGE: Final = re.compile(r"(?:From: <Saved by|MIME-Version: 1\.0)", re.IGNORECASE)


def tell_form(head: str, naming: Naming, *, is_whole: bool, is_pasted: bool) -> Form:
    """The form of the text that begins like this. Raises what `Naming` says when no form shows a roster."""
    if _ARCHIVED_PAGE.match(head):
        raise RosterUnreadable(naming.name, "it is a web archive", "Save the page as HTML only and bring that.")
    if _MARKUP.match(head):
        return Page()
    if _JSON.match(head):
        return Json()
    text = head if is_whole else head[: head.rfind("\n") + 1] or head
    ways = {separator: sample(_split(text, separator)) for separator in _SEPARATORS}
    ways[_GAPS] = [split_at_gaps(line) for line in text.splitlines()[: len(ways["\t"]) + 1]]
    scores = {separator: len(found[1]) for separator, lines in ways.items() if (found := naming.find(lines))}
    if scores:
        best = max(scores, key=lambda separator: scores[separator])
        return _form(best, ways[best], naming, is_quoted='"' in text, is_pasted=is_pasted)
    refusal = naming.not_a_roster(*ways.values())
    if isinstance(refusal, WrongKind):
        raise refusal
    if naming.kind is not RosterKind.SEATS and _is_mostly(is_line_of_addresses, text):
        return BareAddresses()
    if naming.kind is RosterKind.MEMBERS:
        for separator, lines in ways.items():
            if infer_columns(lines) is not None:
                return Pasted(separator == "\t") if separator in {_GAPS, "\t"} else Delimited(separator)
    raise refusal


def _form(separator: str, lines: Sequence[list[str]], naming: Naming, *, is_quoted: bool, is_pasted: bool) -> Form:
    if separator == _GAPS:
        return Pasted(is_tabbed=False)
    found = naming.find(lines)
    is_first = found is not None and not any(any(cell.strip() for cell in cells) for cells in lines[: found[0]])
    # A browser copies quotation marks as they stand, a spreadsheet puts them around cells with line breaks.
    if separator == "\t" and not (is_first and (is_quoted or not is_pasted)):
        return Pasted(is_tabbed=True)
    return Delimited(separator)


def _split(text: str, separator: str) -> list[list[str]]:
    lines: list[list[str]] = []
    with suppress(csv.Error):  # what was split so far is enough to recognise headers by
        lines.extend(csv.reader(StringIO(text, newline=""), delimiter=separator))
    return lines


def _is_mostly(test: Callable[[str], bool], text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and sum(map(test, lines)) * 2 > len(lines)
