"""Lists: cases, discrepancies, sources; each a part at a time, with a cursor for the next one."""

from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import urlencode

from starlette.responses import Response

from axure_lifecycle.domain.access import WORKERS
from axure_lifecycle.domain.verdicts import Verdict
from axure_lifecycle.ports import CaseNeed, Page
from axure_lifecycle.web.console.answering import Asking, put
from axure_lifecycle.web.console.numbers import number_in
from axure_lifecycle.web.console.visit import Visit
from axure_lifecycle_tools import cases as case_verbs
from axure_lifecycle_tools import confirming
from axure_lifecycle_tools import discrepancies as discrepancy_verbs
from axure_lifecycle_tools import sources as source_verbs
from axure_lifecycle_tools.cases import StateName, list_of
from axure_lifecycle_tools.roster_reply import ImportedRoster
from axure_lifecycle_tools.showing import overdue_since
from axure_lifecycle_tools.spec import Reply
from axure_lifecycle_tools.wanted_aside import list_aside

MOST_CASES: Final = 25
MOST_ASIDE: Final = 10
"""People and groups of whom attributes are kept aside that the page of sources names."""
STATES: Final = ("open", "done", "verified", "cancelled")
NEEDS: Final[Mapping[str, CaseNeed]] = {need.value: need for need in CaseNeed}
APPROVAL: Final = "approval"
NEEDS_NAMED: Final = {
    APPROVAL: "a second person",
    CaseNeed.WORD.value: "somebody's word",
    CaseNeed.CONTRADICTED.value: "being done again",
    CaseNeed.OVERDUE.value: "too long",
}
_STEADY: Final = (Verdict.ACTIVE, Verdict.DEACTIVATED)
"""Verdicts that ask for nothing."""


def onward(visit: Visit, cursor: str | None) -> str | None:
    """The address of the next part of the same list; None at its end."""
    if cursor is None:
        return None
    return f"{visit.request.url.path}?{urlencode({**visit.query, 'after': cursor})}"


def cases(visit: Visit) -> Response:
    """Cases, newest first, by state, person, owner, or what they wait for. Raises `NotAnAddress`, `CursorUnknown`."""
    query = visit.query
    need = NEEDS.get(query.get("need", ""))
    if need is not None or query.get("need") == APPROVAL:
        with visit.desk.store.reading() as view:
            page = Page(MOST_CASES, query.get("after"))
            lines, cursor, in_all = (
                view.cases(page, lacks_approval=True)
                if need is None
                else view.cases_needing(need, page, since=overdue_since(visit.desk))
            )
            found = list_of(view, visit.desk, lines, cursor, in_all)
    else:
        state = query.get("state") if query.get("state") in STATES else None
        found = case_verbs.list_cases(
            visit.desk,
            state=cast("StateName | None", state),
            person=query.get("person"),
            owner=query.get("owner"),
            cursor=query.get("after"),
        )
    return visit.page(
        "cases.html",
        found=found,
        query={name: query.get(name, "") for name in ("need", "state", "person", "owner")},
        needs=NEEDS_NAMED.items(),
        is_filtered=bool(query),
        states=STATES,
        need=need,
        next_part=onward(visit, found.cursor),
        is_first="after" not in query,
    )


def discrepancies(visit: Visit) -> Response:
    """Who should not have what they have. Raises `CursorUnknown`."""
    query = visit.query
    verdict = query.get("verdict") if query.get("verdict") in set(Verdict) else None
    found = discrepancy_verbs.find_discrepancies(visit.desk, verdict=cast("Any", verdict), cursor=query.get("after"))
    return visit.page(
        "discrepancies.html",
        found=found,
        verdict=verdict,
        tiles=[(one.value, found.counts.get(one.value, 0)) for one in Verdict],
        steady=_STEADY,
        next_part=onward(visit, found.cursor),
        is_first="after" not in query,
    )


def sources(visit: Visit) -> Response:
    """Where everything is known from. Raises `CursorUnknown`."""
    is_first = "after" not in visit.query
    found = source_verbs.list_sources(visit.desk, cursor=visit.query.get("after"))
    pushes = is_first and visit.desk.scim.idps
    return visit.page(
        "sources.html",
        found=found,
        next_part=onward(visit, found.cursor),
        aside=list_aside(visit.desk, most=MOST_ASIDE) if pushes else None,
        may_confirm=visit.may(WORKERS),
        is_first=is_first,
    )


def confirm_source(visit: Visit) -> Response:
    """A person stands for a roster that came as reported, or for a read that is held.

    Raises `SourceUnknown`, `AlreadyRetracted`.
    """
    name = f"R-{number_in(visit.path('source'), 'R')}"
    return put(
        visit,
        Asking(
            title=f"Stand for {name}",
            crumbs=[("Sources", "/sources")],
            back="/sources",
            what=f"Standing for {name}",
            roles=WORKERS,
            about={"verb": "confirm_source", "source": name},
            ask=lambda: confirming.ask_to_confirm_source(visit.desk, source=name),
            run=lambda answer: confirming.confirm_source(visit.desk, source=name, answer=answer),
            told=_said,
            yes="Yes, I stand for it",
            no=None,
            takes_note=False,
            demanded=visit.desk.policy.demands.of_roster,
        ),
    )


def _said(reply: Reply) -> str:
    return " ".join(cast("ImportedRoster", reply).said)
