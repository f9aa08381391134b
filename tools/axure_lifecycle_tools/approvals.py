"""Whether a second person agreed to a case, who may be one, and how it is said."""

from collections.abc import Sequence
from typing import Final

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.approvals import Approval, ApprovalReason, known_as
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.organization import APPROVAL
from axure_lifecycle.domain.steps import Answer, Outcome
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseRecord, View
from axure_lifecycle_tools.demanding import too_weak, where_to_approve
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import at, by

_WHY: Final = {
    ApprovalReason.SUPER_ADMIN: "a Super Admin is affected",
    ApprovalReason.LICENCE_OWNER: "an owner or manager of licences is affected",
    ApprovalReason.BATCH: "it is for many people at once",
    ApprovalReason.REACTIVATION: "somebody comes back",
}


class ApprovalMissing(LifecycleError):
    """Policy wants a second person to agree first, and nobody's agreement counts."""

    code = "approval_missing"

    def __init__(self, case: str, why: str, place: str) -> None:
        super().__init__(
            f"{case}: nothing was recorded, because a second person must agree first ({why}). Let somebody approve it "
            f"who neither asked for it nor works on it: approve_case {{case: '{case}'}}, signed in as themselves, or "
            f"{place}."
        )


class ApproverPerforms(LifecycleError):
    """Whoever agreed as the second person is not the one who does it."""

    code = "approver_performs"

    def __init__(self, case: str, name: str, approval: str) -> None:
        super().__init__(
            f"{case}: nothing was recorded, because {shown(name, 80)} approved it ({approval}), and whoever approves "
            f"performs nothing of it. Let somebody else do the step and say so, or take the approval back first "
            f"(retract_source {approval}); then another person must approve."
        )


class ApproverCannotOwn(LifecycleError):
    """A case is not given to whoever agreed to it as the second person."""

    code = "approver_cannot_own"

    def __init__(self, case: str, owner: str, approval: str) -> None:
        super().__init__(
            f"{case} was not assigned: {shown(owner, 80)} approved it ({approval}) and cannot own it as well. Give it "
            f"to somebody else, or take the approval back first (retract_source {approval})."
        )


def say_why(reasons: Sequence[ApprovalReason]) -> str:
    """Why a second person must agree, in words.

    >>> say_why((ApprovalReason.SUPER_ADMIN, ApprovalReason.REACTIVATION))
    'a Super Admin is affected, and somebody comes back'
    """
    return ", and ".join(_WHY[reason] for reason in reasons)


def names_of(view: View, desk: Desk, name: str) -> frozenset[str]:
    """A person's name and every address that the sources know as theirs, as `known_as` has them."""
    address = normal(name)
    if address is None:
        return frozenset({known_as(name)})
    found = view.person(address, desk.now, desk.policy.non_personal)
    return frozenset(map(known_as, (name, *found.addresses)))


def given_by(view: View, desk: Desk, case: CaseRecord, name: str) -> Approval | None:
    """The approval that counts, where this person gave it."""
    if case.approval is None:
        return None
    return case.approval if known_as(case.approval.approved_by.name) in names_of(view, desk, name) else None


def require_approval(view: View, desk: Desk, case: CaseRecord, outcome: Outcome) -> None:
    """Hold whoever says something about a step to the approval that the case needs.

    What takes a claim back needs none. Raises `ApprovalMissing`, `ApproverPerforms`.
    """
    if not case.approval_for:
        return
    if case.lacks_approval and outcome is not Outcome.NOT_DONE:
        raise ApprovalMissing(case.name, say_why(case.approval_for), where_to_approve(desk, case))
    if approval := given_by(view, desk, case, desk.actor.name):
        raise ApproverPerforms(case.name, desk.actor.name, approval.name)


def was_approved(view: View, desk: Desk, case: CaseRecord, outcome: Outcome, how: Answer) -> bool | None:
    """Whether an approval of somebody else stands behind what is said now; None for what needs none."""
    if not case.approval_for or outcome is Outcome.NOT_DONE or how not in (Answer.ANSWERED, Answer.COULD_NOT_ASK):
        return None
    return case.approval is not None and given_by(view, desk, case, desk.actor.name) is None


def say_approval(desk: Desk, case: CaseRecord) -> str:
    """Who agreed to a case, or that somebody must; empty where nobody must."""
    if not case.approval_for:
        return ""
    if case.approval is not None:
        return f"given, {_say(desk, case.approval)}"
    missing = f"missing, and a second person must agree, because {say_why(case.approval_for)}"
    if not case.approvals:
        return missing
    last = case.approvals[-1]
    return f"{missing}; {_say(desk, last)} does not count: {_why_not(desk, case, last)}"


def _say(desk: Desk, approval: Approval) -> str:
    said = f"{approval.name} {by(approval.approved_by)} {at(approval.at, desk.organization.time_zone)}"
    return f"{said} (“{shown(approval.note, 60)}”)" if approval.note else said


def _why_not(desk: Desk, case: CaseRecord, approval: Approval) -> str:
    if approval.retracted_at is not None:
        return f"taken back {at(approval.retracted_at, desk.organization.time_zone)}"
    if not approval.counts:
        return too_weak(approval.approved_by.channel, desk.policy.demands.of(APPROVAL))
    if approval.plans_digest != case.plans_digest:
        return "another plan joined the case since"
    return "whoever gave it has a part in the case since"
