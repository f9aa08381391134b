"""Microsoft Entra's token endpoint for client credentials, by secret or by certificate.

Sources (learn.microsoft.com): "Microsoft identity platform and the OAuth 2.0 client credentials flow"
(entra/identity-platform/v2-oauth2-client-creds-grant-flow): the form, the scope `…/.default`. "Microsoft identity
platform application authentication certificate credentials" (entra/identity-platform/certificate-credentials): header
`alg` PS256 with `x5t#S256` (before 2024 RS256 with `x5t`, still taken), `aud` the token endpoint, `iss` and `sub` the
client id, Entra sets no limit to `exp`. "Microsoft Entra authentication and authorization error codes"
(entra/identity-platform/reference-error-codes): the form of errors, and that an app shall not depend on the numbers.
"Troubleshoot Azure authentication with service principal" (azure/developer/java/sdk): 7000215, 700016, 700027,
700021, 700023. "Access tokens in the Microsoft identity platform" (entra/identity-platform/access-tokens,
access-token-claims-reference): Graph's tokens are usually JWTs whose claim `roles` holds what the app was granted, but
their form is Graph's own affair and may change (`tells_roles`).
"""

import time
import uuid
from collections.abc import Mapping
from typing import Final

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import Certificate

from tests.directories.vendors.keys import ASSERTION_TYPE, Tokens, is_signed_by, make_key, read_unchecked, to_thumbprint
from tests.directories.vendors.wire import Ask, Reply, json_reply

ALGORITHMS: Final = ("PS256", "RS256")

REFUSALS: Final[Mapping[int, tuple[int, str, str]]] = {
    70011: (400, "invalid_scope", "The provided value for the input parameter 'scope' isn't valid."),
    900023: (
        400,
        "invalid_request",
        "Specified tenant identifier is neither a valid DNS name, nor a valid external domain.",
    ),
    900144: (400, "invalid_request", "The request body must contain the following parameter: 'grant_type'."),
    70003: (400, "unsupported_grant_type", "The app requested an unsupported grant type."),
    700016: (400, "unauthorized_client", "Application with identifier was not found in the directory."),
    7000215: (401, "invalid_client", "Invalid client secret provided."),
    7000222: (401, "invalid_client", "The provided client secret keys are expired."),
    7000216: (401, "invalid_client", "'client_assertion', 'client_secret' or 'request' is required."),
    700027: (401, "invalid_client", "Client assertion failed signature validation."),
    700021: (401, "invalid_client", "Client assertion application identifier doesn't match 'client_id' parameter."),
    700023: (401, "invalid_client", "Client assertion audience claim does not match Realm issuer."),
    700024: (401, "invalid_client", "Client assertion is not within its valid time range."),
    50027: (401, "invalid_client", "JWT token is invalid or malformed."),
}
"""AADSTS number: status, OAuth's error, sentence."""


class Registration:
    """The one app that is registered in the tenant."""

    def __init__(self, tenant: str, client_id: str, secret: str, certificate: Certificate) -> None:
        self.tenant = tenant
        self.client_id = client_id
        self.secret = secret
        self.secret_is_expired = False
        self.tells_roles = True
        self.certificate = certificate
        self.key = make_key("entra").public_key()

    def answer(self, ask: Ask, tokens: Tokens, granted: frozenset[str], base: str, now: float) -> Reply:
        """A token that carries every granted permission, or why not."""
        refused = self.refuse(ask, base, now)
        if refused is not None:
            return refuse(refused)
        content = {
            "token_type": "Bearer",
            "expires_in": tokens.lifetime,
            "ext_expires_in": tokens.lifetime,
            "access_token": tokens.issue(granted, self.client_id, self.write_token(granted, now)),
        }
        return json_reply(200, content, (("cache-control", "no-store, no-cache"),))

    def write_token(self, granted: frozenset[str], now: float) -> str | None:
        """A token that names the permissions; None for one that nobody but Graph can read."""
        if not self.tells_roles:
            return None
        claims: dict[str, object] = {
            "aud": "https://graph.microsoft.com",
            "appid": self.client_id,
            "idtyp": "app",
            "tid": self.tenant,
        }
        claims |= {"iat": int(now), "exp": int(now) + 3600, "uti": str(uuid.uuid4())}
        return jwt.encode({**claims, "roles": sorted(granted)}, make_key("Entra itself"), algorithm="RS256")

    def refuse(self, ask: Ask, base: str, now: float) -> int | None:
        """The number of what is wrong; None when nothing is."""
        form = ask.form
        if ask.path.split("/")[1] != self.tenant:
            return 900023
        if "grant_type" not in form:
            return 900144
        if form["grant_type"] != "client_credentials":
            return 70003
        if form.get("client_id") != self.client_id:
            return 700016
        if form.get("scope") not in {"https://graph.microsoft.com/.default", f"{base}/.default"}:
            return 70011
        if form.get("client_assertion_type") == ASSERTION_TYPE:
            return self.refuse_assertion(form.get("client_assertion", ""), base, now)
        if "client_secret" not in form:
            return 7000216
        if form["client_secret"] != self.secret:
            return 7000215
        return 7000222 if self.secret_is_expired else None

    def refuse_assertion(self, assertion: str, base: str, now: float) -> int | None:
        """The number of what is wrong with a signed assertion."""
        read = read_unchecked(assertion)
        if read is None:
            return 50027
        header, claims = read
        names_certificate = header.get("x5t#S256") == to_thumbprint(self.certificate, hashes.SHA256()) or header.get(
            "x5t"
        ) == to_thumbprint(self.certificate, hashes.SHA1())
        if not names_certificate or header.get("alg") not in ALGORITHMS:
            return 700027
        if not is_signed_by(assertion, self.key, ALGORITHMS):
            return 700027
        if claims.get("iss") != self.client_id or claims.get("sub") != self.client_id:
            return 700021
        if claims.get("aud") != f"{base}/{self.tenant}/oauth2/v2.0/token":
            return 700023
        ends, begins = claims.get("exp"), claims.get("nbf", 0)
        in_time = isinstance(ends, int | float) and isinstance(begins, int | float) and begins - 300 <= now < ends
        return None if in_time else 700024


def refuse(number: int) -> Reply:
    """An error in Entra's form."""
    status, error, sentence = REFUSALS[number]
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    at = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
    description = f"AADSTS{number}: {sentence} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}"
    content = {
        "error": error,
        "error_description": description,
        "error_codes": [number],
        "timestamp": at,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={number}",
    }
    return json_reply(status, content)
