"""The verbs of the product, as a client sees them: load, decide, record. No MCP and no adapter in here."""
