"""A conversation with the real server inside this process, with a scripted person who answers its questions."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from mcp.client import Client, ClientRequestContext
from mcp.types import ElicitRequestFormParams, ElicitRequestParams, ElicitResult, ErrorData, Implementation, TextContent

from axure_lifecycle import __version__
from axure_lifecycle.mcp_server.server import Server

Person = Callable[[str], bool | None]
"""Answers a question: yes, no, or None to decline."""


@dataclass(slots=True)
class Conversation:
    """The calls of one client."""

    client: Client
    asked: list[tuple[str, bool | None]] = field(default_factory=list[tuple[str, bool | None]])
    """Every question that reached the person, with the answer."""

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The text and the data of a tool's answer. Raises `RuntimeError` with the text of a refusal."""
        result = await self.client.call_tool(tool, dict(arguments))
        text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
        if result.is_error:
            raise RuntimeError(text)
        return text, dict(result.structured_content or {})


@asynccontextmanager
async def converse(server: Server, person: Person) -> AsyncGenerator[Conversation, None]:
    """A client connected to the server, whose person answers as the script says."""
    asked: list[tuple[str, bool | None]] = []

    async def elicit(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult | ErrorData:
        del context
        if not isinstance(params, ElicitRequestFormParams):
            return ElicitResult(action="cancel")
        answer = person(params.message)
        asked.append((params.message, answer))
        if answer is None:
            return ElicitResult(action="decline")
        return ElicitResult(action="accept", content={"yes": answer, "note": ""})

    info = Implementation(name="axure-lifecycle demo", version=__version__)
    async with Client(server, elicitation_callback=elicit, client_info=info) as client:
        yield Conversation(client, asked)
