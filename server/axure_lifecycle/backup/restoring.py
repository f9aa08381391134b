"""Putting a backup back: beside the place first, checked against its list, then there by one rename."""

import hashlib
import os
import secrets
import shutil
import stat
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from axure_lifecycle.backup.contents import LARGEST_MANIFEST, MANIFEST, Contents, Entry
from axure_lifecycle.backup.refusals import BackupBroken, RestoreRefused

_BLOCK: Final = 1 << 20
_OWNER: Final = stat.S_IRWXU
_OWNER_READS: Final = stat.S_IRUSR | stat.S_IWUSR


@contextmanager
def restoring(file: Path, home: Path) -> Generator[tuple[Path, Contents], None, None]:
    """A folder beside the home with everything of the backup in it; it becomes the home when the block ends.

    It is gone again after any fault, and the home is as it was. Readable by the owner alone. Raises `RestoreRefused`,
    `BackupBroken`.
    """
    _see_that_it_is_empty(home)
    staged = home.parent / f".{home.name}.restore-{secrets.token_hex(8)}"
    try:
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.mkdir(mode=_OWNER)
        staged.chmod(_OWNER)  # the umask may have taken rights from the owner
    except OSError as error:
        raise RestoreRefused(home, _reason(error)) from error
    try:
        contents = _unpack(file, staged, home)
        yield staged, contents
        _see_that_it_is_empty(home)
        try:
            if home.is_dir():
                home.rmdir()
            staged.rename(home)
        except OSError as error:
            raise RestoreRefused(home, _reason(error)) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _see_that_it_is_empty(home: Path) -> None:
    try:
        is_free = not home.exists() or not any(home.iterdir())
    except NotADirectoryError:
        raise RestoreRefused(home, "it is no folder") from None
    except OSError as error:
        raise RestoreRefused(home, _reason(error)) from error
    if not is_free:
        raise RestoreRefused(home, "it is not empty")


def _unpack(file: Path, staged: Path, home: Path) -> Contents:
    try:
        with zipfile.ZipFile(file) as archive:
            contents = _list(archive, file)
            held = sorted(archive.namelist())
            if held != sorted([MANIFEST, *(one.name for one in contents.entries)]):
                raise BackupBroken(file, "it does not hold exactly the files of its list")
            for one in contents.entries:
                _take(archive, one, staged, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BackupBroken(file, f"it is no whole backup ({str(error)[:120] or type(error).__name__})") from None
    except FileNotFoundError as error:
        if error.filename == str(file):
            raise BackupBroken(file, "there is no such file") from None
        raise RestoreRefused(home, _reason(error)) from error
    except OSError as error:
        raise RestoreRefused(home, _reason(error)) from error
    return contents


def _list(archive: zipfile.ZipFile, file: Path) -> Contents:
    try:
        if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise BackupBroken(file, "its list is too long to be one")
        return Contents.read(archive.read(MANIFEST))
    except KeyError:
        raise BackupBroken(file, "it holds no list of its files") from None
    except (ValueError, TypeError) as error:
        raise BackupBroken(file, str(error)[:200]) from None


def _take(archive: zipfile.ZipFile, one: Entry, staged: Path, file: Path) -> None:
    """Write one file of the list, for its owner alone. Raises `BackupBroken` where it is not what the list says."""
    place = staged / one.name
    for folder in (place.parent.parent, place.parent) if "/" in one.name else ():
        folder.mkdir(mode=_OWNER, exist_ok=True)
        folder.chmod(_OWNER)
    digest, left = hashlib.sha256(), one.size
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _OWNER_READS)
    with archive.open(one.name) as source, os.fdopen(descriptor, "wb") as target:
        while block := source.read(_BLOCK):
            left -= len(block)
            if left < 0:
                break
            digest.update(block)
            target.write(block)
        target.flush()
        os.fsync(descriptor)
    if left != 0 or digest.hexdigest() != one.sha256:
        raise BackupBroken(file, f"{one.name} in it is not as it was written")


def _reason(error: OSError) -> str:
    return (error.strerror or "the system refuses").lower()
