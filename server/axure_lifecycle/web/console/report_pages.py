"""Reports: which lie on the server, building one, and saving one to one's own machine."""

from collections.abc import Iterator
from typing import BinaryIO, Final, cast
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from axure_lifecycle.domain.reports import ReportFormat, ReportKind
from axure_lifecycle.web.console.numbers import NoSuchPage
from axure_lifecycle.web.console.visit import Visit
from axure_lifecycle_tools.building import FormatName, KindName, build_report

MOST_REPORTS: Final = 50
_VERB: Final = "build_report"
_BLOCK: Final = 256 * 1024
KINDS: Final = {
    ReportKind.ACCESS_REVIEW: "Access review: everybody and what they hold",
    ReportKind.LEAVERS: "Leavers, and how long it took",
    ReportKind.SEATS: "Seats and money",
    ReportKind.CASES: "Open cases",
    ReportKind.FACTS: "Facts to be checked",
    ReportKind.SCREENS: "Screens that changed",
}
FORMS: Final = {
    ReportFormat.HTML: "HTML, to read and print",
    ReportFormat.CSV: "CSV, for a spreadsheet",
    ReportFormat.MARKDOWN: "Markdown",
    ReportFormat.JSON: "JSON",
}


def list_all(visit: Visit) -> Response:
    """The newest reports of the home, and a form to build one. Raises `ReportUnreadable`."""
    visit.require(_VERB, "Looking at reports")
    found = visit.desk.reports.list()
    return visit.page(
        "reports.html",
        reports=found[:MOST_REPORTS],
        in_all=len(found),
        kinds=KINDS,
        forms=FORMS,
    )


def build(visit: Visit) -> Response:
    """Build one as of now. Raises `ReportUnwritable`."""
    visit.require(_VERB, "Building a report")
    kind, form = visit.form.get("kind", ""), visit.form.get("format", "")
    if kind not in tuple(ReportKind) or form not in tuple(ReportFormat):
        raise NoSuchPage
    built = build_report(visit.desk, kind=cast("KindName", kind), format=cast("FormatName", form))
    return visit.go("/reports", f"{KINDS[ReportKind(kind)].partition(':')[0]}: built, {built.rows:,} rows.")


def download(visit: Visit) -> Response:
    """A report, to be saved and not shown: it would run in this site's name. Raises `ReportUnknown`."""
    visit.require(_VERB, "The download")
    name = visit.path("name")
    return StreamingResponse(
        _read(visit.desk.reports.open(name)),
        media_type="application/octet-stream",
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "content-security-policy": "default-src 'none'; sandbox",
        },
    )


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block
