"""Laying a read of a directory ready: as it comes into trays, settled there, and stored by what is there in the end.

Whatever happens before the end leaves no trace: trays go with their connection, and nothing else is written.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from heapq import nsmallest
from itertools import count, groupby
from typing import Any, Final, cast

from sqlalchemy import Connection, Select

from axure_lifecycle.domain.holdings import System
from axure_lifecycle.domain.rosters import (
    Assigned,
    DirectoryRow,
    Removed,
    RosterKind,
    Totals,
    Unaddressed,
    is_count_in_agreement,
)
from axure_lifecycle.domain.sources import SourceState
from axure_lifecycle.ports import Clock, CursorDoubted, DirectoryEntry, DirectoryReading, Preview, Progress
from axure_lifecycle.store import read_trays, sources
from axure_lifecycle.store.engine import Database
from axure_lifecycle.store.refusals import ReadLeftPeopleOut
from axure_lifecycle.store.staging import Brought, Laid, keep, lay
from axure_lifecycle.store.trays import Tuples, make

ASSIGNED_COLUMN: Final = "is_assigned"
"""Stands among the columns of a source that tells who is assigned to the application."""

MOST_ASKED_FOR: Final = 1000
"""People who are asked for one by one because a full read did not bring them; of more, so many."""
_ORIGIN: Final = b"axure-lifecycle/directory-read/v1\n"
_ROWS_AT_A_TIME: Final = 2000


@dataclass(frozen=True, slots=True)
class Read:
    """Whose read it is, and what it stands on."""

    system: System
    label: str
    begun_at: datetime
    """UTC."""
    base: int | None
    """The source that changes change."""


def stage_read(
    database: Database, clock: Clock, read: Read, reading: DirectoryReading, progress: Progress | None
) -> Preview:
    """Lay a read ready, or find what it comes to lying there already."""
    if not reading.is_full and read.base is None:
        raise ValueError("changes need a source that they change")
    with database.keeping() as connection:
        with database.aside(connection):
            make(connection, read_trays.ALL)
        laid = _lay_out(database, connection, reading.batches(), 0)
        if reading.is_full:
            _look_again(database, connection, read, reading, laid)
        ending = reading.ending()
        with database.aside(connection):
            base = None if reading.is_full else _base(connection, read)
            left = read_trays.settle(connection, base)
            totals = replace(ending.totals, rows=left)
            if read_trays.assign(connection, is_everybody_named=ending.assignments is True):
                totals = replace(totals, columns=(*totals.columns, ASSIGNED_COLUMN))
            mistakes = totals.refused + sum(mistake.line is None for mistake in totals.mistakes)
            digest = _digest(connection, totals, mistakes)
        brought = Brought(read.system, RosterKind.DIRECTORY, digest, read.label, read.begun_at, skip_refused=False)
        return keep(database, connection, clock, brought, Laid(totals, mistakes), progress)


def _base(connection: Connection, read: Read) -> int:
    """The snapshot of the source that changes change. Raises `CursorDoubted` unless that source counts, and is whole.

    Somebody may take it back while the changes come.
    """
    assert read.base is not None
    source, snapshot = sources.one(connection, read.base)
    if source.system != read.system or source.is_complete is not True:
        raise CursorDoubted(f"{source.name} is no complete read of this directory")
    if source.state is not SourceState.IN_USE:
        raise CursorDoubted(f"{source.name}, which the changes follow, was taken back")
    return snapshot


def _look_again(database: Database, connection: Connection, read: Read, reading: DirectoryReading, laid: int) -> None:
    """Ask for whoever the read in force knows and this one did not bring, one by one. Raises `ReadLeftPeopleOut`.

    A few may have slipped from one page to another. More than can be asked for are no accident between two pages:
    either all of them are gone, or the listing leaves people out, and then one of those who are asked for shows it.
    """
    missing, in_all = _lost(database, connection, read)
    if not missing:
        return
    if in_all <= MOST_ASKED_FOR:
        _lay_out(database, connection, reading.look_again(missing), laid)
        return
    there = sum(not isinstance(one, Removed) for batch in reading.look_again(missing) for one in batch)
    if there:
        raise ReadLeftPeopleOut(read.system.name, in_all, len(missing), there)


def _lost(database: Database, connection: Connection, read: Read) -> tuple[list[str], int]:
    """The keys of whoever is missing, and how many there are; of too many some, whom only this read asks for."""
    with database.aside(connection):
        before = sources.in_force(connection, read.system, None)
        if before is None or before.source.is_complete is not True:
            return [], 0
        in_all = count()
        seed = f"{read.system.name} {read.begun_at.isoformat()} ".encode()
        streamed = (key for key, _ in zip(read_trays.missing(connection, before.snapshot), in_all, strict=False))
        chosen = nsmallest(MOST_ASKED_FOR, streamed, key=lambda key: sha256(seed + key.encode()).digest())
        return sorted(chosen), next(in_all)


def _lay_out(database: Database, connection: Connection, batches: Iterable[list[DirectoryEntry]], start: int) -> int:
    """Lay entries into their trays, a batch in a transaction: a directory may take its time between them.

    Entries are numbered from `start`; returns the number after the last.
    """
    number = start
    for batch in batches:
        full: defaultdict[str, Tuples] = defaultdict(list)
        for same in _runs(batch):
            for table, rows in _tuples(same, number):
                full[table] += rows
            number += len(same)
        with database.aside(connection):
            for table, rows in full.items():
                lay(database, connection, table, rows)
    return number


def _runs(batch: Iterable[DirectoryEntry]) -> Iterator[list[DirectoryEntry]]:
    """Neighbours of one type, in the order of the batch."""
    of_type: Callable[[DirectoryEntry], object] = type
    return (list(same) for _, same in groupby(batch, key=of_type))


def _tuples(same: Sequence[DirectoryEntry], start: int) -> list[tuple[str, Tuples]]:
    """Entries of one type as rows of trays."""
    match same[0]:
        case DirectoryRow():
            people, addresses = read_trays.PEOPLE.lay_out(cast("Sequence[DirectoryRow]", same), start)
            return list(zip((table.name for table in read_trays.PEOPLE.tables), (people, addresses), strict=True))
        case Unaddressed():
            listed = read_trays.lay_out_unaddressed(cast("Sequence[Unaddressed]", same), start)
            return [(read_trays.PEOPLE.table.name, listed)]
        case Removed():
            return [(read_trays.REMOVED.name, [(number, entry.key) for number, entry in enumerate(same, start)])]
        case Assigned():
            return [(read_trays.ASSIGNED.name, [(entry.key,) for entry in same])]


def _digest(connection: Connection, totals: Totals, mistakes: int) -> str:
    """SHA-256 of what the trays hold, read in the order of the keys: the same people make the same digest.

    A read of which something was refused never passes as one that merely has the same people.
    """
    is_miscounted = is_count_in_agreement(totals) is False
    digest = sha256(_ORIGIN)
    digest.update(_canonical([totals.form, sorted(totals.columns), mistakes, is_miscounted]))
    for statement in (read_trays.ACCOUNTS, read_trays.ALIASES):
        digest.update(b"\n")
        for rows in _batches(connection, statement):
            digest.update(_canonical(rows)[1:-1] + b",")
    return digest.hexdigest()


def _batches(connection: Connection, statement: Select[*tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    streamed = statement.execution_options(yield_per=_ROWS_AT_A_TIME)
    for rows in connection.execute(streamed).partitions():
        yield [tuple(row) for row in rows]


def _canonical(value: Sequence[object]) -> bytes:
    """The one JSON of a value, in which no line ends."""
    return json.dumps(value, separators=(",", ":")).encode()
