"""`init` and `demo`: before the first roster."""

from pathlib import Path
from typing import Annotated

import typer

from axure_lifecycle.cli.completing import among
from axure_lifecycle.cli.shell import Shell, command
from axure_lifecycle.cli.terminal import tell


@command("demo", "demo", "demo --keep birchwood")
def demonstrate(
    shell: Shell,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Leave the home there, for looking around.")
    ] = None,
) -> None:
    """Show the main job in a minute, on an invented organisation.

    Imports its lists, finds who left, offboards one of them through the real MCP server with a scripted person
    answering, and lets the next roster verify it. It uses a home of its own and never yours.
    """
    from axure_lifecycle.cli.demo import as_json, demo

    facts = demo(keep, _say_nothing if shell.wants_json else tell)
    if shell.wants_json:
        tell(as_json(facts))


def _say_nothing(_: str) -> None:
    """For machines, the story is left out."""


@command(
    "init",
    "init",
    "init --organization Acme --deployment private_instance --host acme.axure.cloud --sign-in saml "
    "--idp okta --screens new --operator pat@acme.example",
)
def init(
    shell: Shell,
    organization: Annotated[
        str | None, typer.Option("--organization", metavar="NAME", help="What people call it.")
    ] = None,
    deployment: Annotated[
        str | None,
        typer.Option(
            "--deployment",
            metavar="private_instance|on_premises",
            help="Who hosts Cloud for Business.",
            autocompletion=among("private_instance", "on_premises"),
        ),
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="HOST", help="Your server, e.g. acme.axure.cloud.")
    ] = None,
    sign_in: Annotated[
        str | None,
        typer.Option(
            "--sign-in",
            metavar="password|saml|ldap",
            help="How people sign in there.",
            autocompletion=among("password", "saml", "ldap"),
        ),
    ] = None,
    idp: Annotated[
        str | None,
        typer.Option(
            "--idp",
            metavar="okta|entra|google|other",
            help="Which directory knows your people.",
            autocompletion=among("okta", "entra", "google", "other"),
        ),
    ] = None,
    screens: Annotated[
        str | None,
        typer.Option(
            "--screens",
            metavar="new|mid|old|2017",
            help="Which generation of screens your server shows: sign in there as an admin to see it, or let init ask.",
            autocompletion=among("new", "mid", "old", "2017"),
        ),
    ] = None,
    operator: Annotated[
        str | None,
        typer.Option("--operator", metavar="ADDRESS", help="Whose word counts at this installation's terminal."),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option("--time-zone", metavar="ZONE", help="E.g. Europe/Amsterdam. Default: this machine's, else UTC."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the new configuration in place of one that exists.")
    ] = False,
) -> None:
    """Describe your organisation once, in config.toml.

    At a terminal it asks for what no flag gives. Elsewhere every missing or wrong flag is named at once, and nothing
    is written. It never overwrites a configuration unasked, and never contacts any server.
    """
    from axure_lifecycle.cli.organization import describe, tell_next_steps

    given = {
        "name": organization,
        "deployment": deployment,
        "host": host,
        "sign_in": sign_in,
        "idp": idp,
        "screens": screens,
        "operator": operator,
        "time_zone": time_zone,
    }
    home = shell.home
    described = describe(given, home, replace=replace)
    tell_next_steps(shell, home, described, replace=replace)
