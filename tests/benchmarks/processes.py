"""Running a child process and asking the operating system what it took.

The parent of measured children imports little: on Linux a child never reports less memory than its parent held at the
fork, because the accounting passes from one to the other.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final, TypeVar

ROOT: Final = Path(__file__).resolve().parents[2]
MEMORY_UNIT: Final = 1 if sys.platform == "darwin" else 1024
"""Bytes in which a system counts a process's resident memory."""


class ChildFailed(Exception):
    """A child ended with another code than 0."""

    def __init__(self, command: Sequence[str], code: int) -> None:
        super().__init__(f"{' '.join(command)} ended with code {code}")


@dataclass(frozen=True, slots=True)
class Ended:
    """A child that is through."""

    seconds: float
    """From its start to its end."""
    peak: int
    """Bytes of resident memory, at most."""
    said: Any
    """The JSON that it wrote; None when it wrote nothing."""


_LEFT_OUT: Final = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "AXURE_LIFECYCLE_HOME", "SSL_CERT_FILE"})


def environment() -> dict[str, str]:
    """That of this process, but children find the benchmarks, write bytecode, meet no home of the developer, and trust
    whom the system trusts: a file of authorities that the environment names is read as a whole at each connection.
    """
    return {**{name: value for name, value in os.environ.items() if name not in _LEFT_OUT}, "PYTHONPATH": str(ROOT)}


def child(name: str, *arguments: str | Path) -> list[str]:
    """The command that runs one of the children."""
    return [sys.executable, "-m", f"tests.benchmarks.children.{name}", *map(str, arguments)]


def run_child(name: str, *arguments: str | Path) -> Ended:
    """Run a child to its end. Raises `ChildFailed`."""
    command = child(name, *arguments)
    begun = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        text = process.stdout.read()
        peak = wait_for(process)
        seconds = perf_counter() - begun
    if process.returncode:
        raise ChildFailed(command, process.returncode)
    return Ended(seconds, peak, json.loads(text) if text.strip() else None)


def wait_for(process: "subprocess.Popen[bytes]") -> int:
    """Wait for a child's end; the bytes of resident memory that it held at most."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * MEMORY_UNIT


Each = TypeVar("Each")
Other = TypeVar("Other")


def alternate(runs: int, ours: Callable[[], Each], baseline: Callable[[], Other]) -> tuple[list[Each], list[Other]]:
    """Both in turn, so that whatever slows the machine down slows both."""
    found: list[Each] = []
    beside: list[Other] = []
    for _ in range(runs):
        found.append(ours())
        beside.append(baseline())
    return found, beside
