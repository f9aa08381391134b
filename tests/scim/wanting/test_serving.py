"""The server settles in the background what is pushed, tells people what is held back, and shows it on its pages."""

import re
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import write_configuration
from axure_lifecycle.domain.access import Role
from axure_lifecycle.ports import CaseRecord, Page
from tests.conftest import ACME_ORGANIZATION
from tests.console.conftest import enter
from tests.notices.receivers import Receiver, receiving
from tests.scim.listing import stand_for_members
from tests.scim.pushing import Idp, give_scim_token, over_http
from tests.web.serving import Served, configure, give_token, serve

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


def test_what_is_pushed_becomes_cases_by_itself_and_what_is_held_back_is_told_to_people_alone(tmp_path: Path) -> None:
    with play(tmp_path, workers=2) as scene:
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
        assert "dee@acme.example (wanted off by okta-push) waits: Held back" in read("/discrepancies")
        assert "wanted off by okta-push, held back" in read("/discrepancies")
        assert "wanted off by okta-push, held back" in read("/people?q=dee")
        assert "The person is wanted off by okta-push" in read("/cases?person=ana%40acme.example")
        case = read(f"/cases/{scene.cases()[1].name}")
        assert "Asked for by okta-push by SCIM" in case
        assert "Wanted off by okta-push since" in case
        visitor.client.close()
