"""From a playbook and a situation to a plan.

A playbook is data: steps and guards with conditions over *traits*. A trait is a named question about a situation
("which sign-in does this server use?") with the answers that hold; an answer may be that nobody stated it. Nothing in
here knows an application by name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.plans import Doer, EndState, Notice, NoticeKind, Plan, Step

TRAITS: Final[Mapping[str, frozenset[str]]] = {
    "deployment": frozenset({"private_instance", "on_premises"}),
    "sign_in": frozenset({"password", "saml", "ldap"}),
    "idp": frozenset({"okta", "entra", "google", "other"}),
    "screens": frozenset({"new", "mid", "old", "2017"}),
    "membership": frozenset({"active", "deactivated", "invited", "other", "not_stated", "not_listed", "no_roster"}),
    "role": frozenset({"guest", "member", "admin", "technical_admin", "super_admin", "other", "not_stated"}),
    "only_one_with_role": frozenset({"yes", "no", "not_stated"}),
    "use_sso": frozenset({"yes", "no", "not_stated"}),
    "licence": frozenset({"owner", "manager", "assigned", "none", "no_roster"}),
    "bought_by": frozenset({"card", "purchase_order", "other", "not_stated"}),
    "only_manager": frozenset({"yes", "no"}),
    "directory": frozenset(
        {"active", "hold", "disabled", "deprovisioned", "unknown", "gone", "never_known", "no_read"}
    ),
    "leave_day": frozenset({"ahead", "passed", "none"}),
    "personal": frozenset({"yes", "no", "ambiguous"}),
    "other_case": frozenset({"yes", "no"}),
}
"""Every trait a condition may name, with every answer it may ask for."""

RECORDS: Final = frozenset({"owned_by_card", "owned_by_purchase_order", "managed", "assigned"})
"""The groups of subscriptions that a step can be about."""

VALUES: Final = frozenset(
    {"address", "name", "host", "organization", "role", "idp", "directory", "leave_day", "subscriptions", "count"}
)
"""What the text of a step or a guard may insert, as `{address}`."""

Conditions = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class StepPattern:
    """A step as the playbook writes it."""

    key: str
    title: str
    doer: Doer
    place: str | Mapping[str, str]
    """One place for every server, or one per generation of screens."""
    look_for: str
    """What to look for where the path on these screens is unknown; empty when `place` is one for all."""
    instruction: str
    evidence: str
    question: str
    facts: tuple[str, ...]
    after: tuple[str, ...]
    when: Conditions
    unless: Conditions
    about: str | None
    """The group of subscriptions this step is about; without any of them there is no step."""
    ends_holding: HoldingKind | None
    ends_as: str | None


@dataclass(frozen=True, slots=True)
class Guard:
    """Something to be said about a plan in certain situations."""

    key: str
    kind: NoticeKind
    sentence: str
    facts: tuple[str, ...]
    when: Conditions
    unless: Conditions


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


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a plan may depend on."""

    subject: str
    addresses: tuple[str, ...]
    """Every address of the person, the subject first."""
    traits: Conditions
    values: Mapping[str, str]
    records: Mapping[str, tuple[str, ...]]
    """Group of subscriptions → their names, sorted."""
    holdings: tuple[Mapping[str, str], ...]
    options: Mapping[str, str]


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
    patterns = [
        pattern
        for pattern in playbook.steps
        if applies(pattern.when, pattern.unless, situation.traits)
        and (pattern.about is None or situation.records.get(pattern.about))
    ]
    kept = {pattern.key for pattern in patterns}
    return Plan(
        operation=playbook.operation,
        application=playbook.application,
        subject=situation.subject,
        playbook=f"{playbook.id}/{playbook.version}",
        facts_version=facts_version,
        options=situation.options,
        holdings=situation.holdings,
        steps=tuple(_write_out(pattern, situation, kept) for pattern in patterns),
        notices=tuple(
            Notice(guard.key, guard.kind, _fill(guard.sentence, situation.values), guard.facts)
            for guard in playbook.guards
            if applies(guard.when, guard.unless, situation.traits)
        ),
    )


def _write_out(pattern: StepPattern, situation: Situation, kept: set[str]) -> Step:
    subscriptions = situation.records.get(pattern.about or "", ())
    values = {**situation.values, "subscriptions": _listed(subscriptions), "count": str(len(subscriptions))}
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
        after=tuple(key for key in pattern.after if key in kept),
        end=EndState(pattern.ends_holding, pattern.ends_as, situation.addresses, subscriptions)
        if pattern.ends_holding is not None and pattern.ends_as is not None
        else None,
    )


def _place(pattern: StepPattern, situation: Situation) -> tuple[str, bool]:
    if isinstance(pattern.place, str):
        return pattern.place, True
    for screens in sorted(situation.traits.get("screens", frozenset())):
        if screens in pattern.place:
            return pattern.place[screens], True
    return f"path unknown on this generation of screens: {pattern.look_for}", False


_MOST_LISTED: Final = 12


def _listed(names: tuple[str, ...]) -> str:
    if len(names) <= _MOST_LISTED:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_LISTED])} and {len(names) - _MOST_LISTED} more (get_case lists them)"


_SLOT: Final = re.compile(r"\{([a-z_]+)\}")


def slots(text: str) -> frozenset[str]:
    """The names that a text inserts."""
    return frozenset(_SLOT.findall(text))


def _fill(text: str, values: Mapping[str, str]) -> str:
    # One pass, and the values are never searched again: a name that holds braces stays a name.
    return _SLOT.sub(lambda found: values.get(found.group(1), found.group(0)), text)
