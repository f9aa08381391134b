"""CSV, TSV and their like: chunks of cells from text, in constant memory."""

import csv
from collections.abc import Iterator
from typing import TextIO

from axure_lifecycle.rosters.records import CHUNK, LONGEST_LINE, Chunk, Findings, GuardedLines, LineTooLong


def read_delimited(text: TextIO, separator: str, findings: Findings) -> Iterator[Chunk]:
    """The lines of the table. Quotation marks that do not pair become mistakes.

    The csv module is told to be strict: otherwise one lost quotation mark swallows every line to the next one, and
    people vanish from the roster without a word. It also refuses cells above its limit of 131,072 characters; that
    limit belongs to the whole process and is left alone.
    """
    guarded = GuardedLines(text)
    reader = csv.reader(guarded, delimiter=separator, strict=True)
    line = 1
    lines: list[int] = []
    table: list[list[str]] = []
    while True:
        try:
            for cells in reader:
                lines.append(line)
                table.append(cells)
                line = reader.line_num + guarded.skipped + 1
                if len(table) == CHUNK:
                    yield Chunk(lines, table)
                    lines, table = [], []
            break
        except (csv.Error, LineTooLong) as error:
            after = reader.line_num + guarded.skipped + 1
            code, reason = _explain(error, after - line)
            findings.refuse(line, code, reason, lines=max(1, after - line))
            line = after
    if table:
        yield Chunk(lines, table)


def _explain(error: csv.Error | LineTooLong, lines: int) -> tuple[str, str]:
    if isinstance(error, LineTooLong):
        return "cell_too_large", f"The line holds more than {LONGEST_LINE:,} characters and was skipped."
    if "field larger" in str(error):
        return "cell_too_large", f"A cell holds more than {csv.field_size_limit():,} characters."
    together = f" {lines} lines were taken together and refused." if lines > 1 else ""
    return "broken_quotes", f"A quotation mark opens or closes a cell in the wrong place.{together}"
