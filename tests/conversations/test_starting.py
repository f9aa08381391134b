"""A client may start the server before anybody ran `init`, and need not start it again afterwards."""

from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal

from axure_lifecycle.config import CONFIGURATION_FILE, write_configuration
from axure_lifecycle.domain.organization import Organization
from tests.conversations.conftest import speak

CALLS: dict[str, dict[str, Any]] = {
    "check_user": {"person": "ana@heron.example"},
    "list_users": {},
    "import_roster": {"kind": "members", "text": "Email\nana@heron.example"},
    "list_sources": {},
    "sync_directory": {},
    "retract_source": {"source": "R-1", "reason": "x"},
    "find_discrepancies": {},
    "record_decision": {"person": "ana@heron.example", "decision": "keep", "reason": "x"},
    "plan_onboard": {"people": ["new@heron.example"]},
    "plan_offboard": {"person": "ana@heron.example"},
    "plan_role_change": {"person": "ana@heron.example", "role": "guest"},
    "plan_reactivation": {"person": "ana@heron.example"},
    "plan_operation": {"operation": "assign-seat", "people": ["ana@heron.example"]},
    "open_case": {"operation": "offboard", "person": "ana@heron.example", "digest": "0" * 64},
    "list_cases": {},
    "get_case": {"case": "C-1"},
    "assign_case": {"case": "C-1", "owner": "it"},
    "cancel_case": {"case": "C-1", "reason": "x"},
    "approve_case": {"case": "C-1"},
    "record_step": {"case": "C-1", "step": "deactivate", "outcome": "done"},
    "record_deactivation": {"person": "ana@heron.example"},
    "attach_evidence": {"case": "C-1", "step": "deactivate", "path": "/srv/screenshots/page.png"},
    "explain_axure": {"topic": "api"},
    "record_fact": {"fact": "deactivate.control", "local_answer": "a switch"},
    "record_screen_change": {"operation": "offboard", "step": "deactivate", "differs": "it is a menu"},
    "build_report": {"kind": "leavers"},
    "open_review": {"title": "Q4 2026"},
    "get_review": {},
    "record_review_decision": {"review": "V-1", "people": ["ana@heron.example"], "decision": "keep", "reason": "x"},
    "close_review": {"review": "V-1"},
    "verify_audit_trail": {},
}


def test_without_a_configuration_every_tool_is_listed_and_says_how_to_begin(
    portal: BlockingPortal, era: str, tmp_path: Path, organization: Organization
) -> None:
    home = tmp_path / "new" / "home"
    with speak(portal, era, home) as assistant:
        listed = portal.call(assistant.client.list_tools)
        assert {tool.name for tool in listed.tools} == set(CALLS)
        for tool, arguments in CALLS.items():
            sentence, code = assistant.refusal(tool, **arguments)
            assert code == "not_configured", tool
            assert "axure-lifecycle init" in sentence
        assert not home.exists()

        file = write_configuration(home, organization)
        assert assistant.call("list_sources").data["in_all"] == 0
        assert assistant.call("explain_axure", topic="api").data["in_all"] > 0

        file.write_text('[organization]\nname = 7\nhost = "https://app.axure.cloud"\n', "utf-8")
        sentence, code = assistant.refusal("list_sources")
        assert code == "configuration_broken"
        for mistaken in ("organization.name", "organization.host", "organization.deployment", "organization.operator"):
            assert mistaken in sentence

        (home / CONFIGURATION_FILE).unlink()
        assert assistant.refused("list_sources") == "not_configured"
