"""The store: consistent views, transactions, and staging."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from axure_lifecycle.domain.erasing import Erasure
from axure_lifecycle.domain.holdings import Actor, System
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.ports.change import Change
from axure_lifecycle.ports.directories import DirectoryReading
from axure_lifecycle.ports.outside import Progress, Reading
from axure_lifecycle.ports.records import (
    Preview,
)
from axure_lifecycle.ports.view import View

_Seen = TypeVar("_Seen")


class Store(Protocol):
    """Where everything is kept."""

    def reading(self) -> AbstractContextManager[View]:
        """A consistent view. Raises `StoreTooNew`, `StoreUnreachable`."""
        ...

    def look(self, work: Callable[[View], _Seen]) -> _Seen:
        """What `work`, which only reads, makes of one state; it may be done twice. Raises what `reading` raises."""
        ...

    def writing(self, actor: Actor) -> AbstractContextManager[Change]:
        """A transaction; waits for other writers. Raises `StoreReadOnly`, `StoreFull` and what `reading` raises."""
        ...

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
        """Lay a roster ready for its import, or find it lying there already by its digest; nothing counts yet.

        `label` is what it is called, `written_at` when its file was last written (UTC; None: it is of this moment).

        A roster with a mistake is not laid ready: its preview has the snapshot 0. With `skip_refused` the lines without
        a mistake are, under a digest of their own; such a roster never counts as complete.
        """
        ...

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
        """Lay a read of a directory ready; its digest is of what is there in the end, however it came.

        Where only changes come, they change what the source `base` showed. `begun_at` is when the read began (UTC;
        None: now). Raises what the reading raises, and `CursorDoubted` when `base` does not count as a whole read any
        more; then nothing lies ready.
        """
        ...

    def rehearse_erasure(self, actor: Actor, addresses: Sequence[str]) -> Erasure:
        """What erasing a person would take away and leave: it is done, counted, and undone. Waits for other writers."""
        ...

    def compact(self) -> bool:
        """Overwrite what was deleted, as far as this database can; whether nothing of it is left in its files.

        An SQLite file is written anew, which takes its size in free space again; nobody else may be reading. A server
        keeps old pages until it needs them: False.
        """
        ...

    def close(self) -> None:
        """Give connections back."""
        ...
