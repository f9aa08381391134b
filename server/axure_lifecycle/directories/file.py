"""A directory as a plain file that something else keeps up to date.

It is read by the same reader as a file that somebody imports. A file with a wrong line, or whose own count line
disagrees, does not count at all: whoever stands on that line would look gone. Nor does one that somebody may still be
writing: a writer that pauses leaves whole lines behind, and everybody after them would look gone.
"""

import time
from codecs import BOM_UTF8
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from os import SEEK_END
from pathlib import Path
from typing import Final

from axure_lifecycle.directories.refusals import DirectoryFileFlawed, DirectoryFileFresh, DirectoryFileUnended
from axure_lifecycle.domain.directories import FileSettings, Finding
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.rosters import DirectoryRow, RosterKind, is_count_in_agreement
from axure_lifecycle.ports import DirectoryEntry, DirectoryReading, Ending, Progress, Reading, RosterReader


class FileDirectory:
    """Implements `ports.Directory` on a roster reader."""

    kind = "file"

    def __init__(self, settings: FileSettings, rosters: RosterReader, wall: Callable[[], float] = time.time) -> None:
        """`wall`: seconds since 1970, by the clock that stamps files."""
        self._settings, self._rosters, self._wall = settings, rosters, wall
        self.name = settings.name
        self.system = System("directory", settings.name, "", HoldingKind.DIRECTORY_ACCOUNT)

    def speaks_of(self, now: datetime) -> datetime:
        """When the file was last written. Where there is none, the read says so."""
        try:
            written = datetime.fromtimestamp(self._settings.path.stat().st_mtime, UTC)
        except OSError:
            return now
        return min(now, written)

    @contextmanager
    def read(
        self, cursor: str | None, progress: Progress | None, is_cancelled: Callable[[], None] | None
    ) -> Generator[DirectoryReading]:
        """Always everything. Raises the refusals of the roster room and those of files here.

        The roster room itself refuses a file that changes from here on.
        """
        del cursor
        path = str(self._settings.path)
        material = self._rosters.material(RosterKind.DIRECTORY, path=path, text=None, rows=None)
        still = self._settings.still_seconds
        # A file of the future is dated by a clock that nothing here can compare.
        if material.written_at is not None and abs(self._wall() - material.written_at.timestamp()) < still:
            raise DirectoryFileFresh(self.name, still)
        if not _has_end(self._settings.path):
            raise DirectoryFileUnended(self.name)
        yield _FileReading(self.name, self._rosters.read(RosterKind.DIRECTORY, material, progress), is_cancelled)

    def examine(self) -> list[Finding]:
        """Read the file to its end."""
        try:
            with self.read(None, None, None) as reading:
                count = sum(len(batch) for batch in reading.batches())
                reading.ending()
        except LifecycleError as refusal:
            return [Finding("people", is_fine=False, sentence=refusal.sentence)]
        return [Finding("people", is_fine=True, sentence=f"The file lists {count:,} people.")]


_EDGE: Final = 64
"""Bytes at the begin and at the end that tell whether a file is whole."""
_WORKBOOK: Final = b"PK\x03\x04"
_CLOSED: Final = {b"[": b"]", b"{": b"}"}


def _has_end(path: Path) -> bool:
    """Whether the file ends as a whole one does: with the end of a line, or with the bracket that began it.

    A workbook says itself where it ends: without its last part it cannot be opened. What cannot be read here is left to
    the reader, which says why.
    """
    try:
        with path.open("rb") as stream:
            begin = stream.read(_EDGE)
            stream.seek(-min(_EDGE, stream.seek(0, SEEK_END)), SEEK_END)
            end = stream.read(_EDGE)
    except OSError:
        return True
    plain = end.replace(b"\0", b"")  # of UTF-16
    if begin.startswith(_WORKBOOK) or plain.endswith((b"\n", b"\r")):
        return True
    opening = begin.replace(b"\0", b"").removeprefix(BOM_UTF8).lstrip()[:1]
    return opening in _CLOSED and plain.rstrip().endswith(_CLOSED[opening])


class _FileReading:
    is_full = True

    def __init__(self, name: str, reading: Reading, is_cancelled: Callable[[], None] | None) -> None:
        self._name, self._reading, self._is_cancelled = name, reading, is_cancelled

    def batches(self) -> Iterator[list[DirectoryEntry]]:
        """The rows; at the end, whether the file as a whole may count."""
        seen: dict[int, int] = {}
        for batch in self._reading.batches():
            if self._is_cancelled is not None:
                self._is_cancelled()
            rows = [row for row in batch if isinstance(row, DirectoryRow)]
            for row in rows:
                if seen.setdefault(hash(row.key), hash(row[1:])) != hash(row[1:]):
                    raise DirectoryFileFlawed(self._name, 1, f"line {row.line}: the same person stands there twice.")
            yield list(rows)
        totals = self._reading.totals()
        if totals.mistakes:
            first = totals.mistakes[0]
            where = "" if first.line is None else f"line {first.line}: "
            raise DirectoryFileFlawed(self._name, max(totals.refused, 1), where + first.reason)
        if is_count_in_agreement(totals) is False:
            raise DirectoryFileFlawed(self._name, 1, f"its own count says {totals.stated_count}, not {totals.rows}.")

    def look_again(self, keys: Sequence[str]) -> Iterator[list[DirectoryEntry]]:
        """Nobody: a file has no pages between which somebody could be lost."""
        del keys
        yield from ()

    def ending(self) -> Ending:
        """What was read."""
        return Ending(totals=self._reading.totals(), cursor=None, assignments=None)
