"""A process that has loaded the command line once and forks for every command.

Each command is a process of its own, with its own terminal, environment and exit, and starts in a tenth of the time.
Run as a script with the number of a socket; each message there brings the words of a command and the three files that
it shall have for input, output and errors.
"""

import ctypes
import fcntl
import json
import os
import signal
import socket
import sys
import termios
from importlib import import_module
from pathlib import Path
from typing import Any, Final

MOST_BYTES: Final = 1 << 20


def _serve(requests: socket.socket) -> None:
    _load()
    requests.sendall(b"ready")
    while True:
        message, files, _, _ = socket.recv_fds(requests, MOST_BYTES, 3)
        if not message:
            return
        child = os.fork()
        if child == 0:
            requests.close()
            wanted = json.loads(message)
            _become(wanted, files)
            if wanted["bound"]:
                _bind()
                os.execv(sys.executable, [sys.executable, "-m", "axure_lifecycle.cli", *wanted["arguments"]])
            from axure_lifecycle.cli import main

            sys.exit(main())
        for file in files:
            os.close(file)
        requests.sendall(str(child).encode())
        _, status = os.waitpid(child, 0)
        requests.sendall(str(os.waitstatus_to_exitcode(status)).encode())


def _load() -> None:
    """What commands import when they run; nothing is opened."""
    for module in ("cli.comparison", "cli.organization", "rosters", "store"):
        import_module(f"axure_lifecycle.{module}")
    import_module("axure_lifecycle_tools.catalog")
    import_module("axure_lifecycle_tools.confirming")
    from axure_lifecycle.facts import shipped_register

    shipped_register()


def _become(wanted: dict[str, Any], files: list[int]) -> None:
    """Turn the fork into what an exec would have started from a shell in front of a person."""
    os.setsid()
    # Whoever started the tests in the background may have had Ctrl-C ignored, and a fork inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if wanted["terminal"]:
        fcntl.ioctl(files[0], termios.TIOCSCTTY, 0)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(wanted["environment"])
    os.chdir(wanted["folder"])
    sys.argv = ["axure-lifecycle", *wanted["arguments"]]
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        buffering = 1 if os.isatty(number) or name == "stderr" else -1
        setattr(sys, name, open(number, mode, buffering, encoding="utf-8", closefd=False))  # noqa: SIM115


def _bind() -> None:
    """Take from root what lets it write where the modes say no, from the next exec on; modes bind anybody else."""
    drop_from_bounding_set, override, read_search = 24, 1, 2
    for capability in (override, read_search):
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


class Nursery:
    """The test's side of it."""

    def __init__(self) -> None:
        import subprocess

        ours, theirs = socket.socketpair()
        script = str(Path(__file__).resolve())
        self._process = subprocess.Popen(
            [sys.executable, "-X", "utf8", script, str(theirs.fileno())], pass_fds=[theirs.fileno()]
        )
        theirs.close()
        self._requests = ours
        assert self._hear() == "ready"

    def start(
        self,
        arguments: list[str],
        files: tuple[int, int, int],
        environment: dict[str, str],
        folder: Path | None,
        *,
        terminal: bool,
        bound: bool = False,
    ) -> int:
        """Start a command; returns its process id. One that is `bound` may not override modes, even as root."""
        wanted = {
            "arguments": arguments,
            "environment": environment,
            "folder": str(folder or Path.cwd()),
            "terminal": terminal,
            "bound": bound,
        }
        socket.send_fds(self._requests, [json.dumps(wanted).encode()], files)
        return int(self._hear())

    def end(self) -> int:
        """Wait for the command that was started last; returns its exit code."""
        return int(self._hear())

    def close(self) -> None:
        """End the process."""
        self._requests.close()
        self._process.wait()

    def _hear(self) -> str:
        said = self._requests.recv(MOST_BYTES)
        assert said, "the nursery is gone"
        return said.decode()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
