"""Pages for people: what waits for them, cases, confirmations, evidence, people, sources, the trail."""

from importlib.util import find_spec
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from axure_lifecycle.web.house import House

NEEDED: Final = ("jinja2", "pyotp", "segno", "webauthn")
"""What the extra `web` brings."""
NOT_INSTALLED: Final = (
    "The console is not installed on this server: install axure-lifecycle[web], then start it anew.\n"
)


def build(house: House) -> list[BaseRoute]:
    """The console's routes; without the extra that they need, one that says so."""
    if any(find_spec(name) is None for name in NEEDED):
        return [Route("/", _say_not_installed)]
    from axure_lifecycle.web.console.site import build_site

    return build_site(house)


async def _say_not_installed(_: Request) -> PlainTextResponse:
    return PlainTextResponse(NOT_INSTALLED, 501)
