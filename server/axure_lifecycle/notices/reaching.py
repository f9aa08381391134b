"""Whether a place can be reached at all, without a word to anybody who reads there.

A connection is made and, where it is to be private, TLS with a certificate that is trusted; then it is closed. No
request is sent to a webhook, because there is none that would not be a message.
"""

import socket
import ssl
from pathlib import Path
from urllib.request import getproxies, proxy_bypass

import httpx

from axure_lifecycle.domain.places import NotDelivered
from axure_lifecycle.notices.wire import Limits, address_unusable, trusting, usable_address


def needs_proxy(address: httpx.URL) -> bool:
    """Whether the environment sends what goes there through a proxy."""
    proxies = getproxies()
    return bool(proxies.get(address.scheme) or proxies.get("all")) and not proxy_bypass(address.host)


def reach(place: str, url: str, ca_file: Path | None, limits: Limits) -> NotDelivered | None:
    """What stands in the way of a connection; None where nothing does, or where a proxy makes it."""
    address = usable_address(url)
    if address is None:
        return NotDelivered("place_address_unusable", address_unusable(place))
    if needs_proxy(address):
        return None
    try:
        context = trusting(ca_file) if address.scheme == "https" else None
    except (OSError, ssl.SSLError):
        name = "" if ca_file is None else ca_file.name
        return NotDelivered("ca_file_unusable", f"{place}: the certificates in {name} cannot be read.")
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        with socket.create_connection((address.host, port), limits.connecting) as plain:
            if context is not None:
                with context.wrap_socket(plain, server_hostname=address.host):
                    return None
    except socket.gaierror:
        return NotDelivered("place_unknown", f"{place}: the name of its host cannot be resolved.")
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message or "it cannot be verified"
        said = f"{place} shows a certificate that is not trusted: {why}. Nothing was sent."
        return NotDelivered("place_certificate_untrusted", said)
    except (OSError, UnicodeError):
        return NotDelivered("place_unreachable", f"{place} cannot be reached.")
    return None
