"""The examples in docstrings say what really comes out."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = (ROOT / "server", ROOT / "tools")
_EXAMPLE = re.compile(r"^ *>>> ", re.MULTILINE)


def modules_with_examples() -> list[str]:
    """The name of every module in which some line looks like an example."""
    return sorted(
        ".".join(file.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        for source in SOURCES
        for file in source.rglob("*.py")
        if _EXAMPLE.search(file.read_text("utf-8"))
    )


def test_there_are_examples_in_both_packages() -> None:
    assert {name.partition(".")[0] for name in modules_with_examples()} == {"axure_lifecycle", "axure_lifecycle_tools"}


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_come_out_as_written(name: str) -> None:
    module = importlib.import_module(name)
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    for examples in doctest.DocTestFinder(exclude_empty=True).find(module):
        runner.run(examples, out=said.append)
    assert said == [], "".join(said)
    # An example that the finder does not meet, beside a constant or within a function, would never be run.
    written = _EXAMPLE.findall(Path(str(module.__file__)).read_text("utf-8"))
    assert runner.tries == len(written)
