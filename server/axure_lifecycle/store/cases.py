"""Cases, their steps, and what was said and shown about them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, or_, select

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.approvals import Approval, read_reasons
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.evidence import Evidence
from axure_lifecycle.domain.holdings import Assurance, HoldingKind, System
from axure_lifecycle.domain.sources import SourceState
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.ports import CaseRecord, CheckRecord, ClaimRecord, PartRecord, StepRecord
from axure_lifecycle.store import local, schema, sources
from axure_lifecycle.store.refusals import ApprovalUnknown, CaseUnknown, ClaimUnknown
from axure_lifecycle.store.values import read_actor, read_moment, read_moment_or_none, read_plan

_c, _t, _k, _x = schema.case, schema.step, schema.claim, schema.step_check
_p, _w = schema.case_person, schema.case_part

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
_PEOPLE: Final = select(_p).where(_p.c.case_id.in_(_IDS)).order_by(_p.c.case_id, _p.c.address)
_EVIDENCE: Final = (
    select(schema.evidence)
    .where(schema.evidence.c.case_id.in_(_IDS), schema.evidence.c.retracted_at.is_(None))
    .order_by(schema.evidence.c.id)
)
_APPROVALS: Final = select(schema.approval).where(schema.approval.c.case_id.in_(_IDS)).order_by(schema.approval.c.id)
_APPROVAL: Final = select(schema.approval).where(schema.approval.c.id == bindparam("id"))
_NEWEST_APPROVAL: Final = select(func.max(schema.approval.c.id))
_PARTS: Final = select(_w).where(_w.c.case_id.in_(_IDS)).order_by(_w.c.case_id, _w.c.number)
_IS_WANTED: Final = or_(
    _c.c.operation == bindparam("operation"),
    select(_w.c.case_id).where(_w.c.case_id == _c.c.id, _w.c.operation == bindparam("operation")).exists(),
)
_ABOUT: Final = select(_p.c.case_id).where(_p.c.address.in_(bindparam("people", expanding=True)))
_OPEN_ABOUT: Final = (
    select(_c.c.id)
    .where(_c.c.id.in_(_ABOUT), _c.c.application == bindparam("application"), _c.c.state == CaseState.OPEN.value)
    .order_by(_c.c.id.desc())
)
_OTHER_ABOUT: Final = (
    select(_c.c.id).where(_c.c.id.in_(_ABOUT), _c.c.state.in_(LIVE), _c.c.operation != bindparam("operation")).limit(1)
)
_FOLLOWING: Final = (
    select(_c.c.id)
    .where(
        _c.c.id.in_(_ABOUT),
        _c.c.id > bindparam("id"),
        _c.c.state != CaseState.CANCELLED.value,
        select(_t.c.case_id).where(_t.c.case_id == _c.c.id, _t.c.holding == bindparam("holds")).exists(),
    )
    .limit(1)
)
_OF_SUBJECT: Final = select(_p.c.case_id).where(_p.c.address == bindparam("subject"))
_ON: Final = (
    select(_c.c.id).where(_c.c.id.in_(_OF_SUBJECT), _IS_WANTED, _c.c.state.in_(LIVE)).order_by(_c.c.id.desc()).limit(1)
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
        _c.c.id.in_(_OF_SUBJECT),
        _IS_WANTED,
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

_AT_A_TIME: Final = 100


def one(connection: Connection, case_id: int) -> CaseRecord:
    """A case by its number. Raises `CaseUnknown`."""
    for found in _read_all(connection, [case_id]):
        return found
    raise CaseUnknown(case_id, connection.execute(_NEWEST_CASE).scalar())


def many(connection: Connection, ids: Sequence[int]) -> list[CaseRecord]:
    """These cases, newest first."""
    newest = sorted(ids, reverse=True)
    return [
        found
        for start in range(0, len(newest), _AT_A_TIME)
        for found in _read_all(connection, newest[start : start + _AT_A_TIME])
    ]


def on(connection: Connection, subject: Address, operation: str) -> CaseRecord | None:
    """The open or done case of an operation for a person."""
    found = connection.execute(_ON, {"subject": subject, "operation": operation}).scalar()
    return None if found is None else one(connection, found)


def about(connection: Connection, people: Sequence[Address], application: str) -> list[CaseRecord]:
    """The open cases about any of these people, newest first."""
    if not people:
        return []
    asked = {"people": list(people), "application": application}
    return _read_all(connection, list(connection.execute(_OPEN_ABOUT, asked).scalars()))


def has_other(connection: Connection, people: Sequence[Address], operation: str) -> bool:
    """Whether an open or done case about any of these people was opened for another operation."""
    asked = {"people": list(people), "operation": operation}
    return connection.execute(_OTHER_ABOUT, asked).first() is not None


def is_followed(connection: Connection, followed: CaseRecord, holding: HoldingKind) -> bool:
    """Whether a newer case about one of its people is about the same kind of holding."""
    asked = {"people": list(followed.people), "id": followed.id, "holds": holding.value}
    return connection.execute(_FOLLOWING, asked).first() is not None


def in_the_way(connection: Connection, application: str, subject: str, operation: str) -> int | None:
    """The case that keeps another one from being opened: open, or done and waiting for a roster to show it.

    A case that is done and that no roster can ever show is over, and somebody may leave a second time.
    """
    asked = {"application": application, "subject": subject, "operation": operation}
    return connection.execute(_IN_THE_WAY, asked).scalar()


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


def approval(connection: Connection, number: int) -> Approval:
    """An approval by its number. Raises `ApprovalUnknown`."""
    row = connection.execute(_APPROVAL, {"id": number}).first()
    if row is None:
        raise ApprovalUnknown(number, connection.execute(_NEWEST_APPROVAL).scalar())
    return _read_approval(row)


def _read_all(connection: Connection, ids: Sequence[int]) -> list[CaseRecord]:
    cases = connection.execute(_CASES, {"ids": list(ids)}).all()
    if not cases:
        return []
    steps = connection.execute(_STEPS, {"ids": list(ids)}).all()
    claims = connection.execute(_CLAIMS, {"ids": list(ids)}).all()
    checks = connection.execute(_CHECKS, {"ids": list(ids)}).all()
    people: dict[int, list[Address]] = {}
    for row in connection.execute(_PEOPLE, {"ids": list(ids)}):
        people.setdefault(row.case_id, []).append(Address(row.address))
    joined: dict[int, list[PartRecord]] = {}
    for row in connection.execute(_PARTS, {"ids": list(ids)}):
        joined.setdefault(row.case_id, []).append(_read_part(row, row.number))
    attached: dict[int, list[Evidence]] = {}
    for row in connection.execute(_EVIDENCE, {"ids": list(ids)}):
        attached.setdefault(row.case_id, []).append(local.read_evidence(row))
    agreed: dict[int, list[Approval]] = {}
    if any(row.approval_for for row in cases):
        for row in connection.execute(_APPROVALS, {"ids": list(ids)}):
            agreed.setdefault(row.case_id, []).append(_read_approval(row))
    brought = {number: sources.one(connection, number).source for number in {check.source_id for check in checks}}
    said: dict[tuple[int, str], list[ClaimRecord]] = {}
    for row in claims:
        said.setdefault((row.case_id, row.step_key), []).append(_read_claim(row))
    shown: dict[tuple[int, str], list[CheckRecord]] = {}
    for row in checks:
        check = CheckRecord(brought[row.source_id], row.shows, row.basis)
        shown.setdefault((row.case_id, row.step_key), []).append(check)
    return [
        _read_case(
            row,
            [step for step in steps if step.case_id == row.id],
            said,
            shown,
            (_read_part(row, 1), *joined.get(row.id, ())),
            people.get(row.id, []),
            attached.get(row.id, ()),
            agreed.get(row.id, ()),
        )
        for row in cases
    ]


def _read_part(row: Any, number: int) -> PartRecord:
    return PartRecord(
        number=number,
        operation=row.operation,
        plan_digest=row.plan_digest,
        plan=read_plan(row.plan),
        opened_by=read_actor(row.opened_by),
        opened_at=read_moment(row.opened_at),
        reason=row.reason,
    )


def _read_case(
    row: Any,
    steps: Iterable[Any],
    said: dict[tuple[int, str], list[ClaimRecord]],
    shown: dict[tuple[int, str], list[CheckRecord]],
    parts: tuple[PartRecord, ...],
    people: Sequence[Address],
    attached: Sequence[Evidence],
    agreed: Sequence[Approval],
) -> CaseRecord:
    planned = {step.key: step for part in parts for step in part.plan.steps}
    subject = Address(row.subject)
    return CaseRecord(
        id=row.id,
        version=row.version,
        operation=row.operation,
        application=row.application,
        subject=subject,
        state=CaseState(row.state),
        plan_digest=row.plan_digest,
        plan=parts[0].plan,
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
                part=step.part,
            )
            for step in steps
        ),
        people=tuple(dict.fromkeys((subject, *people))),
        parts=parts,
        evidence=tuple(attached),
        approval_for=read_reasons(row.approval_for),
        approvals=tuple(agreed),
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
        was_approved=None if row.was_approved is None else bool(row.was_approved),
    )


def _read_approval(row: Any) -> Approval:
    return Approval(
        id=row.id,
        case_id=row.case_id,
        plans_digest=row.plans_digest,
        at=read_moment(row.at),
        approved_by=read_actor(row.approved_by),
        assurance=Assurance(row.assurance),
        question=row.question,
        question_digest=row.question_digest,
        note=row.note,
        retracted_at=read_moment_or_none(row.retracted_at),
        retracted_because=row.retracted_because,
    )
