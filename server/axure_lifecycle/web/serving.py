"""Running a server for a team: one process watches, one or several share an address and serve."""

import gc
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.serving import ServeSettings, require_guard
from axure_lifecycle.web.opening import look, open_house
from axure_lifecycle.web.speaking import say, speak_json
from axure_lifecycle.web.workers import Workers

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from axure_lifecycle.web.streams import Stopping

GRACE_SECONDS: Final = 20
"""How long calls in flight may take to end when the server is told to stop."""
LAST_SECONDS: Final = 5
"""How long the rest of a worker may take after that."""
QUEUE: Final = 2_048
"""Connections that wait to be taken."""
MOST_CONNECTIONS: Final = 2_000
"""Of a worker; further ones are told to come again (503)."""
IDLE_SECONDS: Final = 75
"""How long a connection is kept for the next request; longer than proxies keep theirs, so that none meets its end."""


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

    Raises `ServingUnguarded`, `ServingUnnamed`, `TelemetryMissing`, `ScimMissing`, `CannotListen`, `WorkersFailed`, and
    the refusals of configuration, store and keys.
    """
    require_guard(settings)
    if settings.telemetry:
        from axure_lifecycle.web.telemetry import require_telemetry

        require_telemetry()
    speak_json()
    house = open_house(home, settings)
    if house.workshop.configuration().scim.idps:
        from axure_lifecycle.web.pushing import require_scim

        require_scim()
    look(house)
    house.workshop.close()
    listener = listen(settings)
    settings = replace(settings, port=listener.getsockname()[1])
    say("listening", address=settings.origin, port=settings.port, workers=settings.workers)
    with listener, _meeting_place(settings) as folder:
        Workers(partial(_work, home, settings, folder), listener, settings.workers, GRACE_SECONDS + LAST_SECONDS).run()
    say("stopped")


def listen(settings: ServeSettings) -> socket.socket:
    """The socket that all workers take connections from. Raises `CannotListen`."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        listener = socket.create_server(address[:2], family=family, backlog=QUEUE)
        # What it accepts has it, too. asyncio sets it only where a socket names its protocol, which these do not.
        # Without it the end of every answer on a kept connection waits 40 ms for a delayed acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        raise CannotListen(settings.host, settings.port, error.strerror or type(error).__name__) from error
    return listener


@contextmanager
def _meeting_place(settings: ServeSettings) -> Generator[Path | None]:
    """A folder of this user alone, in which workers listen to each other; None where they need not, or cannot."""
    if settings.workers == 1 or not hasattr(socket, "AF_UNIX"):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="axure-lifecycle-") as folder:  # mode 0700
        yield Path(folder)


def _work(
    home: Path,
    settings: ServeSettings,
    folder: Path | None,
    listener: socket.socket,
    number: int,
    ready: Callable[[], None],
) -> None:
    """What a worker does, until SIGTERM."""
    from axure_lifecycle.web.application import Place, build_application
    from axure_lifecycle.web.streams import Stopping

    speak_json(str(os.getpid()))
    place = Place(number, folder, Stopping())
    listeners = [listener]
    if folder is not None:
        listeners.append(_listen_to_others(folder, number))
    run(build_application(home, settings, place), listeners, place.stopping, lambda: _tell(number, ready))


def _tell(number: int, ready: Callable[[], None]) -> None:
    say("ready", number=number)
    ready()


def _listen_to_others(folder: Path, number: int) -> socket.socket:
    from axure_lifecycle.web.sessions import socket_of

    file = socket_of(folder, number)
    file.unlink(missing_ok=True)  # of the one that it replaces
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(file))
    listener.listen(QUEUE)
    return listener


def _is_told(number: int, frame: FrameType | None) -> None:
    del number, frame


def run(app: "ASGIApp", listeners: list[socket.socket], stopping: "Stopping", ready: Callable[[], None]) -> None:
    """Serve an application in this process until SIGTERM."""
    import uvicorn

    from axure_lifecycle.web.patience import LONGEST_HEAD, PatientProtocol

    class Server(uvicorn.Server):
        """uvicorn's, which says when it is ready and ends streams when it stops."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Begin to take connections."""
            await super().startup(sockets)
            ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """Take no more, and let those in flight end."""
            say("stopping")
            stopping.set()
            await super().shutdown(sockets)

    options: dict[str, Any] = {
        "http": PatientProtocol,
        "loop": "asyncio",
        "lifespan": "on",
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "timeout_graceful_shutdown": GRACE_SECONDS,
        "timeout_keep_alive": IDLE_SECONDS,
        "limit_concurrency": MOST_CONNECTIONS,
        "h11_max_incomplete_event_size": LONGEST_HEAD,
        "backlog": QUEUE,
        # A variable that leaked from one request into another would be another person's name.
        "reset_contextvars": True,
    }
    # Once stopped, uvicorn sends itself the signal anew; being told to stop is no fault.
    signal.signal(signal.SIGTERM, _is_told)
    gc.freeze()  # What was loaded to serve stays as long as the process: no collection needs to walk it again.
    Server(uvicorn.Config(app, **options)).run(sockets=listeners)
