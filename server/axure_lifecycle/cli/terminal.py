"""The terminal: who sits there, what is asked there, and how a long job looks.

A person counts as present only where standard input and an output are an interactive terminal. That proves little: an
assistant with a shell could drive one. It is the reason why the record always says which channel it was.
"""

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from axure_lifecycle.ports import Progress
    from axure_lifecycle_tools.spec import Answered, Declined, Question

_TRIES: Final = 3
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


def say(text: str) -> None:
    """A line beside the answer, for whoever watches."""
    sys.stdout.flush()
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def show(text: str, end: str = "\n") -> None:
    """Put something before the person who is asked: beside the answer, where standard error is a terminal."""
    sys.stdout.flush()
    screen = sys.stderr if sys.stderr.isatty() else sys.stdout
    screen.write(text + end)
    screen.flush()


def read_line(prompt: str) -> str | None:
    """What the person types, trimmed; None when they end the input."""
    show(prompt, end="")
    line = sys.stdin.readline()
    if not line.endswith("\n"):
        show("")
    return line.strip() if line else None


def put(question: "Question", note: str = "") -> "Answered | Declined":
    """Ask a person. Only the word yes is a yes; Enter alone, or the end of the input, is no answer and never a yes."""
    from axure_lifecycle.domain.holdings import Channel
    from axure_lifecycle_tools.spec import Answered, Declined

    show(question.text)
    for _ in range(_TRIES):
        match read_line("Type the word yes, or no (Enter alone is neither, and never a yes): "):
            case None | "":
                break
            case word if word.lower() in ("yes", "no"):
                return Answered(yes=word.lower() == "yes", note=note, question=question, channel=Channel.TERMINAL)
            case _:
                show("That is neither yes nor no.")
    return Declined(question, Channel.TERMINAL)


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
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bars.add_task(what, total=None)
        self._bars.start()

    def update(self, done: int, total: int | None, what: str) -> None:
        """How far it is."""
        self._bars.update(self._task, completed=done, total=total, description=what)

    def stop(self) -> None:
        """Take the bar away."""
        self._bars.stop()
