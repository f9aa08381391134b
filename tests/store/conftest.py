"""A store on each database."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from axure_lifecycle.store import open_store
from tests.store.desk import Desk, SetClock


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at 8:00 UTC on 2026-11-23."""
    return SetClock()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Where an SQLite store can be."""
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty place for a store, once on each database."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "fresh_postgres"))


@pytest.fixture
def desk(url: str, clock: SetClock) -> Iterator[Desk]:
    """An empty store, once on each database."""
    with closing(open_store(url, clock)) as store:
        yield Desk(store, clock, url)
