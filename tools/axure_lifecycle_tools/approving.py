"""A second person agrees to a case before anybody acts."""

from typing import Final

from axure_lifecycle.domain.access import APPROVERS
from axure_lifecycle.domain.approvals import Approval, known_as
from axure_lifecycle.domain.cases import CaseOver, CaseState
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Assurance, assurance_by
from axure_lifecycle.domain.organization import APPROVAL
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseRecord, Change, PartRecord, View
from axure_lifecycle_tools.approvals import given_by, names_of, say_why
from axure_lifecycle_tools.arguments import CaseName, number_of
from axure_lifecycle_tools.demanding import too_weak, where_to_approve
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
    note_answer,
)
from axure_lifecycle_tools.steps import who_says
from axure_lifecycle_tools.wanted_beside import beside_case
from axure_lifecycle_tools.wording import at, by, named, quoted, said_of


class ApprovalNotNeeded(LifecycleError):
    """Nobody has to agree to the case."""

    code = "approval_not_needed"

    def __init__(self, case: str) -> None:
        super().__init__(
            f"{case} was not approved: by the policy of the day on which it was opened nobody has to agree to it. "
            "Go on with get_case."
        )


class ApprovalStands(LifecycleError):
    """Somebody else agreed already."""

    code = "approval_stands"

    def __init__(self, case: str, approval: str, name: str) -> None:
        super().__init__(
            f"{case} was not approved again: the approval {approval} of {shown(name, 80)} counts. "
            f"Go on with get_case; retract_source {approval} takes it back."
        )


class ApproverInvolved(LifecycleError):
    """A second person is somebody else than whoever asks, owns, performs or is meant."""

    code = "approver_involved"

    def __init__(self, case: str, name: str, part: str) -> None:
        super().__init__(
            f"{case} was not approved: {shown(name, 80)} {part}, and a second person is somebody without a part in it. "
            f"Ask such a person to approve it, signed in as themselves."
        )


class ApprovalNeedsPerson(LifecycleError):
    """An assistant approves nothing: its word would be worth nothing, so none is kept."""

    code = "approval_needs_person"

    def __init__(self, case: str, place: str) -> None:
        super().__init__(
            f"{case} was not approved: that needs a person's own yes, and this client cannot ask one. Let the person "
            f"do it {place}."
        )


def ask_about_approving(desk: Desk, *, case: str) -> Question | None:
    """Exactly what is approved; None where this person approved it before. Raises what `approve_case` raises."""
    with desk.store.reading() as view:
        found = view.case(number_of(case))
        return None if _given_before(view, desk, found) else _question(view, desk, found)


def place_of_approval(desk: Desk, *, case: str) -> Place:
    """Where the console asks about it."""
    return Place(f"C-{number_of(case)}", None, "approved", desk.policy.demands.of(APPROVAL))


def _given_before(view: View, desk: Desk, case: CaseRecord) -> Approval | None:
    """The approval that this person gave and that counts; None where they may give one."""
    if case.state is not CaseState.OPEN:
        raise CaseOver(case.name, case.state, "approved")
    if not case.approval_for:
        raise ApprovalNotNeeded(case.name)
    if (mine := given_by(view, desk, case, desk.actor.name)) is not None:
        return mine
    if case.approval is not None:
        raise ApprovalStands(case.name, case.approval.name, case.approval.approved_by.name)
    if part := _part_of(view, desk, case):
        raise ApproverInvolved(case.name, desk.actor.name, part)
    return None


def _part_of(view: View, desk: Desk, case: CaseRecord) -> str:
    """Which part whoever is here has in a case, as a sentence says it; empty for none."""
    mine = names_of(view, desk, desk.actor.name)
    if any(known_as(part.opened_by.name) in mine for part in case.parts):
        return "asked for it"
    if case.owner is not None and known_as(case.owner) in mine:
        return "owns it"
    if not mine.isdisjoint(map(known_as, case.people)):
        return "is one of those whom it is about"
    return "said something about a step of it" if not mine.isdisjoint(case.involved) else ""


