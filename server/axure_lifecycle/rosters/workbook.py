"""XLSX workbooks, sheet by sheet, through the extra `xlsx`.

A workbook is a zip archive of XML, and both can be built to swell: the sizes that the archive declares are looked at
before anything is unpacked (zipfile does not unpack more than was declared), and no row beyond Excel's last is read.
"""

import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final, cast
from xml.etree.ElementTree import ParseError

from axure_lifecycle.rosters.headers import Naming
from axure_lifecycle.rosters.records import CHUNK, Chunk
from axure_lifecycle.rosters.refusals import ExtraMissing, NotARoster, RosterTooLarge, RosterUnreadable, WrongKind
from axure_lifecycle.rosters.tables import sample

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

EXTRA: Final = "xlsx"

_MOST_UNPACKED: Final = 1_000_000_000
"""Bytes of all parts together."""
_MOST_STRINGS: Final = 200_000_000
"""Bytes of the part with the texts, which has to be held in memory."""
_HARMLESS: Final = 50_000_000
_MOST_RATIO: Final = 200
"""Sheets full of repetitions shrink to a fiftieth; bombs to a thousandth."""
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 256
_STRINGS: Final = "xl/sharedstrings.xml"
_WORKBOOK: Final = "xl/workbook.xml"
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, ParseError, EOFError, NotImplementedError, RuntimeError,
    KeyError, IndexError, AttributeError, TypeError, ValueError, OverflowError, OSError,
)  # fmt: skip
"""What openpyxl and the readers below it raise on a damaged workbook; it has no exception of its own for that."""
_REMEDY: Final = "Open it in a spreadsheet program and save it again as XLSX or CSV."


def read_workbook(stream: BinaryIO, size: int, naming: Naming) -> Iterator[Chunk]:
    """The rows of the first visible sheet that holds a roster, lines being the sheet's own row numbers.

    Raises ExtraMissing, RosterUnreadable, RosterTooLarge, and what `Naming` says when no sheet holds one.
    """
    name = naming.name
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise ExtraMissing(name, EXTRA) from None
    try:
        _refuse_bomb(stream, size, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(stream, read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        refusal: NotARoster | WrongKind = naming.not_a_roster([])
        for sheet in sheets:
            chunks = _chunks(cast("ReadOnlyWorksheet", sheet))
            first = next(chunks, Chunk([], []))
            lines = sample(first.cells)
            if naming.find(lines) is not None or len(sheets) == 1:
                yield first
                yield from chunks
                return
            refusal = naming.not_a_roster(lines) if lines else refusal
    except _BROKEN as error:
        raise RosterUnreadable(name, "the workbook is damaged or has a password", _REMEDY) from error
    raise refusal


def _refuse_bomb(stream: BinaryIO, size: int, name: str) -> None:
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    names = {part.filename.lower(): part for part in parts}
    if _WORKBOOK not in names:
        raise RosterUnreadable(name, "it is an archive, and no XLSX workbook", "Unpack it and bring the table in it.")
    if unpacked > _MOST_UNPACKED or (unpacked > _HARMLESS and unpacked > _MOST_RATIO * size):
        raise RosterTooLarge(name, unpacked, min(_MOST_UNPACKED, max(_HARMLESS, _MOST_RATIO * size)))
    if _STRINGS in names and names[_STRINGS].file_size > _MOST_STRINGS:
        raise RosterTooLarge(name, names[_STRINGS].file_size, _MOST_STRINGS)


def _chunks(sheet: "ReadOnlyWorksheet") -> Iterator[Chunk]:
    # What a sheet says about its own size is often wrong.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=_MOST_ROWS, values_only=True)
    start = 1
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date out of range, an unknown extension: nobody can act on it
            some = [_cells(row) for row in islice(rows, CHUNK)]
        if not some:
            return
        yield Chunk(list(range(start, start + len(some))), some)
        start += len(some)


def _cells(row: tuple[object, ...]) -> list[str]:
    last = min(len(row), _MOST_COLUMNS)
    while last and row[last - 1] is None:
        last -= 1
    return [_text(value) for value in row[:last]]


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat() if value.time() == time.min else value.isoformat()
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
