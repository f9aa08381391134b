"""Servers that several tests look at; each test process starts them once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from axure_lifecycle.config import write_configuration
from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.organization import Organization
from tests.conftest import ACME_ORGANIZATION
from tests.web.issuing import Issuer
from tests.web.serving import Served, configure, give_tokens, serve


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of HTTP."""
    with httpx.Client() as client:
        yield client


@dataclass(frozen=True, slots=True)
class Team:
    """A server with somebody of each role, and somebody of none."""

    served: Served
    home: Path
    audience: str
    tokens: dict[str, str]
    """By role."""


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> Iterator[Team]:
    """A server that takes tokens of its own and of the issuer."""
    home = tmp_path_factory.mktemp("team") / "home"
    audience = "https://lifecycle.acme.example/mcp"
    make_home(
        home,
        f"""\
tokens = true
[serve.issuer]
issuer = "{issuer.url}"
audience = "{audience}"
[serve.issuer.roles]
helpdesk = "operator"
[serve.issuer.people]
"vera@acme.example" = ["auditor"]
""",
    )
    given = give_tokens(home, {f"{role.value}@acme.example": {role} for role in Role})
    with serve(home) as served:
        yield Team(served, home, audience, {person.partition("@")[0]: token for person, token in given.items()})


def make_home(home: Path, serving: str, *, store: str | None = None, organization: Organization | None = None) -> None:
    """A home for Acme with these lines in `[serve]`."""
    write_configuration(home, organization or ACME_ORGANIZATION)
    configure(home, serving, store=store)
