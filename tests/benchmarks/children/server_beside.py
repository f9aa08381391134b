"""The product's own server with one more tool, which does nothing. `server_beside HOME`."""

import sys
from pathlib import Path

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import TOOLSETS
from axure_lifecycle.mcp_server.server import build_server
from tests.benchmarks.children.bare_server import do_nothing

if __name__ == "__main__":
    workshop = Workshop(Path(sys.argv[1]))
    server = build_server(workshop.desk_for_client, toolsets=TOOLSETS, reads_only=False)
    server.add_tool(do_nothing)
    server.run("stdio")
    workshop.close()
