"""The one way to directories that speak HTTPS: what it waits for, tries again, refuses, and never tells."""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.directories import refusals
from axure_lifecycle.directories.pace import Pace, told_wait
from axure_lifecycle.directories.tokens import GivenToken
from axure_lifecycle.directories.wire import Answer, Token, Wire, next_link
from tests.directories.plain_servers import Replies, answering, forward, other_authority
from tests.directories.vendors import faults
from tests.directories.vendors.asking import make_staff
from tests.directories.vendors.google import GoogleVendor
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.serving import Served, serve

CANARY = "canary-8d1f0c9b7a6e5d4c"
Outcome = TypeVar("Outcome")


@dataclass
class Clock:
    """A clock that goes on while somebody sleeps, and keeps how long they slept."""

    slept: list[float] = field(default_factory=list[float])
    at: float = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def pace(self, **limits: Any) -> Pace:
        return Pace(sleep=self.sleep, now=lambda: self.at, chance=lambda: 1.0, **limits)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def shared_okta() -> Iterator[Served[OktaVendor]]:
    with serve(OktaVendor(make_staff())) as served:
        yield served


@pytest.fixture
def okta(shared_okta: Served[OktaVendor]) -> Served[OktaVendor]:
    """One that nothing has happened to yet; its people are everybody's."""
    shared_okta.vendor.schedule.again()
    shared_okta.vendor.asked.clear()
    return shared_okta


def place(base: str) -> str:
    return urlsplit(base).netloc


def run(
    served: Served[Any], pace: Pace, do: Callable[[Wire], Awaitable[Outcome]], token: Token | None = None
) -> Outcome:
    """Do something with a wire to a vendor; Okta's is signed in."""

    async def main() -> Outcome:
        vendor = served.vendor
        given = GivenToken("people", "token", "SSWS", vendor.ssws_token) if isinstance(vendor, OktaVendor) else token
        hosts = [place(served.base)]
        async with Wire("people", hosts, ca_file=served.ca_file, pace=pace, token=given) as line:
            return await do(line)

    return anyio.run(main)


def users(served: Served[Any], pace: Pace, **params: str) -> Answer:
    return run(served, pace, lambda line: line.get(f"{served.base}/api/v1/users", {"limit": "20", **params}))


def walk(served: Served[Any], pace: Pace) -> list[str]:
    """The ids of everybody listed."""

    async def do(line: Wire) -> list[str]:
        pages = line.pages(f"{served.base}/api/v1/users", {"limit": "20"}, next_link)
        return [person["id"] async for page in pages for person in page.body]

    return run(served, pace, do)


# --- waiting ---


def test_every_way_to_say_how_long_to_wait_is_honoured(clock: Clock) -> None:
    with serve(OktaVendor(make_staff(), clock_ahead=-3600)) as served:
        served.vendor.schedule.at(
            1,
            faults.Throttled(faults.InSeconds(2)),
            faults.Throttled(faults.InSeconds(1.5)),
            faults.Throttled(faults.AtDate(30)),
            faults.Throttled(faults.AtReset(12)),
            faults.Broken(503, faults.InSeconds(7)),
        )
        answer = users(served, clock.pace())

    assert len(answer.body) == 20
    assert clock.slept[:2] == [2.0, 1.5]
    assert clock.slept[2] == pytest.approx(30, abs=1)
    assert clock.slept[3] == pytest.approx(13, abs=1)
    assert clock.slept[4:] == [7.0]


