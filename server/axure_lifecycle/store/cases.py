"""Cases, their steps, and what was said and shown about them."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, and_, bindparam, case, func, or_, select

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Assurance, HoldingKind, System
from axure_lifecycle.domain.sources import SourceState
from axure_lifecycle.domain.steps import SETTLED, Answer, Outcome, StepState
from axure_lifecycle.ports import CaseLine, CaseRecord, CheckRecord, ClaimRecord, Page, StepRecord
from axure_lifecycle.store import schema, sources
from axure_lifecycle.store.asking import ask
from axure_lifecycle.store.refusals import CaseUnknown, ClaimUnknown
from axure_lifecycle.store.values import read_actor, read_cursor, read_moment, read_moment_or_none, read_plan

_c, _t, _k, _x = schema.case, schema.step, schema.claim, schema.step_check

LIVE: Final = (CaseState.OPEN.value, CaseState.DONE.value)
"""The states in which a case still takes answers and rosters."""

_IDS: Final[BindParameter[int]] = bindparam("ids", expanding=True)
_CASES: Final = select(_c).where(_c.c.id.in_(_IDS)).order_by(_c.c.id.desc())
_STEPS: Final = select(_t).where(_t.c.case_id.in_(_IDS)).order_by(_t.c.case_id, _t.c.position)
_CLAIMS: Final = select(_k).where(_k.c.case_id.in_(_IDS)).order_by(_k.c.id)
_CHECKS: Final = (
    select(_x)
    .select_from(_x.join(schema.source, schema.source.c.id == _x.c.source_id))
    .where(_x.c.case_id.in_(_IDS), schema.source.c.state == SourceState.IN_USE.value)
    .order_by(schema.source.c.horizon, schema.source.c.id)
)
_CLAIM: Final = select(_k).where(_k.c.id == bindparam("id"))
_ON: Final = (
    select(_c.c.id)
    .where(_c.c.subject == bindparam("subject"), _c.c.operation == bindparam("operation"), _c.c.state.in_(LIVE))
    .order_by(_c.c.id.desc())
    .limit(1)
)
_WAITING: Final = (
    select(_c.c.id)
    .where(
        # A verified case still hears: whoever was switched on again is no longer off.
        _c.c.state.in_((*LIVE, CaseState.VERIFIED.value)),
        # A directory speaks about the cases of every application.
        or_(bindparam("holds") == HoldingKind.DIRECTORY_ACCOUNT.value, _c.c.application == bindparam("application")),
        select(_t.c.case_id).where(_t.c.case_id == _c.c.id, _t.c.holding == bindparam("holds")).exists(),
    )
    .order_by(_c.c.id)
)
_LEANING: Final = select(_x.c.case_id).where(_x.c.source_id == bindparam("source")).distinct().order_by(_x.c.case_id)
_IN_THE_WAY: Final = (
    select(_c.c.id)
    .where(
        _c.c.application == bindparam("application"),
        _c.c.subject == bindparam("subject"),
        _c.c.operation == bindparam("operation"),
        or_(
            _c.c.state == CaseState.OPEN.value,
            and_(
                _c.c.state == CaseState.DONE.value,
                select(_t.c.case_id)
                .where(
                    _t.c.case_id == _c.c.id,
                    _t.c.holding.is_not(None),
                    _t.c.state == StepState.CONFIRMED.value,
                )
                .exists(),
            ),
        ),
    )
    .order_by(_c.c.id)
    .limit(1)
)
_NEWEST_CASE: Final = select(func.max(_c.c.id))
_NEWEST_CLAIM: Final = select(func.max(_k.c.id))

_LINES: Final = (
    select(
        _c.c.id,
        _c.c.operation,
        _c.c.subject,
        _c.c.state,
        _c.c.owner,
        _c.c.opened_at,
        _c.c.due_on,
        func.count(_t.c.key).label("steps"),
        func.count(case((_t.c.state.in_([state.value for state in SETTLED]), 1))).label("settled"),
        func.count(case((_t.c.state == StepState.CONTRADICTED.value, 1))).label("contradicted"),
    )
    .select_from(_c.outerjoin(_t, _t.c.case_id == _c.c.id))
    .group_by(_c.c.id)
    .order_by(_c.c.id.desc())
)
_HOW_MANY: Final = select(func.count().label("in_all")).select_from(_c)
_AT_A_TIME: Final = 100


def one(connection: Connection, case_id: int) -> CaseRecord:
    """A case by its number. Raises `CaseUnknown`."""
    for found in _read_all(connection, [case_id]):
        return found
    raise CaseUnknown(case_id, connection.execute(_NEWEST_CASE).scalar())


def on(connection: Connection, subject: Address, operation: str) -> CaseRecord | None:
    """The open or done case of an operation for a person."""
    found = connection.execute(_ON, {"subject": subject, "operation": operation}).scalar()
    return None if found is None else one(connection, found)


def in_the_way(connection: Connection, application: str, subject: str, operation: str) -> int | None:
    """The case that keeps another one from being opened: open, or done and waiting for a roster to show it.

    A case that is done and that no roster can ever show is over, and somebody may leave a second time.
    """
    asked = {"application": application, "subject": subject, "operation": operation}
    return connection.execute(_IN_THE_WAY, asked).scalar()


def listed(
    connection: Connection, page: Page, states: Sequence[CaseState], subject: Address | None, owner: str | None
) -> tuple[list[CaseLine], str | None, int]:
    """Newest first; the cursor of the next part; how many there are."""
    part, how_many = _list_by(bool(states), subject is not None, owner is not None)
    asked: dict[str, Any] = {"after": read_cursor(page.after), "most": page.most + 1}
    if states:
        asked["states"] = [state.value for state in states]
    if subject is not None:
        asked["subject"] = subject
    if owner is not None:
        asked["owner"] = owner
    rows = ask(connection, part, asked)
    found = [
        CaseLine(
            id=row.id,
            operation=row.operation,
            subject=Address(row.subject),
            state=CaseState(row.state),
            owner=row.owner,
            opened_at=read_moment(row.opened_at),
            due_on=row.due_on,
            steps=row.steps,
            settled=row.settled,
            contradicted=row.contradicted,
        )
        for row in rows[: page.most]
    ]
    cursor = str(found[-1].id) if len(rows) > page.most and found else None
    is_whole = page.after is None and cursor is None
    return found, cursor, len(rows) if is_whole else ask(connection, how_many, asked)[0].in_all


@cache
def _list_by(
    has_states: bool,
    has_subject: bool,
    has_owner: bool,
) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """The statements of a list and of its count, for the conditions that there are."""
    wanted: list[ColumnElement[bool]] = []
    if has_states:
        wanted.append(_c.c.state.in_(bindparam("states", expanding=True)))
    if has_subject:
        wanted.append(_c.c.subject == bindparam("subject"))
    if has_owner:
        wanted.append(_c.c.owner == bindparam("owner"))
    lines = _LINES.where(_c.c.id < bindparam("after"), *wanted).limit(bindparam("most"))
    return lines, _HOW_MANY.where(*wanted)


def waiting_for(connection: Connection, system: System) -> Iterator[tuple[CaseRecord, StepRecord]]:
    """Steps of open, done and verified cases whose end state a source of this system can show, oldest case first."""
    asked = {"holds": system.holds.value, "application": system.application}
    ids = list(connection.execute(_WAITING, asked).scalars())
    for start in range(0, len(ids), _AT_A_TIME):
        for found in sorted(_read_all(connection, ids[start : start + _AT_A_TIME]), key=lambda each: each.id):
            for step in found.steps:
                if step.step.end is not None and step.step.end.holding is system.holds:
                    yield found, step


def leaning_on(connection: Connection, source_id: int) -> list[int]:
    """The cases with a step that a source showed something about, by id."""
    return list(connection.execute(_LEANING, {"source": source_id}).scalars())


def claim(connection: Connection, claim_id: int) -> tuple[int, str, ClaimRecord]:
    """Case, step key and claim. Raises `ClaimUnknown`."""
    row = connection.execute(_CLAIM, {"id": claim_id}).first()
    if row is None:
        raise ClaimUnknown(claim_id, connection.execute(_NEWEST_CLAIM).scalar())
    return row.case_id, row.step_key, _read_claim(row)


def _read_all(connection: Connection, ids: Sequence[int]) -> list[CaseRecord]:
    cases = connection.execute(_CASES, {"ids": list(ids)}).all()
    if not cases:
        return []
    steps = connection.execute(_STEPS, {"ids": list(ids)}).all()
    claims = connection.execute(_CLAIMS, {"ids": list(ids)}).all()
    checks = connection.execute(_CHECKS, {"ids": list(ids)}).all()
    brought = {number: sources.one(connection, number).source for number in {check.source_id for check in checks}}
    said: dict[tuple[int, str], list[ClaimRecord]] = {}
    for row in claims:
        said.setdefault((row.case_id, row.step_key), []).append(_read_claim(row))
    shown: dict[tuple[int, str], list[CheckRecord]] = {}
    for row in checks:
        check = CheckRecord(brought[row.source_id], row.shows, row.basis)
        shown.setdefault((row.case_id, row.step_key), []).append(check)
    return [_read_case(row, [step for step in steps if step.case_id == row.id], said, shown) for row in cases]


def _read_case(
    row: Any,
    steps: Iterable[Any],
    said: dict[tuple[int, str], list[ClaimRecord]],
    shown: dict[tuple[int, str], list[CheckRecord]],
) -> CaseRecord:
    plan = read_plan(row.plan)
    planned = {step.key: step for step in plan.steps}
    return CaseRecord(
        id=row.id,
        version=row.version,
        operation=row.operation,
        application=row.application,
        subject=Address(row.subject),
        state=CaseState(row.state),
        plan_digest=row.plan_digest,
        plan=plan,
        owner=row.owner,
        opened_by=read_actor(row.opened_by),
        opened_at=read_moment(row.opened_at),
        due_on=row.due_on,
        reason=row.reason,
        steps=tuple(
            StepRecord(
                step=planned[step.key],
                position=step.position,
                state=StepState(step.state),
                claims=tuple(said.get((row.id, step.key), ())),
                checks=tuple(shown.get((row.id, step.key), ())),
            )
            for step in steps
        ),
    )


def _read_claim(row: Any) -> ClaimRecord:
    return ClaimRecord(
        id=row.id,
        at=read_moment(row.at),
        outcome=Outcome(row.outcome),
        answer=Answer(row.answer),
        assurance=Assurance(row.assurance),
        said_by=read_actor(row.said_by),
        question=row.question,
        question_digest=row.question_digest,
        note=row.note,
        retracted_at=read_moment_or_none(row.retracted_at),
        retracted_because=row.retracted_because,
    )
