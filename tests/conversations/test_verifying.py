"""What the next roster does to a claim, and who may bring such a roster."""

from datetime import timedelta
from typing import Any

import pytest

from axure_lifecycle_tools.confirming import ask_to_confirm_source, confirm_source
from axure_lifecycle_tools.retracting import ask_to_retract, retract_source
from axure_lifecycle_tools.steps import ask_about_step, record_step
from tests.conversations.party import (
    ANA,
    BEN,
    SEATS,
    STAFF,
    Assistant,
    Member,
    Office,
    declines,
    leaves_unticked,
    licence_list,
    members_page,
    says_yes,
    table,
    unassigned,
    with_status,
    yes_at_terminal,
)

ANA_OFF = with_status(STAFF, ANA, "Deactivated")
ANA_FREE = unassigned(SEATS, ANA)
OFF_PAGE = members_page(ANA_OFF)
STILL_ON_PAGE = members_page(STAFF)


def confirm_everything(assistant: Assistant, office: Office) -> None:
    """Ana's case, every step confirmed by the person."""
    office.move_in(assistant)
    case = office.open_case(assistant)
    with assistant.answered_by(says_yes):
        for step in case.states:
            case = assistant.call("record_step", case="C-1", step=step, outcome="done")
    assert case.data["state"] == "done"
    assistant.asked.clear()


def report_everything(mute: Assistant, office: Office) -> None:
    """Ana's deactivation, claimed by an assistant that cannot ask."""
    office.move_in(mute)
    told = mute.call("record_deactivation", person=ANA)
    assert told.states["deactivate"] == "reported"


# -- contradiction ----------------------------------------------------------------------------------------------------


def test_a_roster_that_shows_the_opposite_reopens_the_case_until_it_is_done_again_and_shown(
    assistant: Assistant, office: Office
) -> None:
    confirm_everything(assistant, office)
    with office.writes("source.imported", "step.checked", "case.settled"):
        seen = office.bring(assistant, "members", STILL_ON_PAGE)
    [heard] = seen.data["heard"]
    assert heard.startswith(f"C-1 {ANA}, step deactivate: contradicted by this roster; the case is open. It is still")
    case = assistant.call("get_case", case="C-1")
    assert (case.data["state"], case.states["deactivate"]) == ("open", "contradicted")
    assert "not shown by R-4" in case.text
    assert "1 contradicted by a roster" in assistant.call("check_user", person=ANA).text
    assert "1 contradicted" in assistant.call("list_cases").text

    with assistant.answered_by(says_yes), office.writes("claim.made", "case.settled"):
        case = assistant.call("record_step", case="C-1", step="deactivate", outcome="done")
    assert (case.data["state"], case.states["deactivate"]) == ("done", "confirmed")
    assert len(assistant.asked) == 1

    office.bring(assistant, "members", OFF_PAGE)
    office.bring(assistant, "seats", licence_list(ANA_FREE))
    case = assistant.call("get_case", case="C-1")
    assert case.data["state"] == "verified"
    assert (case.states["deactivate"], case.states["release-seat"]) == ("verified", "verified")


def test_somebody_who_is_no_longer_listed_on_a_whole_page_is_off(assistant: Assistant, office: Office) -> None:
    confirm_everything(assistant, office)
    seen = office.bring(assistant, "members", members_page([one for one in STAFF if one.address != ANA]))
    assert seen.data["complete"] is True
    assert assistant.call("get_case", case="C-1").states["deactivate"] == "verified"
    assert office.last_payload("step.checked")["basis"] == "not_listed"


def test_somebody_who_is_missing_from_a_page_that_may_be_a_part_is_not_off(
    assistant: Assistant, office: Office
) -> None:
    confirm_everything(assistant, office)
    part = table(("Email", "Status"), [(one.address, one.status) for one in STAFF if one.address != ANA])
    with office.writes("source.imported"):
        seen = office.bring(assistant, "members", part)
    assert seen.data["complete"] is None
    assert assistant.call("get_case", case="C-1").states["deactivate"] == "confirmed"


