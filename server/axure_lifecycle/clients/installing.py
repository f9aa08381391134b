"""Adding this server to a client's file, and taking it out again.

The file as it was lies beside it until it is put back, under a name that holds the digest of what was written: so what
was changed since is never overwritten, and nothing has to be remembered elsewhere. Where the same was written before,
the name holds a number too, and the highest is the newest: what was kept is never replaced.
"""

import os
import re
import secrets
import stat
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from axure_lifecycle.clients import jsonc, toml_text
from axure_lifecycle.clients.places import Client, Spot
from axure_lifecycle.clients.starting import Start
from axure_lifecycle.domain.errors import LifecycleError

NAME: Final = "axure-lifecycle"
"""The server's name in every client."""
_MARK: Final = 16
"""Digits of the digest in the name of what was kept."""
_BEFORE, _NONE = "before", "none"
"""How the name of a kept file ends: with what stood there, or where nothing did."""


class ClientNotHere(LifecycleError):
    """The folder in which a client keeps its settings is missing."""

    code = "client_not_here"

    def __init__(self, client: Client, folder: Path) -> None:
        self.client, self.folder = client, folder
        super().__init__(
            f"Nothing was written for {client.known_as}: {folder}, where it keeps its settings, does not exist. "
            "Install it and start it once, or see with `--print` what to add by hand."
        )


