"""Taking a backup while servers go on.

The store is copied as one state (SQLite's online backup, https://sqlite.org/backup.html): writers neither wait for it
nor show in it half. Attached files are copied after it: a file is kept before the record that names it, so every file
that the copied store names is there.
"""

import hashlib
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote

from axure_lifecycle.backup.contents import CONFIGURATION, EVIDENCE, KEYS, MANIFEST, STORE, Contents, Entry
from axure_lifecycle.backup.refusals import StoreNotCopied

_BLOCK: Final = 1 << 20
_WAIT_SECONDS: Final = 60


def write_backup(home: Path, store: Path, stream: BinaryIO, *, version: str, now: datetime) -> Contents:
    """Write the backup of a home whose store is that file; a store that was never used is left out.

    Nothing of the home is changed. Raises `StoreNotCopied`, and `OSError` where a file cannot be read or written.
    """
    entries: list[Entry] = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        if store.is_file():
            with tempfile.TemporaryDirectory(prefix="axure-lifecycle-") as folder:
                copy = Path(folder) / STORE
                _copy_store(store, copy)
                entries.append(_add(archive, STORE, copy))
        beside = [name for name in (CONFIGURATION, *KEYS) if (home / name).is_file()]
        entries += [_add(archive, name, home / name) for name in beside]
        for file in _attached(home):
            try:
                entries.append(_add(archive, f"{EVIDENCE}/{file.parent.name}/{file.name}", file))
            except FileNotFoundError:
                continue  # Erased since the folder was listed.
        contents = Contents(now, version, entries)
        archive.writestr(MANIFEST, contents.write())
    return contents


def _copy_store(store: Path, copy: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(store))}?mode=rw", uri=True, timeout=_WAIT_SECONDS)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target, pages=-1)
            # One file instead of three; the store turns its log on again when it is opened.
            target.execute("PRAGMA journal_mode = DELETE")
            found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise StoreNotCopied(store, str(error)) from None
    if found != "ok":
        raise StoreNotCopied(store, "the file is damaged")


def _attached(home: Path) -> Iterator[Path]:
    """Every kept file, in the order of their digests; drafts of files that are just being kept are none."""
    for folder in sorted((home / EVIDENCE).glob("[0-9a-f][0-9a-f]")):
        yield from sorted(file for file in folder.iterdir() if len(file.name) == 2 * hashlib.sha256().digest_size)


def _add(archive: zipfile.ZipFile, name: str, file: Path) -> Entry:
    """Copy a file as it is now; the digest is of what was copied."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            size += len(block)
            target.write(block)
    return Entry(name, size, digest.hexdigest())
