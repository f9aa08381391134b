"""Whoever types what the tutorial and the pages about jobs say gets what they say."""

import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.cli.conftest import DIRECTORY, MEMBERS, SEATS
from tests.docs.commands import not_run
from tests.docs.running import blocks_of, follow
from tests.docs.test_readme import ROOT

DOCS: Final = ROOT / "docs"
JOBS: Final = sorted((DOCS / "howto").glob("*.md"))


def test_the_tutorial_ends_with_a_verified_offboarding(tmp_path: Path) -> None:
    said = follow(DOCS / "tutorial.md", tmp_path)

    assert [one for one in said if one.code != 0] == []
    by_line = {one.line: one.screen for one in said}
    assert re.search(r"1 +leaver", by_line["axure-lifecycle discrepancies"])
    assert "C-1: offboard ana@acme.example, verified, 8 of 8 steps settled" in by_line["axure-lifecycle case C-1"]
    assert "The trail holds" in by_line["axure-lifecycle audit verify"]


@pytest.mark.parametrize("page", JOBS, ids=lambda page: page.stem)
def test_the_commands_of_every_job_run_in_their_order(page: Path, small_template: Path, tmp_path: Path) -> None:
    shutil.copytree(small_template, tmp_path / "home")
    for name, content in (("members", MEMBERS), ("seats", SEATS), ("directory", DIRECTORY)):
        (tmp_path / f"{name}.csv").write_text(content, "utf-8")

    said = follow(page, tmp_path, leaving_out=not_run())

    assert said, "a page about a job has commands"
    assert [one for one in said if one.code != 0] == []


def test_what_is_not_run_says_why_and_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    for page in [DOCS / "tutorial.md", *JOBS]:
        assert f"({page.relative_to(DOCS).as_posix()})" in index
        for block in blocks_of(page):
            if block.kind not in ("sh", "csv", "toml"):
                assert block.why_not, (page, block)
    linked = set(re.findall(r"\]\((?!https?:)([^)#]+)\)", index))
    assert {page.name for page in DOCS.glob("*.md")} - {"README.md"} <= linked
    assert all((DOCS / target).exists() for target in linked)


def test_every_link_of_every_page_leads_somewhere() -> None:
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)[^)]*\)", text):
            assert (page.parent / target).exists(), (page, target)
