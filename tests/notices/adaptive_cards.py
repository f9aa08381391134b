"""What a message for a workflow of Teams may look like, written by hand from what Microsoft publishes.

The message: "Create incoming webhooks with Workflows" and "Create Incoming Webhooks" (learn.microsoft.com). The card:
`schemas/1.2.0/adaptive-card.json` of github.com/microsoft/AdaptiveCards; of its elements and actions those that a
message may sensibly have. What the schema closes (`additionalProperties: false`) is closed here.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

_WORDS: Final = {
    "size": ("default", "small", "medium", "large", "extraLarge"),
    "weight": ("default", "lighter", "bolder"),
    "color": ("default", "dark", "light", "accent", "good", "warning", "attention"),
    "spacing": ("default", "none", "small", "medium", "large", "extraLarge", "padding"),
}
"""Enumerations, which the schema takes in any capitals."""
_ELEMENT: Final = {"type", "id", "isVisible", "separator", "spacing", "height", "fallback", "requires"}
_SHAPES: Final[Mapping[str, tuple[set[str], set[str]]]] = {
    "AdaptiveCard": (
        {"type", "version"},
        {"$schema", "body", "actions", "fallbackText", "lang", "speak", "style", "minHeight", "selectAction"},
    ),
    "TextBlock": ({"type", "text"}, {*_ELEMENT, "color", "size", "weight", "wrap", "isSubtle", "maxLines", "fontType"}),
    "RichTextBlock": ({"type", "inlines"}, {*_ELEMENT, "horizontalAlignment"}),
    "TextRun": (
        {"type", "text"},
        {"color", "fontType", "highlight", "isSubtle", "italic", "selectAction", "size", "strikethrough", "weight"},
    ),
    "Action.OpenUrl": ({"type", "url"}, {"title", "iconUrl", "style", "fallback", "requires"}),
}
"""Type → what it must have, and what it may have beside that."""
_HELD: Final = {"body": {"TextBlock", "RichTextBlock"}, "inlines": {"TextRun"}, "actions": {"Action.OpenUrl"}}
"""Property → what its list may hold."""


def _object(value: Any) -> dict[str, Any]:
    """An object of JSON; an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    """A list of JSON; one that holds nothing sound for anything else."""
    match value:
        case [*held]:
            return held
        case _:
            return [None]


def faults_of_message(message: Any) -> list[str]:
    """What a workflow that begins with a Teams webhook request would stumble over; none for a sound message."""
    said = _object(message)
    if said.get("type") != "message":
        return ["a message is an object with the type message"]
    attachments = _list(said.get("attachments"))
    if len(attachments) != 1:
        return ["a message has one attachment"]
    attachment = _object(attachments[0])
    faults = [f"attachment: {name}" for name in attachment.keys() - {"contentType", "contentUrl", "content", "name"}]
    if attachment.get("contentType") != "application/vnd.microsoft.card.adaptive":
        faults.append("the attachment is no Adaptive Card")
    if attachment.get("contentUrl") is not None:
        faults.append("a card lies within the message, so contentUrl is null")
    return [*faults, *faults_of(attachment.get("content"), {"AdaptiveCard"}, "card")]


def faults_of(value: Any, allowed: set[str], place: str) -> list[str]:
    """Where a part of a card is not as the schema has it."""
    part = _object(value)
    kind = str(part.get("type"))
    if kind not in allowed:
        return [f"{place}: expected one of {', '.join(sorted(allowed))}"]
    needed, more = _SHAPES[kind]
    faults = [f"{place}: {name} is missing" for name in sorted(needed - part.keys())]
    faults += [f"{place}: {name} is not known" for name in sorted(part.keys() - needed - more)]
    for name, held in part.items():
        if name in _WORDS and str(held).lower() not in {word.lower() for word in _WORDS[name]}:
            faults.append(f"{place}: {name} {held!r}")
        if name in ("text", "url", "title", "version", "$schema") and not isinstance(held, str):
            faults.append(f"{place}: {name} is no text")
        if name in ("wrap", "isSubtle", "italic", "highlight", "strikethrough", "separator", "isVisible"):
            faults += [] if isinstance(held, bool) else [f"{place}: {name} is no truth"]
        if name in _HELD:
            for number, each in enumerate(_list(held)):
                faults += faults_of(each, _HELD[name], f"{place}.{name}[{number}]")
    if kind == "AdaptiveCard" and part.get("version") not in ("1.0", "1.1", "1.2"):
        faults.append(f"{place}: a card of version {part.get('version')!r}")
    return faults
