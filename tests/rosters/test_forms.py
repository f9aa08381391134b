"""Any table survives being written in any form, with its columns in any order."""

import csv
import html
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from itertools import permutations
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.rosters import MemberRow
from axure_lifecycle.rosters import Material
from tests.rosters.brought import read_members, without_lines

HEADERS: Final = ("Name", "Email", "System Role", "Status", "Use SSO")
FIELDS: Final = ("display_name", "address", "role", "status", "use_sso")
Table = list[list[str]]
Write = Callable[[Table], Material]


def write_separated(separator: str) -> Write:
    def write(table: Table) -> Material:
        text = StringIO(newline="")
        csv.writer(text, delimiter=separator).writerows(table)
        return Material.text(text.getvalue())

    return write


def write_rows(table: Table) -> Material:
    return Material.rows([dict(zip(table[0], cells, strict=True)) for cells in table[1:]])


def write_pasted(separator: str) -> Write:
    def write(table: Table) -> Material:
        lines = [separator.join(cells) for cells in table]
        return Material.text("\n".join(["Members", "Add members", "Search", *lines, f"{len(table) - 1} members"]))

    return write


def write_html(row: str, header: str, cell: str, around: str) -> Write:
    def write(table: Table) -> Material:
        def line(tag: str, cells: Sequence[str]) -> str:
            inner = "".join(tag.format(html.escape(text)) for text in cells)
            return row.format(inner)

        body = line(header, table[0]) + "\n".join(line(cell, cells) for cells in table[1:])
        page = f"<!DOCTYPE html><title>Members</title><script>var a = '<td>x@y.example</td>';</script>{around}"
        return Material.text(page.format(body))

    return write


WAYS: Final[dict[str, Write]] = {
    "csv": write_separated(","),
    "semicolons": write_separated(";"),
    "tsv": write_separated("\t"),
    "rows": write_rows,
    "tabs on a page": write_pasted("\t"),
    "gaps on a page": write_pasted("   "),
    "table": write_html("<tr>{}</tr>", "<th>{}</th>", "<td>{}</td>", "<table>{}</table><p>The end</p>"),
    "unclosed table": write_html("<tr>{}", "<th>{}", "<td>{}", "<table><tbody>{}</table>"),
    "roles": write_html(
        "<div role='row'>{}</div>",
        "<div role='columnheader'>{}</div>",
        "<div role='gridcell'><span>{}</span></div>",
        "<main><div role='grid'>{}</div></main>",
    ),
    "nested": write_html(
        "<tr>{}</tr>",
        "<th>{}</th>",
        "<td><div>{}</div></td>",
        "<table><tr><td>Menu</td><td><table>{}</table></td></tr></table>",
    ),
}

words = st.text(st.characters(categories=("Ll", "Lu", "Nd"), exclude_characters="ʼ"), min_size=1, max_size=12)
names = st.lists(words, min_size=1, max_size=3).map(" ".join)
domains = st.sampled_from(["acme.example", "agency.example", "mail.acme.example"])
local_parts = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,20}", fullmatch=True)
addresses = st.builds("{}@{}".format, local_parts, domains)
rows = st.tuples(
    names,
    addresses,
    st.sampled_from(["Guest", "Member", "Admin", "Technical Admin"]),
    st.sampled_from(["Active", "Deactivated", "Invited"]),
    st.sampled_from(["Yes", "No"]),
).map(list[str])


def expected(table: Table) -> list[MemberRow]:
    """What a table of `HEADERS` says, stated without the reader."""
    return [
        MemberRow(0, Address(email.lower()), email, name, role, status.lower(), sso == "Yes")
        for name, email, role, status, sso in table
    ]


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=25, deadline=None)
@given(table=st.lists(rows, min_size=1, max_size=8), order=st.permutations(range(5)))
def test_a_table_survives_every_form_in_every_order(way: str, table: Table, order: Sequence[int]) -> None:
    shuffled = [[cells[index] for index in order] for cells in [list(HEADERS), *table]]
    found = read_members(WAYS[way](shuffled))
    assert found.totals.refused == 0
    assert without_lines(found.members) == expected(table)
    assert found.totals.columns == ("address", "display_name", "role", "status", "use_sso")


@pytest.mark.parametrize("way", ["csv", "semicolons", "tsv", "rows"])
@settings(max_examples=40, deadline=None)
@given(names=st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_no_name_whatsoever_moves_a_line_or_changes_another(way: str, names: list[str]) -> None:
    table = [["Name", "Email"], *([name, f"p{number}@acme.example"] for number, name in enumerate(names))]
    found = read_members(WAYS[way](table))
    refused = {mistake.line for mistake in found.totals.mistakes}
    assert len(found.rows) + found.totals.refused == len(names)
    assert {mistake.code for mistake in found.totals.mistakes} <= {"nul_character", "broken_quotes"}
    addresses = [row.address for row in found.members]
    assert addresses == sorted(set(addresses), key=addresses.index)
    assert all(row.display_name is None or row.display_name.isprintable() for row in found.members)
    assert bool(refused) == any("\0" in name.strip() for name in names)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(rows, min_size=1, max_size=8), order=st.permutations(range(5)))
