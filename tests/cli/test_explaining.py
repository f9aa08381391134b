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


def test_the_guide_is_introduced_once(tmp_path: Path) -> None:
    told = run("explain", "deactivation", home=tmp_path).out

    assert told.count("“The guide” is Stitchflow: Axure user management, API guide (2026-02-27)") == 1
    assert "“The guide”" not in run("explain", "prices", home=tmp_path).out
