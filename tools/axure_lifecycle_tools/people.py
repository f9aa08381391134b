"""Looking at one person: everything that the store knows, and where it is known from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import not_
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.addresses import Address, normal
from axure_lifecycle.domain.brakes import Brake
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import Judgement, Verdict
from axure_lifecycle.ports import CaseLine, MemberRecord, Page, View
from axure_lifecycle.ports import Person as Found
from axure_lifecycle_tools.arguments import Day, Person, moment_of
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
from axure_lifecycle_tools.standing import Judge, brakes_now, explain, look_up, sources_of
from axure_lifecycle_tools.statements import Sheet, Silent, Statement
from axure_lifecycle_tools.wanted_words import WantedLine, wanted_of
from axure_lifecycle_tools.wording import SourceRef, plural, refer

MOST_CANDIDATES: Final = 20
MOST_ADDRESSES: Final = 12
MOST_CASES: Final = 20
"""Of each address that is looked at."""
OPEN_OR_DONE: Final = (CaseState.OPEN, CaseState.DONE)
MOST_LOOKED_UP: Final = 5
"""Addresses of one person under which cases are looked for."""


class OpenCase(BaseModel):
    """A case on this person."""

    model_config = ConfigDict(extra="forbid")

    id: str
    operation: str
    state: str
    wanted_since: str = Field(description="ISO 8601, in the organisation's time zone.")
    settled_steps: int
    steps: int
    contradicted: int
    lacks_approval: bool = Field(default=False, exclude_if=not_)
    """Whether it waits for a second person."""


class Candidate(BaseModel):
    """Somebody whose name is like the one asked for. A name alone is never a match."""

    model_config = ConfigDict(extra="forbid")

    address: str
    name: str


class CheckedUser(Reply):
    """Everything that is known about one person."""

    asked: str
    addresses: list[str] = Field(description="Addresses that lead to this person, the asked one first.")
    addresses_in_all: int
    verdict: str | None = Field(description="None for somebody without a membership.")
    reason: str | None
    explanation: str
    withheld_because: list[str]
    statements: list[Statement]
    sources: list[SourceRef] = Field(description="Where the statements are from.")
    decision: str | None
    cases: list[OpenCase]
    cases_in_all: int
    wanted: list[WantedLine] = Field(
        default=[], description="What identity providers push, beside what is known and claimed.", exclude_if=not_
    )
    candidates: list[Candidate] = Field(description="Filled only when a name was given instead of an address.")
    candidates_in_all: int

    def text(self) -> str:
        """A small sheet: the verdict, then one line for each record."""
        if self.candidates or not self.addresses:
            lines = [self.explanation, *(f"- {one.address} ({one.name})" for one in self.candidates)]
            if left := self.candidates_in_all - len(self.candidates):
                lines.append(f"… and {left:,} more; more of the name narrows it down.")
        else:
            lines = [f"{shown(self.asked, 120)}: {self.verdict or 'no membership'}. {self.explanation}"]
            lines += [f"! {sentence}" for sentence in self.withheld_because]
            known_by = {source.id: _known_by(source) for source in self.sources}
            lines += [f"- {one.system}: {one.says}{known_by.get(one.source or '', '')}" for one in self.statements]
            if self.addresses_in_all > 1:
                left = self.addresses_in_all - len(self.addresses)
                more = [f"{plural(left, 'more address', 'more addresses')}"] if left else []
                lines.append(f"Also known as: {', '.join([*self.addresses[1:], *more])}")
            lines += [f"Wanted: {one.line()}" for one in self.wanted]
            if self.decision:
                lines.append(f"Decided: {self.decision}")
            lines += [
                f"Case {one.id}: {one.operation} wanted since {one.wanted_since[:10]}, {one.state}, "
                f"{one.settled_steps} of {plural(one.steps, 'step')} settled"
                + (", waits for the approval of a second person" if one.lacks_approval else "")
                + (f", {one.contradicted} contradicted by a roster" if one.contradicted else "")
                for one in self.cases
            ]
            if left := self.cases_in_all - len(self.cases):
                lines.append(f"… and {plural(left, 'more case')}; list_cases shows them.")
        return "\n".join([*lines, self.next] if self.next else lines)


def _known_by(source: SourceRef) -> str:
    return f" [{source.id}, {source.age_days} d old, {source.assurance}]"


def check_user(desk: Desk, *, person: Person, as_of: Day = None) -> CheckedUser:
    """Three records and the directory, side by side. Raises `NotADay` and the refusals of a store."""
    as_of_moment = moment_of(as_of, desk)
    desk = replace(desk, now=as_of_moment)
    address = normal(person)
    if address is None:
        with desk.store.reading() as view:
            return _candidates(view, desk, person)
    found, brakes, cases, silent, wanted = desk.store.look(lambda view: _see(view, desk, address, is_now=as_of is None))
    judgement = Judge(brakes)(found.facts) if found.facts is not None else None
    sheet = Sheet(desk, found, silent)
    known = [*sources_of(found), *found.gone_from, *(one for one in silent[:2] if one is not None)]
    known += [one.source for one in silent.earlier]
    told = explain(judgement, found.facts) if judgement else _without_membership(found, silent)
    withheld = [brake.sentence for brake in brakes[:3]] if judgement and judgement.verdict is Verdict.WITHHELD else []

    def make(most: int) -> CheckedUser:
        statements = sheet.write(most)
        return CheckedUser(
            asked=address,
            addresses=[*found.addresses[: min(most, MOST_ADDRESSES)]],
            addresses_in_all=len(found.addresses),
            verdict=judgement.verdict.value if judgement else None,
            reason=judgement.reason.value if judgement and judgement.reason else None,
            explanation=told + _unvouched(found),
            withheld_because=withheld[:most],
            statements=statements,
            sources=_cited(known, statements, desk),
            decision=_decision(found),
            cases=cases.told[:most],
            cases_in_all=cases.in_all,
            wanted=wanted[:most],
            candidates=[],
            candidates_in_all=0,
            next=_next(judgement, cases, found),
        )

    return fit(desk, make, MOST_CANDIDATES)


class _Sight(NamedTuple):
    """What one state of the store says about somebody."""

    found: Found
    brakes: tuple[Brake, ...]
    cases: "_Cases"
    silent: Silent
    wanted: list[WantedLine]


def _see(view: View, desk: Desk, address: Address, *, is_now: bool) -> _Sight:
    view.expect_cases(Page(MOST_CASES), OPEN_OR_DONE, address)
    found = look_up(view, desk, address, desk.now)
    organization = desk.organization
    silent = Silent(
        None if found.members else view.source_in_force(organization.cloud_for_business, desk.now),
        None if found.seats else view.source_in_force(organization.license_portal, desk.now),
        has_directory=bool(view.directories()),
    )
    silent = silent._replace(earlier=_earlier(view, found, silent.members))
    return _Sight(
        found,
        brakes_now(view, desk, desk.now),
        _cases_of(view, desk, found),
        silent,
        wanted_of(view, desk, found.addresses, (*found.members, *silent.earlier)) if is_now else [],
    )


def _cited(sources: Sequence[Source], statements: Sequence[Statement], desk: Desk) -> list[SourceRef]:
    by_name = {source.name: source for source in sources}
    named = dict.fromkeys(statement.source for statement in statements if statement.source in by_name)
    return [refer(by_name[name], desk.now) for name in named]


def _candidates(view: View, desk: Desk, name: str) -> CheckedUser:
    found, in_all = view.names_like(name.strip(), MOST_CANDIDATES)
    explanation = (
        f"“{shown(name, 80)}” is a name, and a name alone is never a match. "
        f"{plural(in_all, 'address', 'addresses')} may be meant:"
        if found
        else f"“{shown(name, 80)}” is no address, and no name in the rosters and directories in force begins like it."
    )

    def make(most: int) -> CheckedUser:
        return CheckedUser(
            asked=shown(name, 80),
            addresses=[],
            addresses_in_all=0,
            verdict=None,
            reason=None,
            explanation=explanation,
            withheld_because=[],
            statements=[],
            sources=[],
            decision=None,
            cases=[],
            cases_in_all=0,
            candidates=[Candidate(address=address, name=shown(display, 80)) for address, display in found[:most]],
            candidates_in_all=in_all,
            next="Call check_user again with one address." if found else "Ask for the person's e-mail address.",
        )

    return fit(desk, make, MOST_CANDIDATES)


class _Cases(NamedTuple):
    """The cases on a person that are not over."""

    told: list[OpenCase]
    in_all: int


def _cases_of(view: View, desk: Desk, found: Found) -> _Cases:
    """Under the address that was asked for, those of the memberships, and a few more."""
    lines: dict[int, CaseLine] = {}
    left = 0
    asked: dict[Address, None] = dict.fromkeys((found.asked, *(one.address for one in found.members), *found.addresses))
    for address in list(asked)[:MOST_LOOKED_UP]:
        part, _, in_all = view.cases(Page(MOST_CASES), subject=address, states=OPEN_OR_DONE)
        lines |= {line.id: line for line in part}
        left += in_all - len(part)
    return _Cases([_open_case(line, desk) for line in lines.values()], len(lines) + left)


def _earlier(view: View, found: Found, newest: Source | None) -> tuple[MemberRecord, ...]:
    """What the last whole roster said of somebody whom the newest, which may be a part, leaves out."""
    before = view.source_before(newest) if newest is not None and not newest.is_whole else None
    return tuple(view.members_in(before, found.addresses)) if before is not None and before.is_whole else ()


def _without_membership(found: Found, silent: Silent) -> str:
    if silent.earlier:
        return "The newest members roster may be a part and leaves the person out; the last whole one lists them."
    if found.members:
        return "No membership on this organisation's server by the members roster in force; another server lists one."
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


def _open_case(line: CaseLine, desk: Desk) -> OpenCase:
    return OpenCase(
        id=f"C-{line.id}",
        operation=line.operation,
        state=line.state.value,
        wanted_since=line.opened_at.astimezone(desk.organization.time_zone).isoformat(timespec="seconds"),
        settled_steps=line.settled,
        steps=line.steps,
        contradicted=line.contradicted,
        lacks_approval=line.lacks_approval and line.state is CaseState.OPEN,
    )


def _next(judgement: Judgement | None, cases: _Cases, found: Found) -> str:
    if cases.told:
        return f"Go on with get_case {{case: '{cases.told[0].id}'}}."
    if judgement and judgement.verdict in (Verdict.LEAVER, Verdict.LEAVING):
        return "Plan the offboarding with plan_offboard."
    if judgement and judgement.verdict in (Verdict.AMBIGUOUS, Verdict.NOT_IN_DIRECTORY):
        return "A person decides who this is with record_decision."
    if judgement and judgement.verdict is Verdict.WITHHELD:
        return "Bring fresh sources (import_roster), then look again."
    return "plan_offboard shows what offboarding would take." if found.members or found.seats else ""


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
)
