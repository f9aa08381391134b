"""Reviews of access: which there are, who is undecided, and a person's decision about one of them at a time."""

from typing import Any, Final

from starlette.responses import Response

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.reviews import Review, ReviewKind, ReviewState
from axure_lifecycle.ports import Page
from axure_lifecycle.web.console.answering import Asking, put
from axure_lifecycle.web.console.lists import onward
from axure_lifecycle.web.console.numbers import NoSuchPage, number_in
from axure_lifecycle.web.console.visit import Visit
from axure_lifecycle_tools import review_deciding, reviewing
from axure_lifecycle_tools.catalog import BY_NAME
from axure_lifecycle_tools.claimed_words import claims
from axure_lifecycle_tools.review_reply import ReviewReply
from axure_lifecycle_tools.spec import Reply
from axure_lifecycle_tools.wanted_words import mark

MOST_REVIEWS: Final = 25
KINDS: Final = {
    ReviewKind.KEEP.value: "Keeps what they have",
    ReviewKind.REMOVE.value: "Access ends: a case to offboard them is opened",
    ReviewKind.CHANGE_ROLE.value: "Another role: a case to change it is opened",
}
ROLES: Final = ("guest", "member", "admin", "technical_admin")


def list_all(visit: Visit) -> Response:
    """Every review, newest first. Raises `CursorUnknown`."""
    visit.require("get_review", "Looking at reviews")
    with visit.desk.store.reading() as view:
        found, cursor, in_all = view.reviews(Page(MOST_REVIEWS, visit.query.get("after")))
    return visit.page(
        "reviews.html",
        reviews=found,
        in_all=in_all,
        next_part=onward(visit, cursor),
        is_first="after" not in visit.query,
    )


def show(visit: Visit) -> Response:
    """A review with its undecided people, or with everybody. Raises `ReviewUnknown`, `CursorUnknown`."""
    review = _review(visit)
    everybody = visit.query.get("all") == "1" or review.state is ReviewState.CLOSED
    found = reviewing.get_review(visit.desk, review=review.name, everybody=everybody, cursor=visit.query.get("after"))
    is_open = review.state is ReviewState.OPEN
    return visit.page(
        "review.html",
        review=review,
        found=found,
        everybody=everybody,
        may_decide=is_open and visit.may_call("record_review_decision"),
        may_close=is_open and visit.may_call("close_review"),
        next_part=onward(visit, found.cursor),
        is_first="after" not in visit.query,
    )


def decide(visit: Visit) -> Response:
    """Decide about one person: first what and why, then the question. Raises `ReviewClosed`, `NotInReview`, …"""
    verb, review = BY_NAME["record_review_decision"], _review(visit)
    visit.require(verb.name, f"Deciding in {review.name}")
    person = normal(visit.path("person"))
    if person is None:
        raise NoSuchPage
    kind, reason = visit.form.get("decision", ""), visit.form.get("reason", "").strip()[:1000]
    role = visit.form.get("role", "")[:40] if kind == ReviewKind.CHANGE_ROLE.value else None
    if visit.request.method != "POST" or kind not in KINDS or not reason or (role is not None and role not in ROLES):
        with visit.desk.store.reading() as view:
            wanted, claimed = mark(view, visit.desk, [person]), claims(view, visit.desk, [person])
        return visit.page(
            "review_decide.html",
            wanted=wanted.get(person),
            claimed=claimed.get(person),
            review=review,
            person=person,
            kinds=KINDS.items(),
            roles=ROLES,
            chosen=kind or visit.query.get("decision", ""),
            role=role or "",
            reason=reason,
            is_empty=visit.request.method == "POST",
        )
    given: dict[str, Any] = {
        "review": review.name,
        "people": [person],
        "decision": kind,
        "reason": reason,
        "role": role,
    }
    return put(
        visit,
        Asking(
            title=f"Decide about {person}",
            crumbs=_crumbs(review),
            back=f"/reviews/{review.name}",
            what=f"Deciding in {review.name}",
            roles=verb.allowed,
            about={"verb": verb.name, **{name: str(value) for name, value in given.items()}},
            ask=lambda: review_deciding.ask_about_review_decision(visit.desk, **given),
            run=lambda answer: review_deciding.record_review_decision(visit.desk, **given, answer=answer),
            told=_said,
            yes="Yes, that is my decision",
            no="No",
            takes_note=False,
            demanded=visit.desk.policy.demands.least,
            keep={"decision": kind, "reason": reason, "role": role or ""},
            is_dangerous=kind == ReviewKind.REMOVE.value,
        ),
    )


def close(visit: Visit) -> Response:
    """End a review; with a reason where somebody is undecided. Raises `ReviewClosed`."""
    verb, review = BY_NAME["close_review"], _review(visit)
    visit.require(verb.name, f"Closing {review.name}")
    reason = visit.form.get("reason", "").strip()[:1000]
    if review.undecided and not reason:
        return visit.page(
            "reason.html",
            heading=f"Close {review.name} unfinished",
            crumbs=_crumbs(review),
            back=f"/reviews/{review.name}",
            label=f"{review.undecided:,} are undecided. Why is it closed all the same?",
            hint="Kept in the trail beside the digest of every decision.",
            is_empty=visit.request.method == "POST",
        )
    because = reason or None
    return put(
        visit,
        Asking(
            title=f"Close {review.name}",
            crumbs=_crumbs(review),
            back=f"/reviews/{review.name}",
            what=f"Closing {review.name}",
            roles=verb.allowed,
            about={"verb": verb.name, "review": review.name, "because": reason},
            ask=lambda: reviewing.ask_about_closing(visit.desk, review=review.name, unfinished_because=because),
            run=lambda answer: reviewing.close_review(
                visit.desk, review=review.name, unfinished_because=because, answer=answer
            ),
            told=_said,
            yes="Close it",
            no=None,
            takes_note=False,
            demanded=visit.desk.policy.demands.least,
            keep={"reason": reason},
            is_dangerous=True,
        ),
    )


def _review(visit: Visit) -> Review:
    number = number_in(visit.path("review"), "V")
    visit.require("get_review", "Looking at reviews")
    with visit.desk.store.reading() as view:
        return view.review(number)


def _crumbs(review: Review) -> list[tuple[str, str]]:
    return [("Reviews", "/reviews"), (review.name, f"/reviews/{review.name}")]


def _said(reply: Reply) -> str:
    assert isinstance(reply, ReviewReply)
    return " ".join(reply.said)
