"""The life of a case, written down a second time by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.cases import TRANSITIONS, CaseEvent, CaseOver, CaseState, Progress, event_of, follow
from axure_lifecycle.domain.steps import StepState

BY_HAND = {
    ("open", "steps_settled"): "done",
    ("open", "all_shown"): "verified",
    ("open", "steps_unsettled"): "open",
    ("open", "cancelled"): "cancelled",
    ("done", "steps_settled"): "done",
    ("done", "all_shown"): "verified",
    ("done", "steps_unsettled"): "open",
    ("done", "cancelled"): None,
    ("verified", "steps_settled"): "done",
    ("verified", "all_shown"): "verified",
    ("verified", "steps_unsettled"): "open",
    ("verified", "cancelled"): None,
    ("cancelled", "steps_settled"): None,
    ("cancelled", "all_shown"): None,
    ("cancelled", "steps_unsettled"): None,
    ("cancelled", "cancelled"): None,
}


def test_every_state_answers_every_event_as_written_here() -> None:
    told = {
        (state.value, event.value): after.value if (after := follow(state, event)) else None
        for state in CaseState
        for event in CaseEvent
    }
    assert told == BY_HAND


def test_a_cancelled_case_is_over() -> None:
    assert not TRANSITIONS[CaseState.CANCELLED]
    assert str(CaseOver("C-7", CaseState.CANCELLED, "assigned")).startswith("C-7 cannot be assigned: it is cancelled.")


VISIBLE, UNSEEN = True, False
S = StepState


@pytest.mark.parametrize(
    ("steps", "event"),
    [
        ([(S.TO_DO, VISIBLE)], "steps_unsettled"),
        ([(S.REPORTED, VISIBLE)], "steps_unsettled"),
        ([(S.SKIP_REPORTED, UNSEEN)], "steps_unsettled"),
        ([(S.VERIFIED, VISIBLE), (S.CONTRADICTED, VISIBLE)], "steps_unsettled"),
        ([(S.VERIFIED, VISIBLE), (S.REPORTED, UNSEEN)], "steps_unsettled"),
        ([(S.CONFIRMED, VISIBLE)], "steps_settled"),
        ([(S.CONFIRMED, UNSEEN), (S.SKIPPED, UNSEEN)], "steps_settled"),  # no roster can ever show any of it
        ([(S.SKIPPED, VISIBLE)], "steps_settled"),  # a skip is not shown by anything
        ([(S.VERIFIED, VISIBLE), (S.CONFIRMED, VISIBLE)], "steps_settled"),
        ([(S.VERIFIED, VISIBLE)], "all_shown"),
        ([(S.VERIFIED, VISIBLE), (S.CONFIRMED, UNSEEN)], "all_shown"),
        ([(S.VERIFIED, VISIBLE), (S.SKIPPED, VISIBLE)], "steps_settled"),  # what was skipped was shown by nobody
        ([], "steps_settled"),
    ],
)
def test_what_the_steps_of_a_case_amount_to(steps: list[tuple[StepState, bool]], event: str) -> None:
    assert event_of(Progress(*step) for step in steps).value == event


STEPS = st.lists(st.builds(Progress, st.sampled_from(StepState), st.booleans()), max_size=6)


@given(STEPS)
def test_a_case_with_a_reported_step_is_never_done(steps: list[Progress]) -> None:
    reported = Progress(StepState.REPORTED, can_be_shown=True)
    assert follow(CaseState.OPEN, event_of([*steps, reported])) is CaseState.OPEN


@given(STEPS)
def test_a_case_is_verified_only_when_a_source_showed_something_and_nothing_visible_waits(
    steps: list[Progress],
) -> None:
    if event_of(steps) is CaseEvent.ALL_SHOWN:
        assert any(step.state is StepState.VERIFIED for step in steps)
        assert not any(step.can_be_shown and step.state is StepState.CONFIRMED for step in steps)
        assert all(step.state in (StepState.VERIFIED, StepState.CONFIRMED, StepState.SKIPPED) for step in steps)


@given(STEPS.flatmap(lambda steps: st.tuples(st.just(steps), st.permutations(steps))))
def test_the_order_of_steps_changes_no_case(both: tuple[list[Progress], list[Progress]]) -> None:
    assert event_of(both[0]) is event_of(both[1])


@given(STEPS, st.sampled_from([CaseState.OPEN, CaseState.DONE, CaseState.VERIFIED]))
def test_where_a_case_stands_depends_on_its_steps_and_not_on_where_it_stood(
    steps: list[Progress], before: CaseState
) -> None:
    assert follow(before, event_of(steps)) is follow(CaseState.OPEN, event_of(steps))
