"""One worker's application: the MCP endpoint, the console, and what a load balancer asks, behind the same guards."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from axure_lifecycle import __version__
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.serving import MCP_PATH, ServeSettings
from axure_lifecycle.mcp_server.callers import caller
from axure_lifecycle.mcp_server.over_http import Endpoint
from axure_lifecycle.mcp_server.server import Server, build_server
from axure_lifecycle.web.guards import Guarded, Whole
from axure_lifecycle.web.hooks import HOOKS_PATH, build_hooks
from axure_lifecycle.web.house import House
from axure_lifecycle.web.letting_in import METADATA_PATH, Door
from axure_lifecycle.web.opening import look, open_house
from axure_lifecycle.web.recording import Recorded
from axure_lifecycle.web.sessions import Sessions
from axure_lifecycle.web.streams import Stopping, Streams
from axure_lifecycle_tools.spec import Desk

MOST_THREADS: Final = 10
"""At once, where the store is a server: each holds a connection or two, and a server has some hundred for everybody."""
CALLED_LATER: Final = (
    "axure_lifecycle.mcp_server.binding",
    "axure_lifecycle.mcp_server.completing",
    "axure_lifecycle.mcp_server.pages",
    "axure_lifecycle.store",
    "axure_lifecycle_tools.catalog",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Which worker this is, among which."""

    worker: int = 0
    """From 0."""
    folder: Path | None = None
    """Where the workers listen to each other; None where there is only one, or where they cannot."""
    stopping: Stopping = field(default_factory=Stopping)


def build_application(home: Path, settings: ServeSettings, place: Place) -> ASGIApp:
    """The application of one worker. Raises the refusals of configuration and keys."""
    for name in CALLED_LATER:
        import_module(name)  # else the first who calls would wait for it, and everybody else with them
    house = open_house(home, settings)
    return serve_house(house, build_mcp(house), place)


def build_mcp(house: House) -> Server:
    """The MCP server of the house, which takes whoever calls from the request."""
    configuration = house.workshop.configuration()

    def open_desk(client: str | None, progress: Callable[[int, int | None, str], None] | None) -> Desk:
        identity = caller()
        if house.settings.authenticates and identity is None:
            raise AssertionError("a call came through a door that asks who it is, and nobody knows")
        return house.workshop.desk(Channel.ASSISTANT, client, progress, identity=identity)

    return build_server(
        open_desk,
        toolsets=configuration.toolsets,
        reads_only=configuration.is_read_only,
        keys=house.keys,
        people_sign_in=house.settings.authenticates,
        console=house.settings.origin,
        store_is_near=configuration.store_file is not None,
    )


def serve_house(house: House, mcp: Server, place: Place) -> ASGIApp:
    """The whole application around an MCP server."""
    settings = house.settings
    hosts, origins = known_hosts(settings), known_origins(settings)
    endpoint = Endpoint(
        mcp,
        hosts=hosts,
        origins=origins,
        max_body_bytes=settings.max_body_bytes,
        keeps_sessions=settings.workers == 1 or place.folder is not None,
    )
    sessions = None if place.folder is None else Sessions(endpoint, place.worker, place.folder)

    threads = MOST_THREADS if house.workshop.configuration().store_file is None else None

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        if threads is not None:
            anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        try:
            async with endpoint.running(), nullcontext() if sessions is None else sessions.running(), settling(house):
                yield
        finally:
            house.workshop.close()

    most = settings.max_body_bytes
    routes: list[BaseRoute] = [
        *_probes(house),
        *_metadata(settings),
        Mount(HOOKS_PATH, build_hooks(house)),
        Mount("/", Starlette(routes=console_routes(house))),
    ]
    door = Door(Whole(Streams(sessions or endpoint, place.stopping), most), house)
    app: ASGIApp = Fork(door, Starlette(routes=routes, lifespan=lifespan))
    scim = house.workshop.configuration().scim
    if scim.idps:
        from axure_lifecycle.web.pushing import Pushes, PushesBeside

        app = PushesBeside(Pushes(house, scim), app)
    app = Guarded(
        app, hosts=hosts, origins=origins, max_body_bytes=most, is_https=settings.origin.startswith("https://")
    )
    app = Recorded(app)
    if settings.telemetry:
        from axure_lifecycle.web.telemetry import Traced

        app = Traced(app)
    if settings.trusted_proxies:
        app = ProxyHeadersMiddleware(app, trusted_hosts=list(settings.trusted_proxies))  # type: ignore[assignment, arg-type]
    return app


@asynccontextmanager
async def settling(house: House) -> AsyncGenerator[None]:
    """What identity providers push is settled meanwhile, where one is configured when the server starts."""
    if not house.workshop.configuration().scim.idps:
        yield
        return
    from axure_lifecycle.web.settling import Settler

    settler = Settler(house)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(settler.run)
        try:
            yield
        finally:
            settler.stop()


class Fork:
    """MCP to the one side, without a detour through the routes of everything else."""

    def __init__(self, mcp: ASGIApp, others: ASGIApp) -> None:
        self._mcp, self._others = mcp, others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await (self._mcp if scope.get("path") == MCP_PATH else self._others)(scope, receive, send)


def console_routes(house: House) -> list[BaseRoute]:
    """The pages, where they are installed."""
    from axure_lifecycle.web import console

    build: Callable[[House], list[BaseRoute]] | None = getattr(console, "build", None)
    return [] if build is None else list(build(house))


def known_hosts(settings: ServeSettings) -> list[str]:
    """What the header Host may say: the public name, and how this machine itself calls the server."""
    own = [f"{host}:{settings.port}" for host in ("127.0.0.1", "localhost", "[::1]")]
    return [settings.origin.partition("://")[2].lower(), *own]


def known_origins(settings: ServeSettings) -> list[str]:
    """What the header Origin may say, where a browser sends one."""
    own = [f"http://{host}:{settings.port}" for host in ("127.0.0.1", "localhost", "[::1]")]
    return [settings.origin.lower(), *own]


def _probes(house: House) -> list[BaseRoute]:
    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"is_healthy": True, "version": __version__})

    async def readyz(_: Request) -> JSONResponse:
        try:
            await anyio.to_thread.run_sync(look, house)
        except LifecycleError as error:
            return JSONResponse({"is_ready": False, "code": error.code}, 503)
        return JSONResponse({"is_ready": True})

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def _metadata(settings: ServeSettings) -> list[BaseRoute]:
    """Where a client learns who gives tokens for this server (RFC 9728)."""
    if settings.issuer is None:
        return []
    document = {
        "resource": settings.resource,
        "resource_name": "Axure Lifecycle",
        "authorization_servers": [settings.issuer.issuer],
        "bearer_methods_supported": ["header"],
    }

    async def metadata(_: Request) -> JSONResponse:
        return JSONResponse(document, headers={"Cache-Control": "max-age=3600", "Access-Control-Allow-Origin": "*"})

    return [Route(METADATA_PATH, metadata)]
