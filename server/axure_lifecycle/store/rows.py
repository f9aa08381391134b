"""What the rows of one source say about some addresses: indexed reads, however large the organisation."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, and_, bindparam, select, tuple_

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.rosters import RosterKind, Standing
from axure_lifecycle.ports import DirectoryRecord, MemberRecord, SeatRecord
from axure_lifecycle.store import schema
from axure_lifecycle.store.asking import Question, ask, foresee, foreseen
from axure_lifecycle.store.schema.columns import without_nul
from axure_lifecycle.store.sources import InForce
from axure_lifecycle.store.values import read_moment_or_none, read_words

_m, _b, _r = schema.member_row, schema.subscription_row, schema.seat_row
_SNAPSHOTS: Final[BindParameter[int]] = bindparam("snapshots", expanding=True)
_ADDRESSES: Final[BindParameter[str]] = bindparam("addresses", expanding=True)
_MEMBERS: Final = (
    select(_m).where(_m.c.snapshot_id.in_(_SNAPSHOTS), _m.c.address.in_(_ADDRESSES)).order_by(_m.c.address)
)
_SEATS: Final = (
    select(
        _r.c.snapshot_id,
        _r.c.subscription,
        _r.c.relation,
        _r.c.address,
        _b.c.edition,
        _b.c.renews_on,
        _b.c.bought_by,
        _b.c.managers,
    )
    .select_from(_r.join(_b, and_(_b.c.snapshot_id == _r.c.snapshot_id, _b.c.subscription == _r.c.subscription)))
    .where(_r.c.snapshot_id.in_(_SNAPSHOTS), _r.c.address.in_(_ADDRESSES))
    .order_by(_r.c.subscription, _r.c.relation, _r.c.address)
)
_SUBSCRIPTIONS: Final = (
    select(_b.c.subscription)
    .where(_b.c.snapshot_id.in_(_SNAPSHOTS), _b.c.subscription.in_(bindparam("names", expanding=True)))
    .order_by(_b.c.subscription)
)
_SSO: Final = select(_m.c.address).where(_m.c.snapshot_id == bindparam("snapshot"), _m.c.use_sso.is_(True)).limit(1)
_l = schema.directory_address
# Three reads by key instead of one join: without statistics SQLite would begin the join at the wrong end.
_LISTED: Final = (
    select(_l.c.snapshot_id, _l.c.address, _l.c.key)
    .where(_l.c.snapshot_id.in_(_SNAPSHOTS), _l.c.address.in_(_ADDRESSES))
    .order_by(_l.c.snapshot_id, _l.c.address, _l.c.nth)
)
_a = schema.directory_account
_KEYS: Final[BindParameter[str]] = bindparam("keys", expanding=True)
_ACCOUNTS: Final = select(_a).where(_a.c.snapshot_id.in_(_SNAPSHOTS), _a.c.key.in_(_KEYS))
_o = schema.directory_alias
_OTHERS: Final = select(_o).where(_o.c.snapshot_id.in_(_SNAPSHOTS), _o.c.key.in_(_KEYS))
# From a server it is quicker to have them found there than to tell it the keys that it has just told us.
_LISTED_KEYS: Final = select(_l.c.snapshot_id, _l.c.key).where(
    _l.c.snapshot_id.in_(_SNAPSHOTS), _l.c.address.in_(_ADDRESSES)
)
_ACCOUNTS_AT: Final = select(_a).where(tuple_(_a.c.snapshot_id, _a.c.key).in_(_LISTED_KEYS))
_OTHERS_AT: Final = select(_o).where(tuple_(_o.c.snapshot_id, _o.c.key).in_(_LISTED_KEYS))


def _beginning(address: ColumnElement[str], snapshot: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """The addresses of one roster from `first` on, before `end`: a range of the index of its addresses."""
    return (
        select(address)
        .where(snapshot == bindparam("snapshot"), address >= bindparam("first"), address < bindparam("end"))
        .order_by(address)
        .distinct()
        .limit(bindparam("most"))
    )


_MEMBERS_LIKE: Final = _beginning(_m.c.address, _m.c.snapshot_id)
_SEATS_LIKE: Final = _beginning(_r.c.address, _r.c.snapshot_id)
_LISTED_LIKE: Final = _beginning(_l.c.address, _l.c.snapshot_id)
_LAST_CHARACTER: Final = chr(sys.maxunicode)
"""Stands in no address: whatever begins with a text sorts before the text with it behind."""


@dataclass(slots=True)
class Account:
    """One person of one directory, with what can be asked about them."""

    row: Any
    addresses: set[str]

    def record(self, where: InForce) -> DirectoryRecord:
        """The account as a view gives it."""
        row = self.row
        return DirectoryRecord(
            system=where.source.system,
            key=row.key,
            address=Address(row.address),
            display_name=row.display_name,
            standing=Standing(row.standing),
            status=row.status,
            leave_at=read_moment_or_none(row.leave_at),
            kind=row.kind,
            addresses=(Address(row.address), *(Address(each) for each in sorted(self.addresses - {row.address}))),
            source=where.source,
            is_assigned=row.is_assigned,
        )


@dataclass(slots=True)
class Listings:
    """Who lists which address, in the directories that were asked."""

    accounts: dict[tuple[int, str], Account] = field(default_factory=dict[tuple[int, str], Account])
    """By snapshot and key."""
    claimants: dict[tuple[int, str], list[str]] = field(default_factory=dict[tuple[int, str], list[str]])
    """By snapshot and address: the keys of those who list it."""


def questions(where: Iterable[InForce], address: str) -> list[Question]:
    """What is surely asked about an address: who lists it, and what it holds."""
    by_kind = {
        RosterKind.MEMBERS: (_MEMBERS,),
        RosterKind.SEATS: (_SEATS,),
        RosterKind.DIRECTORY: (_LISTED, _ACCOUNTS_AT, _OTHERS_AT),
    }
    snapshots: dict[RosterKind, list[int]] = {}
    for each in where:
        snapshots.setdefault(each.source.kind, []).append(each.snapshot)
    return [
        (statement, {"snapshots": some, "addresses": [address]})
        for kind, some in snapshots.items()
        for statement in by_kind[kind]
    ]


def members(connection: Connection, where: Iterable[InForce], addresses: Sequence[str]) -> list[MemberRecord]:
    """The members among the addresses, sorted by address."""
    by_snapshot = {each.snapshot: each.source for each in where}
    if not by_snapshot or not addresses:
        return []
    rows = ask(connection, _MEMBERS, {"snapshots": list(by_snapshot), "addresses": list(addresses)})
    return [
        MemberRecord(
            address=Address(row.address),
            shown_as=row.shown_as if row.shown_as is not None else row.address,
            display_name=row.display_name,
            role=row.role,
            status=row.status,
            use_sso=row.use_sso,
            flags=read_words(row.flags),
            source=by_snapshot[row.snapshot_id],
        )
        for row in rows
    ]


def seats(connection: Connection, where: Iterable[InForce], addresses: Sequence[str]) -> list[SeatRecord]:
    """What the addresses hold, sorted by subscription, then relation."""
    by_snapshot = {each.snapshot: each.source for each in where}
    if not by_snapshot or not addresses:
        return []
    rows = ask(connection, _SEATS, {"snapshots": list(by_snapshot), "addresses": list(addresses)})
    return [
        SeatRecord(
            subscription=row.subscription,
            relation=row.relation,
            address=Address(row.address),
            edition=row.edition,
            renews_on=row.renews_on,
            bought_by=row.bought_by,
            managers=row.managers,
            source=by_snapshot[row.snapshot_id],
        )
        for row in rows
    ]


def addresses_like(connection: Connection, where: Iterable[InForce], start: str, most: int) -> list[Address]:
    """The first addresses in any of these sources that begin with a text, sorted by code point, each once."""
    first = without_nul(start)
    asked: dict[str, Any] = {"first": first, "end": f"{first}{_LAST_CHARACTER}", "most": most}
    found: set[str] = set()
    for each in where:
        given = {**asked, "snapshot": each.snapshot}
        match each.source.kind:
            case RosterKind.MEMBERS:
                rows = ask(connection, _MEMBERS_LIKE, given)
            case RosterKind.SEATS:
                rows = ask(connection, _SEATS_LIKE, given)
            case RosterKind.DIRECTORY:
                rows = ask(connection, _LISTED_LIKE, given)
        found.update(row.address for row in rows)
    return [Address(address) for address in sorted(found)[:most]]


def subscriptions(connection: Connection, where: InForce, names: Sequence[str]) -> list[str]:
    """Which of these subscriptions a roster lists at all, sorted."""
    if not names:
        return []
    asked = {"snapshots": [where.snapshot], "names": list(names)}
    return list(connection.execute(_SUBSCRIPTIONS, asked).scalars())


def shows_sso(connection: Connection, where: InForce) -> bool:
    """Whether a members roster shows anybody who uses SSO."""
    return connection.execute(_SSO, {"snapshot": where.snapshot}).first() is not None


def list_accounts(
    connection: Connection, snapshots: Sequence[int], addresses: Sequence[str], into: Listings | None = None
) -> Listings:
    """Who lists the addresses, added to what is known already."""
    found = into if into is not None else Listings()
    if not snapshots or not addresses:
        return found
    at = {"snapshots": list(snapshots), "addresses": list(addresses)}
    listed = ask(connection, _LISTED, at)
    accounts, others = foreseen(connection, (_ACCOUNTS_AT, at)), foreseen(connection, (_OTHERS_AT, at))
    for row in listed:
        keys = found.claimants.setdefault((row.snapshot_id, row.address), [])
        if row.key not in keys:
            keys.append(row.key)
    new = {(row.snapshot_id, row.key) for row in listed} - set(found.accounts)
    if not new:
        return found
    if accounts is None or others is None:
        asked = {"snapshots": list({snapshot for snapshot, _ in new}), "keys": list({key for _, key in new})}
        foresee(connection, [(_ACCOUNTS, asked), (_OTHERS, asked)])
        accounts, others = ask(connection, _ACCOUNTS, asked), ask(connection, _OTHERS, asked)
    for row in accounts:
        if (row.snapshot_id, row.key) in new:
            found.accounts[row.snapshot_id, row.key] = Account(row, {row.address})
    for other in others:
        if (other.snapshot_id, other.key) in new:
            found.accounts[other.snapshot_id, other.key].addresses.add(other.address)
    return found
