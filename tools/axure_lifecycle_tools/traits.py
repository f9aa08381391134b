"""What the sources answer to each trait on which a playbook may depend."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.playbooks import Playbook
from axure_lifecycle.domain.roles import read_role
from axure_lifecycle.domain.sources import Source, age
from axure_lifecycle.domain.vocabulary import ROLES, TRAITS
from axure_lifecycle.ports import MemberRecord, View
from axure_lifecycle.ports import Person as Found
from axure_lifecycle_tools.grouping import managed_alone, payment_of, standings_of, whose
from axure_lifecycle_tools.sight import Sight, tells_seats
from axure_lifecycle_tools.spec import Desk


def traits_of(
    sight: Sight, addresses: Sequence[str], ends_on: date | None, playbook: Playbook
) -> Mapping[str, set[str]]:
    """The answers to every trait but those about spare seats; `addresses` are all of those whom the plan is for."""
    view, organization = sight.view, sight.desk.organization
    named = {*(one.address for one in sight.listed), *(seat.address for seat in sight.seats), *sight.asked.people}
    sso = sight.asked.options.get("use_sso", "yes" if organization.sign_in.value == "saml" else "no")
    own = {
        "deployment": {organization.deployment.value},
        "sign_in": {organization.sign_in.value},
        "screens": {organization.screens.value},
        "sso_in_use": _sso_in_use(sight) if playbook.asks("sso_in_use") else set[str](),
        "licence": _licence(sight),
        "bought_by": {payment_of(seat) for seat in sight.seats if seat.relation == "owner"},
        "only_manager": {"yes" if managed_alone(sight.seats) else "no"},
    }
    return {
        **(own if sight.is_own else {}),
        "idp": {organization.idp.value},
        "membership": _membership(sight, sight.members, all_known=all(map(sight.members_of, sight.people))),
        "role": {read_role(one.role) for one in sight.members} or {"not_stated"},
        "only_one_with_role": {_is_only_one(one, sight) for one in _highest(sight.members)} or {"not_stated"},
        "use_sso": {_use_sso(one) for one in sight.members} or {"not_stated"},
        "directory": {answer for found in sight.people for answer in standings_of(view, found)},
        "leave_day": {_when(ends_on, sight.desk), *({"none"} if _is_only_asked(sight) else ())},
        "personal": {whose(sight.desk, found) for found in sight.people},
        "decision": {found.decision.kind.value if found.decision else "none" for found in sight.people},
        "other_addresses": {"yes" if len(named) > max(1, len(sight.people)) else "no"},
        "other_case": {"yes" if view.has_other_case([*map(Address, addresses)], playbook.operation) else "no"},
        "roster": _roster(sight),
        "batch": {"yes" if len(sight.people) > 1 else "no"},
        "new_role": {read_role(sight.asked.options.get("role"))},
        "role_change": {_compare_roles(one.role, sight.asked.options.get("role")) for one in sight.members},
        "wants_sso": {sso},
        "wants_seat": {sight.asked.options.get("seat", "no")},
        "wants_workspaces": {"yes" if "workspaces" in sight.asked.options else "no"},
        "leaves_workspaces": {"yes" if "leave_workspaces" in sight.asked.options else "no"},
        **(_successor(sight, sight.other) if sight.other else {}),
    }


def _successor(sight: Sight, other: Found) -> Mapping[str, set[str]]:
    """Where whoever takes over stands."""
    return {
        "successor": _membership(sight, sight.members_of(other), all_known=True),
        "successor_address": {"same" if other.asked in sight.asked.people else "another"},
        "successor_directory": standings_of(sight.view, other),
        "successor_seat": _seat_of(sight, other) if sight.is_own else set(),
    }


def _seat_of(sight: Sight, found: Found) -> set[str]:
    """Whether the licence list in force assigns them a subscription."""
    newest = sight.view.source_in_force(sight.desk.organization.license_portal)
    if newest is None:
        return {"no_roster"}
    if any(seat.relation == "assigned" for seat in found.seats):
        return {"yes"}
    return {"no" if tells_seats(newest) else "not_stated"}


def _sso_in_use(sight: Sight) -> set[str]:
    if sight.newest is None:
        return {"no_roster"}
    return {"yes" if sight.view.shows_sso(sight.newest) else "not_seen"}


def _roster(sight: Sight) -> set[str]:
    """Whether a person stands for the rosters in force, and whether one that nobody stands for hides something."""
    view, stands = sight.view, set[str]()
    for system in (sight.system, *((sight.desk.organization.license_portal,) if sight.is_own else ())):
        newest = view.source_in_force(system)
        if newest is None:
            continue
        if age(newest.taken_at, sight.desk.now).days > sight.desk.limits.members_roster_days:
            stands.add("old")
        if newest.assurance >= Assurance.CONFIRMED:
            stands.add("confirmed")
            continue
        stands.add("reported")
        last = view.source_before(newest)
        if (
            last is not None
            and last.assurance >= Assurance.CONFIRMED
            and any(_hides(view, newest, last, found) for found in sight.people)
        ):
            stands.add("disputed")
    if sight.hides_somebody:
        stands.add("part")
    return stands or {"confirmed"}


def _hides(view: View, newest: Source, last: Source, found: Found) -> bool:
    """Whether the newer source leaves out a membership that is on, a role, or a part in a subscription."""

    def held(source: Source) -> set[tuple[str, ...]]:
        on = {
            ("on", one.address, one.role or "")
            for one in view.members_in(source, found.addresses)
            if one.status != "deactivated"
        }
        return on | {(one.relation, one.subscription) for one in view.seats_in(source, found.addresses)}

    return bool(held(last) - held(newest))


def _is_only_asked(sight: Sight) -> bool:
    """Whether the last day is the word of whoever asks, and no directory announces one."""
    return "last_day" in sight.asked.options and not any(one.leave_at for one in sight.accounts)


def _when(ends_on: date | None, desk: Desk) -> str:
    if ends_on is None:
        return "none"
    return "ahead" if ends_on > desk.now.astimezone(desk.organization.time_zone).date() else "passed"


def _membership(sight: Sight, members: Sequence[MemberRecord], *, all_known: bool) -> set[str]:
    """How the roster in force lists them; `all_known`: whether nobody is left whom it does not list."""
    answers = {
        "not_stated" if one.status is None else one.status if one.status in TRAITS["membership"] else "other"
        for one in members
    }
    if not members or not all_known:
        answers.add("not_listed" if sight.view.source_in_force(sight.system) is not None else "no_roster")
    return answers


def _highest(members: Sequence[MemberRecord]) -> Sequence[MemberRecord]:
    """The accounts with the person's highest role: nobody asks whether they are the only plain member."""
    for role in ("super_admin", "technical_admin", "admin"):
        if found := [one for one in members if read_role(one.role) == role]:
            return found
    return members


