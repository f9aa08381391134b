"""Who has left and has no case, as a pass sees it, and opening their cases."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.brakes import Brake
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.passing import Candidate, Openings, decide_openings
from axure_lifecycle.domain.policies import Opening
from axure_lifecycle.domain.reminding import CaseStanding, Need, need_of
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import Verdict
from axure_lifecycle.ports import CaseLine, Page, View
from axure_lifecycle_tools.opening import open_planned
from axure_lifecycle_tools.planning import OFFBOARD, make_plan
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.standing import Judge, brakes_now
from axure_lifecycle_tools.wording import on_day

_AT_A_TIME: Final = 500
_OF_LATE: Final = timedelta(hours=24)
_LEAVE: Final = frozenset({Verdict.LEAVER, Verdict.LEAVING})


@dataclass
class Departures:
    """What the comparison says about people who leave, and what came of it."""

    members: int
    leavers: int
    withheld: int
    brakes: tuple[Brake, ...]
    openings: Openings
    opened: dict[str, str] = field(default_factory=dict[str, str])
    """Case → whom it is about."""
    refused: dict[str, str] = field(default_factory=dict[str, str])
    """Whom no case could be opened for → why."""
    needs: dict[str, int] = field(default_factory=dict[str, int])
    """How many open cases ask for what."""

    def count_needs(self, cases: Sequence[CaseStanding], today: date, overdue_after: int) -> None:
        """Count what open cases ask of their owners."""
        self.needs = {need.value: 0 for need in Need}
        for case in cases:
            item = need_of(case, today, overdue_after)
            if item is not None:
                self.needs[item.need.value] += 1


def departures(desk: Desk, let_pass: str, runner: str) -> Departures:
    """Whom the sources in force show as leaving without a case, and what policy does about it."""
    members, patterns = desk.organization.cloud_for_business, desk.policy.non_personal
    with desk.store.reading() as view:
        brakes = brakes_now(view, desk, desk.now)
        judge = Judge(brakes)
        sifted = view.sift(
            members,
            desk.now,
            patterns,
            lambda facts: judge(facts).verdict in _LEAVE and not judge(facts).is_decided,
        )
        counts: dict[Verdict, int] = {}
        for facts, count in sifted.counts:
            verdict = judge(facts).verdict
            counts[verdict] = counts.get(verdict, 0) + count
        candidates: list[Candidate] = []
        if sifted.found:
            under_way = {line.subject for line in _lines(view, CaseState.OPEN, CaseState.DONE) if _offboards(line)}
            cancelled = _cancelled(view) if desk.policy.run.opening is not Opening.NEVER else frozenset[Address]()
            for row in sifted.found:
                if row.address in under_way:
                    continue
                judgement = judge(row.facts)
                candidates.append(
                    Candidate(
                        row.address,
                        judgement.verdict,
                        judgement.reason,
                        None
                        if row.leave_at is None
                        else date.fromisoformat(on_day(row.leave_at, desk.organization.time_zone)),
                        judgement.directories_disagree,
                        row.address in cancelled,
                    )
                )
        of_late = view.count_opened_by(runner, desk.now - _OF_LATE)
    total = sum(counts.values())
    openings = decide_openings(
        candidates,
        today=desk.now.date(),
        members=total,
        opened_of_late=of_late,
        brakes=brakes,
        limits=desk.limits,
        opening=desk.policy.run.opening,
        let_pass=let_pass,
    )
    return Departures(total, counts.get(Verdict.LEAVER, 0), counts.get(Verdict.WITHHELD, 0), brakes, openings)


def _offboards(line: CaseLine) -> bool:
    return line.operation == OFFBOARD


def _lines(view: View, *states: CaseState) -> Iterator[CaseLine]:
    cursor: str | None = None
    while True:
        lines, cursor, _ = view.cases(Page(_AT_A_TIME, cursor), states=states)
        yield from lines
        if cursor is None:
            return


def _cancelled(view: View) -> frozenset[Address]:
    """Those of whom the newest offboarding that is over was cancelled."""
    newest: dict[Address, CaseState] = {}
    for line in filter(_offboards, _lines(view, CaseState.CANCELLED, CaseState.VERIFIED)):
        newest.setdefault(line.subject, line.state)
    return frozenset(subject for subject, state in newest.items() if state is CaseState.CANCELLED)


def open_cases(desk: Desk, gone: Departures, check: Callable[[], None]) -> Departures:
    """Open a case for each, in a transaction of its own: whatever was opened stands when the pass is killed.

    Somebody whose plan is blocked, or who has a case under another address, is told of and skipped. Raises `PassLost`
    and the refusals of the store.
    """
    owner = desk.policy.run.owner or desk.organization.operator
    for candidate in gone.openings.to_open:
        check()
        try:
            with desk.store.writing(desk.actor) as change:
                asked = Asked((candidate.address,))
                planned = make_plan(change, desk, OFFBOARD, asked)
                reason = _why(candidate)
                case, _ = open_planned(change, desk, OFFBOARD, asked, planned.plan.digest, owner=owner, reason=reason)
        except LifecycleError as refusal:
            if refusal.code.startswith("store_"):
                raise
            gone.refused[candidate.address] = f"{shown(refusal.sentence, 400)} [{refusal.code}]"
        else:
            gone.opened[case.name] = case.subject
    return gone


def _why(candidate: Candidate) -> str:
    said = "the last day is today" if candidate.verdict is Verdict.LEAVING else f"{candidate.reason}".replace("_", " ")
    return f"Opened by a pass ([policy.run] open = “{Opening.AT_LAST_DAY}”): {said}."


def standings(view: View, desk: Desk) -> list[CaseStanding]:
    """Every open case, as far as reminding cares, newest first."""
    zone = desk.organization.time_zone
    return [
        CaseStanding(
            line.id,
            line.operation,
            line.owner or desk.organization.operator,
            line.opened_at.astimezone(zone).date(),
            None if line.due_on is None else date.fromisoformat(line.due_on),
            line.contradicted,
            line.lacks_approval,
            line.steps,
            line.settled,
        )
        for line in _lines(view, CaseState.OPEN)
    ]
