"""The tools as clients see them, known before the verbs are imported.

A client starts a server whenever it starts, and most of the time calls nothing. So the list of tools is a file beside
this one, rendered from the catalog; a test keeps the two the same (`pytest --bless` renders it anew). A verb is
imported and bound at its first call.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib.resources import files
from typing import Any, Final, NotRequired, TypedDict, cast

from mcp import UrlElicitationRequiredError
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import PrivateAttr

SURFACE_FILE: Final = "surface.json"
PAGE_TOOLS_FILE: Final = "page_tools.json"
"""What only our pages inside a client call."""


class Entry(TypedDict):
    """One tool of the file."""

    name: str
    title: str
    toolset: str
    description: str
    reads_only: bool
    annotations: dict[str, Any]
    input_schema: dict[str, Any]
    output_schema: dict[str, Any]
    meta: NotRequired[dict[str, Any]]


def load_surface() -> list[Entry]:
    """Every tool, in the catalog's order."""
    return _load(SURFACE_FILE)


def load_page_tools() -> list[Entry]:
    """Every tool that only pages call."""
    return _load(PAGE_TOOLS_FILE)


def _load(file: str) -> list[Entry]:
    text = files("axure_lifecycle.mcp_server").joinpath(file).read_text("utf-8")
    return cast("list[Entry]", json.loads(text))


def offered(entries: Iterable[Entry], toolsets: Iterable[str], *, reads_only: bool) -> list[Entry]:
    """The tools that a configuration offers."""
    wanted = set(toolsets)
    return [entry for entry in entries if entry["toolset"] in wanted and (entry["reads_only"] or not reads_only)]


class LateTool(Tool):
    """A tool that is listed from the file and bound at its first call."""

    _bind: Callable[[], Tool] = PrivateAttr()
    _bound: Tool | None = PrivateAttr(default=None)
    _listed_schema: dict[str, Any] = PrivateAttr()
    _say: Callable[[str], str] = PrivateAttr(default=str)

    @classmethod
    def of(cls, entry: Entry, bind: Callable[[], Tool], say: Callable[[str], str] = str) -> "LateTool":
        """The tool for an entry; `say` tells a refusal with its commands as they are typed here."""
        tool = cls.model_construct(
            fn=_never_called,
            name=entry["name"],
            title=entry["title"],
            description=entry["description"],
            parameters=entry["input_schema"],
            fn_metadata=None,
            is_async=True,
            annotations=ToolAnnotations.model_validate(entry["annotations"]),
            icons=None,
            meta=entry.get("meta"),
        )
        return tool.binds(bind, entry["output_schema"], say)

    def binds(self, bind: Callable[[], Tool], listed_schema: dict[str, Any], say: Callable[[str], str]) -> "LateTool":
        """What makes the tool that really runs, the output schema until then, and how a refusal is told."""
        self._bind, self._listed_schema, self._say = bind, listed_schema, say
        return self

    @cached_property
    def output_schema(self) -> dict[str, Any] | None:
        """As the file has it."""
        return self._listed_schema

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> Any:
        """Bind at the first call, then run; an expected failure reaches the model as our own sentence."""
        from axure_lifecycle.mcp_server.binding import translate

        if self._bound is None:
            self._bound = self._bind()
        try:
            return await self._bound.run(arguments, context, convert_result=convert_result)
        except UrlElicitationRequiredError as error:
            from axure_lifecycle.mcp_server.leading import as_round

            return as_round(error)
        except UnexpectedToolError:
            raise
        except ToolError as error:
            raise ToolError(self._say(str(translate(self.name, error)))) from error


def _never_called(**_: object) -> None:
    raise AssertionError("a late tool runs through the tool it binds")


def render_surface(tools: Mapping[str, tuple[Tool, str, bool]]) -> str:
    """The file's text, from bound tools with their toolset and whether they only read."""
    entries: list[Entry] = [
        {
            "name": tool.name,
            "title": tool.title or tool.name,
            "toolset": toolset,
            "description": tool.description,
            "reads_only": reads_only,
            "annotations": tool.annotations.model_dump(by_alias=True, exclude_none=True) if tool.annotations else {},
            "input_schema": tool.parameters,
            "output_schema": tool.output_schema or {},
            **({"meta": tool.meta} if tool.meta else {}),  # type: ignore[typeddict-item]
        }
        for tool, toolset, reads_only in tools.values()
    ]
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
