"""What each role is offered and may do, for every tool over HTTP. The table says it a second time, by hand."""

from typing import Any, Final

import httpx
import pytest

from axure_lifecycle_tools.catalog import CATALOG
from tests.web.conftest import Team
from tests.web.serving import ask, message_of

LOOKS: Final = "viewer operator approver auditor admin"
WORKS: Final = "operator admin"
MATRIX: Final = {
    "check_user": LOOKS,
    "list_users": LOOKS,
    "import_roster": WORKS,
    "list_sources": LOOKS,
    "sync_directory": WORKS,
    "retract_source": "approver admin",
    "find_discrepancies": LOOKS,
    "record_decision": WORKS,
    "plan_onboard": LOOKS,
    "plan_offboard": LOOKS,
    "plan_role_change": LOOKS,
    "plan_reactivation": LOOKS,
    "plan_operation": LOOKS,
    "open_case": WORKS,
    "list_cases": LOOKS,
    "get_case": LOOKS,
    "record_step": WORKS,
    "record_deactivation": WORKS,
    "attach_evidence": WORKS,
    "assign_case": WORKS,
    "approve_case": "approver admin",
    "cancel_case": WORKS,
    "explain_axure": LOOKS,
    "record_fact": WORKS,
    "record_screen_change": WORKS,
    "build_report": "operator auditor admin",
    "verify_audit_trail": "auditor admin",
    "open_review": "auditor admin",
    "get_review": LOOKS,
    "record_review_decision": "operator approver admin",
    "close_review": "auditor admin",
}
ROLES: Final = ("viewer", "operator", "approver", "auditor", "admin")
WRITING_PROMPTS: Final = {"offboard_person", "onboard_people"}


def allowed(role: str) -> set[str]:
    """The tools of a role."""
    return {tool for tool, roles in MATRIX.items() if role in roles.split()}


def test_the_table_knows_every_tool() -> None:
    assert MATRIX.keys() == {verb.name for verb in CATALOG}


def found(client: httpx.Client, team: Team, role: str, method: str, params: dict[str, Any] | None = None) -> Any:
    """What somebody of a role is answered."""
    answer = ask(client, team.served.mcp, method, params, token=team.tokens[role])
    return message_of(answer)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_offered_what_it_may_use_and_nobody_else_is_told(client: httpx.Client, team: Team, role: str) -> None:
    listed = found(client, team, role, "tools/list")["result"]
    assert {tool["name"] for tool in listed["tools"]} == allowed(role)
    assert listed["cacheScope"] == "private"
    prompts = found(client, team, role, "prompts/list")["result"]
    assert prompts["cacheScope"] == "private"
    offered = {prompt["name"] for prompt in prompts["prompts"]}
    assert offered & WRITING_PROMPTS == (WRITING_PROMPTS if role in WORKS.split() else set())


@pytest.mark.parametrize("role", ROLES)
def test_a_tool_that_a_role_may_not_use_is_refused_when_it_is_called_anyway(
    client: httpx.Client, team: Team, role: str
) -> None:
    for tool in MATRIX:
        result = found(client, team, role, "tools/call", {"name": tool, "arguments": {}})["result"]
        text = result["content"][0]["text"]
        if tool in allowed(role):
            assert "[role_missing]" not in text, (tool, text)
        else:
            assert result["isError"] is True, tool
            assert text.startswith(f"{tool} did nothing: {role}@acme.example is {role} on this server"), text
            assert text.endswith("[role_missing]"), text


@pytest.mark.parametrize("role", ROLES)
def test_a_prompt_that_comes_to_nothing_for_a_role_is_refused(client: httpx.Client, team: Team, role: str) -> None:
    told = found(
        client, team, role, "prompts/get", {"name": "offboard_person", "arguments": {"person": "ana@acme.example"}}
    )
    if role in WORKS.split():
        assert "Help me offboard" in told["result"]["messages"][0]["content"]["text"]
    else:
        assert "[role_missing]" in told["error"]["message"]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_read_every_page_but_the_trail_is_for_those_who_check_it(
    client: httpx.Client, team: Team, role: str
) -> None:
    listed = {one["uri"] for one in found(client, team, role, "resources/list")["result"]["resources"]}
    for uri in ("axure://facts", "axure://playbooks", "axure://cases", "axure://audit"):
        told = found(client, team, role, "resources/read", {"uri": uri})
        if uri != "axure://audit" or role in ("auditor", "admin"):
            assert "result" in told, uri
            assert uri in listed
        else:
            assert "[role_missing]" in told["error"]["message"]
            assert uri not in listed
