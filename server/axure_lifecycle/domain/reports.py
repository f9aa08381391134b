"""A report as a value: what is said at its head, a few figures and charts, and one long table that is streamed.

A report says how every statement is known, and flattens nothing: assurance and channel stand in columns of their own,
and what a brake withholds is shown as withheld. It is made for one moment, `as_of`; the moment at which it was written
is stated once. From the same store, the same `as_of` and the same `made_at` come the same bytes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final, NamedTuple

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown


class ReportKind(StrEnum):
    """What a report is about."""

    ACCESS_REVIEW = "access-review"
    """Everybody who has access: what they hold, how that is known, and what was decided."""
    LEAVERS = "leavers"
    """Who left, and how long it took until a roster showed their membership off."""
    SEATS = "seats"
    """Seats and money."""
    CASES = "cases"
    """Open cases: whose, since when, what they wait for, and how strong the words behind them are."""
    FACTS = "facts"
    """What is to be checked of the facts about Axure, and the organisation's own answers."""
    SCREENS = "screens"
    """Steps that look different on the organisation's own screens."""


class ReportFormat(StrEnum):
    """How a report is written; each value is the ending of the file."""

    MARKDOWN = "md"
    HTML = "html"
    CSV = "csv"
    JSON = "json"


class ReportOrder(NamedTuple):
    """A report that somebody wants again and again."""

    kind: ReportKind
    format: ReportFormat

    def __str__(self) -> str:
        """As the configuration writes it (`leavers.html`)."""
        return f"{self.kind.value}.{self.format.value}"

    def file_of(self, day: date) -> str:
        """What the one of a day is called."""
        return f"{self.kind.value}-{day.isoformat()}.{self.format.value}"


class Tone(StrEnum):
    """How loudly something is shown. Never the only carrier of a meaning: the word stands beside it."""

    PLAIN = "plain"
    GOOD = "good"
    NOTICE = "notice"
    BAD = "bad"
    WITHHELD = "withheld"


Cell = str | int | float | None
"""Text as it is shown, a number (with one decimal where it is no whole one), or None for what is not stated."""
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    key: str
    """Its name in data: `snake_case`."""
    title: str
    share: int
    """How much of the width it takes, in parts of what all columns take together."""
    is_number: bool = False
    is_beneath: bool = False
    """Whether a page for people shows it as a further line in the cell before it."""
    before: str = ""
    """A word before it where it stands beneath."""
    after: str = ""
    """A word after it where it stands beneath."""
    after_one: str = ""
    """The word after a 1, where it is another."""
    tones: Mapping[str, Tone] = field(default_factory=dict[str, Tone])
    """Value → how loudly it is shown."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a table; its rows can be read once."""

    title: str
    note: str
    rows: Iterable[Row]
    is_empty_worth_saying: bool = True
    """Whether a section without rows is told at all."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns."""

    name: str
    """Its name in data: `snake_case`."""
    title: str
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]


class Figure(NamedTuple):
    """One number that matters, in words for a reader."""

    key: str
    label: str
    value: str
    note: str = ""
    tone: Tone = Tone.PLAIN


class Bar(NamedTuple):
    """One bar of a chart."""

    label: str
    size: float
    """Not negative, in the unit of the chart."""
    shown_as: str
    tone: Tone = Tone.PLAIN


class Chart(NamedTuple):
    """Bars that can be compared with each other: one unit, one currency."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report, ready to be written."""

    kind: ReportKind
    title: str
    organization: str
    host: str
    as_of: datetime
    """In the organisation's time zone."""
    made_at: datetime
    """When it was written, in the organisation's time zone."""
    sources: tuple[str, ...]
    """What it is made from, one source each: of when, and whether a person stands for it."""
    withheld: tuple[str, ...]
    """Why something is withheld."""
    notes: tuple[str, ...]
    """What to know before anybody acts on it."""
    figures: tuple[Figure, ...]
    charts: tuple[Chart, ...]
    table: Table
    """The long one, and the only one in a CSV file."""
    others: tuple[Table, ...] = ()
    """Short ones."""

    @property
    def name(self) -> str:
        """What its file is called, without the ending (`access-review-2026-11-29-175500`)."""
        return f"{self.kind.value}-{self.as_of.strftime('%Y-%m-%d-%H%M%S')}"


class Written(NamedTuple):
    """A report that lies in a file."""

    path: Path | None
    """None where it went to a stream."""
    digest: str
    """SHA-256 of its bytes, lower-case hexadecimal."""
    size: int
    """Bytes."""
    rows: int
    """Of the long table."""


class KeptReport(NamedTuple):
    """A report in the folder of the home."""

    name: str
    """Of the file."""
    kind: ReportKind
    format: ReportFormat
    written_at: datetime
    """UTC."""
    size: int
    """Bytes."""


_KEPT_NAME: Final = re.compile(
    rf"({'|'.join(ReportKind)})-[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:-[0-9]{{6}})?\.({'|'.join(ReportFormat)})"
)


def read_report_name(name: str) -> ReportOrder | None:
    """What a file of this name in the folder of reports is; None for one that no report has.

    >>> str(read_report_name("access-review-2026-11-29-175500.html"))
    'access-review.html'
    >>> [read_report_name(name) for name in ("leavers.html", "../leavers-2026-11-29.html", "leavers-2026-11-29.exe")]
    [None, None, None]
    """
    found = _KEPT_NAME.fullmatch(name)
    return None if found is None else ReportOrder(ReportKind(found[1]), ReportFormat(found[2]))


MEDIA_TYPES: Final = {
    ReportFormat.MARKDOWN: "text/markdown; charset=utf-8",
    ReportFormat.HTML: "text/html; charset=utf-8",
    ReportFormat.CSV: "text/csv; charset=utf-8; header=present",
    ReportFormat.JSON: "application/json",
}


class ReportUnwritable(LifecycleError):
    """The report has nowhere to go."""

    code: ClassVar[str] = "report_unwritable"

    def __init__(self, place: str, why: str) -> None:
        super().__init__(
            f"The report was not written to {shown(place)}: {shown(why, 120)}. Nothing is left half-written there; "
            "make room or name another file (--out FILE), and build it again."
        )


class ReportUnknown(LifecycleError):
    """No such report lies in the home."""

    code: ClassVar[str] = "report_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{shown(name, 80)}” was not read: no report of that name lies in the home. Look which there are, or "
            "build it again."
        )


class ReportUnreadable(LifecycleError):
    """The folder of reports, or one of them, cannot be read."""

    code: ClassVar[str] = "report_unreadable"

    def __init__(self, place: str, why: str) -> None:
        super().__init__(
            f"The reports in {shown(place)} were not read: {shown(why, 120)}. Let the owner of the home read that, and "
            "try again."
        )
