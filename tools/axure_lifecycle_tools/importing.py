"""Bringing rosters: a preview that counts for nothing, then the import of exactly what was shown."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Channel, HoldingKind, System, assurance_by
from axure_lifecycle.domain.rosters import RosterKind, is_count_in_agreement
from axure_lifecycle.domain.sources import Moments, Source, moments
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Material, Preview, View
from axure_lifecycle_tools.arguments import day_of
from axure_lifecycle_tools.roster_reply import MOST_SHOWN_MISTAKES, ImportedRoster, page_of, reply_about, say_when
from axure_lifecycle_tools.settling import hear
from axure_lifecycle_tools.spec import (
    Answer,
    Answered,
    CouldNotAsk,
    Declined,
    Desk,
    NotAsked,
    Question,
    QuestionDrifted,
    Toolset,
    Verb,
    note_answer,
)
from axure_lifecycle_tools.wording import by, cite, plural

KindName = Literal["members", "seats", "directory"]

Path_ = Annotated[
    str | None,
    Field(
        description="A file on the machine where this server runs: CSV, TSV, XLSX, a saved page, or JSON.",
        max_length=4096,
    ),
]
Pasted = Annotated[
    str | None,
    Field(description="The page itself, as copied: header line and rows.", max_length=2_000_000),
]
Rows = Annotated[
    list[dict[str, str | None]] | None,
    Field(
        description="The rows as objects, column name to cell.",
        examples=[[{"Email": "ana@acme.example"}]],
        max_length=5000,
    ),
]


class NothingBrought(LifecycleError):
    """A roster was to be read, and none was given."""

    code = "nothing_brought"

    def __init__(self, given: int) -> None:
        super().__init__(
            "No roster was read: give exactly one of path, text and rows"
            + (", not several." if given > 1 else ", or the digest of a preview to import it.")
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


class DigestDrifted(LifecycleError):
    """What is brought now is not what was previewed."""

    code = "digest_drifted"

    def __init__(self, asked: str, found: str) -> None:
        super().__init__(
            f"The roster was not imported: its digest is {found[:12]} now, not {asked[:12]} as previewed. "
            "It changed in between; preview it again and import the new digest."
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


def _material(
    desk: Desk, kind: RosterKind, path: str | None, text: str | None, rows: Sequence[dict[str, str | None]] | None
) -> Material | None:
    given = sum(part is not None for part in (path, text, rows))
    if given > 1:
        raise NothingBrought(given)
    if path is not None and desk.actor.channel is Channel.ASSISTANT and not path.lower().endswith(READABLE):
        raise PathRefused(Path(path).name)
    return desk.rosters.material(kind, path=path, text=text, rows=rows) if given else None


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


class PathRefused(LifecycleError):
    """An assistant names only files that look like rosters."""

    code = "path_refused"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{shown(name, 80)} was not read: an assistant may name only files that end in {', '.join(READABLE)}. "
            "A person can import any file at a terminal (`axure-lifecycle import`)."
        )


READABLE: Final = (".csv", ".htm", ".html", ".json", ".tsv", ".txt", ".xlsx")


def lying_ready(view: View, desk: Desk, kind: RosterKind, directory: str, digest: str) -> Preview:
    """The roster of this kind that was previewed under this digest. Raises `PreviewUnknown`."""
    found = view.snapshot_by_digest(system_of(desk, kind, directory), kind, digest.strip().lower())
    if found is None:
        raise PreviewUnknown(digest)
    return view.preview(found)


def ask_about_import(
    desk: Desk,
    *,
    kind: KindName,
    path: str | None = None,
    text: str | None = None,
    rows: list[dict[str, str | None]] | None = None,
    digest: str | None = None,
    taken_on: str | None = None,
    complete: bool = False,
    skip_refused: bool = False,
    directory: str = "directory",
) -> Question | None:
    """The question that makes a roster count as a person's; None for a preview.

    None for a trusted folder too, unless more is said than the file shows: that it is the whole list.
    """
    if digest is None:
        return None
    material = _material(desk, RosterKind(kind), path, text, rows)
    if material is not None and is_trusted(desk, RosterKind(kind), directory, material.path) and not complete:
        return None
    with desk.store.reading() as view:
        preview = lying_ready(view, desk, RosterKind(kind), directory, digest)
        return _question(desk, preview, RosterKind(kind), directory, taken_on, complete=complete)


def _question(
    desk: Desk, preview: Preview, kind: RosterKind, directory: str, taken_on: str | None, *, complete: bool
) -> Question:
    where = page_of(desk, kind, directory)
    moment = f"as it stood on {taken_on}" if taken_on else "as it stands now"
    whole = "all of it" if complete or is_count_in_agreement(preview.totals) else "perhaps a part of it"
    return Question(
        f"Roster {preview.digest[:12]}: {plural(preview.totals.rows, 'row')}, {preview.added:,} added, "
        f"{preview.changed:,} changed, {preview.gone:,} gone. "
        f"Did you take these rows yourself from {where}, {moment}, {whole}, unchanged? "
        "Yes lets this roster verify and contradict what people said. No leaves it out."
    )


def import_roster(
    desk: Desk,
    *,
    kind: Annotated[KindName, Field(description="members (Cloud for Business), seats (License Portal) or directory.")],
    path: Path_ = None,
    text: Pasted = None,
    rows: Rows = None,
    digest: Annotated[
        str | None,
        Field(
            description="The digest of a preview: imports exactly that. Leave it out to preview.",
            min_length=12,
            max_length=64,
        ),
    ] = None,
    taken_on: Annotated[
        str | None,
        Field(
            description="The day the page was taken, e.g. 2026-11-23; counts as that day's start. Default: now.",
            max_length=10,
        ),
    ] = None,
    complete: Annotated[bool, Field(description="True only if the person says that this is the whole list.")] = False,
    skip_refused: Annotated[bool, Field(description="Import without the refused lines; never complete then.")] = False,
    directory: Annotated[
        str, Field(description="For kind directory: a name of your own for it.", pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    ] = "directory",
    answer: Answer,
) -> ImportedRoster:
    """Preview a roster, or import one that was previewed. Raises the refusals above and those of roster and store."""
    roster_kind = RosterKind(kind)
    stated = day_of(taken_on)
    material = _material(desk, RosterKind(kind), path, text, rows)
    if digest is None:
        if material is None:
            raise NothingBrought(0)
        when = moments(stated, material.written_at, desk.now, desk.organization.time_zone)
        return _preview(desk, roster_kind, material, when, directory, skip_refused=skip_refused, complete=complete)
    if material is not None:
        # What is given again must be what was previewed; staging finds it lying ready by its digest.
        preview = _stage(desk, roster_kind, material, directory, skip_refused=skip_refused)
        if not preview.digest.startswith(digest.strip().lower()):
            raise DigestDrifted(digest, preview.digest)
    else:
        with desk.store.reading() as view:
            preview = lying_ready(view, desk, roster_kind, directory, digest)
    return _import(
        desk,
        roster_kind,
        preview,
        moments(stated, preview.horizon, desk.now, desk.organization.time_zone),
        is_trusted_file=material is not None and is_trusted(desk, roster_kind, directory, material.path),
        question=_question(desk, preview, roster_kind, directory, taken_on, complete=complete),
        complete=complete,
        answer=answer,
    )


def _stage(desk: Desk, kind: RosterKind, material: Material, directory: str, *, skip_refused: bool) -> Preview:
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


def _preview(
    desk: Desk,
    kind: RosterKind,
    material: Material,
    when: Moments,
    directory: str,
    *,
    skip_refused: bool,
    complete: bool,
) -> ImportedRoster:
    preview = _stage(desk, kind, material, directory, skip_refused=skip_refused)
    said = [f"Preview of {shown(material.label, 60)}: nothing was imported yet. Digest {preview.digest}."]
    said += say_when(desk, when)
    if preview.totals.stated_count is None and not complete:
        said.append("It has no count line, so it counts as complete only if the person says that it is the whole list.")
    return reply_about(
        desk,
        kind,
        preview,
        "preview",
        said,
        next="Show this to the person, then call import_roster again with kind and this digest to import it.",
    )


def _import(
    desk: Desk,
    kind: RosterKind,
    preview: Preview,
    when: Moments,
    *,
    is_trusted_file: bool,
    question: Question,
    complete: bool,
    answer: Answer,
) -> ImportedRoster:
    actor = _who_brings(desk, answer, question, is_trusted_file=is_trusted_file)
    if actor is None:
        if isinstance(answer, Answered | Declined):
            with desk.store.writing(replace(desk.actor, channel=answer.channel)) as change:
                note_answer(change, f"roster {preview.digest}", answer)
        return reply_about(desk, kind, preview, "declined", ["Not imported: the person did not say yes."], next="")
    # Only a person can say that it is the whole list; a trusted folder vouches for a file, not for what is added to it.
    is_said = complete and isinstance(answer, Answered)
    is_complete = False if preview.totals.refused else True if is_said else is_count_in_agreement(preview.totals)
    assurance = assurance_by(actor.channel)
    with desk.store.writing(actor) as change:
        ready = change.preview(preview.snapshot)
        current = change.source_in_force(preview.system)
        for there in (current, *(one for one in change.sources_waiting() if one.system == preview.system)):
            if (
                there is not None
                and there.digest == ready.digest
                and there.assurance >= assurance
                and _says_nothing_new(there, when, is_complete)
            ):
                said = [f"Nothing changed: this roster is {cite(there, desk)} already."]
                return reply_about(desk, kind, preview, "unchanged", said, source=there, next=_SAY_WHEN)
        if isinstance(answer, Answered):
            note_answer(change, f"roster {preview.digest}", answer)
        # Always a source of its own: one that an assistant brought is never turned into a person's.
        source = change.import_snapshot(
            preview.snapshot, when, is_complete=is_complete, label=ready.label, assurance=assurance
        )
        heard = hear(change, desk, source)
        is_waiting = any(one.id == source.id for one in change.sources_waiting())
    said = [f"Imported as {cite(source, desk)}, {by(source.confirmed_by or source.brought_by)}."]
    if not source.can_verify:
        feeds = (
            "It is only reported, and a person stands for what is in force: it changes no verdict, and verifies"
            if is_waiting
            else "It is only reported: it feeds find_discrepancies, but verifies"
        )
        said.append(
            f"{feeds} and contradicts nothing until a person stands for it: `axure-lifecycle confirm {source.name}` at "
            "a terminal."
        )
    said += say_when(desk, when)
    if complete and not is_said and not is_complete:
        said.append(
            "Nobody who could be asked said that it is the whole list, so whoever is missing may still be there."
        )
    return reply_about(
        desk, kind, preview, "imported", said, source=source, heard=heard, next="find_discrepancies shows what follows."
    )


_SAY_WHEN: Final = "If the page was taken anew and looks the same, say on which day (taken_on)."


def _says_nothing_new(current: Source, when: Moments, is_complete: bool | None) -> bool:
    if is_complete is not None and is_complete is not current.is_complete:
        return False
    # Text has no moment of its own: pasted again without a day, it is what was there before.
    return when.taken_at == current.taken_at if when.is_stated else when.horizon <= current.received_at


def _who_brings(desk: Desk, answer: Answer, question: Question, *, is_trusted_file: bool) -> Actor | None:
    match answer:
        case Answered(yes=True, question=asked, channel=channel):
            if asked.digest != question.digest:
                raise QuestionDrifted("the roster")
            return replace(desk.actor, channel=channel)
        case Answered() | Declined():
            return None
        case CouldNotAsk() | NotAsked() if is_trusted_file:
            return replace(desk.actor, channel=Channel.TRUSTED_FOLDER)
        case CouldNotAsk() | NotAsked():
            return desk.actor


VERBS: Final = (
    Verb(
        name="import_roster",
        title="Import a roster",
        toolset=Toolset.SOURCES,
        description=(
            "Brings a roster: the members page, the licence list or a directory file, as a path, pasted text or rows. "
            "The first call previews and gives a digest; a second call with kind and digest imports exactly that. A "
            "person is asked whether the rows are theirs; until they say yes the roster is only reported and verifies "
            "nothing. Never invent rows. Nothing is read from Axure itself."
        ),
        reply=ImportedRoster,
        run=import_roster,
        ask=ask_about_import,
        reads_only=False,
        repeats_safely=True,
    ),
)
