"""A message in the form of each place. Text is text: nothing in it mentions, links or formats.

Sources: Slack, "Formatting text for app surfaces" (escape &, < and >; a `plain_text` object is not parsed); Microsoft,
"Create incoming webhooks with Workflows" and the trigger "When a Teams webhook request is received" (a message with
Adaptive Cards as attachments), "Create Incoming Webhooks" (28 KB at most); Adaptive Cards' schema 1.2.0
(microsoft/AdaptiveCards, schemas/1.2.0/adaptive-card.json), where a TextRun's "Markdown is not supported".
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from axure_lifecycle.domain.reminding import Line, Message
from axure_lifecycle.domain.text import shown

Console = str | None
"""Where the console is (`https://lifecycle.acme.example`); None where there is none."""
CARD: Final = "application/vnd.microsoft.card.adaptive"
LONGEST: Final = 600
"""Characters of a line."""
_MOST_OF_SLACK: Final = 3000
"""Characters of a text object."""
_MOST_OF_TEAMS: Final = 28_000
"""Bytes of a message."""


def link_to(console: Console, case: int | None) -> str | None:
    """The console's page of a case, or of all of them."""
    if console is None:
        return None
    return f"{console}/cases" if case is None else f"{console}/cases/{quote(f'C-{case}')}"


def for_slack(message: Message, console: Console, key: str, at: datetime) -> bytes:
    """JSON for an incoming webhook of Slack."""
    del key, at
    headline = _escaped(shown(message.headline, LONGEST))
    lines = "\n".join(f"• {_slack_line(line, console)}" for line in message.lines)
    blocks = [
        {"type": "section", "text": {"type": "plain_text", "emoji": False, "text": shown(message.headline, LONGEST)}},
        *(
            {"type": "section", "text": {"type": "mrkdwn", "verbatim": True, "text": part}}
            for part in _parts(lines, _MOST_OF_SLACK)
        ),
    ]
    return _json({"text": headline, "blocks": blocks, "unfurl_links": False, "unfurl_media": False})


def _slack_line(line: Line, console: Console) -> str:
    link = link_to(console, line.case) if line.case is not None else None
    text = _unformatted(_escaped(shown(line.text, LONGEST)))
    return text if link is None else f"{text} <{link}|open>"


def _escaped(text: str) -> str:
    """Slack's three letters; with them no `<!channel>`, `<@U…>` or link can stand in a text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_WORD_JOINER: Final = "\u2060"


def _unformatted(text: str) -> str:
    """The signs that format a text, each parted from its neighbour by a letter that nobody sees."""
    for sign in "*_~`":
        text = text.replace(sign, f"{sign}{_WORD_JOINER}")
    return text


def _parts(text: str, most: int) -> list[str]:
    parts: list[str] = [""]
    for line in text.split("\n"):
        if len(parts[-1]) + len(line) + 1 > most and parts[-1]:
            parts.append("")
        parts[-1] += line[:most] if not parts[-1] else f"\n{line}"
    return [part for part in parts if part]


def for_teams(message: Message, console: Console, key: str, at: datetime) -> bytes:
    """JSON for a workflow of Teams: one Adaptive Card, whose texts are runs, which know no Markdown and no mention."""
    del key, at
    lines = [f"• {shown(line.text, LONGEST)}" for line in message.lines]
    whole = _card(message, lines, console)
    most = len(lines)
    while len(whole) > _MOST_OF_TEAMS and most:
        most -= 1
        whole = _card(message, [*lines[:most], f"… and {len(lines) - most} more lines."], console)
    return whole


def _card(message: Message, lines: Sequence[str], console: Console) -> bytes:
    body: list[dict[str, object]] = [_runs(shown(message.headline, LONGEST), weight="Bolder", size="Medium")]
    body += [_runs(line) for line in lines]
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": body,
    }
    if (link := link_to(console, _only_case(message))) is not None:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open the console", "url": link}]
    return _json({"type": "message", "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}]})


def _runs(text: str, **look: str) -> dict[str, object]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}


def _only_case(message: Message) -> int | None:
    cases = {line.case for line in message.lines if line.case is not None}
    return cases.pop() if len(cases) == 1 else None


def for_webhook(message: Message, console: Console, key: str, at: datetime) -> bytes:
    """JSON for any receiver, in the shape that Standard Webhooks recommends; the same bytes for every try."""
    data: dict[str, object] = {
        "id": key,
        "headline": message.headline,
        "lines": [line.text for line in message.lines],
        **message.data,
    }
    if (link := link_to(console, _only_case(message))) is not None:
        data["console"] = link
    told = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return _json({"type": message.kind.value, "timestamp": told, "data": data})


def plain(message: Message, console: Console) -> str:
    """The text of a mail."""
    lines = [shown(message.headline, LONGEST), ""]
    for line in message.lines:
        lines.append(f"- {shown(line.text, LONGEST)}")
        if line.case is not None and (link := link_to(console, line.case)) is not None:
            lines.append(f"  {link}")
    if console is not None:
        lines += ["", f"The console: {console}"]
    return "\n".join([*lines, ""])


Form = Callable[[Message, Console, str, datetime], bytes]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
