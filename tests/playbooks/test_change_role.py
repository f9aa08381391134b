"""The shipped change of role: what it asks for in which situation, stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, keys, notices, step
from tests.playbooks.staying import GROUPS, blockers, check_everywhere, planned, read_aloud, shown_by, stays

HERE: GROUPS = {"members_on": (ADDRESS,)}
NOBODY: GROUPS = {}


def changed(records: GROUPS = HERE, /, **traits: str) -> Plan:
    """The plan for a Member who becomes an Admin, but for what is given."""
    answers = {"role": "member", "new_role": "admin", "role_change": "up", **traits}
    return planned("change-role", records, {"role": answers["new_role"]}, **answers)


STEPS: list[tuple[str, str, str, str, str]] = [
    ("a member becomes an admin", "member", "admin", "up", "set-higher-role"),
    ("a guest becomes a technical admin", "guest", "technical_admin", "up", "set-higher-role"),
    ("a technical admin becomes an admin", "technical_admin", "admin", "down", "set-higher-role"),
    ("a guest becomes a member", "guest", "member", "up", "set-role"),
    ("an admin becomes a member", "admin", "member", "down", "set-role"),
    ("a member becomes a guest", "member", "guest", "down", "list-workspaces set-role invite-to-workspaces"),
    ("nobody knows the role", "not_stated", "guest", "not_known", "list-workspaces set-role invite-to-workspaces"),
    ("a role of another name", "other", "member", "not_known", "set-role"),
    ("a member stays one", "member", "member", "none", ""),
    ("an admin stays one", "admin", "admin", "none", ""),
    ("a member would become super admin", "member", "super_admin", "up", ""),
    ("one of two accounts has it", "admin member", "admin", "none up", "set-higher-role"),
]


@pytest.mark.parametrize(("role", "new", "goes", "steps"), [one[1:] for one in STEPS], ids=[one[0] for one in STEPS])
def test_the_steps_and_their_order(role: str, new: str, goes: str, steps: str) -> None:
    plan = changed(role=role, new_role=new, role_change=goes)
    assert keys(plan) == steps.split()
    assert [one.after for one in plan.steps] == [(), *((before,) for before in keys(plan)[:-1])][: len(plan.steps)]


@pytest.mark.parametrize("new", ["guest", "member", "admin", "technical_admin"])
def test_the_next_roster_shows_the_role(new: str) -> None:
    second = "a.silva@acme.example"
    plan = changed({"members_on": (second, ADDRESS)}, new_role=new)
    [(shown, addresses, roles)] = shown_by(plan).values()
    assert (shown, addresses, roles) == ("membership has_role", (second, ADDRESS), (new,))


LOWERED = {"role": "technical_admin", "new_role": "guest", "role_change": "down", "use_sso": "no"}


@pytest.mark.parametrize("membership", ["other", "not_stated"])
@pytest.mark.parametrize("only_one", ["yes", "not_stated"])
def test_an_account_that_is_not_off_is_like_one_that_is_on(membership: str, only_one: str) -> None:
    for traits in ({}, LOWERED, {**LOWERED, "role": "super_admin"}, {**LOWERED, "use_sso": "not_stated"}):
        here = changed(**{**traits, "membership": "active", "only_one_with_role": only_one})
        there = changed(**{**traits, "membership": membership, "only_one_with_role": only_one})
        assert (keys(there), notices(there)) == (keys(here), notices(here))
        assert ("break-glass" in notices(there)) is bool(traits)


@pytest.mark.parametrize("only_one", ["yes", "no", "not_stated"])
def test_an_invitation_changes_its_role_like_an_account(only_one: str) -> None:
    for role in ("technical_admin", "super_admin", "not_stated"):
        goes = "not_known" if role == "not_stated" else "down"
        traits = {**LOWERED, "role": role, "role_change": goes, "only_one_with_role": only_one}
        here, there = changed(**traits), changed(**{**traits, "membership": "invited"})
        assert notices(there) - {"invited"} == notices(here)
        assert keys(there) == [key for key in keys(here) if key != "list-workspaces"]
    stays_so = {"new_role": "member", "role_change": "none", "membership": "invited"}
    assert notices(changed(**stays_so)) == {"has-it-already", "invited"}
    raised = {"role": "member", "new_role": "technical_admin", "role_change": "up", "membership": "invited"}
    assert notices(changed(**raised)) == {"higher-level", "takes-effect", "may-change-sign-in", "invited"}


@pytest.mark.parametrize(("new", "warning"), [("admin", "may-manage-users"), ("technical_admin", "may-change-sign-in")])
@pytest.mark.parametrize("membership", ["active", "invited", "other", "not_stated"])
def test_what_a_higher_level_may_do_is_said_unless_somebody_comes_down_to_it(
    new: str, warning: str, membership: str
) -> None:
    for goes, is_said in (("up", True), ("not_known", True), ("down", False), ("none", False)):
        found = notices(changed(new_role=new, role_change=goes, membership=membership))
        assert (warning in found) is is_said


def test_the_higher_levels_are_left_to_the_super_admin() -> None:
    doers = {new: changed(new_role=new).steps[0].doer.value for new in ("member", "admin", "technical_admin")}
    assert doers == {"member": "admin", "admin": "super_admin", "technical_admin": "super_admin"}


@pytest.mark.parametrize("new", ["member", "admin"])
@pytest.mark.parametrize(
    ("screens", "is_known", "begins"),
    [
        (
            "new",
            True,
            "acme.axure.cloud › sidebar › ••• beside the organization › Organization settings and members › Members › "
            "the person's row › System Role",
        ),
        ("mid", False, "path unknown on this generation of screens: begin at avatar › Admin Settings"),
        ("old", False, "path unknown on this generation of screens: begin at Admin Settings, at the bottom left"),
        ("2017", False, "path unknown on this generation of screens: begin at Setup"),
    ],
)
def test_where_a_role_is_set_on_these_screens(new: str, screens: str, is_known: bool, begins: str) -> None:
    found = changed(new_role=new, screens=screens).steps[0]
    assert found.is_place_known is is_known
    assert found.place.startswith(begins)


UP = {"higher-level", "takes-effect"}
ADMIN = {*UP, "may-manage-users"}
TECHNICAL = {*UP, "may-change-sign-in"}
TO_MEMBER = {"new_role": "member", "role_change": "down"}
NOT_ON = {"membership": "deactivated", "role": "member"}

GUARDS: list[tuple[str, GROUPS, dict[str, str], set[str]]] = [
    ("a member becomes an admin", HERE, {}, ADMIN),
    ("a member becomes a technical admin", HERE, {"new_role": "technical_admin"}, TECHNICAL),
    ("a guest becomes a member", HERE, {"role": "guest", "new_role": "member"}, {"takes-effect"}),
    (
        "a member becomes a guest",
        HERE,
        {"new_role": "guest", "role_change": "down"},
        {"takes-effect", "becomes-guest"},
    ),
    ("a member stays one", HERE, {"new_role": "member", "role_change": "none"}, {"has-it-already"}),
    ("a member would become super admin", HERE, {"new_role": "super_admin"}, {"becomes-super-admin"}),
    ("an admin becomes a member", HERE, {"role": "admin", **TO_MEMBER}, {"takes-effect", "own-role"}),
    (
        "an admin without sso becomes a member",
        HERE,
        {"role": "admin", "use_sso": "no", **TO_MEMBER},
        {"takes-effect", "own-role", "break-glass"},
    ),
    (
        "an admin where nobody uses sso",
        HERE,
        {"role": "admin", "use_sso": "no", "sign_in": "password", **TO_MEMBER},
        {"takes-effect", "own-role"},
    ),
    (
        "the last technical admin becomes a member",
        HERE,
        {"role": "technical_admin", "only_one_with_role": "yes", **TO_MEMBER},
        {"takes-effect", "own-role", "last-technical-admin"},
    ),
    (
        "a technical admin, others not known",
        HERE,
        {"role": "technical_admin", "only_one_with_role": "not_stated", **TO_MEMBER},
        {"takes-effect", "own-role", "technical-admin-maybe-last"},
    ),
    (
        "one technical admin of several",
        HERE,
        {"role": "technical_admin", **TO_MEMBER},
        {"takes-effect", "own-role"},
    ),
    (
        "the super admin becomes a member",
        HERE,
        {"role": "super_admin", "only_one_with_role": "yes", **TO_MEMBER},
        {"takes-effect", "own-role", "only-super-admin"},
    ),
    (
        "a super admin, others not known",
        HERE,
        {"role": "super_admin", "only_one_with_role": "not_stated", **TO_MEMBER},
        {"takes-effect", "own-role", "only-super-admin"},
    ),
    (
        "one super admin of several",
        HERE,
        {"role": "super_admin", **TO_MEMBER},
        {"takes-effect", "own-role", "super-admin-of-several"},
    ),
    ("nobody knows the role", HERE, {"role": "not_stated", "role_change": "not_known"}, {*ADMIN, "role-not-known"}),
    ("an account that is off", NOBODY, NOT_ON, {"account-is-off"}),
    ("not listed", NOBODY, {"membership": "not_listed", "role_change": ""}, {"not-listed"}),
    ("no roster", NOBODY, {"membership": "no_roster", "role_change": ""}, {"no-members-roster"}),
    ("invited", HERE, {"membership": "invited"}, {*ADMIN, "invited"}),
    ("off once, on once", HERE, {"membership": "active"}, ADMIN),
    ("gone", {**HERE, "has_left": (ADDRESS,)}, {}, {*ADMIN, "has-left"}),
    ("leaving", {**HERE, "leaving": (ADDRESS,)}, {}, {*ADMIN, "leaving"}),
    ("a shared account", {**HERE, "non_personal": (ADDRESS,)}, {}, {*ADMIN, "non-personal"}),
    ("two claimants", {**HERE, "ambiguous": (ADDRESS,)}, {}, {*ADMIN, "ambiguous-address"}),
    ("several addresses", HERE, {"other_addresses": "yes"}, {*ADMIN, "several-accounts"}),
    ("another case", HERE, {"other_case": "yes"}, {*ADMIN, "another-case"}),
    ("an assistant's roster", HERE, {"roster": "reported"}, {*ADMIN, "reported-roster"}),
    ("a roster that hides something", HERE, {"roster": "reported disputed"}, {*ADMIN, "disputed-roster"}),
    ("an old roster", HERE, {"roster": "old confirmed"}, {*ADMIN, "old-roster"}),
    ("a part of a roster", HERE, {"roster": "part confirmed"}, {*ADMIN, "part-of-a-roster"}),
]


@pytest.mark.parametrize(("records", "traits", "said"), [line[1:] for line in GUARDS], ids=[line[0] for line in GUARDS])
def test_what_is_said(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(changed(records, **traits)) == said


def test_what_no_case_may_be_opened_on() -> None:
    stopping = {
        "no-members-roster",
        "disputed-roster",
        "ambiguous-address",
        "not-listed",
        "account-is-off",
        "becomes-super-admin",
        "only-super-admin",
    }
    assert {guard.key for guard in shipped("axure", "change-role").guards if guard.kind == "blocker"} == stopping
    for _, records, traits, said in GUARDS:
        assert blockers(changed(records, **traits)) == said & stopping


def test_the_super_admin_role_is_handed_over_and_not_given() -> None:
    for traits in (
        {"new_role": "super_admin"},
        {"role": "super_admin", "only_one_with_role": "yes", "new_role": "member", "role_change": "down"},
    ):
        [blocker] = changed(**traits).blockers
        assert "plan_operation with hand-over-super-admin" in blocker.sentence


def test_the_present_role_is_told_as_the_roster_has_it() -> None:
    assert (
        "The members roster has: Technical Admin."
        in step(changed(role="technical_admin", new_role="member", role_change="down"), "set-role").instruction
    )


def test_on_every_server_every_step_is_whole() -> None:
    count = check_everywhere(
        "change-role",
        HERE,
        role=["member", "super_admin", "not_stated"],
        new_role=sorted(TRAITS["new_role"] - {"other", "not_stated"}),
        role_change=["up", "down", "none", "not_known"],
    )
    assert count == 80 * 3 * 4 * 3, "no step for the role of Super Admin, and none where nothing changes"


EXAMPLES: dict[str, tuple[str, GROUPS, dict[str, str]]] = {
    "member-to-admin-new": ("A Member becomes an Admin, new screens", HERE, {"new_role": "admin", "role_change": "up"}),
    "last-technical-admin-to-guest-mid": (
        "The last Technical Admin becomes a Guest, middle screens",
        HERE,
        {
            "screens": "mid",
            "role": "technical_admin",
            "only_one_with_role": "yes",
            "use_sso": "no",
            "new_role": "guest",
            "role_change": "down",
        },
    ),
    "only-super-admin-to-member-2017": (
        "The only Super Admin would become a Member, on-premises, screens of 2017",
        HERE,
        {
            "deployment": "on_premises",
            "sign_in": "ldap",
            "screens": "2017",
            "role": "super_admin",
            "only_one_with_role": "yes",
            "new_role": "member",
            "role_change": "down",
        },
    ),
    "has-it-already": ("A Member stays one", HERE, {"new_role": "member", "role_change": "none"}),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_plan_as_a_person_reads_it(name: str, golden: Callable[[str, str], None]) -> None:
    title, records, traits = EXAMPLES[name]
    some = stays(records, {"role": traits["new_role"]}, **traits)
    golden(f"playbooks/axure.change-role/{name}.md", read_aloud("change-role", title, some))
