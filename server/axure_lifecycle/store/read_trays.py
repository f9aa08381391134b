"""Trays for what a directory tells while it is read: who is there, who no longer, who is assigned.

Entries are numbered as they come, whatever they say, and in the end the highest number of a key counts: pages overlap
and people move between them. Of somebody about whom changes say nothing, the read before them says everything.

Whoever is listed without an address is kept under their key with an empty one: such an account is found by no address
and counted nowhere, but whoever still has one is not gone.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    null,
    select,
    union,
    union_all,
    update,
)

from axure_lifecycle.domain.rosters import RosterKind, Unaddressed
from axure_lifecycle.store import schema
from axure_lifecycle.store.schema.sources import NO_ADDRESS
from axure_lifecycle.store.trays import TRAYS, Tuples

_metadata: Final = MetaData()
_TEMPORARY: Final = ("TEMPORARY",)
_C: Final = Text(collation="C").with_variant(Text(), "sqlite")
_AT_A_TIME: Final = 2000
_BASE: Final[BindParameter[int]] = bindparam("base")

PEOPLE: Final = TRAYS[RosterKind.DIRECTORY]
_account, _address = PEOPLE.tables
REMOVED: Final = Table(
    "tray_removed",
    _metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("key", _C),
    prefixes=_TEMPORARY,
)
ASSIGNED: Final = Table("tray_assigned", _metadata, Column("key", _C), prefixes=_TEMPORARY)
_superseded: Final = Table(
    "tray_superseded", _metadata, Column("n", Integer, primary_key=True, autoincrement=False), prefixes=_TEMPORARY
)
_mentioned: Final = Table("tray_mentioned", _metadata, Column("key", _C, primary_key=True), prefixes=_TEMPORARY)
FILLED: Final = (*PEOPLE.tables, REMOVED, ASSIGNED)
"""The trays into which entries are laid."""
ALL: Final = (*FILLED, _superseded, _mentioned)

_entries = union_all(select(_account.c.key, _account.c.n), select(REMOVED.c.key, REMOVED.c.n)).subquery()
_places = select(
    _entries.c.n, func.row_number().over(partition_by=_entries.c.key, order_by=_entries.c.n.desc()).label("place")
).subquery()
_SUPERSEDE: Final = insert(_superseded).from_select(["n"], select(_places.c.n).where(_places.c.place > 1))
_TAKE_OUT: Final = tuple(
    delete(table).where(table.c.n.in_(select(_superseded.c.n))) for table in (_account, _address, REMOVED)
)

_MENTION: Final = insert(_mentioned).from_select(["key"], union(select(_account.c.key), select(REMOVED.c.key)))
_a, _l, _o = schema.directory_account, schema.directory_address, schema.directory_alias
_CARRIED: Final = ("line", "key", "address", "display_name", "standing", "status", "leave_at", "kind", "flags")
"""Not who is assigned: each read tells that anew, or nobody knows."""
_KEEP_OTHERS: Final = (
    insert(_account).from_select(
        ["n", *_CARRIED],
        select(
            bindparam("above", type_=Integer()) + func.row_number().over(order_by=_a.c.key),
            *(_a.c[name] for name in _CARRIED),
        ).where(_a.c.snapshot_id == _BASE, ~select(_mentioned.c.key).where(_mentioned.c.key == _a.c.key).exists()),
    ),
    insert(_address).from_select(
        ["n", "address", "key", "has_others"],
        select(
            cast(null(), Integer()),
            _l.c.address,
            _l.c.key,
            select(_o.c.key).where(_o.c.snapshot_id == _BASE, _o.c.key == _l.c.key).exists(),
        ).where(_l.c.snapshot_id == _BASE, ~select(_mentioned.c.key).where(_mentioned.c.key == _l.c.key).exists()),
    ),
)

_ASSIGN: Final = update(_account).where(_account.c.key.in_(select(ASSIGNED.c.key))).values(is_assigned=True)
_ASSIGN_NO_OTHERS: Final = update(_account).where(_account.c.is_assigned.is_(None)).values(is_assigned=False)

ACCOUNTS: Final = select(
    _account.c.key,
    _account.c.address,
    _account.c.display_name,
    _account.c.standing,
    _account.c.status,
    _account.c.leave_at,
    _account.c.kind,
    _account.c.flags,
    cast(_account.c.is_assigned, Integer()),
).order_by(_account.c.key)
"""What is there in the end, without the lines on which it came."""
ALIASES: Final = (
    select(_address.c.key, _address.c.address).where(_address.c.has_others).order_by(_address.c.key, _address.c.address)
)
_HOW_MANY: Final = select(func.count()).select_from(_account).where(_account.c.address != NO_ADDRESS)


def lay_out_unaddressed(entries: Sequence[Unaddressed], start: int) -> Tuples:
    """Whoever is listed without an address, as rows of the tray of accounts."""
    return [
        (number, 0, entry.key, NO_ADDRESS, None, entry.standing.value, None, None, None, None, None, NO_ADDRESS)
        for number, entry in enumerate(entries, start)
    ]


def settle(connection: Connection, base: int | None) -> int:
    """Leave of every key what counts, above the snapshot `base` where only changes came.

    Returns how many accounts are left that have an address.
    """
    if connection.dialect.name == "postgresql":  # It plans for empty tables until it has looked at them.
        for table in FILLED:
            connection.exec_driver_sql(f"ANALYZE {table.name}")
    connection.execute(_SUPERSEDE)
    if connection.execute(select(_superseded.c.n).limit(1)).first() is not None:
        for take_out in _TAKE_OUT:
            connection.execute(take_out)
    if base is not None:
        connection.execute(_MENTION)
        above = connection.execute(select(func.coalesce(func.max(_account.c.n), 0))).scalar_one()
        for keep in _KEEP_OTHERS:
            connection.execute(keep, {"base": base, "above": above})
    return connection.execute(_HOW_MANY).scalar_one()


def assign(connection: Connection, *, is_everybody_named: bool) -> bool:
    """Tell of every account whether it is assigned, as far as it is known; whether anything is known of it."""
    connection.execute(_ASSIGN)
    if is_everybody_named:
        connection.execute(_ASSIGN_NO_OTHERS)
    return is_everybody_named or connection.execute(select(ASSIGNED.c.key).limit(1)).first() is not None


_known = schema.directory_account
_MISSING: Final = (
    select(_known.c.key)
    .where(
        _known.c.snapshot_id == bindparam("snapshot"),
        ~select(_account.c.key).where(_account.c.key == _known.c.key).exists(),
        ~select(REMOVED.c.key).where(REMOVED.c.key == _known.c.key).exists(),
    )
    .order_by(_known.c.key)
)


def missing(connection: Connection, snapshot: int) -> Iterator[str]:
    """The people of a snapshot of whom the trays know nothing, by key, streamed."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"CREATE INDEX temp.tray_account_by_key ON {_account.name} (key)")
    else:
        connection.exec_driver_sql(f"ANALYZE {_account.name}")
    streamed = _MISSING.execution_options(yield_per=_AT_A_TIME)
    for keys in connection.execute(streamed, {"snapshot": snapshot}).scalars().partitions():
        yield from keys
