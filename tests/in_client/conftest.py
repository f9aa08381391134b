"""A real browser with a client that shows pages: the official host's side of a page, on our server over HTTP."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
import uvicorn
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.server.transport_security import TransportSecuritySettings
from playwright.sync_api import Browser
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import TOOLSETS
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle.mcp_server.server import build_server
from tests.conformance.peers import VARIABLE, find, path_of
from tests.conftest import lacks
from tests.console.browsing import CHROMIUM, chromium
from tests.in_client.stage import Stage
from tests.mcp import conftest as mcp_tests
from tests.mcp.offices import Bureau, open_bureau

PICTURES: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SECURITY: Final = TransportSecuritySettings(
    enable_dns_rebinding_protection=True, allowed_hosts=["127.0.0.1:*"], allowed_origins=["http://127.0.0.1:*"]
)
organization = mcp_tests.organization


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """Where the server lives."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def peers() -> Path:
    """The folder of other people's tools."""
    named = os.environ.get(VARIABLE)
    if not named:
        lacks(f"tools of other people ({VARIABLE} is not set: see tests/conformance/peers.py)")
    return Path(str(named))


@pytest.fixture(scope="session")
def host_script(peers: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The client's script with the official packages inside."""
    esbuild = find(peers, "esbuild")
    if esbuild is None:
        lacks("esbuild")
    made = tmp_path_factory.mktemp("host") / "host.js"
    source = Path(__file__).with_name("host.js").read_text("utf-8")
    # Read from standard input: it then resolves packages from the folder that has them.
    subprocess.run(
        [str(esbuild), "--bundle", "--format=esm", "--platform=browser", "--log-level=error", f"--outfile={made}"],
        input=source,
        text=True,
        cwd=peers,
        env={**os.environ, "PATH": path_of(peers)},
        check=True,
        timeout=60,
    )
    return made.read_text("utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for one file: while Playwright is there, no other test of the process can run a loop."""
    if not CHROMIUM.exists():
        lacks(str(CHROMIUM))
    with chromium() as browser:
        yield browser


@pytest.fixture
def bureau(tmp_path: Path, portal: BlockingPortal, organization: Organization) -> Iterator[Bureau]:
    """Heron's office."""
    with open_bureau(tmp_path, portal, organization) as bureau:
        yield bureau


@pytest.fixture
def address(bureau: Bureau, portal: BlockingPortal, host_script: str) -> Iterator[str]:
    """Our server on the office's home, with the client's own page beside it."""
    workshop = Workshop(bureau.office.home, bureau.clock)
    server = build_server(workshop.desk_for_client, toolsets=TOOLSETS, reads_only=False)

    async def show_host(_: Request) -> Response:
        return HTMLResponse(
            "<!doctype html><html lang=en><title>A client</title><link rel=icon href=data:,>"
            "<style>:root{color-scheme:light dark}body{margin:0}</style><script type=module src=/host.js></script>"
        )

    async def give_script(_: Request) -> Response:
        return Response(host_script, media_type="text/javascript")

    server.custom_route("/", methods=["GET"])(show_host)
    server.custom_route("/host.js", methods=["GET"])(give_script)
    app = server.streamable_http_app(transport_security=SECURITY)
    listener = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    # In a thread of its own uvicorn leaves the signals of the process alone.
    thread = Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    running.should_exit = True
    thread.join(timeout=20)
    assert not thread.is_alive()
    workshop.close()


@pytest.fixture
def open_page(browser: Browser, address: str, peers: Path) -> Iterator[Callable[..., Stage]]:
    """Lets the client call a tool and show its page."""
    context = browser.new_context(viewport={"width": 700, "height": 2000}, reduced_motion="reduce")
    window = context.new_page()
    wrong: list[str] = []
    window.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    window.on("pageerror", lambda error: wrong.append(str(error)))
    window.goto(address)
    window.wait_for_function("window.host && window.host.isReady")

    def open_page(tool: str, given: dict[str, Any], **how: Any) -> Stage:
        stage = Stage(window, (peers / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
        stage.open(tool, given, **how)
        return stage

    yield open_page
    context.close()
    assert wrong == [], "the browser complained"


@pytest.fixture
def keep_picture(request: pytest.FixtureRequest) -> Callable[[Stage, str], None]:
    """Keeps what is seen under docs/, where somebody looks at it; only when golden files are rewritten."""

    def keep(stage: Stage, name: str) -> None:
        if request.config.getoption("--bless"):
            stage.picture(PICTURES / name)

    return keep
