"""Plans, which are only values: a short form for somebody at work, everything on request."""

import shlex
from typing import TYPE_CHECKING, Annotated, Final, get_args

import typer

from axure_lifecycle.cli.completing import ROLES, among, complete_operation, named_in_store
from axure_lifecycle.cli.operations import read_operation
from axure_lifecycle.cli.shell import Shell, command
from axure_lifecycle.cli.wishes import (
    Application,
    Full,
    LastDay,
    LeaveWorkspaces,
    NewAddress,
    People,
    Person,
    Role,
    Seat,
    Successor,
    UseSso,
    Wish,
    Workspaces,
)

if TYPE_CHECKING:
    from axure_lifecycle_tools.plan_reply import PlanReply


@command(
    "plan offboard", "plan offboard ana@acme.example --last-day 2026-11-27", "plan offboard ana@acme.example --full"
)
def offboard(
    shell: Shell, person: Person, last_day: LastDay = None, application: Application = None, full: Full = False
) -> None:
    """Plan how to offboard one person.

    What must happen first, then a line for each step and who does it, and the digest to open the case with. With
    --full every step has its place on your screens, which evidence to keep and how sure it is. It writes nothing and
    never touches Axure.
    """
    from axure_lifecycle_tools.planning import plan_offboard

    shell.check(plan_offboard, {"person": person, "last_day": last_day, "application": application})
    wish = Wish.of("offboard", [person], last_day=last_day, application=application)
    _answer(shell, wish, ["offboard", person], full=full)


@command(
    "plan onboard",
    "plan onboard ana@acme.example --role member --seat",
    "plan onboard ana@acme.example ben@acme.example --no-sso",
)
def onboard(
    shell: Shell,
    people: People,
    role: Role = None,
    use_sso: UseSso = None,
    seat: Seat = False,
    workspaces: Workspaces = None,
    application: Application = None,
    full: Full = False,
) -> None:
    """Plan how to bring one person or several in.

    One Add dialog for all of them, SAML first where it is needed, seats, and what each person must do. It writes
    nothing and never touches Axure.
    """
    from axure_lifecycle_tools.planning import plan_onboard

    if role is None and application is None:
        role = _USUAL_ROLE
    shell.check(plan_onboard, {"people": people, "role": role, "workspaces": workspaces, "application": application})
    flags = {"use_sso": use_sso, "seat": seat or None}
    wish = Wish.of("onboard", people, role=role, workspaces=workspaces, application=application, flags=flags)
    _answer(shell, wish, ["onboard", *people], full=full)


@command("plan role-change", "plan role-change ana@acme.example admin", also="change-role")
def role_change(
    shell: Shell,
    person: Person,
    to: Annotated[
        str | None,
        typer.Argument(
            metavar="ROLE",
            help="guest, member, admin, technical_admin; --role does as well.",
            autocompletion=among(*ROLES),
        ),
    ] = None,
    role: Role = None,
    application: Application = None,
    full: Full = False,
) -> None:
    """Plan how to give one person another system role.

    The Super Admin role is handed over instead: `plan operation hand-over-super-admin`. It writes nothing and never
    touches Axure.
    """
    from axure_lifecycle_tools.planning import plan_role_change

    if to is not None and role is not None and to != role:
        raise typer.BadParameter(f"it says {to}, and --role says {role}", param_hint="ROLE")
    role = role or to
    if role is None:
        raise typer.BadParameter("say which role: guest, member, admin or technical_admin", param_hint="ROLE")
    shell.check(plan_role_change, {"person": person, "role": role, "application": application})
    wish = Wish.of("change-role", [person], role=role, application=application)
    _answer(shell, wish, ["role-change", person, role], full=full, without=("role",))


@command("plan reactivation", "plan reactivation ana@acme.example --seat", also="reactivate")
def reactivation(shell: Shell, person: Person, seat: Seat = False, full: Full = False) -> None:
    """Plan how to let somebody in again who was deactivated.

    Nobody found out how Axure does that, so the plan says what to look for and keeps your answer. It writes nothing
    and never touches Axure.
    """
    from axure_lifecycle_tools.planning import plan_reactivation

    shell.check(plan_reactivation, {"person": person})
    _answer(shell, Wish.of("reactivate", [person], flags={"seat": seat or None}), ["reactivation", person], full=full)


