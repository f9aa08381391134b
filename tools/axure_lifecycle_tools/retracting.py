"""Taking back what was wrong: a roster, a confirmation, an approval, a local answer, a changed screen, evidence.

Nothing is deleted. What leaned on it is told anew without it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Final, NamedTuple

from pydantic import Field

from axure_lifecycle.domain.access import ADMINS, APPROVERS
from axure_lifecycle.domain.approvals import known_as
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import VOUCHED, Assurance
from axure_lifecycle.domain.sources import AlreadyRetracted, SourceState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseRecord, Change, View
from axure_lifecycle_tools.arguments import Because, number_of
from axure_lifecycle_tools.settling import resettle
from axure_lifecycle_tools.spec import (
    Answer,
    Answered,
    CouldNotAsk,
    Declined,
    Desk,
    NotAsked,
    Question,
    QuestionDrifted,
    Reply,
    Toolset,
    Verb,
    fit,
    note_answer,
)
from axure_lifecycle_tools.wording import plural, quoted_as_given, tamed


class RetractionNeedsPerson(LifecycleError):
    """An assistant alone takes back no roster and nothing that a person said: they may be what contradicts it."""

    code = "retraction_needs_person"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} still counts: taking it back needs a person, and this client cannot ask one. "
            f"The person runs `axure-lifecycle retract {name}` at a terminal."
        )


SourceName = Annotated[
    str,
    Field(
        description="Roster (R-7), confirmation (K-31), approval (A-2), answer (F-3), screen (S-3), file (E-3).",
        examples=["R-7"],
        pattern=r"^[RKAFSErkafse]-?[0-9]{1,12}$",
        max_length=16,
    ),
]


class Retracted(Reply):
    """What was taken back, and what follows."""

    what: str
    retracted: bool
    cases: list[str]
    said: str

    def text(self) -> str:
        """One sentence, then the cases."""
        lines = [self.said, *(f"- {case}" for case in self.cases)]
        return "\n".join([*lines, self.next] if self.next else lines)


class _Standing(NamedTuple):
    """Something that counts and can be taken back."""

    name: str
    about: str
    """Two sentences: what it is, and what follows when it counts no longer."""
    takes_person: bool
    """Whether a person stands for it, or it may be what contradicts an assistant."""
    take_back: Callable[[Change, Desk, str], Sequence[CaseRecord]]
    """Gives the cases that are told anew."""
    next: str


def _find(view: View, name: str) -> _Standing:
    """What a name leads to. Raises `AlreadyRetracted`, `SourceUnknown`, `ClaimUnknown`, `LocalFactUnknown`, …"""
    number = number_of(name)
    match name[0].upper():
        case "K":
            found = _claim(view, number)
        case "A":
            found = _approval(view, number)
        case "F":
            found = _local_fact(view, number)
        case "S":
            found = _screen_change(view, number)
        case "E":
            found = _evidence(view, number)
        case _:
            found = _source(view, number)
    if found is None:
        raise AlreadyRetracted(f"{name[0].upper()}-{number}")
    return found


def _source(view: View, number: int) -> _Standing | None:
    source = view.source(number)

    def take_back(change: Change, desk: Desk, reason: str) -> Sequence[CaseRecord]:
        change.retract_source(number, reason)
        return [resettle(change, desk, case) for case in change.cases_leaning_on(number)]

    if source.state is SourceState.RETRACTED:
        return None
    return _Standing(
        source.name,
        f"It is the {source.kind.value} roster “{tamed(source.label, 60)}” with {plural(source.rows, 'row')}. "
        "Cases that leaned on it open again; nothing is deleted.",
        True,
        take_back,
        "find_discrepancies compares anew.",
    )


def _claim(view: View, number: int) -> _Standing | None:
    case_id, step, claim = view.claim(number)

    def take_back(change: Change, desk: Desk, reason: str) -> Sequence[CaseRecord]:
        change.retract_claim(number, reason)
        return [resettle(change, desk, case_id)]

    if claim.retracted_at is not None:
        return None
    return _Standing(
        f"K-{claim.id}",
        f"{shown(claim.said_by.name, 80)} said “{claim.outcome.value}” about the step {step}. The case is told "
        "anew without it; nothing is deleted.",
        claim.said_by.channel in VOUCHED,
        take_back,
        "get_case shows what is to be done again.",
    )


def _approval(view: View, number: int) -> _Standing | None:
    approval = view.approval(number)

    def take_back(change: Change, desk: Desk, reason: str) -> Sequence[CaseRecord]:
        change.retract_approval(number, reason)
        return [change.case(approval.case_id)]

    if approval.retracted_at is not None:
        return None
    return _Standing(
        approval.name,
        f"{shown(approval.approved_by.name, 80)} approved C-{approval.case_id} as the second person. What was done "
        "under it stays as it was said; nothing more is to be done until somebody approves anew.",
        True,
        take_back,
        "get_case shows the case; approve_case approves it anew.",
    )


def _local_fact(view: View, number: int) -> _Standing | None:
    found = view.local_fact(number)

    def take_back(change: Change, desk: Desk, reason: str) -> Sequence[CaseRecord]:
        change.end_fact(number, reason)
        return []

    if found.ended_at is not None:
        return None
    return _Standing(
        found.name,
        f"{shown(found.said_by.name, 80)} answered the question {found.fact}: “{tamed(found.answer, 300)}”. "
        "The question is open again, or stands as an assistant reported it; an earlier answer does not come back.",
        found.assurance >= Assurance.CONFIRMED,
        take_back,
        "record_fact takes a better answer.",
    )


def _screen_change(view: View, number: int) -> _Standing | None:
    found = view.screen_change(number)

    def take_back(change: Change, desk: Desk, reason: str) -> Sequence[CaseRecord]:
        change.end_screen_change(number, reason)
        return []

    if found.ended_at is not None:
        return None
    return _Standing(
        found.name,
        f"{shown(found.said_by.name, 80)} said of {found.playbook}, step {found.step}: "
        f"“{tamed(found.differs, 300)}”. Plans follow the playbook again, or what an assistant reported; an earlier "
        "change does not come back.",
        found.assurance >= Assurance.CONFIRMED,
        take_back,
        "record_screen_change says it anew.",
    )


def _evidence(view: View, number: int) -> _Standing | None:
    found = view.evidence(number)

    def take_back(change: Change, desk: Desk, reason: str) -> Sequence[CaseRecord]:
        return [change.case(change.retract_evidence(number, reason).case_id)]

    if found.retracted_at is not None:
        return None
    return _Standing(
        found.name,
        f"It is “{tamed(found.file_name, 120)}” at C-{found.case_id}, step {found.step}. "
        "The case no longer shows it; the file stays in the archive.",
        found.assurance >= Assurance.CONFIRMED,
        take_back,
        "get_case shows what is attached.",
    )


MOST_CASES: Final = 20


def ask_to_retract(desk: Desk, *, source: str, reason: str) -> Question | None:
    """Whether this source, or this word of somebody's, shall count no longer."""
    with desk.store.reading() as view:
        _require_leave(view, desk, source)
        return _retraction_question(desk, _find(view, source), reason)


