"""Reading directories: each read counts whole or not at all, and says what came of it.

A read that fails leaves the last complete one in force and is written down with its reason. Nobody has to confirm a
read: the product made it itself, from the directory that the configuration names. Only one that lost too many people
is held until a person looks: nobody did, however often it is read.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.brakes import lost_too_much, say_lost
from axure_lifecycle.domain.directories import Attempt
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Assurance, Channel
from axure_lifecycle.domain.sources import Moments, Source
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CursorDoubted, Directory, Ending, Preview, Progress
from axure_lifecycle_tools.demanding import where_to_stand
from axure_lifecycle_tools.roster_reply import say_heard
from axure_lifecycle_tools.settling import hear
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
from axure_lifecycle_tools.wording import cite, plural


class NoDirectories(LifecycleError):
    """No directory is configured that could be read."""

    code = "no_directories"

    def __init__(self) -> None:
        super().__init__(
            "No directory was read: the configuration names none. Add a [[directories]] table to config.toml "
            "(config.example.toml shows each kind), or bring a file: `axure-lifecycle import directory FILE`."
        )


class DirectoryEmpty(LifecycleError):
    """A directory without anybody, in which everybody would look gone."""

    code = "directory_empty"

    def __init__(self, directory: str) -> None:
        super().__init__(
            f"The directory {shown(directory)} was not read: it answered that there is nobody in it. Its last complete "
            "read stays in force. Check what the account may see, and the filter or base in the configuration."
        )


class SyncedDirectory(BaseModel):
    """What came of one directory."""

    model_config = ConfigDict(extra="forbid")

    directory: str
    kind: str
    outcome: Literal["read", "failed"]
    code: str | None = Field(description="Of what stood in the way; None for a read.")
    full: bool = Field(description="Whether everybody was read, or only what changed.")
    people: int | None = Field(description="Who is in it now; None after a failure.")
    added: int
    changed: int
    gone: int
    source: str | None = Field(description="The read that is in force now.")
    heard: list[str] = Field(description="Steps of cases that this read verified or contradicted.")
    said: list[str]


class SyncedDirectories(Reply):
    """What came of each directory."""

    directories: list[SyncedDirectory]
    failed: int

    def text(self) -> str:
        """A line or more for each directory."""
        lines = [line for one in self.directories for line in (*one.said, *(f"  {each}" for each in one.heard))]
        return "\n".join([*lines, self.next] if self.next else lines)


def sync_directory(
    desk: Desk,
    *,
    directory: Annotated[
        str | None, Field(description="A configured directory; leave it out to read all.", max_length=40)
    ] = None,
) -> SyncedDirectories:
    """Read one directory, or each. Raises `NoDirectories`, `DirectoryUnknown` and the refusals of the store."""
    names = desk.directories.names()
    if directory is not None:
        desk.directories.kind(directory)
    elif not names:
        raise NoDirectories
    started = monotonic()

    def now() -> datetime:
        return desk.now + timedelta(seconds=monotonic() - started)

    done = [_sync(desk, name, now) for name in ([directory] if directory is not None else names)]
    failed = sum(one.outcome == "failed" for one in done)

    def make(most: int) -> SyncedDirectories:
        return SyncedDirectories(
            directories=[
                one.model_copy(update={"heard": one.heard[:most], "said": one.said[: max(most, 2)]}) for one in done
            ],
            failed=failed,
            next="find_discrepancies shows what follows." if failed < len(done) else "",
        )

    return fit(desk, make, MOST_HEARD)


MOST_HEARD: Final = 40


class _Read(NamedTuple):
    """A read that lies ready."""

    preview: Preview
    ending: Ending
    base: int | None
    """The source that the changes change; None where everything was read."""
    doubt: str | None
    """Why everything was read although there was a cursor."""

    @property
    def is_full(self) -> bool:
        """Whether everything was read."""
        return self.base is None


def _sync(desk: Desk, name: str, now: Callable[[], datetime]) -> SyncedDirectory:
    begun = desk.now  # Of several directories each is begun a little later, and shows at least what was there by then.
    try:
        directory = desk.directories.open(name)
        speaks_of = directory.speaks_of(begun)
        moments = Moments(speaks_of, is_stated=True, horizon=speaks_of)
        try:
            return _take(desk, directory, _read_changes(desk, directory, moments), moments, begun, now)
        except CursorDoubted as doubted:
            read = _stage(desk, directory, speaks_of, None, None)._replace(doubt=doubted.why)
            return _take(desk, directory, read, moments, begun, now)
    except LifecycleError as refusal:
        if refusal.code.startswith("store_"):
            raise
        return _note_failure(desk, name, begun, now(), refusal)


def _read_changes(desk: Desk, directory: Directory, moments: Moments) -> _Read:
    """Lay a read ready: the changes since the last one where the directory tells them, else everything.

    Raises `CursorDoubted`.
    """
    with desk.store.reading() as view:
        base = view.source_in_force(directory.system)
        kept = None if base is None else view.cursor_of(base.id)
    if base is None or kept is None:
        return _stage(desk, directory, moments.taken_at, None, None)
    if kept.fingerprint != desk.directories.fingerprint(directory.name):
        raise CursorDoubted("its configuration changed")
    return _stage(desk, directory, moments.taken_at, base, kept.cursor)


def _stage(desk: Desk, directory: Directory, begun: datetime, base: Source | None, cursor: str | None) -> _Read:
    progress = _named(directory.name, desk.progress)
    with directory.read(cursor, progress, desk.is_cancelled) as reading:
        is_full = reading.is_full
        preview = desk.store.stage_read(
            directory.system,
            reading,
            progress,
            base=None if is_full or base is None else base.id,
            label=directory.name if directory.name == directory.kind else f"{directory.kind} {directory.name}",
            begun_at=begun,
        )
        return _Read(preview, reading.ending(), None if is_full or base is None else base.id, None)


def _named(name: str, progress: Progress | None) -> Progress | None:
    """The same, saying of which directory it tells."""
    if progress is None:
        return None

    def tell(done: int, total: int | None, what: str, /) -> None:
        progress(done, total, f"{name}: {what}")

    return tell


def _take(
    desk: Desk, directory: Directory, read: _Read, moments: Moments, begun: datetime, now: Callable[[], datetime]
) -> SyncedDirectory:
    """Let a read count. Raises `DirectoryEmpty`, `CursorDoubted`."""
    preview, ending = read.preview, read.ending
    if not preview.totals.rows:
        raise DirectoryEmpty(directory.name)
    with desk.store.writing(replace(desk.actor, channel=Channel.DIRECTORY)) as change:
        if read.base is not None and change.cursor_of(read.base) is None:
            raise CursorDoubted(f"R-{read.base}, which the changes follow, was taken back meanwhile")
        source = change.import_snapshot(
            preview.snapshot, moments, is_complete=True, label=preview.label, assurance=Assurance.CONFIRMED
        )
        before = change.source_before(source)
        is_held = lost_too_much(source, before, desk.limits)
        if is_held:
            source = change.hold_source(source.id)
        elif (
            ending.cursor is not None
        ):  # Whoever is missing from a read that is held would be missing from all changes.
            change.keep_cursor(source.id, ending.cursor, desk.directories.fingerprint(directory.name))
        heard = hear(change, desk, source)
        said = _say(desk, directory, read, source)
        if is_held and before is not None:
            said.insert(1, say_lost(source, before, where_to_stand(desk, source)))
        change.note_attempt(
            Attempt(
                directory=directory.name,
                begun_at=begun,
                ended_at=now(),
                source_id=source.id,
                is_full=read.is_full,
                changes=ending.totals.rows,
                code=None,
                sentence=said[0],
                scopes=ending.scopes,
            )
        )
    return SyncedDirectory(
        directory=directory.name,
        kind=directory.kind,
        outcome="read",
        code=None,
        full=read.is_full,
        people=preview.totals.rows,
        added=preview.added,
        changed=preview.changed,
        gone=preview.gone,
        source=source.name,
        heard=[say_heard(desk, one) for one in heard],
        said=said,
    )


def _say(desk: Desk, directory: Directory, read: _Read, source: Source) -> list[str]:
    preview = read.preview
    how = "read in full" if read.is_full else f"{plural(read.ending.totals.rows, 'change')} read"
    lines = [
        f"{directory.name} ({directory.kind}): {how}, {plural(preview.totals.rows, 'account')} now, "
        f"{preview.added:,} added, {preview.changed:,} changed, {preview.gone:,} gone. It is {cite(source, desk)}."
    ]
    if read.doubt is not None:
        lines.append(f"Everything was read, because {shown(read.doubt, 200)}.")
    return [*lines, *(shown(note, 300) for note in read.ending.totals.notes[:5])]


def _note_failure(desk: Desk, name: str, begun: datetime, ended: datetime, refusal: LifecycleError) -> SyncedDirectory:
    kind = desk.directories.kind(name)
    with desk.store.writing(replace(desk.actor, channel=Channel.DIRECTORY)) as change:
        last = change.last_success(name)
        change.note_attempt(
            Attempt(
                directory=name,
                begun_at=begun,
                ended_at=ended,
                source_id=None,
                is_full=True,
                changes=0,
                code=refusal.code,
                sentence=shown(refusal.sentence, 1000),
            )
        )
    in_force = "It was never read before." if last is None else f"R-{last.source_id} stays in force."
    return SyncedDirectory(
        directory=name,
        kind=kind,
        outcome="failed",
        code=refusal.code,
        full=True,
        people=None,
        added=0,
        changed=0,
        gone=0,
        source=None if last is None else f"R-{last.source_id}",
        heard=[],
        said=[f"{refusal.sentence} [{refusal.code}]", in_force],
    )


VERBS: Final = (
    Verb(
        name="sync_directory",
        title="Read a directory",
        toolset=Toolset.SOURCES,
        description=(
            "Reads the configured directories (Okta, Entra ID, Google Workspace, AD, LDAP, a file) and never writes to "
            "them. A read counts whole or not at all; after a failure the last complete one stays in force and the "
            "answer says why. Reads no roster of Axure: that is import_roster."
        ),
        reply=SyncedDirectories,
        run=sync_directory,
        reads_only=False,
        repeats_safely=False,
        reaches_out=True,
    ),
)
