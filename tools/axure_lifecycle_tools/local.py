"""What people find out on their own screens: answers to open questions, and steps that look different.

Both count from a person's word on. What an assistant relays is kept as reported: it is shown as that, and it takes the
place of nothing that a person said.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final, TypeVar

from pydantic import Field

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.facts import Fact
from axure_lifecycle.domain.holdings import Assurance, assurance_by
from axure_lifecycle.domain.local import LocalFact, ScreenChange, refuse_settled
from axure_lifecycle.domain.playbooks import Playbook, StepPattern
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Change, View
from axure_lifecycle_tools.local_reply import (
    LONGEST_ANSWER,
    LONGEST_PLACE,
    ChangedScreen,
    LocalAnswer,
    write_answer,
    write_change,
)
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
    note_answer,
)
from axure_lifecycle_tools.steps import who_says
from axure_lifecycle_tools.wording import plural, quoted

_NOT_BLANK: Final = r"\S"


# -- answers ----------------------------------------------------------------------------------------------------------


class RecordedFact(Reply):
    """An answer to an open question, or why none was recorded."""

    fact: str
    recorded: bool
    local: LocalAnswer | None = Field(description="The answer as it stands; None where nothing was recorded.")
    said: str

    def text(self) -> str:
        """What happened, then the answer."""
        lines = [self.said, *([self.local.line()] if self.local else []), self.next]
        return "\n".join(line for line in lines if line)


def ask_about_fact(desk: Desk, *, fact: str, local_answer: str, evidence: str = "") -> Question | None:
    """Whether this is the person's own answer; None where a person gave the same today."""
    known = _open_question(desk, fact)
    answer, seen = _words(local_answer, LONGEST_ANSWER), _words(evidence, LONGEST_PLACE)
    with desk.store.reading() as view:
        standing = _standing_answers(view, desk, known)
    if _repeated(desk, _answered_the_same(standing, answer, seen), Assurance.CONFIRMED):
        return None
    return _fact_question(desk, known, answer, seen)


def _open_question(desk: Desk, fact: str) -> Fact:
    known = desk.knowledge.register().fact(fact.strip().lower())
    refuse_settled(known)
    return known


def _words(text: str, most: int) -> str:
    return shown(text.strip(), most)


def _fact_question(desk: Desk, fact: Fact, answer: str, seen: str) -> Question:
    asked = f"The open question is: {fact.question}" if fact.question else f"It is said so far: {fact.sentence}"
    found = f"{answer} – seen: {seen}" if seen else answer
    return Question(
        f"Is this what you found out about your own Axure? {asked} ({fact.id}) Yes keeps the answer below as yours for "
        f"{plural(desk.limits.local_fact_days, 'day')}; later plans show it."
        f"{quoted(found, LONGEST_ANSWER + LONGEST_PLACE + 20, 'whoever asks')}"
    )


def _standing_answers(view: View, desk: Desk, fact: Fact) -> Sequence[LocalFact]:
    today = desk.now.date()
    return [one for one in view.local_facts(desk.now) if one.fact == fact.id and not one.has_expired(today)]


def _answered_the_same(standing: Sequence[LocalFact], answer: str, evidence: str) -> Sequence[LocalFact]:
    return [one for one in standing if (one.answer, one.evidence) == (answer, evidence)]


def record_fact(
    desk: Desk,
    *,
    fact: Annotated[
        str,
        Field(
            description="The id of a fact that is not the vendor's own word; explain_axure with topic local lists "
            "the open questions.",
            examples=["screens.members-path"],
            min_length=1,
            max_length=100,
        ),
    ],
    local_answer: Annotated[
        str,
        Field(
            description="What the person found out, in their words.",
            pattern=_NOT_BLANK,
            max_length=LONGEST_ANSWER,
        ),
    ],
    evidence: Annotated[
        str, Field(description="Where they saw it: a page, a file's name, a ticket.", max_length=LONGEST_PLACE)
    ] = "",
    answer: Answer,
) -> RecordedFact:
    """Write down an answer to an open question. Raises `FactUnknown`, `FactSettled`, `QuestionDrifted`."""
    known = _open_question(desk, fact)
    said, seen = _words(local_answer, LONGEST_ANSWER), _words(evidence, LONGEST_PLACE)
    with desk.store.writing(who_says(desk, answer)) as change:
        standing = _standing_answers(change, desk, known)
        assurance = _worth(answer)
        if assurance is None:
            _note(change, known.id, answer)
            return RecordedFact(
                fact=known.id,
                recorded=False,
                local=None,
                said=f"No answer to {known.id} was recorded: nobody said yes.",
            )
        if same := _repeated(desk, _answered_the_same(standing, said, seen), assurance):
            return _recorded(desk, known, same, f"{known.id}: nothing changed, {same.name} says the same.")
        _accept(change, known.id, answer, _fact_question(desk, known, said, seen))
        made = change.record_fact(
            known.id,
            answer=said,
            evidence=seen,
            until=desk.now.date() + timedelta(days=desk.limits.local_fact_days),
            assurance=assurance,
        )
    return _recorded(desk, known, made, _follows(made.name, known.id, assurance, standing))


