"""Faults happen to each loopback vendor in the same way, at the request that the plan names."""

import json
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import httpx
import pytest

from tests.directories.vendors import faults
from tests.directories.vendors.asking import (
    ask,
    directory,
    make_staff,
    okta_form,
    post,
    ssws,
    walk_okta,
)
from tests.directories.vendors.entra import PERMISSIONS, EntraVendor
from tests.directories.vendors.google import READ_USERS, GoogleVendor
from tests.directories.vendors.okta import OktaVendor, number_of
from tests.directories.vendors.people import Organisation, Standing, make_organisation, make_person
from tests.directories.vendors.relay import Relay
from tests.directories.vendors.serving import Served, serve, serve_apart
from tests.directories.vendors.vendor import Vendor

Reader = Callable[..., httpx.Response]


@pytest.fixture
def organisation() -> Organisation:
    return make_staff()


@pytest.fixture
def okta(organisation: Organisation) -> Iterator[Served[OktaVendor]]:
    with serve(OktaVendor(organisation)) as served:
        yield served


@pytest.fixture
def google(organisation: Organisation) -> Iterator[Served[GoogleVendor]]:
    with serve(GoogleVendor(organisation)) as served:
        yield served


@pytest.fixture(params=["okta", "entra", "google"])
def any_vendor(request: pytest.FixtureRequest, organisation: Organisation) -> Iterator[tuple[Served[Vendor], Reader]]:
    """Each vendor in turn, and how to ask it for its first page with a token of its own."""
    kinds: Mapping[str, tuple[type[OktaVendor | EntraVendor | GoogleVendor], str]] = {
        "okta": (OktaVendor, "/api/v1/users?limit=20"),
        "entra": (EntraVendor, "/v1.0/users?$top=20"),
        "google": (GoogleVendor, "/admin/directory/v1/users?customer=my_customer&maxResults=20"),
    }
    kind, path = kinds[request.param]
    with serve(kind(organisation)) as served:
        vendor = served.vendor

        def read(where: str = "") -> httpx.Response:
            scopes = frozenset({"okta.users.read", READ_USERS, *PERMISSIONS})
            return ask(served, where or path, f"Bearer {vendor.tokens.issue(scopes, GoogleVendor.admin)}")

        yield served, read


AnyVendor = tuple[Served[Vendor], Reader]


def people_of(reply: httpx.Response) -> list[Any]:
    """The people of a page of any vendor."""
    body: Any = reply.json()
    if reply.content.startswith(b"["):
        return cast("list[Any]", body)
    return cast("list[Any]", body.get("value", body.get("users", [])))


def following(reply: httpx.Response) -> str | None:
    """The link or token of the next page of any vendor."""
    body: Any = reply.json()
    if reply.content.startswith(b"["):
        return reply.links.get("next", {}).get("url")
    found: str | None = body.get("@odata.nextLink") or body.get("nextPageToken")
    return found


def test_a_throttled_reply_says_when_to_come_back_in_every_form(any_vendor: AnyVendor) -> None:
    served, read = any_vendor
    served.vendor.schedule.at(
        1,
        faults.Throttled(faults.InSeconds(2)),
        faults.Throttled(faults.InSeconds(1.5)),
        faults.Throttled(faults.AtDate(30)),
        faults.Throttled(faults.Unsaid()),
        faults.Throttled(faults.Garbled("soon")),
    )
    replies = [read() for _ in range(5)]

    assert {reply.status_code for reply in replies} == {429}
    said = [reply.headers.get("retry-after") for reply in replies]
    assert [*said[:2], *said[3:]] == ["2", "1.5", None, "soon"]
    ahead = parsedate_to_datetime(str(said[2])) - parsedate_to_datetime(replies[2].headers["date"])
    assert ahead == timedelta(seconds=30)
    assert read().status_code == 200


def test_okta_s_reset_stands_in_its_own_time(okta: Served[OktaVendor]) -> None:
    okta.vendor.clock_ahead = -3600
    okta.vendor.schedule.at(1, faults.Throttled(faults.AtReset(12)))
    reply = ask(okta, "/api/v1/users", ssws(okta))

    assert reply.headers["x-rate-limit-remaining"] == "0"
    reset = int(reply.headers["x-rate-limit-reset"])
    assert reset - parsedate_to_datetime(reply.headers["date"]).timestamp() == pytest.approx(12, abs=1)


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"])
def test_google_s_403_can_mean_too_fast(google: Served[GoogleVendor], reason: str) -> None:
    google.vendor.schedule.at(1, faults.QuotaForbidden(reason))
    reply = directory(google, "customer=my_customer")

    assert (reply.status_code, reply.json()["error"]["errors"][0]) == (
        403,
        {"message": reply.json()["error"]["message"], "domain": "usageLimits", "reason": reason},
    )


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_broken_vendor_answers_in_its_own_form_and_a_proxy_in_html(any_vendor: AnyVendor, status: int) -> None:
    served, read = any_vendor
    served.vendor.schedule.at(1, faults.Broken(status, faults.InSeconds(1)))
    reply = read()

    assert reply.status_code == status
    assert reply.headers["content-type"].startswith("text/html" if status in {502, 504} else "application/json")
    assert reply.headers["retry-after"] == "1"