def test_a_table_survives_a_workbook(tmp_path: Path, table: Table, order: Sequence[int]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in [list(HEADERS), *table]:
        sheet.append([cells[index] for index in order])
    content = BytesIO()
    book.save(content)
    file = tmp_path / "members.xlsx"
    file.write_bytes(content.getvalue())
    found = read_members(file)
    assert without_lines(found.members) == expected(table)
    assert found.totals.form == "xlsx"


def test_every_order_of_the_columns_is_understood() -> None:
    cells = ["Pat Maas", "pat@acme.example", "Guest", "Active", "No"]
    for order in permutations(range(5)):
        table = [[line[index] for index in order] for line in (list(HEADERS), cells)]
        assert without_lines(read_members(WAYS["csv"](table)).members) == expected([cells])


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_understood(line_end: str) -> None:
    found = read_members(line_end.join(["Name,Email", "Pat,pat@acme.example", "Kim,kim@acme.example", ""]))
    assert [(row.line, row.display_name) for row in found.members] == [(2, "Pat"), (3, "Kim")]


def test_a_cell_may_hold_line_breaks_and_the_lines_below_keep_their_numbers() -> None:
    found = read_members('Name,Email\n"Maas,\nPat",pat@acme.example\n\nKim,kim\n')
    assert [(row.line, row.display_name) for row in found.members] == [(2, "Maas, Pat")]
    assert found.mistakes == [(5, "no_address")]


def test_bare_addresses_make_a_roster_that_states_nothing_else() -> None:
    found = read_members("pat@acme.example\nKim@Acme.example\n")
    assert [(row.address, row.display_name, row.status, row.use_sso) for row in found.members] == [
        ("pat@acme.example", None, None, None),
        ("kim@acme.example", None, None, None),
    ]
    assert found.totals.columns == ("address",)
    assert found.totals.form == "addresses"


@pytest.mark.parametrize(
    "text",
    [
        "a@acme.example, b@acme.example; c@acme.example",
        "A <a@acme.example>; B B <b@acme.example>, <c@acme.example>",
        "a@acme.example b@acme.example\tc@acme.example\n",
        "\ufeffa@acme.example\r\n\r\n  b@acme.example\r\nc@acme.example",
        "mailto:a@acme.example\nb@acme.example\nc@acme.example\n3 members",
    ],
)
def test_addresses_may_be_separated_in_many_ways(text: str) -> None:
    found = read_members(text)
    assert [row.address for row in found.members] == ["a@acme.example", "b@acme.example", "c@acme.example"]


def test_a_name_among_bare_addresses_is_a_mistake_of_its_line() -> None:
    found = read_members("a@acme.example\nLieke Weijers\nb@acme.example\n")
    assert found.mistakes == [(2, "no_address")]


def test_a_table_in_markdown_is_read() -> None:
    found = read_members("| Name | Email | Status |\n|---|:--|---|\n| Pat | pat@acme.example | Active |\n")
    assert [(row.display_name, row.address, row.status) for row in found.members] == [
        ("Pat", "pat@acme.example", "active")
    ]


def test_excels_own_first_line_and_titles_above_the_headers_are_passed_over() -> None:
    found = read_members("sep=;\nMembers of Acme;;\n\nNaam;E-mailadres;Rol\nPat;pat@acme.example;Guest\n")
    assert [(row.line, row.display_name, row.role) for row in found.members] == [(5, "Pat", "Guest")]


def test_a_table_without_headers_is_recognised_by_what_it_holds() -> None:
    found = read_members("Pat,pat@acme.example,Guest,Active,Yes\nKim,kim@acme.example,Member,Deactivated,No\n")
    assert [(row.display_name, row.role, row.status, row.use_sso) for row in found.members] == [
        ("Pat", "Guest", "active", None),
        ("Kim", "Member", "deactivated", None),
    ]
    assert found.totals.columns == ("address", "display_name", "role", "status")
    assert len(found.totals.notes) == 1


def test_rows_from_a_tool_call_are_numbered_from_one_and_may_lack_cells() -> None:
    found = read_members(
        Material.rows(
            [
                {"email": "pat@acme.example", "status": "active"},
                {"email": "kim", "status": None},
                {"email": "sam@acme.example", "system_role": "Guest"},
            ]
        )
    )
    assert [(row.line, row.status, row.role) for row in found.members] == [(1, "active", None), (3, None, "Guest")]
    assert found.mistakes == [(2, "no_address")]
    assert found.totals.form == "rows"


def test_a_flat_json_list_reads_like_rows() -> None:
    found = read_members(
        '[{"Email": "pat@acme.example", "Use SSO": true}, {"Email": "kim@acme.example", "Role": "Guest"}]'
    )
    assert [(row.address, row.use_sso, row.role) for row in found.members] == [
        ("pat@acme.example", True, None),
        ("kim@acme.example", None, "Guest"),
    ]
