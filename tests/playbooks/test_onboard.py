"""The shipped onboarding: what it asks for in which situation, stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import keys, notices, step
from tests.playbooks.staying import GROUPS, LEA, OLGA, TIM, blockers, check_everywhere, read_aloud, shown_by, stays
from tests.playbooks.staying import planned as planned_for

JOINING: GROUPS = {"joining": (OLGA,)}
BOTH: GROUPS = {"joining": (OLGA, TIM)}
SEATED: GROUPS = {"joining": (OLGA, TIM), "to_be_seated": (OLGA, TIM)}
NOT_LISTED = "not_listed"
LDAP = {"deployment": "on_premises", "sign_in": "ldap", "wants_sso": "no", "membership": NOT_LISTED}


def planned(records: GROUPS = JOINING, /, **traits: str) -> Plan:
    return planned_for("onboard", records, {"role": "member"}, **{"membership": NOT_LISTED, **traits})


STEPS: list[tuple[str, GROUPS, dict[str, str], str]] = [
    ("saml by okta", JOINING, {}, "assign-in-okta add-with-sso sign-in-by-sso"),
    ("saml by entra", BOTH, {"idp": "entra"}, "assign-in-entra add-with-sso sign-in-by-sso"),
    ("saml by google", BOTH, {"idp": "google"}, "assign-in-google add-with-sso sign-in-by-sso"),
    ("saml by another", BOTH, {"idp": "other"}, "assign-in-identity-provider add-with-sso sign-in-by-sso"),
    (
        "saml, and nobody is seen to use sso",
        JOINING,
        {"sso_in_use": "not_seen"},
        "see-saml assign-in-okta add-with-sso sign-in-by-sso",
    ),
    (
        "saml before any roster",
        JOINING,
        {"sso_in_use": "no_roster", "membership": "no_roster"},
        "see-saml assign-in-okta add-with-sso sign-in-by-sso",
    ),
    (
        "sso where the configuration says password",
        JOINING,
        {"sign_in": "password", "sso_in_use": "not_seen"},
        "see-saml add-with-sso sign-in-by-sso",
    ),
    ("saml, on-premises", JOINING, {"deployment": "on_premises"}, "assign-in-okta add-with-sso sign-in-by-sso"),
    (
        "a password beside saml",
        JOINING,
        {"wants_sso": "no", "sso_in_use": "not_seen"},
        "add-with-invitation set-password-and-sign-in",
    ),
    (
        "password, private instance",
        BOTH,
        {"sign_in": "password", "wants_sso": "no", "sso_in_use": "not_seen"},
        "add-with-invitation set-password-and-sign-in",
    ),
    (
        "password, on-premises",
        BOTH,
        {"sign_in": "password", "wants_sso": "no", "deployment": "on_premises"},
        "add-with-first-password sign-in-with-first-password",
    ),
    ("ldap", BOTH, LDAP, "see-directory-accounts add-from-directory sign-in-with-directory-password"),
    (
        "seats, one free for each",
        SEATED,
        {"wants_seat": "yes", "spare_seat": "yes"},
        "assign-in-okta add-with-sso assign-seats sign-in-by-sso activate-axure-rp",
    ),
    (
        "seats, too few",
        SEATED,
        {"wants_seat": "yes", "spare_seat": "yes too_few"},
        "assign-in-okta add-with-sso buy-seats assign-seats sign-in-by-sso activate-axure-rp",
    ),
    (
        "seats, none free",
        SEATED,
        {"wants_seat": "yes", "spare_seat": "no"},
        "assign-in-okta add-with-sso buy-seats assign-seats sign-in-by-sso activate-axure-rp",
    ),
    (
        "seats, no licence list",
        SEATED,
        {"wants_seat": "yes", "spare_seat": "no_roster"},
        "assign-in-okta add-with-sso assign-seats sign-in-by-sso activate-axure-rp",
    ),
    (
        "a seat for the one who has none",
        {"joining": (OLGA, TIM), "to_be_seated": (TIM,), "with_seat": (OLGA,)},
        {"wants_seat": "yes", "spare_seat": "yes"},
        "assign-in-okta add-with-sso assign-seats sign-in-by-sso activate-axure-rp",
    ),
    ("no seats asked for", SEATED, {"spare_seat": "no"}, "assign-in-okta add-with-sso sign-in-by-sso"),
    ("guests", BOTH, {"new_role": "guest"}, "assign-in-okta add-with-sso sign-in-by-sso invite-guests"),
    ("nobody is left to add", {"members_on": (OLGA,)}, {"membership": "active"}, ""),
]


@pytest.mark.parametrize(("records", "traits", "steps"), [line[1:] for line in STEPS], ids=[line[0] for line in STEPS])
def test_the_steps_and_their_order(records: GROUPS, traits: dict[str, str], steps: str) -> None:
    assert keys(planned(records, **traits)) == steps.split()


def test_saml_and_the_app_come_before_the_account_and_the_account_before_seat_and_sign_in() -> None:
    plan = planned(SEATED, sso_in_use="not_seen", wants_seat="yes", spare_seat="no")
    assert {one.key: one.after for one in plan.steps} == {
        "see-saml": (),
        "assign-in-okta": ("see-saml",),
        "add-with-sso": ("assign-in-okta",),
        "buy-seats": (),
        "assign-seats": ("add-with-sso", "buy-seats"),
        "sign-in-by-sso": ("add-with-sso",),
        "activate-axure-rp": ("assign-seats",),
    }


@pytest.mark.parametrize(
    ("traits", "order"),
    [
        ({"idp": "entra"}, "assign-in-entra add-with-sso sign-in-by-sso"),
        ({"idp": "google"}, "assign-in-google add-with-sso sign-in-by-sso"),
        ({"idp": "other"}, "assign-in-identity-provider add-with-sso sign-in-by-sso"),
        ({"wants_sso": "no"}, "add-with-invitation set-password-and-sign-in"),
        (
            {"wants_sso": "no", "deployment": "on_premises"},
            "add-with-first-password sign-in-with-first-password",
        ),
        (LDAP, "see-directory-accounts add-from-directory sign-in-with-directory-password"),
    ],
)
def test_each_way_in_is_gone_one_step_after_the_other(traits: dict[str, str], order: str) -> None:
    plan = planned(SEATED, **{**traits, "wants_seat": "yes", "spare_seat": "yes", "new_role": "guest"})
    after = {one.key: one.after for one in plan.steps}
    way = order.split()
    assert [after[key] for key in way] == [(), *((before,) for before in way[:-1])]
    added = next(key for key in way if key.startswith("add-"))
    assert after["assign-seats"] == after["invite-guests"] == (added,)
    if added == "add-with-sso":
        first = planned(SEATED, **{**traits, "sso_in_use": "not_seen"})
        assert step(first, way[0]).after == ("see-saml",)


@pytest.mark.parametrize(
    ("screens", "place"),
    [
        (
            "new",
            "acme.axure.cloud › sidebar › ••• beside the organization › Organization settings and members › Members › "
            "Add members",
        ),
        (
            "mid",
            "acme.axure.cloud › avatar, at the top right › Admin Settings › Manage Accounts › Add Account, at the top "
            "right",
        ),
        (
            "old",
            "acme.axure.cloud › Admin Settings, at the bottom left › Manage Accounts › Add Account, at the top right",
        ),
        ("2017", "acme.axure.cloud › Setup › Add Accounts, the leftmost button"),
    ],
)
@pytest.mark.parametrize(
    ("key", "traits"),
    [
        ("add-with-sso", {}),
        ("add-with-invitation", {"wants_sso": "no"}),
        ("add-with-first-password", {"wants_sso": "no", "deployment": "on_premises"}),
        ("add-from-directory", LDAP),
    ],
)
def test_where_people_are_added_on_these_screens(screens: str, place: str, key: str, traits: dict[str, str]) -> None:
    added = step(planned(JOINING, **traits, screens=screens), key)
    assert (added.place, added.is_place_known) == (place, True)


@pytest.mark.parametrize(
    ("screens", "is_known", "begins"),
    [
        ("new", True, "acme.axure.cloud › Account settings › Authentication › Configure"),
        (
            "mid",
            False,
            "path unknown on this generation of screens: signed in as Super Admin or Technical Admin, begin",
        ),
        (
            "old",
            False,
            "path unknown on this generation of screens: signed in as Super Admin or Technical Admin, begin",
        ),
        ("2017", False, "path unknown on this generation of screens: begin at Setup"),
    ],
)
def test_where_saml_is_seen_on_these_screens(screens: str, is_known: bool, begins: str) -> None:
    seen = step(planned(JOINING, sso_in_use="not_seen", screens=screens), "see-saml")
    assert seen.is_place_known is is_known
    assert seen.place.startswith(begins)


def test_all_who_join_stand_in_one_dialog_and_in_one_question() -> None:
    added = step(planned(BOTH, batch="yes"), "add-with-sso")
    assert added.title == "Add to acme.axure.cloud with Use SSO (2)"
    assert f"Enter {OLGA}, {TIM}, all in one dialog; tick Use SSO; choose the level Member" in added.instruction
    assert added.question == f"Did you add {OLGA}, {TIM} on acme.axure.cloud as Member, with Use SSO ticked?"


def test_a_first_password_is_typed_on_premises_and_mailed_by_a_private_instance() -> None:
    here = step(planned(JOINING, wants_sso="no", deployment="on_premises"), "add-with-first-password")
    assert "type the first password; tick “Require password reset on next login”" in here.instruction
    there = step(planned(JOINING, wants_sso="no"), "add-with-invitation")
    assert there.instruction.endswith("acme.axure.cloud mails each of them a way to set a password.")
    assert "Require password reset" not in there.instruction


def test_a_roster_shows_every_account_and_every_seat() -> None:
    mixed: GROUPS = {"joining": (OLGA, TIM), "members_on": (LEA,), "to_be_seated": (LEA, TIM)}
    plan = planned(mixed, membership="not_listed active", wants_seat="yes", spare_seat="yes")
    assert shown_by(plan) == {
        "add-with-sso": ("membership listed", (OLGA, TIM), ()),
        "assign-seats": ("seat assigned", (LEA, TIM), ()),
    }
    for traits, key in (
        ({"wants_sso": "no"}, "add-with-invitation"),
        ({"wants_sso": "no", "deployment": "on_premises"}, "add-with-first-password"),
        (LDAP, "add-from-directory"),
    ):
        assert shown_by(planned(BOTH, **traits)) == {key: ("membership listed", (OLGA, TIM), ())}


def test_no_other_step_waits_for_a_roster() -> None:
    for traits in ({}, {"wants_sso": "no"}, {"wants_sso": "no", "deployment": "on_premises"}, LDAP):
        plan = planned(SEATED, **{"wants_seat": "yes", "spare_seat": "no", "new_role": "guest", **traits})
        assert {key for key in shown_by(plan) if not key.startswith("add-")} == {"assign-seats"}


SSO = {"no-jit", "publishing-trial", "public-account-for-everybody"}
"""What is said of somebody who joins by SSO and asks for nothing."""
OTHERWISE = SSO - {"no-jit"}
SEAT = {"no-jit", "publishing-trial", "cloud-seats"}

GUARDS: list[tuple[str, GROUPS, dict[str, str], set[str]]] = [
    ("somebody who joins", JOINING, {}, SSO),
    ("a password beside saml", JOINING, {"wants_sso": "no"}, {*OTHERWISE, "password-beside-sso"}),
    ("a password", JOINING, {"sign_in": "password", "wants_sso": "no"}, OTHERWISE),
    ("ldap", JOINING, {**LDAP, "screens": "mid"}, {*OTHERWISE, "ldap-may-create"}),
    (
        "ldap on an old build",
        JOINING,
        {**LDAP, "screens": "old"},
        {*OTHERWISE, "ldap-may-create", "ldap-on-old-builds"},
    ),
    ("sso on screens of 2017", JOINING, {"screens": "2017"}, {*SSO, "sso-on-2017"}),
    ("sso with ldap", JOINING, {**LDAP, "wants_sso": "yes"}, {*OTHERWISE, "sso-on-ldap", "ldap-may-create"}),
    ("sso with passwords", JOINING, {"sign_in": "password"}, {*OTHERWISE, "sso-on-password-server"}),
    ("several", BOTH, {"batch": "yes"}, {*SSO, "one-level-for-all", "which-separator"}),
    (
        "several on screens of 2017",
        BOTH,
        {"batch": "yes", "screens": "2017"},
        {*SSO, "one-level-for-all", "comma-between", "sso-on-2017"},
    ),
    ("guests", JOINING, {"new_role": "guest"}, SSO),
    ("an admin", JOINING, {"new_role": "admin"}, {*SSO, "higher-level"}),
    ("a technical admin", JOINING, {"new_role": "technical_admin"}, {*SSO, "higher-level", "may-change-sign-in"}),
    ("a super admin", JOINING, {"new_role": "super_admin"}, {*SSO, "one-super-admin"}),
    ("no members roster", JOINING, {"membership": "no_roster"}, {*SSO, "no-members-roster"}),
    ("an old roster", JOINING, {"roster": "confirmed old"}, {*SSO, "old-roster"}),
    ("a part of a roster", JOINING, {"roster": "confirmed part"}, {*SSO, "part-of-a-roster"}),
    ("an assistant's roster", JOINING, {"roster": "reported"}, {*SSO, "reported-roster"}),
    ("an assistant's roster that hides somebody", JOINING, {"roster": "reported disputed"}, {*SSO, "disputed-roster"}),
    ("no directory", JOINING, {"directory": "no_read"}, {*SSO, "no-directory-read"}),
    ("another case", JOINING, {"other_case": "yes"}, {*SSO, "another-case"}),
    ("not in the directory", {**JOINING, "not_in_directory": (OLGA,)}, {}, {*SSO, "not-in-directory"}),
    ("gone from the directory", {**BOTH, "has_left": (TIM,)}, {}, {*SSO, "has-left"}),
    ("suspended", {**BOTH, "on_hold": (TIM,)}, {}, {*SSO, "suspended"}),
    ("leaving", {**BOTH, "leaving": (TIM,)}, {}, {*SSO, "leaving"}),
    ("a shared account", {**JOINING, "non_personal": (OLGA,)}, {}, {*SSO, "non-personal"}),
    ("two claimants", {**JOINING, "ambiguous": (OLGA,)}, {}, {*SSO, "ambiguous-address"}),
    (
        "one is there already",
        {**JOINING, "members_on": (TIM,)},
        {"membership": "active not_listed"},
        {*SSO, "members-already"},
    ),
    (
        "one is off",
        {**JOINING, "members_off": (TIM,)},
        {"membership": "deactivated not_listed"},
        {*SSO, "account-is-off"},
    ),
    (
        "all are there",
        {"members_on": (OLGA,)},
        {"membership": "active"},
        {"members-already", "nobody-to-add", "no-jit"},
    ),
    (
        "all are off",
        {"members_off": (OLGA,)},
        {"membership": "deactivated"},
        {"account-is-off", "nobody-to-add", "no-jit"},
    ),
    ("a free seat", SEATED, {"wants_seat": "yes", "spare_seat": "yes"}, SEAT),
    ("no free seat", SEATED, {"wants_seat": "yes", "spare_seat": "no"}, {*SEAT, "seats-to-buy"}),
    ("too few seats", SEATED, {"wants_seat": "yes", "spare_seat": "yes too_few"}, {*SEAT, "too-few-seats"}),
    ("no licence list", SEATED, {"wants_seat": "yes", "spare_seat": "no_roster"}, {*SEAT, "seats-unknown"}),
    (
        "a licence list without users",
        SEATED,
        {"wants_seat": "yes", "spare_seat": "not_stated"},
        {*SEAT, "seats-unknown"},
    ),
    (
        "a seat is there already",
        {**JOINING, "with_seat": (OLGA,)},
        {"wants_seat": "yes", "spare_seat": "no"},
        {*SEAT, "seats-to-buy", "seated-already"},
    ),
]


@pytest.mark.parametrize(("records", "traits", "said"), [line[1:] for line in GUARDS], ids=[line[0] for line in GUARDS])
def test_what_is_said(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(records, **traits)) == said


def test_what_no_case_may_be_opened_on() -> None:
    everything: GROUPS = {**BOTH, "has_left": (TIM,), "ambiguous": (OLGA,)}
    assert blockers(planned(everything, roster="disputed", new_role="super_admin", sign_in="password")) == {
        "disputed-roster",
        "one-super-admin",
        "sso-on-password-server",
        "ambiguous-address",
        "has-left",
    }
    assert blockers(planned(BOTH, **{**LDAP, "wants_sso": "yes"})) == {"sso-on-ldap"}
    assert blockers(planned({"members_on": (OLGA,)}, membership="active")) == {"nobody-to-add"}
    assert len([guard for guard in shipped("axure", "onboard").guards if guard.kind == "blocker"]) == 7


def test_a_super_admin_is_sent_to_the_handover_and_an_account_that_is_off_to_the_reactivation() -> None:
    sentences = {
        notice.key: notice.sentence
        for notice in planned({**JOINING, "members_off": (TIM,)}, new_role="super_admin").notices
    }
    assert "plan_operation with hand-over-super-admin" in sentences["one-super-admin"]
    assert "plan_reactivation" in sentences["account-is-off"]
    assert TIM in sentences["account-is-off"]


def test_on_every_server_every_step_is_whole() -> None:
    wanted = {"wants_sso": ["yes", "no"], "sso_in_use": ["yes", "not_seen"], "new_role": ["guest"]}
    seats = {"wants_seat": ["yes"], "spare_seat": ["yes", "yes too_few", "no_roster"]}
    assert check_everywhere("onboard", SEATED, membership=["not_listed", "no_roster"], **wanted, **seats) == 80 * 24
    roles = ["guest", "member", "admin", "technical_admin", "super_admin"]
    memberships = ["not_listed", "active not_listed", "deactivated not_listed"]
    mixed: GROUPS = {**BOTH, "members_on": (LEA,), "members_off": (LEA,), "to_be_seated": (LEA,)}
    assert check_everywhere("onboard", mixed, membership=memberships, new_role=roles) == 80 * 15


EXAMPLES: dict[str, tuple[str, GROUPS, dict[str, str]]] = {
    "one-saml-okta-new": ("Somebody joins, private instance, SAML by Okta, new screens", JOINING, {}),
    "batch-saml-entra-mid-first-sso-seats": (
        "Two join as the first by SSO, Entra ID, middle screens, one is a member already, too few seats",
        {**SEATED, "members_on": (LEA,), "to_be_seated": (LEA, OLGA, TIM)},
        {
            "idp": "entra",
            "screens": "mid",
            "sso_in_use": "not_seen",
            "membership": "not_listed active",
            "batch": "yes",
            "wants_seat": "yes",
            "spare_seat": "yes too_few",
        },
    ),
    "batch-password-private-google-old-guests": (
        "Two guests by password beside SAML, old screens",
        BOTH,
        {"wants_sso": "no", "screens": "old", "idp": "google", "batch": "yes", "new_role": "guest"},
    ),
    "one-password-on-premises-2017-technical-admin": (
        "A Technical Admin by password, on-premises, screens of 2017, no rosters",
        JOINING,
        {
            "deployment": "on_premises",
            "sign_in": "password",
            "wants_sso": "no",
            "screens": "2017",
            "new_role": "technical_admin",
            "membership": "no_roster",
            "sso_in_use": "no_roster",
            "directory": "no_read",
        },
    ),
    "batch-ldap-old": (
        "Two join, AD/LDAP, old screens; one is suspended, one not known to the directory",
        {**BOTH, "on_hold": (OLGA,), "not_in_directory": (TIM,)},
        {**LDAP, "screens": "old", "batch": "yes"},
    ),
    "nobody-left-to-add": (
        "One is a member, one is off, a Super Admin was asked for",
        {"members_on": (OLGA,), "members_off": (TIM,)},
        {"membership": "active", "batch": "yes", "new_role": "super_admin"},
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_plan_as_a_person_reads_it(name: str, golden: Callable[[str, str], None]) -> None:
    title, records, traits = EXAMPLES[name]
    some = stays(records, **{"membership": NOT_LISTED, **traits})
    golden(f"playbooks/axure.onboard/{name}.md", read_aloud("onboard", title, some))


def test_those_of_whom_one_has_another_case_are_named() -> None:
    plan = planned(other_case="yes")
    [sentence] = [notice.sentence for notice in plan.notices if notice.key == "another-case"]
    assert "@" in sentence.partition(" is open")[0]
