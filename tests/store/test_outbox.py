"""The outbox on each database: nothing is lost, nobody sends what another sends, and a pass has the store to itself."""

import json
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.places import Delivered, NotDelivered, NoticeState, QueuedNotice, Unclear
from axure_lifecycle.domain.plans import Doer, Plan, Step
from axure_lifecycle.domain.reminding import Line, Message, MessageKind, deduplication_key, ticket_message
from axure_lifecycle.ports import Claimed, Page
from axure_lifecycle.store import open_store
from axure_lifecycle.store.refusals import CaseUnknown
from tests.store.desk import MEMBERS, PAT, Desk, member

KIM = "kim@acme.example"
TODAY = date(2026, 11, 23)
DOWN = NotDelivered("place_unreachable", "The place “slack” cannot be reached.")
RUNNER = Actor("pat@acme.example", Channel.UNATTENDED, "axure-lifecycle run")


def digest(recipient: str = KIM) -> Message:
    """What somebody is told."""
    return Message(MessageKind.DIGEST, recipient, "1 thing waits", (Line("C-1 (offboard): to be done", 1),), {"a": [1]})


def queue(desk: Desk, place: str = "slack", day: date = TODAY, message: Message | None = None) -> int | None:
    """Put a digest into the outbox."""
    message = message or digest()
    key = deduplication_key(message.kind, place, message.recipient, day.isoformat())
    with desk.store.writing(PAT) as change:
        return change.queue_notice(place, message, key=key, day=day)


def claim(desk: Desk, who: str = "one", place: str = "slack") -> Claimed | None:
    """Claim the next notice for five minutes."""
    with desk.store.writing(PAT) as change:
        return change.claim_notice(place, who, desk.clock.now() + timedelta(minutes=5))


def listed(desk: Desk, *states: NoticeState) -> Sequence[QueuedNotice]:
    """What is in the outbox, newest first."""
    with desk.store.reading() as view:
        return view.notices(Page(50), states)[0]


def kinds(desk: Desk) -> list[str]:
    """The trail's records, in order."""
    with desk.store.reading() as view:
        assert view.verify_trail().holds
        return [record.kind for record in view.trail()]


def open_case(desk: Desk, subject: str = "ana@acme.example", actor: Actor = PAT) -> int:
    """A case with one step."""
    step = Step("find", "Find", Doer.ADMIN, "A › B", True, "Look.", "a picture", "Did you find?", ())
    plan = Plan("offboard", "axure", subject, "axure.offboard/1", "1", {}, (), (step,), ())
    with desk.store.writing(actor) as change:
        return change.open_case(plan, [Address(subject)], due_on="2026-11-27", reason="", owner=KIM).id


def test_the_same_message_is_queued_once_and_forgets_its_text_when_it_is_sent(desk: Desk) -> None:
    assert queue(desk) == 1
    assert queue(desk) is None
    assert queue(desk, place="teams") == 2
    claimed = claim(desk)
    assert claimed is not None
    assert claimed.message == digest()
    with desk.store.writing(PAT) as change:
        assert change.settle_notice(claimed, "one", Delivered(), next_at=None)
    (sent,) = listed(desk, NoticeState.SENT)
    assert (sent.name, sent.attempts, sent.ended_at, sent.last_code) == ("N-1", 1, desk.clock.now(), None)
    assert queue(desk) is None  # what was sent is not sent again
    with desk.store.reading() as view:
        assert view.last_told("slack", MessageKind.DIGEST) == {KIM: TODAY}
        assert view.last_told("slack", MessageKind.ESCALATION) == {}
        queued = json.loads(next(view.trail()).payload or "")
    assert kinds(desk) == ["notice.queued", "notice.queued", "notice.sent"]
    assert queued["cases"] == [1]
    with desk.store.database.reading() as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM notice ORDER BY id").scalars().all()
    assert bodies[0] is None
    assert "to be done" in bodies[1]


def test_nobody_else_tries_a_notice_that_is_claimed_until_the_claim_is_over(desk: Desk) -> None:
    queue(desk)
    assert claim(desk, "one") is not None
    assert claim(desk, "two") is None
    desk.clock.pass_by(minutes=5)
    second = claim(desk, "two")
    assert second is not None
    with desk.store.writing(PAT) as change:
        # Whoever comes late has no say any more; the one who took over has.
        assert not change.settle_notice(second, "one", Delivered(), next_at=None)
        assert change.settle_notice(second, "two", Delivered(), next_at=None)
    assert claim(desk, "three") is None


