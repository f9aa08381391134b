"""Sessions of the older era of the protocol among several workers.

A client of that era begins a session, and what the server asks it on the way comes back as a request of its own; only
the process that holds the session can take it. So the name of a session says which worker that is, and any other one
passes the request on to it, through a socket in a folder that is nobody else's. Nobody has to see to it that a client
always meets the same worker. Requests of the newer era carry everything with them, and each worker takes them.
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import anyio
import httpx
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from axure_lifecycle.mcp_server.over_http import SESSION
from axure_lifecycle.web.answers import Told

_NOT_PASSED_ON: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date"})
_CONNECT_SECONDS: Final = 5.0


def socket_of(folder: Path, worker: int) -> Path:
    """Where a worker listens to the others."""
    return folder / f"{worker}.sock"


def is_passed_on(scope: Scope) -> bool:
    """Whether another worker sent it: only they can reach a socket that has no address."""
    return scope.get("client") is None


class Sessions:
    """Passes requests of others' sessions on, and answers the rest."""

    def __init__(self, app: ASGIApp, worker: int, folder: Path) -> None:
        self._app, self._worker, self._folder = app, worker, folder
        self._others: dict[int, httpx.AsyncClient] = {}

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """While it answers."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._close)
            yield

    async def _close(self) -> None:
        for client in self._others.values():
            await client.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        name = Headers(scope=scope).get(SESSION, "")
        worker, _, session = name.partition("-")
        is_named = worker.isascii() and worker.isdigit() and len(worker) < 4
        if is_named and int(worker) != self._worker and not is_passed_on(scope):
            await self._pass_on(int(worker), scope, receive, send)
            return
        if is_named:
            MutableHeaders(scope=scope)[SESSION] = session

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                if SESSION in headers:
                    headers[SESSION] = f"{self._worker}-{headers[SESSION]}"
                message["headers"] = headers.raw
            await send(message)

        await self._app(scope, receive, send_named)

    async def _pass_on(self, worker: int, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive()).get("body", b"")
        async with anyio.create_task_group() as tasks:

            async def watch() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                tasks.cancel_scope.cancel()

            tasks.start_soon(watch)
            await self._relay(worker, body, scope, receive, send)
            tasks.cancel_scope.cancel()

    async def _relay(self, worker: int, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") not in _NOT_PASSED_ON]
        request = self._other(worker).build_request(scope["method"], "http://worker/mcp", headers=headers, content=body)
        try:
            answer = await self._other(worker).send(request, stream=True)
        except httpx.TransportError:
            # The worker ended, and its sessions with it: a client that reads 404 begins a new one.
            told = Told(404, "session_over", "The session is over. Begin a new one.")
            await told(scope, receive, send)
            return
        try:
            raw = [(name, value) for name, value in answer.headers.raw if name.lower().decode() not in _DROPPED]
            await send({"type": "http.response.start", "status": answer.status_code, "headers": raw})
            async for part in answer.aiter_raw():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            with anyio.CancelScope(shield=True):
                await answer.aclose()

    def _other(self, worker: int) -> httpx.AsyncClient:
        if worker not in self._others:
            transport = httpx.AsyncHTTPTransport(
                uds=str(socket_of(self._folder, worker)),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
            )
            timeout = httpx.Timeout(None, connect=_CONNECT_SECONDS)
            self._others[worker] = httpx.AsyncClient(transport=transport, timeout=timeout)
        return self._others[worker]


_DROPPED: Final = _NOT_PASSED_ON - {"content-length"}
