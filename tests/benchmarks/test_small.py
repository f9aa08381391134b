"""Every row of the benchmarks at a size of two blocks of people: what is found is right, whatever time it takes."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from axure_lifecycle.mcp_server.surface import load_surface
from tests.benchmarks.figures import MIB, Figure, render_table
from tests.benchmarks.people import address_of
from tests.benchmarks.places import Workplace
from tests.benchmarks.processes import ROOT
from tests.benchmarks.rows import ROWS
from tests.benchmarks.troubles import run_troubles
from tests.conftest import lacks
from tests.directories.peers.openldap import find_missing

SIZE = 400
BLOCK = (
    ["not_in_directory"] * 2
    + ["leaver", "ambiguous"]
    + ["non_personal"] * 2
    + ["hold"] * 2
    + ["leaver"] * 5
    + ["leaving"]
    + ["deactivated"] * 10
    + ["active"] * 176
)
"""What becomes of the two hundred people of a block."""


def tell_nobody(_: str) -> None:
    """Tests need no progress."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A folder whose files and stores the tests of this module share."""
    return Workplace(tmp_path_factory.mktemp("benchmarks"), SIZE, runs=1, starts=1, calls=25, tell=tell_nobody)


def test_whoever_measures_stays_smaller_than_anything_that_is_measured() -> None:
    """What a child is said to hold at most is never less than what its parent holds."""
    large = "{'httpx', 'mcp', 'pydantic', 'pytest', 'sqlalchemy'}"
    script = f"import sys, tests.benchmarks.run; print(*{large}.intersection(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert loaded.split() == []


def test_a_started_server_lists_every_tool_and_the_bare_one_its_own(place: Workplace) -> None:
    every_tool = len(load_surface())
    figures = ROWS["start"](place)
    assert [figure.outcome for figure in figures] == [(every_tool, 1), (every_tool, 1)]
    assert all(figure.allowed == 1.25 for figure in figures)


def test_whoever_is_asked_for_gets_the_verdict_of_their_story(place: Workplace) -> None:
    small, large, beside = ROWS["check"](place)
    meant = {address_of(block + number): verdict for number, verdict in enumerate(BLOCK) for block in (0, 200)}
    for figure in (small, large):
        assert len(figure.outcome) > 20
        assert figure.outcome.items() <= meant.items()
        assert (figure.allowed, len(figure.ours), len(figure.baseline)) == (2, 25, 25)
    assert (beside.allowed, beside.ours, beside.baseline) == (1.2, large.ours, small.ours)


def test_a_pass_finds_what_the_joins_by_hand_find(place: Workplace) -> None:
    (figure,) = ROWS["pass"](place)
    assert figure.outcome["leaver"] == 2 * BLOCK.count("leaver")
    assert figure.agrees


def test_the_import_and_the_plain_table_hold_every_member(place: Workplace) -> None:
    (figure,) = ROWS["import"](place)
    assert (figure.outcome, figure.agrees) == ([["imported", 400]], True)
    assert (figure.allowed, figure.allowed_peak) == (3, 250 * MIB)


def test_the_comparison_and_the_joins_by_hand_count_the_same(place: Workplace) -> None:
    (figure,) = ROWS["compare"](place)
    assert figure.outcome == {
        "not_in_directory": 4,
        "ambiguous": 2,
        "non_personal": 4,
        "hold": 4,
        "leaver": 12,
        "leaving": 2,
        "deactivated": 20,
        "active": 352,
    }
    assert (figure.agrees, figure.allowed) == (True, 2)


def test_the_verification_and_the_bare_loop_reach_the_same_head(place: Workplace) -> None:
    (figure,) = ROWS["verify"](place)
    assert (figure.outcome["records"], figure.outcome["erased"]) == (400, 4)
    assert (figure.agrees, figure.allowed) == (True, 2)


def test_the_bundle_and_the_lines_by_hand_hold_every_record(place: Workplace) -> None:
    (figure,) = ROWS["bundle"](place)
    assert (figure.outcome, figure.agrees) == ({"records": 400, "erased": 4}, True)
    assert (figure.allowed, figure.allowed_peak) == (6, 128 * MIB)


def test_the_access_review_has_a_row_for_everybody_whom_the_plain_rows_have(place: Workplace) -> None:
    (figure,) = ROWS["report"](place)
    assert (figure.outcome, figure.agrees, figure.allowed) == (400, True, 20)


def test_the_readers_and_the_bare_loops_meet_as_many_people(place: Workplace) -> None:
    figures = ROWS["read"](place)
    assert [(figure.name.rpartition(" ")[2], figure.agrees, figure.allowed) for figure in figures] == [
        ("okta", True, 1.5),
        ("entra", True, 1.5),
        ("google", True, 1.5),
    ]
    assert all(figure.outcome >= SIZE for figure in figures)


@pytest.mark.peer("slapd")
def test_the_reader_of_ldap_and_the_bare_loop_meet_as_many_people(place: Workplace) -> None:
    if missing := find_missing():
        lacks(missing)
    (figure,) = ROWS["read-ldap"](place)
    assert (figure.name, figure.outcome) == (f"read of {SIZE} people of openldap", SIZE)
    assert (figure.agrees, figure.allowed, len(figure.ours)) == (True, 1.5, 1)


def test_every_call_over_http_is_answered_by_both_servers_on_both_stores(place: Workplace) -> None:
    figures = ROWS["serve"](place)
    assert [(figure.name.split(", ")[1], figure.agrees, figure.allowed) for figure in figures] == [
        (store, True, allowed) for store in ("SQLite", "PostgreSQL") for allowed in (2, 2, None, None)
    ]
    assert [figure.outcome for figure in figures] == [25, 400, 25, 400] * 2


def test_everybody_is_pushed_once_and_nobody_gives_up(place: Workplace) -> None:
    small = replace(place, size=30)
    (figure,) = ROWS["push"](small)
    assert (figure.outcome, figure.agrees, figure.allowed) == (30, True, None)


def test_reads_that_meet_faults_are_told_by_how_they_ended(tmp_path: Path) -> None:
    outcomes = run_troubles(range(2), 60, tmp_path, ["google"])
    assert outcomes.total() == 2


def test_one_command_prints_the_table() -> None:
    command = [sys.executable, "tests/benchmarks/run.py", "--only", "verify", "--size", "50", "--runs", "1", "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (row,) = json.loads(ended.stdout)
    assert row["name"] == "verification of 50 records"
    assert row["ratio"] == row["ours"] / row["baseline"]


def test_the_table_names_what_is_not_as_agreed() -> None:
    slow = Figure(
        name="slow", ours=[9.0, 3.0, 1.0], baseline=[1.0, 2.0, 1.0], allowed=2, peak=300 * MIB, allowed_peak=250 * MIB
    )
    quick = Figure(name="quick", ours=[0.012], baseline=[0.01], allowed=2, peak=60 * MIB, agrees=False)
    assert render_table([slow, quick]).splitlines() == [
        "|       | ours (median) | baseline (median) | ratio | allowed ratio | peak memory of ours |",
        "|-------|--------------:|------------------:|------:|--------------:|--------------------:|",
        "| slow  |        3.00 s |            1.00 s |  3.00 |             2 |      300 MiB of 250 |",
        "| quick |      12.00 ms |          10.00 ms |  1.20 |             2 |              60 MiB |",
        "",
        "slow: 3.00 times its baseline, 2 are allowed.",
        "slow: 300 MiB, 250 are allowed.",
        "quick: ours and the baseline do not find the same.",
    ]
