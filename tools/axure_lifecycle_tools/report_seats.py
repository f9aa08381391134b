"""Seats and money: what lies idle, what could be had back, what a day of waiting costs, and what renews when.

Prices are the organisation's own, by edition and year. Amounts of different currencies are never added.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from operator import itemgetter
from typing import Final

from axure_lifecycle.domain.costs import yearly
from axure_lifecycle.domain.organization import Policy
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
from axure_lifecycle_tools.comparison import RECLAIMABLE, SeatFinding, find_seats
from axure_lifecycle_tools.report_frame import (
    beside_wanted,
    in_words,
    is_of_now,
    say_brakes,
    say_wanted_now,
    sources_in_force,
    with_wanted,
)
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.standing import Judge, brakes_now, silences

NO_LICENCES: Final = (
    "No licence list was imported, so nothing is known of seats and what they cost: save the License Portal's "
    "subscriptions as a file and import it (`axure-lifecycle import seats FILE`)."
)
RENEWAL_DAYS: Final = 90
"""How far ahead a renewal is told of."""
_CENT: Final = Decimal("0.01")
_DAYS_OF_YEAR: Final = 365
_MOST_NAMED: Final = 5

_FINDINGS: Final = {
    "unassigned": "assigned to nobody",
    "assigned_to_leaver": "assigned to a leaver",
    "assigned_to_deactivated": "assigned, but deactivated",
    "assigned_without_membership": "assigned, no membership",
    "assigned_withheld": "withheld: assigned",
    "owner_left": "owner left",
    "manager_left": "manager left",
    "owner_deactivated": "owner deactivated",
    "manager_deactivated": "manager deactivated",
    "owner_withheld": "withheld: owner",
    "manager_withheld": "withheld: manager",
}
_TONES: Final = {
    meaning: Tone.WITHHELD if name.endswith("_withheld") else Tone.BAD if name.endswith("_left") else Tone.NOTICE
    for name, meaning in _FINDINGS.items()
}
COLUMNS: Final = (
    Column("finding", "Finding", 16, tones=_TONES),
    Column("reclaimable", "Reclaimable", 11),
    Column("email", "Person", 20),
    Column("subscriptions", "Subscriptions", 20),
    Column("edition", "Edition", 9),
    Column("renews_on", "Renews on", 9),
    Column("bought_by", "Bought by", 9),
    Column("yearly", "A year", 7, is_number=True),
    Column("currency", "Currency", 8),
)
_EMAIL: Final = 2
_BESIDE: Final = 3
"""What is wanted stands after so many columns."""
_RENEWALS: Final = (
    Column("month", "Month", 10),
    Column("subscriptions", "Subscriptions", 10, is_number=True),
    Column("reclaimable", "Of them to be had back", 12, is_number=True),
    Column("yearly", "These cost a year", 20),
)


def report_seats(view: View, desk: Desk, made_at: datetime) -> Report:
    """What the licence list in force shows of seats that nobody needs."""
    as_of = desk.now
    judge = Judge(brakes_now(view, desk, as_of))
    licences = view.source_in_force(desk.organization.license_portal, as_of)
    findings: Counter[str] = Counter()
    editions: Counter[str | None] = Counter()
    due: dict[str, Counter[str | None]] = {}
    for one in find_seats(view, desk, judge, as_of):
        findings[one.finding] += 1
        if one.finding in RECLAIMABLE:
            editions[one.edition] += 1
            if one.renews_on is not None and _is_ahead(one.renews_on, as_of.date()):
                due.setdefault(one.renews_on[:7], Counter())[one.edition] += 1
    subscriptions, ahead = _count_subscriptions(view, desk)
    costs, unpriced = yearly(editions.elements(), desk.policy)
    return Report(
        kind=ReportKind.SEATS,
        title="Seats and money",
        organization=desk.organization.name,
        host=desk.organization.host,
        as_of=as_of,
        made_at=made_at,
        sources=sources_in_force(view, desk, as_of, licences=True),
        withheld=say_brakes(judge.brakes),
        notes=(
            *(() if licences else (NO_LICENCES,)),
            f"Prices are those that the organisation configured, a year has {_DAYS_OF_YEAR} days, and currencies are "
            "never added. What can be had back is a seat without a person, or of a person who should not have it; "
            "whether Axure pays anything back before a renewal is not known here.",
            *silences(view, desk, as_of),
            *say_wanted_now(view, desk, made_at),
        ),
        figures=_figures(findings, costs, unpriced, subscriptions, sum(ahead.values())) if licences else (),
        charts=_charts(findings, editions, desk.policy),
        table=Table(
            "seats",
            "What the licence list shows",
            with_wanted(desk, COLUMNS, _BESIDE),
            _sections(view, desk, judge, is_now=is_of_now(desk, made_at)),
        ),
        others=(
            Table(
                "renewals",
                f"Renewals within {RENEWAL_DAYS} days",
                _RENEWALS,
                (Section("", "", _renewals(ahead, due, desk.policy)),),
            ),
        )
        if licences
        else (),
    )


def _is_ahead(day: str, today: date) -> bool:
    return today.isoformat() <= day <= (today + timedelta(days=RENEWAL_DAYS)).isoformat()


def _count_subscriptions(view: View, desk: Desk) -> tuple[int, Counter[str]]:
    """How many subscriptions there are, and by month those that renew soon."""
    organization, total, last = desk.organization, 0, None
    ahead: Counter[str] = Counter()
    lines = view.seat_lines(
        organization.license_portal, organization.cloud_for_business, desk.now, desk.policy.non_personal
    )
    for line in lines:
        if line.subscription == last:
            continue
        last = line.subscription
        total += 1
        if line.renews_on is not None and _is_ahead(line.renews_on, desk.now.date()):
            ahead[line.renews_on[:7]] += 1
    return total, ahead


def _figures(
    findings: Mapping[str, int], costs: Mapping[str, Decimal], unpriced: int, subscriptions: int, ahead: int
) -> tuple[Figure, ...]:
    reclaimable = sum(findings[name] for name in RECLAIMABLE)
    withheld = sum(count for name, count in findings.items() if name.endswith("_withheld"))
    money = [
        figure
        for currency, cost in sorted(costs.items())
        for figure in (
            Figure(f"yearly_{currency}", "Reclaimable a year", f"{cost:,.2f} {currency}", tone=Tone.NOTICE),
            Figure(f"daily_{currency}", "Each day of waiting", f"{per_day(cost):,.2f} {currency}"),
        )
    ]
    return (
        Figure("reclaimable", "Seats to be had back", f"{reclaimable:,}", tone=_notice(reclaimable)),
        Figure("unassigned", "Assigned to nobody", f"{findings['unassigned']:,}"),
        *money,
        *(
            [Figure("unpriced", "Without a price", f"{unpriced:,}", "[[seat_prices]] in config.toml")]
            if unpriced
            else []
        ),
        *([Figure("withheld", "Withheld", f"{withheld:,}", tone=Tone.WITHHELD)] if withheld else []),
        Figure("subscriptions", "Subscriptions", f"{subscriptions:,}", "listed"),
        Figure("renewals", "Renewals ahead", f"{ahead:,}", f"within {RENEWAL_DAYS} days"),
    )


def per_day(cost: Decimal) -> Decimal:
    """A yearly cost by day, to the cent.

    >>> per_day(Decimal(1000))
    Decimal('2.74')
    """
    return (cost / _DAYS_OF_YEAR).quantize(_CENT, ROUND_HALF_UP)


def _charts(findings: Mapping[str, int], editions: Mapping[str | None, int], policy: Policy) -> tuple[Chart, ...]:
    found = Chart(
        "Findings",
        tuple(
            Bar(meaning, findings[name], f"{findings[name]:,}", _TONES[meaning])
            for name, meaning in _FINDINGS.items()
            if findings[name]
        ),
    )
    by_currency: dict[str, list[Bar]] = {}
    for edition, count in sorted(editions.items(), key=lambda one: one[0] or ""):
        price = policy.price_of(edition)
        if price is not None:
            cost = price.yearly * count
            bar = Bar(shown(edition or "", 40), float(cost), f"{cost:,.2f}", Tone.NOTICE)
            by_currency.setdefault(price.currency, []).append(bar)
    money = [
        Chart(f"Reclaimable a year by edition, {currency}", tuple(bars))
        for currency, bars in sorted(by_currency.items())
        if len(bars) > 1  # one alone is the figure above it
    ]
    return (*([found] if found.bars else []), *money)


def _sections(view: View, desk: Desk, judge: Judge, *, is_now: bool) -> tuple[Section, ...]:
    def rows(is_reclaimable: bool) -> Iterator[Row]:
        found = find_seats(view, desk, judge, desk.now)
        told = (_row(one, desk.policy) for one in found if (one.finding in RECLAIMABLE) is is_reclaimable)
        return beside_wanted(view, desk, told, itemgetter(_EMAIL), _BESIDE, is_now=is_now)

    return (
        Section("To be had back", "", rows(True)),
        Section("To be looked at", "Owners and managers who left, and what is withheld.", rows(False)),
    )


def _row(one: SeatFinding, policy: Policy) -> Row:
    is_reclaimable = one.finding in RECLAIMABLE
    price = policy.price_of(one.edition) if is_reclaimable else None
    more = len(one.subscriptions) - _MOST_NAMED
    names = ", ".join(one.subscriptions[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return (
        _FINDINGS[one.finding],
        "yes" if is_reclaimable else "no",
        shown(one.email, 320) if one.email else None,
        names,
        one.edition,
        one.renews_on,
        in_words(one.bought_by) if one.bought_by else None,
        None if price is None else f"{price.yearly:.2f}",
        None if price is None else price.currency,
    )


def _renewals(ahead: Mapping[str, int], due: Mapping[str, Counter[str | None]], policy: Policy) -> Iterable[Row]:
    for month in sorted(ahead):
        idle = due.get(month, Counter())
        costs, _ = yearly(idle.elements(), policy)
        told = ", ".join(f"{cost:,.2f} {currency}" for currency, cost in sorted(costs.items()))
        yield month, ahead[month], sum(idle.values()), told or None


def _notice(count: int) -> Tone:
    return Tone.NOTICE if count else Tone.GOOD
