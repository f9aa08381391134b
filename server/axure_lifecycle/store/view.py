"""One consistent state of the store, read only."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, bindparam, select

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
from axure_lifecycle.ports import (
    CaseLine,
    CaseNeed,
    CaseRecord,
    ChangedRow,
    ClaimRecord,
    Clock,
    Compared,
    Decision,
    DirectoryRecord,
    MemberRecord,
    Page,
    Person,
    Preview,
    Progress,
    ReadCursor,
    SeatLine,
    SeatRecord,
    Sifted,
)
from axure_lifecycle.store import (
    attempts,
    case_list,
    case_needs,
    case_trail,
    cases,
    comparing,
    decisions,
    local,
    people,
    rows,
    schema,
    seating,
    singled_out,
    sources,
    staging,
    trail,
)
from axure_lifecycle.store.access import AccessReading
from axure_lifecycle.store.asking import Question, foresee
from axure_lifecycle.store.auditing import AuditReading
from axure_lifecycle.store.engine import Database
from axure_lifecycle.store.outbox import OutboxReading
from axure_lifecycle.store.remembering import Memory, Remembered, RoleCounts
from axure_lifecycle.store.reporting import ReportReading
from axure_lifecycle.store.review_reading import ReviewReading
from axure_lifecycle.store.scim_reading import ScimReading
from axure_lifecycle.store.sources import InForce, Standing
from axure_lifecycle.store.wanted import WantedReading

_Each = TypeVar("_Each")

_SHORTEST: Final = 12
_ANSWER: Final = select(schema.kept_answer.c.answer).where(schema.kept_answer.c.request_key == bindparam("key"))


class SqlView(AccessReading, AuditReading, OutboxReading, ReportReading, ReviewReading, ScimReading, WantedReading):
    """Implements `ports.View` on one connection in one transaction."""

    def __init__(self, database: Database, connection: Connection, clock: Clock, memory: Memory | None = None) -> None:
        """`memory`: what earlier views of the same store found, for a transaction that writes nothing itself."""
        self._database = database
        self._connection = connection
        self._clock = clock
        self._streams: list[Iterator[Any]] = []
        self._known: dict[datetime | None, Standing] = {}
        self._memory = memory
        self._recalled: Remembered | None = None
        self._expected: list[Question] = []

    @property
    def _remembered(self) -> Remembered:
        """What is known of this state already."""
        if self._recalled is None:
            memory = Memory() if self._memory is None else self._memory
            self._recalled = memory.recall(self._connection)
        return self._recalled

    def _standing(self, as_of: datetime | None) -> Standing:
        """What is in force at a moment; a view sees one state, so it looks once."""
        known = self._known.get(as_of)
        if known is None:
            lasting = self._remembered
            known = lasting.standing if lasting.stands_at(as_of) else sources.stand(self._connection, as_of)
            self._known[as_of] = known
        return known

    def _role_counts(self) -> RoleCounts:
        """What is known of rosters' roles already."""
        return self._remembered.roles

    def close(self) -> None:
        """End the streams that somebody left in the middle: a cursor left open would keep an old state in view."""
        for stream in self._streams:
            stream.close()  # type: ignore[attr-defined]
        self._streams = []

    def _lend(self, stream: Iterator[_Each]) -> Iterator[_Each]:
        self._streams.append(stream)
        return stream

    # -- sources ------------------------------------------------------------------------------------------------------

    def source_in_force(self, system: System, as_of: datetime | None = None) -> Source | None:
        """The newest source in use of a system, not later than `as_of`; of a directory the newest confirmed one."""
        return _source(self._standing(as_of).newest.get(system))

    def sources_waiting(self, as_of: datetime | None = None) -> Sequence[Source]:
        """The newest reads of directories that only an assistant brought and that do not count, by name."""
        return sources.waiting(self._connection, as_of, self._standing(as_of).counted)

    def source_before(self, source: Source) -> Source | None:
        """The one that was in force before it, by `taken_at`, then by id."""
        known = self._remembered.before
        if source.id not in known:
            newest = [each.source for standing in self._known.values() for each in standing.newest.values()]
            known |= sources.before(self._connection, [source, *newest])
        return known[source.id]

    def source(self, source_id: int) -> Source:
        """Raises `SourceUnknown`."""
        return sources.one(self._connection, source_id).source

    def sources(self, page: Page) -> tuple[Sequence[Source], str | None, int]:
        """Newest import first; the cursor of the next part; how many there are."""
        return sources.listed(self._connection, page)

    def directories(self) -> Sequence[System]:
        """The directories that count, by name: those that have a whole source in use."""
        for known in self._known.values():
            return known.directories
        return self._standing(None).directories

    def snapshot_by_digest(self, system: System, kind: RosterKind, digest_start: str) -> int | None:
        """The roster that lies ready under a digest that begins like this; None for less than 12 characters."""
        if len(digest_start) < _SHORTEST or not set(digest_start) <= set("0123456789abcdef"):
            return None
        return staging.find(self._connection, system, kind, digest_start)

    def preview(self, snapshot: int) -> Preview:
        """A roster that lies ready. Raises `PreviewGone`."""
        return staging.preview(self._connection, snapshot)

    def first_differing(self, preview: Preview, most: int) -> tuple[Sequence[ChangedRow], Sequence[str]]:
        """The first rows that a roster changes against what it was compared with, and the names of the first gone."""
        if preview.compared_with is None:
            return [], []
        old, kind = self._place(preview.compared_with).snapshot, preview.compared_with.kind
        asked = (self._connection, kind, preview.snapshot)
        return (
            singled_out.first_changed(*asked, preview.totals.columns, old, most) if preview.changed else [],
            singled_out.first_gone(*asked, old, most) if preview.gone else [],
        )

    # -- people -------------------------------------------------------------------------------------------------------

    def person(self, address: Address, as_of: datetime, patterns: Sequence[str], own: System | None = None) -> Person:
        """Whoever an address leads to."""
        self._foresee(address, as_of)
        everywhere, roles = self._standing(as_of).counted, self._role_counts()
        return people.find_person(self._connection, address, as_of, patterns, everywhere, own, roles)

    def _foresee(self, address: Address, as_of: datetime) -> None:
        """Have what is surely asked about an address ready, in a transaction that only reads.

        By what was in force at the last look; the head, which is asked for too, says whether it still is. If not, the
        answers are about other snapshots, and what is in force now is asked anew.
        """
        last = self._memory.last if self._memory is not None else None
        if last is not None and last.stands_at(as_of):
            head = [] if self._recalled else [trail.QUESTION_OF_HEAD]
            asked = people.questions(address, as_of, last.standing.counted)
            foresee(self._connection, [*head, *asked, *self._expected])
            self._expected.clear()

    def expect_cases(self, page: Page, states: Sequence[CaseState], subject: Address) -> None:
        """Say that `cases` is asked for this after the next `person`."""
        self._expected.append(case_list.question(page, states, subject))

    def members_in(self, source: Source, addresses: Sequence[Address]) -> Sequence[MemberRecord]:
        """What this members roster says about these addresses, sorted by address."""
        return rows.members(self._connection, [self._place(source)], addresses)

    def seats_in(self, source: Source, addresses: Sequence[Address]) -> Sequence[SeatRecord]:
        """What this seats roster says about these addresses, sorted by subscription and relation."""
        return rows.seats(self._connection, [self._place(source)], addresses)

    def subscriptions_in(self, source: Source, names: Sequence[str]) -> Sequence[str]:
        """Which of these subscriptions this seats roster lists at all, sorted."""
        return rows.subscriptions(self._connection, self._place(source), names)

    def shows_sso(self, source: Source) -> bool:
        """Whether this members roster shows anybody who uses SSO."""
        return rows.shows_sso(self._connection, self._place(source))

    def accounts_in(self, source: Source, addresses: Sequence[Address]) -> Sequence[DirectoryRecord]:
        """Who in this directory snapshot lists any of these addresses, sorted by key."""
        place = self._place(source)
        found = rows.list_accounts(self._connection, [place.snapshot], addresses)
        return [account.record(place) for _, account in sorted(found.accounts.items())]

    def names_like(self, name: str, most: int) -> tuple[Sequence[tuple[Address, str]], int]:
        """The first addresses with a name of which a word begins like this, sorted by address; how many there are."""
        return people.names_like(self._connection, name, most)

    def addresses_like(self, start: str, most: int) -> Sequence[Address]:
        """The first addresses that begin like this, of anybody whom a source in force knows, sorted."""
        return rows.addresses_like(self._connection, self._standing(None).counted, start, most)

    # -- directories that are read ------------------------------------------------------------------------------------

    def cursor_of(self, source_id: int) -> ReadCursor | None:
        """What the read that brought this source left for the next one; None unless the source counts, and is whole."""
        return attempts.cursor_of(self._connection, source_id)

    def last_attempts(self) -> Sequence[Attempt]:
        """The newest try to read each directory that was ever tried, by the directory's name."""
        return attempts.last(self._connection)

    def last_success(self, directory: str) -> Attempt | None:
        """The newest try that brought a source, whether that still counts or not."""
        return attempts.last_success(self._connection, directory)

    # -- comparing ----------------------------------------------------------------------------------------------------

    def count_compared(self, members: System, as_of: datetime, patterns: Sequence[str]) -> Sequence[tuple[Facts, int]]:
        """How many members share each value of `Facts`."""
        return comparing.count(self._connection, members, as_of, patterns)

    def compared(
        self,
        members: System,
        as_of: datetime,
        patterns: Sequence[str],
        *,
        after: Address | None = None,
        only: Collection[Facts] | None = None,
    ) -> Iterator[Compared]:
        """Every member by the roster in force, or those with one of these facts, sorted by address, streamed."""
        return self._lend(comparing.compare(self._connection, members, as_of, patterns, after=after, only=only))

    def sift(
        self, members: System, as_of: datetime, patterns: Sequence[str], is_wanted: Callable[[Facts], bool]
    ) -> Sifted:
        """`count_compared`, and those whose facts somebody wants, in one comparison."""
        return comparing.sift(self._connection, members, as_of, patterns, is_wanted)

    def seat_lines(
        self, seats: System, members: System, as_of: datetime, patterns: Sequence[str]
    ) -> Iterator[SeatLine]:
        """Every relation of every subscription in force, sorted by subscription and relation, streamed."""
        return self._lend(seating.seat_lines(self._connection, seats, members, as_of, patterns))

    def decisions(self, page: Page) -> tuple[Sequence[Decision], str | None, int]:
        """Those in force, newest first."""
        return decisions.listed(self._connection, page, self._clock.now())

    # -- cases --------------------------------------------------------------------------------------------------------

    def case(self, case_id: int) -> CaseRecord:
        """Raises `CaseUnknown`."""
        return cases.one(self._connection, case_id)

    def case_on(self, subject: Address, operation: str) -> CaseRecord | None:
        """The open or done case of this operation for the person, newest first."""
        return cases.on(self._connection, subject, operation)

    def cases_about(self, people: Sequence[Address], application: str) -> Sequence[CaseRecord]:
        """The open cases about any of these people in an application, newest first."""
        return cases.about(self._connection, people, application)

    def has_other_case(self, people: Sequence[Address], operation: str) -> bool:
        """Whether an open or done case about any of these people was opened for another operation."""
        return cases.has_other(self._connection, people, operation)

    def is_followed(self, case: CaseRecord, holding: HoldingKind) -> bool:
        """Whether a newer case about one of its people, not cancelled, is about the same kind of holding."""
        return cases.is_followed(self._connection, case, holding)

    def cases(
        self,
        page: Page,
        *,
        states: Sequence[CaseState] = (),
        subject: Address | None = None,
        owner: str | None = None,
        lacks_approval: bool = False,
    ) -> tuple[Sequence[CaseLine], str | None, int]:
        """Newest first; with `lacks_approval` only open ones that wait for a second person."""
        return case_list.listed(self._connection, page, states, subject, owner, lacks_approval)

    def cases_needing(
        self, need: CaseNeed, page: Page, *, since: datetime
    ) -> tuple[Sequence[CaseLine], str | None, int]:
        """Open cases that wait for something, newest first."""
        return case_needs.listed(self._connection, need, page, since)

    def case_trail(self, case: CaseRecord, page: Page) -> tuple[Sequence[StoredRecord], str | None]:
        """The records about a case that still have their payload, newest first; the cursor of the next part."""
        return case_trail.listed(self._connection, case, page)

    def cases_leaning_on(self, source_id: int) -> Sequence[int]:
        """The cases with a step that this source verified or contradicted, whatever their state, by id."""
        return cases.leaning_on(self._connection, source_id)

    def answer_to(self, request_key: str) -> str | None:
        """The stored answer (JSON) to an earlier call with this key."""
        return self._connection.execute(_ANSWER, {"key": request_key}).scalar()

    def claim(self, claim_id: int) -> tuple[int, str, ClaimRecord]:
        """Case, step key and claim. Raises `ClaimUnknown`."""
        return cases.claim(self._connection, claim_id)

    def approval(self, number: int) -> Approval:
        """Raises `ApprovalUnknown`."""
        return cases.approval(self._connection, number)

    # -- what is known here -------------------------------------------------------------------------------------------

    def local_facts(self, as_of: datetime) -> Sequence[LocalFact]:
        """The answers that were given and had not ended at a moment, by fact, then oldest first."""
        return local.facts(self._connection, as_of)

    def local_fact(self, number: int) -> LocalFact:
        """Raises `LocalFactUnknown`."""
        return local.fact(self._connection, number)

    def screen_changes(self) -> Sequence[ScreenChange]:
        """The changes that have not ended, of every generation of screens, by playbook and step, then oldest first."""
        return local.changes(self._connection)

    def screen_change(self, number: int) -> ScreenChange:
        """Raises `ScreenChangeUnknown`."""
        return local.change(self._connection, number)

    def evidence_of(self, case_id: int | None) -> Sequence[Evidence]:
        """What was attached to a case, None for all of them, oldest first, what was taken back included."""
        return local.evidence_of(self._connection, case_id)

    def evidence(self, number: int) -> Evidence:
        """Raises `EvidenceUnknown`."""
        return local.evidence(self._connection, number)

    # -- the trail ----------------------------------------------------------------------------------------------------

    def verify_trail(self, progress: Progress | None = None) -> Audit:
        """Walk the whole chain, streamed."""
        return trail.verify(self._database, self._connection, progress)

    def trail_length(self) -> int:
        """The number of the last record; 0 for an empty trail."""
        return trail.length(self._connection)

    def trail(self, after_seq: int = 0, most: int | None = None) -> Iterator[StoredRecord]:
        """Records in order, streamed."""
        return self._lend(trail.walk(self._database, self._connection, after_seq, most))

    def _place(self, source: Source) -> InForce:
        return sources.one(self._connection, source.id)


def _source(found: InForce | None) -> Source | None:
    return None if found is None else found.source
