"""A real OpenID Connect issuer (Canaille, by pytest-iam) on this machine.

Its tokens for an API are opaque, so ours are written as RFC 9068 has them and signed with its own key; its metadata,
its keys and their rotation are its own.
"""

import base64
import hmac
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import pytest_iam
from canaille import create_app  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from canaille.backends import Backend  # pyright: ignore[reportMissingTypeStubs]
from canaille.oidc.jose import server_signing_key  # pyright: ignore[reportMissingTypeStubs]
from joserfc import jwt as jose
from joserfc.jwk import RSAKey


class Issuer:
    """The issuer, and what it signs."""

    def __init__(self, server: "pytest_iam.Server") -> None:
        self.server = server
        self.url = f"http://localhost:{server.port}"

    def sign(self, claims: dict[str, Any], *, key: Any = None, algorithm: str = "RS256", **header: Any) -> str:
        """A token with exactly these claims, by its own key unless another one is given."""
        with self.server.app.app_context():
            key = key or server_signing_key()
        return str(jose.encode({"alg": algorithm, "typ": "at+jwt", "kid": key.kid, **header}, claims, key))

    def claims(self, audience: str, **other: Any) -> dict[str, Any]:
        """What a right token says; None takes a claim away."""
        now = int(time.time())
        right: dict[str, Any] = {
            "iss": self.url,
            "sub": "user-7",
            "aud": audience,
            "iat": now,
            "exp": now + 300,
            "email": "olga@acme.example",
            "email_verified": True,
            "roles": ["operator"],
        }
        return {name: value for name, value in {**right, **other}.items() if value is not None}

    def token(self, audience: str, **other: Any) -> str:
        """A token for somebody."""
        return self.sign(self.claims(audience, **other))

    def rotate(self) -> Any:
        """Take the key away and put another one in its place; the old one."""
        with self.server.app.app_context():
            old = server_signing_key()
        new = RSAKey.generate_key(2048)
        new.ensure_kid()
        self.server.app.config["CANAILLE_OIDC"]["ACTIVE_JWKS"] = [new.as_dict(private=True)]
        return old

    def public_pem(self) -> bytes:
        """Its public key, as somebody would misuse it as a shared secret."""
        with self.server.app.app_context():
            key: Any = server_signing_key()
            return bytes(key.as_pem(private=False))


def strange_key() -> Any:
    """A key that is nobody's."""
    key = RSAKey.generate_key(2048)
    key.ensure_kid()
    return key


def sign_with_secret(claims: dict[str, Any], secret: bytes, key_id: str) -> str:
    """A token by HMAC, written by hand: libraries refuse to take a public key for a secret."""
    head = _part(json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": key_id}).encode())
    signed = f"{head}.{_part(json.dumps(claims).encode())}"
    return f"{signed}.{_part(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def issue() -> Generator[Issuer]:
    """The issuer, while the block runs."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    port = _free_port()
    key = strange_key()
    app = create_app(
        config={
            "TESTING": True,
            "ENV_FILE": None,
            "SECRET_KEY": str(uuid.uuid4()),
            "PREFERRED_URL_SCHEME": "http",
            "SERVER_NAME": f"localhost:{port}",
            "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
        }
    )
    backend = cast("Any", Backend).instance
    server = pytest_iam.Server(app, port, backend)
    thread = threading.Thread(target=server.httpd.serve_forever)
    thread.start()
    try:
        yield Issuer(server)
    finally:
        server.httpd.shutdown()
        thread.join()
        server.httpd.server_close()
