"""The least that a server by the SDK can be: one tool that does nothing, on standard input and output."""

from mcp.server import MCPServer


def do_nothing() -> str:
    """Does nothing."""
    return "nothing"


def serve() -> None:
    """Until the client closes standard input."""
    server = MCPServer("bare", log_level="WARNING")
    server.add_tool(do_nothing)
    server.run("stdio")
