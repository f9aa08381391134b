"""A second person agrees before anybody acts, and nobody is their own second person."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from anyio.from_thread import BlockingPortal

from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle_tools.approving import ApprovalStands, ApproverInvolved, approve_case, ask_about_approving
from axure_lifecycle_tools.spec import Answered, QuestionDrifted
from tests.conversations.invariants import check_truth
from tests.conversations.party import (
    ANA,
    BEN,
    OPERATOR,
    STAFF,
    SUPER,
    Told,
    closes,
    declines,
    directory_table,
    leaves_unticked,
    members_page,
    with_status,
)
from tests.mcp.teams import ADA, KIM, LEE, OLGA, PAT, Team, open_team

FIRST: Final = {"case": "C-1", "step": "assign-in-okta", "outcome": "done"}
"""The first step of letting Ben in again."""


@pytest.fixture
def team(tmp_path: Path, portal: BlockingPortal, organization: Organization) -> Iterator[Team]:
    """Heron's team, moved in; what stands at the end says no more than somebody said."""
    with open_team(tmp_path, portal, organization) as team:
        team.move_in()
        yield team
        check_truth(team.office)


def bring_ben_back(team: Team, by: str = PAT) -> Told:
    """The case to let Ben in again, to which a second person must agree."""
    return team.open("plan_reactivation", by, person=BEN)


def approval_of(team: Team, case: str = "C-1") -> str:
    """What the case says of its approval."""
    told: str = team.at(OLGA).call("get_case", case=case).data["approval"]
    return told


def test_nothing_is_recorded_before_a_second_person_agrees_and_everything_after(team: Team) -> None:
    plan = team.at(PAT).call("plan_reactivation", person=BEN)
    assert plan.data["approval_for"] == ["reactivation"]
    assert "It needs the approval of a second person before anybody acts: somebody comes back." in plan.text
    case = bring_ben_back(team)
    assert case.data["owner"] == PAT, "whoever asks owns it, not the operator of the configuration"
    assert case.data["approval"] == "missing, and a second person must agree, because somebody comes back"
    assert case.data["current"] == []
    assert "approve_case {case: 'C-1'}, or on the console" in case.data["next"]
    for name in (PAT, OLGA, ADA):
        for outcome in ("done", "skipped"):
            step = {**FIRST, "outcome": outcome, "note": "because"}
            assert team.refused(name, "record_step", **step) == "approval_missing"

    with team.office.writes("case.approved"):
        told = team.says(KIM, "approve_case", case="C-1")
    assert team.at(KIM).asked == [
        f"Do you approve C-1, plan {plan.data['digest'][:12]}: reactivate?\n"
        f"For {BEN}.\n"
        f"Asked for by {PAT} through an assistant 2026-11-23 10:20 CET; owner {PAT}. "
        "A second person must agree, because somebody comes back.\n"
        "What would be done:\n"
        f"1. Give {BEN} the Axure app in Okta again\n"
        "2. Bring the account on heron.axure.cloud back\n"
        f"3. See with which role {BEN} came back\n"
        "4. See that Use SSO is on again\n"
        f"5. Let {BEN} sign in, and see what is there\n"
        "Say yes only for what you looked at yourself. It does nothing in Axure; whoever approves performs none of it."
    ]
    assert told.data["approval"].startswith(f"given, A-1 {KIM} in the client's form")
    assert told.data["current"][0]["key"] == "assign-in-okta"
    said = team.office.last_payload("case.approved")
    assert (said["by"]["name"], said["by"]["proof"]) == (KIM, f"token of {KIM}")
    assert said["approval_for"] == "reactivation"

    told = team.says(OLGA, "record_step", **FIRST)
    assert told.states["assign-in-okta"] == "confirmed"
    assert team.office.last_payload("claim.made")["was_approved"] is True