def _recorded(desk: Desk, fact: Fact, made: LocalFact, said: str) -> RecordedFact:
    return RecordedFact(
        fact=fact.id,
        recorded=True,
        local=write_answer(made, desk.now.date(), desk.organization.time_zone),
        said=said,
        next=f"The next plan shows it beside its steps. If it was wrong: retract_source {{source: '{made.name}'}}.",
    )


def _note(change: Change, about: str, answer: Answer) -> None:
    """Write the question and its answer down, where a person was asked."""
    if isinstance(answer, Answered | Declined):
        note_answer(change, about, answer)


def _accept(change: Change, about: str, answer: Answer, question: Question) -> None:
    """Take a yes for the words that were shown, or what nobody could be asked about. Raises `QuestionDrifted`."""
    was_about_this = isinstance(answer, CouldNotAsk) or (
        isinstance(answer, Answered) and answer.question.digest == question.digest
    )
    if not was_about_this:
        raise QuestionDrifted(about)
    _note(change, about, answer)


def _worth(answer: Answer) -> Assurance | None:
    """What the words are worth after the answer; None where the person did not say yes."""
    match answer:
        case Answered(yes=True, channel=channel):
            return assurance_by(channel)
        case Answered() | Declined():
            return None
        case CouldNotAsk():
            return Assurance.REPORTED
        case NotAsked():
            return Assurance.CONFIRMED


def _follows(made: str, about: str, assurance: Assurance, standing: Sequence[LocalFact | ScreenChange]) -> str:
    if assurance >= Assurance.CONFIRMED:
        return f"{made} is recorded about {about}, confirmed by a person."
    above = next((one.name for one in standing if one.assurance >= Assurance.CONFIRMED), None)
    stands = f" {above}, which a person said, counts before it." if above else ""
    return (
        f"{made} is recorded about {about} as reported only, because nobody could be asked from here.{stands} "
        "A person says the same at a terminal to confirm it."
    )


_Said = TypeVar("_Said", LocalFact, ScreenChange)


def _repeated(desk: Desk, same: Sequence[_Said], assurance: Assurance) -> _Said | None:
    """Of those who say the same, one at least as well known and of today; a report adds nothing to a person's word."""
    zone, today = desk.organization.time_zone, desk.now.date()
    for one in same:
        is_of_today = one.at.astimezone(zone).date() == today
        if one.assurance > assurance or (one.assurance is assurance and is_of_today):
            return one
    return None


# -- screens ----------------------------------------------------------------------------------------------------------


class PlaybookStepUnknown(LifecycleError):
    """The playbook has no such step."""

    code = "playbook_step_unknown"

    def __init__(self, playbook: str, asked: str, keys: tuple[str, ...]) -> None:
        super().__init__(
            f"Nothing was recorded: {playbook} has no step “{shown(asked, 60)}”. Its steps are {', '.join(keys)}."
        )


class RecordedScreenChange(Reply):
    """What differs on a screen, or why nothing was recorded."""

    playbook: str
    step: str
    recorded: bool
    change: ChangedScreen | None = Field(description="The change as it stands; None where nothing was recorded.")
    said: str

    def text(self) -> str:
        """What happened, then the change."""
        lines = [self.said, *([self.change.line()] if self.change else []), self.next]
        return "\n".join(line for line in lines if line)


OperationName = Annotated[
    str,
    Field(description="The operation of the plan, e.g. offboard.", examples=["offboard"], min_length=1, max_length=60),
]
StepKey = Annotated[
    str, Field(description="The step's key, e.g. deactivate.", examples=["deactivate"], min_length=1, max_length=80)
]
ApplicationName = Annotated[
    str | None, Field(description="Another application than Axure, e.g. 6sense.", max_length=40, pattern="^[a-z0-9-]+$")
]


def ask_about_screen_change(
    desk: Desk, *, operation: str, step: str, differs: str, place: str | None = None, application: str | None = None
) -> Question | None:
    """Whether the person's own screen differs so; None where a person said the same today."""
    playbook, pattern = _find_step(desk, application, operation, step)
    words, now_at = _words(differs, LONGEST_ANSWER), _place(place)
    with desk.store.reading() as view:
        same = _said_the_same(_standing_changes(view, desk, playbook, pattern), words, now_at)
    if _repeated(desk, same, Assurance.CONFIRMED):
        return None
    return _screen_question(desk, playbook, pattern, words, now_at)


