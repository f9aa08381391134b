"""What people found out on their own screens stands beside a plan, and only a person's word moves a step."""

from dataclasses import replace
from datetime import UTC, date, datetime

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel
from axure_lifecycle.domain.local import LocalFact, ScreenChange
from axure_lifecycle.domain.localizing import localize
from axure_lifecycle.domain.plans import Doer, Notice, NoticeKind, Plan, Step

NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
PAT = Actor(Address("pat@acme.example"), Channel.TERMINAL, None)
STEP = Step(
    key="deactivate",
    title="Deactivate",
    doer=Doer.ADMIN,
    place="path unknown: a control in the row",
    is_place_known=False,
    instruction="Deactivate it.",
    evidence="A picture.",
    question="Did you?",
    facts=("deactivate.control", "deactivate.who"),
)
PLAN = Plan(
    operation="offboard",
    application="axure",
    subject="ana@acme.example",
    playbook="axure.offboard/2",
    facts_version="1",
    options={},
    holdings=(),
    steps=(STEP,),
    notices=(),
)
CHANGE = ScreenChange(
    id=2,
    playbook="axure.offboard",
    step="deactivate",
    screens="new",
    differs="there is a “switch”\u202e instead",
    place="Members › the switch",
    said_by=PAT,
    assurance=Assurance.CONFIRMED,
    at=NOW,
)
ANSWER = LocalFact(
    id=3,
    fact="deactivate.control",
    answer="a switch",
    evidence="",
    said_by=PAT,
    assurance=Assurance.REPORTED,
    at=NOW,
    until=date(2027, 11, 20),
)


def step_with(answers: dict[str, LocalFact], *changes: ScreenChange) -> Step:
    """The one step of the plan, with these."""
    known = {(change.playbook, change.step): change for change in changes}
    [step] = localize(PLAN, answers, known, UTC).steps
    return step


def test_nothing_known_locally_changes_nothing() -> None:
    assert localize(PLAN, {}, {}, UTC) == PLAN


def test_an_answer_stands_beside_the_step_that_leans_on_its_fact_with_who_said_it() -> None:
    step = step_with({"deactivate.control": ANSWER, "seat.price": replace(ANSWER, fact="seat.price")})
    assert step.notes == (
        "Known here, reported by pat@acme.example on 2026-11-20 (F-3), about deactivate.control: “a switch”",
    )
    assert step.place == STEP.place


def test_a_place_that_a_person_confirmed_is_where_the_step_is_done() -> None:
    step = step_with({}, CHANGE)
    assert (step.place, step.is_place_known) == ("Members › the switch", True)
    assert step.notes == (
        "This screen differs here, confirmed by pat@acme.example on 2026-11-20 (S-2): "
        '“there is a "switch"⟨U+202E⟩ instead”',
        "The playbook says: path unknown: a control in the row",
    )


def test_a_place_that_only_an_assistant_relayed_leads_nobody_there() -> None:
    step = step_with({}, replace(CHANGE, assurance=Assurance.REPORTED))
    assert (step.place, step.is_place_known) == (STEP.place, False)
    assert step.notes[1] == "Said to be done here, which nobody confirmed: “Members › the switch”"


def test_a_change_without_a_place_marks_the_step() -> None:
    step = step_with({}, replace(CHANGE, place=None))
    assert step.place == STEP.place
    assert len(step.notes) == 1


def test_a_change_of_another_playbook_or_step_marks_nothing() -> None:
    others = replace(CHANGE, playbook="axure.onboard"), replace(CHANGE, step="hand-over-workspaces")
    assert step_with({}, *others) == STEP


def test_the_digest_covers_what_is_known_locally() -> None:
    assert localize(PLAN, {"deactivate.control": ANSWER}, {}, UTC).digest != PLAN.digest


def test_an_answer_stands_beside_every_notice_that_leans_on_its_fact() -> None:
    said = Notice("who", NoticeKind.UNKNOWN, "Who may is unknown.", ("deactivate.control", "deactivate.who"))
    other = Notice("seat", NoticeKind.WARNING, "A seat costs.", ("seat.price",))

    found = localize(replace(PLAN, notices=(said, other)), {"deactivate.control": ANSWER}, {}, UTC)

    known = "Known here, reported by pat@acme.example on 2026-11-20 (F-3), about deactivate.control: “a switch”"
    assert found.notices == (replace(said, notes=(known,)), other)
    assert found.digest == localize(PLAN, {"deactivate.control": ANSWER}, {}, UTC).digest
