"""The door for identity providers that push by SCIM, where one is configured.

Nobody without a token of a configured identity provider learns anything: the same answer for a path that exists and one
that does not, before anything is looked up but the token, and that by its SHA-256. What somebody pushes lands in the
namespace that the token names, whatever the request says.
"""

import json
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import parse_qsl

import anyio.to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from axure_lifecycle.domain.access import Identity
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.scim import SCIM_PATH, ScimSettings, ScimTokenRecord
from axure_lifecycle.mcp_server.over_http import IDENTITY
from axure_lifecycle.web.answers import is_push
from axure_lifecycle.web.house import House
from axure_lifecycle.web.letting_in import FAILURES_A_MINUTE, address_of, bearer
from axure_lifecycle.web.pace import Pace
from axure_lifecycle.web.remembered import Remembered

if TYPE_CHECKING:
    from axure_lifecycle.scim.endpoint import Answer, Call, Pusher

_WHO_ARE_YOU: Final = (
    "Nothing was done: no token came along that lets an identity provider in. Whoever runs the server makes one "
    "(axure-lifecycle scim token create)."
)
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="axure-lifecycle-scim"', "Cache-Control": "no-store"}
_NEEDED: Final = ("scim2_models", "scim2_server")


class ScimMissing(LifecycleError):
    """An identity provider is configured, and what speaks SCIM is not installed."""

    code: ClassVar[str] = "scim_missing"

    def __init__(self) -> None:
        super().__init__(
            "The server was not started: [[scim.idps]] needs the extra `scim`, which is not installed. Install "
            "axure-lifecycle[scim], or take [[scim.idps]] out of the configuration."
        )


def require_scim() -> None:
    """Raises `ScimMissing`."""
    if any(find_spec(name) is None for name in _NEEDED):
        raise ScimMissing


class Pushes:
    """Lets identity providers in, and says whom; made only where one is configured."""

    def __init__(self, house: House, settings: ScimSettings, seconds: Callable[[], float] = time.monotonic) -> None:
        from axure_lifecycle.scim.endpoint import Endpoint

        self._house, self._settings = house, settings
        self._calls = Pace(settings.pushes_a_minute)
        self._failures = Pace(FAILURES_A_MINUTE)
        self._tokens = Remembered[ScimTokenRecord](self._look_up, seconds)
        self._endpoint = Endpoint(house.workshop.store, house.settings.origin + SCIM_PATH, settings.max_push_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["root_path"] = SCIM_PATH
        answer = await self._answer(scope, receive)
        if answer is None:
            return  # They hung up.
        body = b"" if answer.body is None else json.dumps(answer.body, ensure_ascii=False).encode()
        headers = {**answer.headers, "Content-Length": str(len(body))}
        told = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": told})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _answer(self, scope: Scope, receive: Receive) -> "Answer | None":
        from axure_lifecycle.scim.endpoint import Call, refuse

        call = Call(
            method=scope["method"].upper(),
            path=scope["path"].removeprefix(SCIM_PATH) or "/",
            query=dict(parse_qsl(scope.get("query_string", b"").decode("utf-8", "replace"), keep_blank_values=True)),
            headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
            body=b"",
        )
        try:
            pusher = await self._identify(scope)
        except LifecycleError as refusal:  # of the store
            return refuse(503, refusal.sentence, {"Retry-After": "5"})
        if pusher is None:
            return self._refuse_stranger(scope, call)
        scope[IDENTITY] = Identity(pusher.idp.name, frozenset(), f"token {pusher.token}")
        if seconds := self._calls.take(pusher.idp.name):
            return refuse(429, "Too many pushes came lately.", {"Retry-After": str(seconds)})
        body = await self._read(receive)
        if body is None:
            return None
        if len(body) > self._settings.max_push_bytes:
            return refuse(413, f"The request is larger than {self._settings.max_push_bytes:,} bytes.")
        whole = Call(call.method, call.path, call.query, call.headers, body)
        return await anyio.to_thread.run_sync(self._endpoint.answer, pusher, whole)

    def _refuse_stranger(self, scope: Scope, call: "Call") -> "Answer":
        from axure_lifecycle.scim.endpoint import refuse

        if seconds := self._failures.take(address_of(scope)):
            return refuse(429, "Too many requests came lately.", {"Retry-After": str(seconds)})
        described = self._endpoint.describe(call)
        return refuse(401, _WHO_ARE_YOU, _CHALLENGE) if described is None else described

    async def _identify(self, scope: Scope) -> "Pusher | None":
        """Whoever the token names; None for any that is missing, unknown, expired, revoked, or nobody's any more."""
        from axure_lifecycle.scim.endpoint import Pusher

        token = bearer(scope)
        if token is None:
            return None
        record = await self._tokens.find(token)
        if record is None:
            return None
        idp = self._settings.idp(record.idp)
        return None if idp is None else Pusher(idp, record.name)

    def _look_up(self, digest: str) -> ScimTokenRecord | None:
        with self._house.workshop.store().reading() as view:
            return view.scim_token_by_digest(digest)

    async def _read(self, receive: Receive) -> bytes | None:
        """The body, to one byte more than is taken at most; None where they hung up."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            if len(body) <= self._settings.max_push_bytes:
                body += message.get("body", b"")
            if not message.get("more_body", False):
                return bytes(body)


class PushesBeside:
    """What identity providers push to the one side, everything else to the other."""

    def __init__(self, pushes: ASGIApp, others: ASGIApp) -> None:
        self._pushes, self._others = pushes, others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_ours = scope["type"] == "http" and is_push(scope)
        await (self._pushes if is_ours else self._others)(scope, receive, send)
