"""Somebody says that an account was deactivated, and no case stands: one is opened for what is still missing."""

import pytest

from tests.conversations.party import (
    ANA,
    BEN,
    OPERATOR,
    STAFF,
    SUPER,
    Assistant,
    Member,
    Office,
    Person,
    closes,
    declines,
    leaves_unticked,
    members_page,
    says_yes,
    with_status,
)


def test_a_yes_opens_the_case_and_leaves_the_seat_to_do(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    with assistant.answered_by(says_yes), office.writes("case.opened", "claim.made", "case.settled"):
        told = assistant.call("record_deactivation", person=ANA, note="on Tuesday")
    assert told.data["case"] == "C-1"
    assert told.data["state"] == "open"
    assert told.states["deactivate"] == "confirmed"
    assert told.states["release-seat"] == "to_do"
    assert told.states["hand-over-workspaces"] == "to_do"
    assert "Opened C-1 for what is still missing" in told.text
    assert assistant.asked == [
        "Did you deactivate ana.costa@heron.example on heron.axure.cloud, and does the list show it? "
        "Say yes only for what you did or saw yourself."
    ]
    with office.writes():
        assert "nothing changed" in assistant.call("record_deactivation", person=ANA).text


@pytest.mark.parametrize("person", [leaves_unticked, declines, closes])
def test_without_a_yes_and_without_a_case_nothing_is_written(
    assistant: Assistant, office: Office, person: Person
) -> None:
    office.move_in(assistant)
    with assistant.answered_by(person), office.writes():
        assert assistant.refused("record_deactivation", person=ANA) == "not_deactivated"
    assert assistant.call("list_cases").data["in_all"] == 0


def test_what_cannot_be_asked_opens_the_case_with_a_report(mute: Assistant, office: Office) -> None:
    office.move_in(mute)
    with office.writes("case.opened", "claim.made", "case.settled"):
        told = mute.call("record_deactivation", person=ANA)
    assert told.states["deactivate"] == "reported"
    assert " confirm C-1 deactivate" in told.text


def test_with_a_case_it_answers_the_cases_own_step_though_others_come_first(
    assistant: Assistant, office: Office
) -> None:
    office.move_in(assistant)
    office.open_case(assistant)
    with assistant.answered_by(says_yes):
        with office.writes("claim.made", "case.settled"):
            told = assistant.call("record_deactivation", person=f"  {ANA.upper()} ")
        assert told.states["deactivate"] == "confirmed"
        assert told.states["hand-over-workspaces"] == "to_do"


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("nobody@heron.example", "no_membership_step"),
        ("Ana Costa", "not_an_address"),
        ("", "arguments_refused"),
    ],
)
def test_nobody_is_said_to_be_deactivated_who_is_no_member(
    assistant: Assistant, office: Office, person: str, code: str
) -> None:
    office.move_in(assistant)
    with office.writes():
        assert assistant.refused("record_deactivation", person=person) == code


def test_somebody_who_is_off_already_is_not_recorded_as_deactivated(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    office.bring(assistant, "members", members_page(with_status(STAFF, BEN, "Deactivated")))
    with office.writes():
        assert assistant.refused("record_deactivation", person=BEN) == "no_membership_step"


def test_the_only_super_admins_plan_is_blocked_and_what_was_done_is_written_down_all_the_same(
    assistant: Assistant, office: Office
) -> None:
    office.move_in(assistant)
    plan = assistant.call("plan_offboard", person=SUPER)
    assert "STOP: sue.lund@heron.example is the only Super Admin" in plan.text
    with office.writes():
        code = assistant.refused("open_case", operation="offboard", person=SUPER, digest=plan.data["digest"])
    assert code == "plan_blocked"
    with assistant.answered_by(says_yes), office.writes("case.opened", "claim.made", "case.settled"):
        told = assistant.call("record_deactivation", person=SUPER)
    assert told.states["deactivate"] == "confirmed"


def test_a_roster_of_one_that_lists_no_status_does_not_hide_the_step(assistant: Assistant, office: Office) -> None:
    office.bring(assistant, "members", members_page([Member(OPERATOR, "Pat Okafor", status="")]), age_minutes=60)
    with assistant.answered_by(says_yes):
        told = assistant.call("record_deactivation", person=OPERATOR)
    assert told.states["deactivate"] == "confirmed"
