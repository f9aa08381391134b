"""The loopback Okta behaves as Okta documents it."""

import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime

import httpx
import jwt
import pytest

from tests.directories.vendors.asking import (
    ask,
    make_staff,
    okta_form,
    post,
    ssws,
    walk_okta,
)
from tests.directories.vendors.keys import make_key
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.people import Assignment, Organisation, make_person
from tests.directories.vendors.serving import Served, serve


@pytest.fixture
def organisation() -> Organisation:
    return make_staff()


@pytest.fixture
def okta(organisation: Organisation) -> Iterator[Served[OktaVendor]]:
    with serve(OktaVendor(organisation)) as served:
        yield served


def test_okta_leaves_deprovisioned_users_out_unless_a_filter_or_search_asks(okta: Served[OktaVendor]) -> None:
    everybody = [user["profile"]["login"] for page in walk_okta(okta, "/api/v1/users") for user in page]
    gone = walk_okta(okta, '/api/v1/users?filter=status eq "DEPROVISIONED"')
    found = walk_okta(okta, '/api/v1/users?search=status lt "STAGED" or status gt "STAGED"')

    assert len(everybody) == 249
    assert make_person(3).address not in everybody
    assert [[user["profile"]["login"] for user in page] for page in gone] == [[make_person(3).address]]
    assert sum(map(len, found)) == 250


def test_okta_caps_pages_at_200_users_and_500_application_users(okta: Served[OktaVendor]) -> None:
    okta.vendor.organisation.assigned.update(dict.fromkeys(range(250), Assignment.GROUP))

    assert [len(page) for page in walk_okta(okta, "/api/v1/users?limit=1000")] == [200, 49]
    assert [len(page) for page in walk_okta(okta, f"/api/v1/apps/{okta.vendor.app_id}/users")] == [50, 50, 50, 50, 49]
    assert len(walk_okta(okta, f"/api/v1/apps/{okta.vendor.app_id}/users?limit=1000")) == 1


def test_okta_sends_self_and_next_in_link_headers_of_their_own(okta: Served[OktaVendor]) -> None:
    first = ask(okta, "/api/v1/users?limit=200", ssws(okta))
    last = ask(okta, first.links["next"]["url"], ssws(okta))

    assert len(first.headers.get_list("link")) == 2
    assert first.headers.get_list("link")[0] == f'<{okta.base}/api/v1/users?limit=200>; rel="self"'
    assert [link.partition("; ")[2] for link in last.headers.get_list("link")] == ['rel="self"']


def test_okta_refuses_a_cursor_that_it_did_not_make(okta: Served[OktaVendor]) -> None:
    reply = ask(okta, "/api/v1/users?after=200", ssws(okta))

    assert (reply.status_code, reply.json()["errorCode"]) == (400, "E0000001")


@pytest.mark.parametrize(
    "expression", ['status ne "ACTIVE"', "status eq ACTIVE", 'profile.city eq "Oslo"', 'not (status eq "ACTIVE")', "("]
)
def test_okta_refuses_filters_that_it_does_not_support(okta: Served[OktaVendor], expression: str) -> None:
    reply = ask(okta, str(httpx.URL("/api/v1/users", params={"filter": expression})), ssws(okta))

    assert (reply.status_code, reply.json()["errorCode"]) == (400, "E0000031")


def test_okta_finds_who_was_updated_since_a_time(okta: Served[OktaVendor]) -> None:
    for kind in ("search", "filter"):
        pages = walk_okta(okta, f'/api/v1/users?{kind}=lastUpdated gt "2025-01-01T00:00:00.000Z"')
        assert {user["status"] for page in pages for user in page} == {"DEPROVISIONED", "SUSPENDED"}


def test_okta_searches_an_index_that_can_lag_and_lists_the_present(okta: Served[OktaVendor]) -> None:
    okta.vendor.freeze_index()
    okta.vendor.organisation.disable(5)

    lagging = walk_okta(okta, '/api/v1/users?search=status eq "DEPROVISIONED"')
    present = walk_okta(okta, '/api/v1/users?filter=status eq "DEPROVISIONED"')
    assert (len(lagging[0]), len(present[0])) == (1, 2)


def test_okta_shows_words_that_nobody_knows_yet(okta: Served[OktaVendor]) -> None:
    okta.vendor.organisation.change(7, word="HIBERNATING")

    assert "HIBERNATING" in {user["status"] for page in walk_okta(okta, "/api/v1/users") for user in page}


def test_okta_takes_the_apps_from_whom_it_deactivates(okta: Served[OktaVendor]) -> None:
    logins = {
        user["credentials"]["userName"]
        for page in walk_okta(okta, f"/api/v1/apps/{okta.vendor.app_id}/users")
        for user in page
    }

    assert make_person(6).address in logins
    assert make_person(3).address not in logins


