"""The folder of reports: what is one, and whom it names."""

import os
import time
from pathlib import Path

import pytest

from axure_lifecycle.archive.report_files import ReportFolder
from axure_lifecycle.domain.erasing import Finder
from axure_lifecycle.reports import write_report

WHO = "o'neil_x@acme.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a home."""
    (tmp_path / "reports").mkdir()
    return tmp_path / "reports"


def files_of(folder: Path) -> ReportFolder:
    """The product's own look at it."""
    return ReportFolder(folder.parent, write_report)


@pytest.mark.parametrize(
    ("name", "shows"),
    [
        ("leavers-2026-11-29.html", "<td>o&#x27;neil_x<wbr>@acme.example<div class=more>x"),
        ("leavers-2026-11-29.md", r"| o'neil\_x@acme.example |"),
        ("leavers-2026-11-29.csv", '"2026-11-29","O\'Neil_X@Acme.example"'),
        ("mine.json", '{"address": "o\'neil_x@acme.example"}'),
        ("MINE.HTML", "o'neil_x@acme.example"),
    ],
)
def test_whoever_a_report_names_is_found_as_its_form_writes_them(folder: Path, name: str, shows: str) -> None:
    (folder / name).write_text(f"first line\n{shows}\nlast\n", "utf-8")
    (folder / f"other-{name}").write_text(f"jo{shows.replace('@', '.@')}\n", "utf-8")
    (folder / "folder.html").mkdir()
    assert files_of(folder).naming(Finder([WHO], "")) == [name]


def test_what_lies_in_the_folder_is_told_newest_first_and_nothing_else_is_a_report(folder: Path) -> None:
    for age, name in enumerate(("leavers-2026-11-29.html", "access-review-2026-11-22-070000.csv")):
        (folder / name).write_text("x", "utf-8")
        os.utime(folder / name, (time.time() - age, time.time() - age))
    for other in ("notes.txt", ".leavers-2026-11-29.html", "leavers.html", "leavers-2026-11-29.html.bak"):
        (folder / other).write_text("x", "utf-8")
    assert [one.name for one in files_of(folder).list()] == [
        "leavers-2026-11-29.html",
        "access-review-2026-11-22-070000.csv",
    ]
    assert list(ReportFolder(folder / "nowhere", write_report).list()) == []


def test_nothing_outside_of_the_folder_is_removed(folder: Path) -> None:
    (folder.parent / "config.toml").write_text("kept", "utf-8")
    assert files_of(folder).remove("../config.toml")
    assert (folder.parent / "config.toml").exists()
