"""Running a server for a team: one process, or several that share one address."""

import os
import signal
import socket
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.serving import ServeSettings, require_guard
from axure_lifecycle.web.application import build_application, look, open_house
from axure_lifecycle.web.speaking import say, speak_json

GRACE_SECONDS: Final = 20
"""How long calls in flight may take to end when the server is told to stop."""
QUEUE: Final = 2_048
"""Connections that wait to be taken."""


class CannotListen(LifecycleError):
    """The address cannot be had."""

    code: ClassVar[str] = "cannot_listen"

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"The server was not started: it cannot listen on {host}, port {port} ({why}). Stop what listens there, "
            "or name another place with `--host` and `--port`, or in [serve]."
        )


def serve(home: Path, settings: ServeSettings) -> None:
    """Serve until told to stop (SIGTERM, SIGINT); calls in flight end first, within `GRACE_SECONDS`.

    Raises `ServingUnguarded`, `CannotListen`, and the refusals of configuration, store and keys.
    """
    require_guard(settings)
    speak_json()
    house = open_house(home, settings)
    look(house)
    house.workshop.close()
    listener = listen(settings)
    settings = replace(settings, port=listener.getsockname()[1])
    say("listening", address=settings.origin, workers=settings.workers)
    config = configure(home, settings)
    if settings.workers == 1:
        _stay_quiet_when_stopped()
        uvicorn.Server(config).run(sockets=[listener])
    else:
        Multiprocess(config, sockets=[listener]).run()
    say("stopped")


def configure(home: Path, settings: ServeSettings) -> uvicorn.Config:
    """How each process serves."""
    options: dict[str, Any] = {
        "factory": True,
        "workers": settings.workers,
        "lifespan": "on",
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "timeout_graceful_shutdown": GRACE_SECONDS,
        "backlog": QUEUE,
        # A variable that leaks from one request into another would be another person's name.
        "reset_contextvars": True,
    }
    return uvicorn.Config(partial(_work, home, settings), **options)


def _work(home: Path, settings: ServeSettings) -> ASGIApp:
    """What each process does first."""
    speak_json(str(os.getpid()))
    return build_application(home, settings)


def _stay_quiet_when_stopped() -> None:
    """Being told to stop is no fault: uvicorn, after it has stopped, sends itself the signal once more."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)


def listen(settings: ServeSettings) -> socket.socket:
    """The socket that all workers take connections from. Raises `CannotListen`."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        listener = socket.create_server(address[:2], family=family, backlog=QUEUE)
    except OSError as error:
        raise CannotListen(settings.host, settings.port, error.strerror or type(error).__name__) from error
    listener.set_inheritable(sys.platform != "win32")
    return listener
