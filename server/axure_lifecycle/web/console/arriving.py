"""Who comes to the console, told from the headers of a request before anything else of it is read.

Whoever is signed in may ask so often by their own name, everybody else by their address: a house has one address, and
one in it who asks too much keeps none of the others out. Only whoever is signed in brings more than a form, and only
to where files are taken: the large bodies of a few strangers would hold everybody's memory.
"""

import re
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.serving import ServeSettings
from axure_lifecycle.web.console.entrance import Entered, Entrance
from axure_lifecycle.web.console.rendering import STATIC
from axure_lifecycle.web.guards import Whole
from axure_lifecycle.web.letting_in import address_of
from axure_lifecycle.web.pace import Pace

LARGEST_FORM: Final = 64 * 1024
"""Bytes of a body that brings no file; a token is the largest thing in one."""
TAKES_FILES: Final = re.compile(r"/cases/[^/]+/steps/[^/]+/evidence")
RETRY_SECONDS: Final = 5
"""After which somebody who finds no store may look again."""
_ENTERED: Final = "axure_lifecycle.entered"

Plain = Callable[[int, str, str | None], Response]
"""A page with a status, a sentence and a code, for nobody in particular."""


class Arriving:
    """Finds out who it is, and refuses what needs no page of its own."""

    def __init__(self, app: ASGIApp, *, entrance: Entrance, settings: ServeSettings, plain: Plain) -> None:
        self._app, self._entrance, self._plain = app, entrance, plain
        # Each by itself: somebody's name is nobody's address.
        self._people, self._addresses = Pace(settings.calls_a_minute), Pace(settings.calls_a_minute)
        self._with_form = Whole(app, LARGEST_FORM, plain(413, f"A form has at most {LARGEST_FORM:,} bytes.", None))
        self._with_file = Whole(app, settings.max_body_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await (await self._choose(scope))(scope, receive, send)

    async def _choose(self, scope: Scope) -> ASGIApp:
        is_static = scope["path"].startswith(STATIC)
        try:
            entered = await run_in_threadpool(self._entrance.find, Request(scope))
        except LifecycleError as refused:
            entered = None
            if not is_static:
                return unavailable(self._plain, refused)
        seconds = (
            self._addresses.take(address_of(scope)) if entered is None else self._people.take(entered.session.person)
        )
        if seconds:
            return self._too_often(seconds)
        scope[_ENTERED] = entered
        if not TAKES_FILES.fullmatch(scope["path"]):
            return self._with_form
        # Nobody reads what a stranger brings: they are sent to sign in first.
        return self._app if entered is None else self._with_file

    def _too_often(self, seconds: int) -> Response:
        answer = self._plain(
            429, f"Not answered: too many came lately. Wait {seconds} seconds, then go on more slowly.", None
        )
        answer.headers["retry-after"] = str(seconds)
        return answer


def entered_by(request: Request) -> Entered | None:
    """Whoever is signed in, as it was found out when they came."""
    found: Entered | None = request.scope[_ENTERED]
    return found


def unavailable(plain: Plain, refused: LifecycleError) -> Response:
    """What is said while nobody can be looked up: the configuration or the store cannot be used."""
    answer = plain(503, refused.sentence, refused.code)
    answer.headers["retry-after"] = str(RETRY_SECONDS)
    return answer