class ClientFileMalformed(LifecycleError):
    """A client's file cannot be read, so nothing can be added to it safely."""

    code = "client_file_malformed"

    def __init__(self, file: Path, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(
            f"Nothing was written to {file}: it cannot be read ({reason}). "
            "Correct that place, which the client cannot read either, and repeat."
        )


class ClientEntryUnusual(LifecycleError):
    """Something stands where the server is to be written that nothing can be added to line by line."""

    code = "client_entry_unusual"

    def __init__(self, file: Path, place: str) -> None:
        self.file, self.place = file, place
        super().__init__(
            f"Nothing was written to {file}: what it says under {place} is no entry that could be added to or changed "
            "here. See with `--print` what is wanted, and edit that place by hand."
        )


class ClientFileUnusable(LifecycleError):
    """A client's file cannot be read or written."""

    code = "client_file_unusable"

    def __init__(self, file: Path, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(
            f"Nothing was written to {file}: {reason}. Make it writable, or see with `--print` what to add by hand."
        )


class ClientFileChanged(LifecycleError):
    """A client's file is no longer as it was left or shown."""

    code = "client_file_changed"

    def __init__(self, file: Path, kept: Path | None) -> None:
        self.file, self.kept = file, kept
        super().__init__(
            f"{file} was left as it is: it was changed since it was looked at. Repeat the command."
            if kept is None
            else f"{file} was left as it is: it was changed after the server was added, and putting back what was "
            f"there before would lose that. Remove the entry “{NAME}” by hand, or compare with {kept}, which holds the "
            "file as it was."
        )


class NothingToUndo(LifecycleError):
    """No file was kept that could be put back."""

    code = "nothing_to_undo"

    def __init__(self, client: Client, file: Path) -> None:
        self.client, self.file = client, file
        super().__init__(
            f"Nothing was undone for {client.known_as}: beside {file} nothing is kept that could be put back. "
            f"If the entry “{NAME}” stands in it, remove it by hand."
        )


class ClientKeepsItsFile(LifecycleError):
    """Only the client itself can write its file without losing something."""

    code = "client_keeps_its_file"

    def __init__(self, client: Client, line: str) -> None:
        self.client, self.line = client, line
        super().__init__(
            f"Nothing was written for {client.known_as}: it rewrites its own file while it runs, and a change from "
            f"outside could be lost. Type “{line}”, or name the folder of a project with `--project DIR`."
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a client's file would become."""

    spot: Spot
    before: bytes | None
    """None where there is no file."""
    after: bytes
    kept: Path
    """Where the file as it was will be kept, or is already."""

    @property
    def is_empty(self) -> bool:
        """Whether the file says it all already."""
        return self.before == self.after

    @property
    def diff(self) -> str:
        """The lines that go and come, as `diff -u` shows them; empty where nothing changes."""
        return _diff(self.spot.file, self.before or b"", self.after)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What putting back would do."""

    spot: Spot
    kept: Path
    now: bytes
    before: bytes | None
    """None where there was no file."""

    @property
    def diff(self) -> str:
        """The lines that go and come."""
        return _diff(self.spot.file, self.now, self.before or b"")


def plan_installation(spot: Spot, start: Start) -> Plan:
    """The file with the server in it, and everything else to the letter. Writes nothing.

    Raises `ClientNotHere`, `ClientFileUnusable`, `ClientFileMalformed`, `ClientEntryUnusual`.
    """
    if spot.mark is not None and not spot.mark.is_dir():
        raise ClientNotHere(spot.client, spot.mark)
    entry = _entry(spot, start)
    before = _read(spot.file)
    read, put = (toml_text.read, toml_text.put) if spot.is_toml else (jsonc.read, jsonc.put)
    try:
        text = (before or b"").decode("utf-8")
    except UnicodeDecodeError as error:
        raise ClientFileMalformed(spot.file, f"byte {error.start + 1} is no UTF-8") from None
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    path = (spot.key, NAME)
    try:
        _see_that_it_starts_a_program(read(text.removeprefix(mark)), path)
        after = mark + put(text.removeprefix(mark), path, entry)
    except (jsonc.Malformed, toml_text.Malformed) as error:
        raise ClientFileMalformed(spot.file, str(error)) from None
    except (jsonc.Unfit, toml_text.Unfit) as error:
        raise ClientEntryUnusual(spot.file, str(error)) from None
    return Plan(spot, before, after.encode(), _place_to_keep(spot.file, before, after.encode()))


def example_for(spot: Spot, start: Start) -> str:
    """A whole file with this server alone, for somebody who adds it by hand."""
    put = toml_text.put if spot.is_toml else jsonc.put
    return put("", (spot.key, NAME), _entry(spot, start)).rstrip()


def carry_out(plan: Plan) -> None:
    """Write what was planned, whole or not at all, after keeping what was there; both survive a power cut.

    Raises `ClientFileChanged` where the file is no longer what was planned for, and `ClientFileUnusable`.
    """
    file = plan.spot.file
    if _read(file) != plan.before:
        raise ClientFileChanged(file, None)
    try:
        file.parent.mkdir(exist_ok=True)
        place = _writable(file)
        if not plan.kept.exists():
            _write(plan.kept, plan.before or b"", place)
        elif _content(plan.kept) != plan.before:
            raise ClientFileChanged(file, None)
        _write(place, plan.after, place)
    except OSError as error:
        raise ClientFileUnusable(file, _reason(error)) from error


def plan_undoing(spot: Spot) -> Undoing:
    """What the last installation replaced. Writes nothing.

    Raises `NothingToUndo`, `ClientFileChanged`, `ClientFileUnusable`.
    """
    file, now = spot.file, _read(spot.file)
    if now is not None and (kept := _newest(file, now)) is not None:
        return Undoing(spot, kept, now, _content(kept))
    others = sorted(file.parent.glob(f"{file.name}.{NAME}-*")) if file.parent.is_dir() else []
    if others:
        raise ClientFileChanged(file, others[-1])
    raise NothingToUndo(spot.client, file)


def undo(undoing: Undoing) -> None:
    """Put back what was there, byte for byte; where there was no file, there is none again.

    Raises `ClientFileChanged`, `ClientFileUnusable`.
    """
    file = undoing.spot.file
    if _read(file) != undoing.now:
        raise ClientFileChanged(file, undoing.kept)
    try:
        place = _writable(file)
        if undoing.before is None:
            place.unlink()
        else:
            _write(place, undoing.before, place)
        undoing.kept.unlink()
        if (
            undoing.before is None
            and undoing.spot.project not in (None, file.parent)
            and not any(file.parent.iterdir())
        ):
            file.parent.rmdir()
    except OSError as error:
        raise ClientFileUnusable(file, _reason(error)) from error


def _entry(spot: Spot, start: Start) -> dict[str, Any]:
    kind = {"type": "stdio"} if spot.names_kind else {}
    return {**kind, "command": start.command, "args": list(start.args)}


def _see_that_it_starts_a_program(document: Any, path: tuple[str, str]) -> None:
    """Raises `jsonc.Unfit` where the entry is there and speaks of something else, such as a server's address."""
    there = document
    for step in path:
        there = cast("dict[str, Any]", there).get(step) if isinstance(there, dict) else None
    if there is not None and (not isinstance(there, dict) or "command" not in there):
        raise jsonc.Unfit(".".join(path))


def _kept(file: Path, written: bytes) -> list[tuple[int, Path]]:
    """What is kept of the times when this was written, each with its number; oldest first."""
    mark = f"{file.name}.{NAME}-{sha256(written).hexdigest()[:_MARK]}"
    named = re.compile(rf"{re.escape(mark)}(?:\.([0-9]+))?\.(?:{_BEFORE}|{_NONE})")
    beside = file.parent.iterdir() if file.parent.is_dir() else ()
    return sorted((int(found[1] or 1), one) for one in beside if (found := named.fullmatch(one.name)) and one.is_file())


def _newest(file: Path, written: bytes) -> Path | None:
    kept = _kept(file, written)
    return kept[-1][1] if kept else None


def _place_to_keep(file: Path, before: bytes | None, written: bytes) -> Path:
    """A name under which nothing is kept yet, or where the same is kept already.

    A file that was written here itself is always kept anew: it has its own way back, and is one step of another.
    """
    kept = _newest(file, written)
    is_ours = before is not None and _newest(file, before) is not None
    if kept is not None and not is_ours and _content(kept) == before:
        return kept
    number = f".{_kept(file, written)[-1][0] + 1}" if kept is not None else ""
    end = _NONE if before is None else _BEFORE
    return file.with_name(f"{file.name}.{NAME}-{sha256(written).hexdigest()[:_MARK]}{number}.{end}")


def _content(kept: Path) -> bytes | None:
    """The file as it was; None where there was none."""
    return None if kept.suffix == f".{_NONE}" else _read(kept)


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ClientFileUnusable(file, _reason(error)) from error


def _writable(file: Path) -> Path:
    """The file that is written: what a link leads to. Raises `OSError`."""
    place = file.resolve()
    if place.exists() and not os.access(place, os.W_OK):
        # The folder would let it be replaced; whoever closed the file meant the file.
        raise PermissionError(13, "it is read-only")
    return place


def _write(place: Path, content: bytes, like: Path) -> None:
    """Write beside the place, then move there, with the mode of another file; a new one is for its owner alone."""
    mode = stat.S_IMODE(like.stat().st_mode) if like.exists() else stat.S_IRUSR | stat.S_IWUSR
    draft = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(descriptor, "wb") as stream:
            if os.name != "nt":
                os.fchmod(descriptor, mode)
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    return (error.strerror or "the system refuses").lower()


def _diff(file: Path, before: bytes, after: bytes) -> str:
    def lines(content: bytes) -> list[str]:
        return content.decode("utf-8", errors="replace").splitlines()

    return "\n".join(unified_diff(lines(before), lines(after), str(file), str(file), lineterm="", n=2))
