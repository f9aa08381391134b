"""Trays: temporary tables in which the rows of a roster lie while it is read.

They belong to one connection, so a big file keeps nobody waiting. What only shows across lines is found here: the same
row twice counts once, two rows about the same thing that disagree are a mistake of the later line.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import (
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)

from axure_lifecycle.domain.rosters import MOST_MISTAKES, DirectoryRow, MemberRow, Mistake, RosterKind, Row, SeatRow
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.store import schema
from axure_lifecycle.store.people import OFF
from axure_lifecycle.store.values import write_day, write_words

_metadata: Final = MetaData()
_TEMPORARY: Final = ("TEMPORARY",)
_C: Final = Text(collation="C").with_variant(Text(), "sqlite")
_SNAPSHOT: Final[BindParameter[int]] = bindparam("snapshot")

_member = Table(
    "tray_member",
    _metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer),
    Column("address", _C),
    Column("shown_as", Text),
    Column("display_name", Text),
    Column("role", Text),
    Column("status", Text),
    Column("use_sso", Boolean),
    Column("flags", Text),
    prefixes=_TEMPORARY,
)
_subscription = Table(
    "tray_subscription",
    _metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer),
    Column("subscription", _C),
    Column("edition", Text),
    Column("renews_on", Text),
    Column("bought_by", Text),
    Column("managers", Integer),
    Column("flags", Text),
    Column("relations", Text, comment="Every relation with its address, to compare two rows"),
    prefixes=_TEMPORARY,
)
_seat = Table(
    "tray_seat",
    _metadata,
    Column("n", Integer),
    Column("address", _C),
    Column("relation", Text),
    Column("subscription", _C),
    prefixes=_TEMPORARY,
)
_account = Table(
    "tray_account",
    _metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer),
    Column("key", _C),
    Column("address", _C),
    Column("display_name", Text),
    Column("standing", Text),
    Column("status", Text),
    Column("leave_at", Text),
    Column("kind", Text),
    Column("flags", Text),
    Column("is_assigned", Boolean, comment="Told in the end, and not by rows"),
    Column("addresses", Text, comment="Every address, to compare two rows"),
    prefixes=_TEMPORARY,
)
_address = Table(
    "tray_address",
    _metadata,
    Column("n", Integer),
    Column("address", _C),
    Column("key", _C),
    Column("has_others", Boolean),
    prefixes=_TEMPORARY,
)

_CODE: Final = "contradicts_line"
Tuples = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Tray:
    """Where the rows of one kind of roster lie, and how they come to their own tables from there."""

    table: Table
    beside: Table | None
    """For what a row names several of."""
    key: Column[Any]
    agree: tuple[str, ...]
    """The columns in which two rows about the same thing must agree."""
    what: str
    """What a row is about, for people."""
    lay_out: Callable[[Sequence[Row], int], tuple[Tuples, Tuples]]
    """Rows as tuples of the two tables, numbered from a number on."""
    keep: tuple[Insert, ...]
    """The statements that store everything, with the parameter `snapshot`."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The temporary tables."""
        return (self.table,) if self.beside is None else (self.table, self.beside)

    def settle_duplicates(self, connection: Connection) -> tuple[int, list[Mistake], int]:
        """Take out every row about something that an earlier row was about.

        Returns how many rows are left, the first mistakes by line, and how many there are in all.
        """
        rows = self.table
        mistakes: list[Mistake] = []
        in_all = 0
        twice = select(self.key.label("key"), func.min(rows.c.n).label("first")).group_by(self.key)
        if connection.execute(twice.having(func.count() > 1).limit(1)).first() is not None:
            several = twice.having(func.count() > 1).subquery()
            first = rows.alias("first_row")
            both = rows.join(several, several.c.key == self.key).join(first, first.c.n == several.c.first)
            disagreeing = (
                select(rows.c.line, first.c.line.label("first_line"))
                .select_from(both)
                .where(rows.c.n > several.c.first, self._disagree(first))
            )
            in_all = connection.execute(select(func.count()).select_from(disagreeing.subquery())).scalar_one()
            mistakes = [
                Mistake(row.line, f"The same {self.what} is on line {row.first_line}, and the two disagree.", _CODE)
                for row in connection.execute(disagreeing.order_by(rows.c.n).limit(MOST_MISTAKES))
            ]
            connection.execute(delete(rows).where(rows.c.n.not_in(select(func.min(rows.c.n)).group_by(self.key))))
            if self.beside is not None:
                connection.execute(delete(self.beside).where(self.beside.c.n.not_in(select(rows.c.n))))
        return connection.execute(select(func.count()).select_from(rows)).scalar_one(), mistakes, in_all

    def _disagree(self, first: Any) -> ColumnElement[bool]:
        return or_(*(self.table.c[name].is_distinct_from(first.c[name]) for name in self.agree))


def _lay_out_members(rows: Sequence[Row], start: int) -> tuple[Tuples, Tuples]:
    return [
        (
            number,
            row.line,
            row.address,
            None if row.shown_as == row.address else row.shown_as,
            row.display_name,
            row.role,
            row.status,
            row.use_sso,
            write_words(row.flags) if row.flags else None,
        )
        for number, row in enumerate(cast("Sequence[MemberRow]", rows), start)
    ], []


