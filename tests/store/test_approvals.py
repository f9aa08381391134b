"""Approvals as they are kept: bound to the plans, lost with them, given once by two who agree at the same moment."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.approvals import Approval, ApprovalReason
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel, HoldingKind
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.ports import CaseRecord, Change, Page
from axure_lifecycle.store import open_store
from axure_lifecycle.store.refusals import ApprovalUnknown, CaseChanged
from tests.store.desk import PAT, START, Desk
from tests.store.test_cases import ANA, BEN, claim, every, open_case, plan, step

KIM = Actor("kim@acme.example", Channel.CONSOLE_SECOND_FACTOR, proof="token T-3")
LEE = Actor("lee@acme.example", Channel.CONSOLE)
SUPER, BACK = ApprovalReason.SUPER_ADMIN, ApprovalReason.REACTIVATION
JOINING = plan(ANA, "role_change", step("change-role", HoldingKind.MEMBERSHIP, "has_role"))


def waiting_case(desk: Desk, *people: Address, owner: str | None = None) -> CaseRecord:
    """A case to which a second person must agree."""
    everybody = people or (ANA,)
    with desk.store.writing(PAT) as change:
        wanted = plan(everybody[0])
        return change.open_case(wanted, everybody, due_on=None, reason="", owner=owner, approval_for=[SUPER])


def approve(change: Change, case: CaseRecord, assurance: Assurance = Assurance.CONFIRMED) -> Approval:
    """Agree to a case."""
    return change.approve_case(
        case, assurance=assurance, question="Do you approve ANA?", question_digest="e" * 64, note="seen"
    )


def waiting(desk: Desk) -> list[int]:
    """The cases in the list of those that wait for somebody; each says so itself, and no other one does."""
    with desk.store.reading() as view:
        lines, _, count = view.cases(Page(50), lacks_approval=True)
        assert count == len(lines)
        all_of_them = [view.case(line.id) for line in view.cases(Page(50))[0]]
        assert [one.id for one in all_of_them if one.lacks_approval and one.state is CaseState.OPEN] == [
            line.id for line in lines
        ]
        assert all(line.lacks_approval for line in lines)
    return [line.id for line in lines]


def test_an_approval_is_kept_as_it_was_given(desk: Desk) -> None:
    case = waiting_case(desk)
    assert (case.approval_for, case.approvals, case.lacks_approval) == ((SUPER,), (), True)
    assert waiting(desk) == [1]
    desk.clock.pass_by(minutes=5)
    with desk.store.writing(KIM) as change:
        made = approve(change, case)
    assert (made.name, made.case_id, made.plans_digest) == ("A-1", 1, plan().digest)
    assert (made.approved_by, made.at, made.assurance) == (KIM, START + timedelta(minutes=5), Assurance.CONFIRMED)
    assert (made.question, made.question_digest, made.note) == ("Do you approve ANA?", "e" * 64, "seen")
    with desk.store.reading() as view:
        assert view.approval(1) == made
        found = view.case(1)
        assert (found.approvals, found.approval, found.lacks_approval, found.version) == ((made,), made, False, 2)
        *_, opened, approved = view.trail()
    assert waiting(desk) == []
    assert (opened.kind, approved.kind) == ("case.opened", "case.approved")
    assert json.loads(opened.payload or "")["approval_for"] == "super_admin"
    said = json.loads(approved.payload or "")
    assert said["by"] == {
        "name": "kim@acme.example",
        "channel": "console_second_factor",
        "client": None,
        "proof": "token T-3",
    }
    assert (said["approval"], said["plans_digest"], said["assurance"]) == (1, plan().digest, "confirmed")


def test_a_case_to_which_nobody_must_agree_waits_for_nobody(desk: Desk) -> None:
    case = open_case(desk)
    assert (case.approval_for, case.lacks_approval) == ((), False)
    assert waiting(desk) == []


def test_a_word_that_is_not_strong_enough_is_kept_and_does_not_count(desk: Desk) -> None:
    case = waiting_case(desk)
    with desk.store.writing(LEE) as change:
        approve(change, case, Assurance.REPORTED)
    assert waiting(desk) == [1]
    with desk.store.writing(KIM) as change:
        approve(change, change.case(1))
    assert waiting(desk) == []
    with desk.store.reading() as view:
        assert [one.assurance.value for one in view.case(1).approvals] == ["reported", "confirmed"]
        assert [record.kind for record in view.trail()] == ["case.opened", "approval.reported", "case.approved"]


def test_an_approval_dies_with_another_plan_that_joins_and_a_new_one_is_for_both(desk: Desk) -> None:
    case = waiting_case(desk)
    with desk.store.writing(KIM) as change:
        approve(change, case)
    with desk.store.writing(PAT) as change:
        joined = change.join_case(change.case(1), JOINING, reason="", approval_for=[BACK])
    assert joined.approval_for == (SUPER, BACK)
    assert (joined.approval, joined.lacks_approval) == (None, True)
    assert waiting(desk) == [1]
    with desk.store.writing(KIM) as change:
        again = approve(change, change.case(1))
    assert again.plans_digest not in (plan().digest, JOINING.digest)
    assert waiting(desk) == []


def test_a_plan_that_joins_brings_its_own_reasons(desk: Desk) -> None:
    open_case(desk)
    with desk.store.writing(PAT) as change:
        joined = change.join_case(change.case(1), JOINING, reason="", approval_for=[BACK])
    assert (joined.approval_for, waiting(desk)) == ((BACK,), [1])


def test_an_approval_that_is_taken_back_stays_written_and_counts_no_more(desk: Desk) -> None:
    case = waiting_case(desk)
    with desk.store.writing(KIM) as change:
        approve(change, case)
        taken_back = change.retract_approval(1, "the wrong person")
        assert change.retract_approval(1, "again") == taken_back
    assert (taken_back.retracted_at, taken_back.retracted_because) == (START, "the wrong person")
    assert waiting(desk) == [1]
    with desk.store.reading() as view:
        assert [record.kind for record in view.trail()] == ["case.opened", "case.approved", "approval.retracted"]
        with pytest.raises(ApprovalUnknown, match="A-9: the newest is A-1"):
            view.approval(9)


PARTS: dict[str, Callable[[Change, CaseRecord], object]] = {
    "says something about a step": claim,
    "owns it": lambda change, case: change.assign_case(case, "Kim@Acme.example"),
}


@pytest.mark.parametrize("part", list(PARTS))
def test_whoever_approved_and_then_has_a_part_in_it_approved_nothing(desk: Desk, part: str) -> None:
    case = waiting_case(desk)
    with desk.store.writing(KIM) as change:
        approve(change, case)
        PARTS[part](change, change.case(1))
    assert waiting(desk) == [1]


def test_what_was_said_keeps_whether_it_was_approved(desk: Desk) -> None:
    case = waiting_case(desk)
    with desk.store.writing(PAT) as change:
        for stood in (None, False, True):
            change.add_claim(
                case,
                "deactivate",
                outcome=Outcome.DONE,
                answer=Answer.ANSWERED,
                assurance=Assurance.CONFIRMED,
                question="?",
                question_digest="d" * 64,
                note=str(stood),
                was_approved=stood,
            )
    with desk.store.reading() as view:
        kept = {one.note: one.was_approved for one in view.case(1).steps[0].claims}
        said = [json.loads(record.payload or "") for record in view.trail() if record.kind == "claim.made"]
    assert kept == {"None": None, "False": False, "True": True}
    assert {one["note"]: one.get("was_approved") for one in said} == kept


def test_a_case_that_is_over_waits_for_nobody(desk: Desk) -> None:
    case = waiting_case(desk)
    other = replace(plan(BEN), operation="other")
    with desk.store.writing(PAT) as change:
        change.cancel_case(case, "no")
        late = change.open_case(other, [BEN], due_on=None, reason="", owner=None, approval_for=[SUPER])
        change.settle(late, every(StepState.CONFIRMED), CaseState.DONE)
    assert waiting(desk) == []


def test_a_record_about_an_approval_names_the_others_by_number(desk: Desk) -> None:
    case = waiting_case(desk, ANA, BEN)
    with desk.store.writing(KIM) as change:
        change.approve_case(
            case, assurance=Assurance.CONFIRMED, question=f"{ANA} and {BEN}?", question_digest="e" * 64, note=""
        )
    with desk.store.reading() as view:
        *_, approved = view.trail()
    assert json.loads(approved.payload or "")["question"] == f"{ANA} and ⟨person 2⟩?"


def test_an_approval_of_a_case_that_moved_since_it_was_read_is_not_kept(desk: Desk) -> None:
    case = waiting_case(desk)
    with desk.store.writing(PAT) as change:
        change.join_case(case, JOINING, reason="")
    with pytest.raises(CaseChanged, match="version 1 and is now at version 2"), desk.store.writing(KIM) as change:
        approve(change, case)
    assert waiting(desk) == [1]


def test_of_two_who_approve_at_once_one_counts_and_the_other_is_told(desk: Desk) -> None:
    cases = [waiting_case(desk, Address(f"ana.{number}@acme.example")) for number in range(6)]
    together = Barrier(2)

    def agree(actor: Actor) -> Sequence[bool]:
        kept: list[bool] = []
        with closing(open_store(desk.url, desk.clock)) as store:
            for case in cases:
                together.wait(timeout=30)
                try:
                    with store.writing(actor) as change:
                        approve(change, case)
                    kept.append(True)
                except CaseChanged:
                    kept.append(False)
        return kept

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(agree, (KIM, LEE))
    assert [sum(both) for both in zip(first, second, strict=True)] == [1] * len(cases)
    assert waiting(desk) == []
    with desk.store.reading() as view:
        assert view.verify_trail().holds
        assert [len(view.case(case.id).approvals) for case in cases] == [1] * len(cases)
