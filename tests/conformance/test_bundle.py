"""The bundle for clients and the description for registries: what they say is so, what they start lists its tools."""

import json
import os
import shutil
import subprocess
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from axure_lifecycle import __version__
from axure_lifecycle_tools.catalog import CATALOG
from tests.conformance.conftest import ROOT, Peers
from tests.conformance.registry_rules import objections
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


def test_the_description_for_registries_says_what_the_schema_demands_and_what_the_program_is() -> None:
    told = load(SERVER_JSON)
    assert objections(told) == []
    [package] = told["packages"]
    assert (told["version"], package["version"]) == (__version__, __version__)
    assert (package["registryType"], package["identifier"]) == ("pypi", "axure-lifecycle")
    assert package["transport"] == {"type": "stdio"}


@pytest.mark.parametrize(
    ("place", "value", "objection"),
    [
        (("$schema",), "https://static.modelcontextprotocol.io/schemas/2025-10-17/server.schema.json", "$schema is"),
        (("name",), "axure-lifecycle", "name is unfit"),
        (("name",), "example.lifecycle/axure/lifecycle", "name is unfit"),
        (("name",), f"example.lifecycle/{'a' * 200}", "name is unfit"),
        (("description",), "a" * 101, "description is unfit"),
        (("title",), "", "title is unfit"),
        (("version",), "^0.1.0", "version is unfit"),
        (("version",), None, "version is missing"),
        (("websiteUrl",), "no address", "websiteUrl is unfit"),
        (("repository",), {"url": "https://code.example/axure-lifecycle"}, "repository is unfit"),
        (("packages",), None, "packages is missing"),
        (("packages", 0, "registryType"), "pip", "registryType is unfit"),
        (("packages", 0, "registry_type"), "pypi", "registry_type is unknown"),
        (("packages", 0, "identifier"), None, "identifier is missing"),
        (("packages", 0, "version"), "latest", "version is unfit"),
        (("packages", 0, "transport"), None, "transport is missing"),
        (("packages", 0, "transport"), {"type": "http"}, "transport: type http"),
        (("packages", 0, "transport"), {"type": "sse"}, "url is missing"),
        (("packages", 0, "packageArguments", 0, "value"), None, "neither value nor valueHint"),
        (("packages", 0, "packageArguments", 0, "type"), "flag", "argument: type flag"),
        (("packages", 0, "environmentVariables", 0, "name"), None, "name is missing"),
        (("packages", 0, "environmentVariables", 0, "isRequired"), "no", "isRequired is unfit"),
        (("packages", 0, "environmentVariables", 0, "format"), "path", "format is unfit"),
    ],
)
def test_what_a_registry_would_refuse_is_seen_here(place: tuple[Any, ...], value: Any, objection: str) -> None:
    told: Any = load(SERVER_JSON)
    *above, name = place
    inner: Any = reduce(getitem, above, told)
    if value is None:
        del inner[name]
    else:
        inner[name] = value
    assert any(objection in one for one in objections(told)), objections(told)


def test_the_readme_owns_up_to_the_name_in_the_registry() -> None:
    assert f"<!-- mcp-name: {load(SERVER_JSON)['name']} -->" in (ROOT / "README.md").read_text("utf-8")


def test_what_the_registry_would_start_lists_every_tool(tmp_path: Path) -> None:
    [package] = load(SERVER_JSON)["packages"]
    words = [argument["value"] for argument in package["packageArguments"]]
    program = shutil.which("axure-lifecycle") or str(ROOT / ".venv" / "bin" / "axure-lifecycle")
    assert listed_by([program, *words], tmp_path, tmp_path / "home") == [verb.name for verb in CATALOG]
