"""What clients see before they call anything."""

from pathlib import Path

import pytest

from axure_lifecycle import mcp_server
from axure_lifecycle.mcp_server.binding import OpenDesk, bind
from axure_lifecycle.mcp_server.surface import SURFACE_FILE, load_surface, offered, render_surface
from axure_lifecycle_tools.catalog import CATALOG
from axure_lifecycle_tools.spec import Desk

MOST_BYTES_LISTED = 48_000


def no_desk(client: str | None, progress: object) -> Desk:
    """Nothing is opened while tools are listed."""
    raise AssertionError((client, progress))


def rendered(open_desk: OpenDesk = no_desk) -> str:
    """The surface as the catalog has it now."""
    tools = {verb.name: (bind(verb, open_desk), verb.toolset.value, verb.reads_only) for verb in CATALOG}
    return render_surface(tools)


def test_the_listed_surface_is_the_catalogs(request: pytest.FixtureRequest) -> None:
    file = Path(mcp_server.__file__).with_name(SURFACE_FILE)
    if request.config.getoption("--bless"):
        file.write_text(rendered(), "utf-8")
    assert file.read_text("utf-8") == rendered(), "run pytest --bless tests/mcp/test_surface.py"


def test_every_tool_of_the_first_part_is_offered() -> None:
    assert {entry["name"] for entry in load_surface()} == {
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
    for entry in load_surface():
        assert set(entry["annotations"]) == {
            "title",
            "readOnlyHint",
            "destructiveHint",
            "idempotentHint",
            "openWorldHint",
        }, entry["name"]
        assert entry["output_schema"]["type"] == "object", entry["name"]
        assert entry["input_schema"]["additionalProperties"] is False, entry["name"]
        for name, argument in entry["input_schema"].get("properties", {}).items():
            assert argument.get("description"), f"{entry['name']}.{name}"


def test_the_list_of_tools_stays_small() -> None:
    import json

    listed = json.dumps(
        [
            {key: entry[key] for key in ("name", "description", "input_schema", "output_schema")}
            for entry in load_surface()
        ],
        separators=(",", ":"),
    )
    assert len(listed.encode()) < MOST_BYTES_LISTED


def test_a_read_only_configuration_offers_only_readers() -> None:
    names = {entry["name"] for entry in offered(load_surface(), ["cases", "people"], reads_only=True)}
    assert names == {"check_user", "list_users", "plan_offboard", "get_case", "list_cases"}