@pytest.mark.parametrize("value", ["soon", "-5", "1e400", "", "0", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_without_a_moment_to_come_back_the_waits_double(okta: Served[OktaVendor], clock: Clock, value: str) -> None:
    throttled = faults.Throttled(faults.Garbled(value) if value else faults.Unsaid())
    okta.vendor.schedule.at(1, *([throttled] * 5))
    users(okta, clock.pace())

    assert clock.slept == [0.5, 1.0, 2.0, 4.0, 8.0]


def test_jitter_takes_from_a_backoff_and_never_from_what_was_asked_for(okta: Served[OktaVendor], clock: Clock) -> None:
    okta.vendor.schedule.at(1, faults.Throttled(faults.Unsaid()), faults.Throttled(faults.InSeconds(3)))
    users(okta, replace(clock.pace(), chance=lambda: 0.25))

    assert clock.slept == [0.125, 3.0]


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"])
def test_google_s_403_that_means_too_fast_is_waited_out(clock: Clock, reason: str) -> None:
    with serve(GoogleVendor(make_staff())) as served:
        served.vendor.schedule.at(1, faults.QuotaForbidden(reason))
        url = f"{served.base}/admin/directory/v1/users"
        with pytest.raises(refusals.DirectorySignInRefused):  # the second try was answered: there is no token
            run(served, clock.pace(), lambda line: line.get(url, {"customer": "my_customer"}))

    assert clock.slept == [0.5]


def test_a_wait_beyond_the_deadline_is_refused_at_once(okta: Served[OktaVendor], clock: Clock) -> None:
    okta.vendor.schedule.at(1, faults.Throttled(faults.InSeconds(7200)))
    with pytest.raises(refusals.DirectoryThrottled, match="asks to wait 2 hours"):
        users(okta, clock.pace(deadline=3600))

    assert clock.slept == []


def test_somebody_who_always_says_later_is_left_in_the_end(okta: Served[OktaVendor], clock: Clock) -> None:
    okta.vendor.schedule.always(faults.Throttled(faults.InSeconds(1)))
    with pytest.raises(refusals.DirectoryThrottled):
        users(okta, clock.pace(patience=4))

    assert clock.slept == [1.0] * 4


def test_the_deadline_is_for_the_whole_read(okta: Served[OktaVendor], clock: Clock) -> None:
    okta.vendor.schedule.always(faults.Throttled(faults.InSeconds(40)))
    for number in range(2, 40, 2):
        okta.vendor.schedule.at(number, faults.Overlap(0))
    with pytest.raises(refusals.DirectoryThrottled):
        walk(okta, clock.pace(deadline=100))

    assert clock.at == 80


def test_time_that_passes_elsewhere_counts_too(okta: Served[OktaVendor], clock: Clock) -> None:
    async def do(line: Wire) -> None:
        await line.get(f"{okta.base}/api/v1/users")
        clock.at = 3601
        await line.get(f"{okta.base}/api/v1/users")

    with pytest.raises(refusals.DirectoryDeadline, match="took longer than 60 minutes"):
        run(okta, clock.pace(), do)
    assert len(okta.vendor.asked) == 1


@given(
    retry=st.one_of(st.text(max_size=30), st.integers(-9, 10**30).map(str), st.floats().map(str)),
    reset=st.one_of(st.text(max_size=30), st.integers().map(str)),
    date=st.one_of(st.text(max_size=40), st.floats(0, 4e9).map(lambda at: formatdate(at, usegmt=True))),
)
def test_any_header_says_a_wait_above_nothing_or_nothing(retry: str, reset: str, date: str) -> None:
    wait = told_wait({"retry-after": retry, "x-rate-limit-reset": reset, "date": date}, 1e9, is_throttled=True)

    assert wait is None or wait > 0


# --- trying again ---


@pytest.mark.parametrize(
    "fault",
    [
        faults.Broken(500),
        faults.Broken(502),
        faults.Broken(503),
        faults.Broken(504),
        faults.Truncated(0),
        faults.Truncated(70),
        faults.ConnectionReset(),
        faults.ConnectionReset(40),
        faults.CutJson(),
        faults.InvalidUtf8(),
        faults.LoginPage(),
    ],
    ids=str,
)
def test_a_fault_that_passes_is_forgotten_and_one_that_stays_is_refused(
    okta: Served[OktaVendor], clock: Clock, fault: faults.Fault
) -> None:
    okta.vendor.schedule.at(1, fault, fault)
    assert len(users(okta, clock.pace()).body) == 20
    assert clock.slept == [0.5, 1.0]

    okta.vendor.schedule.again().always(fault)
    okta.vendor.asked.clear()
    with pytest.raises(refusals.DirectoryRefusal) as caught:
        users(okta, clock.pace(tries=3))
    assert len(okta.vendor.asked) == 3
    is_content = isinstance(fault, faults.CutJson | faults.InvalidUtf8 | faults.LoginPage)
    assert caught.value.code == ("directory_answer_strange" if is_content else "directory_unreachable")
    assert "Its last complete read stays in force." in caught.value.sentence


def test_silence_is_waited_for_and_then_is_no_answer(okta: Served[OktaVendor], clock: Clock) -> None:
    okta.vendor.schedule.always(faults.Silence())
    with pytest.raises(refusals.DirectoryUnreachable, match="too long without a byte"):
        users(okta, clock.pace(silence=0.1, tries=2))


def test_a_drip_without_end_is_cut_off(okta: Served[OktaVendor], clock: Clock) -> None:
    okta.vendor.schedule.always(faults.SlowDrip(piece=1, pause=0.02))
    with pytest.raises(refusals.DirectoryUnreachable, match="for one answer"):
        users(okta, clock.pace(answer=0.2, tries=2))


def test_a_drip_ends_with_the_deadline(okta: Served[OktaVendor]) -> None:
    okta.vendor.schedule.always(faults.SlowDrip(piece=1, pause=0.02))
    begun = time.monotonic()
    with pytest.raises(refusals.DirectoryDeadline):
        users(okta, Pace(deadline=0.3))

    assert time.monotonic() - begun < 2


def test_a_drip_is_cancelled_at_once(okta: Served[OktaVendor]) -> None:
    okta.vendor.schedule.always(faults.SlowDrip(piece=1, pause=0.02))

    async def do(line: Wire) -> float:
        with anyio.move_on_after(0.3):
            await line.get(f"{okta.base}/api/v1/users")
        return time.monotonic()

    begun = time.monotonic()
    assert run(okta, Pace(), do) - begun < 1
    assert time.monotonic() - begun < 2


def test_a_body_that_is_too_large_is_not_held(okta: Served[OktaVendor], clock: Clock) -> None:
    with pytest.raises(refusals.DirectoryAnswerStrange, match="larger than"):
        users(okta, clock.pace(largest_answer=2000, tries=1))


def test_nobody_at_the_door_is_unreachable(clock: Clock) -> None:
    async def main() -> None:
        async with Wire("people", ["localhost:9"], pace=clock.pace(tries=2)) as line:
            await line.get("https://localhost:9/api/v1/users")

    with pytest.raises(refusals.DirectoryUnreachable, match="localhost:9 cannot be reached"):
        anyio.run(main)
    assert clock.slept == [0.5]


# --- pages ---


@pytest.mark.parametrize("fault", [faults.PageAgain(), faults.EmptyPage(), faults.Overlap(5)], ids=str)
def test_pages_that_come_again_lose_nobody(okta: Served[OktaVendor], clock: Clock, fault: faults.Fault) -> None:
    okta.vendor.schedule.at(3, fault)

    assert len(set(walk(okta, clock.pace()))) == 249


@pytest.mark.parametrize("fault", [faults.PageAgain(), faults.EmptyPage()], ids=str)
def test_pages_that_lead_in_a_circle_are_refused(okta: Served[OktaVendor], clock: Clock, fault: faults.Fault) -> None:
    okta.vendor.schedule.always(fault)
    with pytest.raises(refusals.DirectoryAnswerStrange, match="in a circle"):
        walk(okta, clock.pace())

    assert len(okta.vendor.asked) < 10


def test_a_listing_has_an_end(okta: Served[OktaVendor], clock: Clock) -> None:
    with pytest.raises(refusals.DirectoryAnswerStrange, match="in a circle"):
        walk(okta, clock.pace(most_pages=3))


def test_links_are_followed_as_they_stand(okta: Served[OktaVendor], clock: Clock) -> None:
    walk(okta, clock.pace())
    first, second, *_ = okta.vendor.asked

    assert first.query == {"limit": "20"}
    assert set(second.query) == {"limit", "after"}


# --- where it goes ---


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(okta: Served[OktaVendor], clock: Clock, status: int) -> None:
    okta.vendor.schedule.at(1, faults.RedirectElsewhere(status))
    with pytest.raises(refusals.DirectoryLeftHost) as caught:
        users(okta, clock.pace())

    assert caught.value.elsewhere == place(okta.vendor.elsewhere)
    assert (okta.vendor.asked_elsewhere, len(okta.vendor.asked), clock.slept) == ([], 1, [])


def test_no_link_is_followed_to_another_host(okta: Served[OktaVendor], clock: Clock) -> None:
    okta.vendor.schedule.at(2, faults.NextElsewhere())
    with pytest.raises(refusals.DirectoryLeftHost):
        walk(okta, clock.pace())

    assert okta.vendor.asked_elsewhere == []


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("http://{here}/x", "directory_left_host"),
        ("https://evil.{here}/x", "directory_left_host"),
        ("https://evil.example/x", "directory_left_host"),
        (f"https://{CANARY}:{CANARY}@{{here}}/x", "directory_left_host"),
        ("https://{here}@evil.example/x", "directory_left_host"),
        ("ftp://{here}/x", "directory_left_host"),
        ("/api/v1/users", "directory_answer_strange"),
        ("https://[::1", "directory_answer_strange"),
        ("https://\ud800/", "directory_answer_strange"),
        ("https://a\x00b/", "directory_answer_strange"),
    ],
)
def test_only_https_to_configured_hosts_is_spoken(okta: Served[OktaVendor], clock: Clock, link: str, code: str) -> None:
    with pytest.raises(refusals.DirectoryRefusal) as caught:
        run(okta, clock.pace(), lambda line: line.get(link.format(here=place(okta.base))))

    assert caught.value.code == code
    assert CANARY not in caught.value.sentence
    assert okta.vendor.asked == []


