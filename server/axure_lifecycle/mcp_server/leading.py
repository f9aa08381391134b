"""Leading a person to the console, where a client can open an address for them.

An address answers nothing: that somebody opened it, or said so, is never a yes. What they then say on the console is
recorded there, as theirs. A call that led somewhere goes on as one in which nobody could be asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import anyio.to_thread
from mcp import UrlElicitationRequiredError
from mcp.server.mcpserver import Context
from mcp.types import ElicitRequest, ElicitRequestURLParams, InputRequiredResult

from axure_lifecycle.domain.holdings import Strength
from axure_lifecycle.domain.serving import APPROVAL_PATH, STEP_PATH
from axure_lifecycle_tools.spec import Desk, Place, Question, Verb

ROUND: Final = "axure-lifecycle/console"
"""The name of the round of the newer era in which the client opens the address."""
_ROUNDS_SINCE: Final = "2026-07-28"


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a person can answer."""

    url: str
    is_demanded: bool
    """Whether nothing that this client can ask is strong enough for policy."""


async def find_lead(
    verb: Verb, desk: Desk, arguments: Mapping[str, Any], question: Question | None, console: str | None
) -> Lead | None:
    """Where the question stands on the console at this origin; None where there is none of either."""
    if console is None or verb.place is None or question is None:
        return None
    place = await anyio.to_thread.run_sync(lambda: verb.place and verb.place(desk, **arguments))
    if place is None:
        return None
    return Lead(console + path_of(place), not Strength.CLIENT.reaches(place.demanded))


def path_of(place: Place) -> str:
    """The console's page of a place."""
    if place.step is None:
        return APPROVAL_PATH.format(case=place.case)
    return STEP_PATH.format(case=place.case, step=place.step, outcome=place.outcome)


def can_open(ctx: Context[Any, Any]) -> bool:
    """Whether the client opens addresses for its person, and can be asked to from here."""
    capabilities = ctx.client_capabilities
    elicitation = capabilities.elicitation if capabilities is not None else None
    if elicitation is None or elicitation.url is None:
        return False
    return _has_rounds(ctx) or ctx.session.can_send_request


async def lead(ctx: Context[Any, Any], question: Question, where: Lead) -> None:
    """Have the client offer the address to its person, once; whatever comes of it.

    Raises `UrlElicitationRequiredError` in the newer era, for `as_round`.
    """
    said = f"{question.text}\nThis is answered on the console; opening it answers nothing."
    if not _has_rounds(ctx):
        await ctx.elicit_url(said, where.url, uuid4().hex)
    elif ROUND not in (ctx.input_responses or {}):
        raise UrlElicitationRequiredError([ElicitRequestURLParams(message=said, url=where.url)])


def as_round(error: UrlElicitationRequiredError) -> InputRequiredResult:
    """The newer era's way to say it: a round that the client carries out before it calls again."""
    [params] = error.elicitations
    return InputRequiredResult(input_requests={ROUND: ElicitRequest(params=params)})


def _has_rounds(ctx: Context[Any, Any]) -> bool:
    return (ctx.protocol_version or "") >= _ROUNDS_SINCE
