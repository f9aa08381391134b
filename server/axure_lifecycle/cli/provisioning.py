"""Letting identity providers push: their tokens, what waits of what they want, and what of it could not be read."""

from typing import Annotated

import typer

from axure_lifecycle.cli.admitting import Reason, require_person
from axure_lifecycle.cli.looking import Cursor
from axure_lifecycle.cli.shell import Shell, command

Idp = Annotated[str, typer.Argument(metavar="IDP", help="The name of one of [[scim.idps]].")]


@command(
    "scim token create",
    "scim token create okta-push",
    'scim token create entra --expires 180 --label "after ST-1"',
)
def create_token(
    shell: Shell,
    idp: Idp,
    expires: Annotated[
        int, typer.Option("--expires", metavar="DAYS", help="How long it lets the provider in, at most 366 days.")
    ] = 180,
    label: Annotated[str, typer.Option("--label", metavar="TEXT", help="What it is for.")] = "",
) -> None:
    """Make a token with which an identity provider pushes.

    It is shown once, when it is made; nobody can show it again, because only its SHA-256 is kept. Paste it where the
    provider asks for a bearer token or a secret token. Several may count at the same time: make the next one, change it
    over there, then revoke the old one. Only a person at a terminal makes one.
    """
    from axure_lifecycle_tools.provisioning import create_scim_token as create

    shell.check(create, {"idp": idp, "days": expires, "label": label})
    require_person(shell, "No token was made.", f"scim token create {idp}")
    shell.call(create, idp=idp, days=expires, label=label)


@command("scim token list", "scim token list", "scim token list --json")
def list_tokens(shell: Shell) -> None:
    """List tokens of identity providers, dead ones too.

    Newest first: whose, until when, and what became of it. No token itself is shown: nobody has it but the provider.
    """
    from axure_lifecycle_tools.provisioning import list_scim_tokens as look

    shell.call(look)


@command("scim token revoke", 'scim token revoke ST-1 --reason "rotated"')
def revoke_token(
    shell: Shell,
    name: Annotated[str, typer.Argument(metavar="TOKEN", help="ST-3, as `scim token list` shows it.")],
    reason: Reason = None,
) -> None:
    """Let an identity provider push with a token no more.

    Within two seconds, on every worker. What it pushed stays as it is, and nothing undoes a revocation: make a new
    token instead.
    """
    from axure_lifecycle_tools.provisioning import revoke_scim_token as revoke

    shell.check(revoke, {"token": name})
    why = shell.reason(reason, f"{name} is to let nobody in any more.")
    shell.call(revoke, token=name, reason=why)


@command("scim waiting", "scim waiting", "scim waiting --json")
def list_waiting(shell: Shell, cursor: Cursor = None) -> None:
    """List what identity providers want and what waits.

    Whom they want on or off, since when, and what stands in the way: a brake, somebody's own case, a plan that is
    blocked, an address that cannot be read. The identity provider hears nothing of it. Each is tried again by itself,
    at the latest with the next run; what a brake holds back a person lets pass with `run` at a terminal.
    """
    from axure_lifecycle_tools.wanted_waiting import list_waiting as look

    shell.call(look, cursor=cursor)


@command("scim aside", "scim aside", "scim aside --json")
def list_aside(shell: Shell, cursor: Cursor = None) -> None:
    """List what identity providers pushed and nobody could read.

    Of people and groups: the path of each attribute as it was pushed, and why it could not be read. None of it stopped
    anybody's update, and the identity provider hears nothing of it. What can be read of a later push takes its place.
    """
    from axure_lifecycle_tools.wanted_aside import list_aside as look

    shell.call(look, cursor=cursor)
