"""The access review: every member once, with what they hold, how that is known, and what was decided."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.organization import SignIn
from axure_lifecycle.domain.reports import (
    Bar,
    Cell,
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
from axure_lifecycle.domain.reviews import ReviewDecision
from axure_lifecycle.domain.sources import Source, age
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import TO_ACT_ON, Facts, Judgement, Verdict
from axure_lifecycle.ports import Compared, Decision, SeatRecord, View, Word
from axure_lifecycle_tools.comparison import cautions_about, count_verdicts
from axure_lifecycle_tools.discrepancies import URGENT_FIRST
from axure_lifecycle_tools.listing import NO_ROSTER
from axure_lifecycle_tools.report_frame import (
    ASSURANCE_TONES,
    VERDICT_TONES,
    in_parts,
    in_words,
    is_of_now,
    say_brakes,
    say_wanted_now,
    say_who,
    sources_in_force,
    with_wanted,
)
from axure_lifecycle_tools.review_reply import say_decision
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.standing import Judge, brakes_now, silences
from axure_lifecycle_tools.wanted_words import mark
from axure_lifecycle_tools.wording import on_day

_YES_NO: Final = {True: "yes", False: "no", None: None}
_STATES: Final = ASSURANCE_TONES | {"contradicted": Tone.BAD}
COLUMNS: Final = (
    Column("email", "Person", 24),
    Column("name", "Name", 0, is_beneath=True),
    Column("verdict", "Verdict", 11, tones=VERDICT_TONES),
    Column("reason", "Reason", 0, is_beneath=True),
    Column("role", "Membership", 11),
    Column("status", "Status", 0, is_beneath=True),
    Column("use_sso", "SSO", 0, is_beneath=True, before="SSO"),
    Column("known", "How known", 12, tones=ASSURANCE_TONES),
    Column("source", "By", 0, is_beneath=True, before="by"),
    Column("age_days", "Days old", 0, is_number=True, is_beneath=True, after="days old", after_one="day old"),
    Column("directory", "Directory", 12),
    Column("leave_date", "Last day", 0, is_beneath=True, before="last day"),
    Column("seats", "Seats", 11),
    Column("case", "Said of it", 14),
    Column("case_state", "State", 0, is_beneath=True, tones=_STATES),
    Column("said_by", "Said by", 0, is_beneath=True),
    Column("flags", "Flags", 11),
    Column("decision", "Decision", 12),
    Column("decided_by", "Decided by", 0, is_beneath=True),
    Column("reviewed", "Review", 0, is_beneath=True),
    Column("reviewed_by", "Reviewed by", 0, is_beneath=True),
)
_BESIDE: Final = 12
"""After so many columns."""
_MOST_SEATS: Final = 3
"""Subscriptions that are named."""
_RELATIONS: Final = ("assigned", "owner", "manager")


def report_access(view: View, desk: Desk, made_at: datetime) -> Report:
    """Everybody by the members roster in force at the desk's moment."""
    as_of = desk.now
    members = desk.organization.cloud_for_business
    judge = Judge(brakes_now(view, desk, as_of))
    source = view.source_in_force(members, as_of)
    counts, settled = count_verdicts(view, desk, judge, as_of) if source else ({}, {})
    review = _Review(view, desk, as_of, judge, source, is_now=is_of_now(desk, made_at))
    return Report(
        kind=ReportKind.ACCESS_REVIEW,
        title="Access review",
        organization=desk.organization.name,
        host=desk.organization.host,
        as_of=as_of,
        made_at=made_at,
        sources=sources_in_force(view, desk, as_of, licences=True),
        withheld=say_brakes(judge.brakes),
        notes=(
            *(() if source else (NO_ROSTER,)),
            *cautions_about(view, desk, as_of, counts, settled),
            *silences(view, desk, as_of),
            *say_wanted_now(view, desk, made_at),
        ),
        figures=_figures(counts, settled, source, as_of),
        charts=(_chart(counts),) if counts else (),
        table=Table("people", "People with access", _columns(desk), review.sections()),
    )


def _columns(desk: Desk) -> tuple[Column, ...]:
    return with_wanted(desk, COLUMNS, _BESIDE)


def _asks(judgement: Judgement) -> bool:
    return judgement.verdict in TO_ACT_ON and not judgement.is_decided


