"""Opening a review of access, looking at it, and closing it."""

from typing import Annotated, Final

from pydantic import Field

from axure_lifecycle.domain.access import AUDITORS
from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Assurance, assurance_by
from axure_lifecycle.domain.reviews import Review, ReviewState, digest_of_decisions
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CursorUnknown, Page, View
from axure_lifecycle_tools.arguments import Cursor, day_of
from axure_lifecycle_tools.demanding import too_weak, where_to_say
from axure_lifecycle_tools.review_reply import ReviewReply, show_review
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
from axure_lifecycle_tools.standing import Judge, brakes_now
from axure_lifecycle_tools.steps import who_says
from axure_lifecycle_tools.wording import at, plural, quoted_as_given

_NAME: Final = r"^[Vv]-?[0-9]{1,12}$"
ReviewName = Annotated[str, Field(description="A review, e.g. V-2.", examples=["V-2"], pattern=_NAME, max_length=16)]
ReviewOrNewest = Annotated[
    str | None, Field(description="A review, e.g. V-2; default: the newest.", pattern=_NAME, max_length=16)
]


class ReviewNeedsRoster(LifecycleError):
    """There is no roster over which a review could be opened."""

    code = "review_needs_roster"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"No review was opened: {why} Import a fresh members page that a person stands for "
            "(import_roster), then open it again."
        )


class ReviewUnfinished(LifecycleError):
    """Somebody is undecided."""

    code = "review_unfinished"

    def __init__(self, review: str, undecided: int) -> None:
        super().__init__(
            f"{review} was not closed: {plural(undecided, 'person is', 'people are')} undecided. Let a person decide "
            "about them (record_review_decision), or give the reason for closing it all the same (unfinished_because)."
        )


class ReviewClosed(LifecycleError):
    """A closed review takes nothing more."""

    code = "review_closed"

    def __init__(self, review: str) -> None:
        super().__init__(f"{review} is closed and takes nothing more. Open another one (open_review).")


class ReviewNeedsPerson(LifecycleError):
    """An assistant alone decides about nobody's access, and closes no review."""

    code = "review_needs_person"

    def __init__(self, review: str, place: str) -> None:
        super().__init__(
            f"{review}: nothing was recorded, because that takes a person's own yes, and this client cannot ask one. "
            f"Let the person do it {place} (`axure-lifecycle review`)."
        )


class ReviewWordTooWeak(LifecycleError):
    """Policy demands a stronger channel for every word."""

    code = "review_word_too_weak"

    def __init__(self, review: str, why: str, place: str) -> None:
        super().__init__(f"{review} was not closed: {why}. Do it {place}.")


def number_of_review(name: str) -> int:
    """The number behind `V-2`."""
    return int(name.lstrip("Vv-"))


def find_open(view: View, name: str | None) -> Review:
    """An open review; without a name the newest. Raises `ReviewUnknown`, `ReviewClosed`."""
    newest = view.reviews(Page(1))[0] if name is None else ()
    review = newest[0] if newest else view.review(1 if name is None else number_of_review(name))
    if review.state is ReviewState.CLOSED:
        raise ReviewClosed(review.name)
    return review


# -- opening and looking ----------------------------------------------------------------------------------------------


def open_review(
    desk: Desk,
    *,
    title: Annotated[str, Field(description="What it is called.", examples=["Q4 2026"], min_length=1, max_length=120)],
    due_on: Annotated[
        str | None, Field(description="By when everybody is to be decided, e.g. 2026-12-31.", max_length=10)
    ] = None,
) -> ReviewReply:
    """Open a review over the members roster in force. Raises `ReviewNeedsRoster`, `NotADay`."""
    due, members = day_of(due_on), desk.organization.cloud_for_business
    title = shown(title.strip(), 120)
    with desk.store.writing(desk.actor) as change:
        source = change.source_in_force(members, desk.now)
        judge = Judge(brakes_now(change, desk, desk.now))
        if source is None:
            raise ReviewNeedsRoster("no members roster was brought.")
        if source.assurance < Assurance.CONFIRMED:
            raise ReviewNeedsRoster(f"{source.name} is only reported, and nobody stands for who is on it.")
        if judge.roster_holds:
            held = next(brake.sentence for brake in judge.brakes if not brake.holds_everything)
            raise ReviewNeedsRoster(held)
        others, _, _ = change.reviews(Page(50))
        for one in others:
            if one.state is ReviewState.OPEN and (one.title, one.source_id) == (title, source.id):
                said = f"{one.name} was opened before over {source.name}; nothing changed."
                return show_review(change, desk, judge, one, [said])
        made = change.open_review(title, source, due)
        said = f"Opened {made.name} over {source.name}: {plural(made.people, 'person', 'people')} with access."
        return show_review(change, desk, judge, made, [said])


NO_REVIEW: Final = "No review was ever opened: an auditor opens one (open_review)."


def get_review(
    desk: Desk,
    *,
    review: ReviewOrNewest = None,
    everybody: Annotated[bool, Field(description="True: the decided ones too.")] = False,
    cursor: Cursor = None,
) -> ReviewReply:
    """A review with its undecided people, a part at a time. Raises `ReviewUnknown`, `CursorUnknown`."""
    after = None if cursor is None else normal(cursor)
    if cursor is not None and after is None:
        raise CursorUnknown(cursor)
    with desk.store.reading() as view:
        if review is None:
            newest, _, _ = view.reviews(Page(1))
            if not newest:
                return _nothing()
            found = newest[0]
        else:
            found = view.review(number_of_review(review))
        judge = Judge(brakes_now(view, desk, desk.now))
        return show_review(view, desk, judge, found, after=after, everybody=everybody)


