"""One line for each request: who asked for what, how it went and how long it took.

The path is the pattern of its route (`/cases/{case}`): what is filled in may be somebody's address, or a secret.
"""

import time
import uuid
from typing import Final

from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from axure_lifecycle.domain.access import Identity
from axure_lifecycle.domain.serving import MCP_PATH
from axure_lifecycle.mcp_server.over_http import IDENTITY
from axure_lifecycle.web.guards import PROBES
from axure_lifecycle.web.sessions import is_passed_on
from axure_lifecycle.web.speaking import say

REQUEST_ID: Final = "X-Request-Id"
_NAME: Final = REQUEST_ID.lower().encode()
NOWHERE: Final = "(no such path)"


class Recorded:
    """Writes the line, and tells the client the request's id, by which it is found again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number, begun, status = _number(scope), time.monotonic(), 0

        scope["headers"] = [*scope["headers"], (_NAME, number.encode())]

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                said = [each for each in message.get("headers", ()) if each[0].lower() != _NAME]
                message["headers"] = [*said, (_NAME, number.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            if scope["path"] not in PROBES or status >= 400:
                identity: Identity | None = scope.get(IDENTITY)
                say(
                    "request",
                    method=scope["method"],
                    path=pattern_of(scope),
                    status=status or None,
                    ms=round((time.monotonic() - begun) * 1_000, 1),
                    who=None if identity is None else identity.name,
                    request=number,
                )


def _number(scope: Scope) -> str:
    """A new one; what another worker passes on keeps the one that it has."""
    given = Headers(scope=scope).getlist(REQUEST_ID)[-1:] if is_passed_on(scope) else []
    return given[0] if given else uuid.uuid4().hex


def pattern_of(scope: Scope) -> str:
    """The path of a request with placeholders for what is filled in."""
    if scope["path"] == MCP_PATH:
        return MCP_PATH
    route = scope.get("route")
    return route.path if isinstance(route, Route) else scope.get("root_path") or NOWHERE