def _figures(
    counts: Mapping[str, int], settled: Mapping[str, int], source: Source | None, as_of: datetime
) -> tuple[Figure, ...]:
    if source is None:
        return ()
    asking = sum(counts[verdict.value] - settled[verdict.value] for verdict in TO_ACT_ON)
    leavers, withheld = counts[Verdict.LEAVER.value], counts[Verdict.WITHHELD.value]
    off = counts[Verdict.DEACTIVATED.value]
    return (
        Figure("members", "Members", f"{sum(counts.values()):,}", f"{off:,} of them deactivated"),
        Figure("to_decide", "Ask for a decision", f"{asking:,}", tone=Tone.NOTICE if asking else Tone.GOOD),
        Figure("leavers", "Leavers with access", f"{leavers:,}", tone=Tone.BAD if leavers else Tone.GOOD),
        Figure("withheld", "Verdict withheld", f"{withheld:,}", tone=Tone.WITHHELD if withheld else Tone.PLAIN),
        Figure("decided", "Settled by a decision", f"{sum(settled.values()):,}"),
        Figure("roster_age", "Days since the roster", f"{age(source.taken_at, as_of).days:,}", source.name),
    )


def _chart(counts: Mapping[str, int]) -> Chart:
    ordered = (*URGENT_FIRST, Verdict.DEACTIVATED, Verdict.ACTIVE)
    return Chart(
        "Members by verdict",
        tuple(
            Bar(in_words(verdict.value), count, f"{count:,}", VERDICT_TONES[in_words(verdict.value)])
            for verdict in ordered
            if (count := counts[verdict.value])
        ),
    )


class _Review:
    """The rows of an access review, a few hundred people at a time."""

    def __init__(
        self, view: View, desk: Desk, as_of: datetime, judge: Judge, source: Source | None, *, is_now: bool
    ) -> None:
        self._view, self._desk, self._as_of, self._judge = view, desk, as_of, judge
        self._source, self._is_now = source, is_now
        self._licences = view.source_in_force(desk.organization.license_portal, as_of)

    def sections(self) -> tuple[Section, ...]:
        """Whoever asks for a decision first; each part by address."""
        return (
            Section("Ask for a decision", "", self._rows(self._asking(), _asks), is_empty_worth_saying=True),
            Section(
                "Nothing to decide",
                "Active, deactivated already, or settled by a decision that a person made.",
                self._rows(None, lambda judgement: not _asks(judgement)),
            ),
        )

    def _asking(self) -> Collection[Facts]:
        if self._source is None:
            return ()
        counted = self._view.count_compared(
            self._desk.organization.cloud_for_business, self._as_of, self._desk.policy.non_personal
        )
        return [facts for facts, _ in counted if _asks(self._judge(facts))]

    def _rows(self, only: Collection[Facts] | None, wanted: Callable[[Judgement], bool]) -> Iterator[Row]:
        if self._source is None or (only is not None and not only):
            return
        organization = self._desk.organization
        everybody = self._view.compared(
            organization.cloud_for_business, self._as_of, self._desk.policy.non_personal, only=only
        )
        for part in in_parts(row for row in everybody if wanted(self._judge(row.facts))):
            seats = self._seats_of(part)
            words = self._view.words_about([row.address for row in part], organization.cloud_for_business.application)
            reviewed = self._view.newest_decisions([row.address for row in part])
            wishes = mark(self._view, self._desk, {row.address for row in part}, is_now=self._is_now)
            for row in part:
                last = reviewed.get(row.address)
                counts = last is not None and last.at <= self._as_of
                cells = (
                    *self._row(row, seats.get(row.address, ()), words.get(row.address)),
                    f"V-{last.review_id}: {say_decision(last)}" if last is not None and counts else None,
                    _reviewed_by(last, self._desk) if last is not None and counts else None,
                )
                wish = (wishes.get(row.address),) if self._desk.scim.idps else ()
                yield (*cells[:_BESIDE], *wish, *cells[_BESIDE:])

    def _seats_of(self, part: Sequence[Compared]) -> Mapping[Address, Sequence[SeatRecord]]:
        """Whose seats are whose, also under the address by which a directory knows the one person."""
        if self._licences is None:
            return {}
        whose: dict[Address, list[Address]] = defaultdict(list)
        for row in part:
            others = () if any(one.claimants > 1 for one in row.facts.sightings) else row.directory_addresses
            for address in dict.fromkeys((row.address, *others)):
                whose[address].append(row.address)
        found: dict[Address, list[SeatRecord]] = defaultdict(list)
        for seat in self._view.seats_in(self._licences, list(whose)):
            for address in whose[seat.address]:
                found[address].append(seat)
        return found

    def _row(self, row: Compared, seats: Sequence[SeatRecord], word: Word | None) -> Row:
        assert self._source is not None
        judgement = self._judge(row.facts)
        zone = self._desk.organization.time_zone
        cells: tuple[Cell, ...] = (
            shown(row.address, 320),
            shown(row.display_name, 80) if row.display_name else None,
            in_words(judgement.verdict.value),
            in_words(judgement.reason.value) if judgement.reason else None,
            shown(row.role, 40) if row.role else None,
            shown(row.status, 40) if row.status else None,
            _YES_NO[row.use_sso],
            self._source.assurance.value,
            self._source.name,
            age(self._source.taken_at, self._as_of).days,
            _directory(row),
            on_day(row.leave_at, zone) if row.leave_at else None,
            _seats(seats),
            None if word is None else f"C-{word.case_id} {in_words(word.operation.replace('-', '_'))}",
            None if word is None else in_words(word.state.value),
            None if word is None else _said(word, self._desk),
            "; ".join(self._flags(row, judgement)) or None,
            _decided(row.decision),
            None if row.decision is None else _decided_by(row.decision, self._desk),
        )
        return cells

    def _flags(self, row: Compared, judgement: Judgement) -> Iterable[str]:
        if any(one.claimants > 1 for one in row.facts.sightings):
            yield "several people claim the address"
        if judgement.directories_disagree:
            yield "the directories disagree"
        if row.use_sso is False and self._desk.organization.sign_in is SignIn.SAML and not row.facts.is_off:
            yield "signs in without SSO"
        yield from map(in_words, row.flags)


