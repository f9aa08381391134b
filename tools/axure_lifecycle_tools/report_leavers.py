"""Who left, and how long it took: from the last day, or the first read that had them gone, to a roster that shows it.

A time begins with the end of the last day where one is known, else with the first read of a directory in which nobody
is active under the address, else with the opening of the case; every row says which. It ends with the moment of the
first members roster that shows the membership off and that no later one contradicts. A percentile is the smallest time
that so many of a hundred do not exceed.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from operator import itemgetter
from statistics import mean, median
from typing import Final, NamedTuple

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
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import Facts, Judgement, Verdict
from axure_lifecycle.ports import Compared, Departure, FirstGone, Page, View
from axure_lifecycle_tools.comparison import cautions_about, count_verdicts
from axure_lifecycle_tools.listing import NO_ROSTER
from axure_lifecycle_tools.report_frame import (
    beside_wanted,
    in_parts,
    in_words,
    is_of_now,
    say_brakes,
    say_wanted_now,
    sources_in_force,
    with_wanted,
)
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.standing import Judge, brakes_now, silences
from axure_lifecycle_tools.wanted_words import who
from axure_lifecycle_tools.wished import say_wanted
from axure_lifecycle_tools.wording import at, by, on_day, plural

_NO_CASE: Final = "no case"
_STATES: Final = {
    _NO_CASE: Tone.BAD,
    "to do": Tone.BAD,
    "contradicted": Tone.BAD,
    "reported": Tone.NOTICE,
    "skip reported": Tone.NOTICE,
    "confirmed": Tone.NOTICE,
    "skipped": Tone.NOTICE,
    "verified": Tone.GOOD,
    "withheld": Tone.WITHHELD,
    "waits": Tone.WITHHELD,
}
COLUMNS: Final = (
    Column("email", "Person", 17),
    Column("state", "State", 13, tones=_STATES),
    Column("case", "Case", 14),
    Column("owner", "Owner", 0, is_beneath=True),
    Column("since", "Gone since", 19),
    Column("since_basis", "Known from", 0, is_beneath=True),
    Column("reported", "Reported", 12),
    Column("claimed", "Claimed off", 15),
    Column("claimed_by", "By", 0, is_beneath=True),
    Column("verified", "Verified", 13),
    Column("verified_by", "By", 0, is_beneath=True, before="by"),
    Column("days_to_claim", "Days to claim", 7, is_number=True),
    Column("days_to_verified", "Days to verified", 9, is_number=True),
    Column("days_open", "Days open", 7, is_number=True),
)
_BESIDE: Final = 1
"""What is wanted stands after so many columns."""
_DAY: Final = 24 * 60
_AT_A_TIME: Final = 500
_LONGEST: Final = ((1, "within a day"), (3, "1 to 3 days"), (7, "3 to 7 days"), (30, "7 to 30 days"))


class _Begun(NamedTuple):
    """From when on somebody had no business there any more, and how that is known."""

    at: datetime
    basis: str


class _Timed(NamedTuple):
    """A case with its times in minutes, never negative; None for what has not happened."""

    departure: Departure
    begun: _Begun
    to_claim: int | None
    to_verified: int | None
    open: int | None


def report_leavers(view: View, desk: Desk, made_at: datetime) -> Report:
    """Every case in which a membership is to end, and every leaver without one."""
    as_of = desk.now
    members = desk.organization.cloud_for_business
    judge = Judge(brakes_now(view, desk, as_of))
    source = view.source_in_force(members, as_of)
    counts, settled = count_verdicts(view, desk, judge, as_of) if source else ({}, {})
    timed = _Times(view, desk)
    leavers = _Leavers(view, desk, judge, has_roster=source is not None)
    is_now = is_of_now(desk, made_at)
    is_pushed = bool(desk.scim.idps) and is_now

    def beside(rows: Iterable[Row]) -> Iterator[Row]:
        return beside_wanted(view, desk, rows, itemgetter(0), _BESIDE, is_now=is_now)

    return Report(
        kind=ReportKind.LEAVERS,
        title="Leavers and time to deprovision",
        organization=desk.organization.name,
        host=desk.organization.host,
        as_of=as_of,
        made_at=made_at,
        sources=sources_in_force(view, desk, as_of, licences=False),
        withheld=say_brakes(judge.brakes),
        notes=(
            *(() if source else (NO_ROSTER,)),
            "A time runs from the end of the last day, or from the first read of a directory in which the person is "
            "gone, or from the opening of the case, to the first members roster that shows the membership off. A claim "
            "is a person's word and ends no time.",
            *cautions_about(view, desk, as_of, counts, settled),
            *silences(view, desk, as_of),
            *say_wanted_now(view, desk, made_at),
        ),
        figures=timed.figures(counts.get(Verdict.LEAVER.value, 0), counts.get(Verdict.WITHHELD.value, 0)),
        charts=timed.charts(),
        table=Table(
            "leavers",
            "Leavers",
            with_wanted(desk, COLUMNS, _BESIDE),
            (
                Section("Without a case", "", beside(leavers.rows())),
                *(
                    [Section("Wanted off by an identity provider, and waiting", "", beside(_waiting(view, desk)))]
                    if is_pushed
                    else []
                ),
                Section("Under way", "", beside(timed.row(one) for one in timed.cases() if one.to_verified is None)),
                Section("Verified", "", beside(timed.row(one) for one in timed.cases() if one.to_verified is not None)),
            ),
        ),
    )


class _Times:
    """The cases with their times; read once for the figures and once for each part of the rows."""

    def __init__(self, view: View, desk: Desk) -> None:
        self._view, self._desk = view, desk
        # A few bytes for each case; the cases themselves pass.
        claims, verified, still_open = array("l"), array("l"), array("l")
        for one in self.cases():
            for kept, time_taken in ((claims, one.to_claim), (verified, one.to_verified), (still_open, one.open)):
                if time_taken is not None:
                    kept.append(time_taken)
        self._claims, self._verified, self._open = sorted(claims), sorted(verified), sorted(still_open)

    def cases(self) -> Iterator[_Timed]:
        """Oldest first."""
        application = self._desk.organization.cloud_for_business.application
        for part in in_parts(self._view.departures(application, self._desk.now)):
            undated = [one.subject for one in part if one.due_on is None]
            gone = self._view.first_gone(undated, self._desk.now)
            for one in part:
                yield self._time(one, gone.get(one.subject))

    def _time(self, one: Departure, gone: FirstGone | None) -> _Timed:
        begun = begin(one, gone, self._desk)
        is_over = one.verified_at is not None
        return _Timed(
            one,
            begun,
            to_claim=None if one.claimed_at is None else minutes(begun.at, one.claimed_at),
            to_verified=None if one.verified_at is None else minutes(begun.at, one.verified_at),
            open=None if is_over else minutes(begun.at, self._desk.now),
        )

    def figures(self, leavers: int, withheld: int) -> tuple[Figure, ...]:
        """Counts, then the times."""
        return (
            Figure("leavers", "Leavers with access", f"{leavers:,}", "by the roster in force", _bad(leavers)),
            *([Figure("withheld", "Verdict withheld", f"{withheld:,}", tone=Tone.WITHHELD)] if withheld else []),
            Figure("under_way", "Cases under way", f"{len(self._open):,}", "not verified yet"),
            Figure("verified", "Verified", f"{len(self._verified):,}", "a roster shows it"),
            *_times("to_claim", "until claimed", self._claims),
            *_times("to_verified", "until verified", self._verified),
            *_mean("to_verified", "until verified", self._verified),
            *_times("open", "open so far", self._open),
        )

    def charts(self) -> tuple[Chart, ...]:
        """How long it took, and how long the others have been open."""
        return tuple(
            _histogram(title, found, tone)
            for title, found, tone in (
                ("Cases verified, by time to deprovision", self._verified, Tone.GOOD),
                ("Cases under way, by time so far", self._open, Tone.NOTICE),
            )
            if found
        )

    def row(self, one: _Timed) -> Row:
        """A case."""
        case, zone = one.departure, self._desk.organization.time_zone
        return (
            shown(case.subject, 320),
            in_words(case.step_state.value) if case.step_state else "to do",
            f"C-{case.case_id}",
            shown(case.owner, 80) if case.owner else None,
            at(one.begun.at, zone),
            one.begun.basis,
            None if case.reported_at is None else at(case.reported_at, zone),
            None if case.claimed_at is None else at(case.claimed_at, zone),
            None if case.claimed_by is None else by(case.claimed_by),
            None if case.verified_at is None else at(case.verified_at, zone),
            None if case.verified_by is None else f"R-{case.verified_by}",
            days(one.to_claim),
            days(one.to_verified),
            days(one.open),
        )


def _waiting(view: View, desk: Desk) -> Iterator[Row]:
    """Whoever an identity provider wants off, and why no case stands for it yet."""
    cursor: str | None = None
    while True:
        people, cursor, _ = view.wanted_held(Page(_AT_A_TIME, cursor))
        for one in people:
            if one.is_active or one.hold is None:
                continue
            since = at(one.wanted_since, desk.organization.time_zone)
            basis = f"wanted {say_wanted(one)} by {one.idp}; {shown(one.hold.sentence, 300)}"
            days_open = days(minutes(one.wanted_since, desk.now))
            yield (shown(who(one), 320), "waits", None, None, since, basis, *(None,) * 7, days_open)
        if cursor is None:
            return


class _Leavers:
    """Whoever left and has no case, and whoever a brake keeps from being called a leaver."""

    def __init__(self, view: View, desk: Desk, judge: Judge, *, has_roster: bool) -> None:
        self._view, self._desk, self._judge = view, desk, judge
        self._has_roster = has_roster

    def rows(self) -> Iterator[Row]:
        """By address."""
        organization, patterns = self._desk.organization, self._desk.policy.non_personal
        members = organization.cloud_for_business
        if not self._has_roster:
            return
        counted = self._view.count_compared(members, self._desk.now, patterns)
        wanted = [facts for facts, _ in counted if self._is_meant(facts)]
        if not wanted:
            return
        for part in in_parts(self._view.compared(members, self._desk.now, patterns, only=wanted)):
            addresses = [row.address for row in part]
            words = self._view.words_about(addresses, members.application)
            busy = {
                address
                for address, word in words.items()
                if word.operation == "offboard" and word.state is not StepState.VERIFIED
            }
            gone = self._view.first_gone(addresses, self._desk.now)
            for row in part:
                if row.address not in busy:
                    yield self._row(row, self._judge(row.facts), gone.get(row.address))

    def _is_meant(self, facts: Facts) -> bool:
        judgement = self._judge(facts)
        if judgement.is_decided:
            return False
        return judgement.verdict is Verdict.LEAVER or (
            judgement.verdict is Verdict.WITHHELD and judgement.reason is not None
        )

    def _row(self, row: Compared, judgement: Judgement, gone: FirstGone | None) -> Row:
        zone = self._desk.organization.time_zone
        begun: _Begun | None = None
        if row.leave_at is not None and row.leave_at <= self._desk.now:
            begun = _Begun(row.leave_at, f"last day {on_day(row.leave_at, zone)}, by the directory")
        elif gone is not None:
            begun = _seen(gone)
        is_withheld = judgement.verdict is Verdict.WITHHELD
        return (
            shown(row.address, 320),
            "withheld" if is_withheld else _NO_CASE,
            None,
            None,
            None if begun is None else at(begun.at, zone),
            in_words(judgement.reason.value) + f"; {begun.basis}" if begun and judgement.reason else None,
            *(None,) * 7,
            None if begun is None or is_withheld else days(minutes(begun.at, self._desk.now)),
        )


def begin(one: Departure, gone: FirstGone | None, desk: Desk) -> _Begun:
    """From when on a case's person had no business there any more."""
    zone = desk.organization.time_zone
    if one.due_on is not None:
        ends = datetime.combine(date.fromisoformat(one.due_on) + timedelta(days=1), time.min, zone)
        return _Begun(ends.astimezone(UTC), f"last day {one.due_on}")
    if gone is not None:
        return _seen(gone)
    return _Begun(one.opened_at, "opening of the case")


