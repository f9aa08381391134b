"""The store: one consistent view, one transaction, and staging."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.directories import Attempt
from axure_lifecycle.domain.evidence import Evidence, EvidenceFile
from axure_lifecycle.domain.holdings import Actor, Assurance, HoldingKind, System
from axure_lifecycle.domain.local import LocalFact, ScreenChange
from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.sources import Moments, Source
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.domain.trail import Audit, StoredRecord
from axure_lifecycle.domain.verdicts import DecisionKind, Facts
from axure_lifecycle.ports.directories import DirectoryReading
from axure_lifecycle.ports.outside import Progress, Reading
from axure_lifecycle.ports.records import (
    CaseLine,
    CaseRecord,
    ChangedRow,
    ClaimRecord,
    Compared,
    Decision,
    DirectoryRecord,
    MemberRecord,
    Page,
    Person,
    Preview,
    ReadCursor,
    SeatLine,
    SeatRecord,
    StepRecord,
)


class View(Protocol):
    """One consistent state of the store, read only."""

    def source_in_force(self, system: System, as_of: datetime | None = None) -> Source | None:
        """The newest source in use of a system by `taken_at`, not later than `as_of`.

        Of a directory, the newest that a person stands for, where there is one: whatever an assistant reports of it
        later waits for a person.
        """
        ...

    def sources_waiting(self, as_of: datetime | None = None) -> Sequence[Source]:
        """The newest read of each directory that only an assistant brought and that therefore does not count yet.

        By the directory's name.
        """
        ...

    def source_before(self, source: Source) -> Source | None:
        """What it is measured by: the newest earlier source that a person stands for, else the one before it."""
        ...

    def source(self, source_id: int) -> Source:
        """Raises `SourceUnknown`."""
        ...

    def sources(self, page: Page) -> tuple[Sequence[Source], str | None, int]:
        """Newest import first; the cursor of the next part; how many there are."""
        ...

    def directories(self) -> Sequence[System]:
        """The systems of kind directory_account that have a source in use, by name."""
        ...

    def snapshot_by_digest(self, system: System, kind: RosterKind, digest_start: str) -> int | None:
        """A roster of this system and kind that lies ready, by the first 12 or more characters of its digest.

        None where none does, and where the characters fit several.
        """
        ...

    def preview(self, snapshot: int) -> Preview:
        """A roster that lies ready. Raises `PreviewGone`."""
        ...

    def first_differing(self, preview: Preview, most: int) -> tuple[Sequence[ChangedRow], Sequence[str]]:
        """The first rows that a roster changes against what it was compared with, and the names of the first gone."""
        ...

    def person(self, address: Address, as_of: datetime, patterns: Sequence[str], own: System | None = None) -> Person:
        """Whoever an address leads to; the facts are about a membership in `own`, or in any system.

        Indexed reads only, however large the organisation.
        """
        ...

    def members_in(self, source: Source, addresses: Sequence[Address]) -> Sequence[MemberRecord]:
        """What this members roster says about these addresses, sorted by address."""
        ...

    def seats_in(self, source: Source, addresses: Sequence[Address]) -> Sequence[SeatRecord]:
        """What this seats roster says about these addresses, sorted by subscription and relation."""
        ...

    def subscriptions_in(self, source: Source, names: Sequence[str]) -> Sequence[str]:
        """Which of these subscriptions this seats roster lists at all, sorted."""
        ...

    def cases_leaning_on(self, source_id: int) -> Sequence[int]:
        """The cases with a step that this source verified or contradicted, whatever their state, by id."""
        ...

    def shows_sso(self, source: Source) -> bool:
        """Whether this members roster shows anybody who uses SSO."""
        ...

    def accounts_in(self, source: Source, addresses: Sequence[Address]) -> Sequence[DirectoryRecord]:
        """Who in this directory snapshot lists any of these addresses, sorted by key."""
        ...

    def cursor_of(self, source_id: int) -> ReadCursor | None:
        """What the read that brought this source left for the next one; None unless the source counts, and is whole."""
        ...

    def last_attempts(self) -> Sequence[Attempt]:
        """The newest try to read each directory that was ever tried, by the directory's name."""
        ...

    def last_success(self, directory: str) -> Attempt | None:
        """The newest try that brought a source, whether that still counts or not."""
        ...

    def names_like(self, name: str, most: int) -> tuple[Sequence[tuple[Address, str]], int]:
        """Addresses, each with a display name of which a word begins like this, in the sources in force.

        The first by address, at most so many, and how many addresses there are in all.
        """
        ...

    def addresses_like(self, start: str, most: int) -> Sequence[Address]:
        """Addresses that begin like this (in the normal form), of anybody whom a source in force knows.

        Members, whoever has a part in a subscription, and every address of the people of a directory; the first by
        code point, each once, at most so many. Indexed reads only.
        """
        ...

    def count_compared(self, members: System, as_of: datetime, patterns: Sequence[str]) -> Sequence[tuple[Facts, int]]:
        """How many members share each value of `Facts`; a few dozen rows at any size."""
        ...

    def compared(
        self,
        members: System,
        as_of: datetime,
        patterns: Sequence[str],
        *,
        after: Address | None = None,
        only: Collection[Facts] | None = None,
    ) -> Iterator[Compared]:
        """Every member by the roster in force, sorted by address, streamed; from `after` on, exclusive.

        With `only`, those who share one of these facts (as `count_compared` gave them): the others stay in the
        database, so that a few leavers among a million members are found at once.
        """
        ...

    def seat_lines(
        self, seats: System, members: System, as_of: datetime, patterns: Sequence[str]
    ) -> Iterator[SeatLine]:
        """Every relation of every subscription in force, sorted by subscription and relation, streamed."""
        ...

    def decisions(self, page: Page) -> tuple[Sequence[Decision], str | None, int]:
        """Those in force, newest first."""
        ...

    def case(self, case_id: int) -> CaseRecord:
        """Raises `CaseUnknown`."""
        ...

    def case_on(self, subject: Address, operation: str) -> CaseRecord | None:
        """The open or done case about the person in which this operation is wanted, newest first."""
        ...

    def cases_about(self, people: Sequence[Address], application: str) -> Sequence[CaseRecord]:
        """The open cases about any of these people in an application, newest first."""
        ...

    def has_other_case(self, people: Sequence[Address], operation: str) -> bool:
        """Whether an open or done case about any of these people was opened for another operation."""
        ...

    def is_followed(self, case: CaseRecord, holding: HoldingKind) -> bool:
        """Whether a newer case about one of its people, not cancelled, is about the same kind of holding."""
        ...

    def cases(
        self, page: Page, *, states: Sequence[CaseState] = (), subject: Address | None = None, owner: str | None = None
    ) -> tuple[Sequence[CaseLine], str | None, int]:
        """Newest first."""
        ...

    def answer_to(self, request_key: str) -> str | None:
        """The stored answer (JSON) to an earlier call with this key."""
        ...

    def claim(self, claim_id: int) -> tuple[int, str, ClaimRecord]:
        """Case, step key and claim. Raises `ClaimUnknown`."""
        ...

    def local_facts(self, as_of: datetime) -> Sequence[LocalFact]:
        """The answers that were given and had not ended at a moment, by fact, then oldest first.

        What has expired is among them; `domain.local.answers_in_force` tells which ones count.
        """
        ...

    def local_fact(self, number: int) -> LocalFact:
        """Raises `LocalFactUnknown`."""
        ...

    def screen_changes(self) -> Sequence[ScreenChange]:
        """The changes that have not ended, of every generation of screens, by playbook and step, then oldest first.

        `domain.local.changes_in_force` tells which ones count.
        """
        ...

    def screen_change(self, number: int) -> ScreenChange:
        """Raises `ScreenChangeUnknown`."""
        ...

    def evidence_of(self, case_id: int | None) -> Sequence[Evidence]:
        """What was attached to a case, None for all of them, oldest first, what was taken back included."""
        ...

    def evidence(self, number: int) -> Evidence:
        """Raises `EvidenceUnknown`."""
        ...

    def verify_trail(self, progress: Progress | None = None) -> Audit:
        """Walk the whole chain, streamed."""
        ...

    def trail(self, after_seq: int = 0, most: int | None = None) -> Iterator[StoredRecord]:
        """Records in order, streamed."""
        ...


