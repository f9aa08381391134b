"""What a shell proposes when somebody presses the tab key: words that are fixed, and names that are in the store.

Everything is read and nothing is asked. Where nothing can be read, nothing is proposed: a line that somebody is still
typing is no place for a refusal.
"""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import typer

from axure_lifecycle.cli.operations import ALSO_CALLED, operations_of, read_operation
from axure_lifecycle.domain.errors import LifecycleError

if TYPE_CHECKING:
    from axure_lifecycle_tools.spec import Desk

Complete = Callable[[typer.Context, str], list[str]]
ROLES: Final = ("guest", "member", "admin", "technical_admin")
_A_CASE: Final = re.compile(r"[Cc]-\d{1,9}")


def among(*words: str) -> Complete:
    """Of these words, those that begin so."""

    def complete(context: typer.Context, incomplete: str) -> list[str]:
        del context
        return _beginning(words, incomplete)

    return complete


def named_in_store(variable: str) -> Complete:
    """Addresses (`person`), cases (`case`), applications: the values that an MCP client is proposed as well."""

    def complete(context: typer.Context, incomplete: str) -> list[str]:
        from axure_lifecycle.mcp_server.completing import propose

        return _look(context, lambda desk: propose(desk, variable, incomplete, {}).values)

    return complete


def complete_topic(context: typer.Context, incomplete: str) -> list[str]:
    """Topics; they are known before anybody's organisation is."""
    from axure_lifecycle.app import ShippedKnowledge
    from axure_lifecycle_tools.knowledge import LOCAL

    del context
    return _beginning((*ShippedKnowledge().register().topics(), LOCAL), incomplete.lower())


def complete_operation(context: typer.Context, incomplete: str) -> list[str]:
    """Operations of the application that is named on the line, by either of their names."""
    application: str | None = context.params.get("application")
    known = operations_of(application)
    return _beginning((*known, *(name for name, meant in ALSO_CALLED.items() if meant in known)), incomplete)


def complete_case_or_roster(context: typer.Context, incomplete: str) -> list[str]:
    """Cases, and rosters that are in use or wait for somebody to stand for them."""
    return [*named_in_store("case")(context, incomplete), *complete_source(context, incomplete)]


def complete_source(context: typer.Context, incomplete: str) -> list[str]:
    """Rosters and directory reads, the newest first."""
    from axure_lifecycle_tools.sources import list_sources

    found = _look(context, lambda desk: [one.id for one in list_sources(desk).sources])
    return _beginning(found, incomplete.upper())


def complete_directory(context: typer.Context, incomplete: str) -> list[str]:
    """Configured directories."""
    return _beginning(_look(context, lambda desk: list(desk.directories.names())), incomplete.lower())


def complete_step(context: typer.Context, incomplete: str) -> list[str]:
    """The steps of the case, or of the operation, that stands before it on the line."""
    case = str(context.params.get("case") or context.params.get("name") or "")
    operation: str | None = context.params.get("operation")
    application: str | None = context.params.get("application")

    def steps(desk: "Desk") -> list[str]:
        if operation is not None:
            own = desk.organization.cloud_for_business.application
            playbook = desk.knowledge.playbook(application or own, read_operation(operation, application))
            return [step.key for step in playbook.steps]
        if not _A_CASE.fullmatch(case):
            return []
        with desk.store.reading() as view:
            return [step.step.key for step in view.case(int(case[2:])).steps]

    return _beginning(_look(context, steps), incomplete.lower())


def _look(context: typer.Context, look: "Callable[[Desk], list[str]]") -> list[str]:
    """What is seen at the home that the line names; nothing where anything is refused."""
    from axure_lifecycle.app import Workshop
    from axure_lifecycle.config import home_directory
    from axure_lifecycle.domain.holdings import Channel

    home: str | None = context.params.get("home")
    above = context.parent
    while home is None and above is not None:
        home, above = above.params.get("home"), above.parent
    try:
        workshop = Workshop(home_directory(home))
    except LifecycleError:
        return []
    try:
        return look(workshop.desk(Channel.UNATTENDED))
    except LifecycleError:
        return []
    finally:
        workshop.close()


def _beginning(words: Iterable[str], begun: str) -> list[str]:
    return [word for word in words if word.startswith(begun)]
