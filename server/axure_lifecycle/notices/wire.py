"""Posting to a webhook: over verified TLS, to that address and no other, for so many seconds and no longer.

Until the request is on its way nothing can have arrived; from then on, whoever hears no answer cannot know. The two are
told apart, because a message that may have arrived is not sent again to a person.
"""

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import anyio
import httpx

from axure_lifecycle.directories.pace import told_wait
from axure_lifecycle.directories.trust import certificate_error, usual_trust
from axure_lifecycle.domain.places import Delivered, Delivery, NotDelivered, Unclear
from axure_lifecycle.domain.serving import LOOPBACK

_LOGGERS: Final = ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy")
_TOO_MANY: Final = 429
_GATEWAY_TIMED_OUT: Final = 504
"""Somebody in between heard no answer either (RFC 9110, 15.6.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds."""

    whole: float = 15.0
    """For one try, from its begin to the end of the answer."""
    connecting: float = 5.0


def post(
    place: str, url: str, body: bytes, headers: Mapping[str, str], ca_file: Path | None, limits: Limits, wall: float
) -> Delivery:
    """One try. Any answer of 200 to 299 means that the other side has it."""
    address = usable_address(url)
    if address is None:
        return NotDelivered("place_address_unusable", address_unusable(place))
    try:
        # Without TLS nobody is trusted, and no certificate is read.
        context = trusting(ca_file) if address.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    except (OSError, ssl.SSLError):
        name = "" if ca_file is None else ca_file.name
        return NotDelivered("ca_file_unusable", f"{place}: the certificates in {name} cannot be read.")
    for name in _LOGGERS:
        logging.getLogger(name).disabled = True  # they would log the address
    exchange = _Exchange(place, address, body, headers, context, limits, wall)
    return anyio.run(exchange.make)


def usable_address(url: str) -> httpx.URL | None:
    """The address, where it is https, or http on this machine, without a name in it."""
    try:
        address = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError):
        return None
    is_private = address.scheme == "https" or (address.scheme == "http" and address.host in LOOPBACK)
    return address if is_private and address.host and not address.userinfo else None


def address_unusable(place: str) -> str:
    """What is said of an address that cannot be used; never the address."""
    return (
        f"{place}: what the secret holds is no https address (http to this machine only). Put the whole address of the "
        "webhook there."
    )


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """The usual trust, and that in the certificates of the file. Raises `OSError`, `ssl.SSLError`."""
    context = usual_trust()
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


class _Exchange:
    """One request and its answer."""

    def __init__(
        self,
        place: str,
        address: httpx.URL,
        body: bytes,
        headers: Mapping[str, str],
        context: ssl.SSLContext,
        limits: Limits,
        wall: float,
    ) -> None:
        own = {"content-type": "application/json", "user-agent": "axure-lifecycle"}
        self._place, self._address, self._body, self._headers = place, address, body, {**own, **headers}
        self._context, self._limits, self._wall = context, limits, wall
        self._is_on_its_way = False

    async def make(self) -> Delivery:
        """What came of it, within the time that it has."""
        with anyio.move_on_after(self._limits.whole):
            return await self._send()
        return self._unheard(
            "place_silent", f"{self._place} took longer than {self._limits.whole:g} seconds to answer."
        )

    async def _send(self) -> Delivery:
        """The status alone says what came of it. What httpx raises ends here: it carries the address."""
        timeout = httpx.Timeout(self._limits.whole, connect=self._limits.connecting)
        try:
            async with (
                httpx.AsyncClient(verify=self._context, timeout=timeout, follow_redirects=False) as client,
                client.stream(
                    "POST",
                    self._address,
                    content=self._body,
                    headers=self._headers,
                    extensions={"trace": self._note},
                ) as response,
            ):
                return _judge(self._place, response, self._wall)
        except httpx.TimeoutException:
            return self._unheard("place_silent", f"{self._place} let us wait too long.")
        except httpx.RequestError as error:
            certificate = certificate_error(error)
            if certificate is not None:
                why = certificate.verify_message or "it cannot be verified"
                said = f"{self._place} shows a certificate that is not trusted: {why}. Nothing was sent."
                return NotDelivered("place_certificate_untrusted", said)
            return self._broken()
        except OSError:  # of TLS within an answer, which httpcore lets through
            return self._broken()

    async def _note(self, event: str, details: Mapping[str, Any]) -> None:
        """Hears from httpcore how far a request is; one to a proxy before it does not count."""
        request = details.get("request")
        if event.endswith("send_request_headers.started") and request is not None and request.method == b"POST":
            self._is_on_its_way = True

    def _broken(self) -> Delivery:
        what = "broke the connection off before it answered" if self._is_on_its_way else "cannot be reached"
        return self._unheard("place_unreachable", f"{self._place} {what}.")

    def _unheard(self, code: str, sentence: str) -> Delivery:
        return Unclear(code, sentence) if self._is_on_its_way else NotDelivered(code, sentence)


def _judge(place: str, response: httpx.Response, wall: float) -> Delivery:
    status = response.status_code
    if response.is_success:
        return Delivered()
    told = told_wait(response.headers, wall, is_throttled=status == _TOO_MANY)
    wait = None if told is None else timedelta(seconds=min(told, 86_400.0))
    if status == _GATEWAY_TIMED_OUT:
        return Unclear("place_silent", f"{place} heard no answer behind it (HTTP {status}).")
    if status == _TOO_MANY:
        return NotDelivered("place_throttles", f"{place} says that it is written to too often (HTTP 429).", wait)
    if response.is_redirect:
        return NotDelivered(
            "place_redirects", f"{place} sends us elsewhere (HTTP {status}); a webhook's address is never followed."
        )
    if response.is_client_error:
        said = f"{place} refuses what we send (HTTP {status}): its address or its rights changed. Make it anew there."
        return NotDelivered("place_refuses", said, wait)
    return NotDelivered("place_in_trouble", f"{place} answers with HTTP {status}.", wait)
