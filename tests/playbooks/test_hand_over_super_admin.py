"""The shipped handover of the Super Admin role: what it asks for, stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, SUCCESSOR, keys, notices, step
from tests.playbooks.staying import GROUPS, blockers, check_everywhere, planned, read_aloud, shown_by, stays

BOTH: GROUPS = {"members_on": (ADDRESS,), "taking_over": (SUCCESSOR,)}
HOLDS = {
    "role": "super_admin",
    "only_one_with_role": "yes",
    "successor": "active",
    "successor_address": "another",
    "successor_is_the_person": "no",
    "successor_directory": "active",
}
"""The one Super Admin, who works here, and an active successor, who does too."""


def handed(records: GROUPS = BOTH, /, **traits: str) -> Plan:
    """The plan for the one Super Admin, but for what is given."""
    return planned("hand-over-super-admin", records, {"successor": SUCCESSOR}, **{**HOLDS, **traits})


STEPS: list[tuple[str, dict[str, str], str]] = [
    ("by saml", {}, "see-successor hand-over see-former-role see-settings"),
    ("by password", {"sign_in": "password"}, "see-successor hand-over see-former-role"),
    ("by ldap", {"sign_in": "ldap", "deployment": "on_premises"}, "see-successor hand-over see-former-role"),
    ("a role of another name", {"role": "other"}, "see-successor hand-over see-former-role see-settings"),
    ("the same person", {"successor_address": "same", "successor_is_the_person": "yes"}, ""),
    ("the successor's account is off", {"successor": "deactivated"}, ""),
    ("the successor is not listed", {"successor": "not_listed"}, ""),
    ("the successor is invited", {"successor": "invited"}, ""),
    ("the super admin is off", {"membership": "deactivated"}, ""),
]


@pytest.mark.parametrize(("traits", "steps"), [line[1:] for line in STEPS], ids=[line[0] for line in STEPS])
def test_the_steps_and_their_order(traits: dict[str, str], steps: str) -> None:
    assert keys(handed(**traits)) == steps.split()


def test_the_successor_is_seen_first_and_the_rest_after_the_handover() -> None:
    assert {one.key: one.after for one in handed().steps} == {
        "see-successor": (),
        "hand-over": ("see-successor",),
        "see-former-role": ("hand-over",),
        "see-settings": ("hand-over",),
    }


@pytest.mark.parametrize("membership", ["invited", "other", "not_stated"])
@pytest.mark.parametrize("role", ["super_admin", "other", "not_stated"])
@pytest.mark.parametrize("successor", ["active", "other", "not_stated"])
def test_whoever_is_not_off_can_hand_over_and_take_over(membership: str, role: str, successor: str) -> None:
    here = handed(role=role)
    there = handed(role=role, membership=membership, successor=successor)
    assert keys(there) == keys(here)
    assert notices(there) - {"successor-status-not-known"} == notices(here)
    assert blockers(there) == set()


@pytest.mark.parametrize("role", ["super_admin", "other", "not_stated"])
def test_nobody_hands_over_whose_account_is_off(role: str) -> None:
    assert blockers(handed(membership="deactivated", role=role)) == {"super-admin-is-off"}


@pytest.mark.parametrize("role", ["guest", "member", "admin", "technical_admin"])
@pytest.mark.parametrize("membership", ["active", "invited", "other", "not_stated", "deactivated"])
def test_nobody_hands_over_who_has_another_role(role: str, membership: str) -> None:
    assert blockers(handed(membership=membership, role=role)) == {"not-the-super-admin"}


def test_the_successor_does_what_only_the_successor_can() -> None:
    assert [(one.key, one.doer.value) for one in handed().steps] == [
        ("see-successor", "successor"),
        ("hand-over", "super_admin"),
        ("see-former-role", "successor"),
        ("see-settings", "successor"),
    ]


def test_on_the_screens_of_2017_it_is_the_system_administrators_account() -> None:
    found = step(handed(screens="2017"), "hand-over")
    assert "signed in with the system administrator's account" in found.place
    assert {"screens.2017.who", "screens.2017.members"} <= set(found.facts)


def test_a_roster_shows_the_successor_as_super_admin_and_the_former_one_as_none() -> None:
    assert shown_by(handed()) == {
        "hand-over": ("membership has_role", (SUCCESSOR,), ("super_admin",)),
        "see-former-role": ("membership lacks_role", (ADDRESS,), ("super_admin",)),
    }


@pytest.mark.parametrize(
    ("screens", "begins"),
    [
        ("new", "Begin at sidebar › ••• beside the organization › Organization settings and members: look for Leave"),
        ("mid", "Begin at avatar › Admin Settings"),
        ("old", "Begin at Admin Settings, at the bottom left"),
        ("2017", "Begin at Setup"),
    ],
)
def test_how_is_unknown_on_every_server_and_asked_of_the_super_admin(screens: str, begins: str) -> None:
    found = step(handed(screens=screens), "hand-over")
    assert (found.doer.value, found.is_place_known) == ("super_admin", False)
    assert found.place.startswith(f"path unknown: which control passes the role on? {begins}")
    assert "go on only when the dialog asks for one, and choose " + SUCCESSOR in found.instruction
    assert "record_fact (super-admin.handover-server)" in found.instruction


@pytest.mark.parametrize(("screens", "is_known"), [("new", True), ("mid", False), ("old", False), ("2017", False)])
def test_where_the_former_role_is_seen_on_these_screens(screens: str, is_known: bool) -> None:
    assert step(handed(screens=screens), "see-former-role").is_place_known is is_known
    assert step(handed(screens=screens), "see-settings").is_place_known is is_known


ALWAYS = {"how-is-unknown", "page-may-delete", "former-role"}

GUARDS: list[tuple[str, GROUPS, dict[str, str], set[str]]] = [
    ("the one super admin", BOTH, {}, ALWAYS),
    ("one of several", BOTH, {"only_one_with_role": "no"}, {*ALWAYS, "super-admin-of-several"}),
    ("no role stated", BOTH, {"role": "not_stated"}, {*ALWAYS, "role-not-known"}),
    ("an admin", BOTH, {"role": "admin"}, {"not-the-super-admin"}),
    ("an admin and super admin", BOTH, {"role": "admin super_admin"}, ALWAYS),
    ("not listed", BOTH, {"membership": "not_listed", "role": "not_stated"}, {"not-listed"}),
    (
        "no roster",
        BOTH,
        {"membership": "no_roster", "role": "not_stated", "successor": "no_roster"},
        {"no-members-roster"},
    ),
    ("off", BOTH, {"membership": "deactivated"}, {"super-admin-is-off"}),
    ("an admin who is off", BOTH, {"membership": "deactivated", "role": "admin"}, {"not-the-super-admin"}),
    ("the successor not listed", BOTH, {"successor": "not_listed"}, {*ALWAYS, "successor-not-listed"}),
    ("the successor off", BOTH, {"successor": "deactivated"}, {*ALWAYS, "successor-is-off"}),
    ("the successor invited", BOTH, {"successor": "invited"}, {*ALWAYS, "successor-is-invited"}),
    ("the successor without status", BOTH, {"successor": "not_stated"}, {*ALWAYS, "successor-status-not-known"}),
    (
        "the same address",
        BOTH,
        {"successor_address": "same", "successor_is_the_person": "yes"},
        {*ALWAYS, "successor-is-the-person"},
    ),
    (
        "another address of the same person",
        BOTH,
        {"successor_is_the_person": "yes"},
        {*ALWAYS, "successor-has-both-addresses"},
    ),
    ("the successor gone", BOTH, {"successor_directory": "gone"}, {*ALWAYS, "successor-has-left"}),
    ("the successor off soon", BOTH, {"successor_leaves": "case"}, {*ALWAYS, "successor-is-offboarded"}),
    ("the successor leaving", BOTH, {"successor_leaves": "last_day"}, {*ALWAYS, "successor-leaves"}),
    ("the successor in one directory", BOTH, {"successor_directory": "active disabled"}, ALWAYS),
    ("the successor not known", BOTH, {"successor_directory": "never_known"}, {*ALWAYS, "successor-not-known"}),
    ("the successor suspended", BOTH, {"successor_directory": "hold"}, {*ALWAYS, "successor-not-known"}),
    ("the successor in other words", BOTH, {"successor_directory": "unknown"}, {*ALWAYS, "successor-not-known"}),
    ("no directory", BOTH, {"successor_directory": "no_read", "directory": "no_read"}, ALWAYS),
    ("gone", {**BOTH, "has_left": (ADDRESS,)}, {}, {*ALWAYS, "has-left"}),
    ("leaving", {**BOTH, "leaving": (ADDRESS,)}, {}, {*ALWAYS, "leaving"}),
    ("a shared account", {**BOTH, "non_personal": (ADDRESS,)}, {}, {*ALWAYS, "non-personal"}),
    ("two claimants", {**BOTH, "ambiguous": (ADDRESS,)}, {}, {*ALWAYS, "ambiguous-address"}),
    ("an assistant's roster", BOTH, {"roster": "reported"}, {*ALWAYS, "reported-roster"}),
    ("a roster that hides something", BOTH, {"roster": "reported disputed"}, {*ALWAYS, "disputed-roster"}),
    ("an old roster", BOTH, {"roster": "old confirmed"}, {*ALWAYS, "old-roster"}),
    ("a part of a roster", BOTH, {"roster": "part confirmed"}, {*ALWAYS, "part-of-a-roster"}),
    ("another case", BOTH, {"other_case": "yes"}, {*ALWAYS, "another-case"}),
]


@pytest.mark.parametrize(("records", "traits", "said"), [line[1:] for line in GUARDS], ids=[line[0] for line in GUARDS])
def test_what_is_said(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(handed(records, **traits)) == said


def test_what_no_case_may_be_opened_on() -> None:
    stopping = {
        "no-members-roster",
        "disputed-roster",
        "not-the-super-admin",
        "not-listed",
        "super-admin-is-off",
        "ambiguous-address",
        "successor-is-the-person",
        "successor-not-listed",
        "successor-is-off",
        "successor-is-invited",
        "successor-has-left",
        "successor-is-offboarded",
    }
    playbook = shipped("axure", "hand-over-super-admin")
    assert {guard.key for guard in playbook.guards if guard.kind == "blocker"} == stopping
    for _, records, traits, said in GUARDS:
        assert blockers(handed(records, **traits)) == said & stopping


def test_it_is_a_part_of_an_offboarding_and_does_not_contradict_one() -> None:
    assert shipped("axure", "hand-over-super-admin").contradicts == frozenset()


def test_on_every_server_every_step_is_whole() -> None:
    held = ["super_admin", "admin", "not_stated"]
    memberships = ["active", "deactivated", "not_listed", "no_roster"]
    successors = ["active", "not_stated", "invited", "not_listed"]
    count = check_everywhere(
        "hand-over-super-admin",
        BOTH,
        role=held,
        membership=memberships,
        successor=successors,
        successor_address=["another"],
    )
    assert count == 80 * 3 * 2, "steps where both have an account"


EXAMPLES: dict[str, tuple[str, GROUPS, dict[str, str]]] = {
    "private-saml-new": ("The Super Admin hands over, private instance, SAML, new screens", BOTH, {}),
    "on-premises-ldap-2017-leaving": (
        "The Super Admin leaves soon, on-premises, AD/LDAP, screens of 2017",
        {**BOTH, "leaving": (ADDRESS,)},
        {"deployment": "on_premises", "sign_in": "ldap", "screens": "2017"},
    ),
    "neither-fits": (
        "An admin would hand over to somebody who is not listed",
        BOTH,
        {"role": "admin", "successor": "not_listed", "successor_directory": "gone"},
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_plan_as_a_person_reads_it(name: str, golden: Callable[[str, str], None]) -> None:
    title, records, traits = EXAMPLES[name]
    some = stays(records, **{**HOLDS, **traits})
    golden(f"playbooks/axure.hand-over-super-admin/{name}.md", read_aloud("hand-over-super-admin", title, some))
