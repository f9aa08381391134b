"""One server for a team over HTTP: MCP for their clients, and a console for the people themselves."""
