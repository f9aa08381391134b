"""The trail: what happened, in an order that nobody can change unseen.

Each record names the digest of its payload and the hash of the record before it. The payload lies beside the chain
under a random salt, so it can be erased and the chain still verifies: what was said is gone, that it was said is not.

    payload digest = SHA-256("axure-lifecycle/payload/v1" LF salt payload)
    record hash    = SHA-256("axure-lifecycle/record/v1" LF seq LF at LF kind LF payload digest LF previous)

The payload is JSON in UTF-8 with sorted keys and no blanks, stored as it was hashed, so verification parses nothing.
seq is decimal from 1, at is UTC in ISO 8601 with microseconds and `Z`, digests are lower-case hexadecimal. `previous`
of the first record is 64 zeros. The prefixes keep a payload from ever passing as a record (domain separation).
A chain alone cannot tell that its end was cut off: that takes a checkpoint kept elsewhere.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple

ORIGIN: Final = "0" * 64
SALT_BYTES: Final = 16
_PAYLOAD: Final = b"axure-lifecycle/payload/v1\n"
_RECORD: Final = b"axure-lifecycle/record/v1\n"


class Record(NamedTuple):
    """One link of the chain."""

    seq: int
    at: str
    kind: str
    """What happened, `noun.verb`: `case.opened`, `source.imported`, …"""
    payload_digest: str
    previous: str
    hash: str


class StoredRecord(NamedTuple):
    """A record as a store gives it back; salt and payload are None once erased."""

    seq: int
    at: str
    kind: str
    payload_digest: str
    previous: str
    hash: str
    salt: bytes | None
    payload: str | None


def moment(at: datetime) -> str:
    """A moment in the trail's own form.

    >>> moment(datetime(2026, 11, 23, 17, 55, tzinfo=UTC))
    '2026-11-23T17:55:00.000000Z'
    """
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def canonical(payload: Mapping[str, object]) -> str:
    """The one text of a payload: sorted keys, no blanks, UTF-8 letters as they are."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(salt: bytes, payload: str) -> str:
    """The digest that the chain keeps in place of a payload."""
    return sha256(_PAYLOAD + salt + payload.encode()).hexdigest()


def hash_of(seq: int, at: str, kind: str, payload_digest: str, previous: str) -> str:
    """The hash that the next record names."""
    return sha256(_RECORD + f"{seq}\n{at}\n{kind}\n{payload_digest}\n{previous}".encode()).hexdigest()


def chain(previous: str, seq: int, at: datetime, kind: str, payload_digest: str) -> Record:
    """The next link."""
    stamp = moment(at)
    return Record(seq, stamp, kind, payload_digest, previous, hash_of(seq, stamp, kind, payload_digest, previous))


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What a verification found."""

    records: int
    erased: int
    """Records whose payload was erased; their links still hold."""
    head: str
    """The hash of the last record, to be kept elsewhere; 64 zeros for an empty trail."""
    broken_at: Break | None

    @property
    def holds(self) -> bool:
        """Whether every link and every payload that is still there agrees."""
        return self.broken_at is None


def verify(records: Iterable[StoredRecord], head_seq: int, head_hash: str) -> Audit:
    """Walk the chain from its first record; stops at the first break.

    `head_seq` and `head_hash` are the store's own note of the last record: they show a shortened chain unless the
    note was shortened too, which only an outside checkpoint can show.
    """
    expected, previous, erased = 1, ORIGIN, 0
    for seq, at, kind, payload_digest, named, own, salt, payload in records:
        if seq != expected:
            return Audit(expected - 1, erased, previous, Break(expected, f"record {expected} is missing"))
        if named != previous:
            return Audit(expected - 1, erased, previous, Break(seq, "it does not follow the record before it"))
        if salt is None or payload is None:
            erased += 1
        elif sha256(_PAYLOAD + salt + payload.encode()).hexdigest() != payload_digest:
            return Audit(expected - 1, erased, previous, Break(seq, "its payload was changed"))
        own_again = sha256(_RECORD + f"{seq}\n{at}\n{kind}\n{payload_digest}\n{named}".encode()).hexdigest()
        if own_again != own:
            return Audit(expected - 1, erased, previous, Break(seq, "the record was changed"))
        previous = own
        expected += 1
    if expected <= head_seq:
        what = f"the trail ends before record {head_seq}, its last one"
        return Audit(expected - 1, erased, previous, Break(expected, what))
    if (expected - 1, previous) != (head_seq, head_hash):
        what = f"the note of the last record says that it is record {head_seq}, and the trail ends with another"
        return Audit(expected - 1, erased, previous, Break(expected - 1, what))
    return Audit(expected - 1, erased, previous, None)