def _lay_out_seats(rows: Sequence[Row], start: int) -> tuple[Tuples, Tuples]:
    subscriptions: Tuples = []
    seats: Tuples = []
    for number, row in enumerate(cast("Sequence[SeatRow]", rows), start):
        held = _relations(row)
        subscriptions.append(
            (
                number,
                row.line,
                row.subscription,
                row.edition,
                write_day(row.renews_on),
                row.bought_by,
                sum(relation == "manager" for relation, _ in held),
                write_words(row.flags),
                " ".join(f"{relation}:{address}" for relation, address in sorted(held)),
            )
        )
        seats.extend((number, address, relation, row.subscription) for relation, address in held)
    return subscriptions, seats


def _relations(row: SeatRow) -> list[tuple[str, str]]:
    held: list[tuple[str, str]] = [("manager", address) for address in dict.fromkeys(row.managers)]
    if row.owner is not None:
        held.append(("owner", row.owner))
    if row.assigned is not None:
        held.append(("assigned", row.assigned))
    return held


def _lay_out_accounts(rows: Sequence[Row], start: int) -> tuple[Tuples, Tuples]:
    accounts: Tuples = []
    addresses: Tuples = []
    for number, row in enumerate(cast("Sequence[DirectoryRow]", rows), start):
        all_of_them = {row.address, *row.aliases}
        accounts.append(
            (
                number,
                row.line,
                row.key,
                row.address,
                row.display_name,
                row.standing.value,
                row.status,
                None if row.leave_at is None else moment(row.leave_at),
                row.kind,
                write_words(row.flags),
                None,
                " ".join(sorted(all_of_them)) if len(all_of_them) > 1 else row.address,
            )
        )
        addresses.extend((number, address, row.key, len(all_of_them) > 1) for address in all_of_them)
    return accounts, addresses


def _move(tray: Table, into: Table, order: Iterable[ColumnElement[Any]]) -> Insert:
    """All rows of a tray into the table of the same columns; in the order of its key, which is far faster."""
    names = [column.name for column in into.c if column.name != "snapshot_id"]
    rows = select(_SNAPSHOT, *(tray.c[name] for name in names)).order_by(*order)
    return insert(into).from_select(["snapshot_id", *names], rows)


_count_roles = insert(schema.role_count).from_select(
    ["snapshot_id", "role", "people"],
    select(_SNAPSHOT, _member.c.role, func.count())
    .where(_member.c.role.is_not(None), _member.c.status.is_distinct_from(OFF))
    .group_by(_member.c.role),
)
_claimed = schema.directory_address
_first_claims = insert(_claimed).from_select(
    ["snapshot_id", "address", "nth", "key", "claimants"],
    select(_SNAPSHOT, _address.c.address, literal(0, Integer()), func.min(_address.c.key), func.count())
    .group_by(_address.c.address)
    .order_by(_address.c.address),
)
_ranked = (
    select(
        _address.c.address,
        (func.row_number().over(partition_by=_address.c.address, order_by=_address.c.key) - 1).label("nth"),
        _address.c.key,
        func.count().over(partition_by=_address.c.address).label("claimants"),
    )
    .where(
        _address.c.address.in_(
            select(_claimed.c.address).where(_claimed.c.snapshot_id == _SNAPSHOT, _claimed.c.claimants > 1)
        )
    )
    .subquery()
)
_further_claims = insert(_claimed).from_select(
    ["snapshot_id", "address", "nth", "key", "claimants"], select(_SNAPSHOT, _ranked).where(_ranked.c.nth > 0)
)
_aliases = insert(schema.directory_alias).from_select(
    ["snapshot_id", "key", "address"],
    select(_SNAPSHOT, _address.c.key, _address.c.address)
    .where(_address.c.has_others)
    .order_by(_address.c.key, _address.c.address),
)

TRAYS: Final = {
    RosterKind.MEMBERS: Tray(
        table=_member,
        beside=None,
        key=_member.c.address,
        agree=("display_name", "role", "status", "use_sso"),
        what="address",
        lay_out=_lay_out_members,
        keep=(_move(_member, schema.member_row, [_member.c.address]), _count_roles),
    ),
    RosterKind.SEATS: Tray(
        table=_subscription,
        beside=_seat,
        key=_subscription.c.subscription,
        agree=("edition", "renews_on", "bought_by", "relations"),
        what="subscription",
        lay_out=_lay_out_seats,
        keep=(
            _move(_subscription, schema.subscription_row, [_subscription.c.subscription]),
            _move(_seat, schema.seat_row, [_seat.c.address, _seat.c.relation, _seat.c.subscription]),
        ),
    ),
    RosterKind.DIRECTORY: Tray(
        table=_account,
        beside=_address,
        key=_account.c.key,
        agree=("address", "display_name", "standing", "status", "leave_at", "kind", "addresses"),
        what="person",
        lay_out=_lay_out_accounts,
        keep=(
            _move(_account, schema.directory_account, [_account.c.key]),
            _first_claims,
            _further_claims,
            _aliases,
        ),
    ),
}


def make(connection: Connection, tables: Iterable[Table]) -> None:
    """Make temporary tables, on a connection that has memory for them."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA cache_size = -32768")
    for table in tables:
        table.create(connection, checkfirst=False)
