"""How reports are written: Markdown, HTML, CSV and JSON, one row after the other, to whatever stream is given."""

from collections.abc import Callable, Mapping
from typing import Final

from axure_lifecycle.domain.reports import Report, ReportFormat
from axure_lifecycle.reports.as_csv import write_csv
from axure_lifecycle.reports.as_html import write_html
from axure_lifecycle.reports.as_json import write_json
from axure_lifecycle.reports.as_markdown import write_markdown
from axure_lifecycle.reports.stream import TextSink

__all__ = ["TextSink", "write_report"]

_WRITERS: Final[Mapping[ReportFormat, Callable[[Report, TextSink], int]]] = {
    ReportFormat.MARKDOWN: write_markdown,
    ReportFormat.HTML: write_html,
    ReportFormat.CSV: write_csv,
    ReportFormat.JSON: write_json,
}


def write_report(report: Report, form: ReportFormat, out: TextSink) -> int:
    """Write a report; returns how many rows its long table has. The rows of a report can be read once."""
    return _WRITERS[form](report, out)
