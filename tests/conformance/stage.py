"""Our server over HTTP on this machine, for other people's tools.

`python -m tests.conformance.stage [--fixtures] HOME`. It is built by the product's own factory
and served by the SDK's own application. The port that it got is the first line of standard output.
"""

import argparse
import socket
from pathlib import Path

import uvicorn
from mcp.server.streamable_http import EventCallback, EventId, EventMessage, EventStore, StreamId
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import JSONRPCMessage

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import TOOLSETS
from axure_lifecycle.mcp_server.server import build_server
from tests.conformance import fixtures, rounds

RETRY_MS = 100
SECURITY = TransportSecuritySettings(
    enable_dns_rebinding_protection=True,
    allowed_hosts=["127.0.0.1:*", "localhost:*"],
    allowed_origins=["http://127.0.0.1:*", "http://localhost:*"],
)


class Events(EventStore):
    """Keeps the events of streams, so that a client that comes back gets what it missed."""

    def __init__(self) -> None:
        self._events: list[tuple[StreamId, JSONRPCMessage | None]] = []

    async def store_event(self, stream_id: StreamId, message: JSONRPCMessage | None) -> EventId:
        """Its number, from 1."""
        self._events.append((stream_id, message))
        return str(len(self._events))

    async def replay_events_after(self, last_event_id: EventId, send_callback: EventCallback) -> StreamId | None:
        """Send what the same stream said later."""
        last = int(last_event_id)
        if not 1 <= last <= len(self._events):
            return None
        stream = self._events[last - 1][0]
        for number, (other, message) in enumerate(self._events[last:], last + 1):
            if other == stream and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve one home over HTTP on this machine.")
    parser.add_argument("home", type=Path)
    parser.add_argument("--fixtures", action="store_true", help="with what the conformance suite calls")
    arguments = parser.parse_args()
    server = build_server(Workshop(arguments.home).desk_for_client, toolsets=TOOLSETS, reads_only=False)
    if arguments.fixtures:
        fixtures.register(server)
        rounds.register(server)
    app = server.streamable_http_app(event_store=Events(), retry_interval=RETRY_MS, transport_security=SECURITY)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="critical")).run(sockets=[listener])


if __name__ == "__main__":
    main()
