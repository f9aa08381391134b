"""People join, change their role, come back and change their address, through the real server: planned and verified."""

from collections.abc import Mapping
from typing import Any

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.playbooks import Situation
from axure_lifecycle.playbooks import shipped
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.situations import situation
from axure_lifecycle_tools.standing import look_up
from tests.conversations.party import (
    ANA,
    BEN,
    OPERATOR,
    SEATS,
    STAFF,
    SUPER,
    Member,
    Seat,
    Told,
    licence_list,
    members_page,
    says_yes,
    table,
    with_status,
)
from tests.mcp.offices import Bureau

NEW, NEWER = "olga.ray@heron.example", "tim.vos@heron.example"


# -- what a plan knows of those whom it is for -----------------------------------------------------------------------


def stands(bureau: Bureau, *people: str, **options: str) -> Situation:
    """The situation of these people."""
    desk = bureau.office.terminal()
    asked = Asked(tuple(map(Address, people)), options)
    with desk.store.reading() as view:
        found = [look_up(view, desk, one, desk.now) for one in asked.people]
        other = asked.address("successor") or asked.address("new_address")
        taking_over = look_up(view, desk, other, desk.now) if other else None
        return situation(view, desk, shipped("axure", "offboard"), asked, found, taking_over)


def groups(bureau: Bureau, *people: str) -> Mapping[str, set[str]]:
    """Who is in which group of people, the empty ones left out."""
    records = stands(bureau, *people).records
    names = ("ambiguous", "non_personal", "has_left", "on_hold", "leaving", "not_in_directory")
    return {name: set(records[name]) for name in names if records[name]}


def directory(*rows: tuple[str, str, str, str]) -> str:
    """A directory with aliases and last days."""
    return table(("email", "status", "aliases", "leave_date"), rows)


def test_people_stand_in_groups_by_the_directory(bureau: Bureau) -> None:
    assert groups(bureau, ANA, NEW) == {}
    bureau.bring("directory", directory((NEWER, "ACTIVE", "", "")), complete=True)
    bureau.bring(
        "directory",
        directory(
            (ANA, "DEPROVISIONED", "", ""),
            (BEN, "SUSPENDED", "", ""),
            (SUPER, "ACTIVE", "", "2026-12-24"),
            (OPERATOR, "ACTIVE", "", "2026-10-01"),
            ("one@heron.example", "ACTIVE", "both@heron.example", ""),
            ("two@heron.example", "ACTIVE", "both@heron.example", ""),
        ),
        complete=True,
    )
    everybody = (ANA, BEN, SUPER, OPERATOR, NEW, NEWER, "both@heron.example", "one@heron.example")
    assert groups(bureau, *everybody) == {
        "has_left": {ANA, OPERATOR, NEWER},
        "on_hold": {BEN},
        "leaving": {SUPER},
        "not_in_directory": {NEW},
        "ambiguous": {"both@heron.example"},
    }


def test_a_decision_that_somebody_may_stay_stands_above_the_directory(bureau: Bureau) -> None:
    bureau.move_in()
    assert groups(bureau, ANA, NEW) == {"has_left": {ANA}, "not_in_directory": {NEW}}
    with bureau.assistant.answered_by(says_yes):
        decide = {"decision": "external", "until": "2026-12-31", "reason": "a contractor"}
        bureau.assistant.call("record_decision", person=NEW, **decide)
        bureau.assistant.call("record_decision", person=ANA, **decide)
    assert groups(bureau, ANA, NEW) == {}


def test_a_shared_account_is_known_before_any_roster_lists_it(bureau: Bureau) -> None:
    bureau.move_in()
    file = bureau.office.home / "config.toml"
    text = file.read_text("utf-8")
    assert "# non_personal = []" in text
    file.write_text(text.replace("# non_personal = []", 'non_personal = ["svc-*@*"]'), "utf-8")
    assert groups(bureau, "svc-build@heron.example") == {"non_personal": {"svc-build@heron.example"}}


def test_a_seat_is_for_whoever_has_none_and_no_account_that_is_off(bureau: Bureau) -> None:
    bureau.bring("members", members_page([*with_status(STAFF, OPERATOR, "Deactivated")]))
    bureau.bring("seats", licence_list(SEATS), complete=True)
    records = stands(bureau, ANA, SUPER, OPERATOR, NEW).records
    assert records["without_seat"] == (NEW, OPERATOR, SUPER)
    assert records["to_be_seated"] == (NEW, SUPER)


