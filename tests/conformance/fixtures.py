"""What the conformance suite calls: tools, resources and prompts by the names that its scenarios know.

They stand beside ours on one and the same server, so that what is measured is our stack and not one built for the
measurement. The names, the texts that scenarios look for and the schemas are the suite's; everything else is ours.
"""

import asyncio
import json
from base64 import b64decode, b64encode
from struct import pack
from typing import Annotated, Any, Final
from zlib import compress, crc32

from mcp.server.context import ServerRequestContext
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.shared.exceptions import MCPError
from mcp.types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    AudioContent,
    EmbeddedResource,
    EmptyResult,
    ImageContent,
    SamplingMessage,
    SetLevelRequestParams,
    SubscribeRequestParams,
    TextContent,
    TextResourceContents,
    UnsubscribeRequestParams,
)
from pydantic import BaseModel, Field

from axure_lifecycle.mcp_server.server import Server

Ctx = Context[Any, Any]
MOMENT: Final = 0.05
"""Seconds between two notices of a call, so that they are two events."""


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", crc32(kind + content))


def one_pixel() -> str:
    """The smallest PNG picture, Base64."""
    header = pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", compress(b"\x00\x00")), _chunk(b"IEND", b""))
    return b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


def no_sound() -> str:
    """A WAV file without a single sample, Base64."""
    form = b"WAVEfmt " + pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data" + pack("<I", 0)
    return b64encode(b"RIFF" + pack("<I", len(form)) + form).decode()


PICTURE: Final = one_pixel()


def register(server: Server) -> None:
    """Put everything up."""
    contents(server)
    messages(server)
    questions(server)
    changes(server)
    resources(server)
    prompts(server)
    old_requests(server)


def contents(server: Server) -> None:
    """Tools that answer with each kind of content."""

    @server.tool(name="test_simple_text", description="Answers with text.")
    def simple_text() -> str:
        return "This is a simple text response for testing."

    @server.tool(name="test_image_content", description="Answers with a picture.")
    def image() -> list[ImageContent]:
        return [ImageContent(type="image", data=PICTURE, mime_type="image/png")]

    @server.tool(name="test_audio_content", description="Answers with sound.")
    def audio() -> list[AudioContent]:
        return [AudioContent(type="audio", data=no_sound(), mime_type="audio/wav")]

    @server.tool(name="test_embedded_resource", description="Answers with a resource.")
    def embedded() -> list[EmbeddedResource]:
        return [embed("test://embedded-resource", "text/plain", "This is an embedded resource content.")]

    @server.tool(name="test_multiple_content_types", description="Answers with text, a picture and a resource.")
    def mixed() -> list[TextContent | ImageContent | EmbeddedResource]:
        return [
            TextContent(type="text", text="Multiple content types test:"),
            ImageContent(type="image", data=PICTURE, mime_type="image/png"),
            embed("test://mixed-content-resource", "application/json", json.dumps({"test": "data", "value": 123})),
        ]

    @server.tool(name="test_error_handling", description="Fails.")
    def fail() -> str:
        raise RuntimeError("This tool intentionally returns an error for testing")

    @server.tool(name="json_schema_2020_12_tool", description="Takes arguments that a schema of 2020-12 describes.")
    def schema() -> str:
        return "json_schema_2020_12_tool"

    # No public way lets a tool bring its own schema along.
    tool = server._tool_manager.get_tool("json_schema_2020_12_tool")  # pyright: ignore[reportPrivateUsage]
    assert tool is not None
    tool.parameters = KEYWORDS_OF_2020_12

    @server.tool(name="test_x_mcp_header", description="Takes an argument that a header repeats.")
    def header(
        region: Annotated[
            str, Field(description="Also in Mcp-Param-Region.", json_schema_extra={"x-mcp-header": "Region"})
        ] = "none",
    ) -> str:
        return f"region={region}"


