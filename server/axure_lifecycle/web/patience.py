"""HTTP/1.1 with an end to waiting: whoever sends a request too slowly, or takes nothing of the answer, is let go.

uvicorn waits for ever for the rest of a request's head or body, and for room to write on, so that a few hundred
connections which say one letter a minute, or ask without listening, would keep everybody else out.
"""

import asyncio
import math
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 10
"""From the connection, or from a request's first byte, to the end of its head."""
BODY_SECONDS: Final = 60
"""From there to the end of its body."""
WRITE_SECONDS: Final = 60
"""Without anything being taken of an answer that waits."""
LONGEST_HEAD: Final = 32 * 1024
"""Bytes."""


class PatientProtocol(H11Protocol):
    """uvicorn's own, which also ends what takes too long."""

    head_seconds: float = HEAD_SECONDS
    body_seconds: float = BODY_SECONDS
    write_seconds: float = WRITE_SECONDS
    _waiting: asyncio.TimerHandle | None = None
    _waits_for: object = None
    """A state of h11."""
    _writing: asyncio.TimerHandle | None = None
    _unsent: float = math.inf
    """Bytes that waited to be taken when it was last looked at; infinite where some were taken since."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connected: the head of their first request is due."""
        super().connection_made(transport)
        self._wait_for(h11.IDLE)

    def data_received(self, data: bytes) -> None:
        """Some more of a request, or of several."""
        super().data_received(data)
        state = self.conn.their_state
        self._wait_for(state if state is h11.IDLE or state is h11.SEND_BODY else None)

    def on_response_complete(self) -> None:
        """An answer is sent; a keep-alive connection may idle as long as uvicorn lets it, then sends a new head."""
        super().on_response_complete()
        if self.conn.their_state is h11.IDLE:
            self._wait_for(None)
        self._watch()  # A connection that is closed stays as long as something of its answers is not taken.

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._wait_for(None)
        if self._writing is not None:
            self._writing.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """More of an answer waits to be taken than we like to hold."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """Most of it was taken."""
        self._unsent = math.inf
        super().resume_writing()

    def _watch(self) -> None:
        if self._writing is None and (unsent := self.transport.get_write_buffer_size()):
            self._unsent = unsent
            self._writing = self.loop.call_later(self.write_seconds, self._look_at_reader)

    def _look_at_reader(self) -> None:
        """Whoever takes a large answer slowly may go on, as long as they take some of it."""
        self._writing = None
        if self.transport.get_write_buffer_size() >= self._unsent:
            self._let_go()
        else:
            self._watch()

    def _wait_for(self, what: object) -> None:
        if what is self._waits_for:
            return
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        self._waits_for = what
        if what is not None:
            seconds = self.head_seconds if what is h11.IDLE else self.body_seconds
            self._waiting = self.loop.call_later(seconds, self._let_go)

    def _let_go(self) -> None:
        """Nothing is answered: what runs for this connection learns that nobody is there."""
        self.transport.abort()
