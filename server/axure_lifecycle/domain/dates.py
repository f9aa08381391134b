"""Dates as people write them in tables, read only when they can mean one day.

`03/04/2026` is the 3rd of April in Utrecht and the 4th of March in Boston, so it is refused; `13/04/2026` and
`04/04/2026` can mean one day only.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final

from axure_lifecycle.domain.cells import CellMistake
from axure_lifecycle.domain.text import shown

_END_OF_DAY: Final = time(23, 59, 59)
_NEVER_BEFORE: Final = 1900
"""Directories write the year 1 where they mean "none"."""

_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", re.ASCII)
_DAY_MONTH_NAME: Final = re.compile(r"(\d{1,2})\.?[-/ ]([^\W\d_]{3,9})\.?,?[-/ ](\d{4})")
_MONTH_NAME_DAY: Final = re.compile(r"([^\W\d_]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")

_MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari januar janvier jän jänner janv",
            "feb february februari februar février févr fevrier",
            "mar march maart mrt märz mär mars",
            "apr april avril avr",
            "may mei mai",
            "jun june juni juin",
            "jul july juli juillet juil",
            "aug august augustus août aout",
            "sep sept september septembre",
            "oct october oktober okt octobre",
            "nov november novembre",
            "dec december dezember dez décembre déc decembre",
        ),
        start=1,
    )
    for name in names.split()
}


def read_day(text: str) -> date:
    """The day that the text means; the time of day, if there is one, is left out. Raises CellMistake."""
    try:
        return _moment(text).date()
    except ValueError:
        pass
    for shape in (_YEAR_FIRST, _YEAR_LAST, _DAY_MONTH_NAME, _MONTH_NAME_DAY):
        if found := shape.fullmatch(text):
            try:
                return _day(shape, found)
            except ValueError:
                break
    raise CellMistake("no_date", f"“{shown(text)}” is no date; write it as 2026-11-23.")


def read_end(text: str, zone: tzinfo = UTC) -> datetime:
    """The moment, in UTC, at which something ends; a bare day ends with its last second in `zone`. Raises CellMistake.

    A moment without a zone is taken for UTC, which is what Okta and Graph write.
    """
    try:
        if len(text) > len("2026-11-23"):
            return _moment(text)
    except ValueError:
        pass
    return datetime.combine(read_day(text), _END_OF_DAY, zone).astimezone(UTC)


def is_never(moment: date) -> bool:
    """Whether a directory wrote this moment to say that there is none (Graph: 0001-01-01)."""
    return moment.year < _NEVER_BEFORE


def _moment(text: str) -> datetime:
    """Raises ValueError for everything that ISO 8601 does not know, and for years that UTC cannot hold."""
    moment = datetime.fromisoformat(text)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def _day(shape: re.Pattern[str], found: re.Match[str]) -> date:
    """Raises ValueError where there is no such day, CellMistake where there are two."""
    first, second, third = found.groups()
    if shape is _YEAR_FIRST:
        return date(int(first), int(second), int(third))
    if shape is _DAY_MONTH_NAME:
        return date(int(third), _month(second), int(first))
    if shape is _MONTH_NAME_DAY:
        return date(int(third), _month(first), int(second))
    year, one, other = int(third), int(first), int(second)
    months_in_a_year = 12
    if one <= months_in_a_year and other <= months_in_a_year and one != other:
        raise CellMistake(
            "ambiguous_date",
            f"“{found.group()}” can mean {date(year, other, one).isoformat()} or {date(year, one, other).isoformat()}; "
            "write the year first.",
        )
    return date(year, other, one) if other <= months_in_a_year else date(year, one, other)


def _month(name: str) -> int:
    try:
        return _MONTHS[name.casefold()]
    except KeyError as error:
        raise ValueError(name) from error
