"""Verifies an auditor's bundle of Axure Lifecycle. One file, plain Python 3.11 or newer, nothing to install.

    python3 -I verify.py BUNDLE.zip --public-key KEY [--public-key OLDER_KEY] [--checkpoint FILE] [--head HASH]

KEY is the public key (64 hexadecimal digits, or a file that holds them) as you got it from the organisation by another
way than the bundle. Without it only the integrity is told, which whoever made a bundle can make too.
A verifier that came out of the bundle proves nothing: whoever changed the one could change the other.

Exit code 0: everything agrees and is signed by a key that you gave. 1: something does not agree. 2: mistyped.
3: everything agrees, and no key was given.

A bundle is a ZIP file in one form only: stored members in a fixed order, without comments, times or gaps. So each byte
of it is either covered by a digest of the signed manifest or can be derived from it, and both are compared here.
Nothing is ever unpacked or written.
"""

import argparse
import hashlib
import json
import re
import struct
import sys
from binascii import crc32
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import Any, BinaryIO, Final, NamedTuple, cast

FORMAT: Final = "axure-lifecycle/bundle/v1"
CHECKPOINT_FORMAT: Final = "axure-lifecycle/checkpoint/v1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
BEFORE, RANGE, AFTER = "trail/before.jsonl", "trail/range.jsonl", "trail/after.jsonl"
CASES, CLAIMS, APPROVALS = "cases.jsonl", "claims.jsonl", "approvals.jsonl"
EVIDENCE, SOURCES, CHECKPOINTS = "evidence.jsonl", "sources.jsonl", "checkpoints.jsonl"
README, VERIFIER = "README.txt", "verify.py"
FIXED: Final = (README, VERIFIER, BEFORE, RANGE, AFTER, CASES, CLAIMS, APPROVALS, EVIDENCE, SOURCES, CHECKPOINTS)
"""The members that every bundle has, in their order; then come the files, `evidence/SHA256`, sorted."""
FILES: Final = "evidence/"

ORIGIN: Final = "0" * 64
_LARGEST_INDEX: Final = 1 << 26
"""Bytes of the central directory, of the manifest, and of one line: more is refused before it is read."""
_BLOCK: Final = 1 << 20
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF


class Broken(Exception):
    """Something in the bundle does not agree."""


# -- Ed25519, RFC 8032: verification only, and strict ------------------------------------------------------------------

_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT: Final = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]
_NEUTRAL: Final[_Point] = (0, 1, 1, 0)


def _add(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: _Point) -> _Point:
    found = _NEUTRAL
    while factor:
        if factor & 1:
            found = _add(found, point)
        point = _add(point, point)
        factor >>= 1
    return found


def _is_same(one: _Point, other: _Point) -> bool:
    return not ((one[0] * other[2] - other[0] * one[2]) % _P or (one[1] * other[2] - other[1] * one[2]) % _P)


def decode_point(encoded: bytes) -> _Point | None:
    """The point with this encoding; None for one that is none, not the shortest, or of small order."""
    whole = int.from_bytes(encoded, "little")
    y, sign = whole & ((1 << 255) - 1), whole >> 255
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    point = (x if x & 1 == sign else _P - x, y, 1, 0)
    point = (point[0], y, 1, point[0] * y % _P)
    return None if _is_same(_times(8, point), _NEUTRAL) else point


_y: Final = 4 * pow(5, _P - 2, _P) % _P
_BASE: Final = decode_point(_y.to_bytes(32, "little"))


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is a signature of the message by the key: canonical, and of no point of small order."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, r, s = decode_point(public_key), decode_point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or _BASE is None or s >= _L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % _L
    return _is_same(_times(s, _BASE), _add(r, _times(k, key)))


def fingerprint(public_key: bytes) -> str:
    """The short name of a key: the first 16 digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


# -- the container: every byte of it can be derived --------------------------------------------------------------------


def local_header(name: str, size: int, crc: int) -> bytes:
    """What stands before a member's content."""
    extra = struct.pack("<HHQQ", 1, 16, size, size)
    fields = (b"PK\3\4", 45, 0, 0, 0, 0x21, crc, _FULL32, _FULL32, len(name), len(extra))
    return struct.pack("<4sHHHHHLLLHH", *fields) + name.encode("ascii") + extra


def central_entry(name: str, size: int, crc: int, offset: int) -> bytes:
    """A member's line in the central directory."""
    extra = struct.pack("<HHQQQ", 1, 24, size, size, offset)
    sizes = (crc, _FULL32, _FULL32, len(name), len(extra), 0, 0, 0, 0o100600 << 16, _FULL32)
    fields = (b"PK\1\2", 3 << 8 | 45, 45, 0, 0, 0, 0x21, *sizes)
    return struct.pack("<4sHHHHHHLLLHHHHHLL", *fields) + name.encode("ascii") + extra


