"""A running server keeps to the configuration as it is now, and never tells more than it offers."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from anyio.from_thread import BlockingPortal
from mcp.client import Client
from mcp.types import PromptReference, ResourceTemplateReference

from axure_lifecycle.app import Workshop
from axure_lifecycle.mcp_server.server import build_server
from tests.conversations.party import ANA, Assistant
from tests.mcp.offices import Bureau


def configure(bureau: Bureau, tools: str) -> None:
    """The same organisation with another table `[tools]`."""
    file = bureau.office.home / "config.toml"
    text = file.read_text("utf-8")
    assert text.count("\n[tools]\n") == 1
    file.write_text(text.replace("\n[tools]\n", f"\n[tools]\n{tools}\n"), "utf-8")


@pytest.mark.parametrize(
    ("tools", "why"),
    [("read_only = true", "read_only = true"), ('toolsets = ["people"]', "no toolset “knowledge”")],
)
def test_a_server_that_runs_already_writes_nothing_once_the_configuration_forbids_it(
    bureau: Bureau, tools: str, why: str
) -> None:
    configure(bureau, tools)
    sentence, code = bureau.assistant.refusal(
        "record_fact", fact="deactivate.who", local_answer="Admins too", evidence="seen on our page"
    )
    assert code == "not_offered"
    assert why in sentence
    assert bureau.assistant.asked == []


def test_a_page_of_a_toolset_that_was_switched_off_is_not_read(bureau: Bureau, portal: BlockingPortal) -> None:
    configure(bureau, 'toolsets = ["cases"]')
    with pytest.raises(Exception, match="not_offered"):
        portal.call(bureau.assistant.client.read_resource, "axure://facts")


def test_a_tool_that_does_not_exist_is_refused_with_what_to_do(bureau: Bureau) -> None:
    sentence, code = bureau.assistant.refusal("record_facts", fact="x")
    assert code == "tool_unknown"
    assert "perhaps record_fact was meant" in sentence


@pytest.fixture
def narrow(bureau: Bureau, portal: BlockingPortal) -> Iterator[Assistant]:
    """An assistant that is offered cases and knowledge, and nobody's records."""
    with closing(Workshop(bureau.office.home, bureau.clock)) as workshop:
        client = Client(build_server(workshop.desk_for_client, toolsets=("cases", "knowledge"), reads_only=False))
        with portal.wrap_async_context_manager(client):
            yield Assistant(portal, client)


def test_nobody_is_proposed_where_people_are_not_offered(
    bureau: Bureau, narrow: Assistant, portal: BlockingPortal
) -> None:
    bureau.move_in()
    case = ResourceTemplateReference(uri="axure://cases/{case}")
    for name in ("address", "person", "people"):
        found = portal.call(narrow.client.complete, case, {"name": name, "value": "ana"})
        assert found.completion.values == [], name
    everybody = ResourceTemplateReference(uri="axure://people/{address}")
    found = portal.call(bureau.assistant.client.complete, everybody, {"name": "address", "value": "ana"})
    assert found.completion.values == [ANA]


@pytest.mark.parametrize("typed", ["\x00", "a\x00", "\ue000", "\ud7ff", "\U0010ffff", "%", "_", "'", "a" * 500])
def test_nothing_that_somebody_types_makes_completion_fail(bureau: Bureau, portal: BlockingPortal, typed: str) -> None:
    client = bureau.assistant.client
    people = ResourceTemplateReference(uri="axure://people/{address}")
    assert portal.call(client.complete, people, {"name": "address", "value": typed}).completion.values == []
    paper = PromptReference(name="offboard_person")
    assert portal.call(client.complete, paper, {"name": "person", "value": typed}).completion.values == []
