"""Saved pages: tables, roles, lists and boxes that hold addresses."""

import time
from contextlib import suppress

import pytest

from axure_lifecycle.rosters import NotARoster
from tests.rosters.brought import Read, read_members, read_seats


def named(found: Read) -> list[tuple[str | None, str]]:
    return [(row.display_name, row.address) for row in found.members]


BOTH = [("Pat Maas", "pat@acme.example"), ("Kim Bos", "kim@acme.example")]


def test_a_table_among_other_tables_is_found_and_its_count_below() -> None:
    found = read_members(
        "<html><body><table><tr><td>Menu</td><td>help@axure.example</td></tr></table>"
        "<table><thead><tr><th></th><th>Name<th>Email<th>Status<th>More</thead>"
        "<tr><td><input type=checkbox></td><td>Pat Maas</td><td>pat@acme.example</td><td>Active</td><td>⋯</td></tr>"
        "<tr><td><input type=checkbox></td><td>Kim Bos</td><td>kim@acme.example</td><td>Deactivated</td><td>⋯</td></tr>"
        "</table><div>Showing <b>1</b>–<b>2</b> of <b>2</b></div></body></html>".replace(
            "<th></thead>", "<th>More</thead>"
        )
    )
    assert named(found) == BOTH
    assert [row.status for row in found.members] == ["active", "deactivated"]
    assert found.totals.stated_count == 2
    assert [row.line for row in found.members] == [2, 3]


def test_headers_in_a_table_of_their_own_are_joined_with_the_rows() -> None:
    found = read_members(
        "<div><table><tr><th>Name</th><th>Email</th></tr></table></div><div><table>"
        "<tr><td>Pat Maas</td><td>pat@acme.example</td></tr>"
        "<tr><td>Kim Bos</td><td>kim@acme.example</td></tr></table></div>"
    )
    assert named(found) == BOTH


def test_a_roster_in_two_tables_is_read_whole() -> None:
    table = "<h2>{}</h2><table><tr><th>Name</th><th>Email</th></tr><tr><td>{}</td><td>{}</td></tr></table>"
    found = read_members(table.format("Admins", *BOTH[0]) + table.format("Guests", *BOTH[1]))
    assert named(found) == BOTH


def test_name_and_address_in_one_cell_are_told_apart() -> None:
    cell = "<td><span class=avatar>PM</span><div>{}</div><div>{}</div></td>"
    rows = "".join(f"<tr>{cell.format(*who)}<td>Guest</td></tr>" for who in BOTH)
    found = read_members(f"<table><tr><th>Member</th><th>System Role</th></tr>{rows}</table>")
    assert named(found) == BOTH
    assert [row.role for row in found.members] == ["Guest", "Guest"]


def test_a_choice_says_only_what_is_chosen_and_a_tick_only_what_is_ticked() -> None:
    found = read_members(
        "<table><tr><th>Email</th><th>System Role</th><th>Use SSO</th></tr>"
        "<tr><td>pat@acme.example</td><td><select><option>Guest<option selected>Member</select></td>"
        "<td><input type=checkbox checked></td></tr>"
        "<tr><td>kim@acme.example</td><td><select><option>Guest<option>Member</select></td>"
        "<td><div role=switch aria-checked=false></div></td></tr></table>"
    )
    assert [(row.role, row.use_sso) for row in found.members] == [("Member", True), (None, False)]


def test_what_nobody_sees_on_the_page_is_not_read() -> None:
    found = read_members(
        "<table><tr><th>Name</th><th>Email</th></tr><!-- <tr><td>x</td><td>x@acme.example</td></tr> -->"
        "<tr hidden><td>Template</td><td>template@acme.example</td></tr>"
        "<tr style='display: none'><td>Template</td><td>template@acme.example</td></tr>"
        "<template><tr><td>Template</td><td>template@acme.example</td></tr></template>"
        "<script>'<tr><td>s</td><td>s@acme.example</td></tr>'</script>"
        "<tr><td>Pat Maas<style>td{}</style></td><td>pat@acme.example</td></tr></table>"
    )
    assert named(found) == BOTH[:1]


