"""One run of the command line: what stands on standard error, and the exit code.

0: done. 1: refused, with a sentence and a stable code; nobody said yes; or the trail is broken. 2: the command was
typed wrongly. 10, 11 and 12: what `run` says of a pass. 70: a fault of ours. 130: interrupted.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Final

import typer

from axure_lifecycle.cli.commands import build_command
from axure_lifecycle.cli.terminal import say, tell_refusal, wrapped
from axure_lifecycle.cli.wording import Shellwords
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.passing import ALREADY_RUNNING, PassUnderWay

PROGRAM: Final = "axure-lifecycle"
DEBUG_VARIABLE: Final = "AXURE_LIFECYCLE_DEBUG"

REFUSED: Final = 1
MISTYPED: Final = 2
_OWN_CODES: Final = {PassUnderWay.code: ALREADY_RUNNING}
"""Refusals that a script tells from all others."""
OUR_FAULT: Final = 70
"""`EX_SOFTWARE` of BSD's sysexits."""
INTERRUPTED: Final = 130


def main() -> int:
    """Run the command that the process was started with; returns its exit code."""
    arguments = sys.argv[1:]
    wants_json = "--json" in arguments
    with _Outermost(arguments, wants_json=wants_json) as outermost:
        _prepare_streams(wants_json=wants_json)
        outermost.code = _run(arguments, wants_json=wants_json)
        sys.stdout.flush()
    return outermost.code


def _prepare_streams(*, wants_json: bool) -> None:
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Whoever started this closed the file; its number must not go to the next one that is opened.
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - open for as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A letter that the terminal's encoding lacks must not end a command; JSON is UTF-8 everywhere.
            stream.reconfigure(
                encoding="utf-8" if wants_json and stream is sys.stdout else None, errors="backslashreplace"
            )


def _run(arguments: Sequence[str], *, wants_json: bool) -> int:
    try:
        # With --json a mistyped command is an object as well, so its sentence must not be printed on the way.
        code = build_command().main(args=arguments, prog_name=PROGRAM, standalone_mode=not wants_json)
    except SystemExit as end:
        code = end.code
    return code if isinstance(code, int) else 0


class _Outermost:
    """Where every exception ends."""

    def __init__(self, arguments: Sequence[str], *, wants_json: bool) -> None:
        self.code = 0
        self._arguments = arguments
        self._wants_json = wants_json

    def __enter__(self) -> "_Outermost":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        match error:
            case None:
                return True
            case LifecycleError():
                self._end(
                    _OWN_CODES.get(error.code, REFUSED),
                    error.code,
                    Shellwords.of(self._arguments).speak(error.sentence),
                )
            case typer.TyperException():
                self._end(MISTYPED, "mistyped", error.format_message())
            case BrokenPipeError():
                # Whoever read has gone; what is still buffered must not complain at the end of the process.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                self.code = REFUSED
            case KeyboardInterrupt() | typer.Abort():
                say("")
                self.code = INTERRUPTED
            case _:
                if os.environ.get(DEBUG_VARIABLE) == "1":
                    say("".join(traceback.format_exception(error)))
                self._end(
                    OUR_FAULT,
                    "our_fault",
                    f"This is a fault of Axure Lifecycle, not yours ({type(error).__name__}). What was recorded before "
                    f"stands. {DEBUG_VARIABLE}=1 shows where it happened; please report it.",
                )
        return True

    def _end(self, code: int, name: str, sentence: str) -> None:
        self.code = code
        if self._wants_json:
            tell_refusal(name, sentence)
            sys.stdout.flush()
        else:
            say(wrapped(sentence, sys.stderr))
