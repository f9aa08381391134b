"""One worker's application: the MCP endpoint, the console, and what a load balancer asks, behind the same guards."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from axure_lifecycle import __version__
from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.access import Identity
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.serving import MCP_PATH, ServeSettings
from axure_lifecycle.mcp_server.callers import caller
from axure_lifecycle.mcp_server.over_http import Endpoint
from axure_lifecycle.mcp_server.server import Server, build_server
from axure_lifecycle.web.house import House
from axure_lifecycle.web.keys import shared_keys
from axure_lifecycle.web.speaking import say
from axure_lifecycle_tools.spec import Desk


def build_application(home: Path, settings: ServeSettings) -> ASGIApp:
    """The application of one worker. Raises the refusals of configuration and keys."""
    house = open_house(home, settings)
    return serve_house(house, build_mcp(house))


def open_house(home: Path, settings: ServeSettings) -> House:
    """What its doors and pages work with. Raises the refusals of configuration and keys."""
    workshop = Workshop(home)
    workshop.configuration()
    return House(workshop, settings, _nobody, shared_keys(home, settings))


def build_mcp(house: House) -> Server:
    """The MCP server of the house, which takes whoever calls from the request."""
    configuration = house.workshop.configuration()

    def open_desk(client: str | None, progress: Callable[[int, int | None, str], None] | None) -> Desk:
        identity = caller()
        if house.settings.authenticates and identity is None:
            raise AssertionError("a call came through a door that asks who it is, and nobody knows")
        return house.workshop.desk(Channel.ASSISTANT, client, progress, identity=identity)

    return build_server(
        open_desk, toolsets=configuration.toolsets, reads_only=configuration.is_read_only, keys=house.keys
    )


def serve_house(house: House, mcp: Server) -> ASGIApp:
    """The whole application around an MCP server."""
    settings = house.settings
    endpoint = Endpoint(
        mcp,
        hosts=known_hosts(settings),
        origins=known_origins(settings),
        max_body_bytes=settings.max_body_bytes,
        keeps_sessions=settings.workers == 1,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        try:
            async with endpoint.running():
                say("ready")
                yield
        finally:
            house.workshop.close()

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"is_healthy": True, "version": __version__})

    async def readyz(_: Request) -> JSONResponse:
        try:
            await anyio.to_thread.run_sync(look, house)
        except LifecycleError as error:
            return JSONResponse({"is_ready": False, "code": error.code}, 503)
        return JSONResponse({"is_ready": True})

    routes: list[BaseRoute] = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route(MCP_PATH, endpoint),
        *console_routes(house),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def console_routes(house: House) -> list[BaseRoute]:
    """The pages, where they are installed."""
    from axure_lifecycle.web import console

    build: Callable[[House], list[BaseRoute]] | None = getattr(console, "build", None)
    return [] if build is None else list(build(house))


def known_hosts(settings: ServeSettings) -> list[str]:
    """What the header Host may say: the public name, and how this machine itself calls the server."""
    own = [f"{host}:{settings.port}" for host in ("127.0.0.1", "localhost", "[::1]")]
    return [settings.origin.partition("://")[2], *own]


def known_origins(settings: ServeSettings) -> list[str]:
    """What the header Origin may say, where a browser sends one."""
    own = [f"http://{host}:{settings.port}" for host in ("127.0.0.1", "localhost", "[::1]")]
    return [settings.origin, *own]


def look(house: House) -> None:
    """Find out whether the store can be used, and bring it up to date. Raises its refusals."""
    with house.workshop.store().reading() as view:
        view.last_attempts()


async def _nobody(token: str) -> Identity | None:
    del token
    return None
