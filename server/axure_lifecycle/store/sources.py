"""Which sources there are, and which one is in force."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from axure_lifecycle.domain.holdings import Assurance, HoldingKind, System
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.rosters import Standing as Account
from axure_lifecycle.domain.sources import Source, SourceState
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports import Page
from axure_lifecycle.store import schema
from axure_lifecycle.store.asking import ask, ask_first
from axure_lifecycle.store.refusals import SourceUnknown
from axure_lifecycle.store.values import read_actor, read_cursor, read_moment, read_words

_END_OF_TIME: Final = "9999-12-31T23:59:59.999999Z"

_s, _y, _n = schema.source, schema.system, schema.snapshot
_SOURCES: Final[Select[*tuple[Any, ...]]] = select(
    _s.c.id,
    _s.c.snapshot_id,
    _y.c.application,
    _y.c.name.label("system_name"),
    _y.c.host,
    _y.c.holds,
    _n.c.kind,
    _n.c.digest,
    _n.c.row_count,
    _n.c.form,
    _n.c.columns,
    _s.c.taken_at,
    _s.c.is_moment_stated,
    _s.c.horizon,
    _s.c.received_at,
    _s.c.brought_by,
    _s.c.assurance,
    _s.c.confirmed_by,
    _s.c.is_complete,
    _s.c.state,
    _s.c.label,
    _s.c.is_held,
).select_from(_s.join(_y, _y.c.id == _s.c.system_id).join(_n, _n.c.id == _s.c.snapshot_id))

_candidate = schema.source.alias("candidate")
_COUNTS: Final = and_(
    _candidate.c.state == SourceState.IN_USE.value,
    # A directory that was read in part does not count at all: those it left out would look gone.
    or_(_y.c.holds != HoldingKind.DIRECTORY_ACCOUNT.value, _candidate.c.is_complete.is_not(False)),
)
_IS_CONFIRMED: Final = _candidate.c.assurance == Assurance.CONFIRMED.value


def _newest(*which: ColumnElement[bool]) -> ScalarSelect[Any]:
    """The newest source of a system at a moment, of those that count."""
    return (
        select(_candidate.c.id)
        .where(_candidate.c.system_id == _y.c.id, _COUNTS, _candidate.c.taken_at <= bindparam("as_of"), *which)
        .order_by(_candidate.c.taken_at.desc(), _candidate.c.id.desc())
        .limit(1)
        .correlate(_y)
        .scalar_subquery()
    )


_NEWEST: Final = func.coalesce(
    # A directory that only an assistant brought takes the place of none that a person stands for: in a list of its own
    # everybody may be active, or gone.
    _newest(_y.c.holds == HoldingKind.DIRECTORY_ACCOUNT.value, _IS_CONFIRMED),
    _newest(),
)
_IS_SYSTEM: Final = and_(
    _y.c.application == bindparam("application"),
    _y.c.name == bindparam("name"),
    _y.c.host == bindparam("host"),
    _y.c.holds == bindparam("holds"),
)
_HAS_CONFIRMED: Final = (
    select(_candidate.c.id).where(_candidate.c.system_id == _y.c.id, _COUNTS, _IS_CONFIRMED).correlate(_y).exists()
)
_ALL_IN_FORCE: Final = _SOURCES.add_columns(_HAS_CONFIRMED.label("has_confirmed")).where(_s.c.id == _NEWEST)
_ONE_IN_FORCE: Final = _SOURCES.where(_s.c.id == _NEWEST, _IS_SYSTEM)
_REPORTED: Final = _SOURCES.where(
    _y.c.holds == HoldingKind.DIRECTORY_ACCOUNT.value,
    _s.c.assurance != Assurance.CONFIRMED.value,
    _s.c.id == _newest(),
).order_by(_y.c.name, _y.c.host, _y.c.application)
_EARLIER: Final = and_(
    _candidate.c.system_id == _y.c.id,
    _COUNTS,
    or_(
        _candidate.c.taken_at < bindparam("taken_at"),
        and_(_candidate.c.taken_at == bindparam("taken_at"), _candidate.c.id < bindparam("id")),
    ),
)
_later = schema.source.alias("later")
_BEFORE: Final = (
    _SOURCES.add_columns(_later.c.id.label("later"))
    .join(_later, _later.c.system_id == _y.c.id)
    .where(
        _later.c.id.in_(bindparam("ids", expanding=True)),
        _s.c.id
        == select(_candidate.c.id)
        .where(
            _candidate.c.system_id == _y.c.id,
            _COUNTS,
            or_(
                _candidate.c.taken_at < _later.c.taken_at,
                and_(_candidate.c.taken_at == _later.c.taken_at, _candidate.c.id < _later.c.id),
            ),
            # Nor must two reads that the product made one after the other: what failed once fails again.
            or_(_candidate.c.is_held.is_not(True), _candidate.c.confirmed_by.is_not(None)),
        )
        # Two small lists that an assistant brings one after the other must not release each other's brake.
        .order_by(case((_IS_CONFIRMED, 0), else_=1), _candidate.c.taken_at.desc(), _candidate.c.id.desc())
        .limit(1)
        .correlate(_y, _later)
        .scalar_subquery(),
    )
)
_EARLIER_SNAPSHOTS: Final = (
    select(_candidate.c.snapshot_id)
    .select_from(_candidate.join(_y, _y.c.id == _candidate.c.system_id))
    .where(_EARLIER, _IS_SYSTEM, _IS_CONFIRMED, _candidate.c.is_complete.is_(True))
    .order_by(_candidate.c.taken_at.desc(), _candidate.c.id.desc())
)
_EARLIER_READS: Final = _SOURCES.where(
    _s.c.id.in_(
        select(_candidate.c.id).where(_EARLIER, _IS_CONFIRMED, _candidate.c.is_complete.is_(True)).correlate(_y)
    ),
    _IS_SYSTEM,
).order_by(_s.c.taken_at.desc(), _s.c.id.desc())
_listed = schema.directory_address.alias("listed")
_LAST_KNOWING: Final = _SOURCES.where(
    _s.c.id
    == select(_candidate.c.id)
    .select_from(_candidate.join(_listed, _listed.c.snapshot_id == _candidate.c.snapshot_id))
    .where(
        _EARLIER,
        _IS_CONFIRMED,
        _candidate.c.is_complete.is_(True),
        _listed.c.address.in_(bindparam("addresses", expanding=True)),
    )
    .order_by(_candidate.c.taken_at.desc(), _candidate.c.id.desc())
    .limit(1)
    .correlate(_y)
    .scalar_subquery(),
    _IS_SYSTEM,
)
_OFF: Final = (Account.DISABLED.value, Account.DEPROVISIONED.value)


def is_here(listed: FromClause, snapshot: ColumnElement[int] | int) -> ColumnElement[bool]:
    """Joins an address that somebody listed with their account in a snapshot, whatever its address, unless it is off.

    Somebody whom a directory lists by their id has not gone from it because they have another address now, or none.
    """
    account = schema.directory_account
    return and_(account.c.snapshot_id == snapshot, account.c.key == listed.c.key, account.c.standing.not_in(_OFF))


_SNAPSHOT: Final = select(_s.c.snapshot_id).where(_s.c.id == bindparam("id")).scalar_subquery()
_STILL_HERE: Final = (
    select(_listed.c.key)
    .select_from(
        _candidate.join(_y, _y.c.id == _candidate.c.system_id)
        .join(_listed, _listed.c.snapshot_id == _candidate.c.snapshot_id)
        .join(schema.directory_account, is_here(_listed, _SNAPSHOT))
    )
    .where(
        _EARLIER,
        _IS_SYSTEM,
        _IS_CONFIRMED,
        _candidate.c.is_complete.is_(True),
        _listed.c.address.in_(bindparam("addresses", expanding=True)),
    )
    .limit(1)
)
_ONE: Final = _SOURCES.where(_s.c.id == bindparam("id"))
_NEWEST_ID: Final = select(func.max(_s.c.id))
_NEWEST_MOMENT: Final = select(func.max(_s.c.taken_at).label("taken_at"))
_LIST: Final = _SOURCES.where(_s.c.id < bindparam("after")).order_by(_s.c.id.desc()).limit(bindparam("most"))
_HOW_MANY: Final = select(func.count()).select_from(_s)
_SYSTEM_ID: Final = select(_y.c.id).where(_IS_SYSTEM)


class InForce(NamedTuple):
    """A source, and the snapshot that holds its rows."""

    source: Source
    snapshot: int


def name_system(system: System) -> dict[str, str]:
    """A system as the parameters of a statement, and as it stands in a payload of the trail."""
    return {"application": system.application, "name": system.name, "host": system.host, "holds": system.holds.value}


class Standing(NamedTuple):
    """What is in force at a moment."""

    newest: Mapping[System, InForce]
    """The source in force of every system, also of a directory that does not count."""
    directories: Sequence[System]
    """The directories that count, by name."""

    @property
    def counted(self) -> list[InForce]:
        """The sources in force, sorted by the system's name, without those of directories that do not count."""
        counted = set(self.directories)
        return sorted(
            (
                each
                for system, each in self.newest.items()
                if system in counted or system.holds is not HoldingKind.DIRECTORY_ACCOUNT
            ),
            key=lambda each: _order(each.source.system),
        )


