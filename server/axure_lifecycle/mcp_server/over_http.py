"""The server over streamable HTTP, as one ASGI application for both eras of the protocol.

Whoever mounts it has let somebody in before and says whom by `IDENTITY` in the scope; a session of the older era and a
sealed round of the newer one serve only the person with whom they began.
"""

import secrets
from collections import OrderedDict
from collections.abc import Generator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Final

from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.streamable_http_manager import DEFAULT_MAX_SESSIONS
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from axure_lifecycle.domain.access import Identity
from axure_lifecycle.mcp_server.callers import calling
from axure_lifecycle.mcp_server.kept_events import KeptEvents, within
from axure_lifecycle.mcp_server.server import Server

SESSION: Final = "mcp-session-id"
RETRY_MS: Final = 1_000
"""After which a client comes back whose connection was lost."""
IDENTITY: Final = "axure_lifecycle.identity"
"""Of an ASGI scope: the `Identity` that was let in; missing or None where nobody signs in."""


class Endpoint:
    """The ASGI application. Its sessions live while `running` does; it runs once."""

    def __init__(
        self,
        server: Server,
        *,
        hosts: Sequence[str],
        origins: Sequence[str],
        max_body_bytes: int,
        keeps_sessions: bool,
    ) -> None:
        """`hosts` and `origins`: what the headers Host and Origin may say.

        `keeps_sessions`: whether clients of the older era get sessions, in which they can be asked through a form;
        their requests must then all come here.
        """
        server.streamable_http_app(
            stateless_http=not keeps_sessions,
            event_store=KeptEvents(),
            retry_interval=RETRY_MS,
            max_request_body_size=max_body_bytes,
            transport_security=TransportSecuritySettings(
                enable_dns_rebinding_protection=True, allowed_hosts=list(hosts), allowed_origins=list(origins)
            ),
        )
        self._sessions = server.session_manager
        self._app: ASGIApp = AuthContextMiddleware(self._sessions.handle_request)
        self._names: OrderedDict[str, str] = OrderedDict()
        """Of sessions: as clients know them, and as their events are kept under."""

    def running(self) -> AbstractAsyncContextManager[None]:
        """While it answers."""
        return self._sessions.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        identity: Identity | None = scope.get(IDENTITY)
        known = self._names.get(Headers(scope=scope).get(SESSION, ""))
        name = known or secrets.token_urlsafe(16)

        async def send_noting(message: Message) -> None:
            if message["type"] == "http.response.start" and known is None:
                self._note(Headers(raw=message.get("headers", [])).get(SESSION), name)
            await send(message)

        with _as_user(scope, identity), calling(identity), within(name):
            await self._app(scope, receive, send_noting)

    def _note(self, session: str | None, name: str) -> None:
        if session is None:
            return
        self._names[session] = name
        while len(self._names) > DEFAULT_MAX_SESSIONS:
            self._names.popitem(last=False)


@contextmanager
def _as_user(scope: Scope, identity: Identity | None) -> Generator[None, None, None]:
    """The identity as the SDK knows one: what it binds sessions and sealed rounds to."""
    if identity is not None:
        scope["user"] = AuthenticatedUser(
            AccessToken(token="", client_id=identity.name, scopes=[], subject=identity.proof)
        )
    yield
