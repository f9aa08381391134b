"""What a door answers itself, before anybody behind it is asked: a status, and one sentence as JSON."""

import json
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import Scope

from axure_lifecycle.domain.scim import SCIM_ERROR, SCIM_MEDIA_TYPE, SCIM_PATH


class Told(Response):
    """A sentence of the door, with a stable code for machines."""

    def __init__(self, status: int, code: str, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        self._sentence = sentence
        super().__init__(
            json.dumps({"error": {"code": code, "message": sentence}}, ensure_ascii=False),
            status,
            {"Cache-Control": "no-store", **(headers or {})},
            "application/json",
        )

    def to_idp(self) -> Response:
        """The same in the form of RFC 7644 section 3.12, for an identity provider that pushes."""
        body = {"schemas": [SCIM_ERROR], "detail": self._sentence, "status": str(self.status_code)}
        return Response(
            json.dumps(body, ensure_ascii=False), self.status_code, {"Cache-Control": "no-store"}, SCIM_MEDIA_TYPE
        )


def is_push(scope: Scope) -> bool:
    """Whether a request is for what identity providers push to."""
    path: str = scope.get("path", "")
    return path == SCIM_PATH or path.startswith(f"{SCIM_PATH}/")
