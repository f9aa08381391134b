"""What a store gives back: values with their sources, never rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.approvals import Approval, ApprovalReason, digest_of_plans, known_as, standing
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.evidence import Evidence
from axure_lifecycle.domain.holdings import Actor, Assurance, System
from axure_lifecycle.domain.plans import Plan, Step
from axure_lifecycle.domain.rosters import Mistake, Standing, Totals
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import DecisionKind, Facts


class Preview(NamedTuple):
    """A roster as it lies ready, before it counts."""

    snapshot: int
    """0 for one that is told of and not kept."""
    system: System
    digest: str
    label: str
    horizon: datetime
    """The latest moment that its content can know of, as it was last brought."""
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


class ChangedRow(NamedTuple):
    """A row of a roster that lies ready, and what the same row of the source in force says otherwise."""

    name: str
    """The address, or the subscription."""
    fields: tuple[tuple[str, str | None, str | None], ...]
    """Field, before, after; None for what is not stated. Empty where only the people or addresses of it changed."""


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
    is_assigned: bool | None = None
    """Whether the directory has assigned the person to the application; None where that was not read or told."""


class ReadCursor(NamedTuple):
    """From where the next read of a directory may ask for changes only."""

    cursor: str
    """The directory's own, as it gave it."""
    fingerprint: str
    """Of the settings with which it was read, without secrets."""


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
    """For a person whom only an earlier complete snapshot knew: the last such sources. Nobody whose account is still
    listed by its id, under another address or without any, and is not switched off."""
    role_counts: Mapping[str, int]
    """Role, as it is written → number of people who hold it, however it is written for them, and are not off.

    By the members roster in force.
    """


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


class SiftedMember(NamedTuple):
    """A member whom somebody looked for among all of them."""

    address: Address
    facts: Facts
    leave_at: datetime | None
    """The earliest last day that a directory announces, UTC."""


class Sifted(NamedTuple):
    """All members by what is known of them, and those who were looked for."""

    counts: Sequence[tuple[Facts, int]]
    found: Sequence[SiftedMember]
    """Sorted by address."""


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
    part: int = 1
    """The number of the plan it comes from."""


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
    was_approved: bool | None = None
    """Whether a second person's approval stood when it was said; None where nobody had to agree."""


class CheckRecord(NamedTuple):
    """What a roster or directory read shows about a step."""

    source: Source
    shows: bool
    basis: str
    """`status`, `not_listed`, `not_assigned`, …"""


class PartRecord(NamedTuple):
    """A plan of a case: the one it was opened for, or one that joined it."""

    number: int
    """From 1."""
    operation: str
    plan_digest: str
    """Of the plan that was agreed to."""
    plan: Plan
    """With the steps that it brought into the case."""
    opened_by: Actor
    opened_at: datetime
    reason: str


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
    people: tuple[Address, ...]
    """Everybody it is about, the subject first."""
    parts: tuple[PartRecord, ...]
    """The plan it was opened for, then those that joined it."""
    evidence: tuple[Evidence, ...] = ()
    """What is attached, oldest first; what was taken back is left out."""
    approval_for: tuple[ApprovalReason, ...] = ()
    """Why a second person must agree; empty where nobody must."""
    approvals: tuple[Approval, ...] = ()
    """Oldest first, those that do not count included."""

    @property
    def plans_digest(self) -> str:
        """What an approval is bound to."""
        return digest_of_plans([part.plan_digest for part in self.parts])

    @property
    def involved(self) -> frozenset[str]:
        """Who asked for it, owns it or said anything about a step of it, as `known_as` has them."""
        said = (claim.said_by.name for step in self.steps for claim in step.claims)
        asked = (part.opened_by.name for part in self.parts)
        return frozenset(map(known_as, (*asked, *said, *([self.owner] if self.owner else []))))

    @property
    def approval(self) -> Approval | None:
        """The approval that counts now."""
        return standing(self.approvals, self.plans_digest, self.involved)

    @property
    def lacks_approval(self) -> bool:
        """Whether a second person must agree and nobody's agreement counts."""
        return bool(self.approval_for) and self.approval is None

    @property
    def operations(self) -> tuple[str, ...]:
        """What is wanted, in the order in which it was asked for."""
        return tuple(part.operation for part in self.parts)

    @property
    def digests(self) -> frozenset[str]:
        """Of every plan that was agreed to."""
        return frozenset(part.plan_digest for part in self.parts)

    def options_of(self, operation: str) -> Mapping[str, str]:
        """What was asked for with an operation of it; empty for one that it does not hold."""
        nothing: Mapping[str, str] = {}
        return next((part.plan.options for part in self.parts if part.operation == operation), nothing)

    def part(self, number: int) -> PartRecord:
        """One of its plans, by its number from 1."""
        return self.parts[number - 1]

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
    people: int = 1
    """How many people it is about."""
    lacks_approval: bool = False
    """Whether a second person must agree and nobody's agreement counts."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted."""

    most: int
    after: str | None = None
    """The cursor that the last part gave back; None for the first."""


class CaseNeed(StrEnum):
    """What an open case can wait for."""

    WORD = "word"
    """Somebody's word: a step of it is only reported."""
    CONTRADICTED = "contradicted"
    """A step to be done again, because a source shows the opposite of what was said."""
    OVERDUE = "overdue"
    """Anything, and for too long."""


class CursorUnknown(LifecycleError):
    """A cursor that no answer of this question gave."""

    code = "cursor_unknown"

    def __init__(self, cursor: str) -> None:
        super().__init__(
            f"The list cannot go on at “{shown(cursor, 60)}”: that is no cursor of it. "
            "Use the cursor of the last answer with the same arguments, or leave it out to begin."
        )
