"""From a playbook and a situation to a plan.

A playbook is data: steps and guards with conditions over *traits*. A trait is a named question about a situation
("which sign-in does this server use?") with the answers that hold; an answer may be that nobody stated it. Nothing in
here knows an application by name.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.plans import Doer, EndState, Notice, NoticeKind, Plan, Step
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.vocabulary import PEOPLE

Conditions = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class StepPattern:
    """A step as the playbook writes it."""

    key: str
    title: str
    doer: Doer
    place: str | Mapping[str, str]
    """One place for every server, or one per generation of screens; an empty table where nobody knows the path."""
    look_for: str | Mapping[str, str]
    """What to look for where the path is unknown, for every generation or for each; empty when `place` is one for all.
    """
    instruction: str
    evidence: str
    question: str
    facts: tuple[str, ...]
    after: tuple[str, ...]
    when: Conditions
    unless: Conditions
    about: str | None
    """The group of subscriptions or people this step is about; without any of them there is no step."""
    ends_holding: HoldingKind | None
    ends_as: str | None
    ends_role: str | None = None
    """For `has_role` and `lacks_role`: which role; None for the one that was asked for."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Something to be said about a plan in certain situations."""

    key: str
    kind: NoticeKind
    sentence: str
    facts: tuple[str, ...]
    when: Conditions
    unless: Conditions
    about: str | None
    """The group of subscriptions or people this guard is about; without any of them it says nothing."""


class Subject(StrEnum):
    """Whom or what an operation is for."""

    PERSON = "person"
    PEOPLE = "people"
    """One person or several at once."""
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Playbook:
    """How one operation is done in one application."""

    id: str
    version: int
    application: str
    operation: str
    title: str
    steps: tuple[StepPattern, ...]
    """In the order in which they are done."""
    guards: tuple[Guard, ...]
    subject: Subject = Subject.PERSON
    options: Mapping[str, bool] = field(default_factory=dict[str, bool])
    """Option → whether it must be given; others are refused."""
    contradicts: frozenset[str] = frozenset()
    """Operations that no open case may hold for the same person meanwhile."""

    def asks(self, trait: str) -> bool:
        """Whether any step or guard depends on a trait."""
        parts: tuple[StepPattern | Guard, ...] = (*self.steps, *self.guards)
        return any(trait in part.when or trait in part.unless for part in parts)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a plan may depend on."""

    subject: str
    addresses: tuple[str, ...]
    """Every address of the person, the subject first."""
    systems: Mapping[HoldingKind, tuple[str, ...]]
    """Where the person's records of each kind stand, as `str(System)`, sorted."""
    traits: Conditions
    values: Mapping[str, str]
    records: Mapping[str, tuple[str, ...]]
    """Group → its subscriptions, exactly as the roster has them, or its people's addresses, each sorted: they are
    compared with the next roster."""
    holdings: tuple[Mapping[str, str], ...]
    options: Mapping[str, str]
    last_day: str | None = None
    """ISO 8601; as it was given, or as a directory announces it."""


def applies(when: Conditions, unless: Conditions, traits: Conditions) -> bool:
    """Whether each condition of `when` holds and none of `unless` does.

    >>> applies({"role": frozenset({"admin"})}, {}, {"role": frozenset({"admin"})})
    True
    >>> applies({"role": frozenset({"admin"})}, {}, {})
    False
    """
    return all(traits.get(trait, frozenset()) & answers for trait, answers in when.items()) and not any(
        traits.get(trait, frozenset()) & answers for trait, answers in unless.items()
    )


def build(playbook: Playbook, situation: Situation, facts_version: str) -> Plan:
    """The plan for a situation; the same situation always gives the same plan."""
    kept = {pattern.key for pattern in playbook.steps if _is_called_for(pattern, situation)}
    before = _steps_before(playbook.steps, kept)
    return Plan(
        operation=playbook.operation,
        application=playbook.application,
        subject=situation.subject,
        playbook=f"{playbook.id}/{playbook.version}",
        facts_version=facts_version,
        options=situation.options,
        holdings=situation.holdings,
        steps=tuple(
            _write_out(pattern, situation, before[pattern.key]) for pattern in playbook.steps if pattern.key in kept
        ),
        notices=tuple(
            Notice(guard.key, guard.kind, _fill(guard.sentence, _values(guard, situation)), guard.facts)
            for guard in playbook.guards
            if _is_called_for(guard, situation)
        ),
    )


def has_part(playbook: Playbook, situation: Situation, addresses: Collection[str]) -> bool:
    """Whether a step of the plan is about somebody with one of these addresses, or about nobody in particular."""
    return any(
        pattern.about not in PEOPLE or not set(situation.records.get(pattern.about, ())).isdisjoint(addresses)
        for pattern in playbook.steps
        if _is_called_for(pattern, situation)
    )