def _require_leave(view: View, desk: Desk, name: str) -> None:
    """Who is no admin takes their own approval back and nothing else. Raises `RoleMissing`."""
    is_own = name[0] in "Aa" and known_as(view.approval(number_of(name)).approved_by.name) == known_as(desk.actor.name)
    if not is_own:
        desk.require_role("retract_source", ADMINS)


def _retraction_question(desk: Desk, found: _Standing, reason: str) -> Question:
    return Question(f"Shall {found.name} count no longer? {found.about}{quoted_as_given(desk, reason, 300)}")


def retract_source(desk: Desk, *, source: SourceName, reason: Because, answer: Answer) -> Retracted:
    """Take back what was wrong. Raises `RetractionNeedsPerson`, `AlreadyRetracted`, `RoleMissing`, …"""
    name = f"{source[0].upper()}-{number_of(source)}"
    match answer:
        case Answered(yes=True, channel=channel):
            actor = replace(desk.actor, channel=channel)
        case CouldNotAsk() | NotAsked():
            actor = desk.actor
        case Answered() | Declined():
            with desk.store.writing(replace(desk.actor, channel=answer.channel)) as change:
                note_answer(change, name, answer)
            return Retracted(what=name, retracted=False, cases=[], said=f"{name} still counts: nobody said yes.")
    with desk.store.writing(actor) as change:
        _require_leave(change, desk, source)
        found = _find(change, source)
        if isinstance(answer, Answered):
            if answer.question.digest != _retraction_question(desk, found, reason).digest:
                raise QuestionDrifted(name)
            note_answer(change, name, answer)
        elif found.takes_person:
            # An assistant may take back what an assistant said; a roster may be what contradicts it.
            raise RetractionNeedsPerson(name)
        settled = found.take_back(change, desk, shown(reason, 1000))
    cases = [f"{case.name} {case.subject}: {case.state.value}" for case in settled]

    def make(most: int) -> Retracted:
        left = len(cases) - most
        return Retracted(
            what=name,
            retracted=True,
            cases=[*cases[:most], *([f"… and {left:,} more; list_cases shows them."] if left > 0 else [])],
            said=f"{name} counts no longer; it stays in the trail. {plural(len(cases), 'case')} leaned on it.",
            next=found.next,
        )

    return fit(desk, make, MOST_CASES)


VERBS: Final = (
    Verb(
        name="retract_source",
        roles=APPROVERS,
        title="Take a source back",
        toolset=Toolset.SOURCES,
        description=(
            "Takes back a wrong roster (R-7), confirmation (K-31), approval (A-2), local answer (F-3), changed screen "
            "(S-3) or evidence (E-3). It counts no longer, stays in the trail, and cases that leaned on it open again. "
            "A person is asked first."
        ),
        reply=Retracted,
        run=retract_source,
        ask=ask_to_retract,
        reads_only=False,
        destroys=True,
        repeats_safely=False,
    ),
)
