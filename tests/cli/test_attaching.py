"""Attaching files to a case, on the command line."""

from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from tests.cli.processes import YES, attend, run

PNG: Final = b"\x89PNG\r\n\x1a\n the members page"


@pytest.fixture
def case_home(small_home: Path) -> Path:
    """A home with a case for Ana."""
    plan = run("plan", "offboard", "ana@acme.example", "--json", home=small_home).answer
    opened = run("open", "ana@acme.example", "--digest", plan["digest"], home=small_home)
    assert opened.code == 0, opened
    return small_home


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A screenshot on the desktop."""
    file = tmp_path / "page.png"
    file.write_bytes(PNG)
    return file


def test_a_person_attaches_any_file_and_sees_it_with_the_case(case_home: Path, page: Path) -> None:
    told = attend("attach", "C-1", "deactivate", str(page), "--note", "after the click", home=case_home)
    assert told.code == 0
    digest = sha256(PNG).hexdigest()
    assert f"E-1 is attached to C-1, deactivate: page.png, SHA-256 {digest}." in told.err
    assert (case_home / "evidence" / digest[:2] / digest).read_bytes() == PNG
    shown = run("case", "C-1", home=case_home).out
    assert "Attached: E-1 “page.png” (“after the click”) for deactivate: image/png" in shown
    assert "pat@acme.example at a terminal" in shown


def test_a_script_attaches_from_allowed_folders_only(case_home: Path, page: Path) -> None:
    refused = run("attach", "C-1", "deactivate", str(page), "--json", home=case_home)
    assert refused.refusal == "evidence_folder_not_allowed"
    assert not (case_home / "evidence").exists()
    config = case_home / "config.toml"
    allowed = f'[evidence]\nfolders = ["{page.parent}"]\n'
    config.write_text(config.read_text("utf-8").replace("[evidence]\n", allowed), "utf-8")
    told = run("attach", "C-1", "deactivate", str(page), "--json", home=case_home)
    assert told.code == 0
    assert [(one["id"], one["assurance"]) for one in told.answer["evidence"]] == [("E-1", "reported")]


def test_a_file_is_named_from_where_one_stands(case_home: Path, page: Path) -> None:
    config = case_home / "config.toml"
    allowed = f'[evidence]\nfolders = ["{page.parent}"]\n'
    config.write_text(config.read_text("utf-8").replace("[evidence]\n", allowed), "utf-8")
    assert run("attach", "C-1", "1", "page.png", home=case_home, folder=page.parent).code == 0


@pytest.mark.parametrize(
    ("name", "code"),
    [("missing.png", "evidence_missing"), (".", "evidence_unreadable"), ("other.exe", "evidence_type_refused")],
)
def test_a_file_that_cannot_be_taken_is_refused_at_a_terminal_too(
    case_home: Path, page: Path, name: str, code: str
) -> None:
    (page.parent / "other.exe").write_bytes(b"MZ")
    told = attend("attach", "C-1", "deactivate", str(page.parent / name), "--json", home=case_home)
    assert told.code == 1
    assert code in told.err


def test_a_wrong_file_is_taken_back(case_home: Path, page: Path) -> None:
    assert attend("attach", "C-1", "deactivate", str(page), home=case_home).code == 0
    told = attend("retract", "E-1", "--reason", "another person's page", home=case_home, says=[YES])
    assert told.code == 0
    assert "Attached" not in run("case", "C-1", home=case_home).out
