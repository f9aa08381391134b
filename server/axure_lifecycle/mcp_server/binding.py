"""One verb of the catalog as a tool of the SDK.

The SDK reads a tool's arguments from a function's signature, and a person's answer from a parameter that a resolver
fills. Both are made here from the verb, so that the verbs know nothing of MCP. Refusals become `ToolError`s here and
nowhere else.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Final, Protocol, get_args

import anyio.from_thread
import anyio.to_thread
from mcp.server.apps import client_supports_apps
from mcp.server.elicitation import (
    AcceptedElicitation,
    CancelledElicitation,
    DeclinedElicitation,
    ElicitationResult,
)
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import ConfigDict, ValidationError

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.text import shown
from axure_lifecycle.mcp_server.apps import CHECKLIST, linked, page_of
from axure_lifecycle.mcp_server.at_terminal import Typed
from axure_lifecycle.mcp_server.instructions import say_not_offered
from axure_lifecycle.mcp_server.leading import Lead, can_open, find_lead, lead
from axure_lifecycle.mcp_server.page_tools import PageOnly
from axure_lifecycle.mcp_server.schemas import gist, outline, tidy, unrepeated, without_null
from axure_lifecycle.mcp_server.turns import carry_out, turn_of
from axure_lifecycle_tools.spec import (
    Answer,
    Answered,
    ArgumentsRefused,
    Confirmation,
    CouldNotAsk,
    Declined,
    Desk,
    NotAsked,
    Question,
    Reply,
    Verb,
)

ContextOf = Context[Any, Any]
_PLAIN: Final = Typed()


class OpenDesk(Protocol):
    """Gives a verb its desk for one call. Raises `LifecycleError` (no configuration, no store)."""

    def __call__(self, client: str | None, progress: Callable[[int, int | None, str], None] | None) -> Desk: ...


class Refusal(ToolError):
    """A refusal as the model reads it: the sentence, then the code for machines."""

    def __init__(self, error: LifecycleError) -> None:
        super().__init__(f"{error.sentence} [{error.code}]")


class AnswerUnreadable(LifecycleError):
    """A form came back with something else than was asked for."""

    code = "answer_unreadable"

    def __init__(self, verb: str) -> None:
        super().__init__(
            f"{verb} recorded nothing: the client sent the person's form back, but not with the fields that it asks "
            "for. Call it again; if that happens every time, the person confirms at a terminal "
            "(`axure-lifecycle confirm`)."
        )


class _NobodyToAsk:
    """What the resolver gives back where the client offers no form; an object of its own, never an answer."""


class _NothingToAsk:
    """What the resolver gives back where the verb has no question."""


NOBODY: Final = _NobodyToAsk()
NOTHING: Final = _NothingToAsk()


@dataclass(frozen=True, slots=True)
class Told:
    """A question, and where on the console it stands too."""

    question: Question
    lead: Lead | None


def bind(
    verb: Verb,
    open_desk: OpenDesk,
    typed: Typed = _PLAIN,
    console: str | None = None,
    *,
    store_is_near: bool = True,
) -> Tool:
    """The verb as a tool that validates strictly, asks where it must, and refuses unknown arguments.

    `console` is the origin of the console, where there is one; `store_is_near`: whether it is a file beside us.
    """
    page = page_of(verb.reply)
    tool = Tool.from_function(
        _call(verb, open_desk, typed, console=console, store_is_near=store_is_near),
        name=verb.name,
        title=verb.title,
        description=verb.description,
        annotations=hints(verb),
        meta=None if page is None else linked(page),
    )
    return _strictly(tool, verb)


def bind_for_page(verb: Verb, open_desk: OpenDesk, typed: Typed = _PLAIN) -> Tool:
    """The verb as a tool that our checklist page calls and nobody else."""

    def open_for_page(ctx: ContextOf) -> None:
        if not client_supports_apps(ctx):
            raise Refusal(PageOnly(verb.name))

    tool = Tool.from_function(
        _call(verb, open_desk, typed, guard=open_for_page),
        name=verb.name,
        title=verb.title,
        description=verb.description,
        annotations=hints(verb),
        meta=linked(CHECKLIST, only_for_page=True),
    )
    return _strictly(tool, verb)


def _strictly(tool: Tool, verb: Verb) -> Tool:
    model = tool.fn_metadata.arg_model
    # The SDK drops unknown arguments in silence and turns "7" into 7; both hide a model's mistake from it.
    model.model_config.update(ConfigDict(extra="forbid", strict=True))
    model.model_rebuild(force=True)
    tool.parameters = unrepeated(without_null(tidy(model.model_json_schema(by_alias=True))))
    schema = tool.fn_metadata.output_schema
    tool.fn_metadata = _Arguments(
        arg_model=model,
        output_schema=None if schema is None else _describe(schema, verb),
        output_model=tool.fn_metadata.output_model,
    )
    return tool


def _describe(schema: dict[str, Any], verb: Verb) -> dict[str, Any]:
    """What is published of an answer: in full at one tool, and by its name at the others that answer the same."""
    from axure_lifecycle_tools.catalog import teller_of

    tidied, teller = tidy(schema), teller_of(verb)
    return outline(tidied) if teller == verb.name else gist(tidied, teller)


class _Arguments(FuncMetadata):
    """Arguments as they were sent, where they may be text.

    The SDK reads any text that is JSON as what it says, for clients that send lists as text; so a pasted JSON file
    would be refused as a list, and a note that says `null` would be no note.
    """

    def pre_parse_json(self, data: dict[str, Any]) -> dict[str, Any]:
        """Read JSON only where no text is expected."""
        others = {name: value for name, value in data.items() if not self._takes_text(name)}
        return {**data, **super().pre_parse_json(others)}

    def _takes_text(self, name: str) -> bool:
        field = self.arg_model.model_fields.get(name)
        return field is not None and str in (field.annotation, *get_args(field.annotation))


def hints(verb: Verb) -> ToolAnnotations:
    """All four hints; the world is closed, because nothing but the local store is touched, unless a verb says so."""
    return ToolAnnotations(
        read_only_hint=verb.reads_only,
        destructive_hint=verb.destroys,
        idempotent_hint=verb.repeats_safely,
        open_world_hint=verb.reaches_out,
    )


def translate(name: str, error: ToolError) -> ToolError:
    """The SDK's own wrapping of an expected failure, unwrapped to what the model should read."""
    cause = error.__cause__
    match cause:
        case Refusal():
            return cause
        case ValidationError():
            return Refusal(ArgumentsRefused(name, tuple(_objections(cause))))
        case ToolError():
            # All that the SDK itself objects to while a call runs is how a form was filled in.
            return Refusal(AnswerUnreadable(name))
        case _:
            return error


