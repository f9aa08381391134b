"""A client written by hand: lines of JSON-RPC over the pipes of the process, for what no client of the SDK does."""

import json
import subprocess
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]
INFO: Final = {"name": "by-hand", "version": "1"}
MODERN: Final = "2026-07-28"
_META: Final = "io.modelcontextprotocol/"


@dataclass(slots=True)
class Wire:
    """One client's end of the pipes."""

    process: subprocess.Popen[bytes]
    era: str
    capabilities: Json
    requests: list[Json] = field(default_factory=list[Json])
    """What the server asked of the client."""
    answer: Callable[[Json], Json] | None = None
    """Answers what the server asks; None: nothing may be asked."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def greet(self) -> None:
        """The handshake of the older era; the newer one has none."""
        if self.era == MODERN:
            return
        self.request("initialize", protocolVersion="2025-11-25", capabilities=self.capabilities, clientInfo=INFO)
        self._write({"method": "notifications/initialized"})

    def request(self, method: str, **params: Any) -> Json:
        """Send a request and wait for its answer, the whole message."""
        number = next(self.numbers)
        if self.era == MODERN:
            params["_meta"] = {
                f"{_META}protocolVersion": MODERN,
                f"{_META}clientInfo": INFO,
                f"{_META}clientCapabilities": self.capabilities,
            }
        self._write({"id": number, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                return message
            if "method" in message and "id" in message:
                self.requests.append(message)
                assert self.answer is not None, f"the server asked: {message}"
                self._write({"id": message["id"], "result": self.answer(message)})

    def call(self, tool: str, arguments: Mapping[str, Any], **more: Any) -> Json:
        """Call a tool; its result as it came."""
        message = self.request("tools/call", name=tool, arguments=dict(arguments), **more)
        assert "result" in message, message
        result: Json = message["result"]
        return result

    def _write(self, message: Json) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self.process.stdin.flush()

    def _read(self) -> Json:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the server closed its end"
        message: Json = json.loads(line)
        return message


@contextmanager
def connect(server: str, home: Path, era: str, capabilities: Json) -> Generator[Wire]:
    """A server process with a client that has these capabilities; it ends when its input does."""
    command = [server, "--home", str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        wire = Wire(process, era, capabilities)
        wire.greet()
        yield wire
        assert process.stdin is not None
        process.stdin.close()
        assert process.stderr is not None
        complaints = process.stderr.read().decode()
        assert process.wait(timeout=20) == 0
    assert complaints == ""
