"""Small things that leave this process and come back, or lie in the store, and that nobody else may read or make.

Sealed by Fernet (AES-CBC with HMAC-SHA256, a moment inside) under keys that all workers share; the first key seals,
every key opens, so that keys can be changed one after the other.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LEAST_BYTES: Final = 32
"""Of a key."""


class Seal:
    """Seals for one purpose: what was sealed for another one does not open."""

    def __init__(self, keys: Sequence[bytes], purpose: str) -> None:
        """`keys`: at least one, of at least `LEAST_BYTES` each."""
        if not keys or any(len(key) < LEAST_BYTES for key in keys):
            raise ValueError("a key of at least 32 bytes is needed")
        self._fernet = MultiFernet([Fernet(_derive(key, purpose)) for key in keys])

    def close(self, value: bytes) -> str:
        """The value, sealed; URL-safe text."""
        return self._fernet.encrypt(value).decode("ascii")

    def open(self, sealed: str, seconds: int | None = None) -> bytes | None:
        """What was sealed; None for anything else, and for what was sealed longer ago than so many seconds."""
        try:
            return self._fernet.decrypt(sealed.encode("utf-8", "replace"), ttl=seconds)
        except InvalidToken:
            return None


def _derive(key: bytes, purpose: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=b"axure-lifecycle/seal/v1\n" + purpose.encode()).derive(key)
    return urlsafe_b64encode(derived)
