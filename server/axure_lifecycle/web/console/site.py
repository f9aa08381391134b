"""Which page answers which address, and how a request becomes a visit."""

import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from typing import Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Message, Receive

from axure_lifecycle.domain.access import RoleMissing
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.reports import ReportUnknown
from axure_lifecycle.mcp_server.over_http import IDENTITY
from axure_lifecycle.ports import CursorUnknown
from axure_lifecycle.store.refusals import CaseUnknown, EvidenceUnknown, ReviewUnknown, SourceUnknown
from axure_lifecycle.web.console import (
    account,
    attaching,
    case_pages,
    home,
    lists,
    people_pages,
    report_pages,
    review_pages,
    trail_pages,
)
from axure_lifecycle.web.console.arriving import Arriving, entered_by, unavailable
from axure_lifecycle.web.console.entrance import Entered, Entrance, NoRole, SignInRefused, local_path, token_in
from axure_lifecycle.web.console.guard import FormRefused, Guarded, own_origins, require_own_page, require_token
from axure_lifecycle.web.console.issuer import IssuerSignIn
from axure_lifecycle.web.console.limiter import TooManyTries, Tries
from axure_lifecycle.web.console.numbers import NoSuchPage
from axure_lifecycle.web.console.rendering import STATIC, Rendering
from axure_lifecycle.web.console.saying import Saying
from axure_lifecycle.web.console.visit import SEE_OTHER, Site, Upload, Visit
from axure_lifecycle.web.house import House
from axure_lifecycle.web.letting_in import address_of
from axure_lifecycle.web.recording import pattern_of
from axure_lifecycle.web.sealing import Seal

Handler = Callable[[Visit], Response]

READ: Final = ("GET",)
BOTH: Final = ("GET", "POST")
WRITE: Final = ("POST",)
PAGES: Final[tuple[tuple[str, tuple[str, ...], Handler], ...]] = (
    ("/", READ, home.show),
    ("/cases", READ, lists.cases),
    ("/cases/{case}", READ, case_pages.show),
    ("/cases/{case}/trail", READ, case_pages.show_trail),
    ("/cases/{case}/assign", WRITE, case_pages.assign),
    ("/cases/{case}/ticket", WRITE, case_pages.link_ticket),
    ("/cases/{case}/cancel", BOTH, case_pages.cancel),
    ("/cases/{case}/approve", BOTH, case_pages.approve),
    ("/cases/{case}/steps/{step}/evidence", WRITE, attaching.attach),
    ("/cases/{case}/steps/{step}/{outcome}", BOTH, case_pages.say),
    ("/evidence/{evidence}", READ, attaching.download),
    ("/discrepancies", READ, lists.discrepancies),
    ("/people", READ, people_pages.find),
    ("/people/{person}", READ, people_pages.show),
    ("/reviews", READ, review_pages.list_all),
    ("/reviews/{review}", READ, review_pages.show),
    ("/reviews/{review}/close", BOTH, review_pages.close),
    ("/reviews/{review}/{person}", BOTH, review_pages.decide),
    ("/reports", READ, report_pages.list_all),
    ("/reports", WRITE, report_pages.build),
    ("/reports/{name}", READ, report_pages.download),
    ("/sources", READ, lists.sources),
    ("/sources/{source}/confirm", BOTH, lists.confirm_source),
    ("/trail", READ, trail_pages.show),
    ("/trail/verify", WRITE, trail_pages.verify),
    ("/account", READ, account.show),
    ("/account/sessions/{session}/end", WRITE, account.end_session),
    ("/account/factors/totp", WRITE, account.begin_totp),
    ("/account/factors/totp/finish", WRITE, account.finish_totp),
    ("/account/factors/passkey", WRITE, account.begin_passkey),
    ("/account/factors/passkey/finish", WRITE, account.finish_passkey),
)
_NOT_FOUND: Final = 404
_STATUSES: Final[Mapping[type[LifecycleError], int]] = {
    RoleMissing: 403,
    FormRefused: 403,
    NoSuchPage: _NOT_FOUND,
    CaseUnknown: _NOT_FOUND,
    SourceUnknown: _NOT_FOUND,
    ReviewUnknown: _NOT_FOUND,
    EvidenceUnknown: _NOT_FOUND,
    ReportUnknown: _NOT_FOUND,
    CursorUnknown: 400,
}
_ENTRY: Final[Mapping[type[LifecycleError], int]] = {
    SignInRefused: 401,
    NoRole: 401,
    FormRefused: 403,
    TooManyTries: 429,
}
"""Of refusals to somebody who wants to come in; any other one is that nobody can be looked up."""
_REFUSED: Final = 409
MOST_FIELDS: Final = 24
MOST_FIELD_BYTES: Final = 64 * 1024
_log: Final = logging.getLogger(__name__)