def test_capitals_make_no_other_host(okta: Served[OktaVendor], clock: Clock) -> None:
    url = okta.base.replace("localhost", "LOCALHost")

    assert run(okta, clock.pace(), lambda line: line.get(f"{url}/api/v1/users")).status == 200


def test_a_certificate_that_nobody_trusts_is_refused_without_a_second_try(clock: Clock) -> None:
    with (
        serve(OktaVendor(make_staff()), trusted=False) as served,
        pytest.raises(refusals.DirectoryCertificateUntrusted) as caught,
    ):
        users(served, clock.pace())

    assert caught.value.code == "directory_certificate_untrusted"
    assert (clock.slept, served.vendor.asked) == ([], [])


def test_a_certificate_of_another_name_is_refused(clock: Clock) -> None:
    async def main() -> None:
        async with Wire("people", [f"127.0.0.2:{port}"], ca_file=served.ca_file, pace=clock.pace()) as line:
            await line.get(f"https://127.0.0.2:{port}/")

    with (
        serve(OktaVendor(make_staff())) as served,
        forward("127.0.0.2", served.base) as port,
        pytest.raises(refusals.DirectoryCertificateUntrusted, match="mismatch"),
    ):
        anyio.run(main)


def test_the_file_of_certificates_is_trusted_beside_the_system_s(
    okta: Served[OktaVendor], clock: Clock, tmp_path: Path
) -> None:
    with pytest.raises(refusals.DirectoryCertificateUntrusted):
        run(replace(okta, ca_file=other_authority(tmp_path)), clock.pace(), lambda line: line.get(f"{okta.base}/"))
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for unusable in (broken, tmp_path / "missing.pem"):
        with pytest.raises(refusals.CaFileUnusable, match=unusable.name):
            Wire("people", ["acme.okta.example"], ca_file=unusable)


