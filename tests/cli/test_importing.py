"""`import`: a preview that counts for nothing, then exactly what was shown, worth what its channel is worth."""

import os
from pathlib import Path

import pytest

from tests.cli.conftest import DIRECTORY, MEMBERS, bring, initialize
from tests.cli.processes import ENDS_INPUT, ENTER, INTERRUPTS, NO, YES, attend, run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home without rosters."""
    return initialize(tmp_path / "home")


@pytest.fixture
def members(tmp_path: Path) -> Path:
    """Three members."""
    file = tmp_path / "members.csv"
    file.write_text(MEMBERS, encoding="utf-8")
    return file


def in_use(home: Path) -> list[tuple[str, str, str]]:
    """Each source with its assurance and how it came."""
    found = run("sources", "--json", home=home).answer
    return [(one["id"], one["assurance"], one["brought"]) for one in found["sources"]]


def test_without_a_terminal_there_is_only_a_preview(home: Path, members: Path) -> None:
    shown = run("import", "members", str(members), home=home)

    assert (shown.code, shown.err) == (0, "")
    assert "3 rows: 3 added, 0 changed, 0 gone" in shown.out
    assert "Nothing was imported." in shown.out
    assert "--yes" in shown.out
    assert in_use(home) == []


def test_with_yes_and_no_terminal_a_roster_is_only_reported(home: Path, members: Path) -> None:
    brought = run("import", "members", str(members), "--yes", home=home)

    assert brought.code == 0
    assert "It is only reported" in brought.out
    assert f"axure-lifecycle --home {home} confirm R-1" in brought.out
    assert in_use(home) == [("R-1", "reported", "pat@acme.example by an unattended command")]


def test_at_a_terminal_the_preview_is_shown_and_yes_confirms_it(home: Path, members: Path) -> None:
    brought = attend("import", "members", str(members), "--complete", home=home, says=[YES])

    assert brought.code == 0
    assert brought.err.index(
        "It is the first members roster, so there is none to compare it with."
    ) < brought.err.index("Did you take these rows yourself")
    assert brought.err.count("3 added") == 1, "the numbers stand there once"
    assert in_use(home) == [("R-1", "confirmed", "pat@acme.example at a terminal")]


def test_a_no_leaves_it_out(home: Path, members: Path) -> None:
    brought = attend("import", "members", str(members), "--complete", home=home, says=[ENTER, NO])

    assert brought.code == 1
    assert "Not imported: you did not say yes." in brought.err
    assert in_use(home) == []


def test_whoever_leaves_the_question_has_answered_nothing(home: Path, members: Path) -> None:
    brought = attend("import", "members", str(members), "--complete", home=home, says=[(YES[0], ENDS_INPUT)])

    assert brought.code == 1
    assert "Nothing was recorded: nobody answered." in brought.err
    assert run("audit", "verify", "--json", home=home).answer["records"] == 0
    assert in_use(home) == []


def test_a_word_that_is_no_answer_is_asked_again_and_never_a_yes(home: Path, members: Path) -> None:
    words = [(YES[0], "y"), (YES[0], "ja"), (YES[0], "ok"), NO]

    brought = attend("import", "members", str(members), "--complete", home=home, says=words)

    assert brought.code == 1
    assert brought.err.count("That is neither yes nor no.") == 2
    assert brought.err.count("A yes counts only as the whole word.") == 1
    assert in_use(home) == []


def test_a_no_may_be_short(home: Path, members: Path) -> None:
    brought = attend("import", "members", str(members), "--complete", home=home, says=[(YES[0], "n")])

    assert brought.code == 1
    assert in_use(home) == []


def test_ctrl_c_at_the_question_leaves_it_out(home: Path, members: Path) -> None:
    brought = attend("import", "members", str(members), "--complete", home=home, says=[(YES[0], INTERRUPTS)])

    assert brought.code == 130
    assert "Traceback" not in brought.err
    assert in_use(home) == []


def test_with_yes_nobody_is_asked_so_it_is_reported_even_at_a_terminal(home: Path, members: Path) -> None:
    brought = attend("import", "members", str(members), "--yes", "--complete", home=home)

    assert (brought.code, "Type the word" in brought.err) == (0, False)
    assert in_use(home) == [("R-1", "reported", "pat@acme.example by an unattended command")]
    assert run("sources", "--json", home=home).answer["sources"][0]["complete"] is None


@pytest.mark.parametrize(("answer", "says", "complete"), [(YES, "the whole list", True), (NO, "not known", None)])
def test_where_no_line_counts_the_rows_a_person_says_once_whether_it_is_all(
    home: Path, members: Path, answer: tuple[str, str], says: str, complete: bool | None
) -> None:
    brought = attend("import", "members", str(members), home=home, says=[("Is that all of", ""), answer, YES])

    assert brought.code == 0
    assert brought.err.count("It has 3 rows and no line that counts them. Is that all of the members page of") == 1
    assert run("sources", "--json", home=home).answer["sources"][0]["complete"] is complete
    assert says in run("sources", home=home).out


def test_a_page_that_counts_itself_is_not_asked_about(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Name\tEmail\nAna Berg\tana@acme.example\n1 member\n", encoding="utf-8")

    brought = attend("import", "members", str(page), home=home, says=[YES])

    assert "Is that all of" not in brought.err
    assert "the whole list" in run("sources", home=home).out


def test_the_moment_of_a_roster_is_said_once_and_in_the_same_words(home: Path, members: Path) -> None:
    os.utime(members, (1_763_000_000, 1_763_000_000))

    brought = attend("import", "members", str(members), "--complete", home=home, says=[YES])

    assert brought.err.count("Nobody said when it was taken, so it counts as of now; but the file was last ") == 1
    assert brought.err.count("file was last changed 2025-11-13 03:13 CET, and says nothing about what was ") == 1


def test_with_the_answer_going_elsewhere_a_person_is_still_asked(home: Path, members: Path) -> None:
    line = ("import", "members", str(members), "--complete", "--json")

    brought = attend(*line, home=home, says=[YES], pipes=True)

    assert brought.answer["stage"] == "imported"
    assert "3 rows, 3 added" in brought.err, "the preview stands before the question"


def test_a_file_in_a_trusted_folder_counts_without_a_person(home: Path, members: Path) -> None:
    trusted = members.parent.resolve()
    with (home / "config.toml").open("a", encoding="utf-8") as stream:
        stream.write(f"\n[policy]\ntrusted_folders = ['{trusted}']\n")
    _drop_first_policy(home)

    shown = run("import", "members", str(members), home=home)
    brought = run("import", "members", str(members), "--yes", home=home)

    assert "Nothing was imported." in shown.out
    assert brought.code == 0, brought
    assert in_use(home) == [("R-1", "confirmed", "pat@acme.example from a trusted folder")]


def _drop_first_policy(home: Path) -> None:
    """`init` writes a table for the policy; the one that was just added takes its place."""
    config = home / "config.toml"
    head, _, rest = config.read_text(encoding="utf-8").partition("\n[policy]\n")
    _, bracket, after = rest.partition("\n[")
    config.write_text(head + bracket + after, encoding="utf-8")


def test_the_same_file_twice_changes_nothing(home: Path, members: Path) -> None:
    bring(home, "members", members)

    again = attend("import", "members", str(members), "--complete", home=home, says=[YES])

    assert again.code == 0
    assert "Nothing changed: this roster is R-1" in again.err
    assert len(in_use(home)) == 1


def test_pasted_text_comes_through_standard_input(home: Path) -> None:
    page = MEMBERS.replace(",", "\t")

    brought = run("import", "members", "-", "--yes", home=home, typed="\ufeff" + page)

    assert brought.code == 0, brought
    assert "the pasted text" in run("sources", home=home).out


def test_a_page_can_be_pasted_at_a_terminal_and_is_asked_about_afterwards(home: Path) -> None:
    page = "Name\tEmail\nAna Berg\tana@acme.example"

    brought = attend("import", "members", "-", home=home, says=[("", page), ("Ana Berg", ENDS_INPUT), NO, YES])

    assert brought.code == 0, brought
    assert in_use(home) == [("R-1", "confirmed", "pat@acme.example at a terminal")]


@pytest.mark.parametrize(
    ("typed", "code"),
    [(b"", "roster_unreadable"), (b"\xff\xfe\x00nope", "paste_unreadable"), (b"hello", "not_a_roster")],
)
def test_a_paste_that_is_no_roster_is_refused(configured: Path, typed: bytes, code: str) -> None:
    assert run("import", "members", "-", "--json", home=configured, typed=typed).refusal == code


def test_every_mistake_of_a_file_is_named(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_text("Name,Email\n" + "".join(f"Nobody {number},no address\n" for number in range(20)))

    refused = run("import", "members", str(file), home=home)

    assert (refused.code, refused.out) == (1, "")
    for line in range(2, 22):
        assert f"line {line}:" in refused.err
    assert "(--skip-refused)" in refused.err
    assert run("import", "members", str(file), "--json", home=home).refusal == "roster_has_mistakes"


def test_refused_lines_can_be_left_out_and_then_it_is_not_complete(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "half.csv"
    file.write_text("Name,Email\nAna,ana@acme.example\nNobody,no address\n")

    line = ("import", "members", str(file), "--skip-refused", "--json")

    brought = attend(*line, home=home, says=[YES], pipes=True)

    assert (brought.answer["rows"], brought.answer["refused_in_all"], brought.answer["complete"]) == (1, 1, False)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("members", "nowhere.csv"), "roster_missing"),
        (("members", "."), "roster_unreadable"),
        (("members", "members.csv", "--taken-on", "the day before yesterday"), "arguments_refused"),
        (("members", "members.csv", "--taken-on", "2026-13-1"), "not_a_day"),
        (("members", "members.csv", "--taken-on", "2999-01-01"), "moment_in_future"),
        (("directory", "members.csv", "--name", "My Directory"), "arguments_refused"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_code(
    configured: Path, members: Path, arguments: tuple[str, ...], code: str
) -> None:
    refused = run("import", *arguments, "--json", home=configured, folder=members.parent)

    assert refused.refusal == code


def test_a_kind_that_is_none_is_mistyped(configured: Path) -> None:
    mistyped = run("import", "people", "x.csv", home=configured)

    assert mistyped.code == 2
    assert "members" in mistyped.err


def test_two_directories_have_two_names(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "directory.csv"
    file.write_text(DIRECTORY, encoding="utf-8")

    for name in ("okta", "old-ldap"):
        bring(home, "directory", file, "--name", name)

    found = run("sources", "--json", home=home).answer["sources"]
    assert {one["system"] for one in found} == {"directory/okta", "directory/old-ldap"}
    assert all(one["in_force"] for one in found)


def test_a_long_import_shows_how_far_it_is_at_a_terminal_only(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    rows = (f"Person {number},p{number}@acme.example\n" for number in range(100_000))
    file.write_text("Name,Email\n" + "".join(rows), encoding="utf-8")

    watched = attend("import", "members", str(file), "--complete", home=home, says=[NO])
    unwatched = run("import", "members", str(file), home=home)

    assert "━" in watched.err
    assert watched.err.index("%") < watched.err.index("100,000 rows, 100,000 added")
    assert (unwatched.code, unwatched.err) == (0, "")
