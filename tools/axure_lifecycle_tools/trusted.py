"""Rosters that lie in trusted folders: which are new, what moment each speaks of, and their import."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final, NamedTuple

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Channel, System, assurance_by
from axure_lifecycle.domain.rosters import RosterKind, is_count_in_agreement
from axure_lifecycle.domain.sources import MomentInFuture, Moments, Source
from axure_lifecycle.ports import Material
from axure_lifecycle_tools.readying import READABLE, is_trusted, lay_ready, system_of
from axure_lifecycle_tools.settling import Heard, hear
from axure_lifecycle_tools.spec import Desk

_DIRECTORY: Final = re.compile(r"directory-([a-z0-9][a-z0-9_-]*?)(?:[._]|-2).*")
_DAY: Final = re.compile(r"(?<![0-9])(20[0-9]{2}-[01][0-9]-[0-3][0-9])(?![0-9])")


class FolderUnreadable(LifecycleError):
    """A trusted folder that cannot be looked into."""

    code = "folder_unreadable"

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(
            f"No roster of {folder} was looked at: the folder cannot be read ({why}). "
            "Make it readable, or take it out of [policy] trusted_folders."
        )


class Found(NamedTuple):
    """A roster file that was not imported yet."""

    kind: RosterKind
    directory: str
    material: Material
    taken_at: datetime
    """When it was last written, or the start of the day in its name where that is earlier; UTC."""


class Imported(NamedTuple):
    """What came of one."""

    source: Source
    heard: tuple[Heard, ...]


def find_new(desk: Desk) -> tuple[list[Found], list[tuple[str, LifecycleError]]]:
    """The roster files that are newer than what is in force and were never imported, oldest first; and what failed.

    Where nothing is in force the newest of a kind is all that counts. A file that was taken back does not come again.
    """
    found: dict[System, list[Found]] = {}
    failed: list[tuple[str, LifecycleError]] = []
    for folder in desk.policy.trusted_folders:
        try:
            files = sorted(Path(folder).iterdir())
        except OSError as error:
            failed.append((Path(folder).name, FolderUnreadable(Path(folder).name, error.strerror or "unknown")))
            continue
        for file in files:
            try:
                one = _look_at(desk, file)
            except LifecycleError as refusal:
                failed.append((file.name, refusal))
                continue
            if one is not None:
                found.setdefault(system_of(desk, one.kind, one.directory), []).append(one)
    return [one for system in found for one in _in_order(desk, system, found[system])], failed


def _look_at(desk: Desk, file: Path) -> Found | None:
    name = file.name.lower()
    if not name.endswith(READABLE) or not file.is_file():
        return None
    directory = "directory"
    for kind in RosterKind:
        if name.startswith(kind.value):
            break
    else:
        return None
    if kind is RosterKind.DIRECTORY and name.startswith("directory-"):
        named = _DIRECTORY.fullmatch(name)
        if named is None:
            return None
        directory = named.group(1)
    if kind is RosterKind.DIRECTORY and directory in desk.directories.names():
        return None  # It is read by itself.
    material = desk.rosters.material(kind, path=str(file), text=None, rows=None)
    if not is_trusted(desk, kind, directory, material.path):
        return None
    written_at = material.written_at
    assert written_at is not None
    if written_at > desk.now:
        raise MomentInFuture(written_at.astimezone(desk.organization.time_zone).date())
    return Found(kind, directory, material, min(written_at, _day_in(desk, name) or written_at))


def _day_in(desk: Desk, name: str) -> datetime | None:
    named = _DAY.search(name)
    if named is None:
        return None
    try:
        day = date.fromisoformat(named.group(1))
    except ValueError:
        return None
    return datetime.combine(day, time.min, desk.organization.time_zone).astimezone(UTC)


def _in_order(desk: Desk, system: System, files: list[Found]) -> Iterator[Found]:
    with desk.store.reading() as view:
        current = view.source_in_force(system)
        ordered = sorted(files, key=lambda one: (one.taken_at, one.material.label))
        newer = ordered[-1:] if current is None else [one for one in ordered if one.taken_at > current.taken_at]
        for one in newer:
            if not view.was_brought(system, one.material.digest(), one.taken_at):
                yield one


def import_found(desk: Desk, found: Found) -> Imported:
    """Import one as what the folder vouches for. Raises the refusals of rosters and store."""
    preview = lay_ready(desk, found.kind, found.material, found.directory, skip_refused=False)
    with desk.store.writing(replace(desk.actor, channel=Channel.TRUSTED_FOLDER)) as change:
        source = change.import_snapshot(
            preview.snapshot,
            Moments(found.taken_at, is_stated=True, horizon=found.taken_at),
            is_complete=is_count_in_agreement(preview.totals),
            label=preview.label,
            assurance=assurance_by(Channel.TRUSTED_FOLDER),
        )
        return Imported(source, hear(change, desk, source))
