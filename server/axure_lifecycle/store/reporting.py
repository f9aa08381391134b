"""What reports ask: set operations in the database, streamed, or for a few hundred people at a time."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import (
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
)

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Assurance, HoldingKind
from axure_lifecycle.domain.rosters import RosterKind, Standing
from axure_lifecycle.domain.sources import SourceState
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports import Departure, FirstGone, Unapproved, Word, Words
from axure_lifecycle.store import schema, sources
from axure_lifecycle.store.sources import InForce
from axure_lifecycle.store.values import read_actor, read_flag, read_moment, read_moment_or_none

_Each = TypeVar("_Each")

OFFBOARD: Final = "offboard"
_AT_A_TIME: Final = 500
_c, _t, _p, _a = schema.case, schema.step, schema.case_person, schema.case_part
_x, _s = schema.step_check, schema.source
_confirmed, _reported, _newest = (schema.claim.alias(name) for name in ("confirmed", "reported", "newest"))
_SAID: Final = (Answer.ANSWERED.value, Answer.COULD_NOT_ASK.value)
_GONE: Final = (Standing.DISABLED.value, Standing.DEPROVISIONED.value)


def _newest_claim(table: FromClause, *, until: bool, assurance: Assurance | None = None) -> ScalarSelect[Any]:
    """The number of the newest claim about a step that was not taken back; with `until`, that was made by then."""
    claim = table.alias()
    wanted = [
        claim.c.case_id == _t.c.case_id,
        claim.c.step_key == _t.c.key,
        claim.c.retracted_at.is_(None),
        claim.c.answer.in_(_SAID),
    ]
    if until:
        wanted.append(claim.c.at <= bindparam("as_of"))
    if assurance is not None:
        wanted += [claim.c.outcome == Outcome.DONE.value, claim.c.assurance == assurance.value]
    return select(func.max(claim.c.id)).where(*wanted).correlate(_t).scalar_subquery()


def _showing(*, newest: bool, until: bool) -> ScalarSelect[Any]:
    """The source that shows a step's end: the newest one, or the first after the last that shows the opposite."""
    check, source = _x.alias(), _s.alias()
    joined = check.join(source, source.c.id == check.c.source_id)
    mine = [
        check.c.case_id == _t.c.case_id,
        check.c.step_key == _t.c.key,
        source.c.state == SourceState.IN_USE.value,
    ]
    if until:
        mine.append(source.c.taken_at <= bindparam("as_of"))
    if newest:
        order = (source.c.taken_at.desc(), source.c.id.desc())
        return (
            (select(source.c.id).select_from(joined).where(*mine, check.c.shows.is_(true())).order_by(*order).limit(1))
            .correlate(_t)
            .scalar_subquery()
        )
    other, against = _x.alias(), _s.alias()
    last_against = (
        select(func.max(against.c.taken_at))
        .select_from(other.join(against, against.c.id == other.c.source_id))
        .where(
            other.c.case_id == _t.c.case_id,
            other.c.step_key == _t.c.key,
            other.c.shows.is_(false()),
            against.c.state == SourceState.IN_USE.value,
        )
        .correlate(_t)
        .scalar_subquery()
    )
    return (
        select(source.c.id)
        .select_from(joined)
        .where(*mine, check.c.shows.is_(true()), source.c.taken_at > func.coalesce(last_against, ""))
        .order_by(source.c.taken_at, source.c.id)
        .limit(1)
        .correlate(_t)
        .scalar_subquery()
    )


_WORDS_ABOUT: Final = (
    select(
        _p.c.address,
        _t.c.case_id,
        func.coalesce(_a.c.operation, _c.c.operation).label("operation"),
        _t.c.state,
        _newest.c.assurance,
        _newest.c.said_by,
        _newest.c.at,
        _showing(newest=True, until=False).label("shown_by"),
    )
    .select_from(
        _p.join(_c, _c.c.id == _p.c.case_id)
        .join(_t, and_(_t.c.case_id == _c.c.id, _t.c.holding == HoldingKind.MEMBERSHIP.value))
        .outerjoin(_a, and_(_a.c.case_id == _c.c.id, _a.c.number == _t.c.part))
        .outerjoin(_newest, _newest.c.id == _newest_claim(schema.claim, until=False))
    )
    .where(
        _p.c.address.in_(bindparam("addresses", expanding=True)),
        _c.c.application == bindparam("application"),
        _c.c.state != CaseState.CANCELLED.value,
    )
    .order_by(_t.c.case_id, _t.c.position)
)

