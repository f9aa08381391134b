"""Which encoding a file is in, decided over the whole of it before the first row is believed.

UTF-8 is proved or disproved, never guessed. What is no UTF-8 and has no byte order mark is taken for Windows-1252,
which old spreadsheets write; that is a guess, so a note says it.
"""

import codecs
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO, TextIOWrapper
from typing import Final, NamedTuple, TextIO

from axure_lifecycle.rosters.material import FileSource
from axure_lifecycle.rosters.refusals import RosterUnreadable

_BLOCK: Final = 1 << 20
_HEAD: Final = 4096
"""Bytes that show what a file is."""
_MOST_CONTROLS: Final = 0.1
"""The share of control characters in the head from which a file counts as binary."""
_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1b"))

_GUESSED: Final = (
    "The file is no UTF-8 and was read as Windows-1252, which is a guess: look at letters with accents before you "
    "trust the names."
)
_SAVE_AS_CSV: Final = "Save the table as CSV (UTF-8) or XLSX and bring that."
_SIGNATURES: Final = (
    (b"%PDF", "it is a PDF"),
    (b"\x89PNG", "it is an image"),
    (b"\xff\xd8\xff", "it is an image"),
    (b"GIF8", "it is an image"),
    (b"RIFF", "it is an image or a recording"),
    (b"\xd0\xcf\x11\xe0", "it is a document of an old Office version, or one with a password"),
    (b"{\\rtf", "it is a rich-text document"),
    (b"\x1f\x8b", "it is compressed"),
    (b"BZh", "it is compressed"),
    (b"\xfd7zXZ", "it is compressed"),
    (b"7z\xbc\xaf", "it is compressed"),
    (b"Rar!", "it is compressed"),
    (b"SQLite format 3", "it is a database"),
    (b"PAR1", "it is a Parquet file"),
)
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes become text."""

    codec: str
    note: str | None = None


def is_zip(file: FileSource) -> bool:
    """Whether the file is a zip archive, as every XLSX workbook is."""
    with file.opened() as stream:
        return stream.read(len(_ZIP)) == _ZIP


def find_encoding(file: FileSource) -> Encoding:
    """The encoding in which the whole file can be read. Raises RosterUnreadable for binary and broken files."""
    with file.opened() as stream:
        head = stream.read(_HEAD)
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise RosterUnreadable(file.name, what, _SAVE_AS_CSV)
    marked = _marked_codec(head)
    if marked is not None:
        if not _is_all(file, marked):
            raise RosterUnreadable(
                file.name, f"it begins as {marked.upper()} but does not hold to it", "Save it again as UTF-8."
            )
        return Encoding(marked)
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > _MOST_CONTROLS * len(head):
        raise RosterUnreadable(
            file.name, "it is no text, or UTF-16 without a byte order mark", "Save it again as UTF-8 text or CSV."
        )
    if _is_all(file, "utf-8"):
        return Encoding("utf-8")
    if _is_all(file, "cp1252"):
        return Encoding("cp1252", _GUESSED)
    raise RosterUnreadable(
        file.name, "its bytes are neither UTF-8 nor Windows-1252", "The encoding is broken: save it again as UTF-8."
    )


class OpenText(NamedTuple):
    """A text that can be read, and how far the reading has come."""

    text: TextIO
    position: Callable[[], int]
    """Bytes of a file, characters of a pasted text; buffers run ahead of what was read."""


@contextmanager
def open_text(source: FileSource | str, encoding: Encoding) -> Generator[OpenText]:
    """The text from its beginning, line ends untouched. UnicodeDecodeError cannot happen in a file of that encoding."""
    match source:
        case FileSource() as file:
            with file.opened() as stream:
                text = TextIOWrapper(stream, encoding=encoding.codec, newline="")
                try:
                    # A text wrapper does not say where it is while somebody iterates over it; the bytes below do.
                    yield OpenText(text, stream.tell)
                finally:
                    text.detach()  # otherwise it would close the stream before that is looked at again
        case str():
            with StringIO(source.removeprefix("\ufeff"), newline="") as pasted:
                yield OpenText(pasted, pasted.tell)


def _marked_codec(head: bytes) -> str | None:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _is_all(file: FileSource, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    is_ascii_enough = codec in {"utf-8", "cp1252"}
    with file.opened() as stream:
        try:
            while block := stream.read(_BLOCK):
                # An ASCII block needs no decoding, unless the decoder waits for the rest of a letter.
                if not (is_ascii_enough and block.isascii() and not decoder.getstate()[0]):
                    decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
