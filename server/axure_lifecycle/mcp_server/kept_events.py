"""What was sent lately within sessions of the older era, for clients that lost their connection and come back.

A stream's name is unique within its session only, so each event is kept with the session in which it was sent, and
given back there and nowhere else. It lies in memory: what is too old, or was another process's, a client asks for anew.
"""

import secrets
from collections import OrderedDict
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple

from mcp.server.streamable_http import EventCallback, EventId, EventMessage, EventStore, StreamId
from mcp.types import JSONRPCMessage

MOST_BYTES: Final = 32 * 1024 * 1024
"""Of all events together."""
_NO_MESSAGE_BYTES: Final = 200
_SESSION: Final[ContextVar[str]] = ContextVar("session", default="")


@contextmanager
def within(session: str) -> Generator[None]:
    """What is sent meanwhile is of this session; also what tasks send that are begun meanwhile."""
    token = _SESSION.set(session)
    try:
        yield
    finally:
        _SESSION.reset(token)


class _Kept(NamedTuple):
    session: str
    stream: StreamId
    message: JSONRPCMessage | None
    size: int


class KeptEvents(EventStore):
    """Keeps the newest."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._held = most_bytes, 0
        self._events: OrderedDict[EventId, _Kept] = OrderedDict()

    async def store_event(self, stream_id: StreamId, message: JSONRPCMessage | None) -> EventId:
        """Its name, which nobody guesses."""
        size = _NO_MESSAGE_BYTES + (0 if message is None else len(message.model_dump_json()))
        name = secrets.token_urlsafe(16)
        self._events[name] = _Kept(_SESSION.get(), stream_id, message, size)
        self._held += size
        while self._held > self._most:
            self._held -= self._events.popitem(last=False)[1].size
        return name

    async def replay_events_after(self, last_event_id: EventId, send_callback: EventCallback) -> StreamId | None:
        """Send what the same stream of the same session said later; None where that event is not known there."""
        last = self._events.get(last_event_id)
        if last is None or last.session != _SESSION.get():
            return None
        is_later = False
        for name, event in list(self._events.items()):
            if is_later and event.message is not None and (event.session, event.stream) == (last.session, last.stream):
                await send_callback(EventMessage(event.message, name))
            is_later = is_later or name == last_event_id
        return last.stream
