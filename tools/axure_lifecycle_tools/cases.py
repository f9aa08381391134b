"""Cases: looked at, handed over, cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import not_
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.cases import CaseEvent as Event
from axure_lifecycle.domain.cases import CaseOver, CaseState, follow
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseLine, CaseRecord, Page, View
from axure_lifecycle_tools.approvals import ApproverCannotOwn, given_by
from axure_lifecycle_tools.arguments import Because, CaseName, Cursor, address_of, number_of
from axure_lifecycle_tools.outbox import say_ticket
from axure_lifecycle_tools.showing import CaseReply, has_waited_long, show_case
from axure_lifecycle_tools.spec import (
    Answer,
    Answered,
    Declined,
    Desk,
    Question,
    QuestionDrifted,
    Reply,
    Toolset,
    Verb,
    fit,
    note_answer,
)
from axure_lifecycle_tools.wanted_beside import beside_case
from axure_lifecycle_tools.wanted_words import mark_cases
from axure_lifecycle_tools.wording import plural, quoted_as_given

# -- looking -----------------------------------------------------------------------------------------------------------


def get_case(desk: Desk, *, case: CaseName, cursor: Cursor = None) -> CaseReply:
    """Raises `CaseUnknown`, `CursorUnknown`."""
    with desk.store.reading() as view:
        found = view.case(number_of(case))
        ticket = say_ticket(desk, view, found.id)
        wanted = beside_case(view, desk, found) if cursor is None else []
    return show_case(desk, found, ticket, cursor, wanted)


class ListedCase(BaseModel):
    """One case."""

    model_config = ConfigDict(extra="forbid")

    case: str
    operation: str
    subject: str
    state: str
    owner: str | None
    wanted_since: str
    due_on: str | None
    steps: int
    settled: int
    contradicted: int
    overdue: bool = Field(description="Whether it is open and has waited for too many days.")
    people: int = Field(default=1, description="How many people it is about.")
    lacks_approval: bool = Field(default=False, description="Whether it waits for a second person.", exclude_if=not_)
    wanted: str = Field(default="", description="By an identity provider that pushes.", exclude_if=not_)

    @property
    def more(self) -> str:
        """How many people it is about beside its subject, in words."""
        return f" and {self.people - 1:,} more" if self.people > 1 else ""


class CaseList(Reply):
    """Cases, newest first."""

    in_all: int
    cases: list[ListedCase]
    cursor: str | None

    def text(self) -> str:
        """One line for each case."""
        lines = [f"{plural(self.in_all, 'case')}."]
        lines += [
            f"- {one.case} {one.operation} {one.subject}{one.more}: {one.state}{', overdue' if one.overdue else ''}, "
            f"{'waits for approval, ' if one.lacks_approval else ''}{one.settled}/{one.steps} settled"
            + (f", {one.contradicted} contradicted" if one.contradicted else "")
            + f", wanted since {one.wanted_since[:10]}"
            + (f", last day {one.due_on}" if one.due_on else "")
            + (f", {one.owner}" if one.owner else "")
            + (f"; the person is wanted {one.wanted}" if one.wanted else "")
            for one in self.cases
        ]
        return "\n".join([*lines, self.next] if self.next else lines)


MOST_CASES: Final = 25


StateName = Literal["open", "done", "verified", "cancelled"]


def list_cases(
    desk: Desk,
    *,
    state: Annotated[StateName | None, Field(description="Only cases in this state.")] = None,
    person: Annotated[str | None, Field(description="Only cases on this address.", max_length=320)] = None,
    owner: Annotated[str | None, Field(description="Only cases of this owner.", max_length=200)] = None,
    waiting_for: Annotated[
        Literal["approval"] | None, Field(description="Only open cases that wait for a second person.")
    ] = None,
    cursor: Cursor = None,
) -> CaseList:
    """Newest first. Raises `NotAnAddress`."""
    with desk.store.reading() as view:
        lines, _, in_all = view.cases(
            Page(MOST_CASES + 1, cursor),
            states=(CaseState(state),) if state else (),
            subject=address_of(person) if person else None,
            owner=owner,
            lacks_approval=waiting_for is not None,
        )
        wishes = mark_cases(view, desk, lines)

    def make(most: int) -> CaseList:
        more = len(lines) > most
        return CaseList(
            in_all=in_all,
            cases=[_listed(desk, line, wishes) for line in lines[:most]],
            cursor=str(lines[most - 1].id) if more else None,
            next="More with the cursor; get_case shows one." if more else "" if lines else "plan_offboard begins one.",
        )

    return fit(desk, make, MOST_CASES)


def list_of(view: View, desk: Desk, lines: Sequence[CaseLine], cursor: str | None, in_all: int) -> CaseList:
    """Cases as they go out, all of these."""
    wishes = mark_cases(view, desk, lines)
    return CaseList(in_all=in_all, cases=[_listed(desk, line, wishes) for line in lines], cursor=cursor)


def _listed(desk: Desk, line: CaseLine, wishes: Mapping[int, str]) -> ListedCase:
    return ListedCase(
        case=f"C-{line.id}",
        operation=line.operation,
        subject=line.subject,
        state=line.state.value,
        owner=shown(line.owner, 80) if line.owner else None,
        wanted_since=line.opened_at.astimezone(desk.organization.time_zone).isoformat(timespec="seconds"),
        due_on=line.due_on,
        steps=line.steps,
        settled=line.settled,
        contradicted=line.contradicted,
        people=line.people,
        lacks_approval=line.lacks_approval and line.state is CaseState.OPEN,
        overdue=line.state is CaseState.OPEN and has_waited_long(desk, line.opened_at, line.due_on),
        wanted=wishes.get(line.id, ""),
    )


# -- handing over and ending -------------------------------------------------------------------------------------------


class OwnerMissing(LifecycleError):
    """A case is given to somebody."""

    code = "owner_missing"

    def __init__(self, case: str) -> None:
        super().__init__(f"{case} was not assigned: say to whom, by e-mail address or team name.")


def assign_case(
    desk: Desk,
    *,
    case: CaseName,
    owner: Annotated[str, Field(description="Whose case it is from now on: an address or a team.", max_length=200)],
) -> CaseReply:
    """Raises `CaseUnknown`, `CaseOver`, `ApproverCannotOwn`."""
    name = shown(owner.strip(), 200)
    with desk.store.writing(desk.actor) as change:
        found = change.case(number_of(case))
        if not name:
            raise OwnerMissing(found.name)
        if found.state is CaseState.CANCELLED:
            raise CaseOver(found.name, found.state, "assigned")
        if found.owner == name:
            return show_case(desk, found, [f"{found.name} is with {name} already; nothing changed."])
        if approval := given_by(change, desk, found, name):
            raise ApproverCannotOwn(found.name, name, approval.name)
        found = change.assign_case(found, name)
    return show_case(desk, found, [f"{found.name} is now with {name}."])


class CancelNeedsPerson(LifecycleError):
    """A person's word or a roster's contradiction stands in the case."""

    code = "cancel_needs_person"

    def __init__(self, case: str) -> None:
        super().__init__(
            f"{case} was not cancelled: somebody confirmed steps of it, or a roster contradicted one, and this client "
            f"cannot ask a person. The person runs `axure-lifecycle cancel {case} --reason …` at a terminal."
        )


_UNTOUCHED: Final = frozenset({StepState.TO_DO, StepState.REPORTED, StepState.SKIP_REPORTED})


def ask_about_cancelling(desk: Desk, *, case: str, reason: str) -> Question | None:
    """Whether a case that holds a person's word shall end; None where it holds none."""
    with desk.store.reading() as view:
        return _cancel_question(desk, view.case(number_of(case)), reason)


