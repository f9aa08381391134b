"""From one database into another, whole or not at all: how a store moves from a file to a server, and back.

Everything is read in one view of the source and written in one transaction of the target, streamed. Before that
transaction is through, the rows of every table are counted and the trail is walked on the other side.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, func, select, text

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.ports import Progress
from axure_lifecycle.store import schema, trail
from axure_lifecycle.store.engine import Database, open_database
from axure_lifecycle.store.migrating import bring_up_to_date
from axure_lifecycle.store.refusals import StoreUnreachable

_ROWS_AT_A_TIME: Final = 2_000
_LAST_OF_SEQUENCE: Final = text(
    "SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, :column) AS regclass))"
)


class CopyTargetNotEmpty(LifecycleError):
    """There is something in the store that would become the copy."""

    code = "copy_target_not_empty"

    def __init__(self, place: str, tables: tuple[str, ...]) -> None:
        super().__init__(
            f"Nothing was copied: the store {place} holds something already ({', '.join(tables[:5])}), and two trails "
            "are never joined. Name an empty database, or a file that does not exist."
        )


class CopyDiffers(LifecycleError):
    """What was written is not what was read."""

    code = "copy_differs"

    def __init__(self, place: str, how: str) -> None:
        super().__init__(
            f"Nothing was copied: {how}. The store {place} is empty as before. Run `axure-lifecycle audit verify` on "
            "the store that you copy from; where that holds, report this."
        )


class Copied(NamedTuple):
    """What is there twice now."""

    source: str
    target: str
    rows: Mapping[str, int]
    """By table; empty ones left out."""
    records: int
    head: str
    """Of the trail, the same on both sides: SHA-256, lower-case hexadecimal."""


def copy_store(source_url: str, target_url: str, progress: Progress | None = None) -> Copied:
    """Copy a store; both are brought up to date first, the target is made where it is missing.

    Raises `CopyTargetNotEmpty`, `CopyDiffers`, and what opening stores raises.
    """
    source, target = open_database(source_url), open_database(target_url)
    try:
        if source.file is not None and not source.file.is_file():
            raise StoreUnreachable(source.place, "there is no such file")
        for database in (source, target):
            bring_up_to_date(database)
        with source.reading() as ours, target.writing() as theirs:
            trail.lock_head(theirs)  # Whoever wants to write there waits, and finds the copy.
            _require_empty(target, theirs)
            counts = {table.name: _count(ours, table) for table in schema.metadata.sorted_tables}
            _copy(ours, theirs, counts, progress)
            _number_on(source, ours, target, theirs)
            records, head = _compare(ours, target, theirs, counts, progress)
    finally:
        source.close()
        target.close()
    rows = {name: count for name, count in counts.items() if count}
    return Copied(source.place, target.place, rows, records, head)


def _require_empty(target: Database, connection: Connection) -> None:
    held = tuple(
        table.name
        for table in schema.metadata.sorted_tables
        if table is not schema.audit_head and connection.execute(select(text("1")).select_from(table).limit(1)).first()
    )
    if held or trail.length(connection):
        raise CopyTargetNotEmpty(target.place, held or (schema.audit_head.name,))
    connection.execute(schema.audit_head.delete())


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _copy(ours: Connection, theirs: Connection, counts: Mapping[str, int], progress: Progress | None) -> None:
    in_all, done = sum(counts.values()), 0
    for table in schema.metadata.sorted_tables:
        for rows in _read(ours, table):
            theirs.execute(table.insert(), rows)
            done += len(rows)
            if progress is not None:
                progress(done, in_all, "rows copied")


def _read(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    statement = select(table).order_by(*table.primary_key.columns)
    found = connection.execution_options(stream_results=True).execute(statement)
    for part in found.mappings().partitions(_ROWS_AT_A_TIME):
        yield [dict(row) for row in part]


# -- numbers that the database gives ----------------------------------------------------------------------------------


def _number_on(source: Database, ours: Connection, target: Database, theirs: Connection) -> None:
    """Have the next number of every table be a new one, also where the last row was removed."""
    for table in schema.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        highest = theirs.execute(select(func.max(column))).scalar()
        last = max(int(highest or 0), _last_given(source, ours, table, column.name))
        if last:
            _continue_after(target, theirs, table, column.name, last)


def _last_given(database: Database, connection: Connection, table: Table, column: str) -> int:
    if database.file is None:
        found = connection.execute(_LAST_OF_SEQUENCE, {"name": f'"{table.name}"', "column": column})
        return int(found.scalar() or 0)
    if not table.dialect_options["sqlite"]["autoincrement"]:
        return 0
    found = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    return int(found.scalar() or 0)


def _continue_after(database: Database, connection: Connection, table: Table, column: str, last: int) -> None:
    if database.file is None:
        sequence = func.pg_get_serial_sequence(f'"{table.name}"', column)
        connection.execute(select(func.setval(sequence, last)))
    elif table.dialect_options["sqlite"]["autoincrement"]:
        changed = connection.execute(
            text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name"), {"last": last, "name": table.name}
        )
        if not changed.rowcount:
            connection.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"),
                {"last": last, "name": table.name},
            )


# -- looking at what came out -----------------------------------------------------------------------------------------


def _compare(
    ours: Connection, target: Database, theirs: Connection, counts: Mapping[str, int], progress: Progress | None
) -> tuple[int, str]:
    """The length and the head of both trails. Raises `CopyDiffers`."""
    for table in schema.metadata.sorted_tables:
        found = _count(theirs, table)
        if found != counts[table.name]:
            raise CopyDiffers(target.place, f"of {counts[table.name]:,} rows of {table.name} {found:,} arrived")
    head = ours.execute(select(schema.audit_head.c.seq, schema.audit_head.c.hash)).one()
    audit = trail.verify(target, theirs, progress)
    if not audit.holds or audit.head != head.hash:
        raise CopyDiffers(target.place, "the trail does not hold on the other side")
    return int(head.seq), str(head.hash)
