"""A home in one file: taken while others write, and put back whole or not at all."""

import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from axure_lifecycle.archive.home import FOLDER
from axure_lifecycle.audit import keys as audit_keys
from axure_lifecycle.backup import contents
from axure_lifecycle.config.home import CONFIGURATION_FILE, STORE_FILE
from axure_lifecycle.web import keys as web_keys
from tests.cli.conftest import FLAGS
from tests.cli.processes import attend, run

WRITER: Final = Path(__file__).resolve().parents[1] / "store" / "write_records.py"


def files_of(home: Path) -> dict[str, bytes]:
    """Everything in a home but the companions of an open store."""
    return {
        str(file.relative_to(home)): file.read_bytes()
        for file in sorted(home.rglob("*"))
        if file.is_file() and not file.name.startswith("store.sqlite-")
    }


@pytest.fixture
def lived_in(small_home: Path, tmp_path: Path) -> Path:
    """A home with a case, an attached file and keys."""
    assert run("deactivated", "ana@acme.example", home=small_home).code == 0
    page = tmp_path / "page.txt"
    page.write_text("Ana Berg - Deactivated")
    assert attend("attach", "C-1", "deactivate", str(page), home=small_home).code == 0
    assert run("audit", "key", home=small_home).code == 0
    (small_home / "serve.key").write_text("k" * 43)
    return small_home


def test_what_was_saved_comes_back_whole_with_its_trail(lived_in: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "saved.zip", tmp_path / "other" / "home"

    saved = run("backup", str(file), home=lived_in)
    assert saved.code == 0, saved
    assert "audit-key.pem, serve.key, 1 attached file" in saved.out
    assert file.stat().st_mode & 0o777 == 0o600
    restored = run("restore", str(file), home=other)

    assert restored.code == 0, restored
    assert "holds" in restored.out
    before, after = files_of(lived_in), files_of(other)
    assert after.keys() == before.keys()
    assert {name for name in before if before[name] != after[name]} <= {"store.sqlite"}, "written in other pages"
    assert other.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in other.rglob("*") if path.is_file()} == {0o600}
    assert run("audit", "verify", home=other).out == run("audit", "verify", home=lived_in).out
    ours, theirs = (run("case", "C-1", "--json", home=home).out for home in (lived_in, other))
    assert ours.replace(str(lived_in), str(other)) == theirs


def test_names_are_those_of_the_rooms_that_write_the_files() -> None:
    assert (contents.CONFIGURATION, contents.STORE, contents.EVIDENCE) == (CONFIGURATION_FILE, STORE_FILE, FOLDER)
    assert set(contents.KEYS) == {audit_keys.KEY_FILE, web_keys.KEY_FILE}


@contextmanager
def writers(home: Path, names: str) -> Generator[None]:
    """Processes that open cases, each whole in one transaction, until they are killed."""
    line = [sys.executable, str(WRITER), f"sqlite:///{home / 'store.sqlite'}"]
    root = str(Path(__file__).resolve().parents[2])
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(f"{name}\n" for name in names))
        process.stdin.flush()
        children: list[int] = []
        wrote = 0
        while wrote < 10:
            said = process.stdout.readline()
            wrote += " wrote " in said
            if " is " in said:
                children.append(int(said.split()[-1]))
        yield
        subprocess.run(["kill", "-9", *map(str, children)], check=True)
        process.stdin.close()
        process.stdout.read()


