"""How a case goes on: what can be done now, what came too late, and what a roster asks to be done again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.steps import SETTLED, Answer, Outcome, StepState
from axure_lifecycle.ports import CaseRecord, ClaimRecord, StepRecord
from axure_lifecycle_tools.demanding import where_to_approve, where_to_confirm
from axure_lifecycle_tools.planning import OFFBOARD
from axure_lifecycle_tools.spec import Desk

AFTERWARDS: Final = (
    "super-admin.deactivation",
    "workspace.take-over",
    "workspace.without-admin",
    "workspace.after-deactivation",
    "private-workspace.after-deactivation",
    "private-workspace.seen-by-admin",
)
"""What is known, or known to be unknown, of what an account leaves behind when it is off."""
_SAID_TO_BE_OFF: Final = frozenset({StepState.REPORTED, StepState.CONFIRMED, StepState.VERIFIED})
_SHOWN_BY: Final = {
    HoldingKind.MEMBERSHIP: "members page",
    HoldingKind.SEAT: "licence list",
    HoldingKind.DIRECTORY_ACCOUNT: "directory read",
    HoldingKind.PUBLIC_ACCOUNT: "statement",
}


def ends_account(step: StepRecord) -> bool:
    """Whether the step is the deactivation of a membership."""
    end = step.step.end
    return end is not None and (end.holding, end.becomes) == (HoldingKind.MEMBERSHIP, "deactivated")


def can_be_said_out_of_order(case: CaseRecord, step: StepRecord) -> bool:
    """Whether `record_deactivation` writes this step down, whatever should have come first."""
    return ends_account(step) and OFFBOARD in case.operations


def late_steps(case: CaseRecord) -> frozenset[str]:
    """The keys of the steps that had to come before an account was off, and did not.

    What they ask for can no longer be done signed in as that account; the register holds what is known of the rest.
    """
    if case.state is not CaseState.OPEN:
        return frozenset()
    before = {
        key for step in case.steps if ends_account(step) and step.state in _SAID_TO_BE_OFF for key in step.step.after
    }
    return frozenset(
        step.step.key
        for step in case.steps
        if step.step.key in before and step.state not in SETTLED and not set(step.step.facts).isdisjoint(AFTERWARDS)
    )


def left_behind(desk: Desk, step: StepRecord) -> list[str]:
    """What is known of a step that came too late, in the words of the register."""
    register = desk.knowledge.register()
    return [register.fact(fact).sentence for fact in AFTERWARDS if fact in step.step.facts]


def doable(case: CaseRecord) -> Sequence[StepRecord]:
    """The steps that wait for somebody and for no other step: what a roster contradicted first, what is late last.

    An account that a roster shows as on, although somebody said that it is off, waits for no other step. Without the
    approval that a case needs, nothing is done.
    """
    if case.state is not CaseState.OPEN or case.lacks_approval:
        return ()
    settled = {step.step.key for step in case.steps if step.state in SETTLED}
    late = late_steps(case)
    found = [
        step
        for step in case.steps
        if step.step.key not in settled
        and (
            all(key in settled for key in step.step.after)
            or (step.state is StepState.CONTRADICTED and ends_account(step))
        )
    ]
    return sorted(
        found, key=lambda step: (step.state is not StepState.CONTRADICTED, step.step.key in late, step.position)
    )


def do_again(case: CaseRecord, step: StepRecord, basis: str) -> str:
    """What to do about a step that a roster contradicts."""
    key = step.step.key
    if ends_account(step):
        shown = "still listed as on" if basis == "listed_as_on" else basis.replace("_", " ")
        again = f"{shown}: deactivate {case.subject} in Axure"
    else:
        again = f"{basis.replace('_', ' ')}: do {key} again"
    how = (
        f"record_deactivation {{person: '{case.subject}'}}"
        if can_be_said_out_of_order(case, step)
        else f"record_step {{case: '{case.name}', step: '{key}', outcome: 'done'}}"
    )
    return f"{again}, then {how}, and bring a new {_SHOWN_BY[_holding(step)]}."


def _holding(step: StepRecord) -> HoldingKind:
    return step.step.end.holding if step.step.end is not None else HoldingKind.MEMBERSHIP


def too_early_until(step: StepRecord, source: Source, grace: timedelta) -> datetime | None:
    """Until when a source that shows the opposite of what was said does not contradict it yet; None where it may.

    UTC. Axure's pages may lag behind a click, so a claim has some minutes of grace.
    """
    claim = _done(step)
    if claim is None or step.state not in (StepState.REPORTED, StepState.CONFIRMED):
        return None
    return claim.at + grace if claim.at < source.horizon <= claim.at + grace else None


def _done(step: StepRecord) -> ClaimRecord | None:
    """The newest claim that counts, where it says that the step was done."""
    counted = [
        one for one in step.claims if one.retracted_at is None and one.answer not in (Answer.DECLINED, Answer.CANCELLED)
    ]
    return counted[-1] if counted and counted[-1].outcome is Outcome.DONE else None


def what_is_next(desk: Desk, case: CaseRecord) -> str:
    """What to do with a case now, in a sentence."""
    match case.state:
        case CaseState.OPEN if case.lacks_approval:
            return (
                f"First somebody who neither asked for it nor works on it approves it: approve_case "
                f"{{case: '{case.name}'}}, or {where_to_approve(desk, case)}."
            )
        case CaseState.OPEN:
            return _next_step(desk, case)
        case CaseState.DONE:
            waiting = {
                step.step.end.holding
                for step in case.steps
                if step.step.end is not None and step.state is not StepState.VERIFIED
            }
            lists = [name for holding, name in _SHOWN_BY.items() if holding in waiting]
            if not lists:
                return "Said to be done. No roster can show it: it stays a person's word."
            whole = f"{', '.join(lists[:-1])} and {lists[-1]}" if len(lists) > 1 else lists[0]
            return f"Said to be done. Bring the next {whole}: only {'they' if len(lists) > 1 else 'it'} can verify it."
        case CaseState.VERIFIED:
            return "Nothing is left to do. What stays marked [c] is a person's word: no roster can show it."
        case CaseState.CANCELLED:
            return "If something is still wanted, plan again."


def _next_step(desk: Desk, case: CaseRecord) -> str:
    waiting = doable(case)
    if not waiting:
        return "Every step waits for another one; look at the steps marked [!] or [r]."
    first, key = waiting[0], waiting[0].step.key
    if first.state is StepState.CONTRADICTED:
        basis = next((check.basis for check in reversed(first.checks) if not check.shows), "not shown")
        return f"A roster contradicts {key} – {do_again(case, first, basis)}"
    if first.state is StepState.REPORTED:
        return f"The person confirms it {where_to_confirm(desk, case, first)}"
    if key in late_steps(case):
        return (
            f"{key} came too late to be done as that account. Find out what can still be done, then record_step "
            f"{{case: '{case.name}', step: '{key}', outcome: 'done'}}, or skip it with what is lost as the reason."
        )
    return f"When the person has done it: record_step {{case: '{case.name}', step: '{key}', outcome: 'done'}}."
