"""Tokens that were made here, looked up by their SHA-256, so that none is kept.

A token has 256 random bits, so a plain hash is as good as a slow one, and an index that finds it tells nobody anything
about another one.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Generic, Protocol, TypeVar

import anyio.to_thread

from axure_lifecycle.domain.access import digest_of

REMEMBERED_SECONDS: Final = 2.0
"""How long a token that counted is taken without another look: so soon everybody knows that it was revoked."""
MOST_REMEMBERED: Final = 10_000


class _Record(Protocol):
    def counts(self, now: datetime, /) -> bool:
        """Whether it lets anybody in."""
        ...


RecordT = TypeVar("RecordT", bound=_Record)


class Remembered(Generic[RecordT]):
    """Finds the record of a token that counts; asks the store for the same one every two seconds at most."""

    def __init__(self, look_up: Callable[[str], RecordT | None], seconds: Callable[[], float] = time.monotonic) -> None:
        """`look_up` finds a record by the SHA-256; it is called in a thread."""
        self._look_up, self._seconds = look_up, seconds
        self._known: OrderedDict[str, tuple[RecordT, float]] = OrderedDict()

    async def find(self, token: str) -> RecordT | None:
        """None for a token that is unknown, expired or revoked. Raises what `look_up` raises."""
        digest = digest_of(token)
        record, until = self._known.get(digest, (None, 0.0))
        if record is None or self._seconds() >= until:
            asked = self._seconds()
            record = await anyio.to_thread.run_sync(self._look_up, digest)
            self._remember(digest, record, asked)
        return record if record is not None and record.counts(datetime.now(UTC)) else None

    def _remember(self, digest: str, record: RecordT | None, asked: float) -> None:
        self._known.pop(digest, None)
        if record is None:
            return  # Guesses would push out whoever has a token.
        self._known[digest] = (record, asked + REMEMBERED_SECONDS)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
