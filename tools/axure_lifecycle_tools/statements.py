"""What each system says about one person, in plain words: three records and the directory, side by side."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import DirectoryRecord, MemberRecord, SeatRecord
from axure_lifecycle.ports import Person as Found
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import on_day, plural

MOST_MEMBERSHIPS: Final = 4
MOST_SUBSCRIPTIONS: Final = 10
MOST_ACCOUNTS: Final = 6
MOST_GONE: Final = 3
_LONGEST_WHEN_SHORT: Final = 40
"""Characters of an address in the shortest sheet; the one that was asked for stands there in full anyway."""
_ROLES: Final = {"assigned": "assigned user", "owner": "owner", "manager": "manager"}


class Statement(BaseModel):
    """What one system says about the person, and how that is known."""

    model_config = ConfigDict(extra="forbid")

    system: str
    holding: str = Field(description="membership, seat, public_account or directory_account.")
    address: str
    says: str = Field(description="Plain words; 'not stated' and 'unknown' mean just that.")
    source: str | None = Field(description="One of `sources`; none where nothing was imported, or can ever be known.")


class Silent(NamedTuple):
    """What is in force where nothing names the person."""

    members: Source | None
    seats: Source | None
    has_directory: bool
    earlier: tuple[MemberRecord, ...] = ()
    """What the last whole members roster said, where the newest may be a part."""


class Sheet:
    """Everything that is said about one person, in as few words as wanted."""

    def __init__(self, desk: Desk, found: Found, silent: Silent) -> None:
        self._desk, self._found, self._silent = desk, found, silent

    def write(self, most: int) -> list[Statement]:
        """At most so many records of a kind; where more are known, it says how many."""
        no_account = "not known" if self._silent.has_directory else "unknown: no directory read is in use"
        public = "cannot be known: no admin can see a person's public account; ask the person"
        written = [
            *self._memberships(most),
            *self._seats(most),
            *(self._directory(most) or [self._state("directory", HoldingKind.DIRECTORY_ACCOUNT, no_account, None)]),
            self._state("axure/public_cloud", HoldingKind.PUBLIC_ACCOUNT, public, None),
        ]
        if most > 1:
            return written
        return [one.model_copy(update={"address": shown(one.address, _LONGEST_WHEN_SHORT)}) for one in written]

    def _state(
        self, system: System | str, holding: HoldingKind, says: str, source: Source | None, address: str | None = None
    ) -> Statement:
        return Statement(
            system=str(system),
            holding=holding.value,
            address=address or self._found.asked,
            says=says,
            source=source.name if source else None,
        )

    def _memberships(self, most: int) -> list[Statement]:
        members, kind = self._found.members, HoldingKind.MEMBERSHIP
        if not members:
            newest = self._silent.members
            says = "no members roster was imported yet" if newest is None else _unlisted(newest)
            earlier = [
                self._state(
                    one.source.system,
                    kind,
                    f"by {one.source.name}, the last whole list: {self._member(one)}",
                    one.source,
                    one.address,
                )
                for one in self._silent.earlier[:most]
            ]
            return [self._state(self._desk.organization.cloud_for_business, kind, says, newest), *earlier]
        told = members[: min(most, MOST_MEMBERSHIPS)]
        stated = [self._state(one.source.system, kind, self._member(one), one.source, one.address) for one in told]
        return stated + self._more(members[len(told) :], kind, "membership")

    def _member(self, member: MemberRecord) -> str:
        return (
            f"{shown(member.status, 40) if member.status else 'listed, status not stated'}, "
            f"role {shown(member.role, 40) if member.role else 'not stated'}, Use SSO {_yes_no(member.use_sso)}"
            + (f", listed as {member.address}" if member.address != self._found.asked else "")
            + (f" (flagged: {', '.join(member.flags)})" if member.flags else "")
        )

    def _seats(self, most: int) -> list[Statement]:
        system, stated = self._desk.organization.license_portal, list[Statement]()
        for relation, role in _ROLES.items():
            mine = [seat for seat in self._found.seats if seat.relation == relation]
            if mine:
                says = f"{role} of {plural(len(mine), 'subscription')}: {_name_some(mine, most)} (bought {_paid(mine)})"
                stated.append(self._state(system, HoldingKind.SEAT, says, mine[0].source, mine[0].address))
        if stated:
            return stated
        newest = self._silent.seats
        says = "unknown: no licence list was imported yet" if newest is None else _without_seat(newest)
        return [self._state(system, HoldingKind.SEAT, says, newest)]

    def _directory(self, most: int) -> list[Statement]:
        accounts, gone, kind = self._found.directory, self._found.gone_from, HoldingKind.DIRECTORY_ACCOUNT
        told, missed = accounts[: min(most, MOST_ACCOUNTS)], gone[: min(most, MOST_GONE)]
        stated = [self._state(one.system, kind, self._account(one), one.source, one.address) for one in told]
        stated += self._more(accounts[len(told) :], kind, "directory account")
        for source in missed:
            says = f"not in the newest read; {source.name} still knew the person"
            stated.append(self._state(source.system, kind, says, source))
        if len(gone) > len(missed):
            says = f"{plural(len(gone) - len(missed), 'more read')} of other directories still knew the person"
            stated.append(self._state("directory", kind, says, None))
        return stated

    def _account(self, account: DirectoryRecord) -> str:
        zone = self._desk.organization.time_zone
        is_one_of_several = sum(one.system == account.system for one in self._found.directory) > 1
        whose = f"{shown(account.display_name, 60)}, " if account.display_name else ""
        return (
            (f"{whose}{account.address}: " if is_one_of_several else "")
            + account.standing.value
            + (f" ({shown(account.status, 40)})" if account.status else "")
            + (f", last day {on_day(account.leave_at, zone)}" if account.leave_at else "")
            + (f", kind {shown(account.kind, 40)}" if account.kind and account.kind != "person" else "")
            + _ASSIGNED[account.is_assigned]
        )

    def _more(
        self, left: Sequence[MemberRecord] | Sequence[DirectoryRecord], kind: HoldingKind, what: str
    ) -> list[Statement]:
        """How many more there are, exactly."""
        if not left:
            return []
        says = f"{plural(len(left), f'more {what}')} of the same person"
        return [self._state(left[0].source.system, kind, says, left[0].source)]


_ASSIGNED: Final = {None: "", True: ", assigned to Axure's app there", False: ", not assigned to Axure's app there"}


def _unlisted(newest: Source) -> str:
    return "not listed" if newest.is_whole else "unknown: not in this list, which may be a part"


_RELATIONS: Final = {"assigned": "assigned users", "owner": "owners", "managers": "managers"}
"""The columns of a licence list that say who holds what."""


def _without_seat(newest: Source) -> str:
    silent = [words for column, words in _RELATIONS.items() if column not in newest.columns]
    if silent:
        return (
            f"not stated: this list does not say who the {' and '.join(silent)} are, and names the person nowhere else"
        )
    return "no subscription" if newest.is_whole else "unknown: not in this list, which may be a part"


def _name_some(seats: Sequence[SeatRecord], most: int) -> str:
    names = [shown(seat.subscription, 40) for seat in seats[: min(most, MOST_SUBSCRIPTIONS)]]
    more = f" and {len(seats) - len(names):,} more" if len(seats) > len(names) else ""
    return ", ".join(names) + more


def _paid(seats: Sequence[SeatRecord]) -> str:
    bought = Counter(seat.bought_by or "not stated" for seat in seats)
    return ", ".join(f"{count} by {shown(word, 40).replace('_', ' ')}" for word, count in sorted(bought.items())[:4])


def _yes_no(value: bool | None) -> str:
    return "not stated" if value is None else "on" if value else "off"
