"""What lies in the outbox, and the tickets of cases."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.directories import Finding
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.places import NoticeState, QueuedNotice
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Page, TicketRecord, View
from axure_lifecycle_tools.arguments import CaseName, number_of
from axure_lifecycle_tools.spec import Desk, Reply, fit
from axure_lifecycle_tools.wording import at, plural

_WORRIES: Final = timedelta(days=7)
"""For how long `doctor` warns of a message that was not sent."""
LONGEST_REFERENCE: Final = 80
"""Characters of a ticket's reference, and of its state."""


class ListedNotice(BaseModel):
    """One message."""

    model_config = ConfigDict(extra="forbid")

    notice: str
    place: str
    kind: str
    recipient: str
    state: str
    made: str
    attempts: int
    next: str | None = Field(description="When it may be tried again; None once it ended.")
    code: str | None = Field(description="Of what stood in the way last.")
    said: str


class NoticeList(Reply):
    """What lies in the outbox, newest first."""

    in_all: int
    notices: list[ListedNotice]
    cursor: str | None

    def text(self) -> str:
        """A line for each."""
        lines = [f"{one.notice} {one.said}" for one in self.notices]
        lines.append(f"{plural(self.in_all, 'message')} in all.")
        return "\n".join([*lines, self.next] if self.next else lines)


def list_notices(desk: Desk, *, state: NoticeState | None = None, cursor: str | None = None) -> NoticeList:
    """What was told, what waits, and what was given up. Raises `CursorUnknown`."""

    def make(most: int) -> NoticeList:
        with desk.store.reading() as view:
            found, following, in_all = view.notices(Page(most, cursor), () if state is None else (state,))
        return NoticeList(
            in_all=in_all,
            notices=[_show(desk, one) for one in found],
            cursor=following,
            next=f"More with the cursor {following}." if following else "",
        )

    return fit(desk, make, 50)


def _show(desk: Desk, notice: QueuedNotice) -> ListedNotice:
    zone = desk.organization.time_zone
    whom = f" for {shown(notice.recipient, 80)}" if notice.recipient else ""
    match notice.state:
        case NoticeState.SENT:
            outcome = f"sent {at(notice.ended_at or notice.made_at, zone)}"
        case NoticeState.UNCLEAR:
            outcome = (
                f"sent without an answer {at(notice.ended_at or notice.made_at, zone)}, so it may have arrived: "
                f"{notice.last_sentence or ''}"
            )
        case NoticeState.REPLACED:
            outcome = f"gave way to a newer one {at(notice.ended_at or notice.made_at, zone)}"
        case NoticeState.GIVEN_UP:
            outcome = f"given up {at(notice.ended_at or notice.made_at, zone)}: {notice.last_sentence or ''}"
        case NoticeState.WAITING:
            why = f": {notice.last_sentence}" if notice.last_sentence else ""
            outcome = f"waits, not before {at(notice.next_at, zone)}{why}"
    return ListedNotice(
        notice=notice.name,
        place=notice.place,
        kind=notice.kind.value,
        recipient=shown(notice.recipient, 80),
        state=notice.state.value,
        made=at(notice.made_at, zone),
        attempts=notice.attempts,
        next=at(notice.next_at, zone) if notice.state is NoticeState.WAITING else None,
        code=notice.last_code,
        said=f"{notice.kind.value}{whom} to {notice.place}, {plural(notice.attempts, 'try', 'tries')}, {outcome}",
    )


def examine_outbox(desk: Desk) -> Sequence[Finding]:
    """What `doctor` says of places and of what nobody took. Raises the refusals of the store."""
    if desk.notifier is None:
        return ()
    with desk.store.reading() as view:
        _, _, waiting = view.notices(Page(1), (NoticeState.WAITING,))
        last_given_up, _, given_up = view.notices(Page(1), (NoticeState.GIVEN_UP,))
        last_unclear, _, unclear = view.notices(Page(1), (NoticeState.UNCLEAR,))
    said = (
        f"{plural(waiting, 'message')} waiting, {given_up:,} given up, {unclear:,} sent without an answer; "
        "`axure-lifecycle notices list` shows which."
    )
    # What was long ago is counted, and worries nobody any more: later messages said what was still due.
    is_new = any(one.ended_at and desk.now - one.ended_at < _WORRIES for one in (*last_given_up, *last_unclear))
    return [
        *desk.notifier.examine(),
        Finding("outbox", is_fine=True, sentence=said, is_warning=is_new),
    ]


# -- tickets ----------------------------------------------------------------------------------------------------------


class TicketUnfit(LifecycleError):
    """A reference or a state that is none."""

    code = "ticket_unfit"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The {what} was not kept: it must be 1 to {LONGEST_REFERENCE} printable characters. "
            "Give it as the ticket system shows it, such as HR-1142."
        )


class CaseTicket(Reply):
    """The ticket of a case."""

    case: str
    ticket: str
    state: str | None = Field(description="As the ticket system reported it; it confirms nothing.")

    def text(self) -> str:
        """The ticket in a line."""
        return f"{self.case}: ticket {self.ticket}{f', {self.state}' if self.state else ''}."


Reference = Annotated[str, Field(description="As the ticket system shows it, e.g. HR-1142.", max_length=80)]


def record_ticket(desk: Desk, *, case: CaseName, ticket: Reference) -> CaseTicket:
    """Say which ticket belongs to a case. Raises `CaseUnknown`, `TicketUnfit`."""
    with desk.store.writing(desk.actor) as change:
        found = change.set_ticket(number_of(case), read_word(ticket, "ticket"))
    return CaseTicket(case=case, ticket=found.reference, state=found.state)


def read_word(text: str, what: str) -> str:
    """A reference or a state as it is kept. Raises `TicketUnfit`."""
    word = text.strip()
    if not (word.isprintable() and 1 <= len(word) <= LONGEST_REFERENCE):
        raise TicketUnfit(what)
    return word


def say_ticket(desk: Desk, view: View, case_id: int) -> list[str]:
    """The ticket of a case in a sentence; nothing where it has none."""
    found: TicketRecord | None = view.ticket_of(case_id)
    if found is None:
        return []
    state = ""
    if found.state is not None and found.reported_at is not None:
        when = at(found.reported_at, desk.organization.time_zone)
        state = f", reported as “{shown(found.state, LONGEST_REFERENCE)}” {when}, which confirms no step"
    return [f"Ticket {shown(found.reference, LONGEST_REFERENCE)}{state}."]