def ending(count: int, size: int, offset: int) -> bytes:
    """What stands behind the central directory of so many members and bytes, which begins at `offset`."""
    fields = (b"PK\6\6", 44, 3 << 8 | 45, 45, 0, 0, count, count, size, offset)
    return (
        struct.pack("<4sQHHLLQQQQ", *fields)
        + struct.pack("<4sLQL", b"PK\6\7", 0, offset + size, 1)
        + struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, _FULL16, _FULL16, _FULL32, _FULL32, 0)
    )


_ENDING: Final = len(ending(0, 0, 0))
_ENTRY: Final = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_NAME: Final = re.compile(r"[a-z]+(?:/[a-z]+)?\.[a-z]+|README\.txt|evidence/[0-9a-f]{64}")


class Member(NamedTuple):
    """One member as the central directory has it."""

    name: str
    size: int
    crc: int
    start: int
    """Where its content begins."""


def read_container(stream: BinaryIO) -> list[Member]:
    """The members in their order. Raises `Broken` unless each byte around their contents is as it must be."""
    length = stream.seek(0, 2)
    if length < _ENDING:
        raise Broken("this is no bundle: the file is too short")
    stream.seek(length - _ENDING)
    tail = stream.read(_ENDING)
    count, size, offset = struct.unpack_from("<QQQ", tail, 32)
    if tail != ending(count, size, offset) or offset + size + _ENDING != length or size > _LARGEST_INDEX:
        raise Broken("the end of the file is not as bundles end: it is cut off, longer, or no bundle")
    stream.seek(offset)
    index, place, at, members = stream.read(size), 0, 0, list[Member]()
    while place < len(index):
        if place + _ENTRY.size > len(index):
            raise Broken("the central directory is damaged")
        crc, name_length = _ENTRY.unpack_from(index, place)[7], _ENTRY.unpack_from(index, place)[10]
        raw = index[place + _ENTRY.size : place + _ENTRY.size + name_length]
        extra = index[place + _ENTRY.size + name_length :][:12]
        name = raw.decode("ascii", "replace")
        if not _NAME.fullmatch(name) or len(extra) < 12:
            raise Broken(f"the central directory names {ascii(name)[:80]}, which no bundle holds")
        content = struct.unpack_from("<Q", extra, 4)[0]
        entry = central_entry(name, content, crc, at)
        if index[place : place + len(entry)] != entry:
            raise Broken(f"the entry of {name} in the central directory is not as bundles are written")
        header = local_header(name, content, crc)
        if at + len(header) + content > offset:
            raise Broken(f"{name} reaches beyond the end of the file")
        stream.seek(at)
        if stream.read(len(header)) != header:
            raise Broken(f"the header of {name} does not agree with the central directory")
        members.append(Member(name, content, crc, at + len(header)))
        place, at = place + len(entry), at + len(header) + content
    if at != offset or len(members) != count:
        raise Broken("there is something between the members and the central directory")
    names = [member.name for member in members]
    files = names[len(FIXED) : -2]
    is_in_order = names[: len(FIXED)] == list(FIXED) and names[-2:] == [MANIFEST, SIGNATURE]
    if not is_in_order or not all(name.startswith(FILES) for name in files) or files != sorted(set(files)):
        raise Broken("a member is missing, added, repeated or in another place")
    return members


def read_lines(stream: BinaryIO, member: Member) -> Iterator[bytes]:
    """The lines of a member, without their ends, wherever else the stream is read meanwhile."""
    at, left, rest = member.start, member.size, b""
    while left:
        stream.seek(at)
        block = stream.read(min(left, _BLOCK))
        at, left = at + len(block), left - len(block)
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
        if not block or len(rest) > _LARGEST_INDEX:
            raise Broken(f"{member.name} is cut off, or holds a line that is too long")
    if rest:
        raise Broken(f"{member.name} does not end with a whole line")


# -- what the members say ----------------------------------------------------------------------------------------------


