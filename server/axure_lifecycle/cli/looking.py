"""What is known: people, sources, cases, facts. Nothing here writes."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from axure_lifecycle.cli.completing import named_in_store
from axure_lifecycle.cli.shell import Shell, command
from axure_lifecycle.cli.wording import named
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.verdicts import Verdict

if TYPE_CHECKING:
    from axure_lifecycle_tools.people import CheckedUser
    from axure_lifecycle_tools.sources import SourceList

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="As it was at the end of that day: later sources are ignored, ages count from it.",
    ),
]
Cursor = Annotated[
    str | None,
    typer.Option("--cursor", metavar="CURSOR", help="Go on where the last answer ended; it names the cursor."),
]
OfVerdict = Annotated[Verdict | None, typer.Option("--verdict", metavar="VERDICT", help=f"Only {', '.join(Verdict)}.")]
CaseName = Annotated[
    str, typer.Argument(metavar="CASE", help="A case, e.g. C-1.", autocompletion=named_in_store("case"))
]


@command("check", "check ana@acme.example", "check Ana")
def check(
    shell: Shell,
    person: Annotated[
        str,
        typer.Argument(
            metavar="PERSON",
            help="An e-mail address; a name only lists who may be meant.",
            autocompletion=named_in_store("person"),
        ),
    ],
    as_of: AsOf = None,
) -> None:
    """Show what is known about one person.

    Membership, seats, directory and cases: each statement names its source, its age and how far it can be believed.
    It reads the local store and never asks Axure; a person's public account can never be known.
    """
    from axure_lifecycle_tools.people import check_user

    shell.call(check_user, _as_decided, person=person, as_of=as_of)


def _as_decided(found: "CheckedUser") -> str:
    """With the one who is meant named by address; whom a person decided about is not asked about again."""
    statements = [one.model_copy(update={"says": named(one.says, found.asked)}) for one in found.statements]
    told = found.model_copy(update={"statements": statements})
    settled = (found.decision or "").startswith(("external", "keep", "non_personal"))
    if settled and found.verdict == Verdict.NOT_IN_DIRECTORY:
        said = "No complete read of a directory knew this address; a person decided what becomes of it."
        told = told.model_copy(update={"explanation": said, "next": ""})
    return told.text()


@command("users", "users --verdict leaver")
def users(shell: Shell, verdict: OfVerdict = None, as_of: AsOf = None, cursor: Cursor = None) -> None:
    """List members with their verdicts, a part at a time.

    It never shows who has Axure today: only what the newest roster says. `discrepancies --all` lists everybody.
    """
    from axure_lifecycle_tools.listing import list_users

    shell.call(list_users, verdict=verdict and verdict.value, as_of=as_of, cursor=cursor)


@command("sources", "sources")
def sources(shell: Shell, cursor: Cursor = None) -> None:
    """List every roster and directory read.

    Of when, who brought it, whether it counts. What was taken back stays in the list; nothing is ever deleted.
    """
    from axure_lifecycle_tools.sources import list_sources

    shell.call(list_sources, _with_completeness, cursor=cursor)


def _with_completeness(found: "SourceList") -> str:
    lines = [one.model_copy(update={"said": f"{one.said}, {_COMPLETENESS[one.complete]}"}) for one in found.sources]
    return found.model_copy(update={"sources": lines}).text()


_COMPLETENESS: Final = {True: "the whole list", False: "a part of the list", None: "not known to be the whole list"}


class Waiting(StrEnum):
    """What an open case can wait for."""

    APPROVAL = "approval"


@command("cases", "cases --state open", "cases --person ana@acme.example", "cases --waiting-for approval")
def cases(
    shell: Shell,
    state: Annotated[
        CaseState | None, typer.Option("--state", metavar="STATE", help=f"Only {', '.join(CaseState)}.")
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            "--person", metavar="ADDRESS", help="Only cases on this person.", autocompletion=named_in_store("person")
        ),
    ] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="OWNER", help="Only cases of this owner.")] = None,
    waiting_for: Annotated[
        Waiting | None,
        typer.Option("--waiting-for", metavar="WHAT", help="approval: only those that wait for a second person."),
    ] = None,
    cursor: Cursor = None,
) -> None:
    """List cases, newest first.

    With how many steps are settled, and how many a roster contradicts. A case that is done is not verified: only a
    later roster shows that. Looking changes nothing.
    """
    from axure_lifecycle_tools.cases import list_cases

    waits = waiting_for and waiting_for.value
    shell.call(list_cases, state=state and state.value, person=person, owner=owner, waiting_for=waits, cursor=cursor)


@command("case", "case C-1")
def case(shell: Shell, case: CaseName) -> None:
    """Show one case with all its steps.

    Who said what about each, and what to do now.     [r] reported, [c] confirmed, [v] verified by a roster, [!]
    contradicted by one, [s] skipped. It changes nothing.
    """
    from axure_lifecycle.cli.outlines import whole
    from axure_lifecycle_tools.cases import get_case

    shell.call(get_case, whole, case=case)
