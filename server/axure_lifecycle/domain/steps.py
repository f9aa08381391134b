"""The life of a step.

A step is *reported* when an assistant relays it, *confirmed* when a person says so through a channel the model cannot
speak on, and *verified* when a later roster or directory read shows it. A roster that shows the opposite contradicts
the claim, and the step is to be done again. A decline, a cancelled form and silence are no answer: they change
nothing. Saying "no, not done" takes an earlier claim back.

The state of a step is never stored as a truth of its own: `settle` tells it anew from the claims and checks that
still stand, so that taking a wrong confirmation or a wrong roster back needs no second set of rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from axure_lifecycle.domain.holdings import Assurance


class StepState(StrEnum):
    """Where a step stands."""

    TO_DO = "to_do"
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    SKIP_REPORTED = "skip_reported"
    SKIPPED = "skipped"
    VERIFIED = "verified"
    CONTRADICTED = "contradicted"


class StepEvent(StrEnum):
    """What can happen to a step."""

    DONE_REPORTED = "done_reported"
    DONE_CONFIRMED = "done_confirmed"
    SKIP_REPORTED = "skip_reported"
    SKIP_CONFIRMED = "skip_confirmed"
    NOT_DONE = "not_done"
    """A person says that it is not done."""
    NOT_DONE_REPORTED = "not_done_reported"
    """An assistant says so: that takes back what was only reported, and nothing that a person said."""
    SHOWN = "shown"
    """A later roster shows the end state."""
    NOT_SHOWN = "not_shown"
    """A later roster shows that the end state is not there."""


_S, _E = StepState, StepEvent
TRANSITIONS: Final[Mapping[StepState, Mapping[StepEvent, StepState]]] = {
    _S.TO_DO: {
        _E.DONE_REPORTED: _S.REPORTED,
        _E.DONE_CONFIRMED: _S.CONFIRMED,
        _E.SKIP_REPORTED: _S.SKIP_REPORTED,
        _E.SKIP_CONFIRMED: _S.SKIPPED,
        _E.SHOWN: _S.VERIFIED,
    },
    _S.REPORTED: {
        _E.DONE_CONFIRMED: _S.CONFIRMED,
        _E.SKIP_CONFIRMED: _S.SKIPPED,
        _E.NOT_DONE: _S.TO_DO,
        _E.NOT_DONE_REPORTED: _S.TO_DO,
        _E.SHOWN: _S.VERIFIED,
        _E.NOT_SHOWN: _S.CONTRADICTED,
    },
    _S.CONFIRMED: {
        _E.NOT_DONE: _S.TO_DO,
        _E.SHOWN: _S.VERIFIED,
        _E.NOT_SHOWN: _S.CONTRADICTED,
    },
    _S.SKIP_REPORTED: {
        _E.DONE_REPORTED: _S.REPORTED,
        _E.DONE_CONFIRMED: _S.CONFIRMED,
        _E.SKIP_CONFIRMED: _S.SKIPPED,
        _E.NOT_DONE: _S.TO_DO,
        _E.NOT_DONE_REPORTED: _S.TO_DO,
        _E.SHOWN: _S.VERIFIED,
    },
    _S.SKIPPED: {
        _E.DONE_CONFIRMED: _S.CONFIRMED,
        _E.NOT_DONE: _S.TO_DO,
        _E.SHOWN: _S.VERIFIED,
    },
    _S.CONTRADICTED: {
        _E.DONE_REPORTED: _S.REPORTED,
        _E.DONE_CONFIRMED: _S.CONFIRMED,
        _E.SKIP_REPORTED: _S.SKIP_REPORTED,
        _E.SKIP_CONFIRMED: _S.SKIPPED,
        _E.NOT_DONE: _S.TO_DO,
        _E.SHOWN: _S.VERIFIED,
    },
    _S.VERIFIED: {
        _E.NOT_SHOWN: _S.CONTRADICTED,
    },
}
"""An event that a state does not list leaves the step as it is."""

SETTLED: Final = frozenset({StepState.CONFIRMED, StepState.SKIPPED, StepState.VERIFIED})
"""The states in which a step asks nothing more of anybody before the next roster."""


class Outcome(StrEnum):
    """What a claim says about a step."""

    DONE = "done"
    SKIPPED = "skipped"
    NOT_DONE = "not_done"


class Answer(StrEnum):
    """How the question about a step was answered."""

    ANSWERED = "answered"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    COULD_NOT_ASK = "could_not_ask"
    """The client offers no form: what the assistant said is kept as reported."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody said about a step at a moment."""

    at: datetime
    outcome: Outcome
    answer: Answer
    assurance: Assurance


@dataclass(frozen=True, slots=True)
class Check:
    """What a source shows about the end state of a step."""

    horizon: datetime
    """The latest moment that the source can speak of, UTC."""
    shows: bool
    """True: the end state is there. False: its opposite is."""


def follow(state: StepState, event: StepEvent) -> StepState:
    """The state after an event; an event that the state does not list changes nothing."""
    return TRANSITIONS[state].get(event, state)


def settle(claims: Iterable[Claim], checks: Iterable[Check], since: datetime, grace: timedelta) -> StepState:
    """Where a step stands after all claims and checks that still count, in the order of their moments.

    A source speaks only of what is older than its horizon. What it shows counts from the opening of the case on
    (`since`, UTC); what it does not show contradicts a claim only once the claim is older than `grace`. The order in
    which claims and checks are given is no matter: of what has the same moment, claims come before checks, and what
    asks for more work comes last.
    """
    state, claimed_at = StepState.TO_DO, since
    happened = [(claim.at, event) for claim in claims if (event := _event(claim)) is not None]
    happened += [(check.horizon, _shown(check)) for check in checks if check.horizon > since]
    for at, event in sorted(happened, key=_in_order):
        match event:
            case StepEvent.SHOWN if at <= claimed_at:
                continue
            case StepEvent.NOT_SHOWN if at <= claimed_at + grace:
                continue
            case StepEvent.SHOWN | StepEvent.NOT_SHOWN:
                state = follow(state, event)
            case _:
                if (changed := follow(state, event)) is not state:
                    state, claimed_at = changed, at
    return state


def _in_order(happened: tuple[datetime, StepEvent]) -> tuple[datetime, int]:
    at, event = happened
    return at, _RANK[event]


_RANK: Final = {event: rank for rank, event in enumerate(StepEvent)}


def _shown(check: Check) -> StepEvent:
    return StepEvent.SHOWN if check.shows else StepEvent.NOT_SHOWN


def _event(claim: Claim) -> StepEvent | None:
    if claim.answer in (Answer.DECLINED, Answer.CANCELLED):
        return None
    is_confirmed = claim.answer is Answer.ANSWERED and claim.assurance >= Assurance.CONFIRMED
    match claim.outcome:
        case Outcome.DONE:
            return StepEvent.DONE_CONFIRMED if is_confirmed else StepEvent.DONE_REPORTED
        case Outcome.SKIPPED:
            return StepEvent.SKIP_CONFIRMED if is_confirmed else StepEvent.SKIP_REPORTED
        case Outcome.NOT_DONE:
            return StepEvent.NOT_DONE if is_confirmed else StepEvent.NOT_DONE_REPORTED
