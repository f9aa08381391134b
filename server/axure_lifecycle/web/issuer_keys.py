"""The public keys of an issuer: found by what it publishes about itself, and asked for anew when they change.

OpenID Connect Discovery 1.0, else RFC 8414; JWKS by RFC 7517. Nothing is asked before the first token comes.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple, cast

import httpx
import jwt

from axure_lifecycle.directories.refusals import CaFileUnusable
from axure_lifecycle.directories.trust import trusting
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.serving import LOOPBACK
from axure_lifecycle.domain.text import shown
from axure_lifecycle.web.speaking import say

FRESH_SECONDS: Final = 300
"""How long keys are taken without asking again: so soon a key that the issuer took away counts no more."""
STALE_SECONDS: Final = 3_600
"""How long they are taken while the issuer cannot be asked."""
PAUSE_SECONDS: Final = 1.0
"""Between two questions at least: anybody can make up the name of a key. Whoever comes meanwhile waits."""
MOMENT_SECONDS: Final = 0.5
"""How long somebody whose key is known waits for a question that was just asked, before the known key serves."""
LONGEST_SECONDS: Final = 20.0
"""Of one question, whatever the issuer does."""
MOST_WAITING: Final = 100
"""With keys that are not known; whoever comes beyond them is not let in now."""
LARGEST: Final = 1_000_000
"""Bytes of an answer."""
_SILENCE: Final = 10.0
_OK: Final = 200


class PublicKey(NamedTuple):
    """What checks a signature."""

    material: Any
    """As PyJWT takes it."""
    family: str
    """`RSA`, `EC` or `OKP`."""
    algorithm: str | None
    """The only one that it is used with, where the issuer says so."""


KeysById = Mapping[str | None, PublicKey]


class IssuerUnreachable(LifecycleError):
    """Whose tokens we take cannot be asked for its keys."""

    code: ClassVar[str] = "issuer_unreachable"

    def __init__(self, issuer: str, why: str) -> None:
        self.why = why
        super().__init__(
            f"Nobody could be let in by {shown(issuer, 120)}: {why}. Try again shortly; if it stays so, whoever runs "
            "the server checks [serve.issuer] and the network."
        )


class IssuerKeys:
    """Safe to be asked by many calls at the same time, of one event loop: one question is on its way at most.

    An issuer that is slow or silent keeps nobody waiting whose key is known: it is asked aside, and what it says counts
    from then on.
    """

    def __init__(self, issuer: str, ca_file: Path | None = None, seconds: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._ca_file, self._seconds = issuer, ca_file, seconds
        self._keys: KeysById = {}
        self._read_at: float | None = None
        self._asked_at: float | None = None
        self._why = ""
        self._documents: dict[str, Any] = {}
        self._begun_at = 0.0
        self._question: asyncio.Task[None] | None = None
        self._description: asyncio.Task[Mapping[str, Any]] | None = None
        self._waiting = 0

    async def key(self, key_id: str | None) -> PublicKey | None:
        """The key of this id; without one, the only key there is. None for one that the issuer does not have now.

        Raises `IssuerUnreachable` where no keys are known that are recent enough.
        """
        if self._find(key_id) is None or not self._is_recent():
            await self._wait_for_answer()
        elif not self._is_fresh():
            question = self._asking()
            left = self._begun_at + MOMENT_SECONDS - self._seconds()
            if left > 0:
                await asyncio.wait({question}, timeout=left)
        self._require_recent()
        return self._find(key_id)

    async def metadata(self) -> Mapping[str, Any]:
        """What the issuer publishes about itself. Raises `IssuerUnreachable`."""
        if self._description is None or self._description.done():
            self._description = asyncio.create_task(self._describe())
        return await asyncio.shield(self._description)

    async def _wait_for_answer(self) -> None:
        """Until it answered a question that was asked after this call came: made-up keys cost one question in all."""
        came_at = self._seconds()
        if self._waiting >= MOST_WAITING:
            return
        self._waiting += 1
        try:
            while self._asked_at is None or self._asked_at < came_at:
                await asyncio.shield(self._asking())
        finally:
            self._waiting -= 1

    def _asking(self) -> "asyncio.Task[None]":
        """The question that is on its way, else a new one."""
        if self._question is None or self._question.done():
            self._begun_at = self._seconds()
            self._question = asyncio.create_task(self._ask())
        return self._question

    def _is_recent(self) -> bool:
        return self._read_at is not None and self._seconds() - self._read_at < STALE_SECONDS

    def _is_fresh(self) -> bool:
        return self._read_at is not None and self._seconds() - self._read_at < FRESH_SECONDS

    def _require_recent(self) -> None:
        if not self._is_recent():
            raise IssuerUnreachable(self._issuer, self._why or "it was never asked")

    def _find(self, key_id: str | None) -> PublicKey | None:
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)

    async def _ask(self) -> None:
        """Read the keys anew; where that fails, those that are known stay for a while."""
        if self._asked_at is not None:
            await asyncio.sleep(max(0.0, self._asked_at + PAUSE_SECONDS - self._seconds()))
        self._asked_at = self._seconds()
        try:
            async with self._in_time(), self._client() as client:
                place = str((await self._discover(client)).get("jwks_uri", ""))
                self._keys = _read(await self._get(client, place))
        except IssuerUnreachable as error:
            self._why = error.why
            say("issuer_unreachable", issuer=self._issuer, why=error.why)
        else:
            self._read_at = self._seconds()

    async def _describe(self) -> Mapping[str, Any]:
        async with self._in_time(), self._client() as client:
            return await self._discover(client)

    @asynccontextmanager
    async def _in_time(self) -> AsyncGenerator[None]:
        """An answer that drips in for ever is none."""
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                yield
        except TimeoutError as error:
            why = f"it did not answer within {LONGEST_SECONDS:.0f} seconds"
            raise IssuerUnreachable(self._issuer, why) from error

    async def _discover(self, client: httpx.AsyncClient) -> Mapping[str, Any]:
        if self._documents and self._is_fresh():
            return self._documents
        failure: IssuerUnreachable | None = None
        for place in _places(self._issuer):
            try:
                document = await self._get(client, place)
            except IssuerUnreachable as error:
                failure = failure or error
                continue
            if document.get("issuer") != self._issuer:
                raise IssuerUnreachable(self._issuer, "what it publishes about itself is of another issuer")
            self._documents = document
            return document
        assert failure is not None
        raise failure

    def _client(self) -> httpx.AsyncClient:
        try:
            context = trusting("[serve.issuer]", self._ca_file)
        except CaFileUnusable as error:
            raise IssuerUnreachable(self._issuer, error.obstacle) from error
        return httpx.AsyncClient(verify=context, timeout=_SILENCE, follow_redirects=False)

    async def _get(self, client: httpx.AsyncClient, place: str) -> dict[str, Any]:
        if not is_private(place):
            raise IssuerUnreachable(self._issuer, "it names an address that is not https")
        try:
            async with client.stream("GET", place, headers={"accept": "application/json"}) as answer:
                body = bytearray()
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > LARGEST:
                        raise IssuerUnreachable(self._issuer, "its answer is too large")
                status = answer.status_code
            document: object = httpx.Response(status, content=bytes(body)).json() if status == _OK else None
        except httpx.HTTPError as error:
            raise IssuerUnreachable(self._issuer, f"it cannot be reached ({type(error).__name__})") from error
        except ValueError as error:
            raise IssuerUnreachable(self._issuer, "its answer is no JSON") from error
        if not isinstance(document, dict):
            raise IssuerUnreachable(self._issuer, f"it answers with status {status}")
        return cast("dict[str, Any]", document)


def is_private(place: str) -> bool:
    """Whether nobody on the way can read or change what is asked there: https, or this very machine."""
    try:
        url = httpx.URL(place)
    except httpx.InvalidURL:
        return False
    return url.scheme == "https" or (url.scheme == "http" and url.host in LOOPBACK)


def _places(issuer: str) -> tuple[str, str]:
    """OpenID Connect Discovery section 4, and RFC 8414 section 3.1."""
    url = httpx.URL(issuer)
    path = url.path.rstrip("/")
    return (
        f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        str(url.copy_with(path=f"/.well-known/oauth-authorization-server{path}")),
    )


def _read(document: Mapping[str, Any]) -> dict[str | None, PublicKey]:
    """The keys that can check a signature; a symmetric one is none."""
    found: dict[str | None, PublicKey] = {}
    given: object = document.get("keys")
    for each in cast("list[object]", given) if isinstance(given, list) else []:
        if not isinstance(each, dict):
            continue
        key = cast("dict[str, Any]", each)
        if key.get("kty") not in ("RSA", "EC", "OKP") or key.get("use", "sig") != "sig":
            continue
        try:
            found[key.get("kid")] = PublicKey(jwt.PyJWK(key).key, key["kty"], key.get("alg"))
        except jwt.PyJWTError:
            continue
    return found