@pytest.mark.parametrize(
    ("role", "goes"),
    [("guest", "down"), ("member", "none"), ("admin", "up"), ("technical_admin", "up"), ("super_admin", "up")],
)
def test_a_role_goes_up_or_down_from_the_present_one(bureau: Bureau, role: str, goes: str) -> None:
    bureau.bring("members", members_page([*STAFF, Member(NEW, "Olga Ray", role="Reviewer")]))
    assert stands(bureau, ANA, role=role).traits["role_change"] == {goes}
    assert stands(bureau, NEW, role=role).traits["role_change"] == {"not_known"}
    assert stands(bureau, NEWER, role=role).traits["role_change"] == set()


def test_what_stands_under_the_new_address_is_not_the_old_ones(bureau: Bureau) -> None:
    married = "ana.vos@heron.example"
    bureau.bring("members", members_page([*STAFF, Member(married, "Ana Vos", role="Admin")]))
    bureau.bring("seats", licence_list([*SEATS, SEATS[0]._replace(subscription="HR-9", assigned=married)]))
    bureau.bring("directory", directory((married, "ACTIVE", ANA, "")), complete=True)
    found = stands(bureau, ANA, new_address=married)
    assert found.addresses == (ANA,)
    assert found.records["members_on"] == (ANA,)
    assert found.records["assigned"] == ("HR-1",)
    assert found.traits["role"] == {"member"}
    assert found.traits["successor"] == {"active"}
    assert found.traits["successor_is_the_person"] == {"yes"}
    assert found.traits["successor_address"] == {"another"}
    assert stands(bureau, ANA, successor=married).records["members_on"] == (ANA,)
    back = stands(bureau, married, new_address=ANA)
    assert back.traits["role"] == {"admin"}
    assert back.traits["successor"] == {"active"}
    bureau.bring("members", members_page(STAFF))
    assert stands(bureau, ANA, new_address=married).traits["successor"] == {"not_listed"}
    same = stands(bureau, ANA, new_address=ANA)
    assert same.addresses == (ANA, married)
    assert same.traits["successor_address"] == {"same"}


def test_somebody_whom_only_the_last_whole_page_lists_has_a_role_that_nobody_counts(bureau: Bureau) -> None:
    bureau.move_in()
    rows = [f"{one.name}\t{one.address}\t{one.role}\t{one.status}\t{one.use_sso}" for one in STAFF[:2]]
    bureau.bring("members", "\n".join(["Name\tEmail\tSystem Role\tStatus\tUse SSO", *rows, ""]))
    found = stands(bureau, ANA)
    assert found.traits["roster"] >= {"part"}
    assert found.traits["only_one_with_role"] == {"not_stated"}


# -- planned, opened, done, and shown by the next roster --------------------------------------------------------------

OFF, ON = "Deactivated", "Active"
OLGA = Member(NEW, "Olga Ray")
TIM = Member(NEWER, "Tim Vos")
FREE = Seat("HR-3", OPERATOR, OPERATOR, "")


def settle_in(bureau: Bureau, **standings: str) -> None:
    """Bring all three lists; the directory knows the newcomers too."""
    bureau.move_in(**{NEW: "ACTIVE", NEWER: "ACTIVE", **standings})
    bureau.clock.pass_by(minutes=10)


def operate(bureau: Bureau, operation: str, person: str, **more: str) -> Told:
    """The plan of one of the other operations."""
    return bureau.assistant.call("plan_operation", operation=operation, people=[person], **more)


def about(plan: Told) -> dict[str, Any]:
    """What open_case takes from a plan's answer."""
    given = {name: plan.data[name] for name in ("operation", "digest", "options")}
    return given | {"person": plan.data["subject"]}


def opened(bureau: Bureau, plan: Told) -> Told:
    """The case for this plan."""
    bureau.clock.pass_by(minutes=10)
    return bureau.assistant.call("open_case", **about(plan))


def bring_members(bureau: Bureau, *members: Member) -> dict[str, str]:
    """The next members page; where the steps of the case stand then."""
    bureau.bring("members", members_page(members))
    return bureau.states()


def said(plan: Told, kind: str) -> str:
    """What a plan says of one kind."""
    return " ".join(notice["said"] for notice in plan.data["notices"] if notice["kind"] == kind)