def _objections(error: ValidationError) -> list[str]:
    told: list[str] = []
    for mistake in error.errors(include_url=False, include_context=False, include_input=False)[:10]:
        where = shown(".".join(str(part) for part in mistake["loc"]), 60) or "the arguments"
        match mistake["type"]:
            case "extra_forbidden":
                told.append(f"“{where}” is no argument of it.")
            case "missing":
                told.append(f"{where} is missing.")
            case _:
                told.append(f"{where}: {mistake['msg']}.")
    return told


# -- making the function that the SDK reads ---------------------------------------------------------------------------


def _call(
    verb: Verb,
    open_desk: OpenDesk,
    typed: Typed,
    *,
    console: str | None = None,
    store_is_near: bool = True,
    guard: Callable[[ContextOf], None] | None = None,
) -> Callable[..., Awaitable[CallToolResult]]:
    own = [
        parameter
        for parameter in inspect.signature(verb.run, eval_str=True).parameters.values()
        if parameter.name not in ("desk", "answer")
    ]

    async def call(**given: Any) -> CallToolResult:
        ctx: ContextOf = given.pop("ctx")
        if guard is not None:
            guard(ctx)
        outcome, question = given.pop("answer", None), given.pop("question", None)
        arguments = dict(given)
        if verb.ask is not None:
            arguments["answer"] = _read(outcome, question)
        try:
            turn = turn_of(verb, arguments, store_is_near=store_is_near)
            reply = await carry_out(turn, lambda: _run(verb, open_desk, ctx, arguments))
        except LifecycleError as error:
            raise Refusal(error) from error
        reply = typed.retell(_with_page(reply, arguments.get("answer"), question))
        return CallToolResult(
            content=[TextContent(type="text", text=reply.text())],
            structured_content=reply.model_dump(mode="json"),
            _meta=reply.aside() or None,
        )

    parameters = [*own, _context_parameter()]
    if verb.ask is not None:
        tell, put = _resolvers(verb, open_desk, own, console)
        parameters += [
            _parameter("question", Annotated[ElicitationResult[Any], Resolve(tell)]),
            _parameter("answer", Annotated[ElicitationResult[Confirmation], Resolve(put)]),
        ]
    _dress(call, verb.name, parameters, Annotated[CallToolResult, verb.reply])
    return call


def _run(verb: Verb, open_desk: OpenDesk, ctx: ContextOf, arguments: Mapping[str, Any]) -> Reply:
    desk = _open(verb, open_desk, client_name(ctx), _Reporter(ctx))
    if verb.reaches_out:
        desk = replace(desk, is_cancelled=anyio.from_thread.check_cancelled)
    return _for_what_is_offered(verb.run(desk, **arguments), desk)


def _for_what_is_offered(reply: Reply, desk: Desk) -> Reply:
    """The reply, which says of a tool that it names next and that is switched off who does it instead."""
    from axure_lifecycle_tools.catalog import BY_NAME

    def is_off(verb: Verb) -> bool:
        is_hidden = desk.toolsets is not None and verb.toolset.value not in desk.toolsets
        return is_hidden or (desk.is_read_only and not verb.reads_only)

    off = [name for name in dict.fromkeys(re.findall(r"[a-z]+(?:_[a-z]+)+", reply.next)) if name in BY_NAME]
    off = [name for name in off if is_off(BY_NAME[name])]
    if not off:
        return reply
    return reply.model_copy(update={"next": f"{reply.next} {say_not_offered(off)}"})


