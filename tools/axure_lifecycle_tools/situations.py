"""From what was asked and what the sources say to the situation that a plan is made for."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance, HoldingKind, System
from axure_lifecycle.domain.playbooks import Playbook, Situation
from axure_lifecycle.domain.roles import name_role, read_role
from axure_lifecycle.domain.sources import Source, age
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.vocabulary import ROLES, TRAITS
from axure_lifecycle.ports import MemberRecord, View
from axure_lifecycle.ports import Person as Found
from axure_lifecycle_tools.grouping import by_directory, by_relation, managed_alone, payment_of, standings_of, whose
from axure_lifecycle_tools.spec import Desk

MOST_SPARE: Final = 5
"""Spare seats that a plan names as examples."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a plan is for, and what was asked for."""

    people: tuple[Address, ...]
    """None for a plan that is for the server."""
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    """As `options_of` reads them: a day in ISO 8601, a role's own word, an address, yes or no."""
    membership: System | None = None
    """Where another application keeps its memberships; None for the organisation's own server."""

    def address(self, option: str) -> Address | None:
        """The address that an option names."""
        return Address(self.options[option]) if option in self.options else None


class _Sight:
    """What the sources say about those whom a plan is for, and about whoever takes over."""

    def __init__(self, view: View, desk: Desk, asked: Asked, people: Sequence[Found], other: Found | None) -> None:
        self.view, self.desk, self.asked, self.people, self.other = view, desk, asked, people, other
        self.system = asked.membership or desk.organization.cloud_for_business
        self.is_own = asked.membership is None
        self.newest = view.source_in_force(self.system)
        before = view.source_before(self.newest) if self.newest is not None and not self.newest.is_whole else None
        self._last_whole = before if before is not None and before.is_whole else None
        self.listed = [one for found in people for one in self.members_of(found)]
        self.on = [one for one in self.listed if one.status != "deactivated"]
        self.off = [one for one in self.listed if one.status == "deactivated"]
        # A person may have several memberships; one that is off already decides nothing where another is still on.
        self.members = self.on or self.off
        self.seats = [seat for found in people for seat in found.seats] if self.is_own else []
        self.accounts = [one for found in people for one in found.directory]

    def members_of(self, found: Found) -> list[MemberRecord]:
        """The memberships in the application that the plan is for.

        Somebody who is missing from a roster that may be a part is taken as the last whole one has them.
        """
        listed = [one for one in found.members if one.source.system == self.system]
        if listed or self._last_whole is None:
            return listed
        return list(self.view.members_in(self._last_whole, found.addresses))

    @property
    def hides_somebody(self) -> bool:
        """Whether somebody is taken from an earlier roster."""
        return self._last_whole is not None and any(one.source.id == self._last_whole.id for one in self.listed)


def situation(
    view: View, desk: Desk, playbook: Playbook, asked: Asked, people: Sequence[Found], other: Found | None
) -> Situation:
    """Everything that the plan may depend on; `other` is whoever takes over."""
    known = {address for found in people for address in found.addresses}
    is_the_person = other is not None and bool(known & set(other.addresses))
    if other is not None and other.asked not in asked.people:
        people = [_without({other.asked}, found) for found in people]
        other = _without(known - {other.asked}, other)
    sight = _Sight(view, desk, asked, people, other)
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
        **_traits(sight, addresses, ends_on, playbook),
        "spare_seat": _has_spare(sight, len(spare)) if asks_for_seats else set[str](),
        **({"successor_is_the_person": {"yes" if is_the_person else "no"}} if other else {}),
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
        },
        records={**by_relation(sight.seats), **_groups(sight)},
        holdings=_holdings(sight),
        options=_told(asked),
        last_day=ends_on.isoformat() if ends_on else None,
    )


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


def _traits(
    sight: _Sight, addresses: Sequence[str], ends_on: date | None, playbook: Playbook
) -> Mapping[str, set[str]]:
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
        "leave_day": {_when(ends_on, sight.desk)},
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
        **(_successor(sight, sight.other) if sight.other else {}),
    }


def _successor(sight: _Sight, other: Found) -> Mapping[str, set[str]]:
    """Where whoever takes over stands."""
    return {
        "successor": _membership(sight, sight.members_of(other), all_known=True),
        "successor_address": {"same" if other.asked in sight.asked.people else "another"},
        "successor_directory": standings_of(sight.view, other),
        "successor_seat": _seat_of(sight, other) if sight.is_own else set(),
    }


