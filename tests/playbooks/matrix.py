"""Whom and what a plan can be asked for, in words, and the situation that the product makes of it.

Circumstances are told in the words of the traits. Rosters, a licence list and a directory that say so are made as
values, and the builder of situations reads them as it reads those of a store, so that no situation stands here that
the product would never meet: nobody uses SSO on a roster that is not there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple, cast
from zoneinfo import ZoneInfo

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel, HoldingKind, System
from axure_lifecycle.domain.organization import Deployment, Idp, Limits, Organization, Policy, Screens, SignIn
from axure_lifecycle.domain.plans import Doer, EndState, Step
from axure_lifecycle.domain.playbooks import Playbook, Situation, Subject
from axure_lifecycle.domain.roles import name_role
from axure_lifecycle.domain.rosters import RosterKind, Standing
from axure_lifecycle.domain.sources import Source, SourceState
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.ports import Decision, DirectoryRecord, MemberRecord, Person, SeatLine, SeatRecord, View
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.situations import situation
from axure_lifecycle_tools.spec import Desk

PEOPLE: Final = tuple(
    Address(f"{name}@acme.example") for name in ("ana.silva", "cem.arslan", "dora.lind", "emil.roth", "fay.moss")
)
SUCCESSOR: Final = Address("ben.okafor@acme.example")
NEW_ADDRESS: Final = Address("ana.lund@acme.example")
PAT: Final = Address("pat@acme.example")
NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
ABSENT: Final = ("not_listed", "no_roster")
"""Memberships without a line on a members roster."""


class Server(NamedTuple):
    """A server in the words of the traits; LDAP on a private instance can be said too."""

    deployment: str = "private_instance"
    sign_in: str = "saml"
    idp: str = "okta"
    screens: str = "new"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the sources say, and what was asked for."""

    role: str = "member"
    """Of everybody the plan is for, by the members roster."""
    licences: str = "none"
    """What they hold, a key of `LICENCES`; or `not_stated`, `no_roster`."""
    membership: str = "active"
    use_sso: str = "as_server"
    """`as_server`: on where the server signs people in by SAML, not stated elsewhere."""
    peers: str = "yes"
    """Whether somebody else has the role too; `as_usual` for a Super Admin and a Technical Admin who are alone."""
    directory: str = "active"
    last_day: str = "none"
    whose: str = "one_person"
    """`one_person`, `shared` or `two_people`, by the directory."""
    decision: str = "none"
    roster: str = "confirmed"
    spare: str = "enough"
    """Free subscriptions: `enough`, `too_few`, `none`."""
    how_many: int = 1
    successor: str = "active"
    """Membership of whoever takes over, or `same_person`."""
    successor_directory: str = "active"
    successor_leaves: str = "no"
    """`case`: an offboarding of theirs is open; `last_day`: the directory names one."""
    wanted_role: str = "member"
    wants_sso: str = "as_server"
    wants_seat: str = "no"
    workspaces: str = "none"
    """Named: `join`, `leave`, `both` or `none`."""


LICENCES: Final[Mapping[str, tuple[tuple[str, str, str | None, int], ...]]] = {
    "none": (),
    "owner_by_card": (("SUB-1", "owner", "card", 2),),
    "owner_by_purchase_order": (("SUB-2", "owner", "purchase_order", 2),),
    "owner_otherwise": (("SUB-3", "owner", None, 2),),
    "manager": (("SUB-4", "manager", "card", 2),),
    "only_manager": (("SUB-5", "manager", "card", 1),),
    "assigned": (("SUB-6", "assigned", "card", 2),),
    "all_three": (
        ("SUB-1", "owner", "card", 1),
        ("SUB-1", "manager", "card", 1),
        ("SUB-6", "assigned", "card", 2),
    ),
}
"""Subscription, relation, how it was bought, how many managers it has."""

FREE: Final = {"enough": 9, "too_few": 1, "none": 0}
LICENCE_ROLES: Final = (*LICENCES, "not_stated", "no_roster")


class OpenStep(NamedTuple):
    """A step of an open case."""

    step: Step


class OpenCase(NamedTuple):
    """A case that is under way."""

    steps: tuple[OpenStep, ...]


def offboarding(address: Address) -> OpenCase:
    """The case that ends somebody's account."""
    end = EndState(HoldingKind.MEMBERSHIP, "deactivated", ("the server",), (address,))
    return OpenCase((OpenStep(Step("off", "Off", Doer.ADMIN, "there", True, "Do.", "It.", "Off?", (), end=end)),))


