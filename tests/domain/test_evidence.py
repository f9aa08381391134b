"""What may be attached: the name and the content agree, or it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.evidence import EvidenceFile, EvidenceTypeRefused, identify

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
MAIL = b"From: pat@acme.example\r\nTo: ana@acme.example\r\nSubject: Done\r\n\r\nIt is off.\r\n"
TAKEN = {
    "page.png": ("image/png", PNG),
    "PAGE.PNG": ("image/png", PNG),
    "photo.jpg": ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
    "photo.jpeg": ("image/jpeg", b"\xff\xd8\xff\xe1"),
    "old.gif": ("image/gif", b"GIF89a\x01\x00"),
    "older.gif": ("image/gif", b"GIF87a\x01\x00"),
    "new.webp": ("image/webp", b"RIFF\x10\x00\x00\x00WEBPVP8 "),
    "printed.pdf": ("application/pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"),
    "notes.txt": ("text/plain", "Gelöscht – um 17:55".encode()),
    "single-byte.txt": ("text/plain", "Gelöscht".encode("latin-1")),
    "wide.txt": ("text/plain", "\ufeffGelöscht".encode("utf-16-le")),
    "members.csv": ("text/csv", b"Name,Email\r\nAna,ana@acme.example\r\n"),
    "saved.html": ("text/html", b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><title>Members</title>"),
    "saved.htm": ("text/html", b"<!-- saved from the page --><html></html>"),
    "users.json": ("application/json", b'{"status": "DEPROVISIONED"}'),
    "answer.eml": ("message/rfc822", MAIL),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_whose_name_and_content_agree_is_taken(name: str) -> None:
    media_type, content = TAKEN[name]
    assert identify(name, content) == media_type


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("page.png", b"\xff\xd8\xff\xe0", "its content is not what .png says"),
        ("page.png", b"\x89PNG\r\n", "its content is not what .png says"),
        ("page.jpg", PNG, "its content is not what .jpg says"),
        ("page.gif", b"GIF90a", "its content is not what .gif says"),
        ("page.webp", b"RIFF\x10\x00\x00\x00WAVE", "its content is not what .webp says"),
        ("page.pdf", b"MZ\x90\x00 %PDF-1.7", "its content is not what .pdf says"),
        ("notes.txt", b"MZ\x90\x00\x03", "its content is not what .txt says"),
        ("notes.txt", b"\x1b[2Jgone", "its content is not what .txt says"),
        ("wide.txt", "\ufeffa\x00b".encode("utf-16-le"), "its content is not what .txt says"),
        ("wide.txt", b"\xff\xfeabc", "its content is not what .txt says"),
        ("rows.csv", b"PK\x03\x04\x00\x00", "its content is not what .csv says"),
        ("saved.html", b"just words", "its content is not what .html says"),
        ("saved.html", b"\x00<html>", "its content is not what .html says"),
        ("users.json", b"{'status': 1}", "its content is not what .json says"),
        ("users.json", b"\xd0\xcf\x11\xe0\x00", "its content is not what .json says"),
        ("users.json", b"[" * 100_000, "its content is not what .json says"),
        ("answer.eml", b"Dear Pat,\r\n\r\nFrom: me\r\nTo: you\r\n", "its content is not what .eml says"),
        ("answer.eml", b"\x00From: a\nTo: b\n", "its content is not what .eml says"),
        ("page.svg", b"<svg/>", ".svg files are not taken"),
        ("run.exe", b"MZ", ".exe files are not taken"),
        ("page.png.exe", PNG, ".exe files are not taken"),
        ("page", PNG, "it has no suffix"),
        (".png", PNG, "it has no suffix"),
        ("page.png", b"", "the file is empty"),
    ],
)
def test_a_file_that_is_something_else_is_refused(name: str, content: bytes, why: str) -> None:
    with pytest.raises(EvidenceTypeRefused) as refusal:
        identify(name, content)
    assert f"was not attached: {why}." in str(refusal.value)
    assert ".png, .jpg" in str(refusal.value)


def test_a_refusal_shows_a_hostile_name_as_it_is_and_cuts_it() -> None:
    with pytest.raises(EvidenceTypeRefused) as refusal:
        identify("\x1b[2J\u202egnp." + "x" * 500, PNG)
    assert "“␛[2J⟨U+202E⟩gnp." in str(refusal.value)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 500


@given(st.sampled_from(["a.png", "a.txt", "a.json", "a.html", "a.eml", "a.csv", "a.webp"]), st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(name: str, content: bytes) -> None:
    try:
        taken = identify(name, content)
    except EvidenceTypeRefused:
        return
    assert taken
    assert content


def test_a_file_is_known_by_the_digest_of_its_content() -> None:
    file = EvidenceFile("page.txt", "text/plain", b"abc")
    # FIPS 180-4's own example.
    assert file.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file.size == 3
    assert "abc" not in repr(file)