def _directory(row: Compared) -> str | None:
    words = [shown(status, 40) for status in row.directory_statuses]
    others = [shown(address, 120) for address in row.directory_addresses if address != row.address]
    known = [*words, *(f"as {address}" for address in dict.fromkeys(others))]
    if not known and row.directory_addresses:
        return "listed"
    return "; ".join(known) or None


def _seats(seats: Sequence[SeatRecord]) -> str | None:
    """Few subscriptions by name, each with every part that the person has in it; of many only how many."""
    parts: dict[str, list[SeatRecord]] = {}
    for seat in seats:
        parts.setdefault(seat.subscription, []).append(seat)
    if len(parts) <= _MOST_SEATS:
        return "; ".join(map(_seat, parts.values())) or None
    counts = Counter(seat.relation for seat in seats)
    return "; ".join(f"{relation} of {counts[relation]:,}" for relation in _RELATIONS if counts[relation])


def _seat(parts: Sequence[SeatRecord]) -> str:
    edition = f" ({shown(parts[0].edition, 30)})" if parts[0].edition else ""
    relations = sorted((one.relation for one in parts), key=_RELATIONS.index)
    return f"{shown(parts[0].subscription, 40)}{edition}: {', '.join(relations)}"


def _said(word: Word, desk: Desk) -> str | None:
    shows = f"shown by R-{word.shown_by}" if word.shown_by is not None else None
    said = None
    if word.said_by is not None and word.assurance is not None and word.at is not None:
        said = f"{say_who(word.said_by, word.assurance)}, {on_day(word.at, desk.organization.time_zone)}"
    return "; ".join(filter(None, (said, shows))) or None


def _decided(decision: Decision | None) -> str | None:
    if decision is None:
        return None
    whose = f" {shown(decision.belongs_to, 120)}" if decision.belongs_to else ""
    until = f" until {decision.until}" if decision.until else ""
    return f"{in_words(decision.kind.value)}{whose}{until}"


def _reviewed_by(decision: ReviewDecision, desk: Desk) -> str:
    day = on_day(decision.at, desk.organization.time_zone)
    return f"{say_who(decision.decided_by, decision.assurance)}, {day}: {shown(decision.reason, 120)}"


def _decided_by(decision: Decision, desk: Desk) -> str:
    day = on_day(decision.at, desk.organization.time_zone)
    return f"{say_who(decision.decided_by, decision.assurance)}, {day}: {shown(decision.reason, 120)}"
