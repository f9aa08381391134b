"""Letting people in to a server for a team: tokens and second factors."""

from enum import StrEnum
from typing import Annotated

import typer

from axure_lifecycle.cli.shell import NeedsTerminal, Shell, command
from axure_lifecycle.cli.terminal import is_attended

Reason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept in the trail. Asked for at a terminal.")
]
Whom = Annotated[str, typer.Argument(metavar="PERSON", help="The e-mail address that stands in the trail.")]


class RoleWord(StrEnum):
    """What somebody can be on a server for a team."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMIN = "admin"


def require_person(shell: Shell, left_undone: str, line: str) -> None:
    """An assistant's script makes no way in, for itself or anybody. Raises `NeedsTerminal`."""
    if not is_attended():
        raise NeedsTerminal(left_undone, shell.words.line(line))


@command(
    "token create",
    'token create ana@acme.example --role operator --role approver --label "Claude on her laptop"',
    "token create audit@acme.example --role auditor --days 14",
)
def create_token(
    shell: Shell,
    person: Whom,
    roles: Annotated[
        list[RoleWord], typer.Option("--role", help="What they may do; repeat it for several. See docs/roles.md.")
    ],
    days: Annotated[int, typer.Option("--days", metavar="N", help="How long it lets them in, at most 366 days.")] = 90,
    label: Annotated[str, typer.Option("--label", metavar="TEXT", help="What it is for.")] = "",
) -> None:
    """Make a token with which a person gets in.

    It is shown once, when it is made; nobody can show it again, because only its SHA-256 is kept. Their client sends
    it as `Authorization: Bearer …`, and they sign in with it at the console. Their name in the trail comes from the
    token, never from what they or their assistant say. Only a person at a terminal makes one.
    """
    from axure_lifecycle.domain.access import Role
    from axure_lifecycle_tools.admitting import create_token as create

    arguments = {"person": person, "roles": [Role(role.value) for role in dict.fromkeys(roles)]}
    shell.check(create, {**arguments, "days": days, "label": label})
    words = " ".join(f"--role {role}" for role in roles)
    require_person(shell, "No token was made.", f"token create {person} {words}")
    shell.call(create, **arguments, days=days, label=label)


@command("token list", "token list", "token list --json")
def list_tokens(shell: Shell) -> None:
    """List the tokens, those that let nobody in too.

    Newest first: who, as what, until when, and what became of it. No token itself is shown: nobody has it but the
    person.
    """
    from axure_lifecycle_tools.admitting import list_tokens as look

    shell.call(look)


@command(
    "token revoke",
    'token revoke T-3 --reason "the laptop was lost"',
    'token revoke --person ana@acme.example --reason "she left"',
)
def revoke_token(
    shell: Shell,
    name: Annotated[str | None, typer.Argument(metavar="TOKEN", help="T-3, as `token list` shows it.")] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="ADDRESS", help="Every token that lets this person in, at once.")
    ] = None,
    reason: Reason = None,
) -> None:
    """Let nobody in with one token, or with all of a person's.

    Within two seconds, on every worker; whoever is signed in at the console with it is out at once. What they did stays
    recorded, and nothing undoes a revocation: make a new token instead. `session end` ends sessions that the identity
    provider began.
    """
    from axure_lifecycle_tools.admitting import revoke_token as revoke
    from axure_lifecycle_tools.admitting import revoke_tokens_of

    if person is not None and name is None:
        shell.check(revoke_tokens_of, {"person": person})
        why = shell.reason(reason, f"No token is to let {person} in any more.")
        shell.call(revoke_tokens_of, person=person, reason=why)
    elif name is not None and person is None:
        shell.check(revoke, {"token": name})
        why = shell.reason(reason, f"{name} is to let nobody in any more.")
        shell.call(revoke, token=name, reason=why)
    else:
        raise typer.BadParameter("say one token, or whose with --person", param_hint="TOKEN")


@command("session list", "session list", "session list --json")
def list_sessions(shell: Shell) -> None:
    """List who is signed in at the console.

    Newest first: who, as what, since when, until when, and by which token or issuer. It shows nothing with which
    anybody could come in.
    """
    from axure_lifecycle_tools.admitting import list_sessions as look

    shell.call(look)


@command("session end", 'session end ana@acme.example --reason "she left"')
def end_sessions(
    shell: Shell,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="As `session list` shows them.")],
    reason: Reason = None,
) -> None:
    """Sign somebody out of the console, everywhere and at once.

    It is recorded with its reason, and nothing that they did is undone. Whoever still has a token, or is still signed
    in by the identity provider, can come back: the answer names the tokens that let them in, and
    `token revoke --person` ends those.
    """
    from axure_lifecycle_tools.admitting import end_sessions as end

    shell.check(end, {"person": person})
    why = shell.reason(reason, f"{person} is to be signed out of the console.")
    shell.call(end, person=person, reason=why)


@command("factor invite", "factor invite ana@acme.example", "factor invite ana@acme.example --hours 2")
def invite_factor(
    shell: Shell,
    person: Whom,
    hours: Annotated[int, typer.Option("--hours", metavar="N", help="How long the code serves, at most 168.")] = 24,
) -> None:
    """Let a person enrol a second factor.

    A device such as a phone or a security key, which no assistant holds: policy can demand it for a step or for an
    approval. The code is shown once and serves once; they sign in at the console and type it there. Nobody enrols one
    without it, and only a person at a terminal makes it.
    """
    from axure_lifecycle_tools.admitting import invite_factor as invite

    shell.check(invite, {"person": person, "hours": hours})
    require_person(shell, "Nobody was invited.", f"factor invite {person}")
    shell.call(invite, person=person, hours=hours)


@command("factor list", "factor list", "factor list --json")
def list_factors(shell: Shell) -> None:
    """List second factors, and the invitations that wait.

    Newest first, removed ones too. It shows nothing with which anybody could confirm.
    """
    from axure_lifecycle_tools.admitting import list_factors as look

    shell.call(look)


@command("factor remove", 'factor remove 2 --reason "a new phone"')
def remove_factor(
    shell: Shell,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `factor list` shows it.")],
    reason: Reason = None,
) -> None:
    """Let a second factor count no more.

    For a device that was lost or replaced. What was confirmed with it stays as it is, and nothing undoes it: invite
    the person anew instead.
    """
    from axure_lifecycle_tools.admitting import remove_factor as remove

    shell.check(remove, {"number": number})
    why = shell.reason(reason, f"Second factor {number} is to count no more.")
    shell.call(remove, number=number, reason=why)
