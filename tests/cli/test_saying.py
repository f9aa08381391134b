"""What people say about steps, rosters and addresses: only the word yes, only at a terminal, counts as theirs."""

import json
import shutil
from pathlib import Path

import pytest

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.cases import get_case
from axure_lifecycle_tools.showing import CaseStep
from tests.cli.conftest import DAY_BEFORE, MEMBERS, bring
from tests.cli.processes import ENDS_INPUT, ENTER, INTERRUPTS, NO, YES, attend, run

ANA = "ana@acme.example"
FIRST = "hand-over-workspaces"


@pytest.fixture(scope="module")
def case_template(small_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the case C-1: offboard Ana; only to be copied."""
    home = Path(shutil.copytree(small_template, tmp_path_factory.mktemp("case") / "home"))
    plan = run("plan", "offboard", ANA, "--json", home=home).answer
    opened = run("open", ANA, "--digest", plan["digest"], "--reason", "HR-1", home=home)
    assert "Opened C-1." in opened.out, opened
    return home


@pytest.fixture
def case_home(case_template: Path, tmp_path: Path) -> Path:
    """A home of one's own with the case C-1: offboard Ana."""
    return Path(shutil.copytree(case_template, tmp_path / "home"))


def step_of(home: Path, key: str = FIRST) -> CaseStep:
    """A step of C-1 as it stands; read in this process, which is quicker."""
    workshop = Workshop(home)
    try:
        steps = get_case(workshop.desk(Channel.UNATTENDED), case="C-1").steps
    finally:
        workshop.close()
    return next(step for step in steps if step.key == key)


# -- plan and case ----------------------------------------------------------------------------------------------------


def test_a_plan_names_the_command_that_opens_its_case(small_home: Path) -> None:
    told = run("plan", "offboard", ANA, "--last-day", "2030-01-31", home=small_home).out
    plan = run("plan", "offboard", ANA, "--last-day", "2030-01-31", "--json", home=small_home).answer

    line = f"axure-lifecycle --home {small_home} open {ANA} --last-day 2030-01-31 --digest "
    assert told.rstrip().endswith(f"If you agree: {line}{plan['digest'][:12]}")
    assert plan["next"] == f"If you agree: {line}{plan['digest']}"
    assert run("cases", home=small_home).out.startswith("0 cases."), "a plan writes nothing"


def test_a_case_is_opened_once_and_refused_for_another_plan(case_home: Path) -> None:
    plan = run("plan", "offboard", ANA, "--json", home=case_home).answer

    again = run("open", ANA, "--digest", plan["digest"], home=case_home)
    drifted = run("open", ANA, "--digest", "0" * 64, "--json", home=case_home)

    assert "was opened before with this plan; nothing changed" in again.out
    assert drifted.refusal == "plan_drifted"


def test_a_case_is_assigned_and_cancelled_and_both_twice(case_home: Path) -> None:
    assert "is now with kim@acme.example" in run("assign", "C-1", "kim@acme.example", home=case_home).out
    assert "already; nothing changed" in run("assign", "C-1", "kim@acme.example", home=case_home).out
    assert "1 case." in run("cases", "--owner", "kim@acme.example", "--state", "open", home=case_home).out
    assert "C-1 is cancelled." in run("cancel", "C-1", "--reason", "she stays", home=case_home).out
    assert run("cancel", "C-1", "--reason", "she stays", "--json", home=case_home).refusal == "case_over"
    assert run("record", "C-1", FIRST, "done", "--json", home=case_home).refusal == "case_over"


def test_a_case_that_holds_a_persons_word_ends_by_a_persons_word(case_home: Path) -> None:
    attend("confirm", "C-1", FIRST, home=case_home, says=[YES])
    ending = ("cancel", "C-1", "--reason", "she stays")

    nobody = run(*ending, "--json", home=case_home)
    left = attend(*ending, home=case_home, says=[NO])
    ended = attend(*ending, home=case_home, says=[YES])

    assert nobody.refusal == "cancel_needs_person"
    assert (left.code, "C-1 goes on: you did not say yes." in left.err) == (1, True)
    assert (ended.code, "C-1 is cancelled." in ended.err) == (0, True)


# -- record -----------------------------------------------------------------------------------------------------------


def test_without_a_terminal_a_step_is_only_reported(case_home: Path) -> None:
    recorded = run("record", "C-1", FIRST, "done", home=case_home)
    again = run("record", "C-1", "1", "done", home=case_home)

    assert recorded.code == 0
    assert "only reported" in recorded.out
    assert f"axure-lifecycle --home {case_home} confirm C-1 {FIRST}" in recorded.out
    assert (step_of(case_home).state, step_of(case_home).channel) == ("reported", "unattended")
    assert "the same was recorded before" in again.out


def test_at_a_terminal_the_persons_yes_confirms_it_and_their_note_is_theirs(case_home: Path) -> None:
    recorded = attend("record", "C-1", FIRST, "done", "--note", "moved to Kim", home=case_home, says=[YES])

    assert recorded.code == 0
    assert "Written by" not in recorded.err, "their own note is no stranger's"
    assert "moved to Kim" in recorded.err
    assert (step_of(case_home).state, step_of(case_home).channel) == ("confirmed", "terminal")


def test_a_step_can_be_skipped_with_a_reason_only(case_home: Path) -> None:
    bare = run("record", "C-1", FIRST, "skipped", "--json", home=case_home)
    reasoned = attend("record", "C-1", FIRST, "skipped", "--note", "none of hers", home=case_home, says=[YES])

    assert bare.refusal == "skip_needs_reason"
    assert "Shall this step be skipped" in reasoned.err
    assert "“none of hers”" in reasoned.err
    assert step_of(case_home).state == "skipped"


def test_a_report_can_be_taken_back(case_home: Path) -> None:
    run("record", "C-1", FIRST, "done", home=case_home)

    assert run("record", "C-1", FIRST, "not-done", home=case_home).code == 0
    assert step_of(case_home).state == "to_do"


def test_a_deactivation_without_a_case_opens_one(small_home: Path) -> None:
    recorded = attend("deactivated", ANA, "--note", "IT-7", home=small_home, says=[YES])
    again = attend("deactivated", ANA, home=small_home)

    assert "Opened C-1 for what is still missing." in recorded.err
    assert step_of(small_home, "deactivate").state == "confirmed"
    assert step_of(small_home, "release-seat").state == "to_do"
    assert "nothing changed" in again.err


def test_what_was_recorded_is_told_with_what_is_next_and_not_the_whole_case(case_home: Path) -> None:
    told = attend("record", "C-1", FIRST, "done", home=case_home, says=[YES]).err.rpartition("Type the word")[2]
    whole = run("case", "C-1", home=case_home).out
    steps = len(run("case", "C-1", "--json", home=case_home).answer["steps"])

    lines = told.splitlines()
    marked = [line for line in lines if line.startswith("[")]
    assert len(marked) == 1
    assert marked[0].startswith(f"[c] 1. Hand over the shared workspaces [{FIRST}]: done, confirmed K-1")
    assert f"1 of {steps} steps settled, {steps - 1} left" in told
    assert lines.count("Next:") == 1
    assert f"axure-lifecycle --home {case_home} case C-1" in told
    assert "When you have done it:" in told
    assert len([line for line in whole.splitlines() if line.startswith("[")]) == steps
    assert whole.splitlines().count("Now:") == 1


def test_a_missing_reason_is_asked_for_at_a_terminal(case_home: Path) -> None:
    skipped = attend("record", "C-1", FIRST, "skipped", home=case_home, says=[("Why?", ""), ("Why?", "none"), YES])
    decided = attend("decide", KAI, "keep", home=case_home, says=[("Why?", "contract"), YES])
    retracted = attend("retract", "K-1", home=case_home, says=[("Why?", "wrong"), YES])
    ended = attend("cancel", "C-1", home=case_home, says=[("Why?", "she stays")])

    assert [one.code for one in (skipped, decided, retracted, ended)] == [0, 0, 0, 0]
    assert "“none”" in skipped.err
    for words in (("decide", KAI, "keep"), ("retract", "R-1"), ("cancel", "C-1")):
        assert run(*words, home=case_home).code == 2


def test_who_gives_no_reason_to_skip_or_says_no_has_not_said_that_it_is_not_done(case_home: Path) -> None:
    run("record", "C-1", FIRST, "done", home=case_home)

    left = attend("record", "C-1", FIRST, "skipped", home=case_home, says=[("Why?", ENDS_INPUT)])
    refused = attend("record", "C-1", FIRST, "skipped", "--note", "none", home=case_home, says=[NO])

    assert (left.code, refused.code) == (1, 1)
    assert "nobody answered" in left.err
    assert "not recorded as skipped; you declined" in refused.err
    assert step_of(case_home).state == "reported"


# -- confirm ----------------------------------------------------------------------------------------------------------


def test_confirm_refuses_without_a_terminal_on_both_sides(case_home: Path) -> None:
    run("record", "C-1", FIRST, "done", home=case_home)

    nobody = run("confirm", "C-1", FIRST, "--json", home=case_home, typed="yes\n")
    elsewhere = attend("confirm", "C-1", FIRST, "--json", home=case_home, pipes=True)
    roster = run("confirm", "R-1", "--json", home=case_home, typed="yes\n")

    assert {nobody.refusal, elsewhere.refusal, roster.refusal} == {"needs_terminal"}
    assert f"axure-lifecycle --home {case_home} confirm C-1 {FIRST}" in nobody.answer["error"]["message"]
    assert step_of(case_home).state == "reported"


def test_confirm_shows_exactly_what_is_confirmed(case_home: Path) -> None:
    run("record", "C-1", FIRST, "done", "--note", "told me", home=case_home)

    confirmed = attend("confirm", "C-1", FIRST, "--note", "saw it", home=case_home, says=[YES])

    assert confirmed.code == 0
    for part in (
        f"C-1: offboard {ANA}",
        "Step 1 of ",
        f"Hand over the shared workspaces [{FIRST}]",
        "To be done: ",
        "Evidence wanted: ",
        "done, reported K-1 pat@acme.example by an unattended command",
        "“told me”",
        "recorded as pat@acme.example, at a terminal",
        "Say yes only for what you did or saw yourself.",
        "confirmed by you",
    ):
        assert part in confirmed.err, part
    assert (step_of(case_home).state, step_of(case_home).channel) == ("confirmed", "terminal")


def test_the_digest_on_the_screen_is_the_one_in_the_trail(case_home: Path) -> None:
    confirmed = attend("confirm", "C-1", FIRST, home=case_home, says=[YES])

    digest = confirmed.err.partition("Digest of the question: ")[2].partition("…")[0]
    payloads = [json.loads(line)["payload"] for line in run("audit", "export", home=case_home).out.splitlines()]
    assert len(digest) == 12
    assert any(digest in payload and "terminal" in payload for payload in payloads)


def test_what_somebody_typed_is_told_as_theirs_and_what_was_reported_is_not(case_home: Path) -> None:
    typed = attend("record", "C-1", FIRST, "skipped", "--note", "none of his", home=case_home, says=[NO])
    run("record", "C-1", FIRST, "skipped", "--note", "told so", home=case_home)
    confirmed = attend("confirm", "C-1", FIRST, home=case_home, says=[YES])

    assert "As you typed it: “none of his”" in typed.err
    assert "not by this product" not in typed.err
    assert "Written by whoever reported it, not by this product: “told so”" in confirmed.err


def test_a_case_says_what_its_marks_mean(case_home: Path) -> None:
    attend("record", "C-1", FIRST, "done", home=case_home, says=[YES])

    assert "\n([c] confirmed by a person; [ ] to do)\n" in run("case", "C-1", home=case_home).out


def test_enter_alone_is_asked_again_and_the_end_of_input_records_nothing(case_home: Path) -> None:
    run("record", "C-1", FIRST, "done", home=case_home)
    before = run("audit", "verify", "--json", home=case_home).answer["records"]

    left = attend("confirm", "C-1", FIRST, home=case_home, says=[ENTER, ENTER, (YES[0], ENDS_INPUT)])

    assert left.code == 1
    assert left.err.count("Enter alone is neither, and never a yes.") == 2
    assert "Nothing was recorded: nobody answered." in left.err
    assert run("audit", "verify", "--json", home=case_home).answer["records"] == before
    assert step_of(case_home).state == "reported"


def test_no_takes_the_report_back(case_home: Path) -> None:
    run("record", "C-1", FIRST, "done", home=case_home)

    confirmed = attend("confirm", "C-1", FIRST, home=case_home, says=[NO])

    assert confirmed.code == 1
    assert step_of(case_home).state == "to_do"


def test_ctrl_c_records_nothing(case_home: Path) -> None:
    run("record", "C-1", FIRST, "done", home=case_home)
    before = run("audit", "verify", "--json", home=case_home).answer["records"]

    assert attend("confirm", "C-1", FIRST, home=case_home, says=[(YES[0], INTERRUPTS)]).code == 130
    assert run("audit", "verify", "--json", home=case_home).answer["records"] == before


def test_a_second_confirm_asks_nothing(case_home: Path) -> None:
    attend("confirm", "C-1", FIRST, home=case_home, says=[YES])

    again = attend("confirm", "C-1", FIRST, home=case_home)

    assert again.code == 0
    assert "it is confirmed already" in again.err


def test_a_reported_skip_is_confirmed_as_a_skip(case_home: Path) -> None:
    run("record", "C-1", FIRST, "skipped", "--note", "none of hers", home=case_home)

    confirmed = attend("confirm", "C-1", FIRST, home=case_home, says=[YES])

    assert "Shall this step be skipped" in confirmed.err
    assert "“none of hers”" in confirmed.err
    assert step_of(case_home).state == "skipped"


def test_a_step_that_waits_is_refused(case_home: Path) -> None:
    refused = attend("confirm", "C-1", "deactivate", home=case_home)

    assert refused.code == 1
    assert "must be confirmed or skipped first" in refused.err


def test_confirm_says_which_words_are_missing(case_home: Path) -> None:
    missing = attend("confirm", "C-1", home=case_home)
    assert missing.code == 2
    assert f"say which step of C-1; open now are 1 {FIRST} (to do), 2 move-private-workspace (to do)" in missing.err
    assert attend("confirm", "R-1", "2", home=case_home).code == 2
    assert "has no step “nothing-such”" in attend("confirm", "C-1", "nothing-such", home=case_home).err


def test_a_reported_roster_counts_once_a_person_stands_for_it(case_home: Path, tmp_path: Path) -> None:
    attend("deactivated", ANA, home=case_home, says=[YES])
    page = tmp_path / "next.csv"
    page.write_text(MEMBERS.replace("ana@acme.example,Member,Active", "ana@acme.example,Member,Deactivated"))
    brought = run("import", "members", str(page), "--complete", "--yes", "--json", home=case_home).answer

    confirmed = attend("confirm", brought["source"], home=case_home, says=[YES])
    again = attend("confirm", brought["source"], home=case_home)

    assert (brought["assurance"], brought["heard"]) == ("reported", [])
    assert brought["digest"] in confirmed.err
    assert f"{brought['source']} now counts: pat@acme.example at a terminal." in confirmed.err
    assert "step deactivate: verified by this roster" in confirmed.err
    assert step_of(case_home, "deactivate").state == "verified"
    assert "It is confirmed already." in again.err


# -- decide and retract -----------------------------------------------------------------------------------------------

KAI = "kai@freelance.example"


def test_a_decision_takes_a_person_at_a_terminal(small_home: Path) -> None:
    refused = run("decide", KAI, "keep", "--reason", "contract", "--json", home=small_home, typed="yes\n")
    left = attend("decide", KAI, "keep", "--reason", "contract", home=small_home, says=[NO])

    assert refused.refusal == "needs_terminal"
    assert left.code == 1
    assert "Nothing was decided" in left.err
    assert KAI in run("discrepancies", home=small_home).out


def test_a_decided_address_does_not_come_back(small_home: Path) -> None:
    external = ("decide", KAI, "external", "--until", "2999-12-31", "--reason", "contract")

    decided = attend(*external, home=small_home, says=[YES])

    assert decided.code == 0
    assert "keeps access until 2999-12-31?" in decided.err
    assert "“contract”" in decided.err
    assert KAI not in run("discrepancies", home=small_home).out
    assert "decided: external until 2999-12-31" in run("discrepancies", "--all", home=small_home).out
    assert attend("decide", KAI, "withdraw", "--reason", "ended", home=small_home, says=[YES]).code == 0
    assert KAI in run("discrepancies", home=small_home).out
    again = attend("decide", KAI, "withdraw", "--reason", "ended", home=small_home, says=[YES])
    assert again.code == 1
    assert "No decision was taken back" in again.err


def test_what_is_decided_is_not_asked_for_again(small_home: Path) -> None:
    external = ("decide", KAI, "external", "--until", "2999-12-31", "--reason", "contract")

    decided = attend(*external, home=small_home, says=[YES]).err
    told = run("discrepancies", "--all", home=small_home).out

    checked = run("check", KAI, home=small_home).out
    for said in (decided, told, checked):
        assert "find out who it is" not in said
        assert "ecide who this is" not in said
        assert "Say who an address is" not in said
    assert "keeps access until 2999-12-31. The verdict stays “not in directory”, and nobody is asked" in decided
    assert "NOT IN DIRECTORY BUT DECIDED, 1." in told
    assert "1  not in directory, 1 of them decided" in told


def test_an_address_can_belong_to_a_directory_person(small_home: Path) -> None:
    decided = attend("decide", KAI, "belongs-to", "bo@acme.example", "--reason", "his", home=small_home, says=[YES])

    assert decided.code == 0
    assert "it belongs to the directory person bo@acme.example. The verdict is now active" in decided.err
    assert "decided: belongs to bo@acme.example" in run("discrepancies", "--all", home=small_home).out


@pytest.mark.parametrize(
    "words", [("belongs-to",), ("keep", "bo@acme.example"), ("external",), ("approve",)], ids=lambda words: words[0]
)
def test_a_decision_that_says_too_little_or_too_much_is_mistyped(configured: Path, words: tuple[str, ...]) -> None:
    assert run("decide", KAI, *words, "--reason", "x", home=configured).code == 2


def test_a_roster_is_taken_back_by_a_person_only(small_home: Path) -> None:
    refused = run("retract", "R-1", "--reason", "wrong server", "--json", home=small_home)
    left = attend("retract", "R-1", "--reason", "wrong server", home=small_home, says=[NO])
    taken = attend("retract", "r1", "--reason", "wrong server", home=small_home, says=[YES])
    again = attend("retract", "R-1", "--reason", "wrong server", home=small_home)

    assert refused.refusal == "needs_terminal"
    assert (left.code, "R-1 still counts: you did not say yes" in left.err) == (1, True)
    assert (taken.code, "R-1 counts no longer" in taken.err) == (0, True)
    assert "was taken back before; nothing changed" in again.err
    assert "retracted" in run("sources", home=small_home).out


def test_a_wrong_confirmation_is_taken_back_and_its_step_opens_again(case_home: Path) -> None:
    attend("confirm", "C-1", FIRST, home=case_home, says=[YES])

    refused = run("retract", "K-1", "--reason", "wrong person", "--json", home=case_home)
    taken = attend("retract", "K-1", "--reason", "wrong person", home=case_home, says=[YES])

    assert refused.refusal == "retraction_needs_person"
    assert taken.code == 0, taken
    assert step_of(case_home).state == "to_do"


def test_a_newer_roster_speaks_of_what_was_said_before(case_home: Path, tmp_path: Path) -> None:
    for key in (FIRST, "move-private-workspace"):
        attend("record", "C-1", key, "skipped", "--note", "none", home=case_home, says=[YES])
    attend("confirm", "C-1", "deactivate", home=case_home, says=[YES])
    page = tmp_path / "older.csv"
    page.write_text(MEMBERS.replace("Ana Berg", "Ana B."))

    bring(case_home, "members", page, "--taken-on", DAY_BEFORE)

    assert step_of(case_home, "deactivate").state == "confirmed", "an older roster neither verifies nor contradicts"
