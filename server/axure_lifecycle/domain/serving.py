"""How a server for a team is reached, and whom it believes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.directories import SecretReference
from axure_lifecycle.domain.errors import LifecycleError

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - it is named here to be refused without a name
MCP_PATH: Final = "/mcp"
STEP_PATH: Final = "/cases/{case}/steps/{step}/{outcome}"
"""Of the console: where somebody says that a step is done, skipped or not done."""
APPROVAL_PATH: Final = "/cases/{case}/approve"
"""Of the console: where somebody approves a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSettings:
    """An OpenID Connect issuer whose access tokens are believed."""

    issuer: str
    """An https URL, exactly as the issuer writes itself; http on the loopback only."""
    audience: str
    """Which its tokens must name; by default the address of this server's MCP endpoint."""
    identity_claim: str = "email"
    """Whose name stands in the trail; `sub` where the token has no such claim."""
    email_is_trusted: bool = False
    """Whether the claim `email` is taken where the token does not say that it is verified: only where the issuer alone
    writes it. One that the token calls unverified never is."""
    roles_claim: str = "roles"
    """Words, or a list of them; dots go into objects (`realm_access.roles`)."""
    roles: Mapping[str, Role] = field(default_factory=dict[str, Role])
    """A word of that claim → the role; our own names of roles mean themselves."""
    people: Mapping[str, frozenset[Role]] = field(default_factory=dict[str, frozenset[Role]])
    """Name → roles, for whoever has none by a claim, or further ones."""
    clock_skew: int = 60
    """Seconds by which an issuer's clock and ours may differ."""
    ca_file: Path | None = None
    """Certificates (PEM) that are trusted beside the system's."""
    client_id: str | None = None
    """Of the console, for signing in with this issuer; None: the console takes tokens only."""
    client_secret: SecretReference | None = None
    """None for a public client; PKCE is used either way."""
    session_minutes: int = 60
    """After which somebody who signed in at the console with it signs in anew: so long at most they keep a role that
    the issuer took away. `ServeSettings.session_hours` bounds it as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """`[serve]`."""

    host: str = "127.0.0.1"
    port: int = 8765
    public_url: str | None = None
    """How people and clients reach it from outside (`https://lifecycle.acme.example`), without a path; None: as it
    listens."""
    takes_tokens: bool = False
    """Whether the tokens of `axure-lifecycle token create` let people in to MCP; the console always takes them."""
    issuer: IssuerSettings | None = None
    workers: int = 1
    keys: tuple[SecretReference, ...] = ()
    """Of at least 32 bytes each: the first seals, each opens. None: one is made in the home, for this machine."""
    calls_a_minute: int = 600
    """Per identity and worker."""
    max_body_bytes: int = 12 * 1024 * 1024
    """Of one request."""
    session_hours: int = 12
    """After which somebody at the console signs in anew."""
    telemetry: bool = False
    """Whether traces are sent, as the usual OTEL_… variables say."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of reverse proxies whose X-Forwarded-… headers are believed."""

    @property
    def authenticates(self) -> bool:
        """Whether nobody gets in to MCP without a token."""
        return self.takes_tokens or self.issuer is not None

    @property
    def origin(self) -> str:
        """Scheme, host and port under which it is known."""
        if self.public_url is not None:
            return self.public_url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def resource(self) -> str:
        """The address of its MCP endpoint: what tokens are made for."""
        return self.origin + MCP_PATH


class ServingUnguarded(LifecycleError):
    """Somebody would listen beyond this machine and ask nobody who they are."""

    code: ClassVar[str] = "serving_unguarded"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"The server was not started: on {host} others can reach it, and [serve] says of nobody how they prove who "
            "they are. Set `tokens = true` (then `axure-lifecycle token create`) or [serve.issuer], or listen on "
            "127.0.0.1."
        )


class ServingUnnamed(LifecycleError):
    """Somebody would listen on every address and does not say by which one people come."""

    code: ClassVar[str] = "serving_unnamed"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"The server was not started: {host} is every address of this machine and none that anybody types, and a "
            "request is answered only when it is addressed to a name that is known. Set public_url in [serve] "
            "(https://lifecycle.acme.example), or listen on one address."
        )


def require_guard(settings: ServeSettings) -> None:
    """Nothing is open to others without authentication, or without a name.

    Raises `ServingUnguarded`, `ServingUnnamed`.
    """
    if not settings.authenticates and (settings.host not in LOOPBACK or settings.public_url is not None):
        raise ServingUnguarded(settings.host if settings.host not in LOOPBACK else settings.public_url or "")
    if settings.host in EVERYWHERE and settings.public_url is None:
        raise ServingUnnamed(settings.host)
