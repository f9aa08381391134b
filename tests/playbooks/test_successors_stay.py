"""Nothing is handed over to somebody who is leaving themself, by the cases and directories of a real store."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.playbooks import shipped, shipped_names
from tests.conversations.party import BEN, OPERATOR, STANDINGS, SUPER, table
from tests.mcp.offices import Bureau, open_bureau
from tests.playbooks.matrix import Server, desk_of

WITH_SUCCESSOR = [
    operation for application, operation in shipped_names() if "successor" in shipped(application, operation).options
]


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """An office with all three lists."""
    organization = desk_of(Server("private_instance", "saml", "okta", "new")).organization
    heron = replace(organization, operator=Address(OPERATOR))
    with start_blocking_portal() as portal, open_bureau(tmp_path, portal, heron) as bureau:
        bureau.move_in()
        yield bureau


def said_of(bureau: Bureau, operation: str) -> dict[str, list[str]]:
    """What a plan for the Super Admin, with Ben as successor, says of whether Ben stays."""
    told = bureau.assistant.call("plan_operation", operation=operation, people=[SUPER], successor=BEN)
    said: dict[str, list[str]] = {}
    for notice in told.data["notices"]:
        if BEN in notice["said"] and ("ends the account" in notice["said"] or "last day" in notice["said"]):
            said.setdefault(notice["kind"], []).append(notice["said"].partition(":")[0])
    return said


@pytest.mark.parametrize("operation", WITH_SUCCESSOR)
def test_a_successor_whose_offboarding_is_open_stops_every_handover_until_it_is_cancelled(
    bureau: Bureau, operation: str
) -> None:
    assert said_of(bureau, operation) == {}

    case = bureau.open_case(BEN).data["case"]
    assert said_of(bureau, operation) == {"blocker": [f"An open case ends the account of {BEN}"]}

    bureau.assistant.call("cancel_case", case=case, reason="Ben stays.")
    assert said_of(bureau, operation) == {}


@pytest.mark.parametrize("operation", WITH_SUCCESSOR)
def test_a_successor_with_an_announced_last_day_is_warned_of(bureau: Bureau, operation: str) -> None:
    rows = [(one, standing, "2026-12-31" if one == BEN else "") for one, standing in STANDINGS.items()]
    bureau.bring("directory", table(("email", "status", "leave date"), rows), complete=True)

    assert said_of(bureau, operation) == {"warning": [f"A directory names a last day of {BEN}. See when that is"]}
