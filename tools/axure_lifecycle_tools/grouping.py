"""Who of those whom a plan is for stands where, and what they hold: the groups that a step or a guard is about.

The directories are asked in the order of `axure_lifecycle.domain.verdicts`: with several of them active anywhere wins,
then leaving, then a hold. A decision that somebody may stay stands above what they say.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.ports import DirectoryRecord, Person, SeatRecord, View
from axure_lifecycle_tools.spec import Desk

_OFF: Final = frozenset({Standing.DISABLED, Standing.DEPROVISIONED})
_PRECEDENCE: Final = ("works_here", "leaving", "on_hold", "has_left", "not_in_directory")
_MAY_STAY: Final = frozenset({DecisionKind.EXTERNAL, DecisionKind.KEEP})


def standings_of(view: View, found: Person) -> set[str]:
    """The answers to the trait `directory`."""
    if found.directory:
        return {one.standing.value for one in found.directory}
    if found.gone_from:
        return {"gone"}
    return {"never_known"} if view.directories() else {"no_read"}


def whose(desk: Desk, found: Person) -> str:
    """The answer to the trait `personal`; also for an address that no members roster lists."""
    decision = found.decision.kind if found.decision is not None else None
    if _is_claimed_twice(found) and decision is not DecisionKind.BELONGS_TO:
        return "ambiguous"
    if decision is DecisionKind.NON_PERSONAL:
        return "no"
    is_pattern = found.facts is not None and found.facts.matches_non_personal_pattern
    is_named = is_pattern or desk.policy.is_non_personal(found.asked)
    if is_named or any(one.kind not in (None, "person") for one in found.directory):
        return "no"
    return "yes"


def _is_claimed_twice(found: Person) -> bool:
    if found.facts is not None and any(sighting.claimants > 1 for sighting in found.facts.sightings):
        return True
    # Somebody whom no members roster lists has no facts; an address leads to two accounts of one directory only where
    # both list it.
    systems = sorted(str(one.system) for one in found.directory)
    return any(len(list(same)) > 1 for _, same in groupby(systems))


def by_directory(view: View, desk: Desk, people: Iterable[Person]) -> Mapping[str, tuple[Address, ...]]:
    """The groups of people that tell how they stand, each sorted; somebody who simply works here is in none."""
    groups: dict[str, list[Address]] = {
        name: [] for name in ("ambiguous", "non_personal", "has_left", "on_hold", "leaving", "not_in_directory")
    }
    for found in people:
        is_whose = whose(desk, found)
        standing = _standing(view, desk, found)
        if is_whose == "ambiguous":
            groups["ambiguous"].append(found.asked)
        else:
            if is_whose == "no":
                groups["non_personal"].append(found.asked)
            if standing is not None and (is_whose == "yes" or standing != "not_in_directory"):
                groups[standing].append(found.asked)
    return {name: tuple(sorted(addresses)) for name, addresses in groups.items()}


def _standing(view: View, desk: Desk, found: Person) -> str | None:
    """The one group that the directories put somebody in; None for whoever works here, or whom nobody was asked about.

    A decision that somebody may stay takes back that they left or are not known, and nothing else.
    """
    answers = {_heard(one, desk.now) for one in found.directory}
    if not answers and found.gone_from:
        answers = {"has_left"}
    if not answers and view.directories():
        answers = {"not_in_directory"}
    may_stay = found.decision is not None and found.decision.kind in _MAY_STAY
    if may_stay:
        answers -= {"has_left", "not_in_directory"}
    standing = next((each for each in _PRECEDENCE if each in answers), None)
    return None if standing == "works_here" else standing


def _heard(one: DirectoryRecord, now: datetime) -> str:
    has_gone = one.leave_at is not None and one.leave_at <= now
    if one.standing in _OFF or has_gone:
        return "has_left"
    if one.leave_at is not None:
        return "leaving"
    return "on_hold" if one.standing is Standing.HOLD else "works_here"


# -- subscriptions ----------------------------------------------------------------------------------------------------


def payment_of(seat: SeatRecord) -> str:
    """The answer to the trait `bought_by`."""
    if seat.bought_by is None:
        return "not_stated"
    return seat.bought_by if seat.bought_by in ("card", "purchase_order") else "other"


def managed_alone(seats: Sequence[SeatRecord]) -> tuple[str, ...]:
    """The subscriptions managed that have no other manager."""
    return tuple(sorted({seat.subscription for seat in seats if seat.relation == "manager" and seat.managers <= 1}))


def by_relation(seats: Sequence[SeatRecord]) -> Mapping[str, tuple[str, ...]]:
    """The groups of subscriptions, by the roster's own names: the next roster is compared with them."""

    def held(relation: str, *payments: str) -> tuple[str, ...]:
        mine = (seat for seat in seats if seat.relation == relation)
        return tuple(sorted({seat.subscription for seat in mine if not payments or payment_of(seat) in payments}))

    return {
        "owned_by_card": held("owner", "card"),
        "owned_by_purchase_order": held("owner", "purchase_order"),
        "owned_otherwise": held("owner", "other", "not_stated"),
        "managed": held("manager"),
        "managed_alone": managed_alone(seats),
        "assigned": held("assigned"),
    }
