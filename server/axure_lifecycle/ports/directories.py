"""Directories that the product reads by itself."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from axure_lifecycle.domain.directories import Finding
from axure_lifecycle.domain.holdings import System
from axure_lifecycle.domain.rosters import Assigned, DirectoryRow, Removed, Totals, Unaddressed
from axure_lifecycle.ports.outside import Progress

DirectoryEntry = DirectoryRow | Unaddressed | Removed | Assigned


class CursorDoubted(Exception):
    """A directory cannot tell, or may not tell truly, what changed since a cursor: everything has to be read anew."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Ending(NamedTuple):
    """What a directory says at the end of a complete read."""

    totals: Totals
    """`rows` counts the entries that were read; duplicates included."""
    cursor: str | None
    """From where the next read may ask for changes only; None where the directory offers nothing of the kind."""
    assignments: bool | None
    """Whether `Assigned` entries named everybody who is assigned to Axure's app. None: that was not read, or the
    directory cannot tell who all of them are (groups)."""
    scopes: tuple[str, ...] = ()
    """The permissions that were granted, in the directory's own words."""


class DirectoryReading(Protocol):
    """One read of a directory, while it runs."""

    @property
    def is_full(self) -> bool:
        """Whether everybody comes; else changes since the cursor come."""
        ...

    def batches(self) -> Iterator[list[DirectoryEntry]]:
        """What comes, in the directory's order, a page at a time; of the same key the later entry counts.

        Raises the refusals of the directory room, and `CursorDoubted`, at any point; then nothing of it counts.
        """
        ...

    def look_again(self, keys: Sequence[str]) -> Iterator[list[DirectoryEntry]]:
        """Each of these people asked for alone: as a row, or as removed. Only after `batches` is exhausted.

        For people whom an earlier read knew and a full one did not bring: who moves from one page to another while
        they are turned can drop out of a listing without any sign. Raises what `batches` raises.
        """
        ...

    def ending(self) -> Ending:
        """What the directory said at the end; only after `batches` is exhausted."""
        ...


class Directory(Protocol):
    """One directory as configured; read only."""

    @property
    def name(self) -> str:
        """Its configured name."""
        ...

    @property
    def kind(self) -> str:
        """`okta`, `entra`, `google`, `active_directory`, `openldap`, `file`."""
        ...

    @property
    def system(self) -> System:
        """Under which its accounts are held."""
        ...

    def speaks_of(self, now: datetime) -> datetime:
        """The moment that a read speaks of that begins now; of a file, when it was last written. UTC."""
        ...

    def read(
        self, cursor: str | None, progress: Progress | None, is_cancelled: Callable[[], None] | None
    ) -> AbstractContextManager[DirectoryReading]:
        """Begin to read; with a cursor, what changed since. Leaving the context ends the read at once.

        `is_cancelled` is called a few times a second and raises when nobody waits for the answer any more.
        Raises the refusals of the directory room.
        """
        ...

    def examine(self) -> Sequence[Finding]:
        """Look at secrets, connection, permissions and a first page, without writing anything anywhere."""
        ...


class Directories(Protocol):
    """The configured directories."""

    def names(self) -> Sequence[str]:
        """In the order of the configuration."""
        ...

    def open(self, name: str) -> Directory:
        """One of them; nothing is read yet. Raises `DirectoryUnknown`, and what keeps its secret from being had."""
        ...

    def examine(self, name: str) -> Sequence[Finding]:
        """Look at its secret, and at everything that `Directory.examine` looks at. Raises `DirectoryUnknown`."""
        ...

    def kind(self, name: str) -> str:
        """What kind of directory it is. Raises `DirectoryUnknown`."""
        ...

    def fingerprint(self, name: str) -> str:
        """Changes with everything that decides who is read, never with a secret. Raises `DirectoryUnknown`."""
        ...