class Papers(NamedTuple):
    """The rosters in force and what they say, as a store would give it back."""

    server: System
    members: Source | None
    members_before: Source | None
    seats: Source | None
    directory: Source | None
    earlier_lines: Sequence[MemberRecord]
    free: Sequence[str]
    sso_seen: bool
    leaving: Sequence[Address] = ()
    """Whose offboarding is open."""

    def source_in_force(self, system: System, as_of: datetime | None = None) -> Source | None:
        """Of the server or of the License Portal."""
        del as_of
        return self.members if system == self.server else self.seats

    def source_before(self, source: Source) -> Source | None:
        """Only the members roster has an earlier one."""
        return self.members_before if source is self.members else None

    def directories(self) -> Sequence[System]:
        """One directory, or none that was read."""
        return [self.directory.system] if self.directory else []

    def members_in(self, source: Source, addresses: Sequence[Address]) -> Sequence[MemberRecord]:
        """Of the earlier roster."""
        return [one for one in self.earlier_lines if one.address in addresses and source is self.members_before]

    def seats_in(self, source: Source, addresses: Sequence[Address]) -> Sequence[SeatRecord]:
        """No licence list is ever in doubt here."""
        del source, addresses
        return []

    def seat_lines(self, *about: object) -> Iterable[SeatLine]:
        """The free ones."""
        del about
        return [SeatLine(name, "Team", None, "card", "unassigned", None, False, None) for name in self.free]

    def shows_sso(self, source: Source) -> bool:
        """Whether anybody on the members roster uses SSO."""
        return source is self.members and self.sso_seen

    def cases_about(self, people: Sequence[Address], application: str) -> Sequence[object]:
        """The open offboardings of these people."""
        del application
        return [offboarding(one) for one in people if one in self.leaving]

    def has_other_case(self, people: Sequence[Address], operation: str) -> bool:
        """No case is open."""
        del people, operation
        return False


def source(number: int, system: System, kind: RosterKind, columns: str, roster: str = "confirmed") -> Source:
    """A roster that a person stands for, unless it is said to be reported or to hide something."""
    is_in_doubt = roster in ("reported", "disputed")
    taken = NOW - timedelta(days=90 if roster == "old" else 1)
    return Source(
        id=number,
        system=system,
        kind=kind,
        digest="0" * 64,
        rows=40,
        form="csv",
        columns=tuple(columns.split()),
        taken_at=taken,
        is_moment_stated=True,
        horizon=taken,
        received_at=taken,
        brought_by=Actor("pat", Channel.ASSISTANT if is_in_doubt else Channel.TERMINAL),
        assurance=Assurance.REPORTED if is_in_doubt else Assurance.CONFIRMED,
        confirmed_by=None,
        is_complete=None if roster == "part" else True,
        state=SourceState.IN_USE,
        label="roster.csv",
    )


@cache
def desk_of(server: Server) -> Desk:
    """A desk of an organisation with this server. Raises `OrganizationRefused`."""
    organization = Organization(
        name="Acme",
        deployment=Deployment(server.deployment),
        host="acme.axure.cloud" if server.deployment == "private_instance" else "axure.acme.example",
        sign_in=SignIn(server.sign_in),
        idp=Idp(server.idp),
        screens=Screens(server.screens),
        operator=PAT,
        time_zone=ZoneInfo("Europe/Amsterdam"),
    )
    nothing: Any = None  # The builder of situations asks neither a store nor an archive.
    return Desk(
        organization,
        Limits(),
        Policy(),
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        Actor("pat", Channel.TERMINAL),
        NOW,
    )


OKTA: Final = System("directory", "acme-people", "", HoldingKind.DIRECTORY_ACCOUNT)
_SEAT_COLUMNS: Final = "edition owner managers assigned renews_on bought_by"


@cache
def _sources(desk: Desk, roster: str, licences: str, directory: str) -> Mapping[str, Source]:
    organization = desk.organization
    own, portal = organization.cloud_for_business, organization.license_portal
    columns = "display_name role status use_sso"
    found = {
        "before": source(1, own, RosterKind.MEMBERS, columns),
        "members": source(2, own, RosterKind.MEMBERS, columns, roster),
        "seats": source(3, portal, RosterKind.SEATS, "owner" if licences == "not_stated" else _SEAT_COLUMNS),
        "directory": source(4, OKTA, RosterKind.DIRECTORY, "key display_name standing leave_at kind"),
    }
    if licences == "no_roster":
        del found["seats"]
    if directory == "no_read":
        del found["directory"]
    return found


def _line(address: Address, how: Circumstances, server: Server, stands_in: Source, membership: str) -> MemberRecord:
    """A line of the members page."""
    sso = server.sign_in == "saml" if how.use_sso == "as_server" else how.use_sso == "yes"
    is_silent = how.use_sso == "not_stated" or (how.use_sso == "as_server" and not sso)
    role = {"not_stated": None, "other": "Billing Contact"}.get(how.role, name_role(how.role))
    status = {"not_stated": None, "other": "locked"}.get(membership, membership)
    name = address.partition("@")[0].replace(".", " ").title()
    return MemberRecord(address, address, name, role, status, None if is_silent else sso, (), stands_in)


