"""Tokens that were made here for one person each: looked up by their SHA-256, so that none is kept.

A token has 256 random bits, so a plain hash is as good as a slow one, and an index that finds it tells nobody anything
about another one.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import anyio.to_thread

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.access import Identity, digest_of
from axure_lifecycle.ports import TokenRecord

REMEMBERED_SECONDS: Final = 2.0
"""How long a token that counted is taken without another look: so soon everybody knows that it was revoked."""
MOST_REMEMBERED: Final = 10_000


class StoredTokens:
    """Whom a token of ours names."""

    def __init__(self, workshop: Workshop, seconds: Callable[[], float] = time.monotonic) -> None:
        self._workshop, self._seconds = workshop, seconds
        self._known: OrderedDict[str, tuple[TokenRecord, float]] = OrderedDict()

    async def identify(self, token: str) -> Identity | None:
        """None for a token that is unknown, expired or revoked. Raises the refusals of the store."""
        digest = digest_of(token)
        record, until = self._known.get(digest, (None, 0.0))
        if record is None or self._seconds() >= until:
            asked = self._seconds()
            record = await anyio.to_thread.run_sync(self._look_up, digest)
            self._remember(digest, record, asked)
        if record is None or not record.counts(datetime.now(UTC)):
            return None
        return Identity(record.person, record.roles, f"token {record.name}", record.expires_at, record.id)

    def _look_up(self, digest: str) -> TokenRecord | None:
        with self._workshop.store().reading() as view:
            return view.token_by_digest(digest)

    def _remember(self, digest: str, record: TokenRecord | None, asked: float) -> None:
        self._known.pop(digest, None)
        if record is None:
            return  # Guesses would push out whoever has a token.
        self._known[digest] = (record, asked + REMEMBERED_SECONDS)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
