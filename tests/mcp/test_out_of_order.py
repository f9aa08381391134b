"""A deactivation that was clicked before its time is written down, and what came too late for it is not offered."""

from datetime import timedelta

from tests.conversations.party import ANA, SEATS, STAFF, licence_list, members_page, says_yes, unassigned, with_status
from tests.mcp.offices import PAUSE, Bureau
from tests.mcp.test_contradicted_steps import contradict

OFF_PAGE = members_page(with_status(STAFF, ANA, "Deactivated"))


def begin(bureau: Bureau) -> None:
    """Ana's case stands, and nothing was said of it."""
    bureau.move_in()
    bureau.open_case(ANA)
    bureau.clock.pass_by(minutes=PAUSE)


def test_a_deactivation_before_its_time_is_refused_with_the_way_to_write_it_down(bureau: Bureau) -> None:
    begin(bureau)

    sentence, code = bureau.assistant.refusal("record_step", case="C-1", step="deactivate", outcome="done")
    waits, _ = bureau.assistant.refusal("record_step", case="C-1", step="release-seat", outcome="done")

    assert code == "step_waits"
    assert f"record_deactivation {{person: '{ANA}'}} writes that down in any order." in sentence
    assert "record_deactivation" not in waits


def test_what_only_the_account_could_do_is_too_late_once_it_is_said_to_be_off(bureau: Bureau) -> None:
    begin(bureau)
    with bureau.assistant.answered_by(says_yes):
        told = bureau.assistant.call("record_deactivation", person=ANA)

    assert "Too late now to be done as that account: hand-over-workspaces, move-private-workspace." in told.text
    offered = [step["key"] for step in told.data["current"]]
    assert "release-seat" in offered
    assert not {"hand-over-workspaces", "move-private-workspace"} & set(offered)
    late = {step["key"]: step["too_late"] for step in told.data["steps"] if "too_late" in step}
    assert set(late) == {"hand-over-workspaces", "move-private-workspace"}
    assert "Somebody who stays can join a joinable workspace without help" in late["hand-over-workspaces"][0]
    assert late["move-private-workspace"] == [
        "What becomes of the private workspace of somebody who was deactivated is unknown.",
        "Whether an admin can look into somebody else’s private workspace is unknown.",
    ]
    assert "Too late to be done as that account, which is said to be off. What becomes of" in told.text


def test_what_came_too_late_can_still_be_done_another_way_or_skipped(bureau: Bureau) -> None:
    begin(bureau)
    with bureau.assistant.answered_by(says_yes):
        case = bureau.assistant.call("record_deactivation", person=ANA)
        for key, state in case.states.items():
            if state == "to_do" and key not in ("hand-over-workspaces", "move-private-workspace"):
                case = bureau.assistant.call("record_step", case="C-1", step=key, outcome="done")
        assert case.data["current"] == []
        assert "hand-over-workspaces came too late to be done as that account." in case.data["next"]
        bureau.assistant.call("record_step", case="C-1", step="hand-over-workspaces", outcome="done")
        case = bureau.assistant.call(
            "record_step", case="C-1", step="move-private-workspace", outcome="skipped", note="lost"
        )
    assert case.data["state"] == "done"


def test_an_account_that_a_roster_shows_as_on_is_next_and_what_came_too_late_can_be_done_again(bureau: Bureau) -> None:
    seen = contradict(bureau)

    again = f"still listed as on: deactivate {ANA} in Axure, then record_deactivation {{person: '{ANA}'}}, and bring a"
    assert seen.data["heard"] == [
        f"C-1 {ANA}, step deactivate: contradicted by this roster, brought by the one who made the claim; the case is "
        f"open. It is {again} new members page."
    ]
    case = bureau.assistant.call("get_case", case="C-1")
    assert case.data["next"] == f"A roster contradicts deactivate – {again} new members page."
    assert case.data["current"][0]["key"] == "deactivate"
    assert [step["key"] for step in case.data["steps"] if "too_late" in step] == []
    assert "hand-over-workspaces" in [step["key"] for step in case.data["current"]]


def test_a_roster_just_after_the_claim_is_too_early_and_says_from_when_on_one_counts(bureau: Bureau) -> None:
    begin(bureau)
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_deactivation", person=ANA)
        bureau.clock.pass_by(minutes=2)
        page = members_page(STAFF) + "\n"
        digest = bureau.assistant.call("import_roster", kind="members", text=page).data["digest"]
        seen = bureau.assistant.call("import_roster", kind="members", digest=digest)

    after = (bureau.clock.now() + timedelta(minutes=3)).astimezone(bureau.organization.time_zone)
    [heard] = seen.data["heard"]
    assert heard.startswith(f"C-1 {ANA}, step deactivate: shown otherwise by this roster (listed as on), too early to")
    assert heard.endswith(f"bring one that is taken after {after:%Y-%m-%d %H:%M} CET.")
    case = bureau.assistant.call("get_case", case="C-1")
    assert case.states["deactivate"] == "confirmed"
    assert "shows it otherwise (listed as on), too early to contradict it" in case.text


def test_a_case_asks_only_for_the_list_that_can_still_verify_it(bureau: Bureau) -> None:
    bureau.move_in()
    case = bureau.confirm_all(bureau.open_case(ANA))
    said = "Said to be done. Bring the next"
    assert case.data["next"] == f"{said} members page and licence list: only they can verify it."

    bureau.bring("members", OFF_PAGE)
    case = bureau.assistant.call("get_case", case="C-1")
    assert case.data["next"] == f"{said} licence list: only it can verify it."

    bureau.bring("seats", licence_list(unassigned(SEATS, ANA)), complete=True)
    assert bureau.assistant.call("get_case", case="C-1").data["state"] == "verified"
