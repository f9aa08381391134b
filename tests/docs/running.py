"""A page as somebody reads it who types all of it: files are written as shown, commands are run at a terminal."""

import re
import shlex
from collections.abc import Collection, Mapping
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


def follow(
    page: Path, folder: Path, *, leaving_out: Collection[str] = (), here: Mapping[str, str] | None = None
) -> list[Said]:
    """Write what the page shows and type what it says, in a folder; to every question yes.

    `here`: what stands for a part of a line on this machine.
    """
    said: list[Said] = []
    for block in blocks_of(page):
        if block.file is not None:
            (folder / block.file).write_text(block.text, "utf-8")
        elif block.kind == "sh":
            lines = [line for line in block.text.splitlines() if line.strip() and line not in leaving_out]
            said += [type_line(line, folder, here=here) for line in lines]
    return said


def type_line(line: str, folder: Path, *, here: Mapping[str, str] | None = None) -> Said:
    """A command at a terminal in the folder, whose home is `home` in it."""
    typed = line
    for shown, meant in (here or {}).items():
        typed = typed.replace(shown, meant)
    words = shlex.split(typed.removeprefix("uv run "))
    assert words[0] == "axure-lifecycle", line
    places = {HOME_VARIABLE: str(folder / "home"), "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config")}
    ended = attend(*words[1:], home=None, environment=places, folder=folder, agrees=True)
    return Said(line, ended.code, ended.err)
