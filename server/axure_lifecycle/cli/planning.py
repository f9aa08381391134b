"""From a plan, which is only a value, to a case that somebody owns."""

import re
import shlex
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from axure_lifecycle.cli.looking import CaseName
from axure_lifecycle.cli.shell import Shell, ask, command, end_unless_yes
from axure_lifecycle.cli.terminal import ask_yes_or_no, is_attended, screen, show, wrapped
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.trail import ORIGIN

if TYPE_CHECKING:
    from axure_lifecycle_tools.plan_reply import PlanReply

SHORTEST_DIGEST: Final = 8
"""Characters by which a plan is told from any other."""

Person = Annotated[str, typer.Argument(metavar="ADDRESS", help="The person's e-mail address.")]
LastDay = Annotated[
    str | None, typer.Option("--last-day", metavar="DATE", help="The last working day, when it is known.")
]


class DigestMissing(LifecycleError):
    """Nobody is there who could be shown the plan, and no digest says which one is meant."""

    code = "digest_missing"

    def __init__(self, person: str, command: str) -> None:
        self.command = command
        super().__init__(
            f"No case was opened for {shown(person, 80)}: without a terminal nobody can be shown the plan. "
            f"Name the plan that was agreed to with --digest; this shows it: {command}"
        )


class NotAgreed(LifecycleError):
    """The person saw the plan and said no."""

    code = "not_agreed"

    def __init__(self, subject: str) -> None:
        super().__init__(f"No case was opened for {subject}: you did not agree to the plan. Nothing was written.")


@command(
    "plan offboard", "plan offboard ana@acme.example --last-day 2026-11-27", "plan offboard ana@acme.example --full"
)
def offboard(
    shell: Shell,
    person: Person,
    last_day: LastDay = None,
    full: Annotated[
        bool, typer.Option("--full", help="Each step with its place on your screens, the evidence, and how sure it is.")
    ] = False,
) -> None:
    """Plan how to offboard one person.

    What must happen first, then a line for each step and who does it, and the digest to open the case with. With
    --full every step has its place on your screens, which evidence to keep and how sure it is. It writes nothing and
    never touches Axure.
    """
    from axure_lifecycle.cli.outlines import SHORTENED, in_full, is_openable, outline

    plan = _make(shell, person, last_day)
    if shell.wants_json:
        if is_openable(plan):
            line = _line_to_open(shell, plan.subject, plan.digest, last_day)
            plan = plan.model_copy(update={"next": f"If you agree: {line}"})
        shell.answer(plan)
        return
    following = plan.next
    if is_openable(plan):
        short = plan.digest if full else plan.digest[:SHORTENED]
        following = f"If you agree: {_line_to_open(shell, plan.subject, short, last_day)}"
    if full:
        guide = _say_guide(plan)
        shell.answer(plan.model_copy(update={"next": "\n".join(filter(None, (guide, following)))}), in_full)
        return
    more = shlex.join(["plan", "offboard", plan.subject, "--full", *_last_day(last_day)])
    lines = [*outline(plan), f"Everything about each step: {shell.words.line(more)}", following]
    shell.answer(plan, lambda _: "\n".join(lines))


@command(
    "open",
    "open ana@acme.example --last-day 2026-11-27 --reason HR-1142",
    "open ana@acme.example --digest 6fd2a91c03be",
)
def open_planned(
    shell: Shell,
    person: Person,
    digest: Annotated[
        str | None,
        typer.Option(
            "--digest",
            metavar="DIGEST",
            help=f"The digest of the plan that you agree to, or how it begins ({SHORTEST_DIGEST} characters or more). "
            "At a terminal it can be left out: you are shown the plan and asked.",
        ),
    ] = None,
    last_day: LastDay = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="OWNER", help="Whose case it is. Default: the operator.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, e.g. the ticket.")] = "",
) -> None:
    """Open a case for exactly the plan with this digest.

    Refused when anything that the plan leans on has changed since, or while something stops it. It never touches
    Axure: the case is where people's steps are recorded.
    """
    from axure_lifecycle.cli.outlines import news
    from axure_lifecycle_tools.cases import open_case

    if digest is None and not is_attended():
        raise DigestMissing(person, shell.words.line(f"plan offboard {shlex.quote(person)}"))
    wanted = _agree(shell, person, last_day) if digest is None else _whole_digest(shell, person, digest, last_day)
    arguments: dict[str, Any] = {"operation": "offboard", "person": person, "digest": wanted}
    arguments["options"] = {"last_day": last_day} if last_day else {}
    arguments |= {"owner": owner, "reason": reason}
    shell.check(open_case, arguments)
    with shell.desk() as desk:
        reply = open_case(desk, **arguments)
    shell.answer(reply, news(shell.words))


