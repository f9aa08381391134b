"""Offices in this process."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.organization import Deployment, Idp, Organization, Screens, SignIn
from tests.conversations.party import OPERATOR
from tests.mcp.offices import Bureau, open_bureau


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """Where the clients live."""
    with start_blocking_portal() as portal:
        yield portal


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
def bureau(tmp_path: Path, portal: BlockingPortal, organization: Organization) -> Iterator[Bureau]:
    """Heron's office."""
    with open_bureau(tmp_path, portal, organization) as bureau:
        yield bureau


@pytest.fixture(params=["sqlite", "postgres"])
def each_bureau(
    request: pytest.FixtureRequest, tmp_path: Path, portal: BlockingPortal, organization: Organization
) -> Iterator[Bureau]:
    """Heron's office, once on each database."""
    store = str(request.getfixturevalue("fresh_postgres")) if request.param == "postgres" else None
    with open_bureau(tmp_path, portal, organization, store=store) as bureau:
        yield bureau
