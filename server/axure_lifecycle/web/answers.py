"""What a door answers itself, before anybody behind it is asked: a status, and one sentence as JSON."""

import json
from collections.abc import Mapping

from starlette.responses import Response


class Told(Response):
    """A sentence of the door, with a stable code for machines."""

    def __init__(self, status: int, code: str, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(
            json.dumps({"error": {"code": code, "message": sentence}}, ensure_ascii=False),
            status,
            {"Cache-Control": "no-store", **(headers or {})},
            "application/json",
        )
