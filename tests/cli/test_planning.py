"""From a plan to its case: a short form first, a digest that nobody has to copy whole, and a case opened once."""

import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import MEMBERS, bring
from tests.cli.processes import ENDS_INPUT, NO, YES, attend, run

ANA = "ana@acme.example"


def test_a_plan_is_short_unless_the_whole_is_asked_for(small_home: Path) -> None:
    short = run("plan", "offboard", ANA, home=small_home).out
    full = run("plan", "offboard", ANA, "--full", home=small_home).out
    plan = run("plan", "offboard", ANA, "--json", home=small_home).answer

    steps = [line for line in short.splitlines() if line.lstrip()[:1].isdigit() and " – " in line]
    assert len(steps) == plan["steps_in_all"]
    assert steps[0].startswith(" 1. Hand over the shared workspaces [hand-over-workspaces] – ")
    assert "Evidence:" not in short
    assert plan["digest"] not in short
    assert f"axure-lifecycle --home {small_home} plan offboard {ANA} --full" in short
    assert full.count("Evidence:") == plan["steps_in_all"]
    assert plan["digest"] in full


def test_what_to_mind_stands_before_the_steps(small_home: Path) -> None:
    lines = run("plan", "offboard", ANA, home=small_home).out.splitlines()

    minds = [number for number, line in enumerate(lines) if line.startswith("Mind: ")]
    assert minds
    assert max(minds) < next(number for number, line in enumerate(lines) if line.startswith(" 1. "))


def test_whoever_leaves_is_named_and_never_the_person(small_home: Path) -> None:
    for more in ((), ("--full",)):
        said = run("plan", "offboard", ANA, *more, home=small_home).out
        assert "the person" not in said.lower().replace("the person it is assigned to", "")
    assert f"{ANA} can then no longer sign in" in run("plan", "offboard", ANA, "--full", home=small_home).out


def test_words_about_a_server_or_about_several_people_name_nobody_in_particular(small_home: Path) -> None:
    server = run("plan", "operation", "configure-saml", "--full", home=small_home).out
    assert "acme.axure.cloud of that account" not in server
    assert "acme.axure.cloud's e-mail address" not in server
    one, other = "una@acme.example", "udo@acme.example"
    batch = run("plan", "onboard", one, other, "--seat", "--full", home=small_home).out
    assert f"Plan to onboard {one} and {other}:" in batch
    assert f"– {one}" not in batch
    assert "Only the person can make it" in batch
    assert f"Only {one} can make it" in run("plan", "onboard", one, "--seat", "--full", home=small_home).out


def test_a_plan_says_once_what_the_guide_is(small_home: Path) -> None:
    full = run("plan", "offboard", ANA, "--full", home=small_home).out

    assert "y the guide" in full
    assert full.count("“The guide” is Stitchflow: Axure user management, API guide") == 1


def test_at_a_terminal_no_line_is_wider_than_it_and_no_command_is_broken(small_home: Path) -> None:
    shown = attend("plan", "offboard", ANA, "--full", home=small_home, environment={"COLUMNS": "60"}).err

    lines = shown.splitlines()
    commands = [line for line in lines if "axure-lifecycle " in line]
    assert all(len(line) <= 60 or " " not in line for line in lines if line not in commands)
    assert any(line.strip().startswith(f"axure-lifecycle --home {small_home} open {ANA} --digest") for line in commands)
    assert "\x1b" not in shown


def test_the_beginning_of_a_digest_opens_the_case_and_opens_it_once(small_home: Path) -> None:
    digest = run("plan", "offboard", ANA, "--json", home=small_home).answer["digest"]

    short = run("open", ANA, "--digest", digest[:7], "--json", home=small_home)
    other = run("open", ANA, "--digest", "0" * 8, "--json", home=small_home)
    opened = run("open", ANA, "--digest", digest[:8].upper(), home=small_home)
    again = run("open", ANA, "--digest", digest[:12], home=small_home)

    assert (short.refusal, other.refusal) == ("arguments_refused", "plan_drifted")
    assert "Opened C-1." in opened.out
    assert "C-1 was opened before with this plan; nothing changed." in again.out


