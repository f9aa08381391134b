"""From a line of cells to a line that has a cell for each header, or to a reason why not."""

from collections.abc import Sequence
from typing import Final

from axure_lifecycle.rosters.counts import find_stated_count
from axure_lifecycle.rosters.headers import Columns
from axure_lifecycle.rosters.records import Findings

_MOST_COUNT_CELLS: Final = 4
"""Over how many cells a count line may be spread (`Showing`, `1–50`, `of`, `206`)."""
_RULE: Final = frozenset("-–—=+:| ")
"""Of what the line between headers and rows is made in Markdown and in plain-text tables."""


def fit_line(
    columns: Columns, findings: Findings, line: int, cells: Sequence[str], *, is_short_allowed: bool
) -> list[str] | None:
    """The cells, exactly as many as there are headers; None for a line that holds no row.

    Empty lines, rules of dashes, count lines and repeated headers hold none. A line with too many cells, or with too
    few where the form writes every cell, is refused: nobody knows which cell slipped.
    """
    filled = [cell for cell in cells if cell and not cell.isspace()]
    if not filled:
        return None
    if len(filled) <= _MOST_COUNT_CELLS and (count := find_stated_count(filled)) is not None:
        findings.stated_count = count
        return None
    if _RULE.issuperset(filled[0]) and _RULE.issuperset("".join(filled)):
        return None
    width = columns.width
    if len(filled) > 1 and tuple(cell.strip() for cell in cells[:width]) == columns.headers:
        return None
    if any(cell and not cell.isspace() for cell in cells[width:]):
        findings.refuse(line, "too_many_cells", _sentence(len(cells), width))
        return None
    if len(cells) < width and not is_short_allowed:
        findings.refuse(line, "too_few_cells", _sentence(len(cells), width))
        return None
    return [*cells[:width], *[""] * (width - len(cells))]


def _sentence(cells: int, width: int) -> str:
    return f"The line has {cells} cells where the headers have {width}: a separator or a quotation mark is missing."
