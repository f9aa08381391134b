"""What an identity provider wants, pushed to us by SCIM 2.0: kept apart from what is known of anybody.

Nothing that is pushed says anything about Axure. It is a wish, with its moment and its identity provider, until people
act on it and a roster shows what came of it. Each identity provider has a namespace of its own.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from axure_lifecycle.domain.access import lets_in
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Actor, Channel

SCIM_PATH: Final = "/scim/v2"
"""Where identity providers reach it."""
SCIM_MEDIA_TYPE: Final = "application/scim+json"
SCIM_ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"
SCIM_TOKEN_PREFIX: Final = "axs_"  # noqa: S105 - how one begins, not one
"""How a token of an identity provider begins."""


class IdpKind(StrEnum):
    """Whose habits are to be expected."""

    OKTA = "okta"
    ENTRA = "entra"
    OTHER = "other"


class AddressFrom(StrEnum):
    """Which pushed attribute is the address that a person has in Axure."""

    USER_NAME = "userName"
    EMAILS = "emails"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMeaning:
    """What being in a pushed group means in Axure."""

    role: str | None = None
    """A system role, as conditions know it (`technical_admin`); None: the group says nothing about roles."""
    workspaces: tuple[str, ...] = ()
    """As they are called there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdpSettings:
    """One `[[scim.idps]]`."""

    name: str
    """Our own word for it; its namespace, and its name in the trail."""
    kind: IdpKind
    address: AddressFrom = AddressFrom.USER_NAME
    groups: Mapping[str, GroupMeaning] = field(default_factory=dict[str, GroupMeaning])
    """By the group's display name in the form of `key_of`."""
    grouping_minutes: int = 15
    """Changes of one person within so many minutes are one wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScimSettings:
    """`[scim]`."""

    idps: tuple[IdpSettings, ...] = ()
    """In the order of the file; none: SCIM is not served."""
    pushes_a_minute: int = 3_000
    """Of each identity provider, by each process. Entra asks for 25 a second."""
    max_push_bytes: int = 1024 * 1024
    """Of one request."""

    def idp(self, name: str) -> IdpSettings | None:
        """The one with this name."""
        return next((each for each in self.idps if each.name == name), None)


def key_of(name: str) -> str:
    """The form in which two user names, or two names of groups, are compared: NFC and lower case.

    >>> key_of("Ana@ACME.example") == key_of("ana@acme.example")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).lower())


def actor_of(idp: str, token: str) -> Actor:
    """Whoever pushes, as the trail names them; never from anything that they say.

    >>> actor_of("okta", "ST-3").proof
    'token ST-3'
    """
    return Actor(idp, Channel.SCIM, None, f"token {token}")


class ScimTokenRecord(NamedTuple):
    """A token with which one identity provider pushes."""

    id: int
    idp: str
    label: str
    """What it is for, in somebody's own words; may be empty."""
    created_by: Actor
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_because: str | None

    @property
    def name(self) -> str:
        """What people call it (`ST-3`)."""
        return f"ST-{self.id}"

    def counts(self, now: datetime) -> bool:
        """Whether it lets anybody in."""
        return lets_in(self.expires_at, self.revoked_at, now)


class WantedUser(NamedTuple):
    """What an identity provider wants for one person."""

    external_id: str | None
    user_name: str
    """As it was given."""
    address: Address | None
    """None where nothing that was pushed is one: then nobody can act on it, and it is shown."""
    active: bool
    resource: str
    """JSON in its canonical form (`trail.canonical`), as the identity provider gets it back: no id, meta or groups, and
    never a password."""
    aside: str
    """JSON in its canonical form: path → {"value": …, "because": …}. What could not be read, and stopped nothing."""


class WantedGroup(NamedTuple):
    """What an identity provider wants for one group, its members apart."""

    external_id: str | None
    display_name: str
    resource: str
    aside: str


class ScimUserRecord(NamedTuple):
    """A pushed person, as the store keeps them. All moments are UTC."""

    id: str
    """A UUID."""
    idp: str
    wanted: WantedUser
    version: int
    """Grows with every change."""
    created_at: datetime
    changed_at: datetime
    deleted_at: datetime | None
    """None: the identity provider has not deleted them."""
    wanted_since: datetime
    """Since when the wanted state (address, active, deleted, groups) is what it is."""
    unsettled_since: datetime | None
    """Since when what is wanted waits to be looked at; None: nothing waits."""
    settled_at: datetime | None
    settled_address: Address | None
    settled_active: bool | None
    """None: nothing of them was ever looked at."""
    settled_roles: str | None
    """JSON."""


class ScimGroupRecord(NamedTuple):
    """A pushed group, as the store keeps it."""

    id: str
    idp: str
    wanted: WantedGroup
    version: int
    created_at: datetime
    changed_at: datetime


class ScimMember(NamedTuple):
    """That a person is in a group."""

    group_id: str
    group_name: str
    user_id: str
    user_name: str


class MemberMoves(NamedTuple):
    """Who comes into a group, and who leaves it: all that has to be known to change one of many people."""

    come: frozenset[str] = frozenset()
    leave: frozenset[str] = frozenset()
    is_whole: bool = False
    """Whether everybody leaves who does not come."""

    def then(self, other: "MemberMoves") -> "MemberMoves":
        """Both, one after the other.

        >>> MemberMoves(frozenset("ab")).then(MemberMoves(leave=frozenset("b"))) == MemberMoves(
        ...     frozenset("a"), frozenset("b")
        ... )
        True
        >>> MemberMoves(leave=frozenset("a")).then(MemberMoves(frozenset("a"))) == MemberMoves(frozenset("a"))
        True
        >>> MemberMoves(frozenset("a")).then(MemberMoves(frozenset("b"), is_whole=True)).come == frozenset("b")
        True
        """
        if other.is_whole:
            return other
        leave = frozenset[str]() if self.is_whole else (self.leave - other.come) | other.leave
        return MemberMoves((self.come - other.leave) | other.come, leave, self.is_whole)


class ScimWhere(NamedTuple):
    """A condition that an index answers: one of the columns equals a value."""

    column: str
    """`id`, `user_name_key`, `external_id`, `active`, `address` of users; `id`, `display_name_key`, `external_id` of
    groups."""
    value: str | bool
