"""A server that identity providers push to; each test process starts it once."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from axure_lifecycle.config import write_configuration
from axure_lifecycle.store import SqlStore, open_store
from tests.conftest import ACME_ORGANIZATION
from tests.scim.pushing import IDPS, Idp, give_scim_token, over_http, straight
from tests.store.desk import SetClock
from tests.web.serving import Served, configure, serve


@dataclass(frozen=True, slots=True)
class Pushed:
    """A server with two identity providers."""

    served: Served
    home: Path
    tokens: dict[str, str]
    """By identity provider."""
    client: httpx.Client
    opened: ExitStack

    def idp(self, name: str) -> Idp:
        """One of them."""
        return over_http(self.client, self.served.url, self.tokens[name])

    def stranger(self, token: str | None, address: str) -> Idp:
        """Somebody else, from an address of their own: whoever fails often is told to wait."""
        client = self.opened.enter_context(httpx.Client(transport=httpx.HTTPTransport(local_address=address)))
        return over_http(client, self.served.url, token)


def make_scim_home(home: Path, *, store: str | None = None, more: str = "") -> Path:
    """A home for Acme that okta-push and entra push to."""
    write_configuration(home, ACME_ORGANIZATION)
    configure(home, "tokens = true", store=store)
    file = home / "config.toml"
    file.write_text(f"{file.read_text('utf-8')}{IDPS}{more}", "utf-8")
    return home


@pytest.fixture(scope="session")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pushed]:
    """A server that two identity providers push to; tests make people of their own."""
    home = make_scim_home(tmp_path_factory.mktemp("pushed") / "home")
    tokens = {name: give_scim_token(home, name) for name in ("okta-push", "entra", "okta-spec")}
    with serve(home) as served, ExitStack() as opened:
        client = opened.enter_context(httpx.Client())
        yield Pushed(served, home, tokens, client, opened)


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at 8:00 UTC on 2026-11-23."""
    return SetClock()


@pytest.fixture(params=["sqlite", "postgres"])
def each_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place for a store, once on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    return str(request.getfixturevalue("fresh_postgres"))


@pytest.fixture
def each_store(each_url: str, clock: SetClock) -> Iterator[SqlStore]:
    """An empty store, once on each database."""
    with closing(open_store(each_url, clock)) as store:
        yield store


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[SqlStore]:
    """An empty store in a file."""
    with closing(open_store(f"sqlite:///{tmp_path / 'store.sqlite'}", clock)) as store:
        yield store


@pytest.fixture
def idp(store: SqlStore) -> Idp:
    """An identity provider that pushes to it."""
    return straight(store)