def test_the_plan_of_an_open_case_is_known_by_its_beginning_when_another_would_be_made_now(
    small_home: Path, tmp_path: Path
) -> None:
    digest = run("plan", "offboard", ANA, "--json", home=small_home).answer["digest"]
    run("open", ANA, "--digest", digest, home=small_home)
    page = tmp_path / "members.csv"
    page.write_text(MEMBERS.replace("ana@acme.example,Member", "ana@acme.example,Guest"), encoding="utf-8")
    bring(small_home, "members", page)

    again = run("open", ANA, "--digest", digest[:12], home=small_home)

    assert run("plan", "offboard", ANA, "--json", home=small_home).answer["digest"] != digest
    assert "C-1 was opened before with this plan; nothing changed." in again.out


def test_the_beginning_of_a_digest_goes_with_the_same_last_day_only(small_home: Path) -> None:
    day = ("--last-day", "2030-01-31")
    digest = run("plan", "offboard", ANA, *day, "--json", home=small_home).answer["digest"]

    assert run("open", ANA, "--digest", digest[:12], "--json", home=small_home).refusal == "plan_drifted"
    assert "Opened C-1." in run("open", ANA, "--digest", digest[:12], *day, home=small_home).out


def test_at_a_terminal_the_plan_is_shown_and_agreed_to(small_home: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(small_home, tmp_path / "other"))

    refused = attend("open", ANA, home=small_home, says=[NO])
    left = attend("open", ANA, home=small_home, says=[(YES[0], ENDS_INPUT)])
    opened = attend("open", ANA, home=other, says=[YES])

    assert (refused.code, left.code) == (1, 1)
    assert "you did not agree to the plan" in refused.err
    assert run("cases", home=small_home).out.startswith("0 cases.")
    assert opened.err.index(" 1. Hand over the shared workspaces") < opened.err.index(
        "Do you agree to exactly this plan"
    )
    assert "Opened C-1." in opened.err


def test_without_a_terminal_a_case_needs_a_digest(small_home: Path) -> None:
    refused = run("open", ANA, home=small_home)

    assert refused.code == 1
    assert f"axure-lifecycle --home {small_home} plan offboard {ANA}" in refused.err
    assert run("open", ANA, "--json", home=small_home).refusal == "digest_missing"


def test_a_plan_with_nothing_to_do_asks_nobody(small_home: Path) -> None:
    refused = attend("open", "zoe@acme.example", home=small_home)

    assert refused.code == 1
    assert "No case was opened" in refused.err
    assert "Type the word" not in refused.err


@pytest.mark.parametrize(
    ("planned", "operation"),
    [
        (("onboard", "zoe@heron.example", "yan@heron.example", "--role", "guest", "--seat", "--no-sso"), "onboard"),
        (("role-change", ANA, "admin"), "change-role"),
        (("operation", "assign-seat", "bo@acme.example"), "assign-seat"),
        (("operation", "configure-saml"), "configure-saml"),
        (("operation", "hand-over-workspaces", ANA, "--successor", "ben@heron.example"), "hand-over-workspaces"),
    ],
)
def test_every_plan_says_how_its_case_is_opened_and_that_opens_it(
    small_home: Path, planned: tuple[str, ...], operation: str
) -> None:
    said = run("plan", *planned, home=small_home).out
    line = next(line for line in said.splitlines() if line.startswith("If you agree: "))
    words = shlex.split(line.removeprefix("If you agree: "))
    words = words[words.index(str(small_home)) + 1 :]
    opened = run(*words, "--json", home=small_home).answer
    assert opened["operation"] == operation
    assert opened["case"] == "C-1"