def test_backups_taken_while_others_write_hold_whole_cases_only(small_home: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.zip" for number in range(3)]
    with closing(sqlite3.connect(small_home / "store.sqlite")) as store:
        before = one(store, "SELECT count(*) FROM audit_record")
    with writers(small_home, "abc"):
        for file in files:
            saved = run("backup", str(file), home=small_home)
            assert saved.code == 0, saved

    counts: list[int] = []
    for file in files:
        home = tmp_path / f"home-{file.stem}"
        assert run("restore", str(file), "--json", home=home).answer["holds"] is True
        with closing(sqlite3.connect(home / "store.sqlite")) as store:
            cases, steps, claims, records = (
                one(store, f"SELECT count(*) FROM {table}") for table in ("case_", "step", "claim", "audit_record")
            )
        assert (steps, claims) == (3 * cases, cases)
        assert records - before == 3 * cases
        counts.append(cases)
    assert counts[0] >= 10 - 1
    assert counts == sorted(set(counts)), "the writers went on in between"


def one(store: sqlite3.Connection, statement: str) -> int:
    return int(store.execute(statement).fetchone()[0])


def rewritten(file: Path, to: Path, changes: Mapping[str, bytes | None]) -> Path:
    """A backup with some members changed, added or (None) left out."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w") as new:
        members = {**{name: old.read(name) for name in old.namelist()}, **changes}
        for name, content in members.items():
            if content is not None:
                new.writestr(name, content)
    return to


def test_a_backup_that_is_not_as_it_was_written_restores_nothing(lived_in: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.zip"
    assert run("backup", str(whole), home=lived_in).code == 0
    with zipfile.ZipFile(whole) as archive:
        listed: Any = json.loads(archive.read("manifest.json"))
        config = archive.read("config.toml")
        evidence = next(name for name in archive.namelist() if name.startswith("evidence/"))
    outside = [*listed["files"], {"name": "../outside", "size": 1, "sha256": "0" * 64}]
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-100])
    broken = [cut, tmp_path / "config.toml", tmp_path / "nowhere.zip"]
    (tmp_path / "config.toml").write_text("no archive")
    changes: list[Mapping[str, bytes | None]] = [
        {"config.toml": config.replace(b"Acme", b"Akme")},
        {"config.toml": config + b"#"},
        {evidence: None},
        {"evidence/more": b"x"},
        {"manifest.json": None},
        {"manifest.json": b"[]"},
        {"manifest.json": json.dumps({**listed, "format": "axure-lifecycle/backup/v9"}).encode()},
        {"manifest.json": json.dumps({**listed, "files": outside}).encode(), "../outside": b"x"},
    ]
    broken += [rewritten(whole, tmp_path / f"broken-{number}.zip", change) for number, change in enumerate(changes)]

    for file in broken:
        refused = run("restore", str(file), "--json", home=tmp_path / "new" / "home")
        assert refused.refusal == "backup_broken", file
        assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "outside").exists()


def test_nothing_is_put_over_anything(lived_in: Path, tmp_path: Path) -> None:
    file = tmp_path / "saved.zip"
    assert run("backup", str(file), home=lived_in).code == 0
    before = files_of(lived_in)

    assert run("restore", str(file), "--json", home=lived_in).refusal == "restore_refused"
    assert run("restore", str(file), "--json", home=file).refusal == "restore_refused"
    assert run("backup", str(file), "--json", home=lived_in).refusal == "audit_file_refused"

    assert files_of(lived_in) == before
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run("restore", str(file), home=empty).code == 0


@pytest.mark.parametrize(("broken", "says"), [("trail", "BROKEN at record 1"), ("evidence", "E-1 (C-1, missing)")])
def test_what_was_broken_before_is_told_after(lived_in: Path, tmp_path: Path, broken: str, says: str) -> None:
    if broken == "evidence":
        shutil.rmtree(lived_in / "evidence")
    else:
        with closing(sqlite3.connect(lived_in / "store.sqlite")) as store, store:
            store.execute("UPDATE audit_payload SET payload = replace(payload, 'acme', 'akme')")
    file = tmp_path / "saved.zip"
    assert run("backup", str(file), home=lived_in).code == 0

    told = run("restore", str(file), home=tmp_path / "other")
    assert told.code == 1
    assert says in told.out
    assert (tmp_path / "other" / "config.toml").is_file()


def test_a_damaged_store_is_not_taken_for_a_backup(lived_in: Path, tmp_path: Path) -> None:
    (lived_in / "store.sqlite").write_bytes(b"This is a letter. " * 500)
    refused = run("backup", str(tmp_path / "saved.zip"), "--json", home=lived_in)
    assert refused.refusal == "store_not_copied"
    assert not (tmp_path / "saved.zip").exists()


def test_a_store_on_a_server_is_saved_by_its_own_tools(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("init", *FLAGS, home=home).code == 0
    config = home / "config.toml"
    text = config.read_text(encoding="utf-8")
    url = "postgresql+psycopg://lifecycle:secret@db.acme.example/lifecycle"
    config.write_text(text.replace("[store]\n", f'[store]\nurl = "{url}"\n'), encoding="utf-8")

    refused = run("backup", str(tmp_path / "saved.zip"), home=home)

    assert refused.code == 1
    assert (
        "“pg_dump --format=custom --file=store.dump 'postgresql://lifecycle@db.acme.example/lifecycle'”" in refused.err
    )
    assert "secret" not in refused.err