def test_a_page_that_lost_too_many_rows_verifies_nobody_by_leaving_them_out_until_a_second_one_of_that_size(
    assistant: Assistant, office: Office
) -> None:
    many = [STAFF[-1]._replace(address=f"colleague.{number}@acme.example") for number in range(20)]
    confirm_everything(assistant, office)
    office.bring(assistant, "members", members_page([*STAFF, *many]), age_minutes=30)
    office.bring(assistant, "members", members_page([one for one in STAFF if one.address != ANA]))
    assert assistant.call("get_case", case="C-1").states["deactivate"] == "confirmed"
    office.bring(assistant, "members", members_page([one for one in STAFF[1:] if one.address != ANA]))
    assert assistant.call("get_case", case="C-1").states["deactivate"] == "verified"


def test_a_roster_that_does_not_state_the_status_says_nothing_about_it(assistant: Assistant, office: Office) -> None:
    confirm_everything(assistant, office)
    with office.writes("source.imported"):
        office.bring(assistant, "members", table(("Email",), [(one.address,) for one in STAFF]))
    assert assistant.call("get_case", case="C-1").states["deactivate"] == "confirmed"


# -- older than the claim ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shows", ["off", "on"])
def test_a_roster_older_than_the_claim_neither_verifies_nor_contradicts(
    assistant: Assistant, office: Office, shows: str
) -> None:
    confirm_everything(assistant, office)
    desk = office.terminal()
    today = desk.now.astimezone(desk.organization.time_zone).date()
    ways: dict[str, dict[str, Any]] = {
        "old file": {"age_minutes": 30},
        "yesterday": {"taken_on": str(today - timedelta(days=1))},
        "today": {"taken_on": str(today)},
    }
    staff = ANA_OFF if shows == "off" else STAFF
    for how, said in ways.items():
        page = members_page([one._replace(name=f"Ben {how}") if one.address == BEN else one for one in staff])
        with office.writes("source.imported", "step.checked"):
            seen = office.bring(assistant, "members", page, **said)
        assert seen.data["assurance"] == "confirmed"
        assert seen.data["heard"] == []
        assert ("says nothing about what was claimed after that" in seen.text) == (how == "old file")
        case = assistant.call("get_case", case="C-1")
        assert (case.data["state"], case.states["deactivate"]) == ("done", "confirmed"), how


def test_an_old_file_stays_old_when_only_its_digest_is_named(assistant: Assistant, office: Office) -> None:
    confirm_everything(assistant, office)
    path = office.put("members-old.txt", OFF_PAGE, age_minutes=30, trusted=False)
    preview = assistant.call("import_roster", kind="members", path=path)
    with assistant.answered_by(says_yes), office.writes("question.answered", "source.imported", "step.checked"):
        seen = assistant.call("import_roster", kind="members", digest=preview.data["digest"])
    assert (seen.data["assurance"], seen.data["heard"]) == ("confirmed", [])
    assert assistant.call("get_case", case="C-1").states["deactivate"] == "confirmed"


