"""The folder in which an installation lives: readable by its owner alone, whatever the umask says."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from axure_lifecycle.config.rendering import render_configuration
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.organization import Organization

HOME_VARIABLE: Final = "AXURE_LIFECYCLE_HOME"
CONFIGURATION_FILE: Final = "config.toml"
STORE_FILE: Final = "store.sqlite"

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class HomeUnusable(LifecycleError):
    """The home folder cannot be made or written."""

    code = "home_unusable"

    def __init__(self, home: Path, reason: str) -> None:
        self.home = home
        self.reason = reason
        super().__init__(
            f"The home {home} cannot be used: {reason}. "
            f"Name another folder with `--home DIR` or {HOME_VARIABLE}, or make this one writable."
        )


class ConfigurationExists(LifecycleError):
    """A configuration stands there already, and nobody said that it may go."""

    code = "configuration_exists"

    def __init__(self, file: Path) -> None:
        self.file = file
        super().__init__(
            f"No configuration was written: {file} exists and is never overwritten unasked. "
            "Edit that file, or repeat with `--replace` to put a new one in its place."
        )


def home_directory(option: str | None = None) -> Path:
    """Where this installation lives, absolute: the option, else AXURE_LIFECYCLE_HOME, else the user's data folder.

    Nothing is created. Raises `HomeUnusable` when `~somebody` names nobody.
    """
    named = option or os.environ.get(HOME_VARIABLE)
    if not named:
        from platformdirs import user_data_path  # the named home, which clients use, does not need it

        return user_data_path("axure-lifecycle", appauthor=False)
    try:
        return Path(named).expanduser().absolute()
    except RuntimeError:
        raise HomeUnusable(Path(named), "there is no such user") from None


def prepare_home(home: Path) -> None:
    """Make the home, mode 0700, where it is missing; one that exists keeps its mode (see `looseness`).

    Raises `HomeUnusable`.
    """
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=stat.S_IRWXU)
        home.chmod(stat.S_IRWXU)  # the umask may have taken rights from the owner
    except FileExistsError:
        if not home.is_dir():
            raise HomeUnusable(home, "it is no folder") from None
    except OSError as error:
        raise HomeUnusable(home, _reason(error)) from error


def create_privately(file: Path) -> None:
    """Make an empty file, mode 0600, unless it exists; for a store that would otherwise be made by the umask.

    Raises `HomeUnusable` about the file's folder.
    """
    try:
        os.close(_open_new(file))
    except FileExistsError:
        return
    except OSError as error:
        raise HomeUnusable(file.parent, _reason(error)) from error


def write_configuration(home: Path, organization: Organization, *, replace: bool = False) -> Path:
    """Write the organisation's configuration, whole or not at all, mode 0600; the home is made where it is missing.

    Returns the file. Raises `ConfigurationExists` unless it may be replaced, and `HomeUnusable`.
    """
    prepare_home(home)
    file = home / CONFIGURATION_FILE
    draft = home / f".{CONFIGURATION_FILE}.{os.getpid()}"
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(_open_new(draft), "w", encoding="utf-8", newline="\n") as stream:
            stream.write(render_configuration(organization))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            if replace:
                draft.replace(file)
            else:
                file.hardlink_to(draft)  # unlike a rename, fails when the file exists
        finally:
            draft.unlink(missing_ok=True)
        _make_lasting(home)
    except FileExistsError:
        raise ConfigurationExists(file) from None
    except OSError as error:
        raise HomeUnusable(home, _reason(error)) from error
    return file


def looseness(home: Path) -> tuple[str, ...]:
    """What in the home other users may read or write, one sentence each, the home first; empty when nothing is.

    Windows keeps no such modes, and nothing is said there. Nothing is changed: whoever loosened a mode may have had
    a reason.
    """
    if os.name == "nt" or not home.is_dir():
        return ()
    places = (home, *sorted(path for path in home.iterdir() if path.is_file()))
    return tuple(
        f"{place} is open to other users (mode {mode:04o}). "
        f"Close it: `chmod {'700' if place == home else '600'} {place}`."
        for place in places
        if (mode := stat.S_IMODE(place.stat().st_mode)) & _OTHERS
    )


def _open_new(file: Path) -> int:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    if os.name != "nt":
        os.fchmod(descriptor, stat.S_IRUSR | stat.S_IWUSR)
    return descriptor


def _make_lasting(folder: Path) -> None:
    """Have the folder's new entry survive a power cut, where the system lets a folder be opened."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full"
    return (error.strerror or "the system refuses").lower()
