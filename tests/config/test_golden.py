"""The golden files that other tests compare with: what changes is noticed, and nothing is blessed by accident."""

import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest


class Golden(Protocol):
    folder: Path
    blesses: bool

    def __call__(self, name: str, text: str) -> None: ...


def test_the_same_text_passes(golden: Golden, tmp_path: Path) -> None:
    golden.folder = tmp_path
    (tmp_path / "greeting.txt").write_bytes("Grüezi\n".encode())
    golden("greeting.txt", "Grüezi\n")


def test_another_text_fails_and_shows_the_difference(golden: Golden, tmp_path: Path) -> None:
    golden.folder = tmp_path
    (tmp_path / "greeting.txt").write_text("Hello\n")
    with pytest.raises(pytest.fail.Exception, match=r"(?s)greeting\.txt changed.*--bless.*-Hello.*\+Goodbye"):
        golden("greeting.txt", "Goodbye\n")
    assert (tmp_path / "greeting.txt").read_text() == "Hello\n"


def test_a_missing_file_fails_with_the_way_to_write_it(golden: Golden, tmp_path: Path) -> None:
    golden.folder = tmp_path
    with pytest.raises(pytest.fail.Exception, match=r"no golden file greeting\.txt: .*pytest --bless"):
        golden("greeting.txt", "Hello\n")
    assert list(tmp_path.iterdir()) == []


def test_blessing_writes_the_text(golden: Golden, tmp_path: Path) -> None:
    golden.folder = tmp_path
    golden.blesses = True
    golden("tools/greeting.txt", "Grüezi\n")
    assert (tmp_path / "tools" / "greeting.txt").read_bytes() == "Grüezi\n".encode()


def test_nothing_is_blessed_under_ci(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--bless", "--collect-only", "-q", "tests/config/test_golden.py"],
        cwd=root,
        env={"CI": "true", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 4
    assert "never rewritten under CI=true" in run.stderr
