"""The life of a step, written down a second time by hand, and what no order of events can do to it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.steps import (
    SETTLED,
    TRANSITIONS,
    Answer,
    Check,
    Claim,
    Outcome,
    StepEvent,
    StepState,
    follow,
    settle,
)

OPENED = datetime(2026, 11, 23, 9, tzinfo=UTC)
GRACE = timedelta(minutes=5)

BY_HAND = {
    "to_do": "done_reported:reported done_confirmed:confirmed skip_reported:skip_reported skip_confirmed:skipped"
    " not_done:to_do not_done_reported:to_do shown:verified not_shown:to_do",
    "reported": "done_reported:reported done_confirmed:confirmed skip_reported:reported skip_confirmed:skipped"
    " not_done:to_do not_done_reported:to_do shown:verified not_shown:contradicted",
    "confirmed": "done_reported:confirmed done_confirmed:confirmed skip_reported:confirmed skip_confirmed:confirmed"
    " not_done:to_do not_done_reported:confirmed shown:verified not_shown:contradicted",
    "skip_reported": "done_reported:reported done_confirmed:confirmed skip_reported:skip_reported"
    " skip_confirmed:skipped not_done:to_do not_done_reported:to_do shown:verified not_shown:skip_reported",
    "skipped": "done_reported:skipped done_confirmed:confirmed skip_reported:skipped skip_confirmed:skipped"
    " not_done:to_do not_done_reported:skipped shown:verified not_shown:skipped",
    "contradicted": "done_reported:reported done_confirmed:confirmed skip_reported:skip_reported"
    " skip_confirmed:skipped not_done:to_do not_done_reported:contradicted shown:verified not_shown:contradicted",
    "verified": "done_reported:verified done_confirmed:verified skip_reported:verified skip_confirmed:verified"
    " not_done:verified not_done_reported:verified shown:verified not_shown:contradicted",
}


def test_every_state_answers_every_event_as_written_here() -> None:
    written = {state: dict(pair.split(":") for pair in line.split()) for state, line in BY_HAND.items()}
    told = {state.value: {event.value: follow(state, event).value for event in StepEvent} for state in StepState}
    assert told == written


def test_the_table_lists_only_what_changes_something() -> None:
    assert set(TRANSITIONS) == set(StepState)
    assert not [state for state, events in TRANSITIONS.items() if state in events.values()]


def test_a_step_is_settled_by_a_persons_word_or_by_a_source() -> None:
    assert sorted(state.value for state in SETTLED) == ["confirmed", "skipped", "verified"]


def said(
    minutes: float,
    outcome: Outcome = Outcome.DONE,
    *,
    answer: Answer = Answer.ANSWERED,
    assurance: Assurance = Assurance.CONFIRMED,
) -> Claim:
    return Claim(OPENED + timedelta(minutes=minutes), outcome, answer, assurance)


def relayed(minutes: float, outcome: Outcome = Outcome.DONE) -> Claim:
    return said(minutes, outcome, answer=Answer.COULD_NOT_ASK, assurance=Assurance.REPORTED)


def roster(minutes: float, *, shows: bool) -> Check:
    return Check(OPENED + timedelta(minutes=minutes), shows)


def stands(*happened: Claim | Check) -> StepState:
    claims = [one for one in happened if isinstance(one, Claim)]
    checks = [one for one in happened if isinstance(one, Check)]
    return settle(claims, checks, OPENED, GRACE)


S = StepState
Story = tuple[str, list[Claim | Check], StepState]
STORIES: list[Story] = [
    ("nothing happened", [], S.TO_DO),
    ("a person says done", [said(10)], S.CONFIRMED),
    ("an assistant says done", [relayed(10)], S.REPORTED),
    ("a person confirms what an assistant said", [relayed(10), said(11)], S.CONFIRMED),
    ("an assistant repeats what a person confirmed", [said(10), relayed(11)], S.CONFIRMED),
    ("a person skips", [said(10, Outcome.SKIPPED)], S.SKIPPED),
    ("an assistant skips", [relayed(10, Outcome.SKIPPED)], S.SKIP_REPORTED),
    ("an assistant skips what it called done", [relayed(10), relayed(11, Outcome.SKIPPED)], S.REPORTED),
    ("declined", [said(10, answer=Answer.DECLINED)], S.TO_DO),
    ("cancelled", [said(10, answer=Answer.CANCELLED)], S.TO_DO),
    ("declined after a report", [relayed(10), said(11, answer=Answer.DECLINED)], S.REPORTED),
    ("declined to take back", [said(10), said(11, Outcome.NOT_DONE, answer=Answer.DECLINED)], S.CONFIRMED),
    ("a confirmed word nobody was asked for", [said(10, answer=Answer.COULD_NOT_ASK)], S.REPORTED),
    ("an answer that proves nothing", [said(10, assurance=Assurance.REPORTED)], S.REPORTED),
    ("done, then not done after all", [said(10), said(11, Outcome.NOT_DONE)], S.TO_DO),
    ("a later roster shows it", [said(10), roster(60, shows=True)], S.VERIFIED),
    ("a later roster does not show it", [said(10), roster(60, shows=False)], S.CONTRADICTED),
    ("a roster shows a mere report", [relayed(10), roster(60, shows=True)], S.VERIFIED),
    ("a roster contradicts a mere report", [relayed(10), roster(60, shows=False)], S.CONTRADICTED),
    ("a roster of before the claim does not show it", [said(10), roster(9, shows=False)], S.CONFIRMED),
    ("a roster of the claim's own moment does not show it", [said(10), roster(10, shows=False)], S.CONFIRMED),
    ("a roster of the claim's own moment shows it", [said(10), roster(10, shows=True)], S.CONFIRMED),
    ("a roster of before the opening shows it", [roster(-1, shows=True)], S.TO_DO),
    ("a roster of the opening's own moment shows it", [roster(0, shows=True)], S.TO_DO),
    ("claim and roster of before the opening", [said(-20), roster(-10, shows=True)], S.CONFIRMED),
    ("within the grace window a roster contradicts nothing", [said(10), roster(15, shows=False)], S.CONFIRMED),
    ("after the grace window it does", [said(10), roster(15.1, shows=False)], S.CONTRADICTED),
    ("within the grace window a roster verifies", [said(10), roster(11, shows=True)], S.VERIFIED),
    ("a roster shows what nobody claimed", [roster(60, shows=True)], S.VERIFIED),
    ("a roster does not show what nobody claimed", [roster(60, shows=False)], S.TO_DO),
    ("a roster does not show what was skipped", [said(10, Outcome.SKIPPED), roster(60, shows=False)], S.SKIPPED),
    ("verified, then on again", [said(10), roster(60, shows=True), roster(120, shows=False)], S.CONTRADICTED),
    ("contradicted, then done anew", [said(10), roster(60, shows=False), said(70)], S.CONFIRMED),
    ("done anew, and shown", [said(10), roster(60, shows=False), said(70), roster(120, shows=True)], S.VERIFIED),
    ("two rosters of one moment disagree", [said(10), roster(60, shows=True), roster(60, shows=False)], S.CONTRADICTED),
    ("done and not done in one moment", [said(10), said(10, Outcome.NOT_DONE)], S.TO_DO),
    ("a late word changes nothing about what was shown", [roster(60, shows=True), said(70)], S.VERIFIED),
]


@pytest.mark.parametrize(("happened", "state"), [line[1:] for line in STORIES], ids=[line[0] for line in STORIES])
def test_where_a_step_stands(happened: Sequence[Claim | Check], state: StepState) -> None:
    assert stands(*happened) is state
    assert stands(*reversed(happened)) is state


MINUTES = st.integers(-3, 40).map(float)
CLAIMS = st.builds(
    said,
    st.integers(0, 40).map(float),
    st.sampled_from(Outcome),
    answer=st.sampled_from(Answer),
    assurance=st.sampled_from(Assurance),
)
CHECKS = st.builds(roster, MINUTES, shows=st.booleans())
STORY: st.SearchStrategy[list[Claim | Check]] = st.lists(st.one_of(CLAIMS, CHECKS), max_size=8)


@given(STORY.flatmap(lambda story: st.tuples(st.just(story), st.permutations(story))))
def test_the_order_in_which_claims_and_checks_are_listed_is_no_matter(
    both: tuple[Sequence[Claim | Check], Sequence[Claim | Check]],
) -> None:
    one, other = both
    assert stands(*one) is stands(*other)


@given(STORY, CLAIMS, st.sampled_from([Answer.DECLINED, Answer.CANCELLED]))
def test_a_decline_and_a_cancelled_form_change_nothing(
    story: list[Claim | Check], claim: Claim, answer: Answer
) -> None:
    refused = Claim(claim.at, claim.outcome, answer, claim.assurance)
    assert stands(*story, refused) is stands(*story)


@given(st.lists(CLAIMS, max_size=8))
def test_what_is_only_reported_settles_nothing(claims: list[Claim]) -> None:
    reported = [Claim(claim.at, claim.outcome, claim.answer, Assurance.REPORTED) for claim in claims]
    assert stands(*reported) not in SETTLED


@given(st.lists(CLAIMS, max_size=8))
def test_claims_alone_never_verify(claims: list[Claim]) -> None:
    assert stands(*claims) not in (StepState.VERIFIED, StepState.CONTRADICTED)


@given(st.lists(CHECKS, max_size=8))
def test_without_claims_a_step_is_verified_or_contradicted_or_to_do(checks: list[Check]) -> None:
    assert stands(*checks) in (StepState.VERIFIED, StepState.CONTRADICTED, StepState.TO_DO)


@given(st.lists(CLAIMS, min_size=1, max_size=6))
def test_a_roster_older_than_every_claim_never_contradicts(claims: list[Claim]) -> None:
    oldest = min(claim.at for claim in claims)
    older = Check(oldest - timedelta(seconds=1), shows=False)
    assert stands(*claims, older) is stands(*claims)


class LifeOfAStep(RuleBasedStateMachine):
    """Anything may happen, in the order of time; the state is told anew after each event, as the store does."""

    def __init__(self) -> None:
        super().__init__()
        self.now = OPENED
        self.claims: list[Claim] = []
        self.checks: list[Check] = []
        self.state = StepState.TO_DO

    def tell(self) -> StepState:
        return settle(self.claims, self.checks, OPENED, GRACE)

    def hear(self, outcome: Outcome, answer: Answer, assurance: Assurance) -> None:
        self.now += timedelta(seconds=1)
        self.claims.append(Claim(self.now, outcome, answer, assurance))

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        assert self.tell() is self.state  # silence changes nothing

    @rule(outcome=st.sampled_from(Outcome), answer=st.sampled_from([Answer.DECLINED, Answer.CANCELLED]))
    def a_person_declines(self, outcome: Outcome, answer: Answer) -> None:
        self.hear(outcome, answer, Assurance.CONFIRMED)
        assert self.tell() is self.state

    @rule(outcome=st.sampled_from([Outcome.DONE, Outcome.SKIPPED]))
    def an_assistant_speaks(self, outcome: Outcome) -> None:
        before = self.state
        self.hear(outcome, Answer.COULD_NOT_ASK, Assurance.REPORTED)
        self.state = self.tell()
        assert self.state is before or self.state not in SETTLED

    @rule(outcome=st.sampled_from([Outcome.DONE, Outcome.SKIPPED]))
    def a_person_speaks(self, outcome: Outcome) -> None:
        self.hear(outcome, Answer.ANSWERED, Assurance.CONFIRMED)
        self.state = self.tell()
        assert self.state in SETTLED

    @rule()
    def an_assistant_says_not_done(self) -> None:
        before = self.state
        self.hear(Outcome.NOT_DONE, Answer.COULD_NOT_ASK, Assurance.REPORTED)
        self.state = self.tell()
        taken_back = before in (StepState.REPORTED, StepState.SKIP_REPORTED)
        assert self.state is (StepState.TO_DO if taken_back else before)

    @rule()
    def a_person_says_not_done(self) -> None:
        before = self.state
        self.hear(Outcome.NOT_DONE, Answer.ANSWERED, Assurance.CONFIRMED)
        self.state = self.tell()
        assert self.state in (StepState.TO_DO, StepState.VERIFIED)
        assert (self.state is StepState.VERIFIED) is (before is StepState.VERIFIED)

    @rule(shows=st.booleans())
    def a_roster_comes(self, shows: bool) -> None:
        self.now += timedelta(minutes=6)
        before = self.state
        self.checks.append(Check(self.now, shows))
        self.state = self.tell()
        if shows:
            assert self.state is StepState.VERIFIED
        elif before in (StepState.REPORTED, StepState.CONFIRMED, StepState.VERIFIED, StepState.CONTRADICTED):
            assert self.state is StepState.CONTRADICTED
        else:
            assert self.state is before

    @precondition(lambda self: self.claims or self.checks)
    @rule()
    def everything_is_taken_back(self) -> None:
        self.claims, self.checks = [], []
        self.state = self.tell()
        assert self.state is StepState.TO_DO

    @invariant()
    def verified_only_by_a_source(self) -> None:
        if self.state is StepState.VERIFIED:
            assert any(check.shows for check in self.checks)

    @invariant()
    def settled_only_by_a_person_or_a_source(self) -> None:
        if self.state in SETTLED:
            assert any(check.shows for check in self.checks) or any(
                claim.answer is Answer.ANSWERED and claim.assurance is Assurance.CONFIRMED for claim in self.claims
            )


TestLifeOfAStep = LifeOfAStep.TestCase
