"""What the server says of tools that the configuration does not offer."""

from contextlib import closing

import pytest
from anyio.from_thread import BlockingPortal
from mcp.client import Client

from axure_lifecycle.app import Workshop
from axure_lifecycle.mcp_server.server import build_server
from tests.conversations.party import ANA, Assistant
from tests.mcp.offices import Bureau
from tests.mcp.reading import Reader
from tests.mcp.test_what_is_offered import configure

ELSEWHERE = "a person does that at a terminal"


def test_where_only_reading_is_allowed_what_comes_next_and_the_instructions_send_writers_to_a_terminal(
    bureau: Bureau, portal: BlockingPortal
) -> None:
    bureau.move_in()
    assert ELSEWHERE not in bureau.assistant.call("plan_offboard", person=ANA).text
    configure(bureau, "read_only = true")
    with closing(Workshop(bureau.office.home, bureau.clock)) as workshop:
        client = Client(build_server(workshop.desk_for_client, toolsets=("people", "cases"), reads_only=True))
        with portal.wrap_async_context_manager(client):
            told = Assistant(portal, client).call("plan_offboard", person=ANA)
            assert "open_case" in told.data["next"]
            assert f"Not offered here: open_case; {ELSEWHERE}" in told.data["next"]
            assert told.text.endswith(told.data["next"])
            instructions = client.instructions or ""
    assert "Not offered here: find_discrepancies, open_case, record_step, import_roster, explain_axure;" in instructions


def test_who_named_no_role_is_told_which_one_the_plan_is_for(bureau: Bureau) -> None:
    told = bureau.assistant.call("plan_onboard", people=["olga.ray@heron.example"])
    assert told.data["next"].startswith("Nobody named a role, so it is for member. ")
    asked = bureau.assistant.call("plan_onboard", people=["olga.ray@heron.example"], role="member")
    assert not asked.data["next"].startswith("Nobody")
    assert told.data["digest"] == asked.data["digest"]


@pytest.fixture
def reader(bureau: Bureau) -> Reader:
    """Who reads resources and completes their variables."""
    return Reader(bureau.assistant)


def test_facts_and_records_of_the_trail_are_proposed(bureau: Bureau, reader: Reader) -> None:
    facts = "axure://facts/{topic}{?part}"
    assert "deactivate.who" in reader.proposed(facts, "topic", "deactivate.w")
    assert not [name for name in reader.proposed(facts, "topic", "deac") if "." in name]
    trail = "axure://audit/{seq}"
    assert reader.proposed(trail, "seq", "") == []
    bureau.move_in()
    count = len(bureau.office.kinds())
    assert reader.proposed(trail, "seq", "") == [str(number) for number in range(1, min(count, 9) + 1)]
    assert reader.proposed(trail, "seq", str(count))[0] == str(count)
    assert reader.proposed(trail, "seq", str(count + 1)) == []
    assert reader.proposed(trail, "seq", "x") == []
