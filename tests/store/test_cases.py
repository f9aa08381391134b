"""Cases: what is written down, by whom, and who moved them meanwhile."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Assurance, HoldingKind
from axure_lifecycle.domain.plans import Doer, EndState, Notice, NoticeKind, Plan, Step
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.ports import CaseRecord, Change, ClaimRecord, Page
from axure_lifecycle.store.refusals import CaseChanged, CaseOpenAlready, CaseUnknown, ClaimUnknown
from axure_lifecycle.store.values import read_plan, write_plan
from tests.store.desk import MEMBERS, OKTA, PAT, ROBOT, SEATS, START, Desk, member, person, seat
from tests.store.statements import listening

ANA, BEN = Address("ana@acme.example"), Address("ben@acme.example")


def step(key: str, holding: HoldingKind | None, becomes: str = "deactivated") -> Step:
    """A step that a roster can show, or none."""
    return Step(
        key=key,
        title=f"Do {key}",
        doer=Doer.ADMIN,
        place="Members › Ana",
        is_place_known=True,
        instruction="Click.",
        evidence="A picture.",
        question=f"Is {key} done?",
        facts=("deactivate-effect",),
        end=None if holding is None else EndState(holding, becomes, ("axure/cloud_for_business",), (ANA,)),
    )


def plan(subject: Address = ANA, operation: str = "offboard", *steps: Step) -> Plan:
    """A plan with a membership, a seat and a step that nobody can show."""
    return Plan(
        operation=operation,
        application="axure",
        subject=subject,
        playbook="axure.offboard/1",
        facts_version="1",
        options={"last_day": "2026-11-27"},
        holdings=({"kind": "membership", "status": "active"},),
        steps=steps
        or (
            step("deactivate", HoldingKind.MEMBERSHIP),
            step("release-seat", HoldingKind.SEAT, "not_assigned"),
            step("say-goodbye", None),
        ),
        notices=(Notice("sso-off", NoticeKind.WARNING, "Use SSO is off.", ("use-sso",)),),
    )


def every(state: StepState) -> dict[str, StepState]:
    """All steps of the plan in one state."""
    return {"deactivate": state, "release-seat": state, "say-goodbye": state}


def open_case(desk: Desk, subject: Address = ANA, operation: str = "offboard", owner: str | None = None) -> CaseRecord:
    """Open a case for somebody."""
    with desk.store.writing(PAT) as change:
        return change.open_case(
            plan(subject, operation), [subject], due_on="2026-11-27", reason="she leaves", owner=owner
        )


def claim(change: Change, case: CaseRecord, key: str = "deactivate", outcome: Outcome = Outcome.DONE) -> ClaimRecord:
    """Say something about a step."""
    return change.add_claim(
        case,
        key,
        outcome=outcome,
        answer=Answer.ANSWERED,
        assurance=Assurance.CONFIRMED,
        question=f"Is {key} done?",
        question_digest="d" * 64,
        note="I saw it",
    )


def test_a_case_keeps_the_plan_that_was_shown(desk: Desk) -> None:
    case = open_case(desk, owner="sam@acme.example")
    assert (case.name, case.version, case.state, case.subject) == ("C-1", 1, CaseState.OPEN, ANA)
    assert case.plan == plan()
    assert case.plan_digest == plan().digest == case.plan.digest
    assert (case.owner, case.opened_by, case.opened_at) == ("sam@acme.example", PAT, START)
    assert (case.due_on, case.reason) == ("2026-11-27", "she leaves")
    assert [(each.step.key, each.position, each.state) for each in case.steps] == [
        ("deactivate", 1, StepState.TO_DO),
        ("release-seat", 2, StepState.TO_DO),
        ("say-goodbye", 3, StepState.TO_DO),
    ]
    with desk.store.reading() as view:
        assert view.case(1) == case
        assert view.case_on(ANA, "offboard") == case
        assert view.case_on(BEN, "offboard") is None
        assert view.case_on(ANA, "onboard") is None


def test_a_second_case_of_the_same_operation_names_the_first(desk: Desk) -> None:
    open_case(desk)
    with pytest.raises(CaseOpenAlready, match="C-1 is already open"):
        open_case(desk)
    assert open_case(desk, operation="role_change").id == 2
    assert open_case(desk, BEN).id == 3


def test_another_case_is_found_by_any_of_a_person_s_addresses_in_one_read(desk: Desk) -> None:
    others = [Address(f"ana.{number}@acme.example") for number in range(20)]
    people = [ANA, *others]
    with desk.store.reading() as view:
        assert not view.has_other_case(people, "onboard")
    case = open_case(desk, others[-1])
    open_case(desk, BEN, "onboard")
    with desk.store.reading() as view, listening(desk) as heard:
        assert view.has_other_case(people, "onboard")
        assert not view.has_other_case(people, "offboard")
        assert not view.has_other_case(people[:-1], "onboard")
        assert not view.has_other_case([], "onboard")
    assert len(heard) == 4
    with desk.store.writing(PAT) as change:
        case = change.settle(case, every(StepState.CONFIRMED), CaseState.DONE)
        assert change.has_other_case(people, "onboard")
        change.settle(case, every(StepState.VERIFIED), CaseState.VERIFIED)
        assert not change.has_other_case(people, "onboard")


def test_a_case_that_is_done_is_in_the_way_while_a_roster_can_show_it(desk: Desk) -> None:
    case = open_case(desk)
    with desk.store.writing(PAT) as change:
        case = change.settle(case, every(StepState.CONFIRMED), CaseState.DONE)
    with pytest.raises(CaseOpenAlready):
        open_case(desk)
    with desk.store.writing(PAT) as change:
        change.settle(case, {**every(StepState.VERIFIED), "say-goodbye": StepState.CONFIRMED}, CaseState.VERIFIED)
    assert open_case(desk).id == 2


def test_a_case_that_no_roster_can_show_is_over_when_it_is_done(desk: Desk) -> None:
    with desk.store.writing(PAT) as change:
        bare = plan(ANA, "offboard", step("say-goodbye", None))
        case = change.open_case(bare, [ANA], due_on=None, reason="", owner=None)
        change.settle(case, {"say-goodbye": StepState.CONFIRMED}, CaseState.DONE)
    assert open_case(desk).id == 2


def test_an_old_case_can_open_again_beside_a_new_one(desk: Desk) -> None:
    """A roster that verified it was taken back: that is no reason to refuse taking it back."""
    case = open_case(desk)
    with desk.store.writing(PAT) as change:
        case = change.settle(case, every(StepState.VERIFIED), CaseState.VERIFIED)
    open_case(desk)
    with desk.store.writing(PAT) as change:
        assert change.settle(case, {"deactivate": StepState.TO_DO}, CaseState.OPEN).state is CaseState.OPEN


def test_what_was_said_is_written_down_as_it_was_said(desk: Desk) -> None:
    case = open_case(desk)
    desk.clock.pass_by(minutes=5)
    with desk.store.writing(ROBOT) as change:
        said = change.add_claim(
            case,
            "deactivate",
            outcome=Outcome.SKIPPED,
            answer=Answer.COULD_NOT_ASK,
            assurance=Assurance.REPORTED,
            question="Is it done?",
            question_digest="e" * 64,
            note="“skip it” – she said\nso",
        )
    assert (said.id, said.outcome, said.answer, said.assurance) == (
        1,
        Outcome.SKIPPED,
        Answer.COULD_NOT_ASK,
        Assurance.REPORTED,
    )
    assert (said.said_by, said.at, said.note) == (ROBOT, desk.clock.now(), "“skip it” – she said\nso")
    with desk.store.reading() as view:
        assert view.claim(1) == (1, "deactivate", said)
        assert [each.claims for each in view.case(1).steps] == [(said,), (), ()]


def test_a_claim_that_is_taken_back_stays_written(desk: Desk) -> None:
    case = open_case(desk)
    with desk.store.writing(PAT) as change:
        claim(change, case)
    with desk.store.writing(PAT) as change:
        taken_back = change.retract_claim(1, "it was Ben's")
    with desk.store.writing(ROBOT) as change:
        assert change.retract_claim(1, "again") == taken_back
    assert (taken_back.retracted_at, taken_back.retracted_because) == (START, "it was Ben's")
    with desk.store.reading() as view:
        assert view.case(1).steps[0].claims == (taken_back,)
        assert [record.kind for record in view.trail()] == ["case.opened", "claim.made", "claim.retracted"]


def test_numbers_that_nobody_has_name_the_newest(desk: Desk) -> None:
    with desk.store.reading() as view:
        with pytest.raises(CaseUnknown, match="C-9: there is none yet"):
            view.case(9)
        with pytest.raises(ClaimUnknown, match="K-9: there is none yet"):
            view.claim(9)
    open_case(desk)
    with desk.store.reading() as view, pytest.raises(CaseUnknown, match="the newest is C-1"):
        view.case(9)


_moves: dict[str, Callable[[Change, CaseRecord], object]] = {
    "claim": claim,
    "assign": lambda change, case: change.assign_case(case, "kim@acme.example"),
    "settle": lambda change, case: change.settle(case, {"deactivate": StepState.CONFIRMED}, CaseState.OPEN),
    "cancel": lambda change, case: change.cancel_case(case, "she stays"),
    "check": lambda change, case: change.add_check(case, "deactivate", change.source(1), shows=True, basis="status"),
}


@pytest.mark.parametrize("first", list(_moves))
@pytest.mark.parametrize("second", ["assign", "settle", "cancel"])
def test_a_case_that_moved_since_it_was_read_is_not_overwritten(desk: Desk, first: str, second: str) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    case = open_case(desk)
    with desk.store.writing(PAT) as change:
        _moves[first](change, case)
    with (
        pytest.raises(CaseChanged, match="read as version 1 and is now at version 2"),
        desk.store.writing(PAT) as change,
    ):
        _moves[second](change, case)
    with desk.store.reading() as view:
        assert view.case(case.id).version == 2
        assert len(list(view.trail())) == 3


def test_what_was_said_is_kept_even_when_the_case_moved(desk: Desk) -> None:
    case = open_case(desk)
    for _ in range(2):
        with desk.store.writing(PAT) as change:
            claim(change, case)
    with desk.store.reading() as view:
        assert len(view.case(1).steps[0].claims) == 2


def test_settling_what_is_settled_already_writes_nothing(desk: Desk) -> None:
    case = open_case(desk)
    with desk.store.writing(PAT) as change:
        assert change.settle(case, {"deactivate": StepState.TO_DO}, CaseState.OPEN) == case
    with desk.store.reading() as view:
        assert view.case(1).version == 1
        assert view.verify_trail().records == 1


def test_a_case_given_away_and_cancelled_says_so(desk: Desk) -> None:
    case = open_case(desk)
    with desk.store.writing(PAT) as change:
        given = change.assign_case(case, "kim@acme.example")
        over = change.cancel_case(given, "she stays")
    assert (given.owner, over.state, over.version) == ("kim@acme.example", CaseState.CANCELLED, 3)
    assert open_case(desk).id == 2


def test_steps_wait_for_the_systems_that_can_show_them(desk: Desk) -> None:
    directory = plan(BEN, "offboard", step("suspend", HoldingKind.DIRECTORY_ACCOUNT, "not_active"))
    open_case(desk)
    with desk.store.writing(PAT) as change:
        change.open_case(directory, [BEN], due_on=None, reason="", owner=None)
        change.cancel_case(change.open_case(plan(BEN, "x"), [BEN], due_on=None, reason="", owner=None), "no")
        other = replace(plan(BEN, "y"), application="figma")
        change.open_case(other, [BEN], due_on=None, reason="", owner=None)
        waiting = {
            system.name: [(case.name, each.step.key) for case, each in change.steps_waiting_for(system)]
            for system in (MEMBERS, SEATS, OKTA)
        }
    assert waiting == {
        "cloud_for_business": [("C-1", "deactivate")],
        "license_portal": [("C-1", "release-seat")],
        "okta": [("C-2", "suspend")],
    }


def test_a_check_counts_once_for_each_source_and_not_when_its_source_was_taken_back(desk: Desk) -> None:
    early = desk.bring(MEMBERS, [member(ANA)])
    desk.clock.pass_by(hours=1)
    late = desk.bring(SEATS, [seat("S-1")])
    case = open_case(desk)
    with desk.store.writing(PAT) as change:
        change.add_check(case, "deactivate", late, shows=True, basis="not_listed")
        change.add_check(case, "deactivate", early, shows=False, basis="status")
        change.add_check(case, "deactivate", early, shows=True, basis="status")
    with desk.store.reading() as view:
        assert [(each.source, each.shows, each.basis) for each in view.case(1).steps[0].checks] == [
            (early, True, "status"),
            (late, True, "not_listed"),
        ]
        assert view.cases_leaning_on(early.id) == [1]
        assert view.cases_leaning_on(99) == []
    with desk.store.writing(PAT) as change:
        change.retract_source(early.id, "wrong")
    with desk.store.reading() as view:
        assert [each.source for each in view.case(1).steps[0].checks] == [late]
        assert view.cases_leaning_on(early.id) == [1]


def test_a_list_of_cases_counts_their_steps(desk: Desk) -> None:
    first, second = open_case(desk, owner="kim@acme.example"), open_case(desk, BEN)
    with desk.store.writing(PAT) as change:
        states = {
            "deactivate": StepState.CONTRADICTED,
            "release-seat": StepState.VERIFIED,
            "say-goodbye": StepState.SKIPPED,
        }
        change.settle(first, states, CaseState.OPEN)
        change.cancel_case(second, "no")
    with desk.store.reading() as view:
        lines, cursor, count = view.cases(Page(1))
        rest, end, _ = view.cases(Page(1, cursor))
        assert [(line.id, line.steps, line.settled, line.contradicted) for line in (*lines, *rest)] == [
            (2, 3, 0, 0),
            (1, 3, 2, 1),
        ]
        assert (count, end) == (2, None)
        assert [line.id for line in view.cases(Page(9), states=[CaseState.OPEN])[0]] == [1]
        assert [line.id for line in view.cases(Page(9), states=[CaseState.OPEN, CaseState.CANCELLED])[0]] == [2, 1]
        assert [line.id for line in view.cases(Page(9), subject=BEN)[0]] == [2]
        assert view.cases(Page(9), owner="kim@acme.example", subject=BEN) == ([], None, 0)


def test_an_answer_is_given_again_to_the_same_key_and_to_no_other(desk: Desk) -> None:
    with desk.store.writing(PAT) as change:
        change.keep_answer("key-1", '{"case": 1}')
        change.keep_answer("key-1", '{"case": 2}')
    with desk.store.reading() as view:
        assert view.answer_to("key-1") == '{"case": 1}'
        assert view.answer_to("key-2") is None
        assert view.verify_trail().records == 1


def test_a_directory_person_can_be_looked_up_in_one_source(desk: Desk) -> None:
    source = desk.bring(OKTA, [person("2", BEN), person("1", ANA, "a@acme.example")])
    with desk.store.reading() as view:
        found = view.accounts_in(source, [Address("a@acme.example"), BEN, Address("x@acme.example")])
        assert [(each.key, each.address, each.addresses) for each in found] == [
            ("1", ANA, (ANA, "a@acme.example")),
            ("2", BEN, (BEN,)),
        ]
        assert view.accounts_in(source, []) == []


_text = st.text(max_size=12)
_texts = st.lists(_text, max_size=3).map(tuple)
_step = st.builds(
    Step,
    key=_text,
    title=_text,
    doer=st.sampled_from(Doer),
    place=_text,
    is_place_known=st.booleans(),
    instruction=_text,
    evidence=_text,
    question=_text,
    facts=_texts,
    after=_texts,
    end=st.none() | st.builds(EndState, st.sampled_from(HoldingKind), _text, _texts, _texts, _texts),
)
_plan = st.builds(
    Plan,
    operation=_text,
    application=_text,
    subject=_text,
    playbook=_text,
    facts_version=_text,
    options=st.dictionaries(_text, _text, max_size=3),
    holdings=st.lists(st.dictionaries(_text, _text, max_size=3), max_size=3).map(tuple),
    steps=st.lists(_step, max_size=3).map(tuple),
    notices=st.lists(st.builds(Notice, _text, st.sampled_from(NoticeKind), _text, _texts), max_size=3).map(tuple),
)


@given(_plan)
def test_a_stored_plan_is_the_plan_and_has_its_digest(given_plan: Plan) -> None:
    stored = write_plan(given_plan)
    assert json.loads(stored)["operation"] == given_plan.operation
    assert read_plan(stored) == given_plan
    assert read_plan(stored).digest == given_plan.digest
