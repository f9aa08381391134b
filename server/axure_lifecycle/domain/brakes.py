"""Brakes: when the sources are not good enough to say that somebody left.

A stale source is silent about everything since; a shrunken one is probably a part of the page. Both withhold verdicts
and say why, and what releases them. A brake never hides a membership: it only withholds what would be concluded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from axure_lifecycle.domain.organization import Limits
from axure_lifecycle.domain.sources import Source, is_older_than
from axure_lifecycle.domain.verdicts import Brakes


@dataclass(frozen=True, slots=True)
class Brake:
    """One reason to withhold."""

    code: str
    holds_everything: bool
    """False: only what would name a leaver is withheld."""
    sentence: str


@dataclass(frozen=True, slots=True)
class InForce:
    """A source in force, beside the one that was in force before it."""

    source: Source
    before: Source | None


def confirming_at_terminal(source: Source) -> str:
    """How a person stands for a source where policy demands nothing more."""
    return f"`axure-lifecycle confirm {source.name}` at a terminal"


def find_brakes(
    members: InForce | None,
    directories: Sequence[InForce],
    limits: Limits,
    as_of: datetime,
    place_of: Callable[[Source], str] = confirming_at_terminal,
) -> tuple[Brake, ...]:
    """Every brake that is on at a moment, the members roster's first; `place_of`: where a yes to a source counts."""
    brakes = [*_directory_brakes(directories, limits, as_of, place_of)]
    if members is not None:
        brakes = [*_roster_brakes(members, limits, as_of), *brakes]
    return tuple(brakes)


def sum_up(brakes: Sequence[Brake]) -> Brakes:
    """What the brakes amount to for a verdict."""
    return Brakes(
        roster_holds=any(not brake.holds_everything for brake in brakes),
        directory_holds=any(brake.holds_everything for brake in brakes),
    )


def lost_too_much(source: Source, before: Source | None, limits: Limits) -> bool:
    """Whether a source has too few rows beside the one that it is measured by.

    A person who confirmed a read that the product made itself stands for its size, too.
    """
    if before is None or (source.is_read_here and source.confirmed_by is not None):
        return False
    return limits.is_shrunken(before=before.rows, now=source.rows)


def hold_back(leavers: int, members: int, limits: Limits) -> str | None:
    """Why so many leavers among so many members are not acted on in one go, as a sentence; None where they may be.

    The list is never cut; what a pass opens by itself has its own sentence (`passing.over_the_ceiling`).
    """
    most = limits.allow_departures(members)
    if leavers <= most:
        return None
    return (
        f"{leavers:,} leavers of {members:,} members are more than the {most:,} that are usual: nothing is done to "
        "several at once here, so each is planned and opened for itself. So many at once may also come of a directory "
        "read that is a part, or of another organisation: look at the sources first."
    )


def _day(source: Source, as_of: datetime) -> date:
    """The day that a source speaks of, where `as_of` is told."""
    return source.taken_at.astimezone(as_of.tzinfo).date()


def _roster_brakes(members: InForce, limits: Limits, as_of: datetime) -> Sequence[Brake]:
    source, before = members.source, members.before
    brakes: list[Brake] = []
    if is_older_than(source, limits.members_roster_days, as_of):
        brakes.append(
            Brake(
                "roster_stale",
                False,
                f"No leaver is named: the newest members roster ({source.name}) is of {_day(source, as_of)}, more "
                f"than {limits.members_roster_days} days old. Import a fresh one.",
            )
        )
    if before is not None and limits.is_shrunken(before=before.rows, now=source.rows):
        brakes.append(
            Brake(
                "roster_shrunken",
                False,
                f"No leaver is named: the newest members roster ({source.name}) has {source.rows} rows, the one before "
                f"it ({before.name}) had {before.rows}. If a part of the page is missing, retract {source.name}; if "
                "the organisation really shrank, a second roster of that size, taken later, releases the brake.",
            )
        )
    return brakes


def _directory_brakes(
    directories: Sequence[InForce], limits: Limits, as_of: datetime, place_of: Callable[[Source], str]
) -> Sequence[Brake]:
    if not directories:
        return [
            Brake(
                "no_directory",
                True,
                "Nobody can be compared: no directory read is in use. Import one "
                "(`axure-lifecycle import directory FILE`).",
            )
        ]
    brakes: list[Brake] = []
    for directory in directories:
        source, before, name = directory.source, directory.before, directory.source.system.name
        if is_older_than(source, limits.directory_snapshot_days, as_of):
            brakes.append(
                Brake(
                    "directory_stale",
                    True,
                    f"Verdicts are withheld: the newest read of the directory “{name}” ({source.name}) is of "
                    f"{_day(source, as_of)}, more than {limits.directory_snapshot_days} days old. Read it again.",
                )
            )
        if before is not None and lost_too_much(source, before, limits):
            brakes.append(Brake("directory_shrunken", False, say_lost(source, before, place_of(source))))
    return brakes


def say_lost(source: Source, before: Source, place: str) -> str:
    """Why a read of a directory that lost too much names no leaver, and what releases the brake.

    `place`: where a person's yes to it counts.

    Of what people bring, a second one of that size does: somebody looked at both. A read that the product makes by
    itself fails a second time as it failed the first time, so it takes a person.
    """
    if source.is_read_here:
        kept = "last one that was not held"
        release = (
            f"if it is right, a person confirms it ({place}). Until then it is held, and so is every later read of "
            "that size."
        )
    else:
        kept = "one before it"
        release = "if it is right, a second read of that size releases the brake."
    return (
        f"No leaver is named: the newest read of the directory “{source.system.name}” ({source.name}) has "
        f"{source.rows} people, the {kept} ({before.name}) had {before.rows}. Retract {source.name} if it is partial; "
        f"{release}"
    )
