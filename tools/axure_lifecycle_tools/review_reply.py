"""A review as it goes out, and what is known of whoever is decided about."""

from collections.abc import Sequence
from itertools import islice
from operator import not_
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.reviews import Review, ReviewDecision, ReviewState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Person, View
from axure_lifecycle_tools.claimed_words import claims
from axure_lifecycle_tools.spec import Desk, Reply, fit
from axure_lifecycle_tools.standing import Judge, look_up
from axure_lifecycle_tools.wanted_beside import wanted_for
from axure_lifecycle_tools.wording import at, by, plural

MOST_LISTED: Final = 25


class ReviewedPerson(BaseModel):
    """One person of a review."""

    model_config = ConfigDict(extra="forbid")

    email: str
    known: str = Field(description="Role, status, verdict and seats as the sources in force have them now.")
    wanted: str = Field(default="", description="By an identity provider that pushes.", exclude_if=not_)
    claimed: str = Field(default="", description="What a case says of it and no roster shows yet.", exclude_if=not_)
    decision: str | None = Field(description="keep, remove or change_role, with the role.")
    decided_by: str | None
    case: str | None


class ReviewReply(Reply):
    """A review, and a part of its people."""

    review: str | None
    title: str
    state: str
    due_on: str | None
    people: int
    undecided: int
    kept: int
    removed: int
    changed: int
    digest: str = Field(description="Of everybody who is to be decided; once closed, of every decision.")
    listed: list[ReviewedPerson] = Field(description="A part of them; the undecided ones where any are.")
    said: list[str] = Field(description="What this call did.")
    cursor: str | None

    def text(self) -> str:
        """What happened, the counts, then one line for each person."""
        lines = [*self.said]
        if self.review is not None:
            due = f", due {self.due_on}" if self.due_on else ""
            lines.append(
                f"{self.review} “{self.title}” ({self.state}{due}): {plural(self.people, 'person', 'people')}, "
                f"{self.undecided:,} undecided, {self.kept:,} keep, {self.removed:,} remove, {self.changed:,} change "
                f"role. Digest {self.digest}."
            )
        lines += [
            f"- {one.email}: {one.known}"
            + (f"; wanted {one.wanted}" if one.wanted else "")
            + (f"; claimed: {one.claimed}" if one.claimed else "")
            + (f"; {one.decision} by {one.decided_by}" if one.decision else "")
            + (f", {one.case}" if one.case else "")
            for one in self.listed
        ]
        return "\n".join([*lines, *([self.next] if self.next else [])])


def show_review(
    view: View,
    desk: Desk,
    judge: Judge,
    review: Review,
    said: Sequence[str] = (),
    *,
    after: Address | None = None,
    everybody: bool = False,
) -> ReviewReply:
    """A review with the next people of it."""
    is_undecided = not everybody and review.undecided > 0 and review.state is ReviewState.OPEN
    found = list(islice(view.reviewed(review.id, after=after, is_undecided=is_undecided, most=MOST_LISTED + 1), None))
    addresses = [one.address for one in found]
    wanted, claimed = wanted_for(view, desk, addresses), claims(view, desk, addresses)
    people = [
        ReviewedPerson(
            email=one.address,
            known=holdings_of(desk, judge, look_up(view, desk, one.address, desk.now)),
            wanted="; ".join(each.say_since(desk) for each in wanted.get(one.address, ())),
            claimed=claimed.get(one.address, ""),
            decision=None if one.decision is None else say_decision(one.decision),
            decided_by=None if one.decision is None else by(one.decision.decided_by),
            case=None if one.decision is None or one.decision.case_id is None else f"C-{one.decision.case_id}",
        )
        for one in found
    ]

    def make(most: int) -> ReviewReply:
        listed = people[:most]
        cursor = str(listed[-1].email) if len(people) > most and listed else None
        return ReviewReply(
            review=review.name,
            title=shown(review.title, 120),
            state=review.state.value,
            due_on=review.due_on,
            people=review.people,
            undecided=review.undecided,
            kept=review.kept,
            removed=review.removed,
            changed=review.changed,
            digest=review.decisions_digest or review.members_digest,
            listed=listed,
            said=list(said),
            cursor=cursor,
            next=_next(review, cursor),
        )

    return fit(desk, make, MOST_LISTED)


def _next(review: Review, cursor: str | None) -> str:
    more = f"More with the cursor {cursor}. " if cursor else ""
    if review.state is ReviewState.CLOSED:
        return f"{more}It is closed. build_report {{kind: 'access-review'}} shows every decision."
    if review.undecided:
        return f"{more}The person decides about each (record_review_decision); never decide for them."
    return f"{more}Everybody is decided: close_review."


def say_decision(decision: ReviewDecision) -> str:
    """A decision in words."""
    return f"{decision.kind.value} to {decision.role}" if decision.role else decision.kind.value


def holdings_of(desk: Desk, judge: Judge, person: Person) -> str:
    """What somebody holds, as the sources in force have it; holds no age, which changes with the clock."""
    member = next((one for one in person.members if one.source.system == desk.organization.cloud_for_business), None)
    if member is None:
        return "no member by the roster in force"
    parts = [
        shown(member.role, 40) if member.role else "role not stated",
        shown(member.status, 40) if member.status else "status not stated",
    ]
    if person.facts is not None:
        judgement = judge(person.facts)
        reason = f" ({judgement.reason.value.replace('_', ' ')})" if judgement.reason else ""
        parts.append(f"verdict {judgement.verdict.value.replace('_', ' ')}{reason}")
    seats = sorted({shown(one.subscription, 40) for one in person.seats})
    parts += [f"{plural(len(seats), 'subscription')} ({', '.join(seats[:3])}{', …' if len(seats) > 3 else ''})"] * bool(
        seats
    )
    trust = "confirmed" if member.source.assurance >= Assurance.CONFIRMED else "only reported"
    moment = at(member.source.taken_at, desk.organization.time_zone)
    return f"{', '.join(parts)}; by {member.source.name} of {moment}, {trust}"
