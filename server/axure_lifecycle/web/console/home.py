"""What waits for me: the first page after signing in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.responses import Response

from axure_lifecycle.domain.access import APPROVERS, WORKERS
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.domain.wishes import Hold
from axure_lifecycle.ports import CaseNeed, CaseRecord, ClaimRecord, Page, View
from axure_lifecycle.ports.wanted import WantedPerson
from axure_lifecycle.web.console.case_pages import title_of
from axure_lifecycle.web.console.visit import Visit
from axure_lifecycle_tools.cases import CaseList, list_of
from axure_lifecycle_tools.showing import last_claim, overdue_since
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wanted_words import by_reason, who
from axure_lifecycle_tools.wording import named

MOST_CASES: Final = 8
"""Of each kind; the list of cases has all."""
BRAKES: Final = frozenset({Hold.BRAKE.value, Hold.CEILING.value})
_REPORTED: Final = frozenset({StepState.REPORTED, StepState.SKIP_REPORTED})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that somebody only reported."""

    case: CaseRecord
    case_title: str
    title: str
    path: str
    is_skip: bool
    claim: ClaimRecord | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an identity provider wants and what cannot be settled, of those for whom it waits for the same."""

    people: Sequence[tuple[str, str | None]]
    """As they are called, and by which address they have a page."""
    wanted: str
    since: datetime
    """Since when for the first of them."""
    waits: str
    is_held_back: bool
    """By a brake or the ceiling; a person lets it pass at a terminal."""


def show(visit: Visit) -> Response:
    """What waits for this person, and what is late or contradicted."""
    desk = visit.desk
    may_work, may_approve = visit.may(WORKERS), visit.may(APPROVERS)
    page = Page(MOST_CASES)
    with desk.store.reading() as view:
        lines, _, cases_with_reports = view.cases_needing(CaseNeed.WORD, page, since=overdue_since(desk))
        waiting = [one for line in lines for one in _steps_of(view.case(line.id))]
        lists = {
            need: list_of(view, desk, *view.cases_needing(need, page, since=overdue_since(desk)))
            for need in (CaseNeed.CONTRADICTED, CaseNeed.OVERDUE)
        }
        approvals = list_of(view, desk, *view.cases(page, lacks_approval=True))
        rosters = _rosters(view, desk)
        held, _, wishes_held = view.wanted_held(page) if desk.scim.idps else ((), None, 0)
    return visit.page(
        "home.html",
        waiting=waiting,
        cases_with_reports=cases_with_reports,
        more_reports=cases_with_reports - len(lines),
        approvals=approvals,
        contradicted=lists[CaseNeed.CONTRADICTED],
        overdue=lists[CaseNeed.OVERDUE],
        rosters=rosters,
        wishes=_wishes(desk, held),
        more_wishes=wishes_held - len(held),
        wishes_held=wishes_held,
        may_work=may_work,
        may_approve=may_approve,
        is_quiet=_is_quiet(lists[CaseNeed.CONTRADICTED], lists[CaseNeed.OVERDUE])
        and not wishes_held
        and not (may_work and (waiting or rosters))
        and not (may_approve and approvals.in_all),
    )


def _wishes(desk: Desk, held: Sequence[WantedPerson]) -> list[Wishes]:
    return [
        Wishes(
            people=[(who(one), one.address) for one in some],
            wanted=wanted,
            since=min(one.wanted_since for one in some),
            waits=waits,
            is_held_back=any(one.hold is not None and one.hold.code in BRAKES for one in some),
        )
        for (wanted, waits), some in by_reason(desk, held).items()
    ]


def _is_quiet(*lists: CaseList) -> bool:
    return not any(one.in_all for one in lists)


def _steps_of(case: CaseRecord) -> list[Waiting]:
    return [
        Waiting(
            case=case,
            case_title=title_of(case),
            title=named(step.step.title, case.people),
            path=f"/cases/{case.name}/steps/{step.step.key}/"
            + ("skipped" if step.state is StepState.SKIP_REPORTED else "done"),
            is_skip=step.state is StepState.SKIP_REPORTED,
            claim=last_claim(step),
        )
        for step in case.steps
        if step.state in _REPORTED
    ]


def _rosters(view: View, desk: Desk) -> list[Source]:
    """The rosters and directory reads that only wait for somebody to stand for them."""
    own = (
        view.source_in_force(desk.organization.cloud_for_business),
        view.source_in_force(desk.organization.license_portal),
    )
    reported = [one for one in own if one is not None and one.assurance < Assurance.CONFIRMED]
    return [*reported, *view.sources_waiting()]
