"""Emptying the outbox: each place by itself, so that one that is down keeps no other waiting, and never for long."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from axure_lifecycle.domain.places import (
    Delivered,
    Delivery,
    NotDelivered,
    NoticeState,
    Place,
    Unclear,
    can_tell_repeats,
)
from axure_lifecycle.domain.reminding import ReminderRules, is_quiet, wait_after
from axure_lifecycle.ports import Claimed, Flushed, Notifier, Page
from axure_lifecycle_tools.spec import Desk

CLAIM: Final = timedelta(minutes=5)
"""Longer than any try takes; after it, whoever comes may try what a killed process had begun."""
_LONGEST: Final = 300.0
"""Seconds for one place, however well it takes what it is sent."""


@dataclass
class _Tally:
    sent: int = 0
    failed: int = 0
    given_up: int = 0
    unclear: int = 0
    sentences: dict[str, None] = field(default_factory=dict[str, None])


def flush(desk: Desk, patience: float) -> Flushed:
    """Send what waits. Where a place takes nothing, it is tried again for so many seconds, then left for next time.

    In quiet hours nothing is sent. Raises the refusals of the store.
    """
    started = time.monotonic()

    def now() -> datetime:
        return desk.now + timedelta(seconds=time.monotonic() - started)

    with desk.store.writing(desk.actor) as change:
        given_up = change.give_up_notices(desk.now - timedelta(hours=desk.reminders.give_up_hours))
    tally = _Tally(given_up=given_up)
    places = () if desk.notifier is None or is_quiet(desk.now, desk.reminders) else desk.notifier.places()
    if desk.notifier is not None and places:
        with ThreadPoolExecutor(len(places)) as pool:
            work = [pool.submit(_Post(desk, desk.notifier, place, now, patience).empty) for place in places]
            for one in work:
                found = one.result()
                tally.sent += found.sent
                tally.failed += found.failed
                tally.given_up += found.given_up
                tally.unclear += found.unclear
                tally.sentences |= found.sentences
    with desk.store.reading() as view:
        _, _, waiting = view.notices(Page(1), (NoticeState.WAITING,))
    return Flushed(
        sent=tally.sent,
        failed=tally.failed,
        given_up=tally.given_up,
        unclear=tally.unclear,
        waiting=waiting,
        sentences=tuple(sorted(tally.sentences)),
    )


class _Post:
    """Sends what waits for one place."""

    def __init__(
        self, desk: Desk, notifier: Notifier, place: Place, now: Callable[[], datetime], patience: float
    ) -> None:
        self._desk, self._notifier, self._place, self._now = desk, notifier, place, now
        self._claim = uuid.uuid4().hex
        self._patient_until = time.monotonic() + patience
        self._until = time.monotonic() + max(patience, _LONGEST)

    def empty(self) -> _Tally:
        """Send until nothing waits, or until the time is over."""
        tally = _Tally()
        while time.monotonic() < self._until:
            with self._desk.store.writing(self._desk.actor) as change:
                claimed = change.claim_notice(self._place.name, self._claim, self._now() + CLAIM)
            if claimed is None:
                if not self._wait_for_the_next():
                    break
                continue
            if not self._try(claimed, tally):
                break
        return tally

    def _try(self, claimed: Claimed, tally: _Tally) -> bool:
        """Send one; whether to go on with this place."""
        notice = claimed.notice
        if claimed.was_begun and not can_tell_repeats(self._place):
            # Whoever began to send it was killed in between: nobody knows whether it arrived.
            said = f"{self._place.name}: a process began to send it and ended before it heard an answer."
            delivery: Delivery = Unclear("place_try_unfinished", said)
        else:
            delivery = self._notifier.deliver(self._place, claimed.message, key=notice.key, at=notice.made_at)
        next_at = _next_try(delivery, claimed, self._now(), self._desk.reminders)
        with self._desk.store.writing(self._desk.actor) as change:
            change.settle_notice(claimed, self._claim, delivery, next_at=next_at)
        match delivery:
            case Delivered():
                tally.sent += 1
                return True
            case NotDelivered(sentence=sentence):
                tally.failed += 1
                tally.given_up += next_at is None
                tally.sentences[sentence] = None
                return next_at is None or self._rest(next_at)
            case Unclear(sentence=sentence):
                tally.unclear += 1
                tally.sentences[f"{sentence} It may have arrived, so it is not sent again."] = None
                return claimed.was_begun  # A place that keeps its answers to itself is left in peace for this time.

    def _wait_for_the_next(self) -> bool:
        with self._desk.store.reading() as view:
            next_at = view.next_notice_at(self._place.name)
        # One that could be tried and was not claimed is somebody else's just now.
        return next_at is not None and next_at > self._now() and self._rest(next_at)

    def _rest(self, until: datetime) -> bool:
        """Wait for a moment; False where it comes too late for this time. A place in trouble is left in peace."""
        wait = (until - self._now()).total_seconds()
        if time.monotonic() + wait > self._patient_until:
            return False
        time.sleep(max(wait, 0))
        return True


def _next_try(delivery: Delivery, claimed: Claimed, now: datetime, rules: ReminderRules) -> datetime | None:
    """When it may be tried again: never where it arrived, or may have."""
    if not isinstance(delivery, NotDelivered):
        return None
    notice = claimed.notice
    next_at = now + wait_after(notice.attempts + 1, notice.key, delivery.wait)
    return None if next_at > notice.made_at + timedelta(hours=rules.give_up_hours) else next_at
