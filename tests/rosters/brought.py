"""How the tests of the rosters bring things, and what a whole reading comes to."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

from axure_lifecycle.domain.rosters import DirectoryRow, MemberRow, RosterKind, Row, SeatRow, Totals
from axure_lifecycle.rosters import Mapped, Material, read_roster


class Read(NamedTuple):
    """A reading to its end."""

    rows: list[Row]
    totals: Totals

    @property
    def members(self) -> list[MemberRow]:
        """The rows of a members roster."""
        assert all(isinstance(row, MemberRow) for row in self.rows)
        return cast("list[MemberRow]", self.rows)

    @property
    def seats(self) -> list[SeatRow]:
        """The rows of a licence list."""
        assert all(isinstance(row, SeatRow) for row in self.rows)
        return cast("list[SeatRow]", self.rows)

    @property
    def people(self) -> list[DirectoryRow]:
        """The rows of a directory."""
        assert all(isinstance(row, DirectoryRow) for row in self.rows)
        return cast("list[DirectoryRow]", self.rows)

    @property
    def mistakes(self) -> list[tuple[int | None, str]]:
        """Line and code of every mistake."""
        return [(mistake.line, mistake.code) for mistake in self.totals.mistakes]


def read(kind: RosterKind, brought: Path | str | Material, mapping: Mapped | None = None) -> Read:
    """Everything that a roster says. Text is brought as pasted, a path as a file."""
    match brought:
        case Path():
            material = Material.file(brought)
        case str():
            material = Material.text(brought)
        case _:
            material = brought
    reading = read_roster(kind, material, mapping=mapping or {})
    rows = [row for batch in reading.batches() for row in batch]
    return Read(rows, reading.totals())


def read_members(brought: Path | str | Material, mapping: Mapped | None = None) -> Read:
    """A members roster."""
    return read(RosterKind.MEMBERS, brought, mapping)


def read_seats(brought: Path | str | Material, mapping: Mapped | None = None) -> Read:
    """A licence list."""
    return read(RosterKind.SEATS, brought, mapping)


def read_directory(brought: Path | str | Material, mapping: Mapped | None = None) -> Read:
    """A directory."""
    return read(RosterKind.DIRECTORY, brought, mapping)


def without_lines(rows: Sequence[MemberRow]) -> list[MemberRow]:
    """The rows as they say, not where they stand; blanks around an address do not survive copying from a page."""
    return [row._replace(line=0, shown_as=row.shown_as.strip()) for row in rows]
