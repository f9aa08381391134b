"""Building a report: from the sources and cases of one moment into one file."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from axure_lifecycle.domain.access import REPORTERS
from axure_lifecycle.domain.reports import Report, ReportFormat, ReportKind
from axure_lifecycle.ports import View
from axure_lifecycle_tools.arguments import Day, moment_of
from axure_lifecycle_tools.report_access import report_access
from axure_lifecycle_tools.report_cases import report_cases
from axure_lifecycle_tools.report_knowledge import report_facts, report_screens
from axure_lifecycle_tools.report_leavers import report_leavers
from axure_lifecycle_tools.report_seats import report_seats
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb
from axure_lifecycle_tools.wording import plural

_BUILDERS: Final[Mapping[ReportKind, Callable[[View, Desk, datetime], Report]]] = {
    ReportKind.ACCESS_REVIEW: report_access,
    ReportKind.SCREENS: report_screens,
    ReportKind.FACTS: report_facts,
    ReportKind.CASES: report_cases,
    ReportKind.SEATS: report_seats,
    ReportKind.LEAVERS: report_leavers,
}


class Built(Reply):
    """Which file was written, and the figures at its head; never its rows."""

    kind: str
    format: str
    as_of: str
    file: str = Field(description="Where it lies, on the machine of this server; its owner alone can read it.")
    digest: str = Field(description="SHA-256 of the file.")
    length: int = Field(description="Bytes.")
    rows: int
    figures: dict[str, str]
    withheld_because: list[str]

    def text(self) -> str:
        """Where it lies, then the figures."""
        lines = [f"{self.kind} as of {self.as_of}: {plural(self.rows, 'row')} in {self.file} ({self.length:,} bytes)."]
        lines += [f"! {one}" for one in self.withheld_because]
        lines += [f"- {name.replace('_', ' ')}: {value}" for name, value in self.figures.items()]
        return "\n".join([*lines, f"SHA-256 {self.digest}", *([self.next] if self.next else [])])


KindName = Literal["access-review", "leavers", "seats", "cases", "facts", "screens"]
FormatName = Literal["md", "html", "csv", "json"]
MOST_FIGURES: Final = 20
MOST_BRAKES: Final = 5


@contextmanager
def report_of(desk: Desk, kind: str, as_of: str | None) -> Generator[Report, None, None]:
    """A report whose rows can be read while the context lasts. Raises `NotADay`."""
    moment = moment_of(as_of, desk)
    with desk.store.reading() as view:
        # Ages are told as of the report's moment: what is built later of the same moment says the same.
        yield _BUILDERS[ReportKind(kind)](view, replace(desk, now=moment), desk.now)


def build_report(
    desk: Desk,
    *,
    kind: Annotated[KindName, Field(description="What it is about.", examples=["access-review"])],
    format: Annotated[FormatName, Field(description="How it is written.", examples=["html"])] = "html",  # noqa: A002
    as_of: Day = None,
) -> Built:
    """Write a report into the `reports` folder of the home. Raises `NotADay`, `ReportUnwritable`."""
    with report_of(desk, kind, as_of) as report:
        written = desk.reports.keep(report, ReportFormat(format))
    return Built(
        kind=kind,
        format=format,
        as_of=report.as_of.isoformat(timespec="seconds"),
        file=str(written.path),
        digest=written.digest,
        length=written.size,
        rows=written.rows,
        figures={figure.key: figure.value for figure in report.figures[:MOST_FIGURES]},
        withheld_because=list(report.withheld[:MOST_BRAKES]),
        next="The person opens the file; it names people, so it goes only to whoever may see that.",
    )


VERBS: Final = (
    Verb(
        name="build_report",
        title="Build a report",
        toolset=Toolset.REPORTS,
        roles=REPORTERS,
        description=(
            "Writes a report to a file on this server's machine and answers with its place, digest and figures, never "
            "with its rows: access-review, leavers and time to deprovision, seats and money, cases, facts to check, "
            "changed screens. Changes nothing else."
        ),
        reply=Built,
        run=build_report,
        reads_only=False,
        repeats_safely=True,
    ),
)
