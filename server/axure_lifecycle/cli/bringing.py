"""`import`: a preview, the person's word for it, and the import of exactly what was shown."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from axure_lifecycle.cli.shell import Shell, ask, command, end_unless_yes
from axure_lifecycle.cli.terminal import ask_yes_or_no, is_attended, progress_bar, say, screen, show, wrapped
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.rosters import RosterKind

if TYPE_CHECKING:
    from axure_lifecycle_tools.roster_reply import ImportedRoster
    from axure_lifecycle_tools.spec import Desk

PASTED: Final = "-"


class PasteUnreadable(LifecycleError):
    """What came through standard input is no text."""

    code = "paste_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "No roster was read: what came through standard input is not UTF-8 text. Save it as a file and name that; "
            "files may be in other encodings, or workbooks."
        )


@command(
    "import",
    "import members members.csv --taken-on 2026-11-23 --complete",
    "import directory okta-users.json --name okta",
    "import members - < page.txt",
)
def bring(
    shell: Shell,
    kind: Annotated[
        RosterKind,
        typer.Argument(
            metavar="KIND",
            help="members (Cloud for Business), seats (License Portal), or directory (Okta, Graph, a table).",
        ),
    ],
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="CSV, TSV, XLSX, a saved page, pasted text, or JSON; - reads pasted text from stdin."
        ),
    ],
    taken_on: Annotated[
        str | None,
        typer.Option(
            "--taken-on", metavar="DATE", help="The day the page was taken; counts as its start. Default: now."
        ),
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="This is the whole list, although no count line says so.")
    ] = False,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Leave refused lines out; such a roster never counts as complete.")
    ] = False,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="For a directory: your own name for it.")
    ] = "directory",
    yes: Annotated[
        bool, typer.Option("--yes", help="Import without asking anybody: it then counts as reported only.")
    ] = False,
) -> None:
    """Bring a roster: a preview first, then its import.

    At a terminal you are asked whether you took these rows yourself: your yes lets the roster verify and contradict
    what people said. Nobody is asked with --yes, and without a terminal nothing is imported unless you add it: such a
    roster is only reported until a person confirms it, except in a folder that the configuration trusts. The same
    file twice changes nothing, and every mistake of a file is named at once. Nothing is ever read from Axure itself.
    """
    from axure_lifecycle_tools.importing import ask_about_import, import_roster
    from axure_lifecycle_tools.readying import RosterHasMistakes
    from axure_lifecycle_tools.spec import CouldNotAsk, NotAsked

    arguments: dict[str, Any] = {
        "kind": kind.value,
        "taken_on": taken_on,
        "complete": complete,
        "skip_refused": skip_refused,
        "directory": name,
    }
    shell.check(import_roster, arguments)
    arguments |= {"text": _read_paste()} if file == PASTED else {"path": file}
    with shell.desk(is_unattended=yes) as desk:
        try:
            preview = _watched(desk, answer=NotAsked(), **arguments)
        except RosterHasMistakes as refused:
            _tell_all(refused)
            raise
        if yes:
            question = ask_about_import(desk, **arguments, digest=preview.digest)
            answer = CouldNotAsk(question) if question is not None else NotAsked()
            shell.answer(_watched(desk, answer=answer, **arguments, digest=preview.digest))
        elif is_attended():
            _ask_and_import(shell, desk, arguments, preview)
        else:
            shell.answer(preview.model_copy(update={"next": _how_to_go_on(file)}))


def _ask_and_import(shell: Shell, desk: "Desk", arguments: dict[str, Any], preview: "ImportedRoster") -> None:
    """The preview; whether it is the whole list, where nothing says so; whether the rows are theirs; the import."""
    from axure_lifecycle_tools.importing import ask_about_import

    show(wrapped(_previewed(shell.words.reply(preview)), screen()))
    if preview.count_line is None and not arguments["complete"] and not preview.refused_in_all:
        arguments = {**arguments, "complete": ask_yes_or_no(_whether_whole(desk, arguments, preview))}
    question = ask_about_import(desk, **arguments, digest=preview.digest)
    answer = ask(question)
    reply = _watched(desk, answer=answer, **arguments, digest=preview.digest)
    if shell.wants_json:
        shell.answer(reply)
    else:
        news = [said for said in reply.said if said not in preview.said]
        numbers_were_shown = question is not None
        shell.answer(
            reply.model_copy(update={"said": news}),
            lambda told: told.text_without_numbers() if numbers_were_shown else told.text(),
        )
    end_unless_yes(answer)


def _previewed(preview: "ImportedRoster") -> str:
    """What the questions below do not say themselves: they tell the numbers, and whether it is all of the list."""
    begin, _, _ = preview.said[0].partition(" Digest ")
    first = f"It is the first {_CALLED[RosterKind(preview.kind)]}, so there is none to compare it with."
    compared = f"Compared with {preview.compared_with}." if preview.compared_with else first
    rest = [said for said in preview.said[1:] if "count line" not in said]
    return preview.model_copy(update={"said": [begin, compared, *rest], "next": ""}).text_without_numbers()


_CALLED: Final = {
    RosterKind.MEMBERS: "members roster",
    RosterKind.SEATS: "licence list",
    RosterKind.DIRECTORY: "read of this directory",
}


def _whether_whole(desk: "Desk", arguments: dict[str, Any], preview: "ImportedRoster") -> str:
    from axure_lifecycle_tools.roster_reply import page_of
    from axure_lifecycle_tools.wording import plural

    kind = RosterKind(arguments["kind"])
    return (
        f"It has {plural(preview.rows, 'row')} and no line that counts them. Is that all of "
        f"{page_of(desk, kind, arguments['directory'])}? No means that it is a part: whoever is missing from it may "
        "still be there."
    )


def _read_paste() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PasteUnreadable from None


def _watched(desk: "Desk", **arguments: Any) -> "ImportedRoster":
    from axure_lifecycle_tools.importing import import_roster

    with progress_bar() as progress:
        return import_roster(replace(desk, progress=progress), **arguments)


def _how_to_go_on(file: str) -> str:
    at_terminal = "" if file == PASTED else "A person types the same at a terminal and answers the question; or "
    return (
        f"Nothing was imported. {at_terminal}add --yes: without a terminal the roster then counts as reported only, "
        "until a person confirms it."
    )


def _tell_all(refused: Any) -> None:
    """Every mistake of the file, where the sentence itself names only the first ones."""
    from axure_lifecycle_tools.roster_reply import MOST_SHOWN_MISTAKES

    mistakes = refused.preview.mistakes
    if len(mistakes) > MOST_SHOWN_MISTAKES:
        for mistake in mistakes:
            say(f"line {mistake.line}: {mistake.reason}" if mistake.line else mistake.reason)
