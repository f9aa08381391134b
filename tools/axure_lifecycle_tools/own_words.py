"""Which parts of a reply are the product's own words: each door may say these in its own way, and nothing else.

Names, notes, answers and what rosters hold are somebody else's: data, which go out as they came.
"""

from collections.abc import Callable
from typing import Final, TypeVar, cast

from pydantic import BaseModel

OWN_WORDS: Final = frozenset(
    {
        "next",
        "explanation",
        "said",
        "says",
        "withheld_because",
        "not_stated",
        "cautions",
        "heard",
        "title",
        "instruction",
        "evidence",
        "ask",
        "outline",
        "under_way",
    }
)
"""The fields, by name, at any depth. A `place` is somebody's words in a changed screen, a `note` always."""

Some = TypeVar("Some", bound=BaseModel)


def retell(reply: Some, say: Callable[[str], str]) -> Some:
    """The reply with its own words, and only these, said in another way."""
    fields: dict[str, object] = {name: getattr(reply, name) for name in type(reply).model_fields}
    changed = {name: _said(part, say, is_own=name in OWN_WORDS) for name, part in fields.items()}
    return reply.model_copy(update=changed)


def _said(part: object, say: Callable[[str], str], *, is_own: bool) -> object:
    match part:
        case str() if is_own:
            return say(part)
        case list():
            return [_said(each, say, is_own=is_own) for each in cast("list[object]", part)]
        case BaseModel():
            return retell(part, say)
        case _:
            return part
