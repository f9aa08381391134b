"""A way to a real LDAP server that looks into it: TLS on both sides, message by message, with a fault at one of them.

`relay.py` breaks the wire to the byte, below TLS; here is what a server or somebody on the way may say instead of a
message: nothing more, a part of it, nonsense, a refusal, the notice that the server goes away.
"""

import selectors
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

from tests.directories.peers.certificates import Authority

_CHUNK: Final = 1 << 16
_RESET: Final = b"\1\0\0\0\0\0\0\0"
"""`struct linger`: a closed connection is reset."""
_ENTRY, _DONE, _EXTENDED = 0x64, 0x65, 0x78
"""SearchResultEntry, SearchResultDone, ExtendedResponse (RFC 4511, 4.5.2 and 4.12)."""


class Fault(Enum):
    """What happens in place of one message of the server."""

    CUT = "half of it comes, then the end of the stream"
    RESET = "half of it comes, then the connection is gone"
    STALL = "half of it comes, then nothing more"
    NONSENSE = "something comes that is no LDAP"
    NOTICE = "the server says that it goes away (RFC 4511, 4.4.1), and goes"
    BUSY = "the search ends with busy"
    UNAVAILABLE = "the search ends with unavailable"
    SIZE_LIMIT = "the search ends with sizeLimitExceeded"
    TIME_LIMIT = "the search ends with timeLimitExceeded"
    OUR_FAULT = "the search ends with operationsError"
    IN_PIECES = "it comes byte by byte, whole"
    TWICE = "an entry comes twice: somebody moved in the tree between two pages"
    MISSED = "an entry does not come: somebody moved in the tree between two pages"


_CODES: Final = {
    Fault.BUSY: 51,
    Fault.UNAVAILABLE: 52,
    Fault.SIZE_LIMIT: 4,
    Fault.TIME_LIMIT: 3,
    Fault.OUR_FAULT: 1,
}
_GOING: Final = frozenset({Fault.CUT, Fault.RESET, Fault.NOTICE})
"""After these the connection ends."""
OF_PAGES: Final = frozenset({Fault.TWICE, Fault.MISSED})
"""What happens only while pages are turned: to an entry, on the first connection after it was planned."""


@dataclass
class _Plan:
    at: int
    """The number of the message, from 1."""
    fault: Fault | None
    act: Callable[[], None] | None
    """Done before the message is passed on, in place of a fault."""