def test_okta_still_knows_a_deprovisioned_user_by_id_but_not_a_deleted_one(okta: Served[OktaVendor]) -> None:
    (gone,) = walk_okta(okta, '/api/v1/users?filter=status eq "DEPROVISIONED"')[0]
    path = f"/api/v1/users/{gone['id']}"

    assert ask(okta, path, ssws(okta)).json()["status"] == "DEPROVISIONED"
    okta.vendor.organisation.delete(3)
    reply = ask(okta, path, ssws(okta))
    assert (reply.status_code, reply.json()["errorCode"]) == (404, "E0000007")


def test_okta_counts_down_its_limit_and_says_when_it_resets_by_its_own_clock(organisation: Organisation) -> None:
    with serve(OktaVendor(organisation, rate_limit=2, clock_ahead=7200)) as served:
        replies = [ask(served, "/api/v1/users?limit=1", ssws(served)) for _ in range(3)]

    resets, dates = (
        [int(reply.headers["x-rate-limit-reset"]) for reply in replies],
        [parsedate_to_datetime(reply.headers["date"]).timestamp() for reply in replies],
    )
    if len(set(resets)) == 1:  # no minute ended between them
        assert [reply.headers["x-rate-limit-remaining"] for reply in replies] == ["1", "0", "0"]
        assert [reply.status_code for reply in replies] == [200, 200, 429]
        assert replies[2].json()["errorCode"] == "E0000047"
    assert all(0 < reset - date <= 60 for reset, date in zip(resets, dates, strict=True))
    assert all(abs(date - time.time() - 7200) < 30 for date in dates)


def test_okta_gives_a_token_for_a_signed_assertion(okta: Served[OktaVendor]) -> None:
    given = post(okta, "/oauth2/v1/token", okta_form(okta)).json()

    assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", 3600, "okta.users.read")
    assert ask(okta, "/api/v1/users?limit=1", f"Bearer {given['access_token']}").status_code == 200
    reply = ask(okta, f"/api/v1/apps/{okta.vendor.app_id}/users", f"Bearer {given['access_token']}")
    assert (reply.status_code, reply.json()["errorCode"]) == (403, "E0000006")
    assert "insufficient_scope" in reply.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"iss": "0oaother"}, "The issuer claim for client_assertion is not a valid client_id."),
        ({"sub": "0oaother"}, "The subject claim for client_assertion is not a valid client_id."),
        (
            {"aud": "https://people.example/oauth2/v1/token"},
            "The audience claim for client_assertion must be the endpoint invoked for the request.",
        ),
        ({"exp": 1}, "The client_assertion token is expired."),
        ({"exp": 4102444800}, "The client_assertion token has an expiration too far into the future."),
        ({"exp": None}, "The client_assertion must contain the 'exp' claim as seconds since epoch."),
        ({"iat": 4102444800}, "The client_assertion token must be issued before the current time."),
    ],
)
def test_okta_says_what_is_wrong_with_an_assertion(
    okta: Served[OktaVendor], claims: Mapping[str, object], sentence: str
) -> None:
    reply = post(okta, "/oauth2/v1/token", okta_form(okta, claims=claims))

    assert reply.status_code == 401
    assert reply.json() == {"error": "invalid_client", "error_description": sentence}


def test_okta_refuses_another_key_a_replay_a_secret_and_scopes_that_were_not_granted(okta: Served[OktaVendor]) -> None:
    forged = okta_form(okta)
    claims = jwt.decode(forged["client_assertion"], options={"verify_signature": False})
    forged["client_assertion"] = jwt.encode(claims, make_key("mallory"), algorithm="RS256")
    once = okta_form(okta, claims={"jti": "one"})
    secret = {"grant_type": "client_credentials", "client_id": okta.vendor.client_id, "client_secret": "s"}

    assert post(okta, "/oauth2/v1/token", forged).json()["error_description"].endswith("signature is invalid.")
    assert post(okta, "/oauth2/v1/token", once).status_code == 200
    assert post(okta, "/oauth2/v1/token", once).json()["error_description"].endswith("already been used.")
    assert "private_key_jwt" in post(okta, "/oauth2/v1/token", secret).json()["error_description"]
    assert post(okta, "/oauth2/v1/token", okta_form(okta, "okta.users.manage")).json()["error"] == "consent_required"


def test_okta_knows_no_wrong_token(okta: Served[OktaVendor]) -> None:
    for credential in ("", "SSWS wrong", "Bearer wrong", "Basic wrong"):
        reply = ask(okta, "/api/v1/users", credential)
        assert (reply.status_code, reply.json()["errorCode"]) == (401, "E0000011")
