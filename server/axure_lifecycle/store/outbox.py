"""Notices, tickets and leases as they stand."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, bindparam, case, func, or_, select

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import System
from axure_lifecycle.domain.places import NoticeState, QueuedNotice
from axure_lifecycle.domain.reminding import TICKETS, Line, Message, MessageKind
from axure_lifecycle.domain.trail import canonical, moment
from axure_lifecycle.ports import Page
from axure_lifecycle.ports.outbox import TicketChange, TicketRecord
from axure_lifecycle.store import schema
from axure_lifecycle.store.values import read_cursor, read_moment, read_moment_or_none

_n, _c, _t = schema.notice, schema.case, schema.case_ticket
_s, _p, _y = schema.source, schema.snapshot, schema.system
_TICKET_KINDS: Final = sorted(kind.value for kind in TICKETS)
_NEVER_TAKEN: Final = (NoticeState.GIVEN_UP.value, NoticeState.REPLACED.value)
"""What nobody has, and nobody will: whom it was for was not told."""
_STANDS: Final = _n.c.state.not_in(_NEVER_TAKEN)
_TOLD: Final = (
    select(
        _n.c.case_id,
        func.max(case((_STANDS, _n.c.id))).label("newest"),
        func.max(case((~_STANDS, _n.c.day))).label("given_up_on"),
        func.count().label("times"),
    )
    .where(_n.c.place == bindparam("place"), _n.c.case_id.is_not(None), _n.c.kind.in_(_TICKET_KINDS))
    .group_by(_n.c.case_id)
    .subquery()
)
_NEWEST: Final = schema.notice.alias("newest")
_IS_OPEN: Final = _c.c.state == CaseState.OPEN.value
_WAITS: Final = func.coalesce(_NEWEST.c.state, "") == NoticeState.WAITING.value
_TO_TELL: Final = (
    select(_c.c.id, _c.c.operation, _c.c.state, _c.c.due_on, _t.c.reference, _TOLD.c.times)
    .select_from(
        _c.outerjoin(_TOLD, _TOLD.c.case_id == _c.c.id)
        .outerjoin(_NEWEST, _NEWEST.c.id == _TOLD.c.newest)
        .outerjoin(_t, _t.c.case_id == _c.c.id)
    )
    .where(
        or_(
            and_(_IS_OPEN, func.coalesce(_NEWEST.c.kind, "") != MessageKind.TICKET_OPEN.value),
            and_(~_IS_OPEN, _NEWEST.c.kind == MessageKind.TICKET_OPEN.value),
        ),
        # One after the other: whether an end is to be told is known once it is known whether the beginning arrived.
        ~_WAITS,
        func.coalesce(_TOLD.c.given_up_on, "") < bindparam("today"),
    )
    .order_by(_c.c.id)
    .limit(bindparam("most"))
)


def write_message(message: Message) -> str:
    """A message as the outbox keeps it."""
    lines = [[line.text, line.case] for line in message.lines]
    return canonical({**message._asdict(), "kind": message.kind.value, "lines": lines, "data": dict(message.data)})


def read_message(body: str) -> Message:
    """A message as it was put in."""
    told = json.loads(body)
    lines = tuple(Line(text, case) for text, case in told["lines"])
    return Message(MessageKind(told["kind"]), told["recipient"], told["headline"], lines, told["data"])


def read_notice(row: Any) -> QueuedNotice:
    """A row of the outbox."""
    return QueuedNotice(
        id=row.id,
        key=row.key,
        place=row.place,
        kind=MessageKind(row.kind),
        recipient=row.recipient,
        made_at=read_moment(row.made_at),
        state=NoticeState(row.state),
        attempts=row.attempts,
        next_at=read_moment(row.next_at),
        last_code=row.last_code,
        last_sentence=row.last_sentence,
        ended_at=read_moment_or_none(row.ended_at),
        case=row.case_id,
    )


class OutboxReading:
    """The part of `ports.View` that is about what leaves the house."""

    _connection: Connection

    def last_told(self, place: str, kind: MessageKind) -> Mapping[str, date]:
        """Recipient → the newest day of what was not given up."""
        rows = self._connection.execute(
            select(_n.c.recipient, func.max(_n.c.day).label("day"))
            .where(_n.c.place == place, _n.c.kind == kind.value, _STANDS)
            .group_by(_n.c.recipient)
        )
        return {row.recipient: date.fromisoformat(row.day) for row in rows}

    def notices(self, page: Page, states: Sequence[NoticeState] = ()) -> tuple[Sequence[QueuedNotice], str | None, int]:
        """Newest first; the cursor of the next part; how many there are."""
        wanted = [_n.c.state.in_([state.value for state in states])] if states else []
        part: Select[*tuple[Any, ...]] = select(_n).where(_n.c.id < read_cursor(page.after), *wanted)
        rows = self._connection.execute(part.order_by(_n.c.id.desc()).limit(page.most + 1)).all()
        found = [read_notice(row) for row in rows[: page.most]]
        cursor = str(found[-1].id) if len(rows) > page.most and found else None
        in_all = self._connection.execute(select(func.count()).select_from(_n).where(*wanted)).scalar_one()
        return found, cursor, int(in_all)

    def next_notice_at(self, place: str) -> datetime | None:
        """When the next waiting notice for a place may be tried."""
        found = self._connection.execute(
            select(func.min(_n.c.next_at)).where(_n.c.place == place, _n.c.state == NoticeState.WAITING.value)
        ).scalar()
        return read_moment_or_none(found)

    def ticket_of(self, case_id: int) -> TicketRecord | None:
        """The ticket of a case."""
        row = self._connection.execute(select(_t).where(_t.c.case_id == case_id)).first()
        return None if row is None else TicketRecord(row.reference, row.state, read_moment_or_none(row.reported_at))

    def tickets_to_tell(self, place: str, today: date, most: int) -> Sequence[TicketChange]:
        """Cases whose beginning or end a ticket system was not told, by number."""
        rows = self._connection.execute(_TO_TELL, {"place": place, "today": today.isoformat(), "most": most})
        return [
            TicketChange(row.id, row.operation, CaseState(row.state), row.due_on, row.reference, row.times or 0)
            for row in rows
        ]

    def count_opened_by(self, client: str, since: datetime) -> int:
        """How many cases a client of this name opened since a moment."""
        named = canonical({"client": client})[1:-1]
        found = self._connection.execute(
            select(func.count())
            .select_from(_c)
            .where(_c.c.opened_at >= moment(since), _c.c.opened_by.contains(named, autoescape=True))
        )
        return int(found.scalar_one())

    def was_brought(self, system: System, digest: str, taken_at: datetime) -> bool:
        """Whether a roster of this content and this moment was ever imported."""
        found = self._connection.execute(
            select(_s.c.id)
            .select_from(_s.join(_p, _p.c.id == _s.c.snapshot_id).join(_y, _y.c.id == _p.c.system_id))
            .where(
                _y.c.application == system.application,
                _y.c.name == system.name,
                _y.c.host == system.host,
                _p.c.digest == digest,
                _s.c.taken_at == moment(taken_at),
            )
            .limit(1)
        )
        return found.first() is not None
