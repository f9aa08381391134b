"""The shipped offboarding: what it asks for in which situation, stated here a second time by hand."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from axure_lifecycle import playbooks
from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.plans import NoticeKind, Plan
from axure_lifecycle.domain.playbooks import Situation, build, slots
from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.facts import shipped_register
from axure_lifecycle.playbooks import load_playbook, shipped, shipped_names
from tests.playbooks.situations import (
    ADDRESS,
    check_whole,
    keys,
    notices,
    on_every_server,
    rendered,
    situation,
    step,
)

FOLDER = Path(playbooks.__file__).parent


def planned(records: Mapping[str, tuple[str, ...]] | None = None, /, **traits: str) -> Plan:
    return build(shipped("axure", "offboard"), situation(records, **traits), "7")


@pytest.mark.parametrize(("application", "operation"), shipped_names())
def test_every_shipped_playbook_cites_facts_that_exist(application: str, operation: str) -> None:
    file = FOLDER / application / f"{operation}.toml"
    loaded = load_playbook(file, known_facts=shipped_register().facts, expected_id=f"{application}.{operation}")
    assert loaded == shipped(application, operation)


@pytest.mark.parametrize(("application", "operation"), shipped_names())
def test_questions_hold_nothing_that_changes_with_the_clock(application: str, operation: str) -> None:
    for one in shipped(application, operation).steps:
        assert not slots(one.question) & {"leave_day", "spare_seats"}, one.key


CONTENT = ["hand-over-workspaces", "move-private-workspace"]
AFTERWARDS = ["change-share-link-passwords", "remove-integrations", "ask-about-public-account"]
BY_SSO, BY_PASSWORD = "refused-sign-in-sso-and-password", "refused-sign-in-password"
ON = "active"  # in the directory

LDAP = {"sign_in": "ldap", "deployment": "on_premises"}
GROUPS = {"CONTENT": CONTENT, "AFTERWARDS": AFTERWARDS, "SSO": [BY_SSO], "PASSWORD": [BY_PASSWORD]}
STEPS: list[tuple[str, dict[str, str], str]] = [
    ("saml, gone from the directory", {}, "CONTENT deactivate SSO AFTERWARDS"),
    ("saml by okta", {"directory": ON}, "CONTENT unassign-in-okta deactivate SSO AFTERWARDS"),
    ("saml by entra", {"directory": ON, "idp": "entra"}, "CONTENT unassign-in-entra deactivate SSO AFTERWARDS"),
    ("saml by google", {"directory": "hold", "idp": "google"}, "CONTENT unassign-in-google deactivate SSO AFTERWARDS"),
    (
        "saml by another",
        {"directory": "no_read", "idp": "other"},
        "CONTENT unassign-in-identity-provider deactivate SSO AFTERWARDS",
    ),
    ("saml, disabled by okta", {"directory": "disabled"}, "CONTENT unassign-in-okta deactivate SSO AFTERWARDS"),
    ("saml, never known", {"directory": "never_known"}, "CONTENT deactivate SSO AFTERWARDS"),
    ("password", {"sign_in": "password", "directory": ON}, "CONTENT deactivate PASSWORD AFTERWARDS"),
    ("ldap", {**LDAP, "directory": ON}, "CONTENT disable-in-directory deactivate PASSWORD AFTERWARDS"),
    ("ldap, suspended", {**LDAP, "directory": "hold"}, "CONTENT disable-in-directory deactivate PASSWORD AFTERWARDS"),
    ("ldap, disabled already", {**LDAP, "directory": "disabled"}, "CONTENT deactivate PASSWORD AFTERWARDS"),
    (
        "ldap, never known",
        {**LDAP, "directory": "never_known"},
        "CONTENT look-in-directory deactivate PASSWORD AFTERWARDS",
    ),
    (
        "super admin",
        {"role": "super_admin", "only_one_with_role": "yes"},
        "hand-over-super-admin CONTENT deactivate SSO AFTERWARDS",
    ),
    ("only invited", {"membership": "invited"}, "deactivate"),
    ("off already", {"membership": "deactivated"}, ""),
    ("off already, with an okta account", {"membership": "deactivated", "directory": ON}, ""),
    ("not listed", {"membership": "not_listed"}, ""),
    ("off once, on once", {"membership": "deactivated active"}, "CONTENT deactivate SSO AFTERWARDS"),
    ("a status nobody knows", {"membership": "other"}, "CONTENT deactivate SSO AFTERWARDS"),
    ("a status nobody stated", {"membership": "not_stated"}, "CONTENT deactivate SSO AFTERWARDS"),
    ("no licence list", {"licence": "no_roster"}, "look-at-licences CONTENT deactivate SSO AFTERWARDS"),
    (
        "a licence list that does not say",
        {"licence": "not_stated"},
        "look-at-licences CONTENT deactivate SSO AFTERWARDS",
    ),
    ("off already, no licence list", {"membership": "deactivated", "licence": "no_roster"}, "look-at-licences"),
]


@pytest.mark.parametrize(("traits", "steps"), [line[1:] for line in STEPS], ids=[line[0] for line in STEPS])
def test_the_steps_and_their_order(traits: dict[str, str], steps: str) -> None:
    assert keys(planned(**traits)) == [key for word in steps.split() for key in GROUPS.get(word, [word])]


ALL = {
    "owned_by_card": ("SUB-1",),
    "owned_by_purchase_order": ("SUB-2", "SUB-3"),
    "owned_otherwise": ("SUB-4",),
    "managed": ("SUB-1", "SUB-2", "SUB-5"),
    "managed_alone": ("SUB-5",),
    "assigned": ("SUB-6",),
}


def test_whoever_holds_every_licence_role_hands_each_over_before_and_releases_the_seat_after() -> None:
    assert keys(planned(ALL)) == [
        "transfer-ownership-by-card",
        "transfer-ownership-by-purchase-order",
        "transfer-ownership-otherwise",
        "add-manager",
        "hand-over-management",
        *CONTENT,
        "deactivate",
        "release-seat",
        BY_SSO,
        *AFTERWARDS,
    ]


def test_a_seat_that_a_deactivated_account_left_behind_is_still_released() -> None:
    assert keys(planned({"assigned": ("SUB-6",)}, membership="deactivated", licence="assigned")) == ["release-seat"]


@pytest.mark.parametrize(
    ("key", "holding", "becomes", "records"),
    [
        ("transfer-ownership-by-card", HoldingKind.SEAT, "not_owner", ("SUB-1",)),
        ("transfer-ownership-by-purchase-order", HoldingKind.SEAT, "not_owner", ("SUB-2", "SUB-3")),
        ("transfer-ownership-otherwise", HoldingKind.SEAT, "not_owner", ("SUB-4",)),
        ("hand-over-management", HoldingKind.SEAT, "not_manager", ("SUB-1", "SUB-2", "SUB-5")),
        ("release-seat", HoldingKind.SEAT, "not_assigned", ("SUB-6",)),
        ("disable-in-directory", HoldingKind.DIRECTORY_ACCOUNT, "not_active", ()),
        ("deactivate", HoldingKind.MEMBERSHIP, "deactivated", ()),
    ],
)
def test_what_a_roster_shows_once_a_step_is_done(
    key: str, holding: HoldingKind, becomes: str, records: tuple[str, ...]
) -> None:
    end = step(planned(ALL, sign_in="ldap", directory="active"), key).end
    assert end is not None
    assert (end.holding, end.becomes, end.records, end.addresses) == (holding, becomes, records, (ADDRESS,))


def test_a_roster_shows_that_the_super_admin_is_none_any_more() -> None:
    end = step(planned(role="super_admin"), "hand-over-super-admin").end
    assert end is not None
    assert (end.holding, end.becomes, end.records) == (HoldingKind.MEMBERSHIP, "lacks_role", ("super_admin",))
    assert end.addresses == (ADDRESS,)


def test_no_other_step_waits_for_a_roster() -> None:
    plan = planned(ALL, sign_in="ldap", directory="active never_known", role="super_admin", licence="no_roster")
    assert [one.key for one in plan.steps if one.end is None] == [
        "add-manager",
        "look-at-licences",
        *CONTENT,
        "look-in-directory",
        BY_PASSWORD,
        *AFTERWARDS,
    ]


@pytest.mark.parametrize(
    ("screens", "place", "is_known"),
    [
        (
            "new",
            "acme.axure.cloud › sidebar › ••• beside the organization › Organization settings and members › Members",
            True,
        ),
        ("mid", "acme.axure.cloud › avatar › Admin Settings › Manage Accounts", True),
        (
            "old",
            "path unknown on this generation of screens: begin at Admin Settings, at the bottom left › Manage Accounts",
            False,
        ),
        ("2017", "path unknown on this generation of screens: begin at Setup, where accounts are added,", False),
    ],
)
def test_where_to_deactivate_on_these_screens(screens: str, place: str, is_known: bool) -> None:
    found = step(planned(screens=screens), "deactivate")
    assert found.place.startswith(place)
    assert found.is_place_known is is_known


@pytest.mark.parametrize("screens", ["new", "mid", "old", "2017"])
def test_where_projects_are_moved_is_told_of_no_screens(screens: str) -> None:
    found = step(planned(screens=screens), "move-private-workspace")
    assert found.place.startswith("path unknown: in the private workspace, tick a project and ")
    assert "look for Move in a bar at the bottom" in found.place
    assert "workspace.move-screens" in found.facts


@pytest.mark.parametrize(
    ("idp", "key", "place", "fact"),
    [
        ("okta", "unassign-in-okta", "Okta Admin Console › Applications › Applications › ", "okta.unassign"),
        ("entra", "unassign-in-entra", "Entra admin center › Entra ID › Enterprise apps › ", "entra.unassign"),
        ("google", "unassign-in-google", "Google Admin console › Apps › Web and mobile apps › ", "google.unassign"),
    ],
)
def test_where_the_identity_provider_lets_somebody_go(idp: str, key: str, place: str, fact: str) -> None:
    found = step(planned(idp=idp, directory=ON), key)
    assert found.place.startswith(place)
    assert {fact, f"{fact}-group", "idp-removal.touches-nothing"} <= set(found.facts)


def test_nothing_that_keeps_somebody_in_may_be_open_for_the_same_person() -> None:
    assert shipped("axure", "offboard").contradicts == {"onboard", "reactivate", "change-role", "assign-seat"}


ALWAYS = {"sessions-may-outlive", "private-workspace-at-risk", "maybe-irreversible", "who-may-deactivate"}
INVITED = {"maybe-irreversible", "who-may-deactivate", "invited"}

GUARDS: list[tuple[str, dict[str, str], set[str]]] = [
    ("a usual leaver", {}, set()),
    ("use sso off", {"use_sso": "no"}, {"use-sso-off"}),
    ("use sso not stated", {"use_sso": "not_stated"}, {"use-sso-not-stated"}),
    ("use sso off where nobody uses sso", {"use_sso": "no", "sign_in": "password"}, set()),
    ("admin by sso", {"role": "admin"}, {"own-account"}),
    ("admin without sso", {"role": "admin", "use_sso": "no"}, {"break-glass", "use-sso-off", "own-account"}),
    ("one technical admin of several", {"role": "technical_admin"}, {"technical-admin", "own-account"}),
    (
        "technical admin, others not known",
        {"role": "technical_admin", "only_one_with_role": "not_stated"},
        {"technical-admin", "own-account"},
    ),
    (
        "last technical admin",
        {"role": "technical_admin", "only_one_with_role": "yes"},
        {"last-technical-admin", "own-account"},
    ),
    ("only super admin", {"role": "super_admin", "only_one_with_role": "yes"}, {"only-super-admin", "own-account"}),
    (
        "super admin, others not known",
        {"role": "super_admin", "only_one_with_role": "not_stated"},
        {"super-admin-maybe-only", "own-account"},
    ),
    ("one super admin of several", {"role": "super_admin"}, {"super-admin-of-several", "own-account"}),
    ("last day ahead", {"directory": "active", "leave_day": "ahead"}, {"last-day-ahead"}),
    ("last day passed", {"directory": "active", "leave_day": "passed"}, set()),
    ("active in the directory", {"directory": "active"}, {"still-active-in-directory"}),
    ("active in one directory of two", {"directory": "active deprovisioned"}, {"still-active-in-directory"}),
    ("suspended", {"directory": "hold"}, {"suspended"}),
    ("never known", {"directory": "never_known"}, {"never-known-to-directory"}),
    ("no directory", {"directory": "no_read"}, {"no-directory-read"}),
    ("gone", {"directory": "gone"}, set()),
    ("shared account", {"personal": "no"}, {"non-personal-account"}),
    ("two claimants", {"personal": "ambiguous"}, {"ambiguous-address"}),
    ("decided to keep", {"decision": "keep"}, {"decided-to-stay"}),
    ("decided to be external", {"decision": "external"}, {"decided-to-stay"}),
    ("decided whose it is", {"decision": "belongs_to"}, set()),
    ("several addresses", {"other_addresses": "yes"}, {"several-addresses"}),
    ("another case", {"other_case": "yes"}, {"another-case"}),
    ("an assistant's roster", {"roster": "reported"}, {"reported-roster"}),
    ("an assistant's roster that hides something", {"roster": "reported disputed"}, {"disputed-roster"}),
    ("an old roster", {"roster": "confirmed old"}, {"old-roster"}),
    ("a roster that may be a part", {"roster": "confirmed part"}, {"part-of-a-roster"}),
    ("no licence list", {"licence": "no_roster"}, {"seats-unknown"}),
    ("a licence list that does not say", {"licence": "not_stated"}, {"seats-not-stated"}),
    ("on-premises", {"deployment": "on_premises"}, {"seat-in-product"}),
    ("ldap", {"sign_in": "ldap", "screens": "mid"}, {"ldap-needs-both"}),
    ("ldap on an old build", {"sign_in": "ldap", "screens": "old"}, {"ldap-needs-both", "ldap-on-old-builds"}),
]


@pytest.mark.parametrize(("traits", "said"), [line[1:] for line in GUARDS], ids=[line[0] for line in GUARDS])
def test_what_is_said_about_somebody_with_an_account(traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(**traits)) - ALWAYS == said
    assert notices(planned(**traits)) >= ALWAYS


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({"membership": "invited"}, INVITED),
        ({"membership": "deactivated"}, {"nothing-left"}),
        ({"membership": "deactivated", "role": "super_admin", "only_one_with_role": "yes"}, {"nothing-left"}),
        ({"membership": "deactivated", "licence": "no_roster"}, {"seats-unknown"}),
        ({"membership": "deactivated", "licence": "assigned"}, {"only-licences-left"}),
        ({"membership": "deactivated active", "licence": "assigned"}, ALWAYS),
        ({"membership": "not_listed"}, {"not-listed"}),
        ({"membership": "not_listed", "licence": "owner"}, {"not-listed", "only-licences-left"}),
        ({"membership": "no_roster"}, {"no-members-roster"}),
    ],
)
def test_what_is_said_about_somebody_without_an_account_in_use(traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(**traits)) == said


def test_what_is_said_about_licences() -> None:
    assert notices(planned(ALL)) - ALWAYS == {
        "owns-by-card",
        "owns-by-purchase-order",
        "owns-otherwise",
        "manages",
        "only-manager",
        "seat-by-itself",
    }


def test_only_what_no_case_may_be_opened_on_is_a_blocker() -> None:
    blockers = {guard.key for guard in shipped("axure", "offboard").guards if guard.kind is NoticeKind.BLOCKER}
    assert blockers == {
        "no-members-roster",
        "disputed-roster",
        "ambiguous-address",
        "non-personal-account",
        "only-super-admin",
    }


def every_server() -> Iterator[Situation]:
    return on_every_server(
        ALL, role=["member", "super_admin"], membership=TRAITS["membership"], licence=["owner", "no_roster"]
    )


def test_on_every_server_every_step_is_whole_and_shows_no_path_of_another_generation() -> None:
    for some in every_server():
        check_whole(shipped("axure", "offboard"), some)


def test_the_deactivation_comes_after_everything_that_needs_the_account_and_before_the_proof() -> None:
    for some in every_server():
        order = keys(build(shipped("axure", "offboard"), some, "7"))
        if "deactivate" in order:
            place = order.index("deactivate")
            assert not {"hand-over-super-admin", *CONTENT} & set(order[place:])
            assert not {BY_SSO, BY_PASSWORD, "release-seat"} & set(order[:place])


EXAMPLES: dict[str, tuple[str, dict[str, tuple[str, ...]], dict[str, str]]] = {
    "private-saml-okta-new": ("Leaver, private instance, SAML by Okta, new screens", {"assigned": ("SUB-6",)}, {}),
    "private-saml-entra-mid-last-day-ahead": (
        "Leaving, private instance, SAML by Entra ID, middle screens, Use SSO off",
        {"assigned": ("SUB-6",)},
        {"idp": "entra", "screens": "mid", "use_sso": "no", "directory": "active", "leave_day": "ahead"},
    ),
    "private-saml-google-technical-admin-with-licences": (
        "Last Technical Admin with every licence role, SAML by Google",
        ALL,
        {"idp": "google", "role": "technical_admin", "only_one_with_role": "yes", "directory": "active"},
    ),
    "on-premises-ldap-2017-super-admin": (
        "Only Super Admin, on-premises, AD/LDAP, screens of 2017, no licence list",
        {},
        {
            "deployment": "on_premises",
            "sign_in": "ldap",
            "screens": "2017",
            "role": "super_admin",
            "only_one_with_role": "yes",
            "use_sso": "not_stated",
            "licence": "no_roster",
            "directory": "active",
        },
    ),
    "on-premises-password-old": (
        "Leaver, on-premises, password, old screens",
        {},
        {"deployment": "on_premises", "sign_in": "password", "screens": "old", "use_sso": "not_stated"},
    ),
    "seat-left-behind": (
        "Deactivated already, the seat is left",
        {"assigned": ("SUB-6",)},
        {"membership": "deactivated", "licence": "assigned"},
    ),
    "shared-account-no-rosters": (
        "A shared account before any roster but the directory's",
        {},
        {"personal": "no", "membership": "no_roster", "licence": "no_roster", "directory": "active"},
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_plan_as_a_person_reads_it(name: str, golden: Callable[[str, str], None]) -> None:
    title, records, traits = EXAMPLES[name]
    some = situation(records, {"leave_day": "2026-11-27"}, **traits)
    golden(f"playbooks/axure.offboard/{name}.md", rendered(title, build(shipped("axure", "offboard"), some, "7")))


@pytest.mark.parametrize(("sign_in", "key"), [("saml", BY_SSO), ("password", BY_PASSWORD)])
def test_whoever_tries_to_sign_in_is_not_named_twice(sign_in: str, key: str) -> None:
    told = step(build(shipped("axure", "offboard"), situation(sign_in=sign_in), "v"), key).instruction
    assert told.startswith("Let the person try to sign in to acme.axure.cloud")
    assert "@" not in told
