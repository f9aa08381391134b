"""The reports of a pass: each once a day or once a week, in a file that has the day in its name."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.policies import DueReport, reports_due
from axure_lifecycle_tools.building import report_of
from axure_lifecycle_tools.spec import Desk


class WrittenReports(NamedTuple):
    """What a pass wrote."""

    said: Sequence[str]
    failed: Sequence[str]
    """Why one was not written; the others were."""


def write_due_reports(desk: Desk) -> WrittenReports:
    """Write what the configuration names and no pass of today, or of this week, has written.

    Raises `ReportUnreadable`, and the refusals of the store.
    """
    there = {kept.name for kept in desk.reports.list()}
    said: list[str] = []
    failed: list[str] = []
    today = desk.now.date()
    for due in reports_due(desk.policy.run, today):
        if not there.isdisjoint(_names(due, (today - due.since).days)):
            continue
        try:
            with report_of(desk, due.order.kind, None) as report:
                written = desk.reports.keep(report, due.order.format, due.order.file_of(today))
        except LifecycleError as refusal:
            if refusal.code.startswith("store_"):
                raise
            failed.append(f"{refusal.sentence} [{refusal.code}]")
        else:
            said.append(f"{report.title}: reports/{written.path.name if written.path else ''}.")
    return WrittenReports(said, failed)


def _names(due: DueReport, days: int) -> set[str]:
    return {due.order.file_of(due.since + timedelta(days=number)) for number in range(days + 1)}
