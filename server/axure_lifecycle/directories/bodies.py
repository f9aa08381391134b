"""Bodies of answers: JSON, or what is wrong with them."""

import json
from typing import Any, NoReturn

import httpx
from pydantic_core import from_json


def parse_json(headers: httpx.Headers, raw: bytes) -> tuple[Any, str | None]:
    """The JSON of a body, or None and what is wrong with it."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        return None, f"{kind} instead of JSON" if kind else "an answer without a content type"
    try:
        return from_json(raw, allow_inf_nan=False), None
    except ValueError:  # what it refuses is looked at again: half a surrogate pair in a name keeps nobody unread
        pass
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant), None
    except UnicodeDecodeError:
        return None, "JSON that is no UTF-8"
    except (ValueError, RecursionError):
        return None, "JSON that is broken"


def _refuse_constant(constant: str) -> NoReturn:
    """NaN and the infinities are no JSON."""
    raise ValueError(constant)
