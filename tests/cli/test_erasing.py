"""`erase`: shown first, at a terminal only, refused for somebody who is still here."""

from pathlib import Path

import pytest

from tests.cli.conftest import DAY_BEFORE, MEMBERS, bring
from tests.cli.processes import NO, YES, attend, run


def name_everywhere(home: Path) -> bytes:
    """The bytes of the store, in which somebody is named or not."""
    return b"".join(file.read_bytes() for file in sorted(home.glob("store.sqlite*"))).lower()


@pytest.fixture
def left_home(small_home: Path, tmp_path: Path) -> Path:
    """A home whose newest members list and directory know Ana no more."""
    for kind, content in (
        ("members", "".join(line for line in MEMBERS.splitlines(keepends=True) if "ana@" not in line)),
        (
            "seats",
            "Subscription,Edition,Owner,Managers,Assigned user,Renews on,Bought by\nSUB-1,Team,bo@acme.example,,,,\n",
        ),
        ("directory", "email,display_name,status,kind\nbo@acme.example,Bo Dahl,ACTIVE,person\n"),
    ):
        file = tmp_path / f"{kind}.csv"
        file.write_text(content, encoding="utf-8")
        bring(small_home, kind, file)
    return small_home


def test_a_person_sees_what_goes_and_what_stays_and_then_it_is_gone(left_home: Path) -> None:
    words = ("ana@acme.example", "keep", "--reason", "she comes back")
    decided = attend("decide", *words, home=left_home, agrees=True)
    assert decided.code == 0, decided
    assert b"ana@acme.example" in name_everywhere(left_home)
    whole = run("audit", "verify", home=left_home).out
    before = run("audit", "verify", "--json", home=left_home).answer

    told = attend("erase", "ana@acme.example", "--reason", "HR-1142", home=left_home, says=[YES])

    assert told.code == 0
    for line in (
        "Erase for good: ana@acme.example.",
        "of rosters and directory reads that are no longer in force",
        "What stays:",
        "the chain still verifies",
        "Erased; erased-",
    ):
        assert line in told.err, told.err
    assert b"ana@acme.example" not in name_everywhere(left_home)
    after = run("audit", "verify", "--json", home=left_home).answer
    assert (after["holds"], after["records"]) == (True, before["records"] + 1)
    # What was decided about her and the question before it; records of rosters say who brought them and no more.
    assert f"The trail holds: {before['records']} records, head" in whole
    assert f"{after['records']} records, 2 of them erased, head" in run("audit", "verify", home=left_home).out
    assert "No source in force knows this address." in run("check", "ana@acme.example", home=left_home).out


def test_reports_in_the_home_that_name_the_person_are_found_and_go_on_request_alone(left_home: Path) -> None:
    for form in ("html", "csv", "json", "md"):
        built = run("report", "access-review", "--as-of", DAY_BEFORE, "--format", form, home=left_home)
        assert built.code == 0, built
    run("report", "facts", home=left_home)
    reports = {file.name: file.read_bytes() for file in (left_home / "reports").iterdir()}
    naming = sorted(name for name, content in reports.items() if b"Ana Berg" in content)
    assert (len(reports), len(naming)) == (5, 4)

    told = attend("erase", "ana@acme.example", "--reason", "HR-1142", home=left_home, says=[YES])
    assert told.code == 0
    assert f"Reports in the home that name them: {', '.join(naming)}. Erase with --remove-reports" in told.err
    assert {file.name for file in (left_home / "reports").iterdir()} == reports.keys()

    again = attend("erase", "ana@acme.example", "--remove-reports", "--reason", "HR-1142", home=left_home, says=[YES])
    assert f"Reports in the home that name them: {', '.join(naming)}, whole" in again.err
    assert {file.name for file in (left_home / "reports").iterdir()} == reports.keys() - set(naming)
    rebuilt = run("report", "access-review", "--as-of", DAY_BEFORE, "--format", "csv", "--out", "-", home=left_home)
    assert "bo@acme.example" in rebuilt.out
    assert "ana@" not in rebuilt.out


def test_a_no_changes_nothing_and_ends_with_one(left_home: Path) -> None:
    before = run("audit", "export", home=left_home).out
    told = attend("erase", "ana@acme.example", "--reason", "HR-1142", home=left_home, says=[NO])
    assert (told.code, "Nothing was erased: nobody said yes." in told.err) == (1, True)
    assert run("audit", "export", home=left_home).out == before


def test_nobody_is_erased_without_a_terminal(left_home: Path) -> None:
    refused = run("erase", "ana@acme.example", "--reason", "HR-1142", "--json", home=left_home)
    assert refused.refusal == "needs_terminal"
    assert b"ana@acme.example" in name_everywhere(left_home)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("bo@acme.example", "--reason", "x"), "is no former person yet: active in axure/cloud_for_business"),
        (("pat@acme.example", "--reason", "x"), "is the operator whom config.toml names"),
        (("ana@acme.example", "--reason", "Ana@acme.example asked"), "the reason names the person"),
        (("Ana", "--reason", "x"), "is no e-mail address"),
    ],
)
def test_who_is_not_erased_is_told_why(left_home: Path, words: tuple[str, ...], says: str) -> None:
    refused = attend("erase", *words, home=left_home)
    assert (refused.code, says in refused.err) == (1, True)
    assert run("erase", "ana@acme.example", "--force", home=left_home).code == 2


def test_somebody_who_is_still_here_is_erased_only_by_force_and_what_stays_is_named(small_home: Path) -> None:
    words = ("erase", "bo@acme.example", "--force", "--reason", f"HR-7 of {DAY_BEFORE}")
    told = attend(*words, home=small_home, says=[YES])
    assert told.code == 0
    assert "Their rows in R-1, R-2, R-3, which are in force" in told.err