def test_two_people_are_one_plan_and_one_case_that_a_roster_listing_both_verifies(bureau: Bureau) -> None:
    settle_in(bureau)
    plan = bureau.assistant.call("plan_onboard", people=[NEWER, NEW, BEN])
    assert plan.data["options"] == {"people": f"{NEWER},{NEW}", "role": "member"}
    assert f"On heron.axure.cloud already, and not added again: {BEN}." in said(plan, "warning")
    case = opened(bureau, plan)
    assert list(case.states) == ["assign-in-okta", "add-with-sso", "sign-in-by-sso"]
    bureau.confirm_all(case)
    assert bring_members(bureau, *STAFF, OLGA)["add-with-sso"] == "contradicted"
    assert bring_members(bureau, *STAFF, OLGA, TIM)["add-with-sso"] == "verified"
    assert bureau.assistant.call("get_case", case="C-1").data["state"] == "verified"


def test_whoever_is_there_already_has_no_part_in_a_plan_and_a_case_for_newcomers(bureau: Bureau) -> None:
    settle_in(bureau)
    plan = bureau.assistant.call("plan_onboard", people=[BEN, NEW, NEWER])
    assert (plan.data["subject"], plan.data["options"]["people"]) == (NEW, f"{NEW},{NEWER}")
    assert f"already, and not added again: {BEN}." in said(plan, "warning")
    case = opened(bureau, plan)
    assert (case.data["subject"], case.data["about"]) == (NEW, f"{NEW} and {NEWER}")
    assert bureau.assistant.call("list_cases", person=BEN).data["in_all"] == 0
    role = bureau.assistant.call("plan_role_change", person=BEN, role="admin")
    assert "Another case" not in said(role, "warning")


def test_one_newcomer_among_members_is_planned_alone(bureau: Bureau) -> None:
    settle_in(bureau)
    plan = bureau.assistant.call("plan_onboard", people=[BEN, NEW])
    assert (plan.data["subject"], plan.data["options"]) == (NEW, {"role": "member"})
    assert plan.data["digest"] == bureau.assistant.call("plan_onboard", people=[NEW]).data["digest"]
    assert opened(bureau, plan).data["subject"] == NEW


def test_the_same_newcomers_in_another_order_have_the_case_that_is_open_for_them(bureau: Bureau) -> None:
    settle_in(bureau)
    opened(bureau, bureau.assistant.call("plan_onboard", people=[NEW, NEWER]))
    for people, whom in (
        ([NEWER, NEW], f"{NEWER} and 1 more: C-1 is already open for these"),
        ([NEWER], f"{NEWER}: C-1 is already open for that"),
    ):
        again = bureau.assistant.call("plan_onboard", people=people)
        with bureau.office.writes():
            sentence, code = bureau.assistant.refusal("open_case", **about(again))
        assert code == "case_open_already"
        assert whom in sentence


def test_another_role_than_the_one_that_a_case_is_open_for_is_named_as_the_difference(bureau: Bureau) -> None:
    settle_in(bureau)
    opened(bureau, bureau.assistant.call("plan_role_change", person=BEN, role="admin"))
    other = bureau.assistant.call("plan_role_change", person=BEN, role="guest")
    assert "with the role admin instead of the role guest" in other.text
    assert "Ask which is wanted" in other.data["next"]
    with bureau.office.writes():
        sentence, code = bureau.assistant.refusal("open_case", **about(other))
    assert code == "case_wants_other"
    assert "C-1, which stands for that, has the role admin, and this plan has the role guest" in sentence
    assert "cancel_case" in sentence


def test_a_newcomer_who_leaves_again_is_no_contradiction_of_having_come(bureau: Bureau) -> None:
    settle_in(bureau)
    bureau.confirm_all(opened(bureau, bureau.assistant.call("plan_onboard", people=[NEW])))
    assert bring_members(bureau, *STAFF, OLGA)["add-with-sso"] == "verified"
    assert bring_members(bureau, *STAFF)["add-with-sso"] == "verified"


def test_a_seat_for_a_newcomer_is_verified_by_the_licence_list(bureau: Bureau) -> None:
    settle_in(bureau)
    bureau.bring("seats", licence_list([*SEATS, FREE]), complete=True)
    plan = bureau.assistant.call("plan_onboard", people=[NEW], role="admin", use_sso=False, seat=True)
    assert plan.data["options"] == {"role": "admin", "seat": "yes", "use_sso": "no"}
    assert "the identity provider will not stop them" in said(plan, "warning")
    case = bureau.confirm_all(opened(bureau, plan))
    assert list(case.states) == [
        "add-with-invitation",
        "assign-seats",
        "set-password-and-sign-in",
        "activate-axure-rp",
    ]
    assert bring_members(bureau, *STAFF, OLGA)["add-with-invitation"] == "verified"
    bureau.bring("seats", licence_list([*SEATS, FREE]), complete=True)
    assert bureau.states()["assign-seats"] == "contradicted"
    bureau.bring("seats", licence_list([*SEATS, FREE._replace(assigned=NEW)]), complete=True)
    assert bureau.states()["assign-seats"] == "verified"


