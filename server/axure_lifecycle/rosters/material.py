"""What was brought, before anybody reads it: a file, a text, or rows of cells from a tool call."""

import hashlib
import json
import os
import stat
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from axure_lifecycle.rosters.refusals import RosterChanged, RosterMissing, RosterTooLarge, RosterUnreadable

Cells = Mapping[str, str | None]
"""One line from a tool call: header → cell; None and a lacking key both mean "not stated"."""

MOST_BYTES: Final = 500_000_000
"""Larger files, and longer texts, are refused."""

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file as it stood when it was brought."""

    path: Path
    size: int
    """Bytes."""
    stamp: tuple[int, int, int]
    """Device, inode and the last change in nanoseconds: any other values mean another content."""

    @property
    def name(self) -> str:
        """The file's name without its folders."""
        return self.path.name

    @contextmanager
    def opened(self) -> Generator[BinaryIO]:
        """The bytes. RosterChanged when the file is no longer the one that was brought, before or after the reading."""
        try:
            stream = self.path.open("rb")
        except FileNotFoundError:
            raise RosterMissing(self.name) from None
        except OSError as error:
            raise _cannot_open(self.name, error) from error
        with stream:
            self._refuse_change(stream)
            yield stream
            self._refuse_change(stream)

    def _refuse_change(self, stream: BinaryIO) -> None:
        now = os.fstat(stream.fileno())
        if (now.st_size, _stamp(now)) != (self.size, self.stamp):
            raise RosterChanged(self.name)


@dataclass(frozen=True, slots=True)
class Material:
    """What was brought. Made by `file`, `text` or `rows`."""

    source: FileSource | str | tuple[Cells, ...]

    @classmethod
    def file(cls, path: Path) -> "Material":
        """A file of any form. Raises RosterMissing, RosterUnreadable or RosterTooLarge before anything is read."""
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise RosterMissing(path.name) from None
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise _cannot_open(path.name, error) from error
        if stat.S_ISDIR(found.st_mode):
            raise RosterUnreadable(path.name, "it is a folder", "Name one file in it.")
        if not stat.S_ISREG(found.st_mode):
            raise RosterUnreadable(path.name, "it is no ordinary file", "Save the table as a file and name that.")
        if found.st_size == 0:
            raise RosterUnreadable(path.name, "the file is empty", "Save the table again and look into the file.")
        if found.st_size > MOST_BYTES:
            raise RosterTooLarge(path.name, found.st_size, MOST_BYTES)
        return cls(FileSource(path, found.st_size, _stamp(found)))

    @classmethod
    def text(cls, text: str) -> "Material":
        """A text of any form but a workbook, as it was pasted. Raises RosterUnreadable or RosterTooLarge."""
        if not text.strip("\ufeff \t\r\n"):
            raise RosterUnreadable(PASTED, "the text is empty", "Copy the whole table and paste it again.")
        if len(text) > MOST_BYTES:
            raise RosterTooLarge(PASTED, len(text), MOST_BYTES)
        return cls(text)

    @classmethod
    def rows(cls, rows: Sequence[Cells]) -> "Material":
        """Rows of cells, each with its headers. Raises RosterUnreadable when there are none."""
        if not rows:
            raise RosterUnreadable(ROWS, "there are none", "Pass one object for each line of the table.")
        return cls(tuple(rows))

    @property
    def name(self) -> str:
        """What it is called in sentences; the file's name without its folders."""
        match self.source:
            case FileSource():
                return self.source.name
            case str():
                return PASTED
            case _:
                return ROWS

    def digest(self) -> str:
        """SHA-256, lower-case hexadecimal: of a file's bytes, of a text's UTF-8, of rows as canonical JSON.

        Canonical JSON has sorted keys, no blanks and only ASCII. Raises RosterMissing or RosterChanged when the file
        is no longer the one that was brought.
        """
        sha = hashlib.sha256()
        match self.source:
            case FileSource() as file:
                with file.opened() as stream:
                    while block := stream.read(_BLOCK):
                        sha.update(block)
            case str() as text:
                for start in range(0, len(text), _BLOCK):
                    # Half a surrogate pair is no text, but it may well be pasted.
                    sha.update(text[start : start + _BLOCK].encode("utf-8", "surrogatepass"))
            case rows:
                plain = [dict(row) for row in rows]
                sha.update(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode("ascii"))
        return sha.hexdigest()


PASTED: Final = "the pasted text"
ROWS: Final = "the rows"


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _cannot_open(name: str, error: OSError | ValueError) -> RosterUnreadable:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "the path is no path"
    return RosterUnreadable(name, f"it cannot be opened ({reason})", "Check the path and who may read the file.")
