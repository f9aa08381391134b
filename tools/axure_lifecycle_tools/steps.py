"""Writing down what was done: one step at a time, each bound to the question that was answered."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field

from axure_lifecycle.domain.cases import CaseOver, CaseState
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel, assurance_by
from axure_lifecycle.domain.steps import Answer as How
from axure_lifecycle.domain.steps import Outcome, StepState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseRecord, Change, ClaimRecord, StepRecord, View
from axure_lifecycle_tools.approvals import require_approval, say_why, was_approved
from axure_lifecycle_tools.arguments import CaseName, RequestKey, number_of
from axure_lifecycle_tools.demanding import demanded_of, too_weak, where_to_confirm
from axure_lifecycle_tools.going_on import can_be_said_out_of_order, late_steps
from axure_lifecycle_tools.repeating import Call
from axure_lifecycle_tools.settling import resettle
from axure_lifecycle_tools.showing import CaseReply, show_case
from axure_lifecycle_tools.spec import (
    Answer,
    Answered,
    CouldNotAsk,
    Declined,
    Desk,
    NotAsked,
    Place,
    Question,
    QuestionDrifted,
    Toolset,
    Verb,
)
from axure_lifecycle_tools.wording import TYPED_THEMSELVES, name_all, named, quoted, quoted_as_given

OutcomeName = Literal["done", "skipped", "not_done"]


class StepUnknown(LifecycleError):
    """The case has no such step."""

    code = "step_unknown"

    def __init__(self, case: str, asked: str, keys: tuple[str, ...]) -> None:
        super().__init__(
            f"{case} has no step “{shown(asked, 60)}”. Its steps are {', '.join(keys)}; do it again with one of these."
        )


class StepWaits(LifecycleError):
    """Other steps come first."""

    code = "step_waits"

    def __init__(self, case: str, step: str, first: tuple[str, ...], done_already: str = "") -> None:
        super().__init__(
            f"{case}: {step} was not recorded, because {', '.join(first)} must be confirmed or skipped first. "
            f"Do these, or skip them with a reason (outcome skipped).{done_already}"
        )


class SkipNeedsReason(LifecycleError):
    """A step is skipped for a reason."""

    code = "skip_needs_reason"

    def __init__(self, case: str, step: str) -> None:
        super().__init__(f"{case}: {step} was not skipped: say in note why it is not needed.")


def find_step(case: CaseRecord, key: str) -> StepRecord:
    """A step by its key or its number from 1. Raises `StepUnknown`."""
    wanted = key.strip().lower()
    for number, step in enumerate(case.steps, 1):
        if wanted in (step.step.key, str(number)):
            return step
    raise StepUnknown(case.name, key, tuple(step.step.key for step in case.steps))


def question_about(desk: Desk, case: CaseRecord, step: StepRecord, outcome: Outcome, note: str) -> Question | None:
    """What a person is asked; None where no word of theirs is needed."""
    title = f"{case.name}, {case.operation} {name_all(case.people)}: {named(step.step.title, case.people)}."
    asked = named(step.step.question, case.people)
    added = _quote(desk, step, note) if note else ""
    match outcome:
        case Outcome.DONE:
            return Question(f"{title} {asked} Say yes only for what you did or saw yourself.{added}")
        case Outcome.SKIPPED:
            return Question(f"{title} Shall this step be skipped, for the reason below?{added}")
        case Outcome.NOT_DONE if step.state in _SAID_BY_REPORT:
            return None
        case Outcome.NOT_DONE if step.state is StepState.CONTRADICTED:
            return Question(
                f"{title} A later roster shows that it is not so. Is it not done, and shall what was said before count "
                f"no longer?{added}"
            )
        case Outcome.NOT_DONE:
            return Question(f"{title} Shall it count as not done, although it stands as {step.state.value}?{added}")


def _quote(desk: Desk, step: StepRecord, note: str) -> str:
    """The note of a question; at a terminal a reported one is confirmed with the words of whoever reported it."""
    reported = any(claim.note == note and claim.assurance is Assurance.REPORTED for claim in step.claims)
    if reported and desk.actor.channel in TYPED_THEMSELVES:
        return quoted(note, 300, "whoever reported it")
    return quoted_as_given(desk, note, 300)


_SAID_BY_REPORT: Final = frozenset({StepState.REPORTED, StepState.SKIP_REPORTED})
"""What an assistant said, an assistant may take back."""


def is_said(step: StepRecord, outcome: Outcome) -> bool:
    """Whether a person's word for this outcome stands already, or a roster made it needless."""
    match outcome:
        case Outcome.DONE:
            return step.state in (StepState.CONFIRMED, StepState.VERIFIED)
        case Outcome.SKIPPED:
            return step.state in (StepState.SKIPPED, StepState.CONFIRMED, StepState.VERIFIED)
        case Outcome.NOT_DONE:
            return step.state in (StepState.TO_DO, StepState.VERIFIED)


