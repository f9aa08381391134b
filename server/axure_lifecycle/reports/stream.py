"""Where a report goes, and what every form of it says alike."""

from datetime import datetime
from typing import Final, Protocol

from axure_lifecycle.domain.reports import Report

NOT_STATED: Final = "–"
"""In the place of what no source states."""


class TextSink(Protocol):
    """Something that takes text."""

    def write(self, text: str, /) -> object:
        """Take some more."""
        ...


def say_moment(moment: datetime) -> str:
    """A moment for readers, in the time zone that it is given in (`2026-11-23 17:55 CET`)."""
    return moment.strftime("%Y-%m-%d %H:%M %Z")


def say_number(number: float) -> str:
    """A number for readers (`1,204`, `2.5`)."""
    return f"{number:,}" if isinstance(number, int) else f"{number:,.1f}"


def say_head(report: Report) -> str:
    """For whom and of when a report is, and when it was written."""
    return (
        f"{report.organization}, {report.host}, as of {say_moment(report.as_of)}. "
        f"Written {say_moment(report.made_at)} by Axure Lifecycle."
    )
