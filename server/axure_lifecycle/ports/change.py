"""One transaction of the store."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.approvals import Approval, ApprovalReason
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.directories import Attempt
from axure_lifecycle.domain.evidence import Evidence, EvidenceFile
from axure_lifecycle.domain.holdings import Assurance, System
from axure_lifecycle.domain.local import LocalFact, ScreenChange
from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.sources import Moments, Source
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.ports.access import AccessChange
from axure_lifecycle.ports.auditing import AuditChange
from axure_lifecycle.ports.outbox import OutboxChange
from axure_lifecycle.ports.records import (
    CaseRecord,
    ClaimRecord,
    Decision,
    StepRecord,
)
from axure_lifecycle.ports.reviewing import ReviewChange
from axure_lifecycle.ports.scim import ScimChange
from axure_lifecycle.ports.view import View
from axure_lifecycle.ports.wanted import WantedChange


class Change(View, AccessChange, AuditChange, OutboxChange, ReviewChange, ScimChange, WantedChange, Protocol):
    """One transaction: all of it and its trail records, or nothing.

    Every method that changes something appends its own trail record in the same transaction.
    """

    def import_snapshot(
        self, snapshot: int, moments: Moments, *, is_complete: bool | None, label: str, assurance: Assurance
    ) -> Source:
        """Make a roster that lies ready count. Raises `PreviewGone`."""
        ...

    def confirm_source(self, source_id: int, question_digest: str) -> Source:
        """A person stands for a source that came as reported, or for the size of one that is held."""
        ...

    def hold_source(self, source_id: int) -> Source:
        """A read lost too much: no later one is measured by it until a person confirms it. Trail: `source.held`."""
        ...

    def retract_source(self, source_id: int, reason: str) -> Source:
        """The source no longer counts; its rows stay."""
        ...

    def keep_cursor(self, source_id: int, cursor: str, fingerprint: str) -> None:
        """Keep from where the next read may go on; it goes with the source."""
        ...

    def note_attempt(self, attempt: Attempt) -> None:
        """Write down what came of a try to read a directory: `directory.read` or `directory.read_failed`."""
        ...

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
        """A case about these people, or about the server where nobody is named: then its host stands for them.

        `approval_for` is why a second person must agree before anybody acts.

        Raises `CaseOpenAlready` when one of the same operation is open for one of them; one that is done and still
        waits for a roster to show it counts as open.
        """
        ...

    def join_case(
        self, case: CaseRecord, plan: Plan, *, reason: str, approval_for: Sequence[ApprovalReason] = ()
    ) -> CaseRecord:
        """Add the steps of another plan for the same person to an open case, and its reasons for a second person.

        Raises `CaseChanged`.
        """
        ...

    def approve_case(
        self, case: CaseRecord, *, assurance: Assurance, question: str, question_digest: str, note: str
    ) -> Approval:
        """Write down that the actor agrees to the plans of a case as it was read. Raises `CaseChanged`.

        Trail: `case.approved`, or `approval.reported` for a word that does not count.
        """
        ...

    def retract_approval(self, number: int, reason: str) -> Approval:
        """The approval counts no longer; it stays written. Raises `ApprovalUnknown`. Trail: `approval.retracted`."""
        ...

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
        """Write down what was said, whatever it was; `was_approved` where a second person had to agree before."""
        ...

    def retract_claim(self, claim_id: int, reason: str) -> ClaimRecord:
        """The claim no longer counts; it stays written."""
        ...

    def steps_waiting_for(self, system: System) -> Iterator[tuple[CaseRecord, StepRecord]]:
        """Steps of open and done cases whose end state this system's sources can show."""
        ...

    def add_check(self, case: CaseRecord, step: str, source: Source, *, shows: bool, basis: str) -> None:
        """Write down what a source shows about a step."""
        ...

    def settle(self, case: CaseRecord, steps: Mapping[str, StepState], state: CaseState) -> CaseRecord:
        """Store the states that the domain told; a step that is not named keeps its own.

        Raises `CaseChanged` when the case moved since it was read. Claims and checks move it: read it again after
        them.
        """
        ...

    def assign_case(self, case: CaseRecord, owner: str) -> CaseRecord:
        """Give a case to somebody. Raises `CaseChanged`."""
        ...

    def cancel_case(self, case: CaseRecord, reason: str) -> CaseRecord:
        """End an open case."""
        ...

    def decide(
        self,
        address: Address,
        kind: DecisionKind,
        *,
        belongs_to: Address | None,
        reason: str,
        until: str | None,
        assurance: Assurance,
    ) -> Decision:
        """Write down a decision; an earlier one about the address no longer counts."""
        ...

    def withdraw_decision(self, address: Address, reason: str) -> Decision:
        """Raises `NoDecision`."""
        ...

    def record_fact(self, fact: str, *, answer: str, evidence: str, until: date, assurance: Assurance) -> LocalFact:
        """Write down an answer to an open question; `until` is the last day on which it counts.

        Earlier answers end, but a reported one takes the place of no confirmed one.
        """
        ...

    def end_fact(self, number: int, reason: str) -> LocalFact:
        """The answer counts no longer; it stays written. Raises `LocalFactUnknown`."""
        ...

    def record_screen_change(
        self, playbook: str, step: str, screens: str, *, differs: str, place: str | None, assurance: Assurance
    ) -> ScreenChange:
        """Write down that a step looks different on a generation of screens.

        Earlier descriptions end, but a reported one takes the place of no confirmed one.
        """
        ...

    def end_screen_change(self, number: int, reason: str) -> ScreenChange:
        """The change counts no longer; it stays written. Raises `ScreenChangeUnknown`."""
        ...

    def attach_evidence(
        self, case: CaseRecord, step: str, file: EvidenceFile, *, note: str, assurance: Assurance
    ) -> Evidence:
        """Attach a file to a step of a case; an `EvidenceArchive` keeps its content before the transaction ends."""
        ...

    def retract_evidence(self, number: int, reason: str) -> Evidence:
        """The file counts no longer; it and its record stay. Raises `EvidenceUnknown`."""
        ...

    def keep_answer(self, request_key: str, answer: str) -> None:
        """Remember the answer (JSON) of this call for a repeat with the same key."""
        ...

    def note(self, kind: str, payload: Mapping[str, object], others: Sequence[Address] = ()) -> None:
        """Append a trail record of its own, erased with the payload's `address` or `subject`.

        `others` whom its texts name stand in it by number.
        """
        ...
