"""Checkpoints: a head of the trail, signed, so that whoever keeps one elsewhere can tell later whether it was cut off.

    signed = "axure-lifecycle/checkpoint/v1" LF seq LF hash LF at

Signed with Ed25519 (RFC 8032). A checkpoint says that the holder of the key saw this head, and that their clock showed
this moment; it says nothing about what the records say.
"""

from hashlib import sha256
from typing import Final, NamedTuple

from axure_lifecycle.domain.trail import canonical

FORMAT: Final = "axure-lifecycle/checkpoint/v1"
FINGERPRINT: Final = 16
"""Hexadecimal digits of a key's SHA-256 by which people name it."""


def fingerprint(public_key: str) -> str:
    """The short name of a public key (64 hexadecimal digits).

    >>> fingerprint("00" * 32)
    '66687aadf862bd77'
    """
    return sha256(bytes.fromhex(public_key)).hexdigest()[:FINGERPRINT]


def message(seq: int, head: str, at: str) -> bytes:
    """What is signed: the number and the hash of the last record, and the moment in the trail's own form."""
    return f"{FORMAT}\n{seq}\n{head}\n{at}".encode()


class Checkpoint(NamedTuple):
    """A signed head of the trail."""

    seq: int
    """Of the last record; 0 for an empty trail."""
    hash: str
    at: str
    """UTC, in the trail's own form."""
    public_key: str
    """64 hexadecimal digits."""
    signature: str
    """128 hexadecimal digits."""

    @property
    def line(self) -> str:
        """As it is exported: JSON, without the key itself, which nobody should take from here."""
        return canonical(
            {
                "format": FORMAT,
                "seq": self.seq,
                "hash": self.hash,
                "at": self.at,
                "key": fingerprint(self.public_key),
                "signature": self.signature,
            }
        )
