"""The server: the catalog's tools, resources and prompts behind the SDK, for both protocol eras."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.caching import CacheableMethod, CacheHint
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.request_state import RequestStateSecurity
from mcp.types import (
    CallToolResult,
    Completion,
    CompletionArgument,
    CompletionContext,
    GetPromptResult,
    InputRequiredResult,
    PromptReference,
    Resource,
    ResourceTemplate,
    ResourceTemplateReference,
)
from mcp.types import Prompt as ListedPrompt
from mcp.types import Tool as ListedTool

from axure_lifecycle import __version__
from axure_lifecycle.domain.access import RoleMissing
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown
from axure_lifecycle.mcp_server.apps import PAGES, offered_pages, tell_of_pages
from axure_lifecycle.mcp_server.at_terminal import Typed
from axure_lifecycle.mcp_server.callers import may_follow, may_read, may_use, require_following, require_using
from axure_lifecycle.mcp_server.instructions import instruct
from axure_lifecycle.mcp_server.prompts import LatePrompt, PromptUnknown, as_invalid, offered_papers
from axure_lifecycle.mcp_server.shelves import SHELVES, offered_shelves, put_up
from axure_lifecycle.mcp_server.surface import LateTool, load_page_tools, load_surface, offered

if TYPE_CHECKING:
    from axure_lifecycle.mcp_server.binding import OpenDesk

NAME: Final = "axure-lifecycle"
_VARIABLE: Final = re.compile(r"\w+(?=[,}])")
"""The variables of a template, as in `{topic}` and `{?part}`."""
HOUR_MS: Final = 3_600_000
MINUTE_MS: Final = 60_000
_LISTED: Final = CacheHint(ttl_ms=HOUR_MS, scope="public")
_LISTED_FOR_ONE: Final = CacheHint(ttl_ms=HOUR_MS, scope="private")
CACHE_HINTS: Final[Mapping[CacheableMethod, CacheHint]] = {
    "server/discover": _LISTED,
    "tools/list": _LISTED_FOR_ONE,
    "resources/list": _LISTED_FOR_ONE,
    "resources/templates/list": _LISTED,
    "prompts/list": _LISTED,
    "resources/read": CacheHint(ttl_ms=0, scope="private"),
}
"""What is listed is the same until the server is started anew, tools and resources as this client can use them. What is
read is somebody's own, and of this moment; what is shipped is told apart below."""
PERSONAL_HINTS: Final[Mapping[CacheableMethod, CacheHint]] = {
    method: CacheHint(ttl_ms=min(hint.ttl_ms, MINUTE_MS), scope="private") for method, hint in CACHE_HINTS.items()
}
"""Where people sign in: what is listed is what somebody's roles allow, and roles change."""
_SHIPPED: Final = (
    *(shelf.uri.partition("{")[0] for shelf in SHELVES if shelf.is_shipped),
    *(page.uri for page in PAGES),
)


