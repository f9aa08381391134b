"""What every door and page of the server works with."""

from dataclasses import dataclass, field
from typing import Protocol

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.access import Identity
from axure_lifecycle.domain.serving import ServeSettings


class Identify(Protocol):
    """Tells whom a bearer token names."""

    async def __call__(self, token: str) -> Identity | None:
        """None for a token that is not ours, not for us, expired, revoked or not signed by the issuer.

        Somebody without any role is told with no roles, so that they can be refused by name (403, not 401).
        """
        ...


@dataclass(frozen=True, slots=True)
class House:
    """One server."""

    workshop: Workshop
    settings: ServeSettings
    identify: Identify
    keys: tuple[bytes, ...] = field(repr=False)
    """Shared by all workers: the first seals, each opens."""
