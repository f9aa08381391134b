"""Opening cases and moving them: what was said, what was shown, and what follows, each with its trail record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.approvals import Approval, ApprovalReason, write_reasons
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Assurance, System
from axure_lifecycle.domain.plans import Plan, fit_beside
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports import CaseRecord, ClaimRecord, StepRecord
from axure_lifecycle.store import cases, schema
from axure_lifecycle.store.refusals import CaseChanged, CaseOpenAlready
from axure_lifecycle.store.values import write_actor, write_plan
from axure_lifecycle.store.writing import Writing

_c, _t, _k = schema.case, schema.step, schema.claim


def _needs_approval(reasons: Iterable[ApprovalReason]) -> Mapping[str, str]:
    """Why a second person must agree, as the trail has it; nothing where nobody must."""
    words = write_reasons(reasons)
    return {"approval_for": words} if words else {}


class CaseChange(Writing):
    """The part of `ports.Change` that is about cases, their steps and claims."""

    def open_case(
        self,
        plan: Plan,
        people: Sequence[Address],
        *,
        due_on: str | None,
        reason: str,
        owner: str | None,
        approval_for: Sequence[ApprovalReason] = (),
    ) -> CaseRecord:
        """Raises `CaseOpenAlready` when one of the same operation is open for one of the people.

        One that is done and waits for a roster counts as open.
        """
        now = self._clock.now()
        first, *others = dict.fromkeys(people or (Address(plan.subject),))
        everybody = (first, *sorted(others))
        in_the_way = {
            person: cases.in_the_way(self._connection, plan.application, person, plan.operation) for person in everybody
        }
        for other in filter(None, in_the_way.values()):
            raise CaseOpenAlready([one for one in everybody if in_the_way[one] == other], plan.operation, other)
        digest, subject = plan.digest, everybody[0]
        case_id = self._insert(
            _c,
            version=1,
            operation=plan.operation,
            application=plan.application,
            subject=subject,
            state=CaseState.OPEN.value,
            plan_digest=digest,
            plan=write_plan(plan),
            owner=owner,
            opened_by=write_actor(self._actor),
            opened_at=moment(now),
            due_on=due_on,
            reason=reason,
            approval_for=write_reasons(approval_for) or None,
            lacks_approval=bool(approval_for),
        )
        self._connection.execute(
            insert(schema.case_person), [{"case_id": case_id, "address": person} for person in everybody]
        )
        self._add_steps(case_id, plan, part=1, after=0)
        self._append(
            now,
            "case.opened",
            {
                "case": case_id,
                "operation": plan.operation,
                "application": plan.application,
                "subject": subject,
                "people": len(everybody),
                "plan_digest": digest,
                "playbook": plan.playbook,
                "steps": [step.key for step in plan.steps],
                "owner": owner,
                "due_on": due_on,
                "reason": reason,
                **_needs_approval(approval_for),
            },
            subject,
            everybody[1:],
        )
        for number, person in enumerate(everybody[1:], 2):  # each erased without the others
            self._append(now, "case.is_about", {"case": case_id, "number": number, "person": person}, person)
        return self.case(case_id)

    def join_case(
        self, case: CaseRecord, plan: Plan, *, reason: str, approval_for: Sequence[ApprovalReason] = ()
    ) -> CaseRecord:
        """Add the steps of another plan for the same person to an open case. Raises `CaseChanged`."""
        now = self._clock.now()
        needs = {*case.approval_for, *approval_for}
        # Whatever was agreed to before was agreed to without this plan.
        self._move(case.id, read=case, approval_for=write_reasons(needs) or None, lacks_approval=bool(needs))
        number = len(case.parts) + 1
        beside = fit_beside(plan, [record.step for record in case.steps])
        self._insert(
            schema.case_part,
            case_id=case.id,
            number=number,
            operation=plan.operation,
            plan_digest=plan.digest,
            plan=write_plan(beside),
            opened_at=moment(now),
            opened_by=write_actor(self._actor),
            reason=reason,
        )
        self._add_steps(case.id, beside, part=number, after=len(case.steps))
        self._append(
            now,
            "case.joined",
            {
                "case": case.id,
                "part": number,
                "operation": plan.operation,
                "subject": case.subject,
                "plan_digest": plan.digest,
                "playbook": plan.playbook,
                "steps": [step.key for step in beside.steps],
                "reason": reason,
                **_needs_approval(needs),
            },
            case.subject,
        )
        return self.case(case.id)

    def _add_steps(self, case_id: int, plan: Plan, *, part: int, after: int) -> None:
        steps = [
            {
                "case_id": case_id,
                "key": step.key,
                "position": position,
                "state": StepState.TO_DO.value,
                "holding": None if step.end is None else step.end.holding.value,
                "part": part,
            }
            for position, step in enumerate(plan.steps, after + 1)
        ]
        if steps:
            self._connection.execute(insert(_t), steps)

    def add_claim(
        self,
        case: CaseRecord,
        step: str,
        *,
        outcome: Outcome,
        answer: Answer,
        assurance: Assurance,
        question: str,
        question_digest: str,
        note: str,
        was_approved: bool | None = None,
    ) -> ClaimRecord:
        """Write down what was said, whatever it was."""
        now = self._clock.now()
        claim_id = self._insert(
            _k,
            case_id=case.id,
            step_key=step,
            at=moment(now),
            outcome=outcome.value,
            answer=answer.value,
            assurance=assurance.value,
            said_by=write_actor(self._actor),
            question=question,
            question_digest=question_digest,
            note=note,
            was_approved=was_approved,
        )
        self._move(case.id)
        self._mark_approval(case)
        self._append(
            now,
            "claim.made",
            {
                "claim": claim_id,
                "case": case.id,
                "step": step,
                "subject": case.subject,
                "outcome": outcome.value,
                "answer": answer.value,
                "assurance": assurance.value,
                "question": question,
                "question_digest": question_digest,
                "note": note,
                **({} if was_approved is None else {"was_approved": was_approved}),
            },
            case.subject,
            case.people[1:],
        )
        return self.claim(claim_id)[2]

    def retract_claim(self, claim_id: int, reason: str) -> ClaimRecord:
        """The claim no longer counts; it stays written. Raises `ClaimUnknown`."""
        now = self._clock.now()
        case_id, step, claim = self.claim(claim_id)
        if claim.retracted_at is not None:
            return claim
        self._connection.execute(
            update(_k).where(_k.c.id == claim_id).values(retracted_at=moment(now), retracted_because=reason)
        )
        self._move(case_id)
        case = self.case(case_id)
        payload = {"claim": claim_id, "case": case_id, "step": step, "subject": case.subject, "reason": reason}
        self._append(now, "claim.retracted", payload, case.subject, case.people[1:])
        return self.claim(claim_id)[2]

    def steps_waiting_for(self, system: System) -> Iterator[tuple[CaseRecord, StepRecord]]:
        """Steps of open and done cases whose end state this system's sources can show."""
        return self._lend(cases.waiting_for(self._connection, system))

    def add_check(self, case: CaseRecord, step: str, source: Source, *, shows: bool, basis: str) -> None:
        """Write down what a source shows about a step; once for each source."""
        now = self._clock.now()
        table = schema.step_check
        same = (table.c.case_id == case.id, table.c.step_key == step, table.c.source_id == source.id)
        changed = self._connection.execute(update(table).where(*same).values(shows=shows, basis=basis))
        if not changed.rowcount:
            values = {"case_id": case.id, "step_key": step, "source_id": source.id, "shows": shows, "basis": basis}
            self._connection.execute(insert(table), values)
        self._move(case.id)
        self._append(
            now,
            "step.checked",
            {
                "case": case.id,
                "step": step,
                "subject": case.subject,
                "source": source.id,
                "shows": shows,
                "basis": basis,
            },
            case.subject,
        )

    def settle(self, case: CaseRecord, steps: Mapping[str, StepState], state: CaseState) -> CaseRecord:
        """Store the states that the domain told. Raises `CaseChanged` when the case moved since it was read."""
        now = self._clock.now()
        before = {record.step.key: record.state for record in case.steps}
        changed = {key: new for key, new in steps.items() if before.get(key) is not new}
        if not changed and state is case.state:
            self._expect(case)
            return case
        self._move(case.id, read=case, state=state.value)
        for key, new in changed.items():
            where = (_t.c.case_id == case.id, _t.c.key == key)
            self._connection.execute(update(_t).where(*where).values(state=new.value))
        self._append(
            now,
            "case.settled",
            {
                "case": case.id,
                "subject": case.subject,
                "state": state.value,
                "was": case.state.value,
                "steps": {key: new.value for key, new in changed.items()},
            },
            case.subject,
        )
        return self.case(case.id)

    def assign_case(self, case: CaseRecord, owner: str) -> CaseRecord:
        """Give a case to somebody. Raises `CaseChanged`."""
        now = self._clock.now()
        self._move(case.id, read=case, owner=owner)
        self._mark_approval(case)
        payload = {"case": case.id, "subject": case.subject, "owner": owner, "was": case.owner}
        self._append(now, "case.assigned", payload, case.subject)
        return self.case(case.id)

    def cancel_case(self, case: CaseRecord, reason: str) -> CaseRecord:
        """End an open case. Raises `CaseChanged`."""
        now = self._clock.now()
        self._move(case.id, read=case, state=CaseState.CANCELLED.value)
        payload = {"case": case.id, "subject": case.subject, "was": case.state.value, "reason": reason}
        self._append(now, "case.cancelled", payload, case.subject, case.people[1:])
        return self.case(case.id)

    def approve_case(
        self, case: CaseRecord, *, assurance: Assurance, question: str, question_digest: str, note: str
    ) -> Approval:
        """Write down that the actor agrees to the plans of a case as it was read. Raises `CaseChanged`."""
        now = self._clock.now()
        self._move(case.id, read=case)
        number = self._insert(
            schema.approval,
            case_id=case.id,
            plans_digest=case.plans_digest,
            at=moment(now),
            approved_by=write_actor(self._actor),
            assurance=assurance.value,
            question=question,
            question_digest=question_digest,
            note=note,
        )
        self._mark_approval(case)
        self._append(
            now,
            "case.approved" if assurance >= Assurance.CONFIRMED else "approval.reported",
            {
                "approval": number,
                "case": case.id,
                "subject": case.subject,
                "plans_digest": case.plans_digest,
                "assurance": assurance.value,
                "question": question,
                "question_digest": question_digest,
                "note": note,
                **_needs_approval(case.approval_for),
            },
            case.subject,
            case.people[1:],
        )
        return self.approval(number)

    def retract_approval(self, number: int, reason: str) -> Approval:
        """The approval counts no longer; it stays written. Raises `ApprovalUnknown`."""
        now = self._clock.now()
        found = self.approval(number)
        if found.retracted_at is not None:
            return found
        table = schema.approval
        self._connection.execute(
            update(table).where(table.c.id == number).values(retracted_at=moment(now), retracted_because=reason)
        )
        self._move(found.case_id)
        case = self.case(found.case_id)
        self._mark_approval(case)
        payload = {"approval": number, "case": case.id, "subject": case.subject, "reason": reason}
        self._append(now, "approval.retracted", payload, case.subject, case.people[1:])
        return self.approval(number)

    def _mark_approval(self, case: CaseRecord) -> None:
        """Keep for lists whether a case lacks an approval, after what was just written."""
        if case.approval_for:
            lacks = self.case(case.id).lacks_approval
            self._connection.execute(update(_c).where(_c.c.id == case.id).values(lacks_approval=lacks))

    def _move(self, case_id: int, *, read: CaseRecord | None = None, **values: Any) -> None:
        """The next version of a case. Raises `CaseChanged` when it is not the one that was read."""
        if read is not None:
            self._expect(read)
        self._connection.execute(update(_c).where(_c.c.id == case_id).values(version=_c.c.version + 1, **values))

    def _expect(self, case: CaseRecord) -> None:
        found = self._connection.execute(select(_c.c.version).where(_c.c.id == case.id)).scalar_one()
        if found != case.version:
            raise CaseChanged(case.id, case.version, found)
