"""What reports are made of, streamed or a part at a time, however large the organisation."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Actor, Assurance
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.steps import Answer, Outcome, StepState


class Word(NamedTuple):
    """The newest that was said of somebody's membership in a case, and what a roster shows of it."""

    case_id: int
    operation: str
    state: StepState
    assurance: Assurance | None
    """Of the claim; None where nobody said anything."""
    said_by: Actor | None
    at: datetime | None
    """UTC."""
    shown_by: int | None
    """The newest source that shows the end state, by its number; None where none does."""


class Departure(NamedTuple):
    """One case in which somebody's membership is to end."""

    case_id: int
    subject: Address
    case_state: CaseState
    owner: str | None
    due_on: str | None
    """The last day, ISO 8601; None where nobody said it."""
    opened_at: datetime
    step_state: StepState | None
    """Of the step that ends the membership; None where the plan has none."""
    reported_at: datetime | None
    """When an assistant relayed it, where nobody confirmed it since."""
    claimed_at: datetime | None
    """When a person confirmed it: the newest such word that was not taken back."""
    claimed_by: Actor | None
    verified_at: datetime | None
    """The moment of the first roster that shows it and that no later one contradicts."""
    verified_by: int | None
    """That roster's number."""


class FirstGone(NamedTuple):
    """The read of a directory from which on somebody is not an active person of it any more."""

    source: Source
    is_first_read: bool
    """Whether no earlier read is there: then they may have gone long before."""


class Words(NamedTuple):
    """How often something was said in one way."""

    said_by: Actor
    assurance: Assurance
    outcome: Outcome
    answer: Answer
    was_approved: bool | None
    times: int


class Unapproved(NamedTuple):
    """A step that somebody said was done although the second person that it needs had not agreed."""

    case_id: int
    subject: Address
    operation: str
    step: str
    said_by: Actor
    at: datetime
    assurance: Assurance


class ReportView(Protocol):
    """The part of `View` that only reports ask."""

    def words_about(self, addresses: Sequence[Address], application: str) -> Mapping[Address, Word]:
        """What was last said of the memberships of these people; whoever has no case is missing."""
        ...

    def departures(self, application: str, as_of: datetime) -> Iterator[Departure]:
        """The cases opened until a moment in which a membership is to end and that are not cancelled, oldest first.

        What was said and shown later is left out; states are as they stand now. Streamed.
        """
        ...

    def first_gone(self, addresses: Sequence[Address], as_of: datetime) -> Mapping[Address, FirstGone]:
        """Since which read these people are gone from every directory in force that knew them.

        Whoever no directory knew, or whom one still has as active, is missing.
        """
        ...

    def count_words(self) -> Iterator[Words]:
        """What was said about steps and not taken back, in groups that are alike. Streamed."""
        ...

    def unapproved(self) -> Iterator[Unapproved]:
        """What happened without the second person it needed, taken back or not, oldest first. Streamed."""
        ...