def _seat_of(sight: _Sight, found: Found) -> set[str]:
    """Whether the licence list in force assigns them a subscription."""
    newest = sight.view.source_in_force(sight.desk.organization.license_portal)
    if newest is None:
        return {"no_roster"}
    if any(seat.relation == "assigned" for seat in found.seats):
        return {"yes"}
    return {"no" if _tells_seats(newest) else "not_stated"}


def _bare(sight: _Sight) -> list[Found]:
    """Those who are nobody's assigned user by the licence list in force, if there is one."""
    with_seat = {seat.address for seat in sight.seats if seat.relation == "assigned"}
    return [found for found in sight.people if not with_seat & set(found.addresses)]


def _groups(sight: _Sight) -> Mapping[str, tuple[str, ...]]:
    """The groups of people, each sorted."""
    with_seat = {seat.address for seat in sight.seats if seat.relation == "assigned"}
    return {
        "joining": tuple(sorted(found.asked for found in sight.people if not sight.members_of(found))),
        "members_on": tuple(sorted({one.address for one in sight.on})),
        "members_off": tuple(sorted({one.address for one in sight.off})),
        "with_seat": tuple(sorted(with_seat)),
        "without_seat": tuple(sorted(_main_address(sight, found) for found in _bare(sight))),
        "to_be_seated": tuple(
            sorted(_main_address(sight, found) for found in _bare(sight) if not _is_off(sight.members_of(found)))
        ),
        "taking_over": tuple(
            sorted(address for option in ("successor", "new_address") if (address := sight.asked.address(option)))
        ),
        **by_directory(sight.view, sight.desk, sight.people),
    }


def _is_off(members: Sequence[MemberRecord]) -> bool:
    return bool(members) and all(one.status == "deactivated" for one in members)


def _main_address(sight: _Sight, found: Found) -> Address:
    """The address of the account that a person signs in with, or the one that was asked for."""
    members = sight.members_of(found)
    return members[0].address if members else found.asked


def _sso_in_use(sight: _Sight) -> set[str]:
    if sight.newest is None:
        return {"no_roster"}
    return {"yes" if sight.view.shows_sso(sight.newest) else "not_seen"}


def _spare(sight: _Sight) -> Sequence[str]:
    """Free subscriptions, as many as there are people."""
    portal = sight.desk.organization.license_portal
    if sight.view.source_in_force(portal) is None:
        return ()
    lines = sight.view.seat_lines(portal, sight.system, sight.desk.now, ())
    free = (line.subscription for line in lines if line.relation == "unassigned")
    return tuple(islice(free, max(MOST_SPARE, len(sight.people))))


def _has_spare(sight: _Sight, count: int) -> set[str]:
    newest = sight.view.source_in_force(sight.desk.organization.license_portal)
    if newest is None:
        return {"no_roster"}
    if not count:
        return {"no" if _tells_seats(newest) else "not_stated"}
    return {"yes", "too_few"} if count < len(_bare(sight)) else {"yes"}


def _tells_seats(source: Source) -> bool:
    """Whether nobody is an assigned user whom this licence list does not name as one."""
    return source.is_whole and "assigned" in source.columns


def _roster(sight: _Sight) -> set[str]:
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


def _leave_day(sight: _Sight) -> date | None:
    leave_at = next((one.leave_at for one in sight.accounts if one.leave_at), None)
    return leave_at.astimezone(sight.desk.organization.time_zone).date() if leave_at else None


def _when(ends_on: date | None, desk: Desk) -> str:
    if ends_on is None:
        return "none"
    return "ahead" if ends_on > desk.now.astimezone(desk.organization.time_zone).date() else "passed"


def _membership(sight: _Sight, members: Sequence[MemberRecord], *, all_known: bool) -> set[str]:
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


def _is_only_one(member: MemberRecord, sight: _Sight) -> str:
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


def _licence(sight: _Sight) -> set[str]:
    newest = sight.view.source_in_force(sight.desk.organization.license_portal)
    if newest is None:
        return {"no_roster"}
    found = {seat.relation for seat in sight.seats}
    if not set(newest.columns) >= _RELATIONS or not (found or newest.is_whole):
        found.add("not_stated")
    return found or {"none"}


def _holdings(sight: _Sight) -> tuple[Mapping[str, str], ...]:
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
