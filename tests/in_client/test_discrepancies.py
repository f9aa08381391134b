"""Discrepancies on their page inside a client."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from axure_lifecycle.config import CONFIGURATION_FILE
from tests.conversations.party import ANA, STAFF, Member, members_page
from tests.in_client.stage import Stage
from tests.mcp.offices import Bureau
from tests.scim.pushing import USER, straight

Open = Callable[..., Stage]
pytestmark = pytest.mark.peer("esbuild")
EVIL = "<b onclick=alert(1)>Bobby</b>"


@pytest.fixture
def found(bureau: Bureau) -> Bureau:
    """Everybody's records, and somebody with a name that would like to be more than a name."""
    bureau.move_in()
    bureau.bring("members", members_page([*STAFF, Member("bobby@heron.example", EVIL)]))
    return bureau


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_who_has_what_they_should_not_have_is_listed_filtered_and_handed_to_the_assistant(
    found: Bureau, open_page: Open, theme: str, keep_picture: Callable[[Stage, str], None]
) -> None:
    stage = open_page("find_discrepancies", {}, theme=theme)
    rows = stage.page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(stage.page.get_by_role("row", name=ANA)).to_contain_text("leaver")
    expect(stage.page.locator("tbody")).to_contain_text(EVIL)
    assert stage.page.query_selector("tbody b") is None
    assert stage.flaws() == []
    keep_picture(stage, f"discrepancies-{theme}.png")
    stage.press("active 3")
    expect(rows).to_have_count(3)
    expect(stage.page.get_by_role("button", name="active 3")).to_have_attribute("aria-pressed", "true")
    assert stage.heard("called")[-1] == {"name": "find_discrepancies", "arguments": {"verdict": "active"}}
    stage.press("To act on")
    expect(rows).to_have_count(2)
    stage.press(f"Look into it: {ANA}")
    [message] = stage.heard("messages")
    assert message["role"] == "user"
    assert ANA in message["content"][0]["text"]
    assert stage.flaws() == []


def test_what_an_identity_provider_wants_stands_on_the_page_beside_what_is_claimed(
    found: Bureau, open_page: Open
) -> None:
    case = found.open_case(ANA).data["case"]
    push_off(found, ANA)
    stage = open_page("find_discrepancies", {})
    row = stage.page.get_by_role("row", name=ANA)
    expect(row).to_contain_text("off by okta-push")
    expect(row).to_contain_text("nothing yet")
    expect(stage.page.locator("main")).to_contain_text("Wanted: okta-push by SCIM, against the members roster")
    assert stage.flaws() == []
    stage = open_page("get_case", {"case": case})
    expect(stage.page.locator("main")).to_contain_text(f"Wanted: okta-push wants {ANA} off since")
    assert stage.flaws() == []


def push_off(bureau: Bureau, address: str) -> None:
    """An identity provider that is configured from now on wants somebody off."""
    file = bureau.office.home / CONFIGURATION_FILE
    idp = '[[scim.idps]]\nname = "okta-push"\nkind = "okta"\n'
    file.write_text(f"{file.read_text('utf-8')}\n{idp}", "utf-8")
    made = straight(bureau.office.workshop.store()).post(
        "/Users", {"schemas": [USER], "userName": address, "active": False}
    )
    assert made.status == 201


def test_before_any_roster_the_page_says_what_to_do(bureau: Bureau, open_page: Open) -> None:
    stage = open_page("find_discrepancies", {})
    expect(stage.page.locator("header")).to_contain_text("members")
    assert stage.page.locator("table").count() == 0
    assert stage.flaws() == []