def _found(
    address: Address, how: Circumstances, server: Server, sources: Mapping[str, Source], *, first: bool
) -> Person:
    """Somebody whom the plan is for. Only the first of several holds licences."""
    members: tuple[MemberRecord, ...] = ()
    if how.membership not in ABSENT and how.roster not in ("disputed", "part"):
        members = (_line(address, how, server, sources["members"], how.membership),)
    seats: tuple[SeatRecord, ...] = ()
    if first and "seats" in sources:
        seats = tuple(
            SeatRecord(name, relation, address, "Team", None, bought_by, managers, sources["seats"])
            for name, relation, bought_by, managers in LICENCES.get(how.licences, ())
        )
    peers = {"yes": 2, "no": 1}.get(how.peers, 1 if how.role in ("super_admin", "technical_admin") else 2)
    decision = None
    if how.decision != "none":
        kind, to = DecisionKind(how.decision), address if how.decision == "belongs_to" else None
        decision = Decision(
            1, address, kind, to, "as agreed", None, Actor("pat", Channel.TERMINAL), NOW, Assurance.CONFIRMED
        )
    return Person(
        asked=address,
        addresses=(address,),
        members=members,
        seats=seats,
        directory=_accounts(address, how, sources),
        decision=decision,
        facts=None,
        gone_from=(sources["directory"],) if how.directory == "gone" else (),
        role_counts={one.role: peers for one in members if one.role},
    )


def _accounts(address: Address, how: Circumstances, sources: Mapping[str, Source]) -> tuple[DirectoryRecord, ...]:
    if how.directory in ("gone", "never_known", "no_read"):
        return ()
    days = {"ahead": 10, "passed": -10}.get(how.last_day)
    leave_at = NOW + timedelta(days=days) if days else None
    kind = "mailbox" if how.whose == "shared" else "person"
    return tuple(
        DirectoryRecord(
            OKTA,
            f"p-{key}",
            address,
            "Ana Silva",
            Standing(how.directory),
            None,
            leave_at,
            kind,
            (address,),
            sources["directory"],
        )
        for key in range(2 if how.whose == "two_people" else 1)
    )


def options_of(playbook: Playbook, how: Circumstances) -> Mapping[str, str]:
    """What is asked for: every option that the playbook needs, and of the others what the circumstances name."""
    wanted = {
        "role": how.wanted_role,
        "successor": PEOPLE[0] if how.successor == "same_person" else SUCCESSOR,
        "new_address": PEOPLE[0] if how.successor == "same_person" else NEW_ADDRESS,
        "use_sso": how.wants_sso if how.wants_sso != "as_server" else None,
        "seat": "yes" if how.wants_seat == "yes" else None,
        "last_day": None,
        "workspaces": "Checkout; Sales, EMEA" if how.workspaces in ("join", "both") else None,
        "leave_workspaces": "Search" if how.workspaces in ("leave", "both") else None,
    }
    return {option: text for option in playbook.options if (text := wanted[option]) is not None}


def _of_successor(how: Circumstances) -> Circumstances:
    """Whoever takes over: on the same rosters, with a standing of their own."""
    is_somebody = how.membership != "no_roster" and how.successor != "same_person"
    return Circumstances(
        membership=how.successor if is_somebody else "not_listed",
        directory=how.directory if how.directory == "no_read" else how.successor_directory,
        last_day="ahead" if how.successor_leaves == "last_day" else "none",
        roster=how.roster,
    )


def situation_of(playbook: Playbook, server: Server, how: Circumstances) -> Situation:
    """What the product makes of the circumstances. Raises `OrganizationRefused` for a server that cannot exist."""
    desk = desk_of(server)
    sources = _sources(desk, how.roster, how.licences, how.directory)
    count = {Subject.SERVER: 0, Subject.PERSON: 1, Subject.PEOPLE: how.how_many}[playbook.subject]
    asked = Asked(PEOPLE[:count], options_of(playbook, how))
    found = [_found(one, how, server, sources, first=one == PEOPLE[0]) for one in asked.people]
    everybody, other = [(one, how) for one in asked.people], None
    taking_over = asked.address("successor") or asked.address("new_address")
    if taking_over is not None:
        everybody.append((taking_over, _of_successor(how)))
        other = _found(taking_over, _of_successor(how), server, sources, first=False)
        if how.successor == "same_person":
            other = found[0]._replace(asked=taking_over)
    has_members = how.membership != "no_roster"
    papers = Papers(
        server=desk.organization.cloud_for_business,
        members=sources["members"] if has_members else None,
        members_before=sources["before"] if has_members and how.roster in ("disputed", "part") else None,
        seats=sources.get("seats"),
        directory=sources.get("directory"),
        earlier_lines=[
            _line(one, theirs, server, sources["before"], theirs.membership)
            for one, theirs in everybody
            if theirs.membership not in ABSENT
        ],
        free=[f"SUB-{90 + number}" for number in range(FREE[how.spare] if "seats" in sources else 0)],
        sso_seen=any(member.use_sso for one in found for member in one.members),
        leaving=(SUCCESSOR,) if how.successor_leaves == "case" else (),
    )
    return situation(cast("View", papers), desk, playbook, asked, found, other)
