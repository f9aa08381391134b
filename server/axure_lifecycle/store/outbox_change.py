"""Putting notices into the outbox and taking them out, each by one process at a time."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, insert, or_, select, update

from axure_lifecycle.domain.places import Delivered, Delivery, NotDelivered, NoticeState, Unclear
from axure_lifecycle.domain.reminding import Message
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports.outbox import Claimed, Lease, TicketRecord
from axure_lifecycle.store import schema
from axure_lifecycle.store.outbox import read_message, read_notice, write_message
from axure_lifecycle.store.values import read_moment
from axure_lifecycle.store.writing import Writing

_n, _l, _t, _k = schema.notice, schema.lease, schema.case_ticket, schema.signed_call
_ENDS: Final[Mapping[type[Delivery], NoticeState]] = {
    Delivered: NoticeState.SENT,
    NotDelivered: NoticeState.GIVEN_UP,
    Unclear: NoticeState.UNCLEAR,
}
_TOO_LONG: Final = ("notice_too_old", "It was given up, because nobody took it for too long.")


class OutboxChanging(Writing):
    """The part of `ports.Change` that is about what leaves the house."""

    def queue_notice(self, place: str, message: Message, *, key: str, day: date) -> int | None:
        """Put a message into the outbox; None where one with this key was there before."""
        if self._connection.execute(select(_n.c.id).where(_n.c.key == key)).first() is not None:
            return None
        now = self._clock.now()
        case = message.lines[0].case if not message.recipient and message.lines else None
        number = self._insert(
            _n,
            key=key,
            place=place,
            kind=message.kind.value,
            recipient=message.recipient,
            day=day.isoformat(),
            case_id=case,
            body=write_message(message),
            made_at=moment(now),
            state=NoticeState.WAITING.value,
            attempts=0,
            next_at=moment(now),
        )
        cases = [line.case for line in message.lines if line.case is not None]
        told = {"notice": number, "place": place, "told": message.kind.value, "cases": cases}
        self._append(now, "notice.queued", {**told, "owner": message.recipient}, None)
        if message.recipient:
            self._replace_older(number, place, message, now)
        return number

    def _replace_older(self, number: int, place: str, message: Message, now: datetime) -> None:
        """What waits for the same person says less than the new one: they are not told both."""
        older = self._connection.execute(
            select(_n.c.id)
            .where(
                _n.c.place == place,
                _n.c.kind == message.kind.value,
                _n.c.recipient == message.recipient,
                _n.c.state == NoticeState.WAITING.value,
                _n.c.id < number,
                or_(_n.c.claimed_until.is_(None), _n.c.claimed_until <= moment(now)),
            )
            .order_by(_n.c.id)
        ).scalars()
        for old in older.all():
            ended = {"state": NoticeState.REPLACED.value, "ended_at": moment(now), "body": None, "claim": None}
            self._connection.execute(update(_n).where(_n.c.id == old).values(ended))
            self._append(now, "notice.replaced", {"notice": old, "place": place, "by": number}, None)

    def claim_notice(self, place: str, claim: str, until: datetime) -> Claimed | None:
        """The oldest notice for a place that may be tried now, for one process alone."""
        now = moment(self._clock.now())
        row = self._connection.execute(
            select(_n)
            .where(
                _n.c.place == place,
                _n.c.state == NoticeState.WAITING.value,
                _n.c.next_at <= now,
                or_(_n.c.claimed_until.is_(None), _n.c.claimed_until <= now),
            )
            .order_by(_n.c.id)
            .limit(1)
        ).first()
        if row is None:
            return None
        self._connection.execute(update(_n).where(_n.c.id == row.id).values(claim=claim, claimed_until=moment(until)))
        return Claimed(read_notice(row), read_message(row.body), was_begun=row.claim is not None)

    def settle_notice(self, claimed: Claimed, claim: str, delivery: Delivery, *, next_at: datetime | None) -> bool:
        """What came of a try; False where the claim was no longer ours."""
        number, now = claimed.notice.id, self._clock.now()
        ours = (_n.c.id == number, _n.c.claim == claim, _n.c.state == NoticeState.WAITING.value)
        if self._connection.execute(select(_n.c.id).where(*ours)).first() is None:
            return False
        code, sentence = (
            (None, "It was taken.") if isinstance(delivery, Delivered) else (delivery.code, delivery.sentence)
        )
        ends = _ENDS[type(delivery)] if next_at is None or not isinstance(delivery, NotDelivered) else None
        values: dict[str, object] = {
            "attempts": _n.c.attempts + 1,
            "claim": None,
            "claimed_until": None,
            "last_code": code,
            "last_sentence": sentence,
        }
        if ends is not None:
            values |= {"state": ends.value, "ended_at": moment(now), "body": None}
        elif next_at is not None:
            values |= {"next_at": moment(next_at)}
        self._connection.execute(update(_n).where(*ours).values(values))
        attempt = {"notice_id": number, "at": moment(now), "code": code, "sentence": sentence}
        self._connection.execute(insert(schema.notice_attempt), attempt)
        if ends is not None:
            told = {"notice": number, "place": claimed.notice.place, "attempts": claimed.notice.attempts + 1}
            self._append(now, f"notice.{ends.value}", {**told, "code": code}, None)
        return True

    def give_up_notices(self, made_before: datetime) -> int:
        """Give up what has waited for too long, and is not being tried just now."""
        now = self._clock.now()
        old = (
            _n.c.state == NoticeState.WAITING.value,
            _n.c.made_at < moment(made_before),
            or_(_n.c.claimed_until.is_(None), _n.c.claimed_until <= moment(now)),
        )
        rows = self._connection.execute(select(_n).where(*old).order_by(_n.c.id)).all()
        for row in rows:
            ended = {"state": NoticeState.GIVEN_UP.value, "ended_at": moment(now), "body": None, "claim": None}
            code, sentence = (row.last_code, row.last_sentence) if row.last_code else _TOO_LONG
            ended |= {"last_code": code, "last_sentence": sentence}
            self._connection.execute(update(_n).where(_n.c.id == row.id).values(ended))
            told = {"notice": row.id, "place": row.place, "attempts": row.attempts, "code": code}
            self._append(now, "notice.given_up", told, None)
        return len(rows)

    # -- only one at a time -------------------------------------------------------------------------------------------

    def take_lease(self, name: str, holder: str, until: datetime, *, is_dead: bool = False) -> Lease:
        """Who holds the lease now: `holder`, where nobody else did or their time is over."""
        now = self._clock.now()
        row = self._connection.execute(select(_l).where(_l.c.name == name)).first()
        if row is not None and row.holder != holder and read_moment(row.until) > now and not is_dead:
            return Lease(name, row.holder, read_moment(row.taken_at), read_moment(row.until))
        taken_at = read_moment(row.taken_at) if row is not None and row.holder == holder else now
        values = {"holder": holder, "taken_at": moment(taken_at), "until": moment(until)}
        if row is None:
            self._connection.execute(insert(_l), {"name": name, **values})
        else:
            self._connection.execute(update(_l).where(_l.c.name == name).values(values))
        return Lease(name, holder, taken_at, until)

    def end_lease(self, name: str, holder: str) -> None:
        """Give it back."""
        self._connection.execute(delete(_l).where(_l.c.name == name, _l.c.holder == holder))

    # -- tickets ------------------------------------------------------------------------------------------------------

    def set_ticket(self, case_id: int, reference: str) -> TicketRecord:
        """Say which ticket belongs to a case; what was reported of another one goes. Raises `CaseUnknown`."""
        case, found = self.case(case_id), self.ticket_of(case_id)
        if found is not None and found.reference == reference:
            return found
        self._keep_ticket(case_id, {"reference": reference, "state": None, "reported_at": None})
        told = {"case": case_id, "subject": case.subject, "ticket": reference}
        self._append(self._clock.now(), "ticket.linked", told, case.subject)
        return TicketRecord(reference, None, None)

    def report_ticket(self, case_id: int, reference: str, state: str) -> TicketRecord:
        """Keep what a ticket system says of its ticket. Raises `CaseUnknown`."""
        case, now = self.case(case_id), self._clock.now()
        self._keep_ticket(case_id, {"reference": reference, "state": state, "reported_at": moment(now)})
        told = {"case": case_id, "subject": case.subject, "ticket": reference, "state": state}
        self._append(now, "ticket.reported", told, case.subject)
        return TicketRecord(reference, state, now)

    def _keep_ticket(self, case_id: int, values: dict[str, str | None]) -> None:
        changed = self._connection.execute(update(_t).where(_t.c.case_id == case_id).values(values))
        if not changed.rowcount:
            self._connection.execute(insert(_t), {"case_id": case_id, **values})

    def take_call(self, digest: str, forget_before: datetime) -> bool:
        """Whether a signed call comes for the first time; older ones are forgotten."""
        self._connection.execute(delete(_k).where(_k.c.at < moment(forget_before)))
        if self._connection.execute(select(_k.c.digest).where(_k.c.digest == digest)).first() is not None:
            return False
        self._connection.execute(insert(_k), {"digest": digest, "at": moment(self._clock.now())})
        return True
