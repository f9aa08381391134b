"""Fixtures of the newer era: calls that end with what is still needed and are sent again with it (SEP-2322)."""

import json
from typing import Any, Final

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
    SamplingMessage,
    TextContent,
)

from axure_lifecycle.mcp_server.server import Server

Ctx = Context[Any, Any]
NONCE: Final = "request-state-nonce"


def form(message: str, field: str, kind: str = "string") -> ElicitRequest:
    """A form with one field."""
    schema = {"type": "object", "properties": {field: {"type": kind}}, "required": [field]}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def sampled(question: str) -> CreateMessageRequest:
    """A question to the client's model."""
    message = SamplingMessage(role="user", content=TextContent(type="text", text=question))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=100))


def typed(answer: object, field: str) -> str | None:
    """What somebody typed into a field; None where the form did not come back."""
    if not isinstance(answer, ElicitResult) or not answer.content:
        return None
    value = answer.content.get(field)
    return value if isinstance(value, str) else None


def needed(state: str | None = None, **requests: InputRequest) -> InputRequiredResult:
    """The end of a round."""
    return InputRequiredResult(input_requests=requests, request_state=state)


def register(server: Server) -> None:
    """Put everything up."""
    single(server)
    with_state(server)
    gated(server)


def single(server: Server) -> None:
    """One question of each kind."""

    @server.tool(name="test_input_required_result_elicitation", description="Needs a name.")
    async def elicitation(ctx: Ctx) -> str | InputRequiredResult:
        responses = ctx.input_responses or {}
        if "user_name" not in responses:
            return needed(user_name=form("What is your name?", "name"))
        return f"Hello, {typed(responses['user_name'], 'name') or 'stranger'}!"

    @server.tool(name="test_input_required_result_sampling", description="Needs the client's model.")
    async def sampling(ctx: Ctx) -> str | InputRequiredResult:
        answer = (ctx.input_responses or {}).get("capital_question")
        if answer is None:
            return needed(capital_question=sampled("What is the capital of France?"))
        said = answer.content if isinstance(answer, CreateMessageResult) else None
        return f"Model said: {said.text if isinstance(said, TextContent) else ''}"

    @server.tool(name="test_input_required_result_list_roots", description="Needs the client's roots.")
    async def roots(ctx: Ctx) -> str | InputRequiredResult:
        answer = (ctx.input_responses or {}).get("client_roots")
        if answer is None:
            return needed(client_roots=ListRootsRequest())
        return f"Client exposed {len(answer.roots) if isinstance(answer, ListRootsResult) else 0} root(s)."

    @server.prompt(name="test_input_required_result_prompt", description="Needs a context.")
    async def prompt(ctx: Ctx) -> list[UserMessage] | InputRequiredResult:
        answer = (ctx.input_responses or {}).get("user_context")
        if answer is None:
            return needed(user_context=form("What context should the prompt use?", "context"))
        return [UserMessage(f"Use the following context: {typed(answer, 'context')}")]


def with_state(server: Server) -> None:
    """Rounds that carry a state, which the SDK seals."""

    @server.tool(name="test_input_required_result_request_state", description="Needs a confirmation.")
    async def confirmed(ctx: Ctx) -> str | InputRequiredResult:
        if "confirm" in (ctx.input_responses or {}) and ctx.request_state == NONCE:
            return "state-ok: confirmation received"
        return needed(NONCE, confirm=form("Please confirm", "ok", "boolean"))

    @server.tool(name="test_input_required_result_tampered_state", description="Needs a confirmation and its state.")
    async def sealed(ctx: Ctx) -> str | InputRequiredResult:
        if ctx.request_state is None:
            return needed("round-1", confirm=form("Please confirm", "ok", "boolean"))
        return f"state-ok: {ctx.request_state}"

    @server.tool(name="test_input_required_result_multi_round", description="Needs a name, then a colour.")
    async def rounds(ctx: Ctx) -> str | InputRequiredResult:
        responses = ctx.input_responses or {}
        state: dict[str, Any] = json.loads(ctx.request_state) if ctx.request_state else {}
        match state.get("round"):
            case 1 if "step1" in responses:
                reached = json.dumps({"round": 2, "name": typed(responses["step1"], "name")})
                return needed(reached, step2=form("Step 2: What is your favorite color?", "color"))
            case 2 if "step2" in responses:
                return f"{state['name']} likes {typed(responses['step2'], 'color')}."
            case _:
                return needed(json.dumps({"round": 1}), step1=form("Step 1: What is your name?", "name"))


def gated(server: Server) -> None:
    """Several questions at once, and only those that the client can answer."""

    @server.tool(name="test_input_required_result_multiple_inputs", description="Needs three things at once.")
    async def several(ctx: Ctx) -> str | InputRequiredResult:
        if {"user_name", "greeting", "client_roots"} <= (ctx.input_responses or {}).keys():
            return "All inputs received."
        return needed(
            "several",
            user_name=form("What is your name?", "name"),
            greeting=sampled("Generate a greeting"),
            client_roots=ListRootsRequest(),
        )

    @server.tool(name="test_input_required_result_capabilities", description="Needs what the client offers.")
    async def possible(ctx: Ctx) -> InputRequiredResult:
        capabilities = ctx.client_capabilities
        requests: dict[str, InputRequest] = {}
        if capabilities is None or capabilities.sampling is not None:
            requests["sample"] = sampled("Say hello")
        if capabilities is None or capabilities.elicitation is not None:
            requests["ask"] = form("What is your name?", "name")
        return needed("gated", **requests)
