"""Every command that a page shows, in a block or within a sentence, and those that no test types."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from axure_lifecycle.cli.commands import COMMANDS
from tests.docs.reference import context_of
from tests.docs.running import blocks_of

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"
NOT_RUN: Final = DOCS / "not-run.md"
PAGES: Final = (
    ROOT / "README.md",
    *sorted(page for page in DOCS.rglob("*.md") if page != NOT_RUN and page.parent.name != "reference"),
)
"""Whatever somebody wrote by hand; the reference is made from the product."""
_PROGRAMS: Final = (
    "axure-lifecycle|uv|uvx|python3?|pip|sudo|systemctl|docker|podman|git|npx|man|pg_dump|pg_restore|mcpb"
)
_BEGINS: Final = re.compile(rf"(?:[A-Z_]+=\S+ )?(?:[^\s=]+/)?(?:{_PROGRAMS}) \S")
_OURS_WITHIN: Final = re.compile(r"(?:^|[\s/=])(axure-lifecycle \S[^>`]*)")
"""A command of ours in a line of a timer or of a unit."""
_SPAN: Final = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_FENCED: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def commands_of(page: Path) -> Iterator[str]:
    """Every command of a page: the lines of its shell blocks, ours in units and timers, and those in sentences."""
    for block in blocks_of(page):
        for line in block.text.splitlines():
            if block.kind == "sh" and line.strip():
                yield line
            elif block.kind in ("text", "ini", "console") and (found := _command_in(line.removeprefix("$ "))):
                yield found
    for span in spans_of(page):
        if found := _command_in(span):
            yield found


def spans_of(page: Path) -> list[str]:
    """Whatever stands in backticks within a sentence or a table."""
    return [" ".join(span.split()) for span in _SPAN.findall(_FENCED.sub("", page.read_text("utf-8")))]


def _command_in(text: str) -> str | None:
    within = _OURS_WITHIN.search(text)
    found = text if _BEGINS.match(text) else within[1].strip() if within is not None else None
    return None if found is None or _is_a_name(found) else found


def _is_a_name(command: str) -> bool:
    """Whether it only names a program or one of our commands, which cannot be typed like that."""
    if command in ("uv run", "uv run axure-lifecycle"):
        return True
    words = tuple(command.split()[1:])
    if command.split()[0] != "axure-lifecycle" or words not in {one.words for one in COMMANDS}:
        return False
    context = context_of(words)
    return any(parameter.required for parameter in context.command.get_params(context))


def not_run() -> dict[str, str]:
    """Command → why no test types it, as the page says."""
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+?) \|", NOT_RUN.read_text("utf-8"), re.MULTILINE)
    return dict(rows)