def test_nobody_is_added_who_is_there_has_left_or_would_be_a_second_super_admin(bureau: Bureau) -> None:
    settle_in(bureau, **{NEWER: "DEPROVISIONED"})
    with bureau.office.writes():
        for people, role, words in (
            ([BEN], "member", "nobody is left to add"),
            ([NEW, NEWER], "member", f"these have left: {NEWER}"),
            ([NEW], "super_admin", "plan_operation with hand-over-super-admin"),
        ):
            plan = bureau.assistant.call("plan_onboard", people=people, role=role)
            assert words in said(plan, "blocker")
            assert bureau.assistant.refused("open_case", **about(plan)) == "plan_blocked"


def test_the_first_people_by_sso_wait_until_somebody_saw_that_saml_is_configured(bureau: Bureau) -> None:
    bureau.bring("members", members_page([one._replace(use_sso="No") for one in STAFF]))
    plan = bureau.assistant.call("plan_onboard", people=[NEW])
    assert [step["key"] for step in plan.data["steps"]][:2] == ["see-saml", "assign-in-okta"]
    bureau.bring("members", members_page([*STAFF[:3], STAFF[3]._replace(use_sso="Yes")]))
    assert bureau.assistant.call("plan_onboard", people=[NEW]).data["steps"][0]["key"] == "assign-in-okta"


def test_a_role_is_verified_when_a_roster_shows_it(bureau: Bureau) -> None:
    settle_in(bureau)
    plan = bureau.assistant.call("plan_role_change", person=BEN, role="technical_admin")
    case = bureau.confirm_all(opened(bureau, plan))
    assert list(case.states) == ["set-higher-role"]

    def after(role: str) -> str:
        members = [one._replace(role=role) if one.address == BEN else one for one in STAFF]
        return bring_members(bureau, *members)["set-higher-role"]

    assert after("Member") == "contradicted"
    assert after("Technical Admin") == "verified"
    assert after("Guest") == "verified"


def test_a_role_that_somebody_has_is_no_case(bureau: Bureau) -> None:
    settle_in(bureau)
    plan = bureau.assistant.call("plan_role_change", person=BEN, role="member")
    assert f"{BEN} has the role Member already" in said(plan, "warning")
    with bureau.office.writes():
        assert bureau.assistant.refused("open_case", **about(plan)) == "nothing_to_do"


def test_the_super_admin_is_handed_over_and_not_changed(bureau: Bureau) -> None:
    settle_in(bureau)
    for person, role in ((SUPER, "member"), (BEN, "super_admin")):
        plan = bureau.assistant.call("plan_role_change", person=person, role=role)
        assert "plan_operation with hand-over-super-admin" in said(plan, "blocker")
    refused = operate(bureau, "hand-over-super-admin", BEN, successor=OPERATOR)
    assert f"{BEN} is Member and not the Super Admin" in said(refused, "blocker")
    nobody = operate(bureau, "hand-over-super-admin", SUPER, successor=NEW)
    assert "plan an onboarding first" in said(nobody, "blocker")
    case = bureau.confirm_all(opened(bureau, operate(bureau, "hand-over-super-admin", SUPER, successor=OPERATOR)))
    assert list(case.states) == ["see-successor", "hand-over", "see-former-role", "see-settings"]
    assert bring_members(bureau, *STAFF)["hand-over"] == "contradicted"
    passed = {SUPER: "Member", OPERATOR: "Super Admin"}
    members = [one._replace(role=passed.get(one.address, one.role)) for one in STAFF]
    assert bring_members(bureau, *members)["hand-over"] == "verified"


