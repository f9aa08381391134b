"""What people decide about addresses."""

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.ports import Decision, Page
from axure_lifecycle.store.refusals import NoDecision
from tests.store.desk import PAT, ROBOT, START, Desk

ANA, BEN = Address("ana@acme.example"), Address("ben@acme.example")


def decide(desk: Desk, address: Address, kind: DecisionKind, until: str | None = None) -> Decision:
    """Write down a decision."""
    with desk.store.writing(ROBOT) as change:
        return change.decide(address, kind, belongs_to=None, reason="agreed", until=until, assurance=Assurance.REPORTED)


def test_a_decision_says_who_decided_what_and_why(desk: Desk) -> None:
    decision = decide(desk, ANA, DecisionKind.EXTERNAL, "2026-12-31")
    assert decision == Decision(
        1, ANA, DecisionKind.EXTERNAL, None, "agreed", "2026-12-31", ROBOT, START, Assurance.REPORTED
    )
    with desk.store.reading() as view:
        assert view.decisions(Page(5)) == ([decision], None, 1)


def test_a_later_decision_takes_the_place_of_an_earlier_one(desk: Desk) -> None:
    decide(desk, ANA, DecisionKind.EXTERNAL)
    other = decide(desk, BEN, DecisionKind.KEEP)
    later = decide(desk, ANA, DecisionKind.NON_PERSONAL)
    with desk.store.reading() as view:
        first, cursor, count = view.decisions(Page(1))
        assert (first, count) == ([later], 2)
        assert view.decisions(Page(1, cursor))[0] == [other]


def test_a_decision_that_is_taken_back_no_longer_stands(desk: Desk) -> None:
    decision = decide(desk, ANA, DecisionKind.KEEP)
    with desk.store.writing(PAT) as change:
        assert change.withdraw_decision(ANA, "a mistake") == decision
    with desk.store.reading() as view:
        assert view.decisions(Page(5)) == ([], None, 0)
        assert [record.kind for record in view.trail()] == ["decision.made", "decision.withdrawn"]


def test_only_a_decision_that_stands_can_be_taken_back(desk: Desk) -> None:
    with desk.store.writing(PAT) as change, pytest.raises(NoDecision, match=r"none stands about ana@acme\.example"):
        change.withdraw_decision(ANA, "a mistake")


def test_a_decision_past_its_last_day_is_not_listed(desk: Desk) -> None:
    decide(desk, ANA, DecisionKind.EXTERNAL, "2026-11-23")
    with desk.store.reading() as view:
        assert view.decisions(Page(5))[2] == 1
    desk.clock.pass_by(days=1)
    with desk.store.reading() as view:
        assert view.decisions(Page(5))[2] == 0