def test_emphasis_parts_no_address() -> None:
    """A page that marks what was searched for must not turn pat@… into at@…."""
    found = read_members(
        "<table><tr><th>Name</th><th>Email</th></tr>"
        "<tr><td><mark>P</mark>at Maas</td><td><span class=hit>p</span>at@acme.example</td></tr></table>"
    )
    assert named(found) == BOTH[:1]


@pytest.mark.parametrize(
    "record",
    [
        "<li>{0} &lt;{1}&gt;</li>",
        "<li><a href='mailto:{1}?subject=Hi'>{0}</a></li>",
        "<div class=row><div>{0}</div><div>{1}</div><div>Guest</div><div>Active</div></div>",
        "<section><p><b>{0}</b></p><p>{1} · Guest · Active</p></section>",
        "<article><span>{0}</span><span>{1}</span></article>",
        "<div role=listitem><img alt='{0}'><span>{1}</span></div>",
    ],
)
def test_whatever_repeats_around_addresses_is_a_roster(record: str) -> None:
    rows = "\n".join(record.format(*who) for who in BOTH)
    found = read_members(f"<body><header>Members</header><main>{rows}</main><footer>2 members</footer></body>")
    assert named(found) == BOTH
    assert found.totals.stated_count == 2
    assert {row.status for row in found.members} == ({"active"} if "<div>Active" in record else {None})


def test_boxes_below_headers_are_read_by_their_place() -> None:
    row = "<div class=r><div>{}</div><div>{}</div><div>{}</div><div>{}</div></div>"
    rows = row.format("Pat Maas", "pat@acme.example", "Active", "Yes") + row.format(
        "Kim Bos", "kim@acme.example", "Active", "No"
    )
    found = read_members(f"<div>{row.format('Name', 'Email', 'Status', 'Use SSO')}<div class=body>{rows}</div></div>")
    assert [(row.display_name, row.status, row.use_sso) for row in found.members] == [
        ("Pat Maas", "active", True),
        ("Kim Bos", "active", False),
    ]


def test_a_licence_table_is_read() -> None:
    found = read_seats(
        "<table><tr><th>Subscription</th><th>Managers</th><th>Assigned user</th></tr>"
        "<tr><td>S-1</td><td>pat@acme.example<br>kim@acme.example</td><td>Unassigned</td></tr></table>"
    )
    assert [(row.managers, row.assigned) for row in found.seats] == [(("pat@acme.example", "kim@acme.example"), None)]


def test_a_merged_cell_that_shifts_a_line_refuses_it() -> None:
    found = read_members(
        "<table><tr><th>Name</th><th>Email</th><th>Status</th></tr>"
        "<tr><td>Pat Maas</td><td>pat@acme.example</td><td rowspan=2>Active</td></tr>"
        "<tr><td>Kim Bos</td><td>kim@acme.example</td></tr><tr><td colspan=3>No more members</td></tr></table>"
    )
    assert named(found) == BOTH[:1]
    assert found.mistakes == [(3, "too_few_cells"), (4, "no_address")]


def test_an_apostrophe_in_a_tag_swallows_no_rows() -> None:
    found = read_members(
        "<p don't><table><tr><th>Name</th><th>Email</th></tr><tr><td>Pat Maas</td><td>pat@acme.example</td></tr>"
        "<tr><td>Kim Bos</td><td>kim@acme.example</td></tr></table>"
    )
    assert named(found) == BOTH


def test_a_page_without_addresses_is_no_roster() -> None:
    with pytest.raises(NotARoster):
        read_members("<html><body><table><tr><td>Name</td></tr><tr><td>Pat</td></tr></table></body></html>")


@pytest.mark.parametrize(
    ("piece", "end"),
    [
        ("<a ", ""),
        ("<a ", '">'),
        ("<a '", ""),
        ("<!--", ""),
        ("<table><tr><td>", ""),
        ("<div>", ""),
        ("</div>", ""),
        ("<div>a@b.example", ""),
        ("<b>x", ""),
        ("x" * 50, ""),
        ("<tr>", ""),
        ("a@b.", ""),
    ],
)
def test_a_page_made_to_hold_the_reader_up_does_not(piece: str, end: str) -> None:
    page = "<html>" + piece * (300_000 // len(piece)) + end
    start = time.monotonic()
    with suppress(NotARoster):
        read_members(page)
    assert time.monotonic() - start < 15
