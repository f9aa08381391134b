"""Bringing rosters: a preview that counts for nothing, then the import of exactly what was shown."""

from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import VOUCHED, Actor, Channel, Strength, assurance_by
from axure_lifecycle.domain.rosters import RosterKind, is_count_in_agreement
from axure_lifecycle.domain.sources import Moments, Source, moments
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Material, Preview, View
from axure_lifecycle_tools.arguments import day_of
from axure_lifecycle_tools.demanding import too_weak, where_to_stand
from axure_lifecycle_tools.readying import NothingBrought, find_ready, is_trusted, lay_ready, take_material
from axure_lifecycle_tools.roster_reply import MOST_SHOWN_ROWS, ImportedRoster, page_of, reply_about, say_when
from axure_lifecycle_tools.settling import hear
from axure_lifecycle_tools.shrinking import FOLLOWS, doubt_of, measured_by
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
from axure_lifecycle_tools.wording import by, cite, plural, tamed

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


class DigestDrifted(LifecycleError):
    """What is brought now is not what was previewed."""

    code = "digest_drifted"

    def __init__(self, asked: str, found: str) -> None:
        super().__init__(
            f"The roster was not imported: its digest is {found[:12]} now, not {asked[:12]} as previewed. "
            "It changed in between; preview it again and import the new digest."
        )


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
    material = take_material(desk, RosterKind(kind), path, text, rows)
    if material is not None and is_trusted(desk, RosterKind(kind), directory, material.path) and not complete:
        return None
    with desk.store.reading() as view:
        preview = find_ready(view, desk, RosterKind(kind), directory, digest)
        return _question(view, desk, preview, RosterKind(kind), directory, taken_on, complete=complete)


def _question(
    view: View, desk: Desk, preview: Preview, kind: RosterKind, directory: str, taken_on: str | None, *, complete: bool
) -> Question:
    where = page_of(desk, kind, directory)
    moment = f"as it stood on {taken_on}" if taken_on else "as it stands now"
    whole = "all of it" if complete or is_count_in_agreement(preview.totals) else "perhaps a part of it"
    doubt = doubt_of(desk, measured_by(view, preview), preview.totals.rows)
    return Question(
        f"“{tamed(preview.label, 60)}” (digest {preview.digest[:12]}): {plural(preview.totals.rows, 'row')}, "
        f"{preview.added:,} added, {preview.changed:,} changed, {preview.gone:,} gone. {doubt}{' ' if doubt else ''}"
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
    material = take_material(desk, RosterKind(kind), path, text, rows)
    if digest is None:
        if material is None:
            raise NothingBrought(0)
        when = moments(stated, material.written_at, desk.now, desk.organization.time_zone)
        return _preview(desk, roster_kind, material, when, directory, skip_refused=skip_refused, complete=complete)
    again = None
    if material is not None:
        # What is given again must be what was previewed; staging finds it lying ready by its digest.
        again = lay_ready(desk, roster_kind, material, directory, skip_refused=skip_refused)
        if not again.digest.startswith(digest.strip().lower()):
            raise DigestDrifted(digest, again.digest)
    with desk.store.reading() as view:
        preview = again or find_ready(view, desk, roster_kind, directory, digest)
        question = _question(view, desk, preview, roster_kind, directory, taken_on, complete=complete)
    return _import(
        desk,
        roster_kind,
        preview,
        moments(stated, preview.horizon, desk.now, desk.organization.time_zone),
        is_trusted_file=material is not None and is_trusted(desk, roster_kind, directory, material.path),
        question=question,
        complete=complete,
        answer=answer,
    )


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
    preview = lay_ready(desk, kind, material, directory, skip_refused=skip_refused)
    said = [f"Preview of {shown(material.label, 60)}: nothing was imported yet. Digest {preview.digest}."]
    said += say_when(desk, when)
    if preview.totals.stated_count is None and not complete:
        said.append("It has no count line, so it counts as complete only if the person says that it is the whole list.")
    with desk.store.reading() as view:
        doubt = doubt_of(desk, measured_by(view, preview), preview.totals.rows)
        differing = view.first_differing(preview, MOST_SHOWN_ROWS) if preview.snapshot else None
    if doubt:
        said.append(f"{doubt} {FOLLOWS}")
    return reply_about(
        desk,
        kind,
        preview,
        "preview",
        said,
        next="Show this to the person, then call import_roster again with kind and this digest to import it.",
        differing=differing,
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
    # The configuration names the folders that it trusts as it names what it demands: it stands for those itself.
    is_of_folder = actor.channel is Channel.TRUSTED_FOLDER
    demanded = Strength.CLIENT if is_of_folder else desk.policy.demands.of_roster
    assurance = assurance_by(actor.channel, demanded)
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
            f"{feeds} and contradicts nothing until a person stands for it"
            + (f" ({too_weak(actor.channel, demanded)})" if actor.channel in VOUCHED else "")
            + f": {where_to_stand(desk, source)}."
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
