"""What is to be checked of the facts about Axure, the organisation's own answers, and the screens that changed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from axure_lifecycle.domain.facts import Confidence, Fact, Register
from axure_lifecycle.domain.local import LocalFact, ScreenChange, answers_in_force, changes_in_force
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
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import View
from axure_lifecycle_tools.report_frame import ASSURANCE_TONES, say_who
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import on_day

_STATES: Final = {"to be checked": Tone.NOTICE, "unknown": Tone.NOTICE, "expired": Tone.BAD, "counts": Tone.GOOD}
FACTS: Final = (
    Column("fact", "Fact", 20),
    Column("state", "State", 12, tones=_STATES),
    Column("known", "How known", 11, tones=ASSURANCE_TONES),
    Column("said_by", "By", 15),
    Column("dated", "Dated", 9),
    Column("until", "Counts until", 9),
    Column("sentence", "What is said", 40),
    Column("question", "To be found out", 0, is_beneath=True),
)
SCREENS: Final = (
    Column("change", "Change", 9),
    Column("counts", "Counts", 8, tones={"yes": Tone.GOOD}),
    Column("playbook", "Playbook", 14),
    Column("step", "Step", 12),
    Column("screens", "Screens", 9),
    Column("differs", "What differs", 27),
    Column("place", "Where it is", 16),
    Column("known", "How known", 12, tones=ASSURANCE_TONES),
    Column("said_by", "By", 18),
    Column("on", "On", 11),
)


def report_facts(view: View, desk: Desk, made_at: datetime) -> Report:
    """Facts that are old or unknown, and every own answer with the day on which it ends."""
    register, today = desk.knowledge.register(), desk.now.date()
    answers = view.local_facts(desk.now)
    in_force = answers_in_force(answers, desk.now)
    old = [fact for fact in register.facts.values() if register.is_old(fact, today, desk.limits.fact_days)]
    unknown = [
        fact for fact in register.facts.values() if fact.confidence is Confidence.UNKNOWN and fact.id not in in_force
    ]
    expired = sum(one.has_expired(today) for one in answers)
    by_confidence = Counter(fact.confidence.value for fact in register.facts.values())
    return Report(
        kind=ReportKind.FACTS,
        title="Facts to be checked",
        organization=desk.organization.name,
        host=desk.organization.host,
        as_of=desk.now,
        made_at=made_at,
        sources=(f"Register of facts {register.version[:12]}, shipped with the product: {len(register.facts)} facts.",),
        withheld=(),
        notes=(
            f"A fact that was true, or read, more than {desk.limits.fact_days} days ago is to be checked. An own "
            "answer counts until its day and then not at all; an answer that an assistant reported counts below every "
            "confirmed one.",
        ),
        figures=(
            Figure("to_check", "Facts to be checked", f"{len(old):,}", tone=_notice(len(old))),
            Figure(
                "unknown", "Not known by anybody", f"{len(unknown):,}", "and not answered here", _notice(len(unknown))
            ),
            Figure("answers", "Own answers that count", f"{len(in_force):,}"),
            Figure("expired", "Own answers expired", f"{expired:,}", tone=Tone.BAD if expired else Tone.GOOD),
        ),
        charts=(
            Chart(
                "Facts by confidence",
                tuple(
                    Bar(one.value, by_confidence[one.value], f"{by_confidence[one.value]:,}", _tone(one))
                    for one in Confidence
                    if by_confidence[one.value]
                ),
            ),
        ),
        table=Table(
            "facts",
            "Facts",
            FACTS,
            (
                Section("Own answers", "", _answers(answers, today, desk)),
                Section("To be checked", "", _facts(old, register, "to be checked")),
                Section(
                    "Unknown", "Whoever sits before the screen can find out.", _facts(unknown, register, "unknown")
                ),
            ),
        ),
    )


def _answers(answers: Sequence[LocalFact], today: date, desk: Desk) -> Iterator[Row]:
    for one in sorted(answers, key=lambda each: (each.until, each.fact, each.id)):
        yield (
            f"{one.fact} ({one.name})",
            "expired" if one.has_expired(today) else "counts",
            one.assurance.value,
            say_who(one.said_by, one.assurance),
            on_day(one.at, desk.organization.time_zone),
            one.until.isoformat(),
            shown(one.answer, 300),
            f"seen: {shown(one.evidence, 150)}" if one.evidence else None,
        )


def _facts(facts: Sequence[Fact], register: Register, state: str) -> Iterator[Row]:
    for fact in facts:
        day = register.dated(fact)
        yield (
            fact.id,
            state,
            fact.confidence.value,
            ", ".join(fact.sources) or None,
            None if day is None else day.isoformat(),
            None,
            fact.sentence,
            fact.question,
        )


def report_screens(view: View, desk: Desk, made_at: datetime) -> Report:
    """Every step that somebody found to look different, on every generation of screens."""
    changes = view.screen_changes()
    in_force = {one.id for one in changes_in_force(changes, desk.organization.screens.value, desk.now).values()}
    playbooks = Counter(one.playbook for one in changes if one.id in in_force)
    return Report(
        kind=ReportKind.SCREENS,
        title="Screens that changed",
        organization=desk.organization.name,
        host=desk.organization.host,
        as_of=desk.now,
        made_at=made_at,
        sources=(),
        withheld=(),
        notes=(
            f"The screens configured are “{desk.organization.screens.value}”; what was seen on another generation says "
            "nothing about them. Of several descriptions of one step a confirmed one counts before a reported one, and "
            "then the newest.",
        ),
        figures=(
            Figure("changes", "Steps that look different", f"{len(in_force):,}", "on the configured screens"),
            Figure("described", "Descriptions kept", f"{len(changes):,}", "of all generations"),
        ),
        charts=(
            Chart(
                "Changed steps by playbook",
                tuple(Bar(name, count, f"{count:,}", Tone.NOTICE) for name, count in sorted(playbooks.items())),
            ),
        )
        if playbooks
        else (),
        table=Table(
            "screens",
            "Steps that look different",
            SCREENS,
            (Section("", "", (_change(one, in_force, desk) for one in changes if one.at <= desk.now)),),
        ),
    )


def _change(one: ScreenChange, in_force: set[int], desk: Desk) -> Row:
    return (
        one.name,
        "yes" if one.id in in_force else "no",
        one.playbook,
        one.step,
        one.screens,
        shown(one.differs, 300),
        shown(one.place, 150) if one.place else None,
        one.assurance.value,
        say_who(one.said_by, one.assurance),
        on_day(one.at, desk.organization.time_zone),
    )


def _tone(confidence: Confidence) -> Tone:
    return Tone.NOTICE if confidence is Confidence.UNKNOWN else Tone.PLAIN


def _notice(count: int) -> Tone:
    return Tone.NOTICE if count else Tone.GOOD
