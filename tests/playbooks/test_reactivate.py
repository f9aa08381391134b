"""The shipped reactivation: what it asks for in which situation, stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, keys, notices, step
from tests.playbooks.staying import GROUPS, blockers, check_everywhere, planned, read_aloud, shown_by, stays

OFF: GROUPS = {"members_off": (ADDRESS,), "without_seat": (ADDRESS,)}
NOBODY: GROUPS = {"without_seat": (ADDRESS,)}
SEATED: GROUPS = {"members_off": (ADDRESS,), "with_seat": (ADDRESS,), "assigned": ("SUB-6",)}
LDAP = {"deployment": "on_premises", "sign_in": "ldap"}
SEAT = {"wants_seat": "yes", "spare_seat": "yes"}


def returning(records: GROUPS = OFF, /, **traits: str) -> Plan:
    """The plan for somebody whose account is off, but for what is given."""
    return planned("reactivate", records, None, **{"membership": "deactivated", **traits})


STEPS: list[tuple[str, GROUPS, dict[str, str], str]] = [
    ("saml by okta", OFF, {}, "assign-in-okta reactivate see-role see-use-sso sign-in-again"),
    ("saml by entra", OFF, {"idp": "entra"}, "assign-in-entra reactivate see-role see-use-sso sign-in-again"),
    ("saml by google", OFF, {"idp": "google"}, "assign-in-google reactivate see-role see-use-sso sign-in-again"),
    (
        "saml by another",
        OFF,
        {"idp": "other"},
        "assign-in-identity-provider reactivate see-role see-use-sso sign-in-again",
    ),
    ("password", OFF, {"sign_in": "password"}, "reactivate see-role sign-in-again"),
    ("ldap", OFF, LDAP, "enable-in-directory reactivate see-role sign-in-again"),
    ("with a free seat", OFF, {**LDAP, **SEAT}, "enable-in-directory reactivate see-role assign-seat sign-in-again"),
    (
        "with no free seat",
        OFF,
        {"sign_in": "password", "wants_seat": "yes", "spare_seat": "no"},
        "reactivate see-role buy-seat assign-seat sign-in-again",
    ),
    (
        "with a seat that nobody knows of",
        OFF,
        {"sign_in": "password", "wants_seat": "yes", "spare_seat": "no_roster"},
        "reactivate see-role assign-seat sign-in-again",
    ),
    ("with the seat still assigned", SEATED, {"sign_in": "password", **SEAT}, "reactivate see-role sign-in-again"),
    ("on already", NOBODY, {"membership": "active", **SEAT}, ""),
    ("on once, off once", OFF, {"membership": "active"}, ""),
    ("invited", NOBODY, {"membership": "invited"}, ""),
    ("never listed", NOBODY, {"membership": "not_listed"}, ""),
    ("no roster", NOBODY, {"membership": "no_roster"}, ""),
]


@pytest.mark.parametrize(("records", "traits", "steps"), [line[1:] for line in STEPS], ids=[line[0] for line in STEPS])
def test_the_steps_and_their_order(records: GROUPS, traits: dict[str, str], steps: str) -> None:
    assert keys(returning(records, **traits)) == steps.split()


def test_the_other_system_comes_first_and_role_sign_in_and_seat_after_the_account() -> None:
    plan = returning(OFF, wants_seat="yes", spare_seat="no")
    assert {one.key: one.after for one in plan.steps} == {
        "assign-in-okta": (),
        "reactivate": ("assign-in-okta",),
        "see-role": ("reactivate",),
        "see-use-sso": ("reactivate",),
        "buy-seat": ("reactivate",),
        "assign-seat": ("buy-seat",),
        "sign-in-again": ("see-use-sso", "see-role"),
    }


def test_a_roster_shows_the_account_on_and_the_seat_and_nothing_else() -> None:
    second = "a.silva@acme.example"
    both: GROUPS = {"members_off": (second, ADDRESS), "without_seat": (ADDRESS,)}
    assert shown_by(returning(both, **SEAT)) == {
        "reactivate": ("membership active", (second, ADDRESS), ()),
        "assign-seat": ("seat assigned", (ADDRESS,), ()),
    }


@pytest.mark.parametrize(
    ("screens", "begins"),
    [
        ("new", "begin at sidebar › ••• beside the organization › Organization settings and members › Members;"),
        ("mid", "begin at avatar › Admin Settings › Manage Accounts;"),
        ("old", "begin at Admin Settings, at the bottom left › Manage Accounts;"),
        ("2017", "begin at Setup and look for the list of all accounts;"),
    ],
)
def test_how_is_unknown_on_every_generation_of_screens_and_asked_of_the_admin(screens: str, begins: str) -> None:
    found = step(returning(OFF, screens=screens), "reactivate")
    assert not found.is_place_known
    assert found.place.startswith(f"path unknown: {begins}")
    assert found.place.endswith("which control in it brings the person back?")
    assert "record_fact (reactivate.steps)" in found.instruction
    assert {"reactivate.steps", "reactivate.who", "reactivate.add-again"} <= set(found.facts)


ALWAYS = {"how-is-unknown", "comes-back-with", "seat-after-coming-back"}

GUARDS: list[tuple[str, GROUPS, dict[str, str], set[str]]] = [
    ("somebody comes back", OFF, {}, set()),
    ("an admin comes back", OFF, {"role": "admin"}, {"higher-role"}),
    ("a technical admin comes back", OFF, {"role": "technical_admin"}, {"higher-role"}),
    ("a super admin comes back", OFF, {"role": "super_admin"}, {"was-super-admin"}),
    ("the seat is still assigned", SEATED, SEAT, {"seat-is-there"}),
    ("a free seat", OFF, SEAT, set()),
    ("no free seat", OFF, {"wants_seat": "yes", "spare_seat": "no"}, {"seat-to-buy"}),
    ("no licence list", OFF, {"wants_seat": "yes", "spare_seat": "no_roster"}, {"seats-unknown"}),
    ("a licence list without users", OFF, {"wants_seat": "yes", "spare_seat": "not_stated"}, {"seats-unknown"}),
    ("gone by the directory", {**OFF, "has_left": (ADDRESS,)}, {}, {"has-left"}),
    ("suspended", {**OFF, "on_hold": (ADDRESS,)}, {}, {"suspended"}),
    ("leaving", {**OFF, "leaving": (ADDRESS,)}, {}, {"leaving"}),
    ("not in the directory", {**OFF, "not_in_directory": (ADDRESS,)}, {}, {"not-in-directory"}),
    ("a shared account", {**OFF, "non_personal": (ADDRESS,)}, {}, {"non-personal"}),
    ("two claimants", {**OFF, "ambiguous": (ADDRESS,)}, {}, {"ambiguous-address"}),
    ("no directory", OFF, {"directory": "no_read"}, {"no-directory-read"}),
    ("an assistant's roster", OFF, {"roster": "reported"}, {"reported-roster"}),
    ("a roster that hides something", OFF, {"roster": "reported disputed"}, {"disputed-roster"}),
    ("an old roster", OFF, {"roster": "old confirmed"}, {"old-roster"}),
    ("a part of a roster", OFF, {"roster": "part confirmed"}, {"part-of-a-roster"}),
    ("another case", OFF, {"other_case": "yes"}, {"another-case"}),
]


@pytest.mark.parametrize(("records", "traits", "said"), [line[1:] for line in GUARDS], ids=[line[0] for line in GUARDS])
def test_what_is_said_of_somebody_whose_account_is_off(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(returning(records, **traits)) == ALWAYS | said


@pytest.mark.parametrize(
    ("membership", "said"),
    [
        ("active", {"is-on"}),
        ("other", {"is-on"}),
        ("not_stated", {"is-on"}),
        ("invited", {"is-invited"}),
        ("not_listed", {"not-listed"}),
        ("no_roster", {"no-members-roster"}),
    ],
)
def test_what_is_said_of_somebody_without_an_account_that_is_off(membership: str, said: set[str]) -> None:
    assert notices(returning(NOBODY, membership=membership, role="admin", **SEAT)) == said


def test_what_no_case_may_be_opened_on() -> None:
    stopping = {"no-members-roster", "disputed-roster", "ambiguous-address", "not-listed", "has-left"}
    assert {guard.key for guard in shipped("axure", "reactivate").guards if guard.kind == "blocker"} == stopping
    for _, records, traits, said in GUARDS:
        assert blockers(returning(records, **traits)) == said & stopping


def test_somebody_who_was_never_listed_is_sent_to_the_onboarding() -> None:
    [blocker] = returning(NOBODY, membership="not_listed").blockers
    assert "plan_onboard" in blocker.sentence


def test_an_offboarding_that_is_open_stands_against_it() -> None:
    assert shipped("axure", "reactivate").contradicts == {"offboard"}


def test_on_every_server_every_step_is_whole() -> None:
    count = check_everywhere(
        "reactivate",
        OFF,
        membership=["deactivated", "active", "not_listed"],
        role=["member", "super_admin", "not_stated"],
        wants_seat=["yes", "no"],
        spare_seat=["yes", "no", "no_roster"],
    )
    assert count == 80 * 3 * 2 * 3


EXAMPLES: dict[str, tuple[str, GROUPS, dict[str, str]]] = {
    "saml-okta-new-with-a-seat": (
        "Somebody comes back, SAML by Okta, new screens, no free seat",
        OFF,
        {"wants_seat": "yes", "spare_seat": "no"},
    ),
    "ldap-2017-admin": (
        "An admin comes back, AD/LDAP, screens of 2017, the seat is still assigned",
        SEATED,
        {**LDAP, "screens": "2017", "role": "admin"},
    ),
    "gone-by-the-directory": (
        "Somebody would come back whom the directory has as gone",
        {**OFF, "has_left": (ADDRESS,)},
        {"sign_in": "password", "screens": "mid", "directory": "gone"},
    ),
    "on-already": ("Somebody would come back who is here", NOBODY, {"membership": "active"}),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_plan_as_a_person_reads_it(name: str, golden: Callable[[str, str], None]) -> None:
    title, records, traits = EXAMPLES[name]
    some = stays(records, **{"membership": "deactivated", **traits})
    golden(f"playbooks/axure.reactivate/{name}.md", read_aloud("reactivate", title, some))
