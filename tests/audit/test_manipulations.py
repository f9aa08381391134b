"""A thousand manipulations of a bundle, drawn over everything that somebody could do to it: each of them is found."""

import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from axure_lifecycle.audit import verify_bundle
from axure_lifecycle.audit.container import Container
from axure_lifecycle.audit.verify_bundle import Broken, verify
from tests.audit.conftest import Sample

HOW_MANY: Final = 1000
BY_PROCESS: Final = 12
"""Of them, so many also through the program itself, started from a plain Python."""
Members = dict[str, bytes]
LINES: Final = [name for name in verify_bundle.FIXED if name.endswith(".jsonl")]
THIEF: Final = Ed25519PrivateKey.from_private_bytes(b"thief" + bytes(27))


def members_of(content: bytes) -> Members:
    """The members by name, as any other program reads them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(members: Mapping[str, bytes] | list[tuple[str, bytes]]) -> bytes:
    """A container without a fault around these members."""
    stream = io.BytesIO()
    container = Container(stream)
    for name, content in members.items() if isinstance(members, Mapping) else members:
        container.add(name, content)
    container.finish()
    return stream.getvalue()


def describe_again(members: Members, **changes: Any) -> Members:
    """The members with a manifest that lists them as they are now; its signature stays the old one."""
    manifest = json.loads(members["manifest.json"])
    listed = {name: content for name, content in members.items() if not name.startswith("manifest.")}
    manifest["members"] = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in listed.items()
    ]
    for path, value in changes.items():
        *tables, last = path.split("__")
        table = manifest
        for each in tables:
            table = table[each]
        table[last] = value
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return {**listed, "manifest.json": text, "manifest.sig": members["manifest.sig"]}


def sign_by_thief(members: Members) -> Members:
    """The members signed by somebody else's key."""
    text = verify_bundle.FORMAT.encode() + b"\n" + members["manifest.json"]
    return {**members, "manifest.sig": THIEF.sign(text).hex().encode() + b"\n"}


# -- what somebody can do ----------------------------------------------------------------------------------------------


def flip(content: bytes, chance: random.Random, start: int = 0, end: int | None = None) -> bytes:
    """One bit, somewhere."""
    place = chance.randrange(start, len(content) if end is None else end)
    return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]


def flip_a_header(content: bytes, chance: random.Random) -> bytes:
    """One bit that is no member's content: of a header, of the directory, or behind it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        starts = [one.header_offset for one in archive.infolist()]
        start = chance.choice([*starts, *range(archive.start_dir, len(content), 16)])
    return flip(content, chance, start, min(start + 40, len(content)))


def flip_in_a_member(content: bytes, chance: random.Random) -> bytes:
    """One bit of one member's content, whichever its size, in a container without a fault."""
    members = members_of(content)
    name = chance.choice([name for name in members if members[name]])
    members[name] = flip(members[name], chance)
    return pack(describe_again(members) if chance.random() < 0.5 and not name.startswith("manifest") else members)


def move_bytes(content: bytes, chance: random.Random) -> bytes:
    """Bytes that are inserted, taken out, repeated, or put in front or behind."""
    place, some = chance.randrange(len(content)), chance.randbytes(chance.randrange(1, 40))
    return chance.choice(
        [
            content[:place] + some + content[place:],
            content[:place] + content[place + len(some) :],
            content[:place] + content[place - min(place, 9) : place] + content[place:],
            some + content,
            content + some,
            content[:place],
        ]
    )


def change_lines(content: bytes, chance: random.Random) -> bytes:
    """Lines of one member that go, come twice, change places or say something else; described again or not."""
    members = members_of(content)
    name = chance.choice([name for name in LINES if members[name]])
    lines = members[name].splitlines(keepends=True)
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            lines[one], lines[other] = lines[other], lines[one]
        case 3:
            lines = lines[:one]
        case _:
            lines[one] = flip(lines[one], chance, 0, len(lines[one]) - 1)
    members[name] = b"".join(lines)
    return _finish(members, chance)


