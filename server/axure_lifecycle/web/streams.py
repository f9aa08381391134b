"""Answers that stay open: a stream of notices has no end of its own, so it is given one.

It ends when the server is told to stop, which would else wait for every client that listens; and after a while in any
case, so that nobody goes on listening whose token counts no more. Clients that want more ask again.
"""

from typing import Final

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_SECONDS: Final = 900


class Stopping:
    """Whether the server was told to stop; one for each process."""

    def __init__(self) -> None:
        self._event: anyio.Event | None = None
        self._is_set = False

    def set(self) -> None:
        """It was; only from the event loop."""
        self._is_set = True
        if self._event is not None:
            self._event.set()

    async def wait(self) -> None:
        """Until it is."""
        if self._is_set:
            return
        if self._event is None:
            self._event = anyio.Event()
        await self._event.wait()


class Streams:
    """Ends the streams of the application behind it."""

    def __init__(self, app: ASGIApp, stopping: Stopping, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._app, self._stopping, self._longest = app, stopping, longest_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not is_stream(scope):
            await self._app(scope, receive, send)
            return
        is_begun = is_over = False

        async def send_on(message: Message) -> None:
            nonlocal is_begun, is_over
            is_begun = True
            is_over = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._end, tasks.cancel_scope)
            await self._app(scope, receive, send_on)
            tasks.cancel_scope.cancel()
        if is_begun and not is_over:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _end(self, scope: anyio.CancelScope) -> None:
        with anyio.move_on_after(self._longest):
            await self._stopping.wait()
        scope.cancel()


def is_stream(scope: Scope) -> bool:
    """Whether only notices are asked for: in the older era by GET, in the newer by a method of its own."""
    return scope["method"] == "GET" or Headers(scope=scope).get("mcp-method") == "subscriptions/listen"
