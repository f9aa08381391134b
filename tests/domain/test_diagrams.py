"""The state diagrams of steps and cases, drawn from their tables."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from axure_lifecycle.domain import cases, steps

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


def drawn(start: State, transitions: Mapping[State, Mapping[Event, State]]) -> str:
    """A table of transitions as a Mermaid state diagram; the arrows of one pair of states share a line."""
    lines = ["stateDiagram-v2", f"    [*] --> {start}"]
    for state, events in transitions.items():
        arrows: dict[str, list[str]] = {}
        for event, after in events.items():
            arrows.setdefault(after.value, []).append(event.value)
        lines += [f"    {state} --> {after}: {', '.join(names)}" for after, names in arrows.items()]
        if not events:
            lines.append(f"    {state} --> [*]")
    return "\n".join([*lines, ""])


def test_the_life_of_a_step_is_drawn_as_its_table_says(golden: Callable[[str, str], None]) -> None:
    golden("diagrams/step.mmd", drawn(steps.StepState.TO_DO, steps.TRANSITIONS))


def test_the_life_of_a_case_is_drawn_as_its_table_says(golden: Callable[[str, str], None]) -> None:
    golden("diagrams/case.mmd", drawn(cases.CaseState.OPEN, cases.TRANSITIONS))
