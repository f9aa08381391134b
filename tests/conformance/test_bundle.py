"""The bundle for clients and the description for registries: what they say is so, what they start lists its tools."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from axure_lifecycle import __version__
from axure_lifecycle_tools.catalog import CATALOG
from tests.conformance.conftest import ROOT, Peers
from tests.conftest import lacks
from tests.docs.test_readme import first_sentence

MANIFEST = ROOT / "manifest.json"
SERVER_JSON = ROOT / "server.json"


def load(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return read


def listed_by(line: list[str], folder: Path, home: Path) -> list[str]:
    """The names of the tools that a server lists which is started like that."""
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    calls = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("UV_RUN", "VIRTUAL_ENV"))}
    with subprocess.Popen(
        line,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
        env={**kept, "AXURE_LIFECYCLE_HOME": str(home)},
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for call in calls:
            server.stdin.write(f"{json.dumps(call)}\n")
        server.stdin.flush()
        for answer in map(json.loads, server.stdout):
            if answer.get("id") == 2:
                server.stdin.close()
                return [tool["name"] for tool in answer["result"]["tools"]]
    raise AssertionError("the server ended without an answer")


def test_the_manifest_says_what_the_program_is(request: pytest.FixtureRequest) -> None:
    manifest = load(MANIFEST)
    wanted = [{"name": verb.name, "description": first_sentence(verb.description)} for verb in CATALOG]
    if request.config.getoption("--bless"):
        text = json.dumps({**manifest, "tools": wanted}, ensure_ascii=False, indent=2)
        MANIFEST.write_text(f"{text}\n", "utf-8")
        manifest = load(MANIFEST)
    assert manifest["tools"] == wanted, "run pytest --bless on this test"
    assert (manifest["manifest_version"], manifest["server"]["type"]) == ("0.4", "uv")
    assert manifest["version"] == __version__
    assert (ROOT / manifest["server"]["entry_point"]).is_file()


@pytest.mark.peer("mcpb")
def test_the_bundle_is_valid_and_what_it_unpacks_to_starts_and_lists_every_tool(peers: Peers, tmp_path: Path) -> None:
    valid = peers.run("mcpb", "validate", str(MANIFEST), folder=tmp_path)
    assert (valid.returncode, "passes" in valid.stdout) == (0, True), valid
    assert peers.run("mcpb", "pack", str(ROOT), "lifecycle.mcpb", folder=tmp_path).returncode == 0
    assert peers.run("mcpb", "unpack", "lifecycle.mcpb", "there", folder=tmp_path).returncode == 0

    there = tmp_path / "there"
    assert {path.name for path in there.iterdir()} == {
        *("manifest.json", "pyproject.toml", "README.md", "LICENSE", "server", "tools")
    }
    assert [path for path in there.rglob("*") if path.suffix == ".pyc"] == []
    start = load(there / "manifest.json")["server"]["mcp_config"]
    command: str = start["command"]
    uv = os.environ.get("UV") or shutil.which(command)
    if uv is None:
        lacks("uv")
    args = [word.replace("${__dirname}", str(there)) for word in start["args"]]
    assert listed_by([str(uv), *args], tmp_path, tmp_path / "home") == [verb.name for verb in CATALOG]


def test_the_description_for_registries_says_what_the_schema_demands() -> None:
    """By hand, after https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json (ServerDetail)."""
    told = load(SERVER_JSON)
    assert set(told) <= {*("$schema", "name", "title", "description", "version", "packages", "remotes"), "repository"}
    assert told["$schema"] == "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", told["name"])
    assert 3 <= len(told["name"]) <= 200
    assert 1 <= len(told["description"]) <= 100
    assert 1 <= len(told["title"]) <= 100
    assert told["version"] == __version__
    [package] = told["packages"]
    assert {"registryType", "identifier", "transport"} <= set(package)
    assert (package["registryType"], package["identifier"]) == ("pypi", "axure-lifecycle")
    assert (package["version"], package["transport"]) == (__version__, {"type": "stdio"})
    for argument in package["packageArguments"]:
        assert argument["type"] == "positional"
        assert "value" in argument
    for variable in package["environmentVariables"]:
        assert variable["name"]
        assert variable["format"] in ("string", "number", "boolean", "filepath")


def test_the_readme_owns_up_to_the_name_in_the_registry() -> None:
    assert f"<!-- mcp-name: {load(SERVER_JSON)['name']} -->" in (ROOT / "README.md").read_text("utf-8")


def test_what_the_registry_would_start_lists_every_tool(tmp_path: Path) -> None:
    [package] = load(SERVER_JSON)["packages"]
    words = [argument["value"] for argument in package["packageArguments"]]
    program = shutil.which("axure-lifecycle") or str(ROOT / ".venv" / "bin" / "axure-lifecycle")
    assert listed_by([program, *words], tmp_path, tmp_path / "home") == [verb.name for verb in CATALOG]
