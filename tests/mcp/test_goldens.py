"""What clients see, as it was looked at once: each tool, resource, template and prompt, and the instructions."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from mcp.client import Client
from pydantic import BaseModel

from axure_lifecycle.mcp_server.instructions import INSTRUCTIONS
from axure_lifecycle.mcp_server.prompts import CORE, PAPERS
from axure_lifecycle.mcp_server.server import build_server
from axure_lifecycle_tools.spec import Desk, Toolset
from tests.conftest import GOLDEN, Golden


def no_desk(client: str | None, progress: object) -> Desk:
    """Nothing is opened while things are listed."""
    raise AssertionError((client, progress))


def listed(portal: BlockingPortal, kind: str) -> dict[str, Any]:
    """What a client is told of this kind, by name, in its order."""
    server = build_server(no_desk, toolsets=[each.value for each in Toolset], reads_only=False)

    async def ask() -> list[BaseModel]:
        async with Client(server) as client:
            match kind:
                case "tools":
                    return [*(await client.list_tools()).tools]
                case "resources":
                    return [*(await client.list_resources()).resources]
                case "templates":
                    return [*(await client.list_resource_templates()).resource_templates]
                case _:
                    return [*(await client.list_prompts()).prompts]

    told = [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in portal.call(ask)]
    return {str(each["name"]): each for each in told}


@pytest.mark.parametrize("kind", ["tools", "resources", "templates", "prompts"])
def test_each_thing_that_is_listed_looks_as_it_did(kind: str, portal: BlockingPortal, golden: Golden) -> None:
    found = listed(portal, kind)
    for name, told in found.items():
        golden(f"mcp/{kind}/{name}.json", json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    golden(f"mcp/{kind}/order.txt", "".join(f"{name}\n" for name in found))
    left_over = sorted(file.stem for file in Path(GOLDEN, "mcp", kind).glob("*.json") if file.stem not in found)
    assert left_over == [], "these are offered no more: delete their files"


def test_the_instructions_read_as_they_did(golden: Golden) -> None:
    golden("mcp/instructions.md", INSTRUCTIONS + "\n")


@pytest.mark.parametrize("name", [paper.name for paper in PAPERS])
def test_each_prompt_reads_as_it_did(name: str, portal: BlockingPortal, golden: Golden) -> None:
    server = build_server(no_desk, toolsets=[each.value for each in Toolset], reads_only=False)
    blanks = {"person": "ana.costa@heron.example", "people": "ana.costa@heron.example, ben.ito@heron.example"}

    async def ask() -> str:
        async with Client(server) as client:
            [prompt] = [each for each in (await client.list_prompts()).prompts if each.name == name]
            given = {each.name: blanks[each.name] for each in prompt.arguments or ()}
            [message] = (await client.get_prompt(name, given)).messages
            assert message.role == "user"
            assert message.content.type == "text"
            return message.content.text

    text = portal.call(partial(ask))
    assert text.endswith(f"\n{CORE}")
    golden(f"mcp/prompts/{name}.md", text)