# --- what is refused ---


def test_statuses_have_their_own_refusals(clock: Clock) -> None:
    with serve(OktaVendor(make_staff(), ssws_scopes=frozenset())) as served:
        with pytest.raises(refusals.DirectoryPermissionMissing, match=r"needs okta\.users\.read .*HTTP 403, E0000006"):
            run(served, clock.pace(), lambda line: line.get(f"{served.base}/api/v1/users", needs="okta.users.read"))
        with pytest.raises(refusals.DirectoryAnswerStrange, match="HTTP 404, E0000007"):
            run(served, clock.pace(), lambda line: line.get(f"{served.base}/api/v1/nothing"))
        answer = run(served, clock.pace(), lambda line: line.get(f"{served.base}/api/v1/nothing", accepted={404}))
        served.vendor.ssws_token = "00another-token-of-okta"
        wrong = GivenToken("people", "token", "SSWS", CANARY)
        with pytest.raises(refusals.DirectorySignInRefused):
            run(served, clock.pace(), lambda line: line.get(f"{served.base}/api/v1/users", token=wrong))

    assert (answer.status, answer.body["errorCode"], clock.slept) == (404, "E0000007", [])


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 429, 500])
def test_no_refusal_tells_a_secret_even_when_the_other_side_repeats_it(clock: Clock, status: int) -> None:
    body = {"error": CANARY, "errorCode": CANARY, "error_description": f"the token {CANARY} is wrong", "x": CANARY}
    replies: Replies = {
        "/": (status, {"location": f"https://{CANARY}.example/?t={CANARY}", "x-canary": CANARY}, json.dumps(body)),
        "/broken": (status, {}, f"{{{CANARY}"),
    }
    with answering(replies) as (base, ca_file):
        for path in replies:
            with pytest.raises(refusals.DirectoryRefusal) as caught:
                anyio.run(ask_with_canary, base, ca_file, path, clock)
            told = [str(caught.value), repr(caught.value), repr(vars(caught.value)), repr(caught.value.__context__)]
            assert CANARY not in " ".join(told)
            assert CANARY[:10] not in caught.value.sentence


async def ask_with_canary(base: str, ca_file: Path, path: str, clock: Clock) -> None:
    token = GivenToken("people", "token", "SSWS", CANARY)
    async with Wire(
        "people", [place(base)], ca_file=ca_file, pace=clock.pace(tries=1, patience=0), token=token
    ) as line:
        answer = await line.get(base + path, {"secret": CANARY})
        raise line.strange(f"somebody said {answer.body['x']}")


def test_nothing_is_logged_whatever_level_is_set(
    okta: Served[OktaVendor], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        walk(okta, clock.pace())
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        logging.getLogger(name).setLevel(logging.NOTSET)

    assert [record for record in caplog.records if record.name.startswith("http")] == []


def test_a_token_that_is_none_is_refused_before_it_is_sent() -> None:
    for text in ("", "  ", "two words", "täken-of-okta", "tiny", "line\nbreak-of-token"):
        with pytest.raises(refusals.SecretUnusable) as caught:
            GivenToken("people", "token", "SSWS", text)
        assert not text.strip() or text not in caught.value.sentence


def test_a_room_that_nobody_opened_loads_no_http_client() -> None:
    code = "import sys, axure_lifecycle.directories, axure_lifecycle.app; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert {"httpx", "jwt", "sansldap"}.isdisjoint(ran.stdout.split())
