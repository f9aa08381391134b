"""Where a call is carried out: at once, in a thread, or in one of the few threads that brief calls take turns in.

A brief call is a few indexed reads. Beside the store it takes less time than a thread would. From a server each read is
a short wait, after which the thread must have the interpreter again: many threads that wait so keep each other, and
the loop that answers, from working (with ten of them a call took half as long again as with two).
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from enum import Enum, auto
from typing import Final, TypeVar

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from axure_lifecycle_tools.spec import Verb

_Answer = TypeVar("_Answer")
MOST_BRIEF: Final = 2
_BRIEF: Final[RunVar[ThreadPoolExecutor]] = RunVar("turns of brief calls")


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
            return await _briefly(work)
        case Turn.APART:
            return await anyio.to_thread.run_sync(work)


async def _briefly(work: Callable[[], _Answer]) -> _Answer:
    """In the next of the threads that is free; what has begun goes on to its end, whoever gave it up meanwhile.

    Calls wait in the threads' own queue: to let each wait for its turn in the loop took longer than some calls.
    """
    threads = _BRIEF.get(None)
    if threads is None:
        threads = ThreadPoolExecutor(MOST_BRIEF, "brief call")
        _BRIEF.set(threads)
    return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, work)
