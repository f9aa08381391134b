"""How a reader signs in: with a token that an endpoint gives for a form, or with one that somebody was given.

A token is asked for when it is first needed, shortly before it ends, and after a 401; the form is made anew each time,
because an assertion serves once.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, cast

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from axure_lifecycle.directories.redaction import word_of_error
from axure_lifecycle.directories.refusals import DirectoryPermissionMissing, DirectorySignInRefused, SecretUnusable
from axure_lifecycle.directories.wire import Answer, Wire

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE: Final = 300
"""Seconds that an assertion of ours is good for; the vendors take an hour at most."""
SLACK: Final = 60
"""Seconds that our clock may be ahead of the vendor's, and how long before its end a token is renewed."""

_OK: Final = 200
_SHORTEST: Final = 30
_TOKEN: Final = re.compile(r"[\x21-\x7e]{8,16384}")
Form = Mapping[str, str]


class EndpointToken:
    """A bearer token of a token endpoint (RFC 6749, 5.1; RFC 7523, 2)."""

    def __init__(
        self,
        url: str,
        make_form: Callable[[int], Form],
        *,
        needs: str = "",
        lacking: Collection[str] = ("invalid_scope", "consent_required"),
    ) -> None:
        """`make_form` is given the present, seconds since 1970, for its assertion.

        `needs`: the permissions that the form asks for; `lacking`: the errors that mean that they were not granted.
        """
        self._url, self._make_form, self._needs, self._lacking = url, make_form, needs, lacking
        self._header: str | None = None
        self._ends = 0.0
        self.scopes: tuple[str, ...] = ()
        """What was granted, in the vendor's words; empty where the endpoint does not say."""

    async def header(self, wire: Wire, *, renew: bool) -> str:
        """`Bearer …`. Raises `DirectorySignInRefused`, `DirectoryAnswerStrange` and what the wire raises."""
        if self._header is None or renew or wire.pace.now() >= self._ends:
            self._header = await self._ask(wire)
        return self._header

    async def _ask(self, wire: Wire) -> str:
        answer = await wire.post_form(self._url, lambda: self._make_form(int(wire.pace.wall())))
        if answer.status != _OK and word_of_error(answer.body) in self._lacking:
            raise DirectoryPermissionMissing(wire.directory, self._needs, describe_refusal(wire, answer))
        if answer.status != _OK:
            raise DirectorySignInRefused(wire.directory, describe_refusal(wire, answer))
        told = _members(answer.body)
        token = told.get("access_token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise wire.strange("the token endpoint gave no token")
        wire.conceal(token)
        life = told.get("expires_in")
        seconds = float(life) if isinstance(life, int | float | str) and str(life).isdecimal() else 3600.0
        self._ends = wire.pace.now() + max(seconds - SLACK, min(seconds, _SHORTEST))
        scope = told.get("scope")
        self.scopes = tuple(sorted(scope.split())) if isinstance(scope, str) else ()
        return f"Bearer {token}"


class GivenToken:
    """A token that somebody was given, with the scheme under which it is sent (`SSWS`)."""

    def __init__(self, directory: str, setting: str, scheme: str, token: str) -> None:
        """`setting`: the word of the configuration. Raises `SecretUnusable`."""
        self._scheme, self._token = scheme, token.strip()
        if not _TOKEN.fullmatch(self._token):
            raise SecretUnusable(directory, setting, "is no token: it is empty, too short, or holds blanks")

    async def header(self, wire: Wire, *, renew: bool) -> str:
        """`SSWS …`. Raises `DirectorySignInRefused` instead of a renewal."""
        wire.conceal(self._token)
        if renew:
            raise DirectorySignInRefused(wire.directory, "HTTP 401: the token is not accepted")
        return f"{self._scheme} {self._token}"


class SigningKey:
    """A private key for assertions (RFC 7523): RSA or elliptic, as PEM or as JWK. It is never shown."""

    def __init__(
        self, directory: str, setting: str, text: str, *, key_id: str | None = None, rsa_algorithm: str = "RS256"
    ) -> None:
        """Raises `SecretUnusable`, whose sentence holds nothing of the key."""
        members = _jwk(text)
        try:
            read = _pem(text) if members is None else jwt.PyJWK.from_dict(members, algorithm=_algorithm(members)).key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, UnsupportedAlgorithm):
            read = None  # the errors of PyJWT hold the key, so they end here
        match read:
            case RSAPrivateKey():
                self._algorithm = rsa_algorithm
            case EllipticCurvePrivateKey(curve=curve) if curve.key_size in _BY_CURVE:
                self._algorithm = _BY_CURVE[curve.key_size]
            case _:
                why = "is no private RSA or EC key in PEM or JWK form, without a password"
                raise SecretUnusable(directory, setting, why)
        self._key: RSAPrivateKey | EllipticCurvePrivateKey = read
        stated = members.get("kid") if members is not None else None
        self.key_id = key_id or (stated if isinstance(stated, str) else None)

    def sign(self, claims: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> str:
        """The claims as a signed JWT."""
        known = {"kid": self.key_id} if self.key_id else {}
        return jwt.encode(dict(claims), self._key, algorithm=self._algorithm, headers={**known, **(headers or {})})


def describe_refusal(wire: Wire, answer: Answer) -> str:
    """Why a token endpoint refused, in its own words, without any secret."""
    description = _members(answer.body).get("error_description")
    told = description.splitlines()[0] if isinstance(description, str) and description.strip() else ""
    word = word_of_error(answer.body)
    return wire.tell(": ".join(part for part in (f"HTTP {answer.status}", word, told) if part))


_BY_CURVE: Final[Mapping[int, str]] = {256: "ES256", 384: "ES384", 521: "ES512"}


def _algorithm(members: Mapping[str, Any]) -> str | None:
    """By which PyJWT reads a JWK; None where the curve says it."""
    return "RS256" if members.get("kty") == "RSA" else None


def _pem(text: str) -> object:
    return load_pem_private_key(text.strip().encode() + b"\n", password=None)


def _jwk(text: str) -> dict[str, Any] | None:
    """The members of a JWK; None for what is no JSON object."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", read) if isinstance(read, dict) else None


def _members(body: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", body) if isinstance(body, dict) else {}
