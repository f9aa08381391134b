"""What the words in a cell mean."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.cells import PLAIN_TEXT, CellMistake, read_text
from axure_lifecycle.domain.dates import read_day, read_end
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.rosters.counts import find_stated_count
from axure_lifecycle.rosters.members import PLAIN_ADDRESS
from axure_lifecycle.rosters.values import read_addresses
from tests.rosters.brought import read_directory, read_members, read_seats


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Active", "active"),
        ("ENABLED", "active"),
        ("actief", "active"),
        ("Deactivated", "deactivated"),
        ("Disabled", "deactivated"),
        ("inactive", "deactivated"),
        ("Désactivé", "deactivated"),
        ("Invited", "invited"),
        ("pending", "invited"),
        ("On Sabbatical", "on sabbatical"),
        ("", None),
        ("-", None),
    ],
)
def test_a_status_is_active_deactivated_invited_or_the_rosters_own_word(word: str, status: str | None) -> None:
    (row,) = read_members(f"Email,Status\npat@acme.example,{word}\n").members
    assert row.status == status


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Yes", True), ("TRUE", True), ("on", True), ("✓", True), ("1", True), ("ja", True), ("oui", True),
        ("No", False), ("false", False), ("Off", False), ("✗", False), ("0", False), ("nein", False), ("", None),
    ],
)  # fmt: skip
def test_use_sso_is_yes_no_or_not_stated(word: str, meaning: bool | None) -> None:
    (row,) = read_members(f"Email,Use SSO\npat@acme.example,{word}\n").members
    assert row.use_sso is meaning


@pytest.mark.parametrize(
    ("word", "bought_by"),
    [
        ("card", "card"),
        ("Credit card", "card"),
        ("purchase order", "purchase_order"),
        ("PO", "purchase_order"),
        ("PO 4500012345", "purchase_order"),
        ("Invoice", "invoice"),
        ("Voucher", "voucher"),
        ("", None),
    ],
)
def test_the_way_of_buying_is_named_in_the_products_words(word: str, bought_by: str | None) -> None:
    (row,) = read_seats(f"Subscription,Owner,Bought by\nS-1,pat@acme.example,{word}\n").seats
    assert row.bought_by == bought_by


@pytest.mark.parametrize("word", ["", "-", "Unassigned", "Not assigned", "available", "n/a"])
def test_a_free_seat_has_no_assigned_user(word: str) -> None:
    (row,) = read_seats(f"Subscription,Assigned user\nS-1,{word}\n").seats
    assert row.assigned is None


def test_a_name_in_place_of_a_holder_is_a_mistake() -> None:
    found = read_seats(
        "Subscription,Owner,Managers,Assigned user\nS-1,Pat,,\nS-2,,Pat Maas,\nS-3,,,Pat\n,,,p@a.example\n"
    )
    assert found.mistakes == [(2, "no_address"), (3, "no_address"), (4, "no_address"), (5, "no_subscription")]


@pytest.mark.parametrize(
    "cell",
    [
        "a@acme.example;b@acme.example",
        "a@acme.example, b@acme.example, a@acme.example",
        "A@acme.example b@acme.example",
        "SMTP:a@acme.example|smtp:b@acme.example|SIP:c@acme.example|X500:/o=acme",
        "Maas, A <a@acme.example>; B <b@acme.example>",
        "<a@acme.example>, b@acme.example",
    ],
)
def test_several_addresses_stand_in_one_cell(cell: str) -> None:
    assert read_addresses(cell, "Managers") == ("a@acme.example", "b@acme.example")


@pytest.mark.parametrize("cell", ["a@acme.example, Pat", "<a@acme.example", "a@acme.example <b", "a@b"])
def test_what_is_no_address_in_a_list_is_a_mistake(cell: str) -> None:
    with pytest.raises(CellMistake):
        read_addresses(cell, "Managers")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-02-01", (2027, 2, 1)),
        ("2027-02-01T17:00:00Z", (2027, 2, 1)),
        ("2027-02-01 00:00:00", (2027, 2, 1)),
        ("20270201", (2027, 2, 1)),
        ("2027/2/1", (2027, 2, 1)),
        ("1 Feb 2027", (2027, 2, 1)),
        ("1-feb-2027", (2027, 2, 1)),
        ("Feb 1, 2027", (2027, 2, 1)),
        ("February 1st, 2027", (2027, 2, 1)),
        ("1. März 2027", (2027, 3, 1)),
        ("1 maart 2027", (2027, 3, 1)),
        ("1 août 2027", (2027, 8, 1)),
        ("31/12/2027", (2027, 12, 31)),
        ("12/31/2027", (2027, 12, 31)),
        ("13.4.2027", (2027, 4, 13)),
        ("04/04/2027", (2027, 4, 4)),
    ],
)
def test_a_date_that_can_mean_one_day_is_read(text: str, day: tuple[int, int, int]) -> None:
    assert read_day(text) == date(*day)


@pytest.mark.parametrize("text", ["03/04/2026", "3.4.2026", "12-11-2026"])
def test_a_date_that_can_mean_two_days_is_refused_with_both(text: str) -> None:
    with pytest.raises(CellMistake) as mistake:
        read_day(text)
    assert mistake.value.code == "ambiguous_date"
    if text == "03/04/2026":
        assert mistake.value.reason == "“03/04/2026” can mean 2026-04-03 or 2026-03-04; write the year first."


@pytest.mark.parametrize(
    "text", ["soon", "2027-02-30", "30 Feb 2027", "1/2/27", "13/13/2027", "0/1/2027", "1 Foo 2027"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(CellMistake) as mistake:
        read_day(text)
    assert mistake.value.code == "no_date"


def test_a_last_day_ends_with_its_last_second_and_a_moment_is_kept() -> None:
    assert read_end("2026-12-05") == datetime(2026, 12, 5, 23, 59, 59, tzinfo=UTC)
    assert read_end("2026-12-05T17:00:00Z") == datetime(2026, 12, 5, 17, tzinfo=UTC)
    assert read_end("2026-12-05T17:00:00+02:00") == datetime(2026, 12, 5, 15, tzinfo=UTC)
    assert read_end("2026-12-05T17:00:00.0000000Z") == datetime(2026, 12, 5, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "enabled", "standing"),
    [
        ("ACTIVE", "true", Standing.ACTIVE),
        ("PROVISIONED", "", Standing.ACTIVE),
        ("LOCKED_OUT", "true", Standing.ACTIVE),
        ("SUSPENDED", "false", Standing.HOLD),
        ("DEPROVISIONED", "false", Standing.DEPROVISIONED),
        ("", "true", Standing.ACTIVE),
        ("", "false", Standing.DISABLED),
        ("", "", Standing.UNKNOWN),
        ("ON_THE_MOON", "false", Standing.UNKNOWN),
        ("ON_THE_MOON", "true", Standing.UNKNOWN),
    ],
)
def test_a_standing_follows_from_status_and_switch(status: str, enabled: str, standing: Standing) -> None:
    (row,) = read_directory(f"email,status,enabled\npat@acme.example,{status},{enabled}\n").people
    assert (row.standing, row.status, row.flags) == (standing, status or None, ())


@pytest.mark.parametrize(
    ("status", "enabled", "standing"),
    [("ACTIVE", "false", Standing.DISABLED), ("DEPROVISIONED", "true", Standing.DEPROVISIONED)],
)
def test_a_status_that_contradicts_the_switch_is_flagged(status: str, enabled: str, standing: Standing) -> None:
    (row,) = read_directory(f"email,status,enabled\npat@acme.example,{status},{enabled}\n").people
    assert (row.standing, row.flags) == (standing, ("status_and_enabled_disagree",))


def test_a_person_is_a_person_in_other_words_and_anything_else_keeps_its_own() -> None:
    lines = "".join(
        f"p{number}@acme.example,{kind}\n" for number, kind in enumerate(["Employee", "", "Room", "person"])
    )
    found = read_directory(f"email,kind\n{lines}")
    assert [row.kind for row in found.people] == ["person", None, "room", "person"]


def test_a_directory_names_its_people_by_its_own_key_or_by_the_address() -> None:
    found = read_directory(
        "id,email,aliases\n17,pat@acme.example,pat@acme.example;p.maas@home.example\n,kim@acme.example,\n"
    )
    assert [(row.key, row.aliases) for row in found.people] == [
        ("17", ("p.maas@home.example",)),
        ("kim@acme.example", ()),
    ]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("206 members", 206),
        ("1 member", 1),
        ("1,206 Members", 1206),
        ("1.206 leden", 1206),
        ("Members (206)", 206),
        ("Showing 1–50 of 206", 206),
        ("Showing 1 to 50 of 1,206 results", 1206),
        ("1-50 of 206", 206),
        ("1 – 50 von 206", 206),
        ("109 subscriptions", 109),
        ("Total: 206", 206),
        ("206 in total", 206),
        ("3 members selected", None),
        ("page 3 of 5", None),
        ("2027-02-01", None),
        ("206", None),
        ("12 Main Street", None),
        ("9" * 100 + " members", None),
    ],
)
def test_a_count_line_is_told_from_other_lines_with_numbers(line: str, count: int | None) -> None:
    assert find_stated_count([line]) == count


@given(st.from_regex(PLAIN_ADDRESS, fullmatch=True))
def test_what_is_read_quickly_as_an_address_is_its_own_normal_form(address: str) -> None:
    assert normal(address) == address


@given(st.from_regex(PLAIN_TEXT, fullmatch=True))
def test_what_is_read_quickly_as_a_name_is_what_the_careful_way_reads(name: str) -> None:
    assert read_text(name) == (name, ()) == read_text(f" {name}\n")


@given(st.text())
def test_every_text_is_shown_without_anything_invisible(text: str) -> None:
    try:
        shown, _ = read_text(text)
    except CellMistake:
        assert "\0" in text or len(text) > 1000
        return
    assert shown is None or (shown.isprintable() and shown == shown.strip() and len(shown) <= 201)
