"""Opening a case for the plan that was shown, or joining the plan to a case that stands."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.approvals import ApprovalReason
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.plans import NothingToDo, Plan, PlanBlocked, PlanDrifted
from axure_lifecycle.domain.playbooks import Playbook
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseRecord, Change
from axure_lifecycle_tools.arguments import RequestKey
from axure_lifecycle_tools.plan_reply import differing_options
from axure_lifecycle_tools.planning import OFFBOARD, Application, make_plan, read_asked
from axure_lifecycle_tools.repeating import Call
from axure_lifecycle_tools.showing import CaseReply, show_case
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.spec import Desk, Toolset, Verb
from axure_lifecycle_tools.wanted_beside import beside_case
from axure_lifecycle_tools.wording import said_of


class CaseStands(LifecycleError):
    """The same person has an open case under another address."""

    code = "case_stands"

    def __init__(self, subject: str, case: str, other: str) -> None:
        super().__init__(
            f"No case was opened for {subject}: {case} stands for the same person as {other}. "
            "Go on with that one (get_case); one that is open can be cancelled first (cancel_case)."
        )


class CaseWantsOther(LifecycleError):
    """An open case wants the same operation for the same person, with other options."""

    code = "case_wants_other"

    def __init__(self, subject: str, operation: str, case: str, stands: Sequence[str], wanted: Sequence[str]) -> None:
        super().__init__(
            f"No case was opened to {said_of(operation)} {subject}: {case}, which stands for that, has "
            f"{' and '.join(stands)}, and this plan has {' and '.join(wanted)}. Find out which of the two is wanted: "
            f"go on with {case} (get_case), or cancel it (cancel_case) and open this one."
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
    also_for: Sequence[ApprovalReason] = (),
) -> tuple[CaseRecord, Plan]:
    """Open the case for a plan, made again in this transaction, or join it to one. Raises the refusals of plans.

    Without a digest something was done already: then the case is one of its own. `also_for` are reasons for a second
    person that the plan of one person cannot show; policy decides whether they count.
    """
    planned = make_plan(change, desk, operation, asked, application)
    wanted = {*planned.approval_for, *(reason for reason in also_for if reason in desk.policy.approvals.reasons)}
    approval_for = tuple(reason for reason in ApprovalReason if reason in wanted)
    plan, people = planned.plan, [*dict.fromkeys(known for found in planned.people for known in found.addresses)]
    if digest is not None and plan.digest != digest:
        raise PlanDrifted(plan.subject, digest, plan.digest)
    if plan.blockers and not despite_blockers:
        raise PlanBlocked(plan.subject, plan.blockers)
    people = people or [Address(plan.subject)]
    about = [found.asked for found in planned.people] if len(planned.people) > 1 else [Address(plan.subject)]
    for known in people:
        other = change.case_on(known, operation)
        if other is not None and is_wanted_still(other):
            _require_the_same(plan, about, other)
    standing = change.cases_about(people, plan.application)
    for case in standing:
        opposite = next((one for one in case.operations if _contradict(desk, planned.playbook, one)), None)
        if opposite is not None and digest is not None:
            raise CaseContradicts(plan.subject, operation, case.name, opposite)
    if plan.is_empty:
        raise NothingToDo(plan.subject, plan.operation)
    reason = shown(reason, 1000)
    if digest is not None and len(planned.people) == 1:
        since = desk.now - timedelta(hours=desk.limits.join_hours)
        for case in standing:
            if operation not in case.operations and len(case.people) == 1 and case.opened_at >= since:
                return change.join_case(case, plan, reason=reason, approval_for=approval_for), plan
    opened = change.open_case(plan, about, due_on=planned.due_on, reason=reason, owner=owner, approval_for=approval_for)
    return opened, plan


def is_wanted_still(case: CaseRecord) -> bool:
    """Whether a case is open, or done and waits for a roster to show it."""
    return case.state is CaseState.OPEN or any(
        step.state is StepState.CONFIRMED and step.step.end is not None for step in case.steps
    )


def _require_the_same(plan: Plan, about: Sequence[Address], other: CaseRecord) -> None:
    """Raises `CaseStands` for a case under another address, `CaseWantsOther` for one with other options."""
    if not set(about) & set(other.people):
        raise CaseStands(plan.subject, other.name, other.subject)
    stands, wanted = differing_options(other.options_of(plan.operation), plan.options)
    if stands:
        raise CaseWantsOther(plan.subject, plan.operation, other.name, stands, wanted)


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
    owner: Annotated[str | None, Field(description="Whose case it is; default: whoever asks.", max_length=200)] = None,
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
            owner=owner or desk.actor.name,
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
            wanted=beside_case(change, desk, case),
        )
        call.remember(change, reply.to_keep())
    return reply


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
)
