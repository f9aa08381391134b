"""Secrets, from where the configuration says that they lie: held while a directory is read, and kept nowhere."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from axure_lifecycle.directories.refusals import SecretMissing
from axure_lifecycle.domain.directories import SecretKind, SecretReference

LARGEST: Final = 100_000
"""Bytes; a service account's key file has about 2,300."""
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def read_secret(directory: str, reference: SecretReference, environment: Mapping[str, str] = os.environ) -> str:
    """The secret, without the line's end that editors add. Raises `SecretMissing`."""
    secret, why = find_secret(reference, environment)
    if secret is None:
        raise SecretMissing(directory, reference, why)
    return secret


def find_secret(reference: SecretReference, environment: Mapping[str, str] = os.environ) -> tuple[str | None, str]:
    """The secret, without the line's end that editors add; None with what stands in the way (`is not set`)."""
    match reference.kind:
        case SecretKind.ENVIRONMENT:
            found = environment.get(reference.place)
            why = "is not set"
        case SecretKind.FILE:
            found, why = _of_file(Path(reference.place))
        case SecretKind.KEYRING:
            found, why = _of_keyring(reference.place)
    secret = (found or "").strip("\r\n")
    if not secret.strip():
        return None, why if found is None else "is empty"
    return secret, ""


def is_readable_by_others(reference: SecretReference) -> bool:
    """Whether somebody else on this machine may read the file with the secret."""
    if reference.kind is not SecretKind.FILE or os.name != "posix":
        return False
    try:
        return bool(Path(reference.place).stat().st_mode & _OTHERS)
    except OSError:
        return False


def _of_file(file: Path) -> tuple[str | None, str]:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        return None, f"cannot be read ({error.strerror})"
    if len(content) > LARGEST:
        return None, f"is larger than {LARGEST:,} bytes"
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return None, "is no text in UTF-8"


def _of_keyring(place: str) -> tuple[str | None, str]:
    service, _, user = place.partition("/")
    try:
        import keyring
        from keyring.errors import KeyringError
    except ModuleNotFoundError:
        return None, "needs the extra `keyring`, which is not installed"
    try:
        return keyring.get_password(service, user), "is in no keyring of this user"
    except KeyringError as error:
        return None, f"cannot be had: this machine's keyring does not open ({type(error).__name__})"
