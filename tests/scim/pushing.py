"""Identity providers that push, over HTTP to a real server or straight to the endpoint."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.access import digest_of
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.scim import SCIM_PATH, IdpKind, IdpSettings
from axure_lifecycle.ports import Store
from axure_lifecycle.scim.endpoint import Call, Endpoint, Pusher

USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK: Final = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
IDPS: Final = """
[[scim.idps]]
name = "okta-push"
kind = "okta"
[[scim.idps]]
name = "entra"
kind = "entra"
address = "emails"
[[scim.idps]]
name = "okta-spec"
kind = "okta"
"""
PAT: Final = Actor("pat@acme.example", Channel.TERMINAL)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: dict[str, Any]
    """Empty where there was none."""
    headers: Mapping[str, str]

    def __getitem__(self, name: str) -> Any:
        """A value of the body."""
        return self.body[name]


Body = Mapping[str, Any] | bytes | None
Ask = Callable[[str, str, Body, Mapping[str, str]], Reply]


@dataclass(frozen=True, slots=True)
class Idp:
    """An identity provider, by what it can ask."""

    ask: Ask
    extra: Mapping[str, str] = field(default_factory=dict[str, str])

    def get(self, path: str, **headers: str) -> Reply:
        """GET."""
        return self.ask("GET", path, None, headers)

    def post(self, path: str, body: Mapping[str, Any] | bytes, **headers: str) -> Reply:
        """POST."""
        return self.ask("POST", path, body, headers)

    def put(self, path: str, body: Mapping[str, Any], **headers: str) -> Reply:
        """PUT."""
        return self.ask("PUT", path, body, headers)

    def patch(self, path: str, *operations: Mapping[str, Any], **headers: str) -> Reply:
        """PATCH with these operations."""
        return self.ask("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}, headers)

    def delete(self, path: str, **headers: str) -> Reply:
        """DELETE."""
        return self.ask("DELETE", path, None, headers)

    def create(self, user_name: str, **more: Any) -> str:
        """A new person; their id."""
        made = self.post("/Users", {"schemas": [USER], "userName": user_name, "active": True, **more})
        assert made.status == 201, made
        return str(made["id"])

    def named(self, user_name: str) -> list[dict[str, Any]]:
        """Whoever has this user name."""
        found = self.get(f'/Users?filter=userName eq "{user_name}"')
        assert (found.status, found["totalResults"]) == (200, len(found.body.get("Resources", [])))
        return list(found.body.get("Resources", []))


def over_http(client: httpx.Client, url: str, token: str | None) -> Idp:
    """An identity provider that pushes to a server with a token."""

    def ask(method: str, path: str, body: Body, headers: Mapping[str, str]) -> Reply:
        sent = {"Content-Type": "application/scim+json"} if body is not None else {}
        allowed = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = client.request(
            method,
            f"{url}{SCIM_PATH}{path}",
            content=body if body is None or isinstance(body, bytes) else json.dumps(body),
            headers={**sent, **allowed, **{name.replace("_", "-"): value for name, value in headers.items()}},
            timeout=60,
        )
        return Reply(answer.status_code, answer.json() if answer.content else {}, answer.headers)

    return Idp(ask)


def straight(store: Store, settings: IdpSettings | None = None) -> Idp:
    """An identity provider that pushes to an endpoint of a store, with the token ST-1."""
    endpoint = Endpoint(lambda: store, "http://127.0.0.1/scim/v2", 1_000_000)
    pusher = Pusher(settings or IdpSettings(name="okta-push", kind=IdpKind.OKTA), "ST-1")

    def ask(method: str, path: str, body: Body, headers: Mapping[str, str]) -> Reply:
        place, _, query = path.partition("?")
        sent = [(name.replace("_", "-"), value) for name, value in headers.items()]
        call = Call(
            method,
            place,
            dict(parse_qsl(query, keep_blank_values=True)),
            [("Content-Type", "application/scim+json"), *sent],
            _sent(body),
        )
        answer = endpoint.answer(pusher, call)
        return Reply(answer.status, json.loads(json.dumps(answer.body or {})), answer.headers)

    return Idp(ask)


def _sent(body: Body) -> bytes:
    if body is None or isinstance(body, bytes):
        return body or b""
    return json.dumps(body).replace("Infinity", "1e999").encode()


def give_scim_token(home: Path, idp: str, *, days: float = 1) -> str:
    """A token for an identity provider, as `scim token create` makes one."""
    token = f"axs_{idp}-{datetime.now(UTC).timestamp()}".ljust(47, "x")
    workshop = Workshop(home)
    with workshop.store().writing(PAT) as change:
        change.create_scim_token(
            idp, digest_of(token), label="for a test", expires_at=datetime.now(UTC) + timedelta(days=days)
        )
    workshop.close()
    return token


def revoke_scim_token(home: Path, number: int) -> None:
    """Let nobody in with a token, as `scim token revoke` does it."""
    workshop = Workshop(home)
    with workshop.store().writing(PAT) as change:
        change.revoke_scim_token(number, "rotated")
    workshop.close()
