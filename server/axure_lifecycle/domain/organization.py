"""What an organisation says about itself once, and what every later decision leans on.

The deployment, the sign-in and the generation of screens choose the steps of a plan; the limits and the policy choose
when a verdict is withheld. None of it is personal data but the operator's own address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.approvals import ApprovalPolicy
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import HoldingKind, Strength, System
from axure_lifecycle.domain.policies import RunPolicy


class Deployment(StrEnum):
    """Who hosts Cloud for Business."""

    PRIVATE_INSTANCE = "private_instance"
    """Axure does, normally as `something.axure.cloud`."""
    ON_PREMISES = "on_premises"
    """The customer does, on a host of its own."""


class SignIn(StrEnum):
    """How people sign in to Cloud for Business."""

    PASSWORD = "password"  # noqa: S105 - a way of signing in, not a secret
    SAML = "saml"
    LDAP = "ldap"
    """Active Directory or another LDAP server, on-premises only (fact: on-premises.ldap)."""


class Idp(StrEnum):
    """Which identity provider knows the organisation's people."""

    OKTA = "okta"
    ENTRA = "entra"
    GOOGLE = "google"
    OTHER = "other"


class Screens(StrEnum):
    """Which generation of Axure's screens the organisation's server shows; it decides the paths in every step.

    Fact: screens.generations.
    """

    NEW = "new"
    """Organization settings and members, in the sidebar."""
    MID = "mid"
    """Admin Settings › Manage Accounts, behind the avatar."""
    OLD = "old"
    """Admin Settings, bottom left."""
    YEAR_2017 = "2017"
    """Setup › Add Accounts."""


def is_of_other_screens(fact: str, screens: str) -> bool:
    """Whether a fact, by its id, is about another generation of screens than this one; never where none is configured.

    >>> is_of_other_screens("screens.2017.add", "new"), is_of_other_screens("screens.new.add", "new")
    (True, False)
    """
    room, _, rest = fact.partition(".")
    generation = rest.partition(".")[0]
    return room == "screens" and bool(screens) and generation in set(Screens) and generation != screens


PUBLIC_CLOUD_HOST: Final = "app.axure.cloud"
"""The public tenant, where people's own accounts live; never an organisation's server.

Fact: public-cloud.not-a-private-instance.
"""

LICENSE_PORTAL_HOST: Final = "app.axure.com"
"""Not confirmed by Axure (fact: license-portal.host); a label of the records, never called."""

_HOSTED_BY_AXURE: Final = ".axure.cloud"


class OrganizationRefused(LifecycleError):
    """An organisation that cannot exist as it is described."""

    code = "organization_refused"

    def __init__(self, objections: tuple[str, ...]) -> None:
        self.objections = objections
        super().__init__(
            "The organisation cannot be used as described: " + " ".join(objections) + " Correct the description."
        )


def object_to_host(deployment: Deployment, host: str) -> str | None:
    """Why this host cannot be the organisation's server, as a sentence; None when it can.

    The host is lower case, without scheme or path.
    """
    name = host.partition(":")[0]
    if name == PUBLIC_CLOUD_HOST:
        return (
            f"{PUBLIC_CLOUD_HOST} is the public Axure Cloud, another tenant than yours: acting there changes the wrong "
            "accounts. Name your own server, for a private instance normally something.axure.cloud."
        )
    if deployment is Deployment.ON_PREMISES and name.endswith(_HOSTED_BY_AXURE):
        return (
            f"{name} is hosted by Axure, so it is not on-premises. "
            "Name your own host, or the deployment private_instance."
        )
    return None


