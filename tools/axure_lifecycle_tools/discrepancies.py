"""Who should not have what they have, by comparison of the sources in force."""

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from axure_lifecycle.domain.addresses import Address, normal
from axure_lifecycle.domain.brakes import Brake, hold_back
from axure_lifecycle.domain.costs import yearly
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import TO_ACT_ON, Verdict
from axure_lifecycle.ports import Compared, CursorUnknown, Decision, SeatLine, View
from axure_lifecycle_tools.arguments import Cursor, Day, VerdictName, moment_of
from axure_lifecycle_tools.listing import NO_ROSTER
from axure_lifecycle_tools.spec import (
    Desk,
    Reply,
    Toolset,
    Verb,
    fit,
)
from axure_lifecycle_tools.standing import Judge, brakes_now, directories_in_force, silences, waits
from axure_lifecycle_tools.wording import cite, on_day


class Item(BaseModel):
    """One member whom the sources single out."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(description="The roster's address, trimmed and lower-cased.")
    verdict: str
    reason: str | None
    directory_email: str | None = Field(description="The address by which the directory knows the person.")
    name: str | None
    role: str | None
    status: str | None
    use_sso: bool | None
    leave_date: str | None
    directory_status: list[str]
    directories_disagree: bool
    decided: str | None = Field(description="What a person decided about the address.")
    flags: list[str]
    _decision: Decision | None = PrivateAttr(default=None)
    _is_settled: bool = PrivateAttr(default=False)

    def under(self, decision: Decision | None, *, is_settled: bool) -> "Item":
        """With the whole decision, and whether it leaves nothing to ask; only texts show it."""
        self._decision, self._is_settled = decision, is_settled
        return self

    @property
    def is_settled(self) -> bool:
        """Whether a person's decision leaves nothing to ask about this member."""
        return self._is_settled

    @property
    def decided_in_words(self) -> str:
        """What was decided, about whom and until when; empty where nothing was."""
        if self._decision is None:
            return ""
        whose = f" {self._decision.belongs_to}" if self._decision.belongs_to else ""
        until = f" until {self._decision.until}" if self._decision.until else ""
        return f"{self._decision.kind.value.replace('_', ' ')}{whose}{until}"


class SeatFinding(BaseModel):
    """One thing about a subscription, or about one person's part in several."""

    model_config = ConfigDict(extra="forbid")

    finding: Literal[
        "unassigned",
        "assigned_without_membership",
        "assigned_to_deactivated",
        "assigned_to_leaver",
        "assigned_withheld",
        "owner_left",
        "manager_left",
        "owner_withheld",
        "manager_withheld",
        "owner_deactivated",
        "manager_deactivated",
    ]
    email: str | None
    subscriptions: list[str]
    edition: str | None
    renews_on: str | None
    bought_by: str | None


RECLAIMABLE: Final = frozenset(
    {"unassigned", "assigned_without_membership", "assigned_to_deactivated", "assigned_to_leaver"}
)


@dataclass(frozen=True, slots=True)
class Whole:
    """A comparison as it runs: counts at once, the rest streamed while the view is open."""

    source: Source | None
    directories: tuple[Source, ...]
    licences: Source | None
    """The licence list in force."""
    brakes: tuple[Brake, ...]
    silences: tuple[str, ...]
    """What the sources do not state, and what that does to the verdicts."""
    cautions: tuple[str, ...]
    """What to mind before anybody acts on the list."""
    counts: dict[str, int]
    settled: dict[str, int]
    """How many of each verdict a person's decision has settled."""
    items: Iterator[Item]
    seats: Iterator[SeatFinding]


@contextmanager
def compare_all(desk: Desk, as_of: datetime, *, everyone: bool = False) -> Generator[Whole, None, None]:
    """The whole comparison, sorted by address, for as long as the context lasts."""
    members, patterns = desk.organization.cloud_for_business, desk.policy.non_personal
    with desk.store.reading() as view:
        judge = Judge(brakes_now(view, desk, as_of))
        source = view.source_in_force(members, as_of)
        counts, settled = _counts(view, desk, judge, as_of) if source else ({}, {})
        yield Whole(
            source=source,
            directories=directories_in_force(view, as_of),
            licences=view.source_in_force(desk.organization.license_portal, as_of),
            brakes=judge.brakes,
            silences=silences(view, desk, as_of),
            cautions=_cautions(view, desk, as_of, counts, settled),
            counts=counts,
            settled=settled,
            items=_items(view.compared(members, as_of, patterns), judge, desk, everyone=everyone)
            if source
            else iter(()),
            seats=_seat_findings(view, desk, judge, as_of),
        )


def _counts(view: View, desk: Desk, judge: Judge, as_of: datetime) -> tuple[dict[str, int], dict[str, int]]:
    """Members by verdict, and how many of each a decision has settled."""
    counts = dict.fromkeys((verdict.value for verdict in Verdict), 0)
    settled = dict(counts)
    for facts, count in view.count_compared(desk.organization.cloud_for_business, as_of, desk.policy.non_personal):
        judgement = judge(facts)
        counts[judgement.verdict.value] += count
        if judgement.is_decided:
            settled[judgement.verdict.value] += count
    return counts, settled


def _cautions(
    view: View, desk: Desk, as_of: datetime, counts: Mapping[str, int], settled: Mapping[str, int]
) -> tuple[str, ...]:
    """Reads that wait for a person, and more leavers than may be acted on in one go."""
    leavers = counts.get(Verdict.LEAVER.value, 0) - settled.get(Verdict.LEAVER.value, 0)
    held_back = hold_back(leavers, sum(counts.values()), desk.limits)
    return (*waits(view, as_of), *([held_back] if held_back else ()))


