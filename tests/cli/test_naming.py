"""An operation is known by either of its names, and a command that is typed short says what it lacks."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.cli.processes import YES, attend, run

ANA = "ana@acme.example"
BO = "bo@acme.example"
BY_UV: Final = {"UV_RUN_RECURSION_DEPTH": "1"}


@pytest.mark.parametrize(
    "typed",
    [
        ("role-change", ANA, "admin"),
        ("role-change", ANA, "--role", "admin"),
        ("change-role", ANA, "--role", "admin"),
        ("operation", "change-role", ANA, "--role", "admin"),
        ("operation", "role-change", ANA, "--role", "admin"),
    ],
)
def test_a_change_of_role_is_planned_by_either_name_with_the_role_in_either_place(
    small_home: Path, typed: tuple[str, ...]
) -> None:
    said = run("plan", *typed, home=small_home).out

    assert said.startswith(f"Plan to change the role of {ANA}: 1 step.")
    assert f"open {ANA} --operation change-role --role admin --digest" in said


def test_a_case_is_opened_by_either_name_of_its_operation(small_home: Path) -> None:
    digest = run("plan", "role-change", ANA, "admin", "--json", home=small_home).answer["digest"]

    opened = run(
        *("open", ANA, "--operation", "role-change", "--role", "admin", "--digest", digest, "--json"), home=small_home
    )

    assert opened.answer["operation"] == "change-role"


def test_a_screen_is_noted_by_either_name_of_its_operation(small_home: Path) -> None:
    said = attend(
        *("record-screen-change", "role-change", "set-role", "--differs", "a list"), home=small_home, says=[YES]
    )

    assert "axure.change-role, set-role" in said.err


def test_a_role_that_is_said_twice_must_be_one(small_home: Path) -> None:
    assert "it says admin, and --role says guest" in (
        run("plan", "role-change", ANA, "admin", "--role", "guest", home=small_home).err
    )
    assert "say which role: guest, member, admin" in run("plan", "role-change", ANA, home=small_home).err


def test_an_operation_that_nobody_knows_is_told_with_the_nearest_and_no_long_list(small_home: Path) -> None:
    for words in (
        ("plan", "operation", "release-seats", ANA),
        ("open", ANA, "--operation", "release-seats"),
        ("record-screen-change", "release-seats", "x", "--differs", "y"),
    ):
        refused = run(*words, home=small_home)
        assert refused.err.strip() == (
            "Nothing was done: no operation is called “release-seats”. Do you mean release-seat?"
        )


def test_what_a_plan_lacks_is_told_as_it_is_typed(small_home: Path) -> None:
    refused = run("plan", "operation", "hand-over-workspaces", ANA, home=small_home)

    assert "say the successor too (--successor ADDRESS)." in refused.err


@pytest.mark.parametrize(
    ("typed", "why", "operations"),
    [
        ((ANA, BO, "--role", "member"), "is for one person and takes no --role", "onboard"),
        ((ANA, "--role", "member"), "takes no --role", "change-role or onboard"),
        ((ANA, "--new-address", BO), "takes no --new-address", "change-address"),
    ],
)
def test_a_forgotten_operation_is_asked_for_and_never_planned_as_an_offboarding(
    small_home: Path, typed: tuple[str, ...], why: str, operations: str
) -> None:
    for refused in (run("open", *typed, home=small_home), attend("open", *typed, home=small_home)):
        assert f"without --operation it would be an offboarding, which {why}." in refused.err
        assert f"Say which one is meant: --operation {operations}." in refused.err


@pytest.mark.parametrize(
    "typed",
    [
        ("plan", "offboard", ANA, "--full"),
        ("plan", "offboard", ANA, "--json"),
        ("plan", "offboard", ANA),
        ("open", ANA),
        ("confirm", "R-1"),
    ],
)
def test_a_command_to_type_is_named_once_as_it_was_called(small_home: Path, typed: tuple[str, ...]) -> None:
    said = run(*typed, home=small_home, environment=BY_UV)

    assert f"uv run axure-lifecycle --home {small_home} " in said.out + said.err
    assert "uv run uv run" not in said.out + said.err


def test_what_playbooks_say_of_tools_is_said_of_commands(small_home: Path) -> None:
    short = run("plan", "role-change", ANA, "admin", home=small_home).out
    full = run("plan", "operation", "remove-integrations", ANA, "--full", home=small_home).out

    assert "plan the offboarding instead (`plan offboard`)." in short
    assert "Keep the path with `record-fact integrations.where`." in full


@pytest.fixture(scope="module")
def case_home(small_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the case C-1: offboard Ana; it is only looked at."""
    home = Path(shutil.copytree(small_template, tmp_path_factory.mktemp("case") / "home"))
    digest = run("plan", "offboard", ANA, "--json", home=home).answer["digest"]
    assert run("open", ANA, "--digest", digest, home=home).code == 0
    return home


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        ("init --idp ", ["okta", "entra", "google", "other"]),
        ("open --operation ch", ["change-address", "change-role", "change-workspaces"]),
        ("plan operation transfer-s", ["transfer-seat"]),
        ("plan role-change bo@acme.example ad", ["admin"]),
        ("check bo@", [BO]),
        ("check ", []),
        ("explain deac", ["deactivation"]),
        ("case C-", ["C-1"]),
        ("record C-1 deac", ["deactivate"]),
        ("record-screen-change change-role set-r", ["set-role"]),
        ("confirm R-", ["R-3", "R-2", "R-1"]),
        ("record C-99 de", []),
        ("record nonsense de", []),
    ],
)
def test_the_tab_key_proposes_what_can_be_meant(case_home: Path, line: str, proposed: list[str]) -> None:
    words = f"axure-lifecycle --home {case_home} {line}"
    environment = {
        "_AXURE_LIFECYCLE_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }

    assert run(environment=environment).out.split() == proposed


def test_where_nothing_can_be_read_the_tab_key_proposes_nothing(tmp_path: Path) -> None:
    words = f"axure-lifecycle --home {tmp_path} case C-"
    environment = {"_AXURE_LIFECYCLE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": "4"}

    ended = run(environment=environment)

    assert (ended.out.split(), ended.err) == ([], "")
    assert list(tmp_path.iterdir()) == []
