"""Reports read back: each form by a reader that knows nothing of how they are written."""

import csv
import json
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

from axure_lifecycle_tools.building import build_report
from tests.reports.studio import Studio


def build(studio: Studio, kind: Any, form: Any, as_of: str | None = None) -> str:
    """A report as it lies in its file."""
    built = build_report(studio.desk(), kind=kind, format=form, as_of=as_of)
    return Path(built.file).read_bytes().decode("utf-8")


def rows_of_csv(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file as a spreadsheet gives them back, the disarming apostrophe taken away."""
    assert text.startswith("\ufeff")
    found = list(csv.DictReader(StringIO(text[1:], newline="")))
    return [{name: cell.removeprefix("'") for name, cell in row.items()} for row in found]


def rows_of_json(text: str, table: int = 0) -> list[dict[str, Any]]:
    """The rows of a table of a JSON report, of all its sections."""
    return [row for section in json.loads(text)["tables"][table]["sections"] for row in section["rows"]]


def figures_of(text: str) -> dict[str, str]:
    """The figures of a JSON report."""
    return {one["key"]: one["value"] for one in json.loads(text)["figures"]}


class Page(HTMLParser):
    """What a browser would see of an HTML report: its elements, its attributes, and the words of each row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.rows: list[str] = []
        self.heads = 0
        self.policy = ""
        self.style = ""
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        given = dict(attrs)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        if tag == "thead":
            self.heads += 1
        if tag == "tr":
            self.rows.append("")
        if tag in ("tr", "style"):
            self._in = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "table"):
            self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "tr":
            self.rows[-1] += data.strip("\n")
        elif self._in == "style":
            self.style += data
