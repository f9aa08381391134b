"""Entra ID, read from a server that behaves as Microsoft Graph documents it: people and leave dates."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest

from axure_lifecycle.directories import refusals
from axure_lifecycle.directories.entra import EntraReader
from axure_lifecycle.domain.rosters import DirectoryRow, Removed, RosterKind, Standing
from axure_lifecycle.ports.directories import CursorDoubted, DirectoryEntry
from axure_lifecycle.rosters import Material, read_roster
from tests.directories.entra_reads import (
    PACE,
    WITHOUT_DATES,
    configured,
    last,
    read,
    settled,
    words,
)
from tests.directories.vendors import entra_people, faults, people
from tests.directories.vendors.entra import PERMISSIONS, EntraVendor, LeaveDate
from tests.directories.vendors.entra_people import id_of
from tests.directories.vendors.graph import graph_error
from tests.directories.vendors.people import Organisation, Person, make_organisation, make_person
from tests.directories.vendors.serving import Served, serve
from tests.directories.vendors.wire import Ask, Page, Reply


class WithoutTracking(EntraVendor):
    """A tenant of External ID, where the delta query is not supported."""

    def route(self, ask: Ask, parts: list[str], permissions: frozenset[str]) -> Reply | Page:
        if parts[:2] == ["users", "delta"]:
            return graph_error(400, "Request_UnsupportedQuery", "Change tracking is not supported.")
        return super().route(ask, parts, permissions)


class InParts(EntraVendor):
    """A tenant whose first round repeats somebody with the changed property alone."""

    def written(self, page: Page) -> Reply:
        if str(page.extras["@odata.context"]).endswith("#users") and page.people:
            part = json.dumps({"id": json.loads(page.people[0])["id"], "otherMails": ["new@home.example"]})
            page = replace(page, people=[*page.people, part.encode()])
        return super().written(page)


@pytest.fixture(scope="module")
def entra() -> Iterator[Served[EntraVendor]]:
    with serve(EntraVendor(make_organisation(450))) as served:
        yield served


# --- everybody ---


def test_everybody_comes_with_the_words_of_graph() -> None:
    staff = [
        Person(1, "Ana", "Berg", "ana@people.example", mail="a.berg@people.example", aliases=("ana@home.example",)),
        Person(2, "Bo", "Costa", "bo@people.example", standing=people.Standing.DISABLED),
        Person(3, "Chidi", "Eze", "chidi@people.example", leaves_at=datetime(2027, 3, 31, 16, 0, tzinfo=UTC)),
        Person(4, "Dagny", "Fox", "dagny@people.example"),
    ]
    organisation = Organisation(staff)
    organisation.delete(4)
    with serve(EntraVendor(organisation)) as served:
        entries, ending = read(*configured(served, leave_dates=True))

    found = settled(entries)
    assert {row.address: (row.standing, row.status) for row in found.values()} == {
        "a.berg@people.example": (Standing.ACTIVE, "accountEnabled=true"),
        "bo@people.example": (Standing.DISABLED, "accountEnabled=false"),
        "chidi@people.example": (Standing.ACTIVE, "accountEnabled=true"),
    }
    ana = found[id_of(1)]
    assert (ana.display_name, ana.aliases) == ("Ana Berg", ("ana@people.example", "ana@home.example"))
    assert found[id_of(3)].leave_at == datetime(2027, 3, 31, 16, 0, tzinfo=UTC)
    assert ending.totals.columns == ("key", "address", "display_name", "standing", "status", "leave_at", "aliases")
    assert (ending.totals.form, ending.totals.rows, ending.totals.refused) == ("entra", 3, 0)
    assert (ending.assignments, ending.totals.notes) == (None, ())
    assert ending.scopes == tuple(sorted(PERMISSIONS))


def test_the_wire_and_a_saved_file_agree(tmp_path: Path) -> None:
    staff = make_organisation(300, seed=9)
    staff.change(5, given="=HYPERLINK()", aliases=("Five@Home.Example", "no address"))
    selected = ("id", "userPrincipalName", "mail", "displayName", "accountEnabled", "otherMails", "proxyAddresses")
    objects = [entra_people.write(each, selected, hides_leave_date=True) for each in staff.people.values()]
    file = tmp_path / "graph.json"
    file.write_text(json.dumps({"value": objects}), encoding="utf-8")
    reading = read_roster(RosterKind.DIRECTORY, Material.file(file))
    saved = {
        row.key: row._replace(line=0) for batch in reading.batches() for row in batch if isinstance(row, DirectoryRow)
    }
    with serve(EntraVendor(staff)) as served:
        entries, ending = read(*configured(served))

    assert settled(entries) == saved
    assert len(saved) == 300
    assert ending.totals.columns == reading.totals().columns


def test_select_is_said_once_and_links_are_followed_as_they_stand(entra: Served[EntraVendor]) -> None:
    entra.vendor.schedule.again()
    begin = len(entra.vendor.asked)
    entries, _ = read(*configured(entra))
    asked = [each for each in entra.vendor.asked[begin:] if each.path == "/v1.0/users/delta"]

    assert len(settled(entries)) == 450
    assert [sorted(each.query) for each in asked] == [
        ["$deltatoken", "$select"],
        ["$select"],
        *[["$skiptoken"]] * 4,
    ]


def test_somebody_who_is_moved_between_the_pages_is_not_lost(entra: Served[EntraVendor]) -> None:
    entra.vendor.schedule.again().at(3, faults.MovedBehind()).at(4, faults.MovedAhead())
    assert len(settled(read(*configured(entra))[0])) == 450


@pytest.mark.parametrize("fault", [faults.PageAgain(), faults.Overlap(), faults.EmptyPage()])
def test_people_who_come_twice_are_there_once(fault: faults.Fault, entra: Served[EntraVendor]) -> None:
    entra.vendor.schedule.again().at(3, fault)
    entra.vendor.delta.replays = 20
    assert len(settled(read(*configured(entra))[0])) == 450


def test_somebody_in_the_bin_who_is_mentioned_is_asked_for() -> None:
    staff = make_organisation(150)
    staff.delete(3)
    staff.delete(7)
    staff.purge(7)
    staff.delete(9)

    with serve(EntraVendor(staff, delta_page=50)) as served:
        served.vendor.delta.mentions_removed = True
        # After the last page: whoever was in the bin when the round began may be back by now.
        served.vendor.schedule.at(5, faults.Meanwhile(lambda organisation: organisation.restore(9)))
        entries, _ = read(*configured(served))

    assert last(entries)[id_of(3)] == Removed(id_of(3))
    assert id_of(9) in settled(entries)
    assert len(settled(entries)) == 148


def test_somebody_of_whom_only_a_part_comes_is_asked_for() -> None:
    staff = make_organisation(20)
    with serve(InParts(staff, delta_page=10)) as served:
        entries, ending = read(*configured(served))

    assert {row.standing for row in settled(entries).values()} == {Standing.ACTIVE}
    assert all(row.display_name for row in settled(entries).values())
    assert (len(settled(entries)), ending.totals.rows) == (20, 22)


def test_people_without_an_address_are_left_out_and_counted() -> None:
    staff = make_organisation(5)
    staff.change(1, address="bot-1", mail=None, aliases=())
    with serve(EntraVendor(staff)) as served:
        entries, ending = read(*configured(served))

    assert len(settled(entries)) == 4
    assert ending.totals.notes == ("1 users of Entra have no e-mail address and were left out.",)


def test_a_tenant_that_tracks_no_changes_is_listed_every_time() -> None:
    with serve(WithoutTracking(make_organisation(1_500))) as served:
        entries, ending = read(*configured(served))
        tops = [each.query["$top"] for each in served.vendor.asked if each.path == "/v1.0/users"]
        findings = words(*configured(served))

    assert len(settled(entries)) == 1_500
    assert ending.cursor is None
    assert [note[:31] for note in ending.totals.notes] == ["This tenant does not tell what "]
    assert tops == ["999", "999"]
    assert ("changes", True, True) in findings


# --- looking again ---


def test_looking_again_finds_who_is_there_and_removes_who_is_not() -> None:
    staff = make_organisation(5)
    staff.delete(1)
    found: list[DirectoryEntry] = []

    async def put(entries: list[DirectoryEntry]) -> None:
        found.extend(entries)

    with serve(EntraVendor(staff)) as served:
        keys = [id_of(1), id_of(2), "ana.berg.0@people.example", "../groups", id_of(99)]
        reader = EntraReader(*configured(served), PACE)
        anyio.run(reader.look_again, keys, put)
        asked = {each.path.rpartition("/")[2] for each in served.vendor.asked_for_data()}

    assert {entry.key for entry in found if isinstance(entry, Removed)} == set(keys) - {id_of(2)}
    assert settled(found)[id_of(2)].address == make_person(2).address
    assert asked == {id_of(1), id_of(2), id_of(99)}


# --- leave dates ---


def leaving() -> Organisation:
    staff = make_organisation(5)
    staff.change(1, leaves_at=datetime(2027, 3, 31, 16, 0, tzinfo=UTC))
    return staff


def test_leave_dates_are_not_asked_for_unless_they_are_wanted() -> None:
    with serve(EntraVendor(leaving())) as served:
        entries, ending = read(*configured(served))
        asked = {each.query.get("$select", "") for each in served.vendor.asked}

    assert "leave_at" not in ending.totals.columns
    assert all(row.leave_at is None for row in settled(entries).values())
    assert not any("employeeLeaveDateTime" in select for select in asked)


@pytest.mark.parametrize("how", LeaveDate)
@pytest.mark.parametrize("tells_roles", [True, False])
def test_without_their_permission_leave_dates_are_no_statement(how: LeaveDate, tells_roles: bool) -> None:
    with serve(EntraVendor(leaving(), granted=WITHOUT_DATES, leave_date=how)) as served:
        served.vendor.registration.tells_roles = tells_roles
        entries, ending = read(*configured(served, leave_dates=True))
        changes, after = read(*configured(served, leave_dates=True), ending.cursor)
        was_asked = any("employeeLeaveDateTime" in each.query.get("$select", "") for each in served.vendor.asked)

    assert len(settled(entries)) == 5
    assert was_asked is not tells_roles
    assert changes == []
    for told in (ending, after):
        assert "leave_at" not in told.totals.columns
        (note,) = told.totals.notes
        assert "leave date" in note.lower()


def test_where_the_token_tells_nothing_a_leave_date_that_came_proves_that_they_may_be_read() -> None:
    staff = leaving()
    with serve(EntraVendor(staff)) as served:
        served.vendor.registration.tells_roles = False
        _, ending = read(*configured(served, leave_dates=True))
        staff.disable(2)
        _, after = read(*configured(served, leave_dates=True), ending.cursor)

    for told in (ending, after):
        assert "leave_at" in told.totals.columns
        assert (told.scopes, told.totals.notes) == ((), ())


@pytest.mark.parametrize(("before", "after"), [(WITHOUT_DATES, PERMISSIONS), (PERMISSIONS, WITHOUT_DATES)])
def test_changes_with_leave_dates_do_not_follow_a_read_without(before: frozenset[str], after: frozenset[str]) -> None:
    with serve(EntraVendor(leaving(), granted=before)) as served:
        _, ending = read(*configured(served, leave_dates=True))
        served.vendor.granted = after
        with pytest.raises(CursorDoubted, match="leave dates"):
            read(*configured(served, leave_dates=True), ending.cursor)


# --- what no Graph says ---


@pytest.mark.parametrize("number", [2, 4, 8])
@pytest.mark.parametrize("shape", faults.Shape)
def test_json_of_another_shape_is_refused(shape: faults.Shape, number: int, entra: Served[EntraVendor]) -> None:
    """Of pages of people and of assignments."""
    entra.vendor.schedule.again().at(number, faults.WrongShape(shape))
    with pytest.raises(refusals.DirectoryAnswerStrange):
        read(*configured(entra, app=True))


def test_people_and_apps_of_another_shape_are_refused() -> None:
    class Odd(EntraVendor):
        def find(self, key: str) -> Person | None:
            del key
            return self.organisation.people[0]

        def principal(self) -> Mapping[str, object]:
            return {"id": 7}

    staff = make_organisation(5)
    with serve(Odd(staff)) as served:
        _, ending = read(*configured(served))
        staff.disable(3)
        with pytest.raises(refusals.DirectoryAnswerStrange, match="somebody else"):
            read(*configured(served), ending.cursor)
        with pytest.raises(refusals.DirectoryAnswerStrange, match="without an id"):
            read(*configured(served, app=True))


def test_links_to_other_hosts_are_not_followed(entra: Served[EntraVendor]) -> None:
    for fault in (faults.NextElsewhere(), faults.RedirectElsewhere()):
        entra.vendor.schedule.again().at(3, fault)
        with pytest.raises(refusals.DirectoryLeftHost):
            read(*configured(entra))
    assert entra.vendor.asked_elsewhere == []


def test_a_tenant_without_anybody_is_refused() -> None:
    with serve(EntraVendor(Organisation())) as served, pytest.raises(refusals.DirectoryAnswerStrange, match="single"):
        read(*configured(served))
