"""Tokens that were made here for one person each."""

import time
from collections.abc import Callable

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.access import Identity
from axure_lifecycle.ports import TokenRecord
from axure_lifecycle.web.remembered import Remembered


class StoredTokens:
    """Whom a token of ours names."""

    def __init__(self, workshop: Workshop, seconds: Callable[[], float] = time.monotonic) -> None:
        self._workshop = workshop
        self._tokens = Remembered[TokenRecord](self._look_up, seconds)

    async def identify(self, token: str) -> Identity | None:
        """None for a token that is unknown, expired or revoked. Raises the refusals of the store."""
        record = await self._tokens.find(token)
        if record is None:
            return None
        return Identity(record.person, record.roles, f"token {record.name}", record.expires_at, record.id)

    def _look_up(self, digest: str) -> TokenRecord | None:
        with self._workshop.store().reading() as view:
            return view.token_by_digest(digest)
