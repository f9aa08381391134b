"""Where a call is carried out: at once, in a thread, or in one of the few threads that brief calls take turns in.

A brief call is a few indexed reads. Beside the store it takes less time than a thread would. From a server each read is
a short wait, after which the thread must have the interpreter again: many threads that wait so keep each other, and
the loop that answers, from working (with ten of them a call took half as long again as with two).
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Final, TypeVar

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from axure_lifecycle_tools.spec import Verb

_Answer = TypeVar("_Answer")
MOST_BRIEF: Final = 2
_BRIEF: Final[RunVar[anyio.CapacityLimiter]] = RunVar("turns of brief calls")


class Turn(Enum):
    """How a call comes to its turn."""

    AT_ONCE = auto()
    BRIEFLY = auto()
    APART = auto()


def turn_of(verb: Verb, arguments: Mapping[str, object], *, store_is_near: bool) -> Turn:
    """By what the call asks for, and where the store is."""
    if verb.is_brief is None or not verb.is_brief(arguments):
        return Turn.APART
    return Turn.AT_ONCE if store_is_near else Turn.BRIEFLY


async def carry_out(turn: Turn, work: Callable[[], _Answer]) -> _Answer:
    """Do the work in its turn."""
    match turn:
        case Turn.AT_ONCE:
            return work()
        case Turn.BRIEFLY:
            return await anyio.to_thread.run_sync(work, limiter=_brief())
        case Turn.APART:
            return await anyio.to_thread.run_sync(work)


def _brief() -> anyio.CapacityLimiter:
    """Of the loop that runs."""
    limiter = _BRIEF.get(None)
    if limiter is None:
        limiter = anyio.CapacityLimiter(MOST_BRIEF)
        _BRIEF.set(limiter)
    return limiter
