"""What each role is offered and may do, for every tool over HTTP. The table says it a second time, by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import pytest

from axure_lifecycle_tools.catalog import CATALOG
from tests.web.conftest import Team
from tests.web.serving import PATIENCE, ask, bearer, message_of
from tests.web.test_serving import begin_session

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
FOR_PAGES: Final = {"show_question": WORKS, "answer_question": WORKS}
"""Which a client keeps for our page inside it; a model that calls them all the same is held to the same."""
ROLES: Final = ("viewer", "operator", "approver", "auditor", "admin")
WRITING_PROMPTS: Final = {"offboard_person", "onboard_people"}


CAN_SHOW: Final = {"extensions": {"io.modelcontextprotocol/ui": {"mimeTypes": ["text/html;profile=mcp-app"]}}}
"""What a client says that shows pages."""
ERAS: Final = ("2025-11-25", "2026-07-28")


def allowed(role: str, table: Mapping[str, str] = MATRIX) -> set[str]:
    """The tools of a role."""
    return {tool for tool, roles in table.items() if role in roles.split()}


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody of a role, with a client of one era."""

    client: httpx.Client
    team: Team
    role: str
    session: str | None = None
    """In the older era."""
    capabilities: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def call(self, method: str, params: dict[str, Any] | None = None) -> Any:
        """What they are answered."""
        token, url = self.team.tokens[self.role], self.team.served.mcp
        if self.session is None:
            return message_of(ask(self.client, url, method, params, token=token, capabilities=self.capabilities))
        headers = {"Accept": "application/json, text/event-stream", "Mcp-Session-Id": self.session, **bearer(token)}
        message = {"jsonrpc": "2.0", "id": 2, "method": method, "params": params or {}}
        return message_of(self.client.post(url, json=message, headers=headers, timeout=PATIENCE))


@pytest.fixture(params=[(era, shows) for era in ERAS for shows in (False, True)], ids=str)
def come(request: pytest.FixtureRequest, client: httpx.Client, team: Team) -> Callable[[str], Caller]:
    """Somebody of a role comes in either era, with a client that shows pages or does not."""
    era, shows = request.param
    capabilities: dict[str, Any] = CAN_SHOW if shows else {}

    def begin(role: str) -> Caller:
        if era == ERAS[1]:
            return Caller(client, team, role, capabilities=capabilities)
        session = begin_session(client, team.served.mcp, team.tokens[role], capabilities)
        return Caller(client, team, role, session, capabilities)

    return begin


def test_the_table_knows_every_tool() -> None:
    assert MATRIX.keys() == {verb.name for verb in CATALOG}


def found(client: httpx.Client, team: Team, role: str, method: str, params: dict[str, Any] | None = None) -> Any:
    """What somebody of a role is answered."""
    answer = ask(client, team.served.mcp, method, params, token=team.tokens[role])
    return message_of(answer)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_offered_what_it_may_use_and_nobody_else_is_told(come: Callable[[str], Caller], role: str) -> None:
    caller = come(role)
    listed = caller.call("tools/list")["result"]
    for_pages = allowed(role, FOR_PAGES) if caller.capabilities else set[str]()
    assert {tool["name"] for tool in listed["tools"]} == allowed(role) | for_pages
    prompts = caller.call("prompts/list")["result"]
    offered = {prompt["name"] for prompt in prompts["prompts"]}
    assert offered & WRITING_PROMPTS == (WRITING_PROMPTS if role in WORKS.split() else set())
    if caller.session is None:
        assert listed["cacheScope"] == prompts["cacheScope"] == "private"


@pytest.mark.parametrize("role", ROLES)
def test_a_tool_that_a_role_may_not_use_is_refused_when_it_is_called_anyway(
    come: Callable[[str], Caller], role: str
) -> None:
    caller, table = come(role), {**MATRIX, **FOR_PAGES}
    for tool in table:
        result = caller.call("tools/call", {"name": tool, "arguments": {}})["result"]
        text = result["content"][0]["text"]
        if tool in allowed(role, table):
            assert "[role_missing]" not in text, (tool, text)
        elif tool in FOR_PAGES and not caller.capabilities:
            assert text.endswith(("[role_missing]", "[page_only]")), text
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
