"""`discrepancies` where something is missing: one line with its reason, and what to bring."""

from pathlib import Path

from tests.cli.conftest import DIRECTORY, MEMBERS, bring, initialize
from tests.cli.processes import run


def with_members(tmp_path: Path) -> Path:
    """A home with three members and nothing else."""
    home, file = initialize(tmp_path / "home"), tmp_path / "members.csv"
    file.write_text(MEMBERS, encoding="utf-8")
    bring(home, "members", file)
    return home


def test_without_a_directory_everybody_is_one_line_that_says_what_to_import(tmp_path: Path) -> None:
    home = with_members(tmp_path)

    told = run("discrepancies", home=home).out
    listed = run("discrepancies", "--verdict", "withheld", home=home).out

    assert "ana@acme.example" not in told
    assert told.count("Nobody can be compared: no directory read is in use.") == 1
    assert f"axure-lifecycle --home {home} import directory FILE" in told
    assert "plan offboard" not in told
    assert "ana@acme.example" in listed


def test_without_a_licence_list_the_seats_say_so(tmp_path: Path) -> None:
    home, file = with_members(tmp_path), tmp_path / "directory.csv"
    file.write_text(DIRECTORY, encoding="utf-8")
    bring(home, "directory", file)

    told = run("discrepancies", home=home).out

    assert "No licence list was imported" in told
    assert f"axure-lifecycle --home {home} import seats FILE" in told


def test_the_seats_name_the_licence_list_they_are_from(small_home: Path) -> None:
    assert "  By R-2 “seats.csv” of " in run("discrepancies", home=small_home).out
