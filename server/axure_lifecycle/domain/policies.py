"""What a pass may do by itself, as the organisation decided in advance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from axure_lifecycle.domain.reminding import Weekday
from axure_lifecycle.domain.reports import ReportFormat, ReportKind, ReportOrder


class Opening(StrEnum):
    """Whether a pass opens offboarding cases by itself."""

    NEVER = "never"
    """It only proposes."""
    AT_LAST_DAY = "at_last_day"
    """Once somebody's last day has come, or the directories show them gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPolicy:
    """`[policy.run]`."""

    opening: Opening = Opening.NEVER
    owner: str | None = None
    """Whose the cases are that a pass opens; None: the operator's."""
    reports: tuple[ReportOrder, ...] = (ReportOrder(ReportKind.LEAVERS, ReportFormat.HTML),)
    """What the first pass of a day writes."""
    weekly_reports: tuple[ReportOrder, ...] = (
        ReportOrder(ReportKind.ACCESS_REVIEW, ReportFormat.HTML),
        ReportOrder(ReportKind.SEATS, ReportFormat.HTML),
    )
    """What the first pass of a week writes."""
    weekly_on: Weekday = Weekday.MONDAY
    """The day on which such a week begins, where the organisation is."""


class DueReport(NamedTuple):
    """A report that a pass sees to."""

    order: ReportOrder
    since: date
    """It is due once from this day to today."""


def reports_due(policy: RunPolicy, today: date) -> Sequence[DueReport]:
    """What is to be there after a pass of today, in the order of the configuration, each once.

    Where no pass came on the day on which a week begins, the next one makes up for it.

    >>> [(str(one.order), one.since.day) for one in reports_due(RunPolicy(), date(2026, 11, 25))]
    [('leavers.html', 25), ('access-review.html', 23), ('seats.html', 23)]
    """
    begun = today - timedelta(days=(today.weekday() - tuple(Weekday).index(policy.weekly_on)) % 7)
    daily = [DueReport(order, today) for order in policy.reports]
    return [*daily, *(DueReport(order, begun) for order in policy.weekly_reports if order not in policy.reports)]
