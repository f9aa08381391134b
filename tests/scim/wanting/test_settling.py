"""What becomes of a push once its time has come: a case, the end of one, nothing, or a wish that waits."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.scim import ScimSettings
from axure_lifecycle.ports import Page
from axure_lifecycle.store import SqlStore
from axure_lifecycle_tools.cases import cancel_case
from axure_lifecycle_tools.opening import open_case
from axure_lifecycle_tools.passing import ask_beyond_ceiling
from axure_lifecycle_tools.planning import plan_offboard
from axure_lifecycle_tools.spec import NotAsked
from axure_lifecycle_tools.wanting import settle_wanted
from tests.scim.wanting.house import MANY, Pushed, member, push_many_away

# -- joiners, movers, leavers ------------------------------------------------------------------------------------------


def test_a_create_opens_one_onboarding_and_the_identity_provider_asks_for_it(pushed: Pushed) -> None:
    pushed.members(member("pat"))
    pushed.create("ana")
    pushed.settle()
    (case,) = pushed.cases()
    assert (case.operation, case.subject, dict(case.plan.options)) == (
        "onboard",
        "ana@acme.example",
        {"role": "member"},
    )
    assert (case.opened_by.name, case.opened_by.channel, case.owner) == ("okta", Channel.SCIM, "pat@acme.example")
    assert case.reason.startswith("okta pushed it by SCIM: wanted on, since 2026-09-01")


def test_whoever_is_a_member_already_asks_for_nothing(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"))
    pushed.create("ana")
    pushed.create("bo")
    assert pushed.settle().quiet == 2
    assert pushed.cases() == []
    assert pushed.person("ana").unsettled_since is None


@pytest.mark.parametrize("deletes", [False, True])
def test_switched_off_or_deleted_opens_one_offboarding(pushed: Pushed, deletes: bool) -> None:
    pushed.members(member("ana"), member("bo"), member("cy"), member("dee"))
    pushed.create("ana")
    pushed.settle()
    pushed.delete("ana") if deletes else pushed.change("ana", active=False)
    pushed.settle()
    assert pushed.open_for("ana") == ["offboard"]
    assert ("deleted" if deletes else "switched off") in pushed.cases()[0].reason


def test_the_same_push_again_and_a_delete_after_it_open_no_second_case(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"), member("cy"), member("dee"))
    pushed.create("ana")
    pushed.settle()
    pushed.change("ana", active=False)
    pushed.settle()
    pushed.change("ana", active=False)
    pushed.settle()
    pushed.delete("ana")
    pushed.settle()
    assert pushed.open_for("ana") == ["offboard"]


def test_a_create_that_is_undone_before_its_time_leaves_nothing(pushed: Pushed) -> None:
    pushed.members(member("pat"))
    pushed.create("ana")
    pushed.settle(minutes=5)
    pushed.delete("ana")
    pushed.settle()
    assert pushed.firm.cases() == []
    assert pushed.person("ana").unsettled_since is None


def test_a_create_that_is_undone_before_anybody_began_ends_its_case(pushed: Pushed) -> None:
    pushed.members(member("pat"))
    pushed.create("ana")
    pushed.settle()
    pushed.change("ana", active=False)
    done = pushed.settle()
    assert (done.cancelled, pushed.cases()) == (["C-1"], [])
    assert "case.cancelled" in pushed.kinds()


def test_on_again_ends_the_offboarding_that_nobody_began(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"), member("cy"), member("dee"))
    pushed.create("ana")
    pushed.change("ana", active=False)
    pushed.settle()
    assert pushed.open_for("ana") == ["offboard"]
    pushed.change("ana", active=True)
    pushed.settle()
    assert (pushed.cases(), len(pushed.cases(CaseState.CANCELLED))) == ([], 1)


def test_on_again_after_a_step_was_done_waits_and_opens_a_reactivation_once_a_roster_shows_it_off(
    pushed: Pushed,
) -> None:
    others = (member("bo"), member("cy"), member("dee"))
    pushed.members(member("ana"), *others)
    pushed.create("ana")
    pushed.change("ana", active=False)
    pushed.settle()
    pushed.begin("ana")
    pushed.change("ana", active=True)
    pushed.settle()
    assert (pushed.open_for("ana"), pushed.waits("ana")) == (["offboard"], "case_stands")
    pushed.firm.pass_by(hours=1)
    pushed.members(member("ana", status="Deactivated"), *others)
    assert pushed.open_for("ana") == ["offboard", "reactivate"]
    assert "C-1 was begun and is no longer wanted" in pushed.cases()[-1].reason


def test_somebody_who_comes_back_is_let_in_again(pushed: Pushed) -> None:
    pushed.members(member("ana", status="Deactivated"), member("bo"))
    pushed.create("ana")
    pushed.settle()
    assert pushed.open_for("ana") == ["reactivate"]


def test_a_group_that_means_a_role_opens_a_case_for_it_and_leaving_it_ends_that(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"))
    pushed.create("ana")
    pushed.settle()
    pushed.group(["ana"])
    pushed.settle()
    (case,) = pushed.cases()
    assert (case.operation, dict(case.plan.options)) == ("change-role", {"role": "admin"})
    pushed.group([])
    pushed.settle()
    assert pushed.cases() == []


def test_a_newcomer_gets_the_role_of_a_group_that_is_pushed_within_the_interval(pushed: Pushed) -> None:
    pushed.members(member("pat"))
    pushed.create("ana")
    pushed.firm.pass_by(minutes=3)
    pushed.group(["ana"])
    pushed.group(["ana"], "People of Acme")
    pushed.settle(minutes=12)
    (case,) = pushed.cases()
    assert (case.operation, dict(case.plan.options)) == ("onboard", {"role": "admin"})


def test_another_user_name_opens_a_change_of_address_from_the_one_that_is_known(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"))
    pushed.create("ana")
    pushed.settle()
    pushed.change("ana", user_name="ana.new@acme.example")
    pushed.settle()
    (case,) = pushed.cases()
    assert (case.operation, case.subject, dict(case.plan.options)) == (
        "change-address",
        "ana@acme.example",
        {"new_address": "ana.new@acme.example"},
    )
    pushes = next(part for part in pushed.run().parts if part.part == "pushes")
    assert (pushes.outcome, pushes.said) == ("nothing", [])  # The rest waits for the roster, and for nobody.
    pushed.firm.pass_by(days=1)
    pushed.members(member("ana.new"), member("bo"))
    with pushed.firm.workshop.store().reading() as view:
        (person,) = view.wanted_at([Address("ana.new@acme.example")])
    assert person.unsettled_since is None


def test_somebody_who_leaves_while_their_address_changes_is_offboarded_by_the_one_that_is_known(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"), member("cy"), member("dee"))
    pushed.create("ana")
    pushed.settle()
    pushed.change("ana", user_name="ana.new@acme.example")
    pushed.settle()
    pushed.change("ana", active=False)
    pushed.settle()
    assert pushed.open_for("ana") == ["offboard"]


def test_several_changes_within_the_interval_are_one_case(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"))
    pushed.create("ana")
    pushed.settle()
    pushed.change("ana", user_name="ana.new@acme.example")
    pushed.firm.pass_by(minutes=2)
    pushed.group(["ana"])
    pushed.change("ana", active=False)
    pushed.change("ana", active=True)
    pushed.settle(minutes=13)
    (case,) = pushed.cases()
    assert case.operations == ("change-address", "change-role")


def test_nothing_is_settled_before_its_time(pushed: Pushed) -> None:
    pushed.members(member("pat"))
    pushed.create("ana")
    pushed.create("bo", idp="entra")
    pushed.settle(minutes=14)
    assert [case.subject for case in pushed.cases()] == ["bo@acme.example"]
    pushed.settle(minutes=1)
    assert pushed.open_for("ana") == ["onboard"]


# -- several records, several identity providers -----------------------------------------------------------------------


def test_somebody_deleted_and_made_anew_is_wanted_on(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"), member("cy"), member("dee"))
    pushed.create("ana")
    pushed.settle()
    pushed.delete("ana")
    pushed.settle()
    assert pushed.open_for("ana") == ["offboard"]
    pushed.create("ana")
    pushed.settle()
    assert pushed.cases() == []


def test_on_at_one_identity_provider_counts_whatever_another_says(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"), member("cy"), member("dee"))
    pushed.create("ana", idp="entra")
    pushed.create("ana", idp="okta")
    pushed.settle()
    pushed.change("ana", idp="okta", active=False)
    pushed.settle()
    assert pushed.cases() == []


def test_an_identity_provider_that_is_configured_no_more_keeps_nobody_in(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"), member("cy"), member("dee"))
    pushed.create("ana", idp="okta")
    pushed.create("ana", idp="entra")
    pushed.settle()
    pushed.change("ana", idp="entra", active=False)
    desk = pushed.desk()
    settle_wanted(replace(desk, scim=ScimSettings(idps=desk.scim.idps[1:])))
    assert pushed.open_for("ana") == ["offboard"]


# -- what waits --------------------------------------------------------------------------------------------------------


def test_without_a_members_roster_everything_waits_and_is_settled_once_there_is_one(pushed: Pushed) -> None:
    pushed.create("ana")
    assert "no members roster was imported" in pushed.settle().held_back[0]
    assert pushed.person("ana").unsettled_since is not None
    pushed.members(member("pat"))
    assert pushed.open_for("ana") == ["onboard"]


def test_an_address_that_cannot_be_read_waits_with_a_sentence_until_it_can(pushed: Pushed) -> None:
    pushed.members(member("pat"))
    pushed.create("ana", user_name="Ana")
    pushed.settle()
    with pushed.firm.workshop.store().reading() as view:
        ((ana,), _, in_all) = view.wanted_held(page())
    assert in_all == 1
    assert ana.hold is not None
    assert (ana.hold.code, ana.user_name) == ("address_unreadable", "Ana")
    pushed.change("ana", user_name="ana@acme.example")
    pushed.settle()
    assert (pushed.open_for("ana"), pushed.waits("ana")) == (["onboard"], None)


def test_a_plan_that_is_blocked_waits_with_its_own_sentence(pushed: Pushed) -> None:
    pushed.members(member("ana", role="Super Admin"), *map(member, ("bo", "cy", "dee")))
    pushed.create("ana")
    pushed.change("ana", active=False)
    pushed.settle()
    hold = pushed.person("ana").hold
    assert hold is not None
    assert hold.code == "plan_blocked"
    assert "only Super Admin" in hold.sentence
    pushed.firm.pass_by(days=1)
    pushed.members(member("ana"), member("eve", role="Super Admin"), *map(member, ("bo", "cy", "dee")))
    assert pushed.open_for("ana") == ["offboard"]


def test_what_waits_is_written_down_once_and_tried_again_without_a_word(pushed: Pushed) -> None:
    pushed.members(member("pat"))
    pushed.create("ana", user_name="Ana")
    pushed.settle()
    before = pushed.kinds()
    assert before[-1] == "wanted.held"
    pushed.settle()
    assert pushed.kinds() == before


def test_what_a_person_ended_no_push_begins_again(pushed: Pushed) -> None:
    pushed.members(member("ana"), *map(member, ("bo", "cy", "dee")))
    pushed.create("ana")
    pushed.change("ana", active=False)
    pushed.settle()
    (case,) = pushed.cases()
    cancel_case(pushed.desk(Channel.TERMINAL), case=case.name, reason="she stays", answer=NotAsked())
    pushed.delete("ana")
    pushed.settle()
    assert (pushed.cases(), pushed.waits("ana")) == ([], None)


def test_somebodys_own_case_is_left_alone_and_the_wish_goes_on_after_it(pushed: Pushed) -> None:
    pushed.members(member("ana"), member("bo"))
    desk = pushed.desk(Channel.TERMINAL)
    plan = plan_offboard(desk, person="ana@acme.example")
    own = open_case(desk, person="ana@acme.example", digest=plan.digest)
    pushed.create("ana")
    pushed.settle()
    assert (pushed.open_for("ana"), pushed.waits("ana")) == (["offboard"], "case_stands")
    cancel_case(pushed.desk(Channel.TERMINAL), case=own.case, reason="a mistake", answer=NotAsked())
    pushed.settle()
    assert (pushed.open_for("ana"), pushed.waits("ana")) == ([], None)


# -- brakes ------------------------------------------------------------------------------------------------------------


def test_as_many_departures_as_are_usual_are_opened(pushed: Pushed) -> None:
    push_many_away(pushed, 4)
    assert len(pushed.settle().opened) == 4


def test_a_mass_of_departures_is_held_back_whole_until_a_person_lets_exactly_them_pass(pushed: Pushed) -> None:
    push_many_away(pushed, 12)
    done = pushed.settle()
    assert (done.opened, done.beyond_ceiling, done.waits) == ({}, 12, {"ceiling": 12})
    assert "12 people off, of 40 members; 4 are usual" in done.held_back[0]
    reply = pushed.run()
    assert (reply.pushed_beyond_ceiling, reply.exit_code, pushed.cases()) == (12, 10, [])
    question = ask_beyond_ceiling(pushed.desk(), reply)
    assert question is not None
    assert "12 people of 40 members of Acme shall have no access any more" in question.text
    pushed.change(MANY[0], active=True)
    pushed.change(MANY[12], active=False)
    pushed.firm.pass_by(minutes=15)
    others = pushed.run(let_pass=reply.pushed_beyond_digest)  # As many, and one is another: nobody said yes to that.
    assert (others.pushed_beyond_ceiling, pushed.cases()) == (12, [])
    pushed.run(let_pass=others.pushed_beyond_digest)
    assert len(pushed.cases()) == 12


def test_a_mass_push_that_is_undone_leaves_nothing_held_back(pushed: Pushed) -> None:
    push_many_away(pushed, 12)
    pushed.settle()
    for name in MANY[:12]:
        pushed.change(name, active=True)
    done = pushed.settle()
    assert (done.beyond_ceiling, done.held_back, pushed.cases()) == (0, [], [])
    with pushed.firm.workshop.store().reading() as view:
        assert view.wanted_held(page())[2] == 0


def test_those_of_the_last_day_count_as_well(pushed: Pushed) -> None:
    push_many_away(pushed, 4)
    pushed.settle()
    pushed.change(MANY[4], active=False)
    assert pushed.settle().beyond_ceiling == 1
    pushed.firm.pass_by(hours=24)
    assert pushed.settle().opened != {}


def test_a_stale_roster_names_nobody_who_is_to_leave(pushed: Pushed) -> None:
    push_many_away(pushed, 1)
    pushed.firm.pass_by(days=36)
    done = pushed.settle()
    assert (done.opened, done.waits, done.beyond_ceiling) == ({}, {"brake": 1}, 0)
    assert "more than 35 days old" in done.held_back[0]


def test_a_shrunken_roster_makes_newcomers_of_nobody(pushed: Pushed) -> None:
    pushed.members(*map(member, MANY))
    pushed.firm.pass_by(days=1)
    pushed.members(*map(member, MANY[:10]))
    for name in MANY:
        pushed.create(name)
    done = pushed.settle()
    assert (done.opened, done.waits, done.quiet) == ({}, {"brake": 30}, 10)


# -- nobody is asked one by one ----------------------------------------------------------------------------------------


def test_people_who_are_members_already_cost_a_handful_of_statements_however_many_they_are(pushed: Pushed) -> None:
    pushed.members(*map(member, MANY))
    for name in MANY:
        pushed.create(name)
    store = pushed.firm.workshop.store()
    assert isinstance(store, SqlStore)
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *more: object) -> None:
        statements.append(statement)

    event.listen(store.database.engine, "before_cursor_execute", note)
    try:
        assert pushed.settle().quiet == 40
    finally:
        event.remove(store.database.engine, "before_cursor_execute", note)
    assert len(statements) < 40


def page() -> Page:
    """A part that holds everybody."""
    return Page(1_000)
