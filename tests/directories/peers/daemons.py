"""Other people's servers as processes below ours: started, stopped, killed and frozen when a test says so."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

_PATIENCE: Final = 60
"""Seconds until a server that does not answer has failed; a busy machine needs a few."""
_BETWEEN: Final = 0.01
"""Seconds between two looks at a server that is starting."""
_PLACES: Final = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    def is_answered(self) -> bool:
        """Whether somebody takes a connection there."""
        with socket.socket() as client:
            client.settimeout(1)
            return client.connect_ex(self) == 0

    def is_free(self) -> bool:
        """Whether a server of ours may listen there."""
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                server.bind(self)
            except OSError:
                return False
            return True


def find_program(name: str) -> str | None:
    """Where a program is; servers stand where an ordinary user's search path does not look."""
    return shutil.which(name, path=_PLACES)


def find_free_port() -> int:
    """A port of the loopback on which nobody listens at this moment."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def run(
    command: Sequence[str], *, given: str = "", environment: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever it says."""
    found = find_program(command[0])
    assert found is not None, command[0]
    return subprocess.run(
        [found, *command[1:]],
        input=given,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE * 3,
    )


def do(command: Sequence[str], *, given: str = "", environment: Mapping[str, str] = {}) -> str:
    """Run a program that must succeed; its standard output."""
    ended = run(command, given=given, environment=environment)
    assert ended.returncode == 0, f"{command[0]} ended with {ended.returncode}: {ended.stdout[-2000:]}{ended.stderr}"
    return ended.stdout


class Daemon:
    """A server that runs in the foreground below us."""

    def __init__(self, command: Sequence[str], log: Path, address: Address) -> None:
        self._command = command
        self._log = log
        self._address = address
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running server."""
        assert self._process is not None, f"{self._command[0]} does not run"
        return self._process

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        """Start it, and come back when it takes connections."""
        assert not self.is_running
        with self._log.open("ab") as log:
            # Samba ends when the pipe that is its standard input does, so it never outlives a killed test.
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        deadline = time.monotonic() + _PATIENCE
        while not self._address.is_answered():
            if self._has_ended(_BETWEEN) or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"{self._command[0]} did not start:\n{self._log.read_text('utf-8', 'replace')}")

    def stop(self) -> None:
        """Ask it to end, and wait for that."""
        if self.is_running:
            self.thaw()
            self.process.terminate()
            if not self._has_ended(_PATIENCE):
                self.process.kill()
            self._bury()

    def kill(self) -> None:
        """End it at once, as a power cut would: its connections break in the middle of whatever they do."""
        if self.is_running:
            self.process.kill()
            self._bury()

    def freeze(self) -> None:
        """Let it keep its connections and say nothing more, as a server or a network that hangs."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        self.process.send_signal(signal.SIGCONT)

    def _has_ended(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _bury(self) -> None:
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        self._process = None
