"""What others' testers of SCIM say of a real server. Each of their complaints is named here with the sentence of an RFC
that allows what they complain of; any other one fails.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from scim2_tester import Status

from tests.conftest import ROOT
from tests.scim.conftest import Pushed

NO_CONTENT: Final = (
    'RFC 7644 section 3.5.2: "On successful completion, the server either MUST return a 200 OK response code and the '
    'entire resource within the response body, [...] or MAY return HTTP status code 204 (No Content)". Of a group, '
    "which may be large, it returns the second, as Microsoft Entra asks for."
)
ALLOWED_BY_SANITY: Final[Mapping[str, str]] = {
    "PATCH /Groups/{id}": NO_CONTENT,
    "PATCH /Groups/{id} add member": NO_CONTENT,
    "PATCH /Groups/{id} remove members": NO_CONTENT,
}
_NO_AGENTS: Final = (
    "A draft (draft-abbey-scim-agent-extension) adds agents to users and groups. Nobody is let in to Axure as one, and "
    "/ResourceTypes announces none: RFC 7644 section 4 has clients go by that."
)
SKIPPED_BY_SANITY: Final[Mapping[str, str]] = {
    "Agent CRUD Lifecycle": _NO_AGENTS,
    "AgenticApplication CRUD Lifecycle": _NO_AGENTS,
    "Agent Rapid Lifecycle": _NO_AGENTS,
}
"""What it leaves out, each with the reason that is ours."""


def base(pushed: Pushed) -> str:
    """The address that a tester is given."""
    return f"{pushed.served.url}/scim/v2"


def test_scim2_tester_has_nothing_to_say(pushed: Pushed) -> None:
    results = check(pushed)
    bad = [f"{one.title}: {one.reason}" for one in results if one.status is not Status.SUCCESS]
    assert len(results) > 100
    assert bad == []


def check(pushed: Pushed) -> list[Any]:
    """Every check of scim2-tester."""
    import httpx2
    from scim2_client.engines.httpx2 import SyncSCIMClient
    from scim2_tester import check_server

    headers = {"Authorization": f"Bearer {pushed.tokens['okta-push']}"}
    with httpx2.Client(base_url=base(pushed), headers=headers) as client:
        return list(check_server(SyncSCIMClient(client)))


def test_the_command_line_tester_ends_well(pushed: Pushed) -> None:
    headers = f"Authorization: Bearer {pushed.tokens['entra']}"
    done = run("scim2", "-u", base(pushed), "-h", headers, "test")
    assert done.returncode == 0, done.stdout
    assert "SUCCESS" in done.stdout


def test_scim_sanity_complains_of_nothing_that_an_rfc_does_not_allow(pushed: Pushed) -> None:
    done = run(
        *("scim-sanity", "probe", base(pushed), "--token", pushed.tokens["okta-push"], "--json-output"),
        "--i-accept-side-effects",
    )
    told = json.loads(done.stdout)
    complaints = {one["name"]: one for one in told["results"] if one["status"].upper() in ("FAIL", "ERROR", "WARN")}
    assert told["summary"]["passed"] > 20
    assert complaints.keys() == ALLOWED_BY_SANITY.keys(), complaints
    skipped = {one["name"]: one["message"] for one in told["results"] if one["status"].upper() == "SKIP"}
    assert skipped.keys() == SKIPPED_BY_SANITY.keys(), skipped
    assert told["summary"]["skipped"] == len(skipped)
    announced = {one["name"] for one in pushed.idp("okta-push").get("/ResourceTypes")["Resources"]}
    assert announced == {"User", "Group"}  # else it would have looked


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A tester's own command."""
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)


@pytest.mark.parametrize("program", ["scim2", "scim-sanity"])
def test_a_tester_notices_a_server_that_is_none(pushed: Pushed, program: str) -> None:
    words = {
        "scim2": ("-u", f"{pushed.served.url}/nothing", "test"),
        "scim-sanity": ("probe", f"{pushed.served.url}/nothing", "--i-accept-side-effects"),
    }[program]
    assert run(program, *words).returncode != 0