def change_members(content: bytes, chance: random.Random) -> bytes:
    """A member that goes, comes, comes twice, gets another name, or the content or the place of another."""
    members = list(members_of(content).items())
    one, other = chance.sample(range(len(members)), 2)
    name, inside = members[one]
    match chance.randrange(7):
        case 0:
            del members[one]
        case 1:
            members.insert(other, members[one])
        case 2:
            names = ["../../etc/passwd", "evidence/" + "a" * 64, "C:\\x", "notes.txt", "trail/../x.jsonl", name.upper()]
            members.insert(other, (chance.choice(names), chance.randbytes(20)))
        case 3:
            members[one] = (members[other][0], inside)
        case 4:
            members[one] = (name, members[other][1])
        case 5:
            members[one], members[other] = members[other], members[one]
        case _:
            members[one] = (name, inside + b"\n")
    return pack(members)


def swap_evidence(content: bytes, chance: random.Random) -> bytes:
    """Another screenshot under the old name, or under its own with the rows that go with it."""
    members = members_of(content)
    old = chance.choice([name for name in members if name.startswith("evidence/")])
    page = b"\x89PNG\r\n\x1a\n forged %d" % chance.randrange(1000)
    new = f"evidence/{hashlib.sha256(page).hexdigest()}"
    if chance.random() < 0.5:
        return _finish({**members, old: page}, chance)
    files = sorted({name for name in members if name.startswith("evidence/")} - {old} | {new})
    rows = members["evidence.jsonl"].replace(old[9:].encode(), new[9:].encode())
    told = {name: members[name] for name in verify_bundle.FIXED} | {"evidence.jsonl": rows}
    told |= {name: page if name == new else members[name] for name in files}
    return _finish({**told, **{name: members[name] for name in ("manifest.json", "manifest.sig")}}, chance)


def cut_the_trail(content: bytes, chance: random.Random) -> bytes:
    """The newest records and the checkpoints about them go, and every number is put right but the signature."""
    members = members_of(content)
    after = members["trail/after.jsonl"].splitlines(keepends=True)
    keep = chance.randrange(len(after))
    members["trail/after.jsonl"] = b"".join(after[:keep])
    records = [*members["trail/before.jsonl"].splitlines(), *members["trail/range.jsonl"].splitlines(), *after[:keep]]
    seq, head = len(records), verify_bundle.ORIGIN
    for number, line in enumerate(records, 1):
        told: Any = json.loads(line)
        names = ("at", "kind", "payload_digest") if line.startswith(b"{") else (0, 1, 2)
        link = "\n".join([str(number), *(str(told[name]) for name in names), head]).encode()
        head = hashlib.sha256(b"axure-lifecycle/record/v1\n" + link).hexdigest()
    points = [json.loads(line) for line in members["checkpoints.jsonl"].splitlines()]
    last = {**points[-1], "seq": seq, "hash": head}
    members["checkpoints.jsonl"] = _as_lines([point for point in points if point["seq"] < seq] + [last])
    members = describe_again(members, trail__head=[seq, head])
    return pack(sign_by_thief(members) if chance.random() < 0.5 else members)


def write_anew(content: bytes, chance: random.Random) -> bytes:
    """A payload says something else, and the whole chain after it is computed anew, as only the signature can tell."""
    members = members_of(content)
    records = [json.loads(line) for line in members["trail/range.jsonl"].splitlines()]
    chosen = chance.choice([record for record in records if record["payload"] is not None])
    chosen["payload"] = chosen["payload"].replace("pat@acme.example", f"pit{chance.randrange(99)}@acme.example")
    head = records[0]["previous"]
    for record in records:
        if record["payload"] is not None:
            salted = bytes.fromhex(record["salt"]) + record["payload"].encode()
            record["payload_digest"] = hashlib.sha256(b"axure-lifecycle/payload/v1\n" + salted).hexdigest()
        fields = (record["seq"], record["at"], record["kind"], record["payload_digest"], head)
        record["previous"] = head
        link = b"axure-lifecycle/record/v1\n" + "\n".join(map(str, fields)).encode()
        head = record["hash"] = hashlib.sha256(link).hexdigest()
    members["trail/range.jsonl"] = _as_lines(records)
    members["trail/after.jsonl"] = b""
    points = [json.loads(line) for line in members["checkpoints.jsonl"].splitlines()]
    point = {**points[-1], "seq": records[-1]["seq"], "hash": head}
    if chance.random() < 0.5:
        point["key"] = verify_bundle.fingerprint(THIEF.public_key().public_bytes_raw())
    members["checkpoints.jsonl"] = _as_lines([*points[:-1], point])
    told = describe_again(members, trail__head=[records[-1]["seq"], head], key=point["key"])
    return pack(sign_by_thief(told))