class Change(View, Protocol):
    """One transaction: all of it and its trail records, or nothing.

    Every method that changes something appends its own trail record in the same transaction.
    """

    def import_snapshot(
        self, snapshot: int, moments: Moments, *, is_complete: bool | None, label: str, assurance: Assurance
    ) -> Source:
        """Make a roster that lies ready count. Raises `PreviewGone`."""
        ...

    def confirm_source(self, source_id: int, question_digest: str) -> Source:
        """A person stands for a source that came as reported."""
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
        self, plan: Plan, people: Sequence[Address], *, due_on: str | None, reason: str, owner: str | None
    ) -> CaseRecord:
        """A case about these people, or about the server where nobody is named: then its host stands for them.

        Raises `CaseOpenAlready` when one of the same operation is open for one of them; one that is done and still
        waits for a roster to show it counts as open.
        """
        ...

    def join_case(self, case: CaseRecord, plan: Plan, *, reason: str) -> CaseRecord:
        """Add the steps of another plan for the same person to an open case. Raises `CaseChanged`."""
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
    ) -> ClaimRecord:
        """Write down what was said, whatever it was."""
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

    def note(self, kind: str, payload: Mapping[str, object]) -> None:
        """Append a trail record of its own."""
        ...


class Store(Protocol):
    """Where everything is kept."""

    def reading(self) -> AbstractContextManager[View]:
        """A consistent view. Raises `StoreTooNew`, `StoreUnreachable`."""
        ...

    def writing(self, actor: Actor) -> AbstractContextManager[Change]:
        """A transaction; waits for other writers. Raises `StoreReadOnly`, `StoreFull` and what `reading` raises."""
        ...

    def stage(
        self,
        system: System,
        kind: RosterKind,
        digest: str,
        reading: Reading,
        progress: Progress | None = None,
        *,
        skip_refused: bool = False,
        label: str = "",
        written_at: datetime | None = None,
    ) -> Preview:
        """Lay a roster ready for its import, or find it lying there already by its digest; nothing counts yet.

        `label` is what it is called, `written_at` when its file was last written (UTC; None: it is of this moment).

        A roster with a mistake is not laid ready: its preview has the snapshot 0. With `skip_refused` the lines without
        a mistake are, under a digest of their own; such a roster never counts as complete.
        """
        ...

    def stage_read(
        self,
        system: System,
        reading: DirectoryReading,
        progress: Progress | None = None,
        *,
        base: int | None = None,
        label: str = "",
        begun_at: datetime | None = None,
    ) -> Preview:
        """Lay a read of a directory ready; its digest is of what is there in the end, however it came.

        Where only changes come, they change what the source `base` showed. `begun_at` is when the read began (UTC;
        None: now). Raises what the reading raises, and `CursorDoubted` when `base` does not count as a whole read any
        more; then nothing lies ready.
        """
        ...

    def close(self) -> None:
        """Give connections back."""
        ...