class Server(MCPServer[Any]):
    """The SDK's server, which lists what the caller's roles allow, with sentences of ours for what does not exist."""

    _existing: frozenset[str] = frozenset()
    """Of the tools those that were called before: to list them all takes longer than many a call."""

    async def list_tools(self) -> list[ListedTool]:
        """The tools that the caller may use."""
        return [tool for tool in await super().list_tools() if may_use(tool.name)]

    async def list_resources(self) -> list[Resource]:
        """The resources that the caller may read."""
        return [one for one in await super().list_resources() if may_read(one.name)]

    async def list_resource_templates(self) -> list[ResourceTemplate]:
        """The templates that the caller may read."""
        return [one for one in await super().list_resource_templates() if may_read(one.name)]

    async def list_prompts(self) -> list[ListedPrompt]:
        """The prompts that the caller can see through to their end."""
        return [prompt for prompt in await super().list_prompts() if may_follow(prompt.name)]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; one that is not listed is refused with what to do instead."""
        if name not in self._existing:
            existing = [tool.name for tool in await super().list_tools()]
            if name not in existing:
                unknown = ToolUnknown(name, existing)
                raise ToolError(f"{unknown.sentence} [{unknown.code}]")
            self._existing |= {name}
        try:
            require_using(name)
        except RoleMissing as error:
            raise ToolError(f"{error.sentence} [{error.code}]") from error
        return await super().call_tool(name, arguments, context)

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, context: Context[Any, Any] | None = None
    ) -> GetPromptResult | InputRequiredResult:
        """A prompt, filled in; an unknown one is invalid parameters, which the SDK tells as a fault of its own."""
        existing = [prompt.name for prompt in await super().list_prompts()]
        if name not in existing:
            raise as_invalid(PromptUnknown(name, existing))
        try:
            require_following(name)
        except RoleMissing as error:
            raise as_invalid(error) from error
        return await super().get_prompt(name, arguments, context)


class ToolUnknown(LifecycleError):
    """A tool was called that is not listed."""

    code = "tool_unknown"

    def __init__(self, name: str, existing: Sequence[str]) -> None:
        from difflib import get_close_matches  # costs milliseconds and is needed for mistakes only

        near = get_close_matches(name, existing, n=1)
        hint = f"perhaps {near[0]} was meant; " if near else ""
        super().__init__(
            f"“{shown(name, 60)}” did nothing: this server offers no tool of that name. Look at tools/list ({hint}"
            "toolsets and read_only in the configuration decide what is offered)."
        )


class ReferenceUnknown(LifecycleError):
    """Values were asked for something that is not offered."""

    code = "reference_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Nothing was proposed for “{shown(name, 80)}”: no prompt and no resource template goes by that. "
            "List them (prompts/list, resources/templates/list) and use a name as it stands there."
        )


def build_server(
    open_desk: "OpenDesk",
    *,
    toolsets: Iterable[str],
    reads_only: bool,
    typed: Typed | None = None,
    keys: Sequence[bytes] = (),
    people_sign_in: bool = False,
    console: str | None = None,
    store_is_near: bool = True,
) -> Server:
    """A server with what the configuration offers; nothing is opened before somebody asks for something.

    `typed` is how a person beside it types a command; plain where nobody knows. `keys` seal what a question carries
    from round to round, so that any process which has them can go on; without any, this process alone can.
    `people_sign_in`: whether what is listed is somebody's own. `console` is the origin of the console, where there is
    one: people are led there where a client can open an address for them. `store_is_near`: whether it is a file, of
    which a few reads take less time than a thread; to wait for another machine would keep everybody waiting.
    """
    toolsets = tuple(toolsets)
    typed = typed or Typed()
    tools: list[Tool] = [
        LateTool.of(entry, partial(_bind, entry["name"], open_desk, typed, console, store_is_near), typed.say)
        for entry in offered(load_surface(), toolsets, reads_only=reads_only)
    ]
    tools += [
        LateTool.of(entry, partial(_bind_for_page, entry["name"], open_desk, typed), typed.say)
        for entry in offered(load_page_tools(), toolsets, reads_only=reads_only)
    ]
    server = Server(
        NAME,
        title="Axure Lifecycle",
        description="Joiners, movers and leavers for Axure Cloud for Business.",
        instructions=instruct(toolsets, reads_only=reads_only),
        version=__version__,
        tools=tools,
        cache_hints=PERSONAL_HINTS if people_sign_in else CACHE_HINTS,
        request_state_security=RequestStateSecurity(keys=keys) if keys else None,
        middleware=[tell_of_pages, hint_shipped],
        extensions=[offered_pages(toolsets)],
        log_level="WARNING",
    )
    for shelf in offered_shelves(toolsets):
        put_up(server, shelf, open_desk)
    for paper in offered_papers(toolsets, reads_only=reads_only):
        server.add_prompt(LatePrompt.of(paper))
    server.completion()(partial(_complete, server, open_desk))  # type: ignore[no-untyped-call]
    return server


def _bind(name: str, open_desk: "OpenDesk", typed: Typed, console: str | None, store_is_near: bool) -> Tool:
    from axure_lifecycle.mcp_server.binding import bind
    from axure_lifecycle_tools.catalog import BY_NAME

    return bind(BY_NAME[name], open_desk, typed, console, store_is_near=store_is_near)


def _bind_for_page(name: str, open_desk: "OpenDesk", typed: Typed) -> Tool:
    from axure_lifecycle.mcp_server.binding import bind_for_page
    from axure_lifecycle.mcp_server.page_tools import PAGE_VERBS

    [verb] = [verb for verb in PAGE_VERBS if verb.name == name]
    return bind_for_page(verb, open_desk, typed)


async def hint_shipped(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Tell clients of the newer era that a shipped page may be kept: the SDK has one hint for all that is read."""
    result = await call_next(ctx)
    if ctx.method != "resources/read" or not isinstance(result, dict) or "ttlMs" not in result:
        return result
    uri = str((ctx.params or {}).get("uri", ""))
    return {**result, "ttlMs": _LISTED.ttl_ms, "cacheScope": _LISTED.scope} if uri.startswith(_SHIPPED) else result


async def _complete(
    server: Server,
    open_desk: "OpenDesk",
    ref: PromptReference | ResourceTemplateReference,
    argument: CompletionArgument,
    context: CompletionContext | None,
) -> Completion:
    """Values for what somebody is typing; none where nothing can be read."""
    match ref:
        case PromptReference(name=name):
            existing = {
                prompt.name: {each.name for each in prompt.arguments or ()} for prompt in await server.list_prompts()
            }
        case ResourceTemplateReference(uri=name):
            templates = await server.list_resource_templates()
            existing = {each.uri_template: set(_VARIABLE.findall(each.uri_template)) for each in templates}
    if name not in existing:
        raise as_invalid(ReferenceUnknown(name))
    if argument.name not in existing[name]:  # Else one could ask here for what the configuration keeps back.
        return Completion(values=[], total=0, has_more=False)
    others = dict(context.arguments or {}) if context is not None else {}
    try:
        found = await anyio.to_thread.run_sync(_propose, open_desk, argument, others)
    except LifecycleError:
        return Completion(values=[], total=0, has_more=False)
    return found


def _propose(open_desk: "OpenDesk", argument: CompletionArgument, others: Mapping[str, str]) -> Completion:
    from axure_lifecycle.mcp_server.completing import propose

    found = propose(open_desk(None, None), argument.name, argument.value, others)
    total = None if found.has_more else len(found.values)
    return Completion(values=found.values, total=total, has_more=found.has_more)
