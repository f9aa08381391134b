"""Many people at once, each with a token and connections of their own, against a server that runs."""

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.web.serving import MODERN, PATIENCE, bearer

TRUST: Final = ssl.create_default_context()
"""One for everybody: making it is what takes a client longest."""
META: Final = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "crowd", "version": "1"},
}


@dataclass
class Seen:
    """What became of all calls."""

    statuses: Counter[int] = field(default_factory=Counter[int])
    troubles: Counter[str] = field(default_factory=Counter[str])
    """Connections that broke, by kind."""
    refused: list[str] = field(default_factory=list[str])
    seconds: list[float] = field(default_factory=list[float])
    """Of each answer."""

    @property
    def is_clean(self) -> bool:
        """Whether every call was answered as it should."""
        return set(self.statuses) == {200} and not self.troubles and not self.refused


def call_of(tool: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A tool call of the newer era: body and headers."""
    params = {"name": tool, "arguments": dict(arguments), "_meta": META}
    headers = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": MODERN,
        "Mcp-Method": "tools/call",
        "Mcp-Name": tool,
    }
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}, headers


async def come(url: str, token: str, until: float, seen: Seen, pause: float) -> None:
    """One person who calls, waits, and calls again; once at least."""
    body, headers = call_of("check_user", {"person": "ana@acme.example"})
    async with httpx.AsyncClient(timeout=PATIENCE, headers={**headers, **bearer(token)}, verify=TRUST) as client:
        is_begun = False
        while not is_begun or time.monotonic() < until:
            is_begun, begun = True, time.monotonic()
            try:
                answer = await client.post(url, json=body)
            except httpx.TransportError as error:
                seen.troubles[type(error).__name__] += 1
                continue
            seen.seconds.append(time.monotonic() - begun)
            seen.statuses[answer.status_code] += 1
            if answer.status_code == 200 and answer.json()["result"].get("isError"):
                seen.refused.append(answer.text[:300])
            await asyncio.sleep(max(0.0, pause - (time.monotonic() - begun)))


def gather(url: str, tokens: list[str], seconds: float, pause: float) -> Seen:
    """Everybody at once, for so many seconds, each calling once in `pause` seconds or as often as answered."""

    async def everybody() -> Seen:
        seen = Seen()
        until = time.monotonic() + seconds
        await asyncio.gather(*(come(url, token, until, seen, pause) for token in tokens))
        return seen

    return asyncio.run(everybody())
