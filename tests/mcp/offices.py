"""An office in this process: the real server on its own configuration and store, at a time that somebody sets.

The assistant speaks to the server through a client in memory. Rosters are pasted, and a person stands for them in the
client's form, so what they can know is of the moment at which they are brought.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from anyio.from_thread import BlockingPortal
from mcp.client import Client
from mcp.types import Implementation

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import CONFIGURATION_FILE, TOOLSETS, write_configuration
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle.mcp_server.server import build_server
from tests.conversations.party import (
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
)
from tests.store.desk import SetClock

PAUSE: Final = 10
"""Minutes between two things that happen: longer than the grace that a claim has."""


@dataclass(frozen=True, slots=True)
class Bureau:
    """One organisation, an assistant beside its server, and the clock of both."""

    organization: Organization
    office: Office
    assistant: Assistant
    mute: Assistant
    """The same, with a client that offers no forms."""
    clock: SetClock
    store: str

    def bring(self, kind: str, text: str, **more: Any) -> Told:
        """Paste a roster, ten minutes later; a person says that it is theirs."""
        self.clock.pass_by(minutes=PAUSE)
        about = {"kind": kind, "text": text, **({"directory": more["directory"]} if "directory" in more else {})}
        digest = self.assistant.call("import_roster", **about).data["digest"]
        with self.assistant.answered_by(says_yes):
            return self.assistant.call("import_roster", kind=kind, digest=digest, **more)

    def move_in(self, **standings: str) -> None:
        """Bring all three lists."""
        self.bring("members", members_page(STAFF))
        self.bring("seats", licence_list(SEATS), complete=True)
        self.bring("directory", directory_table(STANDINGS | standings), complete=True)

    def open_case(self, person: str, **more: Any) -> Told:
        """Plan and open a case for somebody."""
        self.clock.pass_by(minutes=PAUSE)
        return self.office.open_case(self.assistant, person, **more)

    def confirm_all(self, case: Told) -> Told:
        """A person confirms every step of a case."""
        self.clock.pass_by(minutes=PAUSE)
        with self.assistant.answered_by(says_yes):
            for step in case.states:
                case = self.assistant.call("record_step", case=case.data["case"], step=step, outcome="done")
        assert set(case.states.values()) == {"confirmed"}
        return case

    def states(self, case: str = "C-1") -> dict[str, str]:
        """Where the steps of a case stand."""
        return self.assistant.call("get_case", case=case).states

    @contextmanager
    def at_host(self, host: str) -> Generator[None]:
        """The same home and store, configured for another server meanwhile."""
        configure(self.office.home, replace(self.organization, host=host), self.store)
        yield
        configure(self.office.home, self.organization, self.store)


def configure(home: Path, organization: Organization, store: str) -> None:
    """Write a configuration whose store is kept under this URL."""
    write_configuration(home, organization, replace=True)
    file = home / CONFIGURATION_FILE
    text = file.read_text("utf-8")
    assert "[store]" in text
    file.write_text(text.replace("[store]", f'[store]\nurl = "{store}"'), "utf-8")


@contextmanager
def open_bureau(
    folder: Path, portal: BlockingPortal, organization: Organization, *, store: str | None = None
) -> Generator[Bureau]:
    """An office with an empty store, at 8:00 UTC on 2026-11-23."""
    clock, home = SetClock(), folder / "home"
    url = store or f"sqlite:///{folder / 'store.sqlite'}"
    configure(home, organization, url)
    workshop = Workshop(home, clock)
    server = build_server(workshop.desk_for_client, toolsets=TOOLSETS, reads_only=False)
    me = Implementation(name="rehearsal", version="1")
    assistant: Assistant
    asking = Client(
        server, elicitation_callback=lambda context, params: assistant.elicit(context, params), client_info=me
    )
    silent = Client(server, client_info=me)
    assistant, mute = Assistant(portal, asking), Assistant(portal, silent)
    try:
        with portal.wrap_async_context_manager(asking), portal.wrap_async_context_manager(silent):
            office = Office(home, folder, folder, workshop)
            yield Bureau(organization, office, assistant, mute, clock, url)
    finally:
        workshop.close()
