"""The four forms of a report: what they look like, and what no name in them can do."""

import stat
import threading
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axure_lifecycle.domain.reports import (
    Column,
    Report,
    ReportFormat,
    ReportKind,
    ReportUnwritable,
    Row,
    Section,
    Table,
)
from axure_lifecycle.domain.text import shown, starts_formula
from axure_lifecycle.reports import write_report
from axure_lifecycle_tools.building import build_report, report_of
from tests.conftest import Golden
from tests.reports.parsing import Page, build, rows_of_csv, rows_of_json
from tests.reports.studio import NAMES, Studio, address_of, directory_table, members_page, open_studio

HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "＝cmd|' /C calc'!A0",
    " +1+1",
    "@SUM(A1)",
    "'quoted",
    "<img src=x onerror=alert(1)>",
    "</style></table><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "שלום‮gpj.exe",
    "Ana\x1b[2J\x00",
    "[click](javascript:alert(1)) | `x` | http://evil.example www.evil.example",
    "a;=1+1,b\tc",
    "O'Neil",
)


def test_what_is_one_day_old_is_not_days_old(studio: Studio) -> None:
    built = build_report(studio.desk(), kind="access-review", format="html", as_of="2026-11-14")
    page = Path(built.file).read_text("utf-8")  # by hand: the members page is of the 13th
    assert "<div class=more>1 day old</div>" in page
    assert "1 days" not in page


@pytest.mark.parametrize("form", [each.value for each in ReportFormat])
def test_the_access_review_looks_like_this(studio: Studio, golden: Golden, form: str) -> None:
    golden(f"reports/access-review.{form}", build(studio, "access-review", form).replace("\r\n", "\n"))


@pytest.mark.parametrize("kind", ["leavers", "seats", "cases", "facts", "screens"])
def test_the_other_reports_look_like_this(studio: Studio, golden: Golden, kind: str) -> None:
    golden(f"reports/{kind}.md", build(studio, kind, "md"))


def test_the_same_store_and_moment_give_the_same_bytes_whenever_it_is_written(studio: Studio) -> None:
    def bytes_of(kind: Any, form: Any) -> bytes:
        return build(studio, kind, form, as_of="2026-11-16").encode()

    before = {(kind, form): bytes_of(kind.value, form.value) for kind in ReportKind for form in ReportFormat}
    studio.clock.pass_by(hours=3)
    try:
        for (kind, form), text in before.items():
            later = bytes_of(kind.value, form.value)
            assert later.replace(b"16:00", b"13:00") == text, (kind, form)
            assert (later == text) is (form is ReportFormat.CSV), (
                "the moment of writing is told once, and not in a table"
            )
    finally:
        studio.clock.pass_by(hours=-3)


def report_with(rows: list[Row], columns: int = 1) -> Report:
    """A report with one table of such rows."""
    titles = tuple(Column(f"c{number}", f"C{number}", 1) for number in range(columns))
    moment = datetime(2026, 11, 16, 12, tzinfo=UTC)
    return Report(
        kind=ReportKind.ACCESS_REVIEW,
        title="Access review",
        organization="Wren <Studio>",
        host="wren.axure.cloud",
        as_of=moment,
        made_at=moment,
        sources=tuple(str(cell) for row in rows for cell in row),
        withheld=(),
        notes=(),
        figures=(),
        charts=(),
        table=Table("people", "People", titles, (Section("", "", iter(rows)),)),
    )


class Text:
    """Takes text and keeps it."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text


def written(report: Report, form: ReportFormat) -> str:
    """A report in a form."""
    out = Text()
    write_report(report, form, out)
    return out.text


def test_no_name_becomes_a_formula_markup_or_a_link(studio: Studio) -> None:
    rows: list[Row] = [(shown(name),) for name in HOSTILE]
    cells = [row["c0"] for row in rows_of_json(written(report_with(rows), ReportFormat.JSON))]
    page = Page(written(report_with(rows), ReportFormat.HTML))
    sheet = written(report_with(rows), ReportFormat.CSV)
    markdown = written(report_with(rows), ReportFormat.MARKDOWN)

    assert cells == [shown(name) for name in HOSTILE]
    assert [row["c0"] for row in rows_of_csv(sheet)] == cells
    assert not any(
        starts_formula(cell.lstrip(' "')) for line in sheet.splitlines()[1:] for cell in line.split(",")[1:2]
    )
    assert page.rows[1:] == cells
    assert not page.elements & {"script", "img", "a", "iframe", "object", "form", "link"}
    assert not {name for name in page.attributes if name.startswith("on") or name in ("src", "href", "style")}
    assert "<" not in markdown.replace("\\<", "")
    assert "http://" not in markdown
    assert "www." not in markdown
    assert all(line.replace("\\|", "").count("|") == 2 for line in markdown.splitlines() if line.startswith("|"))


def test_the_page_allows_its_own_style_and_nothing_else_and_repeats_its_head_on_every_sheet(studio: Studio) -> None:
    rows: list[Row] = [(number,) for number in range(501)]
    page = Page(written(report_with(rows), ReportFormat.HTML))

    digest = b64encode(sha256(page.style.encode()).digest()).decode()
    assert page.policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert page.heads == 3
    assert [row for row in page.rows if row.isdigit()] == [str(number) for number in range(501)]
    assert "display: table-header-group" in page.style


CELLS = st.one_of(
    st.none(),
    st.integers(0, 10**9),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).map(shown),
    st.sampled_from(HOSTILE).map(shown),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8))
def test_every_value_comes_back_from_csv_json_and_html(rows: list[tuple[Any, ...]]) -> None:
    def read_back(text: str) -> list[tuple[Any, ...]]:
        return [(row["c0"], row["c1"], row["c2"]) for row in rows_of_csv(text)]

    texts = {form: written(report_with([*rows], 3), form) for form in ReportFormat}
    as_text = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]

    assert read_back(texts[ReportFormat.CSV]) == as_text
    assert [tuple(row.values()) for row in rows_of_json(texts[ReportFormat.JSON])] == rows
    in_page = [
        "".join("–" if cell is None else f"{cell:,}" if isinstance(cell, int) else cell for cell in row) for row in rows
    ]
    assert (Page(texts[ReportFormat.HTML]).rows[1:] if rows else []) == in_page


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose lists change with every example."""
    studio = open_studio(tmp_path_factory.mktemp("changing") / "home")
    yield studio
    studio.workshop.close()


