"""Verbs speak of tools; a shell hears of commands, and what is quoted stays as it is."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import pytest

import axure_lifecycle.playbooks
from axure_lifecycle.cli.wording import Shellwords, named
from tests.cli.processes import tools_in

PLAYBOOKS: Final = Path(axure_lifecycle.playbooks.__file__).parent


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Look at list_cases.", "Look at `cases`."),
        ("Go on with get_case {case: 'C-3'}.", "Go on with `axure-lifecycle case C-3`."),
        (
            "When done: record_step {case: 'C-1', step: 'release-seat', outcome: 'done'}.",
            "When done: `axure-lifecycle record C-1 release-seat done`.",
        ),
        ("“check_user” is no address.", "“check_user” is no address."),
        ("check_user@acme.example is known.", "check_user@acme.example is known."),
        ("The file check_user.csv, or x/check_user.", "The file check_user.csv, or x/check_user."),
        ("Import without them (skip_refused).", "Import without them (--skip-refused)."),
        ("Plan it first (plan_operation with assign-seat).", "Plan it first (`plan operation assign-seat`)."),
        ("Keep it with record_fact (seat.price).", "Keep it with `record-fact seat.price`."),
        (
            "Write it down with record_decision (external).",
            "Write it down with `decide ADDRESS external --until DATE`.",
        ),
    ],
)
def test_tools_become_commands_where_the_product_speaks(said: str, heard: str) -> None:
    assert Shellwords().speak(said) == heard


def test_a_home_that_was_named_is_named_again() -> None:
    words = Shellwords.of(["--home", "/tmp/my home", "sources"], {})

    assert (
        words.speak("Run `axure-lifecycle confirm R-1`.") == "Run `axure-lifecycle --home '/tmp/my home' confirm R-1`."
    )
    assert words.speak("Run `axure-lifecycle init --home X`.") == "Run `axure-lifecycle init --home X`."
    assert words.line("sources") == "axure-lifecycle --home '/tmp/my home' sources"


def test_where_uv_ran_the_command_it_stands_in_front_of_every_command_to_type() -> None:
    words = Shellwords.of(["--home", "x"], {"UV_RUN_RECURSION_DEPTH": "1"})

    assert words.line("sources") == "uv run axure-lifecycle --home x sources"
    assert words.speak("Run `axure-lifecycle init --home x`, then `axure-lifecycle sources`.") == (
        "Run `uv run axure-lifecycle init --home x`, then `uv run axure-lifecycle --home x sources`."
    )


@pytest.mark.parametrize("home", [None, "my home"])
def test_what_was_said_for_a_shell_already_stays_as_it_is(home: str | None) -> None:
    words = Shellwords(home, "uv run axure-lifecycle")
    once = words.speak("Run `axure-lifecycle sources`, or axure-lifecycle init --home X; then list_cases.")

    assert words.speak(once) == once
    assert words.speak(words.line("plan offboard ana@acme.example --full")) == words.line(
        "plan offboard ana@acme.example --full"
    )


def test_playbooks_name_tools_only_where_every_door_says_them_in_its_own_words() -> None:
    spoken: set[str] = set()
    for file in PLAYBOOKS.rglob("*.toml"):
        for key, text in strings_in(tomllib.loads(file.read_text("utf-8"))):
            if tools_in(text):
                spoken.add(key)
                assert not tools_in(Shellwords().speak(text)), (file.name, text)
    assert spoken <= {"sentence", "instruction"}


def strings_in(part: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a file with the key that it stands under."""
    match part:
        case str():
            yield key, part
        case list():
            for each in cast("list[object]", part):
                yield from strings_in(each, key)
        case dict():
            for name, each in cast("dict[str, object]", part).items():
                yield from strings_in(each, name)
        case _:
            return


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("C-1, x: done, confirmed by the person. Fine.", "C-1, x: done, confirmed by you. Fine."),
        ("Not imported: the person did not say yes.", "Not imported: you did not say yes."),
        ("They wrote “nobody said yes”.", "They wrote “nobody said yes”."),
    ],
)
def test_whoever_reads_is_you_except_in_what_is_quoted(said: str, heard: str) -> None:
    assert Shellwords().speak(said) == heard


def test_the_one_whom_a_step_is_about_is_named() -> None:
    said = named("Ask the person. The person's seat; the person it is assigned to.", "ana@acme.example")

    assert said == "Ask ana@acme.example. ana@acme.example's seat; the person it is assigned to."


@pytest.mark.parametrize(
    ("arguments", "home"),
    [
        ([], None),
        (["sources"], None),
        (["sources", "--home=x"], "x"),
        (["--home", "x", "sources", "--home", "y"], "y"),
        (["--home"], None),
    ],
)
def test_the_home_is_read_off_the_command_line(arguments: list[str], home: str | None) -> None:
    assert Shellwords.of(arguments, {}).home == home
