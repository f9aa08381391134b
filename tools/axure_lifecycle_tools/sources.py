"""Where everything is known from, and taking a wrong source back."""

from dataclasses import replace
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import VOUCHED
from axure_lifecycle.domain.sources import AlreadyRetracted, Source, SourceState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Page, View
from axure_lifecycle_tools.arguments import Because, Cursor, number_of
from axure_lifecycle_tools.settling import resettle
from axure_lifecycle_tools.spec import (
    Answer,
    Answered,
    CouldNotAsk,
    Declined,
    Desk,
    NotAsked,
    Question,
    QuestionDrifted,
    Reply,
    Toolset,
    Verb,
    fit,
    note_answer,
)
from axure_lifecycle_tools.wording import by, cite, plural, quoted


class RetractionNeedsPerson(LifecycleError):
    """An assistant alone takes back no roster and no "not done": they may be what contradicts it."""

    code = "retraction_needs_person"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} still counts: taking it back needs a person, and this client cannot ask one. "
            f"The person runs `axure-lifecycle retract {name}` at a terminal."
        )


# -- list -------------------------------------------------------------------------------------------------------------


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


# -- retract ----------------------------------------------------------------------------------------------------------

SourceName = Annotated[
    str,
    Field(
        description="A source (R-7) or a confirmation (K-31).",
        examples=["R-7"],
        pattern=r"^[RKrk]-?[0-9]{1,12}$",
        max_length=16,
    ),
]


class Retracted(Reply):
    """What was taken back, and what follows."""

    what: str
    retracted: bool
    cases: list[str]
    said: str

    def text(self) -> str:
        """One sentence, then the cases."""
        lines = [self.said, *(f"- {case}" for case in self.cases)]
        return "\n".join([*lines, self.next] if self.next else lines)


def ask_to_retract(desk: Desk, *, source: str, reason: str) -> Question | None:
    """Whether this source or confirmation shall count no longer."""
    with desk.store.reading() as view:
        return _retraction_question(view, source, reason)


def _retraction_question(view: View, name: str, reason: str) -> Question:
    if name[0] in "kK":
        _, step, claim = view.claim(number_of(name))
        if claim.retracted_at is not None:
            raise AlreadyRetracted(f"K-{claim.id}")
        return Question(
            f"Shall K-{claim.id} count no longer? {shown(claim.said_by.name, 80)} said “{claim.outcome.value}” "
            "about the "
            f"step {step}. The case is told anew without it; nothing is deleted.{quoted(reason, 300, 'whoever asks')}"
        )
    source = view.source(number_of(name))
    if source.state is SourceState.RETRACTED:
        raise AlreadyRetracted(source.name)
    return Question(
        f"Shall {source.name} count no longer? It is the {source.kind.value} roster “{shown(source.label, 60)}” with "
        f"{plural(source.rows, 'row')}. Cases that leaned on it open again; nothing is deleted."
        f"{quoted(reason, 300, 'whoever asks')}"
    )


def retract_source(desk: Desk, *, source: SourceName, reason: Because, answer: Answer) -> Retracted:
    """Take a wrong roster or confirmation back. Raises `RetractionNeedsPerson`, `AlreadyRetracted`, …"""
    is_claim = source[0] in "kK"
    name = f"{source[0].upper()}-{number_of(source)}"
    match answer:
        case Answered(yes=True, channel=channel):
            actor = replace(desk.actor, channel=channel)
        case CouldNotAsk() | NotAsked():
            # An assistant may take back what an assistant said; a roster may be what contradicts it.
            if not is_claim:
                raise RetractionNeedsPerson(name)
            actor = desk.actor
        case Answered() | Declined():
            with desk.store.writing(replace(desk.actor, channel=answer.channel)) as change:
                note_answer(change, name, answer)
            return Retracted(what=name, retracted=False, cases=[], said=f"{name} still counts: nobody said yes.")
    with desk.store.writing(actor) as change:
        question = _retraction_question(change, source, reason)
        if isinstance(answer, Answered):
            if answer.question.digest != question.digest:
                raise QuestionDrifted(name)
            note_answer(change, name, answer)
        if is_claim:
            case_id, _, claim = change.claim(number_of(source))
            if claim.said_by.channel in VOUCHED and not isinstance(answer, Answered):
                raise RetractionNeedsPerson(name)
            change.retract_claim(number_of(source), shown(reason, 1000))
            settled = [resettle(change, desk, case_id)]
        else:
            change.retract_source(number_of(source), shown(reason, 1000))
            settled = [resettle(change, desk, case) for case in change.cases_leaning_on(number_of(source))]
    cases = [f"{case.name} {case.subject}: {case.state.value}" for case in settled]
    return Retracted(
        what=name,
        retracted=True,
        cases=cases[:20],
        said=f"{name} counts no longer; it stays in the trail. {plural(len(cases), 'case')} leaned on it.",
        next="find_discrepancies compares anew." if not is_claim else "get_case shows what is to be done again.",
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
    Verb(
        name="retract_source",
        title="Take a source back",
        toolset=Toolset.SOURCES,
        description=(
            "Takes back a wrong roster (R-7) or a wrong confirmation (K-31). It counts no longer, stays in the trail, "
            "and cases that leaned on it open again. A person is asked first."
        ),
        reply=Retracted,
        run=retract_source,
        ask=ask_to_retract,
        reads_only=False,
        destroys=True,
        repeats_safely=False,
    ),
)
