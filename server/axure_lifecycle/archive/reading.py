"""Reading a file out of one folder and out of no other, although somebody may move things meanwhile.

A path is resolved first and opened afterwards, and between the two a folder of it can become a link to another place.
So the file is opened one folder at a time, each relative to the one before it, and no link is followed any more. A
file is looked at before it is opened: opening a device or a pipe can have effects or wait for ever.
"""

import os
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from axure_lifecycle.domain.evidence import EvidenceChanged, EvidenceMissing, EvidenceTooLarge, EvidenceUnreadable

_CAN_WALK: Final = os.open in os.supports_dir_fd and os.stat in os.supports_dir_fd
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_QUIET: Final = 0.03
"""Seconds for which nobody may have written to a file: longer than the clock of its stamp stands still."""
_FOLDER: Final = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_PATH", 0)
"""A folder is passed through, which takes no right to list it."""


def read_within(folder: Path | None, file: Path, name: str, max_bytes: int) -> bytes:
    """The content of a file that lies below a folder, or anywhere for None; both are absolute and without links.

    `name` is what refusals call it. Raises `EvidenceMissing`, `EvidenceUnreadable`, `EvidenceTooLarge` and
    `EvidenceChanged`.
    """
    try:
        with _opened(folder, file, name) as descriptor:
            before = os.fstat(descriptor)
            _refuse_unordinary(before, name)
            if before.st_size > max_bytes:
                raise EvidenceTooLarge(name, max_bytes)
            if 0 <= time.time() - before.st_mtime < _QUIET:
                time.sleep(_QUIET)
            content = _read(descriptor, before.st_size + 1)
            again = _read(descriptor, before.st_size + 1)
            after = os.fstat(descriptor)
    except (FileNotFoundError, NotADirectoryError):
        raise EvidenceMissing(name) from None
    except OSError as error:
        reason = (error.strerror or "the system refuses").lower()
        raise EvidenceUnreadable(name, f"it cannot be read ({reason})") from error
    # Whoever still writes has moved the stamp after a pause; read twice, because its clock lags behind quick writers.
    if len(content) != before.st_size or content != again or _stamp(before) != _stamp(after):
        raise EvidenceChanged(name)
    return content


@contextmanager
def _opened(start: Path | None, file: Path, name: str) -> Generator[int]:
    """A descriptor of the file; of the folders on the way none stays open."""
    if start is None or not _CAN_WALK:
        _refuse_unordinary(file.lstat(), name)
        descriptor = os.open(file, _FLAGS)
    else:
        *between, last = file.relative_to(start).parts
        folder = os.open(start, _FLAGS | _FOLDER)
        try:
            for part in between:
                inner = os.open(part, _FLAGS | _FOLDER, dir_fd=folder)
                os.close(folder)
                folder = inner
            _refuse_unordinary(os.stat(last, dir_fd=folder, follow_symlinks=False), name)
            descriptor = os.open(last, _FLAGS, dir_fd=folder)
        finally:
            os.close(folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _refuse_unordinary(found: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise EvidenceUnreadable(name, "it is a folder")
    if stat.S_ISLNK(found.st_mode):
        raise EvidenceChanged(name)  # it was none when the path was resolved
    if not stat.S_ISREG(found.st_mode):
        raise EvidenceUnreadable(name, "it is no ordinary file")


def _read(descriptor: int, most: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    blocks: list[bytes] = []
    while most > 0 and (block := os.read(descriptor, min(most, 1 << 20))):
        blocks.append(block)
        most -= len(block)
    return b"".join(blocks)


def _stamp(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
