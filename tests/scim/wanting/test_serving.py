"""The server settles in the background what is pushed, tells people what is held back, and shows it on its pages."""

import math
import re
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import write_configuration
from axure_lifecycle.domain.access import Role
from axure_lifecycle.ports import CaseRecord, Page
from tests.conftest import ACME_ORGANIZATION
from tests.console.conftest import enter
from tests.notices.receivers import Receiver, receiving
from tests.scim.listing import stand_for_members
from tests.scim.pushing import Idp, give_scim_token, over_http, revoke_scim_token
from tests.web.serving import PATIENCE, Served, configure, give_token, serve

NAMES = ("ana", "bo", "cy", "dee", "eve", "finn", "gus", "hal", "ida", "jo")
IDP = '[[scim.idps]]\nname = "okta-push"\nkind = "okta"\ngrouping_minutes = 0\n'
OFF = {"op": "replace", "value": {"active": False}}


@dataclass
class Scene:
    """A server, an identity provider, and whoever takes notices."""

    home: Path
    served: Served
    idp: Idp
    receiver: Receiver

    def cases(self) -> list[CaseRecord]:
        """All of them, oldest first."""
        workshop = Workshop(self.home)
        try:
            with workshop.store().reading() as view:
                lines, _, _ = view.cases(Page(100))
                return [view.case(line.id) for line in reversed(lines)]
        finally:
            workshop.close()


def bring_members(home: Path) -> None:
    """Those who are members as of now."""
    with closing(Workshop(home)) as workshop:
        rows = [f"{name},{name}@acme.example,Member,Active,Yes" for name in NAMES]
        stand_for_members(workshop, home / "members.csv", rows)


@contextmanager
def play(folder: Path, workers: int) -> Generator[Scene]:
    """Ten members, and nobody pushed yet."""
    home = folder / "home"
    with receiving() as receiver, httpx.Client() as client:
        write_configuration(home, ACME_ORGANIZATION)
        configure(home, f"tokens = true\nworkers = {workers}")
        secret = folder / "slack-url"
        secret.write_text(f"{receiver.base}/hook", "utf-8")
        secret.chmod(0o600)
        place = f'[[notices]]\nname = "slack"\nkind = "slack"\nurl = "file:{secret}"\n'
        file = home / "config.toml"
        file.write_text(f"{file.read_text('utf-8')}\n{IDP}\n{place}", "utf-8")
        bring_members(home)
        token = give_scim_token(home, "okta-push")
        with serve(home) as served:
            yield Scene(home, served, over_http(client, served.url, token), receiver)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The scene with two workers."""
    with play(tmp_path_factory.mktemp("scene"), workers=2) as scene:
        yield scene


def test_what_is_pushed_becomes_cases_by_itself_and_what_is_held_back_is_told_to_people_alone(scene: Scene) -> None:
    ids = {name: scene.idp.create(f"{name}@acme.example") for name in NAMES}
    newcomer = scene.idp.create("kim@acme.example")
    scene.served.wait_for(lambda line: line["event"] == "settled" and line["opened"] == 1)
    (joins,) = scene.cases()
    assert (joins.operation, joins.subject, joins.opened_by.name) == ("onboard", "kim@acme.example", "okta-push")

    assert scene.idp.patch(f"/Users/{newcomer}", OFF).status == 200
    for name in NAMES[:3]:  # as many as are usual among ten
        assert scene.idp.patch(f"/Users/{ids[name]}", OFF).status == 200
    while [case.state.value for case in scene.cases()] != ["cancelled", "open", "open", "open"]:
        scene.served.wait_for_next(lambda line: line["event"] == "settled")
    assert [case.operation for case in scene.cases()[1:]] == ["offboard"] * 3

    for name in NAMES[3:6]:
        answer = scene.idp.patch(f"/Users/{ids[name]}", OFF)
        assert (answer.status, answer["active"]) == (200, False)  # The identity provider hears of no brake.
    while not any("held back" in call.json["text"] for call in scene.receiver.taken):
        scene.served.wait_for_next(lambda line: line["event"] == "settled")
    assert len(scene.cases()) == 4
    bodies = "".join(call.body.decode() for call in scene.receiver.calls)
    assert "pushes want" in bodies
    assert not any(f"{name}@acme.example" in bodies for name in NAMES)

    visitor = enter(scene.served.url, give_token(scene.home, "pat@acme.example", Role.OPERATOR))

    def read(path: str) -> str:
        return " ".join(re.sub("<[^>]+>", "", visitor.get(path).text).split())

    person = read("/people/dee@acme.example")
    for words in (
        "Wanted, known, claimed",
        "Wanted off",
        "okta-push, by SCIM",
        "Known: on by R-1",
        "Held back: pushes",
    ):
        assert words in person
    sources = read("/sources")
    assert "Identity providers that push okta-push okta, by SCIM" in sources
    assert "3 wait" in sources
    held = "dee@acme.example, eve@acme.example and finn@acme.example (wanted off by okta-push) wait: Held back"
    assert held in read("/discrepancies")
    assert "wanted off by okta-push, held back" in read("/discrepancies")
    assert "wanted off by okta-push, held back" in read("/people?q=dee")
    assert "The person is wanted off by okta-push" in read("/cases?person=ana%40acme.example")
    case = read(f"/cases/{scene.cases()[1].name}")
    assert "Asked for by okta-push by SCIM" in case
    assert "Wanted off by okta-push since" in case
    visitor.client.close()


def test_two_tokens_serve_until_the_first_is_revoked_and_two_seconds_later_no_worker_takes_it(scene: Scene) -> None:
    old, new = (give_scim_token(scene.home, "okta-push") for _ in range(2))
    with closing(Workshop(scene.home)) as workshop, workshop.store().reading() as view:
        (older,) = [one for one in view.scim_tokens() if one.id == view.scim_tokens()[0].id - 1]

    def hear_from_each(token: str, status: int, *, revoked: float = math.inf) -> None:
        """Ask until each worker gave this answer; another one comes at most to what began two seconds after the end."""
        answered: set[str] = set()
        until = time.monotonic() + PATIENCE
        while answered < set(scene.served.workers()):
            begun = time.monotonic()
            assert begun < until, answered
            with httpx.Client() as fresh:  # any worker may take a new connection
                answer = over_http(fresh, scene.served.url, token).get("/Users?count=0")
            if answer.status == status:
                answered.add(scene.served.worker_of(answer.headers["x-request-id"]))
            else:
                assert begun < revoked + 2, answer

    hear_from_each(old, 200)
    hear_from_each(new, 200)
    revoke_scim_token(scene.home, older.id)
    hear_from_each(old, 401, revoked=time.monotonic())
    hear_from_each(new, 200)
