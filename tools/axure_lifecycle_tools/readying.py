"""What somebody brings as a roster, as far as it lies ready: read and checked, and nothing counts yet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Channel, HoldingKind, System
from axure_lifecycle.domain.rosters import RosterKind, is_count_in_agreement
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Material, Preview, View
from axure_lifecycle_tools.roster_reply import MOST_SHOWN_MISTAKES
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import plural


class NothingBrought(LifecycleError):
    """A roster was to be read, and none was given."""

    code = "nothing_brought"

    def __init__(self, given: int) -> None:
        super().__init__(
            "No roster was read: give exactly one of path, text and rows"
            + (", not several." if given > 1 else ", or the digest of a preview to import it.")
        )


READABLE: Final = (".csv", ".htm", ".html", ".json", ".tsv", ".txt", ".xlsx")


class PathRefused(LifecycleError):
    """An assistant names only files that look like rosters."""

    code = "path_refused"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{shown(name, 80)} was not read: an assistant may name only files that end in {', '.join(READABLE)}. "
            "A person can import any file at a terminal (`axure-lifecycle import`)."
        )


class PathElsewhere(LifecycleError):
    """Somebody at another machine named a file of the server's."""

    code = "path_elsewhere"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{shown(name, 80)} was not read: the server looks at its own disk, not at yours, and of that only into "
            "the folders that its configuration trusts ([policy] trusted_folders). Paste the roster as text, or have "
            "whoever runs the server put it there."
        )


class RosterHasMistakes(LifecycleError):
    """A roster is refused with everything that is wrong with it."""

    code = "roster_has_mistakes"

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        lines = [
            f"line {mistake.line}: {mistake.reason}" if mistake.line else mistake.reason for mistake in preview.mistakes
        ]
        more = preview.in_all_mistakes - MOST_SHOWN_MISTAKES
        super().__init__(
            f"The roster was not imported: {plural(preview.in_all_mistakes, 'mistake')}. "
            + " ".join(lines[:MOST_SHOWN_MISTAKES])
            + (f" … and {more:,} more; `axure-lifecycle import` at a terminal names them." if more > 0 else "")
            + " Correct them, or import without these lines (skip_refused); such a roster never counts as complete."
        )


class RosterNotCounted(LifecycleError):
    """The roster's own count line disagrees with its rows."""

    code = "count_disagrees"

    def __init__(self, stated: int, rows: int) -> None:
        self.stated, self.rows = stated, rows
        super().__init__(
            f"The roster was not imported: its own count line says {stated}, but it has {rows} rows. A part of the "
            "page is missing; copy the whole page and bring it again."
        )


class PreviewUnknown(LifecycleError):
    """No roster lies ready under this digest."""

    code = "preview_unknown"

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"No roster lies ready under the digest {shown(digest, 16)}. Previews are kept for a day: call "
            "import_roster with the roster itself first, then with the digest that it gives."
        )


def system_of(desk: Desk, kind: RosterKind, directory: str) -> System:
    """Which system a roster speaks of."""
    match kind:
        case RosterKind.MEMBERS:
            return desk.organization.cloud_for_business
        case RosterKind.SEATS:
            return desk.organization.license_portal
        case RosterKind.DIRECTORY:
            return System("directory", directory, "", HoldingKind.DIRECTORY_ACCOUNT)


def take_material(
    desk: Desk, kind: RosterKind, path: str | None, text: str | None, rows: Sequence[dict[str, str | None]] | None
) -> Material | None:
    """What was given as a roster; None where nothing was.

    Raises `NothingBrought` for several, `PathRefused`, and `PathElsewhere` for whoever signed in from elsewhere.
    """
    given = sum(part is not None for part in (path, text, rows))
    if given > 1:
        raise NothingBrought(given)
    if path is not None and desk.actor.channel is Channel.ASSISTANT and not path.lower().endswith(READABLE):
        raise PathRefused(Path(path).name)
    if path is not None and desk.roles is not None and not _lies_in_trusted_folder(desk, path):
        raise PathElsewhere(Path(path).name)
    return desk.rosters.material(kind, path=path, text=text, rows=rows) if given else None


def _lies_in_trusted_folder(desk: Desk, path: str) -> bool:
    try:
        resolved = Path(path).resolve()
    except (OSError, RuntimeError, ValueError):  # a ring of links, a NUL
        return False
    return any(resolved.is_relative_to(Path(folder).resolve()) for folder in desk.policy.trusted_folders)


def is_trusted(desk: Desk, kind: RosterKind, directory: str, path: Path | None) -> bool:
    """Whether the configuration vouches for this file being this roster.

    It must lie in a trusted folder, links resolved, and its own name must say what it is: `members…`, `seats…`,
    `directory…`, or `directory-NAME…` for a directory of another name. Otherwise whoever makes the call could pass a
    members page off as a directory in which everybody is active.
    """
    if path is None or not any(path.is_relative_to(Path(folder).resolve()) for folder in desk.policy.trusted_folders):
        return False
    name = path.name.lower()
    if kind is not RosterKind.DIRECTORY:
        return name.startswith(kind.value)
    if directory == "directory":
        return name.startswith("directory") and not name.startswith("directory-")
    return name.startswith((f"directory-{directory}.", f"directory-{directory}_", f"directory-{directory}-2"))


def lay_ready(desk: Desk, kind: RosterKind, material: Material, directory: str, *, skip_refused: bool) -> Preview:
    """Read it and keep it under its digest. Raises `RosterHasMistakes`, `RosterNotCounted`, what its reader refuses."""
    reading = desk.rosters.read(kind, material, desk.progress)
    system = system_of(desk, kind, directory)
    preview = desk.store.stage(
        system,
        kind,
        material.digest(),
        reading,
        desk.progress,
        skip_refused=skip_refused,
        label=shown(material.label, 200),
        written_at=material.written_at,
    )
    if preview.in_all_mistakes and not skip_refused:
        raise RosterHasMistakes(preview)
    if is_count_in_agreement(preview.totals) is False:
        raise RosterNotCounted(preview.totals.stated_count or 0, preview.totals.rows + preview.totals.refused)
    return preview


def find_ready(view: View, desk: Desk, kind: RosterKind, directory: str, digest: str) -> Preview:
    """The roster of this kind that was previewed under this digest. Raises `PreviewUnknown`."""
    found = view.snapshot_by_digest(system_of(desk, kind, directory), kind, digest.strip().lower())
    if found is None:
        raise PreviewUnknown(digest)
    return view.preview(found)
