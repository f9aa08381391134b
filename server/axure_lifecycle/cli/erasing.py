"""Erasing a former person, at a terminal and nowhere else."""

import shlex
from typing import Annotated

import typer

from axure_lifecycle.cli.completing import named_in_store
from axure_lifecycle.cli.shell import NeedsTerminal, Shell, command
from axure_lifecycle.cli.terminal import is_attended, put


@command(
    "erase",
    "erase ana@acme.example --reason HR-1142",
    "erase ana@acme.example a.berg@mail.example --force --reason HR-1142",
    "erase ana@acme.example --remove-reports --reason HR-1142",
)
def erase(
    shell: Shell,
    people: Annotated[
        list[str],
        typer.Argument(
            metavar="ADDRESS...",
            help="The person, and other addresses of the same person that no directory lists.",
            autocompletion=named_in_store("person"),
        ),
    ],
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="TEXT", help="Why, naming nobody; the trail keeps it. Asked for otherwise."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Although they are active, or a case about them is not over; with --reason.")
    ] = False,
    remove_reports: Annotated[
        bool,
        typer.Option("--remove-reports", help="Remove the reports in the home that name them; else they are named."),
    ] = False,
) -> None:
    """Erase a former person's data for good.

    Shows exactly what goes and what stays, and asks you at a terminal. Whatever a directory ever listed for the same
    account goes together; reports in the home that name them are found. The trail still verifies, and so does every
    bundle; that something was erased is recorded, whom it was about is not. It changes nothing in Axure and in no
    directory, and cannot be undone.
    """
    from axure_lifecycle_tools.erasing import ask_about_erasing, look_for
    from axure_lifecycle_tools.erasing import erase as erase_person

    if force and not (reason or "").strip():
        raise typer.BadParameter("say why (--reason TEXT)", param_hint="--force")
    with shell.desk() as desk:
        look_for(desk, people, reason or "", is_forced=force)
        if not is_attended():
            line = shell.words.line(shlex.join(["erase", *people]))
            raise NeedsTerminal("Nothing was erased.", line)
        why = shell.reason(reason, "A person is to be erased.")
        traces = look_for(desk, people, why, is_forced=force)
        question, reports = ask_about_erasing(desk, traces, removes_reports=remove_reports)
        answer = put(question)
        reply = erase_person(desk, traces, why, answer, reports)
    shell.answer(reply)
    if not answer.yes:
        raise typer.Exit(1)
