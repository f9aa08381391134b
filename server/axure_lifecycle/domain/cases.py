"""The life of a case.

Nobody here can look into Axure. DONE means that every step was confirmed by a person or skipped with a reason; only a
later roster makes a case VERIFIED, and it can also contradict it, which opens the case again. A case whose steps no
roster can ever show stays DONE. Taking a confirmation or a roster back re-opens what leaned on it. A cancelled case
is over: what is still wanted needs a new one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.steps import SETTLED, StepState


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"
    CANCELLED = "cancelled"


class CaseEvent(StrEnum):
    """What can happen to a case."""

    STEPS_SETTLED = "steps_settled"
    """Every step is confirmed, skipped or verified, but not all that a roster can show was shown yet."""
    ALL_SHOWN = "all_shown"
    """Every step is settled, and every one that a roster can show was shown by one."""
    STEPS_UNSETTLED = "steps_unsettled"
    """Some step is to be done: a roster disagreed, or a confirmation was taken back."""
    CANCELLED = "cancelled"


_S, _E = CaseState, CaseEvent
TRANSITIONS: Final[Mapping[CaseState, Mapping[CaseEvent, CaseState]]] = {
    _S.OPEN: {
        _E.STEPS_SETTLED: _S.DONE,
        _E.ALL_SHOWN: _S.VERIFIED,
        _E.STEPS_UNSETTLED: _S.OPEN,
        _E.CANCELLED: _S.CANCELLED,
    },
    _S.DONE: {
        _E.STEPS_SETTLED: _S.DONE,
        _E.ALL_SHOWN: _S.VERIFIED,
        _E.STEPS_UNSETTLED: _S.OPEN,
    },
    _S.VERIFIED: {
        _E.STEPS_SETTLED: _S.DONE,
        _E.ALL_SHOWN: _S.VERIFIED,
        _E.STEPS_UNSETTLED: _S.OPEN,
    },
    _S.CANCELLED: {},
}


class CaseOver(LifecycleError):
    """The case no longer takes what was asked of it."""

    code = "case_over"

    def __init__(self, case: str, state: CaseState, asked: str) -> None:
        self.case, self.state = case, state
        super().__init__(
            f"{case} cannot be {asked}: it is {state.value}. "
            "Look at it with get_case, or plan again (plan_offboard) if something is still wanted."
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """A step as far as its case cares."""

    state: StepState
    can_be_shown: bool
    """Whether a roster or a directory read can ever show the step's end state."""


def follow(state: CaseState, event: CaseEvent) -> CaseState | None:
    """The state after an event, or None where the state does not take it."""
    return TRANSITIONS[state].get(event)


def is_overdue(opened_on: date, due_on: date | None, today: date, days: int) -> bool:
    """Whether something that is still to do has waited for more than so many days.

    They count from the day on which it was asked for, or from the last day where that comes later. All of them are
    days where the organisation is.

    >>> is_overdue(date(2026, 11, 20), None, date(2026, 11, 23), 3)
    False
    >>> is_overdue(date(2026, 11, 20), None, date(2026, 11, 24), 3)
    True
    """
    since = opened_on if due_on is None else max(opened_on, due_on)
    return (today - since).days > days


def event_of(steps: Iterable[Progress]) -> CaseEvent:
    """What the steps of a case amount to.

    A case is VERIFIED only when at least one step was shown by a source, and every one that a source can ever show
    was: a skipped step was shown by nobody.
    """
    steps = tuple(steps)
    if any(step.state not in SETTLED for step in steps):
        return CaseEvent.STEPS_UNSETTLED
    waits = any(step.can_be_shown and step.state is not StepState.VERIFIED for step in steps)
    was_shown = any(step.state is StepState.VERIFIED for step in steps)
    return CaseEvent.ALL_SHOWN if was_shown and not waits else CaseEvent.STEPS_SETTLED
