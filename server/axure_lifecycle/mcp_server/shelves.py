"""The resources as clients see them, known before anything that they show is imported.

A shelf is one resource or one template of them. What stands on it is read by `pages`, which is imported when somebody
reads for the first time; refusals become the SDK's resource errors here and nowhere else.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.errors import LifecycleError

if TYPE_CHECKING:
    from axure_lifecycle.mcp_server.binding import OpenDesk

SCHEME: Final = "axure"
MARKDOWN: Final = "text/markdown"
JSON: Final = "application/json"
PART: Final = "part"
"""The variable of long pages: which part of them is wanted, from 1."""


class Shelf(NamedTuple):
    """One resource, or one template."""

    name: str
    """Also the name of the function in `pages` that writes it."""
    uri: str
    title: str
    toolset: str
    description: str
    mime_type: str = MARKDOWN
    variables: tuple[str, ...] = ()
    verb: str = "explain_axure"
    """The tool that tells the same, or what it leans on: who may use that may read this."""
    is_shipped: bool = False
    """Whether it is a part of the product and the same for everybody, rather than somebody's own records."""


SHELVES: Final = (
    Shelf(
        "topics",
        f"{SCHEME}://facts",
        "What is known about Axure",
        "knowledge",
        "The topics of the register of facts, each with its page.",
    ),
    Shelf(
        "facts",
        f"{SCHEME}://facts/{{topic}}{{?part}}",
        "Facts about a topic",
        "knowledge",
        "Every fact about a topic with its source, date and confidence, and what nobody knows.",
        variables=("topic", PART),
    ),
    Shelf(
        "playbooks",
        f"{SCHEME}://playbooks",
        "Playbooks",
        "knowledge",
        "Every application with the operations that are written down.",
        is_shipped=True,
    ),
    Shelf(
        "playbook",
        f"{SCHEME}://playbooks/{{application}}/{{operation}}{{?part}}",
        "A playbook",
        "knowledge",
        "How an operation is done in every set-up: steps with their conditions, places, doers, evidence and facts. "
        "For one person's own steps make a plan instead.",
        variables=("application", "operation", PART),
        is_shipped=True,
    ),
    Shelf(
        "person",
        f"{SCHEME}://people/{{address}}",
        "One person",
        "people",
        "What is known about one person by e-mail address, as check_user tells it.",
        variables=("address",),
        verb="check_user",
    ),
    Shelf(
        "cases",
        f"{SCHEME}://cases",
        "Cases",
        "cases",
        "The newest cases, with how many steps are settled.",
        verb="list_cases",
    ),
    Shelf(
        "case",
        f"{SCHEME}://cases/{{case}}",
        "One case",
        "cases",
        "A case such as C-12: every step with its state and who said so, and the steps to do now.",
        variables=("case",),
        verb="get_case",
    ),
    Shelf(
        "reports",
        f"{SCHEME}://reports",
        "Reports",
        "reports",
        "The kinds of reports, and which files of them lie on this server's machine.",
        verb="build_report",
    ),
    Shelf(
        "report",
        f"{SCHEME}://reports/{{kind}}{{?part}}",
        "One report",
        "reports",
        "The head of a report as of now: its sources, what is withheld and why, its figures. Rows are for a file.",
        variables=("kind", PART),
        verb="build_report",
    ),
    Shelf(
        "trail",
        f"{SCHEME}://audit",
        "The audit trail",
        "reports",
        "Whether the hash chain of everything that was recorded holds, and its head.",
        mime_type=JSON,
        verb="verify_audit_trail",
    ),
    Shelf(
        "record",
        f"{SCHEME}://audit/{{seq}}",
        "One record of the audit trail",
        "reports",
        "A record by its number, from 1: what happened when, its payload as stored, and its place in the hash chain.",
        mime_type=JSON,
        variables=("seq",),
        verb="verify_audit_trail",
    ),
)
"""In the order in which clients list them."""

NAMES_NOTHING: Final = frozenset(
    {
        "topic_unknown",
        "application_unknown",
        "nothing_to_manage",
        "playbook_missing",
        "not_an_address",
        "case_unknown",
        "name_unreadable",
        "part_unknown",
        "record_unknown",
    }
)
"""Refusals which say that no such resource exists; any other says that it cannot be read now."""


def offered_shelves(toolsets: Iterable[str]) -> list[Shelf]:
    """The shelves that a configuration offers; all of them only show."""
    wanted = set(toolsets)
    return [shelf for shelf in SHELVES if shelf.toolset in wanted]


def put_up(server: "MCPServer[None]", shelf: Shelf, open_desk: "OpenDesk") -> None:
    """Offer a shelf."""
    server.resource(
        shelf.uri, name=shelf.name, title=shelf.title, description=shelf.description, mime_type=shelf.mime_type
    )(_reader(shelf, open_desk))


def _reader(shelf: Shelf, open_desk: "OpenDesk") -> Callable[..., Awaitable[str]]:
    """The function that the SDK calls; it reads the variables of a template from its signature."""

    async def read(**variables: str) -> str:
        try:
            return await anyio.to_thread.run_sync(_read, shelf, open_desk, variables)
        except LifecycleError as error:
            kind = ResourceNotFoundError if error.code in NAMES_NOTHING else ResourceError
            raise kind(f"{error.sentence} [{error.code}]") from error

    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=str,
            default="1" if name == PART else inspect.Parameter.empty,
        )
        for name in shelf.variables
    ]
    read.__name__ = shelf.name
    read.__signature__ = inspect.Signature(parameters, return_annotation=str)  # type: ignore[attr-defined]
    read.__annotations__ = {**dict.fromkeys(shelf.variables, str), "return": str}
    return read


def roles_for(shelf: Shelf) -> frozenset[Role]:
    """Who may read what stands on it."""
    from axure_lifecycle_tools.catalog import BY_NAME

    return BY_NAME[shelf.verb].allowed


def _read(shelf: Shelf, open_desk: "OpenDesk", variables: Mapping[str, str]) -> str:
    from axure_lifecycle.mcp_server.pages import WRITERS

    desk = open_desk(None, None)
    if desk.roles is not None:
        desk.require_role(f"The resource “{shelf.name}”", roles_for(shelf))
    desk.require_offered(f"The resource “{shelf.name}”", shelf.toolset, reads_only=True)
    return WRITERS[shelf.name](desk, **variables)
