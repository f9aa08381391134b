"""The specification's own conformance suite against our stack: no failed check, and no list of failures we expect."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from axure_lifecycle.domain.access import Role
from tests.conformance.conftest import Peers
from tests.conformance.relay import relay
from tests.web.serving import configure, give_token, serve

VERSIONS = ("2025-11-25", "2026-07-28")
MOST = {"2025-11-25": 84, "2026-07-28": 152}
"""Checks that 0.2.0-alpha.12 makes of a server with every fixture; fewer mean that a scenario was not run."""

ON_OUR_OWN = {
    "2025-11-25": (
        "server-initialize",
        "server-session-lifecycle",
        "ping",
        "tools-list",
        "resources-list",
        "prompts-list",
        "server-sse-multiple-streams",
        "dns-rebinding-protection",
    ),
    "2026-07-28": (
        "tools-list",
        "resources-list",
        "prompts-list",
        "sep-2164-resource-not-found",
        "server-sse-multiple-streams",
        "dns-rebinding-protection",
        "caching",
        "http-header-validation",
        "input-required-result-unsupported-methods",
    ),
}
"""The scenarios that ask for nothing by name."""

Stage = Callable[..., AbstractContextManager[str]]
pytestmark = pytest.mark.peer("conformance")


def check(peers: Peers, url: str, version: str, folder: Path, *options: str) -> tuple[int, int, str]:
    """Run the suite; how many checks passed, how many failed, and everything that it said."""
    done = peers.run("conformance", "server", "--url", url, "--spec-version", version, *options, folder=folder)
    said = done.stdout + done.stderr
    counted = re.findall(r"(\d+) passed, (\d+) failed|Passed: (\d+)/(\d+), (\d+) failed", said)
    assert counted, said[-3_000:]
    passed, failed, *other = (int(each or 0) for each in counted[-1])
    assert (done.returncode == 0) == (failed + other[2] == 0), said[-3_000:]
    return passed + other[0], failed + other[2], said


@pytest.mark.parametrize("version", VERSIONS)
def test_no_check_of_all_suites_fails(peers: Peers, stage: Stage, version: str, tmp_path: Path) -> None:
    with stage("--fixtures") as url:
        passed, failed, said = check(peers, url, version, tmp_path, "--suite", "all")
    assert failed == 0, "\n".join(line for line in said.splitlines() if "✗" in line or "FAIL" in line)
    assert passed == MOST[version]


@pytest.mark.parametrize("version", VERSIONS)
def test_no_check_fails_on_what_we_really_offer_behind_tokens_by_two_workers(
    peers: Peers, home: Path, version: str, tmp_path: Path
) -> None:
    configure(home, "tokens = true\nworkers = 2\ncalls_a_minute = 1000000")
    token = give_token(home, "pat@acme.example", Role.ADMIN)
    with serve(home) as served, relay(httpx.URL(served.url).port or 0, token) as port:
        assert httpx.post(served.mcp, json={}).status_code == httpx.codes.UNAUTHORIZED
        url = f"http://127.0.0.1:{port}/mcp"
        for scenario in ON_OUR_OWN[version]:
            passed, failed, said = check(peers, url, version, tmp_path, "--scenario", scenario)
            assert failed == 0, f"{scenario}\n{said[-3_000:]}"
            assert passed > 0, scenario
