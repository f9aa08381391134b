"""What has waited for too many days is marked: open cases, and the steps in them that somebody could do."""

from datetime import UTC, datetime

from tests.conversations.party import ANA, BEN, STANDINGS, directory_table, says_yes, table
from tests.mcp.offices import Bureau


def late(bureau: Bureau) -> dict[str, bool]:
    """Which cases are marked."""
    return {one["case"]: one["overdue"] for one in bureau.assistant.call("list_cases").data["cases"]}


def late_steps(bureau: Bureau) -> set[str]:
    """Which steps of the first case are marked."""
    told = bureau.assistant.call("get_case", case="C-1")
    marked = {one["key"] for one in told.data["steps"] if one.get("overdue")}
    assert told.text.count("], overdue") == len(marked)
    return marked


def test_a_case_is_overdue_on_the_fourth_day_after_the_one_on_which_it_was_opened(bureau: Bureau) -> None:
    bureau.move_in()
    case = bureau.open_case(ANA)
    bureau.clock.at = datetime(2026, 11, 26, 22, 59, tzinfo=UTC)  # The last minute of the 26th, in Amsterdam.
    assert (late(bureau), late_steps(bureau)) == ({"C-1": False}, set())
    bureau.clock.pass_by(minutes=1)
    assert late(bureau) == {"C-1": True}
    first = late_steps(bureau)
    assert first
    assert first < set(case.states)  # What waits for another step is not late itself.
    assert ": open, overdue, 0/" in bureau.assistant.call("list_cases").text
    with bureau.assistant.answered_by(says_yes):
        for step in first:
            bureau.assistant.call("record_step", case="C-1", step=step, outcome="done")
    assert not first & late_steps(bureau)


def test_a_case_with_a_last_day_is_late_from_that_day_on(bureau: Bureau) -> None:
    bureau.move_in()
    days = [(address, word, "2026-12-10" if address == BEN else "") for address, word in STANDINGS.items()]
    bureau.bring("directory", table(("email", "status", "last day"), days), complete=True)
    bureau.open_case(BEN)
    bureau.clock.at = datetime(2026, 12, 13, 12, tzinfo=UTC)
    assert (late(bureau), late_steps(bureau)) == ({"C-1": False}, set())
    bureau.clock.pass_by(days=1)
    assert late(bureau) == {"C-1": True}


def test_what_is_over_is_not_overdue(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.open_case(ANA)
    bureau.assistant.call("cancel_case", case="C-1", reason="she stays")
    bureau.bring("directory", directory_table(STANDINGS), complete=True)
    bureau.confirm_all(bureau.open_case(ANA))
    bureau.clock.pass_by(days=30)
    assert late(bureau) == {"C-1": False, "C-2": False}
