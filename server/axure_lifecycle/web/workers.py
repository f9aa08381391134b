"""Several processes that take connections from one socket, and one that watches over them.

A worker that ends is replaced; one that ends before it was ready even once is a fault that another one would meet too,
so after a few of them the server stops. Workers end with the process that watches: none goes on unseen.
"""

import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import ClassVar, Final

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.web.speaking import say

MOST_FALSE_STARTS: Final = 3
"""Workers in a row that ended before they were ready."""
_READY: Final = b"ready"
_TELLING: Final = (signal.SIGTERM, signal.SIGINT)

Serve = Callable[[socket.socket, int, Callable[[], None]], None]
"""Serves until SIGTERM: the socket, the worker's number from 0, and what to call once it is ready."""


class WorkersFailed(LifecycleError):
    """No worker gets as far as serving."""

    code: ClassVar[str] = "workers_failed"

    def __init__(self) -> None:
        super().__init__(
            "The server has stopped: its workers end before they are ready. Look at the lines on standard error before "
            "this one, and start it again once that is settled."
        )


@dataclass(slots=True)
class _Worker:
    number: int
    process: SpawnProcess
    leash: Connection
    """Says when it is ready; closed when either side has ended."""
    is_ready: bool = False


class Workers:
    """The process that watches."""

    def __init__(self, serve: Serve, listener: socket.socket, count: int, grace_seconds: float) -> None:
        """`serve` must be picklable; `grace_seconds`: how long workers get to end when they are told to."""
        self._serve, self._listener, self._count, self._grace = serve, listener, count, grace_seconds
        self._false_starts = 0
        self._told_to_stop = 0

    def run(self) -> None:
        """Until told to stop. Raises `WorkersFailed`."""
        awake, wake = socket.socketpair()
        for end in (awake, wake):
            end.setblocking(False)
        before = signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        handlers = {number: signal.signal(number, self._hear) for number in _TELLING}
        workers: list[_Worker] = []
        try:
            workers += [self._start(number) for number in range(self._count)]
            while not self._told_to_stop:
                self._watch(workers, awake)
        finally:
            self._stop(workers)
            signal.set_wakeup_fd(before)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            awake.close()
            wake.close()

    def _hear(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._told_to_stop += 1

    def _start(self, number: int) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(self._serve, self._listener, number, theirs), daemon=False)
        process.start()
        theirs.close()
        return _Worker(number, process, ours)

    def _watch(self, workers: list[_Worker], awake: socket.socket) -> None:
        by_end = {worker.process.sentinel: worker for worker in workers}
        by_leash = {worker.leash: worker for worker in workers if not worker.is_ready}
        for what in multiprocessing.connection.wait([*by_end, *by_leash, awake]):
            if what is awake:
                awake.recv(64)
            elif isinstance(what, Connection) and what in by_leash:
                self._read(by_leash[what])
            elif isinstance(what, int) and not self._told_to_stop:
                self._replace(workers, by_end[what])

    def _read(self, worker: _Worker) -> None:
        try:
            worker.is_ready = worker.leash.recv_bytes() == _READY
        except (EOFError, OSError):
            worker.is_ready = False
            worker.process.join()  # Its end is told as well, at once.
            return
        self._false_starts = 0

    def _replace(self, workers: list[_Worker], ended: _Worker) -> None:
        ended.process.join()
        ended.leash.close()
        say("worker_ended", worker=str(ended.process.pid), code=ended.process.exitcode, was_ready=ended.is_ready)
        self._false_starts += not ended.is_ready
        if self._false_starts >= MOST_FALSE_STARTS:
            raise WorkersFailed
        workers[workers.index(ended)] = self._start(ended.number)

    def _stop(self, workers: list[_Worker]) -> None:
        """Tell all, wait for each, and at the end of the grace, or when told twice, end them."""
        for worker in workers:
            worker.process.terminate()
        until = time.monotonic() + self._grace
        while any(worker.process.is_alive() for worker in workers):
            if time.monotonic() >= until or self._told_to_stop > 1:
                for worker in workers:
                    worker.process.kill()
            multiprocessing.connection.wait(
                [worker.process.sentinel for worker in workers if worker.process.is_alive()], timeout=0.2
            )
        for worker in workers:
            worker.process.join()
            worker.leash.close()


def _work(serve: Serve, listener: socket.socket, number: int, leash: Connection) -> None:
    """What a worker is."""
    if sys.platform != "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; who watches tells us.
    threading.Thread(target=_end_with, args=(leash,), daemon=True).start()
    serve(listener, number, lambda: leash.send_bytes(_READY))


def _end_with(leash: Connection) -> None:
    try:
        leash.recv_bytes()
    except (EOFError, OSError):
        os.kill(os.getpid(), signal.SIGTERM)
