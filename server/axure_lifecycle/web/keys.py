"""The keys that all workers share: what one of them sealed, each can open."""

import os
import secrets
from pathlib import Path
from typing import ClassVar, Final

from axure_lifecycle.config import HomeUnusable
from axure_lifecycle.directories.refusals import SecretMissing
from axure_lifecycle.directories.secrets import read_secret
from axure_lifecycle.domain.directories import SecretReference
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.serving import ServeSettings
from axure_lifecycle.web.sealing import LEAST_BYTES

KEY_FILE: Final = "serve.key"
"""In the home; readable by its owner alone. Whoever has it can make what this server believes to have made itself."""


class KeyTooShort(LifecycleError):
    """A key that somebody could guess."""

    code: ClassVar[str] = "key_too_short"

    def __init__(self, place: str, length: int) -> None:
        super().__init__(
            f"The server was not started: the key in {place} has {length} bytes, and {LEAST_BYTES} are the least that "
            "nobody can guess. Make one with `openssl rand -hex 32` and put it there."
        )


class ServeKeyMissing(LifecycleError):
    """A configured key is not where the configuration says."""

    code: ClassVar[str] = "serve_key_missing"

    def __init__(self, place: str, why: str) -> None:
        super().__init__(
            f"The server was not started: {place}, one of the `keys` in [serve], {why}. Put the key there (`openssl "
            "rand -hex 32` makes one), or say in the configuration where it lies."
        )


def shared_keys(home: Path, settings: ServeSettings) -> tuple[bytes, ...]:
    """The configured keys, else the one of this home, which is made where it is missing.

    Raises `ServeKeyMissing`, `KeyTooShort`, `HomeUnusable`.
    """
    if not settings.keys:
        return (_key_of_home(home),)
    return tuple(_configured(reference) for reference in settings.keys)


def _configured(reference: SecretReference) -> bytes:
    try:
        key = read_secret("[serve]", reference).encode()
    except SecretMissing as error:
        raise ServeKeyMissing(str(reference), error.why) from error
    _require_length(key, str(reference))
    return key


def _key_of_home(home: Path) -> bytes:
    file = home / KEY_FILE
    try:
        if not file.exists():
            _make(file)
        key = file.read_bytes().strip()
    except OSError as error:
        raise HomeUnusable(home, (error.strerror or "the system refuses").lower()) from error
    _require_length(key, str(file))
    return key


def _make(file: Path) -> None:
    """Whole or not at all; of several servers that start together one makes it."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _require_length(key: bytes, place: str) -> None:
    if len(key) < LEAST_BYTES:
        raise KeyTooShort(place, len(key))
