"""A relay on this machine that shows a token for whoever cannot: other people's tools, at a server that wants one."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress

END = b"\r\n\r\n"


class Relay:
    """Passes requests on byte for byte, with a token; a name of its own in them becomes the server's."""

    def __init__(self, port: int, token: str) -> None:
        self._to, self._token = port, token
        self.port = 0

    async def run(self, ready: threading.Event, over: asyncio.Event) -> None:
        """Until it is over."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await over.wait()
        server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._to)
        back = asyncio.create_task(_copy(from_server, writer))
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    head = await reader.readuntil(END)
                    to_server.write(self._rewrite(head))
                    fields = {name.lower(): value.strip() for name, _, value in map(_split, head.split(b"\r\n")[1:])}
                    assert b"transfer-encoding" not in fields, "a body without its length is not passed on"
                    to_server.write(await reader.readexactly(int(fields.get(b"content-length", b"0"))))
                    await to_server.drain()
            to_server.close()
            await back
        finally:
            to_server.close()
            writer.close()

    def _rewrite(self, head: bytes) -> bytes:
        for name in (b"127.0.0.1", b"localhost"):
            head = head.replace(b"%s:%d" % (name, self.port), b"%s:%d" % (name, self._to))
        return head.removesuffix(END) + b"\r\nAuthorization: Bearer " + self._token.encode() + END


def _split(line: bytes) -> tuple[bytes, bytes, bytes]:
    return line.partition(b":")


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    writer.close()


@contextmanager
def relay(port: int, token: str) -> Generator[int]:
    """The port where a server on this machine is reached with a token."""
    one, ready, loop, over = Relay(port, token), threading.Event(), asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(one.run(ready, over),))
    thread.start()
    try:
        assert ready.wait(30)
        yield one.port
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
            with suppress(asyncio.CancelledError):
                loop.run_until_complete(task)
        for _ in range(3):  # what was closed is let go in the rounds that follow
            loop.run_until_complete(asyncio.sleep(0))
        loop.close()
