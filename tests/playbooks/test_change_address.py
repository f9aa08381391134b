"""The shipped change of address: what it asks for in which situation, stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, keys, notices, step
from tests.playbooks.staying import (
    GROUPS,
    NEW_ADDRESS,
    blockers,
    check_everywhere,
    planned,
    read_aloud,
    shown_by,
    stays,
)

BARE: GROUPS = {"taking_over": (NEW_ADDRESS,)}
HERE: GROUPS = {**BARE, "members_on": (ADDRESS,)}
SEAT: GROUPS = {**HERE, "assigned": ("SUB-6",)}
ALL: GROUPS = {
    **HERE,
    "owned_by_card": ("SUB-1",),
    "owned_by_purchase_order": ("SUB-2", "SUB-3"),
    "owned_otherwise": ("SUB-4",),
    "managed": ("SUB-1", "SUB-5"),
    "assigned": ("SUB-6",),
}
KNOWN = {
    "successor": "not_listed",
    "successor_address": "another",
    "successor_is_the_person": "yes",
    "successor_directory": "active",
}
"""A new address that the directory knows as the person's, and no members roster lists."""
LISTED = {"successor": "active"}
OFF = {"membership": "deactivated"}


def renamed(records: GROUPS = HERE, /, **traits: str) -> Plan:
    """The plan for somebody with an account under the old address alone, but for what is given."""
    return planned("change-address", records, {"new_address": NEW_ADDRESS}, **{**KNOWN, **traits})


BEFORE = "see-whether-it-can-change move-private-workspace put-new-address invite-new-account"
AFTER = "change-public-account deactivate-old-account"
STEPS: list[tuple[str, GROUPS, dict[str, str], str]] = [
    ("by saml", HERE, {}, f"{BEFORE} change-in-identity-provider sign-in-with-new-address {AFTER}"),
    ("by password", HERE, {"sign_in": "password"}, f"{BEFORE} sign-in-with-new-address {AFTER}"),
    (
        "by ldap",
        HERE,
        {"sign_in": "ldap", "deployment": "on_premises"},
        f"{BEFORE} change-in-directory sign-in-with-new-address {AFTER}",
    ),
    (
        "only invited",
        HERE,
        {"membership": "invited", "sign_in": "password"},
        f"see-whether-it-can-change put-new-address sign-in-with-new-address {AFTER}",
    ),
    (
        "with a seat",
        SEAT,
        {"sign_in": "password", "licence": "assigned"},
        f"{BEFORE} sign-in-with-new-address change-seat activate-axure-rp {AFTER}",
    ),
    (
        "with every part in licences",
        ALL,
        {"sign_in": "password", "licence": "owner manager assigned"},
        f"{BEFORE} sign-in-with-new-address change-seat activate-axure-rp change-owner-by-card "
        f"change-owner-by-purchase-order change-owner-otherwise change-manager {AFTER}",
    ),
    (
        "no licence list",
        HERE,
        {"sign_in": "password", "licence": "no_roster"},
        f"{BEFORE} sign-in-with-new-address look-at-licences {AFTER}",
    ),
    (
        "the new account is there",
        HERE,
        {"sign_in": "password", **LISTED},
        f"move-private-workspace invite-new-account sign-in-with-new-address {AFTER}",
    ),
    (
        "off, with a seat",
        {**BARE, "assigned": ("SUB-6",)},
        {**OFF, "licence": "assigned"},
        "change-seat activate-axure-rp",
    ),
    ("not listed", BARE, {"membership": "not_listed"}, ""),
    ("the same address", HERE, {"successor_address": "same", **LISTED}, ""),
]


@pytest.mark.parametrize(("records", "traits", "steps"), [line[1:] for line in STEPS], ids=[line[0] for line in STEPS])
def test_the_steps_and_their_order(records: GROUPS, traits: dict[str, str], steps: str) -> None:
    assert keys(renamed(records, **traits)) == steps.split()


def test_what_needs_the_old_account_comes_before_its_end_and_the_provider_after_the_account() -> None:
    signed_in = ("sign-in-with-new-address",)
    assert {one.key: one.after for one in renamed(ALL, licence="owner manager assigned").steps} == {
        "see-whether-it-can-change": (),
        "move-private-workspace": ("see-whether-it-can-change",),
        "put-new-address": ("move-private-workspace",),
        "invite-new-account": ("put-new-address",),
        "change-in-identity-provider": ("invite-new-account",),
        "sign-in-with-new-address": ("change-in-identity-provider",),
        "change-seat": signed_in,
        "activate-axure-rp": ("change-seat",),
        "change-owner-by-card": signed_in,
        "change-owner-by-purchase-order": ("see-whether-it-can-change",),
        "change-owner-otherwise": signed_in,
        "change-manager": ("change-owner-by-card", "change-owner-by-purchase-order", "change-owner-otherwise"),
        "change-public-account": (),
        "deactivate-old-account": ("activate-axure-rp", "change-manager"),
    }
    by_ldap = {
        one.key: one.after for one in renamed(HERE, sign_in="ldap", deployment="on_premises", licence="no_roster").steps
    }
    assert by_ldap["change-in-directory"] == ("invite-new-account",)
    assert by_ldap["sign-in-with-new-address"] == ("change-in-directory",)
    assert by_ldap["deactivate-old-account"] == ("sign-in-with-new-address", "look-at-licences")