def _items(
    rows: Iterator[Compared], judge: Judge, desk: Desk, *, everyone: bool, only: str | None = None
) -> Iterator[Item]:
    for row in rows:
        judgement = judge(row.facts)
        if only is not None and judgement.verdict != only:
            continue
        if not everyone and (judgement.verdict not in TO_ACT_ON or judgement.is_decided):
            continue
        yield Item(
            email=row.address,
            verdict=judgement.verdict.value,
            reason=judgement.reason.value if judgement.reason else None,
            directory_email=row.directory_addresses[0] if row.directory_addresses else None,
            name=shown(row.display_name, 80) if row.display_name else None,
            role=shown(row.role, 40) if row.role else None,
            status=shown(row.status, 40) if row.status else None,
            use_sso=row.use_sso,
            leave_date=on_day(row.leave_at, desk.organization.time_zone) if row.leave_at else None,
            directory_status=[shown(status, 40) for status in row.directory_statuses],
            directories_disagree=judgement.directories_disagree,
            decided=row.decision.kind.value if row.decision else None,
            flags=list(row.flags),
        ).under(row.decision, is_settled=judgement.is_decided)


def _seat_findings(view: View, desk: Desk, judge: Judge, as_of: datetime) -> Iterator[SeatFinding]:
    """Each idle or endangered seat at once; what one person owns or manages is gathered for the end."""
    organization = desk.organization
    gathered: dict[tuple[str, str], list[str]] = {}
    members = view.source_in_force(organization.cloud_for_business, as_of)
    # Without a members roster, with a part of one, or under its brake, "no membership" is not known of anybody.
    knows_members = members is not None and members.is_whole and not judge.roster_holds
    lines = view.seat_lines(
        organization.license_portal, organization.cloud_for_business, as_of, desk.policy.non_personal
    )
    for line in lines:
        finding = _finding(line, judge)
        if finding is None or (finding == "assigned_without_membership" and not knows_members):
            continue
        if line.relation in ("owner", "manager"):
            gathered.setdefault((finding, line.address or ""), []).append(shown(line.subscription, 40))
            continue
        yield SeatFinding.model_validate(
            {
                "finding": finding,
                "email": line.address,
                "subscriptions": [shown(line.subscription, 40)],
                "edition": shown(line.edition, 40) if line.edition else None,
                "renews_on": line.renews_on,
                "bought_by": line.bought_by,
            }
        )
    for (finding, address), subscriptions in sorted(gathered.items()):
        yield SeatFinding.model_validate(
            {
                "finding": finding,
                "email": address,
                "subscriptions": subscriptions,
                "edition": None,
                "renews_on": None,
                "bought_by": None,
            }
        )


def _finding(line: SeatLine, judge: Judge) -> str | None:
    if line.relation == "unassigned":
        return "unassigned"
    if line.facts is None:
        return "assigned_without_membership" if line.relation == "assigned" else None
    person = judge(line.facts._replace(is_off=False)).verdict
    if line.relation != "assigned":
        if person in (Verdict.LEAVER, Verdict.WITHHELD):
            return f"{line.relation}_{'left' if person is Verdict.LEAVER else 'withheld'}"
        return f"{line.relation}_deactivated" if line.facts.is_off else None
    if not line.is_member:
        return "assigned_without_membership"
    if line.facts.is_off:
        return "assigned_to_deactivated"
    return {Verdict.LEAVER: "assigned_to_leaver", Verdict.WITHHELD: "assigned_withheld"}.get(person)


# -- the verb ---------------------------------------------------------------------------------------------------------


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
    cursor: str | None

    def text(self) -> str:
        """The counts, what withholds, then one line for each member."""
        if self.source is None:
            return self.next
        found = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in self.counts.items() if count)
        lines = [f"By {self.source}: {found or 'no members'}.", *(f"! {one}" for one in self.withheld_because)]
        lines += [f"Beside {one}." for one in self.directories]
        lines += [f"Mind: {one}" for one in self.cautions]
        lines += [f"Not stated: {one}" for one in self.not_stated]
        lines += [
            f"- {one.email}: {one.verdict}"
            + (f" ({one.reason})" if one.reason else "")
            + (f", {one.role}" if one.role else "")
            + (f", last day {one.leave_date}" if one.leave_date else "")
            + (f", in the directory as {one.directory_email}" if one.directory_email not in (None, one.email) else "")
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
        counts, settled = _counts(view, desk, judge, as_of_moment) if source else ({}, {})
        found: list[Item] = []
        for group in groups[groups.index(begun) :] if source else ():
            if counts[group.value] and len(found) <= MOST_ITEMS:
                rows = view.compared(members, as_of_moment, patterns, after=after if group is begun else None)
                wanted = _items(rows, judge, desk, everyone=verdict is not None, only=group.value)
                found += islice(wanted, MOST_ITEMS + 1 - len(found))
        in_all = _how_many(view, desk, judge, as_of_moment, verdict) if source else 0
        seat_counts: Counter[str] = Counter()
        editions: list[str | None] = []
        seats: list[SeatFinding] = []
        if cursor is None and verdict is None:
            for finding in _seat_findings(view, desk, judge, as_of_moment):
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
        minded = _cautions(view, desk, as_of_moment, counts, settled) if is_first else ()
        directories = [cite(one, desk) for one in directories_in_force(view, as_of_moment)] if is_first else []
        licences = view.source_in_force(desk.organization.license_portal, as_of_moment) if is_first else None
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
    verdicts = {item.verdict for item in found}
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
