"""What a ticket system reports of its tickets, signed: it is kept and shown, and confirms nothing.

`POST /hooks/tickets`, signed as Standard Webhooks has it with the key of `[tickets]`, with a body such as
`{"case": "C-12", "ticket": "HR-1142", "state": "closed"}`. A call that is older than five minutes, or that came before,
is refused.
"""

import re
from typing import Final

import anyio.to_thread
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from axure_lifecycle.directories.secrets import find_secret
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.signing import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    WINDOW,
    digest_of_call,
    is_of_now,
    is_signed,
    key_of,
)
from axure_lifecycle.web.answers import Told
from axure_lifecycle.web.guards import Whole
from axure_lifecycle.web.house import House
from axure_lifecycle.web.letting_in import Paced
from axure_lifecycle_tools.outbox import read_word

HOOKS_PATH: Final = "/hooks"
MOST_BYTES: Final = 16 * 1024
CALLS_A_MINUTE: Final = 120
_CALL_ID: Final = re.compile(r"[\x21-\x7e]{1,200}")
TICKET_SYSTEM: Final = Actor("ticket system", Channel.UNATTENDED, "hooks/tickets")
"""Who reports: no person, and nobody whose word confirms anything."""


class Reported(BaseModel):
    """The body of a call."""

    model_config = ConfigDict(extra="ignore", strict=True)

    case: str = Field(pattern=r"^C-[1-9][0-9]{0,17}$")
    ticket: str = Field(max_length=200)
    state: str = Field(max_length=200)


def build_hooks(house: House) -> ASGIApp:
    """What stands below `/hooks`."""

    async def tickets(request: Request) -> Response:
        body = await request.body()
        given = [request.headers.getlist(name) for name in (ID, TIMESTAMP, SIGNATURE)]
        if any(len(values) != 1 for values in given):
            return _refuse(401, "signature_missing", "it carries no signature")
        call_id, timestamp, signatures = (values[0] for values in given)
        return await anyio.to_thread.run_sync(_take, house, body, call_id, timestamp, signatures)

    routes = [Route("/tickets", tickets, methods=["POST"])]
    return Paced(Whole(Starlette(routes=routes), MOST_BYTES), CALLS_A_MINUTE)


def _take(house: House, body: bytes, call_id: str, timestamp: str, signatures: str) -> Response:
    try:
        return _hear(house, body, call_id, timestamp, signatures)
    except LifecycleError as refusal:
        status = 503 if refusal.code.startswith("store_") else 404 if refusal.code == "case_unknown" else 422
        return Told(status, refusal.code, refusal.sentence)


def _hear(house: House, body: bytes, call_id: str, timestamp: str, signatures: str) -> Response:
    reference = house.workshop.configuration().tickets.secret
    if reference is None:
        return _refuse(404, "tickets_not_configured", "[tickets] in the configuration names no secret")
    secret, _ = find_secret(reference)
    key = None if secret is None else key_of(secret)
    if key is None:
        return _refuse(503, "tickets_secret_missing", "the secret of [tickets] is not there or too short")
    if not (_CALL_ID.fullmatch(call_id) and is_signed(key, call_id, timestamp, body, signatures)):
        return _refuse(401, "signature_wrong", "its signature is not made with our secret")
    workshop = house.workshop
    now = workshop.now()
    if not is_of_now(timestamp, now):
        return _refuse(401, "signature_old", "it was signed more than five minutes ago, or the clocks differ")
    try:
        told = Reported.model_validate_json(body)
    except ValidationError:
        return _refuse(422, "body_unfit", 'its body is not of the form {"case": "C-1", "ticket": "…", "state": "…"}')
    ticket, state = read_word(told.ticket, "ticket"), read_word(told.state, "state")
    with workshop.store().writing(TICKET_SYSTEM) as change:
        if not change.take_call(digest_of_call(call_id), now - 4 * WINDOW):
            return _refuse(409, "call_repeated", "a call with this id came before")
        change.report_ticket(int(told.case[2:]), ticket, state)
    return Response(status_code=204)


def _refuse(status: int, code: str, why: str) -> Told:
    return Told(
        status, code, f"The report was not kept: {why}. docs/running.md says how a ticket system signs its calls."
    )
