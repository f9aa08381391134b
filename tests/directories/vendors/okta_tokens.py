"""Okta's authorization server, for a service app that signs its own assertions.

Sources (developer.okta.com): "Implement OAuth for Okta with a service app"
(docs/guides/implement-oauth-for-okta-serviceapp): private_key_jwt only, `exp` one hour ahead at most, the token lives
one hour. "Build a JWT for client authentication" (docs/guides/build-self-signed-jwt): the claims, `iat` not ahead, a
`jti` serves once. "OpenID Connect & OAuth 2.0 error codes" (docs/reference/error-codes): every code and sentence.
"""

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.directories.vendors.keys import ASSERTION_TYPE, Tokens, is_signed_by, read_unchecked
from tests.directories.vendors.wire import Ask, Reply, json_reply

HOUR: Final = 3600
ALGORITHMS: Final = ("RS256", "RS384", "RS512")
WRONG_METHOD: Final = (
    "Client Credentials requests to the Org Authorization Server must use the private_key_jwt "
    "token_endpoint_auth_method."
)
WRONG_GRANT: Final = "The authorization grant type is not supported by the authorization server."


class ServiceApp:
    """The one client that is registered, with one public key."""

    def __init__(self, client_id: str, kid: str, key: RSAPublicKey) -> None:
        self.client_id = client_id
        self.kid = kid
        self.key = key
        self._used_ids: set[str] = set()

    def answer(self, ask: Ask, tokens: Tokens, granted: frozenset[str], audience: str, now: float) -> Reply:
        """A token, or why not."""
        form = ask.form
        if form.get("grant_type") != "client_credentials":
            return refuse(400, "unsupported_grant_type", WRONG_GRANT)
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            if "client_secret" in form or "authorization" in ask.headers:
                return refuse(401, "invalid_client", WRONG_METHOD)
            return refuse(400, "invalid_request", "The client_assertion_type is invalid.")
        objection = self.object_to(form.get("client_assertion", ""), audience, now)
        if objection is not None:
            return refuse(401, "invalid_client", objection)
        scopes = frozenset(form.get("scope", "").split())
        if not scopes:
            return refuse(400, "invalid_scope", "No scopes were requested.")
        if not scopes <= granted:
            return refuse(400, "consent_required", "You are not allowed any of the requested scopes.")
        content = {
            "token_type": "Bearer",
            "expires_in": tokens.lifetime,
            "access_token": tokens.issue(scopes, self.client_id),
            "scope": " ".join(sorted(scopes)),
        }
        return json_reply(200, content, (("cache-control", "no-cache, no-store"),))

    def object_to(self, assertion: str, audience: str, now: float) -> str | None:
        """What is wrong with a client assertion, in Okta's words; None when nothing is."""
        read = read_unchecked(assertion)
        if read is None:
            return "The parsing of the client_assertion failed."
        header, claims = read
        if claims.get("iss") != self.client_id:
            return "The issuer claim for client_assertion is not a valid client_id."
        if claims.get("sub") != self.client_id:
            return "The subject claim for client_assertion is not a valid client_id."
        if header.get("alg") not in ALGORITHMS:
            return "The client_assertion JWT signature algorithm is invalid."
        if header.get("kid", self.kid) != self.kid:
            return "The client_assertion JWT kid is invalid."
        if not is_signed_by(assertion, self.key, ALGORITHMS):
            return "The client_assertion signature is invalid."
        if claims.get("aud") != audience:
            return "The audience claim for client_assertion must be the endpoint invoked for the request."
        return self.object_to_times(claims, now)

    def object_to_times(self, claims: Mapping[str, object], now: float) -> str | None:
        """What is wrong with `exp`, `iat` and `jti`."""
        ends, issued, identity = claims.get("exp"), claims.get("iat"), claims.get("jti")
        if not isinstance(ends, int | float):
            return "The client_assertion must contain the 'exp' claim as seconds since epoch."
        if ends <= now:
            return "The client_assertion token is expired."
        if ends > now + HOUR:
            return "The client_assertion token has an expiration too far into the future."
        if isinstance(issued, int | float) and issued > now:
            return "The client_assertion token must be issued before the current time."
        if isinstance(identity, str):
            if identity in self._used_ids:
                return "The client_assertion token has already been used."
            self._used_ids.add(identity)
        return None


def refuse(status: int, error: str, description: str) -> Reply:
    """An error of the authorization server."""
    return json_reply(status, {"error": error, "error_description": description})
