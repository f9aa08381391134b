"""The units and the image start commands that there are, and systemd understands the units."""

import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Final

import pytest

from axure_lifecycle.cli.commands import COMMANDS
from tests.conftest import lacks
from tests.docs.running import blocks_of
from tests.docs.test_readme import ROOT

DEPLOY: Final = ROOT / "docs" / "deploy"
PROGRAM: Final = "/usr/local/bin/axure-lifecycle"
UNITS: Final = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])


def values_of(unit: Path, key: str) -> list[str]:
    """What a unit says under a key."""
    return re.findall(rf"^{key}=(.*)$", unit.read_text("utf-8"), re.MULTILINE)


def on_pages(folder: Path) -> list[Path]:
    """The units that pages show, as files; a timer takes the name of the service before it, which it starts."""
    found: list[Path] = []
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for block in blocks_of(page):
            if block.kind == "ini":
                kind = "timer" if "[Timer]" in block.text else "service"
                name = found[-1].stem if kind == "timer" else f"{page.stem}-{len(found)}"
                found.append(folder / f"{name}.{kind}")
                found[-1].write_text(block.text, "utf-8")
    return found


def complaints(units: list[Path], folder: Path) -> tuple[int, list[str]]:
    """What systemd says against units, in which our program, our user and our place are some that are here."""
    checked = folder / "checked"
    checked.mkdir()
    for unit in units:
        text = unit.read_text("utf-8").replace("User=lifecycle", "User=root")
        text = re.sub(rf"^ExecStart=({PROGRAM}|axure-lifecycle)\b", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        (checked / unit.name).write_text(text, "utf-8")
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        lacks("systemd-analyze")
    assert analyze is not None
    files = sorted(map(str, checked.iterdir()))
    done = subprocess.run([analyze, "verify", *files], capture_output=True, text=True, check=False)
    return done.returncode, [line for line in done.stderr.splitlines() if str(checked) in line]


def test_systemd_understands_every_unit_of_the_folder_and_of_every_page(tmp_path: Path) -> None:
    shown = on_pages(tmp_path)
    assert {unit.name.partition("-")[0] for unit in shown} == {"directories", "running", "serving"}
    assert complaints([*UNITS, *shown], tmp_path) == (0, [])


def test_systemd_does_not_understand_a_unit_with_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "broken.service").write_text("[Service]\nExecStart=/bin/true\nProtectSystems=strict\n", "utf-8")
    assert complaints([tmp_path / "broken.service"], tmp_path)[1]


def test_every_timer_has_a_service_and_pages_show_units_as_they_lie_in_the_folder(tmp_path: Path) -> None:
    assert {unit.stem for unit in UNITS if unit.suffix == ".timer"} < {unit.stem for unit in UNITS}
    for unit in on_pages(tmp_path):
        settings = ConfigParser(strict=False, interpolation=None)
        settings.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds capitals
        settings.read_string(unit.read_text("utf-8"))
        assert set(settings.sections()) <= {"Unit", "Service", "Timer", "Install"}, unit
        if unit.suffix == ".service":
            words = shlex.split(settings["Service"]["ExecStart"])
            assert words[0].rpartition("/")[2] == "axure-lifecycle"
            assert any((word,) in {command.words for command in COMMANDS} for word in words[1:]), unit


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