def _nothing() -> ReviewReply:
    counts = dict.fromkeys(("people", "undecided", "kept", "removed", "changed"), 0)
    return ReviewReply(
        review=None, title="", state="none", due_on=None, **counts, digest="", listed=[], said=[], cursor=None,
        next=NO_REVIEW,
    )  # fmt: skip


# -- closing ----------------------------------------------------------------------------------------------------------

Because = Annotated[
    str | None,
    Field(description="Why it is closed although somebody is undecided.", min_length=1, max_length=1000),
]


def ask_about_closing(desk: Desk, *, review: str, unfinished_because: str | None = None) -> Question | None:
    """What is closed, with the digest of every decision; None where it is closed already."""
    with desk.store.reading() as view:
        return _closing_question(view, desk, find_open(view, review), unfinished_because)


def _closing_question(view: View, desk: Desk, review: Review, because: str | None) -> Question:
    if review.undecided and not (because or "").strip():
        raise ReviewUnfinished(review.name, review.undecided)
    digest = digest_of_decisions((one.address, one.decision) for one in view.reviewed(review.id))
    opened = at(review.opened_at, desk.organization.time_zone)
    lines = [
        f"Do you close {review.name} “{shown(review.title, 120)}”, opened {opened} over R-{review.source_id}?",
        f"{plural(review.people, 'person', 'people')}: {review.kept:,} keep, {review.removed:,} remove, "
        f"{review.changed:,} change role, {review.undecided:,} undecided.",
        f"Digest of all decisions: {digest}. After that nothing is decided in it any more.",
    ]
    why = quoted_as_given(desk, because, 300) if because and review.undecided else ""
    return Question("\n".join(lines) + why)


def close_review(desk: Desk, *, review: ReviewName, unfinished_because: Because = None, answer: Answer) -> ReviewReply:
    """End a review with a record of every decision. Raises `ReviewUnfinished`, `ReviewClosed`, `ReviewNeedsPerson`."""
    demanded = desk.policy.demands.least
    place = where_to_say(desk, demanded)
    with desk.store.writing(who_says(desk, answer)) as change:
        found = find_open(change, review)
        question = _closing_question(change, desk, found, unfinished_because)
        match answer:
            case CouldNotAsk():
                raise ReviewNeedsPerson(found.name, place)
            case NotAsked():
                raise QuestionDrifted(found.name)
            case Answered() | Declined() if answer.question.digest != question.digest:
                raise QuestionDrifted(found.name)
            case Answered(yes=True):
                if assurance_by(answer.channel, demanded) < Assurance.CONFIRMED:
                    raise ReviewWordTooWeak(found.name, too_weak(answer.channel, demanded), place)
                note_answer(change, found.name, answer)
                because = shown(unfinished_because, 1000) if unfinished_because and found.undecided else None
                found = change.close_review(found, because)
                said = [f"{found.name} is closed; the trail holds the digest of every decision."]
            case Answered() | Declined():
                note_answer(change, found.name, answer)
                said = [f"{found.name} stays open: nobody said yes."]
        judge = Judge(brakes_now(change, desk, desk.now))
        reply = show_review(change, desk, judge, found, said, everybody=True)
    if found.state is ReviewState.CLOSED:
        reply.said.append(_sign(desk))
    return reply


def _sign(desk: Desk) -> str:
    """Sign the head of the trail, which covers the closing; says so where no key is there."""
    if desk.sign_head is None:
        return (
            "It is not signed: this home has no audit key. `axure-lifecycle audit key` makes one, and "
            "`axure-lifecycle audit checkpoint FILE` then signs the trail with it."
        )
    made = desk.sign_head()
    return f"The trail is signed up to record {made.seq}, head {made.hash}; an audit bundle proves the closing by it."


VERBS: Final = (
    Verb(
        name="open_review",
        title="Open an access review",
        toolset=Toolset.REVIEWS,
        roles=AUDITORS,
        description=(
            "Opens a campaign over everybody with access by the members roster in force, with a digest of who is to be "
            "decided. Refused while the roster is stale, shrunken or only reported. Decides about nobody."
        ),
        reply=ReviewReply,
        run=open_review,
        reads_only=False,
        repeats_safely=True,
    ),
    Verb(
        name="get_review",
        title="Look at an access review",
        toolset=Toolset.REVIEWS,
        description="A review with its counts and its undecided people, each with what they hold and how it is known.",
        reply=ReviewReply,
        run=get_review,
        reads_only=True,
        repeats_safely=True,
    ),
)
CLOSING: Final = (
    Verb(
        name="close_review",
        title="Close an access review",
        toolset=Toolset.REVIEWS,
        roles=AUDITORS,
        description=(
            "Ends a review: the trail gets a digest of every decision, signed where there is an audit key. Refused "
            "while somebody is undecided, unless with a reason. The person is asked."
        ),
        reply=ReviewReply,
        run=close_review,
        ask=ask_about_closing,
        reads_only=False,
        destroys=True,
        repeats_safely=False,
    ),
)
