"""Bytes on the wire, and the faults that happen there."""

import asyncio
import socket
import struct
from collections.abc import Iterable
from typing import Final

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.directories.vendors import faults as broken
from tests.directories.vendors.wire import Headers, Reply

OPEN: Final[dict[tuple[int, int], asyncio.Transport]] = {}
"""The open connections of this process, by the client's port and ours."""

RESET_AT_CLOSE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of 0 seconds: closing sends RST and drops what was not sent."""


class Reachable(H11Protocol):
    """uvicorn's protocol, with its connection where a fault can get at it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection."""
        super().connection_made(transport)
        self.ports = ports_of(transport)
        OPEN[self.ports] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        OPEN.pop(self.ports, None)
        super().connection_lost(exc)


def ports_of(transport: asyncio.Transport) -> tuple[int, int]:
    """The client's port and ours."""
    return transport.get_extra_info("peername")[1], transport.get_extra_info("sockname")[1]


async def deliver(
    reply: Reply, constant: Headers, fault: broken.Fault | None, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a reply, or as much of it as the fault lets through."""
    connection = OPEN.get((scope["client"][1], scope["server"][1]))
    if connection is None:
        return  # the reader went away while the reply was made
    match fault:
        case broken.Silence():
            while (await receive())["type"] != "http.disconnect":
                pass
        case broken.ConnectionReset(percent):
            if percent:
                await begin(reply, constant, send)
                await continue_with(reply.body[: len(reply.body) * percent // 100], send)
            reset(connection)
        case broken.Truncated(percent):
            await begin(reply, constant, send)
            await continue_with(reply.body[: len(reply.body) * percent // 100], send)
            connection.close()
        case broken.SlowDrip(piece, pause):
            await begin(reply, constant, send)
            for each in split(reply.body, piece):
                await continue_with(each, send)
                await asyncio.sleep(pause)  # the drip itself
                if connection.is_closing():
                    return
            await send({"type": "http.response.body", "body": b""})
        case _:
            await begin(reply, constant, send)
            await send({"type": "http.response.body", "body": reply.body})


async def begin(reply: Reply, constant: Headers, send: Send) -> None:
    """Status and headers, with the length of the whole body."""
    headers = (
        ("content-type", reply.content_type),
        ("content-length", str(len(reply.body))),
        *constant,
        *reply.headers,
    )
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})


async def continue_with(piece: bytes, send: Send) -> None:
    """Some of the body; more is to come."""
    await send({"type": "http.response.body", "body": piece, "more_body": True})


def split(body: bytes, piece: int) -> Iterable[bytes]:
    """The body in pieces of so many bytes."""
    return (body[begin : begin + piece] for begin in range(0, len(body), piece))


def reset(connection: asyncio.Transport) -> None:
    """End a connection with RST."""
    ours: socket.socket = connection.get_extra_info("socket")
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    connection.abort()
