"""What the page of a case shows: plain values, worked out from the records of the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from axure_lifecycle.domain.access import WORKERS
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Actor, Strength
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.steps import SETTLED, Answer, Outcome, StepState
from axure_lifecycle.ports import CaseRecord, ClaimRecord, StepRecord
from axure_lifecycle.web.console.visit import Visit
from axure_lifecycle_tools import people
from axure_lifecycle_tools.demanding import demanded_of
from axure_lifecycle_tools.going_on import doable, late_steps, left_behind
from axure_lifecycle_tools.people import CheckedUser
from axure_lifecycle_tools.plan_reply import PlannedStep, write_step
from axure_lifecycle_tools.showing import AttachedFile, has_waited_long, show_evidence
from axure_lifecycle_tools.wording import named

MOST_PEOPLE: Final = 8
"""Of a case that are looked up at once."""
MOST_SAID: Final = 12
"""Claims of a step that are shown, the newest."""


@dataclass(frozen=True, slots=True)
class Move:
    """Something that somebody may say about a step."""

    label: str
    path: str
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What somebody said of a step."""

    name: str
    tone: str
    word: str
    by: Actor
    at: datetime
    note: str
    retracted: str | None
    """Why it counts no more; None while it does."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What a source shows about a step."""

    source: Source
    shows: bool
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step as its page shows it."""

    number: int
    key: str
    title: str
    state: StepState
    planned: PlannedStep
    place: Sequence[str]
    is_now: bool
    is_overdue: bool
    is_settled: bool
    is_told: bool
    """Whether what is to be done stands there in full; otherwise it is folded."""
    too_late: Sequence[str]
    waits_for: Sequence[str]
    """Numbers and titles of the steps that come first."""
    said: Sequence[SaidLine]
    checks: Sequence[CheckLine]
    files: Sequence[AttachedFile]
    moves: Sequence[Move]
    demanded: Strength
    """How strong a person's word must be here."""


