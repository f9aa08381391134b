"""A report as one JSON object, its rows one to a line as objects under the names of their columns."""

import json
from typing import Any

from axure_lifecycle.domain.reports import Report, Table
from axure_lifecycle.reports.stream import TextSink


def write_json(report: Report, out: TextSink) -> int:
    """Write the whole report; returns how many rows its long table has."""
    head: dict[str, Any] = {
        "report": report.kind.value,
        "title": report.title,
        "organization": report.organization,
        "host": report.host,
        "as_of": report.as_of.isoformat(timespec="seconds"),
        "made_at": report.made_at.isoformat(timespec="seconds"),
        "sources": report.sources,
        "withheld": report.withheld,
        "notes": report.notes,
        "figures": [figure._asdict() for figure in report.figures],
        "charts": [{"title": chart.title, "bars": [bar._asdict() for bar in chart.bars]} for chart in report.charts],
    }
    out.write("{\n" + ",\n".join(f"{_write(name)}: {_write(value)}" for name, value in head.items()))
    out.write(',\n"tables": [')
    rows = _write_table(report.table, out)
    for table in report.others:
        out.write(",")
        _write_table(table, out)
    out.write("]\n}\n")
    return rows


def _write_table(table: Table, out: TextSink) -> int:
    columns = {column.key: column.title for column in table.columns}
    out.write(f'\n{{"name": {_write(table.name)}, "title": {_write(table.title)}, "columns": {_write(columns)},')
    out.write(' "sections": [')
    # The names of the columns are the same in every row, so they are written out once.
    names = [f"{_write(key)}: " for key in columns]
    rows = 0
    for number, section in enumerate(table.sections):
        out.write(("," if number else "") + f'\n{{"title": {_write(section.title)}, "rows": [')
        separator = "\n"
        for row in section.rows:
            cells = ", ".join([name + _write(cell) for name, cell in zip(names, row, strict=True)])
            out.write(f"{separator}{{{cells}}}")
            separator = ",\n"
            rows += 1
        out.write("]}")
    out.write("]}")
    return rows


def _write(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
