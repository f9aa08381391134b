"""One request of an identity provider, answered: the library's protocol over the namespace that its token names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scim2_models import Error as ScimError
from scim2_models import SCIMException, ScimProvider
from scim2_server.requests import ScimRequest
from scim2_server.responses import SCIM_MEDIA_TYPE, ScimResponse
from scim2_server.routing import Operation
from scim2_server.service import ScimService

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.scim import IdpSettings, actor_of
from axure_lifecycle.ports import Store
from axure_lifecycle.scim.aside import Aside
from axure_lifecycle.scim.faults import FAULT, note_fault
from axure_lifecycle.scim.handling import PushHandler
from axure_lifecycle.scim.provider import provider
from axure_lifecycle.scim.service import PushService
from axure_lifecycle.scim.storage import NamespaceStorage

_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Pusher:
    """Whoever a token names."""

    idp: IdpSettings
    token: str
    """Its name (`ST-3`)."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request, as it came."""

    method: str
    path: str
    """Below the root of the endpoint (`/Users/…`)."""
    query: Mapping[str, str]
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; the body is JSON or nothing."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None


class Endpoint:
    """Answers calls. May be used by several threads at the same time."""

    def __init__(self, store: Callable[[], Store], base_url: str, max_body_bytes: int) -> None:
        """`base_url` is the root of the endpoint as identity providers see it."""
        self._store, self._base_url = store, base_url
        self._provider: ScimProvider = provider(max_body_bytes)

    def answer(self, pusher: Pusher, call: Call) -> Answer:
        """Answer a call in the namespace of whoever makes it."""
        aside = Aside()
        service = PushService(self._provider, aside)

        def serve(request: ScimRequest) -> ScimResponse:
            storage = NamespaceStorage(
                self._store(),
                self._provider,
                pusher.idp,
                actor_of(pusher.idp.name, pusher.token),
                only_reads=call.method in _READING or call.path.endswith("/.search"),
                aside=aside,
            )
            return PushHandler(service, storage).handle(request)

        return self._serve(call, service, serve)

    def describe(self, call: Call) -> Answer | None:
        """The answer to whoever has shown no token: what the service is, where that is asked for, and nothing else.

        RFC 7643 section 5: it should be public, so that others find out how they may sign in.
        """
        service = ScimService(self._provider)

        def serve(request: ScimRequest) -> ScimResponse:
            return service.service_provider_config(request.url, request.query)

        try:
            is_asked_for = service.match(self._request(call)).operation is Operation.service_provider_config
        except SCIMException:
            is_asked_for = False
        return self._serve(call, service, serve) if is_asked_for else None

    def _request(self, call: Call) -> ScimRequest:
        return ScimRequest(
            method=call.method,
            base_url=self._base_url,
            path=call.path.removesuffix(".scim"),
            query=call.query,
            headers=call.headers,
            body=call.body,
        )

    def _serve(self, call: Call, service: ScimService, serve: Callable[[ScimRequest], ScimResponse]) -> Answer:
        request = self._request(call)
        try:
            response = serve(request)
        except SCIMException as error:
            response = service.error_response(error)
        except LifecycleError as refusal:  # of the store: it is full, busy, or cannot be reached
            return refuse(503, refusal.sentence, {"Retry-After": "5"})
        except Exception as fault:  # noqa: BLE001 - whatever nobody foresaw, an identity provider is answered in its protocol
            note_fault(fault)
            return refuse(500, FAULT)
        return Answer(int(response.status), response.headers, response.body)


def refuse(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A refusal of the door, in the form of RFC 7644 section 3.12."""
    body = ScimError(status=status, detail=detail).model_dump()
    return Answer(status, {"Content-Type": SCIM_MEDIA_TYPE, **(headers or {})}, body)
