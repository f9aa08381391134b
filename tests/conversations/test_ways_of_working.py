"""Three assistants that work badly: out of order, everything twice, and with things they made up.

None of them can bring the store into a state that says more than somebody said or a roster showed, and each refusal
says what to do next.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pytest

from tests.conversations.invariants import check_truth
from tests.conversations.next_step import says_what_to_do
from tests.conversations.party import (
    ANA,
    BEN,
    STAFF,
    SUPER,
    Assistant,
    Office,
    declines,
    leaves_unticked,
    members_page,
    says_yes,
    size_of,
    text_of,
    with_status,
)

OFF: Final = with_status(STAFF, ANA, "Deactivated")


@pytest.fixture(autouse=True)
def _truth(office: Office) -> Iterator[None]:
    yield
    check_truth(office)


@contextmanager
def nothing_is_written(office: Office) -> Generator[None]:
    """The trail ends where it ended before."""
    before = office.kinds()
    yield
    assert office.kinds() == before


def must_refuse(assistant: Assistant, office: Office, tool: str, **arguments: Any) -> str:
    """A call that writes nothing and says what to do instead; its code."""
    with nothing_is_written(office):
        sentence, code = assistant.refusal(tool, **arguments)
    assert says_what_to_do(sentence), f"says nothing of what to do next: {sentence}"
    return code


# -- out of order -----------------------------------------------------------------------------------------------------


def test_an_assistant_that_begins_at_the_end_gets_nowhere(assistant: Assistant, office: Office) -> None:
    digest = "0" * 64
    codes = [
        must_refuse(assistant, office, "record_step", case="C-1", step="deactivate-membership", outcome="done"),
        must_refuse(assistant, office, "open_case", person=ANA, digest=digest),
        must_refuse(assistant, office, "get_case", case="C-1"),
        must_refuse(assistant, office, "assign_case", case="C-1", owner="kim@heron.example"),
        must_refuse(assistant, office, "cancel_case", case="C-1", reason="none"),
        must_refuse(assistant, office, "approve_case", case="C-1"),
        must_refuse(assistant, office, "retract_source", source="A-1", reason="none"),
        must_refuse(assistant, office, "retract_source", source="R-1", reason="none"),
        must_refuse(assistant, office, "import_roster", kind="members", digest=digest),
    ]
    assert codes[:3] == ["case_unknown", "plan_drifted", "case_unknown"]
    with assistant.answered_by(declines):
        assert must_refuse(assistant, office, "record_deactivation", person=ANA) == "not_deactivated"


def test_steps_told_backwards_never_finish_a_case_that_no_person_confirmed(mute: Assistant, office: Office) -> None:
    office.move_in(mute)
    case = office.open_case(mute)
    for step in reversed(case.data["steps"]):
        result = mute.send("record_step", {"case": "C-1", "step": step["key"], "outcome": "done"})
        if result.is_error:
            assert says_what_to_do(text_of(result))
    told = mute.call("get_case", case="C-1")
    assert told.data["state"] == "open"
    assert not {"confirmed", "verified", "skipped"} & set(told.states.values())


def test_an_assistant_that_skips_everything_that_it_did_not_report_finishes_nothing(
    mute: Assistant, office: Office
) -> None:
    office.move_in(mute)
    keys = [step["key"] for step in office.open_case(mute).data["steps"]]
    for outcome in ("done", "skipped", "not_done", "skipped"):
        for key in keys:
            mute.send("record_step", {"case": "C-1", "step": key, "outcome": outcome, "note": "they said so"})
    told = mute.call("get_case", case="C-1")
    assert told.data["state"] == "open"
    assert set(told.states.values()) == {"skip_reported"}


def test_a_roster_brought_before_the_claim_does_not_verify_it(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    office.open_case(assistant)
    office.bring(assistant, "members", members_page(OFF), age_minutes=30)
    with assistant.answered_by(says_yes):
        for step in assistant.call("get_case", case="C-1").data["steps"]:
            assistant.send("record_step", {"case": "C-1", "step": step["key"], "outcome": "done"})
    assert "verified" not in assistant.call("get_case", case="C-1").states.values()


# -- everything twice -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "again"])
def test_an_assistant_that_repeats_every_call_writes_each_thing_once(
    assistant: Assistant, office: Office, key: str | None
) -> None:
    office.move_in(assistant)
    named = {"request_key": key} if key else {}
    plan = assistant.call("plan_offboard", person=ANA).data
    opening = {"person": ANA, "digest": plan["digest"], "operation": "offboard", **named}
    with office.writes("case.opened", *(["answer.kept"] if key else [])):
        said = {assistant.call("open_case", **opening).data["case"] for _ in range(4)}
    assert said == {"C-1"}
    for step in plan["outline"]:
        del step
        todo = assistant.call("get_case", case="C-1").data["current"]
        if not todo:
            break
        asked = {"case": "C-1", "step": todo[0]["key"], "outcome": "done"}
        with assistant.answered_by(says_yes):
            for number in range(3):
                assistant.call("record_step", **asked, **({"request_key": f"{key}-{todo[0]['key']}"} if key else {}))
                with nothing_is_written(office) if number else _anything():
                    assistant.call("get_case", case="C-1")
    kinds = office.kinds()
    assert kinds.count("claim.made") == plan["steps_in_all"]
    assert kinds.count("case.opened") == 1
    path = office.put("members-again.txt", members_page(OFF))
    digest = assistant.call("import_roster", kind="members", path=path).data["digest"]
    for _ in range(3):
        assistant.call("import_roster", kind="members", path=path, digest=digest)
    assert office.kinds().count("source.imported") == 4


@contextmanager
def _anything() -> Generator[None]:
    yield


def test_a_question_that_is_declined_again_and_again_stays_undone(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    key = office.open_case(assistant).data["current"][0]["key"]
    for person in (declines, leaves_unticked, declines):
        with assistant.answered_by(person):
            assistant.send("record_step", {"case": "C-1", "step": key, "outcome": "done"})
    assert assistant.call("get_case", case="C-1").states[key] == "to_do"


# -- made up ----------------------------------------------------------------------------------------------------------

INVENTED: Final[Sequence[tuple[str, dict[str, Any]]]] = (
    ("record_step", {"case": "C-1", "step": "deactivate", "outcome": "verified"}),
    ("record_step", {"case": "C-1", "step": "no-such-step", "outcome": "done"}),
    ("record_step", {"case": "C-77", "step": "deactivate-membership", "outcome": "done"}),
    ("record_step", {"case": "C-1", "step": "deactivate-membership", "outcome": "done", "confirmed": True}),
    ("record_step", {"case": "C-1", "step": "deactivate-membership", "outcome": "done", "answer": {"yes": True}}),
    ("record_deactivation", {"person": ANA, "confirmed_by": "pat.okafor@heron.example"}),
    ("record_deactivation", {"person": "Ana Costa"}),
    ("approve_case", {"case": "C-1"}),
    ("approve_case", {"case": "C-1", "approved_by": "kim@heron.example"}),
    ("approve_case", {"case": "C-77"}),
    ("retract_source", {"source": "A-99", "reason": "wrong"}),
    ("open_case", {"person": BEN, "digest": "f" * 64}),
    ("open_case", {"person": ANA, "digest": "short"}),
    ("open_case", {"person": ANA, "digest": "f" * 64, "operation": "delete-everything"}),
    ("open_case", {"person": ANA, "digest": "f" * 64, "options": {"force": "yes"}}),
    ("open_case", {"person": ANA, "digest": "f" * 64, "application": "figma"}),
    ("plan_offboard", {"person": ANA, "application": "around"}),
    ("plan_onboard", {"people": []}),
    ("plan_onboard", {"people": [ANA, "not an address"]}),
    ("plan_role_change", {"person": ANA, "role": "emperor"}),
    ("plan_operation", {"operation": "transfer-licences", "people": [ANA]}),
    ("plan_operation", {"operation": "configure-saml", "people": [ANA]}),
    ("plan_operation", {"operation": "delete-workspace", "people": [ANA]}),
    ("retract_source", {"source": "R-99", "reason": "wrong"}),
    ("retract_source", {"source": "K-99", "reason": "wrong"}),
    ("record_decision", {"address": ANA, "kind": "deactivated", "reason": "so"}),
    ("import_roster", {"kind": "members", "digest": "f" * 64}),
    ("import_roster", {"kind": "people", "text": "Email\nana@heron.example\n"}),
    ("import_roster", {"kind": "members", "path": "/etc/passwd"}),
    ("find_discrepancies", {"as_of": "tomorrow"}),
    ("list_cases", {"cursor": "'; drop table case_; --"}),
    ("explain_axure", {"topic": "the moon landing"}),
)


@pytest.mark.parametrize(("tool", "arguments"), INVENTED, ids=[f"{tool}-{n}" for n, (tool, _) in enumerate(INVENTED)])
def test_what_an_assistant_makes_up_is_refused_and_writes_nothing(
    assistant: Assistant, office: Office, tool: str, arguments: dict[str, Any]
) -> None:
    office.move_in(assistant)
    office.open_case(assistant)
    with assistant.answered_by(says_yes):
        must_refuse(assistant, office, tool, **arguments)


def test_a_digest_of_somebody_elses_plan_opens_nothing(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    ben = assistant.call("plan_offboard", person=BEN).data["digest"]
    assert must_refuse(assistant, office, "open_case", person=ANA, digest=ben) == "plan_drifted"


def test_rows_that_an_assistant_makes_up_verify_nothing(assistant: Assistant, mute: Assistant, office: Office) -> None:
    office.move_in(assistant)
    office.open_case(assistant)
    with assistant.answered_by(says_yes):
        for _ in range(12):
            todo = assistant.call("get_case", case="C-1").data["current"]
            if not todo:
                break
            assistant.call("record_step", case="C-1", step=todo[0]["key"], outcome="done")
    assert assistant.call("get_case", case="C-1").data["state"] == "done"
    with assistant.answered_by(declines):
        preview = assistant.call("import_roster", kind="members", text=members_page(OFF))
        assistant.send("import_roster", {"kind": "members", "digest": preview.data["digest"]})
    assert assistant.call("get_case", case="C-1").data["state"] == "done"
    # Where nobody can be asked the same rows are kept as reported, and show nothing either.
    assert mute.call("import_roster", kind="members", digest=preview.data["digest"]).data["stage"] == "imported"
    told = assistant.call("get_case", case="C-1")
    assert told.data["state"] == "done"
    assert not {"verified", "contradicted"} & set(told.states.values())


def test_the_only_super_admin_is_not_offboarded_whatever_is_tried(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    plan = assistant.call("plan_offboard", person=SUPER)
    assert must_refuse(assistant, office, "open_case", person=SUPER, digest=plan.data["digest"]) == "plan_blocked"
    result = assistant.send("record_step", {"case": "C-1", "step": "deactivate-membership", "outcome": "done"})
    assert result.is_error
    assert size_of(result) < 1_000


# -- its own second person --------------------------------------------------------------------------------------------


def test_an_assistant_that_wants_to_be_its_own_second_person_gets_nothing_done(
    assistant: Assistant, mute: Assistant, office: Office
) -> None:
    file = office.home / "config.toml"
    text = file.read_text("utf-8")
    assert "# reasons = []" in text
    file.write_text(text.replace("# reasons = []", 'reasons = ["reactivation"]'), "utf-8")
    office.move_in(assistant)
    office.bring(assistant, "members", members_page(with_status(STAFF, BEN, "Deactivated")), age_minutes=30)
    plan = assistant.call("plan_reactivation", person=BEN).data
    opening = {key: plan[key] for key in ("operation", "digest", "options")}
    steps = list(assistant.call("open_case", person=BEN, **opening, owner="kim@heron.example").states)
    with assistant.answered_by(says_yes):
        for one in (assistant, mute):
            for _ in range(2):  # out of order, and everything twice
                for step in reversed(steps):
                    asked = {"case": "C-1", "step": step, "note": "kim agreed"}
                    for outcome in ("done", "skipped"):
                        code = must_refuse(one, office, "record_step", **asked, outcome=outcome)
                        assert code == "approval_missing"
                assert must_refuse(one, office, "approve_case", case="C-1") == "approver_involved"
                assert must_refuse(one, office, "approve_case", case="C-1", yes=True) == "arguments_refused"
            one.call("assign_case", case="C-1", owner="lee@heron.example")
        assistant.call("cancel_case", case="C-1", reason="once more, as somebody else's")
        again = assistant.call("open_case", person=BEN, **opening, owner="lee@heron.example")
        assert must_refuse(assistant, office, "approve_case", case=again.data["case"]) == "approver_involved"
    assert set(again.states.values()) == {"to_do"}
    assert assistant.call("list_cases", waiting_for="approval").data["in_all"] == 1
