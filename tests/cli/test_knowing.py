"""What you find out on your own screens, on the command line."""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.processes import ENTER, NO, YES, attend, run

CONTROL: Final = "deactivate.control"
RECORD: Final = ("record-fact", CONTROL, "--answer", "a switch in the last column", "--evidence", "members page")
CHANGE: Final = ("record-screen-change", "offboard", "deactivate", "--differs", "it is called Disable")


def known(home: Path) -> list[dict[str, Any]]:
    """What was found out here about the control."""
    return list(run("explain", CONTROL, "--json", home=home).answer["facts"][0]["known_here"])


def test_an_answer_that_is_typed_at_a_terminal_is_confirmed(small_home: Path) -> None:
    told = attend(*RECORD, home=small_home, says=[YES])
    assert told.code == 0
    assert "what is the control called that deactivates a person" in told.err
    assert f"F-1 is recorded about {CONTROL}, confirmed by a person." in told.err
    assert [(one["id"], one["assurance"]) for one in known(small_home)] == [("F-1", "confirmed")]
    shown = run("explain", CONTROL, home=small_home).out
    assert "Known here, confirmed (F-1, pat@acme.example at a terminal" in shown
    assert "“a switch in the last column”, seen: “members page”" in shown


def test_what_was_not_typed_is_asked_with_the_question_of_the_fact(small_home: Path) -> None:
    told = attend("record-fact", CONTROL, home=small_home, says=[("before it acts?", "a menu"), YES])
    assert told.code == 0
    assert [one["answer"] for one in known(small_home)] == ["a menu"]


def test_a_script_only_reports_an_answer_and_must_say_it(small_home: Path) -> None:
    told = run(*RECORD, home=small_home)
    assert told.code == 0
    assert "as reported only" in told.out
    assert [one["assurance"] for one in known(small_home)] == ["reported"]
    refused = run("record-fact", CONTROL, home=small_home)
    assert refused.code == 2
    assert "say what you found out (--answer TEXT)" in refused.err


@pytest.mark.parametrize("answer", [[NO], [ENTER, NO]])
def test_a_no_records_nothing_and_a_script_can_tell(small_home: Path, answer: list[tuple[str, str]]) -> None:
    told = attend(*RECORD, home=small_home, says=answer)
    assert told.code == 1
    assert "you did not say yes" in told.err
    assert known(small_home) == []


def test_an_unknown_fact_is_refused_with_the_nearest_before_anything_is_typed(small_home: Path) -> None:
    told = attend("record-fact", "deactivate.controll", home=small_home)
    assert told.code == 1
    assert CONTROL in told.err
    assert (
        run("record-fact", "deactivate.controll", "--answer", "x", "--json", home=small_home).refusal == "fact_unknown"
    )


def test_a_screen_that_differs_is_typed_asked_and_taken_back(small_home: Path) -> None:
    told = attend(*CHANGE, "--place", "People › Disable", home=small_home, says=[YES])
    assert told.code == 0
    assert "S-1 is recorded about axure.offboard, deactivate" in told.err
    assert "If it was wrong: `axure-lifecycle" in told.err
    assert "retract S-1" in told.err
    listed = run("explain", "local", home=small_home).out
    assert "Known here: 0 answers, 0 more to be checked again, 1 changed screen;" in listed
    assert "“it is called Disable”, now at “People › Disable”" in listed
    assert "it is called Disable" in run("plan", "offboard", "ana@acme.example", "--full", home=small_home).out

    assert run("retract", "S-1", "--reason", "x", "--json", home=small_home).refusal == "retraction_needs_person"
    assert attend("retract", "S-1", "--reason", "misread", home=small_home, says=[YES]).code == 0
    assert "0 changed screens;" in run("explain", "local", home=small_home).out


@pytest.mark.parametrize(
    ("operation", "step", "title"),
    [
        ("offboard", "deactivate", "Deactivate the account on acme.axure.cloud, on new screens"),
        ("onboard", "add-with-sso", "Add to acme.axure.cloud with Use SSO, on new screens"),
    ],
)
def test_the_question_about_a_screen_names_the_server_and_no_blank_of_a_playbook(
    small_home: Path, operation: str, step: str, title: str
) -> None:
    asked = attend("record-screen-change", operation, step, "--differs", "a list", home=small_home, says=[YES]).err

    assert f"step {step}: {title}." in asked
    assert "{" not in asked


def test_a_step_that_no_plan_has_is_refused(small_home: Path) -> None:
    refused = run("record-screen-change", "offboard", "fly", "--differs", "x", "--json", home=small_home)
    assert refused.refusal == "playbook_step_unknown"
    assert run("record-screen-change", "offboard", "fly", home=small_home).code == 2


def test_what_is_shipped_is_told_although_the_store_cannot_be_read(small_home: Path) -> None:
    (small_home / "store.sqlite").write_bytes(b"no database " * 1000)
    told = run("explain", CONTROL, home=small_home)
    assert told.code == 0
    assert CONTROL in told.out
    assert "What was found out here is not shown. Nothing was read or written: the store" in told.err


def test_nobody_is_asked_about_screens_that_the_server_does_not_show_and_other_applications_come_last(
    small_home: Path,
) -> None:
    asked: list[str] = []
    cursor: list[str] = []
    while True:
        part = run("explain", "local", *cursor, "--json", home=small_home).answer
        asked += [fact["id"] for fact in part["facts"]]
        if part["cursor"] is None:
            break
        cursor = ["--cursor", part["cursor"]]

    assert not [fact for fact in asked if fact.startswith(("screens.mid.", "screens.old.", "screens.2017."))]
    elsewhere = [fact.startswith(("6sense.", "anecdotes.")) for fact in asked]
    assert any(elsewhere)
    assert elsewhere == sorted(elsewhere)


def test_a_step_is_old_by_what_is_known_of_its_own_screens(small_home: Path) -> None:
    full = run("plan", "onboard", "zoe@acme.example", "--full", home=small_home).out

    assert "[add-with-sso]" in full
    assert "screens.2017" not in full.partition("[add-with-sso]")[2].partition("\n")[0]


def test_everything_known_here_is_reached_without_a_configuration_too(tmp_path: Path) -> None:
    told = run("explain", "local", "--json", home=tmp_path)
    assert told.err == ""
    assert told.answer["local"]["answers"] == 0
    assert told.answer["local"]["open_questions"] > 40
    assert list(tmp_path.iterdir()) == []
