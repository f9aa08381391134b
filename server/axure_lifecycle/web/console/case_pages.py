"""A case: where it stands, who said what, and what somebody may say about it."""

from collections.abc import Mapping
from typing import Any, Final, cast

from starlette.responses import Response

from axure_lifecycle.domain.access import APPROVERS
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.organization import APPROVAL
from axure_lifecycle.domain.steps import Outcome, StepState
from axure_lifecycle.ports import CaseRecord, Page, StepRecord
from axure_lifecycle.web.console import case_view
from axure_lifecycle.web.console.answering import Asking, put
from axure_lifecycle.web.console.numbers import NoSuchPage, number_in
from axure_lifecycle.web.console.trail_pages import write_records
from axure_lifecycle.web.console.visit import Visit
from axure_lifecycle_tools import approving, cases, outbox, steps
from axure_lifecycle_tools.approvals import say_approval
from axure_lifecycle_tools.catalog import BY_NAME
from axure_lifecycle_tools.demanding import demanded_of
from axure_lifecycle_tools.plan_reply import write_step
from axure_lifecycle_tools.showing import CaseReply, has_waited_long, last_claim
from axure_lifecycle_tools.spec import Answer, Question, Reply
from axure_lifecycle_tools.wanted_beside import NOT_FOR_THAT, beside_case
from axure_lifecycle_tools.wording import name_all, named, to_do

MOST_RECORDS: Final = 12
"""Of the trail, that the page of a case shows."""
_OUTCOMES: Final[Mapping[str, Outcome]] = {
    "done": Outcome.DONE,
    "skipped": Outcome.SKIPPED,
    "not-done": Outcome.NOT_DONE,
}
_ASSIGN, _CANCEL, _RECORD = BY_NAME["assign_case"], BY_NAME["cancel_case"], BY_NAME["record_step"]


def _case(visit: Visit) -> CaseRecord:
    number = number_in(visit.path("case"), "C")
    with visit.desk.store.reading() as view:
        return view.case(number)


def title_of(case: CaseRecord) -> str:
    """What is to be done to whom, with a capital letter."""
    said = " and ".join(to_do(operation, "{}").format("").strip() for operation in case.operations[1:])
    first = to_do(case.operation, name_all(case.people))
    whole = f"{first}, and {said}" if said else first
    return whole[:1].upper() + whole[1:]


def show(visit: Visit) -> Response:
    """The whole case. Raises `CaseUnknown`."""
    case = _case(visit)
    with visit.desk.store.reading() as view:
        records, older = view.case_trail(case, Page(MOST_RECORDS))
        ticket = view.ticket_of(case.id)
        wanted = beside_case(view, visit.desk, case)
    is_open = case.state is CaseState.OPEN
    return visit.page(
        "case.html",
        case=case,
        title=title_of(case),
        steps=case_view.view_steps(visit, case),
        people=case_view.view_people(visit, case),
        is_overdue=is_open and has_waited_long(visit.desk, case.opened_at, case.due_on),
        records=write_records(records),
        older=older,
        ticket=ticket,
        approval=say_approval(visit.desk, case),
        against=[one for one in wanted if one.endswith(NOT_FOR_THAT)],
        may_assign=visit.may(_ASSIGN.allowed) and case.state is not CaseState.CANCELLED,
        may_cancel=visit.may(_CANCEL.allowed) and is_open,
        may_attach=visit.may_call("attach_evidence") and case.state is not CaseState.CANCELLED,
        may_approve=visit.may(APPROVERS) and case.lacks_approval and is_open,
        limit=visit.site.house.workshop.configuration().evidence.max_bytes,
    )


def show_trail(visit: Visit) -> Response:
    """The records of the trail that are about the case, newest first. Raises `CaseUnknown`, `CursorUnknown`."""
    case = _case(visit)
    with visit.desk.store.reading() as view:
        records, older = view.case_trail(case, Page(50, visit.query.get("after")))
    return visit.page(
        "trail.html",
        heading=f"Trail of {case.name}",
        crumbs=[("Cases", "/cases"), (case.name, f"/cases/{case.name}")],
        records=write_records(records),
        older=older,
        audit=None,
        is_whole=False,
    )


def assign(visit: Visit) -> Response:
    """Give the case to somebody."""
    visit.desk.require_role(f"Assigning {visit.path('case')}", _ASSIGN.allowed)
    case = _case(visit)
    reply = cases.assign_case(visit.desk, case=case.name, owner=visit.form.get("owner", "")[:200])
    return visit.go(f"/cases/{case.name}", _said(reply))


def link_ticket(visit: Visit) -> Response:
    """Say which ticket belongs to the case; it confirms nothing. Raises `TicketUnfit`."""
    visit.desk.require_role(f"Linking a ticket to {visit.path('case')}", _ASSIGN.allowed)
    case = _case(visit)
    reply = outbox.record_ticket(visit.desk, case=case.name, ticket=visit.form.get("ticket", "")[:200])
    return visit.go(f"/cases/{case.name}", reply.text())