def _question(view: View, desk: Desk, case: CaseRecord) -> Question:
    zone = desk.organization.time_zone
    first = case.parts[0]
    wanted = "; ".join(_wanted(part) for part in case.parts)
    lines = [
        f"Do you approve {case.name}, plan {case.plans_digest[:12]}: {wanted}?",
        f"For {', '.join(case.people)}.",
        f"Asked for by {by(first.opened_by)} {at(first.opened_at, zone)}"
        + (f"; owner {shown(case.owner, 80)}" if case.owner else "")
        + (f"; last day {case.due_on}" if case.due_on else "")
        + f". A second person must agree, because {say_why(case.approval_for)}.",
        *beside_case(view, desk, case),
        "What would be done:",
        *(f"{number}. {named(step.step.title, case.people)}" for number, step in enumerate(case.steps, 1)),
        "Say yes only for what you looked at yourself. It does nothing in Axure; whoever approves performs none of it.",
    ]
    reasons = "".join(quoted(part.reason, 300, "whoever asked for it") for part in case.parts if part.reason)
    return Question("\n".join(lines) + reasons)


def _wanted(part: PartRecord) -> str:
    """An operation with what was asked for beside the people."""
    options = [
        f"{option.replace('_', ' ')} {shown(value, 200)}"
        for option, value in part.plan.options.items()
        if option != "people"
    ]
    return said_of(part.operation) + (f" with {', '.join(options)}" if options else "")


def approve_case(desk: Desk, *, case: CaseName, answer: Answer) -> CaseReply:
    """A second person agrees to the plans of a case as they stand.

    Raises `CaseUnknown`, `CaseOver`, `ApprovalNotNeeded`, `ApprovalStands`, `ApproverInvolved`, `ApprovalNeedsPerson`.
    """
    with desk.store.writing(who_says(desk, answer)) as change:
        found = change.case(number_of(case))
        if (mine := _given_before(change, desk, found)) is not None:
            return show_case(desk, found, [f"{found.name}: nothing changed, {mine.name} is your approval of it."])
        question = _question(change, desk, found)
        match answer:
            case CouldNotAsk():
                raise ApprovalNeedsPerson(found.name, where_to_approve(desk, found))
            case NotAsked():
                raise QuestionDrifted(found.name)
            case Answered() | Declined() if answer.question.digest != question.digest:
                raise QuestionDrifted(found.name)
            case Answered(yes=True):
                said = _approve(change, desk, found, answer)
            case Answered() | Declined():
                note_answer(change, found.name, answer, found.subject, found.people[1:])
                said = f"{found.name} is not approved: the person did not say yes. That is kept."
        found = change.case(found.id)
    return show_case(desk, found, [said])


def _approve(change: Change, desk: Desk, case: CaseRecord, answer: Answered) -> str:
    demanded = desk.policy.demands.of(APPROVAL)
    assurance = assurance_by(answer.channel, demanded)
    weak = f"It does not count: {too_weak(answer.channel, demanded)}. Approve it {where_to_approve(desk, case)}."
    for before in case.approvals:
        same = (before.approved_by.name, before.approved_by.channel, before.question_digest, before.assurance)
        if before.retracted_at is None and same == (
            desk.actor.name,
            answer.channel,
            answer.question.digest,
            assurance,
        ):
            return f"{case.name}: nothing changed, the same was recorded before as {before.name}. {weak}"
    made = change.approve_case(
        case,
        assurance=assurance,
        question=answer.question.text,
        question_digest=answer.question.digest,
        note=shown(answer.note.strip(), 1000),
    )
    if assurance < Assurance.CONFIRMED:
        return f"{case.name}: kept as the reported approval {made.name}. {weak}"
    return (
        f"{case.name} is approved ({made.name}), for exactly the plan {case.plans_digest[:12]}: when another plan "
        "joins the case, it counts no more. Whoever approved it performs none of it."
    )


VERBS: Final = (
    Verb(
        name="approve_case",
        title="Approve a case",
        toolset=Toolset.CASES,
        roles=APPROVERS,
        description=(
            "Records that a second person agrees to a case that waits for approval. The person signed in is asked and "
            "shown exactly what is approved; whoever asked for it, owns it or works on it cannot. Changes nothing in "
            "Axure."
        ),
        reply=CaseReply,
        run=approve_case,
        ask=ask_about_approving,
        place=place_of_approval,
        reads_only=False,
        repeats_safely=True,
    ),
)
