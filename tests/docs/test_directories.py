"""The page about directories and the readers mean the same."""

import re
from pathlib import Path

import pytest

from axure_lifecycle.config import load_configuration, write_configuration
from axure_lifecycle.directories import entra_sign_in, google, okta
from axure_lifecycle.directories.ldap.filters import USUAL
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.domain.directories import FileSettings, OktaSettings
from axure_lifecycle.domain.organization import Limits, Organization
from axure_lifecycle.store.reads import MOST_ASKED_FOR

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "directories.md"


@pytest.mark.parametrize("page", [PAGE, ROOT / "README.md"], ids=lambda page: str(page.name))
def test_a_table_that_is_shown_can_be_loaded(page: Path, organization: Organization, tmp_path: Path) -> None:
    (table,) = re.findall(r"```toml\n(\[\[directories.*?)```", page.read_text("utf-8"), re.DOTALL)
    write_configuration(tmp_path, organization)
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{table}")
    (found,) = load_configuration(tmp_path, {}).directories
    assert isinstance(found, OktaSettings)


def test_what_is_to_be_granted_is_what_the_readers_ask_for() -> None:
    text = PAGE.read_text("utf-8")
    asked = [okta.READ_USERS, okta.READ_APPS, google.READ_USERS, *USUAL.values()]
    asked += [entra_sign_in.READ_USERS, entra_sign_in.READ_APPS]
    asked += [entra_sign_in.READ_MEMBERS, entra_sign_in.READ_LEAVE_DATES]
    assert [each for each in asked if f"`{each}`" not in text] == []


def test_the_numbers_of_the_page_are_those_of_the_product() -> None:
    text = " ".join(PAGE.read_text("utf-8").split())
    assert (Pace().tries, Pace().deadline, MOST_ASKED_FOR, Limits().directory_snapshot_days) == (6, 3600, 1000, 7)
    assert "six times in all" in text
    assert "A whole read ends after an hour." in text
    assert "Of more than a thousand, a thousand are asked for" in text
    assert "`[limits] directory_snapshot_days` (7)" in text
    assert f"`still_seconds` ({FileSettings(name='staff', path=PAGE).still_seconds})" in text
