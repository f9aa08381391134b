"""The one room that speaks MCP: the catalog as tools, a person's answer, and refusals, each translated once."""
