"""XLSX workbooks, honest and dishonest ones."""

import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from axure_lifecycle.rosters import ExtraMissing, NotARoster, RosterTooLarge, RosterUnreadable, WrongKind
from tests.rosters.brought import read_members, read_seats

Sheets = dict[str, list[list[object]]]
Save = Callable[[Sheets], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def write(sheets: Sheets) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for cells in rows:
                sheet.append(cells)
        content = BytesIO()
        book.save(content)
        file = tmp_path / "roster.xlsx"
        file.write_bytes(content.getvalue())
        return file

    return write


MEMBERS: list[list[object]] = [["Name", "Email", "Use SSO"], ["Pat", "pat@acme.example", True]]


def test_the_sheet_that_holds_the_roster_is_found(save: Save) -> None:
    found = read_members(save({"Read me": [["Members of Acme"]], "Members": [["As of today"], [], *MEMBERS]}))
    assert [(row.line, row.display_name, row.use_sso) for row in found.members] == [(4, "Pat", True)]


def test_dates_and_numbers_of_a_sheet_are_read(save: Save) -> None:
    headers: list[object] = ["Subscription", "Owner", "Renews on"]
    rows: list[list[object]] = [[4711, "pat@acme.example", date(2027, 2, 1)], [4712.0, None, datetime(2027, 3, 1)]]
    found = read_seats(save({"Seats": [headers, *rows]}))
    assert [(row.subscription, row.owner, str(row.renews_on)) for row in found.seats] == [
        ("4711", "pat@acme.example", "2027-02-01"),
        ("4712", None, "2027-03-01"),
    ]


def test_a_workbook_without_a_roster_is_refused(save: Save) -> None:
    with pytest.raises(NotARoster):
        read_members(save({"One": [["Phone"], [1]], "Two": [["Town"], ["Utrecht"]]}))
    with pytest.raises(WrongKind):
        read_seats(
            save({"One": [["Phone"], [1]], "Two": [["Name", "Email", "System Role"], ["Pat", "p@a.example", "x"]]})
        )


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "members.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("members.csv", "Email\npat@acme.example\n")
    with pytest.raises(RosterUnreadable, match="it is an archive, and no XLSX workbook"):
        read_members(file)


def test_a_bomb_is_refused_before_it_is_unpacked(save: Save, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(save({"Members": MEMBERS})) as whole,
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in whole.namelist():
            archive.writestr(name, whole.read(name))
        archive.writestr("xl/worksheets/sheet2.xml", b"0" * 60_000_000)
    with pytest.raises(RosterTooLarge):
        read_members(bomb)


def test_a_row_that_claims_to_stand_at_the_end_of_the_world_ends_the_sheet(save: Save, tmp_path: Path) -> None:
    file = tmp_path / "far.xlsx"
    with zipfile.ZipFile(save({"Members": MEMBERS})) as whole, zipfile.ZipFile(file, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            if name.endswith("sheet1.xml"):
                far = b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", far)
            archive.writestr(name, content)
    assert len(read_members(file).rows) == 1


def test_entities_that_swell_are_refused(save: Save, tmp_path: Path) -> None:
    file = tmp_path / "swell.xlsx"
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    swell = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "{"x" * 100}">{levels}]>'
    with zipfile.ZipFile(save({"Members": MEMBERS})) as whole, zipfile.ZipFile(file, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            if name.endswith("sheet1.xml"):
                body = content.decode().split("?>", 1)[-1]
                content = (swell + body.replace("<sheetData>", "<sheetData><x>&e11;</x>")).encode()
            archive.writestr(name, content)
    with pytest.raises(RosterUnreadable):
        read_members(file)


def test_without_the_extra_the_sentence_names_it(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    file = save({"Members": MEMBERS})
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ExtraMissing) as refusal:
        read_members(file)
    assert "axure-lifecycle[xlsx]" in refusal.value.sentence
