"""Coming in and going out: a token becomes a session, of which the store keeps only the SHA-256.

The cookie can be read by no script and is sent to nobody else. It is `Lax`, not `Strict`: somebody who follows a link
to a case out of their mail is signed in there, and no address that can be linked to changes anything.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from axure_lifecycle.domain.access import Identity, digest_of
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.serving import IssuerSettings
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import SessionRecord
from axure_lifecycle.web.console.guard import form_token
from axure_lifecycle.web.console.visit import SEE_OTHER, Site
from axure_lifecycle.web.issuer import standing_of
from axure_lifecycle.web.opening import issuer_now

SESSION_COOKIE: Final = "axure-lifecycle-session"
ENTRY_COOKIE: Final = "axure-lifecycle-entry"
"""Ties a form of the sign-in page to the browser that asked for it, so that nobody signs somebody else in."""
_SECRET_BYTES: Final = 32
_LONGEST_TOKEN: Final = 16_384
_ENTRY_SECONDS: Final = 3600
_BETWEEN: Final = "."
"""In the secret of an issuer's session, before the standing; the store's digest covers both, so neither is changed."""
CONFIGURATION: Final = Actor("configuration", Channel.UNATTENDED, "serve")
"""Who ends a session because the configuration changed: nobody in person."""


class SignInRefused(LifecycleError):
    """A token that names nobody."""

    code: ClassVar[str] = "sign_in_refused"

    def __init__(self, why: str = "the token is not one of this server's, or it is over") -> None:
        super().__init__(
            f"Nobody was signed in: {why}. Paste the whole token as it was given to you, or ask whoever runs the "
            "server for a new one (`axure-lifecycle token create`)."
        )


class NoRole(LifecycleError):
    """Somebody is known and may do nothing here."""

    code: ClassVar[str] = "no_role"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Nobody was signed in: {shown(name, 80)} is known and has no role on this server. Ask whoever runs the "
            "server for one."
        )


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who is signed in, with the secret of their cookie."""

    session: SessionRecord
    secret: str = field(repr=False)


class Entrance:
    """Begins, finds and ends sessions."""

    def __init__(self, site: Site) -> None:
        self._site = site
        start = "__Host-" if site.is_secure else ""
        self._session_cookie, self._entry_cookie = start + SESSION_COOKIE, start + ENTRY_COOKIE

    def find(self, request: Request) -> Entered | None:
        """Whoever this request's cookie stands for; None where nobody is signed in any more.

        Roles that came from an issuer are those of the moment of signing in. So a session of an issuer carries in its
        own secret what the configuration said then, and is over when that says something else, for the person or for
        everybody; what the issuer itself takes away it tells nobody, so such a session is over soon in any case.
        Raises the refusals of configuration and store.
        """
        secret = request.cookies.get(self._session_cookie)
        if not secret or len(secret) > _LONGEST_TOKEN:
            return None
        with self._site.house.workshop.store().reading() as view:
            found = view.session(digest_of(secret))
        if found is None:
            return None
        over = self._why_over(found, secret) if found.token_id is None else None
        if over is not None:
            with self._site.house.workshop.store().writing(CONFIGURATION) as change:
                change.end_session(found.digest, over)
            return None
        return Entered(found, secret)

    def _why_over(self, held: SessionRecord, secret: str) -> str | None:
        """Why a session of an issuer is over by what the configuration says now; None while it lasts."""
        workshop = self._site.house.workshop
        issuer = issuer_now(workshop)
        if secret.rpartition(_BETWEEN)[2] != standing_of(issuer, held.person):
            return "the configuration gives them another standing than when it began"
        if issuer is not None and workshop.desk(Channel.CONSOLE).now >= held.begun_at + _life_of(issuer):
            return "what the issuer says of them may be another by now"
        return None

    def begin(self, identity: Identity) -> str:
        """The secret of a new session. Raises `NoRole`."""
        if not identity.roles:
            raise NoRole(identity.name)
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        now = self._site.house.workshop.desk(Channel.CONSOLE, identity=identity).now
        ends = now + timedelta(hours=self._site.house.settings.session_hours)
        if identity.token_id is None:
            issuer = issuer_now(self._site.house.workshop)
            secret += _BETWEEN + standing_of(issuer, identity.name)
            ends = ends if issuer is None else min(ends, now + _life_of(issuer))
        elif identity.expires_at is not None:
            ends = min(ends, identity.expires_at)
        actor = Actor(identity.name, Channel.CONSOLE, None, identity.proof)
        with self._site.house.workshop.store().writing(actor) as change:
            change.begin_session(
                digest_of(secret),
                identity.name,
                identity.roles,
                proof=identity.proof,
                token_id=identity.token_id,
                expires_at=ends,
            )
        return secret

    def admit(self, response: Response, secret: str) -> None:
        """Give the browser its cookie; what it had before it came in counts no more."""
        seconds = self._site.house.settings.session_hours * 3600
        self._set(response, self._session_cookie, secret, seconds)
        self._drop(response, self._entry_cookie)

    def end(self, entered: Entered) -> Response:
        """Sign somebody out."""
        held = entered.session
        actor = Actor(held.person, Channel.CONSOLE, None, held.proof)
        with self._site.house.workshop.store().writing(actor) as change:
            change.end_session(held.digest)
        response = RedirectResponse("/sign-in?out=yes", SEE_OTHER)
        self._drop(response, self._session_cookie)
        response.headers["clear-site-data"] = '"cache"'
        return response

    def entry_secret(self, request: Request) -> str | None:
        """What ties the sign-in form to this browser."""
        return request.cookies.get(self._entry_cookie)

    def show(self, request: Request, *, problem: LifecycleError | None = None, status: int = 200) -> Response:
        """The sign-in page."""
        secret = self.entry_secret(request) or secrets.token_urlsafe(_SECRET_BYTES)
        back = local_path(request.query_params.get("to", "/"))
        issuer = self._site.house.settings.issuer
        context = {
            "form_token": form_token(secret),
            "problem": problem,
            "to": back,
            "issuer": urlsplit(issuer.issuer).netloc if issuer is not None and issuer.client_id else None,
            "issuer_path": f"/sign-in/issuer?to={quote(back, safe='/')}",
            "is_out": "out" in request.query_params,
        }
        response = HTMLResponse(self._site.rendering.page("sign_in.html", context), status)
        self._set(response, self._entry_cookie, secret, _ENTRY_SECONDS)
        return response

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name, value, max_age=seconds, path="/", secure=self._site.is_secure, httponly=True, samesite="lax"
        )

    def _drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self._site.is_secure, httponly=True, samesite="lax")


def _life_of(issuer: IssuerSettings) -> timedelta:
    return timedelta(minutes=issuer.session_minutes)


def token_in(form_value: str) -> str:
    """A pasted token without what people paste around it. Raises `SignInRefused`."""
    token = form_value.strip().removeprefix("Bearer ").strip()
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii() or any(sign.isspace() for sign in token):
        raise SignInRefused("no token was given" if not token else "that is no token")
    return token


def local_path(path: str) -> str:
    """A path on this server; the home page for anything that could lead elsewhere.

    >>> local_path("/cases/C-1"), local_path("//evil.example"), local_path("/\\\\evil.example"), local_path("https:/x")
    ('/cases/C-1', '/', '/', '/')
    """
    is_ours = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() and path.isascii()
    return path if is_ours and not path.startswith("/sign-in") else "/"
