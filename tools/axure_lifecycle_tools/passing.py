"""One pass: read what is configured, take what lies ready, compare, open or propose, remind, send, report.

Every part commits by itself and finds out anew what is left to do, so a pass that is killed half-way goes on where it
was. The same store, folders and directories lead to the same decisions; a second pass on the same day writes nothing
but that directories were read again, and reads of directories are sources of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.passing import PartOutcome, exit_code
from axure_lifecycle.domain.places import Takes, takes
from axure_lifecycle.domain.reminding import (
    Message,
    MessageKind,
    deduplication_key,
    digest_messages,
    held_back_message,
    is_quiet,
    is_told_again,
    ticket_message,
)
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Change
from axure_lifecycle_tools.alone import alone
from axure_lifecycle_tools.departing import Departures, departures, open_cases, standings
from axure_lifecycle_tools.pass_reply import PassReply, Told
from axure_lifecycle_tools.pass_reports import write_due_reports
from axure_lifecycle_tools.roster_reply import say_heard
from axure_lifecycle_tools.sending import flush
from axure_lifecycle_tools.settled import Settling, say_settled
from axure_lifecycle_tools.spec import Answered, Desk, Question, note_answer
from axure_lifecycle_tools.syncing import sync_directory
from axure_lifecycle_tools.trusted import Found, find_new, import_found
from axure_lifecycle_tools.wanting import settle_wanted
from axure_lifecycle_tools.wording import at, cite, plural

RUNNER: Final = "axure-lifecycle run"
"""The client's name of whatever a pass does."""
LEASE: Final = "pass"
_MOST_TICKETS: Final = 500
"""A pass tells a ticket system of so many cases; the next one goes on."""


@dataclass
class _Pass:
    desk: Desk
    is_rehearsal: bool
    let_pass: str
    check: Callable[[], None]
    """Raises `PassLost`."""
    told: list[Told] = field(default_factory=list[Told])
    held_back: list[str] = field(default_factory=list[str])

    def tell(self, part: str, outcome: PartOutcome, *said: str) -> None:
        self.told.append(Told(part=part, outcome=outcome.value, said=[shown(one, 600) for one in said]))


def run_pass(
    desk: Desk,
    *,
    rehearse: bool = False,
    let_pass: str = "",
    let_pushed_pass: str = "",
    patience: float = 60.0,
) -> PassReply:
    """One pass over everything; with `rehearse` nothing is read from directories, written or sent.

    `let_pass`: the digest of those beyond the ceiling to whose departure a person said yes (`beyond_digest` of the
    reply that they were shown), `let_pushed_pass`: likewise of what identity providers pushed. `patience`: seconds for
    which places that take nothing are tried again. Raises `PassUnderWay`, `PassLost`, and the refusals of configuration
    and store.
    """
    desk = replace(desk, actor=replace(desk.actor, channel=Channel.UNATTENDED, client=RUNNER))
    with alone(desk, LEASE, is_needed=not rehearse) as check:
        one = _Pass(desk, rehearse, let_pass, check)
        _sync(one)
        check()
        _take_rosters(one)
        check()
        wanted = _settle(one, let_pushed_pass)
        check()
        gone = _depart(one)
        check()
        queued = _remind(one, gone)
        check()
        sent = None if rehearse else flush(desk, patience)
        if sent is not None:
            troubles = sent.failed or sent.given_up or sent.unclear
            failed = PartOutcome.FAILED if troubles else PartOutcome.DONE
            is_idle = not (sent.sent or troubles)
            one.tell("send", PartOutcome.NOTHING if is_idle else failed, *sent.sentences)
        check()
        if not rehearse:
            _report(one)
        with desk.store.reading() as view:
            records = view.trail_length()
    return PassReply(
        at=at(desk.now, desk.organization.time_zone),
        rehearsed=rehearse,
        parts=one.told,
        opened=gone.opened,
        proposed=len(gone.openings.proposed),
        beyond_ceiling=gone.openings.beyond_ceiling,
        beyond_digest=gone.openings.beyond_digest,
        pushed_beyond_ceiling=wanted.beyond_ceiling,
        pushed_changes_beyond_ceiling=wanted.changes_beyond_ceiling,
        pushed_beyond_digest=wanted.beyond_digest,
        members=gone.members,
        leavers=gone.leavers,
        withheld=gone.withheld,
        needs=gone.needs,
        queued=queued,
        sent=0 if sent is None else sent.sent,
        waiting=0 if sent is None else sent.waiting,
        given_up=0 if sent is None else sent.given_up,
        unclear=0 if sent is None else sent.unclear,
        trail_records=records,
        exit_code=exit_code([PartOutcome(part.outcome) for part in one.told]),
    )


