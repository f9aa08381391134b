"""The key that signs checkpoints and bundles: made in the home, or named by the configuration.

Ed25519. The private key never leaves this room; what is told is the public key and its fingerprint.
"""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from axure_lifecycle.domain.checkpoints import Checkpoint, fingerprint, message
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_FILE: Final = "audit-key.pem"
LARGEST: Final = 10_000
"""Bytes; a key has about 120."""


class SigningKeyMissing(LifecycleError):
    """There is nothing to sign with."""

    code = "signing_key_missing"

    def __init__(self, place: str, why: str) -> None:
        self.place = place
        super().__init__(
            f"Nothing was signed: the key of the audit, {shown(place)}, {why}. Make one in the home with "
            "`axure-lifecycle audit key`, or name where it lies in [audit] key of config.toml."
        )


class SigningKeyUnusable(LifecycleError):
    """What lies there is no key to sign with."""

    code = "signing_key_unusable"

    def __init__(self, place: str, why: str) -> None:
        self.place = place
        super().__init__(
            f"Nothing was signed: the key of the audit, {shown(place)}, cannot be used: {why}. "
            "Put an Ed25519 private key there, as PEM (PKCS #8, without a password)."
        )


class SigningKeyElsewhere(LifecycleError):
    """The configuration names a key that is not ours to make or to change."""

    code = "signing_key_elsewhere"

    def __init__(self, place: str) -> None:
        super().__init__(
            f"No key was made: config.toml names {shown(place)} as the key of the audit. Change the key there, or "
            "take [audit] key out of config.toml and repeat this for a key in the home."
        )


class SigningKey:
    """A private key, and what may be told of it."""

    def __init__(self, private: "Ed25519PrivateKey") -> None:
        self._private = private
        self.public_key = private.public_key().public_bytes_raw().hex()
        """64 hexadecimal digits."""

    @property
    def fingerprint(self) -> str:
        """Its short name."""
        return fingerprint(self.public_key)

    def sign(self, text: bytes) -> str:
        """The signature, 128 hexadecimal digits; the same for the same text."""
        return self._private.sign(text).hex()

    def checkpoint(self, seq: int, head: str, at: str) -> Checkpoint:
        """A head of the trail, signed."""
        return Checkpoint(seq, head, at, self.public_key, self.sign(message(seq, head, at)))


def load_key(text: str, place: str) -> SigningKey:
    """The key in a text: PEM. Raises `SigningKeyUnusable` about `place`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(text.encode(), password=None)
    except TypeError:
        raise SigningKeyUnusable(place, "it is locked with a password") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SigningKeyUnusable(place, "it is no private key in PEM form") from None
    if not isinstance(found, Ed25519PrivateKey):
        raise SigningKeyUnusable(place, "it is a key of another kind")
    return SigningKey(found)


def home_key(home: Path) -> SigningKey | None:
    """The key in the home; None where there is none. Raises `SigningKeyUnusable`."""
    file = home / KEY_FILE
    try:
        with file.open("rb") as stream:
            text = stream.read(LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SigningKeyUnusable(str(file), f"it cannot be read ({(error.strerror or 'refused').lower()})") from None
    return load_key(text.decode("ascii", "replace"), str(file))


def make_home_key(home: Path, *, replaces: bool = False) -> SigningKey:
    """Make a key in the home, mode 0600, whole or not at all; with `replaces` in the place of the one before.

    The one before is gone for good: its signatures are verified by its public key. Raises `SigningKeyUnusable` where
    the home cannot be written, and where another process made a key meanwhile.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = Ed25519PrivateKey.generate()
    text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = home / KEY_FILE
    draft = home / f".{KEY_FILE}.{secrets.token_hex(8)}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            if os.name != "nt":
                os.fchmod(descriptor, 0o600)
            stream.write(text)
            stream.flush()
            os.fsync(descriptor)
        if replaces:
            draft.replace(file)
        else:
            file.hardlink_to(draft)  # unlike a rename, fails where a key lies
    except OSError as error:
        raise SigningKeyUnusable(str(file), f"it cannot be made ({(error.strerror or 'refused').lower()})") from None
    finally:
        draft.unlink(missing_ok=True)
    return SigningKey(private)
