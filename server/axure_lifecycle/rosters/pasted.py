"""A page that was selected and copied: menu words above, a table, a count below. And bare addresses."""

import re
from collections.abc import Callable, Iterator
from typing import Final, TextIO

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.rosters.counts import find_stated_count
from axure_lifecycle.rosters.records import CHUNK, LONGEST_LINE, Chunk, Findings, GuardedLines, LineTooLong

_GAP: Final = re.compile(r"\t+| {2,}")
_SEPARATORS: Final = re.compile(r"[,;\s]+")
_BOXED: Final = re.compile(r"[^<>,;]*<([^<>]*)>")

Split = Callable[[str], list[str]]


def split_at_tabs(line: str) -> list[str]:
    """The cells between single tabs; two tabs enclose an empty cell."""
    return line.split("\t")


def split_at_gaps(line: str) -> list[str]:
    """The cells between runs of two and more blanks, where an empty cell cannot be seen."""
    return _GAP.split(line.strip())


def read_pasted(text: TextIO, split: Split, findings: Findings) -> Iterator[Chunk]:
    """The lines of a pasted page that can belong to its table.

    A line of one cell without an address is a menu word or a footer, unless it is a count line. Below the count line
    that follows the rows, only lines with an address still count.
    """
    is_below = has_rows = False

    def cells_of(line: str) -> list[str] | None:
        nonlocal is_below, has_rows
        cells = split(line)
        filled = [cell for cell in cells if cell.strip()]
        if "@" in line:
            has_rows = True
            return cells
        if filled and find_stated_count(filled) is not None:
            is_below = has_rows
            return cells
        return cells if len(filled) > 1 and not is_below else None

    return _chunks(text, cells_of, findings)


def read_addresses_alone(text: TextIO, findings: Findings) -> Iterator[Chunk]:
    """Bare addresses, one or several a line, as a table of one column; `Name <address>` keeps the address only."""

    def lines_of() -> Iterator[Chunk]:
        yield Chunk([0], [["Email"]])
        for chunk in _chunks(text, lambda line: [line], findings):
            lines: list[int] = []
            table: list[list[str]] = []
            for line, (content,) in zip(chunk.lines, chunk.cells, strict=True):
                for entry in entries_of(content):
                    lines.append(line)
                    table.append([entry])
            yield Chunk(lines, table)

    return lines_of()


def entries_of(line: str) -> list[str]:
    """The entries of a line of bare addresses: split where all parts are addresses, otherwise whole."""
    content = line.strip()
    parts = [part for part in _SEPARATORS.split(_BOXED.sub(r" \1 ", content)) if part]
    if parts and all("@" in part and normal(part.removeprefix("mailto:")) for part in parts):
        return parts
    return [part for part in re.split(r"[,;]", content) if part.strip()] if "@" in content else [content]


def is_line_of_addresses(line: str) -> bool:
    """Whether the line holds nothing but addresses."""
    entries = entries_of(line)
    return bool(entries) and all("@" in entry and normal(entry.removeprefix("mailto:")) for entry in entries)


def _chunks(text: TextIO, cells_of: Callable[[str], list[str] | None], findings: Findings) -> Iterator[Chunk]:
    guarded = GuardedLines(text)
    number = 0
    lines: list[int] = []
    table: list[list[str]] = []
    while True:
        number += 1
        try:
            line = next(guarded, None)
        except LineTooLong:
            findings.refuse(number, "cell_too_large", f"The line holds more than {LONGEST_LINE:,} characters.")
            continue
        if line is None:
            break
        cells = cells_of(line.rstrip("\r\n"))
        if cells is not None:
            lines.append(number)
            table.append(cells)
        if len(table) == CHUNK:
            yield Chunk(lines, table)
            lines, table = [], []
    if table:
        yield Chunk(lines, table)