# -- the parts ---------------------------------------------------------------------------------------------------------


def _sync(one: _Pass) -> None:
    names = one.desk.directories.names()
    if not names:
        one.tell("directories", PartOutcome.NOTHING)
        return
    if one.is_rehearsal:
        one.tell("directories", PartOutcome.NOTHING, f"Not read in a rehearsal: {', '.join(names)}.")
        return
    synced = sync_directory(one.desk)
    said = [line for found in synced.directories for line in (*found.said, *found.heard)]
    failed = [found for found in synced.directories if found.outcome == "failed"]
    one.held_back += [
        f"The directory {found.directory} was not read ({found.code}); `axure-lifecycle doctor` says why."
        for found in failed
    ]
    one.tell("directories", PartOutcome.FAILED if failed else PartOutcome.DONE, *said)


def _take_rosters(one: _Pass) -> None:
    new, failed = find_new(one.desk)
    said: list[str] = []
    for found in new:
        if one.is_rehearsal:
            said.append(f"Would import {_named(found)}.")
            continue
        one.check()
        try:
            imported = import_found(one.desk, found)
        except LifecycleError as refusal:
            if refusal.code.startswith("store_"):
                raise
            failed.append((found.material.label, refusal))
            continue
        said.append(f"Imported {cite(imported.source, one.desk)}.")
        said += [say_heard(one.desk, heard) for heard in imported.heard]
    refused = [f"{shown(name, 80)}: {refusal.sentence} [{refusal.code}]" for name, refusal in failed]
    # What a file says of its mistakes may name people; a message does not.
    one.held_back += [
        f"The roster {shown(name, 80)} was refused ({refusal.code}); `axure-lifecycle run` says why."
        for name, refusal in failed
    ]
    outcome = PartOutcome.FAILED if refused else PartOutcome.DONE if new else PartOutcome.NOTHING
    one.tell("rosters", outcome, *said, *refused)


def _named(found: Found) -> str:
    return f"{shown(found.material.label, 80)} ({found.kind.value})"


def _settle(one: _Pass, let_pass: str) -> Settling:
    if not one.desk.scim.idps:
        return Settling()
    if one.is_rehearsal:
        one.tell("pushes", PartOutcome.NOTHING, "What identity providers want is not settled in a rehearsal.")
        return Settling()
    done = settle_wanted(one.desk, let_pass=let_pass, check=one.check)
    one.held_back += done.held_back
    outcome = PartOutcome.NOTHING if done.is_idle else PartOutcome.DONE
    one.tell("pushes", PartOutcome.ATTENTION if done.asks else outcome, *say_settled(done))
    return done


def _depart(one: _Pass) -> Departures:
    gone = departures(one.desk, one.let_pass, RUNNER)
    one.held_back += [brake.sentence for brake in gone.brakes]
    if gone.openings.held_back is not None:
        one.held_back.append(gone.openings.held_back)
    said = [brake.sentence for brake in gone.brakes]
    if gone.openings.held_back is not None:
        said.append(gone.openings.held_back)
    if one.is_rehearsal:
        said += [f"Would open a case for {candidate.address}." for candidate in gone.openings.to_open]
    else:
        gone = open_cases(one.desk, gone, one.check)
        said += [f"Opened {name} for {address}." for name, address in gone.opened.items()]
    said += [f"{address}: {why}" for address, why in gone.refused.items()]
    if gone.openings.proposed:
        told = plural(len(gone.openings.proposed), "departure", "departures")
        sentence = f"{told} without a case: find_discrepancies shows whom, plan_offboard plans each."
        said.append(sentence)
        one.held_back.append(f"{told} without a case; `axure-lifecycle discrepancies` shows whom.")
    is_attention = bool(gone.brakes or gone.openings.proposed or gone.openings.held_back or gone.refused)
    done = PartOutcome.DONE if gone.opened else PartOutcome.NOTHING
    one.tell("departures", PartOutcome.ATTENTION if is_attention else done, *said)
    return gone


def _remind(one: _Pass, gone: Departures) -> int:
    """Put what is due into the outbox; how many messages. What each owner has to do is told in any case."""
    desk = one.desk
    with desk.store.reading() as view:
        cases = standings(view, desk)
    today = desk.now.date()
    messages = digest_messages(
        cases,
        one.held_back,
        organization=desk.organization.name,
        operator=desk.organization.operator,
        today=today,
        overdue_after=desk.limits.step_overdue_days,
        rules=desk.reminders,
    )
    gone.count_needs(cases, today, desk.limits.step_overdue_days)
    said = [f"{message.headline}." for message in messages]
    queued = 0
    if desk.notifier is not None and not one.is_rehearsal:
        if not is_quiet(desk.now, desk.reminders):
            queued += _queue_digests(one, messages, today)
        queued += _queue_tickets(one, today)
    waits = sum(gone.needs.values())
    one.tell("reminders", PartOutcome.ATTENTION if waits else PartOutcome.NOTHING, *said)
    return queued


