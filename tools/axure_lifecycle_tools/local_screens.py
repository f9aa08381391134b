"""Steps that look different on an organisation's own screens."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.local import ScreenChange
from axure_lifecycle.domain.playbooks import Playbook, StepPattern
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Change, View
from axure_lifecycle_tools.local_reply import LONGEST_ANSWER, LONGEST_PLACE, ChangedScreen, write_change
from axure_lifecycle_tools.local_words import NOT_BLANK, as_words, ask_about, say_replaced, write_down
from axure_lifecycle_tools.spec import Answer, Desk, Question, Reply, Toolset, Verb
from axure_lifecycle_tools.wording import quoted_as_given


class PlaybookStepUnknown(LifecycleError):
    """The playbook has no such step."""

    code = "playbook_step_unknown"

    def __init__(self, playbook: str, asked: str, keys: tuple[str, ...]) -> None:
        super().__init__(
            f"Nothing was recorded: {playbook} has no step “{shown(asked, 60)}”. Its steps are {', '.join(keys)}; "
            "do it again with one of these."
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


@dataclass(frozen=True, slots=True)
class _Difference:
    """What somebody says that a step looks like, on the screens that are configured."""

    playbook: Playbook
    step: StepPattern
    differs: str
    place: str | None
    """Where it is now, if they found it."""

    @property
    def about(self) -> str:
        return f"{self.playbook.id}, {self.step.key}"

    @property
    def command(self) -> Sequence[str]:
        place = ("--place", self.place) if self.place else ()
        said = (self.playbook.operation, self.step.key, "--application", self.playbook.application)
        return ("record-screen-change", *said, "--differs", self.differs, *place)

    def question(self, desk: Desk, standing: Sequence[ScreenChange]) -> Question:
        found = f"{self.differs} – now at: {self.place}" if self.place else self.differs
        return Question(
            f"Does your own screen differ here from what the plan says? {self.playbook.id}, step {self.step.key}: "
            f"{_in_general(self.step.title, desk)}, on {desk.organization.screens.value} screens. Yes keeps the words "
            f"below as yours; later plans show them beside the step.{say_replaced(standing)}"
            f"{quoted_as_given(desk, found, LONGEST_ANSWER + LONGEST_PLACE + 20)}"
        )

    def standing(self, view: View, desk: Desk) -> Sequence[ScreenChange]:
        where = self.playbook.id, self.step.key, desk.organization.screens.value
        return [one for one in view.screen_changes() if (one.playbook, one.step, one.screens) == where]

    def is_said_in(self, one: ScreenChange) -> bool:
        return (one.differs, one.place) == (self.differs, self.place)

    def write(self, change: Change, desk: Desk, assurance: Assurance) -> ScreenChange:
        return change.record_screen_change(
            self.playbook.id,
            self.step.key,
            desk.organization.screens.value,
            differs=self.differs,
            place=self.place,
            assurance=assurance,
        )


_COUNTED: Final = re.compile(r" \(\{count\}\)")
_SLOT: Final = re.compile(r"\{([a-z_]+)\}")


def _in_general(title: str, desk: Desk) -> str:
    """A step's title for nobody in particular: a screen looks as it does whoever a plan is for."""
    known = {"host": desk.organization.host, "idp": "the identity provider", "count": "some"}
    return _SLOT.sub(lambda found: known.get(found[1], f"the {found[1].replace('_', ' ')}"), _COUNTED.sub("", title))


def _difference(
    desk: Desk, application: str | None, operation: str, step: str, differs: str, place: str | None
) -> _Difference:
    """Raises `PlaybookMissing`, `PlaybookStepUnknown`."""
    own = desk.organization.cloud_for_business.application
    playbook = desk.knowledge.playbook(application or own, operation.strip().lower())
    wanted = step.strip().lower()
    for pattern in playbook.steps:
        if pattern.key == wanted:
            now_at = as_words(place, LONGEST_PLACE) or None if place else None
            return _Difference(playbook, pattern, as_words(differs, LONGEST_ANSWER), now_at)
    raise PlaybookStepUnknown(playbook.id, step, tuple(pattern.key for pattern in playbook.steps))


def ask_about_screen_change(
    desk: Desk, *, operation: str, step: str, differs: str, place: str | None = None, application: str | None = None
) -> Question | None:
    """Whether the person's own screen differs so; None where a person said the same today."""
    return ask_about(desk, _difference(desk, application, operation, step, differs, place))


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
    given = _difference(desk, application, operation, step, differs, place)
    made, said = write_down(desk, given, answer)
    if made is None:
        said = f"Nothing was recorded about {given.about}: nobody said yes."
        return RecordedScreenChange(
            playbook=given.playbook.id, step=given.step.key, recorded=False, change=None, said=said
        )
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
