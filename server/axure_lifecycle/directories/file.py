"""A directory as a plain file that something else keeps up to date.

It is read by the same reader as a file that somebody imports. A file with a wrong line, or whose own count line
disagrees, does not count at all: whoever stands on that line would look gone.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from axure_lifecycle.directories.refusals import DirectoryFileFlawed
from axure_lifecycle.domain.directories import FileSettings, Finding
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.rosters import DirectoryRow, RosterKind, is_count_in_agreement
from axure_lifecycle.ports import DirectoryEntry, DirectoryReading, Ending, Progress, Reading, RosterReader


class FileDirectory:
    """Implements `ports.Directory` on a roster reader."""

    kind = "file"

    def __init__(self, settings: FileSettings, rosters: RosterReader) -> None:
        self._settings, self._rosters = settings, rosters
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
        """Always everything. Raises the refusals of the roster room and `DirectoryFileFlawed`."""
        del cursor
        path = str(self._settings.path)
        material = self._rosters.material(RosterKind.DIRECTORY, path=path, text=None, rows=None)
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
