"""From an asynchronous reader to the reading of the port, which runs in a thread of the caller.

The reader runs in an event loop in a thread of its own and is at most `AHEAD` pages ahead, so that fetching and
storing overlap and nothing piles up. Whoever leaves the context ends the read at once, whatever it waits for.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple, Protocol, assert_never

import anyio

from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.domain.directories import Finding
from axure_lifecycle.domain.holdings import System
from axure_lifecycle.ports.directories import DirectoryEntry, DirectoryReading, Ending
from axure_lifecycle.ports.outside import Progress

AHEAD: Final = 2
"""Pages that are read before they are taken."""
_LOOK: Final = 0.1
"""Seconds between two looks at whether anybody still waits."""
_FAREWELL: Final = 1.0
"""Seconds that an ended reader gets to close its connections; a name that is being resolved cannot be cancelled."""

Put = Callable[[list[DirectoryEntry]], Awaitable[None]]
Tell = Callable[[int, int | None], None]


class Reader(Protocol):
    """One directory, asked by one protocol."""

    @property
    def offers_changes(self) -> bool:
        """Whether a read with a cursor brings changes only."""
        ...

    async def read(self, cursor: str | None, put: Put, tell: Tell) -> Ending:
        """Read, hand over page by page, and tell how many entries came (of how many, where that is known).

        Raises the refusals of this room and `CursorDoubted`.
        """
        ...

    async def look_again(self, keys: Sequence[str], put: Put) -> None:
        """Ask for people one by one: whoever is there comes as a row, whoever is not as removed."""
        ...

    async def examine(self) -> list[Finding]:
        """Look at connection, sign-in, permissions and a first page; a refusal becomes a finding."""
        ...


class _Ended(NamedTuple):
    ending: Ending


class _Failed(NamedTuple):
    error: BaseException


_Handed = list[DirectoryEntry] | _Ended | _Failed


class _Pumped:
    """The reading while its reader runs in another thread."""

    def __init__(
        self,
        reader: Reader,
        cursor: str | None,
        progress: Progress | None,
        is_cancelled: Callable[[], None] | None,
        what: str,
    ) -> None:
        self._reader, self._cursor = reader, cursor
        self._progress, self._is_cancelled, self._what = progress, is_cancelled, what
        self._handed: SimpleQueue[_Handed] = SimpleQueue()
        self._told: tuple[int, int | None] = (0, None)
        self._ending: Ending | None = None
        self._room = asyncio.Semaphore(AHEAD)
        self._loop: asyncio.AbstractEventLoop | None = None
        """Of the reader's thread, which takes it away under the guard before it closes it."""
        self._task: asyncio.Future[Ending] | None = None
        self._is_left = False
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=anyio.run, args=(self._main,), name=f"reads {what}", daemon=True)

    @property
    def is_full(self) -> bool:
        """Whether everybody comes."""
        return self._cursor is None or not self._reader.offers_changes

    def batches(self) -> Iterator[list[DirectoryEntry]]:
        """The pages, as the reader hands them over."""
        while self._ending is None:
            self._look()
            try:
                handed = self._handed.get(timeout=_LOOK)
            except Empty:
                if self._thread.is_alive() or not self._handed.empty():
                    continue
                raise RuntimeError("the reader ended without a word") from None
            match handed:
                case list():
                    self._make_room()
                    yield handed
                case _Ended(ending):
                    self._look()
                    self._ending = ending
                case _Failed(error):
                    raise error
                case _:
                    assert_never(handed)

    def look_again(self, keys: Sequence[str]) -> Iterator[list[DirectoryEntry]]:
        """Each of these people asked for alone, in a thread of its own."""
        again = _Pumped(_Again(self._reader, keys, self.ending()), None, None, self._is_cancelled, self._what)
        again.begin()
        try:
            yield from again.batches()
        finally:
            again.end()

    def ending(self) -> Ending:
        """What the directory said at the end."""
        if self._ending is None:
            raise RuntimeError("the reading has not ended")
        return self._ending

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Cancel the reader and let its thread go."""
        with self._guard:
            self._is_left = True
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(_FAREWELL)

    # --- in the caller's thread ---

    def _look(self) -> None:
        """Tell how far it is, again and again however long a page takes; find out whether anybody still waits."""
        if self._is_cancelled is not None:
            self._is_cancelled()
        if self._progress is not None:
            self._progress(*self._told, self._what)

    def _make_room(self) -> None:
        with self._guard:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._room.release)

    # --- in the reader's thread ---

    async def _main(self) -> None:
        reading = asyncio.ensure_future(self._reader.read(self._cursor, self._put, self._tell))
        with self._guard:
            self._loop, self._task = asyncio.get_running_loop(), reading
            if self._is_left:
                reading.cancel()
        try:
            await asyncio.wait([reading])
            if not reading.cancelled():
                error = reading.exception()
                self._handed.put(_Ended(reading.result()) if error is None else _Failed(error))
        finally:
            with self._guard:
                self._loop = None

    async def _put(self, entries: list[DirectoryEntry]) -> None:
        await self._room.acquire()
        self._handed.put(entries)

    def _tell(self, done: int, total: int | None) -> None:
        self._told = (done, total)


class _Again:
    """A reader that asks for some people only, at the end of another read."""

    offers_changes = False

    def __init__(self, reader: Reader, keys: Sequence[str], ending: Ending) -> None:
        self._reader, self._keys, self._ending = reader, keys, ending

    async def read(self, cursor: str | None, put: Put, tell: Tell) -> Ending:
        del cursor, tell
        await self._reader.look_again(self._keys, put)
        return self._ending

    async def look_again(self, keys: Sequence[str], put: Put) -> None:
        await self._reader.look_again(keys, put)

    async def examine(self) -> list[Finding]:
        return await self._reader.examine()


@contextmanager
def pump(
    reader: Reader,
    cursor: str | None,
    progress: Progress | None,
    is_cancelled: Callable[[], None] | None,
    *,
    what: str = "people",
) -> Generator[DirectoryReading]:
    """Run a reader until the context is left."""
    pumped = _Pumped(reader, cursor, progress, is_cancelled, what)
    pumped.begin()
    try:
        yield pumped
    finally:
        pumped.end()


class PumpedDirectory:
    """A directory whose readers are asynchronous; every read has a reader of its own.

    It is opened for one sync: the deadline of the first read is that of every later one.
    """

    def __init__(
        self, name: str, kind: str, system: System, make_reader: Callable[[Pace], Reader], pace: Pace | None = None
    ) -> None:
        self.name, self.kind, self.system = name, kind, system
        self._make_reader, self._pace = make_reader, pace or Pace()

    def speaks_of(self, now: datetime) -> datetime:
        """Nothing that happens after the read began is surely shown."""
        return now

    def read(
        self, cursor: str | None, progress: Progress | None, is_cancelled: Callable[[], None] | None
    ) -> AbstractContextManager[DirectoryReading]:
        self._pace = self._pace.begin()
        return pump(self._make_reader(self._pace), cursor, progress, is_cancelled)

    def examine(self) -> list[Finding]:
        """Look, without writing anything anywhere."""
        return anyio.run(self._make_reader(self._pace).examine)
