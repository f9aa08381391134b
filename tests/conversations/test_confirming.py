"""Who confirms a step: the person, through a client that can ask, or at a terminal. Nobody else, and nothing else."""

from pathlib import Path

import pytest

from tests.conversations.conftest import SERVER
from tests.conversations.party import (
    ANA,
    OPERATOR,
    SEATS,
    STAFF,
    Assistant,
    Content,
    Office,
    Person,
    closes,
    declines,
    leaves_unticked,
    licence_list,
    members_page,
    says_yes,
    sends,
    type_yes,
    unassigned,
    with_status,
)
from tests.conversations.wire import connect

STEPS = [
    "hand-over-workspaces",
    "move-private-workspace",
    "deactivate",
    "release-seat",
    "refused-sign-in-sso-and-password",
    "change-share-link-passwords",
    "remove-integrations",
    "ask-about-public-account",
]
"""What it takes to offboard Ana."""


def test_a_confirmed_case_is_done_after_its_last_step_and_verified_by_the_next_rosters(
    assistant: Assistant, office: Office
) -> None:
    office.move_in(assistant)
    with office.writes("case.opened"):
        case = office.open_case(assistant)
    assert case.data["state"] == "open"
    assert case.states == dict.fromkeys(STEPS, "to_do")

    with assistant.answered_by(says_yes):
        for step in STEPS:
            assert case.data["state"] == "open"
            with office.writes("claim.made", "case.settled"):
                case = assistant.call("record_step", case="C-1", step=step, outcome="done")
            assert case.states[step] == "confirmed"
    assert case.data["state"] == "done"
    assert case.states == dict.fromkeys(STEPS, "confirmed")
    assert len(assistant.asked) == len(STEPS)
    assert assistant.asked[2] == (
        "C-1, offboard ana.costa@heron.example: Deactivate the account on heron.axure.cloud. Did you deactivate "
        "ana.costa@heron.example on heron.axure.cloud, and does the list show it? "
        "Say yes only for what you did or saw yourself."
    )
    claim = office.last_payload("claim.made")
    assert claim["by"] == {"name": OPERATOR, "channel": "client_form", "client": "conversation 1"}
    assert (claim["outcome"], claim["answer"], claim["assurance"]) == ("done", "answered", "confirmed")
    assert claim["question"] == assistant.asked[-1]

    with office.writes("source.imported", "step.checked", "case.settled"):
        seen = office.bring(assistant, "members", members_page(with_status(STAFF, ANA, "Deactivated")))
    assert seen.data["heard"] == [f"C-1 {ANA}, step deactivate: verified by this roster; the case is done."]
    with office.writes("source.imported", "step.checked", "case.settled"):
        seen = office.bring(assistant, "seats", licence_list(unassigned(SEATS, ANA)))
    assert seen.data["heard"] == [f"C-1 {ANA}, step release-seat: verified by this roster; the case is verified."]
    case = assistant.call("get_case", case="C-1")
    assert case.data["state"] == "verified"
    assert case.states == dict.fromkeys(STEPS, "confirmed") | {"deactivate": "verified", "release-seat": "verified"}
    assert "shown by R-4" in case.text
    assert "from a trusted folder" in case.text


def ready_to_deactivate(assistant: Assistant, office: Office) -> None:
    """Ana's case, with what comes before the deactivation confirmed."""
    office.move_in(assistant)
    office.open_case(assistant)
    with assistant.answered_by(says_yes):
        for step in STEPS[:2]:
            assistant.call("record_step", case="C-1", step=step, outcome="done")
    assistant.asked.clear()


@pytest.mark.parametrize(("person", "kept"), [(declines, "declined"), (closes, "cancelled")])
def test_a_declined_or_closed_form_is_kept_and_is_no_yes(
    assistant: Assistant, office: Office, person: Person, kept: str
) -> None:
    ready_to_deactivate(assistant, office)
    with assistant.answered_by(person), office.writes("claim.made"):
        told = assistant.call("record_step", case="C-1", step="deactivate", outcome="done")
    assert told.states["deactivate"] == "to_do"
    assert "no yes" in told.text
    claim = office.last_payload("claim.made")
    assert (claim["answer"], claim["assurance"]) == (kept, "reported")
    with assistant.answered_by(person), office.writes():
        again = assistant.call("record_step", case="C-1", step="deactivate", outcome="done")
    assert "the same was recorded before" in again.text
    assert assistant.call("get_case", case="C-1").states["deactivate"] == "to_do"


def test_a_form_that_comes_back_unticked_is_a_no(assistant: Assistant, office: Office) -> None:
    ready_to_deactivate(assistant, office)
    with assistant.answered_by(leaves_unticked), office.writes("claim.made"):
        told = assistant.call("record_step", case="C-1", step="deactivate", outcome="done")
    assert told.states["deactivate"] == "to_do"
    assert office.last_payload("claim.made")["outcome"] == "not_done"


def test_only_the_persons_word_takes_their_earlier_yes_back(
    assistant: Assistant, mute: Assistant, office: Office
) -> None:
    ready_to_deactivate(assistant, office)
    step = {"case": "C-1", "step": "deactivate"}
    with assistant.answered_by(says_yes):
        assistant.call("record_step", **step, outcome="done")
    with office.writes("claim.made"):
        told = mute.call("record_step", **step, outcome="not_done")
    assert told.states["deactivate"] == "confirmed"
    assert "takes nothing back that a person said" in told.text
    with assistant.answered_by(leaves_unticked), office.writes("claim.made"):
        assert assistant.call("record_step", **step, outcome="not_done").states["deactivate"] == "confirmed"
    with assistant.answered_by(says_yes), office.writes("claim.made", "case.settled"):
        told = assistant.call("record_step", **step, outcome="not_done")
    assert told.states["deactivate"] == "to_do"
    assert "although it stands as confirmed?" in assistant.asked[-1]


