"""Something changes between the plan and the case, or while a question is open: what was not shown is not recorded."""

from datetime import datetime, timedelta

from mcp.types import ElicitResult

from axure_lifecycle_tools.cases import cancel_case
from axure_lifecycle_tools.decisions import ask_about_decision, record_decision
from axure_lifecycle_tools.spec import NotAsked
from axure_lifecycle_tools.steps import ask_about_step, record_step
from tests.conversations.party import (
    ANA,
    BEN,
    STAFF,
    Assistant,
    Member,
    Office,
    Person,
    members_page,
    says_yes,
    with_status,
    yes_at_terminal,
)
from tests.conversations.wire import MODERN


def test_a_roster_that_shows_the_person_differently_makes_the_plan_drift(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    plan = assistant.call("plan_offboard", person=ANA)
    changed = [one._replace(use_sso="No") if one.address == ANA else one for one in STAFF]
    office.bring(assistant, "members", members_page(changed))
    with office.writes():
        sentence, code = assistant.refusal("open_case", operation="offboard", person=ANA, digest=plan.data["digest"])
    assert code == "plan_drifted"
    assert plan.data["digest"][:12] in sentence
    with office.writes("case.opened"):
        office.open_case(assistant)


def test_a_roster_that_says_the_same_of_the_person_makes_no_plan_drift(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    plan = assistant.call("plan_offboard", person=ANA)
    office.bring(assistant, "members", members_page(with_status(STAFF, BEN, "Deactivated")))
    with office.writes("case.opened"):
        assistant.call("open_case", operation="offboard", person=ANA, digest=plan.data["digest"])


def test_a_decision_in_between_makes_the_plan_drift(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    plan = assistant.call("plan_offboard", person=ANA)
    with assistant.answered_by(says_yes), office.writes("question.answered", "decision.made"):
        assistant.call("record_decision", person=ANA, decision="keep", reason="comes back in spring")
    with office.writes():
        code = assistant.refused("open_case", operation="offboard", person=ANA, digest=plan.data["digest"])
    assert code == "plan_drifted"


def test_another_last_day_is_another_plan(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    friday, saturday = (str((datetime.now() + timedelta(days=days)).date()) for days in (10, 11))
    plan = assistant.call("plan_offboard", person=ANA, last_day=friday)
    opening = {"operation": "offboard", "person": ANA, "digest": plan.data["digest"]}
    with office.writes():
        assert assistant.refused("open_case", **opening) == "plan_drifted"
        assert assistant.refused("open_case", **opening, options={"last_day": saturday}) == "plan_drifted"
    case = assistant.call("open_case", **opening, options={"last_day": friday})
    assert case.data["due_on"] == friday


def test_a_second_case_for_the_same_person_is_refused(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    office.open_case(assistant)
    changed = [one._replace(use_sso="No") if one.address == ANA else one for one in STAFF]
    office.bring(assistant, "members", members_page(changed))
    plan = assistant.call("plan_offboard", person=ANA)
    with office.writes():
        code = assistant.refused("open_case", operation="offboard", person=ANA, digest=plan.data["digest"])
    assert code == "case_open_already"


# -- while the question is open ---------------------------------------------------------------------------------------


def meanwhile(happens: Person) -> Person:
    """A person who answers yes, after something happened the first time they were asked."""
    is_over = False

    def answer(question: str) -> ElicitResult:
        nonlocal is_over
        if is_over:
            return says_yes(question)
        is_over = True
        return happens(question)

    return answer


def test_a_roster_that_changes_the_numbers_of_an_open_question_is_not_answered_unseen(
    assistant: Assistant, office: Office, era: str
) -> None:
    office.move_in(assistant)
    without_ben = members_page([one for one in STAFF if one.address != BEN])
    preview = assistant.call("import_roster", kind="members", text=without_ben)

    def another_roster_arrives(question: str) -> ElicitResult:
        assert "0 added, 0 changed, 1 gone" in question
        newcomer = Member("cy.dahl@heron.example", "Cy Dahl")
        path = office.put("members-newer.txt", members_page([*STAFF, newcomer]))
        arrive(office, path)
        return says_yes(question)

    importing = {"kind": "members", "text": without_ben, "digest": preview.data["digest"]}
    with assistant.answered_by(meanwhile(another_roster_arrives)):
        if era == MODERN:
            with office.writes("source.imported", "question.answered", "source.imported"):
                told = assistant.call("import_roster", **importing)
            assert told.data["assurance"] == "confirmed"
        else:
            with office.writes("source.imported"):
                assert assistant.refused("import_roster", **importing) == "question_drifted"
    if era == MODERN:
        assert "0 added, 0 changed, 2 gone" in assistant.asked[-1]
    assert len(assistant.asked) == (2 if era == MODERN else 1)


def arrive(office: Office, path: str) -> None:
    """Another connection imports a trusted roster."""
    from axure_lifecycle_tools.importing import import_roster

    desk = office.terminal()
    preview = import_roster(desk, kind="members", path=path, answer=NotAsked())
    import_roster(desk, kind="members", path=path, digest=preview.digest, answer=NotAsked())


def test_a_case_that_is_cancelled_while_its_question_is_open_takes_no_answer(
    assistant: Assistant, office: Office
) -> None:
    office.move_in(assistant)
    office.open_case(assistant)

    def somebody_cancels(question: str) -> ElicitResult:
        cancel_case(office.terminal(), case="C-1", reason="stays after all", answer=NotAsked())
        return says_yes(question)

    with assistant.answered_by(meanwhile(somebody_cancels)), office.writes("case.cancelled"):
        code = assistant.refused("record_step", case="C-1", step="hand-over-workspaces", outcome="done")
    assert code == "case_over"


def test_a_step_that_is_confirmed_at_the_terminal_while_its_question_is_open_is_confirmed_once(
    assistant: Assistant, office: Office
) -> None:
    office.move_in(assistant)
    office.open_case(assistant)

    def the_terminal_is_faster(question: str) -> ElicitResult:
        desk = office.terminal()
        asked = ask_about_step(desk, case="C-1", step="hand-over-workspaces", outcome="done")
        record_step(desk, case="C-1", step="hand-over-workspaces", outcome="done", answer=yes_at_terminal(asked))
        return says_yes(question)

    with assistant.answered_by(meanwhile(the_terminal_is_faster)), office.writes("claim.made", "case.settled"):
        told = assistant.call("record_step", case="C-1", step="hand-over-workspaces", outcome="done")
    assert "nothing changed" in told.text
    assert told.states["hand-over-workspaces"] == "confirmed"


def test_a_membership_that_is_off_by_the_time_of_the_answer_is_not_recorded_again(
    assistant: Assistant, office: Office
) -> None:
    office.move_in(assistant)

    def the_roster_shows_it(question: str) -> ElicitResult:
        arrive(office, office.put("members-after.txt", members_page(with_status(STAFF, ANA, "Deactivated"))))
        return says_yes(question)

    with assistant.answered_by(meanwhile(the_roster_shows_it)), office.writes("source.imported"):
        code = assistant.refused("record_deactivation", person=ANA)
    assert code == "no_membership_step"


def test_a_decision_that_ends_today_can_be_answered_and_one_that_ended_cannot(
    assistant: Assistant, office: Office
) -> None:
    office.move_in(assistant)
    desk = office.terminal()
    today = desk.now.astimezone(desk.organization.time_zone).date()
    arguments = {"person": BEN, "decision": "external", "reason": "contract"}
    question = ask_about_decision(desk, **arguments, until=str(today))  # type: ignore[arg-type]
    with office.writes("question.answered", "decision.made"):
        record_decision(desk, **arguments, until=str(today), answer=yes_at_terminal(question))  # type: ignore[arg-type]
    with office.writes():
        yesterday = str(today - timedelta(days=1))
        assert assistant.refused("record_decision", **arguments, until=yesterday) == "decision_incomplete"