def _make(shell: Shell, person: str, last_day: str | None) -> "PlanReply":
    from axure_lifecycle_tools.planning import plan_offboard

    shell.check(plan_offboard, {"person": person, "last_day": last_day})
    with shell.desk() as desk:
        return plan_offboard(desk, person=person, last_day=last_day)


def _say_guide(plan: "PlanReply") -> str:
    from axure_lifecycle.app import ShippedKnowledge
    from axure_lifecycle_tools.knowledge import say_guide

    said = [*(one.said for one in plan.notices), *(one.instruction for one in plan.steps)]
    return say_guide(ShippedKnowledge().register(), " ".join(said))


def _agree(shell: Shell, person: str, last_day: str | None) -> str:
    """The digest of the plan that was shown, once the person says yes. Raises `NotAgreed`."""
    from axure_lifecycle.cli.outlines import is_openable, outline

    plan = _make(shell, person, last_day)
    if not is_openable(plan):
        return plan.digest  # Opening refuses it, and says why.
    show(wrapped("\n".join(outline(plan)), screen()))
    if not ask_yes_or_no(f"Do you agree to exactly this plan, and is the case on {plan.subject} to be opened?"):
        raise NotAgreed(plan.subject)
    return plan.digest


def _whole_digest(shell: Shell, person: str, digest: str, last_day: str | None) -> str:
    """What the beginning of a digest stands for: the plan as it is made now, or the case that was opened for it.

    Raises `PlanDrifted` where neither begins like that, and `ArgumentsRefused`.
    """
    from axure_lifecycle.domain.plans import PlanDrifted
    from axure_lifecycle_tools.arguments import address_of
    from axure_lifecycle_tools.planning import OFFBOARD
    from axure_lifecycle_tools.spec import ArgumentsRefused

    begun = digest.strip().lower()
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST_DIGEST},64}}", begun):
        says = f"--digest takes {SHORTEST_DIGEST} to 64 of the digits and letters that `plan offboard` shows."
        raise ArgumentsRefused("`open`", (says,))
    if len(begun) == len(ORIGIN):
        return begun
    plan = _make(shell, person, last_day)
    if plan.digest.startswith(begun):
        return plan.digest
    with shell.desk() as desk, desk.store.reading() as view:
        standing = view.case_on(address_of(person), OFFBOARD)
    if standing is not None and standing.plan_digest.startswith(begun):
        return standing.plan_digest
    raise PlanDrifted(plan.subject, begun, plan.digest)


def _line_to_open(shell: Shell, subject: str, digest: str, last_day: str | None) -> str:
    return shell.words.line(shlex.join(["open", subject, "--digest", digest, *_last_day(last_day)]))


def _last_day(last_day: str | None) -> list[str]:
    return ["--last-day", last_day] if last_day else []


@command("assign", "assign C-1 kim@acme.example")
def assign(
    shell: Shell,
    case: CaseName,
    owner: Annotated[str, typer.Argument(metavar="OWNER", help="An e-mail address or a team.")],
) -> None:
    """Give a case to another owner.

    Nobody is notified, and nothing changes in Axure.
    """
    from axure_lifecycle.cli.outlines import news
    from axure_lifecycle_tools.cases import assign_case

    shell.check(assign_case, {"case": case, "owner": owner})
    with shell.desk() as desk:
        reply = assign_case(desk, case=case, owner=owner)
    shell.answer(reply, news(shell.words))


@command("cancel", 'cancel C-1 --reason "she stays"')
def cancel(
    shell: Shell,
    case: CaseName,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept in the trail. Asked for at a terminal.")
    ] = None,
) -> None:
    """End an open case that is no longer wanted.

    Where a person confirmed a step, or a roster contradicted one, you are asked at a terminal. It undoes nothing in
    Axure and deletes nothing here: what was confirmed stays in the trail.
    """
    from axure_lifecycle.cli.outlines import news
    from axure_lifecycle_tools.cases import ask_about_cancelling, cancel_case

    shell.check(cancel_case, {"case": case})
    why = shell.reason(reason, f"{case} is to end.")
    shell.check(cancel_case, {"reason": why})
    with shell.desk() as desk:
        answer = ask(ask_about_cancelling(desk, case=case, reason=why))
        reply = cancel_case(desk, case=case, reason=why, answer=answer)
    shell.answer(reply, news(shell.words))
    end_unless_yes(answer)
