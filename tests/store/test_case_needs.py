"""What open cases wait for, and the records about one of them: found by the database, a part at a time."""

from dataclasses import replace
from datetime import timedelta

from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.ports import CaseNeed, Page
from tests.store.desk import PAT, START, Desk
from tests.store.test_cases import ANA, BEN, claim, open_case, plan

WIDE = Page(10)
MIDNIGHT = START.replace(hour=0)


def needing(desk: Desk, need: CaseNeed, page: Page = WIDE, days: int = 0) -> tuple[list[int], str | None, int]:
    """The cases that wait for something, seen so many days later."""
    with desk.store.reading() as view:
        lines, cursor, in_all = view.cases_needing(need, page, since=MIDNIGHT + timedelta(days=days))
    return [line.id for line in lines], cursor, in_all


def settle(desk: Desk, number: int, state: StepState, case_state: CaseState = CaseState.OPEN) -> None:
    with desk.store.writing(PAT) as change:
        change.settle(change.case(number), {"deactivate": state}, case_state)


def test_a_case_waits_for_a_word_as_long_as_a_step_of_it_is_only_reported(desk: Desk) -> None:
    for name in ("a", "b", "c", "d"):
        open_case(desk, Address(f"{name}@acme.example"))
    for number, state in ((1, StepState.REPORTED), (2, StepState.SKIP_REPORTED), (3, StepState.CONTRADICTED)):
        settle(desk, number, state)
    assert needing(desk, CaseNeed.WORD) == ([2, 1], None, 2)
    assert needing(desk, CaseNeed.CONTRADICTED) == ([3], None, 1)
    settle(desk, 1, StepState.CONFIRMED)
    settle(desk, 3, StepState.CONTRADICTED, CaseState.VERIFIED)
    assert needing(desk, CaseNeed.WORD) == ([2], None, 1)
    assert needing(desk, CaseNeed.CONTRADICTED) == ([], None, 0)


def test_what_waits_is_told_a_part_at_a_time_newest_first(desk: Desk) -> None:
    for number in range(1, 6):
        open_case(desk, Address(f"p{number}@acme.example"))
        settle(desk, number, StepState.REPORTED)
    first, cursor, in_all = needing(desk, CaseNeed.WORD, Page(2))
    assert (first, in_all) == ([5, 4], 5)
    rest, cursor, in_all = needing(desk, CaseNeed.WORD, Page(2, cursor))
    assert (rest, in_all) == ([3, 2], 5)
    assert needing(desk, CaseNeed.WORD, Page(2, cursor)) == ([1], None, 5)


def test_a_case_is_overdue_from_the_day_after_its_last_day(desk: Desk) -> None:
    open_case(desk)  # of 23 November, with 27 November as its last day
    with desk.store.writing(PAT) as change:
        change.open_case(plan(BEN), [BEN], due_on=None, reason="", owner=None)
    assert needing(desk, CaseNeed.OVERDUE, days=0)[0] == []
    assert needing(desk, CaseNeed.OVERDUE, days=1)[0] == [2]
    assert needing(desk, CaseNeed.OVERDUE, days=4)[0] == [2]
    assert needing(desk, CaseNeed.OVERDUE, days=5)[0] == [2, 1]


def test_the_trail_of_a_case_has_its_own_records_and_no_others(desk: Desk) -> None:
    mine, other = open_case(desk), open_case(desk, BEN)
    with desk.store.writing(PAT) as change:
        claim(change, change.case(mine.id))
        claim(change, change.case(other.id))
        change.note("question.answered", {"about": "C-1", "address": ANA, "answer": "no"})
        change.note("question.answered", {"about": "C-11", "address": ANA, "answer": "no"})
        change.note("decision.made", {"address": ANA, "reason": '"case":1,'})
    with desk.store.reading() as view:
        records, cursor = view.case_trail(mine, WIDE)
        kinds = [record.kind for record in records]
        assert kinds == ["question.answered", "claim.made", "case.opened"]
        assert cursor is None
        assert all('"about":"C-11"' not in (record.payload or "") for record in records)
        newest, cursor = view.case_trail(mine, Page(1))
        assert [record.kind for record in newest] == ["question.answered"]
        older, _ = view.case_trail(mine, Page(1, cursor))
        assert [record.kind for record in older] == ["claim.made"]
        assert view.trail_length() == max(record.seq for record in view.trail())


def test_a_persons_sessions_are_theirs_and_last(desk: Desk) -> None:
    with desk.store.writing(PAT) as change:
        for number, (name, hours) in enumerate(
            (("ana@acme.example", 1), ("ana@acme.example", 9), ("bo@acme.example", 9))
        ):
            change.begin_session(
                str(number) * 64,
                name,
                frozenset({Role.VIEWER}),
                proof="token T-1",
                token_id=None,
                expires_at=desk.clock.now() + timedelta(hours=hours),
            )
    desk.clock.pass_by(hours=2)
    with desk.store.reading() as view:
        assert [one.digest[0] for one in view.sessions_of("ana@acme.example")] == ["1"]


def test_notes_about_a_person_are_counted_from_a_moment_on(desk: Desk) -> None:
    at_console = replace(PAT, channel=Channel.CONSOLE)
    for minutes in (0, 10, 10):
        desk.clock.pass_by(minutes=minutes)
        with desk.store.writing(at_console) as change:
            change.note("factor.refused", {"address": ANA, "kind": "totp"})
    with desk.store.writing(Actor(BEN, Channel.CONSOLE)) as change:
        change.note("factor.refused", {"address": BEN, "kind": "totp"})
        change.note("factor.other", {"address": ANA})
    with desk.store.reading() as view:
        now = desk.clock.now()
        assert view.count_noted("factor.refused", ANA, now - timedelta(minutes=30)) == 3
        assert view.count_noted("factor.refused", ANA, now - timedelta(minutes=10)) == 2
        assert view.count_noted("factor.refused", "nobody@acme.example", START) == 0
