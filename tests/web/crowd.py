"""Many people at once, each with a token and connections of their own, against a server that runs."""

import asyncio
import itertools
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

FORBIDDEN: Final = "open_case"
"""Which no viewer may call: the refusal names whoever called."""
LOOKED_UP: Final = {"person": "ana@acme.example"}


@dataclass
class Seen:
    """What became of all calls."""

    statuses: Counter[int] = field(default_factory=Counter[int])
    troubles: Counter[str] = field(default_factory=Counter[str])
    """Connections that broke, by kind."""
    refused: list[str] = field(default_factory=list[str])
    mistaken: list[str] = field(default_factory=list[str])
    """Answers that took somebody for another."""
    asked_by: dict[str, str] = field(default_factory=dict[str, str])
    """Of each answer, by the id that it carries: whose call it was."""
    seconds: list[float] = field(default_factory=list[float])
    """Of each answer."""

    @property
    def is_clean(self) -> bool:
        """Whether every call was answered as it should."""
        return set(self.statuses) == {200} and not self.troubles and not self.refused and not self.mistaken

    def take(self, answer: httpx.Response, person: str, called: str) -> None:
        """Keep what somebody's call came to."""
        self.statuses[answer.status_code] += 1
        self.asked_by[answer.headers["X-Request-Id"]] = person
        if answer.status_code != 200:
            return
        told = answer.json()["result"]
        if called == FORBIDDEN:
            if not told["content"][0]["text"].startswith(f"{FORBIDDEN} did nothing: {person} is viewer on this server"):
                self.mistaken.append(answer.text[:300])
        elif told.get("isError"):
            self.refused.append(answer.text[:300])


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


async def come(url: str, person: str, token: str, until: float, seen: Seen, pause: float) -> None:
    """A viewer who calls, waits, and calls again: what is refused to them by name, then `check_user`, once at least."""
    calls = {tool: call_of(tool, arguments) for tool, arguments in ((FORBIDDEN, {}), ("check_user", LOOKED_UP))}
    async with httpx.AsyncClient(timeout=PATIENCE, headers=bearer(token), verify=TRUST) as client:
        for number in itertools.count():
            if number > 1 and time.monotonic() >= until:
                return
            called, begun = FORBIDDEN if number == 0 else "check_user", time.monotonic()
            body, headers = calls[called]
            try:
                answer = await client.post(url, json=body, headers=headers)
            except httpx.TransportError as error:
                seen.troubles[type(error).__name__] += 1
            else:
                seen.seconds.append(time.monotonic() - begun)
                seen.take(answer, person, called)
            await asyncio.sleep(max(0.0, pause - (time.monotonic() - begun)))


def gather(url: str, tokens: Mapping[str, str], seconds: float, pause: float) -> Seen:
    """Viewers by their tokens, all at once, for so many seconds; each calls once in `pause` seconds at most."""

    async def everybody() -> Seen:
        seen = Seen()
        until = time.monotonic() + seconds
        await asyncio.gather(*(come(url, person, token, until, seen, pause) for person, token in tokens.items()))
        return seen

    return asyncio.run(everybody())
