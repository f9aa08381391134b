"""Other people's tools, where this machine has them, and our server for them to look at."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance.peers import VARIABLE, find, path_of
from tests.conftest import lacks

ROOT = Path(__file__).resolve().parents[2]
SERVER = str(Path(sys.executable).with_name("axure-lifecycle-mcp"))


@dataclass(frozen=True, slots=True)
class Peers:
    """The folder of other people's tools."""

    folder: Path

    def run(self, program: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run a tool to its end in a folder of the test, whatever it says."""
        found = find(self.folder, program)
        if found is None:
            lacks(f"{program} in the folder that {VARIABLE} names")
        return subprocess.run(
            [str(found), *arguments],
            cwd=folder,
            env={**os.environ, "PATH": path_of(self.folder), "MCP_CATALOG_PATH": str(folder / "catalog.json")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.fixture(scope="session")
def peers() -> Peers:
    """Other people's tools; without them a test is skipped, and under CI it fails."""
    named = os.environ.get(VARIABLE)
    if not named:
        lacks(f"tools of other people ({VARIABLE} is not set: see tests/conformance/peers.py)")
    return Peers(Path(str(named)))


@pytest.fixture
def stage(home: Path) -> Callable[..., AbstractContextManager[str]]:
    """Serves our server over HTTP while somebody looks at it."""

    @contextmanager
    def serve(*options: str) -> Generator[str]:
        command = [sys.executable, "-m", "tests.conformance.stage", *options, str(home)]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, "our server did not start"
            try:
                yield f"http://127.0.0.1:{port}/mcp"
            finally:
                process.terminate()

    return serve