def _queue_digests(one: _Pass, messages: tuple[Message, ...], today: date) -> int:
    desk, queued = one.desk, 0
    assert desk.notifier is not None
    for place in desk.notifier.places():
        wanted = [message for message in messages if takes(place, message)]
        if not wanted:
            continue
        with desk.store.reading() as view:
            told = {kind: view.last_told(place.name, kind) for kind in {message.kind for message in wanted}}
        due = [
            message
            for message in wanted
            if is_told_again(told[message.kind].get(message.recipient), today, desk.reminders.every_days)
        ]
        if due:
            with desk.store.writing(desk.actor) as change:
                queued += sum(_queue(change, place.name, message, today.isoformat(), today) for message in due)
    return queued


def _queue(change: Change, place: str, message: Message, what: str, today: date) -> int:
    key = deduplication_key(message.kind, place, message.recipient, what)
    return change.queue_notice(place, message, key=key, day=today) is not None


def tell_held_back(desk: Desk, done: Settling) -> int:
    """Put what brakes newly hold back of what was pushed into the outbox, once a day; how many messages."""
    if not done.newly_held or desk.notifier is None or is_quiet(desk.now, desk.reminders):
        return 0
    message = held_back_message(desk.organization.name, desk.organization.operator, done.held_back)
    today, queued = desk.now.date(), 0
    with desk.store.writing(desk.actor) as change:
        for place in desk.notifier.places():
            if takes(place, message):
                queued += _queue(change, place.name, message, today.isoformat(), today)
    return queued


def _queue_tickets(one: _Pass, today: date) -> int:
    desk, queued = one.desk, 0
    assert desk.notifier is not None
    for place in desk.notifier.places():
        if Takes.TICKETS not in place.takes:
            continue
        with desk.store.reading() as view:
            changes = view.tickets_to_tell(place.name, today, _MOST_TICKETS)
        if not changes:
            continue
        with desk.store.writing(desk.actor) as change:
            for found in changes:
                kind = MessageKind.TICKET_OPEN if found.state.value == "open" else MessageKind.TICKET_CLOSE
                message = ticket_message(
                    kind,
                    found.case,
                    found.operation,
                    due_on=found.due_on,
                    state=found.state.value,
                    reference=found.reference,
                )
                queued += _queue(change, place.name, message, f"C-{found.case}/{found.was_told}", today)
    return queued


def _report(one: _Pass) -> None:
    try:
        written = write_due_reports(one.desk)
    except LifecycleError as refusal:
        if refusal.code.startswith("store_"):
            raise
        one.tell("report", PartOutcome.FAILED, f"{refusal.sentence} [{refusal.code}]")
        return
    outcome = PartOutcome.FAILED if written.failed else PartOutcome.DONE if written.said else PartOutcome.NOTHING
    one.tell("report", outcome, *written.said, *written.failed)


# -- beyond the ceiling ------------------------------------------------------------------------------------------------


def ask_beyond_ceiling(desk: Desk, reply: PassReply) -> Question | None:
    """What a person is asked where only the ceiling holds cases back; None where it does not."""
    said: list[str] = []
    if reply.beyond_ceiling:
        said.append(
            f"{plural(reply.beyond_ceiling, 'person', 'people')} of {reply.members:,} members of "
            f"{desk.organization.name} have left or leave today by the directories, and nobody has a case."
        )
    if reply.pushed_beyond_ceiling:
        said.append(
            f"Identity providers pushed that {plural(reply.pushed_beyond_ceiling, 'person', 'people')} of "
            f"{reply.members:,} members of {desk.organization.name} shall have no access any more."
        )
    if reply.pushed_changes_beyond_ceiling:
        said.append(
            f"Identity providers pushed that {plural(reply.pushed_changes_beyond_ceiling, 'person', 'people')} shall "
            f"be let into {desk.organization.name}, come back, or have another role, address or workspace."
        )
    if not said:
        return None
    return Question(
        f"{' '.join(said)} That is more than is usual. Did you look at the list, is it right, and is a case to be "
        "opened for each of them?"
    )


def note_beyond_ceiling(desk: Desk, answer: Answered) -> None:
    """Write down what a person said about going beyond the ceiling."""
    with desk.store.writing(replace(desk.actor, channel=answer.channel)) as change:
        note_answer(change, "what is beyond the ceiling", answer)
