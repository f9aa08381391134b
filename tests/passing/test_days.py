"""On which morning somebody's last day has come, where the organisation is and not where the machine stands."""

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.passing.firm import Employee, Firm, Member, open_firm
from tests.passing.test_pass import OPENS

MINUTE = timedelta(minutes=1)


@pytest.fixture
def elsewhere() -> Iterator[None]:
    """A machine whose own clock is set to a day line's other side."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Pacific/Honolulu"
    time.tzset()
    try:
        yield
    finally:
        del os.environ["TZ"]
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def bring(firm: Firm, last_day: str) -> None:
    """Both lists as of now: Ana leaves on a day, Bo stays."""
    ana, bo = "ana@acme.example", "bo@acme.example"
    firm.write_staff([Employee("k-ana", ana, "Ana", leaves_on=last_day), Employee("k-bo", bo, "Bo")])
    firm.write_members([Member(ana, "Ana"), Member(bo, "Bo")], f"members-{firm.days.at:%d-%H%M}.csv")


@pytest.mark.parametrize(
    ("zone", "last_day", "begins", "ends", "opens"),
    [
        # The clocks of New Zealand went forward on Sunday the 27th: +12 until then, +13 since.
        ("Pacific/Auckland", "2026-09-28", "2026-09-27T11:00+00:00", "2026-09-28T11:00+00:00", False),
        ("Pacific/Auckland", "2026-09-27", "2026-09-26T12:00+00:00", "2026-09-27T11:00+00:00", True),
        # Those of California went back on Sunday the 1st of November: -7 until then, -8 since.
        ("America/Los_Angeles", "2026-11-02", "2026-11-02T08:00+00:00", "2026-11-03T08:00+00:00", True),
        ("America/Los_Angeles", "2026-11-01", "2026-11-01T07:00+00:00", "2026-11-02T08:00+00:00", False),
    ],
)
@pytest.mark.usefixtures("elsewhere")
def test_a_case_is_proposed_from_the_first_minute_of_the_last_day_where_the_organisation_is(
    zone: str, last_day: str, begins: str, ends: str, opens: bool, tmp_path: Path
) -> None:
    """The moments are worked out by hand."""
    first, over = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    policy = OPENS if opens else "[policy.run]\n"
    with open_firm(tmp_path, f"{policy}reports = []\nweekly_reports = []\n", zone=zone) as firm:
        firm.days.at = first - MINUTE
        bring(firm, last_day)
        early = firm.run()
        assert (early.proposed, early.opened, early.exit_code) == (0, {}, 0)
        firm.days.at = first
        bring(firm, last_day)
        come = firm.run()
        assert come.at.startswith(f"{last_day} 00:00"), come.at
        assert (come.proposed, len(come.opened)) == ((0, 1) if opens else (1, 0))
        firm.days.at = over - MINUTE
        assert firm.run().leavers == 0  # their last day is a day of work
        firm.days.at = over
        assert firm.run().leavers == 1
