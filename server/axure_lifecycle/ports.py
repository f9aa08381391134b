"""What the verbs need from the outside, as protocols: a clock, a store, the shipped knowledge, roster readers.

Every method says what it returns, in which order, and what a caller can meet. Only `LifecycleError`s are for people.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.facts import Register
from axure_lifecycle.domain.holdings import Actor, Assurance, System
from axure_lifecycle.domain.plans import Plan, Step
from axure_lifecycle.domain.playbooks import Playbook
from axure_lifecycle.domain.rosters import Mistake, RosterKind, Row, Standing, Totals
from axure_lifecycle.domain.sources import Moments, Source
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.trail import Audit, StoredRecord
from axure_lifecycle.domain.verdicts import DecisionKind, Facts


class Clock(Protocol):
    """Where moments come from."""

    def now(self) -> datetime:
        """The present moment, UTC, aware."""
        ...


class Knowledge(Protocol):
    """What the product ships about applications."""

    def register(self) -> Register:
        """The facts."""
        ...

    def playbook(self, application: str, operation: str) -> Playbook:
        """How an operation is done. Raises `PlaybookMissing`."""
        ...


class Progress(Protocol):
    """Somebody who likes to know how far a long job is."""

    def __call__(self, done: int, total: int | None, what: str, /) -> None:
        """`done` of `total` (bytes or rows; None when nobody knows) of `what`."""
        ...


class Reading(Protocol):
    """A roster while it is read."""

    def batches(self) -> Iterator[list[Row]]:
        """Rows in the order of the roster, a few thousand at a time. Raises the refusals of the roster room."""
        ...

    def totals(self) -> Totals:
        """What is known at the end; only after `batches` is exhausted."""
        ...


class Material(Protocol):
    """What somebody brought, before it is read."""

    @property
    def label(self) -> str:
        """A file's name without its folder; `pasted text`; `rows`."""
        ...

    @property
    def written_at(self) -> datetime | None:
        """When the file was last written, UTC; None for text and rows."""
        ...

    @property
    def path(self) -> Path | None:
        """Where the file lies; None for text and rows."""
        ...

    def digest(self) -> str:
        """SHA-256 of the content, lower-case hexadecimal. Raises `RosterMissing`, `RosterUnreadable`."""
        ...


class RosterReader(Protocol):
    """The roster room's two doors."""

    def material(
        self,
        kind: RosterKind,
        *,
        path: str | None,
        text: str | None,
        rows: Sequence[Mapping[str, str | None]] | None,
    ) -> Material:
        """One of the three, as material. Raises `RosterMissing`."""
        ...

    def read(self, kind: RosterKind, material: Material, progress: Progress | None) -> Reading:
        """Begin to read. Raises the refusals of the roster room, here or while `batches` runs."""
        ...


# -- what a store gives back ------------------------------------------------------------------------------------------


class Preview(NamedTuple):
    """A roster as it lies ready, before it counts."""

    snapshot: int
    digest: str
    totals: Totals
    mistakes: tuple[Mistake, ...]
    """All of the file's, and those that only show across lines: one address on two lines that disagree."""
    in_all_mistakes: int
    added: int
    changed: int
    gone: int
    unchanged: int
    compared_with: Source | None
    """The source in force that the numbers compare with."""


class MemberRecord(NamedTuple):
    """What the members roster in force says about one address."""

    address: Address
    shown_as: str
    display_name: str | None
    role: str | None
    status: str | None
    use_sso: bool | None
    flags: tuple[str, ...]
    source: Source


class SeatRecord(NamedTuple):
    """One relation of a person to one subscription, by the seats roster in force."""

    subscription: str
    relation: str
    """`owner`, `manager`, `assigned`."""
    address: Address
    edition: str | None
    renews_on: str | None
    """ISO 8601 date."""
    bought_by: str | None
    managers: int
    """How many managers the subscription has in all."""
    source: Source


class DirectoryRecord(NamedTuple):
    """What one directory's snapshot in force says about one of its people."""

    system: System
    key: str
    address: Address
    display_name: str | None
    standing: Standing
    status: str | None
    leave_at: datetime | None
    kind: str | None
    addresses: tuple[Address, ...]
    """All addresses that the directory lists for the person, the primary one first, then sorted."""
    source: Source


class Decision(NamedTuple):
    """What a person decided about an address."""

    id: int
    address: Address
    kind: DecisionKind
    belongs_to: Address | None
    reason: str
    until: str | None
    """ISO 8601 date; the last day on which it counts. None: until it is taken back."""
    decided_by: Actor
    at: datetime
    assurance: Assurance


class Person(NamedTuple):
    """Everything that the sources in force say about whoever an address leads to."""

    asked: Address
    addresses: tuple[Address, ...]
    """The asked address first, then every other one that a directory lists for the same person."""
    members: tuple[MemberRecord, ...]
    seats: tuple[SeatRecord, ...]
    """Sorted by subscription, then relation."""
    directory: tuple[DirectoryRecord, ...]
    decision: Decision | None
    facts: Facts | None
    """What decides the verdict on the first membership; None when no members roster lists any of the addresses."""
    gone_from: tuple[Source, ...]
    """For a person whom only an earlier complete snapshot knew: the last such sources."""
    role_counts: Mapping[str, int]
    """Role → number of people who hold it and are not off, by the members roster in force."""


