"""Files as people have them, of every client: comments, other servers, habits of their own."""

from typing import Final

FILES: Final[dict[str, bytes]] = {
    "claude-desktop": b"""{
  "globalShortcut": "Ctrl+Space",
  "mcpServers": {
    "files": {
      "command": "npx",
      "args": ["-y", "files-server", "/home/ana"]
    }
  },
  "preferences": { "sidebarMode": "chat" }
}
""",
    "claude-code": b"""{
    "mcpServers": {
        "tracker": { "type": "http", "url": "https://tracker.example/mcp" }
    }
}""",
    "cursor": b"""\xef\xbb\xbf{
\t// shared with the design team
\t"mcpServers": {
\t\t"figures": {
\t\t\t"command": "node",
\t\t\t"args": ["server.js"], /* keep */
\t\t\t"env": {"KEY": "a,b}{"}
\t\t}, // the last one
\t\t// "old": { "command": "off" },
\t},
}
""",
    "vscode": b"""{\r
  // asked for once\r
  "inputs": [\r
    { "type": "promptString", "id": "key", "description": "Key", "password": true, },\r
  ],\r
  "servers": {\r
    "memory": {\r
      "type": "stdio",\r
      "command": "npx",\r
      "args": ["-y", "memory"]\r
    }\r
  }\r
}\r
""",
    "codex": b"""model = "large"   # for now
approval_policy = "on-request"

[mcp_servers.notes]
command = "notes"
args = [
  "--read-only", # never writes
]

[mcp_servers.notes.env]
MOTTO = \"\"\"
[mcp_servers.axure-lifecycle]
command = "not this one"
\"\"\"

[projects."/home/ana/drawings"]
trust_level = "trusted"
""",
    "gemini": b"""{"theme": "A" /* not B */, "mcpServers": {"git": {"command": "uvx"}}, "ui": {"hide": true}} // }
""",
}
"""By the client whose they are; with a BOM, CRLF, tabs, trailing commas, without a last line end, on one line."""