def object_to_sign_in(deployment: Deployment, sign_in: SignIn) -> str | None:
    """Why this deployment cannot sign people in that way, as a sentence; None when it can (fact: on-premises.ldap)."""
    if sign_in is SignIn.LDAP and deployment is Deployment.PRIVATE_INSTANCE:
        return (
            "Sign-in by AD or LDAP exists on on-premises servers only; a private instance offers saml or password. "
            "Name one of these, or the deployment on_premises."
        )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """One organisation and its Axure server.

    Making one that cannot exist raises `OrganizationRefused` with every objection.
    """

    name: str
    deployment: Deployment
    host: str
    """Of Cloud for Business: lower case, without scheme or path."""
    sign_in: SignIn
    idp: Idp
    screens: Screens
    operator: Address
    """The person who runs this installation and whose word counts at its terminal."""
    time_zone: ZoneInfo
    """In which a bare date is the start of its day."""

    def __post_init__(self) -> None:
        objections = (object_to_host(self.deployment, self.host), object_to_sign_in(self.deployment, self.sign_in))
        if any(objections):
            raise OrganizationRefused(tuple(objection for objection in objections if objection))

    @property
    def cloud_for_business(self) -> System:
        """Where memberships live."""
        return System("axure", "cloud_for_business", self.host, HoldingKind.MEMBERSHIP)

    @property
    def license_portal(self) -> System:
        """Where subscriptions, and with them seats, live."""
        return System("axure", "license_portal", LICENSE_PORTAL_HOST, HoldingKind.SEAT)

    @property
    def public_cloud(self) -> System:
        """Where a person's own account lives, which no administrator can see."""
        return System("axure", "public_cloud", PUBLIC_CLOUD_HOST, HoldingKind.PUBLIC_ACCOUNT)

    def systems(self) -> tuple[System, ...]:
        """Every system in which a person can hold something, the organisation's own server first."""
        return self.cloud_for_business, self.license_portal, self.public_cloud


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When evidence is too old, too small or too much to act on. Percentages are of 100, ages are in days."""

    members_roster_days: int = 35
    """Older members rosters name no leaver."""
    directory_snapshot_days: int = 7
    """Older directory snapshots name no leaver."""
    shrink_percent: int = 20
    """A roster that lost more than this share of the one before it names no leaver …"""
    shrink_rows: int = 5
    """… provided that it lost at least this many rows, so that a team of eight may lose two."""
    grace_minutes: int = 5
    """How long after a claim a roster must have been taken before it can contradict the claim."""
    departures_percent: int = 10
    """Leavers beyond this share of the members are said to be held back for acting in one go …"""
    departures_number: int = 25
    """… or beyond this number, whichever is lower; lists are never cut."""
    departures_least: int = 3
    """So many are never held back, however small the organisation."""
    changes_percent: int = 10
    """More people than this share of the members whom pushes want let in or changed are held back …"""
    changes_number: int = 100
    """… or more than this number, whichever is lower."""
    changes_least: int = 25
    """So many are never held back, however small the organisation."""
    step_overdue_days: int = 3
    """After which an open case, and a step that could be done, are marked as overdue."""
    fact_days: int = 365
    """Facts about an application that are older are to be checked."""
    local_fact_days: int = 365
    """How long an organisation's own answer to an open question counts."""
    join_hours: int = 24
    """Several changes for one person that are asked for within so many hours are one case."""

    def is_shrunken(self, *, before: int, now: int) -> bool:
        """Whether a complete roster of `now` rows lost too much against the complete one of `before` rows."""
        lost = before - now
        return lost >= self.shrink_rows and lost * 100 > before * self.shrink_percent

    def allow_departures(self, members: int) -> int:
        """How many of so many members may be acted on in one go without a person's word.

        >>> Limits().allow_departures(206)
        20
        >>> Limits().allow_departures(8), Limits().allow_departures(40_000)
        (3, 25)
        """
        return max(self.departures_least, min(self.departures_number, members * self.departures_percent // 100))

    def allow_changes(self, members: int) -> int:
        """How many people pushes may have let in or changed in one go without a person's word.

        >>> Limits().allow_changes(8), Limits().allow_changes(600), Limits().allow_changes(40_000)
        (25, 60, 100)
        """
        return max(self.changes_least, min(self.changes_number, members * self.changes_percent // 100))


class SeatPrice(NamedTuple):
    """What one seat of an edition costs a year, as the organisation configured it."""

    edition: str
    yearly: Decimal
    """In units of the currency."""
    currency: str
    """Three capital letters, ISO 4217."""


APPROVAL: Final = "approval"
"""What demands name beside the steps: agreeing to a case as the second person."""
ROSTER: Final = "roster"
"""And: standing for a roster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """How strong a person's word must be to confirm; a weaker one stays reported."""

    least: Strength = Strength.CLIENT
    """For every step, and for an approval."""
    steps: Mapping[str, Strength] = field(default_factory=dict[str, Strength])
    """For single steps by their key, for `approval`, and for `roster`."""

    def __hash__(self) -> int:
        return hash((self.least, frozenset(self.steps.items())))

    def of(self, step: str) -> Strength:
        """What a step demands: the stronger of its own and what every step demands.

        >>> Demands(steps={"deactivate": Strength.SECOND_FACTOR}).of("deactivate")
        <Strength.SECOND_FACTOR: 'second_factor'>
        """
        own = self.steps.get(step, self.least)
        return own if own.reaches(self.least) else self.least

    @property
    def of_roster(self) -> Strength:
        """What standing for a roster demands, at its import or later. What every step demands says nothing about it:
        nobody confirms a step with a roster, and the configuration itself stands for a folder that it trusts.

        >>> Demands(least=Strength.CONSOLE).of_roster, Demands(steps={"roster": Strength.CONSOLE}).of_roster
        (<Strength.CLIENT: 'client'>, <Strength.CONSOLE: 'console'>)
        """
        return self.steps.get(ROSTER, Strength.CLIENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the organisation decided in advance."""

    seat_prices: tuple[SeatPrice, ...] = ()
    """At most one for each edition; without one, no cost is named."""
    non_personal: tuple[str, ...] = ()
    """Patterns of addresses that belong to no person, lower case; `*` stands for any characters, `?` for one."""
    trusted_folders: tuple[PurePath, ...] = ()
    """Absolute. A roster file from here can verify and contradict, although no person brought it."""
    approvals: ApprovalPolicy = field(default_factory=ApprovalPolicy)
    demands: Demands = field(default_factory=Demands)
    run: RunPolicy = field(default_factory=RunPolicy)

    def price_of(self, edition: str | None) -> SeatPrice | None:
        """What a seat of this edition costs, upper and lower case alike; None when it is not configured."""
        wanted = (edition or "").strip().casefold()
        return next((price for price in self.seat_prices if price.edition.casefold() == wanted), None)

    def is_non_personal(self, address: Address) -> bool:
        """Whether a configured pattern says that the address belongs to no person.

        >>> Policy(non_personal=("svc-*@*",)).is_non_personal(Address("svc-backup@acme.example"))
        True
        """
        return any(fnmatchcase(address, pattern) for pattern in self.non_personal)
