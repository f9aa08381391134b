"""The terminal: who sits there, what is asked there, and how a long job looks.

A person counts as present only where standard input and an output are an interactive terminal. That proves little: an
assistant with a shell could drive one. It is the reason why the record always says which channel it was.
"""

import json
import os
import re
import shutil
import sys
import textwrap
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

from axure_lifecycle.domain.errors import LifecycleError

if TYPE_CHECKING:
    from axure_lifecycle.ports import Progress
    from axure_lifecycle_tools.spec import Answered, Question

_TRIES: Final = 5
_PATIENCE: Final = 0.8
"""Seconds that a job may take before a bar shows how far it is."""


def is_attended() -> bool:
    """Whether a person can be asked here."""
    return sys.stdin.isatty() and (sys.stdout.isatty() or sys.stderr.isatty())


def is_attended_on_both() -> bool:
    """Whether standard input and standard output are both a terminal: what is confirmed must be seen."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def tell(text: str) -> None:
    """A line of the command's answer."""
    sys.stdout.write(text + "\n")


def tell_refusal(code: str, sentence: str) -> None:
    """A refusal, for whoever wanted JSON: one line of the answer."""
    tell(json.dumps({"error": {"code": code, "message": sentence}}, ensure_ascii=False))


def say(text: str) -> None:
    """A line beside the answer, for whoever watches."""
    sys.stdout.flush()
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def show(text: str, end: str = "\n") -> None:
    """Put something before the person who is asked: beside the answer, where standard error is a terminal."""
    sys.stdout.flush()
    screen().write(text + end)
    screen().flush()


def screen() -> TextIO:
    """Where the person who is asked looks."""
    return sys.stderr if sys.stderr.isatty() else sys.stdout


def read_line(prompt: str) -> str | None:
    """What the person types, trimmed; None when they end the input."""
    show(prompt, end="")
    line = sys.stdin.readline()
    if not line.endswith("\n"):
        show("")
    return line.strip() if line else None


class NobodyAnswered(LifecycleError):
    """A question was left: the input ended, or what was typed was no answer."""

    code = "nobody_answered"

    def __init__(self) -> None:
        super().__init__("Nothing was recorded: nobody answered. Type the command again to be asked again.")


def put(question: "Question", note: str = "") -> "Answered":
    """Ask a person for yes or no; a yes takes the whole word, a no may be short.

    Raises `NobodyAnswered`, and nothing is recorded then.
    """
    from axure_lifecycle.domain.holdings import Channel
    from axure_lifecycle_tools.spec import Answered

    # As it is recorded, to the letter: where its lines end is the terminal's business.
    show(question.text)
    return Answered(yes=_read_yes_or_no(), note=note, question=question, channel=Channel.TERMINAL)


def ask_yes_or_no(text: str) -> bool:
    """Whether the person types yes; asked again after anything but yes, no and n. Raises `NobodyAnswered`."""
    show(wrapped(text, screen()))
    return _read_yes_or_no()


def _read_yes_or_no() -> bool:
    for _ in range(_TRIES):
        match read_line("Type the word yes, or no: "):
            case None:
                break
            case word if word.lower() in ("yes", "no", "n"):
                return word.lower() == "yes"
            case word if word.lower() == "y":
                show("A yes counts only as the whole word.")
            case "":
                show("Enter alone is neither, and never a yes.")
            case _:
                show("That is neither yes nor no.")
    raise NobodyAnswered


def ask_for(text: str) -> str:
    """A line of the person's own words; asked again after an empty one. Raises `NobodyAnswered`."""
    for _ in range(_TRIES):
        typed = read_line(f"{text}: ")
        if typed is None:
            break
        if typed:
            return typed
    raise NobodyAnswered


_NARROWEST: Final = 40
_QUOTED: Final = re.compile(r"`[^`]*`")
_COMMAND: Final = re.compile(r"(?:uv run )?axure-lifecycle ")
_INDENT: Final = re.compile(r" *(?:(?:\[.{1,2}\]|STOP:|Mind:|Unknown:|[-!]|[0-9]+\.) +)*")


def wrapped(text: str, stream: TextIO) -> str:
    """The text, no line longer than the terminal is wide; as it is where there is none.

    What somebody would copy stays on one line: a command, and whatever stands in backticks.
    """
    if not stream.isatty():
        return text
    width = max(_NARROWEST, shutil.get_terminal_size().columns)
    return "\n".join(_wrap(line, width) for line in text.split("\n"))


def _wrap(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    found = _COMMAND.search(line)
    if found is not None and line.count("`", 0, found.start()) % 2 == 0:
        head = line[: found.start()].rstrip()
        if not head:
            return line
        return f"{_wrap(head, width)}\n  {line[found.start() :]}"
    kept = _QUOTED.sub(lambda quote: quote[0].replace(" ", "\0"), line)
    indent = _INDENT.match(line)
    hanging = " " * min(len(indent[0]) if indent else 0, width // 3)
    parts = textwrap.wrap(kept, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
    return "\n".join(parts).replace("\0", " ")


def strong(text: str) -> str:
    """The text, bold where standard output is a terminal and the person did not ask for plain text (NO_COLOR)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[1m{text}\x1b[0m"


@contextmanager
def progress_bar() -> "Generator[Progress | None, None, None]":
    """A bar on standard error for a job that takes long; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.stop()


class _Bar:
    """Shows itself once a job has taken a while: rich is not loaded for what is done at once."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._shown: _RichBar | None = None

    def __call__(self, done: int, total: int | None, what: str, /) -> None:
        if self._shown is None and time.monotonic() - self._begun > _PATIENCE:
            self._shown = _RichBar(what)
        if self._shown is not None:
            self._shown.update(done, total, what)

    def stop(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.stop()


class _RichBar:
    def __init__(self, what: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, Task, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.text import Text

        class Left(TimeRemainingColumn):
            def render(self, task: Task) -> Text:
                return Text("") if task.total is None else super().render(task)

        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[count]}", markup=False),
            TaskProgressColumn(),
            Left(),
            console=Console(stderr=True),
            transient=True,
        )
        self._what, self._task = what, self._bars.add_task(what, total=None, count="")
        self._bars.start()

    def update(self, done: int, total: int | None, what: str) -> None:
        """How far it is; each part of a job begins anew, and where nobody knows the whole, it is counted."""
        if what != self._what:
            self._bars.remove_task(self._task)
            self._what, self._task = what, self._bars.add_task(what, total=total, count="")
        count = f"{done:,}" if total is None else ""
        self._bars.update(self._task, completed=done, total=total, count=count)

    def stop(self) -> None:
        """Take the bar away."""
        self._bars.stop()
