"""Seats beside members and directories: who holds what, and whether they still should."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal,
    select,
)

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import System
from axure_lifecycle.domain.verdicts import Facts
from axure_lifecycle.ports import SeatLine
from axure_lifecycle.store import decisions, schema, signatures, sources
from axure_lifecycle.store.comparing import Joined, join_directories, stream
from axure_lifecycle.store.people import OFF

_m, _b, _r = schema.member_row, schema.subscription_row, schema.seat_row
_THEIRS: Final = _m.alias("theirs")
_OTHER: Final = schema.directory_alias.alias("other_address")
_DECIDED: Final = schema.decision.alias("decided_too")
_NO_MEMBER: Final = 0
_MEMBER_ON: Final = 1
_MEMBER_OFF: Final = 2


def seat_lines(
    connection: Connection, seats: System, members: System, as_of: datetime, patterns: Sequence[str]
) -> Iterator[SeatLine]:
    """Every relation of every subscription, sorted by subscription and relation."""
    roster = sources.in_force(connection, seats, as_of)
    if roster is None:
        return
    member_list = sources.in_force(connection, members, as_of)
    rows = _b.outerjoin(_r, and_(_r.c.snapshot_id == _b.c.snapshot_id, _r.c.subscription == _b.c.subscription))
    joined = join_directories(connection, rows, _r.c.address, as_of)
    wanted = joined.source
    membership: ColumnElement[int] = literal(_NO_MEMBER)
    if member_list is not None:
        member = _m.alias("member")
        wanted = wanted.outerjoin(
            member, and_(member.c.snapshot_id == member_list.snapshot, member.c.address == _r.c.address)
        )
        membership = _membership(member, member_list.snapshot, joined)
    base = signatures.pack_base(None, _r.c.address, patterns, joined.decision).label("base")
    packed = [base, *(each.packed for each in joined.heard)]
    statement = (
        select(*packed, membership.label("membership"), _b, _r.c.relation, _r.c.address)
        .select_from(wanted)
        .where(_b.c.snapshot_id == roster.snapshot)
        .order_by(_b.c.subscription, _r.c.relation, _r.c.address)
    )
    tells_assigned = "assigned" in roster.source.columns
    last: Any = None
    is_assigned = False
    for part in stream(connection, statement, as_of):
        for row in part:
            if last is not None and last.subscription != row.subscription:
                if tells_assigned and not is_assigned:
                    yield _read_seat(last, "unassigned", None, None)
                is_assigned = False
            last = row
            if row.address is not None:
                is_assigned = is_assigned or row.relation == "assigned"
                facts = signatures.unpack(row[0], row[1 : 1 + len(joined.heard)], joined.is_complete)
                yield _read_seat(row, row.relation, Address(row.address), facts)
    if last is not None and tells_assigned and not is_assigned:
        yield _read_seat(last, "unassigned", None, None)


def _membership(member: FromClause, snapshot: int, joined: Joined) -> ColumnElement[int]:
    """Whether somebody is a member, under this address or another one of the same person."""
    others = [_other_addresses(each.listed, each.directory.snapshot) for each in joined.heard]
    ways: list[Select[str]] = list(others)
    if joined.decision is not None:
        # What it was decided to belong to, what else belongs there, and what belongs to another of its addresses.
        ways = [select(joined.address), *others, *(_belonging_to(each) for each in (select(joined.address), *others))]
    state = func.min(case((_THEIRS.c.status == OFF, _MEMBER_OFF), else_=_MEMBER_ON))
    found: list[ColumnElement[Any]] = [
        select(state)
        .where(_THEIRS.c.snapshot_id == snapshot, _THEIRS.c.address.in_(way.correlate_except(_OTHER, _DECIDED)))
        .correlate_except(_THEIRS)
        .scalar_subquery()
        for way in ways
    ]
    own = case((member.c.status == OFF, _MEMBER_OFF), else_=_MEMBER_ON)
    found += [literal(_NO_MEMBER)] * 2  # SQLite's coalesce wants two at least.
    return case((member.c.address.is_not(None), own), else_=func.coalesce(*found))


def _other_addresses(listed: FromClause, snapshot: int) -> Select[str]:
    """Every address of the one person who lists an address; nothing where that is its only one."""
    return select(_OTHER.c.address).where(
        listed.c.claimants == 1, _OTHER.c.snapshot_id == snapshot, _OTHER.c.key == listed.c.key
    )


def _belonging_to(addresses: Select[str]) -> Select[str]:
    """Every address of which somebody decided that it belongs to one of these."""
    among = addresses.correlate_except(_OTHER)
    return select(_DECIDED.c.address).where(decisions.counts(_DECIDED), _DECIDED.c.belongs_to.in_(among))


def _read_seat(row: Any, relation: str, address: Address | None, facts: Facts | None) -> SeatLine:
    if facts is not None:
        facts = facts._replace(is_off=row.membership == _MEMBER_OFF)
    return SeatLine(
        subscription=row.subscription,
        edition=row.edition,
        renews_on=row.renews_on,
        bought_by=row.bought_by,
        relation=relation,
        address=address,
        is_member=address is not None and row.membership != _NO_MEMBER,
        facts=facts,
    )
