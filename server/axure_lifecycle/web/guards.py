"""What stands before every door: names, sizes, and the headers that browsers are told.

Pure ASGI, outermost first: `Recorded` (what `recording` writes), `Guarded`, then the application.
"""

from collections.abc import Collection, Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from axure_lifecycle.web.answers import Told, is_push

PROBES: Final = frozenset({"/healthz", "/readyz"})
"""Asked by machines that know an address and no name."""

SAFE: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
}
"""What an answer says unless it says otherwise itself."""
HSTS: Final = "max-age=31536000"


class Guarded:
    """Only what is addressed to us, of a bearable size, with safe headers on the answer."""

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str], origins: Collection[str], max_body_bytes: int, is_https: bool
    ) -> None:
        self._app = app
        self._hosts, self._origins = frozenset(hosts), frozenset(origins)
        self._most = max_body_bytes
        safe = {**SAFE, **({"Strict-Transport-Security": HSTS} if is_https else {})}
        self._safe = [(name.lower().encode(), value.encode()) for name, value in safe.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it before anybody reads it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = list(message.get("headers", ()))
                names = {name.lower() for name, _ in said}
                message["headers"] = said + [each for each in self._safe if each[0] not in names]
            await send(message)

        objection = self._object_to(scope)
        if objection is not None:
            told = objection.to_idp() if is_push(scope) else objection
            await told(scope, receive, send_safely)
            return
        await self._app(scope, receive, send_safely)

    def _object_to(self, scope: Scope) -> Told | None:
        headers = Headers(scope=scope)
        hosts, origins, lengths = (headers.getlist(name) for name in ("host", "origin", "content-length"))
        if scope["path"] not in PROBES and (len(hosts) != 1 or hosts[0].lower() not in self._hosts):
            return Told(
                421,
                "host_unknown",
                "The request was not answered: this server does not go by the name in its Host header. Use the address "
                "in [serve] public_url; a reverse proxy passes Host on unchanged.",
            )
        if any(origin.lower() not in self._origins for origin in origins):
            return Told(
                403,
                "origin_unknown",
                "The request was not answered: it comes from a page of another place. Use this server's own pages, or "
                "a client that is no browser.",
            )
        if any(not length.isdigit() or int(length) > self._most for length in lengths):
            return too_large(self._most)
        return None


def too_large(most: int) -> Told:
    """What is said of a body that is."""
    return Told(
        413,
        "body_too_large",
        f"The request was not read: it is larger than {most:,} bytes. Send less, or raise [serve] max_body_bytes.",
    )


class Whole:
    """Reads a request's body to its end before the application is asked; one that grows too large is refused."""

    def __init__(self, app: ASGIApp, max_body_bytes: int, refusal: ASGIApp | None = None) -> None:
        self._app, self._most, self._refusal = app, max_body_bytes, refusal or too_large(max_body_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if any(int(length) > self._most for length in Headers(scope=scope).getlist("content-length")):
            await self._refusal(scope, receive, send)
            return
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return  # They hung up, or were let go for being too slow.
            body += message.get("body", b"")
            if len(body) > self._most:
                await self._refusal(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, replay, send)
