"""Whom a pass may open a case for, told a second time by hand."""

from datetime import date

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.brakes import Brake
from axure_lifecycle.domain.organization import Limits
from axure_lifecycle.domain.passing import (
    Candidate,
    Openings,
    PartOutcome,
    decide_openings,
    exit_code,
)
from axure_lifecycle.domain.policies import Opening
from axure_lifecycle.domain.verdicts import Reason, Verdict

TODAY = date(2026, 11, 27)


def leaver(name: str = "ana", reason: Reason = Reason.DEPROVISIONED, *, disagree: bool = False) -> Candidate:
    """Somebody who left."""
    return Candidate(Address(f"{name}@acme.example"), Verdict.LEAVER, reason, None, disagree)


def leaving(on: date) -> Candidate:
    """Somebody whose last day is known."""
    return Candidate(Address("bo@acme.example"), Verdict.LEAVING, None, on)


def decide(*candidates: Candidate, opening: Opening = Opening.AT_LAST_DAY, **more: object) -> Openings:
    """What a pass does about them among two hundred members."""
    given: dict[str, object] = {"members": 200, "opened_of_late": 0, "brakes": ()} | more
    return decide_openings(candidates, today=TODAY, limits=Limits(), opening=opening, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("candidate", "opens", "proposes"),
    [
        (leaver(reason=Reason.DEPROVISIONED), True, False),
        (leaver(reason=Reason.LEAVE_DATE_PASSED), True, False),
        (leaver(reason=Reason.GONE_FROM_DIRECTORY), True, False),
        (leaver(reason=Reason.DISABLED), False, True),
        (leaver(disagree=True), False, True),
        (leaver()._replace(was_cancelled=True), False, True),
        (leaving(date(2026, 11, 27)), True, False),
        (leaving(date(2026, 11, 28)), False, False),
        (Candidate(Address("x@acme.example"), Verdict.HOLD, None, None), False, False),
        (Candidate(Address("x@acme.example"), Verdict.NOT_IN_DIRECTORY, None, None), False, False),
        (Candidate(Address("x@acme.example"), Verdict.WITHHELD, Reason.DEPROVISIONED, None), False, False),
    ],
)
def test_a_case_opens_by_itself_only_for_whoever_is_clearly_gone(
    candidate: Candidate, opens: bool, proposes: bool
) -> None:
    found = decide(candidate)
    assert (candidate in found.to_open, candidate in found.proposed) == (opens, proposes)
    assert found.held_back is None


def test_without_a_policy_everybody_is_only_proposed() -> None:
    found = decide(leaver(), leaving(TODAY), opening=Opening.NEVER)
    assert (found.to_open, len(found.proposed), found.held_back) == ((), 2, None)


def test_under_a_brake_nothing_opens() -> None:
    brake = Brake("roster_stale", False, "No leaver is named: the roster is old.")
    found = decide(leaving(TODAY), brakes=[brake])
    assert found.to_open == ()
    assert found.held_back == (
        "No case is opened by itself while a brake is on. No leaver is named: the roster is old."
    )


def test_the_ceiling_holds_all_back_and_counts_what_passes_opened_of_late() -> None:
    twenty = [leaver(f"p{number}") for number in range(20)]
    assert len(decide(*twenty).to_open) == 20  # a tenth of two hundred
    over = decide(*twenty, leaver("one-more"))
    assert (over.to_open, len(over.proposed)) == ((), 21)
    assert over.held_back is not None
    assert "21 departures of 200 members are more than the 20 that are usual" in over.held_back
    later = decide(*twenty[:3], opened_of_late=18)
    assert later.to_open == ()
    assert later.held_back is not None
    assert "3 departures beside the 18 of the last 24 hours" in later.held_back


def test_a_person_lets_them_pass_beyond_the_ceiling_but_not_under_a_brake() -> None:
    many = [leaver(f"p{number}") for number in range(40)]
    asked = decide(*many)
    assert asked.beyond_ceiling == 40
    assert len(decide(*many, let_pass=asked.beyond_digest).to_open) == 40
    assert decide(*many, leaver("one-more"), let_pass=asked.beyond_digest).to_open == ()  # they said yes to forty
    assert decide(*many[1:], leaver("another"), let_pass=asked.beyond_digest).to_open == ()  # and to these alone
    brake = Brake("directory_stale", True, "Verdicts are withheld.")
    assert decide(*many, let_pass=asked.beyond_digest, brakes=[brake]).to_open == ()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], 0),
        ([PartOutcome.NOTHING, PartOutcome.DONE], 0),
        ([PartOutcome.DONE, PartOutcome.ATTENTION], 10),
        ([PartOutcome.FAILED, PartOutcome.ATTENTION], 11),
    ],
)
def test_a_pass_ends_with_the_worst_of_its_parts(parts: list[PartOutcome], code: int) -> None:
    assert exit_code(parts) == code