def test_a_case_waits_in_the_list_of_those_that_wait_and_nowhere_else(team: Team) -> None:
    bring_ben_back(team)
    team.open("plan_offboard", person=ANA)
    waiting = team.at(KIM).call("list_cases", waiting_for="approval")
    assert [one["case"] for one in waiting.data["cases"]] == ["C-1"]
    assert "waits for approval" in waiting.text
    assert "waits for the approval of a second person" in team.at(KIM).call("check_user", person=BEN).text
    assert "waits" not in team.at(KIM).call("check_user", person=ANA).text
    team.says(KIM, "approve_case", case="C-1")
    assert team.at(KIM).call("list_cases", waiting_for="approval").data["in_all"] == 0
    assert team.refused(KIM, "approve_case", case="C-2") == "approval_not_needed"


def test_whoever_has_a_part_in_a_case_is_no_second_person(team: Team) -> None:
    bring_ben_back(team, ADA)
    assert team.refused(ADA, "approve_case", case="C-1") == "approver_involved"  # asked for it
    team.says(ADA, "assign_case", case="C-1", owner=" Lee@Heron.example")
    assert team.refused(LEE, "approve_case", case="C-1") == "approver_involved"  # owns it
    assert team.refused(BEN, "approve_case", case="C-1") == "approver_involved"  # it is about them
    assert team.refused(PAT, "approve_case", case="C-1") == "role_missing"  # is no approver
    team.says(KIM, "approve_case", case="C-1")
    assert team.refused(LEE, "approve_case", case="C-1") == "approval_stands"
    with team.office.writes():
        assert "A-1 is your approval of it" in team.says(KIM, "approve_case", case="C-1").text


def test_whoever_said_something_about_a_step_is_no_second_person_even_when_it_was_taken_back(team: Team) -> None:
    bring_ben_back(team)
    team.says(KIM, "approve_case", case="C-1")
    team.says(ADA, "record_step", **FIRST)
    team.says(KIM, "retract_source", source="A-1", reason="not so")
    assert team.refused(ADA, "approve_case", case="C-1") == "approver_involved"
    team.says(ADA, "retract_source", source="K-1", reason="it was Olga")
    assert team.refused(ADA, "approve_case", case="C-1") == "approver_involved"


def test_another_address_of_the_same_person_is_no_second_person(team: Team) -> None:
    people = f"key,email,aliases,status\n1,{PAT},pat@heron.example;p.okafor@heron.example,ACTIVE\n2,{BEN},,ACTIVE\n"
    team.bring("directory", people)
    bring_ben_back(team)
    assert team.refused("p.okafor@heron.example", "approve_case", case="C-1") == "approver_involved"
    team.says(ADA, "approve_case", case="C-1")


def test_an_assistant_that_cannot_ask_approves_nothing(team: Team) -> None:
    bring_ben_back(team)
    with team.office.writes():
        sentence, code = team.at(KIM, can_ask=False).refusal("approve_case", case="C-1")
    assert code == "approval_needs_person"
    assert "on the console" in sentence
    assert approval_of(team).startswith("missing")


@pytest.mark.parametrize("answer", [declines, closes, leaves_unticked])
def test_whoever_does_not_say_yes_approves_nothing_and_that_is_kept(team: Team, answer: Any) -> None:
    bring_ben_back(team)
    with team.at(KIM).answered_by(answer), team.office.writes("question.answered"):
        told = team.at(KIM).call("approve_case", case="C-1")
    assert "not approved" in told.text
    assert team.office.last_payload("question.answered")["by"]["name"] == KIM
    assert team.refused(PAT, "record_step", **FIRST) == "approval_missing"


def test_an_approval_dies_with_another_plan_that_joins_the_case(team: Team) -> None:
    bring_ben_back(team)
    team.says(KIM, "approve_case", case="C-1")
    told = team.open("plan_operation", operation="release-seat", people=[BEN])
    assert told.data["case"] == "C-1"
    assert "A-1 kim@heron.example" in told.data["approval"]
    assert "does not count: another plan joined the case since" in told.data["approval"]
    assert team.refused(PAT, "record_step", **FIRST) == "approval_missing"
    team.says(LEE, "approve_case", case="C-1")
    assert "reactivate; release seat?" in team.at(LEE).asked[-1]
    team.says(PAT, "record_step", **FIRST)


