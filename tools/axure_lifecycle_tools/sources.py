"""Where everything is known from."""

from operator import not_
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.brakes import lost_too_much
from axure_lifecycle.domain.directories import Attempt
from axure_lifecycle.domain.sources import Source, SourceState, age, is_older_than
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Page, View
from axure_lifecycle_tools.arguments import Cursor
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
from axure_lifecycle_tools.wanted_words import ProviderHealth, providers
from axure_lifecycle_tools.wording import by, cite, plural


class SourceLine(BaseModel):
    """One source."""

    model_config = ConfigDict(extra="forbid")

    id: str
    system: str
    kind: str
    label: str
    rows: int
    taken_at: str
    horizon: str = Field(description="The latest moment its content can know of; only older claims are judged by it.")
    assurance: str
    brought: str
    complete: bool | None
    state: str
    in_force: bool
    held: bool = Field(description="It lost so many people that it names no leaver until a person confirms it.")
    said: str


class DirectoryHealth(BaseModel):
    """How reading a configured directory goes."""

    model_config = ConfigDict(extra="forbid")

    name: str
    kind: str
    source: str | None = Field(description="Its last complete read; None when there is none.")
    people: int | None
    age_days: int | None
    is_too_old: bool = Field(description="Older than the limit, so verdicts are withheld.")
    tried_at: str | None
    error: str | None = Field(description="The code of what stood in the way of the last try.")
    scopes: list[str] = Field(description="The permissions that the directory granted, in its own words.")
    said: str


class SourceList(Reply):
    """Where everything is known from."""

    directories: list[DirectoryHealth] = Field(description="Those that the product reads by itself.")
    directories_in_all: int
    providers: list[ProviderHealth] = Field(
        default=[], description="Identity providers that push what they want, by SCIM.", exclude_if=not_
    )
    in_all: int
    sources: list[SourceLine]
    cursor: str | None

    def text(self) -> str:
        """One line for each source."""
        health = [f"- {one.said}" for one in self.directories]
        if health:
            left = self.directories_in_all - len(health)
            health = ["Directories:", *health, *([f"… and {left} more; a shell shows all."] if left else [])]
        if self.providers:
            health += ["Pushed by identity providers:", *(f"- {one.said}" for one in self.providers)]
        if not self.in_all:
            return "\n".join([*health, f"No source was imported yet. {self.next}"])
        lines = [*health, f"{plural(self.in_all, 'source')}.", *(f"- {one.said}" for one in self.sources)]
        return "\n".join([*lines, self.next] if self.next else lines)


MOST_SOURCES: Final = 15


def list_sources(desk: Desk, *, cursor: Cursor = None) -> SourceList:
    """Newest import first."""
    with desk.store.reading() as view:
        found, rest, in_all = view.sources(Page(MOST_SOURCES, cursor))
        newest = {source.id: view.source_in_force(source.system) for source in found}
        waiting = {source.id for source in view.sources_waiting()}
        held = {source.id for source in found if newest[source.id] == source and _is_held(view, desk, source)}
        health = _health(view, desk) if cursor is None else []
        pushing = providers(view, desk) if cursor is None else []

    def make(most: int) -> SourceList:
        has_more = len(found) > most or rest is not None
        return SourceList(
            directories=health[: most + 1],
            directories_in_all=len(health),
            providers=pushing[: most + 1],
            in_all=in_all,
            sources=[
                _line(desk, source, newest[source.id], is_waiting=source.id in waiting, is_held=source.id in held)
                for source in found[:most]
            ],
            cursor=str(found[:most][-1].id) if has_more else None,
            next="" if in_all else "Bring the members page first: `axure-lifecycle import members FILE`.",
        )

    return fit(desk, make, MOST_SOURCES)


def _health(view: View, desk: Desk) -> list[DirectoryHealth]:
    """Of each configured directory, in the order of the configuration."""
    attempts = {attempt.directory: attempt for attempt in view.last_attempts()}
    names = desk.directories.names()
    return [_health_of(view, desk, name, attempts.get(name)) for name in names]


def _health_of(view: View, desk: Desk, name: str, attempt: Attempt | None) -> DirectoryHealth:
    kind = desk.directories.kind(name)
    success = view.last_success(name)
    source = None if success is None or success.source_id is None else view.source(success.source_id)
    is_in_use = source is not None and source.state is SourceState.IN_USE
    days = None if source is None else age(source.taken_at, desk.now).days
    is_too_old = source is not None and is_older_than(source, desk.limits.directory_snapshot_days, desk.now)
    lines: list[str] = []
    if source is None:
        lines.append("never read completely")
    else:
        state = "" if is_in_use else ", taken back"
        lines.append(f"last read completely as {cite(source, desk)}, {plural(source.rows, 'account')}{state}")
    if is_too_old:
        lines.append(f"older than {desk.limits.directory_snapshot_days} days, so verdicts are withheld")
    if attempt is None:
        lines.append("never tried: `axure-lifecycle sync`")
    elif attempt.code is not None:
        lines.append(f"the last try failed: {shown(attempt.sentence, 300)} [{attempt.code}]")
    if success is not None and success.scopes:
        lines.append(f"permissions: {', '.join(shown(scope, 60) for scope in success.scopes[:6])}")
    return DirectoryHealth(
        name=name,
        kind=kind,
        source=None if source is None else source.name,
        people=None if source is None else source.rows,
        age_days=days,
        is_too_old=is_too_old,
        tried_at=None if attempt is None else attempt.begun_at.isoformat(timespec="seconds"),
        error=None if attempt is None else attempt.code,
        scopes=[] if success is None else [shown(scope, 60) for scope in success.scopes[:20]],
        said=f"{name} ({kind}): {'; '.join(lines)}",
    )


def _is_held(view: View, desk: Desk, source: Source) -> bool:
    """Whether a read that the product made names no leaver until a person confirms it."""
    return source.is_held and lost_too_much(source, view.source_before(source), desk.limits)


def _line(desk: Desk, source: Source, newest: Source | None, *, is_waiting: bool, is_held: bool) -> SourceLine:
    is_in_force = newest is not None and newest.id == source.id and not is_waiting
    stands = source.confirmed_by or source.brought_by
    others = "in force" if is_in_force else "waits to be confirmed" if is_waiting else "superseded"
    held = ", held until a person confirms it" if is_held else ""
    state = "retracted" if source.state is SourceState.RETRACTED else others
    return SourceLine(
        id=source.name,
        system=str(source.system),
        kind=source.kind.value,
        label=shown(source.label, 60),
        rows=source.rows,
        taken_at=source.taken_at.isoformat(timespec="seconds"),
        horizon=source.horizon.isoformat(timespec="seconds"),
        assurance=source.assurance.value,
        brought=by(stands),
        complete=source.is_complete,
        state=source.state.value,
        in_force=is_in_force,
        held=is_held,
        said=f"{cite(source, desk)}: {source.kind.value}, {plural(source.rows, 'row')}, {state}{held}, {by(stands)}",
    )


VERBS: Final = (
    Verb(
        name="list_sources",
        title="List sources",
        toolset=Toolset.SOURCES,
        description=(
            "Lists every roster and directory read: what it speaks of, how old it is, who brought it, whether it "
            "counts; of each configured directory also whether the last try to read it failed, and why."
        ),
        reply=SourceList,
        run=list_sources,
        reads_only=True,
        repeats_safely=True,
    ),
)
