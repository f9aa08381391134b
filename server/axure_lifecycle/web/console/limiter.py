"""How often somebody may try to come in, from one address; counted in this process, in bounded memory."""

import threading
from collections import OrderedDict
from typing import ClassVar, Final

from axure_lifecycle.domain.errors import LifecycleError

MOST_TRIES: Final = 10
SECONDS: Final = 60.0
_MOST_ADDRESSES: Final = 10_000


class TooManyTries(LifecycleError):
    """Somebody tries to come in again and again."""

    code: ClassVar[str] = "too_many_tries"

    def __init__(self) -> None:
        super().__init__(
            f"Nobody was signed in: more than {MOST_TRIES} tries came from this address within a minute. Wait a "
            "minute, then try again with the whole token."
        )


class Tries:
    """Refused tries of late, by address. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, list[float]] = OrderedDict()

    def count(self, address: str, now: float) -> None:
        """A try that let nobody in, at a moment in seconds. Raises `TooManyTries` for one more within a minute."""
        with self._lock:
            recent = [each for each in self._tries.pop(address, ()) if now - each < SECONDS]
            is_full = len(recent) >= MOST_TRIES
            self._tries[address] = recent if is_full else [*recent, now]
            while len(self._tries) > _MOST_ADDRESSES:
                self._tries.popitem(last=False)
        if is_full:
            raise TooManyTries
