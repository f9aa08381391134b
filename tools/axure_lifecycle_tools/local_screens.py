"""Steps that look different on an organisation's own screens.

Like an answer, a change counts from a person's word on, and a report takes the place of nothing that a person said.
"""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.local import ScreenChange
from axure_lifecycle.domain.playbooks import Playbook, StepPattern
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import View
from axure_lifecycle_tools.local_reply import (
    LONGEST_ANSWER,
    LONGEST_PLACE,
    ChangedScreen,
    write_change,
)
from axure_lifecycle_tools.local_words import (
    NOT_BLANK,
    accept,
    as_words,
    find_repeated,
    note_asked,
    tell_follows,
    worth_of,
)
from axure_lifecycle_tools.spec import (
    Answer,
    Desk,
    Question,
    Reply,
    Toolset,
    Verb,
)
from axure_lifecycle_tools.steps import who_says
from axure_lifecycle_tools.wording import quoted


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
    words, now_at = as_words(differs, LONGEST_ANSWER), _place(place)
    with desk.store.reading() as view:
        same = _said_the_same(_standing_changes(view, desk, playbook, pattern), words, now_at)
    if find_repeated(desk, same, Assurance.CONFIRMED):
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
    return as_words(place, LONGEST_PLACE) or None if place else None


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
            pattern=NOT_BLANK,
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
    words, now_at = as_words(differs, LONGEST_ANSWER), _place(place)
    with desk.store.writing(who_says(desk, answer)) as change:
        standing = _standing_changes(change, desk, playbook, pattern)
        assurance = worth_of(answer)
        if assurance is None:
            note_asked(change, about, answer)
            return RecordedScreenChange(
                playbook=playbook.id,
                step=pattern.key,
                recorded=False,
                change=None,
                said=f"Nothing was recorded about {about}: nobody said yes.",
            )
        if same := find_repeated(desk, _said_the_same(standing, words, now_at), assurance):
            return _changed(desk, same, f"{about}: nothing changed, {same.name} says the same.")
        accept(change, about, answer, _screen_question(desk, playbook, pattern, words, now_at))
        made = change.record_screen_change(
            playbook.id,
            pattern.key,
            desk.organization.screens.value,
            differs=words,
            place=now_at,
            assurance=assurance,
        )
    return _changed(desk, made, tell_follows(made.name, about, assurance, standing))


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