def test_a_yes_to_a_case_that_another_plan_joined_meanwhile_is_not_recorded(team: Team) -> None:
    bring_ben_back(team)
    desk = team.desk(KIM, Channel.CONSOLE)
    question = ask_about_approving(desk, case="C-1")
    assert question is not None
    team.open("plan_operation", operation="release-seat", people=[BEN])
    with pytest.raises(QuestionDrifted), team.office.writes():
        approve_case(desk, case="C-1", answer=Answered(yes=True, note="", question=question, channel=Channel.CONSOLE))
    assert approval_of(team).startswith("missing")


def test_whoever_approved_takes_it_back_and_nobody_else_but_an_admin(team: Team) -> None:
    bring_ben_back(team)
    team.says(KIM, "approve_case", case="C-1")
    taking = {"source": "A-1", "reason": "the wrong Ben"}
    assert team.refused(LEE, "retract_source", **taking) == "role_missing"
    assert team.refused(KIM, "retract_source", source="R-1", reason="no") == "role_missing"
    with team.office.writes("question.answered", "approval.retracted"):
        assert team.says(KIM, "retract_source", **taking).data["retracted"] is True
    assert "A-1" in approval_of(team)
    assert "does not count: taken back" in approval_of(team)
    assert team.refused(PAT, "record_step", **FIRST) == "approval_missing"
    team.says(LEE, "approve_case", case="C-1")
    assert team.says(ADA, "retract_source", source="A-2", reason="not so").data["retracted"] is True


def test_what_was_done_under_an_approval_stays_done_when_it_is_taken_back(team: Team) -> None:
    bring_ben_back(team)
    team.says(KIM, "approve_case", case="C-1")
    team.says(PAT, "record_step", **FIRST)
    team.says(KIM, "retract_source", source="A-1", reason="not so")
    told = team.at(PAT).call("get_case", case="C-1")
    assert told.states["assign-in-okta"] == "confirmed"
    assert "unapproved" not in told.data["steps"][0]
    # Taking a word back needs nobody's agreement.
    assert team.says(PAT, "record_step", **{**FIRST, "outcome": "not_done"}).states["assign-in-okta"] == "to_do"


def test_whoever_approved_performs_nothing_and_owns_nothing(team: Team) -> None:
    bring_ben_back(team)
    team.says(ADA, "approve_case", case="C-1")
    for outcome in ("done", "skipped", "not_done"):
        step = {**FIRST, "outcome": outcome, "note": "because"}
        assert team.refused(ADA, "record_step", **step) == "approver_performs"
    assert team.refused(PAT, "assign_case", case="C-1", owner="Ada@heron.example") == "approver_cannot_own"
    team.says(PAT, "assign_case", case="C-1", owner=OLGA)
    assert approval_of(team).startswith("given")
    team.says(ADA, "retract_source", source="A-1", reason="I do it myself")
    team.says(LEE, "approve_case", case="C-1")
    assert team.says(ADA, "record_step", **FIRST).states["assign-in-okta"] == "confirmed"


def test_what_happened_without_an_approval_is_written_down_and_says_so(team: Team) -> None:
    team.open("plan_operation", operation="hand-over-super-admin", people=[SUPER], successor=OPERATOR)
    team.says(ADA, "cancel_case", case="C-1", reason="she goes at once")
    two = (*STAFF, STAFF[0]._replace(address="sam@heron.example", name="Sam"))
    team.bring("members", members_page(two))
    team.says(PAT, "record_decision", person="sam@heron.example", decision="keep", reason="break glass")
    told = team.says(PAT, "record_deactivation", person=SUPER)
    assert told.data["approval"].startswith("missing")
    assert any(one.startswith("It was done without the approval of a second person") for one in told.data["said"])
    step = next(one for one in told.data["steps"] if one["key"] == "deactivate")
    assert (step["state"], step["unapproved"]) == ("confirmed", True)
    assert "without the approval that it needed" in told.text
    assert team.office.last_payload("claim.made")["was_approved"] is False

    # A roster verifies it all the same, and nothing that comes later makes it approved.
    team.says(KIM, "approve_case", case="C-2")
    off = with_status(two, SUPER, "Deactivated")
    heard = team.bring("members", members_page(off)).data["heard"]
    assert any("step deactivate: verified by this roster" in one for one in heard)
    seen = team.at(LEE).call("get_case", case="C-2")
    assert next(one for one in seen.data["steps"] if one["key"] == "deactivate")["unapproved"] is True


