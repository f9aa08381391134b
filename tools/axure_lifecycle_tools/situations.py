"""From what was asked and what the sources say to the situation that a plan is made for."""

from collections.abc import Mapping, Sequence, Set
from datetime import date
from itertools import islice
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.playbooks import Playbook, Situation
from axure_lifecycle.domain.roles import name_role
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.domain.workspaces import say_workspaces
from axure_lifecycle.ports import MemberRecord, View
from axure_lifecycle.ports import Person as Found
from axure_lifecycle_tools.grouping import by_directory, by_relation
from axure_lifecycle_tools.sight import Asked, Sight, tells_seats, without_seat
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.traits import traits_of

MOST_SPARE: Final = 5
"""Spare seats that a plan names as examples."""


def situation(
    view: View, desk: Desk, playbook: Playbook, asked: Asked, people: Sequence[Found], other: Found | None
) -> Situation:
    """Everything that the plan may depend on; `other` is whoever takes over."""
    known = {address for found in people for address in found.addresses}
    is_the_person = other is not None and bool(known & set(other.addresses))
    if other is not None and other.asked not in asked.people:
        people = [_without({other.asked}, found) for found in people]
        other = _without(known - {other.asked}, other)
    sight = Sight(view, desk, asked, people, other)
    organization = desk.organization
    is_one = len(people) == 1
    subject = sight.members[0].address if is_one and sight.members else next(iter(asked.people), sight.system.host)
    addresses = tuple(dict.fromkeys((subject, *(address for found in people for address in found.addresses))))
    names = (*(one.display_name for one in sight.members), *(one.display_name for one in sight.accounts))
    ends_on = date.fromisoformat(asked.options["last_day"]) if "last_day" in asked.options else _leave_day(sight)
    roles = sorted({shown(one.role, 40) for one in sight.members if one.role})
    asks_for_seats = sight.is_own and playbook.asks("spare_seat")
    spare = _spare(sight) if asks_for_seats else ()
    traits = {
        **traits_of(sight, addresses, ends_on, playbook),
        "spare_seat": _has_spare(sight, len(spare)) if asks_for_seats else set[str](),
        **({"successor_is_the_person": {"yes" if is_the_person else "no"}} if other else {}),
        "successor_leaves": _leaves(sight, other) if other and playbook.asks("successor_leaves") else set[str](),
    }
    return Situation(
        subject=subject,
        addresses=addresses,
        systems={
            HoldingKind.MEMBERSHIP: (str(sight.system),),
            HoldingKind.SEAT: (str(organization.license_portal),),
            HoldingKind.DIRECTORY_ACCOUNT: tuple(sorted({str(one.system) for one in sight.accounts})),
        },
        traits={trait: frozenset(answers & TRAITS[trait]) for trait, answers in traits.items()},
        values={
            "address": subject,
            "accounts": ", ".join(one.address for one in sight.members) or subject,
            "licence_addresses": ", ".join(sorted({seat.address for seat in sight.seats})) or subject,
            "name": next((shown(name, 80) for name in names if name), subject),
            "host": sight.system.host,
            "organization": shown(organization.name, 80),
            "role": ", ".join(roles) or "not stated",
            "idp": {"okta": "Okta", "entra": "Entra ID", "google": "Google Workspace"}.get(
                organization.idp.value, "your identity provider"
            ),
            "directory": ", ".join(sorted({one.system.name for one in sight.accounts})) or "directory",
            "leave_day": ends_on.isoformat() if ends_on else "not announced",
            "everybody": ", ".join(asked.people),
            "how_many": str(len(asked.people)),
            "new_role": name_role(asked.options.get("role")),
            "successor": asked.options.get("successor", "somebody who stays"),
            "new_address": asked.options.get("new_address", "the new address"),
            "spare_seats": ", ".join(shown(name, 60) for name in spare[:MOST_SPARE])
            or "none that the licence list names",
            "workspaces": say_workspaces(asked.options.get("workspaces", "")) or "none",
            "left_workspaces": say_workspaces(asked.options.get("leave_workspaces", "")) or "none",
        },
        records={**by_relation(sight.seats), **_groups(sight)},
        holdings=_holdings(sight),
        options=_told(asked),
        last_day=ends_on.isoformat() if ends_on else None,
    )


def _leaves(sight: Sight, other: Found) -> set[str]:
    """Whether whoever takes over is about to go themself, by an open case or a directory."""
    open_cases = sight.view.cases_about(other.addresses, sight.system.application)
    ends = [step.step.end for case in open_cases for step in case.steps if step.step.end is not None]
    stands = {
        "case" for end in ends if end.becomes == "deactivated" and not set(end.addresses).isdisjoint(other.addresses)
    }
    if any(one.leave_at for one in other.directory):
        stands.add("last_day")
    return stands or {"no"}


