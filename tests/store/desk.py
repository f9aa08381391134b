"""People who bring rosters made of rows to a store, at a time that somebody sets."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel, HoldingKind, System
from axure_lifecycle.domain.rosters import DirectoryRow, MemberRow, Mistake, RosterKind, Row, SeatRow, Standing, Totals
from axure_lifecycle.domain.sources import Moments, Source
from axure_lifecycle.ports import Preview
from axure_lifecycle.store import SqlStore

PAT = Actor("pat@acme.example", Channel.TERMINAL)
ROBOT = Actor("pat@acme.example", Channel.ASSISTANT, "some-client 1.0")
MEMBERS = System("axure", "cloud_for_business", "acme.axure.cloud", HoldingKind.MEMBERSHIP)
SEATS = System("axure", "license_portal", "", HoldingKind.SEAT)
OKTA = System("directory", "okta", "", HoldingKind.DIRECTORY_ACCOUNT)
STAFF = System("directory", "staff", "", HoldingKind.DIRECTORY_ACCOUNT)
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass
class SetClock:
    """A clock that stands until somebody moves it."""

    at: datetime = START

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.at

    def pass_by(self, **some: float) -> None:
        """Let time pass."""
        self.at += timedelta(**some)


@dataclass
class Rows:
    """A roster whose rows are there already; counts how often somebody read them."""

    rows: Sequence[Row]
    columns: tuple[str, ...] = ("display_name", "role", "status", "use_sso")
    mistakes: tuple[Mistake, ...] = ()
    stated_count: int | None = None
    was_read: int = field(default=0)

    def batches(self) -> Iterator[list[Row]]:
        """All rows, two at a time."""
        self.was_read += 1
        for start in range(0, len(self.rows), 2):
            yield list(self.rows[start : start + 2])

    def totals(self) -> Totals:
        """What is known at the end."""
        refused = sum(mistake.line is not None for mistake in self.mistakes)
        return Totals(len(self.rows), self.stated_count, self.columns, "csv", self.mistakes, refused)


def member(
    address: str, *, line: int = 2, role: str | None = "Member", status: str | None = "active", name: str | None = None
) -> MemberRow:
    """A line of a members roster."""
    return MemberRow(line, Address(address.lower()), address, name, role, status, use_sso=True)


def person(
    key: str,
    address: str,
    *aliases: str,
    standing: Standing = Standing.ACTIVE,
    leave_at: datetime | None = None,
    kind: str | None = None,
    line: int = 2,
    name: str | None = None,
) -> DirectoryRow:
    """One person of a directory."""
    others = tuple(Address(alias) for alias in aliases)
    return DirectoryRow(line, key, Address(address), name, standing, standing.value.upper(), leave_at, others, kind)


def seat(
    subscription: str,
    *,
    owner: str | None = None,
    managers: Sequence[str] = (),
    assigned: str | None = None,
    line: int = 2,
) -> SeatRow:
    """One subscription."""
    return SeatRow(
        line,
        subscription,
        "rp_team",
        None if owner is None else Address(owner),
        tuple(Address(manager) for manager in managers),
        None if assigned is None else Address(assigned),
        None,
        "card",
    )


SEAT_COLUMNS = ("edition", "owner", "managers", "assigned", "renews_on", "bought_by")
DIRECTORY_COLUMNS = ("key", "display_name", "standing", "status", "leave_at", "aliases", "kind")


def digest_of(rows: Sequence[object]) -> str:
    """A digest that differs when the rows do."""
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@dataclass
class Told:
    """Somebody who remembers how far a long job was."""

    steps: list[tuple[int, int | None, str]] = field(default_factory=list[tuple[int, int | None, str]])

    def __call__(self, done: int, total: int | None, what: str, /) -> None:
        """Remember it."""
        self.steps.append((done, total, what))


@dataclass
class Desk:
    """A store with somebody who brings rosters to it."""

    store: SqlStore
    clock: SetClock
    url: str

    def stage(self, system: System, rows: Sequence[Row], *, skip_refused: bool = False, **more: object) -> Preview:
        """Lay rows ready."""
        kind = {
            HoldingKind.MEMBERSHIP: RosterKind.MEMBERS,
            HoldingKind.SEAT: RosterKind.SEATS,
        }.get(system.holds, RosterKind.DIRECTORY)
        columns = {
            RosterKind.MEMBERS: ("display_name", "role", "status", "use_sso"),
            RosterKind.SEATS: SEAT_COLUMNS,
            RosterKind.DIRECTORY: DIRECTORY_COLUMNS,
        }[kind]
        reading = Rows(rows, **{"columns": columns, **more})  # type: ignore[arg-type]
        return self.store.stage(system, kind, digest_of(rows), reading, skip_refused=skip_refused)

    def bring(
        self,
        system: System,
        rows: Sequence[Row],
        *,
        taken_at: datetime | None = None,
        is_complete: bool | None = True,
        by: Actor = PAT,
        assurance: Assurance = Assurance.CONFIRMED,
    ) -> Source:
        """Lay rows ready and make them count."""
        preview = self.stage(system, rows)
        at = taken_at if taken_at is not None else self.clock.now()
        with self.store.writing(by) as change:
            return change.import_snapshot(
                preview.snapshot,
                Moments(at, taken_at is not None, at),
                is_complete=is_complete,
                label="roster.csv",
                assurance=assurance,
            )
