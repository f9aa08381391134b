"""A server by the SDK alone over HTTP, with one tool that does nothing, behind the same authentication as the product.

`python -m tests.benchmarks.children.bare_http HOME`: it takes the tokens of that home; its port is the first line of
standard output.
"""

import socket
import sys
from pathlib import Path

import uvicorn
from mcp.server import MCPServer
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import AnyHttpUrl

from axure_lifecycle.app import Workshop
from axure_lifecycle.web.stored_tokens import StoredTokens


class Verifier:
    """Asks the product's own look-up of tokens."""

    def __init__(self, home: Path) -> None:
        self._tokens = StoredTokens(Workshop(home))

    async def verify_token(self, token: str) -> AccessToken | None:
        """Whom it names, as the SDK wants to know."""
        found = await self._tokens.identify(token)
        return None if found is None else AccessToken(token=token, client_id=found.name, scopes=[], subject=found.proof)


def main() -> None:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    place = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = MCPServer(
        "bare",
        auth=AuthSettings(
            issuer_url=AnyHttpUrl("https://id.acme.example"),
            resource_server_url=AnyHttpUrl(f"{place}/mcp"),
            validate_token_resource=False,
        ),
        token_verifier=Verifier(Path(sys.argv[1])),
        log_level="WARNING",
    )

    @server.tool()
    async def do_nothing(person: str) -> str:
        """Does nothing."""
        return person

    app = server.streamable_http_app(
        transport_security=TransportSecuritySettings(allowed_hosts=[place.partition("://")[2]])
    )
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, loop="asyncio", timeout_keep_alive=75)
    ).run(sockets=[listener])


if __name__ == "__main__":
    main()