def _find_step(desk: Desk, application: str | None, operation: str, step: str) -> tuple[Playbook, StepPattern]:
    own = desk.organization.cloud_for_business.application
    playbook = desk.knowledge.playbook(application or own, operation.strip().lower())
    wanted = step.strip().lower()
    for pattern in playbook.steps:
        if pattern.key == wanted:
            return playbook, pattern
    raise PlaybookStepUnknown(playbook.id, step, tuple(pattern.key for pattern in playbook.steps))


def _place(place: str | None) -> str | None:
    return _words(place, LONGEST_PLACE) or None if place else None


def _standing_changes(view: View, desk: Desk, playbook: Playbook, step: StepPattern) -> Sequence[ScreenChange]:
    screens = desk.organization.screens.value
    return [
        one
        for one in view.screen_changes()
        if (one.playbook, one.step, one.screens) == (playbook.id, step.key, screens)
    ]


def _said_the_same(standing: Sequence[ScreenChange], differs: str, place: str | None) -> Sequence[ScreenChange]:
    return [one for one in standing if (one.differs, one.place) == (differs, place)]


def _screen_question(desk: Desk, playbook: Playbook, step: StepPattern, differs: str, place: str | None) -> Question:
    found = f"{differs} – now at: {place}" if place else differs
    return Question(
        f"Does your own screen differ here from what the plan says? {playbook.id}, step {step.key}: {step.title}, on "
        f"{desk.organization.screens.value} screens. Yes keeps the words below as yours; later plans show them beside "
        f"the step.{quoted(found, LONGEST_ANSWER + LONGEST_PLACE + 20, 'whoever asks')}"
    )


def record_screen_change(
    desk: Desk,
    *,
    operation: OperationName,
    step: StepKey,
    differs: Annotated[
        str,
        Field(
            description="What the screen shows instead, in the person's words.",
            pattern=_NOT_BLANK,
            max_length=LONGEST_ANSWER,
        ),
    ],
    place: Annotated[
        str | None,
        Field(description="Where it is now, e.g. Settings › People, if they found it.", max_length=LONGEST_PLACE),
    ] = None,
    application: ApplicationName = None,
    answer: Answer,
) -> RecordedScreenChange:
    """Write down that a step looks different. Raises `PlaybookMissing`, `PlaybookStepUnknown`, `QuestionDrifted`."""
    playbook, pattern = _find_step(desk, application, operation, step)
    about = f"{playbook.id}, {pattern.key}"
    words, now_at = _words(differs, LONGEST_ANSWER), _place(place)
    with desk.store.writing(who_says(desk, answer)) as change:
        standing = _standing_changes(change, desk, playbook, pattern)
        assurance = _worth(answer)
        if assurance is None:
            _note(change, about, answer)
            return RecordedScreenChange(
                playbook=playbook.id,
                step=pattern.key,
                recorded=False,
                change=None,
                said=f"Nothing was recorded about {about}: nobody said yes.",
            )
        if same := _repeated(desk, _said_the_same(standing, words, now_at), assurance):
            return _changed(desk, same, f"{about}: nothing changed, {same.name} says the same.")
        _accept(change, about, answer, _screen_question(desk, playbook, pattern, words, now_at))
        made = change.record_screen_change(
            playbook.id,
            pattern.key,
            desk.organization.screens.value,
            differs=words,
            place=now_at,
            assurance=assurance,
        )
    return _changed(desk, made, _follows(made.name, about, assurance, standing))


def _changed(desk: Desk, made: ScreenChange, said: str) -> RecordedScreenChange:
    return RecordedScreenChange(
        playbook=made.playbook,
        step=made.step,
        recorded=True,
        change=write_change(made, desk.organization.screens.value, desk.organization.time_zone),
        said=said,
        next=f"The next plan marks the step. If it was wrong: retract_source {{source: '{made.name}'}}.",
    )


VERBS: Final = (
    Verb(
        name="record_fact",
        title="Record an answer",
        toolset=Toolset.KNOWLEDGE,
        description=(
            "Records the person's own answer to an open question about Axure, seen on their own screens. The person is "
            "asked; where this client cannot ask, it is only reported. Plans and explain_axure show it as local "
            "knowledge until it expires. Never answer from your own memory."
        ),
        reply=RecordedFact,
        run=record_fact,
        ask=ask_about_fact,
        reads_only=False,
        repeats_safely=True,
    ),
    Verb(
        name="record_screen_change",
        title="Record a changed screen",
        toolset=Toolset.KNOWLEDGE,
        description=(
            "Records that a step's screen differs here from what the plan says, in the person's words. The person is "
            "asked; where this client cannot ask, it is only reported. The next plan marks the step."
        ),
        reply=RecordedScreenChange,
        run=record_screen_change,
        ask=ask_about_screen_change,
        reads_only=False,
        repeats_safely=True,
    ),
)
