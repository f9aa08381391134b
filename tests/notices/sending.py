"""A message, places of this machine, and what came of sending it there."""

from datetime import UTC, datetime
from pathlib import Path

from axure_lifecycle.domain.directories import SecretKind, SecretReference
from axure_lifecycle.domain.places import Delivery, NotDelivered, Place, SlackPlace, Takes
from axure_lifecycle.domain.reminding import Line, Message, MessageKind
from axure_lifecycle.notices.opening import ConfiguredPlaces
from axure_lifecycle.notices.wire import Limits

KEY = "5e" * 32
AT = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
ALL = frozenset(Takes)
HOSTILE = "<!channel> <https://evil.example|Approve> *bold* [x](https://evil.example) <at>all</at>"
MESSAGE = Message(
    MessageKind.DIGEST,
    "kim@acme.example",
    "Acme & Co, Axure access: 2 things wait",
    (Line("C-12 (offboard): overdue by 4 days", 12), Line(HOSTILE, None)),
    {"recipient": "kim@acme.example", "in_all": 2},
)
CONSOLE = "https://lifecycle.acme.example"
QUICK = Limits(whole=1.0, connecting=0.5)
"""For a try that ends by its limits alone; on a busy machine another one may take longer."""


class Secrets:
    """Secrets in files of this test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, secret: str) -> SecretReference:
        """Keep one."""
        file = self.folder / name
        file.write_text(secret + "\n", encoding="utf-8")
        file.chmod(0o600)
        return SecretReference(SecretKind.FILE, str(file))


def slack(url: SecretReference, ca_file: Path | None = None) -> SlackPlace:
    """A place of Slack."""
    return SlackPlace(name="slack", takes=ALL, url=url, ca_file=ca_file)


def deliver(place: Place, *, limits: Limits | None = None, message: Message = MESSAGE) -> Delivery:
    """Send a message there."""
    return ConfiguredPlaces([place], CONSOLE, limits).deliver(place, message, key=KEY, at=AT)


def refused(delivery: Delivery) -> NotDelivered:
    """What stood in the way."""
    assert isinstance(delivery, NotDelivered)
    return delivery