NO_ANSWERS: dict[str, Content | None] = {
    "no content": None,
    "nothing": {},
    "a word": {"yes": "true", "note": ""},
    "yes as a word": {"yes": "yes"},
    "a number": {"yes": 1},
    "another field": {"done": True},
    "more than was asked for": {"yes": True, "approved": True},
    "a note that is too long": {"yes": True, "note": "x" * 1001},
    "a note that says yes": {"note": "yes"},
}


def test_an_accepted_form_that_does_not_fit_the_question_is_refused_and_nothing_is_written(
    assistant: Assistant, office: Office
) -> None:
    ready_to_deactivate(assistant, office)
    with office.writes():
        for what, content in NO_ANSWERS.items():
            with assistant.answered_by(sends(content)):
                code = assistant.refused("record_step", case="C-1", step="deactivate", outcome="done")
            assert code == "answer_unreadable", what
    assert len(assistant.asked) == len(NO_ANSWERS)
    assert assistant.call("get_case", case="C-1").states["deactivate"] == "to_do"


def test_what_a_client_that_cannot_ask_reports_settles_nothing_until_the_terminal_confirms_it(
    mute: Assistant, office: Office
) -> None:
    office.move_in(mute)
    office.open_case(mute)
    with office.writes("claim.made", "case.settled"):
        told = mute.call("record_step", case="C-1", step="hand-over-workspaces", outcome="done")
    assert told.states["hand-over-workspaces"] == "reported"
    assert " confirm C-1 hand-over-workspaces" in told.text
    claim = office.last_payload("claim.made")
    assert claim["by"]["channel"] == "assistant"
    assert (claim["answer"], claim["assurance"]) == ("could_not_ask", "reported")
    # It counts for nothing: what waits for it still waits.
    with office.writes():
        assert mute.refused("record_step", case="C-1", step="deactivate", outcome="done") == "step_waits"

    with office.writes("claim.made", "case.settled"):
        screen = type_yes(office.home, "confirm", "C-1", "hand-over-workspaces")
    assert "Does every shared workspace of ana.costa@heron.example" in screen
    assert mute.call("get_case", case="C-1").states["hand-over-workspaces"] == "confirmed"
    assert office.last_payload("claim.made")["by"]["channel"] == "terminal"


@pytest.mark.parametrize("capabilities", [{"elicitation": {"url": {}}}, {}], ids=["urls only", "nothing"])
def test_a_client_with_links_only_counts_as_one_that_cannot_ask(
    assistant: Assistant, office: Office, shared_home: Path, era: str, capabilities: dict[str, object]
) -> None:
    office.move_in(assistant)
    office.open_case(assistant)
    with connect(SERVER, shared_home, era, capabilities) as wire:
        with office.writes("claim.made", "case.settled"):
            result = wire.call("record_step", {"case": "C-1", "step": "hand-over-workspaces", "outcome": "done"})
        assert not result.get("isError")
        states = {step["key"]: step["state"] for step in result["structuredContent"]["steps"]}
        assert states["hand-over-workspaces"] == "reported"
        with office.writes():
            refused = wire.call("record_decision", {"person": ANA, "decision": "keep", "reason": "because"})
        assert refused["isError"]
        assert "[decision_needs_person]" in refused["content"][0]["text"]
    assert wire.requests == []


def test_an_empty_elicitation_capability_means_forms(
    assistant: Assistant, office: Office, shared_home: Path, era: str
) -> None:
    office.move_in(assistant)
    office.open_case(assistant)
    arguments = {"case": "C-1", "step": "hand-over-workspaces", "outcome": "done"}
    yes = {"action": "accept", "content": {"yes": True}}
    with connect(SERVER, shared_home, era, {"elicitation": {}}) as wire:
        wire.answer = lambda _: yes
        result = wire.call("record_step", arguments)
        if result.get("resultType") == "input_required":
            [(key, request)] = result["inputRequests"].items()
            assert request["method"] == "elicitation/create"
            result = wire.call("record_step", arguments, inputResponses={key: yes}, requestState=result["requestState"])
        states = {step["key"]: step["state"] for step in result["structuredContent"]["steps"]}
        assert states["hand-over-workspaces"] == "confirmed"


def test_what_a_person_confirmed_ends_only_by_a_persons_word(
    assistant: Assistant, mute: Assistant, office: Office
) -> None:
    ready_to_deactivate(assistant, office)
    ending = {"case": "C-1", "reason": "stays after all"}
    with office.writes():
        assert mute.refused("cancel_case", **ending) == "cancel_needs_person"
    with assistant.answered_by(declines):
        assert assistant.call("cancel_case", **ending).data["state"] == "open"
    with assistant.answered_by(says_yes):
        assert assistant.call("cancel_case", **ending).data["state"] == "cancelled"
    assert "stays after all" in assistant.asked[-1]
    with office.writes():
        assert assistant.refused("cancel_case", **ending) == "case_over"
        assert assistant.refused("record_step", case="C-1", step="deactivate", outcome="done") == "case_over"
