"""What changed in Entra ID since a read, told by a server that behaves as Microsoft Graph documents it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from axure_lifecycle.directories import refusals
from axure_lifecycle.directories.entra import MOST_CHANGED
from axure_lifecycle.directories.entra_cursor import EntraCursor, read_cursor
from axure_lifecycle.domain.rosters import Removed, Standing
from axure_lifecycle.ports.directories import CursorDoubted
from tests.directories.entra_reads import PACE, configured, last, read, settled
from tests.directories.vendors import faults
from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.entra_delta import Expiry
from tests.directories.vendors.entra_people import id_of
from tests.directories.vendors.people import Organisation, make_organisation, make_person
from tests.directories.vendors.serving import serve


def test_after_everybody_only_changes_come_and_each_of_them_whole() -> None:
    staff = make_organisation(250)
    with serve(EntraVendor(staff)) as served:
        entries, ending = read(*configured(served))
        before = settled(entries)
        staff.disable(1)
        staff.change(2, address="new.name@people.example")
        staff.delete(3)
        staff.purge(4)
        staff.delete(5)
        staff.restore(5)
        staff.add(make_person(900))
        changes, after = read(*configured(served), ending.cursor)
        anew, _ = read(*configured(served))

    found = last(changes)
    assert set(found) == {id_of(number) for number in (1, 2, 3, 4, 5, 900)}
    assert {key for key, entry in found.items() if isinstance(entry, Removed)} == {id_of(3), id_of(4)}
    assert settled(changes, before) == settled(anew)
    assert settled(changes)[id_of(1)].display_name == before[id_of(1)].display_name
    assert (after.totals.rows, after.totals.columns) == (6, ending.totals.columns)


def test_whoever_changed_is_asked_for_in_two_reads() -> None:
    staff = make_organisation(50)
    with serve(EntraVendor(staff)) as served:
        _, ending = read(*configured(served))
        staff.disable(1)
        asked: list[set[str]] = []
        for _ in range(4):
            changes, ending = read(*configured(served), ending.cursor)
            asked.append(set(last(changes)))

    assert asked == [{id_of(1)}, {id_of(1)}, set(), set()]


def test_somebody_who_changed_while_everybody_was_read_is_among_the_changes() -> None:
    staff = make_organisation(450)
    numbers = range(450)

    def during(organisation: Organisation) -> None:
        for number in numbers[::50]:
            organisation.disable(number)

    with serve(EntraVendor(staff)) as served:
        served.vendor.schedule.at(4, faults.Meanwhile(during))
        entries, ending = read(*configured(served))
        changes, _ = read(*configured(served), ending.cursor)

    people_after = settled(changes, settled(entries))
    off = {key for key, row in people_after.items() if row.standing is Standing.DISABLED}
    assert off == {id_of(number) for number in numbers[::50]}


def test_replays_and_a_read_that_failed_lose_nothing() -> None:
    staff = make_organisation(50)
    with serve(EntraVendor(staff, delta_page=5)) as served:
        served.vendor.delta.replays = 3
        entries, ending = read(*configured(served))
        for number in range(20):
            staff.disable(number)
        served.vendor.schedule.again().at(3, faults.WrongShape())
        with pytest.raises(refusals.DirectoryAnswerStrange):
            read(*configured(served), ending.cursor)
        changes, _ = read(*configured(served), ending.cursor)

    after = settled(changes, settled(entries))
    assert {key for key, row in after.items() if row.standing is Standing.DISABLED} == {id_of(n) for n in range(20)}


@pytest.mark.parametrize("how", Expiry)
def test_a_link_that_serves_no_more_is_doubted(how: Expiry) -> None:
    with serve(EntraVendor(make_organisation(5))) as served:
        _, ending = read(*configured(served))
        served.vendor.delta.expire(how)
        with pytest.raises(CursorDoubted, match="no longer tells"):
            read(*configured(served), ending.cursor)
        assert len(settled(read(*configured(served))[0])) == 5


@pytest.mark.parametrize("how", Expiry)
def test_everybody_s_list_that_is_taken_back_before_its_end_is_refused(how: Expiry) -> None:
    with serve(EntraVendor(make_organisation(300))) as served:
        served.vendor.schedule.at(4, faults.Meanwhile(lambda _: served.vendor.delta.expire(how)))
        with pytest.raises(refusals.DirectoryAnswerStrange, match="took its own list of people back"):
            read(*configured(served))


def test_so_many_changes_are_doubted_before_anybody_is_asked_for() -> None:
    staff = make_organisation(MOST_CHANGED + 1)
    with serve(EntraVendor(staff, delta_page=999)) as served:
        _, ending = read(*configured(served))
        for number in range(MOST_CHANGED + 1):
            staff.disable(number)
        with pytest.raises(CursorDoubted, match="more than 1000 people"):
            read(*configured(served), ending.cursor)
        (*_, path) = (each.path for each in served.vendor.asked)

    assert path == "/v1.0/users/delta"


def test_after_a_week_everybody_is_read_again() -> None:
    now = datetime.now(UTC)
    with serve(EntraVendor(make_organisation(5))) as served:
        settings, secret = configured(served)
        _, ending = read(settings, secret)
        later = replace(PACE, wall=lambda: (now + timedelta(days=6, hours=23)).timestamp())
        _, ending = read(settings, secret, ending.cursor, later)
        much_later = replace(PACE, wall=lambda: (now + timedelta(days=7, hours=1)).timestamp())
        with pytest.raises(CursorDoubted, match="everybody was last read on"):
            read(settings, secret, ending.cursor, much_later)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "7",
        "[" * 100_000,
        '{"form":1,"begin":"https://graph.example/a","then":"https://graph.example/b"}',
        '{"form":1,"begin":"https://graph.example.evil/a","then":"https://graph.example/b",'
        '"full_at":"2026-05-01T00:00:00+00:00","tells_leave_dates":false}',
        '{"form":2,"begin":"https://graph.example/a","then":"https://graph.example/b",'
        '"full_at":"2026-05-01T00:00:00+00:00","tells_leave_dates":false}',
        '{"form":1,"begin":"https://graph.example/a","then":"https://graph.example/b",'
        '"full_at":"2026-05-03T00:00:00+00:00","tells_leave_dates":false}',
    ],
)
def test_a_cursor_that_is_none_is_doubted(text: str) -> None:
    with pytest.raises(CursorDoubted):
        read_cursor(text, "graph.example", datetime(2026, 5, 2, tzinfo=UTC))


def test_a_cursor_is_read_as_it_was_written() -> None:
    cursor = EntraCursor("https://graph.example/a", "https://graph.example/b", datetime(2026, 5, 1, tzinfo=UTC), True)
    assert read_cursor(str(cursor), "graph.example", datetime(2026, 5, 2, tzinfo=UTC)) == cursor
    assert cursor.followed_by("c") == EntraCursor("https://graph.example/b", "c", cursor.full_at, True)
