"""Nobody changes anything from another site's page, with another's form, or without the role for it."""

import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest

from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.holdings import Channel
from tests.console.conftest import Visitor, from_own_page
from tests.console.office import ADMIN, APPROVER, AUDITOR, OPERATOR, PEOPLE, VIEWER, served
from tests.console.scene import Scene

STEP = "hand-over-workspaces"


def writes(scene: Scene) -> list[tuple[str, dict[str, str], frozenset[Role]]]:
    """Every address that changes something, what is sent there, and who may."""
    workers = frozenset({Role.OPERATOR, Role.ADMIN})
    case = f"/cases/{scene.overdue}"
    return [
        (f"{case}/assign", {"owner": "it@birchwood.example"}, workers),
        (f"{case}/ticket", {"ticket": "HR-1131"}, workers),
        ("/reports", {"kind": "facts", "format": "md"}, workers | {Role.AUDITOR}),
        (f"{case}/cancel", {"reason": "no longer wanted"}, workers),
        (f"{case}/steps/{STEP}/done", {"stage": "answer", "answer": "yes", "digest": "0" * 64}, workers),
        (f"{case}/steps/{STEP}/skipped", {"reason": "nobody shares it"}, workers),
        (f"{case}/steps/{STEP}/not-done", {"stage": "answer", "answer": "yes"}, workers),
        (f"{case}/steps/{STEP}/evidence", {}, workers),
        (f"{case}/approve", {"stage": "answer", "answer": "yes"}, frozenset({Role.APPROVER, Role.ADMIN})),
        ("/sources/R-6/confirm", {"stage": "answer", "answer": "yes"}, workers),
        ("/trail/verify", {}, frozenset({Role.AUDITOR, Role.ADMIN})),
    ]


def test_a_role_may_post_exactly_what_it_may_do(scene: Scene, visitor: Callable[[str], Visitor]) -> None:
    wrong: list[str] = []
    for person, roles in PEOPLE.items():
        for path, fields, needed in writes(scene):
            answer = visitor(person).post(path, fields)
            is_refused = answer.status_code == 403 and "role_missing" in answer.text
            if is_refused is not roles.isdisjoint(needed):
                wrong.append(f"{person} {sorted(roles)} {path}: {answer.status_code}")
    assert not wrong


def test_what_a_role_may_not_do_is_not_on_its_pages(scene: Scene, visitor: Callable[[str], Visitor]) -> None:
    signs = {
        OPERATOR: ("I did this", "Skip…", "Attach a file", "Cancel this case", ">Assign<"),
        ADMIN: ("I did this", "Skip…", "Attach a file", "Cancel this case", ">Assign<"),
        APPROVER: (),
        VIEWER: (),
        AUDITOR: (),
    }
    every = signs[OPERATOR]
    for person, expected in signs.items():
        page = visitor(person).get(f"/cases/{scene.overdue}").text
        assert tuple(sign for sign in every if sign in page) == expected, person
        trail = visitor(person).get("/")
        assert ('href="/trail"' in trail.text) is (person in (AUDITOR, ADMIN)), person
    assert visitor(VIEWER).get("/trail").status_code == 403
    assert visitor(AUDITOR).get("/trail").status_code == 200


@pytest.mark.parametrize("sent", ["", "0" * 64, "another session's"])
def test_a_form_without_this_sessions_own_word_changes_nothing(
    sent: str, scene: Scene, url: str, visitor: Callable[[str], Visitor]
) -> None:
    robin, mara = visitor(OPERATOR), visitor(ADMIN)
    fields = {"owner": "mallory@evil.example"}
    if sent:
        fields["form_token"] = mara.token("/account") if sent == "another session's" else sent
    before = len(scene.office.trail())
    answer = robin.client.post(f"{url}/cases/{scene.overdue}/assign", data=fields, headers=from_own_page(url))
    assert answer.status_code == 403
    assert "form_refused" in answer.text
    assert len(scene.office.trail()) == before


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"sec-fetch-site": "cross-site"}, "form_refused"),
        ({"sec-fetch-site": "same-site"}, "form_refused"),
        ({"origin": "https://evil.example"}, "origin_unknown"),
        ({"origin": "null"}, "origin_unknown"),
    ],
)
def test_another_sites_page_changes_nothing_even_with_the_right_word(
    headers: dict[str, str], code: str, scene: Scene, url: str, visitor: Callable[[str], Visitor]
) -> None:
    robin = visitor(OPERATOR)
    fields = {"owner": "mallory@evil.example", "form_token": robin.token("/account")}
    answer = robin.client.post(f"{url}/cases/{scene.overdue}/assign", data=fields, headers=headers)
    assert answer.status_code == 403
    assert code in answer.text


def test_nobody_is_signed_in_by_a_form_of_another_browser(scene: Scene, url: str) -> None:
    """Who is signed in as somebody else unawares tells that person what they do."""
    with httpx.Client() as attacker, httpx.Client() as victim:
        page = attacker.get(url + "/sign-in").text
        word = page.split('name="form_token" value="')[1].split('"')[0]
        victim.get(url + "/sign-in")
        fields = {"form_token": word, "token": scene.office.tokens[VIEWER]}
        answer = victim.post(url + "/sign-in", data=fields, headers=from_own_page(url))
        assert answer.status_code == 403
        assert victim.get(url + "/").status_code == 303


