"""How strong a person's word must be, and where somebody can give a word that counts."""

from typing import Final

from axure_lifecycle.domain.brakes import confirming_at_terminal
from axure_lifecycle.domain.holdings import Channel, Strength
from axure_lifecycle.domain.organization import APPROVAL
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.ports import CaseRecord, StepRecord
from axure_lifecycle_tools.spec import Desk

_PLACES: Final = {
    Strength.TERMINAL: "at a terminal",
    Strength.CONSOLE: "on the console",
    Strength.SECOND_FACTOR: "on the console, with a second factor",
}


def demanded_of(desk: Desk, case: CaseRecord, step: StepRecord) -> Strength:
    """What policy demands of whoever confirms a step.

    A plan that joined a case may have put its operation before the key: then the stronger demand of both counts.
    """
    own = desk.policy.demands.of(step.step.key)
    bare = desk.policy.demands.of(step.step.key.removeprefix(f"{case.part(step.part).operation}-"))
    return own if own.reaches(bare) else bare


def too_weak(channel: Channel, demanded: Strength) -> str:
    """Why a word by this channel does not count.

    >>> too_weak(Channel.CLIENT_FORM, Strength.SECOND_FACTOR)
    'policy demands second_factor, and it came by client_form'
    """
    return f"policy demands {demanded.value}, and it came by {channel.value}"


def where_to_say(desk: Desk, demanded: Strength) -> str:
    """Where somebody's word is strong enough.

    At a terminal nobody signs in, so a server for a team sends people to its console.
    """
    if demanded.reaches(Strength.CONSOLE):
        return _PLACES[demanded]
    return _PLACES[Strength.TERMINAL if desk.roles is None else Strength.CONSOLE]


def where_to_confirm(desk: Desk, case: CaseRecord, step: StepRecord) -> str:
    """Where the person confirms a step, as the end of a sentence (`at a terminal: axure-lifecycle confirm C-1 x`)."""
    place = where_to_say(desk, demanded_of(desk, case, step))
    if place == _PLACES[Strength.TERMINAL]:
        return f"{place}: axure-lifecycle confirm {case.name} {step.step.key}"
    return f"{place}: {case.name}, {step.step.key}"


def where_to_stand(desk: Desk, source: Source) -> str:
    """Where a person's word for a roster counts (`` `axure-lifecycle confirm R-7` at a terminal ``)."""
    place = where_to_say(desk, desk.policy.demands.of_roster)
    return (
        confirming_at_terminal(source)
        if place == _PLACES[Strength.TERMINAL]
        else f"{place}, under Sources, {source.name}"
    )


def where_to_approve(desk: Desk, case: CaseRecord) -> str:
    """Where a second person's word counts, in the same way (`at their terminal: axure-lifecycle approve C-1`)."""
    place = where_to_say(desk, desk.policy.demands.of(APPROVAL))
    return f"{place}: axure-lifecycle approve {case.name}" if place == _PLACES[Strength.TERMINAL] else place