@pytest.mark.parametrize("membership", ["other", "not_stated", "invited"])
@pytest.mark.parametrize("role", ["member", "technical_admin", "super_admin"])
def test_an_account_that_is_not_off_is_like_one_that_is_on(membership: str, role: str) -> None:
    only_used = {"move-private-workspace", "invite-new-account"} if membership == "invited" else set[str]()
    for traits in ({}, LISTED, {"sign_in": "ldap", "deployment": "on_premises"}):
        here = renamed(HERE, role=role, **traits)
        there = renamed(HERE, role=role, membership=membership, **traits)
        assert keys(there) == [key for key in keys(here) if key not in only_used]
        assert notices(there) == notices(here)


@pytest.mark.parametrize("licence", ["no_roster", "not_stated"])
def test_what_no_licence_list_says_is_looked_for(licence: str) -> None:
    assert "look-at-licences" in keys(renamed(HERE, licence=licence))
    same = renamed(ALL, licence=licence, successor_address="same", **LISTED)
    assert (keys(same), notices(same)) == ([], {"same-address"})


def test_rosters_show_the_new_account_and_seat_and_the_end_of_the_old_ones() -> None:
    assert shown_by(renamed(ALL, licence="owner manager assigned")) == {
        "put-new-address": ("membership listed", (NEW_ADDRESS,), ()),
        "change-seat": ("seat not_assigned", (ADDRESS,), ("SUB-6",)),
        "activate-axure-rp": ("seat assigned", (NEW_ADDRESS,), ()),
        "change-owner-by-card": ("seat not_owner", (ADDRESS,), ("SUB-1",)),
        "change-owner-by-purchase-order": ("seat not_owner", (ADDRESS,), ("SUB-2", "SUB-3")),
        "change-owner-otherwise": ("seat not_owner", (ADDRESS,), ("SUB-4",)),
        "change-manager": ("seat not_manager", (ADDRESS,), ("SUB-1", "SUB-5")),
        "deactivate-old-account": ("membership deactivated", (ADDRESS,), ()),
    }


@pytest.mark.parametrize("screens", ["new", "mid", "old", "2017"])
def test_whether_it_can_be_changed_is_asked_of_the_admin_on_every_generation_of_screens(screens: str) -> None:
    found = step(renamed(HERE, screens=screens), "see-whether-it-can-change")
    assert not found.is_place_known
    assert "is there a field or control that changes the address? Begin at " in found.place
    assert "record_fact (name-change.on-server)" in found.instruction


@pytest.mark.parametrize(("screens", "is_known"), [("new", True), ("mid", True), ("old", False), ("2017", False)])
def test_the_old_account_is_deactivated_where_that_is_known_and_projects_are_moved_where_nobody_told(
    screens: str, is_known: bool
) -> None:
    assert not step(renamed(HERE, screens=screens), "move-private-workspace").is_place_known
    assert step(renamed(HERE, screens=screens), "deactivate-old-account").is_place_known is is_known


def test_what_only_a_new_account_needs_says_so() -> None:
    titles = {one.key for one in renamed().steps if one.title.startswith("Only with a new account: ")}
    assert titles == {"move-private-workspace", "invite-new-account", "deactivate-old-account"}
    for key in titles:
        assert step(renamed(), key).instruction.startswith("Skip this where the address ")


SAML = {"can-it-change", "one-sitting"}
HELD = {"licence-may-follow", "keep-the-mailbox"}

