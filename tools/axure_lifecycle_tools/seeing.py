"""What is known of people for whom an identity provider wants something: many at once, or one at a closer look."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Channel, HoldingKind
from axure_lifecycle.domain.scim import IdpSettings
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.wanted import addresses_of
from axure_lifecycle.domain.wishes import OFFBOARD, Known, Sight, StandingCase, Wish
from axure_lifecycle.ports import CaseRecord, MemberRecord, View
from axure_lifecycle.ports.wanted import WantedPerson
from axure_lifecycle_tools.opening import is_wanted_still
from axure_lifecycle_tools.planning import make_plan
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.sight import Sight as Looked
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.standing import look_up
from axure_lifecycle_tools.wished import wishes_of


class Sought(NamedTuple):
    """A person, what is wanted for them, and what is known of them without a closer look."""

    person: WantedPerson
    wish: Wish
    sight: Sight
    is_plain: bool
    """Whether a closer look could show nothing else: every address of theirs is in the roster, and no case stands."""


def see_all(view: View, desk: Desk, idp: IdpSettings, people: Sequence[WantedPerson], roster: Source) -> list[Sought]:
    """Many people at once, in a handful of statements however many they are."""
    wishes = wishes_of(view, idp, people)
    pairs = list(zip(people, wishes, strict=True))
    addresses = {person.id: addresses_of(wish, person.settled) for person, wish in pairs}
    every = list(dict.fromkeys(address for some in addresses.values() for address in some))
    members = {member.address: member for member in view.members_in(roster, every)}
    cases = _cases_by_address(view.standing_cases(every, desk.organization.cloud_for_business.application))
    wanting = _wanting(
        view, desk, [one for person, wish in pairs if not wish.is_active for one in addresses[person.id]]
    )
    others = _of_others(view, desk, pairs)
    found: list[Sought] = []
    for person, wish in pairs:
        theirs = addresses[person.id]
        own = [address for address in theirs if address not in others.get(person.id, ())]
        sight = Sight(
            known={address: known_of([members[address]]) for address in theirs if address in members},
            roles={address: members[address].role for address in theirs if address in members},
            cases=_standing(own, cases),
            wanted_by=_wanted_by(person, theirs, wanting),
        )
        is_plain = all(sight.known.get(address) is Known.ON for address in theirs) and not sight.cases
        found.append(Sought(person, wish, sight, is_plain))
    return found


def look_closer(view: View, desk: Desk, one: Sought) -> Sight:
    """One person, by every address that the directories know, by the last whole roster, and by what a plan finds."""
    known: dict[Address, Known] = {}
    roles: dict[Address, str | None] = {}
    for address in addresses_of(one.wish, one.person.settled):
        found = look_up(view, desk, address, desk.now)
        looked = Looked(view, desk, Asked((address,)), (found,), None)
        known[address] = known_of(looked.members)
        roles[address] = looked.members[0].role if looked.members else None
    sight = one.sight._replace(known=known, roles=roles)
    if one.wish.is_active or Known.ON in known.values() or not known:
        return sight
    plan = make_plan(view, desk, OFFBOARD, Asked((next(iter(known)),))).plan
    ends = {step.end.holding for step in plan.steps if step.end is not None}
    return sight._replace(
        keeps=not ends.isdisjoint({HoldingKind.MEMBERSHIP, HoldingKind.SEAT}),
        doubt=plan.blockers[0].sentence if plan.blockers else None,
    )


def known_of(members: Sequence[MemberRecord]) -> Known:
    """What a roster that says this of somebody says of their access."""
    if not members:
        return Known.NOT_LISTED
    return Known.OFF if all(one.status == "deactivated" for one in members) else Known.ON


def _wanting(view: View, desk: Desk, addresses: Sequence[Address]) -> Mapping[Address, Sequence[WantedPerson]]:
    """Who is wanted on with an address, by identity providers that are configured: another one can never say off."""
    found: dict[Address, list[WantedPerson]] = {}
    for one in view.wanted_at(list(dict.fromkeys(addresses))) if addresses else ():
        if one.is_active and one.address is not None and desk.scim.idp(one.idp) is not None:
            found.setdefault(one.address, []).append(one)
    return found


def _of_others(view: View, desk: Desk, pairs: Sequence[tuple[WantedPerson, Wish]]) -> Mapping[str, Collection[Address]]:
    """Of whoever changes their address: the addresses whose cases are about somebody else, by id.

    Two people may swap addresses, or one may take what another leaves. Whoever was settled there is the one whom a case
    is about, unless they have gone from there and this person was there too.
    """
    moving = {
        person.id: (person, wish, addresses_of(wish, person.settled))
        for person, wish in pairs
        if wish.is_active and person.settled is not None and len(addresses_of(wish, person.settled)) > 1
    }
    every = {address for _, _, some in moving.values() for address in some}
    there: dict[Address, list[WantedPerson]] = {}
    for one in view.wanted_at(every) if every else ():
        is_there = one.is_active and one.settled is not None and one.settled.is_active
        address = one.settled.address if is_there and one.settled is not None else None
        if address is not None and address in every and desk.scim.idp(one.idp) is not None:
            there.setdefault(address, []).append(one)
    found: dict[str, set[Address]] = {}
    for number, (person, wish, some) in moving.items():
        for address in some:
            others = [one for one in there.get(address, ()) if one.id != number]
            was_there = person.settled is not None and person.settled.address == address
            stays = any(one.address == address for one in others)
            if (stays and wish.address != address) or (others and not stays and not was_there):
                found.setdefault(number, set()).add(address)
    return found


def _wanted_by(
    person: WantedPerson, addresses: Sequence[Address], wanting: Mapping[Address, Sequence[WantedPerson]]
) -> str | None:
    others = [one for address in addresses for one in wanting.get(address, ()) if one.id != person.id]
    return f"{others[0].idp} ({shown(others[0].user_name, 80)})" if others else None


def _cases_by_address(cases: Sequence[CaseRecord]) -> Mapping[Address, Sequence[CaseRecord]]:
    found: dict[Address, list[CaseRecord]] = {}
    for case in filter(is_wanted_still, cases):
        for person in case.people:
            found.setdefault(person, []).append(case)
    return found


def _standing(addresses: Sequence[Address], cases: Mapping[Address, Sequence[CaseRecord]]) -> tuple[StandingCase, ...]:
    theirs = {case.id: case for address in addresses for case in cases.get(address, ())}
    return tuple(_as_standing(theirs[number]) for number in sorted(theirs, reverse=True))


def _as_standing(case: CaseRecord) -> StandingCase:
    options: dict[str, str] = {}
    for part in case.parts:
        options.update(part.plan.options)
    return StandingCase(
        id=case.id,
        operations=case.operations,
        people=case.people,
        is_ours=len(case.people) == 1 and all(part.opened_by.channel is Channel.SCIM for part in case.parts),
        is_begun=any(step.state is not StepState.TO_DO for step in case.steps),
        is_open=case.state.value == "open",
        options=options,
    )
