"""What an identity provider wants for somebody, what is known of them, and what can follow, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from axure_lifecycle.domain.addresses import Address

ONBOARD: Final = "onboard"
OFFBOARD: Final = "offboard"
REACTIVATE: Final = "reactivate"
CHANGE_ROLE: Final = "change-role"
CHANGE_ADDRESS: Final = "change-address"
CHANGE_WORKSPACES: Final = "change-workspaces"
NEWCOMERS: Final = "member"
"""The role of whoever is in no group that means one."""


class Known(StrEnum):
    """What the members roster in force says of an address."""

    ON = "on"
    OFF = "off"
    NOT_LISTED = "not_listed"


class Wish(NamedTuple):
    """What is wanted of one person."""

    address: Address | None
    """None where what stands for an address is none."""
    is_active: bool
    """False for somebody switched off, and for somebody deleted."""
    role: str | None = None
    """A system role that groups mean, as conditions know it; None where no group of theirs means one."""
    workspaces: tuple[str, ...] = ()
    """Those that groups mean, sorted. Settled for somebody wanted off: those that were asked for before."""


class StandingCase(NamedTuple):
    """A case about the person that is open, or done and waiting for a roster."""

    id: int
    operations: tuple[str, ...]
    people: tuple[Address, ...]
    is_ours: bool
    """Whether every part of it came by a push, and it is about one person."""
    is_begun: bool
    """Whether anything was said, or shown, of any step of it."""
    is_open: bool
    options: Mapping[str, str] = {}
    """Of all its plans: `role`, `new_address`, `workspaces`, `leave_workspaces`."""

    @property
    def name(self) -> str:
        """What people call it (`C-12`)."""
        return f"C-{self.id}"

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it may end with the wish that it was opened for."""
        return self.is_ours and self.is_open and not self.is_begun


class Sight(NamedTuple):
    """What is known of a person, by the addresses that are wanted now and were settled last."""

    known: Mapping[Address, Known]
    roles: Mapping[Address, str | None] = {}
    """Address → the roster's own word for the role, of those who are on."""
    cases: Sequence[StandingCase] = ()
    """About any of the addresses, newest first."""
    wanted_by: str | None = None
    """Another record that wants the person on, in words; of a wish to have them off."""
    keeps: bool = False
    """Whether somebody without a membership that is on holds something else that an offboarding ends: a seat."""
    doubt: str | None = None
    """Why the sources in force may be wrong about somebody whom they do not show as on, as a sentence."""
    leaves_out: str | None = None
    """Why the members roster in force may leave out people who are there, as a sentence."""
    inside: tuple[str, ...] = ()
    """Workspaces that somebody wanted on again never left: their offboarding ends before anybody began it."""


# -- what follows ------------------------------------------------------------------------------------------------------


class Hold(StrEnum):
    """Why a wish waits. The refusals of plans have codes of their own beside these."""

    ADDRESS_UNREADABLE = "address_unreadable"
    CASE_STANDS = "case_stands"
    """Somebody works on a case that wants otherwise."""
    ROSTER_DECIDES = "roster_decides"
    """Somebody said that something is done, and no roster shows it yet."""
    UNDER_WAY = "under_way"
    """A case is about a part of the wish; the rest follows once that is done."""
    DOUBT = "doubt"
    """The sources may be wrong about the person."""
    BRAKE = "brake"
    CEILING = "ceiling"


class Opening(NamedTuple):
    """A case to open."""

    operation: str
    person: Address
    options: Mapping[str, str] = {}
    beside: str = ""
    """The case whose work it undoes; empty for none. Such a one is a case of its own."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """The wish is settled and asks for nothing."""

    said: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The wish stays unsettled, and is looked at again."""

    code: str
    said: str


@dataclass(frozen=True, slots=True)
class Act:
    """Cases end and begin."""

    cancel: tuple[StandingCase, ...] = ()
    open: tuple[Opening, ...] = ()
    rest: Wait | None = None
    """What of the wish is left for later; None where all of it is settled."""
    settles: Wish | None = None
    """Where a rest is left, what counts as settled by now; None: nothing."""

    @property
    def is_departure(self) -> bool:
        """Whether somebody is to be offboarded."""
        return any(one.operation == OFFBOARD for one in self.open)

    @property
    def is_change(self) -> bool:
        """Whether somebody is to be let in, or to have something else than before."""
        return bool(self.open) and not self.is_departure

    @property
    def is_arrival(self) -> bool:
        """Whether somebody is to be added whom the roster does not list."""
        return any(one.operation == ONBOARD for one in self.open)


Decision = Nothing | Wait | Act
