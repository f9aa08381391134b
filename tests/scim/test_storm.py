"""A storm of pushes, cut by a kill while cases are opened: nothing that was answered is lost, and exactly the right
cases stand. Addresses change in it, people come into a group that means a role, and some of it comes as bulk requests.
One of 20,000 people with more kills, and without these, is run by hand: `tests/benchmarks/run_storm.py`.
"""

from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.wanting import settle_wanted
from tests.scim.aftermath import Struck, assert_as_wanted, free_port, make_stormy_home, push_before
from tests.scim.pushing import give_scim_token
from tests.scim.storm import Storm, everybody, movers_and_admins

PEOPLE = [*everybody(30), *movers_and_admins(30)]
"""Each story of each word of the roster."""


@pytest.mark.parametrize(
    "is_on_server", [False, True], ids=["in a file, all of it killed", "PostgreSQL, the worker killed"]
)
def test_a_storm_that_is_cut_by_kills_leaves_everybody_as_wanted_and_exactly_the_right_cases(
    request: pytest.FixtureRequest, tmp_path: Path, is_on_server: bool
) -> None:
    store = str(request.getfixturevalue("fresh_postgres")) if is_on_server else None
    home = make_stormy_home(tmp_path / "home", PEOPLE, store)
    port, token = free_port(), give_scim_token(home, "entra")
    admins = push_before(home, PEOPLE, PEOPLE[1:30:4])
    with ExitStack() as opened:
        struck = Struck(home, port, opened)

        def strike_settling() -> None:
            struck.wait_for_settling()  # of what was pushed before, at once; the storm has just begun
            (struck.strike_worker if is_on_server else struck.strike)()

        seen = Storm(port, token, PEOPLE, seed=7, admins=admins, bulk=True).rage({0.1: strike_settling})
        struck.kill()
    assert struck.cut >= 1
    assert set(seen.answers) <= {200, 201, 204, 404, 409}
    assert (seen.in_a_row > 0, seen.at_once > 0) == (True, True)
    with closing(Workshop(home)) as workshop:
        settle_wanted(workshop.desk(Channel.UNATTENDED))  # whoever comes next goes on
    told = assert_as_wanted(home, PEOPLE, seen)
    assert (told["onboard"], told["reactivate"], told["offboard"]) == (9, 8, 3)
    assert (told["change-address"], told["change-role"]) == (1, 1)
