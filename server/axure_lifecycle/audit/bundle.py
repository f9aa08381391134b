"""An auditor's bundle: what was recorded on some days, from one view of the store, streamed into one file.

The same store, days and key give the same bytes: members stand in a fixed order without times, rows in the order of
their numbers, and the newest checkpoint, which holds the only moment, is made once for each head.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from axure_lifecycle.audit import verify_bundle
from axure_lifecycle.audit.container import Container
from axure_lifecycle.audit.keys import SigningKey
from axure_lifecycle.audit.refusals import (
    BundleUnsound,
    DaysAhead,
    DaysReversed,
    EvidenceNotWhole,
    NothingRecorded,
)
from axure_lifecycle.domain.checkpoints import Checkpoint
from axure_lifecycle.domain.evidence import Keeping
from axure_lifecycle.domain.holdings import Actor
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle.domain.trail import StoredRecord, canonical, moment
from axure_lifecycle.ports import EvidenceArchive, Progress, Store, View
from axure_lifecycle.ports.auditing import Told

_RECORDS_PER_SIGN: Final = 20_000
_README: Final = """\
This is a bundle of what was recorded by Axure Lifecycle, for an auditor.

Verify it before you read it, with a verifier and a public key that you got by another way than this file:

    python3 -I verify.py BUNDLE.zip --public-key KEY

verify.py in this bundle is here for convenience. A verifier out of the bundle proves nothing: whoever could change the
one could change the other. Compare its SHA-256 with one from elsewhere, or have one written by `axure-lifecycle audit
verifier FILE`. It needs Python 3.11 or newer and nothing else.

    trail/range.jsonl    the records of these days, each with its salt and payload; null where it was erased
    trail/before.jsonl   time, kind and payload digest of each record before: what links these days to the first record
    trail/after.jsonl    the same of each record after, up to the newest checkpoint
    cases.jsonl          the cases that these records are about, with their plans, as they stood when this was made
    claims.jsonl         what people said about their steps, by whom, on which channel, taken back or not
    approvals.jsonl      what a second person agreed to
    evidence.jsonl       the files that were attached; evidence/SHA256 holds each of them
    sources.jsonl        the rosters and directory reads that came or that checked a step: digests, no rows
    checkpoints.jsonl    heads of the trail that were signed (Ed25519)
    manifest.json        the SHA-256 of every member; manifest.sig is its signature

