"""Pages that were selected and copied."""

from axure_lifecycle.domain.rosters import is_count_in_agreement
from tests.rosters.brought import read_members, read_seats

PAGE = """\
Axure Cloud
Members
Add members
Signed in as boss@acme.example
Search
Name\tEmail\tSystem Role\tStatus\tUse SSO
Pat Maas\tpat@acme.example\tGuest\tActive\tYes
KM
Kim Maas\tkim@acme.example\tMember\tDeactivated\tNo
2 members
Previous\t1\t2\tNext
© Axure Software
"""


def test_menu_words_initials_and_footers_are_no_rows() -> None:
    found = read_members(PAGE)
    assert [(row.line, row.display_name, row.use_sso) for row in found.members] == [
        (7, "Pat Maas", True),
        (9, "Kim Maas", False),
    ]
    assert (found.totals.refused, found.totals.stated_count) == (0, 2)


def test_a_count_line_that_disagrees_is_seen() -> None:
    assert is_count_in_agreement(read_members(PAGE).totals) is True
    assert is_count_in_agreement(read_members(PAGE.replace("2 members", "3 members")).totals) is False
    assert is_count_in_agreement(read_members(PAGE.replace("2 members", "The end")).totals) is None


def test_a_name_in_place_of_an_address_is_a_mistake_of_its_line() -> None:
    assert read_members(PAGE.replace("kim@acme.example", "Kim Maas")).mistakes == [(9, "no_address")]


def test_cells_at_the_end_may_be_missing_between_tabs() -> None:
    found = read_members(PAGE.replace("\tDeactivated\tNo", ""))
    assert [(row.status, row.use_sso) for row in found.members] == [("active", True), (None, None)]


def test_an_empty_cell_between_blanks_cannot_be_seen_and_refuses_the_line() -> None:
    page = PAGE.replace("\t", "   ")
    assert len(read_members(page).rows) == 2
    assert read_members(page.replace("Member   Deactivated", "Deactivated")).mistakes == [(9, "too_few_cells")]


def test_two_pages_pasted_below_each_other_are_one_roster() -> None:
    first = "Name\tEmail\nPat\tpat@acme.example\nShowing 1–1 of 2\n"
    second = "Members\nName\tEmail\nKim\tkim@acme.example\nShowing 2–2 of 2\n"
    found = read_members(first + second)
    assert [row.display_name for row in found.members] == ["Pat", "Kim"]
    assert is_count_in_agreement(found.totals)


def test_cells_copied_from_a_spreadsheet_keep_their_line_breaks() -> None:
    found = read_members('Name\tEmail\n"Maas,\nPat"\tpat@acme.example\n')
    assert [row.display_name for row in found.members] == ["Maas, Pat"]


def test_quotation_marks_on_a_page_are_letters() -> None:
    found = read_members('Members\nName\tEmail\n"Pat" Maas\tpat@acme.example\n')
    assert [row.display_name for row in found.members] == ['"Pat" Maas']


def test_a_licence_page_is_read_with_its_count() -> None:
    table = "Subscription\tOwner\tAssigned user\nS-1\tpat@acme.example\t\nS-2\tpat@acme.example\tkim@acme.example\n"
    found = read_seats(f"License Portal\n\n{table}2 subscriptions\n")
    assert [row.assigned for row in found.seats] == [None, "kim@acme.example"]
    assert is_count_in_agreement(found.totals)
