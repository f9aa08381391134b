"""From where Entra is asked for changes: links of the delta query, kept between two reads.

Sources (Microsoft Graph, "Use delta query to track changes"): the links are opaque, serve for 7 days, may be followed
again, and changes may show late (*Processing delays*, *Replays*).

Two links are kept. A read follows the older one, so that whoever changed is asked for in two reads: what a copy of the
directory that lags did not know at the first is known at the next.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, cast

from axure_lifecycle.ports.directories import CursorDoubted

OLDEST: Final = timedelta(days=7)
"""After so long everybody is read again, whatever the changes said: delta lags, and does not promise everything."""
_FORM: Final = 1


class EntraCursor(NamedTuple):
    """What one read leaves to the next."""

    begin: str
    """The link that the next read follows."""
    then: str
    """The link that the read after that one follows."""
    full_at: datetime
    """When everybody was read, UTC."""
    tells_leave_dates: bool
    """Whether the rows tell leave dates; changes without them do not fit rows with them, and the other way round."""

    def __str__(self) -> str:
        kept = {"form": _FORM, **self._asdict(), "full_at": self.full_at.isoformat()}
        return json.dumps(kept, separators=(",", ":"))

    def followed_by(self, link: str) -> "EntraCursor":
        """The cursor after a read that ended with this link."""
        return self._replace(begin=self.then, then=link)


def read_cursor(text: str, host: str, now: datetime) -> EntraCursor:
    """The cursor of that text. Raises `CursorDoubted` when it is none of this host, or too old."""
    try:
        kept = json.loads(text)
        members = cast("dict[str, object]", kept) if isinstance(kept, dict) else {}
        begin, then, full_at, tells = (members.get(name) for name in EntraCursor._fields)
        moment = datetime.fromisoformat(str(full_at)).astimezone(UTC)
    except (ValueError, OverflowError, RecursionError):
        raise CursorDoubted("what was kept of the last read is not legible") from None
    is_ours = members.get("form") == _FORM and isinstance(tells, bool)
    links = [
        link for link in (begin, then) if isinstance(link, str) and link.lower().startswith(f"https://{host}/".lower())
    ]
    if not is_ours or len(links) != 2:
        raise CursorDoubted("what was kept of the last read leads elsewhere")
    if not timedelta(0) <= now - moment <= OLDEST:
        raise CursorDoubted(f"everybody was last read on {moment:%Y-%m-%d}")
    return EntraCursor(links[0], links[1], moment, bool(tells))
