"""What the three vendors have in common: they take requests, keep a record of them, and let faults happen."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import ClassVar, Final, assert_never
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from tests.directories.vendors import faults as broken
from tests.directories.vendors.delivery import deliver
from tests.directories.vendors.keys import Tokens
from tests.directories.vendors.people import Organisation
from tests.directories.vendors.wire import Ask, Asked, Headers, Page, Reply, masked

LOGIN_PAGE: Final = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
PROXY_PAGE: Final = b"<html><head><title>Bad Gateway</title></head><body>upstream</body></html>"


class Vendor(ABC):
    """An ASGI application that answers as one vendor documents it.

    `base` is the address under which it is served and `elsewhere` another host of ours, both set by `serve`.
    `clock_ahead` is how far its clock is ahead of this machine's, seconds; `asked` is what came in, in order;
    `asked_elsewhere` what came to the other host, which should be nothing.
    """

    name: ClassVar[str]

    def __init__(self, organisation: Organisation, *, clock_ahead: float = 0) -> None:
        self.organisation = organisation
        self.clock_ahead = clock_ahead
        self.schedule = broken.Schedule()
        self.tokens = Tokens(self.now)
        self.base = "https://unserved.example"
        self.elsewhere = "https://elsewhere.example"
        self.asked: list[Asked] = []
        self.asked_elsewhere: list[Asked] = []
        self._pages_before: dict[str, Page] = {}
        """Path → the last page of that collection."""
        self._rendered: dict[object, dict[int, tuple[object, bytes]]] = {}

    def now(self) -> float:
        """The vendor's clock, seconds since 1970."""
        return time.time() + self.clock_ahead

    def asked_for_data(self) -> list[Asked]:
        """The record without the requests of tokens."""
        return [each for each in self.asked if each.number is not None]

    @abstractmethod
    def credentials(self) -> Mapping[str, str]:
        """What a reader needs to be let in, by name."""

    @abstractmethod
    def render_all(self) -> None:
        """Make the JSON of everybody, so that no page has to wait for it."""

    @abstractmethod
    def is_token(self, ask: Ask) -> bool:
        """Whether this is a request of a token."""

    @abstractmethod
    def answer(self, ask: Ask) -> Reply | Page:
        """What the vendor says when nothing goes wrong."""

    @abstractmethod
    def written(self, page: Page) -> Reply:
        """A page in the vendor's form."""

    @abstractmethod
    def throttled(self, headers: Headers) -> Reply:
        """The vendor's 429."""

    @abstractmethod
    def quota_forbidden(self, reason: str) -> Reply:
        """The vendor's 403 that means "too fast", or its 429."""

    @abstractmethod
    def failed(self, status: int, headers: Headers) -> Reply:
        """The vendor's own 500 and 503."""

    def constant_headers(self) -> Headers:
        """Headers of every reply."""
        return (("date", formatdate(self.now(), usegmt=True)),)

    def link_to(self, ask: Ask) -> str:
        """A link to the page that is being asked for."""
        return self.base + ask.target

    def link_elsewhere(self, ask: Ask) -> str | None:
        """A link to the same path on another host; None where the vendor's links are no addresses."""
        return self.elsewhere + ask.target

    def headers_of_wait(self, wait: broken.Wait) -> Headers:
        """How the vendor says when to come back."""
        match wait:
            case broken.InSeconds(seconds):
                return (("retry-after", str(int(seconds)) if seconds == int(seconds) else str(seconds)),)
            case broken.AtDate(seconds):
                return (("retry-after", formatdate(self.now() + seconds, usegmt=True)),)
            case broken.Garbled(value):
                return (("retry-after", value),)
            case broken.Unsaid() | broken.AtReset():
                return ()
            case _:
                assert_never(wait)

    def render(self, variant: object, number: int, source: object, make: Mapping[str, object]) -> bytes:
        """JSON of one person, kept until the person changes."""
        body = json.dumps(make, separators=(",", ":")).encode()
        self._rendered.setdefault(variant, {})[number] = (source, body)
        return body

    def rendered(self, variant: object, number: int, source: object) -> bytes | None:
        """The JSON of one person from before, if it was made from the very same value."""
        kept = self._rendered.get(variant, {}).get(number)
        return kept[1] if kept is not None and kept[0] is source else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request of ASGI."""
        assert scope["type"] == "http"
        ask = await read(scope, receive)
        if not self.base.endswith(f":{scope['server'][1]}"):
            self.asked_elsewhere.append(Asked(None, ask.method, ask.path, ask.query, masked(ask.headers), None))
            bait = self.written(Page([b'{"id":"stranger"}'], self.elsewhere + ask.target, None))
            await deliver(bait, self.constant_headers(), None, scope, receive, send)
            return
        number, fault = self.schedule.strike(is_token=self.is_token(ask))
        named = type(fault).__name__ if fault is not None else None
        self.asked.append(Asked(number, ask.method, ask.path, ask.query, masked(ask.headers), named))
        reply = self.reply_to(ask, fault)
        await deliver(reply, self.constant_headers(), fault, scope, receive, send)

    def reply_to(self, ask: Ask, fault: broken.Fault | None) -> Reply:
        """The reply with those faults in it that lie in its content."""
        instead = self.instead_of_answer(ask, fault)
        if instead is not None:
            return instead
        answer = self.answer(ask)
        if isinstance(answer, Reply):
            return garble(answer, fault)
        page = self.bend(answer, ask, fault)
        self._pages_before[ask.path] = answer
        if isinstance(fault, broken.WrongShape):
            return self.misshape(fault.shape, page)
        return garble(self.written(page), fault)

    def instead_of_answer(self, ask: Ask, fault: broken.Fault | None) -> Reply | None:
        """Faults that replace the answer, and those that happen before it."""
        match fault:
            case broken.Throttled(wait):
                return self.throttled(self.headers_of_wait(wait))
            case broken.QuotaForbidden(reason):
                return self.quota_forbidden(reason)
            case broken.Broken(status, wait):
                if status in {502, 504}:
                    return Reply(status, PROXY_PAGE, self.headers_of_wait(wait), "text/html")
                return self.failed(status, self.headers_of_wait(wait))
            case broken.LoginPage():
                return Reply(200, LOGIN_PAGE, content_type="text/html; charset=utf-8")
            case broken.RedirectElsewhere(status):
                return Reply(status, b"", (("location", self.elsewhere + ask.target),), "text/html")
            case broken.MovedAhead():
                self.organisation.move(self.organisation.first(), to_end=True)
            case broken.MovedBehind():
                self.organisation.move(self.organisation.last(), to_end=False)
            case broken.Meanwhile(change):
                change(self.organisation)
            case broken.TokenExpired():
                self.tokens.expire()
            case _:
                pass
        return None

    def bend(self, page: Page, ask: Ask, fault: broken.Fault | None) -> Page:
        """A page with another content or link than it should have."""
        match fault:
            case broken.PageAgain():
                return replace(page, following=self.link_to(ask))
            case broken.EmptyPage():
                return replace(page, people=[], following=self.link_to(ask))
            case broken.Overlap(people):
                before = self._pages_before.get(ask.path)
                return replace(page, people=[*(before.people[-people:] if before is not None else ()), *page.people])
            case broken.NextElsewhere():
                return replace(page, following=self.link_elsewhere(ask) or page.following)
            case _:
                return page

    def misshape(self, shape: broken.Shape, page: Page) -> Reply:
        """Valid JSON that is no page of people."""
        match shape:
            case broken.Shape.OBJECT:
                return Reply(200, b'{"status":{"healthy":true}}')
            case broken.Shape.NULL:
                return Reply(200, b"null")
            case broken.Shape.NUMBER:
                return Reply(200, b"42")
            case broken.Shape.STRINGS:
                return self.written(replace(page, people=[b'"ana"', b'"bo"']))
            case broken.Shape.STRANGERS:
                return self.written(replace(page, people=[b'{"colour":"blue"}' for _ in page.people]))
            case broken.Shape.MISTYPED:
                return self.written(replace(page, people=[mistype(each) for each in page.people]))
            case _:
                assert_never(shape)


def mistype(person: bytes) -> bytes:
    """The person with 7 as the value of every member."""
    return json.dumps(dict.fromkeys(json.loads(person), 7)).encode()


def garble(reply: Reply, fault: broken.Fault | None) -> Reply:
    """A body that no longer is JSON, or no longer is text."""
    match fault:
        case broken.CutJson():
            return replace(reply, body=reply.body[: max(len(reply.body) // 2, 1)])
        case broken.InvalidUtf8():
            spoilt = reply.body.replace(b"@", b"\xff", 1)
            return replace(reply, body=spoilt if spoilt != reply.body else reply.body + b"\xff")
        case _:
            return reply


async def read(scope: Scope, receive: Receive) -> Ask:
    """The whole request."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    raw_query = scope["query_string"].decode("latin-1")
    return Ask(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(raw_query, keep_blank_values=True)),
        target=scope["raw_path"].decode("latin-1") + (f"?{raw_query}" if raw_query else ""),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
    )
