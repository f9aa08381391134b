"""Laying a roster ready: read into temporary tables, then stored as a snapshot in one transaction.

Nothing counts until its import. A roster with a mistake is stored for a moment, to say what it would change, and the
transaction is undone.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.rosters import MOST_MISTAKES, Mistake, RosterKind, Totals, is_count_in_agreement
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports import Clock, Preview, Progress, Reading
from axure_lifecycle.store import schema, sources
from axure_lifecycle.store.differing import Difference, differ
from axure_lifecycle.store.engine import Database
from axure_lifecycle.store.refusals import PreviewGone
from axure_lifecycle.store.trail import lock_head
from axure_lifecycle.store.trays import TRAYS, Tray, Tuples, make
from axure_lifecycle.store.values import read_mistakes, read_moment, read_totals, write_mistakes, write_words

KEPT: Final = timedelta(hours=24)
"""How long a roster lies ready without being imported."""

_n = schema.snapshot
_READY: Final = (
    select(_n, schema.system.c.application, schema.system.c.name, schema.system.c.host, schema.system.c.holds)
    .select_from(_n.join(schema.system, schema.system.c.id == _n.c.system_id))
    .order_by(_n.c.id.desc())
)
_WAS_IMPORTED: Final = select(schema.source.c.id).where(schema.source.c.snapshot_id == _n.c.id).exists()


@dataclass(frozen=True, slots=True)
class Brought:
    """What somebody brings to be laid ready."""

    system: System
    kind: RosterKind
    digest: str
    label: str
    horizon: datetime
    """The latest moment that its content can know of, UTC."""
    skip_refused: bool


@dataclass(frozen=True, slots=True)
class Laid:
    """A roster whose rows lie in their trays."""

    totals: Totals
    in_all_mistakes: int


def stage(database: Database, clock: Clock, brought: Brought, reading: Reading, progress: Progress | None) -> Preview:
    """Lay a roster ready, or find it lying there already.

    One whose own count line disagrees with its rows is told of and not kept: it could be imported by its digest.
    """
    digests = [brought.digest, digest_of_rest(brought.digest)] if brought.skip_refused else [brought.digest]
    if (found := _find_again(database, clock, brought, digests)) is not None:
        with database.reading() as connection:
            return preview(connection, found)
    with database.keeping() as connection:
        tray = TRAYS[brought.kind]
        with database.aside(connection):
            make(connection, tray.tables)
            laid = _read(database, connection, tray, reading)
        return keep(database, connection, clock, brought, laid, progress)


def digest_of_rest(digest: str) -> str:
    """The digest of a roster whose refused lines are left out."""
    return sha256(f"{digest}/skipping-refused".encode()).hexdigest()


def _find_again(database: Database, clock: Clock, brought: Brought, digests: list[str]) -> int | None:
    """The roster that lies ready under one of the digests, which then lies for another day, as it was brought now."""
    with database.reading() as connection:
        ready = [
            found for each in digests if (found := find(connection, brought.system, brought.kind, each)) is not None
        ]
    if not ready:
        return None
    with database.writing() as connection:
        return ready[0] if _touch(connection, ready[0], brought, clock.now()) else None


def _touch(connection: Connection, snapshot: int, brought: Brought, now: datetime, **more: str) -> bool:
    """Let a roster lie for another day, as it was brought now; False where it lies there no more."""
    values = {"staged_at": moment(now), "label": brought.label, "horizon": moment(brought.horizon), **more}
    return connection.execute(update(_n).where(_n.c.id == snapshot).values(values)).rowcount > 0


def _write_notes(totals: Totals) -> str:
    return json.dumps(totals.notes, ensure_ascii=False)


def find(connection: Connection, system: System, kind: RosterKind, digest_start: str) -> int | None:
    """The roster of this system and kind that lies ready under a digest that begins like this; None where two do."""
    found = sources.system_id(connection, system)
    same = (
        select(_n.c.id)
        .where(
            _n.c.system_id == found,
            _n.c.kind == kind.value,
            _n.c.digest >= digest_start,
            _n.c.digest < f"{digest_start}g",
        )
        .limit(2)
    )
    ids = connection.execute(same).scalars().all()
    return ids[0] if len(ids) == 1 else None


def _read(database: Database, connection: Connection, tray: Tray, reading: Reading) -> Laid:
    number = 0
    for batch in reading.batches():
        rows, beside = tray.lay_out(batch, number)
        number += len(batch)
        lay(database, connection, tray.table.name, rows)
        if tray.beside is not None:
            lay(database, connection, tray.beside.name, beside)
    totals = reading.totals()
    left, mistakes, more = tray.settle_duplicates(connection)
    in_order = sorted([*totals.mistakes, *mistakes], key=_line)[:MOST_MISTAKES]
    refused = totals.refused + more
    whole_file = sum(mistake.line is None for mistake in totals.mistakes)
    return Laid(replace(totals, rows=left, mistakes=tuple(in_order), refused=refused), refused + whole_file)


def _line(mistake: Mistake) -> int:
    return mistake.line if mistake.line is not None else 0


def lay(database: Database, connection: Connection, table: str, rows: Tuples) -> None:
    """Lay rows into a tray, in the order of its columns."""
    if not rows:
        return
    driver: Any = connection.connection.driver_connection
    with database.translating():
        if database.file is not None:
            places = ",".join("?" * len(rows[0]))
            driver.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - the name is ours
            return
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def keep(
    database: Database,
    connection: Connection,
    clock: Clock,
    brought: Brought,
    laid: Laid,
    progress: Progress | None,
) -> Preview:
    """Store what lies in the trays, unless it lies ready already; then it lies for another day, as it was brought now.

    What has a mistake, or a count that disagrees with its rows, is told of and not kept.
    """
    is_flawed = laid.in_all_mistakes > 0
    whole_file = any(mistake.line is None for mistake in laid.totals.mistakes)
    if is_flawed and brought.skip_refused:
        brought = replace(brought, digest=digest_of_rest(brought.digest))
    is_miscounted = is_count_in_agreement(laid.totals) is False
    is_kept = not is_miscounted and (not is_flawed or (brought.skip_refused and not whole_file))
    now = clock.now()
    with database.in_turn(connection) as transaction:
        lock_head(connection)
        found = find(connection, brought.system, brought.kind, brought.digest)
        if found is not None:
            _touch(connection, found, brought, now, notes=_write_notes(laid.totals))
            return preview(connection, found)
        connection.execute(delete(_n).where(_n.c.staged_at < moment(now - KEPT), ~_WAS_IMPORTED))
        if progress is not None:
            progress(0, laid.totals.rows, "rows stored")
        snapshot = _insert(connection, brought, laid, moment(now))
        for statement in TRAYS[brought.kind].keep:
            connection.execute(statement, {"snapshot": snapshot})
            if database.file is None:  # Until its own clerk comes by, a server would plan as if the table were empty.
                connection.exec_driver_sql(f"ANALYZE {statement.table}")
        result = preview(connection, snapshot)
        difference = Difference(result.added, result.changed, result.gone, result.unchanged)
        compared = difference.write(result.compared_with.id if result.compared_with is not None else None)
        connection.execute(update(_n).where(_n.c.id == snapshot).values(compared=compared))
        if not is_kept:
            transaction.rollback()
    if progress is not None:
        progress(laid.totals.rows, laid.totals.rows, "rows stored")
    return result if is_kept else result._replace(snapshot=0)


def _insert(connection: Connection, brought: Brought, laid: Laid, now: str) -> int:
    totals = laid.totals
    added = connection.execute(
        insert(_n).values(
            system_id=sources.make_system(connection, brought.system),
            kind=brought.kind.value,
            digest=brought.digest,
            staged_at=now,
            label=brought.label,
            horizon=moment(brought.horizon),
            row_count=totals.rows,
            stated_count=totals.stated_count,
            refused=totals.refused,
            form=totals.form,
            columns=write_words(totals.columns) or "",
            mistakes=write_mistakes(totals.mistakes, laid.in_all_mistakes),
            notes=_write_notes(totals),
        )
    )
    assert added.inserted_primary_key is not None
    return int(added.inserted_primary_key[0])


_BY_ID: Final = _READY.where(_n.c.id == bindparam("id"))


def preview(connection: Connection, snapshot: int) -> Preview:
    """A roster that lies ready, beside the source in force. Raises `PreviewGone`."""
    row = connection.execute(_BY_ID, {"id": snapshot}).first()
    if row is None:
        raise PreviewGone(snapshot)
    system = System(row.application, row.name, row.host, HoldingKind(row.holds))
    kind = RosterKind(row.kind)
    totals = read_totals(row)
    old = sources.in_force(connection, system, None)
    difference = Difference.read(row.compared, old.source.id if old is not None else None)
    if difference is None:
        difference = differ(connection, kind, snapshot, row.row_count, totals.columns, old)
    mistakes, in_all = read_mistakes(row.mistakes)
    return Preview(
        snapshot=snapshot,
        system=system,
        digest=row.digest,
        label=row.label,
        horizon=read_moment(row.horizon),
        totals=totals,
        mistakes=mistakes,
        in_all_mistakes=in_all,
        added=difference.added,
        changed=difference.changed,
        gone=difference.gone,
        unchanged=difference.unchanged,
        compared_with=None if old is None else old.source,
    )
