"""Google's token endpoint for a service account that acts for an administrator.

Source: "Using OAuth 2.0 for Server to Server Applications" (developers.google.com/identity/protocols/oauth2/
service-account): RS256, `iss` the account's address, `sub` the user to act for, `scope`, `aud` the token endpoint,
`exp` one hour after `iat` at most; *JWT error codes*: unauthorized_client for scopes or an account without delegation,
invalid_grant for a wrong signature, times or user. "Perform Google Workspace domain-wide delegation of authority"
(workspace/admin/directory/v1/guides/delegation): the user must be allowed to use the Admin APIs.
"""

from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.directories.vendors.keys import Tokens, is_signed_by, read_unchecked
from tests.directories.vendors.wire import Ask, Reply, json_reply

TOKEN_PATH: Final = "/token"
GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
HOUR: Final = 3600
SHORT_LIVED: Final = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)
UNDELEGATED: Final = (
    "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
    "scopes requested."
)


class ServiceAccount:
    """The one service account, with one public key, and whom it may act for."""

    def __init__(
        self, email: str, kid: str, key: RSAPublicKey, delegated: frozenset[str], users: frozenset[str]
    ) -> None:
        self.email = email
        self.kid = kid
        self.key = key
        self.delegated = delegated
        self.users = users

    def answer(self, ask: Ask, tokens: Tokens, audience: str, now: float) -> Reply:
        """A token, or why not."""
        form = ask.form
        if form.get("grant_type") != GRANT:
            return refuse(400, "unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        read = read_unchecked(form.get("assertion", ""))
        if read is None:
            return refuse(400, "invalid_grant", "Invalid JWT: Failed to parse.")
        header, claims = read
        if claims.get("iss") != self.email:
            return refuse(400, "invalid_grant", "Invalid grant: account not found")
        signed = header.get("alg") == "RS256" and is_signed_by(form["assertion"], self.key, ("RS256",))
        if not signed or header.get("kid", self.kid) != self.kid:
            return refuse(400, "invalid_grant", "Invalid JWT Signature.")
        if claims.get("aud") != audience:
            return refuse(400, "invalid_grant", "Invalid JWT: Failed audience check.")
        issued, ends = claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int | float) or not isinstance(ends, int | float):
            return refuse(400, "invalid_grant", SHORT_LIVED)
        if ends <= now or ends > issued + HOUR or issued > now + 300:
            return refuse(400, "invalid_grant", SHORT_LIVED)
        subject = claims.get("sub")
        if subject is not None and subject not in self.users:
            return refuse(400, "invalid_grant", "Invalid email or User ID")
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not scopes:
            return refuse(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        if subject is not None and not scopes <= self.delegated:
            return refuse(401, "unauthorized_client", UNDELEGATED)
        token = tokens.issue(scopes, str(subject or self.email))
        return json_reply(200, {"access_token": token, "expires_in": tokens.lifetime - 1, "token_type": "Bearer"})


def refuse(status: int, error: str, description: str) -> Reply:
    """An error of the token endpoint."""
    return json_reply(status, {"error": error, "error_description": description})
