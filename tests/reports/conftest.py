"""The studio, lived through once for a module on each database."""

from collections.abc import Iterator

import pytest

from tests.conftest import create_database
from tests.reports.studio import Studio, live_through, open_studio


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def each_studio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The studio after its fortnight; nothing may write to it."""
    store = None
    if request.param == "postgres":
        store = create_database(request.getfixturevalue("postgres_server"), "studio")
    studio = open_studio(tmp_path_factory.mktemp("studio") / "home", store)
    live_through(studio)
    yield studio
    studio.workshop.close()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The same on SQLite alone."""
    studio = open_studio(tmp_path_factory.mktemp("studio") / "home")
    live_through(studio)
    yield studio
    studio.workshop.close()
