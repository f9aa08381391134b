"""The verdicts and their precedence, written down a second time by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.verdicts import (
    TO_ACT_ON,
    Brakes,
    DecisionKind,
    Facts,
    Judgement,
    Reason,
    Sighting,
    Verdict,
    judge,
)

FREE = Brakes(roster_holds=False, directory_holds=False)
ROSTER = Brakes(roster_holds=True, directory_holds=False)
DIRECTORY = Brakes(roster_holds=False, directory_holds=True)


def seen(
    standing: Standing = Standing.ACTIVE, leave_day: int = 0, *, claimants: int = 1, is_person: bool | None = None
) -> Sighting:
    return Sighting(claimants, standing, is_person, leave_day, known_before=True, is_complete=True)


NEVER = Sighting(0, None, None, 0, known_before=False, is_complete=True)
GONE = Sighting(0, None, None, 0, known_before=True, is_complete=True)
MAYBE_GONE = Sighting(0, None, None, 0, known_before=True, is_complete=False)
SHARED = seen(is_person=False)
TWO = seen(claimants=2)
HELD, LEFT, OFF = seen(Standing.HOLD), seen(Standing.DEPROVISIONED), seen(Standing.DISABLED)
LEAVING, PAST = seen(leave_day=1), seen(leave_day=-1)


def facts(
    *sightings: Sighting, off: bool = False, pattern: bool = False, decision: DecisionKind | None = None
) -> Facts:
    return Facts(off, sightings, pattern, decision)


V, R, D = Verdict, Reason, DecisionKind
TABLE = [
    # one directory
    ("an active person is active", facts(seen()), FREE, V.ACTIVE, None),
    ("an unknown word is no departure", facts(seen(Standing.UNKNOWN)), FREE, V.ACTIVE, None),
    ("deprovisioned has left", facts(LEFT), FREE, V.LEAVER, R.DEPROVISIONED),
    ("disabled has left", facts(OFF), FREE, V.LEAVER, R.DISABLED),
    ("a last day in the past has left", facts(PAST), FREE, V.LEAVER, R.LEAVE_DATE_PASSED),
    (
        "an unknown word and a last day in the past",
        facts(seen(Standing.UNKNOWN, -1)),
        FREE,
        V.LEAVER,
        R.LEAVE_DATE_PASSED,
    ),
    ("a last day ahead is leaving", facts(LEAVING), FREE, V.LEAVING, None),
    ("suspended is on hold", facts(HELD), FREE, V.HOLD, None),
    ("suspended with a last day in the past is still a hold", facts(seen(Standing.HOLD, -1)), FREE, V.HOLD, None),
    ("disabled with a last day ahead has left", facts(seen(Standing.DISABLED, 1)), FREE, V.LEAVER, R.DISABLED),
    ("known before, and missing from a complete read", facts(GONE), FREE, V.LEAVER, R.GONE_FROM_DIRECTORY),
    ("known before, and missing from a part", facts(MAYBE_GONE), FREE, V.WITHHELD, R.GONE_FROM_DIRECTORY),
    ("never known", facts(NEVER), FREE, V.NOT_IN_DIRECTORY, None),
    ("no directory at all", facts(), FREE, V.NOT_IN_DIRECTORY, None),
    ("two people claim the address", facts(TWO), FREE, V.AMBIGUOUS, None),
    ("a mailbox is nobody", facts(SHARED), FREE, V.NON_PERSONAL, None),
    ("a configured pattern is nobody", facts(seen(), pattern=True), FREE, V.NON_PERSONAL, None),
    ("a person by the directory's word", facts(seen(is_person=True)), FREE, V.ACTIVE, None),
    # each question before the next
    ("off before the directory's brake", facts(LEFT, off=True), DIRECTORY, V.DEACTIVATED, None),
    ("off before two claimants", facts(TWO, off=True), FREE, V.DEACTIVATED, None),
    ("the directory's brake before two claimants", facts(TWO), DIRECTORY, V.WITHHELD, None),
    ("the directory's brake before active", facts(seen()), DIRECTORY, V.WITHHELD, None),
    ("two claimants before nobody", facts(TWO, SHARED), FREE, V.AMBIGUOUS, None),
    ("two claimants before a pattern", facts(TWO, pattern=True), FREE, V.AMBIGUOUS, None),
    ("two claimants before active elsewhere", facts(seen(), TWO), FREE, V.AMBIGUOUS, None),
    ("never known before a pattern", facts(NEVER, pattern=True), FREE, V.NOT_IN_DIRECTORY, None),
    ("nobody before hold", facts(seen(Standing.HOLD, is_person=False)), FREE, V.NON_PERSONAL, None),
    ("nobody before left", facts(seen(Standing.DEPROVISIONED, is_person=False)), FREE, V.NON_PERSONAL, None),
    ("a gone address of a pattern is nobody", facts(GONE, pattern=True), FREE, V.NON_PERSONAL, None),
    # the roster's brake holds leavers back and nobody else
    ("the roster's brake and a leaver", facts(LEFT), ROSTER, V.WITHHELD, R.DEPROVISIONED),
    ("the roster's brake and somebody gone", facts(GONE), ROSTER, V.WITHHELD, R.GONE_FROM_DIRECTORY),
    ("the roster's brake and active", facts(seen()), ROSTER, V.ACTIVE, None),
    ("the roster's brake and hold", facts(HELD), ROSTER, V.HOLD, None),
    ("the roster's brake and leaving", facts(LEAVING), ROSTER, V.LEAVING, None),
    ("the roster's brake and a mailbox", facts(SHARED), ROSTER, V.NON_PERSONAL, None),
    ("the roster's brake and a stranger", facts(NEVER), ROSTER, V.NOT_IN_DIRECTORY, None),
]


@pytest.mark.parametrize(
    ("given_facts", "brakes", "verdict", "reason"), [line[1:] for line in TABLE], ids=[line[0] for line in TABLE]
)
def test_the_verdict_on_one_membership(
    given_facts: Facts, brakes: Brakes, verdict: Verdict, reason: Reason | None
) -> None:
    judgement = judge(given_facts, brakes)
    assert (judgement.verdict, judgement.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("sightings", "verdict", "reason", "disagree"),
    [
        ((seen(), LEFT), V.ACTIVE, None, True),
        ((GONE, seen()), V.ACTIVE, None, True),
        ((LEAVING, LEFT), V.LEAVING, None, True),
        ((HELD, LEAVING), V.LEAVING, None, True),
        ((LEFT, HELD), V.HOLD, None, True),
        ((LEFT, MAYBE_GONE), V.WITHHELD, R.GONE_FROM_DIRECTORY, True),
        ((LEFT, OFF), V.LEAVER, R.DEPROVISIONED, False),
        ((seen(), seen()), V.ACTIVE, None, False),
        ((NEVER, LEFT), V.LEAVER, R.DEPROVISIONED, False),  # who never knew somebody has no say
        ((seen(), NEVER), V.ACTIVE, None, False),
    ],
)
def test_with_several_directories_the_kindest_counts_and_the_disagreement_is_shown(
    sightings: tuple[Sighting, ...], verdict: Verdict, reason: Reason | None, disagree: bool
) -> None:
    assert judge(facts(*sightings), FREE) == Judgement(verdict, reason, disagree)
    turned = judge(facts(*reversed(sightings)), FREE)
    assert (turned.verdict, turned.directories_disagree) == (verdict, disagree)


@pytest.mark.parametrize(
    ("given_facts", "verdict", "is_decided"),
    [
        (facts(seen(), decision=D.NON_PERSONAL), V.NON_PERSONAL, True),
        (facts(NEVER, decision=D.NON_PERSONAL), V.NON_PERSONAL, True),
        (facts(LEFT, decision=D.NON_PERSONAL), V.NON_PERSONAL, True),
        (facts(TWO, decision=D.NON_PERSONAL), V.AMBIGUOUS, False),
        (facts(LEFT, decision=D.KEEP), V.LEAVER, False),  # "keep" was said of somebody who had not left
        (facts(LEFT, decision=D.EXTERNAL), V.LEAVER, True),
        (facts(NEVER, decision=D.EXTERNAL), V.NOT_IN_DIRECTORY, True),
        (facts(SHARED, decision=D.KEEP), V.NON_PERSONAL, True),
        (facts(LEFT, decision=D.BELONGS_TO), V.LEAVER, False),
        (facts(LEFT), V.LEAVER, False),
    ],
)
def test_a_decision_settles_what_to_do_and_hides_no_verdict(
    given_facts: Facts, verdict: Verdict, is_decided: bool
) -> None:
    judgement = judge(given_facts, FREE)
    assert (judgement.verdict, judgement.is_decided) == (verdict, is_decided)


def test_only_active_and_deactivated_ask_nothing_of_anybody() -> None:
    assert set(Verdict) - TO_ACT_ON == {Verdict.ACTIVE, Verdict.DEACTIVATED}


SIGHTINGS = st.one_of(
    st.builds(
        Sighting,
        st.integers(1, 3),
        st.sampled_from(Standing),
        st.sampled_from([None, True, False]),
        st.sampled_from([-1, 0, 1]),
        st.booleans(),
        st.booleans(),
    ),
    st.builds(Sighting, st.just(0), st.none(), st.none(), st.just(0), st.booleans(), st.booleans()),
)
FACTS = st.builds(
    Facts,
    st.booleans(),
    st.lists(SIGHTINGS, max_size=3).map(tuple),
    st.booleans(),
    st.sampled_from([None, *DecisionKind]),
)
BRAKES = st.builds(Brakes, st.booleans(), st.booleans())


@given(FACTS, BRAKES)
def test_a_brake_never_yields_a_leaver(some: Facts, brakes: Brakes) -> None:
    if brakes.roster_holds or brakes.directory_holds:
        assert judge(some, brakes).verdict is not Verdict.LEAVER


@given(FACTS, BRAKES)
def test_a_brake_only_withholds_and_turns_no_verdict_into_another(some: Facts, brakes: Brakes) -> None:
    braked = judge(some, brakes).verdict
    assert braked in (judge(some, FREE).verdict, Verdict.WITHHELD)


@given(FACTS, BRAKES)
def test_another_directory_that_knows_the_person_as_active_never_makes_a_leaver(some: Facts, brakes: Brakes) -> None:
    before = judge(some, brakes)
    after = judge(some._replace(sightings=(*some.sightings, seen())), brakes)
    assert after.verdict is not Verdict.LEAVER
    if before.verdict is Verdict.ACTIVE:
        assert after.verdict is Verdict.ACTIVE


@given(FACTS, BRAKES)
def test_who_is_off_is_deactivated_and_nobody_else_is(some: Facts, brakes: Brakes) -> None:
    assert (judge(some, brakes).verdict is Verdict.DEACTIVATED) is some.is_off


@given(FACTS, BRAKES)
def test_leavers_have_a_reason_and_no_other_verdict_but_a_withheld_one_has(some: Facts, brakes: Brakes) -> None:
    judgement = judge(some, brakes)
    if judgement.verdict is Verdict.LEAVER:
        assert judgement.reason is not None
    elif judgement.verdict is not Verdict.WITHHELD:
        assert judgement.reason is None


@given(FACTS, BRAKES)
def test_nobody_is_gone_from_a_directory_that_may_be_partial(some: Facts, brakes: Brakes) -> None:
    judgement = judge(some, brakes)
    if judgement.verdict is Verdict.LEAVER and judgement.reason is Reason.GONE_FROM_DIRECTORY:
        assert any(s.claimants == 0 and s.known_before and s.is_complete for s in some.sightings)


@given(FACTS, BRAKES)
def test_the_order_of_directories_changes_no_verdict(some: Facts, brakes: Brakes) -> None:
    turned = some._replace(sightings=tuple(reversed(some.sightings)))
    one, other = judge(some, brakes), judge(turned, brakes)
    assert (one.verdict, one.directories_disagree) == (other.verdict, other.directories_disagree)
