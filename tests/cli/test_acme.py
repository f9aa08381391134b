"""Acme's files through the command line, against its answer key: as of 2026-11-23, 206 of 206."""

import csv
import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.conftest import DAY, DAY_BEFORE, bring, initialize
from tests.cli.processes import attend, run

FROM_OKTA: Final = {"leaving": "active", "non_personal": "active"}
"""Okta's objects carry no leave date and no kind."""
FROM_ENTRA: Final = {"hold": "leaver", "non_personal": "active"}
"""Graph's objects do not tell a hold from a disabled account, and carry no kind."""


@pytest.fixture(scope="module")
def key(acme: Path) -> dict[str, str]:
    """Address → verdict."""
    with (acme / "key.csv").open(encoding="utf-8", newline="") as stream:
        return {row["email"]: row["verdict"] for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def acme_home(acme: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Members, seats and the plain directory table of Acme."""
    home = initialize(tmp_path_factory.mktemp("acme") / "home")
    for kind in ("members", "seats", "directory"):
        bring(home, kind, acme / f"{kind}.csv", "--taken-on", DAY)
    return home


def compare(home: Path, *more: str) -> Any:
    """The whole comparison, as a machine gets it."""
    done = run("discrepancies", "--json", "--as-of", DAY, *more, home=home)
    assert (done.code, done.err) == (0, "")
    return done.answer


def verdicts(found: Any) -> dict[str, str]:
    """Address → verdict."""
    return {item["email"]: item["verdict"] for item in found["items"]}


def test_every_verdict_of_acme_is_right(acme_home: Path, key: dict[str, str]) -> None:
    found = compare(acme_home, "--all")

    assert len(key) == 206
    assert verdicts(found) == key
    assert sum(found["counts"].values()) == 206
    assert found["counts"] == {**dict.fromkeys(found["counts"], 0), **_count(key)}
    assert found["withheld_because"] == found["not_stated"] == []


def test_the_seats_of_acme_are_told_apart(acme_home: Path) -> None:
    found = compare(acme_home)

    assert found["seat_counts"]["unassigned"] == 5
    assert found["seat_counts"]["assigned_to_leaver"] == 18
    assert found["seat_counts"]["assigned_to_deactivated"] == 9
    assert found["seat_counts"]["assigned_without_membership"] == 4
    owned = [seat for seat in found["seats"] if seat["finding"] == "owner_left"]
    managed = {
        seat["email"]: len(seat["subscriptions"]) for seat in found["seats"] if seat["finding"] == "manager_left"
    }
    assert [(seat["email"], len(seat["subscriptions"])) for seat in owned] == [("f.sahetapy@acme.example", 11)]
    assert managed["g.y.vandenbroek@acme.example"] == 100
    assert found["seats_without_price"] == 5 + 18 + 9 + 4


def test_without_all_only_those_who_ask_for_something_are_listed(acme_home: Path, key: dict[str, str]) -> None:
    to_act_on = {email: verdict for email, verdict in key.items() if verdict not in ("active", "deactivated")}

    assert verdicts(compare(acme_home)) == to_act_on
    assert verdicts(compare(acme_home, "--verdict", "hold")) == {
        email: verdict for email, verdict in key.items() if verdict == "hold"
    }


def test_the_pasted_page_gives_the_same_verdicts(acme: Path, tmp_path: Path, key: dict[str, str]) -> None:
    home = initialize(tmp_path / "home")
    pasted = (acme / "members-pasted.txt").read_bytes()

    preview = run("import", "members", "-", "--taken-on", DAY, home=home, typed=pasted)
    imported = run("import", "members", "-", "--taken-on", DAY, "--yes", "--json", home=home, typed=pasted)
    bring(home, "directory", acme / "directory.csv", "--taken-on", DAY)

    assert "206 rows: 206 added" in preview.out
    assert (imported.answer["stage"], imported.answer["assurance"]) == ("imported", "reported")
    assert imported.answer["complete"] is True, "its own count line agrees"
    assert verdicts(compare(home, "--all")) == key


@pytest.mark.parametrize(
    ("name", "cannot_tell", "says"),
    [
        ("okta", FROM_OKTA, ("no leave date", "no kind of account")),
        ("entra", FROM_ENTRA, ("no kind of account",)),
    ],
)
def test_user_objects_give_all_that_they_can_tell_and_the_answer_says_what_they_cannot(
    acme: Path, tmp_path: Path, key: dict[str, str], name: str, cannot_tell: dict[str, str], says: tuple[str, ...]
) -> None:
    home = initialize(tmp_path / "home")
    bring(home, "members", acme / "members.csv", "--taken-on", DAY)
    bring(home, "directory", acme / f"{name}-users.json", "--taken-on", DAY, "--complete", "--name", name)

    found = compare(home, "--all")

    assert verdicts(found) == {email: cannot_tell.get(verdict, verdict) for email, verdict in key.items()}
    assert len(found["not_stated"]) == len(says)
    told = run("discrepancies", "--as-of", DAY, home=home).out
    for sentence, word in zip(found["not_stated"], says, strict=True):
        assert word in sentence
        assert f"Not stated. {sentence}" in told


def test_a_disabled_account_is_said_to_be_perhaps_a_hold(acme: Path, tmp_path: Path) -> None:
    home = initialize(tmp_path / "home")
    bring(home, "members", acme / "members.csv", "--taken-on", DAY)
    bring(home, "directory", acme / "entra-users.json", "--taken-on", DAY)

    assert (
        "Whether that is a departure or a hold it does not say." in run("discrepancies", "--as-of", DAY, home=home).out
    )


def test_a_person_reads_counts_first_then_who_then_seats_then_what_to_do(acme_home: Path, key: dict[str, str]) -> None:
    told = run("discrepancies", "--as-of", DAY, home=acme_home).out

    assert "\x1b" not in told
    order = [
        "206 members.",
        "Beside the directory “directory”: R-3 “directory.csv”",
        "29  leaver",
        "LEAVER, 29. The directory has deprovisioned",
        "LEAVING, 9.",
        "AMBIGUOUS, 3.",
    ]
    order += ["SEATS", "5 assigned to nobody:", "18 assigned to somebody who left:", "plan offboard ADDRESS"]
    places = [told.index(part) for part in order]
    assert places == sorted(places)
    for email, verdict in key.items():
        assert (f"  {email} " in told) is (verdict not in ("active", "deactivated"))


def test_at_a_terminal_titles_are_bold_unless_nobody_wants_colours(acme_home: Path) -> None:
    bold = attend("discrepancies", "--as-of", DAY, home=acme_home)
    plain = attend("discrepancies", "--as-of", DAY, home=acme_home, environment={"NO_COLOR": "1"})

    assert "\x1b[1mLEAVER, 29\x1b[0m" in bold.err
    assert "\x1b" not in plain.err


def test_before_the_first_roster_nothing_is_compared(acme_home: Path) -> None:
    done = run("discrepancies", "--as-of", "2026-11-22", "--json", home=acme_home)

    assert (done.answer["source"], done.answer["items"]) == (None, [])
    assert "`axure-lifecycle --home" in done.answer["next"]


def test_other_commands_about_acme_agree(acme_of_yesterday: Path, tmp_path: Path) -> None:
    home = initialize(tmp_path / "home")
    for kind in ("members", "seats", "directory"):
        bring(home, kind, acme_of_yesterday / f"{kind}.csv", "--taken-on", DAY_BEFORE)
    listed = run("users", "--verdict", "leaver", "--json", home=home).answer
    person = run("check", "F.Sahetapy@ACME.example", "--json", home=home).answer
    named = run("check", "Freddy", home=home).out

    assert listed["in_all"] == 29
    assert (person["verdict"], person["reason"]) == ("leaver", "deprovisioned")
    assert "a name alone is never a match" in named
    assert "f.sahetapy@acme.example" in named


def test_a_list_goes_on_at_its_cursor(acme_home: Path) -> None:
    first = run("users", "--json", home=acme_home).answer
    second = run("users", "--json", "--cursor", first["cursor"], home=acme_home).answer

    assert f"--cursor {first['cursor']}" in first["next"]
    assert len({user["address"] for user in [*first["users"], *second["users"]]}) == 80


def test_the_same_comparison_twice_is_the_same(acme_home: Path) -> None:
    assert json.dumps(compare(acme_home, "--all")) == json.dumps(compare(acme_home, "--all"))


def _count(key: dict[str, str]) -> dict[str, int]:
    return {verdict: list(key.values()).count(verdict) for verdict in key.values()}
