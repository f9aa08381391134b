"""A report as one HTML file that needs nothing else: no script, no font, no address; its style inside, light and dark.

The long table is cut into sheets of a few hundred rows, so that a browser draws only what is looked at, and every
printed page repeats the head of its columns. On a narrow screen each row is a card, and the title of a column stands in
each of its cells. The policy in the file's own head allows its one style sheet by its digest
and nothing else: whatever a name smuggles in could neither run nor load anything.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final

from axure_lifecycle.domain.reports import Cell, Column, Report, Section, Table
from axure_lifecycle.reports.charts import draw
from axure_lifecycle.reports.stream import NOT_STATED, TextSink, say_head, say_moment, say_number

ROWS_PER_SHEET: Final = 250
_LONG_FIGURE: Final = 14
"""Characters of a figure above which it is set smaller."""
_FEWEST_FIGURES, _MOST_FIGURES = 4, 6
"""Beside each other, where there is room."""
_WHOLE: Final = re.compile(r"\b(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[CRV]-[0-9]+)\b")
"""A day or a reference, which no line breaks."""
_PARTS: Final = 5
"""A column that takes one of so many parts of a table takes a line of its own on a card."""
_SHORT: Final = 10
"""Characters of a cell that no line breaks anyway."""


def write_html(report: Report, out: TextSink) -> int:
    """Write the whole report; returns how many rows its long table has."""
    tables = (report.table, *report.others)
    style = _style_sheet() + "".join((*map(_widths, tables), *_labels(tables), _foot(report)))
    policy = f"default-src 'none'; style-src 'sha256-{_digest(style)}'; base-uri 'none'; form-action 'none'"
    out.write(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy, quote=False)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(report.title)} – {escape(report.organization)}, {report.as_of.date()}</title>\n"
        f"<style>{style}</style>\n</head>\n<body>\n<main>\n"
    )
    out.write(f'<p class="kicker">Axure Lifecycle</p>\n<h1>{escape(report.title)}</h1>\n')
    out.write(f'<p class="head">{escape(say_head(report))}</p>\n')
    _write_sentences("Withheld", report.withheld, out, "said held")
    _write_figures(report, out)
    out.write('<div class="tiles">\n')
    for chart in report.charts:
        out.write(f"<figure><figcaption>{escape(chart.title)}</figcaption>{draw(chart)}</figure>\n")
    _write_sentences("Made from", report.sources, out)
    _write_sentences("Mind", report.notes, out, "said mind")
    out.write("</div>\n")
    rows = _write_table(report.table, out, "long")
    for table in report.others:
        _write_table(table, out, "short")
    out.write(
        "<footer><p>Nothing here was observed inside Axure. Reported: an assistant relayed it. Confirmed: a person "
        "said so, by the channel that is named. Verified: a later roster or directory read shows it. "
        f"{NOT_STATED} stands for what no source states.</p></footer>\n</main>\n</body>\n</html>\n"
    )
    return rows


@cache
def _style_sheet() -> str:
    return files("axure_lifecycle.reports").joinpath("report.css").read_text("utf-8")


def _digest(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()


def _widths(table: Table) -> str:
    columns = [column for column in table.columns if not column.is_beneath]
    whole = sum(column.share for column in columns)
    return "".join(
        f".{table.name} .c{number} {{ width: {100 * column.share / whole:.2f}% }}\n"
        for number, column in enumerate(columns)
    )


def _labels(tables: Iterable[Table]) -> Iterator[str]:
    """The titles of columns for a narrow screen; they are the product's own words, and nobody else's."""
    yield "@media screen and (max-width: 80rem) {\n"
    for table in tables:
        columns = [column for column in table.columns if not column.is_beneath]
        whole = sum(column.share for column in columns)
        for number, column in enumerate(columns[1:], 2):
            cell = f".{table.name} td:nth-child({number})"
            yield f'{cell}::before {{ content: "{column.title}" }}\n'
            if column.share * _PARTS >= whole:
                yield f"{cell} {{ grid-column: 1 / -1 }}\n"
    yield "}\n"


def _foot(report: Report) -> str:
    """What stands at the foot of each page on paper."""
    return f'@page {{ @bottom-left {{ content: "{report.title}, as of {say_moment(report.as_of)}" }} }}\n'


def _write_sentences(title: str, sentences: Iterable[str], out: TextSink, kind: str = "said") -> None:
    lines = "".join(f"<li>{escape(one)}</li>" for one in sentences)
    if lines:
        out.write(f'<section class="{kind}"><h2>{title}</h2><ul>{lines}</ul></section>\n')


def _write_figures(report: Report, out: TextSink) -> None:
    if not report.figures:
        return
    lines = -(-len(report.figures) // _MOST_FIGURES)
    beside = max(-(-len(report.figures) // lines), _FEWEST_FIGURES)
    out.write(f'<dl class="figures by{beside}">\n')
    for figure in report.figures:
        size = " long" if len(figure.value) > _LONG_FIGURE else ""
        note = f'<dd class="note">{escape(figure.note)}</dd>' if figure.note else ""
        label = escape(figure.label).replace(" %", "&nbsp;%")
        out.write(
            f'<div><dt>{label}</dt><dd class="{figure.tone.value}{size}">{escape(figure.value)}</dd>{note}</div>\n'
        )
    out.write("</dl>\n")


def _write_table(table: Table, out: TextSink, kind: str) -> int:
    out.write(f'<section class="{kind} {table.name}">\n<h2>{escape(table.title)}</h2>\n')
    rows = sum(_write_section(table, section, out) for section in table.sections)
    out.write("</section>\n")
    return rows


def _write_section(table: Table, section: Section, out: TextSink) -> int:
    head = _head_of(table)
    columns = [_Place(column) for column in table.columns]
    rows = 0
    for row in section.rows:
        if rows % ROWS_PER_SHEET == 0:
            if rows:
                out.write("</tbody></table></div>\n")
            else:
                _write_title(section, out)
            far = " far" if rows else ""
            out.write(f'<div class="sheet{far}"><table>{head}<tbody>\n')
        cells = [place.write(cell) for place, cell in zip(columns, row, strict=True)]
        out.write(f"<tr>{''.join(cells)}\n")
        rows += 1
    if rows:
        out.write("</tbody></table></div>\n")
    elif section.is_empty_worth_saying:
        _write_title(section, out)
        out.write('<p class="none">Nothing.</p>\n')
    return rows


def _write_title(section: Section, out: TextSink) -> None:
    title = f"<h3>{escape(section.title)}</h3>" if section.title else ""
    note = f"<p>{escape(section.note)}</p>" if section.note else ""
    if title or note:
        out.write(f'<div class="part">{title}{note}</div>\n')


def _head_of(table: Table) -> str:
    columns = [column for column in table.columns if not column.is_beneath]
    widths = "".join(f'<col class="c{number}">' for number in range(len(columns)))
    titles = "".join(
        f'<th scope="col"{" class=number" if column.is_number else ""}>{escape(column.title)}</th>'
        for column in columns
    )
    return f"<colgroup>{widths}</colgroup><thead><tr>{titles}</tr></thead>"


class _Place:
    """Where the cells of a column go: into one of their own, or beneath the one before. HTML ends cells by itself."""

    def __init__(self, column: Column) -> None:
        self._tones = column.tones
        self._is_beneath = column.is_beneath
        self._open = "<td class=number>" if column.is_number else "<td>"
        self._before = escape(column.before) + " " if column.before else ""
        self._after = " " + escape(column.after) if column.after else ""
        self._after_one = " " + escape(column.after_one) if column.after_one else self._after

    def write(self, cell: Cell) -> str:
        """A cell of this column."""
        if self._is_beneath:
            after = self._after_one if cell == 1 else self._after
            return "" if cell is None else f"<div class=more>{self._before}{self._mark(cell)}{after}</div>"
        return self._open + (self._mark(cell) if self._tones else _write(cell))

    def _mark(self, cell: Cell) -> str:
        tone = self._tones.get(cell) if isinstance(cell, str) else None
        return _write(cell) if tone is None else f'<span class="mark {tone.value}">{_write(cell)}</span>'


_NOTHING: Final = f'<span class="none">{NOT_STATED}</span>'


def _write(cell: Cell) -> str:
    if cell is None:
        return _NOTHING
    if not isinstance(cell, str):
        return say_number(cell)
    # An address breaks before its domain; a name from right to left turns nothing around beside its own cell.
    told = escape(cell).replace("@", "<wbr>@")
    if "-" in cell and len(cell) >= _SHORT:
        told = _WHOLE.sub(r"<span class=whole>\g<0></span>", told)
    return told if cell.isascii() else f"<bdi>{told}</bdi>"
