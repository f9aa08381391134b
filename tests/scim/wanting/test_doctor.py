"""`doctor scim`: what is missing before an identity provider can push, and what came of its pushes."""

import http.server
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from axure_lifecycle.domain.access import digest_of
from axure_lifecycle.domain.directories import Finding
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.scim import ScimSettings
from axure_lifecycle.domain.serving import ServeSettings
from axure_lifecycle.web.examining_scim import ask_at, examine_reach
from axure_lifecycle_tools.examining import examine
from axure_lifecycle_tools.examining_scim import examine_scim
from tests.loopback import on_a_thread
from tests.scim.wanting.house import ADMINS, CHECKOUT, SALES, Pushed, member


def say(pushed: Pushed, about: str) -> tuple[bool, bool, str]:
    """What is said of one thing: whether it is fine, whether it warns, and how."""
    (found,) = [one for one in examine_scim(pushed.desk()) if one.about == about]
    return found.is_fine, found.is_warning, found.sentence


def test_without_a_token_every_push_is_refused_and_an_end_that_comes_soon_warns(pushed: Pushed) -> None:
    is_fine, _, said = say(pushed, "okta token")
    assert (is_fine, "scim token create okta" in said) == (False, True)
    with pushed.firm.workshop.store().writing(pushed.desk(Channel.TERMINAL).actor) as change:
        for idp, days in (("okta", 180), ("entra", 10)):
            ends = pushed.firm.days.at + timedelta(days=days)
            change.create_scim_token(idp, digest_of(idp), label="", expires_at=ends)
    assert say(pushed, "okta token") == (True, False, "ST-1 let it in, until 2027-02-28 at the latest.")
    assert say(pushed, "entra token")[:2] == (True, True)


def test_what_is_configured_and_never_pushed_warns_and_so_does_what_waits(pushed: Pushed) -> None:
    assert say(pushed, "members")[0] is False
    assert say(pushed, "okta pushes")[1:] == (True, "It never pushed anybody.")
    assert "Not pushed so far: “axure admins”" in say(pushed, "okta groups")[2]
    pushed.members(member("pat"))
    pushed.create("ana", user_name="Ana")
    pushed.create("bo")
    pushed.change("bo", aside="emails")
    for name in (ADMINS, CHECKOUT, SALES):
        pushed.group([], name)
    pushed.settle()
    assert say(pushed, "okta groups")[:2] == (True, False)
    assert say(pushed, "okta waiting")[1:] == (True, "1 wish waits; `axure-lifecycle scim waiting` says for what.")
    assert "Of 1 person attributes could not be read" in say(pushed, "okta attributes")[2]
    pushed.firm.pass_by(days=3)
    assert say(pushed, "okta pushes")[:2] == (True, True)


def test_an_identity_provider_that_is_configured_no_more_is_named(pushed: Pushed) -> None:
    pushed.create("ana")
    desk = replace(pushed.desk(), scim=ScimSettings(idps=pushed.desk().scim.idps[1:]))
    (found,) = [one for one in examine_scim(desk) if one.about == "okta name"]
    assert "nobody settles what it wants, and it keeps nobody in" in found.sentence
    nobody = replace(pushed.desk(), scim=ScimSettings())
    assert [one.is_fine for one in examine_scim(nobody)] == [False]
    assert examine(nobody, only_scim=True).wrong == 1
    assert all(one.where != "scim" for one in examine(nobody).things)


@contextmanager
def answering(known: int, closed: int) -> Generator[str]:
    """Something on this machine that answers both questions."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(known if self.path.endswith("/ServiceProviderConfig") else closed)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with on_a_thread(server):
        yield f"http://127.0.0.1:{server.server_address[1]}"


def reach(settings: ServeSettings) -> Finding:
    """What is said of the address."""
    return examine_reach(settings)[-1]


def test_an_address_that_nobody_outside_can_reach_is_said_and_so_is_one_without_tls() -> None:
    assert "[serve] has no public_url" in reach(ServeSettings()).sentence
    assert reach(ServeSettings(public_url="http://lifecycle.acme.example")).is_fine is False


@pytest.mark.parametrize(("known", "closed", "is_right"), [(200, 401, True), (200, 200, False), (404, 404, False)])
def test_the_address_is_asked_whether_it_answers_and_lets_nobody_in(known: int, closed: int, is_right: bool) -> None:
    with answering(known, closed) as url:
        assert ask_at(f"{url}/scim/v2").is_fine is is_right
    assert ask_at(f"{url}/scim/v2").is_fine is False  # nobody is there any more
