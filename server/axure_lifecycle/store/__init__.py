"""The store: SQLAlchemy Core over SQLite or PostgreSQL.

Decisions live in the domain; here they are only kept and compared. Everything that goes wrong comes out as one of the
refusals, never as an error of a database.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection

from axure_lifecycle.domain.erasing import Erasure
from axure_lifecycle.domain.holdings import Actor, System
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.ports import Change, Clock, DirectoryReading, Preview, Progress, Reading, View
from axure_lifecycle.store import trail
from axure_lifecycle.store.asking import StateMoved
from axure_lifecycle.store.change import SqlChange
from axure_lifecycle.store.engine import Database, open_database
from axure_lifecycle.store.reads import Read, stage_read
from axure_lifecycle.store.remembering import Memory
from axure_lifecycle.store.staging import Brought, stage
from axure_lifecycle.store.view import SqlView

_Seen = TypeVar("_Seen")


class SqlStore:
    """Implements `ports.Store`; made by `open_store`. May be used by several threads at the same time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        """The connections, for this room and its tests."""
        self._clock = clock
        self._lock = Lock()
        self._is_ready = False
        self._memory = Memory()

    @contextmanager
    def reading(self) -> Generator[View, None, None]:
        """A consistent view. Raises `StoreTooNew`, `StoreUnreachable`, `StoreReadOnly`, `StoreFull`."""
        self._make_ready()
        with self.database.reading() as connection:
            view = SqlView(self.database, connection, self._clock, self._memory)
            try:
                yield view
            finally:
                view.close()

    def look(self, work: Callable[[View], _Seen]) -> _Seen:
        """What `work` makes of one state; from a server mostly in one question. Raises what `reading` raises.

        When somebody writes at that very moment, `work` is done once more. For what the trail tells of: by its head a
        state is known for the same.
        """
        self._make_ready()
        if self.database.file is None and self._memory.last is not None:
            with suppress(StateMoved), self.database.reading(trail.QUESTION_OF_HEAD) as connection:
                return self._show(connection, work)
        with self.reading() as view:
            return work(view)

    def _show(self, connection: Connection, work: Callable[[View], _Seen]) -> _Seen:
        view = SqlView(self.database, connection, self._clock, self._memory)
        try:
            return work(view)
        finally:
            view.close()

    @contextmanager
    def writing(self, actor: Actor) -> Generator[Change, None, None]:
        """A transaction; waits for other writers, a minute at most. Raises what `reading` raises, and `StoreBusy`."""
        self._make_ready()
        with self.database.writing() as connection:
            change = SqlChange(self.database, connection, self._clock, actor)
            try:
                yield change
                change.finish()
            finally:
                change.close()

    def stage(
        self,
        system: System,
        kind: RosterKind,
        digest: str,
        reading: Reading,
        progress: Progress | None = None,
        *,
        skip_refused: bool = False,
        label: str = "",
        written_at: datetime | None = None,
    ) -> Preview:
        """Lay a roster ready for its import, or find it lying there already by its digest; nothing counts yet."""
        self._make_ready()
        now = self._clock.now()
        brought = Brought(system, kind, digest, label, min(now, written_at or now), skip_refused)
        return stage(self.database, self._clock, brought, reading, progress)

    def stage_read(
        self,
        system: System,
        reading: DirectoryReading,
        progress: Progress | None = None,
        *,
        base: int | None = None,
        label: str = "",
        begun_at: datetime | None = None,
    ) -> Preview:
        """Lay a read of a directory ready, whole or as changes of what the source `base` showed; nothing counts yet.

        Raises what the reading raises, `ReadLeftPeopleOut`, and `CursorDoubted` when `base` does not count as a whole
        read any more.
        """
        self._make_ready()
        now = self._clock.now()
        read = Read(system, label, min(now, begun_at or now), base)
        return stage_read(self.database, self._clock, read, reading, progress)

    def rehearse_erasure(self, actor: Actor, addresses: Sequence[str]) -> Erasure:
        """What erasing a person would take away and leave: it is done, counted, and undone."""
        self._make_ready()
        with self.database.keeping() as connection, self.database.in_turn(connection) as transaction:
            change = SqlChange(self.database, connection, self._clock, actor)
            erased = change.erase_person(addresses, pseudonym="rehearsed", reason="")
            transaction.rollback()
        return erased

    def compact(self) -> bool:
        """Overwrite what was deleted, as far as this database can; whether nothing of it is left in its files."""
        return self.database.compact()

    def close(self) -> None:
        """Give connections back."""
        self.database.close()

    def _make_ready(self) -> None:
        if self._is_ready:
            self.database.require_in_place()
            return
        from axure_lifecycle.store.migrating import bring_up_to_date

        with self._lock:
            if not self._is_ready:
                bring_up_to_date(self.database)
                self.database.require_in_place()
                self._is_ready = True


def open_store(url: str, clock: Clock) -> SqlStore:
    """The store behind a URL, `sqlite:////PATH` or `postgresql+psycopg://…`; made or upgraded at its first use.

    Raises `StoreUnsupported`, `StoreDriverMissing`.
    """
    return SqlStore(open_database(url), clock)
