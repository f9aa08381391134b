"""Signing in with a real OpenID Connect issuer (Canaille), at a real server, in a real browser."""

import re
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from axure_lifecycle.domain.organization import Organization
from axure_lifecycle.domain.trail import moment
from tests.web.conftest import make_home
from tests.web.issuing import Issuer
from tests.web.serving import Served, ask, configure, last_payload, serve

OLGA, NIX = "olga@acme.example", "nix@acme.example"
OPERATOR = f'"{OLGA}" = ["operator"]'
SECRET = "a secret: with/odd?signs"


@dataclass
class Desk:
    """A server whose people sign in with an issuer."""

    served: Served
    home: Path
    issuer: Issuer
    users: dict[str, Any]

    @property
    def url(self) -> str:
        return self.served.url

    def give_roles(self, people: str, issuer: str | None = None) -> None:
        """Write `[serve.issuer]` anew while the server runs."""
        configure(self.home, serving_of(issuer or self.issuer.url, self.home.parent / "secret", people))

    def sign_in(self, client: httpx.Client) -> None:
        """Olga signs in with the issuer."""
        answer = client.get(answer_of(self, begin(client, self)))
        assert answer.status_code == 303, answer.text


def serving_of(issuer: str, secret: Path, people: str) -> str:
    return f"""\
tokens = true
[serve.issuer]
issuer = "{issuer}"
client_id = "console"
client_secret = "file:{secret}"
email_is_trusted = true
[serve.issuer.people]
{people}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> Generator[Desk]:
    """The server, its issuer, and two people whom the issuer knows, of whom one has a role."""
    folder = tmp_path_factory.mktemp("issuer")
    home, secret = folder / "home", folder / "secret"
    secret.write_text(SECRET, "utf-8")
    secret.chmod(0o600)
    make_home(home, serving_of(issuer.url, secret, OPERATOR))
    with serve(home) as served:
        yield Desk(served, home, issuer, register(issuer, served.url))
    issuer.server.logout()


def register(issuer: Issuer, url: str) -> dict[str, Any]:
    """Make our console and two people known at the issuer."""
    models: Any = issuer.server.models
    backend: Any = issuer.server.backend
    with issuer.server.app.app_context():
        client = models.Client(
            client_id="console",
            client_name="Axure Lifecycle",
            client_secret=SECRET,
            redirect_uris=[f"{url}/sign-in/callback"],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "email", "profile", "groups"],
            token_endpoint_auth_method="client_secret_basic",
        )
        backend.save(client)
        backend.update(client, audience=[client])
        backend.save(client)
    users = {name: issuer.server.random_user(emails=[name], user_name=name.split("@")[0]) for name in (OLGA, NIX)}
    for user in users.values():
        issuer.server.consent(user)
    return users


def test_somebody_whom_the_issuer_names_is_signed_in_where_they_wanted_to_go(
    context: BrowserContext, desk: Desk
) -> None:
    desk.issuer.server.login(desk.users[OLGA])
    page = context.new_page()
    page.goto(f"{desk.url}/sources")
    page.get_by_role("link", name="Continue with").click()
    expect(page).to_have_url(f"{desk.url}/sources")
    expect(page.get_by_role("link", name=OLGA)).to_be_visible()
    page.goto(f"{desk.url}/account")
    expect(page.get_by_text(f"signed in by {desk.issuer.url}")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out")).to_be_visible()


def test_somebody_without_a_role_is_told_so(context: BrowserContext, desk: Desk) -> None:
    desk.issuer.server.login(desk.users[NIX])
    page = context.new_page()
    page.goto(desk.url)
    page.get_by_role("link", name="Continue with").click()
    expect(page.get_by_role("alert")).to_contain_text("has no role on this server")


def forget_codes(issuer: Issuer) -> None:
    """Have the issuer forget codes that nobody redeemed: its store in memory takes one of them for another."""
    backend: Any = issuer.server.backend
    with issuer.server.app.app_context():
        for code in backend.query(issuer.server.models.AuthorizationCode):
            backend.delete(code)


def begin(client: httpx.Client, desk: Desk) -> httpx.URL:
    """Where a browser is sent."""
    sent = client.get(f"{desk.url}/sign-in/issuer?to=/sources")
    assert sent.status_code == 303
    return httpx.URL(sent.headers["location"])


def answer_of(desk: Desk, asked: httpx.URL) -> httpx.URL:
    """Where the issuer sends the browser back to."""
    forget_codes(desk.issuer)
    desk.issuer.server.login(desk.users[OLGA])
    with httpx.Client() as at_issuer:
        answer = at_issuer.get(asked)
        assert answer.status_code == 302, answer.text
        return httpx.URL(answer.headers["location"])


def test_the_question_is_bound_to_this_browser_and_no_code_serves_without_its_verifier(desk: Desk) -> None:
    with httpx.Client() as mine, httpx.Client() as other:
        asked = begin(mine, desk)
        assert asked.params["code_challenge_method"] == "S256"
        assert {"state", "nonce", "code_challenge"} <= set(asked.params)
        back = answer_of(desk, asked)
        assert refusal(other.get(back)) == "this browser was not sent to the issuer from here, or too long ago"
        begin(other, desk)
        assert refusal(other.get(back)) == "the issuer's answer is to another question than this browser asked"
        # A code of mine in a sign-in of theirs: their verifier is another one.
        theirs = begin(other, desk)
        swapped = back.copy_set_param("state", theirs.params["state"])
        assert refusal(other.get(swapped)).startswith("the issuer does not take the code")
        assert other.get(desk.url + "/").status_code == 303


def test_a_token_of_another_sign_in_signs_nobody_in(desk: Desk) -> None:
    with httpx.Client() as client:
        asked = begin(client, desk)
        back = answer_of(desk, asked.copy_set_param("nonce", "of-somebody-elses-sign-in"))
        assert refusal(client.get(back)) == "what the issuer gave is of another sign-in"


def test_another_issuers_answer_and_a_denied_one_sign_nobody_in(desk: Desk) -> None:
    with httpx.Client() as client:
        asked = begin(client, desk)
        state = asked.params["state"]
        back = f"{desk.url}/sign-in/callback?state={state}&code=x&iss=https://evil.example"
        assert refusal(client.get(back)) == "another issuer answered"
        state = begin(client, desk).params["state"]
        denied = client.get(f"{desk.url}/sign-in/callback?state={state}&error=access_denied%0a<b>")
        assert "access_denied␊&lt;b&gt;" in denied.text
        assert client.get(desk.url + "/").status_code == 303


def test_a_right_answer_signs_in_once(desk: Desk) -> None:
    with httpx.Client() as client:
        back = answer_of(desk, begin(client, desk))
        answered = client.get(back)
        assert answered.status_code == 303, refusal(answered)
        assert client.get(desk.url + "/").status_code == 200
        client.post(desk.url + "/sign-out")
        assert refusal(client.get(back)) == "this browser was not sent to the issuer from here, or too long ago"


AUDIENCE = "http://127.0.0.1:8765/mcp"


@pytest.mark.parametrize(
    ("people", "another"),
    [(f'"{OLGA}" = ["viewer"]', None), (f'"{NIX}" = ["operator"]', None), (OPERATOR, "http://localhost:9")],
    ids=["another role", "no role", "another issuer"],
)
def test_a_session_of_the_issuer_ends_when_the_configuration_gives_its_person_another_standing(
    desk: Desk, people: str, another: str | None
) -> None:
    """Whoever may do less from now on does not go on as before until the day is over."""
    token = desk.issuer.token(AUDIENCE, roles=[])
    try:
        with httpx.Client() as client:
            desk.sign_in(client)
            desk.give_roles(f'{OPERATOR}\n"{NIX}" = ["viewer"]')
            assert client.get(desk.url + "/").status_code == 200, "somebody else's roles are not theirs"
            assert len(ask(client, desk.served.mcp, "tools/list", token=token).json()["result"]["tools"]) > 20
            desk.give_roles(people, another)
            assert client.get(desk.url + "/").headers["location"] == "/sign-in"
            desk.give_roles(OPERATOR)
            assert client.get(desk.url + "/").headers["location"] == "/sign-in", "it is over, not asleep"
        ended = last_payload(desk.home, "session.ended")
        assert (ended["person"], ended["by"]["name"]) == (OLGA, "configuration")
        desk.give_roles(people, another)
        with httpx.Client() as client:
            answer = ask(client, desk.served.mcp, "tools/list", token=token)
            assert '"open_case"' not in answer.text
            assert answer.status_code == (200 if '"viewer"' in people and another is None else 401 if another else 403)
    finally:
        desk.give_roles(OPERATOR)


def test_a_role_that_the_issuer_takes_away_counts_here_for_the_minutes_that_are_configured_and_no_longer(
    desk: Desk,
) -> None:
    """Nobody tells us: so they sign in there anew, and are then what the issuer says of them."""
    secret = desk.home.parent / "secret"

    def write(minutes: int) -> None:
        claim = f'email_is_trusted = true\nroles_claim = "groups"\nsession_minutes = {minutes}'
        configure(desk.home, serving_of(desk.issuer.url, secret, "").replace("email_is_trusted = true", claim))

    try:
        write(30)
        take_away = give_role_at(desk.issuer, "operator", desk.users[OLGA])
        with httpx.Client() as client:
            desk.sign_in(client)
            begun = last_payload(desk.home, "session.begun")
            assert begun["roles"] == ["operator"]
            left = datetime.fromisoformat(begun["expires_at"]) - datetime.now(UTC)
            assert timedelta(minutes=28) < left <= timedelta(minutes=30)
            take_away()
            make_older(desk.home, minutes=20)
            assert client.get(desk.url + "/").status_code == 200
            write(15)
            question, form = (
                client.post(f"{desk.url}/cases/C-1/{what}", data={"owner": NIX}) for what in ("approve", "assign")
            )
            assert question.headers["location"] == "/sign-in?to=/cases/C-1/approve", "they are asked anew"
            assert form.headers["location"] == "/sign-in"
            assert client.get(desk.url + "/cases").headers["location"] == "/sign-in?to=/cases"
            ended = last_payload(desk.home, "session.ended")
            assert ended["reason"] == "what the issuer says of them may be another by now"
            back = client.get(answer_of(desk, begin(client, desk)))
            assert back.status_code == 401
            assert f"{OLGA} is known and has no role on this server" in back.text
    finally:
        desk.give_roles(OPERATOR)


def give_role_at(issuer: Issuer, role: str, user: Any) -> Callable[[], None]:
    """Put somebody into a group of the issuer; gives what takes them out again."""
    backend: Any = issuer.server.backend
    with issuer.server.app.app_context():
        group = issuer.server.models.Group(display_name=role, members=[user])
        backend.save(group)

    def take_away() -> None:
        with issuer.server.app.app_context():
            backend.delete(group)

    return take_away


def make_older(home: Path, *, minutes: int) -> None:
    """Have every session begun earlier than it was."""
    with closing(sqlite3.connect(home / "store.sqlite", isolation_level=None)) as store:
        begun = moment(datetime.now(UTC) - timedelta(minutes=minutes))
        assert store.execute("UPDATE web_session SET begun_at = ?", (begun,)).rowcount > 0


def refusal(page: httpx.Response) -> str:
    """Why nobody was signed in."""
    assert page.status_code == 401, page.text
    found = re.search(r"Nobody was signed in: (.*?)\. Paste", page.text)
    assert found, page.text
    return found[1].replace("&#39;", "'")


def test_the_organisation_is_named(desk: Desk, organization: Organization) -> None:
    desk.issuer.server.login(desk.users[OLGA])
    with httpx.Client() as client:
        client.get(answer_of(desk, begin(client, desk)))
        assert organization.name in client.get(desk.url + "/").text