def test_a_cut_body_a_reset_and_silence_are_errors_of_the_connection(any_vendor: AnyVendor) -> None:
    served, read = any_vendor
    served.vendor.schedule.at(
        1, faults.Truncated(50), faults.Truncated(0), faults.ConnectionReset(), faults.ConnectionReset(30)
    )
    for _ in range(4):
        # Python's TLS shows a reset as an end of the stream, so that httpx cannot tell the two apart.
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            read()
    served.vendor.schedule.at(5, faults.Silence())
    token = served.vendor.tokens.issue(frozenset(), "nobody")
    with httpx.Client(base_url=served.base, verify=served.context(), timeout=0.3) as client:
        headers = {"authorization": f"Bearer {token}"}
        with pytest.raises(httpx.ReadTimeout):
            client.get("/", headers=headers)
    assert read().status_code == 200


def test_a_drip_arrives_whole_but_slowly(any_vendor: AnyVendor) -> None:
    served, read = any_vendor
    whole = read()
    served.vendor.schedule.at(2, faults.SlowDrip(piece=len(whole.content) // 4, pause=0.05))
    begun = time.monotonic()

    assert people_of(read()) == people_of(whole)
    assert time.monotonic() - begun > 0.2


def test_wrong_content_has_status_200(any_vendor: AnyVendor) -> None:
    served, read = any_vendor
    served.vendor.schedule.at(1, faults.LoginPage(), faults.CutJson(), faults.InvalidUtf8())
    login, cut, spoilt = read(), read(), read()

    assert {reply.status_code for reply in (login, cut, spoilt)} == {200}
    assert login.headers["content-type"].startswith("text/html")
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut.content)
    with pytest.raises(UnicodeDecodeError):
        spoilt.content.decode()


@pytest.mark.parametrize("shape", faults.Shape)
def test_json_of_another_shape_is_valid_and_holds_no_people(any_vendor: AnyVendor, shape: faults.Shape) -> None:
    served, read = any_vendor
    served.vendor.schedule.at(1, faults.WrongShape(shape))
    body = read().json()

    if isinstance(body, dict) and shape is faults.Shape.OBJECT:
        assert body == {"status": {"healthy": True}}
    assert make_person(0).address not in json.dumps(body)


def test_links_and_redirects_can_lead_elsewhere_and_somebody_listens_there(any_vendor: AnyVendor) -> None:
    served, read = any_vendor
    served.vendor.schedule.at(1, faults.RedirectElsewhere(307), faults.NextElsewhere())
    redirect, page = read(), read()
    ask(served, redirect.headers["location"], "Bearer secret")

    assert redirect.status_code == 307
    assert redirect.headers["location"].startswith(served.vendor.elsewhere)
    if not isinstance(served.vendor, GoogleVendor):
        assert str(following(page)).startswith(served.vendor.elsewhere)
    (came,) = served.vendor.asked_elsewhere
    assert came.is_authorized
    assert "secret" not in str(came)


def test_a_page_can_come_again_or_empty_and_then_goes_on(any_vendor: AnyVendor) -> None:
    served, read = any_vendor
    served.vendor.schedule.at(1, faults.PageAgain()).at(3, faults.EmptyPage())
    link = "/admin/directory/v1/users?customer=my_customer&maxResults=20&pageToken={}"
    replies = [read()]
    while (mark := following(replies[-1])) is not None:
        replies.append(read(link.format(mark) if isinstance(served.vendor, GoogleVendor) else mark))
    sizes = [len(people_of(reply)) for reply in replies]
    ids = [person["id"] for reply in replies for person in people_of(reply)]

    assert sizes[:4] == [20, 20, 0, 20]
    assert people_of(replies[0]) == people_of(replies[1])
    assert len(ids) == len(set(ids)) + 20
    assert len(set(ids)) == (249 if isinstance(served.vendor, OktaVendor) else 250)


@pytest.mark.parametrize(
    ("fault", "twice", "missed"), [(faults.MovedAhead(), 1, 0), (faults.MovedBehind(), 0, 1), (faults.Overlap(5), 5, 0)]
)
def test_people_that_move_between_pages_come_twice_or_not_at_all(
    okta: Served[OktaVendor], fault: faults.Fault, twice: int, missed: int
) -> None:
    okta.vendor.schedule.at(2, fault)
    ids = [user["id"] for page in walk_okta(okta, "/api/v1/users?limit=50") for user in page]

    assert len(ids) - len(set(ids)) == twice
    assert 249 - len(set(ids)) == missed


def test_a_page_overlaps_with_its_own_collection_alone(okta: Served[OktaVendor]) -> None:
    walk_okta(okta, "/api/v1/users?limit=50")
    okta.vendor.schedule.again().at(1, faults.Overlap(5))
    first = walk_okta(okta, f"/api/v1/apps/{okta.vendor.app_id}/users?limit=50")[0]

    assert len(first) == 50
    assert {number_of(user["id"]) for user in first} <= okta.vendor.organisation.assigned.keys()


def test_the_organisation_can_change_and_the_token_end_between_two_pages(okta: Served[OktaVendor]) -> None:
    okta.vendor.schedule.at(2, faults.Meanwhile(lambda organisation: organisation.disable(249)))
    users = [user for page in walk_okta(okta, "/api/v1/users?limit=50") for user in page]
    token = post(okta, "/oauth2/v1/token", okta_form(okta)).json()["access_token"]
    okta.vendor.schedule.again().at(2, faults.TokenExpired())
    replies = [ask(okta, "/api/v1/users?limit=1", f"Bearer {token}") for _ in range(2)]

    assert len(users) == 248
    assert [reply.status_code for reply in replies] == [200, 401]


def test_faults_of_tokens_are_planned_apart(okta: Served[OktaVendor]) -> None:
    okta.vendor.schedule.at_token(1, faults.Broken(503))

    assert ask(okta, "/api/v1/users?limit=1", ssws(okta)).status_code == 200
    assert post(okta, "/oauth2/v1/token", okta_form(okta)).status_code == 503
    assert post(okta, "/oauth2/v1/token", okta_form(okta)).status_code == 200


def test_the_same_seed_plans_the_same_faults(organisation: Organisation) -> None:
    def faults_met(seed: int) -> list[faults.Fault | None]:
        schedule = faults.Schedule().scatter(seed, requests=40, faults=10)
        return [schedule.strike(is_token=False)[1] for _ in range(40)]

    assert faults_met(7) == faults_met(7) != faults_met(8)
    assert {type(maker(random.Random(1))) for maker in faults.MAKERS.values()} >= {
        faults.Throttled,
        faults.Truncated,
    }


def test_the_record_keeps_what_was_asked_and_no_secret(okta: Served[OktaVendor]) -> None:
    ask(okta, "/api/v1/users?limit=7", ssws(okta))
    (asked,) = okta.vendor.asked_for_data()

    assert (asked.number, asked.method, asked.path, asked.query) == (1, "GET", "/api/v1/users", {"limit": "7"})
    assert asked.headers["authorization"].startswith("SSWS ")
    assert okta.vendor.ssws_token not in str(asked)


def test_a_vendor_can_have_a_certificate_that_nobody_trusts(organisation: Organisation) -> None:
    with serve(OktaVendor(organisation), trusted=False) as served, pytest.raises(httpx.ConnectError) as caught:
        ask(served, "/api/v1/users", ssws(served))

    assert isinstance(caught.value.__context__, Exception)
    assert "CERTIFICATE_VERIFY_FAILED" in str(caught.value)


def test_everybody_the_generator_makes_lives_in_an_example() -> None:
    people = make_organisation(500, seed=5).people.values()

    assert len({person.address for person in people}) == 500
    assert all(person.address.endswith(".example") for person in people)
    assert {person.standing for person in people} == set(Standing)
    assert replace(make_person(1), number=2) != make_person(2)


class Plain(BaseHTTPRequestHandler):
    """An emulator that speaks plain HTTP."""

    def do_GET(self) -> None:
        """One page that names this server in its link and in its body."""
        here = f"http://127.0.0.1:{self.connection.getsockname()[1]}"
        body = json.dumps([{"href": f"{here}/1", "asked": self.path, "by": self.headers["authorization"]}]).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("link", f'<{here}/api/v1/users?page=2>; rel="next"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def test_a_relay_puts_tls_before_an_emulator_and_its_own_address_in_the_links() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Plain) as plain:
        thread = threading.Thread(target=plain.serve_forever)
        thread.start()
        with serve(Relay(f"http://127.0.0.1:{plain.server_port}")) as served:
            reply = ask(served, "/api/v1/users?limit=2", "SSWS token")
        plain.shutdown()
        thread.join()

    assert reply.json() == [{"href": f"{served.base}/1", "asked": "/api/v1/users?limit=2", "by": "SSWS token"}]
    assert reply.links["next"]["url"] == f"{served.base}/api/v1/users?page=2"


def test_a_vendor_in_a_process_of_its_own_tells_how_to_be_asked() -> None:
    with serve_apart("okta", 300) as apart:
        context = ssl.create_default_context(cafile=str(apart.ca_file))
        headers = {"authorization": f"SSWS {apart.credentials['ssws_token']}"}
        with httpx.Client(base_url=apart.base, verify=context) as client:
            assert len(client.get("/api/v1/users", headers=headers).json()) == 200
