"""What a person meets when something is missing, broken or closed: a sentence, a stable code, nothing half-done."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from axure_lifecycle.cli.commands import COMMANDS
from tests.cli.conftest import MEMBERS
from tests.cli.processes import attend, run

WORKING: Final[dict[str, tuple[str, ...]]] = {
    "import": ("members", "members.csv"),
    "discrepancies": (),
    "check": ("ana@acme.example",),
    "users": (),
    "sources": (),
    "decide": ("ana@acme.example", "keep", "--reason", "x"),
    "retract": ("R-1", "--reason", "x"),
    "plan offboard": ("ana@acme.example",),
    "plan onboard": ("ana@acme.example",),
    "plan role-change": ("ana@acme.example", "admin"),
    "plan reactivation": ("ana@acme.example",),
    "sync": (),
    "doctor": (),
    "plan operation": ("configure-saml",),
    "attach": ("C-1", "deactivate", "members.csv"),
    "record-fact": ("deactivate.control", "--answer", "a switch"),
    "record-screen-change": ("offboard", "deactivate", "--differs", "a switch"),
    "open": ("ana@acme.example", "--digest", "0" * 64),
    "cases": (),
    "case": ("C-1",),
    "run": (),
    "notices list": (),
    "ticket": ("C-1", "HR-1142"),
    "record": ("C-1", "1", "done"),
    "confirm": ("R-1",),
    "approve": ("C-1",),
    "deactivated": ("ana@acme.example",),
    "assign": ("C-1", "kim@acme.example"),
    "cancel": ("C-1", "--reason", "x"),
    "audit verify": (),
    "audit export": (),
    "audit key": (),
    "audit checkpoint": (),
    "audit bundle": ("q4.zip", "--from", "2026-10-01", "--to", "2026-11-23"),
    "report": ("access-review",),
    "review open": ("Q4 2026",),
    "review list": (),
    "review show": (),
    "review decide": ("V-1", "keep", "ana@acme.example", "--reason", "HR-9"),
    "review close": ("V-1",),
    "erase": ("ana@acme.example", "--reason", "HR-1142"),
    "backup": ("home.zip",),
    "serve": (),
    "token create": ("ana@acme.example", "--role", "operator"),
    "token list": (),
    "token revoke": ("T-1", "--reason", "x"),
    "session list": (),
    "session end": ("ana@acme.example", "--reason", "x"),
    "factor invite": ("ana@acme.example",),
    "factor list": (),
    "factor remove": ("1", "--reason", "x"),
    "scim token create": ("okta-push",),
    "scim token list": (),
    "scim token revoke": ("ST-1", "--reason", "x"),
    "scim waiting": (),
    "scim aside": (),
}
"""Every command that works with a home, typed so that only the home can stand in its way."""
AT_A_TERMINAL: Final = ("confirm", "approve", "token create", "factor invite", "scim token create")
"""Those that do nothing for a script."""


def test_every_command_is_tried_without_a_configuration() -> None:
    assert set(WORKING) == {" ".join(command.words) for command in COMMANDS} - {
        "init",
        "demo",
        "install",
        "mcp",
        "restore",
        "explain",
        "audit verifier",
        "db copy",
    }


@pytest.mark.parametrize("words", WORKING)
def test_without_a_configuration_every_command_says_how_to_init(tmp_path: Path, words: str) -> None:
    if words in AT_A_TERMINAL or words == "serve":
        start = attend if words in AT_A_TERMINAL else run  # `serve` answers nothing, in JSON neither
        refused = start(*words.split(), *WORKING[words], home=tmp_path)
        assert refused.code == 1
        sentence = refused.err
    else:
        refused = run(*words.split(), *WORKING[words], "--json", home=tmp_path)
        assert refused.refusal == "not_configured"
        sentence = refused.answer["error"]["message"]

    assert f"axure-lifecycle init --home {tmp_path}" in sentence
    assert list(tmp_path.iterdir()) == []


def test_a_broken_configuration_is_told_with_every_mistake(small_home: Path) -> None:
    config = small_home / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('"saml"', '"SAML"').replace('"pat@acme.example"', '"pat"') + "\n[nonsense]\nx = 1\n")

    refused = run("users", home=small_home)

    assert (refused.code, refused.out) == (1, "")
    assert "has 3 mistakes" in refused.err
    for part in ("organization.sign_in", "organization.operator", "nonsense"):
        assert part in refused.err
    assert run("users", "--json", home=small_home).refusal == "configuration_broken"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("case", "C-99"), "case_unknown"),
        (("case", "99 bottles"), "arguments_refused"),
        (("check", "ana@acme.example", "--as-of", "soon"), "not_a_day"),
        (("plan", "offboard", "Ana Berg"), "not_an_address"),
        (("explain", "bicycles"), "topic_unknown"),
        (("cases", "--person", "Ana"), "not_an_address"),
        (("users", "--cursor", "x"), "cursor_unknown"),
        (("retract", "K-99", "--reason", "x"), "claim_unknown"),
        (("open", "ana@acme.example", "--digest", "abc"), "arguments_refused"),
        (("record", "C-1", "1", "done", "--note", "x" * 1001), "arguments_refused"),
        (("audit", "export", "/nowhere/trail.jsonl"), "export_refused"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_is_refused_with_a_code(configured: Path, words: tuple[str, ...], code: str) -> None:
    assert run(*words, "--json", home=configured).refusal == code


def test_somebody_whom_nobody_knows_is_no_mistake(configured: Path) -> None:
    told = run("check", "zoe@acme.example", home=configured)

    assert told.code == 0
    assert "No source in force knows this address." in told.out


def test_a_refusal_names_commands_and_never_tools(configured: Path) -> None:
    told = run("plan", "offboard", "Ana Berg", home=configured)

    assert "Type `check` with the name" in told.err
    assert "check_user" not in told.err


def test_a_store_that_is_no_database_is_told(configured: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text((configured / "config.toml").read_text())
    (home / "store.sqlite").write_text("This is a letter, not a database.\n" * 100)

    assert run("sources", "--json", home=home).refusal == "store_unreachable"


def test_a_store_of_a_newer_version_is_left_alone(small_home: Path) -> None:
    with sqlite3.connect(small_home / "store.sqlite") as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    store.close()

    assert run("sources", "--json", home=small_home).refusal == "store_too_new"


@pytest.fixture
def closed_home(small_home: Path) -> Path:
    """A home that may be read and not written."""
    for file in small_home.iterdir():
        file.chmod(0o400)
    small_home.chmod(0o500)
    return small_home


def test_a_store_that_may_not_be_written_is_told(closed_home: Path, tmp_path: Path) -> None:
    page = tmp_path / "members.csv"
    page.write_text(MEMBERS.replace("Ana Berg", "Ana B."))

    refused = run("import", "members", str(page), "--yes", "--json", home=closed_home, bound=True)

    assert refused.refusal == "store_read_only"
    closed_home.chmod(0o700)


def test_usage_is_explained_and_in_json_it_is_an_object(configured: Path) -> None:
    plain = run("discrepancies", "--verdict", "gone", home=configured)
    as_json = run("discrepancies", "--verdict", "gone", "--json", home=configured)
    unknown = run("discrepancy")

    assert (plain.code, plain.out) == (2, "")
    assert "Usage: axure-lifecycle discrepancies" in plain.err
    assert "leaver" in plain.err
    assert (as_json.code, as_json.answer["error"]["code"]) == (2, "mistyped")
    assert (unknown.code, "Did you mean 'discrepancies'?" in unknown.err) == (2, True)


@pytest.fixture
def faulty_home(small_home: Path) -> Path:
    """A home whose store lacks a table: nothing that a person could have done."""
    with sqlite3.connect(small_home / "store.sqlite") as store:
        store.execute("PRAGMA foreign_keys = OFF")
        store.execute("DROP TABLE source")
    store.close()
    return small_home


def test_a_fault_of_ours_is_one_short_sentence(faulty_home: Path) -> None:
    told = run("sources", home=faulty_home)
    in_json = run("sources", "--json", home=faulty_home)
    shown = run("sources", home=faulty_home, environment={"AXURE_LIFECYCLE_DEBUG": "1"})

    assert (told.code, told.out) == (70, "")
    assert told.err.startswith("This is a fault of Axure Lifecycle, not yours (StoreFault).")
    assert "Traceback" not in told.err
    assert (in_json.code, in_json.answer["error"]["code"]) == (70, "our_fault")
    assert (shown.code, "Traceback" in shown.err) == (70, True)


def test_a_reader_that_goes_away_is_no_fault(small_home: Path) -> None:
    ours, theirs = os.pipe()
    line = [sys.executable, "-m", "axure_lifecycle.cli", "--home", str(small_home), "discrepancies", "--json", "--all"]
    os.close(ours)

    done = subprocess.run(line, stdout=theirs, stderr=subprocess.PIPE, check=False)

    os.close(theirs)
    assert (done.returncode, done.stderr) == (1, b"")


def test_without_any_streams_a_command_still_ends(configured: Path) -> None:
    line = [sys.executable, "-m", "axure_lifecycle.cli", "--home", str(configured), "sources"]

    assert subprocess.run(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *line], check=False).returncode == 0


@pytest.mark.parametrize("entry", ["module", "script"])
def test_module_and_script_are_the_same_program(entry: str) -> None:
    script = Path(sys.executable).with_name("axure-lifecycle")
    line = [sys.executable, "-m", "axure_lifecycle.cli"] if entry == "module" else [str(script)]

    done = subprocess.run([*line, "check"], capture_output=True, check=False, text=True)

    assert done.returncode == 2
    assert done.stderr.startswith("Usage: axure-lifecycle check")


def test_words_from_outside_are_shown_as_data(configured: Path) -> None:
    told = run("plan", "offboard", "\x1b[2Jcheck_user\u202e", home=configured)

    assert "\x1b" not in told.err
    assert "\u202e" not in told.err
    assert "“␛[2Jcheck_user⟨U+202E⟩”" in told.err, "what is quoted stays as it was typed"


@pytest.mark.parametrize("words", [("users",), ("check", "ana@acme.example"), ("sources",), ("explain", "scim")])
def test_reading_twice_gives_the_same(small_home: Path, words: tuple[str, ...]) -> None:
    parse: Callable[[str], object] = json.loads
    first, second = (run(*words, "--json", home=small_home) for _ in range(2))

    assert (first.code, parse(first.out)) == (0, parse(second.out))
