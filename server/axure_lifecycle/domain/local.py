"""What an organisation found out itself: answers to open questions, and steps whose screens differ.

The register says what is known everywhere. Whoever sits before the screen knows more about that one server, so an
answer is kept with who gave it, when and how, until a day; then it is to be checked again. Nothing is ever deleted:
an answer ends when another one takes its place or when somebody takes it back.

A person's word stands over an assistant's: a confirmed answer counts before every reported one, and only a confirmed
answer takes the place of a confirmed one.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Protocol, TypeVar

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.facts import Confidence, Fact
from axure_lifecycle.domain.holdings import Actor, Assurance


@dataclass(frozen=True, slots=True)
class LocalFact:
    """An organisation's own answer to a question of the register."""

    id: int
    fact: str
    """The id of the fact whose question it answers, such as `screens.members-path`."""
    answer: str
    evidence: str
    """Where it was seen, in words; empty where nobody said it."""
    said_by: Actor
    assurance: Assurance
    """REPORTED or CONFIRMED, by the channel."""
    at: datetime
    """UTC."""
    until: date
    """The last day on which it counts, in the organisation's time zone."""
    ended_at: datetime | None = None
    ended_because: str | None = None

    @property
    def name(self) -> str:
        """What people call it (`F-3`)."""
        return f"F-{self.id}"

    def has_expired(self, today: date) -> bool:
        """Whether it is to be checked again."""
        return self.until < today


@dataclass(frozen=True, slots=True)
class ScreenChange:
    """A step that looks different on this organisation's screens than its playbook says."""

    id: int
    playbook: str
    """Application and operation, `axure.offboard`."""
    step: str
    """The step's key."""
    screens: str
    """The generation of screens that was configured when it was seen; it says nothing about another one."""
    differs: str
    place: str | None
    """Where it is instead; None where that was not said."""
    said_by: Actor
    assurance: Assurance
    at: datetime
    """UTC."""
    ended_at: datetime | None = None
    ended_because: str | None = None

    @property
    def name(self) -> str:
        """What people call it (`S-3`)."""
        return f"S-{self.id}"


def answers_in_force(answers: Iterable[LocalFact], as_of: datetime) -> Mapping[str, LocalFact]:
    """The one answer that counts for each question, by the fact's id.

    `as_of` is in the organisation's time zone: its date decides what has expired. What was said later, had ended by
    then or has expired counts for nothing; of the others a confirmed one counts before a reported one, and then the
    newest.
    """
    standing = (one for one in answers if _stands(one, as_of) and not one.has_expired(as_of.date()))
    return _strongest(standing, lambda one: one.fact)


def changes_in_force(
    changes: Iterable[ScreenChange], screens: str, as_of: datetime
) -> Mapping[tuple[str, str], ScreenChange]:
    """The one change that counts for each step on this generation of screens, by playbook and step key.

    Of those that stand at this moment a confirmed one counts before a reported one, and then the newest.
    """
    standing = (one for one in changes if one.screens == screens and _stands(one, as_of))
    return _strongest(standing, lambda one: (one.playbook, one.step))


class _Said(Protocol):
    """What somebody said at a moment, until it ended."""

    @property
    def id(self) -> int: ...
    @property
    def assurance(self) -> Assurance: ...
    @property
    def at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...


_Each = TypeVar("_Each", bound=_Said)
_Key = TypeVar("_Key", bound=Hashable)


def _stands(said: _Said, as_of: datetime) -> bool:
    return said.at <= as_of and (said.ended_at is None or said.ended_at > as_of)


def _strongest(said: Iterable[_Each], about: Callable[[_Each], _Key]) -> Mapping[_Key, _Each]:
    found: dict[_Key, _Each] = {}
    for one in said:
        other = found.get(about(one))
        if other is None or (other.assurance, other.at, other.id) < (one.assurance, one.at, one.id):
            found[about(one)] = one
    return found


class FactSettled(LifecycleError):
    """The vendor's own word needs no answer of anybody else."""

    code: ClassVar[str] = "fact_settled"

    def __init__(self, fact: str) -> None:
        self.fact = fact
        super().__init__(
            f"Nothing was recorded about {fact}: it is the vendor's own word, and no open question. "
            "If a screen shows something else, say so of the step where it shows (record_screen_change)."
        )


def refuse_settled(fact: Fact) -> None:
    """Whether a fact may be answered locally: everything but the vendor's own word. Raises `FactSettled`."""
    if fact.confidence is Confidence.VENDOR:
        raise FactSettled(fact.id)
