"""How often somebody may ask: so many calls a minute, all of them at once if they like."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MOST_REMEMBERED: Final = 10_000
"""Of whom it is known how much they asked lately; the one who was away longest is forgotten first."""


class Pace:
    """A bucket for each asker, which fills evenly."""

    def __init__(self, calls_a_minute: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._most = float(calls_a_minute)
        self._seconds = seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, asker: str) -> int:
        """In how many seconds they may ask again; 0: now."""
        left = self._fill(asker)
        return 0 if left >= 1 else math.ceil((1 - left) * 60 / self._most)

    def take(self, asker: str) -> int:
        """As `wait`; where that is 0, one call is counted."""
        seconds = self.wait(asker)
        if seconds == 0:
            left, at = self._left[asker]
            self._left[asker] = (left - 1, at)
        return seconds

    def _fill(self, asker: str) -> float:
        now = self._seconds()
        left, at = self._left.pop(asker, (self._most, now))
        left = min(self._most, left + (now - at) * self._most / 60)
        self._left[asker] = (left, now)
        while len(self._left) > MOST_REMEMBERED:
            self._left.popitem(last=False)
        return left

    @property
    def remembered(self) -> int:
        """Of how many askers something is known."""
        return len(self._left)
