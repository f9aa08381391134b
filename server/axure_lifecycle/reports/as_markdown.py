"""A report as Markdown (GitHub's tables), for a ticket or a wiki."""

import re
from typing import Final

from axure_lifecycle.domain.reports import Cell, Report, Section, Table
from axure_lifecycle.reports.stream import NOT_STATED, TextSink, say_head, say_number

_MARKUP: Final = re.compile(
    r"[\\`*_\[\]<>|~$#&]|(?<=https)(?=://)|(?<=http)(?=://)|(?<=ftp)(?=://)|(?<=www)(?=\.)", re.IGNORECASE
)


def write_markdown(report: Report, out: TextSink) -> int:
    """Write the whole report; returns how many rows its long table has."""
    out.write(f"# {plain(report.title)}\n\n{plain(say_head(report))}\n")
    for title, sentences in (("Withheld", report.withheld), ("Made from", report.sources), ("Mind", report.notes)):
        if sentences:
            out.write(f"\n**{title}**\n\n" + "".join(f"- {plain(one)}\n" for one in sentences))
    if report.figures:
        out.write("\n| | | |\n|---|--:|---|\n")
        for figure in report.figures:
            out.write(f"| {plain(figure.label)} | {plain(figure.value)} | {plain(figure.note)} |\n")
    for chart in report.charts:
        out.write(f"\n### {plain(chart.title)}\n\n| | |\n|---|--:|\n")
        for bar in chart.bars:
            out.write(f"| {plain(bar.label)} | {plain(bar.shown_as)} |\n")
    rows = _write_table(report.table, out)
    for table in report.others:
        _write_table(table, out)
    return rows


def _write_table(table: Table, out: TextSink) -> int:
    out.write(f"\n## {plain(table.title)}\n")
    return sum(_write_section(table, section, out) for section in table.sections)


def _write_section(table: Table, section: Section, out: TextSink) -> int:
    rows = 0
    for row in section.rows:
        if not rows:
            _write_title(section, out)
            out.write("\n| " + " | ".join(plain(column.title) for column in table.columns) + " |\n")
            out.write("|" + "".join("--:|" if column.is_number else "---|" for column in table.columns) + "\n")
        out.write("| " + " | ".join([_cell(cell) for cell in row]) + " |\n")
        rows += 1
    if not rows and section.is_empty_worth_saying:
        _write_title(section, out)
        out.write("\nNothing.\n")
    return rows


def _write_title(section: Section, out: TextSink) -> None:
    if section.title:
        out.write(f"\n### {plain(section.title)}\n")
    if section.note:
        out.write(f"\n{plain(section.note)}\n")


def _cell(cell: Cell) -> str:
    return NOT_STATED if cell is None else plain(cell) if isinstance(cell, str) else say_number(cell)


def plain(text: str) -> str:
    r"""Text that Markdown shows as it is: no markup, no HTML, no link of its own accord.

    >>> print(plain("<b>|_x_| http://evil.example"))
    \<b\>\|\_x\_\| http\://evil.example
    """
    return _MARKUP.sub(lambda found: "\\" + found[0], text)
