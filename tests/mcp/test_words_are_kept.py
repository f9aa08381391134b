"""What people answered stands in the trail with its question, and goes with the person whom it names."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from axure_lifecycle_tools.spec import Question
from tests.conversations.party import (
    ANA,
    BEN,
    OPERATOR,
    SEATS,
    STAFF,
    STANDINGS,
    Member,
    Person,
    closes,
    declines,
    leaves_unticked,
    licence_list,
    members_page,
    says_yes,
    table,
    unassigned,
    with_status,
)
from tests.mcp.offices import Bureau

NOES = [(declines, "declined"), (closes, "cancelled"), (leaves_unticked, "no")]
"""How somebody does not say yes, and the word that the trail keeps for it."""


def last_answer(bureau: Bureau) -> dict[str, Any]:
    """The newest answer in the trail."""
    return bureau.office.last_payload("question.answered")


# -- a no is kept -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "word"), NOES)
def test_a_decision_that_is_refused_is_kept_with_its_question(bureau: Bureau, person: Person, word: str) -> None:
    bureau.move_in()
    about = {"person": ANA, "decision": "keep", "reason": "on long leave"}
    with bureau.assistant.answered_by(person), bureau.office.writes("question.answered"):
        assert bureau.assistant.call("record_decision", **about).data["decided"] is False
    kept = last_answer(bureau)
    assert (kept["answer"], kept["channel"], kept["address"]) == (word, "client_form", ANA)
    assert kept["question"] == bureau.assistant.asked[-1]
    assert len(kept["question_digest"]) == 64
    with bureau.assistant.answered_by(says_yes), bureau.office.writes("question.answered", "decision.made"):
        bureau.assistant.call("record_decision", **about)
    assert last_answer(bureau)["question_digest"] == kept["question_digest"]


@pytest.mark.parametrize(("person", "word"), NOES)
def test_a_cancellation_is_kept_with_its_question_whatever_is_answered(
    bureau: Bureau, person: Person, word: str
) -> None:
    bureau.move_in()
    case = bureau.open_case(ANA)
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_step", case="C-1", step=next(iter(case.states)), outcome="done")
    about = {"case": "C-1", "reason": "she stays"}
    with bureau.assistant.answered_by(person), bureau.office.writes("question.answered"):
        assert bureau.assistant.call("cancel_case", **about).data["state"] == "open"
    kept = last_answer(bureau)
    assert (kept["answer"], kept["about"], kept["address"]) == (word, "C-1", ANA)
    assert kept["question"] == bureau.assistant.asked[-1]
    with bureau.assistant.answered_by(says_yes), bureau.office.writes("question.answered", "case.cancelled"):
        assert bureau.assistant.call("cancel_case", **about).data["state"] == "cancelled"
    yes = last_answer(bureau)
    assert (yes["answer"], yes["question_digest"]) == ("yes", kept["question_digest"])


def test_a_case_that_holds_nobody_s_word_is_cancelled_without_a_question(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.open_case(ANA)
    with bureau.office.writes("case.cancelled"):
        bureau.assistant.call("cancel_case", case="C-1", reason="she stays")


# -- the same person --------------------------------------------------------------------------------------------------


def test_a_roster_of_the_one_who_claimed_says_so_in_its_import_and_in_the_case(bureau: Bureau) -> None:
    bureau.move_in()
    case = bureau.confirm_all(bureau.open_case(ANA))
    told = bureau.bring("members", members_page(with_status(STAFF, ANA, "Deactivated")))
    same = f"C-1 {ANA}, step deactivate: verified by this roster, brought by the one who made the claim; the case is"
    assert told.data["heard"] == [f"{same} done."]
    steps = {one["key"]: one for one in bureau.assistant.call("get_case", case="C-1").data["steps"]}
    assert steps["deactivate"]["brought_by_claimer"] is True
    assert [key for key, one in steps.items() if one.get("brought_by_claimer")] == ["deactivate"]
    assert case.data["state"] == "done"


# -- erasing ----------------------------------------------------------------------------------------------------------

SECOND = "ana@home.example"
DIRECTORY = table(
    ("email", "status", "aliases"),
    [(address, word, SECOND if address == ANA else "") for address, word in STANDINGS.items()],
)


def converse_at_length(bureau: Bureau) -> None:
    """Everything that is done about somebody in the course of time: yes, no, closed, taken back, contradicted."""
    asked = bureau.assistant
    bureau.bring("members", members_page(STAFF))
    bureau.bring("seats", licence_list(SEATS), complete=True)
    bureau.bring("directory", DIRECTORY, complete=True)
    for person in (declines, closes, says_yes):
        with asked.answered_by(person):
            asked.call("record_decision", person=ANA, decision="keep", reason=f"about {ANA}")
    with asked.answered_by(says_yes):
        asked.call("record_decision", person=ANA, decision="withdraw", reason="no longer")
        asked.call("record_decision", person=SECOND, decision="belongs_to", belongs_to=ANA, reason="her own")
    bureau.clock.pass_by(minutes=10)
    plan = asked.call("plan_offboard", person=ANA).data
    case = asked.call("open_case", person=ANA, digest=plan["digest"], reason=f"{ANA} leaves")
    asked.call("assign_case", case="C-1", owner="people team")
    bureau.mute.call("record_step", case="C-1", step="deactivate", outcome="not_done", note=ANA)
    case = bureau.confirm_all(case)
    bureau.bring("members", members_page(with_status(STAFF, ANA, "Deactivated")))
    bureau.bring("seats", licence_list(unassigned(SEATS, ANA)), complete=True)
    for name in ("K-2", "R-4"):
        with asked.answered_by(says_yes):
            asked.call("retract_source", source=name, reason="a mistake")
    with asked.answered_by(closes):
        asked.call("retract_source", source="K-3", reason="a mistake")
    bureau.clock.pass_by(days=2)
    for person in (closes, says_yes):
        with asked.answered_by(person):
            asked.call("cancel_case", case="C-1", reason=f"{ANA} stays")


def erase(bureau: Bureau, *addresses: str) -> None:
    """Take out every payload that is about one of the addresses, as an erasure does."""
    engine = create_engine(bureau.store)
    with engine.begin() as connection:
        for address in addresses:
            connection.execute(text("DELETE FROM audit_payload WHERE about = :address"), {"address": address})
    engine.dispose()


def payloads(bureau: Bureau, kind: str) -> list[dict[str, Any]]:
    """What the records of a kind hold, oldest first."""
    with bureau.office.terminal().store.reading() as view:
        return [json.loads(record.payload or "") for record in view.trail() if record.kind == kind]


def left_of(bureau: Bureau, words: Sequence[str]) -> list[str]:
    """The records that still hold one of the words."""
    with bureau.office.terminal().store.reading() as view:
        assert view.verify_trail().holds
        return [
            record.kind
            for record in view.trail()
            if record.payload is not None and any(word in record.payload for word in words)
        ]


def test_erasing_by_address_leaves_no_payload_that_holds_the_address(each_bureau: Bureau) -> None:
    converse_at_length(each_bureau)
    assert len(set(left_of(each_bureau, [ANA, SECOND]))) > 8
    erase(each_bureau, ANA, SECOND)
    assert left_of(each_bureau, [ANA, SECOND]) == []
    assert left_of(each_bureau, [OPERATOR]) != []


def test_erasing_one_of_several_people_of_a_case_leaves_no_payload_that_holds_the_address(bureau: Bureau) -> None:
    new = [f"new.{name}@heron.example" for name in ("cy", "bo", "ada")]
    bureau.move_in()
    plan = bureau.assistant.call("plan_onboard", people=new).data
    opening = {"person": plan["subject"], "operation": plan["operation"], "options": plan["options"]}
    case = bureau.assistant.call("open_case", digest=plan["digest"], **opening)
    for step in case.states:
        for person in (declines, says_yes):
            with bureau.assistant.answered_by(person):
                bureau.assistant.call("record_step", case="C-1", step=step, outcome="done", note=new[2])
    page = members_page([*STAFF, *(Member(one, "Somebody New") for one in new)])
    bureau.bring("members", page)
    numbers = {
        f"⟨person {about['number']}⟩": about["person"]
        for about in payloads(bureau, "case.is_about")
        if "number" in about
    }
    assert set(numbers.values()) == {new[1], new[2]}
    for claim in payloads(bureau, "claim.made"):
        question = claim["question"]
        for number, address in numbers.items():
            question = question.replace(number, address)
        assert Question(question).digest == claim["question_digest"]
    for address in (new[1], new[0]):
        assert left_of(bureau, [address]) != []
        erase(bureau, address)
        assert left_of(bureau, [address]) == []
    assert BEN not in left_of(bureau, [new[2]])
