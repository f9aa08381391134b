"""The long table of a report as CSV for spreadsheets (RFC 4180), and for nothing that a spreadsheet would run.

UTF-8 with a byte order mark, because spreadsheets read names in another encoding without one; lines end in CR LF. The
file is the table and nothing else, so every reader finds its header in the first line; when the report is of stands in
the first column.
"""

import csv
from typing import Final

from axure_lifecycle.domain.reports import Cell, Report
from axure_lifecycle.domain.text import starts_formula
from axure_lifecycle.reports.stream import TextSink

_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
_DISARM: Final = "'"


def write_csv(report: Report, out: TextSink) -> int:
    """Write the long table; returns how many rows it has."""
    out.write(_MARK)
    # A separator of another country, or a tab, inside a cell stays inside it: every text is quoted.
    lines = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    lines.writerow(["as_of", *(column.key for column in report.table.columns)])
    as_of = report.as_of.isoformat(timespec="seconds")
    rows = 0
    for section in report.table.sections:
        for row in section.rows:
            lines.writerow([as_of, *map(disarmed, row)])
            rows += 1
    return rows


def disarmed(cell: Cell) -> str | float:
    """A cell that no spreadsheet reads as a formula; what is not stated is empty.

    An apostrophe goes before whatever would be one, blanks before it or not, and before what begins with an apostrophe
    itself: so whoever takes one leading apostrophe away has the value again.

    >>> disarmed("=HYPERLINK(A1)"), disarmed(" @SUM(A1)"), disarmed("O'Neil"), disarmed("'x"), disarmed(None)
    ("'=HYPERLINK(A1)", "' @SUM(A1)", "O'Neil", "''x", '')
    """
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    bare = cell.lstrip()
    return _DISARM + cell if starts_formula(_narrow(bare)) or bare.startswith(_DISARM) else cell


_WIDE: Final = str.maketrans("＝＋－＠", "=+-@")


def _narrow(text: str) -> str:
    """With the full-width forms of a formula's first letter as a spreadsheet may read them."""
    return text[:1].translate(_WIDE)
