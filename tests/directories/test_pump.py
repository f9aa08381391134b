"""An asynchronous reader becomes a reading in the caller's thread, which can be left at any moment."""

import linecache
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import FrameType
from typing import TYPE_CHECKING

import anyio
import pytest

from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.pump import AHEAD, PumpedDirectory, Put, Tell, pump
from axure_lifecycle.directories.refusals import DirectoryAnswerStrange
from axure_lifecycle.domain.directories import Finding
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.rosters import Removed, Totals
from axure_lifecycle.ports.directories import CursorDoubted, DirectoryEntry, Ending

if TYPE_CHECKING:
    from _typeshed import TraceFunction

ENDING = Ending(Totals(3, None, ("key",), "okta", (), 0), "cursor of the end", None)
Does = Callable[[Put, Tell], Awaitable[None]]


@dataclass
class Script:
    """A reader that does what a test tells it to."""

    does: Does
    offers_changes: bool = True
    was_given: list[str | None] = field(default_factory=list[str | None])

    async def read(self, cursor: str | None, put: Put, tell: Tell) -> Ending:
        self.was_given.append(cursor)
        await self.does(put, tell)
        return ENDING

    async def look_again(self, keys: Sequence[str], put: Put) -> None:
        for key in keys:
            await put(page(key))

    async def examine(self) -> list[Finding]:
        return [Finding("people", is_fine=True, sentence="They are there.")]


class GoneAway(Exception):
    """Nobody waits any more."""


def page(*keys: str) -> list[DirectoryEntry]:
    return [Removed(key) for key in keys]


async def three_pages(put: Put, tell: Tell) -> None:
    for number in range(3):
        await put(page(f"{number}"))
        tell(number + 1, 3)


async def for_ever(put: Put, tell: Tell) -> None:
    del tell
    await put(page("first"))
    await anyio.sleep_forever()


def test_pages_come_in_order_and_then_the_ending() -> None:
    reader = Script(three_pages)
    with pump(reader, "a cursor", None, None) as reading:
        assert list(reading.batches()) == [page("0"), page("1"), page("2")]
        assert reading.ending() == ENDING
        assert list(reading.batches()) == []
    assert reader.was_given == ["a cursor"]


def test_people_are_asked_for_alone_after_the_end() -> None:
    with pump(Script(three_pages), None, None, None) as reading:
        assert len(list(reading.batches())) == 3
        assert list(reading.look_again(["7", "8"])) == [page("7"), page("8")]
        assert reading.ending() == ENDING


def test_there_is_no_ending_before_the_end() -> None:
    with pump(Script(three_pages), None, None, None) as reading:
        next(reading.batches())
        with pytest.raises(RuntimeError):
            reading.ending()


@pytest.mark.parametrize(("cursor", "offers", "is_full"), [(None, True, True), ("c", True, False), ("c", False, True)])
def test_a_read_is_full_without_a_cursor_or_where_nothing_is_known_of_changes(
    cursor: str | None, offers: bool, is_full: bool
) -> None:
    with pump(Script(three_pages, offers_changes=offers), cursor, None, None) as reading:
        assert reading.is_full is is_full


def test_fetching_is_ahead_of_storing_and_never_by_more_than_a_few_pages() -> None:
    put_in_all: list[int] = []
    is_still = threading.Event()

    async def hurry(put: Put, tell: Tell) -> None:
        del tell
        async with anyio.create_task_group() as group:
            group.start_soon(put_ten, put)
            await anyio.wait_all_tasks_blocked()
            is_still.set()

    async def put_ten(put: Put) -> None:
        for number in range(10):
            await put(page(str(number)))
            put_in_all.append(number)

    with pump(Script(hurry), None, None, None) as reading:
        assert is_still.wait(10)
        assert len(put_in_all) == AHEAD
        assert len(list(reading.batches())) == 10


