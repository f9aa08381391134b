"""A firm to which identity providers push, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scim.wanting.house import Pushed, open_pushed


@pytest.fixture(params=["sqlite", "postgresql"])
def pushed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pushed]:
    """Two identity providers, nobody pushed, no members roster."""
    url = request.getfixturevalue("fresh_postgres") if request.param == "postgresql" else None
    with open_pushed(tmp_path, url) as found:
        yield found