@command(
    "plan operation",
    "plan operation transfer-licences ana@acme.example --successor ben@acme.example",
    "plan operation assign-seat ana@acme.example ben@acme.example",
    "plan operation change-workspaces ana@acme.example --workspaces Checkout",
    "plan operation configure-saml",
)
def operation(
    shell: Shell,
    name: Annotated[
        str,
        typer.Argument(
            metavar="OPERATION",
            help="hand-over-super-admin, hand-over-workspaces, hand-over-private-workspace, assign-seat, release-seat, "
            "transfer-seat, transfer-licences, change-address, change-workspaces, configure-saml, configure-ldap, "
            "remove-integrations, state-public-account.",
            autocompletion=complete_operation,
        ),
    ],
    people: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ADDRESS...", help="Whom it is for; none for configure-….", autocompletion=named_in_store("person")
        ),
    ] = None,
    successor: Successor = None,
    new_address: NewAddress = None,
    workspaces: Workspaces = None,
    leave_workspaces: LeaveWorkspaces = None,
    role: Role = None,
    full: Full = False,
) -> None:
    """Plan any other operation on people or the server.

    It takes the operations that have a command of their own as well. It writes nothing and never touches Axure.
    """
    from axure_lifecycle_tools.planning import OperationName, plan_operation

    everybody = people or []
    name = read_operation(name)
    given: dict[str, object] = {"people": everybody, "successor": successor, "new_address": new_address}
    given |= {"workspaces": workspaces, "leave_workspaces": leave_workspaces}
    if name in get_args(get_args(OperationName)[0]):
        given["operation"] = name
    shell.check(plan_operation, given)
    wish = Wish.of(
        name,
        everybody,
        role=role,
        successor=successor,
        new_address=new_address,
        workspaces=workspaces,
        leave_workspaces=leave_workspaces,
    )
    _answer(shell, wish, ["operation", name, *everybody], full=full)


_USUAL_ROLE: Final = "member"
"""Of Axure; which one another application would give nobody knows."""


def _answer(shell: Shell, wish: Wish, typed: list[str], *, full: bool, without: tuple[str, ...] = ()) -> None:
    """Answer with a plan: `typed` are the words after `plan`, `without` the options that stand among them."""
    from axure_lifecycle.cli.outlines import SHORTENED, in_full, is_openable, outline

    plan = wish.plan(shell)
    if shell.wants_json:
        if is_openable(plan):
            plan = plan.model_copy(update={"next": f"If you agree: {wish.line_to_open(shell, plan.digest)}"})
        shell.answer(plan)
        return
    following = plan.next
    if is_openable(plan):
        short = plan.digest if full else plan.digest[:SHORTENED]
        following = f"If you agree: {wish.line_to_open(shell, short)}"
    if full:
        guide = _say_guide(plan)
        shell.answer(plan.model_copy(update={"next": "\n".join(filter(None, (guide, following)))}), in_full)
        return
    rest = Wish(wish.operation, wish.people, {k: v for k, v in wish.options.items() if k not in without})
    more = shlex.join(["plan", *typed, "--full", *rest.typed(), *_application(wish)])
    lines = [*outline(plan), f"Everything about each step: {shell.words.line(more)}", following]
    shell.answer(plan, lambda _: "\n".join(lines))


def _application(wish: Wish) -> list[str]:
    return ["--application", wish.application] if wish.application else []


def _say_guide(plan: "PlanReply") -> str:
    from axure_lifecycle.app import ShippedKnowledge
    from axure_lifecycle_tools.knowledge import say_guide

    said = [*(one.said for one in plan.notices), *(one.instruction for one in plan.steps)]
    return say_guide(ShippedKnowledge().register(), " ".join(said))
