"""TLS in front of an emulator that speaks plain HTTP, such as npm's `emulate`.

A reader speaks TLS or not at all. The relay passes requests on and changes nothing but the scheme and the port of the
addresses that come back in headers and bodies; and it adds the link of a listing to itself where it is told to.
"""

from collections.abc import Mapping
from typing import ClassVar, Final

import httpx

from tests.directories.vendors.people import Organisation
from tests.directories.vendors.vendor import Vendor
from tests.directories.vendors.wire import Ask, Headers, Page, Reply, json_reply

PASSED_ON: Final = ("authorization", "accept", "content-type")
PASSED_BACK: Final = ("link", "location", "retry-after")


class Relay(Vendor):
    """Whatever answers at `behind`, for example `http://127.0.0.1:14006`, over TLS; faults of replies work here too."""

    name: ClassVar[str] = "relay"

    def __init__(self, behind: str, *, adds_itself: bool = False) -> None:
        """`adds_itself`: a list comes with the link to itself that Okta always sends and its emulator never does."""
        super().__init__(Organisation())
        self.behind = behind.rstrip("/")
        self._adds_itself = adds_itself

    def credentials(self) -> Mapping[str, str]:
        """None of its own."""
        return {}

    def render_all(self) -> None:
        """Nothing is made here."""

    def is_token(self, ask: Ask) -> bool:
        """Whether this looks like a request of a token."""
        return ask.path.endswith("/token")

    def answer(self, ask: Ask) -> Reply | Page:
        """What the emulator says."""
        headers = {name: ask.headers[name] for name in PASSED_ON if name in ask.headers}
        reply = httpx.request(ask.method, self.behind + ask.target, headers=headers, content=ask.body, timeout=10)
        back = tuple((name, self.ours(value)) for name in PASSED_BACK for value in reply.headers.get_list(name))
        if self._adds_itself and reply.text.startswith("["):
            back = (("link", f'<{self.base}{ask.target}>; rel="self"'), *back)
        limits = tuple(item for item in reply.headers.items() if item[0].startswith("x-rate"))
        kind = reply.headers.get("content-type", "application/octet-stream")
        return Reply(reply.status_code, self.ours(reply.text).encode(), (*back, *limits), kind)

    def ours(self, text: str) -> str:
        """Addresses of the emulator as addresses of the relay."""
        port = self.behind.rpartition(":")[2]
        return text.replace(self.behind, self.base).replace(f"http://localhost:{port}", self.base)

    def written(self, page: Page) -> Reply:
        """The bait for those who go elsewhere."""
        return Reply(200, b"[" + b",".join(page.people) + b"]")

    def throttled(self, headers: Headers) -> Reply:
        """429."""
        return json_reply(429, {"errorCode": "E0000047"}, headers)

    def quota_forbidden(self, reason: str) -> Reply:
        """403."""
        return json_reply(403, {"reason": reason})

    def failed(self, status: int, headers: Headers) -> Reply:
        """500 or 503."""
        return json_reply(status, {"errorCode": "E0000009"}, headers)