FIRST_NAMES = tuple(name.split()[0].lower() for name in NAMES)


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    off=st.frozensets(st.sampled_from(FIRST_NAMES), max_size=6),
    missing=st.frozensets(st.sampled_from(FIRST_NAMES), max_size=4),
    standings=st.dictionaries(
        st.sampled_from(FIRST_NAMES), st.sampled_from(("DISABLED", "SUSPENDED", "DEPROVISIONED", "STAGED")), max_size=8
    ),
)
def test_every_member_stands_in_the_review_exactly_once_whatever_the_sources_say(
    changing: Studio, off: frozenset[str], missing: frozenset[str], standings: dict[str, str]
) -> None:
    changing.clock.pass_by(hours=1)
    changing.bring("members", members_page(off))
    changing.bring("directory", directory_table(standings, missing))

    sheet = rows_of_csv(build(changing, "access-review", "csv"))
    whole = rows_of_json(build(changing, "access-review", "json"))

    assert sorted(row["email"] for row in sheet) == sorted(map(address_of, NAMES))
    assert [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in whole] == [
        {name: cell for name, cell in row.items() if name != "as_of"} for row in sheet
    ]


# -- where it is written ----------------------------------------------------------------------------------------------


def test_a_report_is_for_its_owner_alone_and_its_digest_is_that_of_its_bytes(studio: Studio) -> None:
    built = build_report(studio.desk(), kind="leavers", format="html")
    file = Path(built.file)

    assert file == studio.home / "reports" / "leavers-2026-11-16-130000.html"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert sha256(file.read_bytes()).hexdigest() == built.digest
    assert (built.length, built.rows) == (file.stat().st_size, 4)
    assert len(built.model_dump_json()) < 2_000, "the answer tells figures, never rows"


class Broken(Exception):
    """Something went wrong in the middle."""


def test_a_report_that_fails_in_the_middle_leaves_the_older_one_whole(studio: Studio, tmp_path: Path) -> None:
    place = tmp_path / "review.md"
    place.write_text("older", "utf-8")

    def rows() -> Iterator[Row]:
        yield ("one",)
        raise Broken

    report = report_with([])
    broken = replace(report, table=replace(report.table, sections=(Section("", "", rows()),)))
    with pytest.raises(Broken):
        studio.desk().reports.write(broken, ReportFormat.MARKDOWN, place)

    assert [(file.name, file.read_text("utf-8")) for file in tmp_path.iterdir()] == [("review.md", "older")]


@pytest.mark.parametrize("name", ["", "missing/review.md", "nul\0.md"])
def test_a_place_that_takes_no_file_is_refused_in_a_sentence(studio: Studio, tmp_path: Path, name: str) -> None:
    place = tmp_path / name if name else tmp_path
    with pytest.raises(ReportUnwritable, match=r"not written to .* Nothing is left half-written there"):
        studio.desk().reports.write(report_with([]), ReportFormat.MARKDOWN, place)


def test_two_who_build_the_same_report_at_once_both_get_a_whole_one(studio: Studio) -> None:
    built: list[str] = []

    def work() -> None:
        built.append(build_report(studio.desk(), kind="access-review", format="json").digest)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 4
    assert len(set(built)) == 1
    assert not [file for file in (studio.home / "reports").iterdir() if file.name.startswith(".")]


def test_rows_are_drawn_from_the_store_while_they_are_written(studio: Studio) -> None:
    with report_of(studio.desk(), "access-review", None) as report:
        rows = iter(report.table.sections[1].rows)
        assert next(rows)[0] == "ada@wren.example"
        assert not isinstance(report.table.sections[1].rows, (list, tuple))