def test_every_page_is_kept_by_nobody_framed_by_nobody_and_runs_nothing_of_others(
    scene: Scene, visitor: Callable[[str], Visitor]
) -> None:
    pages = ["/", f"/cases/{scene.leaver}", "/people?q=in", "/account", "/nothing-here"]
    for path in pages:
        headers = visitor(ADMIN).get(path).headers
        assert headers["cache-control"] == "no-store", path
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy


def test_files_beside_the_pages_are_kept_for_ever_under_the_name_of_their_content(
    url: str, visitor: Callable[[str], Visitor]
) -> None:
    page = visitor(VIEWER).get("/").text
    sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = httpx.get(url + sheet)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert httpx.get(url + sheet.replace(".css", "0.css")).status_code == 404


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_the_session_is_a_cookie_that_no_script_reads_and_the_store_keeps_only_its_fingerprint(
    scene: Scene, url: str
) -> None:
    with httpx.Client() as client:
        word = client.get(url + "/sign-in").text.split('name="form_token" value="')[1].split('"')[0]
        fields = {"form_token": word, "token": scene.office.tokens[VIEWER]}
        answer = client.post(url + "/sign-in", data=fields, headers=from_own_page(url))
        cookie = next(one for one in answer.headers.get_list("set-cookie") if "session" in one)
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        secret = cookie.split("=", 1)[1].split(";")[0]
    assert secret not in (scene.office.home / "store.sqlite").read_bytes().decode("latin-1")
    assert scene.office.tokens[VIEWER] not in (scene.office.home / "store.sqlite").read_bytes().decode("latin-1")


def test_a_session_ends_with_signing_out_and_with_its_token(scene: Scene, entering: Callable[[str], Visitor]) -> None:
    token = scene.office.token_for("temp@birchwood.example", frozenset({Role.VIEWER}))
    first, second = entering(token), entering(token)
    assert first.post("/sign-out").status_code == 303
    assert first.get("/").status_code == 303
    assert second.get("/").status_code == 200
    with scene.office.desk().store.writing(scene.office.desk(Channel.TERMINAL).actor) as change:
        change.revoke_token(len(change.tokens()), "left")
    assert second.get("/").status_code == 303


def test_a_session_of_ones_own_is_ended_from_another_browser_and_nobody_elses(
    scene: Scene, entering: Callable[[str], Visitor]
) -> None:
    token = scene.office.token_for("two@birchwood.example", frozenset({Role.VIEWER}))
    other = entering(scene.office.token_for("else@birchwood.example", frozenset({Role.VIEWER})))
    first, second = entering(token), entering(token)
    page = first.get("/account").text
    path = page.split('action="/account/sessions/')[1].split('"')[0]
    assert other.post(f"/account/sessions/{path}").status_code == 404
    assert second.get("/").status_code == 200
    assert first.post(f"/account/sessions/{path}").status_code == 303
    assert second.get("/").status_code == 303


def test_whoever_tries_tokens_is_stopped_after_ten_and_nobody_with_a_right_one_is(scene: Scene) -> None:
    with served(scene.office) as url, httpx.Client() as client:
        word = client.get(url + "/sign-in").text.split('name="form_token" value="')[1].split('"')[0]
        fields = {"form_token": word, "token": "alt_wrong"}
        tried = [client.post(url + "/sign-in", data=fields, headers=from_own_page(url)).status_code for _ in range(11)]
        assert tried == [401] * 10 + [429]
        right = {"form_token": word, "token": scene.office.tokens[VIEWER]}
        assert client.post(url + "/sign-in", data=right, headers=from_own_page(url)).status_code == 303


def test_nobody_is_led_elsewhere_by_signing_in(scene: Scene, url: str) -> None:
    for to in ("//evil.example", "/\\evil.example", "https://evil.example", "/sign-in"):
        with httpx.Client() as client:
            word = client.get(url + "/sign-in").text.split('name="form_token" value="')[1].split('"')[0]
            fields = {"form_token": word, "token": scene.office.tokens[VIEWER], "to": to}
            answer = client.post(url + "/sign-in", data=fields, headers=from_own_page(url))
            assert answer.headers["location"] == "/", to


def test_behind_https_cookies_are_bound_to_the_host_and_travel_nowhere_in_the_clear(scene: Scene) -> None:
    with served(scene.office, public_url="https://lifecycle.birchwood.example") as url:
        answer = httpx.get(url + "/sign-in")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "Domain" not in cookie


WITHOUT = """
import sys
sys.modules["webauthn"] = None
from starlette.applications import Starlette
from starlette.testclient import TestClient
from axure_lifecycle.web.console import build
print(TestClient(Starlette(routes=build(None))).get("/").text)
"""


def test_a_server_without_the_pages_extra_says_how_to_have_them() -> None:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT], check=True, capture_output=True, text=True
    ).stdout
    assert "install axure-lifecycle[web]" in told
