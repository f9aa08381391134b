"""What was asked for, and what the sources say about those whom it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import System
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.ports import MemberRecord, View
from axure_lifecycle.ports import Person as Found
from axure_lifecycle_tools.spec import Desk


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


class Sight:
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


def without_seat(sight: Sight) -> list[Found]:
    """Those who are nobody's assigned user by the licence list in force, if there is one."""
    with_seat = {seat.address for seat in sight.seats if seat.relation == "assigned"}
    return [found for found in sight.people if not with_seat & set(found.addresses)]


def tells_seats(source: Source) -> bool:
    """Whether nobody is an assigned user whom this licence list does not name as one."""
    return source.is_whole and "assigned" in source.columns
