"""The reference and the manual page are what the product says of itself; shells propose its commands."""

import shutil
import subprocess

import pytest

from axure_lifecycle.cli.commands import COMMANDS
from tests.cli.processes import run
from tests.docs.reference import PAGES, ROOT


@pytest.mark.parametrize("page", PAGES)
def test_the_reference_is_what_the_product_says(page: str, request: pytest.FixtureRequest) -> None:
    file, wanted = ROOT / page, PAGES[page]()
    if request.config.getoption("--bless"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted, "utf-8")
    assert file.read_text("utf-8") == wanted, "run pytest --bless tests/docs/test_reference.py"


def test_the_manual_page_is_set_without_a_warning_and_names_every_command() -> None:
    page = ROOT / "docs" / "man" / "axure-lifecycle.1"
    sections = [line.removeprefix(".SS ") for line in page.read_text("utf-8").splitlines() if line.startswith(".SS ")]
    assert sections == [" ".join(command.words).replace("-", "\\-") for command in COMMANDS]
    requests = {line.split()[0] for line in page.read_text("utf-8").splitlines() if line.startswith((".", "'"))}
    assert requests <= {'.\\"', ".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I", ".RI", ".RS", ".RE"}
    groff = shutil.which("groff")
    if groff is not None:  # What sets manual pages; the rules above hold without it.
        done = subprocess.run([groff, "-man", "-Tutf8", "-ww", "-z", page], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_proposes_commands_and_clients(shell: str) -> None:
    script = run(environment={"_AXURE_LIFECYCLE_COMPLETE": f"source_{shell}"})
    assert "_AXURE_LIFECYCLE_COMPLETE" in script.out

    def proposed(line: str) -> str:
        words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
        typed = {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
        ended = run(environment={"_AXURE_LIFECYCLE_COMPLETE": f"complete_{shell}", **words, **typed})
        return ended.out

    assert "discrepancies" in proposed("axure-lifecycle disc")
    assert "vscode" in proposed("axure-lifecycle install vs")
    assert "discrepancies" not in proposed("axure-lifecycle install vs")
