"""Roles: what a role may not use is refused, whatever the way to it, and nothing is written.

The desks are those of a server for a team: somebody signed in, with roles that their token names.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from mcp.client import Client

from axure_lifecycle.config import TOOLSETS
from axure_lifecycle.domain.access import Identity, Role
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.mcp_server.server import build_server
from axure_lifecycle.mcp_server.shelves import SHELVES
from axure_lifecycle_tools.catalog import BY_NAME
from axure_lifecycle_tools.spec import Desk
from tests.conversations.party import ANA, Assistant
from tests.mcp.offices import Bureau
from tests.mcp.reading import Reader

EVERYBODY: dict[str, dict[str, Any]] = {
    "check_user": {"person": ANA},
    "list_users": {},
    "list_sources": {},
    "find_discrepancies": {},
    "plan_onboard": {"people": ["olga.ray@heron.example"]},
    "plan_offboard": {"person": ANA},
    "plan_role_change": {"person": ANA, "role": "guest"},
    "plan_reactivation": {"person": ANA},
    "plan_operation": {"operation": "release-seat", "people": [ANA]},
    "list_cases": {},
    "get_case": {"case": "C-1"},
    "explain_axure": {},
    "get_review": {},
}
WORKERS: dict[str, dict[str, Any]] = {
    "import_roster": {"kind": "members", "text": "Email\nx@heron.example\n"},
    "sync_directory": {},
    "record_decision": {"person": ANA, "decision": "keep", "reason": "because"},
    "open_case": {"person": ANA, "digest": "0" * 64},
    "assign_case": {"case": "C-1", "owner": "bo@heron.example"},
    "cancel_case": {"case": "C-1", "reason": "because"},
    "record_step": {"case": "C-1", "step": "deactivate", "outcome": "done"},
    "record_deactivation": {"person": ANA},
    "attach_evidence": {"case": "C-1", "step": "deactivate", "path": "/nowhere/shot.png"},
    "record_fact": {"fact": "screens.path", "local_answer": "so"},
    "record_screen_change": {"operation": "offboard", "step": "deactivate", "differs": "so"},
}
APPROVERS: dict[str, dict[str, Any]] = {
    "approve_case": {"case": "C-1"},
    "retract_source": {"source": "A-1", "reason": "because"},
}
AUDITORS: dict[str, dict[str, Any]] = {
    "verify_audit_trail": {},
    "open_review": {"title": "Q4"},
    "close_review": {"review": "V-1"},
}
REVIEWERS: dict[str, dict[str, Any]] = {
    "record_review_decision": {"review": "V-1", "people": [ANA], "decision": "keep", "reason": "because"}
}
REPORTERS: dict[str, dict[str, Any]] = {"build_report": {"kind": "screens"}}
CALLS: dict[str, dict[str, Any]] = {**EVERYBODY, **WORKERS, **APPROVERS, **AUDITORS, **REPORTERS, **REVIEWERS}
MAY = {
    Role.VIEWER: {*EVERYBODY},
    Role.OPERATOR: {*EVERYBODY, *WORKERS, *REPORTERS, *REVIEWERS},
    Role.APPROVER: {*EVERYBODY, *APPROVERS, *REVIEWERS},
    Role.AUDITOR: {*EVERYBODY, *AUDITORS, *REPORTERS},
    Role.ADMIN: {*CALLS},
    None: set[str](),
}
"""By hand, beside the catalog. None: somebody whose token names no role."""


@contextmanager
def signed_in(bureau: Bureau, portal: BlockingPortal, *roles: Role) -> Generator[Assistant]:
    """The assistant of somebody with these roles; nobody can be asked there."""

    def open_desk(client: str | None, progress: Callable[[int, int | None, str], None] | None) -> Desk:
        identity = Identity("bo@heron.example", frozenset(roles), "token T-1")
        return bureau.office.workshop.desk(Channel.ASSISTANT, client, progress, identity=identity)

    client = Client(build_server(open_desk, toolsets=TOOLSETS, reads_only=False))
    with portal.wrap_async_context_manager(client):
        yield Assistant(portal, client)


def is_refused(assistant: Assistant, tool: str) -> bool:
    """Whether a call is refused for the caller's roles; any other outcome is the verb's own."""
    result = assistant.send(tool, CALLS[tool])
    text = "".join(getattr(part, "text", "") for part in result.content)
    assert "arguments_refused" not in text, text
    if not text.endswith("[role_missing]"):
        return False
    assert result.is_error
    assert text.startswith(f"{tool} did nothing: bo@heron.example is ")
    return True


@pytest.mark.parametrize("role", MAY, ids=str)
def test_a_role_may_use_its_tools_and_no_other_does_anything(
    bureau: Bureau, portal: BlockingPortal, role: Role | None
) -> None:
    assert CALLS.keys() == BY_NAME.keys()
    bureau.move_in()
    bureau.open_case(ANA)
    with signed_in(bureau, portal, *([] if role is None else [role])) as assistant:
        before = bureau.office.kinds()
        refused = {tool for tool in CALLS if tool not in MAY[role] and is_refused(assistant, tool)}
        assert refused == CALLS.keys() - MAY[role]
        assert bureau.office.kinds() == before
        assert [tool for tool in CALLS if tool in MAY[role] and is_refused(assistant, tool)] == []


def test_who_has_two_roles_may_what_either_may(bureau: Bureau, portal: BlockingPortal) -> None:
    with signed_in(bureau, portal, Role.OPERATOR, Role.AUDITOR) as assistant:
        refused = {tool for tool in CALLS if is_refused(assistant, tool)}
    assert refused == {*APPROVERS}


def test_what_is_proposed_goes_by_the_tool_that_tells_the_same(bureau: Bureau, portal: BlockingPortal) -> None:
    bureau.move_in()
    bureau.open_case(ANA)

    def proposed(*roles: Role) -> list[bool]:
        with signed_in(bureau, portal, *roles) as assistant:
            reader = Reader(assistant)
            asked = (
                ("axure://people/{address}", "address", "ana"),
                ("axure://cases/{case}", "case", "C"),
                ("axure://facts/{topic}{?part}", "topic", "deac"),
                ("axure://audit/{seq}", "seq", "1"),
                ("axure://reports/{kind}{?part}", "kind", "l"),
            )
            return [bool(reader.proposed(*each)) for each in asked]

    assert proposed() == [False, False, False, False, False]
    assert proposed(Role.VIEWER) == [True, True, True, False, False]
    assert proposed(Role.OPERATOR) == [True, True, True, False, True]
    assert proposed(Role.AUDITOR) == [True, True, True, True, True]


PAGES = {
    "check_user": (f"axure://people/{ANA}",),
    "list_cases": ("axure://cases",),
    "get_case": ("axure://cases/C-1",),
    "explain_axure": (
        *("axure://facts", "axure://facts/roles", "axure://facts/deactivate.who"),
        *("axure://playbooks", "axure://playbooks/axure/offboard"),
    ),
    "build_report": ("axure://reports", "axure://reports/leavers"),
    "verify_audit_trail": ("axure://audit", "axure://audit/1"),
}
"""What tells the same as a tool; every template and every resource is among them."""


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR, Role.APPROVER, None], ids=str)
def test_a_page_is_for_whoever_may_use_the_tool_that_tells_the_same(
    bureau: Bureau, portal: BlockingPortal, role: Role | None
) -> None:
    bureau.move_in()
    bureau.open_case(ANA)
    with signed_in(bureau, portal, *([] if role is None else [role])) as assistant:
        reader = Reader(assistant)
        for tool, pages in PAGES.items():
            for page in pages:
                if tool in MAY[role]:
                    assert reader.page(page).text
                else:
                    assert f" is {role or 'nobody'} on this server, and it takes " in reader.refused(page).message
    rooms = {uri.split("/")[2].partition("{")[0] for uri in (shelf.uri for shelf in SHELVES)}
    assert {page.split("/")[2] for pages in PAGES.values() for page in pages} == rooms
