"""Who is reminded of what, and when.

An owner is told what is contradicted, what waits for a second person, what is overdue and what is due: one message a
day to one place, never one for each case. What does not fit is counted. Whoever a case is about is never named: a
message lies in other people's systems for years, and the case's number leads whoever may see it to the rest.

Nothing is sent in quiet hours, and nothing is kept for later then: what is still due afterwards is said afterwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple

from axure_lifecycle.domain.text import shown


class Need(StrEnum):
    """What a case asks of its owner, most urgent first."""

    CONTRADICTED = "contradicted"
    """A roster shows the opposite of what was said."""
    WAITS_FOR_APPROVAL = "waits_for_approval"
    """Nobody may act before a second person agrees."""
    OVERDUE = "overdue"
    DUE = "due"


class CaseStanding(NamedTuple):
    """An open case, as far as reminding cares. Its days are days where the organisation is."""

    case: int
    operation: str
    owner: str
    opened_on: date
    due_on: date | None
    """The last day, where there is one."""
    contradicted: int
    """Steps that a source contradicts."""
    lacks_approval: bool
    steps: int
    settled: int


class Item(NamedTuple):
    """One line of a message."""

    case: int
    operation: str
    need: Need
    days_over: int
    """Days beyond the ones that are allowed; 0 where it is not overdue."""
    steps: int
    settled: int
    owner: str


def need_of(standing: CaseStanding, today: date, overdue_after: int) -> Item | None:
    """What an open case asks of its owner today; None while its last day lies ahead."""
    since = standing.opened_on if standing.due_on is None else max(standing.opened_on, standing.due_on)
    over = max((today - since).days - overdue_after, 0)
    if standing.contradicted:
        need = Need.CONTRADICTED
    elif standing.lacks_approval:
        need = Need.WAITS_FOR_APPROVAL
    elif over:
        need = Need.OVERDUE
    elif since <= today:
        need = Need.DUE
    else:
        return None
    return Item(standing.case, standing.operation, need, over, standing.steps, standing.settled, standing.owner)


# -- when --------------------------------------------------------------------------------------------------------------


class Weekday(StrEnum):
    """In the order of `date.weekday`."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRules:
    """`[reminders]`. Times are of day, where the organisation is."""

    every_days: int = 1
    """An owner is told through one place at most once in so many days."""
    quiet_from: time | None = None
    quiet_until: time | None = None
    """Both or neither; a night may lie between them."""
    quiet_days: frozenset[Weekday] = frozenset()
    escalate_after_days: int = 7
    """How long overdue something is, beyond what is allowed, until somebody else hears of it."""
    escalate_to: str | None = None
    """Who; None: nobody."""
    give_up_hours: int = 72
    """After which a message that nobody took is given up."""


def is_quiet(now: datetime, rules: ReminderRules) -> bool:
    """Whether nobody is to be disturbed; `now` is told where the organisation is.

    >>> night = ReminderRules(quiet_from=time(20), quiet_until=time(7))
    >>> [is_quiet(datetime(2026, 11, 27, hour), night) for hour in (6, 7, 19, 20)]
    [True, False, False, True]
    """
    if tuple(Weekday)[now.weekday()] in rules.quiet_days:
        return True
    begin, end = rules.quiet_from, rules.quiet_until
    if begin is None or end is None or begin == end:
        return False
    at = now.time()
    return begin <= at < end if begin < end else at >= begin or at < end


def is_told_again(last: date | None, today: date, every_days: int) -> bool:
    """Whether somebody who was last told on a day is told today.

    >>> [is_told_again(date(2026, 11, 28), date(2026, 11, 29), every) for every in (1, 2)]
    [True, False]
    """
    return last is None or (today - last).days >= every_days


# -- what --------------------------------------------------------------------------------------------------------------