def without_those_left_out(playbook: Playbook, everybody: Plan, rest: Plan) -> Plan:
    """The plan for the rest, which still says why the others have no part in it."""
    about_people = {guard.key for guard in playbook.guards if guard.about in PEOPLE}
    said = {notice.key: notice for notice in everybody.notices if notice.key in about_people}
    said |= {notice.key: notice for notice in rest.notices}
    return replace(rest, notices=tuple(said[guard.key] for guard in playbook.guards if guard.key in said))


def _is_called_for(part: StepPattern | Guard, situation: Situation) -> bool:
    return applies(part.when, part.unless, situation.traits) and (
        part.about is None or bool(situation.records.get(part.about))
    )


def _steps_before(patterns: tuple[StepPattern, ...], kept: set[str]) -> Mapping[str, tuple[str, ...]]:
    # A step that is left out hands its own predecessors on, so that leaving one out never loosens the order; a step
    # that comes before another one that is named need not be named itself.
    before: dict[str, tuple[str, ...]] = {}
    far_before: dict[str, frozenset[str]] = {}
    for pattern in patterns:
        handed_on = (before[key] if key not in kept else (key,) for key in pattern.after)
        named = tuple(dict.fromkeys(key for keys in handed_on for key in keys))
        implied = frozenset[str]().union(*(far_before[key] for key in named))
        before[pattern.key] = tuple(key for key in named if key not in implied)
        far_before[pattern.key] = implied | set(named)
    return before


def _write_out(pattern: StepPattern, situation: Situation, after: tuple[str, ...]) -> Step:
    values = _values(pattern, situation)
    place, is_known = _place(pattern, situation)
    return Step(
        key=pattern.key,
        title=_fill(pattern.title, values),
        doer=pattern.doer,
        place=_fill(place, values),
        is_place_known=is_known,
        instruction=_fill(pattern.instruction, values),
        evidence=_fill(pattern.evidence, values),
        question=_fill(pattern.question, values),
        facts=pattern.facts,
        after=after,
        end=_end(pattern, situation),
    )


def _end(pattern: StepPattern, situation: Situation) -> EndState | None:
    if pattern.ends_holding is None or pattern.ends_as is None:
        return None
    records = () if pattern.about is None else situation.records.get(pattern.about, ())
    systems = situation.systems.get(pattern.ends_holding, ())
    addresses = situation.addresses
    if pattern.about in PEOPLE:
        addresses, records = records, ()
    if pattern.ends_as in ("has_role", "lacks_role"):
        role = pattern.ends_role or situation.options.get("role")
        if role is None:
            return None  # Nobody asked for one, so any role will do.
        records = (role,)
    return EndState(pattern.ends_holding, pattern.ends_as, systems, addresses, records)


def _values(part: StepPattern | Guard, situation: Situation) -> Mapping[str, str]:
    address = situation.values.get("address", situation.subject)
    values = {"address": address, "accounts": address, "licence_addresses": address, **situation.values}
    if part.about is None:
        return values
    group = situation.records.get(part.about, ())
    if part.about in PEOPLE:
        return values | {"people": ", ".join(group), "count": str(len(group))}
    return values | {"subscriptions": _listed(group), "count": str(len(group))}


def _place(pattern: StepPattern, situation: Situation) -> tuple[str, bool]:
    if isinstance(pattern.place, str):
        return pattern.place, True
    generations = sorted(situation.traits.get("screens", frozenset()))
    for screens in generations:
        if screens in pattern.place:
            return pattern.place[screens], True
    unknown = "path unknown on this generation of screens" if pattern.place else "path unknown"
    if isinstance(pattern.look_for, str):
        return f"{unknown}: {pattern.look_for}", False
    hints = [pattern.look_for[screens] for screens in generations if screens in pattern.look_for]
    return ": ".join((unknown, *hints[:1])), False


_MOST_LISTED: Final = 12


_LONGEST_NAME: Final = 60


def _listed(names: tuple[str, ...]) -> str:
    listed = ", ".join(_named(name) for name in names[:_MOST_LISTED])
    return (
        listed if len(names) <= _MOST_LISTED else f"{listed} and {len(names) - _MOST_LISTED} more by the licence list"
    )


_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9._/#-]+")


def _named(name: str) -> str:
    """A name as a sentence repeats it: in quotation marks of ours where it could read as a part of the sentence."""
    text = shown(name, _LONGEST_NAME)
    if _PLAIN_NAME.fullmatch(text):
        return text
    return "“" + text.replace("“", '"').replace("”", '"') + "”"


_SLOT: Final = re.compile(r"\{([a-z_]+)\}")


def slots(text: str) -> frozenset[str]:
    """The names that a text inserts."""
    return frozenset(_SLOT.findall(text))


def _fill(text: str, values: Mapping[str, str]) -> str:
    # One pass, and the values are never searched again: a name that holds braces stays a name.
    return _SLOT.sub(lambda found: values.get(found.group(1), "(not stated)"), text)
