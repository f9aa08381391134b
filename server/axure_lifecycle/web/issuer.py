"""Whom a token of an issuer names: a signed JWT that was made for this server (RFC 9068, RFC 8725)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

import jwt

from axure_lifecycle.domain.access import Identity, Role, digest_of
from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.serving import IssuerSettings
from axure_lifecycle.domain.trail import canonical
from axure_lifecycle.web.issuer_keys import IssuerKeys

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Only such as need the issuer's private key: never `none`, never one whose key we would share."""
FAMILIES: Final = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt", "application/jwt"})
LONGEST_NAME: Final = 254
_REQUIRED: Final = ("exp", "iss", "aud", "sub")


class Issuer:
    """Believes the tokens of one issuer, and reads names and roles in them as the configuration has it now."""

    def __init__(self, settings: IssuerSettings, now: Callable[[], IssuerSettings | None]) -> None:
        self.settings, self._now = settings, now
        self.keys = IssuerKeys(settings.issuer, settings.ca_file)

    async def identify(self, token: str) -> Identity | None:
        """None for a token that is not signed by the issuer, not for us, not yet or no more valid.

        Raises `IssuerUnreachable`.
        """
        claims = await self.claims(token, self.settings.audience)
        return None if claims is None else self.identity_of(claims)

    async def claims(self, token: str, audience: str) -> Mapping[str, Any] | None:
        """What the issuer says in a token for this audience; None where it does not say it. Raises as `identify`."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            return None
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS or str(header.get("typ", "jwt")).lower() not in TYPES or "crit" in header:
            return None
        key = await self.keys.key(key_id if isinstance(key_id, str) else None)
        if key is None or key.family != FAMILIES[algorithm[:2]] or key.algorithm not in (None, algorithm):
            return None
        try:
            return cast(
                "Mapping[str, Any]",
                jwt.decode(
                    token,
                    key.material,
                    algorithms=[algorithm],
                    audience=audience,
                    issuer=self.settings.issuer,
                    leeway=self.settings.clock_skew,
                    options={"require": list(_REQUIRED)},
                ),
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            return None

    def identity_of(self, claims: Mapping[str, Any]) -> Identity | None:
        """Whom they name, and with which roles; None where they name nobody, or the issuer is configured no more.

        Raises the refusals of the configuration.
        """
        settings = self._now()
        subject = claims.get("sub")
        if settings is None or settings.issuer != self.settings.issuer:
            return None
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_NAME:
            return None
        name = _name_of(settings, claims) or subject
        return Identity(
            name=name,
            roles=_roles_of(settings, claims, name),
            proof=f"{settings.issuer} {subject}",
            expires_at=datetime.fromtimestamp(float(claims["exp"]), UTC),
        )


def standing_of(settings: IssuerSettings | None, name: str) -> str:
    """What the configuration says of an issuer's name, as a digest: while it is the same, so are the name's roles."""
    said = None
    if settings is not None:
        roles = {word: role.value for word, role in settings.roles.items()}
        own = sorted(settings.people.get(name, frozenset()))
        claims = [settings.identity_claim, settings.email_is_trusted, settings.roles_claim]
        said = {"issuer": settings.issuer, "claims": claims, "roles": roles, "own": own}
    return digest_of(canonical({"standing": said, "name": name}))


def _name_of(settings: IssuerSettings, claims: Mapping[str, Any]) -> str | None:
    claim = settings.identity_claim
    value = claims.get(claim)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        return None
    if claim == "email" and claims.get("email_verified", settings.email_is_trusted) is not True:
        return None  # Anybody may have typed it.
    return normal(value) or value


def _roles_of(settings: IssuerSettings, claims: Mapping[str, Any], name: str) -> frozenset[Role]:
    said: object = claims
    for part in settings.roles_claim.split("."):
        said = cast("Mapping[str, object]", said).get(part) if isinstance(said, Mapping) else None
    words = said.split() if isinstance(said, str) else cast("list[object]", said) if isinstance(said, list) else []
    own = {role.value: role for role in Role}
    found = {settings.roles.get(word) or own.get(word) for word in words if isinstance(word, str)}
    return frozenset(role for role in found if role is not None) | settings.people.get(name, frozenset())
