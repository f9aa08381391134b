"""One person with several addresses is one case; whose an address is takes somebody whom a directory knows."""

from tests.conversations.party import (
    ANA,
    BEN,
    OPERATOR,
    SEATS,
    STAFF,
    STANDINGS,
    Member,
    leaves_unticked,
    licence_list,
    members_page,
    says_yes,
    table,
    with_status,
)
from tests.mcp.offices import Bureau

SECOND = "a.costa@heron.example"
BOTH = (*STAFF, Member(SECOND, "Ana Costa"))
DIRECTORY = table(
    ("email", "status", "aliases"),
    [(address, word, SECOND if address == ANA else "") for address, word in STANDINGS.items()],
)
OFF, ON = "Deactivated", "Active"


def move_in(bureau: Bureau) -> None:
    """Bring three lists in which Ana is a member twice."""
    bureau.bring("members", members_page(BOTH))
    bureau.bring("seats", licence_list(SEATS), complete=True)
    bureau.bring("directory", DIRECTORY, complete=True)


def see(bureau: Bureau, first: str, second: str) -> str:
    """Bring a members page with these states of the two memberships; where the deactivation stands then."""
    bureau.bring("members", members_page(with_status(with_status(BOTH, ANA, first), SECOND, second)))
    return bureau.states()["deactivate"]


# -- two memberships, one case ----------------------------------------------------------------------------------------


def test_the_case_of_a_person_with_two_memberships_names_and_ends_both(bureau: Bureau) -> None:
    move_in(bureau)
    case = bureau.open_case(ANA)
    assert case.data["subject"] == ANA
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_deactivation", person=SECOND)
    assert f"Did you deactivate {ANA}, {SECOND} on heron.axure.cloud" in bureau.assistant.asked[-1]
    assert see(bureau, OFF, ON) == "contradicted"
    assert see(bureau, OFF, OFF) == "verified"
    assert bureau.assistant.call("list_cases").data["in_all"] == 1


def test_the_case_is_found_by_either_address(bureau: Bureau) -> None:
    move_in(bureau)
    bureau.open_case(SECOND)
    for address in (ANA, SECOND):
        [case] = bureau.assistant.call("check_user", person=address).data["cases"]
        assert case["id"] == "C-1"


def test_no_second_case_is_opened_by_the_other_address(bureau: Bureau) -> None:
    move_in(bureau)
    bureau.open_case(ANA)
    plan = bureau.assistant.call("plan_offboard", person=SECOND)
    with bureau.office.writes():
        opening = {"person": SECOND, "digest": plan.data["digest"]}
        sentence, code = bureau.assistant.refusal("open_case", **opening)
        assert bureau.assistant.refused("open_case", **opening) == "case_stands"
    assert (code, sentence) == (
        "case_stands",
        f"No case was opened for {SECOND}: C-1 stands for the same person as {ANA}. "
        "Go on with that one (get_case); one that is open can be cancelled first (cancel_case).",
    )
    bureau.assistant.call("cancel_case", case="C-1", reason="the wrong address")
    with bureau.office.writes("case.opened"):
        assert bureau.assistant.call("open_case", **opening).data["case"] == "C-2"


def test_the_case_of_somebody_else_is_in_nobody_s_way(bureau: Bureau) -> None:
    move_in(bureau)
    bureau.open_case(BEN)
    with bureau.office.writes("case.opened"):
        bureau.open_case(ANA)


# -- whose an address is ----------------------------------------------------------------------------------------------

PRIVATE = "ana@home.example"


def test_an_address_belongs_to_nobody_whom_no_directory_knows(bureau: Bureau) -> None:
    move_in(bureau)
    member_only = "olga.ray@heron.example"
    bureau.bring("members", members_page([*BOTH, Member(member_only, "Olga Ray"), Member(PRIVATE, "Ana")]))
    deciding = {"person": PRIVATE, "decision": "belongs_to", "reason": "she said so"}
    bureau.assistant.asked.clear()
    with bureau.office.writes(), bureau.assistant.answered_by(says_yes):
        for unknown in ("nobody@heron.example", member_only, PRIVATE):
            sentence, code = bureau.assistant.refusal("record_decision", **deciding, belongs_to=unknown)
            assert (code, sentence) == (
                "decision_incomplete",
                f"Nothing was decided: no directory in force knows {unknown}.",
            )
        assert bureau.assistant.refused("record_decision", **deciding, belongs_to="Ana Costa") == "not_an_address"
        assert bureau.mute.refused("record_decision", **deciding, belongs_to=member_only) == "decision_incomplete"
    assert bureau.assistant.asked == []
    assert bureau.assistant.call("check_user", person=PRIVATE).data["decision"] is None


