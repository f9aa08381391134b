"""What the page after a form says was done: sealed in a cookie, for one session, shown once."""

import json
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from axure_lifecycle.domain.text import shown
from axure_lifecycle.web.sealing import Seal

_COOKIE: Final = "axure-lifecycle-said"
_SECONDS: Final = 60
_LONGEST: Final = 900


class Saying:
    """Leaves a sentence for the next page."""

    def __init__(self, seal: Seal, *, is_secure: bool) -> None:
        self._seal, self._is_secure = seal, is_secure
        self._name = f"__Host-{_COOKIE}" if is_secure else _COOKIE

    def leave(self, response: Response, told: str, session: str) -> None:
        """For the next page of this session."""
        sealed = self._seal.close(json.dumps([session, shown(told, _LONGEST)]).encode())
        response.set_cookie(
            self._name, sealed, max_age=_SECONDS, path="/", secure=self._is_secure, httponly=True, samesite="lax"
        )

    def take(self, request: Request, session: str) -> tuple[str, bool]:
        """What was left for this session, and whether there is something to forget."""
        sealed = request.cookies.get(self._name)
        opened = self._seal.open(sealed, _SECONDS) if sealed else None
        if opened is None:
            return "", sealed is not None
        whose, told = json.loads(opened)
        return (str(told) if whose == session else ""), True

    def forget(self, response: Response) -> None:
        """It was shown."""
        response.delete_cookie(self._name, path="/", secure=self._is_secure, httponly=True, samesite="lax")
