"""Which source is in force, and what taking one back does."""

from datetime import UTC, datetime

import pytest

from axure_lifecycle.domain.holdings import Actor, Assurance, HoldingKind, System
from axure_lifecycle.domain.sources import Moments, SourceState
from axure_lifecycle.ports import CursorUnknown, Page
from axure_lifecycle.store.refusals import SourceUnknown
from tests.store.desk import MEMBERS, OKTA, PAT, ROBOT, STAFF, START, Desk, member, person

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)
ANA, BEN = member("ana@acme.example"), member("ben@acme.example", line=3)


def test_the_newest_moment_is_in_force_and_not_the_newest_import(desk: Desk) -> None:
    friday = desk.bring(MEMBERS, [ANA], taken_at=FRIDAY)
    monday = desk.bring(MEMBERS, [ANA, BEN], taken_at=MONDAY)
    with desk.store.reading() as view:
        assert view.source_in_force(MEMBERS) == friday
        assert view.source_before(friday) == monday
        assert view.source_before(monday) is None


def test_of_two_of_the_same_moment_the_later_import_is_in_force(desk: Desk) -> None:
    first = desk.bring(MEMBERS, [ANA], taken_at=FRIDAY)
    second = desk.bring(MEMBERS, [ANA, BEN], taken_at=FRIDAY)
    with desk.store.reading() as view:
        assert view.source_in_force(MEMBERS) == second
        assert view.source_before(second) == first


def test_a_later_source_is_ignored_as_of_an_earlier_moment(desk: Desk) -> None:
    monday = desk.bring(MEMBERS, [ANA, BEN], taken_at=MONDAY)
    desk.bring(MEMBERS, [ANA], taken_at=FRIDAY)
    with desk.store.reading() as view:
        assert view.source_in_force(MEMBERS, datetime(2026, 11, 19, tzinfo=UTC)) == monday
        assert view.source_in_force(MEMBERS, MONDAY) == monday
        assert view.source_in_force(MEMBERS, datetime(2026, 11, 15, tzinfo=UTC)) is None


def test_a_retracted_source_gives_way_to_the_one_before(desk: Desk) -> None:
    monday = desk.bring(MEMBERS, [ANA, BEN], taken_at=MONDAY)
    friday = desk.bring(MEMBERS, [ANA], taken_at=FRIDAY)
    with desk.store.writing(PAT) as change:
        retracted = change.retract_source(friday.id, "it was last year's file")
    assert retracted.state is SourceState.RETRACTED
    with desk.store.reading() as view:
        assert view.source_in_force(MEMBERS) == monday
        assert view.source(friday.id) == retracted
        assert [source.name for source in view.sources(Page(10))[0]] == ["R-2", "R-1"]


def test_a_source_is_retracted_once(desk: Desk) -> None:
    source = desk.bring(MEMBERS, [ANA])
    for _ in range(2):
        with desk.store.writing(PAT) as change:
            change.retract_source(source.id, "a wrong file")
    with desk.store.reading() as view:
        kinds = [record.kind for record in view.trail()]
    assert kinds == ["source.imported", "source.retracted"]


def test_a_directory_that_was_read_in_part_does_not_count(desk: Desk) -> None:
    whole = desk.bring(OKTA, [person("1", "ana@acme.example")], is_complete=True)
    desk.clock.pass_by(hours=1)
    desk.bring(OKTA, [person("2", "ben@acme.example")], is_complete=False)
    with desk.store.reading() as view:
        assert view.source_in_force(OKTA) == whole


def test_a_roster_that_nobody_called_complete_counts(desk: Desk) -> None:
    roster = desk.bring(MEMBERS, [ANA], is_complete=None)
    directory = desk.bring(OKTA, [person("1", "ana@acme.example")], is_complete=None)
    with desk.store.reading() as view:
        assert view.source_in_force(MEMBERS) == roster
        assert view.source_in_force(OKTA) == directory
    assert (roster.is_complete, directory.is_complete) == (None, None)


