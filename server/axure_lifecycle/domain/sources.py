"""Sources: who brought what, when, and how far it counts.

Two moments matter. `taken_at` is the moment a roster speaks of; its age and the brakes count from there. `horizon` is
the latest moment that its content can possibly know of: a file that was last written at noon shows nothing of the
afternoon, whatever date somebody gives it. Only claims older than the horizon are verified or contradicted.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel, System
from axure_lifecycle.domain.rosters import RosterKind


class SourceState(StrEnum):
    """Whether a source counts."""

    IN_USE = "in_use"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Source:
    """One roster, or one read of a directory, as it was brought."""

    id: int
    system: System
    kind: RosterKind
    digest: str
    """SHA-256 of what was brought, lower-case hexadecimal."""
    rows: int
    form: str
    columns: tuple[str, ...]
    taken_at: datetime
    is_moment_stated: bool
    """Whether somebody said when it was taken; otherwise the moment of the import stands in."""
    horizon: datetime
    received_at: datetime
    brought_by: Actor
    assurance: Assurance
    """REPORTED, or CONFIRMED when a person stands for it."""
    confirmed_by: Actor | None
    """Who stood for it later, when it came as reported."""
    is_complete: bool | None
    """True: its count line agrees, the directory said so, or a person did. None: nobody said."""
    state: SourceState
    label: str
    """What it was called: the file's name, never its folder."""
    is_held: bool = False
    """Whether it had lost too much when the product read it: no later one is measured by it, until a person stands
    for it."""

    @property
    def name(self) -> str:
        """What people call it (`R-7`)."""
        return f"R-{self.id}"

    @property
    def is_whole(self) -> bool:
        """Whether somebody missing from it is really missing: it is complete, and a person stands for it."""
        return self.is_complete is True and self.assurance >= Assurance.CONFIRMED

    @property
    def is_read_here(self) -> bool:
        """Whether the product read it itself, so that nobody has looked at it."""
        return self.brought_by.channel is Channel.DIRECTORY

    @property
    def can_verify(self) -> bool:
        """Whether it may verify or contradict a claim."""
        return self.state is SourceState.IN_USE and self.assurance >= Assurance.CONFIRMED


@dataclass(frozen=True, slots=True)
class Moments:
    """When a roster speaks, as decided at its import."""

    taken_at: datetime
    is_stated: bool
    horizon: datetime


class MomentInFuture(LifecycleError):
    """A roster cannot have been taken tomorrow."""

    code = "moment_in_future"

    def __init__(self, stated: date) -> None:
        self.stated = stated
        super().__init__(
            f"The roster was not imported: it is said to be of {stated.isoformat()}, which lies in the future. "
            "Give the day on which the page was really taken."
        )


def moments(taken_on: date | None, written_at: datetime | None, now: datetime, zone: tzinfo) -> Moments:
    """The two moments of a roster.

    `taken_on` is what a person states, counted as that day's start in the organisation's time zone. `written_at` is
    when the file was last written (UTC), None for pasted text; whatever is stated, a file knows of nothing later.
    Raises `MomentInFuture`.

    >>> utc = UTC
    >>> moments(date(2026, 11, 23), None, datetime(2026, 11, 23, 18, tzinfo=utc), utc).horizon.isoformat()
    '2026-11-23T00:00:00+00:00'
    """
    taken_at = now if taken_on is None else datetime.combine(taken_on, time.min, zone).astimezone(UTC)
    if taken_on is not None and taken_at > now:
        raise MomentInFuture(taken_on)
    horizon = taken_at if written_at is None else min(taken_at, written_at)
    return Moments(taken_at, taken_on is not None, horizon)


def age(of: datetime, now: datetime) -> timedelta:
    """How old something is; never negative."""
    return max(now - of, timedelta(0))


def is_older_than(source: Source, days: int, now: datetime) -> bool:
    """Whether a source speaks of a moment more than so many times 24 hours ago."""
    return age(source.taken_at, now) > timedelta(days=days)


def is_brought_by_the_claimer(source: Source, claimed_by: str) -> bool:
    """Whether the one who stands for the roster is the one whose claim it verifies; the record says so."""
    stands = source.confirmed_by or source.brought_by
    return stands.name == claimed_by and stands.channel not in (Channel.TRUSTED_FOLDER, Channel.DIRECTORY)


class AlreadyRetracted(LifecycleError):
    """It counts no longer anyway."""

    code = "already_retracted"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was taken back before; nothing changed. list_sources shows what is in use.")
