"""The README says what is true: its table is the catalog's, its files exist, its commands run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from axure_lifecycle_tools.catalog import CATALOG

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
TABLE = re.compile(r"(<!-- tools: compared with the catalog by a test -->\n).*?(<!-- /tools -->)", re.DOTALL)


def table() -> str:
    """The table of tools as the catalog has it: the first sentence of each description."""
    rows = [f"| `{verb.name}` | {first_sentence(verb.description)} |" for verb in CATALOG]
    return "\n".join(["| tool | what it does |", "|---|---|", *rows, ""])


def first_sentence(text: str) -> str:
    return re.split(r"(?<=[.])\s", text, maxsplit=1)[0]


def test_the_table_of_tools_is_the_catalogs(request: pytest.FixtureRequest) -> None:
    text = README.read_text("utf-8")
    wanted = TABLE.sub(lambda found: found.group(1) + table() + found.group(2), text)
    if request.config.getoption("--bless"):
        README.write_text(wanted, "utf-8")
        text = wanted
    assert text == wanted, "run pytest --bless tests/docs"


PAGES = [
    "README.md",
    "docs/channels.md",
    "docs/truth.md",
    "docs/architecture.md",
    "docs/audit.md",
    "docs/backup.md",
    "docs/erasure.md",
    "docs/benchmarks.md",
    "docs/clients.md",
    "docs/console.md",
    "docs/directories.md",
    "docs/playbooks.md",
    "docs/roles.md",
    "docs/running.md",
    "CHANGELOG.md",
]


@pytest.mark.parametrize("page", PAGES)
def test_links_between_the_pages_lead_somewhere(page: str) -> None:
    file = ROOT / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", file.read_text("utf-8")):
        assert (file.parent / target).exists(), f"{page}: {target}"


def commands(page: Path) -> list[str]:
    """Every line of every shell block."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def test_the_commands_for_ones_own_organisation_run_in_their_order(tmp_path: Path, acme: Path) -> None:
    """On Acme's files, without a terminal: the answers that a person would give are given as flags."""
    for name in ("members.csv", "seats.csv", "directory.csv"):
        shutil.copyfile(acme / name, tmp_path / name)
    said = ""
    for line in [line for line in commands(README) if line.startswith("uv run axure-lifecycle") and "demo" not in line]:
        words = line.removeprefix("uv run axure-lifecycle ").split()
        if words[0] == "install":
            continue  # It writes into a client's own configuration: tests/cli/test_installing.py.
        if words == ["init"]:
            words += ["--organization", "Acme", "--deployment", "private_instance", "--host", "acme.axure.cloud"]
            words += ["--sign-in", "saml", "--idp", "okta", "--screens", "new", "--operator", "pat@acme.example"]
            words += ["--time-zone", "Europe/Amsterdam"]
        elif words[0] == "import":
            words.append("--yes")
        said = run(words, tmp_path)
    assert re.search(r"29 +leaver", said)


def test_the_demo_of_the_readme_runs_and_verifies(tmp_path: Path) -> None:
    said = run(["demo"], tmp_path)
    assert "C-1 is verified" in said
    assert "Not imported: the person did not say yes." in said


def run(words: list[str], folder: Path) -> str:
    """The command line as a process of its own; its standard output."""
    environment = {**os.environ, "AXURE_LIFECYCLE_HOME": str(folder / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "axure_lifecycle.cli", *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout
