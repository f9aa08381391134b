"""Whoever takes notices, on the loopback: an HTTP receiver that behaves as it is told, and what it was sent."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

from tests.loopback import on_a_thread


@dataclass
class Call:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """An answer with a status."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Drop:
    """Takes the request and hangs up."""


@dataclass(frozen=True)
class Drip:
    """Answers a letter at a time, for as long as the other side listens; the status first, or never whole."""

    status_first: bool = False


@dataclass(frozen=True)
class Hold:
    """Says that it has it, but not before something happened."""

    until: threading.Event


Behaviour = Answer | Drop | Drip | Hold


@dataclass
class Receiver:
    """A receiver and what it does with the next calls; when nothing is told it takes them."""

    base: str = ""
    calls: list[Call] = field(default_factory=list[Call])
    taken: list[Call] = field(default_factory=list[Call])
    """Those that it said it has."""
    next: list[Behaviour] = field(default_factory=list[Behaviour])
    always: Behaviour | None = None
    usual: Answer = field(default_factory=lambda: Answer(200))
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def behave(self, call: Call) -> Behaviour:
        """Note a call, and say what becomes of it."""
        with self.lock:
            self.calls.append(call)
            behaviour = self.next.pop(0) if self.next else self.always or self.usual
            if isinstance(behaviour, Hold) or (isinstance(behaviour, Answer) and 200 <= behaviour.status < 300):
                self.taken.append(call)
            return behaviour


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class calls it
            """Nothing."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            call = Call(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            match receiver.behave(call):
                case Hold(until):
                    until.wait(60)
                    self.send_response_only(200)
                    self.send_header("content-length", "0")
                    self.end_headers()
                case Answer(status, headers):
                    self.send_response_only(status)
                    for name, value in headers:
                        self.send_header(name, value)
                    self.send_header("content-length", "0")
                    self.end_headers()
                case Drop():
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                case Drip(status_first):
                    self.close_connection = True
                    try:
                        head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n"
                        self.wfile.write(head + b"\r\n" if status_first else head + b"x-slow: ")
                        while not receiver.ended.wait(0.05):
                            self.wfile.write(b"x")
                            self.wfile.flush()
                    except OSError:
                        return

    return Handler


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up on us is no news."""


@contextmanager
def receiving(*, tls: trustme.CA | None = None, folder: Path | None = None) -> Generator[Receiver, None, None]:
    """A receiver until the block ends."""
    receiver = Receiver()
    server = _Quiet(("127.0.0.1", 0), _handler(receiver))
    scheme = "http"
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.issue_cert("localhost").configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    receiver.base = f"{scheme}://localhost:{server.server_address[1]}"
    with on_a_thread(server):
        try:
            yield receiver
        finally:
            receiver.ended.set()


def nobody_there() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return f"http://127.0.0.1:{held.getsockname()[1]}"


def lines_of(calls: Sequence[Call], read: Callable[[Any], str]) -> list[str]:
    """What was told in calls."""
    return [read(call.json) for call in calls]
