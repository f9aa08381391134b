"""What a members roster shows of a role, in the words that it uses and that the application knows."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from anyio.from_thread import start_blocking_portal

from axure_lifecycle.app import ShippedKnowledge
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.plans import EndState
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.playbooks.applications import shipped_application
from axure_lifecycle.ports import MemberRecord, View
from axure_lifecycle_tools.settling import what_it_shows
from tests.conversations.party import OPERATOR, STAFF, SUPER, members_page
from tests.mcp.offices import open_bureau
from tests.playbooks.matrix import Server, desk_of, source

ANA, BEN = Address("ana.silva@acme.example"), Address("ben.okafor@acme.example")
DESK = replace(desk_of(Server("private_instance", "saml", "okta", "new")), knowledge=ShippedKnowledge())
SERVER = DESK.organization.cloud_for_business
SIXSENSE = shipped_application("6sense").memberships
ANECDOTES = shipped_application("anecdotes").memberships


class Page(NamedTuple):
    """One members roster: address → its role, or None where it states none."""

    roles: dict[Address, str | None]
    status: str | None = "active"

    def source_before(self, _: Source) -> Source | None:
        """Nothing that it could be measured by."""
        return None

    def members_in(self, source: Source, addresses: Sequence[Address]) -> list[MemberRecord]:
        """The lines of these people."""
        return [
            MemberRecord(one, str(one), None, role, self.status, None, (), source)
            for one, role in self.roles.items()
            if one in addresses
        ]


def shown(
    page: Page, becomes: str, role: str, system: System = SERVER, roster: str = "confirmed", *people: Address
) -> bool | None:
    """Whether the roster shows it; None where it says nothing about it."""
    named = people or (ANA,)
    end = EndState(HoldingKind.MEMBERSHIP, becomes, (str(system),), tuple(named), (role,))
    found = what_it_shows(cast("View", page), DESK, source(1, system, RosterKind.MEMBERS, "role status", roster), end)
    return None if found is None else found.is_there


ROLES: list[tuple[System, str, str | None, bool | None]] = [
    (SERVER, "super_admin", "Super Admin", True),
    (SERVER, "super_admin", "super-admin", True),
    (SERVER, "super_admin", "Technical Admin", False),
    (SERVER, "super_admin", "Owner", None),
    (SERVER, "super_admin", None, None),
    (SIXSENSE, "Sales User", "sales user", True),
    (SIXSENSE, "Sales User", "Marketing User", False),
    (SIXSENSE, "Sales User", "Sales", None),
    (SIXSENSE, "Sales User", None, None),
    (ANECDOTES, "admin", "Admin", True),
    (ANECDOTES, "admin", "Contributor", False),
    (ANECDOTES, "Contributor", "Contributor", True),
    (ANECDOTES, "Contributor", "Member", None),
]
"""Where, the role that is wanted, what the roster says, and whether that shows it."""


@pytest.mark.parametrize(("system", "wanted", "said", "is_shown"), ROLES)
def test_a_role_is_shown_by_its_own_word_and_denied_only_by_another_role_of_that_application(
    system: System, wanted: str, said: str | None, *, is_shown: bool | None
) -> None:
    assert shown(Page({ANA: said}), "has_role", wanted, system) is is_shown


@pytest.mark.parametrize(
    ("said", "is_shown"),
    [("Super Admin", False), ("Member", True), ("Guest", True), ("Owner", None), (None, None)],
)
def test_a_role_is_gone_when_the_roster_states_another_one(said: str | None, *, is_shown: bool | None) -> None:
    assert shown(Page({ANA: said}), "lacks_role", "super_admin") is is_shown


def test_whoever_a_whole_roster_does_not_list_has_no_role_there() -> None:
    assert shown(Page({BEN: "Super Admin"}), "lacks_role", "super_admin") is True
    assert shown(Page({BEN: "Super Admin"}), "lacks_role", "super_admin", SERVER, "part") is None


def test_an_account_that_is_off_has_its_role_as_long_as_the_roster_says_so() -> None:
    assert shown(Page({ANA: "Super Admin"}, "deactivated"), "lacks_role", "super_admin") is False
    assert shown(Page({ANA: "Member"}, "deactivated"), "lacks_role", "super_admin") is True


def test_none_of_a_persons_accounts_may_have_it_and_a_part_of_a_roster_tells_only_when_it_lists_all() -> None:
    both = (ANA, BEN)
    page, one = Page({ANA: "Member", BEN: "Super Admin"}), Page({ANA: "Member"})
    assert shown(page, "lacks_role", "super_admin", SERVER, "part", *both) is False
    assert shown(one, "lacks_role", "super_admin", SERVER, "part", *both) is None
    assert shown(Page({BEN: "Super Admin"}), "lacks_role", "super_admin", SERVER, "part", *both) is False
    assert shown(one, "lacks_role", "super_admin", SERVER, "confirmed", *both) is True


def test_another_servers_roster_says_nothing() -> None:
    end = EndState(HoldingKind.MEMBERSHIP, "lacks_role", ("elsewhere",), (ANA,), ("super_admin",))
    page: Any = Page({ANA: "Member"})
    assert what_it_shows(page, DESK, source(1, SERVER, RosterKind.MEMBERS, "role"), end) is None


# -- through the real server ------------------------------------------------------------------------------------------


def test_a_handover_is_verified_when_one_roster_shows_both(tmp_path: Path) -> None:
    heron = replace(DESK.organization, host="heron.axure.cloud", operator=Address(OPERATOR))
    with start_blocking_portal() as portal, open_bureau(tmp_path, portal, heron) as bureau:
        bureau.bring("members", members_page(STAFF))
        plan = bureau.assistant.call(
            "plan_operation", operation="hand-over-super-admin", people=[SUPER], successor=OPERATOR
        ).data
        opening = {key: plan[key] for key in ("operation", "digest", "options")}
        bureau.confirm_all(bureau.assistant.call("open_case", person=SUPER, **opening))

        def shown_after(roles: dict[str, str]) -> tuple[str, str]:
            bureau.bring(
                "members", members_page([one._replace(role=roles.get(one.address, one.role)) for one in STAFF])
            )
            states = bureau.states()
            return states["hand-over"], states["see-former-role"]

        assert shown_after({OPERATOR: "Super Admin"}) == ("verified", "contradicted")
        assert shown_after({OPERATOR: "Super Admin", SUPER: "Admin"}) == ("verified", "verified")
        assert shown_after({OPERATOR: "Super Admin", SUPER: "Super Admin"}) == ("verified", "contradicted")