def test_somebody_whose_offboarding_is_over_comes_back_and_contradicts_nothing(bureau: Bureau) -> None:
    settle_in(bureau)
    case = bureau.open_case(ANA)
    again = bureau.assistant.call("plan_reactivation", person=ANA)
    assert "By the directories" in said(again, "blocker")
    bureau.confirm_all(case)
    bring_members(bureau, *with_status(STAFF, ANA, OFF))
    bureau.bring("seats", licence_list([SEATS[1], SEATS[0]._replace(assigned="")]), complete=True)
    assert bureau.states()["deactivate"] == "verified"
    bureau.bring(
        "directory", directory(*((one, "ACTIVE", "", "") for one in (ANA, BEN, SUPER, OPERATOR))), complete=True
    )
    back = opened(bureau, bureau.assistant.call("plan_reactivation", person=ANA, seat=True))
    assert list(back.states) == [
        "assign-in-okta",
        "reactivate",
        "see-role",
        "see-use-sso",
        "assign-seat",
        "sign-in-again",
    ]
    bureau.confirm_all(back)
    bring_members(bureau, *STAFF)
    assert bureau.states("C-2")["reactivate"] == "verified"
    assert bureau.states("C-1")["deactivate"] == "verified"
    bureau.bring("seats", licence_list(SEATS), complete=True)
    assert bureau.states("C-2")["assign-seat"] == "verified"
    assert bureau.states("C-1")["release-seat"] == "verified"


def test_nobody_comes_back_who_never_left_or_was_never_there(bureau: Bureau) -> None:
    settle_in(bureau)
    on = bureau.assistant.call("plan_reactivation", person=BEN)
    assert f"{BEN} is not off" in said(on, "warning")
    never = bureau.assistant.call("plan_reactivation", person=NEW)
    assert "plan_onboard" in said(never, "blocker")
    with bureau.office.writes():
        assert bureau.assistant.refused("open_case", **about(on)) == "nothing_to_do"
        assert bureau.assistant.refused("open_case", **about(never)) == "plan_blocked"


def test_an_open_offboarding_stands_against_coming_back_and_another_role(bureau: Bureau) -> None:
    settle_in(bureau)
    bureau.open_case(BEN)
    bring_members(bureau, *with_status(STAFF, BEN, OFF))
    back = bureau.assistant.call("plan_reactivation", person=BEN)
    assert bureau.assistant.refused("open_case", **about(back)) == "case_contradicts"
    bring_members(bureau, *STAFF)
    other = bureau.assistant.call("plan_role_change", person=BEN, role="guest")
    assert bureau.assistant.refused("open_case", **about(other)) == "case_contradicts"


def test_a_new_address_is_verified_by_rosters_that_show_it_and_not_the_old_one(bureau: Bureau) -> None:
    married = "ben.vos@heron.example"
    bureau.move_in()
    bureau.bring(
        "directory",
        directory((married, "ACTIVE", BEN, ""), (ANA, "DEPROVISIONED", "", ""), (SUPER, "ACTIVE", "", "")),
        complete=True,
    )
    plan = operate(bureau, "change-address", BEN, new_address=married)
    assert said(plan, "blocker") == ""
    case = bureau.confirm_all(opened(bureau, plan))
    assert list(case.states) == [
        "see-whether-it-can-change",
        "move-private-workspace",
        "put-new-address",
        "invite-new-account",
        "change-in-identity-provider",
        "sign-in-with-new-address",
        "change-seat",
        "activate-axure-rp",
        "change-public-account",
        "deactivate-old-account",
    ]
    both = bring_members(bureau, *STAFF, Member(married, "Ben Vos"))
    assert (both["put-new-address"], both["deactivate-old-account"]) == ("verified", "contradicted")
    renamed = [one._replace(address=married) if one.address == BEN else one for one in STAFF]
    assert bring_members(bureau, *renamed)["deactivate-old-account"] == "verified"
    bureau.bring("seats", licence_list(SEATS), complete=True)
    assert (bureau.states()["change-seat"], bureau.states()["activate-axure-rp"]) == ("contradicted", "contradicted")
    bureau.bring("seats", licence_list([SEATS[0], SEATS[1]._replace(assigned=married)]), complete=True)
    assert (bureau.states()["change-seat"], bureau.states()["activate-axure-rp"]) == ("verified", "verified")


def test_a_new_address_that_is_somebody_else_s_gets_nothing(bureau: Bureau) -> None:
    settle_in(bureau)
    for new, words in ((ANA, "no source knows it as this person's"), (BEN, "there is nothing to change")):
        plan = operate(bureau, "change-address", BEN, new_address=new)
        assert words in said(plan, "blocker")
        with bureau.office.writes():
            assert bureau.assistant.refused("open_case", **about(plan)) == "plan_blocked"


def test_what_no_roster_shows_is_done_by_word_alone(bureau: Bureau) -> None:
    settle_in(bureau)
    for number, operation in enumerate(("state-public-account", "remove-integrations"), start=1):
        bureau.clock.pass_by(minutes=60 * 24 * 60)
        case = bureau.confirm_all(opened(bureau, operate(bureau, operation, BEN)))
        assert (case.data["case"], case.data["state"]) == (f"C-{number}", "done")
