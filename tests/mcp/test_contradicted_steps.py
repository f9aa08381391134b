"""A roster contradicted what a person said: what the person can say then, and what is next to do."""

from tests.conversations.party import (
    ANA,
    STAFF,
    Told,
    declines,
    leaves_unticked,
    members_page,
    must_not_be_asked,
    says_yes,
    with_status,
)
from tests.mcp.offices import PAUSE, Bureau


def contradict(bureau: Bureau) -> Told:
    """Ana's deactivation was confirmed, and the next members page shows her active; what that import told."""
    bureau.move_in()
    bureau.open_case(ANA)
    bureau.clock.pass_by(minutes=PAUSE)
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_deactivation", person=ANA)
    bureau.assistant.asked.clear()
    return bureau.bring("members", members_page(STAFF))


def not_done(bureau: Bureau) -> Told:
    bureau.clock.pass_by(minutes=PAUSE)
    return bureau.assistant.call("record_step", case="C-1", step="deactivate", outcome="not_done")


def test_a_persons_no_to_a_contradicted_step_is_asked_for_and_takes_their_claim_back(bureau: Bureau) -> None:
    contradict(bureau)
    assert bureau.states()["deactivate"] == "contradicted"

    with bureau.assistant.answered_by(says_yes), bureau.office.writes("claim.made", "case.settled"):
        told = not_done(bureau)

    assert "A later roster shows that it is not so. Is it not done" in bureau.assistant.asked[-1]
    assert told.states["deactivate"] == "to_do"
    assert "C-1, deactivate: recorded as not done." in told.text
    with bureau.assistant.answered_by(must_not_be_asked), bureau.office.writes():
        assert "nothing changed" in not_done(bureau).text


def test_what_was_taken_back_is_not_verified_as_its_claimers(bureau: Bureau) -> None:
    contradict(bureau)
    with bureau.assistant.answered_by(says_yes):
        not_done(bureau)

    seen = bureau.bring("members", members_page(with_status(STAFF, ANA, "Deactivated")))

    assert seen.data["heard"] == [f"C-1 {ANA}, step deactivate: verified by this roster; the case is open."]
    case = bureau.assistant.call("get_case", case="C-1")
    assert "who also made the claim" not in case.text
    assert "said not to be done" in case.text


def test_who_does_not_say_that_it_is_not_done_leaves_the_step_contradicted(bureau: Bureau) -> None:
    contradict(bureau)

    for person in (declines, leaves_unticked):
        with bureau.assistant.answered_by(person):
            assert not_done(bureau).states["deactivate"] == "contradicted"


def test_an_assistants_no_leaves_a_contradicted_step_as_it_is(bureau: Bureau) -> None:
    contradict(bureau)
    bureau.clock.pass_by(minutes=PAUSE)

    told = bureau.mute.call("record_step", case="C-1", step="deactivate", outcome="not_done")

    assert told.states["deactivate"] == "contradicted"
    assert "an assistant's no is kept, and takes nothing back that a person said" in told.text