def test_processes_that_claim_at_the_same_time_share_the_notices_between_them(desk: Desk) -> None:
    for number in range(12):
        queue(desk, message=digest(f"owner-{number}@acme.example"))
    taken: list[int] = []
    barrier = threading.Barrier(4)

    def work(who: str) -> None:
        with closing(open_store(desk.url, desk.clock)) as store:
            barrier.wait()
            while True:
                with store.writing(PAT) as change:
                    claimed = change.claim_notice("slack", who, desk.clock.now() + timedelta(minutes=5))
                if claimed is None:
                    return
                taken.append(claimed.notice.id)

    threads = [threading.Thread(target=work, args=(f"worker-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 13))


def test_what_nobody_takes_waits_and_is_given_up_in_sight(desk: Desk) -> None:
    queue(desk)
    claimed = claim(desk)
    assert claimed is not None
    later = desk.clock.now() + timedelta(minutes=1)
    with desk.store.writing(PAT) as change:
        assert change.settle_notice(claimed, "one", DOWN, next_at=later)
    assert claim(desk) is None
    with desk.store.reading() as view:
        assert view.next_notice_at("slack") == later
    desk.clock.pass_by(minutes=1)
    assert claim(desk) is not None
    with desk.store.writing(PAT) as change:
        assert change.give_up_notices(desk.clock.now()) == 0  # it is being tried
    desk.clock.pass_by(hours=73)
    with desk.store.writing(PAT) as change:
        assert change.give_up_notices(desk.clock.now() - timedelta(hours=72)) == 1
    (gone,) = listed(desk, NoticeState.GIVEN_UP)
    assert (gone.attempts, gone.last_code, gone.last_sentence) == (1, "place_unreachable", DOWN.sentence)
    assert kinds(desk) == ["notice.queued", "notice.given_up"]


def test_a_try_that_was_begun_and_never_ended_is_known_and_what_may_have_arrived_is_not_tried_again(desk: Desk) -> None:
    queue(desk)
    first = claim(desk, "one")
    assert first is not None
    assert not first.was_begun
    desk.clock.pass_by(minutes=5)  # whoever had it was killed
    second = claim(desk, "two")
    assert second is not None
    assert second.was_begun
    with desk.store.writing(PAT) as change:
        assert change.settle_notice(second, "two", Unclear("place_silent", "Nobody answered."), next_at=None)
    desk.clock.pass_by(days=1)
    assert claim(desk, "three") is None
    (unclear,) = listed(desk, NoticeState.UNCLEAR)
    assert (unclear.attempts, unclear.last_code, unclear.last_sentence) == (1, "place_silent", "Nobody answered.")
    with desk.store.reading() as view:
        assert view.last_told("slack", MessageKind.DIGEST) == {KIM: TODAY}  # until the window is over
    assert kinds(desk) == ["notice.queued", "notice.unclear"]


def test_what_waits_for_somebody_gives_way_to_what_is_newer_for_them_at_the_same_place(desk: Desk) -> None:
    queue(desk)
    queue(desk, place="teams")
    queue(desk, message=digest("bo@acme.example"))
    tomorrow = TODAY + timedelta(days=1)
    held = claim(desk)
    assert held is not None
    assert queue(desk, day=tomorrow) == 4  # the older one is being tried just now, so it stays
    assert [one.name for one in listed(desk, NoticeState.REPLACED)] == []
    later = desk.clock.now() + timedelta(minutes=1)
    with desk.store.writing(PAT) as change:
        change.settle_notice(held, "one", DOWN, next_at=later)
    assert queue(desk, day=tomorrow + timedelta(days=1)) == 5
    assert [one.name for one in listed(desk, NoticeState.REPLACED)] == ["N-4", "N-1"]
    assert [one.name for one in listed(desk, NoticeState.WAITING)] == ["N-5", "N-3", "N-2"]
    assert claim(desk, place="slack") is not None
    with desk.store.reading() as view:
        assert view.verify_trail().holds


def test_only_one_has_the_lease_until_it_is_over_or_given_back(desk: Desk) -> None:
    def take(holder: str, *, is_dead: bool = False) -> str:
        with desk.store.writing(PAT) as change:
            until = desk.clock.now() + timedelta(minutes=10)
            return change.take_lease("pass", holder, until, is_dead=is_dead).holder

    assert take("one") == "one"
    assert take("two") == "one"
    desk.clock.pass_by(minutes=9)
    assert take("one") == "one"  # whoever has it keeps it
    desk.clock.pass_by(minutes=9)
    assert take("two") == "one"
    assert take("two", is_dead=True) == "two"
    desk.clock.pass_by(minutes=10)
    assert take("three") == "three"
    with desk.store.writing(PAT) as change:
        change.end_lease("pass", "two")
    assert take("four") == "three"
    with desk.store.writing(PAT) as change:
        change.end_lease("pass", "three")
    assert take("four") == "four"
    assert kinds(desk) == []


def test_a_ticket_system_is_told_when_a_case_begins_and_ends_and_begins_again(desk: Desk) -> None:
    first, second = open_case(desk), open_case(desk, "bo@acme.example")

    def to_tell() -> list[tuple[int, CaseState, int]]:
        with desk.store.reading() as view:
            return [(one.case, one.state, one.was_told) for one in view.tickets_to_tell("desk", TODAY, 50)]

    def tell(kind: MessageKind, case: int, times: int) -> None:
        message = ticket_message(kind, case, "offboard", due_on=None, state="open", reference=None)
        key = deduplication_key(kind, "desk", "", f"{case}/{times}")
        with desk.store.writing(PAT) as change:
            assert change.queue_notice("desk", message, key=key, day=TODAY) is not None

    def deliver() -> None:
        claimed = claim(desk, place="desk")
        assert claimed is not None
        with desk.store.writing(PAT) as change:
            change.settle_notice(claimed, "one", Delivered(), next_at=None)

    assert to_tell() == [(first, CaseState.OPEN, 0), (second, CaseState.OPEN, 0)]
    tell(MessageKind.TICKET_OPEN, first, 0)
    assert to_tell() == [(second, CaseState.OPEN, 0)]
    with desk.store.writing(PAT) as change:
        change.cancel_case(change.case(second), "she stays")
    assert to_tell() == []  # nobody was told that it began
    with desk.store.writing(PAT) as change:
        change.settle(change.case(first), {}, CaseState.DONE)
    assert to_tell() == []  # nobody knows yet whether its beginning arrives
    deliver()
    assert to_tell() == [(first, CaseState.DONE, 1)]
    tell(MessageKind.TICKET_CLOSE, first, 1)
    deliver()
    assert to_tell() == []
    with desk.store.writing(PAT) as change:
        change.settle(change.case(first), {}, CaseState.OPEN)
    assert to_tell() == [(first, CaseState.OPEN, 2)]


def test_what_a_ticket_system_reports_is_kept_beside_the_case_and_changes_nothing_in_it(desk: Desk) -> None:
    number = open_case(desk)
    with desk.store.writing(PAT) as change:
        before = change.case(number)
        change.set_ticket(number, "HR-1142")
        change.set_ticket(number, "HR-1142")
        change.report_ticket(number, "HR-1142", "closed")
        assert change.case(number) == before
        found = change.ticket_of(number)
    assert found is not None
    assert (found.reference, found.state, found.reported_at) == ("HR-1142", "closed", desk.clock.now())
    assert kinds(desk)[1:] == ["ticket.linked", "ticket.reported"]
    with desk.store.writing(PAT) as change, pytest.raises(CaseUnknown):
        change.report_ticket(99, "HR-1", "closed")


def test_a_signed_call_counts_once(desk: Desk) -> None:
    def take(digest_: str) -> bool:
        with desk.store.writing(PAT) as change:
            return change.take_call(digest_, desk.clock.now() - timedelta(minutes=20))

    assert [take("0a" * 32), take("0b" * 32), take("0a" * 32)] == [True, True, False]
    desk.clock.pass_by(minutes=21)
    assert take("0a" * 32)  # by then its own moment is too old to be believed


def test_what_passes_opened_is_told_from_what_people_did(desk: Desk) -> None:
    open_case(desk, "ana@acme.example", RUNNER)
    open_case(desk, "bo@acme.example")
    begun = desk.clock.now()
    desk.clock.pass_by(hours=1)
    open_case(desk, "cy@acme.example", RUNNER)
    with desk.store.reading() as view:
        assert view.count_opened_by("axure-lifecycle run", begun) == 2
        assert view.count_opened_by("axure-lifecycle run", desk.clock.now()) == 1
        assert view.count_opened_by("axure-lifecycle", begun) == 0


def test_a_roster_that_was_brought_is_known_by_content_and_moment_even_when_it_was_taken_back(desk: Desk) -> None:
    source = desk.bring(MEMBERS, [member("a@acme.example")], taken_at=desk.clock.now())
    with desk.store.writing(PAT) as change:
        change.retract_source(source.id, "wrong file")
        assert change.was_brought(MEMBERS, source.digest, source.taken_at)
        assert not change.was_brought(MEMBERS, source.digest, source.taken_at + timedelta(days=1))
        assert not change.was_brought(MEMBERS, "00" * 32, source.taken_at)
