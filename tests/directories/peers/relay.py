"""A wire with a fault: carries bytes to a real server and back, and breaks where a test says, to the byte."""

import selectors
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

_CHUNK: Final = 1 << 16
_PORTS: Final = {"ldap": 389, "ldaps": 636, "http": 80, "https": 443}


class Fault(Enum):
    """What happens once the server has said so much."""

    CLOSE = "both ends see the end of the stream"
    RESET = "the client is told that the connection is gone"
    STALL = "nothing more comes, and nothing is told"


class Relay:
    """A way to a server on the loopback; bytes are counted over all connections, from the server to the client."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._server: Final = (parts.hostname, parts.port or _PORTS[parts.scheme])
        self._listener: Final = socket.create_server(("127.0.0.1", 0))
        self._stops, self._stopped = socket.socketpair()
        self._threads: Final = [threading.Thread(target=self._serve)]
        self.url: Final = f"{parts.scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self.carried = 0
        """Bytes that the server said so far."""
        self._end: int | None = None
        self._fault = Fault.CLOSE

    def break_at(self, count: int, fault: Fault) -> None:
        """Let the wire break once the server has said so many bytes more than until now."""
        self._fault = fault
        self._end = self.carried + count

    def mend(self) -> None:
        """Carry everything again, on new connections."""
        self._end = None

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
            thread = threading.Thread(target=self._carry, args=(client,))
            self._threads.append(thread)
            thread.start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket() as server, selectors.DefaultSelector() as waiting, suppress(ConnectionError):
            server.connect(self._server)
            for end in (client, server, self._stopped):
                waiting.register(end, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in waiting.select()}
                if self._stopped in ready:
                    return
                if client in ready:
                    said = client.recv(_CHUNK)
                    if not said:
                        return
                    server.sendall(said)
                if server in ready:
                    said = server.recv(_CHUNK)
                    left = len(said) if self._end is None else max(self._end - self.carried, 0)
                    self.carried += min(left, len(said))
                    client.sendall(said[:left])
                    if not said:
                        return
                    if left < len(said):
                        match self._fault:
                            case Fault.CLOSE:
                                return
                            case Fault.RESET:
                                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                                return
                            case Fault.STALL:
                                waiting.unregister(server)


@contextmanager
def relay(url: str) -> Generator[Relay]:
    """A wire to the server of this address, whole until `break_at`; its own address is on 127.0.0.1."""
    wire = Relay(url)
    wire.start()
    try:
        yield wire
    finally:
        wire.stop()
