"""`demo`: the main job on an invented organisation, for a machine, and left for looking around."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.processes import Ended, run

LEAVER = "ines.varga@birchwood.example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home is left; nothing may write there but the demonstration."""
    return tmp_path_factory.mktemp("demo") / "birchwood"


@pytest.fixture(scope="module")
def kept(folder: Path) -> Ended:
    """The demonstration whose home is left."""
    ended = run("demo", "--keep", str(folder), "--json")
    assert ended.code == 0, ended
    return ended


def test_for_a_machine_it_is_one_object_that_says_what_came_of_it(kept: Ended, folder: Path) -> None:
    facts: dict[str, Any] = kept.answer
    assert facts["home"] == str(folder)
    assert (facts["case"], facts["state_after_confirming"], facts["state_after_next_roster"]) == (
        "C-1",
        "done",
        "verified",
    )
    assert facts["assistants_own_roster"] == "declined"
    before, after = ({name: n for name, n in facts[f"counts_{when}"].items() if n} for when in ("before", "after"))
    everybody = {"not_in_directory": 1, "non_personal": 1, "hold": 1, "leaving": 1}
    assert before == {"deactivated": 1, "leaver": 2, **everybody, "active": 39}
    assert after == {"deactivated": 2, "leaver": 1, **everybody, "active": 39}
    assert facts["trail_holds"] is True
    assert facts["trail_records"] > 20
    assert "==" not in kept.out  # The story is left out.


def test_the_home_that_is_left_can_be_looked_around_in(kept: Ended, folder: Path) -> None:
    assert {"config.toml", "store.sqlite", "files"} <= {path.name for path in folder.iterdir()}
    found = run("discrepancies", "--json", home=folder).answer
    assert found["counts"] == kept.answer["counts_after"]
    case = run("case", "C-1", home=folder).out
    assert f"offboard {LEAVER}" in case
    assert "verified" in case
    assert run("audit", "verify", home=folder).code == 0


def test_yesterday_can_be_asked_for_in_the_home_that_is_left(kept: Ended, folder: Path) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    found = run("discrepancies", "--json", "--as-of", yesterday, home=folder).answer
    assert found["counts"] == kept.answer["counts_before"]


def test_a_home_that_is_there_is_not_overwritten(kept: Ended, folder: Path) -> None:
    was = (folder / "store.sqlite").read_bytes()
    again = run("demo", "--keep", str(folder), "--json")
    assert again.refusal == "configuration_exists"
    assert (folder / "store.sqlite").read_bytes() == was
    assert kept.code == 0


def test_without_a_folder_nothing_is_left(tmp_path: Path) -> None:
    told = run("demo", folder=tmp_path, environment={"TMPDIR": str(tmp_path), "HOME": str(tmp_path)})
    assert told.code == 0, told
    assert "The home is left" not in told.out
    assert "C-1 is verified" in told.out
    assert list(tmp_path.iterdir()) == []
