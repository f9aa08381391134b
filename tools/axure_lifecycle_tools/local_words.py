"""How somebody's words about their own Axure are asked for, weighed and written down.

They count from a person's word on. What an assistant relays is kept as reported: it is shown as that, and it takes the
place of nothing that a person said.
"""

import shlex
from collections.abc import Sequence
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from axure_lifecycle.domain.holdings import Assurance, assurance_by
from axure_lifecycle.domain.local import LocalFact, ScreenChange
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Change, View
from axure_lifecycle_tools.spec import (
    Answer,
    Answered,
    CouldNotAsk,
    Declined,
    Desk,
    NotAsked,
    Question,
    QuestionDrifted,
    note_answer,
)
from axure_lifecycle_tools.steps import who_says
from axure_lifecycle_tools.wording import tamed

NOT_BLANK: Final = r"\S"
"""What the words must hold: something to be seen."""


def as_words(text: str, most: int) -> str:
    """Words as they are kept: trimmed, every character to be seen."""
    return shown(text.strip(), most)


_Said = TypeVar("_Said", LocalFact, ScreenChange)


class Statement(Protocol[_Said]):
    """What somebody says about their own Axure, before it is written down."""

    @property
    def about(self) -> str:
        """What it is about, for a sentence."""
        ...

    @property
    def command(self) -> Sequence[str]:
        """What a person types at a terminal to say the same, without the program's name."""
        ...

    def question(self, desk: Desk, standing: Sequence[_Said]) -> Question:
        """Whether these are the person's own words, which end those that stand."""
        ...

    def standing(self, view: View, desk: Desk) -> Sequence[_Said]:
        """What was said about the same before and has not ended."""
        ...

    def is_said_in(self, one: _Said) -> bool:
        """Whether this one uses the same words."""
        ...

    def write(self, change: Change, desk: Desk, assurance: Assurance) -> _Said:
        """Write the words down."""
        ...


class Written(NamedTuple, Generic[_Said]):
    """What stands after an answer."""

    made: _Said | None
    """None where nothing was recorded, because nobody said yes."""
    said: str
    """What happened; empty where nothing was recorded."""


def ask_about(desk: Desk, statement: Statement[_Said]) -> Question | None:
    """Whether the words are the person's own; None where a person said the same today."""
    with desk.store.reading() as view:
        standing = statement.standing(view, desk)
    if _find_repeated(desk, statement, standing, Assurance.CONFIRMED):
        return None
    return statement.question(desk, standing)


def write_down(desk: Desk, statement: Statement[_Said], answer: Answer) -> Written[_Said]:
    """Write the words down after a yes, or as reported where nobody could be asked. Raises `QuestionDrifted`."""
    about = statement.about
    with desk.store.writing(who_says(desk, answer)) as change:
        standing = statement.standing(change, desk)
        assurance = _worth_of(answer)
        if assurance is None:
            _note_asked(change, about, answer)
            return Written(None, "")
        same = _find_repeated(desk, statement, standing, assurance)
        if same is not None:
            return Written(same, f"{about}: nothing changed, {same.name} says the same.")
        _accept(change, about, answer, statement.question(desk, standing))
        made = statement.write(change, desk, assurance)
    typed = f"axure-lifecycle {shlex.join(statement.command)}"
    return Written(made, _tell_follows(made.name, about, assurance, standing, typed))


def say_replaced(standing: Sequence[LocalFact | ScreenChange]) -> str:
    """Whose words new ones take the place of, with the strongest of them quoted; empty where none stand."""
    if not standing:
        return ""
    strongest = max(standing, key=lambda one: (one.assurance, one.at, one.id))
    words = strongest.answer if isinstance(strongest, LocalFact) else strongest.differs
    others = f" and {len(standing) - 1} more" if len(standing) > 1 else ""
    said = f"{strongest.assurance.value} by {shown(strongest.said_by.name, 80)}"
    return f" That takes the place of {strongest.name}{others}, {said}: “{tamed(words, _LONGEST_QUOTED)}”."


_LONGEST_QUOTED: Final = 200


def _note_asked(change: Change, about: str, answer: Answer) -> None:
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
    _note_asked(change, about, answer)


def _worth_of(answer: Answer) -> Assurance | None:
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


def _tell_follows(
    made: str, about: str, assurance: Assurance, standing: Sequence[LocalFact | ScreenChange], typed: str
) -> str:
    """What is said of a new statement: whose word it is, and what stands before it."""
    if assurance >= Assurance.CONFIRMED:
        return f"{made} is recorded about {about}, confirmed by a person.{say_replaced(standing)}"
    above = next((one.name for one in standing if one.assurance >= Assurance.CONFIRMED), None)
    stands = f" {above}, which a person said, counts before it." if above else ""
    return (
        f"{made} is recorded about {about} as reported only, because nobody could be asked from here.{stands} "
        f"To confirm it a person types at a terminal: {typed}"
    )


def _find_repeated(
    desk: Desk, statement: Statement[_Said], standing: Sequence[_Said], assurance: Assurance
) -> _Said | None:
    """One that says the same, at least as well known and of today; a report adds nothing to a person's word."""
    zone, today = desk.organization.time_zone, desk.now.date()
    for one in standing:
        is_of_today = one.at.astimezone(zone).date() == today
        is_as_good = one.assurance > assurance or (one.assurance is assurance and is_of_today)
        if is_as_good and statement.is_said_in(one):
            return one
    return None