def cancel(visit: Visit) -> Response:
    """End the case, for a reason."""
    case = _case(visit)
    reason = visit.form.get("reason", "").strip()
    if visit.request.method != "POST" or not reason:
        return _ask_reason(
            visit,
            case,
            heading=f"Cancel {case.name}",
            what=f"Cancelling {case.name}",
            label="Why is it no longer wanted?",
            hint="Kept in the trail. Nothing changes in Axure, and nothing that was said is deleted.",
            verb="cancel_case",
        )
    return put(
        visit,
        Asking(
            title=f"Cancel {case.name}",
            crumbs=_crumbs(case),
            back=f"/cases/{case.name}",
            what=f"Cancelling {case.name}",
            roles=_CANCEL.allowed,
            about={"verb": "cancel_case", "case": case.name, "reason": reason},
            ask=lambda: cases.ask_about_cancelling(visit.desk, case=case.name, reason=reason),
            run=lambda answer: cases.cancel_case(visit.desk, case=case.name, reason=reason, answer=answer),
            told=_said,
            yes="End the case",
            no=None,
            takes_note=False,
            keep={"reason": reason},
            part="parts/plain_case.html",
            context={"case": case, "case_title": title_of(case), "reason": reason},
            is_dangerous=True,
        ),
    )


def approve(visit: Visit) -> Response:
    """Agree to the plans of the case as a second person."""
    case = _case(visit)
    return put(
        visit,
        Asking(
            title=f"Approve {case.name}",
            crumbs=_crumbs(case),
            back=f"/cases/{case.name}",
            what=f"Approving {case.name}",
            roles=APPROVERS,
            about={"verb": "approve_case", "case": case.name},
            ask=lambda: approving.ask_about_approving(visit.desk, case=case.name),
            run=lambda answer: approving.approve_case(visit.desk, case=case.name, answer=answer),
            told=_said,
            yes="Approve",
            no="Do not approve",
            demanded=visit.desk.policy.demands.of(APPROVAL),
            part="parts/approval.html",
            context={
                "case": case,
                "case_title": title_of(case),
                "planned": [write_step(visit.desk, step.step, case.people) for step in case.steps],
            },
        ),
    )


# -- saying something about a step ------------------------------------------------------------------------------------


def say(visit: Visit) -> Response:
    """Say that a step is done, not done, or to be skipped. Raises `CaseUnknown`, `StepUnknown`, `StepWaits`, …"""
    case = _case(visit)
    outcome = _OUTCOMES.get(visit.path("outcome"))
    step = steps.find_step(case, visit.path("step"))
    if outcome is None:
        raise NoSuchPage
    reason, is_theirs = _reason(visit, step, outcome)
    if outcome is Outcome.SKIPPED and not reason:
        return _ask_reason(
            visit,
            case,
            heading=f"Skip: {named(step.step.title, case.people)}",
            what=f"Skipping {step.step.key}",
            label="Why is this step not needed?",
            hint="The reason is part of what you will be asked to confirm, and is kept in the trail.",
            verb="record_step",
        )
    arguments: dict[str, Any] = {
        "case": case.name,
        "step": step.step.key,
        "outcome": outcome.value,
        "note": reason,
    }
    wording = _WORDS[outcome]
    return put(
        visit,
        Asking(
            title=wording[0],
            crumbs=_crumbs(case),
            back=f"/cases/{case.name}",
            what=f"Recording {step.step.key} of {case.name}",
            roles=_RECORD.allowed,
            about={"verb": "record_step", **arguments},
            ask=lambda: _ask(visit, arguments),
            run=lambda answer: _run(visit, arguments, answer),
            told=_said,
            yes=wording[1],
            no=wording[2] if outcome is not Outcome.SKIPPED or step.state is StepState.SKIP_REPORTED else None,
            demanded=demanded_of(visit.desk, case, step),
            takes_note=outcome is not Outcome.SKIPPED,
            keep={"reason": reason} if outcome is Outcome.SKIPPED and not is_theirs else {},
            part="parts/step.html",
            context={
                "case": case,
                "case_title": title_of(case),
                "step": next(one for one in case_view.view_steps(visit, case) if one.key == step.step.key),
                "steps_in_all": len(case.steps),
            },
        ),
    )


_WORDS: Final[Mapping[Outcome, tuple[str, str, str | None]]] = {
    Outcome.DONE: ("Confirm a step", "Yes, I did or saw it", "No, it is not done"),
    Outcome.SKIPPED: ("Skip a step", "Yes, skip it", "No, do not skip it"),
    Outcome.NOT_DONE: ("Take a step back", "Yes, it is not done", None),
}
"""Outcome → what the page is called, and what its buttons say."""


def _reason(visit: Visit, step: StepRecord, outcome: Outcome) -> tuple[str, bool]:
    """Why a step is to be skipped, and whether those are the words of whoever reported it.

    Only what was sent from a page counts: an address that somebody else made says nothing for this person.
    """
    if outcome is not Outcome.SKIPPED:
        return "", False
    claim = last_claim(step)
    own = visit.form.get("reason", "").strip()[:1000]
    if not own and step.state is StepState.SKIP_REPORTED and claim is not None:
        return claim.note, True
    return own, False


def _ask(visit: Visit, arguments: Mapping[str, Any]) -> Question | None:
    return steps.ask_about_step(visit.desk, **arguments)


def _run(visit: Visit, arguments: Mapping[str, Any], answer: Answer) -> Reply:
    return steps.record_step(visit.desk, **arguments, answer=answer)


def _ask_reason(
    visit: Visit, case: CaseRecord, *, heading: str, what: str, label: str, hint: str, verb: str
) -> Response:
    visit.desk.require_role(what, BY_NAME[verb].allowed)
    return visit.page(
        "reason.html",
        heading=heading,
        label=label,
        hint=hint,
        crumbs=_crumbs(case),
        back=f"/cases/{case.name}",
        is_empty=visit.request.method == "POST",
    )


def _crumbs(case: CaseRecord) -> list[tuple[str, str]]:
    return [("Cases", "/cases"), (case.name, f"/cases/{case.name}")]


def _said(reply: Reply) -> str:
    return " ".join(cast("CaseReply", reply).said)