def test_an_address_belongs_to_whomever_a_directory_knows_or_knew_by_any_address(bureau: Bureau) -> None:
    move_in(bureau)
    bureau.bring("members", members_page([*BOTH, Member(PRIVATE, "Ana")]))
    deciding = {"person": PRIVATE, "decision": "belongs_to", "reason": "she said so"}
    with bureau.assistant.answered_by(says_yes):
        told = bureau.assistant.call("record_decision", **deciding, belongs_to=SECOND)
        assert (told.data["decided"], told.data["verdict"]) == (True, "leaver")
        without_ana = [(address, word) for address, word in STANDINGS.items() if address != ANA]
        bureau.bring("directory", table(("email", "status"), without_ana), complete=True)
        assert bureau.assistant.call("record_decision", **deciding, belongs_to=ANA).data["decided"] is True


# -- a person's no under an assistant's report ------------------------------------------------------------------------


def test_a_report_over_a_persons_no_says_that_the_person_said_no(bureau: Bureau) -> None:
    move_in(bureau)
    bureau.open_case(ANA)
    step = {"case": "C-1", "step": "hand-over-workspaces", "outcome": "done"}

    def known() -> str:
        text = bureau.assistant.call("get_case", case="C-1").text
        return next(line for line in text.splitlines() if "[hand-over-workspaces]" in line)

    bureau.mute.call("record_step", **step)
    assert "before that" not in known()
    with bureau.assistant.answered_by(leaves_unticked):
        bureau.assistant.call("record_step", **step)
    assert f"said not to be done, confirmed K-2 {OPERATOR} in the client's form" in known()
    assert "before that" not in known()
    bureau.mute.call("record_step", **step)
    overlaid = f"before that {OPERATOR} in the client's form said that it is not done (K-2)"
    assert "done, reported K-3" in known()
    assert overlaid in known()
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_step", **step)
    assert "done, confirmed K-4" in known()
    assert "before that" not in known()


def test_a_persons_no_that_was_taken_back_is_not_brought_up_again(bureau: Bureau) -> None:
    move_in(bureau)
    bureau.open_case(ANA)
    step = {"case": "C-1", "step": "hand-over-workspaces", "outcome": "done"}
    with bureau.assistant.answered_by(leaves_unticked):
        bureau.assistant.call("record_step", **step)
    bureau.mute.call("record_step", **step)
    assert "before that" in bureau.assistant.call("get_case", case="C-1").text
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("retract_source", source="K-1", reason="the other Ana")
    assert "before that" not in bureau.assistant.call("get_case", case="C-1").text


def test_a_persons_yes_that_a_roster_contradicted_is_not_told_as_a_no(bureau: Bureau) -> None:
    move_in(bureau)
    bureau.confirm_all(bureau.open_case(ANA))
    assert see(bureau, ON, ON) == "contradicted"
    bureau.clock.pass_by(minutes=1)
    told = bureau.mute.call("record_step", case="C-1", step="deactivate", outcome="done")
    assert told.states["deactivate"] == "reported"
    assert "before that" not in told.text


# -- an address that two people list ----------------------------------------------------------------------------------

STUDIO = "studio@heron.example"
SHARED = table(
    ("email", "status", "aliases"),
    [(address, word, STUDIO if address in (ANA, BEN) else "") for address, word in STANDINGS.items()],
)


def test_offboarding_one_of_two_who_share_an_address_touches_neither_the_address_nor_the_other(bureau: Bureau) -> None:
    bureau.bring("members", members_page([*STAFF, Member(STUDIO, "Studio")]))
    bureau.bring("seats", licence_list(SEATS), complete=True)
    bureau.bring("directory", SHARED, complete=True)
    before = bureau.assistant.call("plan_offboard", person=ANA).data
    assert STUDIO not in str(before)
    deciding = {"person": STUDIO, "decision": "belongs_to", "belongs_to": BEN, "reason": "it is his"}
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_decision", **deciding)
    after = bureau.assistant.call("plan_offboard", person=ANA).data
    assert STUDIO not in str(after)
    assert BEN not in str(after)
    told = bureau.assistant.call("check_user", person=BEN).data
    assert set(told["addresses"]) == {BEN, STUDIO}
    bureau.open_case(ANA)
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_deactivation", person=ANA)
    assert "Did you deactivate ana.costa@heron.example on heron.axure.cloud" in bureau.assistant.asked[-1]