GUARDS: list[tuple[str, GROUPS, dict[str, str], set[str]]] = [
    ("by saml", HERE, {}, SAML),
    ("by password", HERE, {"sign_in": "password"}, {"can-it-change"}),
    ("with a seat", SEAT, {"licence": "assigned"}, {*SAML, "licence-may-follow"}),
    ("an owner", HERE, {"licence": "owner"}, {*SAML, *HELD}),
    ("a manager", HERE, {"licence": "manager"}, {*SAML, *HELD}),
    ("no licence list", HERE, {"licence": "no_roster"}, {*SAML, "licences-unknown"}),
    ("a licence list that does not state it", HERE, {"licence": "not_stated"}, {*SAML, "licences-unknown"}),
    ("a super admin", HERE, {"role": "super_admin"}, {*SAML, "super-admin"}),
    ("an admin", HERE, {"role": "admin"}, {*SAML, "higher-level"}),
    ("the new account is there", HERE, LISTED, {"one-sitting", "new-address-is-listed"}),
    (
        "the new account is somebody's",
        HERE,
        {**LISTED, "successor_is_the_person": "no"},
        {"one-sitting", "new-address-is-listed", "new-address-is-somebody-else"},
    ),
    (
        "the new account is there, and no directory",
        HERE,
        {**LISTED, "successor_is_the_person": "no", "successor_directory": "no_read"},
        {"one-sitting", "new-address-is-listed", "no-directory-read"},
    ),
    ("the new account is off", HERE, {"successor": "deactivated"}, {"one-sitting", "new-address-is-off"}),
    (
        "no source ties them",
        HERE,
        {"successor_is_the_person": "no", "successor_directory": "never_known"},
        {*SAML, "no-source-ties-them"},
    ),
    (
        "no directory",
        HERE,
        {"successor_is_the_person": "no", "successor_directory": "no_read"},
        {*SAML, "no-directory-read"},
    ),
    ("the same address", HERE, {"successor_address": "same", **LISTED}, {"same-address"}),
    ("not listed", BARE, {"membership": "not_listed"}, {"not-listed"}),
    ("off", BARE, OFF, {"account-is-off"}),
    ("no roster", BARE, {"membership": "no_roster", "successor": "no_roster"}, {"no-members-roster"}),
    ("gone", {**HERE, "has_left": (ADDRESS,)}, {}, {*SAML, "has-left"}),
    ("leaving", {**HERE, "leaving": (ADDRESS,)}, {}, {*SAML, "leaving"}),
    ("two claimants", {**HERE, "ambiguous": (ADDRESS,)}, {}, {*SAML, "ambiguous-address"}),
    ("several addresses", HERE, {"other_addresses": "yes"}, {*SAML, "several-accounts"}),
    ("an assistant's roster", HERE, {"roster": "reported"}, {*SAML, "reported-roster"}),
    ("a roster that hides something", HERE, {"roster": "reported disputed"}, {*SAML, "disputed-roster"}),
    ("an old roster", HERE, {"roster": "old confirmed"}, {*SAML, "old-roster"}),
    ("a part of a roster", HERE, {"roster": "part confirmed"}, {*SAML, "part-of-a-roster"}),
    ("another case", HERE, {"other_case": "yes"}, {*SAML, "another-case"}),
]


@pytest.mark.parametrize(("records", "traits", "said"), [line[1:] for line in GUARDS], ids=[line[0] for line in GUARDS])
def test_what_is_said(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(renamed(records, **traits)) == said


def test_what_no_case_may_be_opened_on() -> None:
    stopping = {
        "no-members-roster",
        "disputed-roster",
        "same-address",
        "ambiguous-address",
        "new-address-is-off",
        "new-address-is-somebody-else",
    }
    assert {guard.key for guard in shipped("axure", "change-address").guards if guard.kind == "blocker"} == stopping
    for _, records, traits, said in GUARDS:
        assert blockers(renamed(records, **traits)) == said & stopping


def test_on_every_server_every_step_is_whole() -> None:
    count = check_everywhere(
        "change-address",
        ALL,
        membership=["active", "invited", "deactivated", "not_listed"],
        successor=["not_listed", "active"],
        successor_address=["another"],
        licence=["owner manager assigned", "no_roster"],
        role=["member", "super_admin"],
    )
    assert count == 80 * 4 * 2 * 2 * 2


EXAMPLES: dict[str, tuple[str, GROUPS, dict[str, str]]] = {
    "private-saml-okta-new-with-a-seat": (
        "A new name, private instance, SAML by Okta, new screens, a seat",
        SEAT,
        {"licence": "assigned"},
    ),
    "on-premises-ldap-2017-owner": (
        "A new name, on-premises, AD/LDAP, screens of 2017, owner and manager, a Technical Admin",
        ALL,
        {
            "deployment": "on_premises",
            "sign_in": "ldap",
            "screens": "2017",
            "licence": "owner manager assigned",
            "role": "technical_admin",
        },
    ),
    "new-account-is-somebody-else": (
        "The new address has an account that no source knows as the person's, middle screens",
        HERE,
        {**LISTED, "successor_is_the_person": "no", "screens": "mid", "sign_in": "password"},
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_plan_as_a_person_reads_it(name: str, golden: Callable[[str, str], None]) -> None:
    title, records, traits = EXAMPLES[name]
    some = stays(records, **{**KNOWN, **traits})
    golden(f"playbooks/axure.change-address/{name}.md", read_aloud("change-address", title, some))
