"""What never reaches anybody: wrong names, foreign pages, too much, too slowly, too often; and what is never told."""

import asyncio
import json
import queue
import re
import socket
import sqlite3
import threading
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import uvicorn

from axure_lifecycle.domain.access import Role
from axure_lifecycle.web.patience import HEAD_SECONDS, PatientProtocol
from tests.web.conftest import Team, make_home
from tests.web.serving import PATIENCE, Served, ask, bearer, give_token, serve, use

MOST: Final = 200_000
CALLS: Final = 40


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str, Path]]:
    """A server that is known by a name and takes little, with an admin's token."""
    home = tmp_path_factory.mktemp("narrow") / "home"
    make_home(
        home,
        f'tokens = true\npublic_url = "https://lifecycle.acme.example"\nmax_body_bytes = {MOST}\n'
        f'calls_a_minute = {CALLS}\ntrusted_proxies = ["127.0.0.1"]',
    )
    token = give_token(home, "pat@acme.example", Role.ADMIN)
    with serve(home) as served:
        yield served, token, home


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "lifecycle.acme.example"}, 200),
        ({"Host": "lifecycle.acme.example", "Origin": "https://lifecycle.acme.example"}, 200),
        ({"Host": "lifecycle.acme.example:8000"}, 421),
        ({"Host": "lifecycle.acme.example.evil.example"}, 421),
        ({"Host": "evil.example"}, 421),
        ({"Host": ""}, 421),
        ({"Host": "lifecycle.acme.example", "Origin": "https://evil.example"}, 403),
        ({"Host": "lifecycle.acme.example", "Origin": "http://lifecycle.acme.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
    ids=str,
)
def test_only_what_is_addressed_to_the_server_and_comes_from_its_own_pages_is_answered(
    client: httpx.Client, team: Team, narrow: tuple[Served, str, Path], headers: dict[str, str], status: int
) -> None:
    served, _, home = narrow
    token = give_token(home, f"{len(str(headers))}@acme.example", Role.ADMIN)
    answer = ask(client, served.mcp, "tools/list", token=token, headers=headers)
    assert answer.status_code == status, answer.text
    assert client.get(f"{served.url}/", headers=headers).status_code in ({404, 303, 200} if status == 200 else {status})


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(
    client: httpx.Client, narrow: tuple[Served, str, Path]
) -> None:
    served, _, home = narrow
    token = give_token(home, "body@acme.example", Role.ADMIN)

    def post(content: Any) -> int:
        headers = {"Content-Type": "application/json", **bearer(token)}
        return client.post(served.mcp, content=content, headers=headers).status_code

    assert post(b"x" * MOST) == 400
    assert post(b"x" * (MOST + 1)) == 413
    assert post(b"x" * 1_000 for _ in range(MOST // 1_000 + 1)) == 413
    big = "x" * (MOST - 2_000)
    told = use(client, served.mcp, "import_roster", token, kind="members", text=big)
    assert told["isError"] is True


def test_nobody_reads_a_body_of_somebody_who_is_not_known(narrow: tuple[Served, str, Path]) -> None:
    served, _, _ = narrow
    with socket.create_connection(("127.0.0.1", httpx.URL(served.url).port or 0), PATIENCE) as connection:
        connection.sendall(
            b"POST /mcp HTTP/1.1\r\nHost: lifecycle.acme.example\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100000\r\n\r\n"
        )
        assert connection.recv(4_096).startswith(b"HTTP/1.1 401 ")


def test_whoever_asks_too_often_waits_and_nobody_else_does(
    client: httpx.Client, narrow: tuple[Served, str, Path]
) -> None:
    served, _, home = narrow
    eager, calm = (give_token(home, f"{name}@acme.example", Role.VIEWER) for name in ("eager", "calm"))
    answers = [ask(client, served.mcp, "tools/list", token=eager) for _ in range(CALLS + 10)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert all(answer.status_code == 200 for answer in answers[:CALLS])
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
    assert ask(client, served.mcp, "tools/list", token=calm).status_code == 200


def test_addresses_that_name_nobody_too_often_wait_each_for_itself(
    client: httpx.Client, narrow: tuple[Served, str, Path]
) -> None:
    served, _, home = narrow
    token = give_token(home, "same.house@acme.example", Role.VIEWER)

    def come(address: str, given: str) -> int:
        return ask(client, served.mcp, "tools/list", token=given, headers={"X-Forwarded-For": address}).status_code

    guesses = [come("192.0.2.7", f"guess{number}") for number in range(150)]
    assert guesses[:60] == [401] * 60
    assert 429 in guesses
    assert set(guesses) == {401, 429}
    assert come("192.0.2.7", token) == 200
    assert come("192.0.2.7", "another guess") == 429
    assert come("192.0.2.8", "guess") == 401
    assert come("192.0.2.8", token) == 200
    assert come("2001:db8::1", token) == 200


def test_answers_tell_browsers_to_be_careful(client: httpx.Client, narrow: tuple[Served, str, Path]) -> None:
    served, token, _ = narrow
    for answer in (
        client.get(f"{served.url}/healthz"),
        client.get(f"{served.url}/nowhere"),
        ask(client, served.mcp, "tools/list"),
        ask(client, served.mcp, "tools/list", token=token),
        client.get(f"{served.url}/healthz", headers={"Host": "evil.example", "Origin": "https://evil.example"}),
    ):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        assert "server" not in answer.headers


def test_a_client_that_never_ends_its_head_is_let_go(team: Team, client: httpx.Client) -> None:
    with socket.create_connection(("127.0.0.1", httpx.URL(team.served.url).port or 0), HEAD_SECONDS * 4) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert client.get(f"{team.served.url}/healthz").status_code == 200
        assert gone(connection)


def test_slow_heads_slow_bodies_and_slow_second_requests_are_let_go_and_others_are_not() -> None:
    class Impatient(PatientProtocol):
        head_seconds = 2
        body_seconds = 2

    with serving(Impatient) as place:
        connect = partial(socket.create_connection, place, PATIENCE)
        with connect() as silent, connect() as head, connect() as body, connect() as second:
            head.sendall(b"POST / HTTP/1.1\r\nHo")
            body.sendall(WHOLE[:-1])
            for _ in range(2):
                second.sendall(WHOLE)
                assert whole_answer(second).startswith(b"HTTP/1.1 200 ")
            second.sendall(b"P")
            assert [gone(each) for each in (silent, head, body, second)] == [True] * 4


def test_whoever_takes_nothing_of_an_answer_is_let_go_and_whoever_takes_it_slowly_is_not() -> None:
    happened: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()

    class Impatient(PatientProtocol):
        head_seconds = 2
        write_seconds = 2

        def _look_at_reader(self) -> None:
            super()._look_at_reader()
            assert self.client is not None
            happened.put(("looked at", self.client[1]))

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            assert self.client is not None
            happened.put(("lost", self.client[1]))

    with serving(Impatient) as place, narrow_connections(place, 4) as (asking, leaving, slow, silent):
        names = {
            each.getsockname()[1]: name
            for each, name in ((asking, "asking"), (leaving, "leaving"), (slow, "slow"), (silent, "silent"))
        }
        lost: set[str] = set()

        def note_next() -> tuple[str, str]:
            event, port = happened.get(timeout=PATIENCE)
            if event == "lost":
                lost.add(names[port])
            return event, names[port]

        def take(size: int) -> int:
            """Some of what the slow one asked for, until they are looked at."""
            taken = 0
            while taken < size and (part := slow.recv(65_536)):
                taken += len(part)
            while taken >= size and note_next() != ("looked at", "slow"):
                assert "slow" not in lost
            return taken

        asking.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" * 9)
        leaving.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        slow.sendall(b"GET /larger HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        # What waits then is another answer, and more than waited of this one: none of it was there to be taken before.
        taken = take(LARGE + 1_000_000)
        taken += take(LARGE // 2)
        while part := slow.recv(65_536):
            taken += len(part)
        assert taken > LARGE + LARGER
        while not lost >= {"asking", "leaving", "silent"}:
            note_next()


LARGE: Final = 16_000_000
LARGER: Final = 40_000_000
WHOLE: Final = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"


@contextmanager
def serving(protocol: type[PatientProtocol]) -> Generator[tuple[str, int]]:
    """Something small that answers at this place by a protocol; `/large` and `/larger` have large answers."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            more = message.get("more_body", False)
        answer = b"x" * {"/large": LARGE, "/larger": LARGER}.get(scope["path"], 0) or b"ok"
        length = str(len(answer)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": answer})

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=protocol, lifespan="off", log_config=None, timeout_keep_alive=60)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def narrow_connections(place: tuple[str, int], number: int) -> Generator[list[socket.socket]]:
    """Connections for which this machine holds little."""
    with ExitStack() as stack:
        made: list[socket.socket] = []
        for _ in range(number):
            made.append(stack.enter_context(socket.socket()))
            made[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            made[-1].settimeout(PATIENCE)
            made[-1].connect(place)
        yield made


def whole_answer(connection: socket.socket) -> bytes:
    """An answer to its end, in however many parts it comes."""
    came = b""
    while not came.endswith(b"\r\n\r\nok"):
        part = connection.recv(1_024)
        assert part, came
        came += part
    return came


def gone(connection: socket.socket) -> bool:
    """Whether the other side hung up; waits for it."""
    try:
        while connection.recv(1_024):
            pass
    except ConnectionResetError:
        pass
    return True


def test_no_file_of_the_server_is_read_for_somebody_elsewhere(client: httpx.Client, team: Team, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text("Email,Role\nana@acme.example,Member\n", "utf-8")
    for path in (str(file), str(tmp_path / "missing.csv"), "/etc/hosts.csv"):
        told = use(client, team.served.mcp, "import_roster", team.tokens["operator"], kind="members", path=path)
        assert told["content"][0]["text"].endswith("[path_elsewhere]"), told


def test_nothing_secret_and_nothing_private_is_in_the_lines(client: httpx.Client, team: Team, issuer: Any) -> None:
    canary = "cnry7f3a"
    jwt = issuer.token(team.audience)
    mine = team.tokens["viewer"]
    ask(client, f"{team.served.mcp}?q={canary}", "tools/list", token=mine)
    ask(client, f"{team.served.url}/{canary}", "tools/list", token=mine)
    ask(client, team.served.mcp, "tools/list", token=f"{canary}.{canary}.{canary}")
    ask(client, team.served.mcp, canary, token=jwt)
    use(client, team.served.mcp, canary, mine)
    use(client, team.served.mcp, "check_user", mine, person=f"{canary}@acme.example")
    use(client, team.served.mcp, "list_users", mine, cursor=canary)
    client.post(team.served.mcp, content=canary.encode(), headers={**bearer(mine), "Content-Type": "application/json"})
    client.get(team.served.mcp, headers={**bearer(mine), "Mcp-Session-Id": canary, "Cookie": canary, "X": canary})
    last = ask(client, team.served.mcp, "tools/list", token=mine).headers["X-Request-Id"]
    line = team.served.wait_for(lambda line: line.get("request") == last)
    assert line["who"] == "viewer@acme.example"
    assert (line["method"], line["path"], line["status"]) == ("POST", "/mcp", 200)
    said = "".join(team.served.raw)
    for secret in (canary, mine, jwt, jwt.split(".")[2]):
        assert secret not in said
    assert all(isinstance(json.loads(text), dict) for text in team.served.raw)


def test_a_fault_on_a_page_leaves_its_pattern_in_the_lines_and_not_whom_it_is_about(tmp_path: Path) -> None:
    home, canary = tmp_path / "home", "cnry7f3a"
    make_home(home, "tokens = true")
    token = give_token(home, "pat@acme.example", Role.ADMIN)
    with serve(home) as served, httpx.Client() as client:
        word = re.search(r'name="form_token" value="(\w+)"', client.get(f"{served.url}/sign-in").text)
        assert word
        client.post(f"{served.url}/sign-in", data={"form_token": word[1], "token": token})
        assert client.get(f"{served.url}/people/{canary}@acme.example").status_code == 200
        with closing(sqlite3.connect(home / "store.sqlite")) as store:
            store.execute("DROP TABLE step")
            store.execute("DROP TABLE member_row")
        answer = client.get(f"{served.url}/people/{canary}@acme.example?q={canary}")
        assert answer.status_code == 500
        assert canary not in answer.text
        line = served.wait_for(lambda line: line.get("request") == answer.headers["X-Request-Id"])
        assert line["path"] == "/people/{person}"
    said = "".join(served.raw)
    assert '"GET /people/{person} failed"' in said
    assert canary not in said
