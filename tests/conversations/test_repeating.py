"""A nervous model calls again: the same call twice is one claim, with a key of its own and without."""

from typing import Any

import pytest

from tests.conversations.party import ANA, Assistant, Office, declines, says_yes

STEP = {"case": "C-1", "step": "hand-over-workspaces", "outcome": "done"}
SEVERAL = 6


def test_a_call_repeated_with_its_key_gets_the_first_answer(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    plan = assistant.call("plan_offboard", person=ANA)
    opening = {"operation": "offboard", "person": ANA, "digest": plan.data["digest"], "request_key": "open"}
    with office.writes("case.opened", "answer.kept"):
        opened = assistant.call("open_case", **opening)
    with assistant.answered_by(says_yes), office.writes("claim.made", "case.settled", "answer.kept"):
        first = assistant.call("record_step", **STEP, request_key="hand-over")
    with office.writes():
        assert assistant.call("open_case", **opening) == opened
        assert assistant.call("record_step", **STEP, request_key="hand-over") == first
    assert len(assistant.asked) == 1


def test_a_deactivation_repeated_with_its_key_gets_the_first_answer(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    with assistant.answered_by(says_yes):
        first = assistant.call("record_deactivation", person=ANA, request_key="k")
    with office.writes():
        assert assistant.call("record_deactivation", person=ANA, request_key="k") == first
    assert len(assistant.asked) == 1


def test_a_call_repeated_without_a_key_changes_nothing_more(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    plan = assistant.call("plan_offboard", person=ANA)
    opening = {"operation": "offboard", "person": ANA, "digest": plan.data["digest"]}
    assistant.call("open_case", **opening)
    with assistant.answered_by(says_yes):
        first = assistant.call("record_step", **STEP)
    with office.writes():
        assert "opened before" in assistant.call("open_case", **opening).text
        again = assistant.call("record_step", **STEP)
    assert "nothing changed" in again.text
    assert again.states == first.states
    assert len(assistant.asked) == 1


def test_a_report_repeated_without_a_key_is_one_claim(mute: Assistant, office: Office) -> None:
    office.move_in(mute)
    office.open_case(mute)
    mute.call("record_step", **STEP)
    with office.writes():
        assert "the same was recorded before" in mute.call("record_step", **STEP).text
    with office.writes("claim.made"):  # Other words are another statement.
        mute.call("record_step", **STEP, note="both workspaces")


def test_several_of_the_same_call_at_once_are_one_claim(mute: Assistant, office: Office) -> None:
    office.move_in(mute)
    office.open_case(mute)
    with office.writes("claim.made", "case.settled"):
        calls = [mute.portal.start_task_soon(mute.client.call_tool, "record_step", STEP) for _ in range(SEVERAL)]
        assert not any(call.result().is_error for call in calls)


def test_several_openings_at_once_are_one_case(mute: Assistant, office: Office) -> None:
    office.move_in(mute)
    plan = mute.call("plan_offboard", person=ANA)
    opening = {"operation": "offboard", "person": ANA, "digest": plan.data["digest"]}
    with office.writes("case.opened"):
        calls = [mute.portal.start_task_soon(mute.client.call_tool, "open_case", opening) for _ in range(SEVERAL)]
        assert not any(call.result().is_error for call in calls)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("record_step", STEP | {"step": "move-private-workspace"}),
        ("record_step", STEP | {"note": "and now with a note"}),
        ("record_deactivation", {"person": ANA}),
    ],
    ids=["another step", "another note", "another tool"],
)
def test_a_key_that_was_used_for_another_call_hides_nothing(
    mute: Assistant, office: Office, tool: str, arguments: dict[str, Any]
) -> None:
    office.move_in(mute)
    office.open_case(mute)
    mute.call("record_step", **STEP, request_key="ana")
    with office.writes():
        assert mute.refused(tool, **arguments, request_key="ana") == "request_key_reused"


def test_a_repeat_after_a_decline_asks_nobody_again_under_the_same_key(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    office.open_case(assistant)
    with assistant.answered_by(declines):
        first = assistant.call("record_step", **STEP, request_key="k")
    with office.writes():
        assert assistant.call("record_step", **STEP, request_key="k") == first
    with assistant.answered_by(says_yes):  # A call of its own asks anew.
        assert assistant.call("record_step", **STEP).states["hand-over-workspaces"] == "confirmed"
