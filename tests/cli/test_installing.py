"""`install` as people type it: it shows, asks, writes once, and takes it back."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import NO, YES, Ended, attend, run
from tests.clients.files import FILES


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """The home folder of somebody who uses Cursor, with comments in its file."""
    folder = tmp_path / "user"
    (folder / ".cursor").mkdir(parents=True)
    (folder / ".cursor" / "mcp.json").write_bytes(FILES["cursor"])
    return folder


def as_user(user: Path, *words: str, bound: bool = False) -> Ended:
    return run("install", *words, environment={"HOME": str(user), "XDG_CONFIG_HOME": ""}, bound=bound)


def test_the_change_is_shown_and_written_after_a_yes_and_a_second_run_changes_nothing(user: Path) -> None:
    file = user / ".cursor" / "mcp.json"
    environment = {"HOME": str(user)}

    declined = attend("install", "cursor", says=[NO], environment=environment)
    assert (declined.code, file.read_bytes()) == (1, FILES["cursor"])
    assert '+\t\t"axure-lifecycle": {' in declined.err
    assert "figures" not in declined.err, "what is far from the change is not shown"

    written = attend("install", "cursor", says=[YES], environment=environment)
    assert written.code == 0
    assert "`axure-lifecycle install cursor --undo` puts it back" in written.err
    after = file.read_bytes()
    assert after != FILES["cursor"]

    again = as_user(user, "cursor")
    assert (again.code, "Nothing changes" in again.out, file.read_bytes()) == (0, True, after)

    undone = attend("install", "cursor", "--undo", says=[YES], environment=environment)
    assert (undone.code, file.read_bytes()) == (0, FILES["cursor"])
    assert as_user(user, "cursor", "--undo", "--yes", "--json").refusal == "nothing_to_undo"


def test_what_is_written_starts_the_server_with_the_home_that_was_named(user: Path, tmp_path: Path) -> None:
    named = run("install", "gemini", "--print", "--json", home=tmp_path / "my home", environment={"HOME": str(user)})
    entry = json.loads(named.answer["example"])["mcpServers"]["axure-lifecycle"]
    assert entry["args"][-2:] == ["--home", str(tmp_path / "my home")]

    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    started = subprocess.run(
        [entry["command"], *entry["args"]], input=json.dumps(hello) + "\n", capture_output=True, text=True, check=True
    )
    assert json.loads(started.stdout)["result"]["serverInfo"]["name"] == "axure-lifecycle"


def test_in_a_checkout_uv_starts_it_as_the_readme_says(user: Path) -> None:
    environment = {"HOME": str(user), "UV_RUN_RECURSION_DEPTH": "1", "UV": "/opt/uv"}
    shown = run("install", "codex", "--print", environment=environment)
    checkout = str(Path(__file__).resolve().parents[2])
    assert f'command = "/opt/uv"\nargs = ["run", "--directory", "{checkout}", "axure-lifecycle-mcp"]' in shown.out


def test_without_a_terminal_nothing_is_written_where_yes_is_not_typed(user: Path) -> None:
    file = user / ".cursor" / "mcp.json"
    refused = as_user(user, "cursor", "--json")
    assert (refused.refusal, file.read_bytes()) == ("needs_terminal", FILES["cursor"])


PLACES = {
    "claude-desktop": ".config/Claude/claude_desktop_config.json",
    "claude-code": ".mcp.json",
    "cursor": ".cursor/mcp.json",
    "vscode": ".config/Code/User/mcp.json",
    "codex": ".codex/config.toml",
    "gemini": ".gemini/settings.json",
}
"""Where each client keeps its servers on Linux; Claude Code for a project, as the rest is its own command's."""
COMMENTED = {"cursor", "vscode", "codex", "gemini"}
"""Whose clients take comments; Claude's two read plain JSON alone."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the files lie in other places")
def test_the_file_of_every_client_comes_back_byte_for_byte_with_its_comments_and_other_servers(tmp_path: Path) -> None:
    assert PLACES.keys() == FILES.keys()
    for client, place in PLACES.items():
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(FILES[client])
        mark = rb"#" if client == "codex" else rb"//|/\*"
        assert bool(re.search(mark, FILES[client].replace(b"https://", b""))) is (client in COMMENTED), client
        project = ("--project", str(tmp_path)) if client == "claude-code" else ()
        written = as_user(tmp_path, client, *project, "--yes", "--json")
        assert written.answer == {"client": client, "file": str(file), "is_written": True}
        added = file.read_bytes()
        assert b"axure-lifecycle-mcp" in added
        left = iter(added)
        assert all(byte in left for byte in FILES[client]), f"{client}: something was taken away"
        assert as_user(tmp_path, client, *project, "--undo", "--yes").code == 0
        assert file.read_bytes() == FILES[client], client
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == len(PLACES)  # nothing is left beside them


def test_a_project_has_files_of_its_own(user: Path, tmp_path: Path) -> None:
    project = tmp_path / "drawings"
    project.mkdir()
    for client, file in (
        ("claude-code", ".mcp.json"),
        ("cursor", ".cursor/mcp.json"),
        ("vscode", ".vscode/mcp.json"),
        ("codex", ".codex/config.toml"),
        ("gemini", ".gemini/settings.json"),
    ):
        assert as_user(user, client, "--project", str(project), "--yes").code == 0
        assert "axure-lifecycle-mcp" in (project / file).read_text()
        assert as_user(user, client, "--project", str(project), "--undo", "--yes").code == 0
    assert list(project.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("claude-code",), "client_keeps_its_file"),
        (("vscode",), "client_not_here"),
        (("claude-desktop", "--project", "."), "project_impossible"),
        (("cursor", "--project", "/nowhere"), "project_impossible"),
        (("cursor", "--undo"), "nothing_to_undo"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(user: Path, words: tuple[str, ...], code: str) -> None:
    assert as_user(user, *words, "--yes", "--json").refusal == code
    assert [file.name for file in user.rglob("*") if file.is_file()] == ["mcp.json"]


def test_claude_code_is_told_by_its_own_command(user: Path) -> None:
    told = as_user(user, "claude-code")
    assert "“claude mcp add --scope user axure-lifecycle -- " in told.err
    assert "axure-lifecycle-mcp”" in told.err


@pytest.mark.parametrize("closed", ["file", "folder", "broken"])
def test_a_file_that_cannot_be_written_or_read_is_left_with_nothing_beside_it(user: Path, closed: str) -> None:
    file = user / ".cursor" / "mcp.json"
    user.parent.chmod(0o755)
    if closed == "broken":
        file.write_text('{"mcpServers": {')
    elif closed == "file":
        file.chmod(0o444)
    else:
        file.parent.chmod(0o555)
    before = file.read_bytes()

    refused = as_user(user, "cursor", "--yes", "--json", bound=True)

    file.parent.chmod(0o755)
    assert refused.refusal == ("client_file_malformed" if closed == "broken" else "client_file_unusable")
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["mcp.json"]


def test_a_client_that_does_not_exist_is_a_mistyped_word(user: Path) -> None:
    assert as_user(user, "cursr", "--json").answer["error"]["code"] == "mistyped"
