"""A page as somebody reads it who types all of it: files are written as shown, commands are run at a terminal."""

import re
import shlex
from pathlib import Path
from typing import Final, NamedTuple

from axure_lifecycle.config.home import HOME_VARIABLE
from tests.cli.processes import attend

_BLOCK: Final = re.compile(
    r"^(?:<!-- not run: (?P<why>[^\n]+) -->\n)?```(?P<kind>\w*)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """A fenced block of a page."""

    kind: str
    file: str | None
    """The file that it shows."""
    text: str
    why_not: str | None
    """Why it cannot be run in a test."""


class Said(NamedTuple):
    """What a command left on the screen."""

    line: str
    code: int
    screen: str


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page, in their order."""
    return [
        Block(found["kind"], found["file"], found["text"], found["why"])
        for found in _BLOCK.finditer(page.read_text("utf-8"))
    ]


def follow(page: Path, folder: Path) -> list[Said]:
    """Write what the page shows and type what it says, in a folder; to every question yes."""
    said: list[Said] = []
    for block in blocks_of(page):
        if block.file is not None:
            (folder / block.file).write_text(block.text, "utf-8")
        elif block.kind == "sh":
            said += [type_line(line, folder) for line in block.text.splitlines() if line.strip()]
    return said


def type_line(line: str, folder: Path) -> Said:
    """A command at a terminal in the folder, whose home is `home` in it."""
    words = shlex.split(line)
    assert words[0] == "axure-lifecycle", line
    ended = attend(*words[1:], home=None, environment={HOME_VARIABLE: str(folder / "home")}, folder=folder, agrees=True)
    return Said(line, ended.code, ended.err)