def _seen(gone: FirstGone) -> _Begun:
    if gone.is_first_read:
        return _Begun(gone.source.taken_at, f"gone in {gone.source.name}, the first read; perhaps long before")
    return _Begun(gone.source.taken_at, f"first gone in {gone.source.name}")


def minutes(begun: datetime, ended: datetime) -> int:
    """Whole minutes from one moment to another; what came before its beginning took none."""
    return max(int((ended - begun).total_seconds() // 60), 0)


def days(given: float | None) -> float | None:
    """Minutes as days with one decimal."""
    return None if given is None else round(given / _DAY, 1)


def percentile(sorted_times: Sequence[int], of_hundred: int) -> int:
    """The smallest time that so many of a hundred do not exceed.

    >>> percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90), percentile([7], 90)
    (9, 7)
    """
    return sorted_times[max(ceil(len(sorted_times) * of_hundred / 100), 1) - 1]


def _times(key: str, label: str, sorted_times: Sequence[int]) -> Iterable[Figure]:
    if not sorted_times:
        return
    half, most = days(median(sorted_times)), days(percentile(sorted_times, 90))
    told = plural(len(sorted_times), "case")
    yield Figure(f"{key}_median_days", f"Days {label}, median", f"{half:,.1f}", f"of {told}")
    yield Figure(f"{key}_p90_days", f"Days {label}, 90 %", f"{most:,.1f}", f"90 of 100 cases take no longer; of {told}")


def _mean(key: str, label: str, sorted_times: Sequence[int]) -> Iterable[Figure]:
    if sorted_times:
        told = plural(len(sorted_times), "case")
        yield Figure(f"{key}_mean_days", f"Days {label}, mean", f"{days(mean(sorted_times)):,.1f}", f"of {told}")


def _histogram(title: str, sorted_times: Sequence[int], tone: Tone) -> Chart:
    labels: Mapping[str, int] = {label: 0 for _, label in _LONGEST} | {"more than 30 days": 0}
    found = dict(labels)
    for one in sorted_times:
        found[next((label for most, label in _LONGEST if one <= most * _DAY), "more than 30 days")] += 1
    return Chart(title, tuple(Bar(label, count, f"{count:,}", tone) for label, count in found.items()))


def _bad(count: int) -> Tone:
    return Tone.BAD if count else Tone.GOOD