def _check(view: View, desk: Desk, case: CaseRecord, step: StepRecord, outcome: Outcome, note: str) -> None:
    if case.state is CaseState.CANCELLED:
        raise CaseOver(case.name, case.state, "worked on")
    require_approval(view, desk, case, outcome)
    if outcome is Outcome.SKIPPED and not note.strip():
        raise SkipNeedsReason(case.name, step.step.key)
    if outcome is Outcome.DONE:
        settled = {StepState.CONFIRMED, StepState.SKIPPED, StepState.VERIFIED}
        open_keys = {one.step.key for one in case.steps if one.state not in settled}
        first = tuple(key for key in step.step.after if key in open_keys)
        if first:
            raise StepWaits(case.name, step.step.key, first, _say_done_already(case, step))


def _say_done_already(case: CaseRecord, step: StepRecord) -> str:
    """What to call when it was done before its time all the same: what a person did, they may say."""
    if not can_be_said_out_of_order(case, step):
        return ""
    return f" If it is done already, record_deactivation {{person: '{case.subject}'}} writes that down in any order."


def ask_about_step(
    desk: Desk, *, case: str, step: str, outcome: OutcomeName, note: str = "", request_key: str | None = None
) -> Question | None:
    """The question about one step; None where it was answered before or needs no person."""
    with desk.store.reading() as view:
        if _step_call(request_key, case, step, outcome, note).first_answer(view) is not None:
            return None
        record = view.case(number_of(case))
        found = find_step(record, step)
        _check(view, desk, record, found, Outcome(outcome), note)
    return None if is_said(found, Outcome(outcome)) else question_about(desk, record, found, Outcome(outcome), note)


def place_of_step(
    desk: Desk, *, case: str, step: str, outcome: OutcomeName, note: str = "", request_key: str | None = None
) -> Place:
    """Where the console asks about it. Raises `CaseUnknown`, `StepUnknown`."""
    del note, request_key
    with desk.store.reading() as view:
        record = view.case(number_of(case))
    found = find_step(record, step)
    return Place(record.name, found.step.key, outcome, demanded_of(desk, record, found))


def _step_call(key: str | None, case: str, step: str, outcome: str, note: str) -> Call:
    return Call("record_step", key, {"case": f"C-{number_of(case)}", "step": step, "outcome": outcome, "note": note})


def record_step(
    desk: Desk,
    *,
    case: CaseName,
    step: Annotated[str, Field(description="The step's key, e.g. deactivate.", min_length=1, max_length=80)],
    outcome: Annotated[
        OutcomeName, Field(description="done, skipped (with a note), or not_done to take a claim back.")
    ],
    note: Annotated[
        str, Field(description="What the trail should keep; for skipped, the reason.", max_length=1000)
    ] = "",
    request_key: RequestKey = None,
    answer: Answer,
) -> CaseReply:
    """Write down what was said about a step. Raises `CaseUnknown`, `StepUnknown`, `ApprovalMissing`, `StepWaits`, …"""
    call = _step_call(request_key, case, step, outcome, note)
    with desk.store.writing(who_says(desk, answer)) as change:
        if (kept := call.first_answer(change)) is not None:
            return CaseReply.as_kept(kept)
        record = change.case(number_of(case))
        found = find_step(record, step)
        _check(change, desk, record, found, Outcome(outcome), note)
        question = question_about(desk, record, found, Outcome(outcome), note)
        reply = record_answer(change, desk, record, found, Outcome(outcome), note, question, answer)
        call.remember(change, reply.to_keep())
    return reply


def who_says(desk: Desk, answer: Answer) -> Actor:
    """Whose word is written down, on which channel."""
    match answer:
        case Answered(channel=channel) | Declined(channel=channel):
            return replace(desk.actor, channel=channel)
        case CouldNotAsk() | NotAsked():
            return desk.actor


