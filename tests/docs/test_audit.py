"""The commands of docs/audit.md, in their order, on a home with something in it."""

import re
import shlex
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from axure_lifecycle.config import write_configuration
from axure_lifecycle.domain.organization import Organization
from tests.docs.test_readme import ROOT, commands

PAGE: Final = ROOT / "docs" / "audit.md"


def test_the_commands_of_the_page_run_in_their_order_and_end_with_a_verdict(
    tmp_path: Path, organization: Organization
) -> None:
    home = tmp_path / "home"
    write_configuration(home, organization)
    members = tmp_path / "members.csv"
    members.write_text("Name,Email\nAna Berg,ana@acme.example\n", encoding="utf-8")
    program = [sys.executable, "-m", "axure_lifecycle.cli", "--home", str(home)]
    run([*program, "import", "members", str(members), "--complete", "--yes"], tmp_path)
    lines = commands(PAGE)
    assert [line.split()[:3] for line in lines][-1] == ["python3", "-I", "verify.py"]
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    key, said = "", ""
    for line in lines:
        dated = re.sub(r"(--from|--to) 20\d\d-\d\d-\d\d", rf"\1 {today.isoformat()}", line)
        words = shlex.split(dated.replace("KEY", key))
        start = program if words[0] == "axure-lifecycle" else [sys.executable]
        said = run([*start, *words[1:]], tmp_path)
        key = key or next(iter(re.findall(r"[0-9a-f]{64}", said)))
    assert "Your own checkpoint of record" in said


def run(words: list[str], folder: Path) -> str:
    """A process of its own; its standard output."""
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout
