"""An office with its server, people who are signed in, and a real browser."""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.console.browsing import chromium, read_axe
from tests.console.office import served
from tests.console.scene import Scene, play

FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


@dataclass
class Visitor:
    """Somebody who is signed in, without a browser."""

    client: httpx.Client
    url: str

    def get(self, path: str) -> httpx.Response:
        """Look at a page."""
        return self.client.get(self.url + path)

    def token(self, path: str) -> str:
        """The word of the forms on a page."""
        found = FORM_TOKEN.search(self.get(path).text)
        assert found, path
        return found[1]

    def post(self, path: str, fields: dict[str, str] | None = None, **more: str) -> httpx.Response:
        """Send a form as a page of ours does."""
        sent = {"form_token": self.token("/account"), **(fields or {}), **more}
        return self.client.post(self.url + path, data=sent, headers=from_own_page(self.url))

    def hidden(self, path: str, name: str) -> str:
        """What a hidden field of a page holds."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.get(path).text)
        assert found, f"{path} has no {name}"
        return found[1]


def from_own_page(url: str) -> dict[str, str]:
    """What browsers say of a form on a page of this server."""
    return {"origin": url, "sec-fetch-site": "same-origin"}


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """An office after a fortnight of work; tests that change something take a case of their own."""
    return play(tmp_path_factory.mktemp("console") / "home")


@pytest.fixture(scope="session")
def url(scene: Scene) -> Generator[str]:
    """Where the office's server is."""
    with served(scene.office) as address:
        yield address


def enter(url: str, token: str) -> Visitor:
    """Sign in by a token, as the page does it."""
    client = httpx.Client(timeout=30)
    page = client.get(url + "/sign-in")
    found = FORM_TOKEN.search(page.text)
    assert found
    fields = {"form_token": found[1], "token": token, "to": "/"}
    answer = client.post(url + "/sign-in", data=fields, headers=from_own_page(url))
    assert answer.status_code == 303, answer.text
    return Visitor(client, url)


@pytest.fixture(scope="session")
def visitor(scene: Scene, url: str) -> Generator[Callable[[str], Visitor]]:
    """Signs somebody in, once."""
    known: dict[str, Visitor] = {}

    def sign_in(person: str) -> Visitor:
        if person not in known:
            known[person] = enter(url, scene.office.tokens[person])
        return known[person]

    yield sign_in
    for one in known.values():
        one.client.close()


@pytest.fixture
def entering(url: str) -> Generator[Callable[[str], Visitor]]:
    """Begins sessions of this test's own, by a token."""
    begun: list[Visitor] = []

    def begin(token: str) -> Visitor:
        begun.append(enter(url, token))
        return begun[-1]

    yield begin
    for one in begun:
        one.client.close()


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """Chromium, for one file."""
    with chromium() as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Generator[BrowserContext]:
    """A fresh profile."""
    made = browser.new_context()
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core."""
    return read_axe()
