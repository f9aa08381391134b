"""The real server process, once for each protocol era, and an office of its own for each conversation."""

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import Implementation

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import CONFIGURATION_FILE, write_configuration
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.organization import Deployment, Idp, Organization, Screens, SignIn
from tests.conversations.party import OPERATOR, Assistant, Office
from tests.conversations.wire import MODERN

ERAS = ("legacy", MODERN)
SERVER = str(Path(sys.executable).with_name("axure-lifecycle-mcp"))


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """Where the clients live."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session", params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    """How client and server speak: by handshake, or each request by itself."""
    return str(request.param)


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the server processes. Each conversation puts a configuration with a store of its own there."""
    return tmp_path_factory.mktemp("shared") / "home"


@contextmanager
def speak(portal: BlockingPortal, era: str, home: Path, *, can_ask: bool = True) -> Generator[Assistant]:
    """A client beside a server process of its own, which must have nothing to complain about at the end."""
    home.parent.mkdir(parents=True, exist_ok=True)
    log = home.parent / f"{era}-{'asking' if can_ask else 'mute'}.log"
    with log.open("w", encoding="utf-8") as errors:
        assistant: Assistant
        transport = stdio_client(StdioServerParameters(command=SERVER, args=["--home", str(home)]), errlog=errors)
        client = Client(
            transport,
            mode="auto" if era == MODERN else era,
            elicitation_callback=(lambda context, params: assistant.elicit(context, params)) if can_ask else None,
            client_info=Implementation(name="conversation", version="1"),
            read_timeout_seconds=60,
        )
        assistant = Assistant(portal, client)
        with portal.wrap_async_context_manager(client):
            assert (client.protocol_version == MODERN) == (era == MODERN)
            yield assistant
    assert log.read_text("utf-8") == ""


@pytest.fixture(scope="session")
def shared_assistant(portal: BlockingPortal, era: str, shared_home: Path) -> Iterator[Assistant]:
    """A client that can ask, beside the process of its era."""
    with speak(portal, era, shared_home) as assistant:
        yield assistant


@pytest.fixture(scope="session")
def shared_mute(portal: BlockingPortal, era: str, shared_home: Path) -> Iterator[Assistant]:
    """A client that offers no forms, beside a process of its own."""
    with speak(portal, era, shared_home, can_ask=False) as assistant:
        yield assistant


@pytest.fixture
def organization() -> Organization:
    """Heron: a private instance with SAML by Okta and new screens."""
    return Organization(
        name="Heron",
        deployment=Deployment.PRIVATE_INSTANCE,
        host="heron.axure.cloud",
        sign_in=SignIn.SAML,
        idp=Idp.OKTA,
        screens=Screens.NEW,
        operator=Address(OPERATOR),
        time_zone=ZoneInfo("Europe/Amsterdam"),
    )


@pytest.fixture
def office(tmp_path: Path, shared_home: Path, organization: Organization) -> Iterator[Office]:
    """Heron's office with an empty store, no grace, and a folder that is trusted."""
    trusted, untrusted = tmp_path / "trusted", tmp_path / "elsewhere"
    trusted.mkdir()
    untrusted.mkdir()
    configure(shared_home, organization, trusted, store=tmp_path / "store.sqlite")
    workshop = Workshop(shared_home)
    yield Office(shared_home, trusted, untrusted, workshop)
    workshop.close()


def configure(home: Path, organization: Organization, trusted: Path, *, store: Path | None = None) -> None:
    """Write a configuration that trusts a folder and grants no grace."""
    write_configuration(home, organization, replace=True)
    file = home / CONFIGURATION_FILE
    text = file.read_text("utf-8")
    for setting, value in (
        ("# grace_minutes = 5", "grace_minutes = 0"),
        ("# trusted_folders = []", f'trusted_folders = ["{trusted}"]'),
        *([("[store]", f'[store]\nurl = "sqlite:///{store}"')] if store else []),
    ):
        assert setting in text
        text = text.replace(setting, value)
    file.write_text(text, "utf-8")


@pytest.fixture
def assistant(shared_assistant: Assistant, office: Office) -> Assistant:
    """An assistant whose client can ask, at the office; nobody sits in front of it yet."""
    del office
    shared_assistant.asked.clear()
    return shared_assistant


@pytest.fixture
def mute(shared_mute: Assistant, office: Office) -> Assistant:
    """An assistant whose client offers no forms, at the office."""
    del office
    return shared_mute