class Compared(NamedTuple):
    """One member or seat holder beside every directory."""

    address: Address
    display_name: str | None
    role: str | None
    status: str | None
    use_sso: bool | None
    is_member: bool
    """False for somebody whom only the seats roster names."""
    directory_addresses: tuple[Address, ...]
    """The primary address in each directory that knows the person."""
    directory_statuses: tuple[str, ...]
    """The directories' own words."""
    leave_at: datetime | None
    flags: tuple[str, ...]
    decision: Decision | None
    facts: Facts


class SeatLine(NamedTuple):
    """One subscription of the seats roster in force, with what is known of the people on it."""

    subscription: str
    edition: str | None
    renews_on: str | None
    bought_by: str | None
    relation: str
    """`unassigned`, `assigned`, `owner`, `manager`; a subscription stands once for each."""
    address: Address | None
    is_member: bool
    facts: Facts | None


class StepRecord(NamedTuple):
    """A step of a case as it stands."""

    step: Step
    position: int
    state: StepState
    claims: tuple["ClaimRecord", ...]
    """Oldest first, those taken back included."""
    checks: tuple["CheckRecord", ...]
    """In the order of their horizons, those of retracted sources left out."""


class ClaimRecord(NamedTuple):
    """What somebody said about a step."""

    id: int
    """Shown as `K-…`."""
    at: datetime
    outcome: Outcome
    answer: Answer
    assurance: Assurance
    said_by: Actor
    question: str
    question_digest: str
    note: str
    retracted_at: datetime | None
    retracted_because: str | None


class CheckRecord(NamedTuple):
    """What a roster or directory read shows about a step."""

    source: Source
    shows: bool
    basis: str
    """`status`, `not_listed`, `not_assigned`, …"""


class CaseRecord(NamedTuple):
    """A case as it stands."""

    id: int
    version: int
    operation: str
    application: str
    subject: Address
    state: CaseState
    plan_digest: str
    plan: Plan
    owner: str | None
    opened_by: Actor
    opened_at: datetime
    due_on: str | None
    """ISO 8601 date: the last day, when it was known at the opening."""
    reason: str
    steps: tuple[StepRecord, ...]
    """In their order."""

    @property
    def name(self) -> str:
        """What people call it (`C-12`)."""
        return f"C-{self.id}"


class CaseLine(NamedTuple):
    """A case in a list."""

    id: int
    operation: str
    subject: Address
    state: CaseState
    owner: str | None
    opened_at: datetime
    due_on: str | None
    steps: int
    settled: int
    contradicted: int


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted."""

    most: int
    after: str | None = None
    """The cursor that the last part gave back; None for the first."""


class CursorUnknown(LifecycleError):
    """A cursor that no answer of this question gave."""

    code = "cursor_unknown"

    def __init__(self, cursor: str) -> None:
        super().__init__(
            f"The list cannot go on at “{shown(cursor, 60)}”: that is no cursor of it. "
            "Use the cursor of the last answer with the same arguments, or leave it out to begin."
        )


class View(Protocol):
    """One consistent state of the store, read only."""

    def source_in_force(self, system: System, as_of: datetime | None = None) -> Source | None:
        """The newest source in use of a system by `taken_at`, not later than `as_of`."""
        ...

    def source_before(self, source: Source) -> Source | None:
        """The one that was in force before it, by `taken_at`, then by id."""
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

    def snapshot_by_digest(self, digest_start: str) -> tuple[int, System, RosterKind, str] | None:
        """A roster that lies ready, by the first 12 or more characters of its digest: id, system, kind, digest."""
        ...

    def preview(self, snapshot: int) -> Preview:
        """A roster that lies ready. Raises `PreviewGone`."""
        ...

    def person(self, address: Address, as_of: datetime, patterns: Sequence[str]) -> Person:
        """Indexed reads only, however large the organisation."""
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

    def accounts_in(self, source: Source, addresses: Sequence[Address]) -> Sequence[DirectoryRecord]:
        """Who in this directory snapshot lists any of these addresses, sorted by key."""
        ...

    def names_like(self, name: str, most: int) -> Sequence[tuple[Address, str]]:
        """Addresses and display names whose name begins like this, in the roster and directories in force, sorted."""
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
        """The open or done case of this operation for the person, newest first."""
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

    def open_case(
        self, plan: Plan, subject: Address, *, due_on: str | None, reason: str, owner: str | None
    ) -> CaseRecord:
        """Raises `CaseOpenAlready` when one of the same operation is open for the person.

        One that is done and still waits for a roster to show it counts as open.
        """
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
    ) -> Preview:
        """Lay a roster ready for its import, or find it lying there already by its digest; nothing counts yet.

        A roster with a mistake is not laid ready: its preview has the snapshot 0. With `skip_refused` the lines without
        a mistake are, under a digest of their own; such a roster never counts as complete.
        """
        ...

    def close(self) -> None:
        """Give connections back."""
        ...
