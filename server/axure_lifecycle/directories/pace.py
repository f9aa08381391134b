"""How patient a read is, and when the other side says to come back.

Sources: RFC 9110, 10.2.3 (Retry-After: seconds or a date); Microsoft Graph sends fractions of seconds; Okta, "Rate
limit best practices" (`X-Rate-Limit-Reset` in seconds since 1970, by Okta's own clock); Google, "Directory API: limits
and quotas" (403 with a reason that means "too fast", and no word of when to come back).
"""

import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

import anyio

TOO_FAST: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})
"""Reasons of Google's 403 that only mean "slower"."""

_SECONDS: Final = re.compile(r"\d{1,400}(?:\.\d{0,40})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Limits of one read; all in seconds, but for the counts. The clocks and the chance are there to be replaced."""

    deadline: float = 3600.0
    """For the whole read, whatever it takes: changes, everybody after a doubt, a second look."""
    begun: float | None = None
    """When the whole read began, by `now`; None: with its first connection."""
    silence: float = 30.0
    """Without a single byte."""
    connecting: float = 15.0
    answer: float = 120.0
    """For one whole answer, so that no slow drip goes on for ever."""
    tries: int = 6
    """Of one request that meets faults."""
    patience: int = 20
    """Times in a row that one request may be told to come back later."""
    first_wait: float = 0.5
    """The backoff doubles from here …"""
    longest_wait: float = 60.0
    """… to here; what the other side asks for may be longer."""
    largest_answer: int = 64 << 20
    """Bytes, after decompression."""
    most_pages: int = 200_000
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    now: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    """Seconds since 1970; for what the other side compares with its own clock."""
    chance: Callable[[], float] = random.random

    def begin(self) -> "Pace":
        """The same for all that follows, within the one deadline that runs from the first call on."""
        return self if self.begun is not None else replace(self, begun=self.now())

    def runs_from(self) -> float:
        """From when the deadline of a connection runs that is opened now."""
        return self.now() if self.begun is None else self.begun

    def for_a_look(self) -> "Pace":
        """Less patient, for somebody who looks at a directory and waits for the answer."""
        return replace(self, begun=None, deadline=min(self.deadline, 60.0), tries=2, patience=1)

    def backoff(self, tries: int) -> float:
        """How long to wait after so many tries in vain: exponential, with full jitter."""
        return self.chance() * min(self.longest_wait, self.first_wait * 2.0 ** min(tries - 1, 30))


def told_wait(headers: Mapping[str, str], wall: float, *, is_throttled: bool) -> float | None:
    """The seconds that an answer asks to wait, above 0; None when it does not say, or in no form that is known.

    Moments are measured against the answer's own `Date`, because clocks differ; without one, against `wall`.
    """
    here = _date(headers.get("date", ""))
    present = wall if here is None else here
    told = _retry_after(headers.get("retry-after", "").strip(), present)
    if told is None and is_throttled:
        reset = headers.get("x-rate-limit-reset", "").strip()
        if _SECONDS.fullmatch(reset):
            # Both moments are whole seconds, rounded down: one more second is surely behind the reset.
            told = float(reset) - present + 1 if float(reset) > present else None
    return told if told is not None and told > 0 else None


def _retry_after(text: str, present: float) -> float | None:
    if _SECONDS.fullmatch(text):
        return float(text)
    moment = _date(text)
    return None if moment is None else moment - present


def _date(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date; None for any other text."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
