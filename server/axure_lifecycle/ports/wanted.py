"""What identity providers want, as far as settling it and showing it need: apart from what is known, and beside it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.scim import key_of
from axure_lifecycle.domain.wishes import Wait, Wish
from axure_lifecycle.ports.records import CaseRecord, Page


class HoldRecord(NamedTuple):
    """Why a wish waits. Moments are UTC."""

    code: str
    sentence: str
    since: datetime
    """Since when for this reason."""
    tried_at: datetime
    """When it was last looked at."""


class PutAside(NamedTuple):
    """Something that was pushed and could not be read."""

    path: str
    """Of the attribute, as the identity provider wrote it: text from outside."""
    because: str


class WantedPerson(NamedTuple):
    """What one identity provider wants for one person. Moments are UTC."""

    id: str
    idp: str
    user_name: str
    """As it was given."""
    address: Address | None
    is_active: bool
    """False for somebody switched off, and for somebody deleted."""
    deleted_at: datetime | None
    version: int
    changed_at: datetime
    wanted_since: datetime
    unsettled_since: datetime | None
    """None: nothing waits."""
    settled: Wish | None
    """None: nothing of them was ever settled."""
    settled_at: datetime | None
    hold: HoldRecord | None
    aside: tuple[PutAside, ...]
    """The attributes of theirs that could not be read and are kept aside, by their paths."""

    @property
    def cursor(self) -> str:
        """Where a list of those who wait goes on after them."""
        return f"{key_of(self.user_name)} {self.id}"


class WantedCount(NamedTuple):
    """What one identity provider wants, counted."""

    idp: str
    on: int
    off: int
    """Switched off or deleted."""
    unsettled: int
    held: int
    """Of the unsettled ones, those that wait for more than their time."""
    aside: int
    """People of whom attributes are kept aside."""
    last_push: datetime | None
    """The newest change, UTC."""
    off_still_on: int
    """Wanted off, and on by the members roster in force."""
    on_not_listed: int
    """Wanted on, and not listed under that address."""
    on_but_off: int
    """Wanted on, and off by the roster."""


class KeptAside(NamedTuple):
    """A person or a group of whom attributes could not be read."""

    idp: str
    is_group: bool
    id: str
    name: str
    """Its userName or displayName, as it was given: text from outside."""
    address: Address | None
    """None for a group, and where what stands for an address is none."""
    aside: tuple[PutAside, ...]

    @property
    def cursor(self) -> str:
        """Where a list of them goes on after this one."""
        return f"{'group' if self.is_group else 'person'} {key_of(self.name)} {self.id}"


class WantedView(Protocol):
    """The part of a view that is about what is wanted."""

    def wanted_due(
        self, idp: str, *, until: datetime, tried_before: datetime, most: int, after: str = ""
    ) -> Sequence[WantedPerson]:
        """Whose wish is to be settled: unsettled since `until` or longer; by id, from `after` on.

        Those that wait are left out until something else is wanted for them, unless they were last looked at before
        `tried_before`.
        """
        ...

    def wanted_again(self, idp: str, user_ids: Collection[str]) -> Sequence[WantedPerson]:
        """These people, as far as their wish is unsettled; by user name."""
        ...

    def held_departures(self, idp: str, *, tried_since: datetime) -> int:
        """How many wait for a brake or the ceiling to let them leave, and were looked at since a moment."""
        ...

    def held_changes(self, idp: str, *, tried_since: datetime) -> int:
        """How many wait for the ceiling to let them in or change them, and were looked at since a moment."""
        ...

    def groups_wanted(
        self, idp: str, user_ids: Collection[str], groups: Collection[str]
    ) -> Mapping[str, Sequence[str]]:
        """Of each of these people who is in one of these groups (in the form of `key_of`): which ones."""
        ...

    def standing_cases(self, people: Collection[Address], application: str) -> Sequence[CaseRecord]:
        """The open and done cases about any of these people in an application, newest first."""
        ...

    def wanted_at(self, addresses: Collection[Address]) -> Sequence[WantedPerson]:
        """Whoever is wanted, or was settled, with one of these addresses, deleted ones included.

        By identity provider, then oldest first.
        """
        ...

    def wanted_held(self, page: Page) -> tuple[Sequence[WantedPerson], str | None, int]:
        """Those who wait, by user name; the cursor of the next part; how many there are."""
        ...

    def kept_aside(self, page: Page) -> tuple[Sequence[KeptAside], str | None, int]:
        """Of whom attributes are kept aside: groups, then people, by name; the cursor of the next part; how many."""
        ...

    def groups_aside(self) -> Mapping[str, int]:
        """Identity provider → how many of its groups have attributes kept aside; those without any are missing."""
        ...

    def count_wanted(self, members: int | None) -> Sequence[WantedCount]:
        """By identity provider; `members` is the id of the members roster in force."""
        ...

    def count_pushed(self, since: datetime) -> tuple[int, int]:
        """How many offboardings, and how many other cases, came of pushes since a moment (UTC)."""
        ...


class WantedChange(WantedView, Protocol):
    """The part of a transaction that is about what is wanted."""

    def settle_wanted(self, settled: Sequence[tuple[WantedPerson, Wish]]) -> None:
        """These wishes are settled, as these; of whoever has changed since they were read, nothing is written.

        No record: the cases have theirs, and `note` says how many asked for nothing.
        """
        ...

    def hold_wanted(self, held: Sequence[tuple[WantedPerson, Wait, Wish | None]]) -> int:
        """These wishes wait, and what of them counts as settled; how many did not wait for the same reason before."""
        ...
