"""Every encoding that spreadsheets write is read, and a guess is called a guess."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axure_lifecycle.rosters import RosterUnreadable
from tests.rosters.brought import read_members

NAMES = ["Paweł Kılıç", "Ömer Groß", "Zoë 𝔘𝔫𝔦"]
NOTE = (
    "The file is no UTF-8 and was read as Windows-1252, which is a guess: look at letters with accents before you "
    "trust the names."
)


def write(file: Path, names: list[str], encoding: str) -> Path:
    lines = [f"{name}\tp{number}@acme.example" for number, name in enumerate(names)]
    file.write_bytes("\r\n".join(["Name\tEmail", *lines]).encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    found = read_members(write(tmp_path / "members.tsv", NAMES, encoding))
    assert [row.display_name for row in found.members] == NAMES
    assert found.totals.notes == ()
    assert found.totals.form == "tsv"


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_by_its_mark_in_both_orders(tmp_path: Path, order: str) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes("\ufeffName,Email\nZoë,zoe@acme.example\n".encode(order))
    assert [row.display_name for row in read_members(file).members] == ["Zoë"]


def test_windows_1252_is_read_and_said_to_be_a_guess(tmp_path: Path) -> None:
    found = read_members(write(tmp_path / "members.tsv", ["Zoë – Groß €"], "cp1252"))
    assert [row.display_name for row in found.members] == ["Zoë – Groß €"]
    assert found.totals.notes == (NOTE,)


def test_one_byte_at_the_end_of_a_long_file_decides_about_the_whole(tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    lines = "".join(f"Zoe,p{number}@acme.example\n" for number in range(60_000))
    file.write_bytes(f"Name,Email\n{lines}Zoë,zoe@acme.example\n".encode("cp1252"))
    found = read_members(file)
    assert found.members[-1].display_name == "Zoë"
    assert found.totals.notes == (NOTE,)


def test_a_letter_across_two_blocks_of_the_file_is_still_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    start = b"Name,Email\n"
    row = b"Zoe,zoe@acme.example\n"
    filler = row * ((2**20 - len(start)) // len(row))
    pad = b"x" * (2**20 - len(start) - len(filler) - 1)
    file.write_bytes(start + filler + pad + "ë,zoe@acme.example\n".encode())
    assert read_members(file).totals.notes == ()


def test_half_a_letter_at_the_end_of_a_block_is_no_utf_8(tmp_path: Path) -> None:
    """Not even when the next block is plain and the one after it begins with the other half."""
    file = tmp_path / "members.csv"
    row = b"Zoe,zoe@acme.example\n"
    lines = b"Name,Email\n" + row * (2**20 // len(row) - 2)
    first = lines + b"x" * (2**20 - len(lines) - 1) + b"\xc3"
    second = (b",zoe@acme.example\n" + row * (2**20 // len(row)))[: 2**20 - 1] + b"\n"
    file.write_bytes(first + second + b"\xab,zoe@acme.example\n")
    assert read_members(file).totals.notes == (NOTE,)


@pytest.mark.parametrize(
    "content",
    [
        b"Name,Email\nZo\x81\xff,zoe@acme.example\n",
        b"\xef\xbb\xbfName,Email\nZo\xff,zoe@acme.example\n",
        b"\xff\xfeN\x00a\x00\x00\xd8",
    ],
)
def test_a_broken_encoding_is_refused_and_nothing_is_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes(content)
    with pytest.raises(RosterUnreadable) as refusal:
        read_members(file)
    assert "save it again as utf-8" in refusal.value.sentence.lower()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    letters=st.lists(st.sampled_from("aéÜßñøŽ€"), min_size=1, max_size=30),
)
def test_every_letter_survives_every_encoding_that_has_it(tmp_path: Path, encoding: str, letters: list[str]) -> None:
    # A lone é is what makes the bytes of Windows-1252 no UTF-8; “ÜŽ” alone would be both.
    name = "é " + "".join(letters)
    found = read_members(write(tmp_path / "members.tsv", [name], encoding))
    assert [row.display_name for row in found.members] == [name]