def stand(connection: Connection, as_of: datetime | None) -> Standing:
    """What is in force at a moment; None: now."""
    until = _END_OF_TIME if as_of is None else moment(as_of)
    rows = ask(connection, _ALL_IN_FORCE, {"as_of": until})
    newest = {each.source.system: each for each in map(_read, rows)}
    directories = [row for row in rows if row.holds == HoldingKind.DIRECTORY_ACCOUNT.value]
    # Once a person stands for one directory, a name that only an assistant brought adds nobody and hides nobody.
    counted = [row for row in directories if row.has_confirmed] or directories
    systems = sorted((_read(row).source.system for row in counted), key=_order)
    return Standing(newest, systems[:MOST_DIRECTORIES])


def newest(connection: Connection) -> str:
    """When the newest of all sources was taken, whether it counts or not; empty where there is none."""
    found = ask_first(connection, _NEWEST_MOMENT, {})
    return found.taken_at or ""


def all_in_force(connection: Connection, as_of: datetime | None) -> list[InForce]:
    """The source in force of every system that counts, sorted by the system's name."""
    return stand(connection, as_of).counted


def in_force(connection: Connection, system: System, as_of: datetime | None) -> InForce | None:
    """The source in force of one system."""
    until = _END_OF_TIME if as_of is None else moment(as_of)
    row = ask_first(connection, _ONE_IN_FORCE, {**name_system(system), "as_of": until})
    return None if row is None else _read(row)


