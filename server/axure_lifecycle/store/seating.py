"""Seats beside members and directories: who holds what, and whether they still should."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
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
_OTHER: Final = schema.directory_address.alias("other_address")
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
    theirs, other, decided = _THEIRS, _OTHER, _DECIDED
    state = func.min(case((theirs.c.status == OFF, _MEMBER_OFF), else_=_MEMBER_ON))
    is_theirs = theirs.c.snapshot_id == snapshot
    has_decision = and_(theirs.c.address == decided.c.address, decisions.counts(decided))
    found: list[ColumnElement[Any]] = []
    if joined.decision is not None:
        found += [
            _one(select(state).where(is_theirs, theirs.c.address == joined.decision.c.belongs_to)),
            _one(select(state).where(is_theirs, has_decision, decided.c.belongs_to == joined.address)),
        ]
    for each in joined.heard:
        of_person = and_(
            each.listed.c.claimants == 1,
            each.listed.c.others > 0,
            other.c.snapshot_id == each.directory.snapshot,
            other.c.key == each.listed.c.key,
            other.c.others > literal_column("0", Integer()),  # Spelled out, or the partial index is not used.
        )
        found.append(_one(select(state).where(is_theirs, of_person, theirs.c.address == other.c.address)))
        if joined.decision is not None:
            belongs = and_(has_decision, decided.c.belongs_to == other.c.address)
            found.append(_one(select(state).where(is_theirs, of_person, belongs)))
    own = case((member.c.status == OFF, _MEMBER_OFF), else_=_MEMBER_ON)
    found += [literal(_NO_MEMBER)] * 2  # SQLite's coalesce wants two at least.
    return case((member.c.address.is_not(None), own), else_=func.coalesce(*found))


def _one(states: Select[int]) -> ColumnElement[Any]:
    """The state as a value, for tables of its own only: the rest comes from the row around it."""
    return states.correlate_except(_THEIRS, _OTHER, _DECIDED).scalar_subquery()


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