def test_an_approver_who_says_what_happened_is_believed_and_approved_nothing_more(team: Team) -> None:
    team.configure(reasons='reasons = ["licence_owner"]')
    team.bring("directory", directory_table({OPERATOR: "DEPROVISIONED", BEN: "ACTIVE", SUPER: "ACTIVE"}))
    team.open("plan_offboard", OLGA, person=OPERATOR)
    team.says(ADA, "approve_case", case="C-1")
    told = team.says(ADA, "record_deactivation", person=OPERATOR)
    assert next(one for one in told.data["steps"] if one["key"] == "deactivate")["unapproved"] is True
    assert "whoever gave it has a part in the case since" in told.data["approval"]
    assert team.at(KIM).call("list_cases", waiting_for="approval").data["in_all"] == 1
    team.says(KIM, "approve_case", case="C-1")
    assert approval_of(team).startswith(f"given, A-2 {KIM}")


def test_a_batch_above_the_size_needs_one_and_a_smaller_one_does_not(team: Team) -> None:
    newcomers = [f"new{number}@heron.example" for number in range(3)]
    assert "approval_for" not in team.at(PAT).call("plan_onboard", people=newcomers[:2]).data
    told = team.open("plan_onboard", people=newcomers)
    assert "because it is for many people at once" in told.data["approval"]
    team.says(KIM, "approve_case", case=told.data["case"])
    assert all(person in team.at(KIM).asked[-1] for person in newcomers)
    assert "onboard with role member" in team.at(KIM).asked[-1]


def test_what_a_batch_is_not_approved_names_each_person_once_in_the_trail(team: Team) -> None:
    newcomers = [f"new{number}@heron.example" for number in range(3)]
    team.open("plan_onboard", people=newcomers)
    with team.at(KIM).answered_by(declines):
        team.at(KIM).call("approve_case", case="C-1")
    kept = json.dumps(team.office.last_payload("question.answered"), ensure_ascii=False)
    assert newcomers[0] in kept
    assert not [person for person in newcomers[1:] if person in kept]
    assert "⟨person 2⟩" in kept


def test_a_plan_has_the_same_digest_under_every_policy_and_a_case_keeps_the_policy_of_its_day(team: Team) -> None:
    digest = team.at(PAT).call("plan_reactivation", person=BEN).data["digest"]
    case = bring_ben_back(team)
    team.configure(reasons="reasons = []")
    told = team.at(PAT).call("plan_reactivation", person=BEN)
    assert told.data["digest"] == digest
    assert "approval_for" not in told.data
    assert case.data["approval"] == approval_of(team)
    assert team.refused(PAT, "record_step", **FIRST) == "approval_missing"


def test_a_case_that_is_over_is_not_approved(team: Team) -> None:
    bring_ben_back(team)
    team.says(PAT, "cancel_case", case="C-1", reason="no")
    assert team.refused(KIM, "approve_case", case="C-1") == "case_over"


def test_two_who_were_asked_at_once_approve_once(team: Team) -> None:
    bring_ben_back(team)
    desks = [team.desk(name, Channel.CONSOLE) for name in (KIM, LEE)]
    questions = [ask_about_approving(desk, case="C-1") for desk in desks]
    assert questions[0] == questions[1]
    assert questions[0] is not None
    answer = Answered(yes=True, note="", question=questions[0], channel=Channel.CONSOLE)
    approve_case(desks[0], case="C-1", answer=answer)
    with pytest.raises(ApprovalStands, match=r"the approval A-1 of kim@heron\.example counts"), team.office.writes():
        approve_case(desks[1], case="C-1", answer=answer)


def test_on_one_machine_nobody_is_a_second_person(team: Team) -> None:
    bring_ben_back(team, OPERATOR)
    desk = team.office.terminal()
    assert (desk.actor.name, desk.roles) == (OPERATOR, None)
    with pytest.raises(ApproverInvolved, match="asked for it"):
        ask_about_approving(desk, case="C-1")
