"""Open cases: whose they are, what they wait for, what happened without approval, and how strong the words behind are.

Cases are told as they stand when the report is written; its moment decides what is overdue.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Assurance, Channel, strength_of
from axure_lifecycle.domain.reports import (
    Bar,
    Chart,
    Column,
    Figure,
    Report,
    ReportKind,
    Row,
    Section,
    Table,
    Tone,
)
from axure_lifecycle.domain.steps import Answer
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseLine, CaseRecord, Page, View
from axure_lifecycle_tools.approvals import say_why
from axure_lifecycle_tools.report_frame import (
    ASSURANCE_TONES,
    AT_A_TIME,
    beside_wanted,
    in_words,
    is_of_now,
    say_wanted_now,
    with_wanted,
)
from axure_lifecycle_tools.showing import has_waited_long
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import at, by, on_day

_YES: Final = {"overdue": Tone.BAD, "missing": Tone.BAD, "given": Tone.GOOD}
_STATES: Final = {"open": Tone.NOTICE, "done": Tone.PLAIN}
COLUMNS: Final = (
    Column("case", "Case", 7),
    Column("operation", "Operation", 12),
    Column("subject", "About", 19),
    Column("people", "People", 0, is_number=True, is_beneath=True, after="people", after_one="person"),
    Column("state", "State", 8, tones=_STATES),
    Column("owner", "Owner", 17),
    Column("opened_on", "Opened", 11),
    Column("days", "Days", 0, is_number=True, is_beneath=True, after="days ago", after_one="day ago"),
    Column("due_on", "Last day", 11),
    Column("overdue", "Overdue", 11, tones=_YES),
    Column("settled", "Steps settled", 9),
    Column("contradicted", "Contradicted", 15, is_number=True),
    Column("approval", "Approval", 10, tones=_YES),
    Column("approval_because", "Because", 0, is_beneath=True),
    Column("words", "Words behind it", 17),
)
_WORDS: Final = (
    Column("strength", "Strength", 12),
    Column("channel", "Channel", 22),
    Column("assurance", "Worth", 10, tones=ASSURANCE_TONES),
    Column("answer", "Answer", 12),
    Column("said", "Times", 8, is_number=True),
)
_WITHOUT: Final = (
    Column("case", "Case", 7),
    Column("subject", "About", 22),
    Column("operation", "Operation", 14),
    Column("step", "Step", 16),
    Column("said_by", "Said by", 24),
    Column("at", "When", 14),
    Column("assurance", "Worth", 10, tones=ASSURANCE_TONES),
)
_BESIDE: Final = 4
"""What is wanted stands after so many columns."""
_MOST_OWNERS: Final = 8
_SAID: Final = (Answer.ANSWERED, Answer.COULD_NOT_ASK)


def report_cases(view: View, desk: Desk, made_at: datetime) -> Report:
    """Every case that is open, or done and not verified."""
    counted = _Counted(view, desk)
    words = _count_words(view)

    def rows(state: CaseState) -> Iterator[Row]:
        is_now = is_of_now(desk, made_at)
        return beside_wanted(view, desk, _rows(view, desk, state), _of_one, _BESIDE, is_now=is_now)

    return Report(
        kind=ReportKind.CASES,
        title="Cases",
        organization=desk.organization.name,
        host=desk.organization.host,
        as_of=desk.now,
        made_at=made_at,
        sources=(),
        withheld=(),
        notes=(
            "Cases are told as they stood when this was written, whatever its moment is; the moment decides what is "
            "overdue.",
            "A channel says what a word proves. client: the client says that a person answered. terminal: an assistant "
            "with a shell could type too. console: somebody was signed in. second_factor: a device that no assistant "
            "holds. none: no person's word at all.",
            *say_wanted_now(view, desk, made_at),
        ),
        figures=counted.figures(),
        charts=counted.charts(words),
        table=Table(
            "cases",
            "Cases",
            with_wanted(desk, COLUMNS, _BESIDE),
            (
                Section("Open", "", rows(CaseState.OPEN)),
                Section("Done; a roster must still show it", "", rows(CaseState.DONE)),
            ),
        ),
        others=(
            Table("words", "How strong the words are, of all cases", _WORDS, (Section("", "", _word_rows(words)),)),
            Table(
                "unapproved",
                "Done without the second person who had to agree",
                _WITHOUT,
                (Section("", "", _unapproved(view, desk)),),
            ),
        ),
    )


def _lines(view: View, state: CaseState) -> Iterator[CaseLine]:
    """Newest first."""
    cursor: str | None = None
    while True:
        part, cursor, _ = view.cases(Page(AT_A_TIME, cursor), states=(state,))
        yield from part
        if cursor is None:
            return


class _Counted:
    """What is known of the open cases before the first is told."""

    def __init__(self, view: View, desk: Desk) -> None:
        self._owners: Counter[str] = Counter()
        self._open = self._overdue = self._waiting = self._contradicted = 0
        for line in _lines(view, CaseState.OPEN):
            self._open += 1
            self._owners[line.owner or ""] += 1
            self._overdue += has_waited_long(desk, line.opened_at, line.due_on)
            self._waiting += line.lacks_approval
            self._contradicted += line.contradicted > 0
        self._done = sum(1 for _ in _lines(view, CaseState.DONE))
        self._without = sum(1 for _ in view.unapproved())

    def figures(self) -> tuple[Figure, ...]:
        """The counts."""
        return (
            Figure("open", "Open", f"{self._open:,}"),
            Figure("overdue", "Overdue", f"{self._overdue:,}", tone=_bad(self._overdue)),
            Figure("lacks_approval", "Wait for approval", f"{self._waiting:,}", tone=_notice(self._waiting)),
            Figure("contradicted", "Contradicted", f"{self._contradicted:,}", "by a roster", _bad(self._contradicted)),
            Figure("done", "Done, not verified", f"{self._done:,}"),
            Figure("unapproved", "Done without approval", f"{self._without:,}", "steps, ever", _bad(self._without)),
        )

    def charts(self, words: Mapping[tuple[Channel, Assurance, Answer], int]) -> tuple[Chart, ...]:
        """Whose the open cases are, and by which channels words came."""
        owners = [
            Bar(shown(owner, 60) if owner else "nobody", count, f"{count:,}")
            for owner, count in sorted(self._owners.items(), key=lambda one: (-one[1], one[0]))
        ]
        others = sum(int(bar.size) for bar in owners[_MOST_OWNERS:])
        shown_owners = [*owners[:_MOST_OWNERS], *([Bar("others", others, f"{others:,}")] if others else [])]
        strengths: Counter[str] = Counter()
        for (channel, _, answer), count in words.items():
            if answer in _SAID:
                strengths[strength_of(channel).value] += count
        by_strength = tuple(
            Bar(in_words(name), count, f"{count:,}", Tone.NOTICE if name == "none" else Tone.PLAIN)
            for name, count in sorted(strengths.items())
        )
        found = (
            Chart("Open cases by owner", tuple(shown_owners)),
            Chart("What was said of steps, by strength of channel", by_strength),
        )
        return tuple(chart for chart in found if chart.bars)


def _rows(view: View, desk: Desk, state: CaseState) -> Iterator[Row]:
    for line in _lines(view, state):
        yield _row(line, view.case(line.id), desk)


def _of_one(row: Row) -> object:
    """Whom a case is about, where it is about one person."""
    _, _, subject, people, *_ = row
    return subject if people is None else None


def _row(line: CaseLine, case: CaseRecord, desk: Desk) -> Row:
    is_late = line.state is CaseState.OPEN and has_waited_long(desk, line.opened_at, line.due_on)
    channels: Counter[str] = Counter()
    for step in case.steps:
        for claim in step.claims:
            if claim.retracted_at is None and claim.answer in _SAID:
                channels[f"{claim.said_by.channel.value} ({claim.assurance.value})"] += 1
    if not case.approval_for:
        approval, because = None, None
    else:
        approval = "missing" if case.lacks_approval else "given"
        because = say_why(case.approval_for)
        if case.approval is not None:
            because = f"{because}; {case.approval.name} {by(case.approval.approved_by)}"
    return (
        case.name,
        in_words(line.operation.replace("-", "_")),
        shown(line.subject, 320),
        line.people if line.people > 1 else None,
        line.state.value,
        shown(line.owner, 80) if line.owner else None,
        on_day(line.opened_at, desk.organization.time_zone),
        max((desk.now - line.opened_at).days, 0),
        line.due_on,
        "overdue" if is_late else None,
        f"{line.settled} of {line.steps}",
        line.contradicted,
        approval,
        because,
        "; ".join(f"{in_words(name)} {count}" for name, count in sorted(channels.items())) or None,
    )


def _count_words(view: View) -> Counter[tuple[Channel, Assurance, Answer]]:
    """How often something was said by each channel; a channel is never told without what it was worth."""
    found: Counter[tuple[Channel, Assurance, Answer]] = Counter()
    for words in view.count_words():
        found[words.said_by.channel, words.assurance, words.answer] += words.times
    return found


def _word_rows(words: Mapping[tuple[Channel, Assurance, Answer], int]) -> Iterator[Row]:
    order: Callable[[tuple[Channel, Assurance, Answer]], tuple[str, str, str]] = lambda key: (  # noqa: E731
        key[0].value,
        key[1].value,
        key[2].value,
    )
    for key in sorted(words, key=order):
        channel, assurance, answer = key
        yield strength_of(channel).value, in_words(channel.value), assurance.value, in_words(answer.value), words[key]


def _unapproved(view: View, desk: Desk) -> Iterator[Row]:
    for one in view.unapproved():
        yield (
            f"C-{one.case_id}",
            shown(one.subject, 320),
            in_words(one.operation.replace("-", "_")),
            one.step,
            by(one.said_by),
            at(one.at, desk.organization.time_zone),
            one.assurance.value,
        )


def _bad(count: int) -> Tone:
    return Tone.BAD if count else Tone.GOOD


def _notice(count: int) -> Tone:
    return Tone.NOTICE if count else Tone.GOOD
