"""Files that are attached to the steps of a case."""

import pytest

from axure_lifecycle.domain.evidence import Evidence, EvidenceFile
from axure_lifecycle.domain.holdings import Actor, Assurance
from axure_lifecycle.store.refusals import EvidenceUnknown
from tests.store.desk import MEMBERS, PAT, ROBOT, START, Desk
from tests.store.statements import listening
from tests.store.test_cases import BEN, open_case

PAGE = EvidenceFile("page.png", "image/png", b"\x89PNG\r\n\x1a\n page")


def attach(desk: Desk, case: int, step: str = "deactivate", by: Actor = PAT) -> Evidence:
    """Attach the page."""
    assurance = Assurance.CONFIRMED if by is PAT else Assurance.REPORTED
    with desk.store.writing(by) as change:
        return change.attach_evidence(change.case(case), step, PAGE, note="the members page", assurance=assurance)


def test_evidence_says_what_it_is_whose_it_is_and_by_which_digest_it_is_kept(desk: Desk) -> None:
    case = open_case(desk)
    made = attach(desk, case.id, by=ROBOT)
    assert made == Evidence(
        id=1,
        case_id=case.id,
        step="deactivate",
        digest=PAGE.digest,
        file_name="page.png",
        media_type="image/png",
        size=13,
        note="the members page",
        attached_by=ROBOT,
        assurance=Assurance.REPORTED,
        at=START,
    )
    with desk.store.reading() as view:
        assert view.evidence_of(case.id) == [made]
        assert view.evidence_of(case.id + 1) == []
        assert view.evidence(1) == made
        last = list(view.trail())[-1]
    assert last.kind == "evidence.attached"
    assert last.payload is not None
    assert PAGE.digest in last.payload


def test_evidence_that_is_taken_back_stays_written(desk: Desk) -> None:
    case = open_case(desk)
    attach(desk, case.id)
    desk.clock.pass_by(hours=1)
    with desk.store.writing(PAT) as change:
        gone = change.retract_evidence(1, "another person's page")
        assert (gone.retracted_at, gone.retracted_because) == (desk.clock.now(), "another person's page")
        assert change.retract_evidence(1, "again") == gone
    with desk.store.reading() as view:
        assert view.evidence_of(case.id) == [gone]
        assert view.verify_trail().holds
        assert [record.kind for record in view.trail()][-1] == "evidence.retracted"


def test_a_number_that_no_evidence_has_is_refused_with_the_newest(desk: Desk) -> None:
    with desk.store.reading() as view, pytest.raises(EvidenceUnknown, match="E-1: there is none yet"):
        view.evidence(1)
    attach(desk, open_case(desk).id)
    with desk.store.writing(PAT) as change, pytest.raises(EvidenceUnknown, match="the newest is E-1"):
        change.retract_evidence(2, "x")


def test_many_cases_are_read_with_their_evidence_in_as_many_statements_as_one(desk: Desk) -> None:
    first = open_case(desk, BEN)
    page = attach(desk, first.id)
    with desk.store.reading() as view, listening(desk) as for_one:
        assert [case.evidence for case in view.cases_about([BEN], "axure")] == [(page,)]
    others = [open_case(desk, BEN, f"operation-{number}") for number in range(5)]
    files = [attach(desk, others[number].id) for number in (0, 0, 3)]
    with desk.store.writing(PAT) as change:
        change.retract_evidence(files[0].id, "another person's page")
    with desk.store.reading() as view, listening(desk) as for_all:
        told = {case.name: [one.name for one in case.evidence] for case in view.cases_about([BEN], "axure")}
    assert told == {"C-6": [], "C-5": ["E-4"], "C-4": [], "C-3": [], "C-2": ["E-3"], "C-1": ["E-1"]}
    assert len(for_all) == len(for_one)


def test_a_case_that_waits_for_a_roster_comes_with_its_evidence(desk: Desk) -> None:
    case = open_case(desk)
    page = attach(desk, case.id)
    with desk.store.writing(PAT) as change:
        assert {waiting.evidence for waiting, _ in change.steps_waiting_for(MEMBERS)} == {(page,)}
