"""Brakes: on which day each one comes on, what it holds, what it says, and how many leavers are too many at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from axure_lifecycle.domain.brakes import Brake, InForce, find_brakes, hold_back, sum_up
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel, HoldingKind, System
from axure_lifecycle.domain.organization import Limits
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.sources import Source, SourceState
from axure_lifecycle.domain.verdicts import Brakes

NOW: Final = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
MEMBERS: Final = System("axure", "cloud_for_business", "acme.axure.cloud", HoldingKind.MEMBERSHIP)
OKTA: Final = System("directory", "okta", "", HoldingKind.DIRECTORY_ACCOUNT)
STAFF: Final = System("directory", "staff", "", HoldingKind.DIRECTORY_ACCOUNT)
LIMITS: Final = Limits()
NOBODY: Final = Actor("pat@acme.example", Channel.TERMINAL)


def source(number: int, system: System, rows: int, taken_at: datetime = NOW) -> Source:
    """A source with so many rows."""
    return Source(
        id=number,
        system=system,
        kind=RosterKind.MEMBERS if system is MEMBERS else RosterKind.DIRECTORY,
        digest="0" * 64,
        rows=rows,
        form="csv",
        columns=(),
        taken_at=taken_at.astimezone(UTC),
        is_moment_stated=True,
        horizon=taken_at.astimezone(UTC),
        received_at=taken_at.astimezone(UTC),
        brought_by=NOBODY,
        assurance=Assurance.CONFIRMED,
        confirmed_by=None,
        is_complete=True,
        state=SourceState.IN_USE,
        label="roster.csv",
    )


FRESH: Final = InForce(source(1, MEMBERS, 206), None)
READ: Final = InForce(source(2, OKTA, 206), None)


def find(members: InForce | None = FRESH, *directories: InForce) -> tuple[Brake, ...]:
    """The brakes that are on, by default with a fresh directory."""
    return find_brakes(members, directories or (READ,), LIMITS, NOW)


def aged(system: System, **old: float) -> InForce:
    """The only source of a system, so old: days are 24 hours each, also where clocks went back meanwhile."""
    return InForce(source(7, system, 206, NOW.astimezone(UTC) - timedelta(**old)), None)


def after(system: System, before: int, now: int) -> InForce:
    """A source of `now` rows that came after one of `before` rows."""
    return InForce(source(8, system, now), source(7, system, before))


def test_fresh_sources_that_lost_nobody_brake_nothing() -> None:
    assert find() == ()
    assert sum_up(()) == Brakes(roster_holds=False, directory_holds=False)


def test_without_a_members_roster_only_the_directories_brake() -> None:
    assert find(None) == ()


# -- too old ----------------------------------------------------------------------------------------------------------


def test_a_members_roster_is_good_for_35_days() -> None:
    assert find(aged(MEMBERS, days=35)) == ()


def test_a_members_roster_of_more_than_35_days_names_no_leaver() -> None:
    [brake] = find(aged(MEMBERS, days=35, seconds=1))
    assert brake == Brake(
        "roster_stale",
        False,
        "No leaver is named: the newest members roster (R-7) is of 2026-10-19, more than 35 days old. "
        "Import a fresh one.",
    )
    assert sum_up([brake]) == Brakes(roster_holds=True, directory_holds=False)


def test_a_directory_is_good_for_7_days() -> None:
    assert find(FRESH, aged(OKTA, days=7)) == ()


def test_a_directory_of_more_than_7_days_withholds_every_verdict() -> None:
    [brake] = find(FRESH, aged(OKTA, days=7, seconds=1))
    assert brake == Brake(
        "directory_stale",
        True,
        "Verdicts are withheld: the newest read of the directory “okta” (R-7) is of 2026-11-16, more than 7 days old. "
        "Read it again.",
    )
    assert sum_up([brake]) == Brakes(roster_holds=False, directory_holds=True)


def test_the_day_of_an_old_source_is_told_where_the_organization_is() -> None:
    late = datetime(2026, 10, 1, 23, 30, tzinfo=UTC)  # The 2nd, in Amsterdam.
    [brake] = find(InForce(source(7, MEMBERS, 206, late), None))
    assert "is of 2026-10-02, " in brake.sentence


def test_limits_of_ones_own_count() -> None:
    short = Limits(members_roster_days=1, directory_snapshot_days=2)
    two_days = find_brakes(aged(MEMBERS, days=2), (aged(OKTA, days=2),), short, NOW)
    assert [brake.code for brake in two_days] == ["roster_stale"]
    assert "more than 1 days old" in two_days[0].sentence


# -- too small --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "is_shrunken"),
    [
        (100, 80, False),  # a fifth is lost, and no more
        (100, 79, True),
        (20, 16, False),  # a fifth, but four rows
        (20, 15, True),  # a quarter, five rows
        (8, 4, False),  # half of a small team, but four rows
        (8, 3, True),
        (206, 206, False),
        (206, 300, False),
    ],
)
def test_a_roster_has_shrunk_by_more_than_a_fifth_and_at_least_five_rows(
    before: int, now: int, is_shrunken: bool
) -> None:
    codes = {MEMBERS: "roster_shrunken", OKTA: "directory_shrunken"}
    assert [one.code for one in find(after(MEMBERS, before, now))] == [codes[MEMBERS]] * is_shrunken
    assert [one.code for one in find(FRESH, after(OKTA, before, now))] == [codes[OKTA]] * is_shrunken


def test_a_shrunken_members_roster_says_which_one_it_is_measured_by_and_what_releases_it() -> None:
    [brake] = find(after(MEMBERS, 206, 120))
    assert brake == Brake(
        "roster_shrunken",
        False,
        "No leaver is named: the newest members roster (R-8) has 120 rows, the one before it (R-7) had 206. If a part "
        "of the page is missing, retract R-8; if the organisation really shrank, a second roster of that size, taken "
        "later, releases the brake.",
    )


def test_a_shrunken_directory_withholds_leavers_only_and_says_what_releases_it() -> None:
    [brake] = find(FRESH, after(OKTA, 206, 120))
    assert brake == Brake(
        "directory_shrunken",
        False,
        "No leaver is named: the newest read of the directory “okta” (R-8) has 120 people, the one before it (R-7) had "
        "206. Retract R-8 if it is partial; if it is right, a second read of that size releases the brake.",
    )
    assert sum_up([brake]) == Brakes(roster_holds=True, directory_holds=False)


def test_a_shrunken_read_that_the_product_made_itself_says_that_a_person_releases_it() -> None:
    here = Actor("pat@acme.example", Channel.DIRECTORY)
    read = InForce(replace(source(8, OKTA, 120), brought_by=here), source(7, OKTA, 206))
    [brake] = find(FRESH, read)
    assert brake == Brake(
        "directory_shrunken",
        False,
        "No leaver is named: the newest read of the directory “okta” (R-8) has 120 people, the last one that was not "
        "held (R-7) had 206. Retract R-8 if it is partial; if it is right, a person confirms it (`axure-lifecycle "
        "confirm R-8` at a terminal). Until then it is held, and so is every later read of that size.",
    )
    [elsewhere] = find_brakes(FRESH, (read,), LIMITS, NOW, lambda source: f"on the console, {source.name}")
    assert "a person confirms it (on the console, R-8)." in elsewhere.sentence
    assert find(FRESH, replace(read, source=replace(read.source, confirmed_by=NOBODY))) == ()


# -- none, and several ------------------------------------------------------------------------------------------------


def test_without_a_directory_nobody_is_compared() -> None:
    [brake] = find_brakes(FRESH, (), LIMITS, NOW)
    assert brake == Brake(
        "no_directory",
        True,
        "Nobody can be compared: no directory read is in use. Import one (`axure-lifecycle import directory FILE`).",
    )


def test_every_brake_is_told_the_members_roster_s_first() -> None:
    old = NOW - timedelta(days=40)
    members = InForce(source(3, MEMBERS, 10, old), source(1, MEMBERS, 100, old))
    okta = InForce(source(4, OKTA, 10, old), source(2, OKTA, 100, old))
    found = find(members, okta, aged(STAFF, days=8))
    assert [brake.code for brake in found] == [
        "roster_stale",
        "roster_shrunken",
        "directory_stale",
        "directory_shrunken",
        "directory_stale",
    ]
    assert sum_up(found) == Brakes(roster_holds=True, directory_holds=True)


# -- how many at once -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "most"),
    [
        (1, 3),  # three, however few there are
        (39, 3),
        (40, 4),  # a tenth
        (206, 20),
        (259, 25),
        (260, 25),  # 26 would be a tenth
        (1_000_000, 25),
    ],
)
def test_a_tenth_of_the_members_and_at_most_25_may_be_acted_on_at_once(members: int, most: int) -> None:
    assert hold_back(most, members, LIMITS) is None
    said = hold_back(most + 1, members, LIMITS)
    assert said is not None
    assert said.startswith(f"{most + 1:,} leavers of {members:,} members are more than the {most:,} that are usual:")
    assert "nothing is done to several at once here" in said
    assert said.endswith("look at the sources first.")