def _is_only_one(member: MemberRecord, sight: Sight) -> str:
    if member.role is None:
        return "not_stated"
    found = next((found for found in sight.people if member in found.members), None)
    if found is None:  # Taken from an earlier roster, whose roles nobody counts any more.
        return "not_stated"
    return "yes" if found.role_counts.get(member.role, 0) <= 1 else "no"


def _compare_roles(present: str | None, wanted: str | None) -> str:
    """Which way it goes from a role to another one."""
    words = read_role(present), read_role(wanted)
    if not set(words) <= set(ROLES):
        return "not_known"
    held, asked = (ROLES.index(word) for word in words)
    return "none" if held == asked else "up" if held < asked else "down"


def _use_sso(member: MemberRecord) -> str:
    return "not_stated" if member.use_sso is None else "yes" if member.use_sso else "no"


_RELATIONS: Final = frozenset({"assigned", "owner", "managers"})
"""The columns of a licence list that state who holds what."""


def _licence(sight: Sight) -> set[str]:
    newest = sight.view.source_in_force(sight.desk.organization.license_portal)
    if newest is None:
        return {"no_roster"}
    found = {seat.relation for seat in sight.seats}
    if not set(newest.columns) >= _RELATIONS or not (found or newest.is_whole):
        found.add("not_stated")
    return found or {"none"}
