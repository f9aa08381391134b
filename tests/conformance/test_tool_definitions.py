"""The quality of our tools' definitions by somebody else's rules."""

from pathlib import Path

import pytest

from axure_lifecycle_tools.catalog import CATALOG
from tests.conformance.conftest import SERVER, Peers


@pytest.mark.peer("tdqs")
def test_the_linter_of_tool_definitions_finds_nothing(peers: Peers, home: Path) -> None:
    command = f"{SERVER} --home {home}"
    done = peers.run("tdqs", "lint", "--command", command, "--fail-on", "warning", folder=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"· {len(CATALOG)} tools ·" in done.stdout
    assert done.stdout.rstrip().endswith("0 errors, 0 warnings, 0 notes"), done.stdout
