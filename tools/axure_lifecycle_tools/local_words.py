"""What somebody's words about their own Axure are worth, and when they say nothing new."""

from collections.abc import Sequence
from typing import Final, TypeVar

from axure_lifecycle.domain.holdings import Assurance, assurance_by
from axure_lifecycle.domain.local import LocalFact, ScreenChange
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Change
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

NOT_BLANK: Final = r"\S"
"""What the words must hold: something to be seen."""


def as_words(text: str, most: int) -> str:
    """Words as they are kept: trimmed, every character to be seen."""
    return shown(text.strip(), most)


def note_asked(change: Change, about: str, answer: Answer) -> None:
    """Write the question and its answer down, where a person was asked."""
    if isinstance(answer, Answered | Declined):
        note_answer(change, about, answer)


def accept(change: Change, about: str, answer: Answer, question: Question) -> None:
    """Take a yes for the words that were shown, or what nobody could be asked about. Raises `QuestionDrifted`."""
    was_about_this = isinstance(answer, CouldNotAsk) or (
        isinstance(answer, Answered) and answer.question.digest == question.digest
    )
    if not was_about_this:
        raise QuestionDrifted(about)
    note_asked(change, about, answer)


def worth_of(answer: Answer) -> Assurance | None:
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


def tell_follows(made: str, about: str, assurance: Assurance, standing: Sequence[LocalFact | ScreenChange]) -> str:
    """What is said of a new statement: whose word it is, and what stands before it."""
    if assurance >= Assurance.CONFIRMED:
        return f"{made} is recorded about {about}, confirmed by a person."
    above = next((one.name for one in standing if one.assurance >= Assurance.CONFIRMED), None)
    stands = f" {above}, which a person said, counts before it." if above else ""
    return (
        f"{made} is recorded about {about} as reported only, because nobody could be asked from here.{stands} "
        "A person says the same at a terminal to confirm it."
    )


_Said = TypeVar("_Said", LocalFact, ScreenChange)


def find_repeated(desk: Desk, same: Sequence[_Said], assurance: Assurance) -> _Said | None:
    """Of those who say the same, one at least as well known and of today; a report adds nothing to a person's word."""
    zone, today = desk.organization.time_zone, desk.now.date()
    for one in same:
        is_of_today = one.at.astimezone(zone).date() == today
        if one.assurance > assurance or (one.assurance is assurance and is_of_today):
            return one
    return None