_HAS_PART: Final = case((_c.c.operation == OFFBOARD, 1), else_=_a.c.number)
_DEPARTURES: Final = (
    select(
        _c.c.id,
        _c.c.subject,
        _c.c.state.label("case_state"),
        _c.c.owner,
        _c.c.due_on,
        func.coalesce(_a.c.opened_at, _c.c.opened_at).label("opened_at"),
        _t.c.state.label("step_state"),
        _reported.c.at.label("reported_at"),
        _confirmed.c.at.label("claimed_at"),
        _confirmed.c.said_by.label("claimed_by"),
        _s.c.taken_at.label("verified_at"),
        _s.c.id.label("verified_by"),
    )
    .select_from(
        _c.outerjoin(_a, and_(_a.c.case_id == _c.c.id, _a.c.operation == OFFBOARD, _c.c.operation != OFFBOARD))
        .outerjoin(
            _t,
            and_(_t.c.case_id == _c.c.id, _t.c.holding == HoldingKind.MEMBERSHIP.value, _t.c.part == _HAS_PART),
        )
        .outerjoin(
            _confirmed,
            _confirmed.c.id == _newest_claim(schema.claim, until=True, assurance=Assurance.CONFIRMED),
        )
        .outerjoin(_reported, _reported.c.id == _newest_claim(schema.claim, until=True, assurance=Assurance.REPORTED))
        .outerjoin(
            _s,
            and_(_t.c.state == StepState.VERIFIED.value, _s.c.id == _showing(newest=False, until=True)),
        )
    )
    .where(
        or_(_c.c.operation == OFFBOARD, _a.c.number.is_not(None)),
        _c.c.application == bindparam("application"),
        _c.c.state != CaseState.CANCELLED.value,
        func.coalesce(_a.c.opened_at, _c.c.opened_at) <= bindparam("as_of"),
    )
    .order_by(_c.c.id, _t.c.position)
)

_k = schema.claim
_COUNTED: Final = (
    select(_k.c.said_by, _k.c.assurance, _k.c.outcome, _k.c.answer, _k.c.was_approved, func.count().label("times"))
    .where(_k.c.retracted_at.is_(None))
    .group_by(_k.c.said_by, _k.c.assurance, _k.c.outcome, _k.c.answer, _k.c.was_approved)
    .order_by(_k.c.said_by, _k.c.assurance, _k.c.outcome, _k.c.answer)
)
_UNAPPROVED: Final = (
    select(_k.c.case_id, _c.c.subject, _c.c.operation, _k.c.step_key, _k.c.said_by, _k.c.at, _k.c.assurance)
    .select_from(_k.join(_c, _c.c.id == _k.c.case_id))
    .where(_k.c.was_approved.is_(false()))
    .order_by(_k.c.id)
)

_listed, _account = schema.directory_address, schema.directory_account
_SEEN: Final = (
    select(_listed.c.address, _listed.c.snapshot_id, func.min(case((_account.c.standing.in_(_GONE), 1), else_=0)))
    .select_from(
        _listed.join(_account, and_(_account.c.snapshot_id == _listed.c.snapshot_id, _account.c.key == _listed.c.key))
    )
    .where(
        _listed.c.address.in_(bindparam("addresses", expanding=True)),
        _listed.c.snapshot_id.in_(bindparam("snapshots", expanding=True)),
    )
    .group_by(_listed.c.address, _listed.c.snapshot_id)
)


