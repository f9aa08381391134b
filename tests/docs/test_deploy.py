"""The units and the image start commands that there are, and systemd understands the units."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from axure_lifecycle.cli.commands import COMMANDS
from tests.docs.test_readme import ROOT

DEPLOY: Final = ROOT / "docs" / "deploy"
PROGRAM: Final = "/usr/local/bin/axure-lifecycle"
UNITS: Final = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])


def values_of(unit: Path, key: str) -> list[str]:
    """What a unit says under a key."""
    return re.findall(rf"^{key}=(.*)$", unit.read_text("utf-8"), re.MULTILINE)


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text("utf-8").replace(PROGRAM, "/bin/true").replace("User=lifecycle", "User=root")
        (tmp_path / unit.name).write_text(text, "utf-8")
    analyze = shutil.which("systemd-analyze")
    if analyze is not None:  # Part of systemd; what the other tests hold, they hold without it.
        done = subprocess.run(
            [analyze, "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, [line for line in done.stderr.splitlines() if str(tmp_path) in line]) == (0, [])
    assert {unit.stem for unit in UNITS if unit.suffix == ".timer"} < {unit.stem for unit in UNITS}


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.stem)
def test_every_service_starts_a_command_as_a_user_of_its_own(unit: Path) -> None:
    [start] = values_of(unit, "ExecStart")
    words = shlex.split(start[start.index(PROGRAM) :].rstrip("'"))
    assert (words[1],) in {command.words for command in COMMANDS}
    assert values_of(unit, "User") == ["lifecycle"]
    assert values_of(unit, "ProtectSystem") == ["strict"]
    assert values_of(unit, "UMask") == ["0077"]


def test_the_image_has_what_the_build_needs_and_no_rights() -> None:
    lines = (DEPLOY / "Containerfile").read_text("utf-8").splitlines()
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    assert set(copied) == {"pyproject.toml", "README.md", "LICENSE", "server", "tools"}
    assert all((ROOT / name).exists() for name in copied)
    assert "USER 10001" in lines
    images = {line.split()[1] for line in lines if line.startswith("FROM ")}
    assert images == {"python:3.13-slim"}
    assert 'ENTRYPOINT ["axure-lifecycle"]' in lines
