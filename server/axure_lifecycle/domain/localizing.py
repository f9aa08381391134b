"""A plan with what the people of the organisation found out on their own screens.

Their words stand beside the playbook's, each with who said it and how that is known, and never in place of what the
register says: the next reader sees both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import Final

from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.local import LocalFact, ScreenChange
from axure_lifecycle.domain.organization import is_of_other_screens
from axure_lifecycle.domain.plans import Plan, Step
from axure_lifecycle.domain.text import shown

LONGEST_QUOTED: Final = 300
"""Characters of somebody's words that a step or a notice repeats."""


def localize(
    plan: Plan,
    answers: Mapping[str, LocalFact],
    changes: Mapping[tuple[str, str], ScreenChange],
    zone: tzinfo,
) -> Plan:
    """The plan with the answers that count, by fact, and the changed screens, by playbook and step key.

    Where a person said where a step is done here, that is its place, and the playbook's stands in a note. What only an
    assistant relayed leads nobody to another place: it is a note, until a person confirms it.
    """
    playbook = plan.playbook.partition("/")[0]
    return replace(
        plan,
        steps=tuple(_localize(step, answers, changes.get((playbook, step.key)), zone) for step in plan.steps),
        notices=tuple(replace(one, notes=_known_here(one.facts, answers, zone)) for one in plan.notices),
    )


def without_other_screens(plan: Plan, screens: str) -> Plan:
    """The plan without facts about other generations of screens than the one configured: they say nothing here."""

    def here(facts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(fact for fact in facts if not is_of_other_screens(fact, screens)) or facts

    return replace(
        plan,
        steps=tuple(replace(step, facts=here(step.facts)) for step in plan.steps),
        notices=tuple(replace(notice, facts=here(notice.facts)) for notice in plan.notices),
    )


def _localize(step: Step, answers: Mapping[str, LocalFact], change: ScreenChange | None, zone: tzinfo) -> Step:
    notes = [*_known_here(step.facts, answers, zone)]
    if change is None:
        return replace(step, notes=tuple(notes)) if notes else step
    notes.insert(0, f"This screen differs here, {_by(change, zone)}: {_quoted(change.differs)}")
    if change.place is None:
        return replace(step, notes=tuple(notes))
    if change.assurance < Assurance.CONFIRMED:
        notes.insert(1, f"Said to be done here, which nobody confirmed: {_quoted(change.place)}")
        return replace(step, notes=tuple(notes))
    notes.insert(1, f"The playbook says: {step.place}")
    return replace(step, place=shown(change.place, LONGEST_QUOTED), is_place_known=True, notes=tuple(notes))


def _known_here(facts: Iterable[str], answers: Mapping[str, LocalFact], zone: tzinfo) -> tuple[str, ...]:
    """What was answered here of these facts."""
    return tuple(
        f"Known here, {_by(answers[fact], zone)}, about {fact}: {_quoted(answers[fact].answer)}"
        for fact in facts
        if fact in answers
    )


def _by(said: LocalFact | ScreenChange, zone: tzinfo) -> str:
    day = said.at.astimezone(zone).date()
    return f"{said.assurance.value} by {shown(said.said_by.name, 80)} on {day} ({said.name})"


def _quoted(words: str) -> str:
    return "“" + shown(words, LONGEST_QUOTED).replace("“", '"').replace("”", '"') + "”"