def test_a_source_keeps_everything_that_was_said_about_it(desk: Desk) -> None:
    source = desk.bring(MEMBERS, [ANA, BEN], taken_at=FRIDAY, by=ROBOT)
    assert source.name == "R-1"
    assert (source.system, source.rows, source.form, source.label) == (MEMBERS, 2, "csv", "roster.csv")
    assert source.columns == ("display_name", "role", "status", "use_sso")
    assert (source.taken_at, source.is_moment_stated, source.received_at) == (FRIDAY, True, START)
    assert (source.brought_by, source.confirmed_by) == (ROBOT, None)
    with desk.store.reading() as view:
        assert view.source(source.id) == source


def test_a_person_can_stand_for_what_an_assistant_brought(desk: Desk) -> None:
    preview = desk.stage(MEMBERS, [ANA])
    with desk.store.writing(ROBOT) as change:
        reported = change.import_snapshot(
            preview.snapshot,
            Moments(START, False, START),
            is_complete=None,
            label="pasted text",
            assurance=Assurance.REPORTED,
        )
    assert not reported.can_verify
    with desk.store.writing(PAT) as change:
        confirmed = change.confirm_source(reported.id, "a" * 64)
    assert confirmed.can_verify
    assert (confirmed.brought_by, confirmed.confirmed_by) == (ROBOT, PAT)


def test_servers_of_one_application_are_kept_apart(desk: Desk) -> None:
    other = System("axure", "cloud_for_business", "beta.axure.cloud", HoldingKind.MEMBERSHIP)
    here = desk.bring(MEMBERS, [ANA])
    there = desk.bring(other, [ANA, BEN])
    with desk.store.reading() as view:
        assert view.source_in_force(MEMBERS) == here
        assert view.source_in_force(other) == there


def test_directories_stand_by_name_while_a_source_of_theirs_is_in_use(desk: Desk) -> None:
    staff = desk.bring(STAFF, [person("1", "ana@acme.example")])
    desk.bring(OKTA, [person("1", "ana@acme.example")])
    with desk.store.reading() as view:
        assert view.directories() == [OKTA, STAFF]
    with desk.store.writing(PAT) as change:
        change.retract_source(staff.id, "the wrong export")
    with desk.store.reading() as view:
        assert view.directories() == [OKTA]


def test_a_list_goes_on_where_its_cursor_says(desk: Desk) -> None:
    for number in range(5):
        desk.clock.pass_by(hours=1)
        desk.bring(MEMBERS, [member(f"p{number}@acme.example")])
    with desk.store.reading() as view:
        first, cursor, count = view.sources(Page(2))
        second, cursor_too, _ = view.sources(Page(2, cursor))
        third, end, _ = view.sources(Page(2, cursor_too))
    assert [source.id for source in (*first, *second, *third)] == [5, 4, 3, 2, 1]
    assert (count, end) == (5, None)


@pytest.mark.parametrize("cursor", ["", "-1", "x", "1 OR 1=1", "٣", "9" * 30])
def test_a_cursor_that_no_list_gave_is_refused(desk: Desk, cursor: str) -> None:
    with desk.store.reading() as view, pytest.raises(CursorUnknown):
        view.sources(Page(2, cursor))


def test_a_number_that_no_source_has_names_the_newest(desk: Desk) -> None:
    with desk.store.reading() as view, pytest.raises(SourceUnknown, match="there is none yet"):
        view.source(7)
    desk.bring(MEMBERS, [ANA])
    with desk.store.writing(PAT) as change, pytest.raises(SourceUnknown, match="R-7: the newest is R-1"):
        change.retract_source(7, "none")


def test_names_of_actors_may_hold_any_letter(desk: Desk) -> None:
    someone = Actor("Zoë “the admin” O'Neil \\ 山田", PAT.channel, "client; DROP TABLE source")
    assert desk.bring(MEMBERS, [ANA], by=someone).brought_by == someone
