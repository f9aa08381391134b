"""Reading resources, prompts and proposals through a client."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from mcp.shared.exceptions import MCPError
from mcp.types import (
    Completion,
    ErrorData,
    GetPromptResult,
    PromptReference,
    ReadResourceResult,
    ResourceTemplateReference,
    TextResourceContents,
)

from tests.conversations.party import Assistant


class Page(NamedTuple):
    """A resource as it came."""

    text: str
    mime_type: str
    ttl_ms: int | None
    scope: str | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads through an assistant's client."""

    assistant: Assistant

    def _call(self, method: Any, *arguments: Any) -> Any:
        return self.assistant.portal.call(partial(method, *arguments))

    def page(self, uri: str) -> Page:
        """A resource that can be read."""
        result: ReadResourceResult = self._call(self.assistant.client.read_resource, uri)
        [content] = result.contents
        assert isinstance(content, TextResourceContents)
        assert content.uri == uri
        return Page(content.text, content.mime_type or "", result.ttl_ms, result.cache_scope)

    def refused(self, uri: str) -> ErrorData:
        """A resource that cannot be read."""
        return self._refusal(self.assistant.client.read_resource, uri)

    def prompt(self, name: str, arguments: dict[str, str] | None = None) -> str:
        """The text of a prompt."""
        result: GetPromptResult = self._call(self.assistant.client.get_prompt, name, arguments)
        [message] = result.messages
        assert message.content.type == "text"
        return message.content.text

    def prompt_refused(self, name: str, arguments: dict[str, str] | None = None) -> ErrorData:
        """A prompt that is not written."""
        return self._refusal(self.assistant.client.get_prompt, name, arguments)

    def proposed(self, of: str, variable: str, begun: str, **others: str) -> list[str]:
        """The values that are proposed, all of them."""
        completion = self.completion(of, variable, begun, others)
        assert completion.has_more is False
        assert completion.total == len(completion.values)
        return completion.values

    def completion(self, of: str, variable: str, begun: str, others: Mapping[str, str] | None = None) -> Completion:
        """What is proposed for a variable of a template, or of a prompt."""
        argument = {"name": variable, "value": begun}
        completion: Completion = self._call(
            self.assistant.client.complete, reference(of), argument, dict(others or {})
        ).completion
        return completion

    def completion_refused(self, of: str, begun: str = "") -> ErrorData:
        """Proposals that are refused."""
        return self._refusal(self.assistant.client.complete, reference(of), {"name": "person", "value": begun})

    def _refusal(self, method: Any, *arguments: Any) -> ErrorData:
        try:
            answer = self._call(method, *arguments)
        except MCPError as error:
            return error.error
        raise AssertionError(f"not refused: {answer}")


def reference(of: str) -> PromptReference | ResourceTemplateReference:
    """A template by its address, or a prompt by its name."""
    if "://" in of:
        return ResourceTemplateReference(type="ref/resource", uri=of)
    return PromptReference(type="ref/prompt", name=of)