def swap_checkpoints(content: bytes, chance: random.Random) -> bytes:
    """A checkpoint of another record, moment or key in the place of one."""
    members = members_of(content)
    points = [json.loads(line) for line in members["checkpoints.jsonl"].splitlines()]
    one = chance.choice(points)
    other = chance.choice([point for point in points if point is not one])
    field = chance.choice(["seq", "hash", "at", "key", "signature"])
    one[field] = (
        other[field] if one[field] != other[field] else (one[field][::-1] if field != "seq" else one[field] + 1)
    )
    members["checkpoints.jsonl"] = _as_lines(points)
    return _finish(members, chance)


def change_the_manifest(content: bytes, chance: random.Random) -> bytes:
    """Another organisation, other days, fewer erased payloads: whatever the manifest says."""
    changes: list[dict[str, Any]] = [
        {"organization__name": f"Emca {chance.randrange(99)}"},
        {"range__to": f"2026-12-{chance.randrange(10, 31)}"},
        {"range__begin": f"2026-11-{chance.randrange(10, 23)}T00:00:00.000000Z"},
        {"trail__erased": chance.randrange(5, 99)},
        {"trail__first": chance.randrange(50, 99)},
        {"key": f"{chance.randrange(1 << 64):016x}"},
        {"note": chance.randrange(99)},
    ]
    members = describe_again(members_of(content), **chance.choice(changes))
    return pack(sign_by_thief(members) if chance.random() < 0.5 else members)


def change_a_checksum(content: bytes, chance: random.Random) -> bytes:
    """Another CRC of one member, in both places where it stands: other programs would say that it is damaged."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        one, start = chance.choice(archive.infolist()), archive.start_dir
    changed, entry = bytearray(content), content.index(one.filename.encode(), start) - 46
    crc = (one.CRC ^ 1 << chance.randrange(32)).to_bytes(4, "little")
    for place in (one.header_offset + 14, entry + 16):
        changed[place : place + 4] = crc
    return bytes(changed)


def zip_again(content: bytes, chance: random.Random) -> bytes:
    """The same members in a container that any program reads the same: compressed, with times, with a comment."""
    members, stream = members_of(content), io.BytesIO()
    how = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(stream, "w", how) as archive:
        for name, inside in members.items():
            moment = (2026, chance.randrange(1, 13), chance.randrange(1, 29), 1, 2, chance.randrange(60))
            archive.writestr(zipfile.ZipInfo(name, moment), inside, how)
        archive.comment = chance.randbytes(chance.randrange(8))
    return stream.getvalue()


def put_a_bomb(content: bytes, chance: random.Random) -> bytes:
    """A member that says of itself how huge it is."""
    members = members_of(content)
    name = chance.choice(list(members))
    size = chance.choice([1 << 40, 1 << 62, (1 << 64) - 1, len(content)])
    packed = bytearray(content)
    place = content.rindex(name.encode()) + len(name) + 4
    packed[place : place + 8] = size.to_bytes(8, "little")
    return bytes(packed)


def _finish(members: Members, chance: random.Random) -> bytes:
    """In a container without a fault: with the old manifest, a new one, or a new one that somebody else signed."""
    match chance.randrange(3):
        case 0:
            return pack(members)
        case 1:
            return pack(describe_again(members))
        case _:
            return pack(sign_by_thief(describe_again(members)))


def _as_lines(values: list[Any]) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for one in values)


MANIPULATIONS: Final[list[Callable[[bytes, random.Random], bytes]]] = [
    flip,
    flip_a_header,
    flip_in_a_member,
    move_bytes,
    change_lines,
    change_members,
    swap_evidence,
    cut_the_trail,
    write_anew,
    swap_checkpoints,
    change_the_manifest,
    change_a_checksum,
    zip_again,
    put_a_bomb,
]


def manipulated(sample: Sample, chance: random.Random, how_many: int) -> Iterator[tuple[str, bytes]]:
    """So many different bundles that differ from the sample, each with what was done to it; the kinds take turns."""
    seen = {sample.digest}
    for turn in count():
        manipulate = MANIPULATIONS[turn % len(MANIPULATIONS)]
        changed = manipulate(sample.content, chance)
        digest = hashlib.sha256(changed).hexdigest()
        if digest in seen:  # two equal lines that changed places are no manipulation
            continue
        seen.add(digest)
        yield manipulate.__name__, changed
        if len(seen) > how_many:
            return


def test_a_thousand_of_a_thousand_manipulations_are_found(sample: Sample) -> None:
    found, missed = Counter[str](), list[str]()
    for name, changed in manipulated(sample, random.Random(8032), HOW_MANY):
        try:
            verify(io.BytesIO(changed), [sample.public_key])
            missed.append(name)
        except Broken:
            found[name] += 1
    assert (missed, found.total()) == ([], HOW_MANY)
    assert len(found) == len(MANIPULATIONS)


def test_the_program_finds_them_too_and_says_so_by_its_exit_code(sample: Sample, tmp_path: Path) -> None:
    program = tmp_path / "verify.py"
    program.write_bytes(Path(verify_bundle.__file__).read_bytes())
    for number, (name, changed) in enumerate(manipulated(sample, random.Random(1), BY_PROCESS)):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(changed)
        done = start(program, str(file), "--public-key", sample.public_key.hex())
        assert (done.returncode, done.stdout[:7], done.stderr) == (1, "BROKEN:", ""), (name, done)


@pytest.mark.parametrize("gone", [*verify_bundle.FIXED, "evidence/"])
def test_even_without_a_key_a_bundle_that_lacks_a_member_is_none(sample: Sample, gone: str) -> None:
    """Whoever describes it anew in the manifest needs no key for that, as long as nobody asks for one."""
    members = members_of(sample.content)
    without = {name: content for name, content in members.items() if not name.startswith(gone)}
    verify(io.BytesIO(pack(describe_again(members))))
    with pytest.raises(Broken, match=r"a member is missing|an attached file is missing"):
        verify(io.BytesIO(pack(describe_again(without))))


def start(program: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Start the verifier on a Python without anything installed, in an empty environment."""
    line = [sys.executable, "-I", "-S", str(program), *words]
    return subprocess.run(line, capture_output=True, text=True, check=False, env={}, encoding="utf-8")


