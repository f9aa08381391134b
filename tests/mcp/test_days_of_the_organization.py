"""A day is the organisation's own: in Kiritimati it begins 14 hours before UTC's, in Pago Pago 11 hours after it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from anyio.from_thread import BlockingPortal

from axure_lifecycle.domain.organization import Organization
from tests.conversations.party import ANA, BEN, STAFF, members_page, says_yes, table
from tests.mcp.offices import Bureau, open_bureau

DIRECTORY = table(
    ("email", "status", "last day"),
    [(one.address, "ACTIVE", "2026-11-25" if one.address == ANA else "") for one in STAFF],
)
"""Ana leaves on the 25th."""
KIRITIMATI, PAGO_PAGO = "Pacific/Kiritimati", "Pacific/Pago_Pago"
LAST_SECOND = {KIRITIMATI: "2026-11-25T09:59:59", PAGO_PAGO: "2026-11-26T10:59:59"}
"""Of the 25th, told in UTC."""


@pytest.fixture(params=[KIRITIMATI, PAGO_PAGO])
def bureau(
    request: pytest.FixtureRequest, tmp_path: Path, portal: BlockingPortal, organization: Organization
) -> Iterator[Bureau]:
    """An office where the day begins first, and one where it begins last."""
    with open_bureau(tmp_path, portal, replace(organization, time_zone=ZoneInfo(request.param))) as bureau:
        bureau.bring("members", members_page(STAFF))
        bureau.bring("directory", DIRECTORY, complete=True)
        yield bureau


def wait_until(bureau: Bureau, day: int, time: str) -> None:
    """Set the clock to a moment of that day of November 2026, where the organisation is."""
    local = datetime.fromisoformat(f"2026-11-{day}T{time}").replace(tzinfo=bureau.organization.time_zone)
    bureau.clock.at = local.astimezone(UTC)


def last_second(bureau: Bureau) -> datetime:
    """The last second of the 25th."""
    return datetime.fromisoformat(LAST_SECOND[str(bureau.organization.time_zone)]).replace(tzinfo=UTC)


def verdict_on(bureau: Bureau, address: str, as_of: str | None = None) -> str:
    """The same, however it is asked for."""
    told = bureau.assistant.call("check_user", person=address, **({"as_of": as_of} if as_of else {})).data["verdict"]
    listed = bureau.assistant.call("list_users", **({"as_of": as_of} if as_of else {})).data["users"]
    assert {one["address"]: one["verdict"] for one in listed}[address] == told
    return str(told)


def test_somebody_is_leaving_to_the_last_second_of_the_last_day_and_has_left_with_the_next_day(bureau: Bureau) -> None:
    wait_until(bureau, 25, "23:59:58")
    assert verdict_on(bureau, ANA) == "leaving"
    assert bureau.clock.at.replace(second=59) == last_second(bureau)
    wait_until(bureau, 26, "00:00:00")
    assert verdict_on(bureau, ANA) == "leaver"
    assert bureau.assistant.call("check_user", person=ANA).data["reason"] == "leave_date_passed"
    # A day that is asked for is asked for as it ended: of the last day, that is after work.
    assert (verdict_on(bureau, ANA, "2026-11-24"), verdict_on(bureau, ANA, "2026-11-25")) == ("leaving", "leaver")


def test_a_plan_says_that_the_last_day_lies_ahead_while_it_does(bureau: Bureau) -> None:
    def ahead() -> bool:
        notices = bureau.assistant.call("plan_offboard", person=ANA).data["notices"]
        return any("is 2026-11-25, which lies ahead" in one["said"] for one in notices)

    wait_until(bureau, 24, "23:59:59")
    assert ahead()
    wait_until(bureau, 25, "00:00:00")
    assert not ahead()


def test_a_decision_counts_to_the_last_second_of_its_last_day(bureau: Bureau) -> None:
    deciding = {"person": BEN, "decision": "external", "reason": "a contract", "until": "2026-11-25"}
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_decision", **deciding)

    def stands(as_of: str | None = None) -> bool:
        told = bureau.assistant.call("check_user", person=BEN, **({"as_of": as_of} if as_of else {}))
        return told.data["decision"] is not None

    wait_until(bureau, 25, "23:59:59")
    assert bureau.clock.at == last_second(bureau)
    assert stands()
    wait_until(bureau, 26, "00:00:00")
    assert not stands()
    assert (stands("2026-11-25"), stands("2026-11-26")) == (True, False)


def test_a_decision_can_be_made_for_today_and_not_for_yesterday(bureau: Bureau) -> None:
    deciding = {"person": BEN, "decision": "keep", "reason": "a contract"}
    for time in ("00:00:00", "23:59:59"):
        wait_until(bureau, 27, time)
        with bureau.assistant.answered_by(says_yes):
            sentence, code = bureau.assistant.refusal("record_decision", **deciding, until="2026-11-26")
            assert (code, "2026-11-26 has passed" in sentence) == ("decision_incomplete", True)
            assert bureau.assistant.call("record_decision", **deciding, until="2026-11-27").data["decided"] is True


def test_a_roster_of_today_counts_from_the_start_of_the_day_and_one_of_tomorrow_is_refused(bureau: Bureau) -> None:
    wait_until(bureau, 25, "00:00:01")
    page = {"kind": "members", "text": members_page(STAFF[:3])}
    assert bureau.assistant.refused("import_roster", **page, taken_on="2026-11-26") == "moment_in_future"
    digest = bureau.assistant.call("import_roster", **page, taken_on="2026-11-25").data["digest"]
    with bureau.assistant.answered_by(says_yes):
        told = bureau.assistant.call("import_roster", kind="members", digest=digest, taken_on="2026-11-25")
    start = datetime.fromisoformat("2026-11-25").replace(tzinfo=bureau.organization.time_zone)
    assert datetime.fromisoformat(told.data["taken_at"]) == start
