"""Pages inside the client (MCP Apps, extension `io.modelcontextprotocol/ui`).

A client that can show pages is told, with a tool, which page shows its answer; it fetches the page as a resource, puts
it into a frame of its own without any network, and hands it the answer. Any other client is told nothing of it: the
text of an answer is whole without a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast

from mcp.server.apps import APP_MIME_TYPE, Apps, client_supports_apps
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver.resources import Resource
from pydantic import BaseModel

if TYPE_CHECKING:
    from axure_lifecycle_tools.spec import Reply

SCHEME: Final = "ui://"
_FOLDER: Final = "app"
_STYLE: Final = "style.css"
_HOST: Final = "host.js"
"""What every page has in common."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    name: str
    title: str
    description: str
    toolset: str

    @property
    def uri(self) -> str:
        """Its address."""
        return f"{SCHEME}axure-lifecycle/{self.name}.html"


CHECKLIST: Final = Page(
    "checklist", "Checklist of a case", "A case with its steps, each to be confirmed by the person in front.", "cases"
)
DISCREPANCIES: Final = Page(
    "discrepancies", "Discrepancies", "Who should not have what they have, by verdict.", "discrepancies"
)
PAGES: Final = (CHECKLIST, DISCREPANCIES)


def page_of(reply: "type[Reply]") -> Page | None:
    """The page that shows such an answer."""
    from axure_lifecycle_tools.discrepancies import Discrepancies
    from axure_lifecycle_tools.showing import CaseReply

    return {CaseReply: CHECKLIST, Discrepancies: DISCREPANCIES}.get(cast("Any", reply))


def linked(page: Page, *, only_for_page: bool = False) -> dict[str, Any]:
    """What is told with a tool: its page, and whether the page alone may call it."""
    return {"ui": {"resourceUri": page.uri, **({"visibility": ["app"]} if only_for_page else {})}}


class PageResource(Resource):
    """A page as a resource, put together when it is read."""

    page: str

    async def read(self) -> str:
        """The page, whole."""
        return write_page(self.page, self.title or "")


def offered_pages(toolsets: Sequence[str]) -> Apps:
    """The extension, with the pages that a configuration offers."""
    apps = Apps()
    for page in PAGES:
        if page.toolset in toolsets:
            apps.add_resource(
                PageResource(
                    uri=page.uri,
                    name=page.name,
                    title=page.title,
                    description=page.description,
                    mime_type=APP_MIME_TYPE,
                    # No domain is declared: a client then lets the page reach nothing at all.
                    meta={"ui": {"prefersBorder": True}},
                    page=page.name,
                )
            )
    return apps


@cache
def write_page(name: str, title: str) -> str:
    """One page as a whole: the frame with its style and its scripts inside."""
    frame = _read("frame.html")
    scripts = "\n".join(_read(script) for script in (_HOST, f"{name}.js"))
    return frame.replace("{title}", title).replace("{style}", _read(_STYLE)).replace("{script}", scripts)


def _read(file: str) -> str:
    return files("axure_lifecycle.mcp_server").joinpath(_FOLDER, file).read_text("utf-8")


async def tell_of_pages(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Tell of pages, and of what only pages call, to no client that cannot show them."""
    result = await call_next(ctx)
    if ctx.method not in ("tools/list", "resources/list") or client_supports_apps(ctx):
        return result
    listed = _as_mapping(result)
    if "tools" in listed:
        return {**listed, "tools": [_without_page(tool) for tool in listed["tools"] if not _is_for_page(tool)]}
    if "resources" in listed:
        kept = [one for one in listed["resources"] if not str(one["uri"]).startswith(SCHEME)]
        return {**listed, "resources": kept}
    return result


def _as_mapping(result: HandlerResult) -> dict[str, Any]:
    if isinstance(result, BaseModel):
        return result.model_dump(mode="json", by_alias=True, exclude_none=True)
    return dict(result or {})


def _is_for_page(tool: Mapping[str, Any]) -> bool:
    return "visibility" in tool.get("_meta", {}).get("ui", {})


def _without_page(tool: Mapping[str, Any]) -> dict[str, Any]:
    meta = {key: value for key, value in tool.get("_meta", {}).items() if key != "ui"}
    return {**{key: value for key, value in tool.items() if key != "_meta"}, **({"_meta": meta} if meta else {})}
