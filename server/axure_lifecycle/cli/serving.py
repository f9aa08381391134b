"""Serving a team."""

from dataclasses import replace
from typing import Annotated

import typer

from axure_lifecycle.cli.shell import Shell, command


@command("mcp", "mcp", "mcp --home /srv/lifecycle", answers=False)
def mcp(shell: Shell) -> None:
    """Serve one MCP client on standard input and output.

    What clients start; nobody types it. The same as the program `axure-lifecycle-mcp`, which starts a little sooner. It
    ends when the client closes its input. Nothing here ever touches Axure.
    """
    from axure_lifecycle.app import serve_stdio

    serve_stdio(["--home", shell.home_option] if shell.home_option else [])


@command("serve", "serve", "serve --port 9000 --workers 2", answers=False)
def serve(
    shell: Shell,
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="Where to listen. Default: [serve] host, 127.0.0.1.")
    ] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65_535, help="Default: [serve] port, 8765.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=64, help="Processes. Default: [serve] workers, 1.")
    ] = None,
) -> None:
    """Serve a team over HTTP: MCP for clients, pages for people.

    Clients connect at /mcp; the console is at the same address. Each person proves who they are by a token
    (`axure-lifecycle token create`) or by your identity provider, and may do what their role allows. Without either,
    only this machine is listened to. It runs until it is told to stop (Ctrl-C, SIGTERM); what it says about itself
    stands on standard error, one JSON object a line. Nothing here ever touches Axure.
    """
    from axure_lifecycle.app import Workshop
    from axure_lifecycle.web.serving import serve as run

    settings = Workshop(shell.home).configuration().serving
    run(
        shell.home,
        replace(
            settings,
            host=settings.host if host is None else host,
            port=settings.port if port is None else port,
            workers=settings.workers if workers is None else workers,
        ),
    )
