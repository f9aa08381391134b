"""What a ticket system may report, and what it may not."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from axure_lifecycle.config import write_configuration
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle.domain.plans import Doer, Plan, Step
from axure_lifecycle.domain.signing import sign
from axure_lifecycle.store import SqlStore, open_store
from tests.store.desk import PAT, SetClock
from tests.web.serving import serve

KEY = b"0123456789abcdef0123456789abcdef"
BODY = b'{"case": "C-1", "ticket": "HR-1142", "state": "closed"}'


@pytest.fixture
def kept(tmp_path: Path, organization: Organization) -> Iterator[SqlStore]:
    """The store of a home with one case and a secret for tickets."""
    home = tmp_path / "home"
    write_configuration(home, organization)
    config = home / "config.toml"
    (tmp_path / "secret").write_bytes(KEY)
    text = config.read_text(encoding="utf-8").replace("[tickets]\n", f'[tickets]\nsecret = "file:{tmp_path}/secret"\n')
    config.write_text(text, encoding="utf-8")
    (home / "store.sqlite").touch(mode=0o600)
    with closing(open_store(f"sqlite:///{home / 'store.sqlite'}", SetClock())) as store:
        step = Step("find", "Find", Doer.ADMIN, "A › B", True, "Look.", "a picture", "Did you find?", ())
        plan = Plan("offboard", "axure", "ana@acme.example", "axure.offboard/1", "1", {}, (), (step,), ())
        with store.writing(PAT) as change:
            change.open_case(plan, [Address("ana@acme.example")], due_on=None, reason="", owner=None)
        yield store


def call(
    base: str,
    body: bytes = BODY,
    *,
    call_id: str = "msg_1",
    at: int | None = None,
    key: bytes = KEY,
    signature: str | None = None,
    signed: bytes | None = None,
) -> httpx.Response:
    """A call, signed as it should be unless something else is said."""
    timestamp = str(int(time.time()) if at is None else at)
    given = signature or sign(key, call_id, timestamp, body if signed is None else signed)
    headers = {"webhook-id": call_id, "webhook-timestamp": timestamp, "webhook-signature": given}
    return httpx.post(f"{base}/hooks/tickets", content=body, headers=headers, timeout=30)


def test_a_signed_report_is_kept_once_and_confirms_nothing(tmp_path: Path, kept: SqlStore) -> None:
    with kept.reading() as view:
        before = view.case(1)
    with serve(tmp_path / "home") as server:
        base = server.url
        old = int(time.time()) - 301
        codes = {
            "unsigned": httpx.post(f"{base}/hooks/tickets", content=BODY, timeout=30).status_code,
            "another key": call(base, key=b"another key of 32 bytes and more").status_code,
            "another body": call(base, signed=b"{}").status_code,
            "old": call(base, at=old).status_code,
            "ahead": call(base, at=int(time.time()) + 400).status_code,
            "no case": call(base, BODY.replace(b"C-1", b"C-9")).status_code,
            "no form": call(base, b'{"case": 1}').status_code,
            "control characters": call(base, BODY.replace(b"closed", b"clo\\u001bsed")).status_code,
            "too large": call(base, b" " * 20_000).status_code,
            "read": httpx.get(f"{base}/hooks/tickets", timeout=30).status_code,
        }
        with kept.reading() as view:
            assert view.ticket_of(1) is None
        first, again = call(base), call(base)
        several = call(base, call_id="msg_2", signature=f"v1,AAAA {_now_signed('msg_2')}")
    assert codes == {
        "unsigned": 401,
        "another key": 401,
        "another body": 401,
        "old": 401,
        "ahead": 401,
        "no case": 404,
        "no form": 422,
        "control characters": 422,
        "too large": 413,
        "read": 405,
    }
    assert (first.status_code, first.content) == (204, b"")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "call_repeated")
    assert several.status_code == 204
    with kept.reading() as view:
        ticket = view.ticket_of(1)
        assert ticket is not None
        assert (ticket.reference, ticket.state) == ("HR-1142", "closed")
        assert view.case(1) == before
        assert [record.kind for record in view.trail()][-2:] == ["ticket.reported", "ticket.reported"]


def _now_signed(call_id: str) -> str:
    return sign(KEY, call_id, str(int(time.time())), BODY)
