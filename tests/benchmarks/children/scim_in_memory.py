"""The library's own application over its store in memory, on a free port of the loopback, which it tells first."""

import socket

import uvicorn
from scim2_server.applications.asgi import ASGIApplication
from scim2_server.memory import AsyncInMemoryStorage

from axure_lifecycle.scim.provider import provider


def main() -> None:
    """Serve until killed."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(listener.getsockname()[1], flush=True)
    app = ASGIApplication(AsyncInMemoryStorage(), provider(1_000_000))
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")).run(sockets=[listener])


if __name__ == "__main__":
    main()
