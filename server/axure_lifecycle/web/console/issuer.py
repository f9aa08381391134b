"""Signing in with the organisation's own issuer: OpenID Connect's code flow with PKCE.

Sources: OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE); RFC 9207 (the issuer's name in its answer); RFC 9700.
What this server must remember until the person comes back lies sealed in a cookie of their browser: the state, so that
nobody is signed in by somebody else's link; the nonce, so that no other sign-in's token serves; the verifier, so that
a code that was seen on the way is worth nothing.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from typing import Any, Final, cast
from urllib.parse import quote

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from axure_lifecycle.directories.refusals import CaFileUnusable
from axure_lifecycle.directories.secrets import read_secret
from axure_lifecycle.directories.trust import trusting
from axure_lifecycle.domain.access import Identity
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.serving import IssuerSettings
from axure_lifecycle.domain.text import shown
from axure_lifecycle.web.console.entrance import Entrance, NoRole, SignInRefused, local_path
from axure_lifecycle.web.console.visit import SEE_OTHER, Site
from axure_lifecycle.web.issuer import Issuer
from axure_lifecycle.web.issuer_keys import IssuerUnreachable, is_private
from axure_lifecycle.web.opening import issuer_now
from axure_lifecycle.web.sealing import Seal

CALLBACK: Final = "/sign-in/callback"
_COOKIE: Final = "axure-lifecycle-issuer"
_SECONDS: Final = 10 * 60
_SECRET_BYTES: Final = 32
_SCOPES: Final = ("email", "profile", "groups", "roles")
"""Asked for where the issuer says that it knows them, beside `openid`."""
_SILENCE: Final = 10.0
_LARGEST: Final = 200_000
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class _Errand:
    """What a person was sent to the issuer for."""

    state: str
    nonce: str
    verifier: str
    to: str


class IssuerSignIn:
    """Sends people to the issuer, and takes them back."""

    def __init__(self, site: Site, entrance: Entrance) -> None:
        self._site, self._entrance = site, entrance
        self._seal = Seal(site.house.keys, "console-issuer")
        settings = site.house.settings.issuer
        self._issuer = (
            Issuer(settings, partial(issuer_now, site.house.workshop))
            if settings is not None and settings.client_id is not None
            else None
        )
        self._cookie = f"__Host-{_COOKIE}" if site.is_secure else _COOKIE

    @property
    def _redirect_uri(self) -> str:
        return self._site.house.settings.origin + CALLBACK

    async def begin(self, request: Request) -> Response:
        """Send somebody to the issuer."""
        if self._issuer is None:
            return RedirectResponse("/sign-in", SEE_OTHER)
        errand = _Errand(
            state=secrets.token_urlsafe(_SECRET_BYTES),
            nonce=secrets.token_urlsafe(_SECRET_BYTES),
            verifier=secrets.token_urlsafe(_SECRET_BYTES),
            to=local_path(request.query_params.get("to", "/")),
        )
        try:
            metadata = await self._issuer.keys.metadata()
            place = _endpoint(self._issuer.settings, metadata, "authorization_endpoint")
        except LifecycleError as refused:
            return self._entrance.show(request, problem=refused, status=503)
        known = cast("object", metadata.get("scopes_supported"))
        supported = cast("list[object]", known) if isinstance(known, list) else []
        asked = {
            "response_type": "code",
            "client_id": str(self._issuer.settings.client_id),
            "redirect_uri": self._redirect_uri,
            "scope": " ".join(("openid", *(scope for scope in _SCOPES if scope in supported))),
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": _challenge_of(errand.verifier),
            "code_challenge_method": "S256",
        }
        response = RedirectResponse(str(httpx.URL(place).copy_merge_params(asked)), SEE_OTHER)
        sealed = self._seal.close(json.dumps(asdict(errand)).encode())
        # `Lax`: the issuer's own page sends the person back here.
        response.set_cookie(
            self._cookie,
            sealed,
            max_age=_SECONDS,
            path="/",
            secure=self._site.is_secure,
            httponly=True,
            samesite="lax",
        )
        return response

    async def finish(self, request: Request) -> Response:
        """Take somebody back from the issuer."""
        if self._issuer is None:
            return RedirectResponse("/sign-in", SEE_OTHER)
        try:
            errand = self._errand_of(request)
            identity = await self._identify(self._issuer, request, errand)
            secret = await run_in_threadpool(self._entrance.begin, identity)
        except LifecycleError as refused:
            status = 401 if isinstance(refused, (SignInRefused, NoRole)) else 503
            response = self._entrance.show(request, problem=refused, status=status)
        else:
            response = RedirectResponse(errand.to, SEE_OTHER)
            self._entrance.admit(response, secret)
        response.delete_cookie(self._cookie, path="/", secure=self._site.is_secure, httponly=True, samesite="lax")
        return response

    def _errand_of(self, request: Request) -> _Errand:
        """What this browser was sent for, where the answer is to exactly that. Raises `SignInRefused`."""
        sealed = request.cookies.get(self._cookie, "")
        opened = self._seal.open(sealed, _SECONDS) if sealed else None
        if opened is None:
            raise SignInRefused("this browser was not sent to the issuer from here, or too long ago")
        errand = _Errand(**json.loads(opened))
        if not hmac.compare_digest(errand.state.encode(), request.query_params.get("state", "").encode()):
            raise SignInRefused("the issuer's answer is to another question than this browser asked")
        return errand

    async def _identify(self, issuer: Issuer, request: Request, errand: _Errand) -> Identity:
        """Whom the issuer names. Raises `SignInRefused`, `IssuerUnreachable`, `SecretMissing`."""
        query = request.query_params
        if query.get("iss", issuer.settings.issuer) != issuer.settings.issuer:
            raise SignInRefused("another issuer answered")
        if "error" in query or not query.get("code"):
            raise SignInRefused(f"the issuer said “{shown(query.get('error', 'nothing'), 60)}”")
        given = await self._redeem(issuer, query["code"], errand.verifier)
        token = given.get("id_token")
        client = str(issuer.settings.client_id)
        claims = await issuer.claims(token, client) if isinstance(token, str) else None
        if claims is None or claims.get("azp", client) != client:
            raise SignInRefused("what the issuer gave names nobody for this server")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), errand.nonce.encode()):
            raise SignInRefused("what the issuer gave is of another sign-in")
        identity = issuer.identity_of(claims)
        if identity is None:
            raise SignInRefused("the issuer named nobody")
        return identity

    async def _redeem(self, issuer: Issuer, code: str, verifier: str) -> Mapping[str, Any]:
        """What the issuer gives for a code. Raises `SignInRefused`, `IssuerUnreachable`, `SecretMissing`."""
        settings, metadata = issuer.settings, await issuer.keys.metadata()
        place = _endpoint(settings, metadata, "token_endpoint")
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": verifier,
        }
        basic: httpx.BasicAuth | None = None
        client = str(settings.client_id)
        if settings.client_secret is None:
            fields["client_id"] = client
        else:
            secret = read_secret("[serve.issuer]", settings.client_secret)
            methods = cast("object", metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]))
            if isinstance(methods, list) and "client_secret_basic" in methods:
                basic = httpx.BasicAuth(quote(client, safe=""), quote(secret, safe=""))  # RFC 6749, section 2.3.1
            else:
                fields |= {"client_id": client, "client_secret": secret}
        try:
            async with httpx.AsyncClient(
                verify=trusting("[serve.issuer]", settings.ca_file), timeout=_SILENCE, follow_redirects=False
            ) as asking:
                if basic is not None:
                    asking.auth = basic
                answer = await asking.post(place, data=fields, headers={"accept": "application/json"})
            given: object = answer.json() if len(answer.content) <= _LARGEST else None
        except CaFileUnusable as error:
            raise IssuerUnreachable(settings.issuer, error.obstacle) from error
        except httpx.HTTPError as error:
            raise IssuerUnreachable(settings.issuer, f"it cannot be reached ({type(error).__name__})") from error
        except ValueError as error:
            raise IssuerUnreachable(settings.issuer, "its answer is no JSON") from error
        told = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
        if answer.status_code != _OK or not told:
            word = shown(str(told.get("error", "")), 60)
            raise SignInRefused(f"the issuer does not take the code (status {answer.status_code}, “{word}”)")
        return told


def _challenge_of(verifier: str) -> str:
    """RFC 7636, section 4.2."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _endpoint(settings: IssuerSettings, metadata: Mapping[str, Any], name: str) -> str:
    """An address of the issuer. Raises `IssuerUnreachable` for one that others on the way could read."""
    place = str(metadata.get(name, ""))
    if not is_private(place):
        raise IssuerUnreachable(settings.issuer, f"it publishes no {name} with https")
    return place
