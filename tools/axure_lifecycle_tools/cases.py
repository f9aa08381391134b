"""Cases: opened for the plan that was shown, looked at, handed over, cancelled."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseEvent as Event
from axure_lifecycle.domain.cases import CaseOver, CaseState, follow
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.plans import NothingToDo, Plan, PlanBlocked, PlanDrifted
from axure_lifecycle.domain.sources import is_brought_by_the_claimer
from axure_lifecycle.domain.steps import SETTLED, Outcome, StepState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseLine, CaseRecord, Change, CheckRecord, ClaimRecord, Page, StepRecord
from axure_lifecycle_tools.arguments import (
    Because,
    CaseName,
    Cursor,
    Person,
    RequestKey,
    address_of,
    day_of,
    number_of,
)
from axure_lifecycle_tools.planning import OFFBOARD, PlannedStep, make_plan, write_step
from axure_lifecycle_tools.repeating import Call
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
from axure_lifecycle_tools.wording import at, by, plural


class CaseStep(BaseModel):
    """A step as it stands."""

    model_config = ConfigDict(extra="forbid")

    key: str
    title: str
    state: str
    claim: str | None = Field(description="The confirmation or report that counts, for retract_source, e.g. K-31.")
    channel: str | None = Field(description="The way the claim came: client_form, terminal, assistant, unattended.")
    source: str | None = Field(description="The roster or directory read that showed or contradicted it, e.g. R-7.")


class CaseReply(Reply):
    """A case with its steps, and the next one in full."""

    case: str
    operation: str
    subject: str
    state: str
    owner: str | None
    due_on: str | None
    wanted_since: str
    steps: list[CaseStep]
    current: list[PlannedStep] = Field(description="The steps that can be done now, in full.")
    said: list[str] = Field(description="What this call did.")
    _known: tuple[str, ...] = PrivateAttr(default=())

    def knowing(self, known: Sequence[str]) -> "CaseReply":
        """With what is known of each step, in words; only the text shows it."""
        self._known = tuple(known)
        return self

    def to_keep(self) -> str:
        """Everything that it says, for a repeat of the call."""
        return json.dumps({"reply": self.model_dump(mode="json"), "known": self._known}, ensure_ascii=False)

    @classmethod
    def as_kept(cls, kept: str) -> "CaseReply":
        """The reply as it was."""
        found = json.loads(kept)
        return cls.model_validate(found["reply"]).knowing(found["known"])

    def text(self) -> str:
        """Where the case stands, then what to do now."""
        settled = sum(step.state in _SETTLED for step in self.steps)
        lines = [
            *self.said,
            f"{self.case}: {self.operation} {self.subject}, {self.state}, {settled} of "
            f"{plural(len(self.steps), 'step')} settled, wanted since {self.wanted_since[:10]}"
            + (f", last day {self.due_on}" if self.due_on else "")
            + (f", owner {self.owner}" if self.owner else ""),
        ]
        for number, step in enumerate(self.steps, 1):
            known = self._known[number - 1] if self._known else " ".join(filter(None, (step.claim, step.source)))
            lines.append(f"{_MARKS[step.state]} {number}. {step.title} [{step.key}]" + (f": {known}" if known else ""))
        for planned in self.current:
            number = [one.key for one in self.steps].index(planned.key) + 1
            lines += ["Now:", *planned.lines(number)]
        return "\n".join([*lines, self.next] if self.next else lines)


_SETTLED: Final = frozenset(state.value for state in SETTLED)
_MARKS: Final[dict[str, str]] = {
    StepState.TO_DO: "[ ]",
    StepState.REPORTED: "[r]",
    StepState.CONFIRMED: "[c]",
    StepState.SKIP_REPORTED: "[s?]",
    StepState.SKIPPED: "[s]",
    StepState.VERIFIED: "[v]",
    StepState.CONTRADICTED: "[!]",
}
MOST_CURRENT: Final = 3


def show_case(desk: Desk, case: CaseRecord, said: Sequence[str] = ()) -> CaseReply:
    """A case as it goes out."""
    steps = [_show_step(step) for step in case.steps]
    known = [what_is_known(desk, step) for step in case.steps]
    current = [write_step(desk, step.step) for step in doable(case)]

    def make(most: int) -> CaseReply:
        reply = CaseReply(
            case=case.name,
            operation=case.operation,
            subject=case.subject,
            state=case.state.value,
            owner=shown(case.owner, 80) if case.owner else None,
            due_on=case.due_on,
            wanted_since=case.opened_at.isoformat(timespec="seconds"),
            steps=steps,
            current=current[: max(1, most - 1)],
            said=list(said),
            next=_next(case),
        )
        # A long case names its claims and rosters, and leaves the words about them out.
        return reply.knowing(known) if most > 1 else reply

    return fit(desk, make, MOST_CURRENT + 1)


def _show_step(step: StepRecord) -> CaseStep:
    claim, check = last_claim(step), _deciding_check(step)
    return CaseStep(
        key=step.step.key,
        title=step.step.title,
        state=step.state.value,
        claim=f"K-{claim.id}" if claim else None,
        channel=claim.said_by.channel.value if claim else None,
        source=check.source.name if check else None,
    )


def _deciding_check(step: StepRecord) -> CheckRecord | None:
    """The check that made the step verified or contradicted."""
    if step.state not in (StepState.VERIFIED, StepState.CONTRADICTED):
        return None
    wanted = step.state is StepState.VERIFIED
    return next((check for check in reversed(step.checks) if check.shows is wanted), None)


def doable(case: CaseRecord) -> Sequence[StepRecord]:
    """The steps that wait for somebody and for no other step, in their order."""
    if case.state is not CaseState.OPEN:
        return ()
    settled = {step.step.key for step in case.steps if step.state in SETTLED}
    return [
        step for step in case.steps if step.step.key not in settled and all(key in settled for key in step.step.after)
    ]


def what_is_known(desk: Desk, step: StepRecord) -> str:
    """Who said what of a step, when and on which channel, and which roster showed it; empty where nobody said it."""
    zone = desk.organization.time_zone
    claim = last_claim(step)
    said = ""
    if claim is not None:
        word = "said not to be done" if claim.outcome is Outcome.NOT_DONE else claim.outcome.value
        said = f"{word}, {claim.assurance.value} K-{claim.id} {by(claim.said_by)} {at(claim.at, zone)}"
        if claim.note:
            said += f" (“{shown(claim.note, 60)}”)"
    check = _deciding_check(step)
    if check is not None:
        same = claim is not None and is_brought_by_the_claimer(check.source, claim.said_by.name)
        shows = "shown" if check.shows else "not shown"
        said = (
            f"{shows} by {check.source.name} of {at(check.source.taken_at, zone)} ({check.basis.replace('_', ' ')}), "
            f"brought {by(check.source.confirmed_by or check.source.brought_by)}"
            + (" – who also made the claim" if same else "")
            + (f"; {said}" if said else "; nobody had claimed it")
        )
    return said


def last_claim(step: StepRecord) -> ClaimRecord | None:
    """The newest claim that counts for something; declines and what was taken back left out."""
    counted = [
        claim
        for claim in step.claims
        if claim.retracted_at is None and claim.answer.value in ("answered", "could_not_ask")
    ]
    return counted[-1] if counted else None


def _next(case: CaseRecord) -> str:
    match case.state:
        case CaseState.OPEN:
            waiting = doable(case)
            if not waiting:
                return "Every step waits for another one; look at the steps marked [!] or [r]."
            key = waiting[0].step.key
            if waiting[0].state is StepState.REPORTED:
                return f"The person confirms it at a terminal: axure-lifecycle confirm {case.name} {key}"
            return f"When the person has done it: record_step {{case: '{case.name}', step: '{key}', outcome: 'done'}}."
        case CaseState.DONE:
            return "Said to be done. Bring the next members page and licence list: only they can verify it."
        case CaseState.VERIFIED:
            return "Nothing is left to do. What stays marked [c] is a person's word: no roster can show it."
        case CaseState.CANCELLED:
            return "If something is still wanted, plan again."


# -- opening ----------------------------------------------------------------------------------------------------------

Operation = Annotated[Literal["offboard"], Field(description="What the plan was for.")]


def open_planned(
    change: Change,
    desk: Desk,
    address: Address,
    last_day: date | None,
    digest: str | None,
    *,
    owner: str | None,
    reason: str,
) -> tuple[CaseRecord, Plan]:
    """Open the case for a plan, made again in this transaction. Raises the refusals of plans.

    Without a digest something was done already, and writing that down is refused by no blocker.
    """
    plan, _ = make_plan(change, desk, OFFBOARD, address, last_day)
    if digest is not None:
        if plan.digest != digest:
            raise PlanDrifted(plan.subject, digest, plan.digest)
        if plan.blockers:
            raise PlanBlocked(plan.subject, plan.blockers)
    if plan.is_empty:
        raise NothingToDo(plan.subject, plan.operation)
    due = plan.options.get("last_day")
    return change.open_case(plan, Address(plan.subject), due_on=due, reason=shown(reason, 1000), owner=owner), plan


def open_case(
    desk: Desk,
    *,
    operation: Operation,
    person: Person,
    digest: Annotated[
        str, Field(description="The digest of the plan that the person agreed to.", pattern=r"^[0-9a-f]{64}$")
    ],
    last_day: Annotated[str | None, Field(description="The same as in the plan.", max_length=10)] = None,
    owner: Annotated[str | None, Field(description="Whose case it is; default: the operator.", max_length=200)] = None,
    reason: Annotated[str, Field(description="Why, e.g. the ticket.", max_length=1000)] = "",
    request_key: RequestKey = None,
) -> CaseReply:
    """Open a case for exactly the plan with this digest. Raises `PlanDrifted`, `PlanBlocked`, `CaseOpenAlready`, …"""
    address, day = address_of(person), day_of(last_day)
    given = {"person": address, "digest": digest, "last_day": last_day, "owner": owner, "reason": reason}
    call = Call("open_case", request_key, {"operation": operation, **given})
    with desk.store.writing(desk.actor) as change:
        if (kept := call.first_answer(change)) is not None:
            return CaseReply.as_kept(kept)
        standing = change.case_on(address, operation)
        if standing is not None and standing.plan_digest == digest:
            return show_case(desk, standing, [f"{standing.name} was opened before with this plan; nothing changed."])
        case, _ = open_planned(
            change, desk, address, day, digest, owner=owner or desk.organization.operator, reason=reason
        )
        reply = show_case(desk, case, [f"Opened {case.name}."])
        call.remember(change, reply.to_keep())
    return reply


# -- looking ----------------------------------------------------------------------------------------------------------


def get_case(desk: Desk, *, case: CaseName) -> CaseReply:
    """Raises `CaseUnknown`."""
    with desk.store.reading() as view:
        found = view.case(number_of(case))
    return show_case(desk, found)


class ListedCase(BaseModel):
    """One case."""

    model_config = ConfigDict(extra="forbid")

    case: str
    operation: str
    subject: str
    state: str
    owner: str | None
    wanted_since: str
    due_on: str | None
    steps: int
    settled: int
    contradicted: int


class CaseList(Reply):
    """Cases, newest first."""

    in_all: int
    cases: list[ListedCase]
    cursor: str | None

    def text(self) -> str:
        """One line for each case."""
        lines = [f"{plural(self.in_all, 'case')}."]
        lines += [
            f"- {one.case} {one.operation} {one.subject}: {one.state}, {one.settled}/{one.steps} settled"
            + (f", {one.contradicted} contradicted" if one.contradicted else "")
            + f", wanted since {one.wanted_since[:10]}"
            + (f", last day {one.due_on}" if one.due_on else "")
            + (f", {one.owner}" if one.owner else "")
            for one in self.cases
        ]
        return "\n".join([*lines, self.next] if self.next else lines)


MOST_CASES: Final = 25
StateName = Literal["open", "done", "verified", "cancelled"]


def list_cases(
    desk: Desk,
    *,
    state: Annotated[StateName | None, Field(description="Only cases in this state.")] = None,
    person: Annotated[str | None, Field(description="Only cases on this address.", max_length=320)] = None,
    owner: Annotated[str | None, Field(description="Only cases of this owner.", max_length=200)] = None,
    cursor: Cursor = None,
) -> CaseList:
    """Newest first. Raises `NotAnAddress`."""
    with desk.store.reading() as view:
        lines, _, in_all = view.cases(
            Page(MOST_CASES + 1, cursor),
            states=(CaseState(state),) if state else (),
            subject=address_of(person) if person else None,
            owner=owner,
        )

    def make(most: int) -> CaseList:
        more = len(lines) > most
        return CaseList(
            in_all=in_all,
            cases=[_listed(line) for line in lines[:most]],
            cursor=str(lines[most - 1].id) if more else None,
            next="More with the cursor; get_case shows one." if more else "" if lines else "plan_offboard begins one.",
        )

    return fit(desk, make, MOST_CASES)


def _listed(line: CaseLine) -> ListedCase:
    return ListedCase(
        case=f"C-{line.id}",
        operation=line.operation,
        subject=line.subject,
        state=line.state.value,
        owner=shown(line.owner, 80) if line.owner else None,
        wanted_since=line.opened_at.isoformat(timespec="seconds"),
        due_on=line.due_on,
        steps=line.steps,
        settled=line.settled,
        contradicted=line.contradicted,
    )


# -- handing over and ending ------------------------------------------------------------------------------------------


class OwnerMissing(LifecycleError):
    """A case is given to somebody."""

    code = "owner_missing"

    def __init__(self, case: str) -> None:
        super().__init__(f"{case} was not assigned: say to whom, by e-mail address or team name.")


def assign_case(
    desk: Desk,
    *,
    case: CaseName,
    owner: Annotated[str, Field(description="Whose case it is from now on: an address or a team.", max_length=200)],
) -> CaseReply:
    """Raises `CaseUnknown`, `CaseOver`."""
    name = shown(owner.strip(), 200)
    with desk.store.writing(desk.actor) as change:
        found = change.case(number_of(case))
        if not name:
            raise OwnerMissing(found.name)
        if found.state is CaseState.CANCELLED:
            raise CaseOver(found.name, found.state, "assigned")
        if found.owner == name:
            return show_case(desk, found, [f"{found.name} is with {name} already; nothing changed."])
        found = change.assign_case(found, name)
    return show_case(desk, found, [f"{found.name} is now with {name}."])


def cancel_case(desk: Desk, *, case: CaseName, reason: Because) -> CaseReply:
    """Raises `CaseUnknown`, `CaseOver` for a case that is no longer open."""
    with desk.store.writing(desk.actor) as change:
        found = change.case(number_of(case))
        state = follow(found.state, Event.CANCELLED)
        if state is None:
            raise CaseOver(found.name, found.state, "cancelled")
        found = change.cancel_case(found, shown(reason, 1000))
    said = f"{found.name} is cancelled. What was confirmed stays in the trail; nothing changed in Axure."
    return show_case(desk, found, [said])


VERBS: Final = (
    Verb(
        name="open_case",
        title="Open a case",
        toolset=Toolset.CASES,
        description=(
            "Opens a case for the plan with this digest, after the person agreed to it. Refused when anything that the "
            "plan leans on changed since, while a STOP stands, or when such a case is open already. Changes nothing in "
            "Axure."
        ),
        reply=CaseReply,
        run=open_case,
        reads_only=False,
        repeats_safely=True,
    ),
    Verb(
        name="list_cases",
        title="List cases",
        toolset=Toolset.CASES,
        description=(
            "Lists cases, newest first, by state, person or owner, with how many steps are settled or contradicted."
        ),
        reply=CaseList,
        run=list_cases,
        reads_only=True,
        repeats_safely=True,
    ),
    Verb(
        name="get_case",
        title="Look at a case",
        toolset=Toolset.CASES,
        description=(
            "Shows a case: every step with its state (to do, reported, confirmed, verified, contradicted, skipped) "
            "and who said so, and the steps to do now in full. Guide the person through one step at a time."
        ),
        reply=CaseReply,
        run=get_case,
        reads_only=True,
        repeats_safely=True,
    ),
    Verb(
        name="assign_case",
        title="Assign a case",
        toolset=Toolset.CASES,
        description="Gives a case to another owner.",
        reply=CaseReply,
        run=assign_case,
        reads_only=False,
        repeats_safely=True,
    ),
    Verb(
        name="cancel_case",
        title="Cancel a case",
        toolset=Toolset.CASES,
        description=(
            "Ends an open case that is no longer wanted, with a reason. It changes nothing in Axure and deletes "
            "nothing."
        ),
        reply=CaseReply,
        run=cancel_case,
        reads_only=False,
        destroys=True,
        repeats_safely=False,
    ),
)