class LdapRelay:
    """Counts the messages of the server from `begin` on, over all connections."""

    def __init__(self, url: str, authority: Authority) -> None:
        parts = urlsplit(url)
        assert parts.scheme == "ldaps"
        assert parts.hostname is not None
        self._server: Final = (parts.hostname, parts.port or 636)
        self._trusting: Final = ssl.create_default_context(cafile=str(authority.file))
        shown = authority.issue("127.0.0.1")
        self._showing: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._showing.load_cert_chain(shown.certificate, shown.key)
        self._listener: Final = socket.create_server(("127.0.0.1", 0))
        self._stops, self._stopped = socket.socketpair()
        self._threads: Final = [threading.Thread(target=self._serve)]
        self.host: Final = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._plans: list[_Plan] = []
        self._connections = 0
        self.carried = 0
        """Messages that the server said since `begin`."""

    def begin(self) -> None:
        """Count from 1 again, and forget every plan; one that is being followed is followed to its end."""
        with self._lock:
            self.carried = self._connections = 0
            self._plans = []

    def break_at(self, message: int, fault: Fault) -> None:
        """Let this happen in place of a message; what concerns entries waits for one."""
        self._plans.append(_Plan(message, fault, None))

    def act_at(self, message: int, act: Callable[[], None]) -> None:
        """Let this be done before a message is passed on."""
        self._plans.append(_Plan(message, None, act))

    def start(self) -> None:
        """Take connections."""
        self._threads[0].start()

    def stop(self) -> None:
        """Close everything, and wait for that."""
        self._stops.close()
        for thread in self._threads:
            thread.join()
        self._listener.close()
        self._stopped.close()

    def _serve(self) -> None:
        while True:
            with selectors.DefaultSelector() as waiting:
                waiting.register(self._listener, selectors.EVENT_READ)
                waiting.register(self._stopped, selectors.EVENT_READ)
                if self._stopped in {key.fileobj for key, _ in waiting.select()}:
                    return
            client, _ = self._listener.accept()
            self._connections += 1
            thread = threading.Thread(target=self._carry, args=(client, self._connections == 1))
            self._threads.append(thread)
            thread.start()

    def _carry(self, plain: socket.socket, is_first: bool) -> None:
        with (
            suppress(OSError),
            plain,
            socket.create_connection(self._server) as there,
            self._showing.wrap_socket(plain, server_side=True) as client,
            self._trusting.wrap_socket(there, server_hostname=self._server[0]) as server,
            selectors.DefaultSelector() as waiting,
        ):
            for listened in (client, server, self._stopped):
                waiting.register(listened, selectors.EVENT_READ)
            heard = b""
            while self._stopped not in (ready := {key.fileobj for key, _ in waiting.select()}):
                for end in ready:
                    assert isinstance(end, ssl.SSLSocket)
                    said = _receive(end)
                    if not said:
                        return
                    if end is client:
                        server.sendall(said)
                        continue
                    whole, heard = _split(heard + said)
                    ending = self._tell(client, whole, is_first)
                    if ending in _GOING:
                        return
                    if ending is not None:
                        waiting.unregister(server)

    def _tell(self, client: ssl.SSLSocket, messages: list[bytes], is_first: bool) -> Fault | None:
        """Pass messages on; the fault after which the server is no longer heard."""
        for passed, ending in self._pass(messages, is_first):
            if passed:
                client.sendall(passed)
            if ending is Fault.RESET:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            if ending is not None:
                return ending
        return None

    def _pass(self, messages: list[bytes], is_first: bool) -> Generator[tuple[bytes, Fault | None]]:
        """What is passed on, in as few pieces as may be; with the fault after which this connection is not used."""
        whole = b""
        for message in messages:
            with self._lock:
                self.carried += 1
                due = [each for each in self._plans if self._is_due(each, message, is_first)]
                self._plans = [each for each in self._plans if each not in due]
                for plan in due:
                    if plan.act is not None:
                        plan.act()
            fault = next((plan.fault for plan in due if plan.fault is not None), None)
            match fault:
                case None:
                    whole += message
                case Fault.TWICE:
                    whole += message + message
                case Fault.MISSED:
                    pass
                case Fault.IN_PIECES:
                    yield whole, None
                    whole = b""
                    yield from ((message[at : at + 1], None) for at in range(len(message)))
                case Fault.CUT | Fault.RESET | Fault.STALL:
                    yield whole + message[: len(message) // 2], fault
                    return
                case Fault.NONSENSE:
                    whole += b"HTTP/1.1 400 Bad Request\r\n\r\n"
                case Fault.NOTICE:
                    yield whole + _NOTICE, fault
                    return
                case _:
                    # The server goes on and is no longer heard: the rest of the search would be no answer to anything.
                    yield whole + _end(message, _CODES[fault]), Fault.STALL
                    return
        if whole:
            yield whole, None

    def _is_due(self, plan: _Plan, message: bytes, is_first: bool) -> bool:
        if plan.fault in OF_PAGES:
            return is_first and self.carried >= plan.at and _operation(message) == _ENTRY
        return self.carried == plan.at


def _receive(end: ssl.SSLSocket) -> bytes:
    """All that is there: what TLS keeps decrypted, no selector sees."""
    said = end.recv(_CHUNK)
    while end.pending():
        said += end.recv(_CHUNK)
    return said


def _split(heard: bytes) -> tuple[list[bytes], bytes]:
    """The whole messages, and the beginning of the next one."""
    messages: list[bytes] = []
    at = 0
    while (header := _header(heard, at)) is not None and at + sum(header) <= len(heard):
        messages.append(heard[at : at + sum(header)])
        at += sum(header)
    return messages, heard[at:]


def _header(heard: bytes, at: int) -> tuple[int, int] | None:
    """How long the header of a BER value is, and its content; None while it is not there (X.690, 8.1.3)."""
    if len(heard) < at + 2:
        return None
    first = heard[at + 1]
    if first < 0x80:
        return 2, first
    width = first & 0x7F
    if len(heard) < at + 2 + width:
        return None
    return 2 + width, int.from_bytes(heard[at + 2 : at + 2 + width], "big")


def _inside(message: bytes) -> tuple[bytes, int]:
    """The message id as it stands there, and the tag of the operation behind it."""
    header = _header(message, 0)
    assert header is not None
    begin = header[0]
    end = begin + 2 + message[begin + 1]
    return message[begin:end], message[end]


def _operation(message: bytes) -> int:
    return _inside(message)[1]


def _end(message: bytes, code: int) -> bytes:
    """The end of the search that the message belongs to, with this result code."""
    content = _inside(message)[0] + bytes((_DONE, 7, 0x0A, 1, code, 4, 0, 4, 0))
    return bytes((0x30, len(content))) + content


_DISCONNECTION: Final = b"1.3.6.1.4.1.1466.20036"
_RESULT: Final = bytes((0x0A, 1, 52, 4, 0, 4, 0, 0x8A, len(_DISCONNECTION))) + _DISCONNECTION
_NOTICE: Final = bytes((0x30, 5 + len(_RESULT), 2, 1, 0, _EXTENDED, len(_RESULT))) + _RESULT
"""Unavailable, as the server says it of itself."""


@contextmanager
def relay_ldap(url: str, authority: Authority) -> Generator[LdapRelay]:
    """A way to the server of this address (`ldaps://…`), whose certificate the authority issued, as it does ours."""
    relay = LdapRelay(url, authority)
    relay.start()
    try:
        yield relay
    finally:
        relay.stop()