def embed(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    """Text as a resource inside an answer."""
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


KEYWORDS_OF_2020_12: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
"""The schema whose keywords the scenario looks for."""


def messages(server: Server) -> None:
    """Tools that say something while they run."""

    @server.tool(name="test_tool_with_logging", description="Logs three lines.")
    async def log(ctx: Ctx) -> str:
        for line in ("Tool execution started", "Tool processing data", "Tool execution completed"):
            await ctx.info(line)  # pyright: ignore[reportDeprecated]
            await asyncio.sleep(MOMENT)
        return "Logged."

    @server.tool(name="test_tool_with_progress", description="Reports how far it is.")
    async def progress(ctx: Ctx) -> str:
        for done in (0, 50, 100):
            await ctx.report_progress(done, 100, f"Completed step {done} of 100")
            await asyncio.sleep(MOMENT)
        return "Done."

    @server.tool(name="test_reconnection", description="Closes its own stream in the middle of a call.")
    async def reconnect(ctx: Ctx) -> str:
        await ctx.info("Before disconnect")  # pyright: ignore[reportDeprecated]
        await ctx.close_sse_stream()
        await asyncio.sleep(4 * MOMENT)
        await ctx.info("After reconnect")  # pyright: ignore[reportDeprecated]
        return "Reconnection test completed"


class Said(BaseModel):
    """What a person types."""

    response: str = Field(description="User's response")


class Defaults(BaseModel):
    """A form with a default for each primitive type (SEP-1034)."""

    name: str = Field(default="John Doe", description="User name")
    age: int = Field(default=30, description="User age")
    score: float = Field(default=95.5, description="User score")
    status: str = Field(
        default="active", description="User status", json_schema_extra={"enum": ["active", "inactive", "pending"]}
    )
    verified: bool = Field(default=True, description="Verification status")


def _titled(**titles: str) -> list[Any]:
    return [{"const": value, "title": title} for value, title in titles.items()]


class Choices(BaseModel):
    """A form with each way to write a choice (SEP-1330)."""

    untitledSingle: str = Field(json_schema_extra={"enum": ["active", "inactive", "pending"]})  # noqa: N815
    titledSingle: str = Field(  # noqa: N815
        json_schema_extra={"oneOf": _titled(low="Low Priority", medium="Medium Priority", high="High Priority")}
    )
    untitledMulti: list[str] = Field(  # noqa: N815
        json_schema_extra={"items": {"type": "string", "enum": ["read", "write", "execute"]}}
    )
    titledMulti: list[str] = Field(  # noqa: N815
        json_schema_extra={"items": {"anyOf": _titled(feature="New Feature", bug="Bug Fix", docs="Documentation")}}
    )
    legacyEnum: str = Field(  # noqa: N815
        json_schema_extra={
            "enum": ["small", "medium", "large"],
            "enumNames": ["Small Size", "Medium Size", "Large Size"],
        }
    )


def questions(server: Server) -> None:
    """Tools of the older era that ask the client in the middle of a call."""

    @server.tool(name="test_sampling", description="Asks the client's model.")
    async def sample(prompt: str, ctx: Ctx) -> str:
        answer = await ctx.session.create_message(  # pyright: ignore[reportDeprecated]
            messages=[SamplingMessage(role="user", content=TextContent(type="text", text=prompt))],
            max_tokens=100,
            related_request_id=ctx.request_id,
        )
        return f"LLM response: {answer.content.text if answer.content.type == 'text' else ''}"

    @server.tool(name="test_elicitation", description="Asks the person.")
    async def elicit(message: str, ctx: Ctx) -> str:
        return await put(ctx, message, Said)

    @server.tool(name="test_elicitation_sep1034_defaults", description="Asks with a default for everything.")
    async def defaults(ctx: Ctx) -> str:
        return await put(ctx, "Please look this through", Defaults)

    @server.tool(name="test_elicitation_sep1330_enums", description="Asks for choices.")
    async def choices(ctx: Ctx) -> str:
        return await put(ctx, "Please choose", Choices)

    @server.tool(name="test_missing_capability", description="Needs a client that offers sampling.")
    async def needs_sampling(ctx: Ctx) -> str:
        capabilities = ctx.client_capabilities
        if capabilities is None or capabilities.sampling is None:
            raise MCPError(
                code=MISSING_REQUIRED_CLIENT_CAPABILITY,
                message="This tool needs a client that offers sampling.",
                data={"requiredCapabilities": {"sampling": {}}},
            )
        return "It does."


async def put(ctx: Ctx, message: str, form: type[BaseModel]) -> str:
    """Ask, and tell what came back."""
    answer = await ctx.elicit(message=message, schema=form)
    content = answer.data.model_dump_json() if answer.action == "accept" else "{}"
    return f"User response: action={answer.action}, content={content}"


def changes(server: Server) -> None:
    """Tools that change what is listed, and say so to whoever listens."""

    def passing() -> str:
        return "gone again"

    @server.tool(name="test_trigger_tool_change", description="Adds a tool and takes it away.")
    async def change_tools(ctx: Ctx) -> str:
        server.add_tool(passing, name="test_dynamic_tool", description="Passes by.")
        server.remove_tool("test_dynamic_tool")
        await ctx.notify_tools_changed()
        return "changed"

    @server.tool(name="test_trigger_prompt_change", description="Adds a prompt and takes it away.")
    async def change_prompts(ctx: Ctx) -> str:
        server.add_prompt(Prompt.from_function(passing, name="test_dynamic_prompt", description="Passes by."))
        server.remove_prompt("test_dynamic_prompt")
        await ctx.notify_prompts_changed()
        return "changed"


def resources(server: Server) -> None:
    """Resources of each kind, and a template."""

    @server.resource("test://static-text", name="static-text", description="Text.")
    def text() -> str:
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", name="static-binary", description="A picture.", mime_type="image/png")
    def binary() -> bytes:
        return b64decode(PICTURE)

    @server.resource(
        "test://template/{id}/data", name="template", description="By its id.", mime_type="application/json"
    )
    def template(id: str) -> str:  # noqa: A002 - the suite's word
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})

    @server.resource("test://watched-resource", name="watched", description="Could change.")
    def watched() -> str:
        return "Watched resource content"