class ReportReading:
    """The part of `ports.View` that only reports ask."""

    _connection: Connection
    _streams: list[Iterator[Any]]

    def words_about(self, addresses: Sequence[Address], application: str) -> Mapping[Address, Word]:
        """What was last said of the memberships of these people; whoever has no case is missing."""
        if not addresses:
            return {}
        given = {"addresses": list(addresses), "application": application}
        return {Address(row.address): _read_word(row) for row in self._connection.execute(_WORDS_ABOUT, given)}

    def departures(self, application: str, as_of: datetime) -> Iterator[Departure]:
        """The cases in which a membership is to end, oldest first, streamed; each once."""
        given = {"application": application, "as_of": moment(as_of)}
        return self._stream_out(_read_departures(_stream(self._connection, _DEPARTURES, given)))

    def first_gone(self, addresses: Sequence[Address], as_of: datetime) -> Mapping[Address, FirstGone]:
        """Since which read these people are gone from every directory in force that knew them."""
        if not addresses:
            return {}
        found: dict[Address, FirstGone] = {}
        here: set[Address] = set()
        for each in sources.all_in_force(self._connection, as_of):
            if each.source.kind is not RosterKind.DIRECTORY:
                continue
            reads = [each, *sources.earlier(self._connection, each.source)]
            seen = _seen(self._connection, addresses, [read.snapshot for read in reads])
            for address in addresses:
                gone = _first_gone(address, reads, seen)
                if gone is None:
                    here.add(address)
                elif gone is not _NEVER:
                    before = found.get(address)
                    if before is None or before.source.taken_at < gone.source.taken_at:
                        found[address] = gone
        return {address: gone for address, gone in found.items() if address not in here}

    def count_words(self) -> Iterator[Words]:
        """What was said about steps and not taken back, in groups that are alike. Streamed."""
        return self._stream_out(map(_read_words, _stream(self._connection, _COUNTED, {})))

    def unapproved(self) -> Iterator[Unapproved]:
        """What happened without the second person it needed, oldest first. Streamed."""
        return self._stream_out(map(_read_unapproved, _stream(self._connection, _UNAPPROVED, {})))

    def _stream_out(self, rows: Iterator[_Each]) -> Iterator[_Each]:
        """Rows whose cursor is closed with the view, even when nobody reads to the end."""
        stream = _closing(rows)
        self._streams.append(stream)
        return stream


def _closing(rows: Iterator[_Each]) -> Generator[_Each, None, None]:
    yield from rows


def _stream(connection: Connection, statement: Select[*tuple[Any, ...]], given: Mapping[str, Any]) -> Iterator[Any]:
    result = connection.execute(statement.execution_options(stream_results=True, yield_per=_AT_A_TIME), dict(given))
    try:
        for rows in result.partitions():
            yield from rows
    finally:
        result.close()


def _seen(
    connection: Connection, addresses: Sequence[Address], snapshots: Sequence[int]
) -> Mapping[tuple[str, int], bool]:
    """Address and snapshot → whether somebody there is active under it; missing where nobody lists it."""
    given = {"addresses": list(addresses), "snapshots": list(dict.fromkeys(snapshots))}
    return {(row[0], row[1]): not row[2] for row in connection.execute(_SEEN, given)}


_NEVER: Final = object()


def _first_gone(address: Address, reads: Sequence[InForce], seen: Mapping[tuple[str, int], bool]) -> Any:
    """The oldest of the newest reads in a row in which nobody is active under an address.

    None where the newest read has somebody; `_NEVER` where no read lists the address.
    """
    if not any((address, read.snapshot) in seen for read in reads):
        return _NEVER
    first: InForce | None = None
    for read in reads:
        if seen.get((address, read.snapshot)):
            return None if first is None else FirstGone(first.source, is_first_read=False)
        first = read
    assert first is not None
    return FirstGone(first.source, is_first_read=True)


def _read_word(row: Any) -> Word:
    return Word(
        case_id=row.case_id,
        operation=row.operation,
        state=StepState(row.state),
        assurance=None if row.assurance is None else Assurance(row.assurance),
        said_by=None if row.said_by is None else read_actor(row.said_by),
        at=read_moment_or_none(row.at),
        shown_by=row.shown_by,
    )


def _read_departures(rows: Iterator[Any]) -> Iterator[Departure]:
    last = 0
    for row in rows:
        if row.id == last:
            continue  # a plan with several steps about the membership: the first one ends it
        last = row.id
        yield Departure(
            case_id=row.id,
            subject=Address(row.subject),
            case_state=CaseState(row.case_state),
            owner=row.owner,
            due_on=row.due_on,
            opened_at=read_moment(row.opened_at),
            step_state=None if row.step_state is None else StepState(row.step_state),
            reported_at=read_moment_or_none(row.reported_at) if row.claimed_at is None else None,
            claimed_at=read_moment_or_none(row.claimed_at),
            claimed_by=None if row.claimed_by is None else read_actor(row.claimed_by),
            verified_at=read_moment_or_none(row.verified_at),
            verified_by=row.verified_by,
        )


def _read_words(row: Any) -> Words:
    return Words(
        said_by=read_actor(row.said_by),
        assurance=Assurance(row.assurance),
        outcome=Outcome(row.outcome),
        answer=Answer(row.answer),
        was_approved=read_flag(row.was_approved),
        times=row.times,
    )


def _read_unapproved(row: Any) -> Unapproved:
    return Unapproved(
        case_id=row.case_id,
        subject=Address(row.subject),
        operation=row.operation,
        step=row.step_key,
        said_by=read_actor(row.said_by),
        at=read_moment(row.at),
        assurance=Assurance(row.assurance),
    )
