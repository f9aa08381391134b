"""The one way to a directory that speaks HTTPS: reading pages, waiting when told to, trying again, giving up.

Only configured hosts are asked, over verified TLS, and nothing follows a redirect. A try that meets a fault which may
pass (no connection, a broken or slow answer, a server in trouble, "too often") is made again, within the limits of
`Pace`; anything else is refused at once. What is refused holds no secret, no query and no body.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from enum import Enum, auto
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, NoReturn, Protocol, Self

import anyio
import httpx

from axure_lifecycle.directories import refusals
from axure_lifecycle.directories.bodies import parse_json
from axure_lifecycle.directories.pace import TOO_FAST, Pace, told_wait
from axure_lifecycle.directories.redaction import reasons_of, redact, word_of_error
from axure_lifecycle.directories.trust import certificate_error, trusting

PERMISSIONS_REFUSED: Final = 403
_OK: Final = 200
_BAD_REQUEST: Final = 400
_UNAUTHORIZED: Final = 401
_TOO_MANY: Final = 429
_REQUEST_TIMEOUT: Final = 408
_MOST_RENEWALS: Final = 2
_MOST_VISITS: Final = 3
"""Of the same link: a page may come again after a hiccup of the directory, but not for ever."""
_SECRET_FIELDS: Final = frozenset({"client_secret", "client_assertion", "assertion"})
_LOGGERS: Final = ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy")
_HEADERS: Final = {"accept": "application/json", "accept-encoding": "gzip, deflate", "user-agent": "axure-lifecycle"}


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    headers: httpx.Headers
    body: Any
    """The JSON; None for an answer that is no JSON and whose status was accepted by name."""


class Token(Protocol):
    """What signs in."""

    async def header(self, wire: "Wire", *, renew: bool) -> str:
        """The value of `Authorization`; `renew` after a 401. Raises `DirectorySignInRefused`."""
        ...


class _Why(Enum):
    UNREACHABLE = auto()
    STRANGE = auto()
    THROTTLED = auto()


class _Hindrance(NamedTuple):
    """Why a try brought nothing, when another one may."""

    why: _Why
    what: str
    wait: float | None = None
    """Seconds, where the other side said so."""


class _Request(NamedTuple):
    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    make_form: Callable[[], Mapping[str, str]] | None
    accepted: Collection[int]
    needs: str
    sent: asyncio.Event | None = None
    """Set when the request has left, for whoever has something else to do meanwhile."""


class Wire:
    """An asynchronous context, for one read; the deadline runs from its begin, or from when the pace says.

    Every method raises the refusals of this room, and may be cancelled at any point.
    """

    def __init__(
        self,
        directory: str,
        hosts: Collection[str],
        *,
        ca_file: Path | None = None,
        pace: Pace | None = None,
        token: Token | None = None,
    ) -> None:
        """`hosts` as the configuration writes them, with a port where it is not 443; the first one is the directory's.

        `ca_file` is trusted beside the system's certificates. Raises `CaFileUnusable`.
        """
        self.directory = directory
        self.pace = pace or Pace()
        self._hosts = [_place(httpx.URL(f"https://{host}")) for host in hosts]
        self._token = token
        self._secrets: set[str] = set()
        self._begun = self.pace.runs_from()
        self._ahead: set[asyncio.Task[Answer]] = set()
        self._client = httpx.AsyncClient(
            verify=trusting(directory, ca_file),
            timeout=httpx.Timeout(self.pace.silence, connect=self.pace.connecting),
            headers=_HEADERS,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        _hush()
        self._begun = self.pace.runs_from()
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._ahead:
            task.cancel()
        await asyncio.gather(*self._ahead, return_exceptions=True)
        await self._client.__aexit__(kind, error, trace)

    def conceal(self, *secrets: str) -> None:
        """Secrets that no sentence may hold a part of. Give the secret alone, not a file in which it stands."""
        self._secrets.update(secret for secret in secrets if secret)

    def tell(self, words: str) -> str:
        """Words of the other side, without any secret."""
        return redact(words, self._secrets)

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        accepted: Collection[int] = (),
        token: Token | None = None,
        needs: str = "",
    ) -> Answer:
        """One answer of status 200, or of one that is accepted by name.

        `params` are added to the address; without them it is taken as it stands. `token` instead of the wire's own;
        `needs`: the permission that a 403 would mean is missing, in the directory's words.
        """
        address = self._address(url)
        if params:
            address = address.copy_merge_params(dict(params))
        return await self._ask(_Request("GET", address, headers or {}, None, accepted, needs), token or self._token)

    async def _get_ahead(self, link: str, like: _Request, sent: asyncio.Event) -> Answer:
        """The answer behind a link; `sent` is set when it is under way, or will not be."""
        try:
            return await self._ask(like._replace(url=self._address(link), sent=sent), self._token)
        finally:
            sent.set()

    async def post_form(
        self,
        url: str,
        make_form: Callable[[], Mapping[str, str]],
        *,
        accepted: Collection[int] = (_BAD_REQUEST, _UNAUTHORIZED, PERMISSIONS_REFUSED),
    ) -> Answer:
        """One answer of a token endpoint; not signed in. The form is made anew for every try: assertions serve once."""
        return await self._ask(_Request("POST", self._address(url), {}, make_form, accepted, ""), None)

    async def pages(
        self,
        url: str,
        params: Mapping[str, str] | None,
        next_of: Callable[[Answer], str | None],
        *,
        headers: Mapping[str, str] | None = None,
        accepted: Collection[int] = (),
        needs: str = "",
    ) -> AsyncIterator[Answer]:
        """The answers from this one on; `next_of` says the link to the next, None at the end.

        Links are taken as they stand, and each is asked for before its page is looked at, so that the directory and
        we work at the same time. Refuses a listing that comes back to the same link again and again.
        """
        visits: Counter[int] = Counter()
        answer = await self.get(url, params, headers=headers, accepted=accepted, needs=needs)
        like = _Request("GET", self._address(url), headers or {}, None, accepted, needs)
        while (link := next_of(answer)) is not None:
            visits[hash(link)] += 1
            if visits[hash(link)] > _MOST_VISITS or visits.total() > self.pace.most_pages:
                raise self.strange("its pages lead in a circle")
            sent = asyncio.Event()
            following = asyncio.create_task(self._get_ahead(link, like, sent))
            self._ahead.add(following)
            await sent.wait()
            yield answer
            answer = await following
            self._ahead.discard(following)
        yield answer

    def strange(self, what: str) -> refusals.DirectoryAnswerStrange:
        """The refusal for an answer of another shape than documented; `what` in our words, without parts of it."""
        return refusals.DirectoryAnswerStrange(self.directory, self._hosts[0], self.tell(what))

    # --- one request, with all its tries ---

    async def _ask(self, request: _Request, token: Token | None) -> Answer:
        tries = throttles = renewals = 0
        renew = False
        while True:
            headers = dict(request.headers)
            if token is not None:
                headers["authorization"] = await token.header(self, renew=renew)
                self.conceal(headers["authorization"].partition(" ")[2])
            outcome = await self._try(request, headers)
            renew = False
            if isinstance(outcome, Answer):
                if outcome.status == _OK or outcome.status in request.accepted:
                    return outcome
                if outcome.status != _UNAUTHORIZED or token is None or renewals == _MOST_RENEWALS:
                    self._refuse(request, outcome)
                renewals += 1
                renew = True
                continue
            if outcome.why is _Why.THROTTLED:
                throttles += 1
                is_over = throttles > self.pace.patience
            else:
                tries += 1
                is_over = tries >= self.pace.tries
            if is_over:
                raise self._given_up(request.url, outcome)
            await self._wait(request.url, outcome, tries + throttles)

    async def _try(self, request: _Request, headers: Mapping[str, str]) -> "Answer | _Hindrance":
        remaining = self._remaining()
        limit = min(self.pace.answer, remaining)
        outcome: Answer | _Hindrance | _Untrusted | None = None
        with anyio.move_on_after(limit):
            outcome = await self._exchange(request, headers)
        if outcome is None:
            if limit == remaining:
                raise refusals.DirectoryDeadline(self.directory, self.pace.deadline)
            return _Hindrance(_Why.UNREACHABLE, f"took longer than {limit:.0f} seconds for one answer")
        if isinstance(outcome, _Untrusted):
            raise refusals.DirectoryCertificateUntrusted(self.directory, _place(request.url), outcome.why)
        return outcome

    async def _exchange(self, request: _Request, headers: Mapping[str, str]) -> "Answer | _Hindrance | _Untrusted":
        """One request and its answer. What httpx raises ends here, so that no refusal carries it along."""
        self._client.cookies.clear()
        form = request.make_form() if request.make_form is not None else None
        self.conceal(*(value for name, value in (form or {}).items() if name in _SECRET_FIELDS))
        pieces: list[bytes] = []
        size = 0

        async def watch(event: str, info: object) -> None:
            del info
            if request.sent is not None and event.endswith("send_request_body.complete"):
                request.sent.set()

        extensions = {"trace": watch} if request.sent is not None else None
        try:
            async with self._client.stream(
                request.method, request.url, headers=dict(headers), data=form, extensions=extensions
            ) as response:
                async for piece in response.aiter_bytes():
                    size += len(piece)
                    if size > self.pace.largest_answer:
                        return _Hindrance(_Why.STRANGE, f"it is larger than {self.pace.largest_answer >> 20} MiB")
                    pieces.append(piece)
        except httpx.TimeoutException as error:
            waited = "to connect" if isinstance(error, httpx.ConnectTimeout) else "without a byte"
            return _Hindrance(_Why.UNREACHABLE, f"let us wait too long {waited}")
        except httpx.RequestError as error:
            certificate = certificate_error(error)
            if certificate is not None:
                return _Untrusted(certificate.verify_message or "it cannot be verified")
            return _Hindrance(_Why.UNREACHABLE, _BROKEN.get(type(error), "cannot be reached"))
        except OSError:  # of TLS within an answer, which httpcore lets through
            return _Hindrance(_Why.UNREACHABLE, "breaks its answer off")
        return self._judge(response, b"".join(pieces))

    def _judge(self, response: httpx.Response, raw: bytes) -> "Answer | _Hindrance":
        status, headers = response.status_code, response.headers
        body, flaw = parse_json(headers, raw)
        is_google_throttle = status == PERMISSIONS_REFUSED and not TOO_FAST.isdisjoint(reasons_of(body))
        if status == _TOO_MANY or is_google_throttle:
            wait = told_wait(headers, self.pace.wall(), is_throttled=True)
            return _Hindrance(_Why.THROTTLED, "says that it is asked too often", wait)
        if status >= 500 or status == _REQUEST_TIMEOUT:
            wait = told_wait(headers, self.pace.wall(), is_throttled=False)
            return _Hindrance(_Why.UNREACHABLE, f"answers with HTTP {status}", wait)
        if status == _OK and flaw is not None:
            return _Hindrance(_Why.STRANGE, flaw)
        return Answer(status, headers, body)

    async def _wait(self, url: httpx.URL, hindrance: _Hindrance, tries: int) -> None:
        """Wait before the next try, never beyond the deadline."""
        wait = self.pace.backoff(tries) if hindrance.wait is None else hindrance.wait
        if wait >= self._remaining():
            if hindrance.wait is not None:
                raise refusals.DirectoryThrottled(self.directory, _place(url), hindrance.wait)
            raise self._given_up(url, hindrance)
        await self.pace.sleep(wait)

    def _remaining(self) -> float:
        """Seconds, above 0. Raises `DirectoryDeadline`."""
        remaining = self._begun + self.pace.deadline - self.pace.now()
        if remaining <= 0:
            raise refusals.DirectoryDeadline(self.directory, self.pace.deadline)
        return remaining

    # --- what is refused ---

    def _given_up(self, url: httpx.URL, hindrance: _Hindrance) -> refusals.DirectoryRefusal:
        host = _place(url)
        match hindrance.why:
            case _Why.UNREACHABLE:
                return refusals.DirectoryUnreachable(self.directory, host, hindrance.what)
            case _Why.STRANGE:
                return refusals.DirectoryAnswerStrange(self.directory, host, hindrance.what)
            case _Why.THROTTLED:
                return refusals.DirectoryThrottled(self.directory, host, hindrance.wait)

    def _refuse(self, request: _Request, answer: Answer) -> NoReturn:
        """Refuse an answer that no other try would change."""
        word = self.tell(word_of_error(answer.body))
        why = f"HTTP {answer.status}" + (f", {word}" if word else "")
        if answer.status == _UNAUTHORIZED:
            raise refusals.DirectorySignInRefused(self.directory, why)
        if answer.status == PERMISSIONS_REFUSED:
            raise refusals.DirectoryPermissionMissing(self.directory, request.needs, why)
        if "location" in answer.headers:
            elsewhere = _target(request.url, answer.headers["location"])
            if elsewhere is None or elsewhere not in self._hosts:
                told = self.tell(elsewhere or "an address that is none")
                raise refusals.DirectoryLeftHost(self.directory, _place(request.url), told)
            why = f"{why}: a redirect"
        raise refusals.DirectoryAnswerStrange(self.directory, _place(request.url), why)

    def _address(self, url: str) -> httpx.URL:
        """The address, when it is one of ours. Raises `DirectoryLeftHost`, `DirectoryAnswerStrange`."""
        try:
            address = httpx.URL(url)
        except (httpx.InvalidURL, ValueError):  # UnicodeError is a ValueError
            address = None
        if address is None or not address.host:
            raise self.strange("a link that is no address")
        place = _place(address)
        if address.scheme != "https" or place not in self._hosts or address.userinfo:
            plain = place if address.scheme == "https" else f"{address.scheme}://{place}"
            raise refusals.DirectoryLeftHost(self.directory, self._hosts[0], self.tell(plain))
        return address


def next_link(answer: Answer) -> str | None:
    """The address in the `Link` header with `rel="next"` (RFC 8288); None when there is none."""
    return link_to(answer, "next")


def link_to(answer: Answer, relation: str) -> str | None:
    """The address in the `Link` header with this relation (RFC 8288); None when there is none."""
    return httpx.Response(_OK, headers={"link": answer.headers.get("link", "")}).links.get(relation, {}).get("url")


class _Untrusted(NamedTuple):
    why: str


_BROKEN: Final[Mapping[type[httpx.RequestError], str]] = {
    httpx.RemoteProtocolError: "breaks its answer off",
    httpx.ReadError: "breaks its answer off",
    httpx.WriteError: "breaks the connection",
    httpx.CloseError: "breaks the connection",
    httpx.DecodingError: "sends an answer that cannot be decompressed",
    httpx.ProxyError: "cannot be reached through the proxy of this machine",
}


def _place(url: httpx.URL) -> str:
    """Host and, where it is not the usual one, port; lower case."""
    return url.host.lower() if url.port in {None, 443} else f"{url.host.lower()}:{url.port}"


def _target(base: httpx.URL, location: str) -> str | None:
    try:
        target = base.join(location)
    except (httpx.InvalidURL, ValueError):
        return None
    return _place(target) if target.scheme == "https" else f"{target.scheme}://{_place(target)}"


def _hush() -> None:
    """Keep the HTTP library from logging addresses and headers, whatever level somebody set."""
    for name in _LOGGERS:
        logging.getLogger(name).disabled = True
