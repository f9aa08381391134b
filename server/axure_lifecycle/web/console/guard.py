"""What every answer of the console carries, and what every request must show before it may change anything.

A page runs no script and no style but our own files, is framed by nobody and kept by nobody. A request that changes
something must come from a page of ours: the browser says so itself (`Sec-Fetch-Site`, `Origin`), and the form carries a
word that only somebody who read a page of this very session can know.
"""

import hmac
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import ClassVar, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.serving import ServeSettings

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not `no-referrer`: browsers then call the origin of our own forms `null`.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), "
    "geolocation=(), microphone=(), payment=(), usb=()",
}
NOT_KEPT: Final = "no-store"
TOKEN_FIELD: Final = "form_token"  # noqa: S105 - the name of a field
_PURPOSE: Final = b"axure-lifecycle/console/form/v1"


class FormRefused(LifecycleError):
    """Something was sent that no page of this session sent."""

    code: ClassVar[str] = "form_refused"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"Nothing was changed: {why}. Open the page again in this window, look at what it shows, and send it from "
            "there."
        )


def form_token(secret: str) -> str:
    """The word that forms of a session carry; without the session's own secret nobody can tell it."""
    return hmac.new(secret.encode(), _PURPOSE, sha256).hexdigest()


def own_origins(settings: ServeSettings) -> frozenset[str]:
    """As which pages of this server may be known: by its public name, and on this machine itself."""
    own = (f"http://{host}:{settings.port}" for host in ("127.0.0.1", "localhost", "[::1]"))
    return frozenset((settings.origin, *own))


def require_own_page(request: Request, origins: Collection[str]) -> None:
    """Refuse what another site's page sent. Raises `FormRefused`.

    Browsers of the last years say whose page it was; whatever says nothing is held to the form's token alone.
    """
    site = request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin"):
        raise FormRefused("it came from a page of another site")
    said = request.headers.get("origin")
    if said is not None and said not in origins:
        raise FormRefused("it came from a page of another address")


def require_token(form: Mapping[str, str], secret: str | None) -> None:
    """Refuse a form without the session's own word. Raises `FormRefused`."""
    given = form.get(TOKEN_FIELD, "")
    if secret is None or not hmac.compare_digest(given.encode(), form_token(secret).encode()):
        raise FormRefused("the form is of another session, or was not made by this server")


class Guarded:
    """Puts the headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", NOT_KEPT)
            await send(message)

        await self._app(scope, receive, send_guarded)