@pytest.mark.parametrize("error", [CursorDoubted("too old"), DirectoryAnswerStrange("people", "host", "a circle")])
def test_what_a_reader_refuses_is_refused_to_the_caller(error: Exception) -> None:
    async def fail(put: Put, tell: Tell) -> None:
        del tell
        await put(page("one"))
        raise error

    with pump(Script(fail), "cursor", None, None) as reading:
        batches = reading.batches()
        assert next(batches) == page("one")
        with pytest.raises(type(error)) as caught:
            next(batches)
    assert caught.value is error


def test_whoever_leaves_ends_the_read_at_once() -> None:
    has_ended = threading.Event()

    async def wait(put: Put, tell: Tell) -> None:
        try:
            await for_ever(put, tell)
        finally:
            has_ended.set()

    def interrupt() -> None:
        with pump(Script(wait), None, None, None) as reading:
            next(reading.batches())
            raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert has_ended.is_set()
    assert time.monotonic() - begun < 1


def test_a_read_that_was_never_taken_from_ends_as_well() -> None:
    before = set(threading.enumerate())
    with pump(Script(for_ever), None, None, None):
        pass

    assert set(threading.enumerate()) <= before


def test_a_reader_that_waits_is_left_when_nobody_waits_for_it() -> None:
    looks: list[float] = []

    def is_cancelled() -> None:
        looks.append(time.monotonic())
        if len(looks) == 5:
            raise GoneAway

    with pytest.raises(GoneAway), pump(Script(for_ever), None, None, is_cancelled) as reading:
        list(reading.batches())
    assert max(after - before for before, after in pairwise(looks)) < 0.5


def test_a_reader_that_cannot_be_cancelled_is_left_behind() -> None:
    gate = threading.Event()

    async def block(put: Put, tell: Tell) -> None:
        del tell
        await put(page("one"))
        gate.wait(30)

    begun = time.monotonic()
    with pump(Script(block), None, None, None) as reading:
        next(reading.batches())
    assert time.monotonic() - begun < 3
    gate.set()


def test_progress_is_told_in_the_caller_s_thread() -> None:
    told: list[tuple[int, int | None, str]] = []
    threads: set[int] = set()

    def progress(done: int, total: int | None, what: str, /) -> None:
        told.append((done, total, what))
        threads.add(threading.get_ident())

    with pump(Script(three_pages), None, progress, None) as reading:
        list(reading.batches())
    assert told[-1] == (3, 3, "people")
    assert threads == {threading.get_ident()}


def test_a_directory_has_a_reader_of_its_own_for_every_read() -> None:
    made: list[Script] = []

    def make(_: Pace) -> Script:
        made.append(Script(three_pages))
        return made[-1]

    system = System("directory", "people", "", HoldingKind.DIRECTORY_ACCOUNT)
    directory = PumpedDirectory("people", "okta", system, make)
    for cursor in (None, "later"):
        with directory.read(cursor, None, None) as reading:
            list(reading.batches())

    assert [script.was_given for script in made] == [[None], ["later"]]
    assert [finding.sentence for finding in directory.examine()] == ["They are there."]


def test_a_page_is_taken_from_a_reader_that_ends_at_that_very_moment() -> None:
    may_end = threading.Event()

    async def one_page(put: Put, tell: Tell) -> None:
        del tell
        await put(page("only"))
        await anyio.to_thread.run_sync(may_end.wait)

    def hold(frame: FrameType, event: str, argument: object) -> "TraceFunction | None":
        """Let the reader go as far as it can while the caller is about to tell it that there is room."""
        del argument
        code = frame.f_code
        if not code.co_filename.endswith("pump.py"):
            return None
        if event == "line" and "call_soon_threadsafe" in linecache.getline(code.co_filename, frame.f_lineno):
            may_end.set()
            for thread in threading.enumerate():
                if thread.name.startswith("reads "):
                    thread.join(0.3)
        return hold

    before = sys.gettrace()
    with pump(Script(one_page), None, None, None) as reading:
        sys.settrace(hold)
        try:
            taken = list(reading.batches())
        finally:
            sys.settrace(before)
        assert (taken, reading.ending()) == ([page("only")], ENDING)
    assert may_end.is_set()
