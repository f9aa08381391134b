"""The files of the organisation with an answer key, in every form in which it holds them."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.rosters import RosterKind, Standing, is_count_in_agreement
from axure_lifecycle.rosters import Material, WrongKind
from tests.rosters.brought import read, read_directory, read_members, read_seats, without_lines


def test_the_members_page_holds_206_people(acme: Path) -> None:
    found = read_members(acme / "members.csv")
    assert (len(found.rows), found.totals.refused, found.totals.stated_count) == (206, 0, None)
    assert Counter(row.status for row in found.members) == {"active": 191, "deactivated": 15}
    assert Counter(row.use_sso for row in found.members) == {True: 133, False: 73}
    assert Counter(row.role for row in found.members) == {
        "Member": 151,
        "Guest": 45,
        "Admin": 7,
        "Technical Admin": 2,
        "Super Admin": 1,
    }
    assert found.totals.columns == ("address", "display_name", "role", "status", "use_sso")


def test_the_pasted_page_says_the_same_as_the_file(acme: Path) -> None:
    page = acme / "members-pasted.txt"
    in_file = without_lines(read_members(acme / "members.csv").members)
    for brought in (page, page.read_text(encoding="utf-8")):
        found = read_members(brought)
        assert without_lines(found.members) == in_file
        assert found.totals.form == "pasted_page"
        assert found.totals.stated_count == 206
        assert is_count_in_agreement(found.totals)


def test_blanks_and_case_of_an_address_are_shown_and_not_compared(acme: Path) -> None:
    shown = {row.address: row.shown_as for row in read_members(acme / "members.csv").members}
    assert shown[Address("l.weijers@acme.example")] == " l.weijers@acme.example "
    assert sum(address != as_written for address, as_written in shown.items()) > 5


def test_the_licence_list_holds_109_subscriptions_of_which_5_are_free(acme: Path) -> None:
    found = read_seats(acme / "seats.csv")
    assert len(found.rows) == 109
    assert sum(row.assigned is None for row in found.seats) == 5
    assert Counter(row.bought_by for row in found.seats) == {"card": 81, "purchase_order": 28}
    assert sum("g.y.vandenbroek@acme.example" in row.managers for row in found.seats) == 100
    assert sum(row.owner == "f.sahetapy@acme.example" for row in found.seats) == 11
    assert found.seats[0].renews_on == date(2027, 2, 1)


def test_the_directory_says_the_same_in_each_of_its_forms(acme: Path) -> None:
    table = read_directory(acme / "directory.csv").people
    okta = read_directory(acme / "okta-users.json").people
    graph = read_directory(acme / "entra-users.json").people
    assert len(table) == len(okta) == len(graph) == 957
    by_address = {row.address: row for row in table}
    for row in (*okta, *graph):
        assert set(row.aliases) == set(by_address[row.address].aliases)
        assert row.display_name == by_address[row.address].display_name


def test_a_suspended_person_is_on_hold_wherever_the_directory_can_say_so(acme: Path) -> None:
    expected = {Standing.ACTIVE: 238, Standing.HOLD: 9, Standing.DEPROVISIONED: 710}
    for name in ("directory.csv", "okta-users.json"):
        assert Counter(row.standing for row in read_directory(acme / name).people) == expected
    graph = Counter(row.standing for row in read_directory(acme / "entra-users.json").people)
    assert graph == {Standing.ACTIVE: 238, Standing.DISABLED: 719}


def test_what_the_objects_cannot_say_is_not_among_the_columns(acme: Path) -> None:
    assert {"leave_at", "kind"}.isdisjoint(read_directory(acme / "okta-users.json").totals.columns)
    assert "kind" not in read_directory(acme / "entra-users.json").totals.columns
    assert {"leave_at", "kind"} <= set(read_directory(acme / "directory.csv").totals.columns)


def test_leave_dates_are_moments_in_utc(acme: Path) -> None:
    for name in ("directory.csv", "entra-users.json"):
        found = {row.address: row.leave_at for row in read_directory(acme / name).people if row.leave_at}
        assert len(found) == 9
        assert found[Address("m.vaningen@acme.example")] == datetime(2026, 12, 5, 17, tzinfo=UTC)


def test_accounts_that_are_no_person_keep_the_directorys_word(acme: Path) -> None:
    assert Counter(row.kind for row in read_directory(acme / "directory.csv").people) == {
        "person": 932,
        "shared": 12,
        "mailbox": 6,
        "orphan": 3,
        "admin": 2,
        "service": 2,
    }


@pytest.mark.parametrize(
    ("asked", "name", "is_what"),
    [
        (RosterKind.MEMBERS, "seats.csv", RosterKind.SEATS),
        (RosterKind.MEMBERS, "directory.csv", RosterKind.DIRECTORY),
        (RosterKind.MEMBERS, "okta-users.json", RosterKind.DIRECTORY),
        (RosterKind.MEMBERS, "entra-users.json", RosterKind.DIRECTORY),
        (RosterKind.SEATS, "members.csv", RosterKind.MEMBERS),
        (RosterKind.SEATS, "members-pasted.txt", RosterKind.MEMBERS),
        (RosterKind.SEATS, "directory.csv", RosterKind.DIRECTORY),
        (RosterKind.DIRECTORY, "members.csv", RosterKind.MEMBERS),
        (RosterKind.DIRECTORY, "members-pasted.txt", RosterKind.MEMBERS),
        (RosterKind.DIRECTORY, "seats.csv", RosterKind.SEATS),
    ],
)
def test_a_roster_of_another_kind_is_named(acme: Path, asked: RosterKind, name: str, is_what: RosterKind) -> None:
    with pytest.raises(WrongKind) as refusal:
        read(asked, Material.file(acme / name))
    assert refusal.value.found is is_what