def _cancel_question(desk: Desk, case: CaseRecord, reason: str) -> Question | None:
    if follow(case.state, Event.CANCELLED) is None:
        raise CaseOver(case.name, case.state, "cancelled")
    if all(step.state in _UNTOUCHED for step in case.steps):
        return None
    return Question(
        f"Shall {case.name}, {case.operation} {case.subject}, end here? What was confirmed stays written; nobody "
        "follows "
        f"up what a roster contradicted, or what is still to do.{quoted_as_given(desk, reason, 300)}"
    )


def cancel_case(desk: Desk, *, case: CaseName, reason: Because, answer: Answer) -> CaseReply:
    """Raises `CaseUnknown`, `CancelNeedsPerson`, `CaseOver` for a case that is no longer open."""
    actor = replace(desk.actor, channel=answer.channel) if isinstance(answer, Answered | Declined) else desk.actor
    with desk.store.writing(actor) as change:
        found = change.case(number_of(case))
        question = _cancel_question(desk, found, reason)
        if question is not None:
            match answer:
                case Answered(yes=True, question=asked):
                    if asked.digest != question.digest:
                        raise QuestionDrifted(found.name)
                    note_answer(change, found.name, answer, found.subject)
                case Answered() | Declined():
                    note_answer(change, found.name, answer, found.subject)
                    return show_case(desk, found, [f"{found.name} goes on: nobody said yes."])
                case _:
                    raise CancelNeedsPerson(found.name)
        found = change.cancel_case(found, shown(reason, 1000))
    said = f"{found.name} is cancelled. What was confirmed stays in the trail; nothing changed in Axure."
    return show_case(desk, found, [said])


VERBS: Final = (
    Verb(
        name="list_cases",
        title="List cases",
        toolset=Toolset.CASES,
        description=(
            "Lists cases, newest first, by state, person, owner or what they wait for, with how many steps are settled "
            "or contradicted."
        ),
        reply=CaseList,
        run=list_cases,
        reads_only=True,
        repeats_safely=True,
    ),
    Verb(
        name="get_case",
        title="Look at a case",
        toolset=Toolset.CASES,
        description=(
            "Shows a case: every step with its state (to do, reported, confirmed, verified, contradicted, skipped) "
            "and who said so, and the steps to do now in full. Guide the person through one step at a time."
        ),
        reply=CaseReply,
        run=get_case,
        reads_only=True,
        repeats_safely=True,
    ),
    Verb(
        name="assign_case",
        title="Assign a case",
        toolset=Toolset.CASES,
        description="Gives a case to another owner.",
        reply=CaseReply,
        run=assign_case,
        reads_only=False,
        repeats_safely=True,
    ),
    Verb(
        name="cancel_case",
        title="Cancel a case",
        toolset=Toolset.CASES,
        description=(
            "Ends an open case that is no longer wanted, with a reason. It changes nothing in Axure and deletes "
            "nothing."
        ),
        reply=CaseReply,
        run=cancel_case,
        ask=ask_about_cancelling,
        reads_only=False,
        destroys=True,
        repeats_safely=False,
    ),
)
