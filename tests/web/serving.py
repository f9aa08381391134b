"""A real `axure-lifecycle serve` on this machine, and people who come to it."""

import json
import os
import queue
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.access import Role, digest_of
from axure_lifecycle.domain.holdings import Actor, Channel
from tests.conftest import ROOT

MODERN: Final = "2026-07-28"
PATIENCE: Final = 120.0
"""Seconds in which anything here has long happened, on a busy machine too."""
_BLOCK: Final = re.compile(r"\[serve\]\n.*?(?=\n# Headers of your own rosters)", re.DOTALL)


def configure(home: Path, serving: str, *, store: str | None = None) -> None:
    """Put other lines in the place of the configuration's table `[serve]`; `store`: a database's URL."""
    file = home / "config.toml"
    text = _BLOCK.sub(lambda _: f"[serve]\n{serving}\n", file.read_text("utf-8"))
    if store is not None:
        text = re.sub(r"(?m)^(# )?url = .*$", lambda _: f"url = {json.dumps(store)}", text, count=1)
    file.write_text(text, "utf-8")


def give_token(home: Path, person: str, *roles: Role, days: float = 1) -> str:
    """A token for a person, as `token create` makes one."""
    [token] = give_tokens(home, {person: roles}, days=days).values()
    return token


def give_tokens(home: Path, people: Mapping[str, Collection[Role]], *, days: float = 1) -> dict[str, str]:
    """A token for each of several people."""
    workshop = Workshop(home)
    given = {person: secrets.token_urlsafe(32) for person in people}
    with workshop.store().writing(Actor("pat@acme.example", Channel.TERMINAL)) as change:
        for person, roles in people.items():
            change.create_token(
                person,
                frozenset(roles),
                digest_of(given[person]),
                label="for a test",
                expires_at=datetime.now(UTC) + timedelta(days=days),
            )
    workshop.close()
    return given


@dataclass
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    url: str
    """Of the server, without a path."""
    lines: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """What it said so far."""
    raw: list[str] = field(default_factory=list[str])
    _arrived: "queue.SimpleQueue[dict[str, Any] | None]" = field(
        default_factory=queue.SimpleQueue["dict[str, Any] | None"]
    )

    @property
    def mcp(self) -> str:
        """Of the endpoint."""
        return f"{self.url}/mcp"

    def wait_for(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first line that fits, said already or soon."""
        for line in self.lines:
            if fits(line):
                return line
        return self.wait_for_next(fits)

    def wait_for_next(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first line that fits and was not looked at yet."""
        while not fits(line := self.next_line()):
            pass
        return line

    def next_line(self) -> dict[str, Any]:
        """The next thing that it says."""
        line = self.next_line_or_end()
        assert line is not None, f"it ended: {self.raw[-20:]}"
        return line

    def next_line_or_end(self) -> dict[str, Any] | None:
        """The next thing that it says; None when nobody is left to say anything."""
        line = self._arrived.get(timeout=PATIENCE)
        if line is not None:
            self.lines.append(line)
        return line

    def lines_of(self, requests: Collection[str]) -> dict[str, dict[str, Any]]:
        """What it says of each of these requests, of which it said nothing that was looked at yet."""
        found: dict[str, dict[str, Any]] = {}
        while len(found) < len(requests):
            line = self.next_line()
            if line.get("request") in requests:
                found[line["request"]] = line
        return found

    def worker_of(self, request: str) -> str:
        """The process that answered a request, by the request's id."""
        return str(self.wait_for(lambda line: line.get("request") == request)["worker"])

    def workers(self) -> list[str]:
        """The processes that were ready so far."""
        return [str(line["worker"]) for line in self.lines if line["event"] == "ready"]

    def read(self) -> None:
        """Take its lines as they come."""
        assert self.process.stderr is not None
        for text in self.process.stderr:
            self.raw.append(text)
            if text.startswith("{"):
                self._arrived.put(json.loads(text))
        self._arrived.put(None)

    def stop(self) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def serve(home: Path, *options: str, environment: Mapping[str, str] | None = None) -> Generator[Served]:
    """Serve a home on a free port until the block ends."""
    with start(home, *options, environment=environment) as process:
        served = Served(process, "")
        reader = threading.Thread(target=served.read)
        reader.start()
        try:
            told = served.wait_for(lambda line: line["event"] == "listening")
            served.url = f"http://127.0.0.1:{told['port']}"
            while len(served.workers()) < told["workers"]:
                served.next_line()
            yield served
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(PATIENCE)
            reader.join()


@contextmanager
def start(home: Path, *options: str, environment: Mapping[str, str] | None = None) -> Generator[subprocess.Popen[str]]:
    """The command itself."""
    command = [sys.executable, "-m", "axure_lifecycle.cli", "serve", "--home", str(home), "--port", "0", *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def refused(home: Path, *options: str, environment: Mapping[str, str] | None = None) -> str:
    """What a server says that does not start; it must end by itself, and not as if all were well."""
    with start(home, *options, environment=environment) as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1, said
    return " ".join(said.split())


def bearer(token: str) -> dict[str, str]:
    """The header with a token."""
    return {"Authorization": f"Bearer {token}"}


def ask(
    client: httpx.Client,
    url: str,
    method: str,
    params: Mapping[str, Any] | None = None,
    *,
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
    capabilities: Mapping[str, Any] | None = None,
) -> httpx.Response:
    """One request of the newer era."""
    given = dict(params or {})
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": dict(capabilities or {}),
        "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
    }
    named = {"Mcp-Name": str(given.get("name", given.get("uri")))} if "name" in given or "uri" in given else {}
    return client.post(
        url,
        json={"jsonrpc": "2.0", "id": 1, "method": method, "params": {**given, "_meta": meta}},
        headers={
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": MODERN,
            "Mcp-Method": method,
            **named,
            **({} if token is None else bearer(token)),
            **(headers or {}),
        },
        timeout=PATIENCE,
    )


def use(client: httpx.Client, url: str, tool: str, token: str | None = None, **arguments: Any) -> dict[str, Any]:
    """What a tool answers."""
    answer = ask(client, url, "tools/call", {"name": tool, "arguments": arguments}, token=token)
    assert answer.status_code == httpx.codes.OK, answer.text
    found: dict[str, Any] = message_of(answer)["result"]
    return found


def message_of(answer: httpx.Response) -> dict[str, Any]:
    """The answer of a request: as JSON, or as the last event where it took long or something was told before."""
    is_stream = answer.headers["Content-Type"].startswith("text/event-stream")
    text = answer.text.strip().rpartition("data: ")[2] if is_stream else answer.text
    found: dict[str, Any] = json.loads(text)
    return found


def last_payload(home: Path, kind: str) -> dict[str, Any]:
    """The newest record of a kind in a home's trail, which holds."""
    workshop = Workshop(home)
    try:
        with workshop.store().reading() as view:
            assert view.verify_trail().holds
            payloads = [record.payload for record in view.trail() if record.kind == kind]
    finally:
        workshop.close()
    assert payloads
    assert payloads[-1] is not None
    read: dict[str, Any] = json.loads(payloads[-1])
    return read