def waiting(connection: Connection, as_of: datetime | None, counted: Collection[InForce]) -> list[Source]:
    """The newest reads of directories that only an assistant brought and that do not count, by the directory's name."""
    until = _END_OF_TIME if as_of is None else moment(as_of)
    in_use = {each.source.id for each in counted}
    found = (_read(row).source for row in ask(connection, _REPORTED, {"as_of": until}))
    return [source for source in found if source.id not in in_use]


def before(connection: Connection, sources: Iterable[Source]) -> dict[int, Source | None]:
    """What each of these is measured by: the newest earlier one that a person stands for, else the one before it.

    A read that is held measures nothing until a person confirms it. By the id of the later one.
    """
    found: dict[int, Source | None] = {source.id: None for source in sources}
    if found:
        for row in ask(connection, _BEFORE, {"ids": list(found)}):
            found[row.later] = _read(row).source
    return found


def earlier_snapshots(connection: Connection, source: Source) -> list[int]:
    """The snapshots of all earlier sources of the same system that count, newest first, each once."""
    return list(dict.fromkeys(connection.execute(_EARLIER_SNAPSHOTS, _place(source)).scalars()))


def earlier(connection: Connection, source: Source) -> list[InForce]:
    """The earlier whole sources of the same system that a person stands for, newest first."""
    return [_read(row) for row in connection.execute(_EARLIER_READS, _place(source))]


def last_knowing(connection: Connection, source: Source, addresses: Sequence[str]) -> Source | None:
    """The last earlier source of the same directory that lists one of the addresses.

    None as well where one of those who were listed with them is still here under another one, or without any.
    """
    given = {**_place(source), "addresses": list(addresses)}
    row = ask_first(connection, _LAST_KNOWING, given)
    if row is None or ask_first(connection, _STILL_HERE, given) is not None:
        return None
    return _read(row).source


def one(connection: Connection, source_id: int) -> InForce:
    """A source by its number, whether it counts or not. Raises `SourceUnknown`."""
    row = connection.execute(_ONE, {"id": source_id}).first()
    if row is None:
        raise SourceUnknown(source_id, connection.execute(_NEWEST_ID).scalar())
    return _read(row)


def listed(connection: Connection, page: Page) -> tuple[list[Source], str | None, int]:
    """Newest import first; the cursor of the next part; how many there are."""
    after = read_cursor(page.after)
    rows = connection.execute(_LIST, {"after": after, "most": page.most + 1}).all()
    found = [_read(row).source for row in rows[: page.most]]
    cursor = str(found[-1].id) if len(rows) > page.most and found else None
    return found, cursor, connection.execute(_HOW_MANY).scalar_one()


MOST_DIRECTORIES: Final = 16
"""More are not compared: databases join a few dozen tables at most, and no organisation has so many directories."""


def system_id(connection: Connection, system: System) -> int | None:
    """The number of a system; None while nothing was brought for it."""
    return connection.execute(_SYSTEM_ID, name_system(system)).scalar()


def make_system(connection: Connection, system: System) -> int:
    """The number of a system, which is made when there is none."""
    found = system_id(connection, system)
    if found is None:
        connection.execute(_y.insert(), name_system(system))
        found = system_id(connection, system)
    assert found is not None
    return found


def _order(system: System) -> tuple[str, str, str]:
    return system.name, system.host, system.application


def _place(source: Source) -> dict[str, Any]:
    return {**name_system(source.system), "taken_at": moment(source.taken_at), "id": source.id}


@lru_cache(maxsize=1024)
def _read(row: Any) -> InForce:
    """A row as a source; the same few rows are read again and again."""
    source = Source(
        id=row.id,
        system=System(row.application, row.system_name, row.host, HoldingKind(row.holds)),
        kind=RosterKind(row.kind),
        digest=row.digest,
        rows=row.row_count,
        form=row.form,
        columns=read_words(row.columns),
        taken_at=read_moment(row.taken_at),
        is_moment_stated=row.is_moment_stated,
        horizon=read_moment(row.horizon),
        received_at=read_moment(row.received_at),
        brought_by=read_actor(row.brought_by),
        assurance=Assurance(row.assurance),
        confirmed_by=None if row.confirmed_by is None else read_actor(row.confirmed_by),
        is_complete=row.is_complete,
        state=SourceState(row.state),
        label=row.label,
        is_held=row.is_held is True,
    )
    return InForce(source, row.snapshot_id)
