"""Where an installation lives, and who may read it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from axure_lifecycle.config import (
    ConfigurationExists,
    HomeUnusable,
    create_privately,
    home_directory,
    load_configuration,
    looseness,
    prepare_home,
    write_configuration,
)
from axure_lifecycle.domain.organization import Organization


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the process would take from the modes of new files, from nothing to everything."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_option_names_the_home_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AXURE_LIFECYCLE_HOME", "/srv/from-environment")
    assert home_directory("/srv/from-option") == Path("/srv/from-option")
    assert home_directory() == Path("/srv/from-environment")


def test_without_a_word_the_home_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AXURE_LIFECYCLE_HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert home_directory() == tmp_path / "axure-lifecycle"
    assert not home_directory().exists()


def test_a_home_named_relatively_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/pat")
    assert home_directory("here") == tmp_path / "here"
    assert home_directory("~/there") == Path("/home/pat/there")


def test_a_home_of_an_unknown_user_is_refused() -> None:
    with pytest.raises(HomeUnusable, match="no such user"):
        home_directory("~nobody-of-this-name/home")


def test_a_new_home_is_its_owners_alone_whatever_the_umask(tmp_path: Path, umask: None) -> None:
    prepare_home(tmp_path / "home")
    assert mode(tmp_path / "home") == 0o700


def test_folders_above_a_new_home_are_made(tmp_path: Path) -> None:
    prepare_home(tmp_path / "a" / "b" / "home")
    assert mode(tmp_path / "a" / "b" / "home") == 0o700


def test_an_existing_home_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    prepare_home(tmp_path)
    assert mode(tmp_path) == 0o750


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeUnusable, match="it is no folder") as refusal:
        prepare_home(tmp_path / "home")
    assert refusal.value.code == "home_unusable"


def test_a_home_below_a_file_is_refused_with_the_reason(tmp_path: Path, organization: Organization) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeUnusable, match=r"cannot be used: .*--home"):
        prepare_home(tmp_path / "file" / "home")
    with pytest.raises(HomeUnusable):
        write_configuration(tmp_path / "file" / "home", organization)


def test_a_store_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path, umask: None) -> None:
    create_privately(tmp_path / "store.sqlite")
    assert mode(tmp_path / "store.sqlite") == 0o600


def test_a_store_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").write_text("kept")
    create_privately(tmp_path / "store.sqlite")
    assert (tmp_path / "store.sqlite").read_text() == "kept"


def test_a_store_file_in_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HomeUnusable, match="no such file or directory"):
        create_privately(tmp_path / "missing" / "store.sqlite")


def test_a_written_configuration_is_its_owners_alone_and_loads(
    tmp_path: Path, organization: Organization, umask: None
) -> None:
    file = write_configuration(tmp_path / "home", organization)
    assert file == tmp_path / "home" / "config.toml"
    assert mode(file) == 0o600
    assert load_configuration(tmp_path / "home").organization == organization
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_a_configuration_is_never_overwritten_unasked(home: Path, organization: Organization) -> None:
    (home / "config.toml").write_text("# edited by hand")
    with pytest.raises(ConfigurationExists, match="--replace") as refusal:
        write_configuration(home, organization)
    assert refusal.value.code == "configuration_exists"
    assert (home / "config.toml").read_text() == "# edited by hand"
    assert [path.name for path in home.iterdir()] == ["config.toml"]


def test_a_configuration_is_replaced_when_told(home: Path, organization: Organization) -> None:
    (home / "config.toml").write_text("# edited by hand")
    (home / "config.toml").chmod(0o644)
    write_configuration(home, organization, replace=True)
    assert load_configuration(home).organization == organization
    assert mode(home / "config.toml") == 0o600
    assert [path.name for path in home.iterdir()] == ["config.toml"]


def test_a_closed_home_is_not_loose(home: Path) -> None:
    assert looseness(home) == ()


def test_a_home_that_does_not_exist_is_not_loose(tmp_path: Path) -> None:
    assert looseness(tmp_path / "missing") == ()


def test_what_others_may_read_is_named_with_its_mode_and_the_way_to_close_it(home: Path) -> None:
    create_privately(home / "store.sqlite")
    home.chmod(0o755)
    (home / "config.toml").chmod(0o640)
    assert looseness(home) == (
        f"{home} is open to other users (mode 0755). Close it: `chmod 700 {home}`.",
        f"{home}/config.toml is open to other users (mode 0640). Close it: `chmod 600 {home}/config.toml`.",
    )
    assert mode(home) == 0o755
