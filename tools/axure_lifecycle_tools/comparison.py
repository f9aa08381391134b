"""The comparison of the sources in force: whom it singles out, and which seats, as it runs."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import not_
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.brakes import Brake, hold_back
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import TO_ACT_ON, Facts, Judgement, Verdict
from axure_lifecycle.ports import CaseLine, Compared, Decision, Page, SeatLine, View
from axure_lifecycle_tools.claimed_words import claims
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.standing import Judge, brakes_now, directories_in_force, look_up, silences, waits
from axure_lifecycle_tools.wanted_words import differences, mark
from axure_lifecycle_tools.wording import on_day


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
    claimed_by: list[str] = Field(default=[], description="For an ambiguous address: the directory people who list it.")
    case: str | None = Field(default=None, description="The case under way for it, if there is one.")
    wanted: str = Field(default="", description="By an identity provider that pushes: on, off.", exclude_if=not_)
    claimed: str = Field(default="", description="What a case says of it and no roster shows yet.", exclude_if=not_)
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
    wanted: tuple[str, ...]
    """Where what identity providers push differs from what is known; of now only."""
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
        counted = view.count_compared(members, as_of, patterns) if source else ()
        counts, settled = _sum_up(counted, judge) if source else ({}, {})
        only = None if everyone else [facts for facts, _ in counted if _asks_for_action(judge(facts))]
        yield Whole(
            source=source,
            directories=directories_in_force(view, as_of),
            licences=view.source_in_force(desk.organization.license_portal, as_of),
            brakes=judge.brakes,
            silences=silences(view, desk, as_of),
            cautions=cautions_about(view, desk, as_of, counts, settled),
            wanted=tuple(differences(view, desk, MOST_DIFFERENCES)) if as_of == desk.now else (),
            counts=counts,
            settled=settled,
            items=_with_more(
                single_out(view.compared(members, as_of, patterns, only=only), judge, desk, everyone=everyone),
                view,
                desk,
                as_of,
            )
            if source
            else iter(()),
            seats=find_seats(view, desk, judge, as_of),
        )


def count_verdicts(view: View, desk: Desk, judge: Judge, as_of: datetime) -> tuple[dict[str, int], dict[str, int]]:
    """Members by verdict, and how many of each a decision has settled."""
    patterns = desk.policy.non_personal
    return _sum_up(view.count_compared(desk.organization.cloud_for_business, as_of, patterns), judge)


def _sum_up(counted: Sequence[tuple[Facts, int]], judge: Judge) -> tuple[dict[str, int], dict[str, int]]:
    counts = dict.fromkeys((verdict.value for verdict in Verdict), 0)
    settled = dict(counts)
    for facts, count in counted:
        judgement = judge(facts)
        counts[judgement.verdict.value] += count
        if judgement.is_decided:
            settled[judgement.verdict.value] += count
    return counts, settled


def cautions_about(
    view: View, desk: Desk, as_of: datetime, counts: Mapping[str, int], settled: Mapping[str, int]
) -> tuple[str, ...]:
    """Reads that wait for a person, and more leavers than may be acted on in one go."""
    leavers = counts.get(Verdict.LEAVER.value, 0) - settled.get(Verdict.LEAVER.value, 0)
    held_back = hold_back(leavers, sum(counts.values()), desk.limits)
    return (*waits(view, desk, as_of), *([held_back] if held_back else ()))


def _asks_for_action(judgement: Judgement) -> bool:
    return judgement.verdict in TO_ACT_ON and not judgement.is_decided


def single_out(
    rows: Iterator[Compared], judge: Judge, desk: Desk, *, everyone: bool, only: str | None = None
) -> Iterator[Item]:
    """Whoever asks for action, or everyone, or those with one verdict `only`."""
    for row in rows:
        judgement = judge(row.facts)
        if only is not None and judgement.verdict != only:
            continue
        if not everyone and not _asks_for_action(judgement):
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


_AT_A_TIME: Final = 500
MOST_DIFFERENCES: Final = 100
"""People who wait that a shell names."""


class MoreOf:
    """What else is known of members who are singled out: who claims their address, and which case is under way."""

    def __init__(self, view: View, desk: Desk, as_of: datetime) -> None:
        self._view, self._desk, self._as_of = view, desk, as_of
        self._cases: dict[Address, CaseLine] = {}
        cursor: str | None = None
        while True:
            lines, cursor, _ = view.cases(Page(_AT_A_TIME, cursor), states=(CaseState.OPEN, CaseState.DONE))
            for line in lines:
                self._cases.setdefault(line.subject, line)
            if cursor is None:
                break

    def __call__(self, item: Item) -> Item:
        """The item with what else is known of it."""
        told: dict[str, object] = {}
        if item.verdict == Verdict.AMBIGUOUS:
            told["claimed_by"] = self._claimants(Address(item.email))
        if (case := self._cases.get(Address(item.email))) is not None:
            contradicted = ", contradicted by a roster" if case.contradicted else ""
            told["case"] = f"C-{case.id} ({case.operation} {case.state.value}{contradicted})"
        return item.model_copy(update=told) if told else item

    def _claimants(self, address: Address) -> list[str]:
        found = look_up(self._view, self._desk, address, self._as_of).directory
        return [
            f"{shown(one.display_name, 60)} ({one.address})" if one.display_name else one.address
            for one in found[:MOST_CLAIMANTS]
        ]


MOST_CLAIMANTS: Final = 4
"""Of an ambiguous address that are named."""


def _with_more(items: Iterator[Item], view: View, desk: Desk, as_of: datetime) -> Iterator[Item]:
    more = MoreOf(view, desk, as_of)
    while part := list(islice(items, _AT_A_TIME)):
        yield from beside(view, desk, list(map(more, part)), is_now=as_of == desk.now)


def beside(view: View, desk: Desk, items: Sequence[Item], *, is_now: bool) -> list[Item]:
    """The items with what is wanted and what is claimed, in two statements; of an earlier moment without."""
    addresses = [Address(one.email) for one in items]
    wanted = mark(view, desk, set(addresses), is_now=is_now)
    claimed = claims(view, desk, addresses, is_now=is_now)
    return [
        one.model_copy(
            update={
                "wanted": wanted.get(address, ""),
                # The case stands beside it already.
                "claimed": claimed.get(address, "").partition(" (" if one.case else "\n")[0],
            }
        )
        for one, address in zip(items, addresses, strict=True)
    ]


def find_seats(view: View, desk: Desk, judge: Judge, as_of: datetime) -> Iterator[SeatFinding]:
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
