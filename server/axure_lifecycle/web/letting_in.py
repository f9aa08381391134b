"""The door of the MCP endpoint: nobody passes without a token that counts, or oftener than they may.

As OAuth 2.1 has it for a resource server (RFC 6750, RFC 9728): 401 tells where tokens come from, 403 that somebody is
known and may do nothing here. What a role may do is decided behind the door, for each tool.
"""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from axure_lifecycle.domain.access import Identity
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.serving import MCP_PATH
from axure_lifecycle.domain.text import shown
from axure_lifecycle.mcp_server.over_http import IDENTITY
from axure_lifecycle.web.answers import Told
from axure_lifecycle.web.house import House
from axure_lifecycle.web.pace import Pace

METADATA_PATH: Final = f"/.well-known/oauth-protected-resource{MCP_PATH}"
FAILURES_A_MINUTE: Final = 60
"""Of requests from one address that name nobody."""
LONGEST_TOKEN: Final = 16_384
"""Characters."""


class Door:
    """Lets somebody in to what stands behind, and says whom."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app, self._house = app, house
        self._asks = house.settings.authenticates
        self._calls = Pace(house.settings.calls_a_minute)
        self._failures = Pace(FAILURES_A_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        refusal = await self._refuse(scope)
        await (self._app if refusal is None else refusal)(scope, receive, send)

    async def _refuse(self, scope: Scope) -> Told | None:
        address = address_of(scope)
        if not self._asks:
            return _too_often(self._calls.take(address))
        token = bearer(scope)
        if token is None:
            return _too_often(self._failures.take(address)) or self._who_are_you(None)
        # Whoever it is is found out first: somebody who guesses keeps nobody out who shares their address.
        try:
            identity = await self._house.identify(token)
        except LifecycleError as error:
            return Told(503, error.code, error.sentence, {"Retry-After": "5"})
        if identity is None or (identity.token_id is not None and not self._house.settings.takes_tokens):
            return _too_often(self._failures.take(address)) or self._who_are_you("invalid_token")
        scope[IDENTITY] = identity
        return _too_often(self._calls.take(identity.name)) or self._without_role(identity)

    def _who_are_you(self, error: str | None) -> Told:
        said = [] if error is None else [f'error="{error}"']
        if self._house.settings.issuer is not None:
            said.append(f'resource_metadata="{self._house.settings.origin}{METADATA_PATH}"')
        return Told(
            401,
            error or "token_missing",
            "Nothing was done: "
            + ("no token came along. " if error is None else "the token is not ours, not for us, expired or revoked. ")
            + "Sign in with the organisation's identity provider, or use a token that whoever runs the server made for "
            "you (`axure-lifecycle token create`).",
            {"WWW-Authenticate": ", ".join(["Bearer realm=" + '"axure-lifecycle"', *said])},
        )

    def _without_role(self, identity: Identity) -> Told | None:
        if identity.roles:
            return None
        return Told(
            403,
            "insufficient_scope",
            f"Nothing was done: {shown(identity.name, 80)} has no role on this server. Ask whoever runs it for one.",
            {"WWW-Authenticate": 'Bearer realm="axure-lifecycle", error="insufficient_scope"'},
        )


class Paced:
    """What stands behind answers each address so often and not oftener."""

    def __init__(self, app: ASGIApp, calls_a_minute: int) -> None:
        self._app, self._pace = app, Pace(calls_a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await (_too_often(self._pace.take(address_of(scope))) or self._app)(scope, receive, send)


def bearer(scope: Scope) -> str | None:
    """The token of a request; None where none is given, or more than one."""
    given = Headers(scope=scope).getlist("authorization")
    if len(given) != 1:
        return None
    scheme, _, token = given[0].partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and 0 < len(token) <= LONGEST_TOKEN else None


def address_of(scope: Scope) -> str:
    """From where a request comes; of an IPv6 address the network, which one machine has to itself."""
    client = scope.get("client")
    host = str(client[0]) if client else ""
    return ":".join(host.split(":")[:4]) if host.count(":") > 1 and not host.startswith("::ffff:") else host


def _too_often(seconds: int) -> Told | None:
    if seconds == 0:
        return None
    return Told(
        429,
        "too_many_calls",
        f"The request was not answered: too many came lately. Wait {seconds} seconds, then go on more slowly.",
        {"Retry-After": str(seconds)},
    )
