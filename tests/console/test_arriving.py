"""What is known of somebody before their request is read: how much they may bring, how often, and what is said when
nobody can be looked up."""

import re
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import describe_organization, write_configuration
from tests.console.conftest import FORM_TOKEN, Visitor, enter, from_own_page
from tests.console.office import OPERATOR, ORGANIZATION, VIEWER, Office, served
from tests.console.scene import Scene

MEGABYTE = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def let_in() -> Generator[Callable[[str, str], Visitor]]:
    """Signs somebody in at a server of this test's own."""
    with ExitStack() as stack:

        def begin(url: str, token: str) -> Visitor:
            found = enter(url, token)
            stack.callback(found.client.close)
            return found

        yield begin


@pytest.fixture
def small(tmp_path: Path) -> Office:
    """An office that has nothing but a person with a token."""
    home = tmp_path / "home"
    write_configuration(home, describe_organization(ORGANIZATION))
    office = Office(home, Workshop(home))
    office.token_for(VIEWER)
    return office


# -- how much ---------------------------------------------------------------------------------------------------------


def test_only_somebody_who_is_signed_in_brings_more_than_a_form_and_only_where_files_are_taken(
    scene: Scene, url: str, visitor: Callable[[str], Visitor]
) -> None:
    """Else a few strangers with large bodies hold the memory of everybody."""
    evidence = f"/cases/{scene.leaver}/steps/deactivate/evidence"
    robin, large = visitor(OPERATOR), b"x" * MEGABYTE
    for path in ("/sign-in", "/sign-out", "/", "/nowhere", f"/cases/{scene.leaver}/assign"):
        assert httpx.post(url + path, content=large).status_code == 413, path
        parts = (large[:65_536] for _ in range(4))
        assert httpx.post(url + path, content=parts).status_code == 413, path
        assert robin.client.post(url + path, content=large).status_code == 413, path
    stranger = httpx.post(url + evidence, files={"file": ("seen.png", PNG + large, "image/png")})
    assert (stranger.status_code, stranger.headers.get("location")) == (303, "/sign-in")
    assert httpx.post(f"{url}/sign-in", data={"token": "x" * 60_000}).status_code == 403
    kept = robin.client.post(
        url + evidence,
        data={"form_token": robin.token("/account")},
        files={"file": ("seen.png", PNG + large, "image/png")},
        headers=from_own_page(url),
    )
    assert kept.status_code == 303
    assert kept.headers["location"] == f"/cases/{scene.leaver}"


# -- how often --------------------------------------------------------------------------------------------------------


def test_somebody_who_asks_too_often_waits_and_nobody_else_at_the_same_address_does(
    scene: Scene, let_in: Callable[[str, str], Visitor]
) -> None:
    with served(scene.office, calls_a_minute=30) as url:
        eager, calm = (let_in(url, scene.office.tokens[person]) for person in (OPERATOR, VIEWER))
        answers = [eager.get("/account") for _ in range(40)]
        assert [one.status_code for one in answers[:30]] == [200] * 30
        refused = answers[-1]
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert "too many came lately" in refused.text
        assert calm.get("/account").status_code == 200
        strangers = [httpx.get(url + "/sign-in").status_code for _ in range(40)]
        assert 429 in strangers
        assert calm.get("/account").status_code == 200


# -- when nobody can be looked up -------------------------------------------------------------------------------------


def test_without_a_configuration_or_a_store_every_page_says_what_is_missing(
    small: Office, tmp_path: Path, let_in: Callable[[str, str], Visitor]
) -> None:
    with served(small) as url:
        val = let_in(url, small.tokens[VIEWER])
        word = val.token("/account")
        asked: list[Callable[[], httpx.Response]] = [
            lambda: val.get("/"),
            lambda: val.get("/cases"),
            lambda: val.get("/sign-in"),
            lambda: val.client.post(url + "/sign-out", data={"form_token": word}, headers=from_own_page(url)),
            lambda: sign_in(url, small.tokens[VIEWER]),
        ]
        configuration = small.home / "config.toml"
        configuration.rename(tmp_path / "aside.toml")
        assert [told(ask()) for ask in asked] == ["not_configured"] * 5
        (tmp_path / "aside.toml").rename(configuration)
        assert val.get("/").status_code == 200
        text = configuration.read_text("utf-8")
        configuration.write_text(text + "\nnonsense = 1\n", "utf-8")
        assert [told(ask()) for ask in asked] == ["configuration_broken"] * 5
        configuration.write_text(text, "utf-8")
        small.workshop.close()
        store = small.home / "store.sqlite"
        store.rename(tmp_path / "store.sqlite")
        store.write_bytes(b"no database at all " * 100)
        assert [told(ask()) for ask in asked] == ["store_unreachable"] * 5


def sign_in(url: str, token: str) -> httpx.Response:
    with httpx.Client() as client:
        found = FORM_TOKEN.search(client.get(url + "/sign-in").text)
        assert found
        return client.post(url + "/sign-in", data={"form_token": found[1], "token": token}, headers=from_own_page(url))


def told(answer: httpx.Response) -> str:
    """The code of a page that says why nothing can be done now."""
    assert answer.status_code == 503, (answer.status_code, answer.text)
    assert answer.headers["content-type"].startswith("text/html")
    assert "retry-after" in answer.headers
    found = re.search(r"<code>([a-z_]+)</code>", answer.text)
    assert found, answer.text
    return found[1]
