"""Where notices go, as configured. Addresses of incoming webhooks are secrets: whoever knows one can write there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from axure_lifecycle.domain.directories import SecretReference
from axure_lifecycle.domain.reminding import TICKETS, Message, MessageKind


class Takes(StrEnum):
    """What a place takes."""

    DIGESTS = "digests"
    """What is due to owners."""
    ESCALATIONS = "escalations"
    TICKETS = "tickets"
    """That cases began and ended, for a ticket system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    name: str
    """Somebody's own word for it."""
    takes: frozenset[Takes]
    owners: tuple[str, ...] = ()
    """Whose messages go there; empty: everybody's."""
    ca_file: Path | None = None
    """Certificates (PEM) that are trusted beside the system's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackPlace(_Place):
    """An incoming webhook of Slack."""

    url: SecretReference


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsPlace(_Place):
    """A workflow of Teams that begins with "When a Teams webhook request is received"."""

    url: SecretReference


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPlace(_Place):
    """Any receiver of JSON, signed as Standard Webhooks says."""

    url: SecretReference
    secret: SecretReference


class MailSecurity(StrEnum):
    """How a connection to a mail server is made private."""

    STARTTLS = "starttls"
    """It must turn to TLS before anything is said."""
    TLS = "tls"
    """From its begin."""
    NONE = "none"
    """To this machine only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPlace(_Place):
    """A mail server."""

    host: str
    port: int
    security: MailSecurity
    sender: str
    user: str | None = None
    password: SecretReference | None = None
    fallback: str | None = None
    """Who gets what is for a team, or for somebody without an address; None: that is not sent by mail."""


Place = SlackPlace | TeamsPlace | WebhookPlace | MailPlace

KINDS: Final = {SlackPlace: "slack", TeamsPlace: "teams", WebhookPlace: "webhook", MailPlace: "email"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRules:
    """`[tickets]`."""

    secret: SecretReference | None = None
    """With which a ticket system signs what it reports; None: nothing is taken from any."""


def takes(place: Place, message: Message) -> bool:
    """Whether a message goes to a place."""
    if message.kind in TICKETS:
        return Takes.TICKETS in place.takes
    if place.owners and message.recipient not in place.owners:
        return False
    if isinstance(place, MailPlace) and "@" not in message.recipient and place.fallback is None:
        return False
    return (Takes.ESCALATIONS if message.kind is MessageKind.ESCALATION else Takes.DIGESTS) in place.takes


# -- what became of a message -----------------------------------------------------------------------------------------


class NoticeState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    """The other side said that it has it. Whether anybody read it, nobody knows."""
    GIVEN_UP = "given_up"
    """Nobody took it for too long, and a later one says what is still due; or whom it was for was erased."""
    UNCLEAR = "unclear"
    """It was sent and no answer came: whether the other side has it, nobody knows. It is not sent again; the next
    digest says what is still due."""
    REPLACED = "replaced"
    """It was not sent until a newer one said what is still due."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side said that it has it."""


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """It did not take the message: it was never reached, or it said no."""

    code: str
    sentence: str
    """For people; never the address, a header or a body."""
    wait: timedelta | None = None
    """Where the other side said when to come back."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """The message was on its way and no answer came: the other side may have it."""

    code: str
    sentence: str


Delivery = Delivered | NotDelivered | Unclear


def can_tell_repeats(place: Place) -> bool:
    """Whether the other side knows a message again that it had before, so that it may be sent twice without harm.

    A signed webhook names each message by its id. In Slack, in Teams and in a mailbox a person would see it twice.
    """
    return isinstance(place, WebhookPlace)


class QueuedNotice(NamedTuple):
    """A notice in the outbox."""

    id: int
    key: str
    place: str
    kind: MessageKind
    recipient: str
    made_at: datetime
    state: NoticeState
    attempts: int
    next_at: datetime
    """Not before then, UTC."""
    last_code: str | None
    last_sentence: str | None
    ended_at: datetime | None
    case: int | None
    """Of a ticket message."""

    @property
    def name(self) -> str:
        """What people call it (`N-3`)."""
        return f"N-{self.id}"
