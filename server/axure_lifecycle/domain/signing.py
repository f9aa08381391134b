"""Signed calls in both directions, as Standard Webhooks 1.0 has them.

    signature = "v1," + base64(HMAC-SHA256(key, id "." timestamp "." body))

The headers are `webhook-id`, `webhook-timestamp` (whole seconds since 1970) and `webhook-signature`, which may hold
several signatures with blanks between them. A call older or newer than five minutes is refused, and so is one whose id
came before. The id stays the same when a call is repeated, so that a receiver can tell.
"""

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
WINDOW: Final = timedelta(minutes=5)
LEAST_BYTES: Final = 24
"""Of a key; Standard Webhooks asks for 24 to 64."""
_PREFIX: Final = "whsec_"


def key_of(secret: str) -> bytes | None:
    """The key that a secret stands for: base64 after `whsec_`, else the text itself; None where it is too short.

    >>> key_of("whsec_" + "QUJD" * 8) == b"ABC" * 8, key_of("short")
    (True, None)
    """
    if secret.startswith(_PREFIX):
        try:
            key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            return None
    else:
        key = secret.encode()
    return key if len(key) >= LEAST_BYTES else None


def sign(key: bytes, call_id: str, timestamp: str, body: bytes) -> str:
    """The value of `webhook-signature`."""
    signed = f"{call_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def is_signed(key: bytes, call_id: str, timestamp: str, body: bytes, signatures: str) -> bool:
    """Whether any of the signatures is ours, compared in constant time."""
    own = sign(key, call_id, timestamp, body).encode()
    return any(hmac.compare_digest(own, one.encode()) for one in signatures.split(" ")[:16])


def is_of_now(timestamp: str, now: datetime) -> bool:
    """Whether a call was signed within the window.

    >>> from datetime import UTC
    >>> [is_of_now(text, datetime.fromtimestamp(1_000_000, UTC)) for text in ("999701", "999699", "-1", "x")]
    [True, False, False, False]
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(int(timestamp) - now.timestamp()) <= WINDOW.total_seconds()


def digest_of_call(call_id: str) -> str:
    """SHA-256 of a call's id, lower-case hexadecimal: what is kept of it."""
    return sha256(b"axure-lifecycle/call/v1\n" + call_id.encode()).hexdigest()