class MessageKind(StrEnum):
    """What a message is."""

    DIGEST = "digest"
    ESCALATION = "escalation"
    HELD_BACK = "held_back"
    """What an identity provider wants and a brake keeps from being done."""
    TICKET_OPEN = "ticket.open"
    TICKET_CLOSE = "ticket.close"


TICKETS: Final = frozenset({MessageKind.TICKET_OPEN, MessageKind.TICKET_CLOSE})


class Line(NamedTuple):
    """A line of a message, as plain text; whoever writes a format disarms it for that format."""

    text: str
    case: int | None
    """Which case it leads to."""


class Message(NamedTuple):
    """What somebody is told, before it has a format. Names nobody whom a case is about."""

    kind: MessageKind
    recipient: str
    """An address or a team; of a ticket, empty."""
    headline: str
    lines: tuple[Line, ...]
    data: Mapping[str, object]
    """The same for machines, as JSON takes it."""


MOST_LINES: Final = 20


def digest_messages(
    standings: Iterable[CaseStanding],
    held_back: Sequence[str],
    *,
    organization: str,
    operator: str,
    today: date,
    overdue_after: int,
    rules: ReminderRules,
) -> tuple[Message, ...]:
    """One message for everybody to whom something is due, by name, then one for whom it is escalated to.

    `held_back` are sentences for the operator: brakes, the ceiling, and reads that failed.
    """
    items = [item for standing in standings if (item := need_of(standing, today, overdue_after)) is not None]
    by_owner: dict[str, list[Item]] = {}
    for item in items:
        by_owner.setdefault(item.owner, []).append(item)
    if held_back:
        by_owner.setdefault(operator, [])
    messages = [
        _digest(organization, owner, by_owner[owner], held_back if owner == operator else ())
        for owner in sorted(by_owner)
    ]
    late = [item for item in items if item.days_over > rules.escalate_after_days]
    if rules.escalate_to is not None and late:
        messages.append(_escalation(organization, rules.escalate_to, late))
    return tuple(messages)


def _in_order(items: Iterable[Item]) -> list[Item]:
    urgency = {need: rank for rank, need in enumerate(Need)}
    return sorted(items, key=lambda item: (urgency[item.need], -item.days_over, item.case))


def _digest(organization: str, owner: str, items: Sequence[Item], held_back: Sequence[str]) -> Message:
    ordered = _in_order(items)
    lines = [Line(sentence_of(item), item.case) for item in ordered[:MOST_LINES]]
    lines += [Line(shown(sentence, 400), None) for sentence in held_back[:MOST_LINES]]
    lines += _rest(len(ordered))
    count = len(ordered) + len(held_back)
    waits = "1 thing waits" if count == 1 else f"{count} things wait"
    headline = f"{shown(organization, 80)}, Axure access: {waits} for {shown(owner, 120)}"
    return Message(MessageKind.DIGEST, owner, headline, tuple(lines), _data(owner, ordered, held_back))


def _escalation(organization: str, to: str, items: Sequence[Item]) -> Message:
    ordered = _in_order(items)
    lines = [Line(f"{sentence_of(item)} – owner: {shown(item.owner, 120)}", item.case) for item in ordered[:MOST_LINES]]
    lines += _rest(len(ordered))
    cases = "1 case is" if len(ordered) == 1 else f"{len(ordered)} cases are"
    headline = f"{shown(organization, 80)}, Axure access: {cases} long overdue"
    return Message(MessageKind.ESCALATION, to, headline, tuple(lines), _data(to, ordered, ()))


def _rest(count: int) -> list[Line]:
    return [Line(f"… and {count - MOST_LINES} more cases.", None)] if count > MOST_LINES else []


def _data(recipient: str, items: Sequence[Item], held_back: Sequence[str]) -> Mapping[str, object]:
    return {
        "recipient": recipient,
        "cases": [
            {
                "case": f"C-{item.case}",
                "operation": item.operation,
                "need": item.need.value,
                "days_over": item.days_over,
                "steps": item.steps,
                "settled": item.settled,
                "owner": item.owner,
            }
            for item in items[:MOST_LINES]
        ],
        "in_all": len(items),
        "held_back": list(held_back[:MOST_LINES]),
    }


