"""Signing in with the organisation's own issuer: OpenID Connect's code flow with PKCE."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from axure_lifecycle.web.console.entrance import Entrance
from axure_lifecycle.web.console.visit import SEE_OTHER, Site


class IssuerSignIn:
    """Sends people to the issuer, and takes them back."""

    def __init__(self, site: Site, entrance: Entrance) -> None:
        self._site, self._entrance = site, entrance

    async def begin(self, _: Request) -> Response:
        """Send somebody to the issuer."""
        return RedirectResponse("/sign-in", SEE_OTHER)

    async def finish(self, _: Request) -> Response:
        """Take somebody back from the issuer."""
        return RedirectResponse("/sign-in", SEE_OTHER)
