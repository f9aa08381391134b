"""A table of cells, whatever form it came in, and how its lines become rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Protocol

from axure_lifecycle.domain.rosters import RosterKind, Row
from axure_lifecycle.rosters.counts import find_stated_count
from axure_lifecycle.rosters.directory import DirectoryReader
from axure_lifecycle.rosters.headers import MOST_LINES_ABOVE, Columns, Naming
from axure_lifecycle.rosters.inference import infer_columns
from axure_lifecycle.rosters.members import MemberReader
from axure_lifecycle.rosters.records import Chunk, Findings
from axure_lifecycle.rosters.refusals import WrongKind
from axure_lifecycle.rosters.seats import SeatReader

_INFERRED: Final = "No line names the columns; they were recognised by what they hold. Look at a few rows."


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of cells, the line of headers somewhere among the first."""

    chunks: Iterator[Chunk]
    is_short_allowed: bool
    """Whether a line may leave its last cells out."""


class RowReader(Protocol):
    """Reads the lines of one kind of roster."""

    def rows(self, chunk: Chunk) -> list[Row]:
        """The rows of the lines that stand."""
        ...


def read_table(table: Table, naming: Naming, findings: Findings) -> tuple[Columns, Iterator[list[Row]]]:
    """The columns of the table, and its rows in batches. Raises NotARoster, WrongKind or HeaderTwice."""
    first = next(table.chunks, Chunk([], []))
    start, columns = _find_columns(first.cells, naming)
    if columns.is_inferred:
        findings.notes.append(_INFERRED)
    for cells in first.cells[:start]:
        count = find_stated_count(cell for cell in cells if cell.strip())
        findings.stated_count = findings.stated_count if count is None else count
    rest = Chunk(first.lines[start:], first.cells[start:])
    reader = _reader(naming, columns, findings, is_short_allowed=table.is_short_allowed)
    return columns, map(reader.rows, chain((rest,), table.chunks))


def sample(lines: Sequence[list[str]]) -> Sequence[list[str]]:
    """The first lines, among which headers are looked for."""
    return lines[:MOST_LINES_ABOVE]


def _find_columns(lines: Sequence[list[str]], naming: Naming) -> tuple[int, Columns]:
    """The index of the first line below the headers, and the columns."""
    above = sample(lines)
    found = naming.find(above)
    if found is not None:
        index, fields = found
        return index + 1, naming.settle(above[index], fields)
    refusal = naming.not_a_roster(above)
    if naming.kind is RosterKind.MEMBERS and not isinstance(refusal, WrongKind):
        inferred = infer_columns(above)
        if inferred is not None:
            return inferred
    raise refusal


def _reader(naming: Naming, columns: Columns, findings: Findings, *, is_short_allowed: bool) -> RowReader:
    match naming.kind:
        case RosterKind.MEMBERS:
            return MemberReader(columns, findings, is_short_allowed=is_short_allowed)
        case RosterKind.SEATS:
            return SeatReader(columns, findings, is_short_allowed=is_short_allowed)
        case RosterKind.DIRECTORY:
            return DirectoryReader(columns, findings, is_short_allowed=is_short_allowed, zone=naming.zone)
