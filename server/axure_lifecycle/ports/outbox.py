"""What leaves the house: notices in an outbox, what ticket systems say, and who makes a pass just now.

Whoever sends a notice claims it first, so that two processes never send one at the same time; a claim ends by itself,
so that a killed process loses none.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.directories import Finding
from axure_lifecycle.domain.holdings import System
from axure_lifecycle.domain.places import Delivery, NoticeState, Place, QueuedNotice
from axure_lifecycle.domain.reminding import Message, MessageKind
from axure_lifecycle.ports.records import Page


class Lease(NamedTuple):
    """Who does something that only one may do at a time."""

    name: str
    holder: str
    taken_at: datetime
    until: datetime


class TicketRecord(NamedTuple):
    """The ticket of a case in somebody else's system."""

    reference: str
    state: str | None
    """In the other system's word, as it was reported; it confirms nothing. None: nothing was reported."""
    reported_at: datetime | None


class TicketChange(NamedTuple):
    """A case of which a ticket system has not heard how it stands."""

    case: int
    operation: str
    state: CaseState
    due_on: str | None
    reference: str | None
    was_told: int
    """How many messages about it were made for that place before, taken or not."""


class Claimed(NamedTuple):
    """A notice that only the claimer may send for now."""

    notice: QueuedNotice
    message: Message
    was_begun: bool = False
    """Whether somebody began to send it before and never said what came of it."""


class OutboxView(Protocol):
    """The part of a view that is about what leaves the house."""

    def last_told(self, place: str, kind: MessageKind) -> Mapping[str, date]:
        """Recipient → the newest day for which a message of this kind was queued for this place.

        What was given up, or gave way to a newer one, was never taken and does not count.
        """
        ...

    def notices(self, page: Page, states: Sequence[NoticeState] = ()) -> tuple[Sequence[QueuedNotice], str | None, int]:
        """Newest first; the cursor of the next part; how many there are."""
        ...

    def next_notice_at(self, place: str) -> datetime | None:
        """When the next waiting notice for a place may be tried; None where none waits."""
        ...

    def ticket_of(self, case_id: int) -> TicketRecord | None:
        """The ticket of a case."""
        ...

    def tickets_to_tell(self, place: str, today: date, most: int) -> Sequence[TicketChange]:
        """Cases whose beginning or end a ticket system was not told, by number.

        What was given up is told again on a later day than the one for which it was queued. While one waits no other
        follows, and no end is told of what never began there.
        """
        ...

    def count_opened_by(self, client: str, since: datetime) -> int:
        """How many cases a client of this name opened since a moment (UTC)."""
        ...

    def was_brought(self, system: System, digest: str, taken_at: datetime) -> bool:
        """Whether a roster of this content and this moment was ever imported, taken back or not."""
        ...


class OutboxChange(OutboxView, Protocol):
    """The part of a transaction that is about what leaves the house; each method appends the record that it names."""

    def queue_notice(self, place: str, message: Message, *, key: str, day: date) -> int | None:
        """Put a message into the outbox; None where one with this key was there before.

        What waits of the same kind for the same recipient and place gives way to it. Trail: `notice.queued`,
        `notice.replaced`.
        """
        ...

    def claim_notice(self, place: str, claim: str, until: datetime) -> Claimed | None:
        """The oldest notice for a place that may be tried now, for whoever knows `claim`, until a moment (UTC).

        No record: nothing happened yet.
        """
        ...

    def settle_notice(self, claimed: Claimed, claim: str, delivery: Delivery, *, next_at: datetime | None) -> bool:
        """What came of a try; False where the claim was no longer ours, and then nothing is written.

        `next_at`: when it may be tried again; None gives it up. Trail: `notice.sent`, `notice.given_up`,
        `notice.unclear`; a try that will be made again leaves a row of its own and no record.
        """
        ...

    def give_up_notices(self, made_before: datetime) -> int:
        """Give up what has waited for too long; how many. Trail: `notice.given_up`."""
        ...

    def take_lease(self, name: str, holder: str, until: datetime, *, is_dead: bool = False) -> Lease:
        """Who holds the lease now: `holder`, where nobody else did or their time is over.

        `is_dead`: the caller knows that whoever holds it is gone. No record.
        """
        ...

    def end_lease(self, name: str, holder: str) -> None:
        """Give it back; nothing where somebody else has it."""
        ...

    def set_ticket(self, case_id: int, reference: str) -> TicketRecord:
        """Say which ticket belongs to a case; what was reported of another one goes. Raises `CaseUnknown`.

        Trail: `ticket.linked`.
        """
        ...

    def report_ticket(self, case_id: int, reference: str, state: str) -> TicketRecord:
        """Keep what a ticket system says of its ticket. Raises `CaseUnknown`. Trail: `ticket.reported`."""
        ...

    def take_call(self, digest: str, forget_before: datetime) -> bool:
        """Whether a signed call with this SHA-256 of its id comes for the first time; older ones are forgotten."""
        ...


class Flushed(NamedTuple):
    """What became of the outbox."""

    sent: int
    failed: int
    """Tries in vain; what they were about waits."""
    given_up: int
    unclear: int
    """Sent without an answer; they are not sent again."""
    waiting: int
    sentences: tuple[str, ...]
    """Why tries failed, each once."""


class Notifier(Protocol):
    """The configured places."""

    def places(self) -> Sequence[Place]:
        """In the order of the configuration."""
        ...

    def examine(self) -> Sequence[Finding]:
        """Look for each secret, connect where that disturbs nobody, and say what is wrong; no message is sent."""
        ...

    def deliver(self, place: Place, message: Message, *, key: str, at: datetime) -> Delivery:
        """Send one message and hear what the other side says; ends within seconds, whatever it does.

        `key` names the message in every try, `at` is the moment it was made (UTC). Raises nothing.
        """
        ...