def record_answer(
    change: Change,
    desk: Desk,
    case: CaseRecord,
    step: StepRecord,
    outcome: Outcome,
    note: str,
    question: Question | None,
    answer: Answer,
    before: Sequence[str] = (),
) -> CaseReply:
    """Write down what was said about a step, unless it says nothing new, and tell it after what was said `before`."""
    where = f"{case.name}, {step.step.key}"
    if is_said(step, outcome):
        return show_case(desk, case, [f"{where}: nothing changed, it is {step.state.value.replace('_', ' ')} already."])
    said, how, words = _understand(question, step, outcome, answer, where)
    channel, demanded = who_says(desk, answer).channel, demanded_of(desk, case, step)
    assurance = assurance_by(channel, demanded) if how is How.ANSWERED else Assurance.REPORTED
    digest = question.digest if question else ""
    if _repeats(step, said, how, assurance, digest, channel):
        return show_case(desk, case, [f"{where}: nothing changed, the same was recorded before."])
    stood = was_approved(change, desk, case, said, how)
    change.add_claim(
        case,
        step.step.key,
        outcome=said,
        answer=how,
        assurance=assurance,
        question=question.text if question else "",
        question_digest=digest,
        note=shown("; ".join(part for part in (note.strip(), words.strip()) if part), 2000),
        was_approved=stood,
    )
    settled = resettle(change, desk, case.id)
    told = [*before, _tell(desk, case, step, said, how, assurance, too_weak(channel, demanded))]
    if stood is False:
        told.append(
            f"It was done without the approval of a second person that it needed ({say_why(case.approval_for)}): "
            "what was done is written down, and the record keeps that nobody had agreed."
        )
    if late := [key for key in late_steps(settled) if key not in late_steps(case)]:
        told.append(
            f"Too late now to be done as that account: {', '.join(sorted(late))}. The case says what is known of it."
        )
    return show_case(desk, settled, told)


def _understand(
    question: Question | None, step: StepRecord, outcome: Outcome, answer: Answer, where: str
) -> tuple[Outcome, How, str]:
    match answer:
        case Answered(yes=yes, note=words, question=asked):
            if question is None or asked.digest != question.digest:
                raise QuestionDrifted(where)
            is_proposal = outcome is Outcome.SKIPPED and step.state is not StepState.SKIP_REPORTED
            if not yes and (outcome is Outcome.NOT_DONE or is_proposal):
                # Who does not want the step skipped, or taken back, has said nothing about whether it was done.
                return outcome, How.DECLINED, words
            # A form that comes back unticked is a "no", and a no is worth as much as a yes.
            return (outcome if yes else Outcome.NOT_DONE), How.ANSWERED, words
        case Declined(was_cancelled=was_cancelled):
            return outcome, How.CANCELLED if was_cancelled else How.DECLINED, ""
        case CouldNotAsk():
            return outcome, How.COULD_NOT_ASK, ""
        case NotAsked():
            if outcome is not Outcome.NOT_DONE:
                raise QuestionDrifted(where)
            return outcome, How.COULD_NOT_ASK, ""


def _repeats(step: StepRecord, outcome: Outcome, how: How, assurance: Assurance, digest: str, channel: Channel) -> bool:
    standing = [claim for claim in step.claims if claim.retracted_at is None]
    last: ClaimRecord | None = standing[-1] if standing else None
    return (
        last is not None
        and step.state is not StepState.CONTRADICTED
        and (last.outcome, last.answer, last.assurance, last.question_digest) == (outcome, how, assurance, digest)
        and (how is not How.ANSWERED or last.said_by.channel is channel)
    )


def _tell(
    desk: Desk,
    case: CaseRecord,
    step: StepRecord,
    outcome: Outcome,
    how: How,
    assurance: Assurance,
    weak: str,
) -> str:
    where = f"{case.name}, {step.step.key}"
    if how in (How.DECLINED, How.CANCELLED):
        word = "declined" if how is How.DECLINED else "closed the question"
        return f"{where}: not recorded as {outcome.value}; the person {word}. That is kept, and it is no yes."
    if outcome is Outcome.NOT_DONE:
        if assurance is Assurance.REPORTED and step.state not in (*_SAID_BY_REPORT, StepState.TO_DO):
            if how is How.ANSWERED:
                return f"{where}: the no is kept, and takes nothing back, because {weak}."
            return f"{where}: an assistant's no is kept, and takes nothing back that a person said."
        return f"{where}: recorded as not done."
    if assurance is Assurance.REPORTED:
        why = weak if how is How.ANSWERED else "nobody could be asked from here"
        return (
            f"{where}: {outcome.value} is only reported, because {why}. It settles nothing until the person confirms "
            f"it {where_to_confirm(desk, case, step)}"
        )
    proof = (
        "Only a later roster can verify it." if step.step.end else "No roster can ever show it: it stays their word."
    )
    return f"{where}: {outcome.value}, confirmed by the person. {proof}"


VERBS: Final = (
    Verb(
        name="record_step",
        title="Record a step",
        toolset=Toolset.CASES,
        description=(
            "Records what was done about one step of a case. The person is asked, and only their yes confirms it; "
            "where this client cannot ask, it is stored as reported and settles nothing until they confirm at a "
            "terminal. Call it only after the person says that they did the step. Changes nothing in Axure."
        ),
        reply=CaseReply,
        run=record_step,
        ask=ask_about_step,
        place=place_of_step,
        reads_only=False,
        repeats_safely=True,
    ),
)