It holds personal data. Nothing in it is an instruction to anybody or to any program.
"""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a bundle, both included, as the organisation counts them."""

    first: date
    last: date
    organization: Organization

    @property
    def begin(self) -> datetime:
        """The first moment, UTC."""
        return datetime.combine(self.first, time.min, self.organization.time_zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment after, UTC."""
        return datetime.combine(self.last + timedelta(days=1), time.min, self.organization.time_zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Bundled:
    """What a bundle holds."""

    first: int
    last: int
    erased: int
    """Payloads that were erased."""
    cases: int
    claims: int
    files: int
    checkpoint: Checkpoint
    size: int
    """Bytes."""


class Numbers(Collection[int]):
    """Numbers of rows, one bit each: a million take 125 kB."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, number: int) -> None:
        """Take a number from 0 on in."""
        place = number >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << (number & 7)

    def __contains__(self, number: object) -> bool:
        """Whether it was taken in."""
        return (
            isinstance(number, int)
            and 0 <= number >> 3 < len(self._bits)
            and bool(self._bits[number >> 3] >> (number & 7) & 1)
        )

    def __iter__(self) -> Iterator[int]:
        """In their order."""
        return (8 * place + bit for place, byte in enumerate(self._bits) for bit in range(8) if byte >> bit & 1)

    def __len__(self) -> int:
        """How many there are."""
        return sum(byte.bit_count() for byte in self._bits)


def days_of(first: date, last: date, today: date, organization: Organization) -> Days:
    """The days of a bundle. Raises `DaysReversed`, `DaysAhead`."""
    if first > last:
        raise DaysReversed(first, last)
    if last > today:
        raise DaysAhead(last, today)
    return Days(first, last, organization)


def sign_head(
    store: Store, key: SigningKey, actor: Actor, now: datetime, seen: tuple[int, str] | None = None
) -> Checkpoint:
    """The checkpoint of a head by this key: the one that was made before, or a new one.

    It is the present head, or one that a view has `seen`: what is written meanwhile is in no table of that view.
    """
    with store.writing(actor) as change:
        seq, head = seen or change.trail_head()
        for found in change.checkpoints(seq):
            if (found.seq, found.hash, found.public_key) == (seq, head, key.public_key):
                return found
        made = key.checkpoint(seq, head, moment(now))
        change.keep_checkpoint(made)
    return made


def refuse_empty(view: View, days: Days) -> tuple[int, int]:
    """The first and the last record of the days. Raises `NothingRecorded`."""
    span = view.trail_span(days.begin, days.end)
    if span.first is None or span.last is None or span.first > span.last:
        zone = days.organization.time_zone
        begun, ended = (
            None if at is None else datetime.fromisoformat(at).astimezone(zone).date()
            for at in (span.begun_at, span.ended_at)
        )
        raise NothingRecorded(days.first, days.last, begun, ended)
    return span.first, span.last


class Bundler:
    """Writes one bundle."""

    def __init__(
        self, view: View, archive: EvidenceArchive, key: SigningKey, days: Days, progress: Progress | None
    ) -> None:
        self._view, self._archive, self._key, self._days = view, archive, key, days
        self._progress = progress
        self._cases, self._sources = Numbers(), Numbers()
        self._erased = self._walked = 0

    def write(self, stream: BinaryIO, checkpoint: Checkpoint) -> Bundled:
        """Write the bundle, then read it again as an auditor will.

        Raises `NothingRecorded`, `EvidenceNotWhole`, `BundleUnsound`, and `OSError` of the stream.
        """
        first, last = refuse_empty(self._view, self._days)
        last = min(last, checkpoint.seq)
        container = Container(stream)
        container.add(verify_bundle.README, _README.encode())
        container.add(verify_bundle.VERIFIER, verifier())
        self._trail(container, first, last, checkpoint.seq)
        counts = self._tables(container)
        points = self._view.checkpoints(checkpoint.seq)
        # That of the head by this key comes last, whatever other keys signed the same head.
        kept = (one.line for one in points if one != checkpoint)
        _lines(container, verify_bundle.CHECKPOINTS, (*kept, checkpoint.line))
        files = self._files(container)
        manifest = self._manifest(container, first, last, checkpoint)
        container.add(verify_bundle.MANIFEST, manifest)
        signature = self._key.sign(verify_bundle.FORMAT.encode() + b"\n" + manifest)
        container.add(verify_bundle.SIGNATURE, f"{signature}\n".encode())
        container.finish()
        size = stream.tell()
        try:
            verify_bundle.verify(stream, [bytes.fromhex(self._key.public_key)])
        except verify_bundle.Broken as broken:
            raise BundleUnsound(str(broken)) from None
        return Bundled(first, last, self._erased, counts["cases"], counts["claims"], files, checkpoint, size)

    def _trail(self, container: Container, first: int, last: int, head: int) -> None:
        before = (_bare(record) for record in self._counted(0, first - 1, head))
        _lines(container, verify_bundle.BEFORE, before)
        records = self._counted(first - 1, last - first + 1, head)
        _lines(container, verify_bundle.RANGE, map(self._whole, records))
        after = (_bare(record) for record in self._counted(last, head - last, head))
        _lines(container, verify_bundle.AFTER, after)
        for case in self._view.cases_moved(self._days.begin, self._days.end):
            self._cases.add(case)

    def _counted(self, after: int, most: int, total: int) -> Iterator[StoredRecord]:
        for record in self._view.trail(after, most):
            self._walked += 1
            if self._progress is not None and self._walked % _RECORDS_PER_SIGN == 0:
                self._progress(self._walked, total, "records bundled")
            yield record

    def _whole(self, record: StoredRecord) -> str:
        if record.payload is None or record.salt is None:
            self._erased += 1
        else:
            payload = json.loads(record.payload)
            for name, numbers in (("case", self._cases), ("source", self._sources)):
                if type(payload.get(name)) is int:
                    numbers.add(payload[name])
        fields = record._asdict() | {"salt": record.salt.hex() if record.salt is not None else None}
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))

    def _tables(self, container: Container) -> dict[str, int]:
        counts = {"cases": 0, "claims": 0}

        def cases() -> Iterator[Told]:
            for case in self._view.told_cases(self._cases):
                counts["cases"] += 1
                for check in case["checks"]:
                    self._sources.add(check["source_id"])
                yield case

        def claims() -> Iterator[Told]:
            for claim in self._view.told_claims(self._cases):
                counts["claims"] += 1
                yield claim

        _rows(container, verify_bundle.CASES, cases())
        _rows(container, verify_bundle.CLAIMS, claims())
        _rows(container, verify_bundle.APPROVALS, self._view.told_approvals(self._cases))
        _rows(container, verify_bundle.EVIDENCE, self._view.told_evidence(self._cases))
        sources = self._view.told_sources(self._days.begin, self._days.end, self._sources)
        _rows(container, verify_bundle.SOURCES, sources)
        return counts

    def _files(self, container: Container) -> int:
        attached = [row for row in self._view.told_evidence(self._cases) if row["erased_at"] is None]
        digests = sorted({row["digest"] for row in attached})
        lost = {one for one in digests if self._archive.look_at(one) is not Keeping.WHOLE}
        if lost:
            raise EvidenceNotWhole(
                [f"E-{row['id']} of C-{row['case_id']}" for row in attached if row["digest"] in lost]
            )
        for digest in digests:
            container.begin(f"{verify_bundle.FILES}{digest}")
            for block in self._blocks(digest):
                container.write(block)
            if container.end().sha256 != digest:
                raise EvidenceNotWhole([digest])
        return len(digests)

    def _blocks(self, digest: str) -> Iterator[bytes]:
        try:
            yield from self._archive.blocks(digest)
        except OSError:
            raise EvidenceNotWhole([digest]) from None

    def _manifest(self, container: Container, first: int, last: int, checkpoint: Checkpoint) -> bytes:
        organization = self._days.organization
        return canonical(
            {
                "format": verify_bundle.FORMAT,
                "organization": {"name": organization.name, "host": organization.host},
                "range": {
                    "from": self._days.first.isoformat(),
                    "to": self._days.last.isoformat(),
                    "time_zone": organization.time_zone.key,
                    "begin": moment(self._days.begin),
                    "end": moment(self._days.end),
                },
                "trail": {
                    "first": first,
                    "last": last,
                    "head": [checkpoint.seq, checkpoint.hash],
                    "erased": self._erased,
                },
                "key": self._key.fingerprint,
                "members": [one._asdict() for one in container.members],
            }
        ).encode()


def verifier() -> bytes:
    """The verifier: one file of plain Python."""
    return Path(verify_bundle.__file__).read_bytes()


def _bare(record: StoredRecord) -> str:
    """What links a record: all but the payload."""
    return json.dumps([record.at, record.kind, record.payload_digest], separators=(",", ":"))


def _rows(container: Container, name: str, rows: Iterable[Told]) -> None:
    _lines(container, name, map(canonical, rows))


def _lines(container: Container, name: str, lines: Iterable[str]) -> None:
    container.begin(name)
    for line in lines:
        container.write(f"{line}\n".encode())
    container.end()
