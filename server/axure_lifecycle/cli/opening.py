"""From a plan to a case that somebody owns, and to the end of one that is no longer wanted."""

import re
import shlex
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from axure_lifecycle.cli.completing import complete_operation, named_in_store
from axure_lifecycle.cli.looking import CaseName
from axure_lifecycle.cli.operations import OWN_COMMANDS, OperationUnsaid, fitting, flags_of
from axure_lifecycle.cli.shell import Shell, ask, command, end_unless_yes
from axure_lifecycle.cli.terminal import ask_yes_or_no, is_attended, screen, show, wrapped
from axure_lifecycle.cli.wishes import (
    Application,
    LastDay,
    LeaveWorkspaces,
    NewAddress,
    Role,
    Seat,
    Successor,
    UseSso,
    Wish,
    Workspaces,
)
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.trail import ORIGIN

if TYPE_CHECKING:
    from axure_lifecycle_tools.plan_reply import PlanReply

SHORTEST_DIGEST: Final = 8
"""Characters by which a plan is told from any other."""


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
    "open",
    "open ana@acme.example --last-day 2026-11-27 --reason HR-1142",
    "open ana@acme.example --digest 6fd2a91c03be",
    "open ana@acme.example ben@acme.example --operation onboard --role member",
)
def open_planned(
    shell: Shell,
    people: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ADDRESS...",
            help="Whom the plan is for; none for an operation on the server.",
            autocompletion=named_in_store("person"),
        ),
    ] = None,
    operation: Annotated[
        str | None,
        typer.Option(
            "--operation",
            metavar="NAME",
            help="The operation of the plan. Default: offboard.",
            autocompletion=complete_operation,
        ),
    ] = None,
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
    role: Role = None,
    use_sso: UseSso = None,
    seat: Seat = False,
    successor: Successor = None,
    new_address: NewAddress = None,
    workspaces: Workspaces = None,
    leave_workspaces: LeaveWorkspaces = None,
    application: Application = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="OWNER", help="Whose case it is. Default: the operator.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, e.g. the ticket.")] = "",
) -> None:
    """Open a case for exactly the plan with this digest.

    Say the same as for the plan: whom it is for, and its options. Refused when anything that the plan leans on has
    changed since, or while something stops it. It never touches Axure: the case is where people's steps are recorded.
    """
    from axure_lifecycle.cli.outlines import news
    from axure_lifecycle_tools.opening import open_case

    wish = Wish.of(
        operation or "offboard",
        people or [],
        application=application,
        flags={"use_sso": use_sso, "seat": seat or None},
        last_day=last_day,
        role=role,
        successor=successor,
        new_address=new_address,
        workspaces=workspaces,
        leave_workspaces=leave_workspaces,
    )
    about = ", ".join(wish.people) or "the server"
    if operation is None:
        _see_that_it_is_an_offboarding(wish, about)
    begun = None if digest is None else _read(digest)
    plan = wish.plan(shell)
    if begun is None and not is_attended():
        raise DigestMissing(about, shell.words.line(shlex.join(_words_to_plan(wish))))
    wanted = _agree(plan) if begun is None else _whole_digest(shell, wish, plan, begun)
    arguments: dict[str, Any] = {"operation": wish.operation, "person": plan.subject, "digest": wanted}
    arguments |= {"options": plan.options, "application": application, "owner": owner, "reason": reason}
    shell.check(open_case, arguments)
    with shell.desk() as desk:
        reply = open_case(desk, **arguments)
    shell.answer(reply, news(shell.words))


def _see_that_it_is_an_offboarding(wish: Wish, about: str) -> None:
    """Raises `OperationUnsaid` where what was typed goes with other operations only."""
    fits = fitting(len(wish.people), wish.options, wish.application)
    if not fits or wish.operation in fits:
        return  # What goes with no operation is for the plan to refuse.
    strange = [option for option in wish.options if option != "last_day"]
    reasons = [] if len(wish.people) == 1 else ["is for one person"]
    reasons += [f"takes no {flags_of(strange)}"] if strange else []
    raise OperationUnsaid(about, f"which {' and '.join(reasons)}", fits)


def _words_to_plan(wish: Wish) -> list[str]:
    """The command that shows the plan for it."""
    if wish.operation in OWN_COMMANDS:
        return ["plan", OWN_COMMANDS[wish.operation], *wish.people, *wish.typed()]
    return ["plan", "operation", wish.operation, *wish.people, *wish.typed()]


def _read(digest: str) -> str:
    """A digest or its beginning. Raises `ArgumentsRefused`."""
    from axure_lifecycle_tools.spec import ArgumentsRefused

    begun = digest.strip().lower()
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST_DIGEST},64}}", begun):
        says = f"--digest takes {SHORTEST_DIGEST} to 64 of the digits and letters that the plan shows."
        raise ArgumentsRefused("`open`", (says,))
    return begun


def _agree(plan: "PlanReply") -> str:
    """The digest of the plan that was shown, once the person says yes. Raises `NotAgreed`."""
    from axure_lifecycle.cli.outlines import is_openable, outline

    if not is_openable(plan):
        return plan.digest  # Opening refuses it, and says why.
    show(wrapped("\n".join(outline(plan)), screen()))
    if not ask_yes_or_no(f"Do you agree to exactly this plan, and is the case on {plan.about} to be opened?"):
        raise NotAgreed(plan.subject)
    return plan.digest


def _whole_digest(shell: Shell, wish: Wish, plan: "PlanReply", begun: str) -> str:
    """What the beginning of a digest stands for: the plan as it is made now, or the case that was opened for it.

    Raises `PlanDrifted` where neither begins like that.
    """
    from axure_lifecycle.domain.addresses import Address
    from axure_lifecycle.domain.plans import PlanDrifted

    if plan.digest.startswith(begun):
        return plan.digest
    if len(begun) == len(ORIGIN):
        return begun
    with shell.desk() as desk, desk.store.reading() as view:
        standing = view.case_on(Address(plan.subject), wish.operation)
    for digest in standing.digests if standing is not None else ():
        if digest.startswith(begun):
            return digest
    raise PlanDrifted(plan.subject, begun, plan.digest)


@command("assign", "assign C-1 kim@acme.example")
def assign(
    shell: Shell,
    case: CaseName,
    owner: Annotated[str, typer.Argument(metavar="OWNER", help="An e-mail address or a team.")],
) -> None:
    """Give a case to another owner.

    The new owner hears of it with the next pass, where notices are configured. Nothing changes in Axure.
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