def build_site(house: House) -> list[BaseRoute]:
    """The console's routes, below the root; whatever other routes do not take is theirs."""
    rendering = Rendering()
    is_secure = house.settings.origin.startswith("https://")
    site = Site(house, rendering, Saying(Seal(house.keys, "console-said"), is_secure=is_secure))
    entrance = Entrance(site)
    door = _Door(site, entrance)
    issuer = IssuerSignIn(site, entrance)
    routes = [
        Route("/sign-in", door.sign_in, methods=list(BOTH)),
        Route("/sign-in/issuer", issuer.begin, methods=list(READ)),
        Route("/sign-in/callback", issuer.finish, methods=list(READ)),
        Route("/sign-out", door.sign_out, methods=list(WRITE)),
        Route(STATIC + "/{name}", rendering.serve, methods=list(READ)),
        *(Route(path, door.open(handler, methods), methods=list(methods)) for path, methods, handler in PAGES),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Arriving, entrance=entrance, settings=house.settings, plain=door.plain)],
        exception_handlers={HTTPException: door.say_http, Exception: door.say_fault},
    )
    return [Mount("/", app=Guarded(app))]


class _Door:
    """Turns requests into visits, and refusals into pages."""

    def __init__(self, site: Site, entrance: Entrance) -> None:
        self._site, self._entrance = site, entrance
        self._tries = Tries()
        self._origins = own_origins(site.house.settings)

    def open(self, handler: Handler, methods: Collection[str]) -> Callable[[Request], Awaitable[Response]]:
        """A page for people who are signed in; whoever is no more comes back to it, where it can be looked at."""

        async def answer(request: Request) -> Response:
            entered = entered_by(request)
            if entered is None:
                return self._to_sign_in(request, "GET" in methods)
            form, files = await self._read(request)
            visit = Visit(self._site, request, entered.session, entered.secret, form, files)
            request.scope[IDENTITY] = visit.identity  # for the line about the request
            return await run_in_threadpool(self._serve, visit, handler)

        return answer

    def _serve(self, visit: Visit, handler: Handler) -> Response:
        try:
            if visit.request.method == "POST":
                require_own_page(visit.request, self._origins)
                require_token(visit.form, visit.secret)
            return handler(visit)
        except LifecycleError as refused:
            return self._refuse(visit, refused)

    def _refuse(self, visit: Visit, refused: LifecycleError) -> Response:
        status = next((code for kind, code in _STATUSES.items() if isinstance(refused, kind)), _REFUSED)
        try:
            return visit.page("refused.html", status, problem=refused, is_missing=status == _NOT_FOUND)
        except LifecycleError as missing:  # Without a configuration or a store there is no page for anybody.
            return unavailable(self.plain, missing)

    def _to_sign_in(self, request: Request, comes_back: bool = False) -> Response:
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        to = local_path(asked) if comes_back else "/"
        return RedirectResponse("/sign-in" + (f"?to={quote(to, safe='/')}" if to != "/" else ""), SEE_OTHER)

    async def _read(self, request: Request) -> tuple[dict[str, str], dict[str, Upload]]:
        """The fields of a form and its files, bounded. Fields that come twice count once, the last one."""
        if request.method != "POST":
            return {}, {}
        most = self._site.house.settings.max_body_bytes
        if int(request.headers.get("content-length") or 0) > most:
            raise HTTPException(413)
        bounded = Request(request.scope, _Bounded(request.receive, most))
        fields: dict[str, str] = {}
        files: dict[str, Upload] = {}
        async with bounded.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD_BYTES) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = Upload(value.filename or "", await value.read())
                else:
                    fields[name] = value
        return fields, files

    # -- coming in and going out --------------------------------------------------------------------------------------

    async def sign_in(self, request: Request) -> Response:
        """The sign-in page, and the token that comes from it."""
        if request.method != "POST":
            entered = entered_by(request)
            to = local_path(request.query_params.get("to", "/"))
            return RedirectResponse(to, SEE_OTHER) if entered is not None else self._entrance.show(request)
        form, _ = await self._read(request)
        try:
            require_own_page(request, self._origins)
            require_token(form, self._entrance.entry_secret(request))
            identity = await self._site.house.identify(token_in(form.get("token", "")))
            if identity is None:
                raise SignInRefused
            secret = await run_in_threadpool(self._entrance.begin, identity)
        except LifecycleError as refused:
            return self._refuse_entry(request, refused)
        response = RedirectResponse(local_path(form.get("to", "/")), SEE_OTHER)
        self._entrance.admit(response, secret)
        return response

    def _refuse_entry(self, request: Request, refused: LifecycleError) -> Response:
        """Tries are counted when they failed: somebody who guesses keeps nobody out who shares their address."""
        if isinstance(refused, SignInRefused):
            try:
                self._tries.count(address_of(request.scope), time.monotonic())
            except TooManyTries as too_many:
                refused = too_many
        status = next((code for kind, code in _ENTRY.items() if isinstance(refused, kind)), None)
        if status is None:
            return unavailable(self.plain, refused)
        response = self._entrance.show(request, problem=refused, status=status)
        if isinstance(refused, TooManyTries):
            response.headers["retry-after"] = "60"
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session; somebody who is signed out already is sent to the sign-in page."""
        entered = entered_by(request)
        if entered is None:
            return self._to_sign_in(request)
        form, _ = await self._read(request)
        visit = Visit(self._site, request, entered.session, entered.secret, form)
        return await run_in_threadpool(self._serve, visit, partial(self._end, entered))

    def _end(self, entered: Entered, _: Visit) -> Response:
        return self._entrance.end(entered)

    # -- what goes wrong ----------------------------------------------------------------------------------------------

    async def say_http(self, _: Request, error: Exception) -> Response:
        """A page that is not there, or a body that is too large."""
        assert isinstance(error, HTTPException)
        return self.plain(error.status_code, _HTTP.get(error.status_code, "The request was not understood."))

    async def say_fault(self, request: Request, error: Exception) -> Response:
        """A fault of ours: its text goes to the log and to nobody else."""
        # The pattern of its path: what is filled in is somebody's address, and a log must not tell who was looked at.
        _log.error("%s %s failed", request.method, pattern_of(request.scope), exc_info=error)
        return self.plain(500, "Something failed on this server. Nothing was changed; try again, or look at its log.")

    def plain(self, status: int, sentence: str, code: str | None = None) -> Response:
        """A page that needs nobody and no store."""
        context = {"status": status, "sentence": sentence, "code": code}
        return HTMLResponse(self._site.rendering.page("plain.html", context), status)


_HTTP: Final = {
    400: "The form could not be read. Open the page again and send it from there.",
    404: "There is no such page.",
    405: "This address takes no such request.",
    413: "That is larger than this server takes ([serve] max_body_bytes).",
}


class _Bounded:
    """Reads a body up to a limit, whatever its headers said."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left = receive, most

    async def __call__(self) -> Message:
        message = await self._receive()
        body = message.get("body", b"")
        self._left -= len(body) if isinstance(body, bytes) else 0
        if self._left < 0:
            raise HTTPException(413)
        return message
