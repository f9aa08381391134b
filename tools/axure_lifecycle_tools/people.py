"""Looking at people: one person in full, or the members page by page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Assurance, HoldingKind
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import Judgement, Verdict
from axure_lifecycle.ports import CaseLine, CursorUnknown, Page, View
from axure_lifecycle.ports import Person as Found
from axure_lifecycle_tools.arguments import Cursor, Day, Person, VerdictName, moment_of
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
from axure_lifecycle_tools.standing import Judge, brakes_now, explain, look_up, sources_of
from axure_lifecycle_tools.wording import SourceRef, cite, plural, refer

MOST_CANDIDATES: Final = 20
MOST_SUBSCRIPTIONS: Final = 10


class Statement(BaseModel):
    """What one system says about the person, and how that is known."""

    model_config = ConfigDict(extra="forbid")

    system: str
    holding: str = Field(description="membership, seat, public_account or directory_account.")
    address: str
    says: str = Field(description="Plain words; 'not stated' and 'unknown' mean just that.")
    source: str | None = Field(description="One of `sources`; none where nothing was imported, or can ever be known.")


class OpenCase(BaseModel):
    """A case on this person."""

    model_config = ConfigDict(extra="forbid")

    id: str
    operation: str
    state: str
    wanted_since: str = Field(description="UTC, ISO 8601.")
    settled_steps: int
    steps: int
    contradicted: int


class Candidate(BaseModel):
    """Somebody whose name is like the one asked for. A name alone is never a match."""

    model_config = ConfigDict(extra="forbid")

    address: str
    name: str


class CheckedUser(Reply):
    """Everything that is known about one person."""

    asked: str
    addresses: list[str] = Field(description="Every address that leads to this person, the asked one first.")
    verdict: str | None = Field(description="None for somebody without a membership.")
    reason: str | None
    explanation: str
    withheld_because: list[str]
    statements: list[Statement]
    sources: list[SourceRef] = Field(description="Where the statements are from.")
    decision: str | None
    cases: list[OpenCase]
    candidates: list[Candidate] = Field(description="Filled only when a name was given instead of an address.")

    def text(self) -> str:
        """A small sheet: the verdict, then one line for each record."""
        if self.candidates or not self.addresses:
            lines = [self.explanation, *(f"- {one.address} ({one.name})" for one in self.candidates)]
        else:
            lines = [f"{self.asked}: {self.verdict or 'no membership'}. {self.explanation}"]
            lines += [f"! {sentence}" for sentence in self.withheld_because]
            known_by = {source.id: _known_by(source) for source in self.sources}
            lines += [f"- {one.system}: {one.says}{known_by.get(one.source or '', '')}" for one in self.statements]
            if len(self.addresses) > 1:
                lines.append(f"Also known as: {', '.join(self.addresses[1:])}")
            if self.decision:
                lines.append(f"Decided: {self.decision}")
            lines += [
                f"Case {one.id}: {one.operation} wanted since {one.wanted_since[:10]}, {one.state}, "
                f"{one.settled_steps} of {plural(one.steps, 'step')} settled"
                + (f", {one.contradicted} contradicted by a roster" if one.contradicted else "")
                for one in self.cases
            ]
        return "\n".join([*lines, self.next] if self.next else lines)


def _known_by(source: SourceRef) -> str:
    return f" [{source.id}, {source.age_days} d old, {source.assurance}]"


def check_user(desk: Desk, *, person: Person, as_of: Day = None) -> CheckedUser:
    """Three records and the directory, side by side. Raises `NotADay` and the refusals of a store."""
    as_of_moment = moment_of(as_of, desk)
    desk = replace(desk, now=as_of_moment)
    with desk.store.reading() as view:
        address = normal(person)
        if address is None:
            return _candidates(view, person)
        found = look_up(view, desk, address, as_of_moment)
        brakes = brakes_now(view, desk, as_of_moment)
        judgement = Judge(brakes)(found.facts) if found.facts is not None else None
        lines = _cases_of(view, found)
        statements = [
            *_memberships(view, desk, found),
            *_seats(view, desk, found),
            *_directory(view, desk, found),
            Statement(
                system="axure/public_cloud",
                holding=HoldingKind.PUBLIC_ACCOUNT.value,
                address=address,
                says="cannot be known: no admin can see a person's public account; ask the person",
                source=None,
            ),
        ]
        organization = desk.organization
        silent = [
            *([] if found.members else [organization.cloud_for_business]),
            *([] if found.seats else [organization.license_portal]),
        ]
        newest = [view.source_in_force(one, as_of_moment) for one in silent]
    view_sources = [*sources_of(found), *found.gone_from, *(one for one in newest if one is not None)]
    return CheckedUser(
        asked=address,
        addresses=[*found.addresses[:12]],
        verdict=judgement.verdict.value if judgement else None,
        reason=judgement.reason.value if judgement and judgement.reason else None,
        explanation=(explain(judgement) if judgement else _without_membership(found)) + _unvouched(found),
        withheld_because=[brake.sentence for brake in brakes[:3]]
        if judgement and judgement.verdict is Verdict.WITHHELD
        else [],
        statements=statements,
        sources=_cited(view_sources, statements, desk),
        decision=_decision(found),
        cases=[_open_case(line) for line in lines],
        candidates=[],
        next=_next(judgement, lines, found),
    )


def _cited(sources: Sequence[Source], statements: Sequence[Statement], desk: Desk) -> list[SourceRef]:
    by_name = {source.name: source for source in sources}
    named = dict.fromkeys(statement.source for statement in statements if statement.source in by_name)
    return [refer(by_name[name], desk.now) for name in named]


def _candidates(view: View, name: str) -> CheckedUser:
    found = view.names_like(name.strip(), MOST_CANDIDATES)
    explanation = (
        f"“{shown(name, 80)}” is a name, and a name alone is never a match. "
        f"{plural(len(found), 'address', 'addresses')}"
        " may be meant:"
        if found
        else f"“{shown(name, 80)}” is no address, and no name in the rosters and directories in force begins like it."
    )
    return CheckedUser(
        asked=shown(name, 80),
        addresses=[],
        verdict=None,
        reason=None,
        explanation=explanation,
        withheld_because=[],
        statements=[],
        sources=[],
        decision=None,
        cases=[],
        candidates=[Candidate(address=address, name=shown(display, 80)) for address, display in found],
        next="Call check_user again with one address." if found else "Ask for the person's e-mail address.",
    )


def _cases_of(view: View, found: Found) -> Sequence[CaseLine]:
    lines: list[CaseLine] = []
    for address in found.addresses[:5]:
        part, _, _ = view.cases(Page(5), subject=address, states=(CaseState.OPEN, CaseState.DONE))
        lines.extend(part)
    return lines


def _memberships(view: View, desk: Desk, found: Found) -> list[Statement]:
    system = desk.organization.cloud_for_business
    if not found.members:
        source = view.source_in_force(system, desk.now)
        says = "no members roster was imported yet" if source is None else "not listed"
        return [
            Statement(
                system=str(system),
                holding=HoldingKind.MEMBERSHIP.value,
                address=found.asked,
                says=says,
                source=source.name if source else None,
            )
        ]
    return [
        Statement(
            system=str(system),
            holding=HoldingKind.MEMBERSHIP.value,
            address=member.address,
            says=f"{shown(member.status, 40) if member.status else 'listed, status not stated'}, "
            f"role {shown(member.role, 40) if member.role else 'not stated'}, "
            f"Use SSO {_yes_no(member.use_sso)}"
            + (f", listed as {member.address}" if member.address != found.asked else "")
            + (f" (flagged: {', '.join(member.flags)})" if member.flags else ""),
            source=member.source.name,
        )
        for member in found.members[:4]
    ]


def _yes_no(value: bool | None) -> str:
    return "not stated" if value is None else "on" if value else "off"


def _seats(view: View, desk: Desk, found: Found) -> list[Statement]:
    system = desk.organization.license_portal
    statements: list[Statement] = []
    for relation in ("assigned", "owner", "manager"):
        mine = [seat for seat in found.seats if seat.relation == relation]
        if mine:
            names = [shown(seat.subscription, 40) for seat in mine[:MOST_SUBSCRIPTIONS]]
            more = f" and {len(mine) - len(names)} more" if len(mine) > len(names) else ""
            bought = Counter(seat.bought_by or "not stated" for seat in mine)
            paid = ", ".join(f"{count} by {word.replace('_', ' ')}" for word, count in sorted(bought.items()))
            role = {"assigned": "assigned user", "owner": "owner", "manager": "manager"}[relation]
            statements.append(
                Statement(
                    system=str(system),
                    holding=HoldingKind.SEAT.value,
                    address=mine[0].address,
                    says=f"{role} of {plural(len(mine), 'subscription')}: {', '.join(names)}{more} (bought {paid})",
                    source=mine[0].source.name,
                )
            )
    if not statements:
        source = view.source_in_force(system, desk.now)
        statements.append(
            Statement(
                system=str(system),
                holding=HoldingKind.SEAT.value,
                address=found.asked,
                says="unknown: no licence list was imported yet" if source is None else "no subscription",
                source=source.name if source else None,
            )
        )
    return statements


def _directory(view: View, desk: Desk, found: Found) -> list[Statement]:
    statements = [
        Statement(
            system=str(one.system),
            holding=HoldingKind.DIRECTORY_ACCOUNT.value,
            address=one.address,
            says=one.standing.value
            + (f" ({shown(one.status, 40)})" if one.status else "")
            + (f", last day {one.leave_at.date()}" if one.leave_at else "")
            + (f", kind {shown(one.kind, 40)}" if one.kind and one.kind != "person" else ""),
            source=one.source.name,
        )
        for one in found.directory[:6]
    ]
    statements += [
        Statement(
            system=str(source.system),
            holding=HoldingKind.DIRECTORY_ACCOUNT.value,
            address=found.asked,
            says=f"not in the newest read; {source.name} still knew the person",
            source=source.name,
        )
        for source in found.gone_from[:3]
    ]
    if not statements:
        known = view.directories()
        says = "not known" if known else "unknown: no directory read is in use"
        statements.append(
            Statement(
                system="directory",
                holding=HoldingKind.DIRECTORY_ACCOUNT.value,
                address=found.asked,
                says=says,
                source=None,
            )
        )
    return statements


def _without_membership(found: Found) -> str:
    if found.seats:
        return "No membership by the members roster in force, but the licence list names the person."
    if found.directory or found.gone_from:
        return "No membership and no seat by the sources in force; the directory knows the person."
    return "No source in force knows this address. That says nothing about Axure itself: only that no roster shows it."


def _unvouched(found: Found) -> str:
    reported = sorted({source.name for source in sources_of(found) if source.assurance < Assurance.CONFIRMED})
    if not reported:
        return ""
    return f" Nobody stands for {', '.join(reported)} yet: an assistant or an unattended command brought it."


def _decision(found: Found) -> str | None:
    if found.decision is None:
        return None
    decision = found.decision
    until = f" until {decision.until}" if decision.until else ""
    whose = f" {decision.belongs_to}" if decision.belongs_to else ""
    return (
        f"{decision.kind.value}{whose}{until}, by {shown(decision.decided_by.name, 80)}: {shown(decision.reason, 200)}"
    )


def _open_case(line: CaseLine) -> OpenCase:
    return OpenCase(
        id=f"C-{line.id}",
        operation=line.operation,
        state=line.state.value,
        wanted_since=line.opened_at.isoformat(timespec="seconds"),
        settled_steps=line.settled,
        steps=line.steps,
        contradicted=line.contradicted,
    )


def _next(judgement: Judgement | None, cases: Sequence[CaseLine], found: Found) -> str:
    if cases:
        return f"Go on with get_case {{case: 'C-{cases[0].id}'}}."
    if judgement and judgement.verdict in (Verdict.LEAVER, Verdict.LEAVING):
        return "Plan the offboarding with plan_offboard."
    if judgement and judgement.verdict in (Verdict.AMBIGUOUS, Verdict.NOT_IN_DIRECTORY):
        return "A person decides who this is with record_decision."
    if judgement and judgement.verdict is Verdict.WITHHELD:
        return "Bring fresh sources (import_roster), then look again."
    return "plan_offboard shows what offboarding would take." if found.members or found.seats else ""


# -- the list ---------------------------------------------------------------------------------------------------------


class ListedUser(BaseModel):
    """One member."""

    model_config = ConfigDict(extra="forbid")

    address: str
    name: str | None
    role: str | None
    status: str | None
    verdict: str


class UserList(Reply):
    """A part of the members roster."""

    source: str | None = Field(description="Which roster, of when.")
    in_all: int = Field(description="Members that fit, exactly.")
    users: list[ListedUser]
    cursor: str | None = Field(description="For the next part; None at the end.")

    def text(self) -> str:
        """One line for each member."""
        if self.source is None:
            return self.next
        lines = [f"{plural(self.in_all, 'member')} by {self.source}."]
        lines += [f"- {one.address} ({one.name or 'no name'}): {one.verdict}, {one.role}" for one in self.users]
        return "\n".join([*lines, self.next] if self.next else lines)


MOST_LISTED: Final = 40


def list_users(
    desk: Desk,
    *,
    verdict: Annotated[VerdictName | None, Field(description="Only members with this verdict.")] = None,
    as_of: Day = None,
    cursor: Cursor = None,
) -> UserList:
    """Members by address. Raises `NotADay`, `CursorUnknown`."""
    as_of_moment = moment_of(as_of, desk)
    desk = replace(desk, now=as_of_moment)
    members, patterns = desk.organization.cloud_for_business, desk.policy.non_personal
    after = normal(cursor) if cursor else None
    if cursor and after is None:
        raise CursorUnknown(cursor)
    with desk.store.reading() as view:
        source = view.source_in_force(members, as_of_moment)
        if source is None:
            return UserList(source=None, in_all=0, users=[], cursor=None, next=NO_ROSTER)
        judge = Judge(brakes_now(view, desk, as_of_moment))
        in_all = sum(
            count
            for facts, count in view.count_compared(members, as_of_moment, patterns)
            if verdict is None or judge(facts).verdict == verdict
        )
        wanted = (
            row
            for row in view.compared(members, as_of_moment, patterns, after=after)
            if verdict is None or judge(row.facts).verdict == verdict
        )
        found = list(islice(wanted, MOST_LISTED + 1))
        said = cite(source, desk)

    def make(most: int) -> UserList:
        more = len(found) > most
        return UserList(
            source=said,
            in_all=in_all,
            users=[
                ListedUser(
                    address=row.address,
                    name=shown(row.display_name, 60) if row.display_name else None,
                    role=shown(row.role, 40) if row.role else None,
                    status=shown(row.status, 40) if row.status else None,
                    verdict=judge(row.facts).verdict.value,
                )
                for row in found[:most]
            ],
            cursor=found[most - 1].address if more else None,
            next="Call again with the cursor for more; check_user shows one person in full." if more else "",
        )

    return fit(desk, make, MOST_LISTED)


NO_ROSTER: Final = (
    "No members roster was imported yet. A person copies the members page and runs "
    "`axure-lifecycle import members FILE`, or hand it over with import_roster."
)


def _names_an_address(arguments: Mapping[str, object]) -> bool:
    """An address is looked up by indexes; a name is looked for among all names."""
    return "@" in str(arguments.get("person", ""))


VERBS: Final = (
    Verb(
        name="check_user",
        title="Check one person",
        toolset=Toolset.PEOPLE,
        description=(
            "Shows what is known about one person: Axure membership, licence seats, public account and every "
            "directory, each with its source, age and assurance, the verdict, and cases under way. An e-mail address "
            "is looked up; a name only lists candidates. Reads the local store; never touches Axure."
        ),
        reply=CheckedUser,
        run=check_user,
        reads_only=True,
        is_brief=_names_an_address,
        repeats_safely=True,
    ),
    Verb(
        name="list_users",
        title="List members",
        toolset=Toolset.PEOPLE,
        description=(
            "Lists the members of the newest roster with their verdicts, by address, with the exact count. Use "
            "find_discrepancies for what needs doing, check_user for one person."
        ),
        reply=UserList,
        run=list_users,
        reads_only=True,
        repeats_safely=True,
    ),
)