_WORDS: Final = {
    Need.CONTRADICTED: "a roster shows the opposite of what was confirmed",
    Need.WAITS_FOR_APPROVAL: "waits for a second person's approval",
    Need.OVERDUE: "overdue",
    Need.DUE: "to be done",
}


def sentence_of(item: Item) -> str:
    """A case in one line, without anybody's name.

    >>> sentence_of(Item(12, "offboard", Need.OVERDUE, 4, 9, 3, "kim@acme.example"))
    'C-12 (offboard): overdue by 4 days, 3 of 9 steps settled'
    """
    over = f" by {item.days_over} day{'' if item.days_over == 1 else 's'}" if item.days_over else ""
    late = f", overdue{over}" if over and item.need is not Need.OVERDUE else over
    operation = shown(item.operation, 40)
    return f"C-{item.case} ({operation}): {_WORDS[item.need]}{late}, {item.settled} of {item.steps} steps settled"


def held_back_message(organization: str, operator: str, sentences: Sequence[str]) -> Message:
    """What the operator is told at once when brakes hold back what an identity provider wants; it names nobody."""
    lines = tuple(Line(shown(sentence, 400), None) for sentence in sentences[:MOST_LINES])
    headline = f"{shown(organization, 80)}, Axure access: what the identity provider wants is held back"
    data = {"recipient": operator, "cases": [], "in_all": 0, "held_back": list(sentences[:MOST_LINES])}
    return Message(MessageKind.HELD_BACK, operator, headline, lines, data)


def ticket_message(
    kind: MessageKind, case: int, operation: str, *, due_on: str | None, state: str, reference: str | None
) -> Message:
    """What a ticket system is told of a case: that it began or ended, never whom it is about."""
    what = "is open" if kind is MessageKind.TICKET_OPEN else f"is {state}"
    data = {"case": f"C-{case}", "operation": operation, "state": state, "due_on": due_on, "ticket": reference}
    line = Line(f"C-{case} ({shown(operation, 40)}) {what}", case)
    return Message(kind, "", f"Axure access: case C-{case} {what}", (line,), data)


# -- the same message once, again after a fault, and not for ever -----------------------------------------------------


def deduplication_key(kind: MessageKind, place: str, recipient: str, what: str) -> str:
    """SHA-256, lower-case hexadecimal: of two messages with the same key only the first is ever sent.

    `what` is the day of a digest, or the case of a ticket with how often it was opened.
    """
    return sha256("\n".join(("axure-lifecycle/notice/v1", kind, place, recipient, what)).encode()).hexdigest()


FIRST_WAIT: Final = timedelta(seconds=4)
LONGEST_WAIT: Final = timedelta(hours=1)
LONGEST_TOLD: Final = timedelta(days=1)


def wait_after(attempts: int, key: str, told: timedelta | None) -> timedelta:
    """How long to wait after so many attempts in vain.

    Doubles from four seconds to an hour, less up to a half by chance, so that not everybody comes back at the same
    moment. The chance comes from the message's key: the same pass makes the same decisions again. What the other side
    asks for (`told`) counts where it is longer, up to a day.

    >>> timedelta(seconds=8) <= wait_after(3, "5e" * 32, None) <= timedelta(seconds=16)
    True
    >>> wait_after(3, "5e" * 32, timedelta(minutes=5)), wait_after(1, "5e" * 32, timedelta(days=9))
    (datetime.timedelta(seconds=300), datetime.timedelta(days=1))
    """
    longest = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 20)))
    chance = int(sha256(f"{key}{attempts}".encode()).hexdigest()[:4], 16) / 0xFFFF
    wait = longest * (1 - chance / 2)
    return wait if told is None else max(wait, min(told, LONGEST_TOLD))
