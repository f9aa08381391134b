"""`review`: a campaign in which people decide who keeps access."""

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from axure_lifecycle.cli.shell import NeedsTerminal, Shell, ask, command, end_unless_yes
from axure_lifecycle.cli.terminal import is_attended, is_attended_on_both, tell

if TYPE_CHECKING:
    from axure_lifecycle.domain.reviews import Review

ReviewName = Annotated[str, typer.Argument(metavar="REVIEW", help="A review, e.g. V-2.")]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept in the trail. Asked for at a terminal.")
]


class Decision(StrEnum):
    """What can be decided about one person's access."""

    KEEP = "keep"
    REMOVE = "remove"
    CHANGE_ROLE = "change-role"


@command("review open", 'review open "Q4 2026" --due 2026-12-31')
def open_review(
    shell: Shell,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What the review is called.")],
    due: Annotated[
        str | None, typer.Option("--due", metavar="DATE", help="By when everybody is to be decided.")
    ] = None,
) -> None:
    """Open a review over everybody who has access.

    Everybody whom the members roster in force lists and does not show as deactivated; the digest of who that is stands
    in the trail. Refused while the roster is stale, shrunken or only reported. It decides about nobody.
    """
    from axure_lifecycle_tools import reviewing

    shell.call(reviewing.open_review, title=title, due_on=due)


@command("review list", "review list")
def list_reviews(shell: Shell) -> None:
    """List the reviews, newest first. It changes nothing."""
    from axure_lifecycle.ports import Page

    with shell.desk() as desk, desk.store.reading() as view:
        found, _, _ = view.reviews(Page(1000))
    if shell.wants_json:
        tell(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        tell(_line(one))
    if not found:
        tell(f"No review was ever opened: {shell.words.line('review open TITLE')}")


def _as_json(one: "Review") -> dict[str, object]:
    return {
        "review": one.name,
        "title": one.title,
        "state": one.state.value,
        "due_on": one.due_on,
        "people": one.people,
        "undecided": one.undecided,
        "kept": one.kept,
        "removed": one.removed,
        "changed": one.changed,
        "members_digest": one.members_digest,
        "decisions_digest": one.decisions_digest,
    }


def _line(one: "Review") -> str:
    from axure_lifecycle.domain.text import shown

    due = f", due {one.due_on}" if one.due_on else ""
    return f"{one.name}  {one.state.value}{due}  {one.undecided:,} of {one.people:,} undecided  {shown(one.title, 120)}"


@command("review show", "review show V-2", "review show V-2 --all --json")
def show(
    shell: Shell,
    review: Annotated[str | None, typer.Argument(metavar="REVIEW", help="A review; default: the newest.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="The decided ones too.")] = False,
    cursor: Annotated[str | None, typer.Option("--from", metavar="CURSOR", help="Go on behind this address.")] = None,
) -> None:
    """Show a review with whoever is undecided, 25 at a time.

    Each with what they hold and how that is known. It changes nothing.
    """
    from axure_lifecycle_tools import reviewing

    shell.call(reviewing.get_review, review=review, everybody=everybody, cursor=cursor)


@command(
    "review decide",
    'review decide V-2 keep ana@acme.example bo@acme.example --reason "her team still designs"',
    "review decide V-2 remove kai@freelance.example --reason HR-1142",
    'review decide V-2 change-role ada@acme.example --role guest --reason "only looks"',
)
def decide(
    shell: Shell,
    review: ReviewName,
    decision: Annotated[Decision, typer.Argument(metavar="DECISION", help="keep, remove or change-role.")],
    people: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Exact addresses of the review, 20 at most.")],
    role: Annotated[str | None, typer.Option("--role", metavar="ROLE", help="For change-role: which one.")] = None,
    reason: Reason = None,
) -> None:
    """Decide about people of a review.

    Shows what each of them holds and asks for the word yes; works at a terminal only. remove opens a case to offboard
    each, change-role a case to change the role; approvals and limits hold for these as for any. Nobody decides about
    themselves. It changes nothing in Axure.
    """
    from axure_lifecycle_tools.review_deciding import ask_about_review_decision, record_review_decision

    given: dict[str, Any] = {
        "review": review,
        "people": people,
        "decision": decision.name.lower(),
        "role": role,
    }
    shell.check(record_review_decision, given)
    given["reason"] = shell.reason(reason, f"{review}: {decision.value}.")
    shell.check(record_review_decision, {"reason": given["reason"]})
    with shell.desk() as desk:
        question = ask_about_review_decision(desk, **given)
        if question is not None and not is_attended():
            raise NeedsTerminal(f"{review}: nothing was decided.", shell.words.line(f"review decide {review} …"))
        answer = ask(question)
        reply = record_review_decision(desk, **given, answer=answer)
    shell.answer(reply)
    end_unless_yes(answer)


@command("review close", "review close V-2", 'review close V-2 --unfinished "two people are on leave until January"')
def close(
    shell: Shell,
    review: ReviewName,
    unfinished: Annotated[
        str | None, typer.Option("--unfinished", metavar="TEXT", help="Close although somebody is undecided: why.")
    ] = None,
) -> None:
    """End a review with a record of every decision.

    The trail gets the digest of all decisions, and is signed with the audit's key where there is one. Refused while
    somebody is undecided, unless --unfinished says why. Nothing is decided in it afterwards.
    """
    from axure_lifecycle_tools.reviewing import ask_about_closing, close_review

    given: dict[str, Any] = {"review": review, "unfinished_because": unfinished}
    shell.check(close_review, given)
    with shell.desk() as desk:
        question = ask_about_closing(desk, **given)
        if not is_attended_on_both():
            raise NeedsTerminal(f"{review} was not closed.", shell.words.line(f"review close {review}"))
        answer = ask(question)
        reply = close_review(desk, **given, answer=answer)
    shell.answer(reply)
    end_unless_yes(answer)
