"""Servers of the standard library on a thread of their own, for as long as a test looks at them."""

import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def on_a_thread(server: socketserver.BaseServer) -> Generator[None]:
    """It serves, and has ended with its thread afterwards."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
