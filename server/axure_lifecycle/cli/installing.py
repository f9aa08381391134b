"""`install`: this server in the configuration of an MCP client."""

import json
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from axure_lifecycle.cli.completing import among
from axure_lifecycle.cli.shell import NeedsTerminal, Shell, command
from axure_lifecycle.cli.terminal import ask_yes_or_no, is_attended, show, tell

if TYPE_CHECKING:
    from axure_lifecycle.clients import Client, Plan, Spot, Start, Undoing

_CLIENTS = ("claude-desktop", "claude-code", "cursor", "vscode", "codex", "gemini")


@command("install", "install claude-desktop", "install vscode --project . --yes", "install cursor --undo")
def install(
    shell: Shell,
    client: Annotated[
        str, typer.Argument(metavar="|".join(_CLIENTS), help="The client.", autocompletion=among(*_CLIENTS))
    ],
    project: Annotated[
        Path | None,
        typer.Option("--project", metavar="DIR", help="For the project in this folder, instead of all of yours."),
    ] = None,
    only_print: Annotated[
        bool, typer.Option("--print", help="Show the file and what would be in it for this server; write nothing.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put back the file as it was, byte for byte.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
) -> None:
    """Add this server to an MCP client.

    Finds the client's file, shows the change, asks, and keeps everything else in it to the letter: other servers,
    comments, order. The file as it was stays beside it until `--undo` puts it back. Where it says all that already,
    nothing changes. The client is never started; it sees the server when it starts anew.

    Claude Code keeps the file for all of your work itself: without `--project` nothing is written, and the command of
    its own that adds the server is named.
    """
    from axure_lifecycle.clients import ClientKeepsItsFile, Start, find_spot

    which = _read(client)
    if only_print and undo:
        raise typer.BadParameter("only one of --print and --undo", param_hint="--undo")
    spot = find_spot(which, project)
    start = Start.here(_named_home(shell))
    if spot is None:
        raise ClientKeepsItsFile(which, _by_itself(start, undo=undo))
    if only_print:
        _print(shell, spot, start)
    elif undo:
        _undo(shell, spot, yes=yes)
    else:
        _install(shell, spot, start, yes=yes)


def _read(client: str) -> "Client":
    from axure_lifecycle.clients import Client

    if client not in _CLIENTS:
        raise typer.BadParameter(f"“{client}” is none of {', '.join(_CLIENTS)}", param_hint="CLIENT")
    return Client(client)


def _named_home(shell: Shell) -> str | None:
    """The home, where it was named and is not the usual one: the client must name it again."""
    from axure_lifecycle.config.home import HOME_VARIABLE

    return str(shell.home) if shell.home_option or os.environ.get(HOME_VARIABLE) else None


def _by_itself(start: "Start", *, undo: bool) -> str:
    """How Claude Code is told itself."""
    if undo:
        return "claude mcp remove --scope user axure-lifecycle"
    return f"claude mcp add --scope user axure-lifecycle -- {start.line}"


def _print(shell: Shell, spot: "Spot", start: "Start") -> None:
    from axure_lifecycle.clients import example_for

    text = example_for(spot, start)
    if shell.wants_json:
        tell(json.dumps({"client": spot.client.value, "file": str(spot.file), "example": text}, ensure_ascii=False))
        return
    tell(f"In {spot.file}:\n\n{text}")


def _install(shell: Shell, spot: "Spot", start: "Start", *, yes: bool) -> None:
    from axure_lifecycle.clients import carry_out, plan_installation

    plan = plan_installation(spot, start)
    if plan.is_empty:
        _answer(shell, plan, f"Nothing changes: {spot.file} starts this server already.", is_written=False)
        return
    title = spot.client.known_as
    _agree(
        shell, plan, f"Is {title} to start this server, and {spot.file} to be changed like that?", "install", yes=yes
    )
    carry_out(plan)
    told = f"Written to {spot.file}. Start {title} anew to see the server."
    if spot.client.value == "codex" and spot.project is not None:
        told += " Codex reads it only in a project that it trusts."
    _answer(shell, plan, f"{told} As it was: {plan.kept}; `{shell.words.line(_line(spot, '--undo'))}` puts it back.")


def _undo(shell: Shell, spot: "Spot", *, yes: bool) -> None:
    from axure_lifecycle.clients import plan_undoing, undo

    undoing = plan_undoing(spot)
    _agree(shell, undoing, f"Is {spot.file} to be put back like that?", "undo", yes=yes)
    undo(undoing)
    left = "gone again, as before" if undoing.before is None else "as it was before, byte for byte"
    _answer(shell, undoing, f"{spot.file} is {left}.")


def _agree(shell: Shell, change: "Plan | Undoing", question: str, what: str, *, yes: bool) -> None:
    """Show the change; exit code 1 where the person says no. Raises `NeedsTerminal` where nobody can be asked."""
    if yes and not is_attended():
        return  # Lines of other servers may hold secrets: only a person is shown them.
    if not is_attended():
        options = ["--undo"] if what == "undo" else []
        raise NeedsTerminal(
            f"Nothing was written to {change.spot.file}: nobody said yes, here or by `--yes`.",
            shell.words.line(_line(change.spot, *options)),
        )
    show(f"{change.diff}\n")
    if not yes and not ask_yes_or_no(question):
        tell("Nothing was written.")
        raise typer.Exit(1)


def _line(spot: "Spot", *options: str) -> str:
    project = [] if spot.project is None else ["--project", str(spot.project)]
    words = ["install", spot.client.value, *project, *options]
    return shlex.join(words)


def _answer(shell: Shell, change: "Plan | Undoing", text: str, *, is_written: bool = True) -> None:
    if not shell.wants_json:
        tell(text)
        return
    facts = {
        "client": change.spot.client.value,
        "file": str(change.spot.file),
        "is_written": is_written,
    }
    tell(json.dumps(facts, ensure_ascii=False))
