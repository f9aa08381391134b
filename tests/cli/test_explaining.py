"""`explain`: what is shipped is known before anybody's organisation is."""

from pathlib import Path

import pytest

from tests.cli.processes import run


def test_facts_are_told_without_a_configuration(tmp_path: Path) -> None:
    told = run("explain", "scim", home=tmp_path)

    assert told.code == 0
    assert "facts about scim." in told.out
    assert list(tmp_path.iterdir()) == []
    assert "Name one of them: `explain TOPIC`." in run("explain", home=tmp_path).out


def test_a_topic_by_another_of_its_names_is_the_same(tmp_path: Path) -> None:
    by_name = run("explain", "deactivation", home=tmp_path).out

    assert "facts about deactivation." in by_name
    assert run("explain", "deactivate", home=tmp_path).out == by_name
    assert run("explain", "Offboarding", home=tmp_path).out == by_name


@pytest.mark.parametrize(
    ("asked", "near"), [("deactivatoin", "deactivation"), ("how many sets", "seats"), ("pasword", "passwords")]
)
def test_an_unknown_topic_names_those_that_are_spelled_like_it(tmp_path: Path, asked: str, near: str) -> None:
    refused = run("explain", asked, home=tmp_path)

    if refused.code:
        assert near in refused.err
        assert "`explain` alone lists them all." in refused.err
    assert refused.code == (0 if asked.startswith("how") else 1)


def test_a_question_is_answered_first_by_the_fact_that_is_about_it(tmp_path: Path) -> None:
    for asked, fact in (
        ("does deactivating release the seat", "deactivate.frees-seat"),
        ("is there an API", "api.none"),
        ("who can deactivate somebody", "deactivate.who-guide"),
    ):
        assert run("explain", asked, "--json", home=tmp_path).answer["facts"][0]["id"] == fact


def test_a_large_topic_comes_in_parts_that_can_be_read(tmp_path: Path) -> None:
    first = run("explain", "deactivation", "--json", home=tmp_path).answer
    told = run("explain", "deactivation", home=tmp_path).out
    second = run("explain", "deactivation", "--cursor", first["cursor"], "--json", home=tmp_path).answer

    assert len(first["facts"]) == 15
    assert " facts about deactivation. 15 of them here.\n" in told
    assert "More with --cursor" in told
    assert first["facts"][-1]["id"] not in {fact["id"] for fact in second["facts"]}


def test_the_guide_is_introduced_once(tmp_path: Path) -> None:
    told = run("explain", "deactivation", home=tmp_path).out

    assert told.count("“The guide” is Stitchflow: Axure user management, API guide (2026-02-27)") == 1
    assert "“The guide”" not in run("explain", "prices", home=tmp_path).out