def _open(
    verb: Verb, open_desk: OpenDesk, client: str | None, progress: Callable[[int, int | None, str], None] | None
) -> Desk:
    """The desk for a call that the configuration still offers, to somebody whose role it is."""
    desk = open_desk(client, progress)
    desk.require_role(verb.name, verb.allowed)
    desk.require_offered(verb.name, verb.toolset.value, reads_only=verb.reads_only)
    return desk


def _resolvers(
    verb: Verb, open_desk: OpenDesk, own: list[inspect.Parameter], console: str | None
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Two resolvers: one tells the question, the other puts it to the person.

    The first runs again in every round and its value reaches the verb as it was in the round that was answered, so an
    answer is always bound to the words that were shown.
    """
    asked = verb.ask
    assert asked is not None

    async def tell(**given: Any) -> Told | _NothingToAsk:
        ctx: ContextOf = given.pop("ctx")
        try:
            desk = await anyio.to_thread.run_sync(_open, verb, open_desk, client_name(ctx), None)
            question = await anyio.to_thread.run_sync(partial(asked, desk, **given))
            where = await find_lead(verb, desk, given, question, console)
        except LifecycleError as error:
            raise Refusal(error) from error
        return NOTHING if question is None else Told(question, where)

    async def put(**given: Any) -> Any:
        ctx: ContextOf = given.pop("ctx")
        told = given["question"].data
        if isinstance(told, _NothingToAsk):
            return NOTHING
        if told.lead is not None and (told.lead.is_demanded or not can_ask(ctx)) and can_open(ctx):
            await lead(ctx, told.question, told.lead)
            return NOBODY
        if not can_ask(ctx):
            return NOBODY
        return Elicit(told.question.text, Confirmation)

    _dress(tell, f"{verb.name}_tell", [*_required(own), _context_parameter()], Any)
    question = _parameter("question", Annotated[ElicitationResult[Any], Resolve(tell)])
    _dress(put, f"{verb.name}_put", [question, _context_parameter()], Any)
    return tell, put


def _with_page(reply: Reply, answer: Answer | None, asked: Any) -> Reply:
    """The reply, which says where a person can still answer what nobody answered here, or too weakly."""
    told = asked.data if asked is not None else None
    if not isinstance(told, Told) or told.lead is None:
        return reply
    if not isinstance(answer, CouldNotAsk) and not told.lead.is_demanded:
        return reply
    return reply.model_copy(update={"next": f"{reply.next} The person can answer on {told.lead.url}".strip()})


def _read(outcome: Any, asked: Any) -> Answer:
    """What came back, as the verbs know it. Anything that is not a ticked form is no yes."""
    if not isinstance(asked.data, Told):
        return NotAsked()
    question = asked.data.question
    match outcome:
        case AcceptedElicitation(data=_NobodyToAsk()):
            return CouldNotAsk(question)
        case AcceptedElicitation(data=Confirmation(yes=yes, note=note)):
            return Answered(yes=yes, note=note, question=question, channel=Channel.CLIENT_FORM)
        case DeclinedElicitation():
            return Declined(question, Channel.CLIENT_FORM)
        case CancelledElicitation():
            return Declined(question, Channel.CLIENT_FORM, was_cancelled=True)
        case _:
            raise UnexpectedToolError("an answer of an unknown kind")


def can_ask(ctx: ContextOf) -> bool:
    """Whether the client offers forms. `elicitation: {}` means forms; a client with URLs only cannot be asked."""
    capabilities = ctx.client_capabilities
    elicitation = capabilities.elicitation if capabilities is not None else None
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


def client_name(ctx: ContextOf) -> str | None:
    """The client's own name and version, as it gives them."""
    try:
        info = ctx.session.client_params
    except (AttributeError, LookupError):
        return None
    if info is None:
        return None
    return f"{info.client_info.name} {info.client_info.version}".strip()[:100]


class _Reporter:
    """Tells the client how far a call is, from the thread in which it runs.

    A job has several parts, each of which counts from nought in its own unit. By the specification a notice must be
    farther than the one before it, so each part goes on where the last one ended.
    """

    def __init__(self, ctx: ContextOf) -> None:
        self._ctx = ctx
        self._part, self._begun, self._last = "", 0, 0

    def __call__(self, done: int, total: int | None, what: str) -> None:
        if what != self._part:
            self._part, self._begun = what, self._last
        now = self._begun + done
        if now <= self._last:
            return
        self._last = now
        whole = None if total is None else float(max(self._begun + total, now))
        anyio.from_thread.run(self._ctx.report_progress, float(now), whole, what)


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)


def _context_parameter() -> inspect.Parameter:
    return _parameter("ctx", ContextOf)


def _required(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    return [parameter.replace(default=inspect.Parameter.empty) for parameter in parameters]


def _dress(function: Any, name: str, parameters: list[inspect.Parameter], returns: Any) -> None:
    function.__name__ = function.__qualname__ = name
    function.__signature__ = inspect.Signature(parameters, return_annotation=returns)
    function.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters} | {"return": returns}
