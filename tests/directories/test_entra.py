"""Entra ID, read from a server that behaves as Microsoft Graph documents it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import pytest

from axure_lifecycle.directories import refusals
from axure_lifecycle.directories.entra import MOST_CHANGED, EntraReader, open_entra
from axure_lifecycle.directories.entra_cursor import EntraCursor, read_cursor
from axure_lifecycle.directories.entra_sign_in import examine_permissions, roles_of
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.domain.directories import EntraSettings, SecretKind, SecretReference
from axure_lifecycle.domain.rosters import Assigned, DirectoryRow, Removed, RosterKind, Standing
from axure_lifecycle.ports.directories import CursorDoubted, DirectoryEntry, Ending
from axure_lifecycle.rosters import Material, read_roster
from tests.directories.vendors import entra_people, faults, people
from tests.directories.vendors.entra import PERMISSIONS, EntraVendor, LeaveDate
from tests.directories.vendors.entra_delta import Expiry
from tests.directories.vendors.entra_people import id_of
from tests.directories.vendors.graph import graph_error
from tests.directories.vendors.keys import make_certificate, make_key, to_pem
from tests.directories.vendors.people import Assignment, Organisation, Person, make_organisation, make_person
from tests.directories.vendors.serving import Served, serve
from tests.directories.vendors.wire import Ask, Page, Reply

SOMEWHERE = SecretReference(SecretKind.ENVIRONMENT, "ENTRA_SECRET")
WITHOUT_DATES = PERMISSIONS - {"User-LifeCycleInfo.Read.All"}


async def no_sleep(seconds: float) -> None:
    del seconds


PACE = Pace(sleep=no_sleep)


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


def configured(
    served: Served[EntraVendor], *, app: bool = False, leave_dates: bool = False
) -> tuple[EntraSettings, str]:
    host, vendor = urlsplit(served.base).netloc, served.vendor
    settings = EntraSettings(
        name="people",
        tenant=vendor.tenant,
        client_id=vendor.client_id,
        secret=SOMEWHERE,
        app=vendor.app_id if app else None,
        leave_dates=leave_dates,
        graph_host=host,
        login_host=host,
        ca_file=served.ca_file,
    )
    return settings, vendor.secret


def by_certificate(served: Served[EntraVendor], folder: Path) -> tuple[EntraSettings, str]:
    settings, _ = configured(served)
    members = served.vendor.credentials()
    certificate = folder / "certificate.pem"
    certificate.write_text(members["certificate"])
    return replace(settings, secret=None, key=SOMEWHERE, certificate=certificate), members["private_key"]


def read(
    settings: EntraSettings, secret: str, cursor: str | None = None, pace: Pace = PACE
) -> tuple[list[DirectoryEntry], Ending]:
    with open_entra(settings, secret, pace).read(cursor, None, None) as reading:
        assert reading.is_full is (cursor is None)
        entries = [entry for batch in reading.batches() for entry in batch]
        return entries, reading.ending()


def last(entries: list[DirectoryEntry]) -> Mapping[str, DirectoryEntry]:
    """What counts of each key: the later entry."""
    return {entry.key: entry for entry in entries if not isinstance(entry, Assigned)}


def settled(entries: list[DirectoryEntry], before: Mapping[str, DirectoryRow] | None = None) -> dict[str, DirectoryRow]:
    """The people by their keys, above those from before; where they came in the listing is left out."""
    after = {**(before or {}), **last(entries)}
    return {key: entry._replace(line=0) for key, entry in after.items() if isinstance(entry, DirectoryRow)}


def assigned(entries: list[DirectoryEntry]) -> set[str]:
    return {entry.key for entry in entries if isinstance(entry, Assigned)}


def words(settings: EntraSettings, secret: str) -> list[tuple[str, bool, bool]]:
    return [(each.about, each.is_fine, each.is_warning) for each in open_entra(settings, secret).examine()]


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


# --- what changed ---


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

    assert len(settled(entries)) == 5
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


# --- the application ---


def with_assignments(direct: int, by_group: int) -> Organisation:
    staff = make_organisation(direct + by_group + 10)
    staff.assigned.clear()
    for number in range(direct + by_group):
        staff.assign(number, Assignment.USER if number < direct else Assignment.GROUP)
    return staff


def test_who_is_assigned_by_themselves_or_by_a_group_is_named() -> None:
    with serve(EntraVendor(with_assignments(1_005, 1_010), delta_page=999)) as served:
        entries, ending = read(*configured(served, app=True))
        changes, after = read(*configured(served, app=True), ending.cursor)
        pages = [each for each in served.vendor.asked if each.path.endswith(("/appRoleAssignedTo", "/members"))]

    assert assigned(entries) == {id_of(number) for number in range(2_015)}
    assert assigned(changes) == assigned(entries)
    assert (ending.assignments, after.assignments) == (True, True)
    assert {page.query["$top"] for page in pages} == {"999"}
    assert len(pages) == 8


def test_a_group_whose_members_may_not_be_read_leaves_open_who_is_not_assigned() -> None:
    granted = PERMISSIONS - {"GroupMember.Read.All"}
    with serve(EntraVendor(with_assignments(3, 2), granted=granted)) as served:
        entries, ending = read(*configured(served, app=True))

    assert assigned(entries) == {id_of(0), id_of(1), id_of(2)}
    assert ending.assignments is None
    (note,) = ending.totals.notes
    assert "“Axure people”" in note
    assert "GroupMember.Read.All" in note


def test_a_group_that_shows_no_members_leaves_open_who_is_not_assigned() -> None:
    class Hidden(EntraVendor):
        def members(self, ask: Ask) -> Reply | Page:
            return self.page(ask, (), None, "directoryObjects")

    with serve(Hidden(with_assignments(3, 2))) as served:
        _, ending = read(*configured(served, app=True))

    assert ending.assignments is None


def test_an_application_that_lets_everybody_in_is_noted() -> None:
    class Open(EntraVendor):
        def principal(self) -> Mapping[str, object]:
            return {**super().principal(), "appRoleAssignmentRequired": False}

    with serve(Open(with_assignments(3, 0))) as served:
        _, ending = read(*configured(served, app=True))

    assert ending.assignments is True
    assert ending.totals.notes == ("Entra lets everybody into Axure Cloud, assigned or not.",)


def test_an_application_that_is_not_there_is_refused(entra: Served[EntraVendor]) -> None:
    entra.vendor.schedule.again()
    settings, secret = configured(entra)
    for app in ("00000000-0000-4000-8000-000000000000", "x') or ('", "../../users"):
        with pytest.raises(refusals.DirectoryAppUnknown):
            read(replace(settings, app=app), secret)
    assert {each.path.split("(")[0] for each in entra.vendor.asked[-1:]} == {"/v1.0/servicePrincipals"}


def test_without_an_app_nothing_is_asked_about_apps(entra: Served[EntraVendor]) -> None:
    begin = len(entra.vendor.asked)
    entra.vendor.schedule.again()
    read(*configured(entra))
    assert not [each for each in entra.vendor.asked[begin:] if "servicePrincipals" in each.path]


# --- signing in ---


def test_a_certificate_signs_in_as_well(tmp_path: Path) -> None:
    with serve(EntraVendor(make_organisation(5))) as served:
        settings, key = by_certificate(served, tmp_path)
        entries, _ = read(settings, key)
        (certificate, *_) = open_entra(settings, key).examine()

    assert len(settled(entries)) == 5
    assert (certificate.about, certificate.is_fine, certificate.is_warning) == ("secret", True, True)
    ends = make_certificate("entra").not_valid_after_utc
    assert f"ends on {ends:%Y-%m-%d}" in certificate.sentence


def test_a_certificate_without_its_key_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    with serve(EntraVendor(make_organisation(5))) as served:
        settings, key = by_certificate(served, tmp_path)
        broken = tmp_path / "broken.pem"
        broken.write_text("canary")
        cases = [
            (settings, "canary"),
            (settings, to_pem(make_key("mallory"))),
            (replace(settings, certificate=broken), key),
            (replace(settings, certificate=tmp_path / "nowhere.pem"), key),
            (replace(settings, certificate=None), key),
            (configured(served)[0], " \n"),
            (configured(served)[0], "two\nlines"),
        ]
        for wrong, secret in cases:
            with pytest.raises(refusals.SecretUnusable) as caught:
                open_entra(wrong, secret)
            assert "canary" not in str(caught.value)
            assert caught.value.__context__ is None

    assert served.vendor.asked == []


def test_entra_s_reason_for_refusing_is_told_without_the_secret() -> None:
    with serve(EntraVendor(make_organisation(5))) as served:
        settings, secret = configured(served)
        with pytest.raises(refusals.DirectorySignInRefused, match="AADSTS7000215: Invalid client secret") as caught:
            read(settings, "hunter2hunter2hunter2")
        assert "hunter2" not in str(caught.value)
        with pytest.raises(refusals.DirectorySignInRefused, match="AADSTS700016"):
            read(replace(settings, client_id="other"), secret)
        with pytest.raises(refusals.DirectorySignInRefused, match="AADSTS900023"):
            read(replace(settings, tenant="../common"), secret)
        served.vendor.registration.secret_is_expired = True
        assert words(settings, secret) == [("sign-in", False, False)]


def test_a_token_that_expires_in_the_middle_is_renewed(entra: Served[EntraVendor]) -> None:
    entra.vendor.schedule.again().at(4, faults.TokenExpired())
    before = entra.vendor.tokens.issued
    assert len(settled(read(*configured(entra))[0])) == 450
    assert entra.vendor.tokens.issued == before + 2


@pytest.mark.parametrize(
    ("missing", "named"), [("User.Read.All", r"User\.Read\.All"), ("Application.Read.All", r"Application\.Read\.All")]
)
def test_a_permission_that_was_not_granted_is_named(missing: str, named: str) -> None:
    with (
        serve(EntraVendor(make_organisation(5), granted=PERMISSIONS - {missing})) as served,
        pytest.raises(refusals.DirectoryPermissionMissing, match=named),
    ):
        read(*configured(served, app=True))


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
        odd: object = {}

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


# --- doctor ---


def test_doctor_says_what_is_there_and_what_stands_in_the_way(entra: Served[EntraVendor]) -> None:
    entra.vendor.schedule.again()
    settings, secret = configured(entra, app=True, leave_dates=True)
    fine = open_entra(settings, secret).examine()
    unknown = words(replace(settings, app="00000000-0000-4000-8000-000000000000"), secret)

    assert [finding.sentence for finding in fine] == [
        "Entra let the app in.",
        f"Entra granted {', '.join(sorted(PERMISSIONS))}.",
        "Entra lists users.",
        "Entra tells what changes between two reads.",
        "Assignments to Axure Cloud are read.",
    ]
    assert unknown[-1] == ("app", False, False)
    with serve(EntraVendor(make_organisation(1)), trusted=False) as served:
        assert words(*configured(served)) == [("connection", False, False)]


def test_doctor_names_what_is_missing_and_what_goes_too_far() -> None:
    def about(*roles: str) -> list[tuple[str, bool, bool]]:
        found = examine_permissions(frozenset(roles), with_app=True, with_leave_dates=True)
        return [(each.sentence.split()[0], each.is_fine, each.is_warning) for each in found[1:]]

    assert about("User.Read.All") == [
        ("Application.Read.All", False, False),
        ("GroupMember.Read.All", True, True),
        ("User-LifeCycleInfo.Read.All", True, True),
    ]
    assert about("Directory.Read.All", "User-LifeCycleInfo.Read.All") == []
    assert about("Directory.ReadWrite.All", "User-LifeCycleInfo.Read.All") == [("Directory.ReadWrite.All", True, True)]
    (nothing,) = examine_permissions(frozenset(), with_app=False, with_leave_dates=False)
    assert not nothing.is_fine
    (untold,) = examine_permissions(None, with_app=False, with_leave_dates=False)
    assert (untold.is_fine, untold.is_warning) == (True, True)


def test_a_token_that_is_no_jwt_tells_no_roles() -> None:
    assert roles_of("Bearer opaque") is None
    assert roles_of("Bearer a.b.c") is None
