"""Deciding who keeps access: a person's word about one or several, each named by the exact address."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field

from axure_lifecycle.domain.access import REVIEWERS
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.approvals import ApprovalReason, known_as
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Assurance, assurance_by
from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.reviews import Review, ReviewDecision, ReviewKind
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseRecord, Change, View
from axure_lifecycle_tools.approvals import names_of
from axure_lifecycle_tools.arguments import Because, address_of
from axure_lifecycle_tools.claimed_words import claims
from axure_lifecycle_tools.demanding import too_weak, where_to_say
from axure_lifecycle_tools.opening import is_wanted_still, open_planned
from axure_lifecycle_tools.planning import OFFBOARD, make_plan
from axure_lifecycle_tools.review_reply import ReviewReply, holdings_of, say_decision, show_review
from axure_lifecycle_tools.reviewing import ReviewNeedsPerson, ReviewOrNewest, find_open
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.spec import (
    Answer,
    Answered,
    CouldNotAsk,
    Declined,
    Desk,
    NotAsked,
    Question,
    QuestionDrifted,
    Toolset,
    Verb,
    note_answer,
)
from axure_lifecycle_tools.standing import Judge, brakes_now, look_up
from axure_lifecycle_tools.steps import who_says
from axure_lifecycle_tools.wanted_beside import MOST_SAID, Wanted, is_against, wanted_for
from axure_lifecycle_tools.wording import name_all, plural, quoted_as_given

MOST_AT_ONCE: Final = 20
"""So many people are still read one by one before somebody says yes."""
_OPERATIONS: Final = {ReviewKind.REMOVE: OFFBOARD, ReviewKind.CHANGE_ROLE: "change-role"}
KindName = Literal["keep", "remove", "change_role"]


class NotInReview(LifecycleError):
    """An address that the review is not about."""

    code = "not_in_review"

    def __init__(self, review: str, addresses: Sequence[str]) -> None:
        super().__init__(
            f"Nothing was decided: {review} is not about {', '.join(shown(one, 80) for one in addresses[:5])}. It has "
            "whoever the members roster listed as not deactivated when it was opened (get_review); use these addresses."
        )


class ReviewerIsReviewed(LifecycleError):
    """Nobody decides about their own access."""

    code = "reviewer_is_reviewed"

    def __init__(self, review: str, name: str) -> None:
        super().__init__(
            f"{review}: nothing was decided, because {shown(name, 80)} would decide about their own access. Leave that "
            "address out, and let somebody else decide about it, signed in as themselves."
        )


class RoleNotSaid(LifecycleError):
    """A change of role says to which, and nothing else does."""

    code = "review_role"

    def __init__(self, sentence: str) -> None:
        super().__init__(f"Nothing was decided: {sentence}")


class TooManyRemovals(LifecycleError):
    """More leave in one go than is usual."""

    code = "too_many_removals"

    def __init__(self, review: str, asked: int, most: int) -> None:
        super().__init__(
            f"{review}: nothing was decided, because {asked} removals in one go are more than the {most} that the "
            "limits allow. Decide about fewer at once, and look at each; [limits] departures_* sets how many."
        )


class _Wish(NamedTuple):
    """What is to be decided about one person, and what would follow."""

    address: Address
    standing: ReviewDecision | None
    role: str | None
    """As plans write it."""
    known: str
    plan: Plan | None
    case: CaseRecord | None
    """The case that wants the same already."""
    wanted: Sequence[Wanted]
    """By identity providers."""
    claimed: str
    """What a case says of the membership and no roster shows yet."""

    def against(self, kind: ReviewKind) -> list[Wanted]:
        """Of what is wanted, what the decision goes against."""
        options: Mapping[str, str] = {} if self.plan is None else self.plan.options
        return [one for one in self.wanted if is_against(one, _OPERATIONS.get(kind), options)]


class _Asked(NamedTuple):
    """A call, read."""

    kind: ReviewKind
    role: str | None
    reason: str
    addresses: tuple[Address, ...]


def _read(people: Sequence[str], decision: str, reason: str, role: str | None) -> _Asked:
    kind = ReviewKind(decision)
    if (kind is ReviewKind.CHANGE_ROLE) is (role is None):
        raise RoleNotSaid("say with role which one they get." if role is None else "role goes only with change_role.")
    return _Asked(kind, role, shown(reason.strip(), 1000), tuple(dict.fromkeys(map(address_of, people))))


def _wishes(view: View, desk: Desk, review: Review, asked: _Asked) -> list[_Wish]:
    """What each of them holds and what would follow; those of whom the same stands already are left out.

    Raises `NotInReview`, `ReviewerIsReviewed`, `TooManyRemovals` and the refusals of plans.
    """
    among = view.reviewed_among(review.id, asked.addresses)
    if missing := [address for address in asked.addresses if address not in among]:
        raise NotInReview(review.name, missing)
    mine = names_of(view, desk, desk.actor.name)
    if any(known_as(address) in mine for address in asked.addresses):
        raise ReviewerIsReviewed(review.name, desk.actor.name)
    judge, wishes = Judge(brakes_now(view, desk, desk.now)), list[_Wish]()
    operation = _OPERATIONS.get(asked.kind)
    wanted, claimed = wanted_for(view, desk, asked.addresses), claims(view, desk, asked.addresses)
    for address in asked.addresses:
        standing, plan = among[address], None
        if operation is not None:
            plan = make_plan(view, desk, operation, _asked_of(address, asked)).plan
        role = None if plan is None else plan.options.get("role")
        if standing is not None and (standing.kind, standing.role) == (asked.kind, role):
            continue
        known = holdings_of(desk, judge, look_up(view, desk, address, desk.now))
        case = None if operation is None else _standing_case(view, address, operation, role)
        beside = (wanted.get(address, ()), claimed.get(address, ""))
        wishes.append(_Wish(address, standing, role, known, plan, case, *beside))
    if asked.kind is ReviewKind.REMOVE:
        most = desk.limits.allow_departures(review.people)
        if len(wishes) > most:
            raise TooManyRemovals(review.name, len(wishes), most)
    return wishes


def _standing_case(view: View, address: Address, operation: str, role: str | None) -> CaseRecord | None:
    """The case that wants the same already; one that wants another role is refused when this one is opened."""
    case = view.case_on(address, operation)
    if case is None or not is_wanted_still(case) or case.options_of(operation).get("role") != role:
        return None
    return case


def _asked_of(address: Address, asked: _Asked) -> Asked:
    return Asked((address,), {} if asked.role is None else {"role": asked.role})


def _question(desk: Desk, review: Review, asked: _Asked, wishes: Sequence[_Wish]) -> Question:
    whom = plural(len(wishes), "person", "people")
    means = {
        ReviewKind.KEEP: f"that {whom} keep what they have",
        ReviewKind.REMOVE: f"that the access of {whom} ends; a case to offboard each is opened",
        ReviewKind.CHANGE_ROLE: f"that {whom} become {asked.role}; a case to change the role of each is opened",
    }[asked.kind]
    lines = [f"{review.name} “{shown(review.title, 120)}”: do you decide {means}?"]
    lines += [_line(desk, asked.kind, wish) for wish in wishes]
    lines.append("It changes nothing in Axure. Say yes only for those whom you looked at yourself.")
    return Question("\n".join(lines) + quoted_as_given(desk, asked.reason, 300))


def _line(desk: Desk, kind: ReviewKind, wish: _Wish) -> str:
    parts = [f"- {wish.address}: {wish.known}."]
    against = wish.against(kind)
    parts += [
        f"Wanted {one.say_since(desk)}" + (": this decision goes against it." if one in against else ".")
        for one in wish.wanted
    ]
    if wish.claimed:
        parts.append(f"Claimed: {wish.claimed}.")
    if wish.standing is not None:
        parts.append(f"Decided before: {say_decision(wish.standing)}.")
    if wish.case is not None:
        parts.append(f"{wish.case.name} stands for it.")
    elif wish.plan is not None:
        parts.append(f"Plan {wish.plan.digest[:12]}, {plural(len(wish.plan.steps), 'step')}.")
        parts += [
            f"STOP: {shown(stop.sentence, 200)} No case is opened until that is settled." for stop in wish.plan.blockers
        ]
    return " ".join(parts)


def ask_about_review_decision(
    desk: Desk, *, people: list[str], decision: str, reason: str, review: str | None = None, role: str | None = None
) -> Question | None:
    """What a person is asked; None where all of it is decided so already."""
    asked = _read(people, decision, reason, role)
    with desk.store.reading() as view:
        found = find_open(view, review)
        wishes = _wishes(view, desk, found, asked)
        return _question(desk, found, asked, wishes) if wishes else None


def record_review_decision(
    desk: Desk,
    *,
    people: Annotated[
        list[Annotated[str, Field(max_length=320)]],
        Field(description="Exact addresses of the review, 1 to 20.", min_length=1, max_length=MOST_AT_ONCE),
    ],
    decision: Annotated[KindName, Field(description="keep, remove or change_role.")],
    reason: Because,
    review: ReviewOrNewest = None,
    role: Annotated[str | None, Field(description="For change_role: which one, e.g. guest.", max_length=40)] = None,
    answer: Answer,
) -> ReviewReply:
    """Write down what a person decided about these, and open the cases that follow.

    Raises `ReviewClosed`, `NotInReview`, `ReviewerIsReviewed`, `TooManyRemovals`, `ReviewNeedsPerson`, …
    """
    asked = _read(people, decision, reason, role)
    with desk.store.writing(who_says(desk, answer)) as change:
        found = find_open(change, review)
        wishes = _wishes(change, desk, found, asked)
        judge = Judge(brakes_now(change, desk, desk.now))
        if not wishes:
            said = [f"{found.name}: that was decided before; nothing changed."]
            return show_review(change, desk, judge, found, said)
        question = _question(desk, found, asked, wishes)
        match answer:
            case CouldNotAsk():
                raise ReviewNeedsPerson(found.name, where_to_say(desk, desk.policy.demands.least))
            case NotAsked():
                raise QuestionDrifted(found.name)
            case Answered() | Declined() if answer.question.digest != question.digest:
                raise QuestionDrifted(found.name)
            case Answered(yes=True):
                said = _record(change, desk, found, asked, wishes, answer)
            case Answered() | Declined():
                said = [f"{found.name}: nothing was decided, because nobody said yes. That is kept."]
        first, *others = [wish.address for wish in wishes]
        note_answer(change, found.name, answer, first, others)
        return show_review(change, desk, judge, change.review(found.id), said)


def _record(
    change: Change, desk: Desk, review: Review, asked: _Asked, wishes: Sequence[_Wish], answer: Answered
) -> list[str]:
    demanded = desk.policy.demands.least
    assurance = assurance_by(answer.channel, demanded)
    counts = assurance >= Assurance.CONFIRMED
    # A campaign is one batch, however many calls it takes.
    removals = review.removed + len(wishes) if asked.kind is ReviewKind.REMOVE else 0
    also_for = (ApprovalReason.BATCH,) if removals > desk.policy.approvals.batch_above else ()
    opened: list[str] = []
    stopped: list[str] = []
    for wish in wishes:
        case = wish.case
        if wish.plan is not None and case is None and counts and not wish.plan.is_empty:
            if wish.plan.blockers:
                stopped.append(wish.address)
            else:
                case, _ = open_planned(
                    change,
                    desk,
                    _OPERATIONS[asked.kind],
                    _asked_of(wish.address, asked),
                    wish.plan.digest,
                    owner=desk.actor.name,
                    reason=f"{review.name} {review.title}: {asked.reason}",
                    also_for=also_for,
                )
                opened.append(case.name + (" (waits for approval)" if case.lacks_approval else ""))
        change.decide_in_review(
            review,
            wish.address,
            asked.kind,
            role=wish.role,
            reason=asked.reason,
            assurance=assurance,
            question_digest=answer.question.digest,
            case_id=None if case is None or not counts else case.id,
        )
    whom = name_all([wish.address for wish in wishes])
    if not counts:
        return [
            f"{review.name}: kept as reported about {whom}, and it does not count: "
            f"{too_weak(answer.channel, demanded)}. Decide {where_to_say(desk, demanded)}."
        ]
    said = [f"{review.name}: {asked.kind.value} is decided about {whom}."]
    if opened:
        said.append(f"Opened {', '.join(opened)}.")
    said += _say_against(asked.kind, wishes)
    if stopped:
        said.append(f"No case was opened for {', '.join(stopped)}: a stop stands there (plan_offboard tells it).")
    still = [name for wish in wishes if (name := _case_left(wish, asked))]
    if still:
        said.append(f"{', '.join(still)} of the earlier decision stands still: cancel_case ends it.")
    return said


def _say_against(kind: ReviewKind, wishes: Sequence[_Wish]) -> list[str]:
    """Whose identity provider wants otherwise, the first of them."""
    told = [f"{one.person.idp} wants {wish.address} {one.say()}" for wish in wishes for one in wish.against(kind)]
    if not told:
        return []
    more = f"; and {len(told) - MOST_SAID} more" if len(told) > MOST_SAID else ""
    return [f"Mind, this goes against what is wanted by SCIM: {'; '.join(told[:MOST_SAID])}{more}."]


def _case_left(wish: _Wish, asked: _Asked) -> str:
    """The case of an earlier decision that wanted something else."""
    before = wish.standing
    if before is None or before.case_id is None or before.kind is asked.kind:
        return ""
    return f"C-{before.case_id}"


VERBS: Final = (
    Verb(
        name="record_review_decision",
        title="Decide in an access review",
        toolset=Toolset.REVIEWS,
        roles=REVIEWERS,
        description=(
            "Writes down what a person decides about up to 20 people of a review: keep, remove (opens an offboarding "
            "case each) or change_role (opens a case each). The person is asked and shown what each of them holds; "
            "nobody decides about themselves, and an assistant alone decides nothing."
        ),
        reply=ReviewReply,
        run=record_review_decision,
        ask=ask_about_review_decision,
        reads_only=False,
        repeats_safely=True,
    ),
)