def _without(addresses: Set[Address], found: Found) -> Found:
    """The person without what stands under some of their addresses.

    With two addresses of one person, what stands under the old one is to be ended and what stands under the new one
    stays: each is looked at alone.
    """
    return found._replace(
        addresses=tuple(one for one in found.addresses if one not in addresses),
        members=tuple(one for one in found.members if one.address not in addresses),
        seats=tuple(one for one in found.seats if one.address not in addresses),
    )


def _told(asked: Asked) -> Mapping[str, str]:
    """The options as the plan keeps them: with them and its subject it can be made again."""
    people = {"people": ",".join(asked.people)} if len(asked.people) > 1 else {}
    return {**asked.options, **people}


def _groups(sight: Sight) -> Mapping[str, tuple[str, ...]]:
    """The groups of people, each sorted."""
    with_seat = {seat.address for seat in sight.seats if seat.relation == "assigned"}
    return {
        "joining": tuple(sorted(found.asked for found in sight.people if not sight.members_of(found))),
        "members_on": tuple(sorted({one.address for one in sight.on})),
        "members_off": tuple(sorted({one.address for one in sight.off})),
        "with_seat": tuple(sorted(with_seat)),
        "without_seat": tuple(sorted(_main_address(sight, found) for found in without_seat(sight))),
        "to_be_seated": tuple(
            sorted(_main_address(sight, found) for found in without_seat(sight) if not _is_off(sight.members_of(found)))
        ),
        "taking_over": tuple(
            sorted(address for option in ("successor", "new_address") if (address := sight.asked.address(option)))
        ),
        **by_directory(sight.view, sight.desk, sight.people),
    }


def _is_off(members: Sequence[MemberRecord]) -> bool:
    return bool(members) and all(one.status == "deactivated" for one in members)


def _main_address(sight: Sight, found: Found) -> Address:
    """The address of the account that a person signs in with, or the one that was asked for."""
    members = sight.members_of(found)
    return members[0].address if members else found.asked


def _spare(sight: Sight) -> Sequence[str]:
    """Free subscriptions, as many as there are people."""
    portal = sight.desk.organization.license_portal
    if sight.view.source_in_force(portal) is None:
        return ()
    lines = sight.view.seat_lines(portal, sight.system, sight.desk.now, ())
    free = (line.subscription for line in lines if line.relation == "unassigned")
    return tuple(islice(free, max(MOST_SPARE, len(sight.people))))


def _has_spare(sight: Sight, count: int) -> set[str]:
    newest = sight.view.source_in_force(sight.desk.organization.license_portal)
    if newest is None:
        return {"no_roster"}
    if not count:
        return {"no" if tells_seats(newest) else "not_stated"}
    return {"yes", "too_few"} if count < len(without_seat(sight)) else {"yes"}


def _leave_day(sight: Sight) -> date | None:
    leave_at = next((one.leave_at for one in sight.accounts if one.leave_at), None)
    return leave_at.astimezone(sight.desk.organization.time_zone).date() if leave_at else None


def _holdings(sight: Sight) -> tuple[Mapping[str, str], ...]:
    others = sight.members_of(sight.other) if sight.other else []
    members = [
        {
            "holding": "membership",
            "system": str(one.source.system),
            "address": one.address,
            "status": one.status or "not stated",
            "role": one.role or "not stated",
            "use_sso": "not stated" if one.use_sso is None else str(one.use_sso).lower(),
        }
        for one in (*sight.listed, *others)
    ]
    seats = [
        {
            "holding": "seat",
            "relation": one.relation,
            "subscription": one.subscription,
            "address": one.address,
            "bought_by": one.bought_by or "not stated",
        }
        for one in sight.seats
    ]
    accounts = [
        {
            "holding": "directory_account",
            "system": str(one.system),
            "address": one.address,
            "standing": one.standing.value,
            "leave_at": one.leave_at.isoformat() if one.leave_at else "",
        }
        for one in sight.accounts
    ]
    gone = [
        {"holding": "directory_account", "system": str(one.system), "standing": "gone", "asked": found.asked}
        for found in sight.people
        for one in found.gone_from
    ]
    decided = [
        {"decision": found.decision.kind.value, "asked": found.asked} for found in sight.people if found.decision
    ]
    return (*members, *seats, *accounts, *gone, *decided)
