"""Who is reminded of what, told a second time by hand."""

from datetime import date, datetime, time, timedelta

import pytest

from axure_lifecycle.domain.reminding import (
    MOST_LINES,
    CaseStanding,
    Message,
    MessageKind,
    Need,
    ReminderRules,
    Weekday,
    deduplication_key,
    digest_messages,
    is_quiet,
    is_told_again,
    need_of,
    wait_after,
)

TODAY = date(2026, 11, 27)
"""A Friday."""
KIM, TEAM, PAT = "kim@acme.example", "design-it", "pat@acme.example"


def standing(case: int = 1, owner: str = KIM, opened: int = 0, due: int | None = None, **more: int) -> CaseStanding:
    """A case that was opened so many days ago, with its last day so many days ago (negative: ahead)."""
    due_on = None if due is None else TODAY - timedelta(days=due)
    found = {"contradicted": 0, "lacks_approval": 0, "steps": 9, "settled": 3} | more
    return CaseStanding(
        case,
        "offboard",
        owner,
        TODAY - timedelta(days=opened),
        due_on,
        found["contradicted"],
        bool(found["lacks_approval"]),
        found["steps"],
        found["settled"],
    )


def told(*standings: CaseStanding, held: tuple[str, ...] = (), rules: ReminderRules | None = None) -> list[Message]:
    """What is said today of these cases, where three days are allowed."""
    rules = rules or ReminderRules()
    return list(
        digest_messages(standings, held, organization="Acme", operator=PAT, today=TODAY, overdue_after=3, rules=rules)
    )


@pytest.mark.parametrize(
    ("case", "need", "over"),
    [
        (standing(opened=0), Need.DUE, 0),
        (standing(opened=3), Need.DUE, 0),
        (standing(opened=4), Need.OVERDUE, 1),
        (standing(opened=9, due=0), Need.DUE, 0),
        (standing(opened=9, due=5), Need.OVERDUE, 2),
        (standing(opened=1, due=30), Need.DUE, 0),
        (standing(opened=9, contradicted=1), Need.CONTRADICTED, 6),
        (standing(opened=9, contradicted=1, lacks_approval=1), Need.CONTRADICTED, 6),
        (standing(opened=9, lacks_approval=1), Need.WAITS_FOR_APPROVAL, 6),
        (standing(opened=0, due=-1, contradicted=1), Need.CONTRADICTED, 0),
        (standing(opened=0, due=-1, lacks_approval=1), Need.WAITS_FOR_APPROVAL, 0),
    ],
)
def test_a_case_asks_for_the_most_urgent_thing(case: CaseStanding, need: Need, over: int) -> None:
    found = need_of(case, TODAY, 3)
    assert found is not None
    assert (found.need, found.days_over) == (need, over)


def test_nobody_is_told_of_a_case_whose_last_day_lies_ahead() -> None:
    assert need_of(standing(opened=9, due=-1), TODAY, 3) is None
    assert told(standing(opened=9, due=-1)) == []


def test_an_owner_gets_one_message_with_what_is_most_urgent_first() -> None:
    (message,) = told(standing(1), standing(2, opened=6), standing(3, contradicted=2), standing(4, opened=9))
    assert message.recipient == KIM
    assert [line.text for line in message.lines] == [
        "C-3 (offboard): a roster shows the opposite of what was confirmed, 3 of 9 steps settled",
        "C-4 (offboard): overdue by 6 days, 3 of 9 steps settled",
        "C-2 (offboard): overdue by 3 days, 3 of 9 steps settled",
        "C-1 (offboard): to be done, 3 of 9 steps settled",
    ]
    assert message.headline == "Acme, Axure access: 4 things wait for kim@acme.example"


def test_everybody_gets_their_own_and_the_operator_what_is_held_back() -> None:
    messages = told(standing(1, TEAM), standing(2), held=("The roster is old.",))
    assert [(one.recipient, [line.case for line in one.lines]) for one in messages] == [
        (TEAM, [1]),
        (KIM, [2]),
        (PAT, [None]),
    ]
    assert messages[-1].lines[0].text == "The roster is old."


def test_a_flood_is_counted_and_not_listed() -> None:
    (message,) = told(*(standing(number) for number in range(1, MOST_LINES + 8)))
    assert len(message.lines) == MOST_LINES + 1
    assert message.lines[-1].text == "… and 7 more cases."
    assert message.data["in_all"] == MOST_LINES + 7


def test_what_is_long_overdue_is_said_to_somebody_else_too() -> None:
    rules = ReminderRules(escalate_after_days=7, escalate_to="head@acme.example")
    messages = told(standing(1, opened=10), standing(2, opened=11), rules=rules)
    assert [(one.kind, one.recipient) for one in messages] == [
        (MessageKind.DIGEST, KIM),
        (MessageKind.ESCALATION, "head@acme.example"),
    ]
    assert [line.text for line in messages[1].lines] == [
        "C-2 (offboard): overdue by 8 days, 3 of 9 steps settled – owner: kim@acme.example"
    ]
    assert told(standing(1, opened=10), rules=rules)[-1].kind is MessageKind.DIGEST


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-11-27T06:59", True),
        ("2026-11-27T07:00", False),
        ("2026-11-27T19:59", False),
        ("2026-11-27T20:00", True),
        ("2026-11-28T12:00", True),
    ],
)
def test_nobody_is_disturbed_in_quiet_hours(at: str, quiet: bool) -> None:
    rules = ReminderRules(quiet_from=time(20), quiet_until=time(7), quiet_days=frozenset({Weekday.SATURDAY}))
    assert is_quiet(datetime.fromisoformat(at), rules) is quiet


def test_quiet_hours_of_one_day_end_on_that_day() -> None:
    rules = ReminderRules(quiet_from=time(12), quiet_until=time(13))
    noon = datetime(2026, 11, 27, 12)
    assert [is_quiet(noon + timedelta(minutes=by), rules) for by in (-1, 0, 59, 60)] == [False, True, True, False]


def test_somebody_is_told_once_in_so_many_days() -> None:
    assert is_told_again(None, TODAY, 3)
    assert [is_told_again(TODAY - timedelta(days=ago), TODAY, 3) for ago in (0, 1, 2, 3)] == [False, False, False, True]


def test_messages_with_one_key_are_the_same_kind_place_person_and_day() -> None:
    first = (MessageKind.DIGEST, "slack", KIM, "2026-11-27")
    others = [
        (MessageKind.ESCALATION, "slack", KIM, "2026-11-27"),
        (MessageKind.DIGEST, "teams", KIM, "2026-11-27"),
        (MessageKind.DIGEST, "slack", PAT, "2026-11-27"),
        (MessageKind.DIGEST, "slack", KIM, "2026-11-28"),
    ]
    assert len({deduplication_key(*one) for one in (first, *others, first)}) == 5


def test_waits_grow_to_an_hour_and_are_the_same_every_time() -> None:
    waits = [wait_after(attempts, "5e" * 32, None) for attempts in range(1, 40)]
    assert waits == [wait_after(attempts, "5e" * 32, None) for attempts in range(1, 40)]
    assert timedelta(seconds=2) <= waits[0] <= timedelta(seconds=4)
    assert timedelta(minutes=30) <= max(waits) <= timedelta(hours=1)
    assert wait_after(2, "5e" * 32, None) != wait_after(2, "5f" * 32, None)
