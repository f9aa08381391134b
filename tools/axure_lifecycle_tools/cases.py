"""Cases: opened for the plan that was shown, looked at, handed over, cancelled."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseEvent as Event
from axure_lifecycle.domain.cases import CaseOver, CaseState, follow
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.plans import NothingToDo, Plan, PlanBlocked, PlanDrifted
from axure_lifecycle.domain.playbooks import Playbook
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseLine, CaseRecord, Change, Page
from axure_lifecycle_tools.arguments import (
    Because,
    CaseName,
    Cursor,
    RequestKey,
    address_of,
    number_of,
)
from axure_lifecycle_tools.planning import OFFBOARD, Application, make_plan, read_asked
from axure_lifecycle_tools.repeating import Call
from axure_lifecycle_tools.showing import CaseReply, has_waited_long, show_case
from axure_lifecycle_tools.situations import Asked
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
from axure_lifecycle_tools.wording import plural, quoted, said_of

# -- opening ----------------------------------------------------------------------------------------------------------


class CaseStands(LifecycleError):
    """The same person has an open case under another address."""

    code = "case_stands"

    def __init__(self, subject: str, case: str, other: str) -> None:
        super().__init__(
            f"No case was opened for {subject}: {case} stands for the same person as {other}. "
            "Go on with that one (get_case); one that is open can be cancelled first (cancel_case)."
        )


class CaseContradicts(LifecycleError):
    """Another open case wants the opposite for the same person."""

    code = "case_contradicts"

    def __init__(self, subject: str, operation: str, case: str, other: str) -> None:
        super().__init__(
            f"No case was opened to {said_of(operation)} {subject}: {case}, which is open, is to {said_of(other)} the "
            f"same person. Find out which of the two is wanted; cancel {case} (cancel_case) or leave this one."
        )


def open_planned(
    change: Change,
    desk: Desk,
    operation: str,
    asked: Asked,
    digest: str | None,
    *,
    owner: str | None,
    reason: str,
    application: str | None = None,
    despite_blockers: bool = False,
) -> tuple[CaseRecord, Plan]:
    """Open the case for a plan, made again in this transaction, or join it to one. Raises the refusals of plans.

    Without a digest something was done already: then the case is one of its own.
    """
    planned = make_plan(change, desk, operation, asked, application)
    plan, people = planned.plan, [*dict.fromkeys(known for found in planned.people for known in found.addresses)]
    if digest is not None and plan.digest != digest:
        raise PlanDrifted(plan.subject, digest, plan.digest)
    if plan.blockers and not despite_blockers:
        raise PlanBlocked(plan.subject, plan.blockers)
    people = people or [Address(plan.subject)]
    for known in people:
        other = change.case_on(known, operation) if known != plan.subject else None
        if other is not None and other.subject != plan.subject and _is_wanted_still(other):
            raise CaseStands(plan.subject, other.name, other.subject)
    standing = change.cases_about(people, plan.application)
    for case in standing:
        opposite = next((one for one in case.operations if _contradict(desk, planned.playbook, one)), None)
        if opposite is not None and digest is not None:
            raise CaseContradicts(plan.subject, operation, case.name, opposite)
    if plan.is_empty:
        raise NothingToDo(plan.subject, plan.operation)
    reason = shown(reason, 1000)
    if digest is not None and len(asked.people) == 1:
        since = desk.now - timedelta(hours=desk.limits.join_hours)
        for case in standing:
            if operation not in case.operations and len(case.people) == 1 and case.opened_at >= since:
                return change.join_case(case, plan, reason=reason), plan
    about = asked.people if len(asked.people) > 1 else (Address(plan.subject),)
    return change.open_case(plan, about, due_on=planned.due_on, reason=reason, owner=owner), plan


def _is_wanted_still(case: CaseRecord) -> bool:
    """Whether a case is open, or done and waits for a roster to show it."""
    return case.state is CaseState.OPEN or any(
        step.state is StepState.CONFIRMED and step.step.end is not None for step in case.steps
    )


def _contradict(desk: Desk, playbook: Playbook, other: str) -> bool:
    """Whether two operations cannot both be wanted for one person; either playbook may say so."""
    return (
        other in playbook.contradicts
        or playbook.operation in desk.knowledge.playbook(playbook.application, other).contradicts
    )


def open_case(
    desk: Desk,
    *,
    person: Annotated[
        str, Field(description="The `subject` of the plan's answer.", examples=["ana@acme.example"], max_length=320)
    ],
    digest: Annotated[
        str, Field(description="The digest of the plan that the person agreed to.", pattern=r"^[0-9a-f]{64}$")
    ],
    operation: Annotated[
        str, Field(description="The `operation` of the plan's answer.", pattern="^[a-z0-9-]+$", max_length=40)
    ] = OFFBOARD,
    options: Annotated[
        dict[str, str] | None, Field(description="The `options` of the plan's answer, as they are.")
    ] = None,
    application: Application = None,
    owner: Annotated[str | None, Field(description="Whose case it is; default: the operator.", max_length=200)] = None,
    reason: Annotated[str, Field(description="Why, e.g. the ticket.", max_length=1000)] = "",
    request_key: RequestKey = None,
) -> CaseReply:
    """Open a case for exactly the plan with this digest. Raises `PlanDrifted`, `PlanBlocked`, `CaseOpenAlready`, …"""
    asked = read_asked(desk, person, options or {})
    given: dict[str, object] = {
        "person": person,
        "digest": digest,
        "options": dict(asked.options),
        "owner": owner,
        "reason": reason,
    }
    given |= {"operation": operation, "application": application}
    call = Call("open_case", request_key, given)
    with desk.store.writing(desk.actor) as change:
        if (kept := call.first_answer(change)) is not None:
            return CaseReply.as_kept(kept)
        standing = change.case_on(asked.people[0] if asked.people else Address(person), operation)
        if standing is not None and digest in standing.digests:
            return show_case(desk, standing, [f"{standing.name} was opened before with this plan; nothing changed."])
        case, _ = open_planned(
            change,
            desk,
            operation,
            asked,
            digest,
            owner=owner or desk.organization.operator,
            reason=reason,
            application=application,
        )
        is_new = len(case.parts) == 1
        reply = show_case(
            desk,
            case,
            [
                f"Opened {case.name}."
                if is_new
                else f"Joined to {case.name}, which was opened for the same person on "
                f"{case.opened_at.astimezone(desk.organization.time_zone).date()}."
            ],
        )
        call.remember(change, reply.to_keep())
    return reply


# -- looking ----------------------------------------------------------------------------------------------------------


def get_case(desk: Desk, *, case: CaseName) -> CaseReply:
    """Raises `CaseUnknown`."""
    with desk.store.reading() as view:
        found = view.case(number_of(case))
    return show_case(desk, found)


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


class CaseList(Reply):
    """Cases, newest first."""

    in_all: int
    cases: list[ListedCase]
    cursor: str | None

    def text(self) -> str:
        """One line for each case."""
        lines = [f"{plural(self.in_all, 'case')}."]
        lines += [
            f"- {one.case} {one.operation} {one.subject}: {one.state}{', overdue' if one.overdue else ''}, "
            f"{one.settled}/{one.steps} settled"
            + (f", {one.contradicted} contradicted" if one.contradicted else "")
            + f", wanted since {one.wanted_since[:10]}"
            + (f", last day {one.due_on}" if one.due_on else "")
            + (f", {one.owner}" if one.owner else "")
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
    cursor: Cursor = None,
) -> CaseList:
    """Newest first. Raises `NotAnAddress`."""
    with desk.store.reading() as view:
        lines, _, in_all = view.cases(
            Page(MOST_CASES + 1, cursor),
            states=(CaseState(state),) if state else (),
            subject=address_of(person) if person else None,
            owner=owner,
        )

    def make(most: int) -> CaseList:
        more = len(lines) > most
        return CaseList(
            in_all=in_all,
            cases=[_listed(desk, line) for line in lines[:most]],
            cursor=str(lines[most - 1].id) if more else None,
            next="More with the cursor; get_case shows one." if more else "" if lines else "plan_offboard begins one.",
        )

    return fit(desk, make, MOST_CASES)


def _listed(desk: Desk, line: CaseLine) -> ListedCase:
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
        overdue=line.state is CaseState.OPEN and has_waited_long(desk, line.opened_at, line.due_on),
    )


# -- handing over and ending ------------------------------------------------------------------------------------------


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
    """Raises `CaseUnknown`, `CaseOver`."""
    name = shown(owner.strip(), 200)
    with desk.store.writing(desk.actor) as change:
        found = change.case(number_of(case))
        if not name:
            raise OwnerMissing(found.name)
        if found.state is CaseState.CANCELLED:
            raise CaseOver(found.name, found.state, "assigned")
        if found.owner == name:
            return show_case(desk, found, [f"{found.name} is with {name} already; nothing changed."])
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
        return _cancel_question(view.case(number_of(case)), reason)


def _cancel_question(case: CaseRecord, reason: str) -> Question | None:
    if follow(case.state, Event.CANCELLED) is None:
        raise CaseOver(case.name, case.state, "cancelled")
    if all(step.state in _UNTOUCHED for step in case.steps):
        return None
    return Question(
        f"Shall {case.name}, {case.operation} {case.subject}, end here? What was confirmed stays written; nobody "
        "follows "
        f"up what a roster contradicted, or what is still to do.{quoted(reason, 300, 'whoever asks')}"
    )


def cancel_case(desk: Desk, *, case: CaseName, reason: Because, answer: Answer) -> CaseReply:
    """Raises `CaseUnknown`, `CancelNeedsPerson`, `CaseOver` for a case that is no longer open."""
    actor = replace(desk.actor, channel=answer.channel) if isinstance(answer, Answered | Declined) else desk.actor
    with desk.store.writing(actor) as change:
        found = change.case(number_of(case))
        question = _cancel_question(found, reason)
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
        name="open_case",
        title="Open a case",
        toolset=Toolset.CASES,
        description=(
            "Opens a case for the plan with this digest, after the person agreed to it. Refused when anything that the "
            "plan leans on changed since, while a STOP stands, or when such a case is open already. Changes nothing in "
            "Axure."
        ),
        reply=CaseReply,
        run=open_case,
        reads_only=False,
        repeats_safely=True,
    ),
    Verb(
        name="list_cases",
        title="List cases",
        toolset=Toolset.CASES,
        description=(
            "Lists cases, newest first, by state, person or owner, with how many steps are settled or contradicted."
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
