"""Where everything is known from."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.sources import Source, SourceState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Page
from axure_lifecycle_tools.arguments import Cursor
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
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
    said: str


class SourceList(Reply):
    """Where everything is known from."""

    in_all: int
    sources: list[SourceLine]
    cursor: str | None

    def text(self) -> str:
        """One line for each source."""
        if not self.in_all:
            return f"No source was imported yet. {self.next}"
        lines = [f"{plural(self.in_all, 'source')}.", *(f"- {one.said}" for one in self.sources)]
        return "\n".join([*lines, self.next] if self.next else lines)


MOST_SOURCES: Final = 15


def list_sources(desk: Desk, *, cursor: Cursor = None) -> SourceList:
    """Newest import first."""
    with desk.store.reading() as view:
        found, rest, in_all = view.sources(Page(MOST_SOURCES, cursor))
        newest = {source.id: view.source_in_force(source.system) for source in found}
        waiting = {source.id for source in view.sources_waiting()}

    def make(most: int) -> SourceList:
        has_more = len(found) > most or rest is not None
        return SourceList(
            in_all=in_all,
            sources=[
                _line(desk, source, newest[source.id], is_waiting=source.id in waiting) for source in found[:most]
            ],
            cursor=str(found[:most][-1].id) if has_more else None,
            next="" if in_all else "Bring the members page first: `axure-lifecycle import members FILE`.",
        )

    return fit(desk, make, MOST_SOURCES)


def _line(desk: Desk, source: Source, newest: Source | None, *, is_waiting: bool) -> SourceLine:
    is_in_force = newest is not None and newest.id == source.id and not is_waiting
    stands = source.confirmed_by or source.brought_by
    others = "in force" if is_in_force else "waits to be confirmed" if is_waiting else "superseded"
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
        said=f"{cite(source, desk)}: {source.kind.value}, {plural(source.rows, 'row')}, {state}, {by(stands)}",
    )


VERBS: Final = (
    Verb(
        name="list_sources",
        title="List sources",
        toolset=Toolset.SOURCES,
        description=(
            "Lists every roster and directory read: what it speaks of, how old it is, who brought it, whether it "
            "counts."
        ),
        reply=SourceList,
        run=list_sources,
        reads_only=True,
        repeats_safely=True,
    ),
)
