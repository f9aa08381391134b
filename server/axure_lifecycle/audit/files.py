"""A new file, whole or not at all, readable by its owner alone, and never in the place of another."""

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from axure_lifecycle.audit.refusals import AuditFileRefused


@contextmanager
def new_file(file: Path, what: str) -> Generator[BinaryIO, None, None]:
    """A file to be written and read; it takes its name at the end, and is gone after any fault.

    Raises `AuditFileRefused`, also where a file of this name was made meanwhile.
    """
    if file.exists() or file.is_symlink():
        raise AuditFileRefused(what, file, "it exists already")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(descriptor, "w+b") as stream:
                if os.name != "nt":
                    os.fchmod(descriptor, 0o600)
                yield stream
                stream.flush()
                os.fsync(descriptor)
            _name(draft, file)
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError:
        raise AuditFileRefused(what, file, "it exists already") from None
    except (OSError, ValueError) as error:  # a name with a NUL in it is a ValueError
        why = error.strerror if isinstance(error, OSError) and error.strerror else "the system refuses"
        raise AuditFileRefused(what, file, why.lower()) from None


def _name(draft: Path, file: Path) -> None:
    try:
        file.hardlink_to(draft)  # unlike a rename, fails where the file exists
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        draft.replace(file)
