"""What identity providers want, beside what somebody plans, decides or does here: it is said, and stops nobody."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.roles import fold_role
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.wishes import (
    CHANGE_ADDRESS,
    CHANGE_ROLE,
    CHANGE_WORKSPACES,
    OFFBOARD,
    ONBOARD,
    REACTIVATE,
    Wish,
)
from axure_lifecycle.domain.workspaces import JOIN, LEAVE, read_workspaces, say_workspaces, write_workspaces
from axure_lifecycle.ports import CaseRecord, Person, View
from axure_lifecycle.ports.wanted import WantedPerson
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wished import current, say_wanted, wishes_by_id
from axure_lifecycle_tools.wording import at, plural

MOST_SAID: Final = 5
"""Wishes that one answer tells beside a plan or a decision, those that go against it first."""
_MOST_WORKSPACES: Final = 3
TAKE_OVER: Final = "take-over"
"""What a successor does in any operation that has one."""
_NEEDS_A_PERSON: Final = frozenset(
    {ONBOARD, REACTIVATE, CHANGE_ROLE, CHANGE_ADDRESS, CHANGE_WORKSPACES, "assign-seat", TAKE_OVER}
)
"""Operations for nobody who is to go."""
FOR: Final = "for"
AGAINST: Final = "against"
PARTLY: Final = "partly"
NEITHER: Final = "neither"
_RANK: Final = (AGAINST, PARTLY, FOR, NEITHER)


class Wanted(NamedTuple):
    """What one identity provider wants for whoever stands under an address."""

    address: Address
    person: WantedPerson
    wish: Wish
    """With what groups mean."""

    @property
    def is_on(self) -> bool:
        """Whether the person is to have access."""
        return self.person.is_active

    def say(self) -> str:
        """What is wanted, without since when (`on as admin, in “Checkout”`)."""
        if not self.is_on:
            return say_wanted(self.person)
        role = f" as {self.wish.role.replace('_', ' ')}" if self.wish.role else ""
        names = self.wish.workspaces
        more = f" and {len(names) - _MOST_WORKSPACES} more" if len(names) > _MOST_WORKSPACES else ""
        some = say_workspaces(write_workspaces(names[:_MOST_WORKSPACES]))
        return f"on{role}" + (f", in {some}{more}" if names else "")

    def say_since(self, desk: Desk) -> str:
        """The same, with by whom and since when; holds no age, which changes with the clock."""
        waits = ", held back" if self.person.hold is not None and self.person.unsettled_since is not None else ""
        since = at(self.person.wanted_since, desk.organization.time_zone)
        return f"{self.say()} by {shown(self.person.idp, 40)} since {since}{waits}"


class WantedBeside(BaseModel):
    """What an identity provider wants for somebody whom a plan is about."""

    model_config = ConfigDict(extra="forbid")

    person: str
    idp: str
    wanted: str
    since: str
    plan: str = Field(description="How the plan stands to it: for, against, partly, neither.")

    def line(self) -> str:
        """The same for a reader."""
        sign = "Mind:" if self.plan in (AGAINST, PARTLY) else "Wanted:"
        return f"{sign} {self.idp} wants {self.person} {self.wanted} since {self.since}, by SCIM{_STANDS[self.plan]}."


_STANDS: Final = {
    FOR: ": this plan is for that",
    AGAINST: ": this plan goes against it",
    PARTLY: ": this plan is only partly for that",
    NEITHER: "",
}


def wanted_for(view: View, desk: Desk, addresses: Collection[Address]) -> Mapping[Address, Sequence[Wanted]]:
    """Address → what is wanted for whoever stands under it; a few statements, however many they are.

    Whoever was deleted before anybody acted is left out: nothing is left to do.
    """
    people = current(view.wanted_at(addresses)) if desk.scim.idps and addresses else ()
    wishes = wishes_by_id(view, desk, people)
    found: dict[Address, list[Wanted]] = {}
    for one in people:
        where = one.settled.address if one.settled is not None and one.settled.address in addresses else one.address
        if where is not None:
            wish = wishes.get(one.id, Wish(one.address, one.is_active))
            found.setdefault(where, []).append(Wanted(where, one, wish))
    return found


def beside_plan(view: View, desk: Desk, plan: Plan, people: Sequence[Person]) -> list[WantedBeside]:
    """What is wanted for everybody whom a plan is about, what goes against it first.

    Identity providers push whom they want in Axure, so of another application they say nothing.
    """
    if plan.application != desk.organization.cloud_for_business.application:
        return []
    options = plan.options
    takes_over, moves_to = options.get("successor"), options.get("new_address")
    known = [address for found in people for address in (found.asked, *found.addresses)]
    others = [Address(one) for one in (takes_over, moves_to) if one is not None]
    wanted = wanted_for(view, desk, list(dict.fromkeys([*known, *others])))
    told = [
        _beside(desk, one, _stands(TAKE_OVER if one.address == takes_over else plan.operation, options, one))
        for some in wanted.values()
        for one in some
    ]
    return sorted(told, key=lambda one: (_RANK.index(one.plan), one.person))


def _beside(desk: Desk, one: Wanted, plan: str) -> WantedBeside:
    return WantedBeside(
        person=shown(one.address, 120),
        idp=shown(one.person.idp, 40),
        wanted=one.say(),
        since=at(one.person.wanted_since, desk.organization.time_zone),
        plan=plan,
    )


def _stands(operation: str, options: Mapping[str, str], one: Wanted) -> str:
    """How what is planned stands to what is wanted for one person."""
    if operation == OFFBOARD:
        return AGAINST if one.is_on else FOR
    if operation not in _NEEDS_A_PERSON:
        return NEITHER
    if not one.is_on:
        return AGAINST
    match operation:
        case "onboard":
            is_other = one.wish.role is not None and not _is_role(options, one.wish.role)
            return PARTLY if is_other or not _names(options, JOIN) >= set(one.wish.workspaces) else FOR
        case "reactivate":
            return FOR
        case "change-role":
            return NEITHER if one.wish.role is None else FOR if _is_role(options, one.wish.role) else AGAINST
        case "change-address":
            return _stands_to_address(options, one.person.address)
        case "change-workspaces":
            return _stands_to_workspaces(options, set(one.wish.workspaces))
        case _:
            return NEITHER


def _stands_to_address(options: Mapping[str, str], address: Address | None) -> str:
    if address is None:
        return NEITHER
    return FOR if options.get("new_address") == address else AGAINST


def _stands_to_workspaces(options: Mapping[str, str], wanted: set[str]) -> str:
    """No group says that somebody shall be in no other workspace: only what is taken away can go against it."""
    if _names(options, LEAVE) & wanted:
        return AGAINST
    return FOR if _names(options, JOIN) & wanted else NEITHER


def _names(options: Mapping[str, str], option: str) -> set[str]:
    return set(read_workspaces(options.get(option, "")))


def _is_role(options: Mapping[str, str], wanted: str) -> bool:
    return fold_role(options.get("role", "")) == fold_role(wanted)


def is_against(one: Wanted, operation: str | None, options: Mapping[str, str]) -> bool:
    """Whether an operation goes against what is wanted for somebody; without one they keep what they have."""
    return not one.is_on if operation is None else _stands(operation, options, one) == AGAINST


NOT_FOR_THAT: Final = ": not what this case is for."
"""How a sentence ends about what a case goes against."""


def beside_case(view: View, desk: Desk, case: CaseRecord) -> list[str]:
    """What is wanted for those whom a case is about, what goes against it first, in sentences."""
    if not desk.scim.idps or case.application != desk.organization.cloud_for_business.application:
        return []
    stands = case.state in (CaseState.OPEN, CaseState.DONE)
    told = [
        (one, stands and any(is_against(one, operation, case.options_of(operation)) for operation in case.operations))
        for some in wanted_for(view, desk, case.people).values()
        for one in some
    ]
    told.sort(key=lambda pair: (not pair[1], pair[0].address))
    said = [
        f"{shown(one.person.idp, 40)} wants {one.address} {one.say()} since "
        f"{at(one.person.wanted_since, desk.organization.time_zone)}, by SCIM" + (NOT_FOR_THAT if against else ".")
        for one, against in told[:MOST_SAID]
    ]
    if left := len(told) - len(said):
        said.append(f"… and {plural(left, 'more wish', 'more wishes')}; check_user tells each person's.")
    return said
