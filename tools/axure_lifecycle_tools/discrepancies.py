"""Who should not have what they have: the comparison, told a part at a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from operator import not_
from typing import Annotated, Final

from pydantic import Field

from axure_lifecycle.domain.addresses import Address, normal
from axure_lifecycle.domain.costs import yearly
from axure_lifecycle.domain.verdicts import TO_ACT_ON, Verdict
from axure_lifecycle.ports import CursorUnknown, View
from axure_lifecycle_tools.arguments import Cursor, Day, VerdictName, moment_of
from axure_lifecycle_tools.comparison import (
    RECLAIMABLE,
    Item,
    MoreOf,
    SeatFinding,
    beside,
    cautions_about,
    count_verdicts,
    find_seats,
    single_out,
)
from axure_lifecycle_tools.listing import NO_ROSTER
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
from axure_lifecycle_tools.standing import Judge, brakes_now, directories_in_force, silences
from axure_lifecycle_tools.wanted_words import differences
from axure_lifecycle_tools.wording import cite


class Discrepancies(Reply):
    """What the comparison found, a part at a time."""

    source: str | None
    directories: list[str] = Field(description="Which directory reads, of when, and whether a person stands for them.")
    licences: str | None = Field(description="Which licence list the seats are from, likewise; only in the first part.")
    as_of: str
    counts: dict[str, int] = Field(description="Members by verdict, exactly, at any size.")
    in_all: int = Field(description="Members in this list, all parts together.")
    items: list[Item]
    seat_counts: dict[str, int] = Field(description="Findings about seats, exactly; only in the first part.")
    seats: list[SeatFinding]
    yearly_cost: dict[str, str] = Field(description="What the reclaimable seats cost a year, by currency.")
    seats_without_price: int
    withheld_because: list[str]
    not_stated: list[str] = Field(description="What the sources in force do not say, and what follows.")
    cautions: list[str] = Field(description="What to tell the person before anybody acts on the list.")
    wanted: list[str] = Field(
        default=[], description="Where what identity providers push differs from what is known.", exclude_if=not_
    )
    cursor: str | None

    def text(self) -> str:
        """The counts, what withholds, then one line for each member."""
        if self.source is None:
            return self.next
        found = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in self.counts.items() if count)
        lines = [f"By {self.source}: {found or 'no members'}.", *(f"! {one}" for one in self.withheld_because)]
        lines += [f"Beside {one}." for one in self.directories]
        lines += [f"Mind: {one}" for one in self.cautions]
        lines += [f"Wanted: {one}" for one in self.wanted]
        lines += [f"Not stated: {one}" for one in self.not_stated]
        lines += [
            f"- {one.email}: {one.verdict}"
            + (f" ({one.reason})" if one.reason else "")
            + (f", {one.role}" if one.role else "")
            + (f", last day {one.leave_date}" if one.leave_date else "")
            + (f", in the directory as {one.directory_email}" if one.directory_email not in (None, one.email) else "")
            + (f", claimed by {' and '.join(one.claimed_by)}" if one.claimed_by else "")
            + (f", {one.case} is under way" if one.case else "")
            + (f", wanted {one.wanted}" if one.wanted else "")
            + (f", claimed: {one.claimed}" if one.claimed else "")
            for one in self.items
        ]
        if self.licences:
            seats = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in self.seat_counts.items())
            lines.append(f"Seats by {self.licences}: {seats or 'nothing asks for action'}.")
        if self.yearly_cost:
            lines.append(
                "Reclaimable a year: " + ", ".join(f"{cost} {code}" for code, cost in self.yearly_cost.items())
            )
        return "\n".join([*lines, self.next] if self.next else lines)


MOST_ITEMS: Final = 25


MOST_SEATS: Final = 6


MOST_BRAKES: Final = 5


URGENT_FIRST: Final[tuple[Verdict, ...]] = (
    Verdict.LEAVER,
    Verdict.WITHHELD,
    Verdict.LEAVING,
    Verdict.AMBIGUOUS,
    Verdict.NOT_IN_DIRECTORY,
    Verdict.HOLD,
    Verdict.NON_PERSONAL,
)
"""In which order a part of the list is filled: who has left comes before what can wait."""


def _read_cursor(cursor: str | None, groups: Sequence[Verdict]) -> tuple[Verdict, Address | None]:
    if cursor is None:
        return groups[0], None
    verdict, _, rest = cursor.partition(" ")
    address = normal(rest)
    if address is None or verdict not in groups:
        raise CursorUnknown(cursor)
    return Verdict(verdict), address


def find_discrepancies(
    desk: Desk,
    *,
    verdict: Annotated[VerdictName | None, Field(description="Only members with this verdict.")] = None,
    as_of: Day = None,
    cursor: Cursor = None,
) -> Discrepancies:
    """Compare the rosters in force with every directory. Raises `NotADay`."""
    as_of_moment = moment_of(as_of, desk)
    desk = replace(desk, now=as_of_moment)
    members, patterns = desk.organization.cloud_for_business, desk.policy.non_personal
    groups: Sequence[Verdict] = (Verdict(verdict),) if verdict else URGENT_FIRST
    begun, after = _read_cursor(cursor, groups)
    with desk.store.reading() as view:
        judge = Judge(brakes_now(view, desk, as_of_moment))
        source = view.source_in_force(members, as_of_moment)
        counts, settled = count_verdicts(view, desk, judge, as_of_moment) if source else ({}, {})
        found: list[Item] = []
        for group in groups[groups.index(begun) :] if source else ():
            if counts[group.value] and len(found) <= MOST_ITEMS:
                rows = view.compared(members, as_of_moment, patterns, after=after if group is begun else None)
                wanted = single_out(rows, judge, desk, everyone=verdict is not None, only=group.value)
                found += islice(wanted, MOST_ITEMS + 1 - len(found))
        found = list(map(MoreOf(view, desk, as_of_moment), found)) if found else []
        in_all = _how_many(view, desk, judge, as_of_moment, verdict) if source else 0
        seat_counts: Counter[str] = Counter()
        editions: list[str | None] = []
        seats: list[SeatFinding] = []
        if cursor is None and verdict is None:
            for finding in find_seats(view, desk, judge, as_of_moment):
                seat_counts[finding.finding] += 1
                if finding.finding in RECLAIMABLE:
                    editions.append(finding.edition)
                if finding.finding.startswith(("owner", "manager")):
                    seats.append(finding.model_copy(update={"subscriptions": _shortened(finding.subscriptions)}))
                elif len(seats) < MOST_SEATS:
                    seats.append(finding)
        costs, unpriced = yearly(editions, desk.policy)
        is_first = cursor is None
        unsaid = silences(view, desk, as_of_moment) if is_first else ()
        minded = cautions_about(view, desk, as_of_moment, counts, settled) if is_first else ()
        directories = [cite(one, desk) for one in directories_in_force(view, as_of_moment)] if is_first else []
        licences = view.source_in_force(desk.organization.license_portal, as_of_moment) if is_first else None
        pushed = differences(view, desk) if is_first and as_of is None else []
        found = beside(view, desk, found, is_now=as_of is None)
        said = cite(source, desk) if source else None

    def make(most: int) -> Discrepancies:
        more = len(found) > most
        return Discrepancies(
            source=said,
            as_of=as_of_moment.isoformat(timespec="seconds"),
            counts=counts,
            in_all=in_all,
            items=found[:most],
            seat_counts=dict(sorted(seat_counts.items())),
            seats=seats[-MOST_SEATS:],
            yearly_cost={code: f"{cost:.2f}" for code, cost in sorted(costs.items())},
            seats_without_price=unpriced,
            withheld_because=[brake.sentence for brake in judge.brakes[:MOST_BRAKES]],
            licences=cite(licences, desk) if licences else None,
            not_stated=_first(unsaid),
            cautions=_first(minded),
            wanted=pushed,
            directories=directories[:MOST_BRAKES],
            cursor=f"{found[most - 1].verdict} {found[most - 1].email}" if more else None,
            next=_next_step(source is not None, found[:most], in_all, more=more),
        )

    return fit(desk, make, MOST_ITEMS)


def _first(sentences: Sequence[str]) -> list[str]:
    """As many as a reply has room for, and how many more there are."""
    left = len(sentences) - MOST_BRAKES
    more = [f"… and {left} more; `axure-lifecycle discrepancies` tells them all."] if left > 0 else []
    return [*sentences[:MOST_BRAKES], *more]


def _how_many(view: View, desk: Desk, judge: Judge, as_of: datetime, verdict: str | None) -> int:
    rows = view.count_compared(desk.organization.cloud_for_business, as_of, desk.policy.non_personal)
    total = 0
    for facts, count in rows:
        judgement = judge(facts)
        wanted = (
            judgement.verdict == verdict if verdict else judgement.verdict in TO_ACT_ON and not judgement.is_decided
        )
        total += count if wanted else 0
    return total


def _shortened(subscriptions: Sequence[str]) -> list[str]:
    kept = list(subscriptions[:5])
    return kept if len(subscriptions) <= len(kept) else [*kept, f"… {len(subscriptions) - len(kept)} more"]


def _next_step(has_roster: bool, found: Sequence[Item], in_all: int, *, more: bool) -> str:
    if not has_roster:
        return NO_ROSTER
    hints = [f"{len(found)} of {in_all}; more with the cursor “{found[-1].verdict} {found[-1].email}”."] if more else []
    verdicts = {item.verdict for item in found if item.case is None}
    if under_way := next((item.case for item in found if item.case is not None), None):
        hints.append(f"Go on with a case under way: get_case {{case: '{under_way.split()[0]}'}}.")
    if Verdict.LEAVER in verdicts:
        hints.append("plan_offboard plans one leaver.")
    if verdicts & {Verdict.AMBIGUOUS.value, Verdict.NOT_IN_DIRECTORY.value}:
        hints.append("A person settles unknown addresses with record_decision.")
    return " ".join(hints) or "Nothing here asks for action."


VERBS: Final = (
    Verb(
        name="find_discrepancies",
        title="Find discrepancies",
        toolset=Toolset.DISCREPANCIES,
        description=(
            "Compares the members and licence rosters with every directory: leavers who still have Axure, holds, "
            "unknown "
            "and shared addresses, idle seats and their yearly cost, with exact counts. Says when the sources are too "
            "old or too small to name leavers. Changes nothing."
        ),
        reply=Discrepancies,
        run=find_discrepancies,
        reads_only=True,
        repeats_safely=True,
    ),
)
