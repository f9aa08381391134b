"""Errors in Microsoft Graph's form.

Source: "Microsoft Graph error responses and resource types" (learn.microsoft.com/graph/errors): one object `error`
with `code`, `message` and `innerError`; a client goes by `code`, never by `message`, and codes may come and go.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Final

from tests.directories.vendors.wire import Headers, Reply, json_reply


def graph_error(status: int, code: str, message: str, headers: Headers = ()) -> Reply:
    """An error."""
    inner = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()),
        "request-id": str(uuid.uuid4()),
        "client-request-id": str(uuid.uuid4()),
    }
    return json_reply(status, {"error": {"code": code, "message": message, "innerError": inner}}, headers)


def token_error(message: str) -> Reply:
    """401, with the challenge that comes along."""
    challenge = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    return graph_error(401, "InvalidAuthenticationToken", message, (("www-authenticate", challenge),))


REFUSALS: Final[Mapping[str, Callable[[], Reply]]] = {
    "nothing": lambda: token_error("Access token is empty."),
    "token": lambda: token_error("CompactToken parsing failed with error code: 80049217"),
    "expired": lambda: token_error("Lifetime validation failed, the token is expired."),
    "forbidden": lambda: graph_error(
        403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
    ),
    "missing": lambda: graph_error(404, "Request_ResourceNotFound", "Resource not found."),
    "collection": lambda: graph_error(501, "NotImplemented", "This operation target is not yet supported."),
    "page token": lambda: graph_error(
        400,
        "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request.",
    ),
}
"""The refusals that always are the same."""
