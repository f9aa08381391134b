"""Where each client keeps its servers, as its own documentation says (looked up in November 2026)."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, assert_never

from axure_lifecycle.domain.errors import LifecycleError


class Client(StrEnum):
    """A program that starts MCP servers."""

    CLAUDE_DESKTOP = "claude-desktop"
    CLAUDE_CODE = "claude-code"
    CURSOR = "cursor"
    VSCODE = "vscode"
    CODEX = "codex"
    GEMINI = "gemini"

    @property
    def known_as(self) -> str:
        """What people call it."""
        return _TITLES[self]


_TITLES: Final = {
    Client.CLAUDE_DESKTOP: "Claude Desktop",
    Client.CLAUDE_CODE: "Claude Code",
    Client.CURSOR: "Cursor",
    Client.VSCODE: "VS Code",
    Client.CODEX: "Codex",
    Client.GEMINI: "Gemini CLI",
}


class ProjectImpossible(LifecycleError):
    """A client that keeps its servers for a user only was to have one for a project, or the folder is none."""

    code = "project_impossible"

    def __init__(self, client: Client, folder: Path, reason: str) -> None:
        self.client, self.folder = client, folder
        super().__init__(
            f"Nothing was written for {client.known_as} in {folder}: {reason}. "
            "Leave `--project` out, or name the folder of a project."
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """The file of a client, and where in it servers stand."""

    client: Client
    file: Path
    key: str
    """The object or table that holds the servers by name."""
    mark: Path | None
    """A folder that is there where the client is; None in a project, whose own folder is there already."""
    project: Path | None = None
    """The folder of the project."""
    names_kind: bool = False
    """Whether an entry says that the server is a program (`"type": "stdio"`)."""

    @property
    def is_toml(self) -> bool:
        """Whether the file is TOML; JSON otherwise."""
        return self.file.suffix == ".toml"


def find_spot(
    client: Client,
    project: Path | None = None,
    *,
    user: Path | None = None,
    platform: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
) -> Spot | None:
    """Where a client's file is, or would be; None where only the client itself may write it.

    `user`: the home folder of the user. Raises `ProjectImpossible`.
    """
    if project is not None:
        return _in_project(client, project)
    user = Path.home() if user is None else user
    match client:
        case Client.CLAUDE_DESKTOP:
            folder = _applications(user, platform, environment) / "Claude"
            return Spot(client, folder / "claude_desktop_config.json", "mcpServers", folder)
        case Client.CLAUDE_CODE:
            # `~/.claude.json` is its own state, which it writes while it runs: a change beside it may be lost.
            return None
        case Client.CURSOR:
            return Spot(client, user / ".cursor" / "mcp.json", "mcpServers", user / ".cursor")
        case Client.VSCODE:
            folder = _applications(user, platform, environment) / "Code" / "User"
            return Spot(client, folder / "mcp.json", "servers", folder, names_kind=True)
        case Client.CODEX:
            folder = Path(environment.get("CODEX_HOME") or user / ".codex")
            return Spot(client, folder / "config.toml", "mcp_servers", folder)
        case Client.GEMINI:
            return Spot(client, user / ".gemini" / "settings.json", "mcpServers", user / ".gemini")
        case _:
            assert_never(client)


def _in_project(client: Client, project: Path) -> Spot:
    folder = project.expanduser().absolute()
    if not folder.is_dir():
        raise ProjectImpossible(client, folder, "there is no such folder")
    match client:
        case Client.CLAUDE_DESKTOP:
            raise ProjectImpossible(client, folder, "it has servers for a user only")
        case Client.CLAUDE_CODE:
            return Spot(client, folder / ".mcp.json", "mcpServers", None, folder)
        case Client.CURSOR:
            return Spot(client, folder / ".cursor" / "mcp.json", "mcpServers", None, folder)
        case Client.VSCODE:
            return Spot(client, folder / ".vscode" / "mcp.json", "servers", None, folder, names_kind=True)
        case Client.CODEX:
            return Spot(client, folder / ".codex" / "config.toml", "mcp_servers", None, folder)
        case Client.GEMINI:
            return Spot(client, folder / ".gemini" / "settings.json", "mcpServers", None, folder)
        case _:
            assert_never(client)


def _applications(user: Path, platform: str, environment: Mapping[str, str]) -> Path:
    """Where the applications of a user keep their settings."""
    if platform == "win32":
        return Path(environment.get("APPDATA") or user / "AppData" / "Roaming")
    if platform == "darwin":
        return user / "Library" / "Application Support"
    return Path(environment.get("XDG_CONFIG_HOME") or user / ".config")
