"""Posting to a webhook: over verified TLS, to that address and no other, for so many seconds and no longer."""

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import anyio
import httpx

from axure_lifecycle.directories.pace import told_wait
from axure_lifecycle.directories.trust import certificate_error
from axure_lifecycle.domain.places import Delivered, Delivery, NotDelivered
from axure_lifecycle.domain.serving import LOOPBACK

_LOGGERS: Final = ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy")
_TOO_MANY: Final = 429
_MOST_READ: Final = 64 * 1024
"""Bytes of an answer that are looked at; nothing in them matters."""


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
        context = trusting(ca_file)
    except (OSError, ssl.SSLError):
        name = "" if ca_file is None else ca_file.name
        return NotDelivered("ca_file_unusable", f"{place}: the certificates in {name} cannot be read.")
    for name in _LOGGERS:
        logging.getLogger(name).disabled = True  # they would log the address
    return anyio.run(_post, place, address, body, dict(headers), context, limits, wall)


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
    """Verification by the certificates that httpx trusts, those of the system, and those of the file.

    Raises `OSError`, `ssl.SSLError`.
    """
    context = httpx.create_ssl_context()
    context.load_default_certs()
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


async def _post(
    place: str,
    address: httpx.URL,
    body: bytes,
    headers: dict[str, str],
    context: ssl.SSLContext,
    limits: Limits,
    wall: float,
) -> Delivery:
    with anyio.move_on_after(limits.whole):
        return await _exchange(place, address, body, headers, context, limits, wall)
    return NotDelivered("place_silent", f"{place} took longer than {limits.whole:g} seconds to answer.")


async def _exchange(
    place: str,
    address: httpx.URL,
    body: bytes,
    headers: dict[str, str],
    context: ssl.SSLContext,
    limits: Limits,
    wall: float,
) -> Delivery:
    """One request and its answer. What httpx raises ends here: it carries the address."""
    timeout = httpx.Timeout(limits.whole, connect=limits.connecting)
    try:
        async with httpx.AsyncClient(verify=context, timeout=timeout, follow_redirects=False) as client:
            own = {"content-type": "application/json", "user-agent": "axure-lifecycle"}
            async with client.stream("POST", address, content=body, headers={**own, **headers}) as response:
                read = 0
                async for piece in response.aiter_raw():
                    read += len(piece)
                    if read > _MOST_READ:
                        break
                return _judge(place, response, wall)
    except httpx.TimeoutException:
        return NotDelivered("place_silent", f"{place} let us wait too long.")
    except httpx.RequestError as error:
        certificate = certificate_error(error)
        if certificate is not None:
            why = certificate.verify_message or "it cannot be verified"
            said = f"{place} shows a certificate that is not trusted: {why}. Nothing was sent."
            return NotDelivered("place_certificate_untrusted", said)
        is_broken = isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError)
        what = "broke the connection off before it answered" if is_broken else "cannot be reached"
        return NotDelivered("place_unreachable", f"{place} {what}.")
    except OSError:  # of TLS within an answer, which httpcore lets through
        return NotDelivered("place_unreachable", f"{place} broke the connection off before it answered.")


def _judge(place: str, response: httpx.Response, wall: float) -> Delivery:
    status = response.status_code
    if response.is_success:
        return Delivered()
    told = told_wait(response.headers, wall, is_throttled=status == _TOO_MANY)
    wait = None if told is None else timedelta(seconds=min(told, 86_400.0))
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
