"""The page of threats names a guard's tests; each of them is there."""

import ast
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "threats.md"


def _tests_of_the_suite() -> set[str]:
    return {
        node.name
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def _rows() -> list[list[str]]:
    lines = PAGE.read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in cells if len(row) == 3 and row[0] != "threat" and not set(row[0]) <= set("-: ")]


def test_every_threat_names_its_guard_and_a_test_that_is_there() -> None:
    rows = _rows()
    assert len(rows) > 40
    existing = _tests_of_the_suite()
    for threat, guard, held_by in rows:
        named = re.findall(r"`(test_\w+)`", held_by)
        assert guard, threat
        assert named, threat
        assert not set(named) - existing, threat


def test_no_test_is_named_outside_the_tables() -> None:
    in_rows = {name for row in _rows() for name in re.findall(r"test_\w+", " ".join(row))}
    assert set(re.findall(r"test_\w+", PAGE.read_text("utf-8"))) == in_rows
