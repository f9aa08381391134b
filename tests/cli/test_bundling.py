"""`audit key`, `audit checkpoint`, `audit bundle`, `audit verifier`: what an auditor gets, by commands alone."""

import json
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.conftest import DAY_BEFORE
from tests.cli.processes import YES, attend, run

TODAY = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
DAYS = ("--from", DAY_BEFORE, "--to", TODAY.isoformat())


@pytest.fixture(scope="module")
def signing_template(small_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a key and a case; only to be copied, or to be asked for what it refuses."""
    home = Path(shutil.copytree(small_template, tmp_path_factory.mktemp("signing") / "home"))
    plan = run("plan", "offboard", "ana@acme.example", "--json", home=home).answer
    assert run("open", "ana@acme.example", "--digest", plan["digest"], home=home).code == 0
    assert run("audit", "key", home=home).code == 0
    return home


@pytest.fixture
def signing_home(signing_template: Path, tmp_path: Path) -> Path:
    """A home of one's own with a key and a case."""
    return Path(shutil.copytree(signing_template, tmp_path / "signing"))


def verify(program: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the verifier that was written, on a Python without anything installed."""
    line = [sys.executable, "-I", "-S", str(program), *words]
    return subprocess.run(line, capture_output=True, text=True, check=False, env={})


def test_from_the_key_to_the_verdict_an_auditor_needs_nothing_of_ours(signing_home: Path, tmp_path: Path) -> None:
    key = run("audit", "key", "--json", home=signing_home).answer
    made = run("audit", "checkpoint", "kept.json", home=signing_home, folder=tmp_path)
    attend("retract", "R-1", "--reason", "test", home=signing_home, says=[YES])
    bundled = run("audit", "bundle", "q4.zip", *DAYS, home=signing_home, folder=tmp_path)
    written = run("audit", "verifier", "verify.py", "--json", folder=tmp_path)

    assert (key["is_new"], made.code, bundled.code, written.code) == (False, 0, 0, 0)
    assert "It verifies." in bundled.out
    assert key["public_key"] in bundled.out
    for name in ("kept.json", "q4.zip", "verify.py"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    kept = str(tmp_path / "kept.json")
    done = verify(
        tmp_path / "verify.py", str(tmp_path / "q4.zip"), "--public-key", key["public_key"], "--checkpoint", kept
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Your own checkpoint of record" in done.stdout
    same = run("audit", "verify", "--checkpoint", kept, "--public-key", key["public_key"], home=signing_home)
    assert same.code == 0
    assert "it is excluded that anything up to there was cut off or changed since" in same.out


def test_a_checkpoint_of_another_trail_or_of_another_key_is_told(
    signing_home: Path, small_template: Path, tmp_path: Path
) -> None:
    key = run("audit", "key", "--json", home=signing_home).answer["public_key"]
    kept = tmp_path / "kept.json"
    kept.write_text(run("audit", "checkpoint", home=signing_home).out)
    words = ("audit", "verify", "--checkpoint", str(kept), "--public-key")

    elsewhere = run(*words, key, home=small_template)

    assert elsewhere.code == 1
    assert "is NOT in this trail" in elsewhere.out
    assert run(*words, "0" * 64, "--json", home=signing_home).refusal == "not_a_checkpoint"
    assert run(*words, "abc", "--json", home=signing_home).refusal == "not_a_checkpoint"
    kept.write_text("{}")
    assert run(*words, key, "--json", home=signing_home).refusal == "not_a_checkpoint"
    assert run(*words[:4], "--json", home=signing_home).code == 2


def test_a_key_is_made_once_lies_closed_and_is_changed_only_when_it_is_said(small_home: Path) -> None:
    made = run("audit", "key", "--json", home=small_home).answer
    again = run("audit", "key", "--json", home=small_home).answer
    changed = run("audit", "key", "--rotate", "--json", home=small_home).answer

    file = small_home / "audit-key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (made["is_new"], again["is_new"], again["public_key"]) == (True, False, made["public_key"])
    assert changed["public_key_before"] == made["public_key"] != changed["public_key"]
    assert "PRIVATE" not in run("audit", "key", home=small_home).out
    assert [file.name for file in small_home.iterdir() if "audit-key" in file.name] == ["audit-key.pem"]


@pytest.mark.parametrize("where", ["env", "file"])
def test_a_key_can_lie_where_the_configuration_says(small_home: Path, tmp_path: Path, where: str) -> None:
    run("audit", "key", home=small_home)
    public = run("audit", "key", "--json", home=small_home).answer["public_key"]
    place = (small_home / "audit-key.pem").rename(tmp_path / "signing.pem")
    config = small_home / "config.toml"
    reference = f"file:{place}" if where == "file" else "env:AUDIT_KEY"
    config.write_text(config.read_text("utf-8").replace("[audit]\n", f'[audit]\nkey = "{reference}"\n'), "utf-8")
    environment = {"AUDIT_KEY": place.read_text()} if where == "env" else {}

    found = run("audit", "key", "--json", home=small_home, environment=environment)

    assert (found.answer["public_key"], found.answer["is_new"]) == (public, False)
    rotated = run("audit", "key", "--rotate", "--json", home=small_home, environment=environment)
    assert rotated.refusal == "signing_key_elsewhere"
    place.write_text("no key at all")
    assert run("audit", "checkpoint", "--json", home=small_home).refusal == (
        "signing_key_unusable" if where == "file" else "signing_key_missing"
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("x.zip", "--from", "2026-01-02", "--to", "2026-01-01"), "days_reversed"),
        (("x.zip", "--from", "2026-01-02", "--to", (TODAY + timedelta(days=2)).isoformat()), "days_ahead"),
        (("x.zip", "--from", "2020-01-01", "--to", "2020-12-31"), "nothing_recorded"),
        (("x.zip", "--from", "yesterday", "--to", "2020-12-31"), "not_a_day"),
        (("there.zip", *DAYS), "audit_file_refused"),
        (("nowhere/x.zip", *DAYS), "audit_file_refused"),
        (("a\udce4/x.zip", *DAYS), "audit_file_refused"),
    ],
    ids=lambda value: str(value)[:30].encode("ascii", "replace").decode(),
)
def test_what_makes_no_bundle_is_one_sentence_and_leaves_no_file(
    signing_template: Path, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "there.zip").write_bytes(b"mine")

    refused = run("audit", "bundle", *words, "--json", home=signing_template, folder=folder)

    assert refused.refusal == code
    assert [file.name for file in folder.iterdir()] == ["there.zip"]
    assert (folder / "there.zip").read_bytes() == b"mine"


def test_a_lost_file_or_no_key_makes_no_bundle(signing_home: Path, small_home: Path, tmp_path: Path) -> None:
    assert run("audit", "bundle", "x.zip", *DAYS, "--json", home=small_home, folder=tmp_path).refusal == (
        "signing_key_missing"
    )
    page = tmp_path / "page.png"
    page.write_bytes(b"\x89PNG\r\n\x1a\n page")
    assert attend("attach", "C-1", "deactivate", str(page), home=signing_home).code == 0
    for file in (signing_home / "evidence").rglob("*"):
        if file.is_file():
            file.unlink()
    lost = run("audit", "bundle", "x.zip", *DAYS, "--json", home=signing_home, folder=tmp_path)
    assert lost.refusal == "evidence_not_whole"
    assert not (tmp_path / "x.zip").exists()


def test_a_head_is_signed_with_a_moment_of_now(signing_home: Path) -> None:
    point = json.loads(run("audit", "checkpoint", home=signing_home).out)
    assert abs(datetime.fromisoformat(point["at"]) - datetime.now(UTC)) < timedelta(minutes=5)
    assert point["seq"] == run("audit", "verify", "--json", home=signing_home).answer["records"]
