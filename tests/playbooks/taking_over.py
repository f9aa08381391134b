"""Situations in which somebody else takes over what a person has."""

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.playbooks import Situation
from tests.playbooks.situations import SUCCESSOR
from tests.playbooks.staying import GROUPS, planned, stays

TAKER = {
    "successor": "active",
    "successor_is_the_person": "no",
    "successor_directory": "active",
    "successor_seat": "no",
}
"""A successor who stays, is a member and has no seat."""
TAKING_OVER: GROUPS = {"taking_over": (SUCCESSOR,)}
EVERY_LICENCE: GROUPS = {
    "owned_by_card": ("SUB-1",),
    "owned_by_purchase_order": ("SUB-2", "SUB-3"),
    "owned_otherwise": ("SUB-4",),
    "managed": ("SUB-1", "SUB-2", "SUB-5"),
    "managed_alone": ("SUB-5",),
    "assigned": ("SUB-6",),
}

SUCCESSORS: list[tuple[str, dict[str, str], set[str]]] = [
    ("a successor who stays", {}, set()),
    ("a successor who is suspended", {"successor_directory": "hold"}, {"successor-suspended"}),
    ("a successor who is disabled", {"successor_directory": "disabled"}, {"successor-has-left"}),
    ("a successor who is gone", {"successor_directory": "gone"}, {"successor-has-left"}),
    ("a successor whom nobody knows", {"successor_directory": "never_known"}, {"successor-unknown"}),
    ("no directory", {"successor_directory": "no_read"}, set()),
    ("a successor whose account an open case ends", {"successor_leaves": "case"}, {"successor-is-offboarded"}),
    ("a successor with a last day", {"successor_leaves": "last_day"}, {"successor-leaves"}),
    ("a successor with both", {"successor_leaves": "case last_day"}, {"successor-is-offboarded"}),
    ("the person as successor", {"successor_is_the_person": "yes"}, {"successor-is-the-person"}),
    ("a successor who is not listed", {"successor": "not_listed"}, {"successor-not-listed"}),
    ("a successor whose account is off", {"successor": "deactivated"}, {"successor-deactivated"}),
]
"""Who takes over, and what every handover says about it."""
ROSTERS: list[tuple[str, dict[str, str], set[str]]] = [
    ("an assistant's roster", {"roster": "reported"}, {"reported-roster"}),
    ("an assistant's roster that hides something", {"roster": "reported disputed"}, {"disputed-roster"}),
    ("an old roster", {"roster": "confirmed old"}, {"old-roster"}),
    ("a roster that may be a part", {"roster": "confirmed part"}, {"part-of-a-roster"}),
    ("two claimants", {"personal": "ambiguous"}, {"ambiguous-address"}),
    ("a shared account", {"personal": "no"}, {"non-personal-account"}),
    ("another case", {"other_case": "yes"}, {"another-case"}),
]
"""How far the sources can be believed, and what every plan for people says about it."""


def taken_over(operation: str, records: GROUPS | None = None, /, **traits: str) -> Plan:
    """The plan when somebody takes over."""
    return planned(operation, {**TAKING_OVER, **(records or {})}, None, **{**TAKER, **traits})


def handed_over(records: GROUPS | None = None, /, **traits: str) -> Situation:
    """The situation of it."""
    return stays({**TAKING_OVER, **(records or {})}, **{**TAKER, **traits})