def prompts(server: Server) -> None:
    """Prompts of each kind."""

    @server.prompt(name="test_simple_prompt", description="Without arguments.")
    def simple() -> str:
        return "This is a simple prompt for testing."

    @server.prompt(name="test_prompt_with_arguments", description="With two arguments.")
    def filled(arg1: str, arg2: str) -> str:
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @server.prompt(name="test_prompt_with_embedded_resource", description="With a resource in it.")
    def embedded(resourceUri: str) -> list[UserMessage]:  # noqa: N803 - the suite's word
        resource = embed(resourceUri, "text/plain", "Embedded resource content for testing.")
        return [UserMessage(resource), UserMessage("Please process the embedded resource above.")]

    @server.prompt(name="test_prompt_with_image", description="With a picture in it.")
    def picture() -> list[UserMessage]:
        image = ImageContent(type="image", data=PICTURE, mime_type="image/png")
        return [UserMessage(image), UserMessage("Please analyze the image above.")]


def old_requests(server: Server) -> None:
    """What the older era has and our server does not serve: logging levels and subscriptions to one resource."""

    async def agree(ctx: ServerRequestContext[Any, Any], params: object) -> EmptyResult:
        del ctx, params
        return EmptyResult()

    below = server._lowlevel_server  # pyright: ignore[reportPrivateUsage]
    below.add_request_handler("logging/setLevel", SetLevelRequestParams, agree)
    below.add_request_handler("resources/subscribe", SubscribeRequestParams, agree)
    below.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, agree)
