"""`audit`: the trail is verified here, and can be by somebody who shares no code with us."""

import hashlib
import json
import sqlite3
import stat
from pathlib import Path

from tests.cli.processes import YES, attend, run


def check_independently(lines: list[str]) -> str:
    """The head of an exported trail, recomputed from nothing but its documentation."""
    previous = "0" * 64
    for number, line in enumerate(lines, 1):
        record = json.loads(line)
        assert list(record) == ["seq", "at", "kind", "payload_digest", "previous", "hash", "salt", "payload"]
        assert (record["seq"], record["previous"]) == (number, previous)
        if record["payload"] is not None:
            salted = bytes.fromhex(record["salt"]) + record["payload"].encode()
            digest = hashlib.sha256(b"axure-lifecycle/payload/v1\n" + salted).hexdigest()
            assert digest == record["payload_digest"]
        link = "\n".join(str(record[name]) for name in ("seq", "at", "kind", "payload_digest", "previous"))
        previous = hashlib.sha256(b"axure-lifecycle/record/v1\n" + link.encode()).hexdigest()
        assert previous == record["hash"]
    return previous


def test_an_exported_trail_can_be_checked_by_anybody(small_home: Path) -> None:
    exported = run("audit", "export", "-", home=small_home)
    verified = run("audit", "verify", "--json", home=small_home).answer

    lines = exported.out.splitlines()
    assert (exported.code, exported.err, len(lines)) == (0, "", verified["records"])
    assert check_independently(lines) == verified["head"]
    assert verified["holds"] is True


def test_an_export_goes_to_a_new_file_that_only_its_owner_reads(small_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"

    done = run("audit", "export", "trail.jsonl", home=small_home, folder=tmp_path)
    again = run("audit", "export", "trail.jsonl", "--json", home=small_home, folder=tmp_path)

    assert done.code == 0
    lines = file.read_text(encoding="utf-8").splitlines()
    assert done.out == f"Exported {len(lines)} records to trail.jsonl, head {check_independently(lines)}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert again.refusal == "export_refused"
    assert "exists already" in again.answer["error"]["message"]


def test_a_changed_trail_is_broken_with_exit_code_one(small_home: Path) -> None:
    with sqlite3.connect(small_home / "store.sqlite") as store:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        trail = next(name for name in tables if {"seq", "kind", "hash"} <= _columns(store, name))
        store.execute(f"UPDATE {trail} SET kind = 'case.closed' WHERE seq = 2")
    store.close()

    told = run("audit", "verify", home=small_home)

    assert told.code == 1
    assert "The trail is BROKEN at record 2" in told.out


def _columns(store: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in store.execute(f"PRAGMA table_info({table})")}


def test_an_empty_trail_holds(configured: Path) -> None:
    assert run("audit", "verify", "--json", home=configured).answer["records"] == 0
    assert run("audit", "export", home=configured).out == ""


def test_a_head_that_was_kept_shows_that_nothing_before_it_was_cut_off(small_home: Path) -> None:
    kept = run("audit", "verify", "--json", home=small_home).answer
    attend("retract", "R-1", "--reason", "test", home=small_home, says=[YES])

    same = run("audit", "verify", "--head", kept["head"].upper(), home=small_home)
    in_json = run("audit", "verify", "--head", kept["head"], "--json", home=small_home).answer

    assert same.code == 0
    assert f"is that of record {kept['records']}: nothing up to there was changed, left out or cut off" in same.out
    assert "2 records came after it" in same.out
    assert (in_json["kept_at"], in_json["holds"]) == (kept["records"], True)


def test_a_trail_without_the_head_that_was_kept_is_told_with_exit_code_one(small_home: Path, configured: Path) -> None:
    kept = run("audit", "verify", "--json", home=small_home).answer["head"]

    cut = run("audit", "verify", "--head", kept, home=configured)

    assert cut.code == 1
    assert "is NOT in this trail" in cut.out
    assert run("audit", "verify", "--head", "abc", "--json", home=configured).refusal == "not_a_head"