def test_an_untouched_bundle_passes_on_a_bare_python(sample: Sample, tmp_path: Path) -> None:
    program, file = tmp_path / "verify.py", tmp_path / "bundle.zip"
    program.write_bytes(members_of(sample.content)["verify.py"])
    file.write_bytes(sample.content)
    bare = [sys.executable, "-I", "-S", "-c", "import cryptography"]
    assert b"No module named" in subprocess.run(bare, capture_output=True, check=False, env={}).stderr

    passed = start(program, str(file), "--public-key", sample.public_key.hex())
    without = start(program, str(file))

    assert (passed.returncode, passed.stderr) == (0, "")
    assert f"as the key {verify_bundle.fingerprint(sample.public_key)} signed it" in passed.stdout
    assert "1 payloads were erased" in passed.stdout
    assert "A claim is a claim" in passed.stdout
    assert "What nothing here is compared with" in passed.stdout
    assert (without.returncode, without.stderr) == (3, "")
    assert "INTEGRITY ONLY" in without.stdout
    assert "PROVED\n" not in without.stdout.replace("NOT PROVED", "")


@pytest.mark.parametrize("words", [("--public-key", "abc"), ("--head", "x"), ("--checkpoint", "nowhere.json")])
def test_what_is_mistyped_is_neither_whole_nor_broken(sample: Sample, tmp_path: Path, words: tuple[str, ...]) -> None:
    program, file = tmp_path / "verify.py", tmp_path / "bundle.zip"
    program.write_bytes(members_of(sample.content)["verify.py"])
    file.write_bytes(sample.content)
    done = start(program, str(file), *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert start(program, str(tmp_path / "none.zip")).returncode == 2


def test_other_programs_open_it_and_find_nothing_wrong(sample: Sample) -> None:
    with zipfile.ZipFile(io.BytesIO(sample.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[: len(verify_bundle.FIXED)] == list(verify_bundle.FIXED)
    assert hashlib.sha256(pack(members_of(sample.content))).hexdigest() == sample.digest
