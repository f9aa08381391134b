"""Letting sources speak about cases: what a roster shows of each step, and where that leaves the case."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.brakes import lost_too_much
from axure_lifecycle.domain.cases import CaseState, Progress, event_of, follow
from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.plans import EndState
from axure_lifecycle.domain.roles import fold_role
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.steps import Check, Claim, StepState, settle
from axure_lifecycle.domain.vocabulary import LASTING
from axure_lifecycle.ports import CaseRecord, Change, MemberRecord, StepRecord, View
from axure_lifecycle_tools.going_on import too_early_until
from axure_lifecycle_tools.showing import is_of_the_claimer, last_claim
from axure_lifecycle_tools.spec import Desk


class Heard(NamedTuple):
    """What a source changed about one step, or would have changed a little later."""

    case: CaseRecord
    """As the source left it."""
    step: StepRecord
    shows: bool
    basis: str
    brought_by_claimer: bool
    """Whether the one who stands for the source also made the claim that it speaks about."""
    too_early_until: datetime | None = None
    """For what is not contradicted yet: from when on a source may contradict it, UTC."""


class _Roster(NamedTuple):
    """A source that is asked about an end state."""

    source: Source
    is_whole: bool
    """Whether somebody missing from it is really missing."""


class Shown(NamedTuple):
    """What a source shows about an end state."""

    is_there: bool
    basis: str


def hear(change: Change, desk: Desk, source: Source) -> tuple[Heard, ...]:
    """Let a source verify or contradict what waits for its system; a source that may not, changes nothing."""
    if not source.can_verify:
        return ()
    checked: dict[int, list[tuple[StepRecord, Shown]]] = {}
    for case, step in tuple(change.steps_waiting_for(source.system)):
        end = step.step.end
        if end is None or (step.state is StepState.VERIFIED and end.becomes not in LASTING):
            continue  # What was given may be taken again by somebody who is in the right.
        if case.state is not CaseState.OPEN and change.is_followed(case, end.holding):
            continue  # A newer case carries on; the old one is history.
        shown = what_it_shows(change, desk, source, end)
        if shown is not None:
            change.add_check(case, step.step.key, source, shows=shown.is_there, basis=shown.basis)
            checked.setdefault(case.id, []).append((step, shown))
    heard: list[Heard] = []
    grace = timedelta(minutes=desk.limits.grace_minutes)
    for case_id, steps in checked.items():
        settled = resettle(change, desk, case_id)
        now = {step.step.key: step for step in settled.steps}
        for step, shown in steps:
            found, is_of = now[step.step.key], is_of_the_claimer(source, last_claim(step))
            if found.state is not step.state:
                heard.append(Heard(settled, found, shown.is_there, shown.basis, is_of))
            elif not shown.is_there and (until := too_early_until(found, source, grace)) is not None:
                heard.append(Heard(settled, found, shown.is_there, shown.basis, is_of, until))
    return tuple(heard)


def resettle(change: Change, desk: Desk, case_id: int) -> CaseRecord:
    """Tell anew where every step and the case stand, from the claims and checks that still count, and store it."""
    case = change.case(case_id)
    grace = timedelta(minutes=desk.limits.grace_minutes)
    states = {step.step.key: _state_of(step, case, grace) for step in case.steps}
    event = event_of(Progress(states[step.step.key], step.step.end is not None) for step in case.steps)
    # A cancelled case stays cancelled, but what was taken back no longer stands in it.
    state = follow(case.state, event) or case.state
    if state is case.state and all(step.state is states[step.step.key] for step in case.steps):
        return case
    return change.settle(case, states, state)


def _state_of(step: StepRecord, case: CaseRecord, grace: timedelta) -> StepState:
    return settle(
        (
            Claim(claim.at, claim.outcome, claim.answer, claim.assurance)
            for claim in step.claims
            if claim.retracted_at is None
        ),
        (Check(check.source.horizon, check.shows) for check in step.checks),
        case.part(step.part).opened_at,
        grace,
    )


def what_it_shows(view: View, desk: Desk, source: Source, end: EndState) -> Shown | None:
    """What a source says about an end state; None where it does not say, or speaks of another system."""
    if str(source.system) not in end.systems:
        return None
    addresses = [Address(address) for address in end.addresses]
    roster = _weigh(view, desk, source)
    match end.holding:
        case HoldingKind.MEMBERSHIP:
            return _of_membership(view, desk, roster, end, addresses)
        case HoldingKind.SEAT:
            return _of_seats(view, roster, end, addresses)
        case HoldingKind.DIRECTORY_ACCOUNT:
            return _of_directories(view, desk, roster, end, addresses)
        case HoldingKind.PUBLIC_ACCOUNT:
            return None


def _weigh(view: View, desk: Desk, source: Source) -> _Roster:
    """A source that lost more rows than the brake allows is probably a part: nobody who is missing is really missing.

    The next one of that size is measured by it, and tells again; of a read that the product made itself, once a person
    confirmed it.
    """
    before = view.source_before(source) if source.is_whole else None
    return _Roster(source, source.is_whole and not lost_too_much(source, before, desk.limits))


def _of_membership(
    view: View, desk: Desk, roster: _Roster, end: EndState, addresses: Sequence[Address]
) -> Shown | None:
    listed = view.members_in(roster.source, addresses)
    if end.becomes == "deactivated":
        return _off(roster, listed)
    is_each_listed = {member.address for member in listed} == set(addresses)
    if end.becomes == "lacks_role":
        shown = _out_of_role(listed, end.records, _roles(desk, roster.source))
        is_told = is_each_listed or roster.is_whole or (shown is not None and not shown.is_there)
        return shown if is_told else None
    if any(member.status == "deactivated" for member in listed):
        return Shown(is_there=False, basis="listed_as_deactivated")
    if not is_each_listed:
        return Shown(is_there=False, basis="not_listed") if roster.is_whole else None
    match end.becomes:
        case "listed":
            return Shown(is_there=True, basis="listed")
        case "active":
            if any(member.status is None for member in listed):
                return None
            return Shown(is_there=True, basis="listed_as_on")
        case _:
            return _in_role(listed, end.records, _roles(desk, roster.source))


def _off(roster: _Roster, listed: Sequence[MemberRecord]) -> Shown | None:
    if not listed:
        return Shown(is_there=True, basis="not_listed") if roster.is_whole else None
    if any(member.status not in (None, "deactivated") for member in listed):
        return Shown(is_there=False, basis="listed_as_on")
    if any(member.status is None for member in listed):
        return None
    return Shown(is_there=True, basis="listed_as_deactivated")


def _roles(desk: Desk, source: Source) -> Collection[str]:
    """The roles of the application that the roster is of, in one spelling."""
    return {fold_role(role) for role in desk.knowledge.application(source.system.application).roles}


def _in_role(listed: Sequence[MemberRecord], wanted: Sequence[str], known: Collection[str]) -> Shown | None:
    """Whether each has the role; nothing where the roster states none, or one by a word that nobody knows."""
    roles = {fold_role(member.role) if member.role else "" for member in listed}
    is_there = roles == {fold_role(role) for role in wanted}
    return Shown(is_there, basis="role") if is_there or roles <= set(known) else None


def _out_of_role(listed: Sequence[MemberRecord], unwanted: Sequence[str], known: Collection[str]) -> Shown | None:
    """Whether none has the role; an account that is off has it as long as the roster says so."""
    roles = {fold_role(member.role) if member.role else "" for member in listed}
    if roles & {fold_role(role) for role in unwanted}:
        return Shown(is_there=False, basis="role")
    if not roles <= set(known):
        return None
    return Shown(is_there=True, basis="role" if listed else "not_listed")


_RELATIONS: Final = {
    "not_assigned": ("assigned", "assigned"),
    "not_owner": ("owner", "owner"),
    "not_manager": ("manager", "managers"),
}
"""End state → the relation that must be gone, and the column of a licence list that states it."""


def _of_seats(view: View, roster: _Roster, end: EndState, addresses: Sequence[Address]) -> Shown | None:
    if end.becomes == "assigned":
        return _seated(view, roster, addresses)
    relation, column = _RELATIONS[end.becomes]
    if column not in roster.source.columns:
        return None
    held = {seat.subscription for seat in view.seats_in(roster.source, addresses) if seat.relation == relation}
    if held & set(end.records):
        return Shown(is_there=False, basis=f"still_{relation}")
    if roster.is_whole or set(view.subscriptions_in(roster.source, end.records)) == set(end.records):
        return Shown(is_there=True, basis=end.becomes)
    return None


def _seated(view: View, roster: _Roster, addresses: Sequence[Address]) -> Shown | None:
    """Whether each of them is the assigned user of something."""
    if "assigned" not in roster.source.columns:
        return None
    held = {seat.address for seat in view.seats_in(roster.source, addresses) if seat.relation == "assigned"}
    if held == set(addresses):
        return Shown(is_there=True, basis="assigned")
    return Shown(is_there=False, basis="not_assigned") if roster.is_whole else None


def _of_directories(
    view: View, desk: Desk, roster: _Roster, end: EndState, addresses: Sequence[Address]
) -> Shown | None:
    """Shown only when no directory that knew the person still has them active."""
    own = _of_directory(view, roster, addresses)
    if own is None or not own.is_there:
        return own
    others = [system for system in view.directories() if str(system) in end.systems and system != roster.source.system]
    for system in others:
        newest = view.source_in_force(system)
        heard = _of_directory(view, _weigh(view, desk, newest), addresses) if newest is not None else None
        if heard is None or not heard.is_there:
            return None
    return own


def _of_directory(view: View, roster: _Roster, addresses: Sequence[Address]) -> Shown | None:
    accounts = view.accounts_in(roster.source, addresses)
    if not accounts:
        return Shown(is_there=True, basis="gone") if roster.is_whole else None
    if any(account.standing is Standing.ACTIVE for account in accounts):
        return Shown(is_there=False, basis="still_active")
    if any(account.standing in (Standing.HOLD, Standing.UNKNOWN) for account in accounts):
        return None
    return Shown(is_there=True, basis="off_in_directory")
