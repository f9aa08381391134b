"""Calls of our tool and of the bare server's over HTTP in turn: `call_http CLIENTS CALLS TOKEN PERSON OURS BARE`.

The last two are ports. `CLIENTS` is `sdk-1`, `sdk-16`, `plain-1`, …: so many clients of the SDK, as programs would use
it, or so many that cost nothing: they send the same bytes and look for two words in the answer. Each has a connection
of its own. Writes the seconds of each answer and, of many clients, those of a call when all are served.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from time import perf_counter

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

MODERN = "2026-07-28"
ROUND = 5
"""Calls of each of many clients before it is the other server's turn."""


@dataclass
class Server:
    """One of the two, and what it took to answer."""

    port: int
    tool: str
    seconds: list[float] = field(default_factory=list[float])
    whole: list[float] = field(default_factory=list[float])
    """Of rounds: seconds through calls."""
    wrong: int = 0


def request_of(server: Server, token: str, person: str) -> bytes:
    """The call as it is sent."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "benchmark", "version": "1"},
    }
    params = {"name": server.tool, "arguments": {"person": person}, "_meta": meta}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
    head = (
        f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {token}\r\n"
        f"Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n"
        f"MCP-Protocol-Version: {MODERN}\r\nMcp-Method: tools/call\r\nMcp-Name: {server.tool}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Plain:
    """A client that costs nothing."""

    def __init__(self, server: Server, sent: bytes) -> None:
        self._server, self._sent = server, sent
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, times: int) -> None:
        """So many calls, one after the other."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._server.port)
        reader, writer = self._streams
        for _ in range(times):
            begun = perf_counter()
            writer.write(self._sent)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            self._server.seconds.append(perf_counter() - begun)
            is_right = head.startswith(b"HTTP/1.1 200 ") and b'"result"' in body and b'"isError":true' not in body
            self._server.wrong += not is_right


class BySdk:
    """A client of the SDK."""

    def __init__(self, server: Server, client: Client, person: str) -> None:
        self._server, self._client, self._person = server, client, person

    async def call(self, times: int) -> None:
        """So many calls, one after the other."""
        for _ in range(times):
            begun = perf_counter()
            result = await self._client.call_tool(self._server.tool, {"person": self._person})
            self._server.seconds.append(perf_counter() - begun)
            self._server.wrong += bool(result.is_error)


async def call_plainly(clients: int, calls: int, token: str, person: str, servers: tuple[Server, Server]) -> None:
    """In turn, by clients that cost nothing."""
    crowds = [[Plain(server, request_of(server, token, person)) for _ in range(clients)] for server in servers]
    await take_turns(crowds, calls, servers)


async def take_turns(crowds: Sequence[Sequence[Plain | BySdk]], calls: int, servers: tuple[Server, Server]) -> None:
    """In turn: each call of a single client, each round of many."""
    clients = len(crowds[0])
    each = 1 if clients == 1 else ROUND
    for number in range(-max(1, calls // each // clients // 5), max(1, calls // each // clients)):
        for server, crowd in zip(servers, crowds, strict=True):
            begun = perf_counter()
            await asyncio.gather(*(client.call(each) for client in crowd))
            server.whole.append((perf_counter() - begun) / (each * clients))
            if number < 0:  # the warm-up
                server.seconds.clear()
                server.whole.clear()


async def call_by_sdk(clients: int, calls: int, token: str, person: str, servers: tuple[Server, Server]) -> None:
    """In turn, by clients of the SDK, as programs would use it."""
    headers = {"Authorization": f"Bearer {token}"}
    async with AsyncExitStack() as stack:

        async def come(server: Server) -> BySdk:
            http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=60))
            transport = streamable_http_client(f"http://127.0.0.1:{server.port}/mcp", http_client=http)
            return BySdk(server, await stack.enter_async_context(Client(transport)), person)

        await take_turns([[await come(server) for _ in range(clients)] for server in servers], calls, servers)


def main() -> None:
    clients, calls, token, person, ours, bare = sys.argv[1:]
    servers = Server(int(ours), "check_user"), Server(int(bare), "do_nothing")
    kind, _, many = clients.partition("-")
    call = {"sdk": call_by_sdk, "plain": call_plainly}[kind]
    asyncio.run(call(int(many), int(calls), token, person, servers))
    told = [{"seconds": one.seconds, "whole": one.whole, "wrong": one.wrong} for one in servers]
    print(json.dumps(dict(zip(("ours", "bare"), told, strict=True))))


if __name__ == "__main__":
    main()
