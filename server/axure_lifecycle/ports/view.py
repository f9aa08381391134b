"""One consistent state of the store, read only."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.approvals import Approval
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.directories import Attempt
from axure_lifecycle.domain.evidence import Evidence
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.local import LocalFact, ScreenChange
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.trail import Audit, StoredRecord
from axure_lifecycle.domain.verdicts import Facts
from axure_lifecycle.ports.access import AccessView
from axure_lifecycle.ports.auditing import AuditView
from axure_lifecycle.ports.outbox import OutboxView
from axure_lifecycle.ports.outside import Progress
from axure_lifecycle.ports.records import (
    CaseLine,
    CaseNeed,
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
    Sifted,
)
from axure_lifecycle.ports.reporting import ReportView
from axure_lifecycle.ports.reviewing import ReviewView
from axure_lifecycle.ports.scim import ScimView
from axure_lifecycle.ports.wanted import WantedView


class View(AccessView, AuditView, OutboxView, ReportView, ReviewView, ScimView, WantedView, Protocol):
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
        """What it is measured by: the newest earlier source that a person stands for, else the one before it.

        Never a read that is held, until a person confirms it.
        """
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

    def sift(
        self, members: System, as_of: datetime, patterns: Sequence[str], is_wanted: Callable[[Facts], bool]
    ) -> Sifted:
        """`count_compared`, and those whose facts somebody wants, in one comparison; `is_wanted` hears each value once.

        Only whoever is wanted is held, so a few people among a million are found at the cost of counting them.
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

    def expect_cases(self, page: Page, states: Sequence[CaseState], subject: Address) -> None:
        """Say that `cases` is asked for this after the next `person`: from a server both then come in one go."""
        ...

    def cases(
        self,
        page: Page,
        *,
        states: Sequence[CaseState] = (),
        subject: Address | None = None,
        owner: str | None = None,
        lacks_approval: bool = False,
    ) -> tuple[Sequence[CaseLine], str | None, int]:
        """Newest first; with `lacks_approval` only those that wait for a second person."""
        ...

    def cases_needing(
        self, need: CaseNeed, page: Page, *, since: datetime
    ) -> tuple[Sequence[CaseLine], str | None, int]:
        """Open cases that wait for something, newest first.

        `since` is the start of a day where the organisation is: what was asked for on an earlier day, and whose last
        day is an earlier one where it has one, is overdue.
        """
        ...

    def case_trail(self, case: CaseRecord, page: Page) -> tuple[Sequence[StoredRecord], str | None]:
        """The records about a case that still have their payload, newest first; the cursor of the next part."""
        ...

    def answer_to(self, request_key: str) -> str | None:
        """The stored answer (JSON) to an earlier call with this key."""
        ...

    def claim(self, claim_id: int) -> tuple[int, str, ClaimRecord]:
        """Case, step key and claim. Raises `ClaimUnknown`."""
        ...

    def approval(self, number: int) -> Approval:
        """Raises `ApprovalUnknown`."""
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

    def trail_length(self) -> int:
        """The number of the last record; 0 for an empty trail."""
        ...

    def trail(self, after_seq: int = 0, most: int | None = None) -> Iterator[StoredRecord]:
        """Records in order, streamed."""
        ...
