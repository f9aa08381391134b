"""Homes for the command line; what is slow to make is made once for a module, whose tests then share it."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.cli.processes import YES, attend, run

DAY: Final = "2026-11-23"
DAY_BEFORE: Final = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
FLAGS: Final = (
    *("--organization", "Acme", "--deployment", "private_instance", "--host", "acme.axure.cloud"),
    *("--sign-in", "saml", "--idp", "okta", "--screens", "new", "--operator", "pat@acme.example"),
    *("--time-zone", "Europe/Amsterdam"),
)
MEMBERS: Final = """\
Name,Email,System Role,Status,Use SSO
Ana Berg,ana@acme.example,Member,Active,No
Bo Dahl,bo@acme.example,Member,Active,Yes
Kai Brandt,kai@freelance.example,Guest,Active,No
"""
SEATS: Final = """\
Subscription,Edition,Owner,Managers,Assigned user,Renews on,Bought by
SUB-1,Team,bo@acme.example,bo@acme.example,ana@acme.example,2027-03-01,card
"""
DIRECTORY: Final = """\
email,display_name,status,leave_date,aliases,kind
ana@acme.example,Ana Berg,DEPROVISIONED,,,person
bo@acme.example,Bo Dahl,ACTIVE,,,person
"""


def initialize(home: Path) -> Path:
    """A home that is configured for Acme."""
    made = run("init", *FLAGS, home=home)
    assert made.code == 0, made
    return home


def bring(home: Path, kind: str, file: Path, *more: str) -> None:
    """Import a whole list as a person at a terminal does, who says yes."""
    brought = attend("import", kind, str(file), "--complete", *more, home=home, says=[YES])
    assert brought.code == 0, brought


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without any roster; nothing may write to it."""
    return initialize(tmp_path_factory.mktemp("configured") / "home")


@pytest.fixture(scope="session")
def small_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three members, of whom Ana has left and nobody knows Kai; only to be copied."""
    folder = tmp_path_factory.mktemp("small")
    home = initialize(folder / "home")
    for kind, content in (("members", MEMBERS), ("seats", SEATS), ("directory", DIRECTORY)):
        file = folder / f"{kind}.csv"
        file.write_text(content, encoding="utf-8")
        bring(home, kind, file, "--taken-on", DAY_BEFORE)
    return home


@pytest.fixture
def small_home(small_template: Path, tmp_path: Path) -> Path:
    """A home of one's own with three members, of whom Ana has left and nobody knows Kai."""
    return Path(shutil.copytree(small_template, tmp_path / "home"))
