"""A storm of pushes, cut by kills, also while cases are opened: nothing that was answered is lost, and exactly
the right cases stand. The same with 20,000 people is run by hand: `tests/benchmarks/run_storm.py`.
"""

from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.wanting import settle_wanted
from tests.scim.aftermath import Struck, assert_as_wanted, free_port, make_stormy_home
from tests.scim.pushing import give_scim_token
from tests.scim.storm import Storm, everybody

PEOPLE = everybody(30)
"""Each story of each word of the roster."""


@pytest.fixture(params=["sqlite", "postgres"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home that entra pushes to, once on each database."""
    store = None if request.param == "sqlite" else str(request.getfixturevalue("fresh_postgres"))
    return make_stormy_home(tmp_path / "home", PEOPLE, store)


def test_a_storm_that_is_cut_by_kills_leaves_everybody_as_wanted_and_exactly_the_right_cases(home: Path) -> None:
    port, token = free_port(), give_scim_token(home, "entra")
    with ExitStack() as opened:
        struck = Struck(home, port, opened)
        seen = Storm(port, token, PEOPLE, seed=7).rage({0.5: struck.strike})
        struck.wait_for_settling()  # it looks as soon as it is back, and every few seconds
        struck.kill()
    assert struck.cut >= 1
    assert set(seen.answers) <= {200, 201, 204, 404, 409}
    assert (seen.in_a_row > 0, seen.at_once > 0) == (True, True)
    with closing(Workshop(home)) as workshop:
        settle_wanted(workshop.desk(Channel.UNATTENDED))  # whoever comes next goes on
    told = assert_as_wanted(home, PEOPLE, seen)
    assert (told["onboard"], told["reactivate"], told["offboard"]) == (7, 7, 3)
