"""Whatever is brought, the answer is rows or a refusal with a sentence; nothing else ever comes out."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.rosters import Material
from tests.rosters.brought import Read, read

kinds = st.sampled_from(list(RosterKind))
pieces = st.sampled_from(
    [
        "Email", "Name", "Status", "Subscription", "Owner", "Assigned user", "pat@acme.example", "@", "Pat",
        "206 members", ",", ";", "\t", "  ", "|", "\n", "\r\n", '"', "'", "<", ">", "</", "<!--", "-->", "<table>",
        "<tr>", "<td>", "</td>", "<div>", "</div>", "<script>", "<select>", "<option selected>",
        "<a href='mailto:x@y.example'>",
        "role=row", "&amp;", "&#0;", "colspan=9", "[", "]", "{", "}", ":", '"value"', '"profile"', "null", "1e9",
        "\\ud800", "\0", "\x1b", "\u202e", "\ufeff", "é", "=1+1", "03/04/2026", "0001-01-01",
        "9999-12-31T23:59:59-14:00", "\ud800",
    ]
)  # fmt: skip
texts = st.lists(pieces | st.text(max_size=8), max_size=40).map("".join)


def bring(kind: RosterKind, material: Material) -> None:
    """Read it; a refusal must be a sentence."""
    match read_or_refuse(kind, material):
        case LifecycleError() as refusal:
            assert refusal.sentence.endswith(".")
            assert refusal.sentence.isprintable()
        case found:
            assert found.totals.rows == len(found.rows)
            assert found.totals.refused >= len({line for line, _ in found.mistakes})
            assert all(mistake.reason.isprintable() for mistake in found.totals.mistakes)
            assert all(text.isprintable() for row in found.rows for text in row if isinstance(text, str))


def read_or_refuse(kind: RosterKind, material: Material) -> Read | LifecycleError:
    try:
        return read(kind, material)
    except LifecycleError as refusal:
        return refusal


@settings(max_examples=400, deadline=None)
@given(kind=kinds, text=texts)
@example(RosterKind.MEMBERS, "<" * 3000 + "pat@acme.example")
@example(RosterKind.MEMBERS, "\0,pat@acme.example\n" + "x" * 2000 + ",kim@acme.example\n")
@example(RosterKind.MEMBERS, "Email\0\nPat\nKim")
@example(RosterKind.DIRECTORY, "[" * 5000)
@example(RosterKind.DIRECTORY, '[{"id": ' + "1" * 5000 + "}]")
@example(RosterKind.DIRECTORY, '[{"profile": {"email": 5}, "id": []}]')
@example(RosterKind.DIRECTORY, '{"value": [{"userPrincipalName": "\\ud800@acme.example"}]')
def test_any_text_gives_rows_or_a_sentence(kind: RosterKind, text: str) -> None:
    try:
        material = Material.text(text)
    except LifecycleError:
        return
    assert len(material.digest()) == 64
    bring(kind, material)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=kinds,
    content=st.one_of(
        st.binary(min_size=1, max_size=300),
        texts.map(lambda text: text.encode("utf-8", "surrogatepass")),
        texts.map(lambda text: text.encode("utf-16", "surrogatepass")),
        texts.map(lambda text: b"PK\x03\x04" + text.encode("utf-8", "surrogatepass")),
    ).filter(bool),
)
def test_any_file_gives_rows_or_a_sentence(tmp_path: Path, kind: RosterKind, content: bytes) -> None:
    file = tmp_path / "roster"
    file.write_bytes(content)
    bring(kind, Material.file(file))


@settings(max_examples=100, deadline=None)
@given(
    kind=kinds,
    rows=st.lists(
        st.dictionaries(pieces, st.none() | pieces | st.text(max_size=5), max_size=5), min_size=1, max_size=5
    ),
)
def test_any_rows_give_rows_or_a_sentence(kind: RosterKind, rows: list[dict[str, str | None]]) -> None:
    bring(kind, Material.rows(rows))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | pieces,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(pieces, inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(
    [
        "id", "profile", "status", "userPrincipalName", "mail", "accountEnabled", "otherMails", "proxyAddresses",
        "email", "login", "employeeLeaveDateTime", "displayName", "secondEmail",
    ]
)  # fmt: skip
people = st.dictionaries(keys, values | st.dictionaries(keys, values, max_size=4), max_size=6)


@settings(max_examples=200, deadline=None)
@given(kind=kinds, listed=st.lists(people, max_size=4), is_wrapped=st.booleans())
def test_any_objects_give_rows_or_a_sentence(kind: RosterKind, listed: list[object], is_wrapped: bool) -> None:
    bring(kind, Material.text(json.dumps({"value": listed} if is_wrapped else listed)))


@pytest.fixture(scope="module")
def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (["Name", "Email", "Status"], ["Pat", "pat@acme.example", "Active"]):
        sheet.append(cells)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_workbook_gives_rows_or_a_sentence(tmp_path: Path, workbook: bytes, data: st.DataObject) -> None:
    """Damage inside a part of the archive, and damage to the archive itself."""
    damaged = bytearray(workbook)
    if data.draw(st.booleans()):
        parts = BytesIO()
        with zipfile.ZipFile(BytesIO(workbook)) as whole, zipfile.ZipFile(parts, "w") as archive:
            victim = data.draw(st.sampled_from(whole.namelist()))
            for name in whole.namelist():
                content = bytearray(whole.read(name))
                if name == victim:
                    start = data.draw(st.integers(0, len(content)))
                    content[start : start + data.draw(st.integers(0, 60))] = data.draw(st.binary(max_size=20))
                archive.writestr(name, bytes(content))
        damaged = bytearray(parts.getvalue())
    else:
        start = data.draw(st.integers(0, len(damaged)))
        damaged[start : start + data.draw(st.integers(0, 200))] = data.draw(st.binary(max_size=20))
    file = tmp_path / "members.xlsx"
    file.write_bytes(bytes(damaged) or b"PK")
    bring(RosterKind.MEMBERS, Material.file(file))
