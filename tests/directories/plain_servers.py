"""Servers that say what a test gives them, and a way to a server by another address."""

import asyncio
import ssl
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import trustme

from tests.directories.vendors.serving import authority

Replies = Mapping[str, tuple[int, Mapping[str, str], str]]


@contextmanager
def answering(replies: Replies) -> Generator[tuple[str, Path]]:
    """A server that gives these replies, by path, as JSON; its address and the authority to trust."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = replies[urlsplit(self.path).path]
            self.send_response(status)
            for name, value in {
                "content-type": "application/json",
                "content-length": str(len(body)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority().issue_cert("localhost").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
    with authority().cert_pem.tempfile() as ca_file, ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://localhost:{server.server_port}", Path(ca_file)
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def forward(host: str, base: str) -> Generator[int]:
    """A port of another address of this machine that leads to a server; the port."""
    started: list[int] = []
    ready, done = threading.Event(), threading.Event()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", urlsplit(base).port)

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            while piece := await source.read(65536):
                target.write(piece)
            target.close()

        await asyncio.gather(copy(reader, back), copy(there, writer), return_exceptions=True)

    async def main() -> None:
        server = await asyncio.start_server(pass_on, host, 0)
        started.append(server.sockets[0].getsockname()[1])
        ready.set()
        await asyncio.to_thread(done.wait)
        server.close()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield started[0]
    finally:
        done.set()
        thread.join()


def other_authority(folder: Path) -> Path:
    """The file of an authority that issued nobody's certificate."""
    file = folder / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    return file
