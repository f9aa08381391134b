"""What clients see before they call anything."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from axure_lifecycle import mcp_server
from axure_lifecycle.config import write_configuration
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle.mcp_server.binding import OpenDesk, bind, bind_for_page
from axure_lifecycle.mcp_server.page_tools import PAGE_VERBS
from axure_lifecycle.mcp_server.surface import (
    PAGE_TOOLS_FILE,
    SURFACE_FILE,
    load_page_tools,
    load_surface,
    offered,
    render_surface,
)
from axure_lifecycle_tools.catalog import CATALOG
from axure_lifecycle_tools.spec import Desk, Toolset
from tests.conversations.conftest import SERVER
from tests.conversations.wire import MODERN, connect

MOST_BYTES_BY_DEFAULT = 48_000
"""12,000 tokens of 4 bytes."""
MOST_BYTES_OF_ALL = 80_000


def no_desk(client: str | None, progress: object) -> Desk:
    """Nothing is opened while tools are listed."""
    raise AssertionError((client, progress))


def rendered(open_desk: OpenDesk = no_desk) -> str:
    """The surface as the catalog has it now."""
    tools = {verb.name: (bind(verb, open_desk), verb.toolset.value, verb.reads_only) for verb in CATALOG}
    return render_surface(tools)


def rendered_for_pages() -> str:
    """The tools that only pages call, as they are now."""
    tools = {verb.name: (bind_for_page(verb, no_desk), verb.toolset.value, verb.reads_only) for verb in PAGE_VERBS}
    return render_surface(tools)


@pytest.mark.parametrize(("name", "render"), [(SURFACE_FILE, rendered), (PAGE_TOOLS_FILE, rendered_for_pages)])
def test_the_listed_surface_is_the_catalogs(
    name: str, render: Callable[[], str], request: pytest.FixtureRequest
) -> None:
    file = Path(mcp_server.__file__).with_name(name)
    if request.config.getoption("--bless"):
        file.write_text(render(), "utf-8")
    assert file.read_text("utf-8") == render(), "run pytest --bless tests/mcp/test_surface.py"


def test_every_tool_of_the_first_part_is_still_offered() -> None:
    assert {entry["name"] for entry in load_surface()} >= {
        "check_user",
        "list_users",
        "import_roster",
        "list_sources",
        "retract_source",
        "find_discrepancies",
        "record_decision",
        "plan_offboard",
        "open_case",
        "list_cases",
        "get_case",
        "assign_case",
        "cancel_case",
        "record_step",
        "record_deactivation",
        "explain_axure",
        "verify_audit_trail",
    }


def test_every_tool_describes_each_argument_and_has_all_four_hints_and_an_output_schema() -> None:
    for entry in (*load_surface(), *load_page_tools()):
        assert set(entry["annotations"]) == {
            "readOnlyHint",
            "destructiveHint",
            "idempotentHint",
            "openWorldHint",
        }, entry["name"]
        assert entry["output_schema"]["type"] == "object", entry["name"]
        assert entry["input_schema"]["additionalProperties"] is False, entry["name"]
        for name, argument in entry["input_schema"].get("properties", {}).items():
            assert argument.get("description"), f"{entry['name']}.{name}"


@pytest.mark.parametrize("reads_only", [False, True])
@pytest.mark.parametrize("toolset", list(Toolset))
def test_an_answer_that_names_another_tool_for_its_fields_is_offered_beside_it(
    toolset: Toolset, reads_only: bool
) -> None:
    entries = {entry["name"]: entry for entry in offered(load_surface(), [toolset.value], reads_only=reads_only)}
    for entry in entries.values():
        named = re.fullmatch(r"As (\w+) answers\.", entry["output_schema"].get("description", ""))
        if named is not None:
            whole = entries[named[1]]["output_schema"]["properties"]
            assert entry["output_schema"]["properties"].keys() < whole.keys()
    if toolset is Toolset.CASES:
        assert entries["list_cases"]["output_schema"]["properties"].keys() >= {"cases", "in_all"}
        assert entries["plan_offboard"]["output_schema"]["description"] == "As plan_onboard answers."


@pytest.mark.parametrize("era", ["2025-11-25", MODERN])
def test_the_list_of_tools_stays_small_as_it_is_sent(tmp_path: Path, organization: Organization, era: str) -> None:
    default, everything = tmp_path / "default", tmp_path / "everything"
    write_configuration(default, organization)
    file = write_configuration(everything, organization)
    offered_by_default = re.search(r"^(# )?toolsets = .*$", file.read_text("utf-8"), re.MULTILINE)
    assert offered_by_default
    all_of_them = json.dumps([each.value for each in Toolset])
    file.write_text(file.read_text("utf-8").replace(offered_by_default[0], f"toolsets = {all_of_them}"), "utf-8")
    for home, most in ((default, MOST_BYTES_BY_DEFAULT), (everything, MOST_BYTES_OF_ALL)):
        with connect(SERVER, home, era, {}) as wire:
            answer = wire.request("tools/list")
        assert len(answer["result"]["tools"]) > 16
        sent = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
        assert len(sent) <= most, home.name


def test_a_read_only_configuration_offers_only_readers() -> None:
    names = {entry["name"] for entry in offered(load_surface(), ["cases", "people"], reads_only=True)}
    assert names >= {"check_user", "list_users", "plan_offboard", "get_case", "list_cases"}
    writers = {verb.name for verb in CATALOG if not verb.reads_only}
    assert writers >= {"open_case", "record_step", "record_decision", "import_roster"}
    assert not names & writers
