"""Directories: reading them, and finding out whether they can be read."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from axure_lifecycle.cli.completing import complete_directory
from axure_lifecycle.cli.shell import Shell, command
from axure_lifecycle.cli.terminal import progress_bar, say

if TYPE_CHECKING:
    from axure_lifecycle.domain.directories import Finding

_FAILED: Final = 1


@command("sync", "sync", "sync okta")
def sync(
    shell: Shell,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="A configured directory; all of them by default.", autocompletion=complete_directory
        ),
    ] = None,
) -> None:
    """Read the configured directories.

    Okta, Entra ID, Google Workspace, AD, LDAP or a file, as [[directories]] in config.toml names them. Nothing is
    ever written to them. A read counts whole or not at all: after a fault the last complete one stays in force, the
    answer says what happened, and the exit code is 1. Run it from a timer as often as people leave.
    """
    from axure_lifecycle_tools.syncing import sync_directory

    shell.check(sync_directory, {"directory": name})
    with shell.desk() as desk, progress_bar() as progress:
        reply = sync_directory(replace(desk, progress=progress), directory=name)
    shell.answer(reply)
    if reply.failed:
        raise typer.Exit(_FAILED)


class Part(StrEnum):
    """What can be looked at alone."""

    SCIM = "scim"


@command("doctor", "doctor", "doctor scim")
def doctor(
    shell: Shell,
    part: Annotated[
        Part | None, typer.Argument(metavar="PART", help="Only scim: what identity providers push. Default: all.")
    ] = None,
) -> None:
    """Find out whether everything that is configured can be used.

    The store is opened, each secret is looked for where the configuration says, and each directory is asked for a
    first page; of [serve] the keys and the issuer, of [scim] the address, tokens, groups and pushes. Nothing is
    written, and no secret is ever shown. The exit code is 1 when something is wrong.
    """
    from axure_lifecycle_tools.examining import examine

    with shell.desk() as desk:
        found = examine(
            desk,
            None if shell.wants_json else say,
            _serving(shell),
            _reach(shell) if desk.scim.idps else None,
            only_scim=part is Part.SCIM,
        )
    shell.answer(found)
    if found.wrong:
        raise typer.Exit(_FAILED)


def _serving(shell: Shell) -> "Callable[[], Sequence[Finding]] | None":
    """Looks at `[serve]`; None where nothing of it is configured."""
    from axure_lifecycle.app import Workshop
    from axure_lifecycle.domain.serving import ServeSettings

    settings = Workshop(shell.home).configuration().serving
    if settings == ServeSettings():
        return None
    from axure_lifecycle.web.examining import examine_serving

    return partial(examine_serving, shell.home, settings)


def _reach(shell: Shell) -> "Callable[[], Sequence[Finding]]":
    """Looks at where identity providers push."""
    from axure_lifecycle.app import Workshop
    from axure_lifecycle.web.examining_scim import examine_reach

    return partial(examine_reach, Workshop(shell.home).configuration().serving)
