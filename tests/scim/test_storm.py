"""A storm of pushes, cut by a kill: nothing acknowledged is lost, nobody is there twice, and the trail holds."""

import json
import os
import signal
import socket
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from axure_lifecycle.app import Workshop
from tests.scim.conftest import make_scim_home
from tests.scim.pushing import ENTERPRISE, give_scim_token
from tests.scim.storm import Pushee, Storm
from tests.web.serving import Served, serve

PEOPLE = 40


@pytest.fixture(params=["sqlite", "postgres"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home that entra pushes to, once on each database."""
    store = None if request.param == "sqlite" else str(request.getfixturevalue("fresh_postgres"))
    return make_scim_home(tmp_path / "home", store=store)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Struck:
    """A server that is killed without a word, and started again at the same place."""

    def __init__(self, home: Path, port: int, opened: ExitStack) -> None:
        self._home, self._port, self._opened = home, port, opened
        self._served = self._start()

    def _start(self) -> Served:
        return self._opened.enter_context(serve(self._home, "--port", str(self._port)))

    def strike(self) -> None:
        """Kill every process of it, then start it anew."""
        self._served.process.kill()
        for worker in self._served.workers():
            os.kill(int(worker), signal.SIGKILL)
        self._served.process.wait()
        self._served = self._start()


def test_a_storm_that_is_cut_by_a_kill_leaves_exactly_what_was_wanted(home: Path) -> None:
    port, token = free_port(), give_scim_token(home, "entra")
    people = [Pushee(number) for number in range(PEOPLE)]
    with ExitStack() as opened:
        struck = Struck(home, port, opened)
        weathered = Storm(port, token, people, seed=7).rage({0.5: struck.strike})
    assert weathered.given_up == []
    assert set(weathered.answers) <= {200, 201, 409}
    assert_everybody_is_there_once(home, people)


def assert_everybody_is_there_once(home: Path, people: list[Pushee]) -> None:
    """Every person as they are wanted in the end, and a record for each change that there was."""
    workshop = Workshop(home)
    try:
        with workshop.store().reading() as view:
            users = list(view.every_scim_user("entra"))
            assert view.verify_trail().holds
            records = [(record.kind, json.loads(record.payload or "")) for record in view.trail()]
    finally:
        workshop.close()
    assert sorted(user.wanted.user_name for user in users) == [person.user_name for person in people]
    by_name = {person.user_name: person for person in people}
    for user in users:
        person = by_name[user.wanted.user_name]
        kept: dict[str, Any] = json.loads(user.wanted.resource)
        assert (kept["title"], kept["active"]) == (f"T{person.number}", person.ends_active)
        assert kept[ENTERPRISE]["manager"]["value"] == f"m-{person.number % 5}"
        assert (user.wanted.active, user.unsettled_since) == (person.ends_active, user.created_at)
        # Made once, and each change once however often it was said.
        assert user.version == 1 + len(person.changes())
    kinds = Counter(kind for kind, payload in records if payload.get("idp") == "entra")
    off = sum(not person.ends_active for person in people)
    assert kinds["scim.user_created"] == len(people)
    assert (kinds["scim.user_changed"], kinds["scim.user_deactivated"]) == (2 * len(people), off)
