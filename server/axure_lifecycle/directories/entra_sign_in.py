"""How the product signs in to Entra ID, and what it is then permitted to read.

Sources (Microsoft): "OAuth 2.0 client credentials flow" (the scope `…/.default` stands for every permission that an
administrator granted); "Application authentication certificate credentials" (PS256, `x5t#S256`, `aud` the token
endpoint); "Access tokens" (the claim `roles` lists what an app was granted). The token is looked into only to tell
people what was granted; Graph alone decides by it.
"""

from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate, load_pem_x509_certificate

from axure_lifecycle.directories.refusals import SecretUnusable
from axure_lifecycle.directories.tokens import ASSERTION_TYPE, LIFE, SLACK, EndpointToken, SigningKey
from axure_lifecycle.domain.directories import EntraSettings, Finding

READ_USERS: Final = "User.Read.All"
READ_APPS: Final = "Application.Read.All"
READ_MEMBERS: Final = "GroupMember.Read.All"
READ_LEAVE_DATES: Final = "User-LifeCycleInfo.Read.All"

_DIRECTORY: Final = frozenset({"Directory.Read.All", "Directory.ReadWrite.All"})
_SUFFICIENT: Final[Mapping[str, frozenset[str]]] = {
    READ_USERS: _DIRECTORY | {READ_USERS, "User.ReadWrite.All"},
    READ_APPS: _DIRECTORY | {READ_APPS, "Application.ReadWrite.All"},
    READ_MEMBERS: _DIRECTORY | {READ_MEMBERS, "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All"},
    READ_LEAVE_DATES: frozenset({READ_LEAVE_DATES, "User-LifeCycleInfo.ReadWrite.All"}),
}
"""The permissions of which one suffices, by the least of them."""

_ALGORITHMS: Final = ("PS256", "ES256", "ES384", "ES512")
_SOON: Final = 30
"""Days before its end from which a certificate is warned of."""


def permits(roles: Collection[str], permission: str) -> bool:
    """Whether this or a greater permission was granted."""
    return not _SUFFICIENT[permission].isdisjoint(roles)


def roles_of(header: str) -> frozenset[str] | None:
    """The permissions that the token in an `Authorization` header names; None where it does not tell."""
    try:
        claims: Mapping[str, object] = jwt.decode(header.partition(" ")[2], options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    roles = claims.get("roles", [])
    if not isinstance(roles, list):
        return None
    return frozenset(role for role in cast("list[object]", roles) if isinstance(role, str))


class EntraSignIn:
    """An app registration that signs in with a secret, or with a certificate."""

    def __init__(self, settings: EntraSettings, secret: str) -> None:
        """`secret`: the private key where one is configured, else the client secret. Raises `SecretUnusable`."""
        self._certificate: Certificate | None = None
        url = f"https://{settings.login_host}/{quote(settings.tenant, safe='')}/oauth2/v2.0/token"
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "scope": f"https://{settings.graph_host}/.default",
        }
        if settings.key is None:
            client_secret = secret.strip()
            if not client_secret.isprintable() or not client_secret:
                raise SecretUnusable(settings.name, "secret", "is no client secret: it is empty, or holds line breaks")
            self.token = EndpointToken(url, lambda now: {**form, "client_secret": client_secret})
            return
        key = SigningKey(settings.name, "key", secret, rsa_algorithm="PS256")
        certificate = self._certificate = _read_certificate(settings.name, settings.certificate)
        if not _belong_together(key, certificate):
            raise SecretUnusable(settings.name, "key", "is not the private key of the certificate")
        thumbprint = urlsafe_b64encode(certificate.fingerprint(SHA256())).rstrip(b"=").decode()

        def make_form(now: int) -> Mapping[str, str]:
            claims: dict[str, Any] = {"aud": url, "iss": settings.client_id, "sub": settings.client_id}
            claims |= {"jti": str(uuid4()), "nbf": now - SLACK, "iat": now - SLACK, "exp": now + LIFE}
            assertion = key.sign(claims, {"x5t#S256": thumbprint})
            return {**form, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}

        self.token = EndpointToken(url, make_form)

    def examine(self, wall: float) -> Finding | None:
        """What is to be said about the certificate at that moment, in seconds since 1970; None without one."""
        if self._certificate is None:
            return None
        ends = self._certificate.not_valid_after_utc
        left = (ends - datetime.fromtimestamp(wall, UTC)).days
        if left >= _SOON:
            sentence = f"The certificate is good until {ends:%Y-%m-%d}."
            return Finding("secret", is_fine=True, sentence=sentence)
        ended = "ended" if left < 0 else "ends"
        sentence = f"The certificate {ended} on {ends:%Y-%m-%d}. Make a new one and add it to the app registration."
        return Finding("secret", is_fine=left >= 0, sentence=sentence, is_warning=True)


def examine_permissions(roles: frozenset[str] | None, *, with_app: bool, with_leave_dates: bool) -> list[Finding]:
    """Which permissions are missing, and which go too far."""
    about = "permissions"
    if roles is None:
        told = "Entra's token does not tell which permissions were granted."
        return [Finding(about, is_fine=True, sentence=told, is_warning=True)]
    if not roles:
        none = (
            "No permission was granted. Let an administrator of the tenant add "
            f"{READ_USERS} as an application permission to the app registration, and consent to it."
        )
        return [Finding(about, is_fine=False, sentence=none)]
    findings = [Finding(about, is_fine=True, sentence=f"Entra granted {', '.join(sorted(roles))}.")]
    wanted = [(READ_USERS, "people cannot be read", False)]
    if with_app:
        wanted.append((READ_APPS, "assignments to Axure's application cannot be read", False))
        wanted.append((READ_MEMBERS, "who is assigned by a group cannot be told", True))
    if with_leave_dates:
        wanted.append((READ_LEAVE_DATES, "no leave date can be told", True))
    for permission, otherwise, is_warning in wanted:
        if not permits(roles, permission):
            lacking = f"{permission} is missing, so {otherwise}. Let an administrator of the tenant grant it."
            findings.append(Finding(about, is_fine=is_warning, sentence=lacking, is_warning=is_warning))
    writing = sorted(role for role in roles if "Write" in role)
    if writing:
        excess = f"{', '.join(writing)} may change the tenant, which is never needed here. Take it away."
        findings.append(Finding(about, is_fine=True, sentence=excess, is_warning=True))
    return findings


def _read_certificate(directory: str, path: Path | None) -> Certificate:
    certificate: Certificate | None = None
    try:
        certificate = load_pem_x509_certificate(path.read_bytes()) if path is not None else None
    except (OSError, ValueError):  # the file may hold the key as well, so its errors end here
        certificate = None
    if certificate is None:
        raise SecretUnusable(directory, "certificate", "cannot be read as a certificate in PEM form")
    return certificate


def _belong_together(key: SigningKey, certificate: Certificate) -> bool:
    try:
        public: Any = certificate.public_key()
        jwt.decode(key.sign({}), public, algorithms=list(_ALGORITHMS))
    except (jwt.PyJWTError, TypeError, ValueError):
        return False
    return True