def test_text_that_was_pasted_before_the_claim_says_nothing_about_it(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    office.open_case(assistant)
    preview = assistant.call("import_roster", kind="members", text=members_page(with_status(STAFF, BEN, "Deactivated")))
    with assistant.answered_by(says_yes):
        assistant.call("record_deactivation", person=ANA)
        seen = assistant.call("import_roster", kind="members", digest=preview.data["digest"])
    assert (seen.data["assurance"], seen.data["heard"]) == ("confirmed", [])
    assert assistant.call("get_case", case="C-1").states["deactivate"] == "confirmed"


def test_a_roster_of_tomorrow_is_refused(assistant: Assistant, office: Office) -> None:
    office.move_in(assistant)
    desk = office.terminal()
    tomorrow = str(desk.now.astimezone(desk.organization.time_zone).date() + timedelta(days=1))
    path = office.put("members-tomorrow.txt", OFF_PAGE)
    with office.writes():
        code = assistant.refused("import_roster", kind="members", path=path, taken_on=tomorrow)
    assert code == "moment_in_future"


# -- an assistant proves its own claim --------------------------------------------------------------------------------


def own_roster(office: Office, way: str) -> dict[str, Any]:
    """A members roster that an assistant made up, brought in one of the three ways."""
    match way:
        case "text":
            return {"text": OFF_PAGE}
        case "rows":
            return {"rows": [{"Email": one.address, "Status": one.status} for one in ANA_OFF]}
        case _:
            return {"path": office.put("members-own.txt", OFF_PAGE, trusted=False)}


@pytest.mark.parametrize("way", ["text", "rows", "path"])
def test_an_assistant_cannot_verify_its_own_claim_with_a_roster_of_its_own(
    mute: Assistant, office: Office, way: str
) -> None:
    report_everything(mute, office)
    own = own_roster(office, way)
    with office.writes():
        preview = mute.call("import_roster", kind="members", complete=True, **own)
    with office.writes("source.imported"):
        told = mute.call("import_roster", kind="members", complete=True, **own, digest=preview.data["digest"])
    assert (told.data["assurance"], told.data["heard"]) == ("reported", [])
    assert " confirm R-4" in told.text
    assert office.last_payload("source.imported")["by"]["channel"] == "assistant"
    case = mute.call("get_case", case="C-1")
    assert (case.data["state"], case.states["deactivate"]) == ("open", "reported")


@pytest.mark.parametrize("way", ["text", "rows", "path"])
def test_the_persons_word_at_the_terminal_lets_that_roster_verify_and_the_answer_says_whose_it_is(
    mute: Assistant, office: Office, way: str
) -> None:
    report_everything(mute, office)
    own = own_roster(office, way)
    preview = mute.call("import_roster", kind="members", **own)
    mute.call("import_roster", kind="members", **own, digest=preview.data["digest"])

    desk = office.terminal()
    question = ask_to_confirm_source(desk, source="R-4")
    assert question is not None
    assert preview.data["digest"] in question.text
    assert ("said to be all of the page" if way != "rows" else "perhaps a part of the page") in question.text
    with office.writes("question.answered", "source.confirmed", "step.checked", "case.settled"):
        told = confirm_source(desk, source="R-4", answer=yes_at_terminal(question))
    with office.writes():
        assert ask_to_confirm_source(desk, source="R-4") is None
    whose = "verified by this roster, brought by the one who made the claim"
    assert told.heard == [f"C-1 {ANA}, step deactivate: {whose}; the case is open."]
    case = mute.call("get_case", case="C-1")
    assert case.states["deactivate"] == "verified"
    assert "shown by R-4" in case.text
    assert "who also made the claim" in case.text
    assert "at a terminal" in case.text


def test_the_persons_tick_in_the_form_lets_a_pasted_roster_verify(assistant: Assistant, office: Office) -> None:
    confirm_everything(assistant, office)
    preview = assistant.call("import_roster", kind="members", text=OFF_PAGE)
    importing = {"kind": "members", "text": OFF_PAGE, "digest": preview.data["digest"]}
    for person in (declines, leaves_unticked):
        with assistant.answered_by(person), office.writes("question.answered"):
            told = assistant.call("import_roster", **importing)
        assert told.data["stage"] == "declined"
    assert preview.data["digest"][:12] in assistant.asked[-1]
    kinds = ("question.answered", "source.imported", "step.checked", "case.settled")
    with assistant.answered_by(says_yes), office.writes(*kinds):
        told = assistant.call("import_roster", **importing)
    assert told.data["assurance"] == "confirmed"
    case = assistant.call("get_case", case="C-1")
    assert case.states["deactivate"] == "verified"
    assert "who also made the claim" in case.text


def test_a_roster_from_a_trusted_folder_is_nobodys_own(assistant: Assistant, office: Office) -> None:
    confirm_everything(assistant, office)
    office.bring(assistant, "members", OFF_PAGE)
    assert "who also made the claim" not in assistant.call("get_case", case="C-1").text


def test_an_assistant_cannot_make_a_trusted_file_whole_by_saying_so(mute: Assistant, office: Office) -> None:
    report_everything(mute, office)
    part = table(("Email", "Status"), [(one.address, one.status) for one in STAFF if one.address != ANA])
    seen = office.bring(mute, "members", part, complete=True)
    assert seen.data["complete"] is None
    assert seen.data["heard"] == []
    assert mute.call("get_case", case="C-1").states["deactivate"] == "reported"


def test_a_link_out_of_the_trusted_folder_is_not_trusted(mute: Assistant, office: Office) -> None:
    report_everything(mute, office)
    made_up = office.put("members-own.txt", OFF_PAGE, trusted=False)
    link = office.trusted / "members-linked.txt"
    link.symlink_to(made_up)
    preview = mute.call("import_roster", kind="members", path=str(link))
    told = mute.call("import_roster", kind="members", path=str(link), digest=preview.data["digest"])
    assert told.data["assurance"] == "reported"


def test_a_trusted_file_is_trusted_as_what_its_name_says(mute: Assistant, office: Office) -> None:
    report_everything(mute, office)
    path = office.put("directory-of-last-year.csv", table(("email", "status"), [(ANA, "ACTIVE")]))
    preview = mute.call("import_roster", kind="directory", path=path)
    told = mute.call("import_roster", kind="directory", path=path, digest=preview.data["digest"])
    assert told.data["assurance"] == "reported"


# -- taking back ------------------------------------------------------------------------------------------------------


def test_a_wrong_confirmation_taken_back_reopens_the_case(assistant: Assistant, office: Office) -> None:
    confirm_everything(assistant, office)
    [claim] = [
        step["claim"] for step in assistant.call("get_case", case="C-1").data["steps"] if step["key"] == "deactivate"
    ]
    taking_back = {"source": claim, "reason": "it was the other Ana"}
    with assistant.answered_by(declines), office.writes("question.answered"):
        assert assistant.call("retract_source", **taking_back).data["retracted"] is False
    with assistant.answered_by(says_yes), office.writes("question.answered", "claim.retracted", "case.settled"):
        told = assistant.call("retract_source", **taking_back)
    assert told.data["cases"] == [f"C-1 {ANA}: open"]
    case = assistant.call("get_case", case="C-1")
    assert (case.data["state"], case.states["deactivate"]) == ("open", "to_do")
    with office.writes():
        assert assistant.refused("retract_source", **taking_back) == "already_retracted"


def test_what_is_taken_back_no_longer_stands_in_a_cancelled_case_which_stays_cancelled(
    assistant: Assistant, office: Office
) -> None:
    office.move_in(assistant)
    office.open_case(assistant)
    with assistant.answered_by(says_yes):
        assistant.call("record_deactivation", person=ANA)
        assistant.call("cancel_case", case="C-1", reason="she stays")
        with office.writes("question.answered", "claim.retracted", "case.settled"):
            assistant.call("retract_source", source="K-1", reason="it was the other Ana")
    case = assistant.call("get_case", case="C-1")
    assert (case.data["state"], case.states["deactivate"]) == ("cancelled", "to_do")


def test_an_assistant_that_cannot_ask_may_take_a_claim_back_but_no_roster(mute: Assistant, office: Office) -> None:
    report_everything(mute, office)
    with office.writes():
        assert mute.refused("retract_source", source="R-1", reason="old") == "retraction_needs_person"
    with office.writes("claim.retracted", "case.settled"):
        assert mute.call("retract_source", source="K-1", reason="a slip").data["retracted"] is True


def test_an_assistant_cannot_turn_a_persons_no_into_the_yes_before_it(mute: Assistant, office: Office) -> None:
    office.move_in(mute)
    office.open_case(mute)
    desk = office.terminal()
    step = {"case": "C-1", "step": "hand-over-workspaces", "outcome": "done"}
    question = ask_about_step(desk, **step)  # type: ignore[arg-type]
    record_step(desk, **step, answer=yes_at_terminal(question))  # type: ignore[arg-type]
    undone = step | {"outcome": "not_done"}
    question = ask_about_step(office.terminal(), **undone)  # type: ignore[arg-type]
    record_step(office.terminal(), **undone, answer=yes_at_terminal(question))  # type: ignore[arg-type]
    assert mute.call("get_case", case="C-1").states["hand-over-workspaces"] == "to_do"
    with office.writes():
        assert mute.refused("retract_source", source="K-2", reason="a slip") == "retraction_needs_person"
    assert mute.call("get_case", case="C-1").states["hand-over-workspaces"] == "to_do"


def test_a_wrong_roster_taken_back_by_a_person_reopens_what_leaned_on_it(assistant: Assistant, office: Office) -> None:
    confirm_everything(assistant, office)
    office.bring(assistant, "members", OFF_PAGE)
    office.bring(assistant, "seats", licence_list(ANA_FREE))
    assert assistant.call("get_case", case="C-1").data["state"] == "verified"
    with assistant.answered_by(says_yes), office.writes("question.answered", "source.retracted", "case.settled"):
        told = assistant.call("retract_source", source="R-4", reason="the page of another server")
    # The person's word still stands: said to be done, shown by nothing.
    assert told.data["cases"] == [f"C-1 {ANA}: done"]
    case = assistant.call("get_case", case="C-1")
    assert case.states["deactivate"] == "confirmed"
    assert case.states["release-seat"] == "verified"


def test_without_anybodys_word_the_case_is_open_again_when_its_roster_is_taken_back_at_the_terminal(
    mute: Assistant, office: Office
) -> None:
    office.move_in(mute)
    office.open_case(mute)
    with office.writes("source.imported", "step.checked", "case.settled"):
        office.bring(mute, "members", OFF_PAGE)
    case = mute.call("get_case", case="C-1")
    assert case.states["deactivate"] == "verified"
    assert "nobody had claimed it" in case.text
    desk = office.terminal()
    arguments = {"source": "R-4", "reason": "the page of another server"}
    with office.writes("question.answered", "source.retracted", "case.settled"):
        retract_source(desk, **arguments, answer=yes_at_terminal(ask_to_retract(desk, **arguments)))
    assert mute.call("get_case", case="C-1").states["deactivate"] == "to_do"
    sources = {one["id"]: one["state"] for one in mute.call("list_sources").data["sources"]}
    assert sources["R-4"] == "retracted"


def test_a_wrong_roster_that_contradicted_is_taken_back_and_the_claim_stands_again(
    assistant: Assistant, office: Office
) -> None:
    confirm_everything(assistant, office)
    office.bring(assistant, "members", STILL_ON_PAGE)
    assert assistant.call("get_case", case="C-1").data["state"] == "open"
    with assistant.answered_by(says_yes):
        told = assistant.call("retract_source", source="R-4", reason="an old page saved anew")
    assert told.data["cases"] == [f"C-1 {ANA}: done"]


def test_one_persons_roster_says_nothing_about_another(assistant: Assistant, office: Office) -> None:
    confirm_everything(assistant, office)
    with office.writes("source.imported", "step.checked", "case.settled"):
        office.bring(assistant, "members", members_page(with_status(ANA_OFF, BEN, "Deactivated")))
    assert assistant.call("list_cases").data["in_all"] == 1


def test_a_roster_that_only_an_assistant_brought_hides_nothing_from_a_plan(mute: Assistant, office: Office) -> None:
    office.move_in(mute)
    preview = mute.call("import_roster", kind="members", **own_roster(office, "text"))
    mute.call("import_roster", kind="members", digest=preview.data["digest"])

    assert "Nobody stands for" in mute.call("check_user", person=ANA).text
    plan = mute.call("plan_offboard", person=ANA)
    assert "STOP: A roster that only an assistant brought" in plan.text
    with office.writes():
        code = mute.refused("open_case", operation="offboard", person=ANA, digest=plan.data["digest"])
    assert code == "plan_blocked"


def test_a_directory_that_only_an_assistant_brought_makes_nobody_active(mute: Assistant, office: Office) -> None:
    office.move_in(mute)
    before = mute.call("find_discrepancies").data["counts"]
    everybody = "email,status\n" + "".join(f"{one.address},ACTIVE\n" for one in STAFF)
    preview = mute.call("import_roster", kind="directory", directory="elsewhere", text=everybody)
    mute.call("import_roster", kind="directory", directory="elsewhere", digest=preview.data["digest"])

    assert before["leaver"] > 0
    assert mute.call("find_discrepancies").data["counts"] == before


def bring_twice(mute: Assistant, kind: str, text: str) -> None:
    """An assistant brings a list, and once more with a line that says nothing."""
    for ending in ("", "\n"):
        preview = mute.call("import_roster", kind=kind, text=text + ending)
        mute.call("import_roster", kind=kind, digest=preview.data["digest"], complete=True)


def test_two_small_lists_of_an_assistant_do_not_release_each_others_brake(mute: Assistant, office: Office) -> None:
    office.move_in(mute)
    office.bring(mute, "members", members_page([*STAFF, *(Member(f"p{n}@heron.example", f"P {n}") for n in range(9))]))
    bring_twice(mute, "members", f"Email,Status\n{ANA},Active\n")

    found = mute.call("find_discrepancies")
    assert found.data["counts"]["leaver"] == 0
    assert "has 1 rows, the one before it (R-4) had 13" in found.data["withheld_because"][0]


def test_two_small_directories_of_an_assistant_wait_and_hide_no_leaver(mute: Assistant, office: Office) -> None:
    office.move_in(mute)
    before = mute.call("find_discrepancies").data["counts"]
    bring_twice(mute, "directory", f"Email,Status\n{ANA},Active\n")

    found = mute.call("find_discrepancies")
    assert before["leaver"] == 1
    assert found.data["counts"] == before
    assert found.data["withheld_because"] == []
    [caution] = found.data["cautions"]
    assert caution.startswith("R-5 “the pasted text”, a read of the directory “directory”, waits to be confirmed")