def read_json(text: bytes, what: str) -> Any:
    """JSON as bundles write it: UTF-8, no name twice. Raises `Broken`."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Broken(f"{what} names a field twice")
        return found

    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise Broken(f"{what} is no JSON") from None


@dataclass
class Chain:
    """The trail as far as it was walked."""

    seq: int = 0
    head: str = ORIGIN
    erased: int = 0
    wanted: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    """Sequence numbers → hashes that a checkpoint says the chain has there."""
    kept: str | None = None
    kept_at: int | None = None

    def link(self, at: str, kind: str, digest: str) -> None:
        """Go on by one record."""
        self.seq += 1
        link = f"{self.seq}\n{at}\n{kind}\n{digest}\n{self.head}"
        self.head = hashlib.sha256(b"axure-lifecycle/record/v1\n" + link.encode()).hexdigest()
        self.meet()

    def meet(self) -> None:
        """Hold the chain against what was said of it before. Raises `Broken`."""
        if any(said != self.head for said in self.wanted.pop(self.seq, ())):
            raise Broken(f"record {self.seq} is not the one that a signed checkpoint names: the trail was written anew")
        if self.head == self.kept:
            self.kept_at = self.seq


def _walk_bare(
    chain: Chain, lines: Iterator[bytes], is_fit: Callable[[str], bool], what: str, tables: "Tables"
) -> None:
    for line in lines:
        found = cast("list[object]", read_json(line, what))
        if type(found) is not list or len(found) != 3:
            raise Broken(f"{what}: the line of record {chain.seq + 1} is none")
        at, kind, digest = map(str, found)
        if not is_fit(at):
            raise Broken(f"record {chain.seq + 1} belongs to the days of the bundle and was left out of them")
        chain.link(at, kind, digest)
        tables.meet_bare(kind, at, is_before=what == BEFORE)


_RECORD: Final = ("seq", "at", "kind", "payload_digest", "previous", "hash", "salt", "payload")


def read_object(text: bytes, what: str) -> dict[str, Any]:
    """An object of JSON. Raises `Broken`."""
    found = read_json(text, what)
    if not isinstance(found, dict):
        raise Broken(f"{what} is no object")
    return cast("dict[str, Any]", found)


def read_record(line: bytes) -> dict[str, Any]:
    """A record of the range, with its payload or None for each of salt and payload. Raises `Broken`."""
    found = read_object(line, RANGE)
    if tuple(found) != _RECORD:
        raise Broken(f"{RANGE}: a line is no record")
    return found


def _walk_range(chain: Chain, lines: Iterator[bytes], compare: Callable[[dict[str, Any]], None]) -> None:
    for line in lines:
        record = read_record(line)
        if (record["seq"], record["previous"]) != (chain.seq + 1, chain.head):
            raise Broken(f"record {chain.seq + 1} is missing, moved, or does not follow the one before it")
        salt, payload = record["salt"], record["payload"]
        if (salt is None) is not (payload is None):
            raise Broken(f"record {chain.seq + 1} has a payload without its salt, or the other way round")
        if payload is None:
            chain.erased += 1
        else:
            try:
                salted = bytes.fromhex(salt) + payload.encode()
            except (TypeError, ValueError, AttributeError):
                raise Broken(f"the payload of record {chain.seq + 1} is none") from None
            if hashlib.sha256(b"axure-lifecycle/payload/v1\n" + salted).hexdigest() != record["payload_digest"]:
                raise Broken(f"the payload of record {chain.seq + 1} was changed")
        chain.link(record["at"], record["kind"], record["payload_digest"])
        if chain.head != record["hash"]:
            raise Broken(f"record {chain.seq} was changed")
        compare(record)


class Checkpoint(NamedTuple):
    """A head of the trail that somebody signed."""

    seq: int
    hash: str
    at: str
    key: str
    """The fingerprint of the key."""
    signature: str

    @property
    def message(self) -> bytes:
        """What is signed."""
        return f"{CHECKPOINT_FORMAT}\n{self.seq}\n{self.hash}\n{self.at}".encode()

    def is_signed_by(self, public_key: bytes) -> bool:
        """Whether it is a checkpoint of this key."""
        try:
            return is_signed(public_key, self.message, bytes.fromhex(self.signature))
        except ValueError:
            return False


def read_checkpoint(text: bytes, what: str = CHECKPOINTS) -> Checkpoint:
    """A checkpoint from its line. Raises `Broken`."""
    found = read_object(text, what)
    names = ("at", "format", "hash", "key", "seq", "signature")
    are_texts = all(isinstance(value, str) for name, value in found.items() if name != "seq")
    is_one = tuple(sorted(found)) == names and found["format"] == CHECKPOINT_FORMAT
    if not is_one or not are_texts or type(found["seq"]) is not int:
        raise Broken(f"{what} holds something that is no checkpoint")
    return Checkpoint(found["seq"], found["hash"], found["at"], found["key"], found["signature"])


class _Told(NamedTuple):
    """A table of the bundle, and the records of the trail that its rows must agree with."""

    member: str
    kinds: Sequence[str]
    number: str
    at: str
    """Where a row has the moment of its record."""
    by: str
    """Where it has who acted."""
    fields: Sequence[tuple[str, str]]
    """In the payload, in the row."""


def _same(*names: str) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


_OF_A_STEP: Final = (("case", "case_id"), ("step", "step_key"))
_QUESTION: Final = ("question", "question_digest", "note")
_OFTEN_LEFT_OUT: Final = "was_approved"
"""Where a payload does without, a row must too."""
_TOLD: Final = (
    _Told(
        CASES,
        ["case.opened"],
        "case",
        "opened_at",
        "opened_by",
        _same("operation", "application", "subject", "plan_digest", "due_on", "reason"),
    ),
    _Told(
        CLAIMS,
        ["claim.made"],
        "claim",
        "at",
        "said_by",
        [*_OF_A_STEP, *_same("outcome", "answer", "assurance", *_QUESTION, _OFTEN_LEFT_OUT)],
    ),
    _Told(
        APPROVALS,
        ["case.approved", "approval.reported"],
        "approval",
        "at",
        "approved_by",
        [("case", "case_id"), *_same("plans_digest", "assurance", *_QUESTION)],
    ),
    _Told(
        EVIDENCE,
        ["evidence.attached"],
        "evidence",
        "at",
        "attached_by",
        [*_OF_A_STEP, *_same("digest", "name", "media_type", "size", "note", "assurance")],
    ),
    _Told(
        SOURCES,
        ["source.imported"],
        "source",
        "received_at",
        "brought_by",
        [
            ("roster", "kind"),
            *_same("digest", "rows", "refused", "taken_at", "is_moment_stated", "horizon", "is_complete", "assurance"),
            ("label", "label"),
        ],
    ),
)


class _Later(NamedTuple):
    """What becomes of a row later, by a record of its own."""

    member: str
    kind: str
    number: str
    at: str
    by: str | None
    because: str | None


_LATER: Final = (
    _Later(CLAIMS, "claim.retracted", "claim", "retracted_at", None, "retracted_because"),
    _Later(APPROVALS, "approval.retracted", "approval", "retracted_at", None, "retracted_because"),
    _Later(EVIDENCE, "evidence.retracted", "evidence", "retracted_at", None, "retracted_because"),
    _Later(SOURCES, "source.retracted", "source", "retracted_at", None, "retracted_because"),
    _Later(SOURCES, "source.confirmed", "source", "confirmed_at", "confirmed_by", None),
)
_CONFIRMED: Final = "source.confirmed"
"""Can come again: the row has the newest."""
_ERASED: Final = "person.erased"
_SETTLED, _CANCELLED, _ASSIGNED = "case.settled", "case.cancelled", "case.assigned"
_PERSON: Final = re.compile(r"⟨person [0-9]+⟩")
"""Stands in a payload where the row names somebody who is not the first that a case is about."""
_PSEUDONYM: Final = "@erased.invalid"


def is_same(told: Any, stands: Any) -> bool:
    """Whether a row says what a payload says: somebody may be named there who stands here by number, or was erased."""
    if type(told) is not str or type(stands) is not str:
        return type(told) is type(stands) and told == stands
    told = told.replace("\0", "␀")
    if told == stands:
        return True
    if not _PERSON.search(told):
        return False
    return _fits(told, stands) or (_PSEUDONYM in stands and _fits(_as_written_anew(told), stands))


def _fits(told: str, stands: str) -> bool:
    return re.fullmatch(r"\S+".join(map(re.escape, _PERSON.split(told))), stands) is not None


def _as_written_anew(told: str) -> str:
    """A text that is JSON is written anew when somebody who is named in it is erased."""
    try:
        return json.dumps(json.loads(told), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return told


def _number(row: dict[str, Any], name: str, what: str) -> int:
    found = row.get(name)
    if type(found) is not int:
        raise Broken(f"{what} has something without its number")
    return found


def _moment(row: dict[str, Any], name: str, member: str) -> str | None:
    found = row.get(name)
    if found is not None and type(found) is not str:
        raise Broken(f"{member} has something without its moment")
    return found


class _Event(NamedTuple):
    at: str
    by: Any
    because: Any


class Tables:
    """The tables of a bundle, read along with the trail; both are in the order of their numbers.

    What a row says of other days is read before, and is awaited of the records there: they have a kind and a moment.
    """

    def __init__(self, stream: BinaryIO, members: dict[str, Member], begin: str, end: str) -> None:
        self._begin, self._end = begin, end
        self._told = {kind: told for told in _TOLD for kind in told.kinds}
        self._later = {later.kind: later for later in _LATER}
        self._left = {told.member: self._read(stream, members[told.member]) for told in _TOLD}
        self._row: dict[str, dict[str, Any]] = {told.member: {"id": 0} for told in _TOLD}
        self._is_met = {told.member: True for told in _TOLD}
        """Whether a record told of the row at which each table stands."""
        self._awaited = Counter[tuple[str, str | None]]()
        """By member or kind and moment: what no record told of yet."""
        self._erased = Counter[tuple[str, str | None]]()
        """By member and moment: records without payload, which may tell of any row of that moment."""
        self._passed = Counter[tuple[str, str | None]]()
        """Rows of these days that no record with a payload told of."""
        self._events: dict[tuple[str, int], _Event] = {}
        self._erasings = set[str]()
        self._cases: dict[int, tuple[Any, Any]] = {}
        """State and owner, as they stand."""
        self._states: dict[int, Any] = {}
        self._owners: dict[int, Any] = {}
        """As the records of these days told last."""
        self._unseen_before, self._unseen = Counter[str](), Counter[str]()
        """By kind, records of which is not known which case they are about."""
        for told in _TOLD:
            for row in self._read(stream, members[told.member]):
                self._await(told, row)

    @staticmethod
    def _read(stream: BinaryIO, member: Member) -> Iterator[dict[str, Any]]:
        for line in read_lines(stream, member):
            yield read_object(line, member.name)

    def _is_of_these_days(self, at: str | None) -> bool:
        return at is not None and self._begin <= at < self._end

    def _await(self, told: _Told, row: dict[str, Any]) -> None:
        number, at = _number(row, "id", told.member), _moment(row, told.at, told.member)
        if not self._is_of_these_days(at):
            self._awaited[told.member, at] += 1
        if told.member == CASES:
            self._cases[number] = (sys.intern(str(row.get("state"))), row.get("owner"))
        erased_at = _moment(row, "erased_at", told.member)
        if erased_at is not None:
            self._erasings.add(erased_at)
        for later in _LATER:
            at = _moment(row, later.at, told.member) if later.member == told.member else None
            # A file that was erased with its person counts no longer, and has no record of that but the erasure's.
            if at is not None and at != erased_at:
                by, because = (None if name is None else row.get(name) for name in (later.by, later.because))
                self._events[later.kind, number] = _Event(at, by, because)
                self._awaited[later.kind, at] += 1
        if told.member == SOURCES and (row.get("state") == "retracted") is not (row.get("retracted_at") is not None):
            raise Broken(f"{SOURCES} says two things of whether R-{number} was taken back")

    def meet_bare(self, kind: str, at: str, *, is_before: bool) -> None:
        """A record of other days."""
        self._strike(self._told[kind].member if kind in self._told else kind, at)
        if kind in (_SETTLED, _CANCELLED, _ASSIGNED):
            (self._unseen_before if is_before else self._unseen)[kind] += 1
        if kind == _ERASED:
            self._erasings.discard(at)

    def _strike(self, what: str, at: str) -> bool:
        left = self._awaited.get((what, at), 0)
        if left > 1:
            self._awaited[what, at] = left - 1
        elif left:
            del self._awaited[what, at]
        return bool(left)

    def compare(self, record: dict[str, Any]) -> None:
        """Hold a record of these days against what it tells of, if it tells of anything. Raises `Broken`."""
        kind, at = record["kind"], record["at"]
        if kind == _ERASED:
            self._erasings.discard(at)
        if record["payload"] is None:
            told = self._told.get(kind)
            if told is not None and not self._strike(told.member, at):
                self._erased[told.member, at] += 1
            elif told is None:
                self.meet_bare(kind, at, is_before=False)
            return
        if kind in self._told:
            self._compare_row(self._told[kind], record)
        elif kind in self._later:
            self._compare_event(self._later[kind], record)
        elif kind in (_SETTLED, _CANCELLED, _ASSIGNED):
            said = read_object(record["payload"].encode(), "a payload")
            case = _number(said, "case", f"record {record['seq']}")
            if kind == _ASSIGNED:
                self._owners[case] = said.get("owner")
            else:
                self._states[case] = "cancelled" if kind == _CANCELLED else sys.intern(str(said.get("state")))

    def _compare_row(self, told: _Told, record: dict[str, Any]) -> None:
        said = read_object(record["payload"].encode(), "a payload")
        number = _number(said, told.number, f"record {record['seq']}")
        row = self._go_to(told, number)
        is_erased = row.get("erased_at") is not None
        is_confirmed = told.member == SOURCES and row.get("confirmed_at") is not None
        if is_confirmed:
            said["assurance"] = "confirmed"
        differs = [
            other
            for one, other in told.fields
            if (one in said or one == _OFTEN_LEFT_OUT)
            and not (is_erased and one in ("name", "note"))
            and not is_same(said.get(one), row.get(other))
        ]
        if differs or row["id"] != number or (row.get(told.at), row.get(told.by)) != (record["at"], said.get("by")):
            raise Broken(f"{told.member} says something else than record {record['seq']} of the trail")
        self._is_met[told.member] = True
        if not self._is_of_these_days(record["at"]):
            self._strike(told.member, record["at"])
        if told.member == CASES:
            self._states[number], self._owners[number] = "open", said.get("owner")

    def _go_to(self, told: _Told, number: int | None) -> dict[str, Any]:
        """The first row from this number on; where there is none, one that no record tells of."""
        row = self._row[told.member]
        while number is None or _number(row, "id", told.member) < number:
            at = _moment(row, told.at, told.member)
            if not self._is_met[told.member] and self._is_of_these_days(at):
                self._passed[told.member, at] += 1
            found = next(self._left[told.member], None)
            self._is_met[told.member] = found is None
            if found is None:
                row = {"id": -1 if number is None else number + 1}
                break
            row = found
        self._row[told.member] = row
        return row

    def _compare_event(self, later: _Later, record: dict[str, Any]) -> None:
        said = read_object(record["payload"].encode(), "a payload")
        event = self._events.get((later.kind, _number(said, later.number, f"record {record['seq']}")))
        if event is not None and later.kind == _CONFIRMED and event.at != record["at"]:
            return  # another record of that moment is awaited
        if (
            event is None
            or event.at != record["at"]
            or (later.by is not None and event.by != said.get("by"))
            or (later.because is not None and not is_same(said.get("reason"), event.because))
        ):
            raise Broken(f"{later.member} says something else than record {record['seq']} of the trail")
        self._strike(later.kind, event.at)

    def finish(self) -> None:
        """Once every record was met: nothing is left of which none tells. Raises `Broken`."""
        for told in _TOLD:
            self._go_to(told, None)
        members = {later.kind: later.member for later in _LATER}
        for what, at in (*self._awaited, *(self._passed - self._erased)):
            raise Broken(f"{members.get(what, what)} says something of {at} that no record of the trail tells")
        for at in self._erasings:
            raise Broken(f"{EVIDENCE} says that a file was erased at {at}, and nobody was")
        self._compare_cases()

    def _compare_cases(self) -> None:
        """A state or owner that the records of these days do not tell needs a record elsewhere that may have."""
        needed, needed_later = dict[str, list[int]](), dict[str, list[int]]()
        for case, (state, owner) in self._cases.items():
            is_told, kinds = case in self._states, list[str]()
            if state != self._states.get(case, "open"):
                kinds.append(_CANCELLED if state == "cancelled" else _SETTLED)
            if case in self._owners and not is_same(self._owners[case], owner):
                kinds.append(_ASSIGNED)
            for kind in kinds:
                needed.setdefault(kind, []).append(case)
                if is_told or kind == _ASSIGNED:
                    needed_later.setdefault(kind, []).append(case)
        for wanted, there in ((needed_later, self._unseen), (needed, self._unseen + self._unseen_before)):
            for kind, cases in wanted.items():
                if len(cases) > there[kind]:
                    raise Broken(
                        f"{CASES} says something else than the trail of whose C-{cases[-1]} is"
                        if kind == _ASSIGNED
                        else f"{CASES} says something else than the trail of the state of C-{cases[-1]}"
                    )


# -- the whole ---------------------------------------------------------------------------------------------------------


@dataclass
class Verdict:
    """What was found in a bundle that agrees with itself."""

    manifest: dict[str, Any]
    signed_by: str | None
    """The fingerprint of the given key that signed it; None where no key was given."""
    chain: Chain
    checkpoints: int
    signed_checkpoints: int
    newest_signed: Checkpoint | None
    kept: list[Checkpoint]
    files: int


def _read_manifest(stream: BinaryIO, members: list[Member]) -> tuple[bytes, dict[str, Any]]:
    member = members[-2]
    if member.size > _LARGEST_INDEX:
        raise Broken("the manifest is too large")
    stream.seek(member.start)
    text = stream.read(member.size)
    manifest = read_object(text, MANIFEST)
    told = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    if manifest.get("format") != FORMAT or told != text or crc32(text) != member.crc:
        raise Broken("the manifest is none, or of another version")
    listed = [(one["name"], one["size"]) for one in manifest["members"]]
    if listed != [(one.name, one.size) for one in members[:-2]]:
        raise Broken("the manifest lists other members than there are")
    return text, manifest


def _check_digests(stream: BinaryIO, members: list[Member], manifest: dict[str, Any]) -> None:
    for member, told in zip(members, manifest["members"], strict=False):
        digest, crc, left = hashlib.sha256(), 0, member.size
        stream.seek(member.start)
        while left:
            block = stream.read(min(left, _BLOCK))
            if not block:
                raise Broken(f"{member.name} is cut off")
            digest.update(block)
            crc, left = crc32(block, crc), left - len(block)
        if digest.hexdigest() != told["sha256"] or crc != member.crc:
            raise Broken(f"{member.name} was changed")
        if member.name.startswith(FILES) and member.name != FILES + digest.hexdigest():
            raise Broken(f"{member.name} is not the file that was attached")


def _signer(signature: bytes, manifest: bytes, keys: Sequence[bytes]) -> bytes:
    if re.fullmatch(rb"[0-9a-f]{128}\n", signature):
        for key in keys:
            if is_signed(key, FORMAT.encode() + b"\n" + manifest, bytes.fromhex(signature.decode())):
                return key
    raise Broken("the manifest is signed by none of the keys that you gave: it was changed, or another key signed it")


def verify(
    stream: BinaryIO, keys: Sequence[bytes] = (), kept: Sequence[Checkpoint] = (), head: str | None = None
) -> Verdict:
    """Hold a bundle against itself, and against keys, checkpoints and a head that came by another way.

    Raises `Broken` at the first thing that does not agree.
    """
    try:
        return _verify(stream, keys, kept, head)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, struct.error) as error:
        raise Broken(f"something is not as bundles are written ({type(error).__name__})") from None


def _verify(stream: BinaryIO, keys: Sequence[bytes], kept: Sequence[Checkpoint], head: str | None) -> Verdict:
    members = read_container(stream)
    by_name = {member.name: member for member in members}
    text, manifest = _read_manifest(stream, members)
    stream.seek(members[-1].start)
    signature = stream.read(min(members[-1].size, 200))
    if len(signature) != members[-1].size or crc32(signature) != members[-1].crc:
        raise Broken("the signature was changed")
    signer = _signer(signature, text, keys) if keys else None
    if signer is not None and fingerprint(signer) != manifest["key"]:
        raise Broken("the manifest names another key than the one that signed it")
    _check_digests(stream, members, manifest)
    points = [read_checkpoint(line) for line in read_lines(stream, by_name[CHECKPOINTS])]
    by_print = {fingerprint(key): key for key in keys}
    signed = [point for point in points if point.key in by_print]
    for point in (*signed, *kept):
        if point.key not in by_print or not point.is_signed_by(by_print[point.key]):
            raise Broken(f"the checkpoint of record {point.seq} is not signed by a key that you gave")
    if not points or [points[-1].seq, points[-1].hash] != manifest["trail"]["head"]:
        raise Broken("the newest checkpoint is not that of the head")
    chain = Chain(kept=head)
    for point in (*points, *kept):
        chain.wanted.setdefault(point.seq, []).append(point.hash)
    _walk(stream, by_name, manifest, chain)
    files = {member.name for member in members if member.name.startswith(FILES)}
    rows = (read_json(line, EVIDENCE) for line in read_lines(stream, by_name[EVIDENCE]))
    if {FILES + row["digest"] for row in rows if row["erased_at"] is None} != files:
        raise Broken("an attached file is missing, or one is there that was not attached")
    newest = max(signed, key=lambda point: point.seq, default=None)
    by = None if signer is None else fingerprint(signer)
    return Verdict(manifest, by, chain, len(points), len(signed), newest, list(kept), len(files))


def _walk(stream: BinaryIO, members: dict[str, Member], manifest: dict[str, Any], chain: Chain) -> None:
    """Walk the chain from the first record to the head, and hold it against checkpoints and a head that was kept."""
    told, begin, end = manifest["trail"], manifest["range"]["begin"], manifest["range"]["end"]
    chain.meet()
    tables = Tables(stream, members, begin, end)
    _walk_bare(chain, read_lines(stream, members[BEFORE]), lambda at: at < begin, BEFORE, tables)
    if chain.seq + 1 != told["first"]:
        raise Broken("the records before the first day are not all there")
    _walk_range(chain, read_lines(stream, members[RANGE]), tables.compare)
    if chain.seq != told["last"] or chain.erased != told["erased"]:
        raise Broken("the records of these days are not all there, or other ones are erased than the manifest says")
    _walk_bare(chain, read_lines(stream, members[AFTER]), lambda at: at >= end, AFTER, tables)
    tables.finish()
    if [chain.seq, chain.head] != told["head"]:
        raise Broken(f"the trail ends with record {chain.seq}, and the manifest says otherwise")
    if chain.wanted:
        raise Broken(f"the trail was cut off: a checkpoint was signed for record {max(chain.wanted)}")
    if chain.kept is not None and chain.kept_at is None:
        raise Broken("the head that you kept is not in this trail: it was cut off before, or written anew")


# -- in words ----------------------------------------------------------------------------------------------------------


def explain(verdict: Verdict) -> list[str]:
    """What is proved, and what is not."""
    manifest, chain = verdict.manifest, verdict.chain
    trail, days = manifest["trail"], manifest["range"]
    count = trail["last"] - trail["first"] + 1
    lines = [
        f"{manifest['organization']['name']}, {days['from']} to {days['to']} ({days['time_zone']}): records "
        f"{trail['first']} to {trail['last']} of the trail ({count}), {verdict.files} attached files.",
        "",
        "PROVED" if verdict.signed_by else "AGREES WITH ITSELF, which whoever made it could make anew at any time",
    ]
    if verdict.signed_by:
        lines.append(f"- The bundle is whole and as the key {verdict.signed_by} signed it, to the last byte.")
    else:
        lines.append("- INTEGRITY ONLY: no --public-key was given, so nobody stands for it.")
    lines += [
        f"- Records {trail['first']} to {trail['last']} follow each other without a gap, and follow the first record "
        f"of the trail; up to its head, record {chain.seq}, none is left out.",
        "- Each payload that is there is the one that was written into the trail. What claims, approvals, attached "
        "files and rosters of these days say, who said or brought them and when, agrees with it; so does what cases "
        "say of how they were opened, and what was taken back or confirmed on these days.",
        "- No claim, approval, attached file, roster or case is there of whose kind and moment no record tells.",
        f"- Every attached file is the one whose SHA-256 was recorded ({verdict.files}).",
    ]
    if trail["erased"]:
        lines.append(f"- {trail['erased']} payloads were erased: that something was recorded is shown, not what.")
    if verdict.newest_signed is not None:
        point = verdict.newest_signed
        lines.append(
            f"- {verdict.signed_checkpoints} of {verdict.checkpoints} checkpoints are signed by keys that you gave, "
            f"the newest for record {point.seq}, said to be of {point.at}."
        )
    for point in verdict.kept:
        lines.append(f"- Your own checkpoint of record {point.seq} is met: up to there nothing was cut off since.")
    if chain.kept_at is not None:
        lines.append(f"- The head that you kept is that of record {chain.kept_at}: nothing up to there was cut off.")
    lines += [
        "",
        "NOT PROVED",
        "- That what people said is true. A claim is a claim: nothing is observed inside Axure, an administrator could "
        "have lied, and a screenshot can be made. Look who said it, how, and which roster showed it later.",
        "- That nothing was left unrecorded, or that the clock of the machine was right.",
        "- What stands in rows of other days, or of records whose payload was erased, or that none of those is "
        "missing: compared is only that there is a record of that kind and moment for each. Likewise the state and "
        "owner of a case, where such a record may have changed them, and the owner of one that was opened before and "
        "not assigned on these days.",
        "- What nothing here is compared with, though the signature covers it: of cases the plans, parts, people, "
        "states of steps, what rosters showed, and whether an approval is needed; of rosters the system, columns and "
        "form, and whether they are held; whom a number in a record (person 2) stands for; name and note of a file "
        "that was erased with its person.",
        f"- That nothing came after record {chain.seq}, or that records after the newest checkpoint which you know "
        "from elsewhere were not cut off before the bundle was made.",
        "- That the organisation did not write the whole trail anew and sign it again before you kept any checkpoint: "
        "the key is theirs. Keep checkpoints, and give them here with --checkpoint.",
    ]
    if not verdict.signed_by:
        lines.append("- Who made this bundle. Get the public key by another way, and give it with --public-key.")
    return lines


def read_key(text: str) -> bytes:
    """A public key: its 64 hexadecimal digits, or a file that holds them as a word of their own. Raises `Broken`."""
    found = re.fullmatch(r"[0-9a-fA-F]{64}", text.strip())
    if found is None:
        try:
            with open(text, encoding="utf-8") as file:  # noqa: PTH123 - without a module more
                found = re.search(r"(?<![0-9a-zA-Z])[0-9a-fA-F]{64}(?![0-9a-zA-Z])", file.read(10_000))
        except (OSError, ValueError):
            pass
    if found is None:
        raise Broken(f"{text[:80]!r} is no public key: 64 hexadecimal digits, or a file that holds them")
    return bytes.fromhex(found[0])


def _read_kept(path: str) -> Checkpoint:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return read_checkpoint(file.read(10_000).strip(), path)
    except OSError as error:
        raise Broken(f"{path} cannot be read ({error.strerror})") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify what the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0], epilog="0 1 2 3: see the file.")
    parser.add_argument("bundle")
    parser.add_argument("--public-key", action="append", default=[], metavar="KEY", help="64 digits, or a file")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="one that you kept")
    parser.add_argument("--head", metavar="HASH", help="a head of the trail that you kept")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        keys = [read_key(text) for text in given.public_key]
        kept = [_read_kept(path) for path in given.checkpoint]
    except Broken as mistyped:
        parser.error(str(mistyped))
    if (kept and not keys) or (given.head and not re.fullmatch(r"[0-9a-fA-F]{64}", given.head)):
        parser.error("--checkpoint needs --public-key, and --head takes 64 hexadecimal digits")
    try:
        with open(given.bundle, "rb") as file:  # noqa: PTH123
            verdict = verify(file, keys, kept, given.head.lower() if given.head else None)
    except OSError as error:
        sys.stderr.write(f"{given.bundle} cannot be read: {error.strerror}.\n")
        return 2
    except Broken as broken:
        sys.stdout.write(f"BROKEN: {broken}. Do not rely on anything in it.\n")
        return 1
    sys.stdout.write("\n".join(explain(verdict)) + "\n")
    return 0 if verdict.signed_by else 3


if __name__ == "__main__":
    sys.exit(main())
