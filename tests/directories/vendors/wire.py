"""Requests as a vendor sees them, and replies before a fault gets hold of them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

JSON: Final = "application/json; charset=utf-8"
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. Header names are in lower case; of a query argument that is given twice the last one counts."""

    method: str
    path: str
    query: Mapping[str, str]
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> Mapping[str, str]:
        """The fields of a form in the body."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is kept of a request for a test to look at; a credential is kept as scheme and digest only."""

    number: int | None
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    fault: str | None

    @property
    def is_authorized(self) -> bool:
        """Whether it carried a credential in its header."""
        return "authorization" in self.headers


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply; the length is the body's."""

    status: int
    body: bytes
    headers: Headers = ()
    content_type: str = JSON


@dataclass(frozen=True, slots=True)
class Page:
    """People of one page, each one JSON, and the addresses of this page and of the next."""

    people: Sequence[bytes]
    here: str
    following: str | None
    extras: Mapping[str, object] = field(default_factory=dict[str, object])


def json_reply(status: int, content: object, headers: Headers = ()) -> Reply:
    """A reply of JSON."""
    return Reply(status, json.dumps(content).encode(), headers)


def masked(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers with the credential replaced by its scheme and the beginning of its SHA-256."""
    kept = dict(headers)
    if "authorization" in kept:
        scheme, _, credential = kept["authorization"].partition(" ")
        kept["authorization"] = f"{scheme} {hashlib.sha256(credential.encode()).hexdigest()[:12]}"
    return kept