@dataclass(frozen=True, slots=True)
class Held:
    """One record of a person: what is wanted of it, what is known, what somebody says."""

    system: str
    holding: str
    wanted: str
    known: str
    known_by: str
    claimed: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody whom the case is about."""

    address: str
    is_person: bool
    checked: CheckedUser | None
    held: Sequence[Held]


def view_steps(visit: Visit, case: CaseRecord) -> list[StepView]:
    """Every step, in its order."""
    desk = visit.desk
    now = {step.step.key for step in doable(case)}
    late = late_steps(case)
    numbers = {step.step.key: number for number, step in enumerate(case.steps, 1)}
    settled = {step.step.key for step in case.steps if step.state in SETTLED}
    by_key = {step.step.key: step for step in case.steps}
    views: list[StepView] = []
    for number, step in enumerate(case.steps, 1):
        key = step.step.key
        planned = write_step(desk, step.step, case.people)
        views.append(
            StepView(
                number=number,
                key=key,
                title=planned.title,
                state=step.state,
                planned=planned,
                place=[part.strip() for part in planned.place.split("›")],
                is_now=key in now,
                is_overdue=key in now and has_waited_long(desk, case.part(step.part).opened_at, case.due_on),
                is_settled=key in settled,
                is_told=key in now,
                too_late=left_behind(desk, step) if key in late else [],
                waits_for=[
                    f"{numbers[first]}. {named(by_key[first].step.title, case.people)}"
                    for first in step.step.after
                    if first in by_key and first not in settled
                ],
                said=[_said(claim) for claim in step.claims[-MOST_SAID:]],
                checks=[CheckLine(check.source, check.shows, check.basis.replace("_", " ")) for check in step.checks],
                files=[show_evidence(desk, one) for one in case.evidence if one.step == key],
                moves=moves_of(visit, case, step, is_now=key in now),
                demanded=demanded_of(desk, case, step),
            )
        )
    return views


def moves_of(visit: Visit, case: CaseRecord, step: StepRecord, *, is_now: bool) -> list[Move]:
    """What this person may say about a step as it stands; nothing for whoever performs nothing."""
    if not visit.may(WORKERS) or case.state is CaseState.CANCELLED:
        return []
    path = f"/cases/{case.name}/steps/{step.step.key}"
    done = Move("I did this…", f"{path}/done", is_first=True)
    skip = Move("Skip…", f"{path}/skipped")
    take_back = Move("Take back…", f"{path}/not-done")
    match step.state:
        case StepState.TO_DO:
            return [done, skip] if is_now else [skip]
        case StepState.REPORTED:
            confirm = Move("Confirm or refuse…", f"{path}/done", is_first=True)
            return [confirm, skip] if is_now else [take_back]
        case StepState.SKIP_REPORTED:
            return [Move("Confirm the skip…", f"{path}/skipped", is_first=True), *([done] if is_now else [])]
        case StepState.CONTRADICTED:
            return [Move("I did it again…", f"{path}/done", is_first=True), Move("It is not done…", f"{path}/not-done")]
        case StepState.CONFIRMED | StepState.SKIPPED:
            return [take_back]
        case StepState.VERIFIED:
            return []


def _said(claim: ClaimRecord) -> SaidLine:
    return SaidLine(
        name=f"K-{claim.id}",
        tone=_tone(claim),
        word=_word(claim),
        by=claim.said_by,
        at=claim.at,
        note=claim.note,
        retracted=claim.retracted_because if claim.retracted_at is not None else None,
    )


def _tone(claim: ClaimRecord) -> str:
    if claim.answer in (Answer.DECLINED, Answer.CANCELLED):
        return "gray"
    if claim.outcome is Outcome.NOT_DONE:
        return "red"
    return "blue" if claim.answer is Answer.ANSWERED and claim.assurance.value != "reported" else "amber"


def _word(claim: ClaimRecord) -> str:
    if claim.answer is Answer.DECLINED:
        return "declined to answer"
    if claim.answer is Answer.CANCELLED:
        return "closed the question"
    said = {Outcome.DONE: "done", Outcome.SKIPPED: "skip it", Outcome.NOT_DONE: "not done"}[claim.outcome]
    return f"{said} – {claim.assurance.value}"


def view_people(visit: Visit, case: CaseRecord) -> list[PersonView]:
    """Whom the case is about, the first of them looked up."""
    views: list[PersonView] = []
    for number, address in enumerate(case.people):
        is_person = "@" in address
        checked = people.check_user(visit.desk, person=address) if is_person and number < MOST_PEOPLE else None
        held = _held(visit, case, checked) if checked is not None and len(case.people) == 1 else []
        views.append(PersonView(address, is_person, checked, held))
    return views


def _held(visit: Visit, case: CaseRecord, checked: CheckedUser) -> list[Held]:
    """Each record of the one person, beside what the case wants of it and what was claimed."""
    sources = {source.id: source for source in checked.sources}
    told: list[Held] = []
    for statement in checked.statements:
        mine = [
            step
            for step in case.steps
            if step.step.end is not None
            and step.step.end.holding.value == statement.holding
            and (not step.step.end.systems or statement.system in step.step.end.systems)
            and _is_of(step.step.end.becomes, statement.says)
        ]
        source = sources.get(statement.source or "")
        told.append(
            Held(
                system=statement.system,
                holding=statement.holding.replace("_", " "),
                wanted=", ".join(dict.fromkeys(_wanted(step) for step in mine)),
                known=statement.says,
                known_by=f"{source.id}, {source.age_days} d old, {source.assurance}" if source else "",
                claimed=", ".join(dict.fromkeys(_claimed(step) for step in mine)),
            )
        )
    return told


_RELATIONS: Final = {"not_assigned": "assigned user", "not_owner": "owner", "not_manager": "manager"}


def _is_of(becomes: str, says: str) -> bool:
    """Whether what is wanted of a seat is about this very relation to it."""
    relation = next((one for one in _RELATIONS.values() if says.startswith(f"{one} of ")), None)
    return relation is None or _RELATIONS.get(becomes, relation) == relation


def _wanted(step: StepRecord) -> str:
    assert step.step.end is not None
    return step.step.end.becomes.replace("_", " ")


def _claimed(step: StepRecord) -> str:
    counted = [one for one in step.claims if one.retracted_at is None and one.answer not in _NO_ANSWER]
    if not counted:
        return "nothing yet"
    last = counted[-1]
    return f"{last.outcome.value.replace('_', ' ')} – {last.assurance.value} by {last.said_by.name}"


_NO_ANSWER: Final = frozenset({Answer.DECLINED, Answer.CANCELLED})
