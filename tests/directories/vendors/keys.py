"""Keys, certificates and tokens of the vendors; made anew in every process, valid nowhere else."""

import base64
import functools
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@functools.cache
def make_key(owner: str) -> rsa.RSAPrivateKey:
    """The RSA key of this owner, one for the whole process."""
    del owner
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def to_pem(key: rsa.RSAPrivateKey) -> str:
    """PKCS #8, unencrypted, as the vendors hand out private keys."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@functools.cache
def make_certificate(owner: str) -> x509.Certificate:
    """A certificate that the owner signed for itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, owner)])
    key = make_key(owner)
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )


def to_thumbprint(certificate: x509.Certificate, algorithm: hashes.HashAlgorithm) -> str:
    """The digest of the certificate's DER, base64url without padding, as in the header of a JWT."""
    return base64.urlsafe_b64encode(certificate.fingerprint(algorithm)).rstrip(b"=").decode()


def read_unchecked(assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Header and claims of a JWT before its signature is looked at; None for no JWT at all."""
    try:
        header = jwt.get_unverified_header(assertion)
        claims: Mapping[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    return header, claims


def is_signed_by(assertion: str, key: rsa.RSAPublicKey, algorithms: tuple[str, ...]) -> bool:
    """Whether this key signed the JWT with one of the algorithms."""
    try:
        jwt.decode(
            assertion,
            key,
            algorithms=list(algorithms),
            options={"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False},
        )
    except jwt.PyJWTError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows, to whom and until when (seconds since 1970)."""

    scopes: frozenset[str]
    ends: float
    subject: str


class Tokens:
    """The access tokens of one vendor."""

    def __init__(self, now: Callable[[], float], lifetime: int = 3600) -> None:
        self.lifetime = lifetime
        self.issued = 0
        self._now = now
        self._grants: dict[str, Grant] = {}
        self._lock = threading.Lock()

    def issue(self, scopes: frozenset[str], subject: str, token: str | None = None) -> str:
        """A new token; without one that is given, an opaque one."""
        token = token or secrets.token_urlsafe(32)
        with self._lock:
            self.issued += 1
            self._grants[token] = Grant(scopes, self._now() + self.lifetime, subject)
        return token

    def find(self, token: str) -> Grant | None:
        """What a token allows; None when it is unknown or expired."""
        grant = self._grants.get(token)
        return grant if grant is not None and grant.ends > self._now() else None

    def knew(self, token: str) -> bool:
        """Whether the token was issued once, be it expired or not."""
        return token in self._grants

    def known(self) -> list[str]:
        """Every token that was issued."""
        return list(self._grants)

    def expire(self) -> None:
        """End all tokens that were issued so far."""
        with self._lock:
            self._grants = {token: Grant(grant.scopes, 0, grant.subject) for token, grant in self._grants.items()}


def bearer(headers: Mapping[str, str]) -> str | None:
    """The token of an `Authorization: Bearer` header."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None
