"""The inspector, as the strictest of clients sees us: no schema that some client refuses, and nothing it warns of."""

import json
from pathlib import Path
from typing import Any

import pytest

from axure_lifecycle_tools.catalog import CATALOG
from tests.conformance.conftest import SERVER, Peers

ERAS = ("legacy", "modern")
pytestmark = pytest.mark.peer("mcp-inspector")


def inspect(peers: Peers, home: Path, era: str, method: str, *options: str) -> dict[str, Any]:
    """What a method answers; it must have nothing to say beside."""
    done = peers.run(
        "mcp-inspector",
        *("--cli", SERVER, "--home", str(home), "--method", method),
        *("--format", "json", "--protocol-era", era, *options),
        folder=home,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[:3_000]
    answer: dict[str, Any] = json.loads(done.stdout)["result"]
    return answer


@pytest.mark.parametrize("era", ERAS)
def test_no_tool_is_found_wanting(peers: Peers, home: Path, era: str) -> None:
    told = inspect(peers, home, era, "tools/list", "--strict")
    assert [tool["name"] for tool in told["tools"]] == [verb.name for verb in CATALOG]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("method", "field", "first"),
    [
        ("resources/list", "resources", "topics"),
        ("resources/templates/list", "resourceTemplates", "facts"),
        ("prompts/list", "prompts", "offboard_person"),
    ],
)
def test_what_else_is_listed_is_understood(
    peers: Peers, home: Path, era: str, method: str, field: str, first: str
) -> None:
    assert inspect(peers, home, era, method)[field][0]["name"] == first


@pytest.mark.parametrize("era", ERAS)
def test_a_page_can_be_read(peers: Peers, home: Path, era: str) -> None:
    [content] = inspect(peers, home, era, "resources/read", "--uri", "axure://facts/api")["contents"]
    assert content["mimeType"] == "text/markdown"
