"""The command line as real processes: piped, as a script would run it, and at a terminal, as a person would."""

import atexit
import json
import os
import pty
import re
import select
import signal
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from axure_lifecycle.cli.running import OUR_FAULT
from axure_lifecycle.cli.wording import COMMANDS
from tests.cli.nursery import Nursery

YES: Final = ("Type the word yes", "yes")
"""What every command that asks shows, and what is typed then."""
NO: Final = ("Type the word yes", "no")
ENTER: Final = ("Type the word yes", "")
ENDS_INPUT: Final = "\x04"
INTERRUPTS: Final = "\x03"
_AGAIN: Final = 8.0
"""Seconds without a sign before Ctrl-C is pressed once more."""
_MOST_ASKED: Final = 50
_PATIENCE: Final = 60
"""Seconds until a process that says nothing has failed."""
_LONGEST: Final = 180
"""Seconds until a conversation has failed, however much is said."""


_TOOL: Final = re.compile(rf"(?<![\w./-])(?:{'|'.join(COMMANDS)})(?![\w.@-]*[\w@-])")
_QUOTED: Final = re.compile(r"“[^”]*”")
_SPEAKS_OF_TOOLS: Final = ("demo", "export")
"""The demonstration shows an assistant at work; an exported trail holds what was recorded, to the letter."""


def tools_in(text: str) -> set[str]:
    """The tools that a text names, outside of what it quotes: a shell has commands instead."""
    return set(_TOOL.findall(_QUOTED.sub("", text)))


class Ended(NamedTuple):
    """What a process left."""

    code: int
    out: str
    """Standard output; at a terminal only what stood apart from the screen."""
    err: str
    """Standard error; at a terminal the whole screen, what was typed included."""

    @property
    def answer(self) -> Any:
        """The JSON on standard output."""
        return json.loads(self.out)

    @property
    def refusal(self) -> str:
        """The stable code of a refusal in JSON."""
        assert self.code == 1, self
        return str(self.answer["error"]["code"])


@cache
def _nursery() -> Nursery:
    nursery = Nursery()
    atexit.register(nursery.close)
    return nursery


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AXURE_LIFECYCLE", "UV"))}
    return {**kept, "TERM": "xterm", "COLUMNS": "1000", **changes}


def run(
    *arguments: str,
    home: Path | None = None,
    typed: str | bytes = "",
    environment: Mapping[str, str] = {},
    folder: Path | None = None,
    bound: bool = False,
) -> Ended:
    """Run a command without a terminal; `bound` for somebody for whom the modes of files count, which root is not."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(typed if isinstance(typed, bytes) else typed.encode())
        given.seek(0)
        files = (given.fileno(), out.fileno(), err.fileno())
        line = [*_at_home(home), *arguments]
        _nursery().start(line, files, _environment(environment), folder, terminal=False, bound=bound)
        code = _nursery().end()
        out.seek(0)
        err.seek(0)
        return _checked(line, Ended(code, out.read().decode(), err.read().decode()))


Typing = tuple[str, str | Callable[[], str]]
"""What to wait for on the screen, and what is typed then; a function may do something before it says what."""


def attend(
    *arguments: str,
    says: Sequence[Typing] = (),
    home: Path | None = None,
    pipes: bool = False,
    environment: Mapping[str, str] = {},
    folder: Path | None = None,
    agrees: bool = False,
) -> Ended:
    """Run a command at a terminal; `says` holds what to wait for on the screen, and what to type then.

    With `pipes`, standard output is no terminal, as in `axure-lifecycle … | jq`. With `agrees`, yes is said to all.
    """
    ours, theirs = pty.openpty()
    with tempfile.TemporaryFile() as out:
        files = (theirs, out.fileno() if pipes else theirs, theirs)
        line = [*_at_home(home), *arguments]
        process = _nursery().start(line, files, _environment(environment), folder, terminal=True)
        os.close(theirs)
        left: list[Typing] = [YES] * _MOST_ASKED if agrees else list(says)
        screen = _converse(ours, process, left)
        code = _nursery().end()
        assert agrees or not left, f"never asked: {left[0][0]!r}; the screen was:\n{screen}"
        os.close(ours)
        out.seek(0)
        return _checked(line, Ended(code, out.read().decode(), screen.replace("\r\n", "\n")))


def _checked(line: Sequence[str], ended: Ended) -> Ended:
    """Whatever a command says, in every test: it names commands, each as it is typed here, and never tools."""
    if ended.code != OUR_FAULT and not set(_SPEAKS_OF_TOOLS) & set(line):  # a trace shows our code
        assert not tools_in(ended.out + ended.err), (line, ended)
    assert "uv run uv run" not in ended.out + ended.err, (line, ended)
    return ended


def _converse(terminal: int, process: int, says: list[Typing]) -> str:
    screen, seen, last, interrupts = "", 0, time.monotonic(), False
    deadline = last + _LONGEST
    while True:
        if time.monotonic() > deadline:
            os.kill(process, signal.SIGKILL)
            break
        ready, _, _ = select.select([terminal], [], [], 1)
        if ready:
            try:
                part = os.read(terminal, 65536)
            except OSError:  # Linux says so when the other end was closed.
                break
            if not part:
                break
            screen, last = screen + part.decode(errors="replace"), time.monotonic()
        elif time.monotonic() - last > _PATIENCE:
            os.kill(process, signal.SIGKILL)
            break
        elif interrupts and time.monotonic() - last > _AGAIN:
            # A Ctrl-C that comes between the prompt and the read waits for the next key: people press it again, but
            # not while a slow machine is ending the process.
            os.write(terminal, INTERRUPTS.encode())
        if says and (found := screen.find(says[0][0], seen)) >= 0:
            _, typed = says.pop(0)
            answer = typed if isinstance(typed, str) else typed()
            seen, interrupts = found + 1, answer == INTERRUPTS
            os.write(terminal, answer.encode() if answer in (ENDS_INPUT, INTERRUPTS) else f"{answer}\n".encode())
    return screen


def _at_home(home: Path | None) -> tuple[str, ...]:
    return () if home is None else ("--home", str(home))
