"""Several people who are signed in to one server, each with a client of their own, on one configuration and store."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from anyio.from_thread import BlockingPortal
from mcp.client import Client
from mcp.types import Implementation

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import CONFIGURATION_FILE, TOOLSETS, write_configuration
from axure_lifecycle.domain.access import Identity, Role
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle.mcp_server.server import build_server
from axure_lifecycle_tools.spec import Desk
from tests.conversations.party import (
    BEN,
    OPERATOR,
    SEATS,
    STAFF,
    STANDINGS,
    Assistant,
    Office,
    Told,
    directory_table,
    licence_list,
    members_page,
    says_yes,
    with_status,
)
from tests.store.desk import SetClock

ROLES: Final[Mapping[str, frozenset[Role]]] = {
    OPERATOR: frozenset({Role.OPERATOR}),
    "olga@heron.example": frozenset({Role.OPERATOR}),
    "kim@heron.example": frozenset({Role.APPROVER}),
    "lee@heron.example": frozenset({Role.APPROVER}),
    "ada@heron.example": frozenset({Role.ADMIN}),
}
PAT, OLGA, KIM, LEE, ADA = ROLES


@dataclass
class Team:
    """One organisation, its server, and whoever signs in."""

    portal: BlockingPortal
    organization: Organization
    office: Office
    clock: SetClock
    clients: ExitStack
    _known: dict[tuple[str, bool], Assistant] = field(default_factory=dict[tuple[str, bool], Assistant])

    def identity(self, name: str) -> Identity:
        """What a token would say of somebody."""
        return Identity(name, ROLES.get(name, frozenset({Role.ADMIN})), f"token of {name}")

    def desk(self, name: str, channel: Channel) -> Desk:
        """The desk of somebody who is signed in."""
        return self.office.workshop.desk(channel, identity=self.identity(name))

    def at(self, name: str, *, can_ask: bool = True) -> Assistant:
        """Somebody's assistant, whose client can ask them, or cannot."""
        if (name, can_ask) not in self._known:
            workshop, identity = self.office.workshop, self.identity(name)
            server = build_server(
                lambda client, progress: workshop.desk(Channel.ASSISTANT, client, progress, identity=identity),
                toolsets=TOOLSETS,
                reads_only=False,
            )
            assistant: Assistant
            client = Client(
                server,
                elicitation_callback=(lambda context, params: assistant.elicit(context, params)) if can_ask else None,
                client_info=Implementation(name="team", version="1"),
            )
            assistant = Assistant(self.portal, client)
            self.clients.enter_context(self.portal.wrap_async_context_manager(client))
            self._known[name, can_ask] = assistant
        return self._known[name, can_ask]

    def says(self, name: str, tool: str, **arguments: Any) -> Told:
        """Somebody calls a tool and says yes to whatever they are asked."""
        self.clock.pass_by(minutes=10)
        with self.at(name).answered_by(says_yes):
            return self.at(name).call(tool, **arguments)

    def refused(self, name: str, tool: str, **arguments: Any) -> str:
        """Somebody would say yes and is refused, and nothing is written; the code."""
        with self.office.writes(), self.at(name).answered_by(says_yes):
            return self.at(name).refused(tool, **arguments)

    def move_in(self) -> None:
        """Bring all three lists, in which Ben's account is off."""
        members = members_page(with_status(STAFF, BEN, "Deactivated"))
        for kind, text in (
            ("members", members),
            ("seats", licence_list(SEATS)),
            ("directory", directory_table(STANDINGS)),
        ):
            self.bring(kind, text)

    def bring(self, kind: str, text: str, by: str = PAT) -> Told:
        """Paste a roster; somebody says that it is theirs, and all of the list."""
        digest = self.says(by, "import_roster", kind=kind, text=text).data["digest"]
        complete = {} if kind == "members" else {"complete": True}
        return self.says(by, "import_roster", kind=kind, digest=digest, **complete)

    def open(self, plan: str, by: str = PAT, **about: Any) -> Told:
        """Plan something and open the case for it."""
        told = self.says(by, plan, **about).data
        opening = {key: told[key] for key in ("operation", "digest", "options")}
        return self.says(by, "open_case", person=told["subject"], **opening)

    def configure(self, **settings: str) -> None:
        """Write the configuration anew with these lines in place of the shipped ones, by the setting's name."""
        write_configuration(self.office.home, self.organization, replace=True)
        file = self.office.home / CONFIGURATION_FILE
        lines = file.read_text("utf-8").splitlines()
        for name, line in settings.items():
            found = [number for number, text in enumerate(lines) if text.removeprefix("# ").startswith(f"{name} =")]
            assert found, name
            lines[found[0 if name == "url" else -1]] = line  # the store's comes first; places of notices have one too
        file.write_text("\n".join([*lines, ""]), "utf-8")


EVERY_REASON: Final = 'reasons = ["super_admin", "licence_owner", "batch", "reactivation"]'
POLICY: Final = {"reasons": EVERY_REASON, "batch_above": "batch_above = 2"}


@contextmanager
def open_team(
    folder: Path, portal: BlockingPortal, organization: Organization, store: str | None = None, **settings: str
) -> Generator[Team]:
    """A team whose policy wants a second person for every reason, at 8:00 UTC on 2026-11-23."""
    clock, home = SetClock(), folder / "home"
    wanted = {**POLICY, **settings, **({"url": f'url = "{store}"'} if store else {})}
    workshop = Workshop(home, clock)
    with ExitStack() as clients:
        team = Team(portal, organization, Office(home, folder, folder, workshop), clock, clients)
        team.configure(**wanted)
        yield team
    workshop.close()
