"""A plan as it goes out: what stands in the way first, then the steps, as many as fit."""

from collections.abc import Mapping, Sequence
from operator import not_
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.approvals import ApprovalReason
from axure_lifecycle.domain.facts import Confidence, Register
from axure_lifecycle.domain.plans import Doer, Notice, NoticeKind, Plan, Step
from axure_lifecycle.ports import CaseRecord, CursorUnknown
from axure_lifecycle_tools.approvals import say_why
from axure_lifecycle_tools.spec import Desk, Reply, fit
from axure_lifecycle_tools.wanted_beside import AGAINST, MOST_SAID, WantedBeside
from axure_lifecycle_tools.wording import name_all, named, plural, to_do


class PlannedStep(BaseModel):
    """One thing for one person to do."""

    model_config = ConfigDict(extra="forbid")

    key: str
    title: str
    doer: str
    place: str
    place_known: bool
    instruction: str
    evidence: str
    after: list[str]
    how_sure: str = Field(description="The weakest source behind this step: vendor, older, reported or unknown.")
    facts: list[str]
    to_check: list[str] = Field(description="Those of the facts that are older than the limit.")
    notes: list[str] = Field(description="What people found out on these screens; their words, no instructions.")

    def lines(self, number: int) -> list[str]:
        """The step for a reader."""
        old = f" (old, to be checked: {', '.join(self.to_check)})" if self.to_check else ""
        doubts = _say_sure(self.how_sure) + old
        return [
            f"{number}. {self.title} [{self.key}] – {self.doer.replace('_', ' ')}, {self.place}{doubts}",
            f"   {self.instruction} Evidence: {self.evidence}",
            *(f"   {note}" for note in self.notes),
        ]


class PlannedNotice(BaseModel):
    """What a guard found."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(description="blocker, warning or unknown.")
    said: str
    how_sure: str = Field(description="The weakest source behind it: vendor, older, reported or unknown.")
    facts: list[str]
    notes: list[str] = Field(description="What people found out here; their words, no instructions.")

    def lines(self) -> list[str]:
        """The notice for a reader."""
        said = f"{_SIGNS[self.kind]} {self.said}{_say_sure(self.how_sure)}"
        return [said, *(f"   {note}" for note in self.notes)]


def _say_sure(how_sure: str) -> str:
    """How sure something is, where it is not the vendor's word."""
    return "" if how_sure == Confidence.VENDOR else f" (source: {how_sure})"


DIFFERS: Final = "its screen differs here"
_SIGNS: Final = {"blocker": "STOP:", "warning": "Mind:", "unknown": "Unknown:"}


class PlanReply(Reply):
    """A plan; nothing was written."""

    subject: str
    operation: str
    options: dict[str, str] = Field(description="What was asked for; open_case takes them as they are.")
    digest: str
    under_way: list[str] = Field(default=[], description="Cases that stand for the same already.")
    approval_for: list[str] = Field(default=[], description="Why a second person must agree.", exclude_if=not_)
    wanted: list[WantedBeside] = Field(default=[], description="What identity providers push.", exclude_if=not_)
    wanted_in_all: int = Field(default=0, exclude_if=not_)
    wanted_against: int = Field(default=0, description="Of these, how many the plan goes against.", exclude_if=not_)
    steps_in_all: int
    notices_in_all: int
    outline: list[str] = Field(description="Every step in a line; only in the first part.")
    first_step: int
    steps: list[PlannedStep] = Field(description="As many steps in full as fit, from first_step on.")
    notices: list[PlannedNotice] = Field(description="Before the steps, blockers first; as many as fit.")
    sources: list[str]
    playbook: str
    cursor: str | None = Field(description="For the next part: the notices that are left, then the steps.")

    @property
    def about(self) -> str:
        """Whom it is for: both of two, the first of more and how many more."""
        return name_all(people_of(self.subject, self.options))

    def say_approval(self) -> list[str]:
        """That a second person must agree, in a line; none where nobody must."""
        if not self.approval_for:
            return []
        why = say_why([ApprovalReason(reason) for reason in self.approval_for])
        return [f"It needs the approval of a second person before anybody acts: {why}."]

    def say_wanted(self) -> list[str]:
        """What identity providers want, what goes against it first; a line for each that is told."""
        left = self.wanted_in_all - len(self.wanted)
        lines = [one.line() for one in self.wanted]
        if left:
            lines.append(
                f"… and {plural(left, 'more wish', 'more wishes')}; in all the plan goes against "
                f"{self.wanted_against:,} of {self.wanted_in_all:,}."
            )
        return lines

    def text(self) -> str:
        """What stands in the way, then the steps."""
        lines = [
            f"Plan to {to_do(self.operation, self.about)}: {plural(self.steps_in_all, 'step')}. Nothing was written. "
            f"Digest {self.digest}."
        ]
        lines += self.under_way
        lines += self.say_approval()
        lines += self.say_wanted()
        lines += self.outline
        for notice in self.notices:
            lines += notice.lines()
        for number, step in enumerate(self.steps, self.first_step):
            lines += ["In full:"] if number == self.first_step else []
            lines += step.lines(number)
        lines += [f"From {source}." for source in self.sources]
        return "\n".join([*lines, self.next])


def differs_here(notes: Sequence[str]) -> bool:
    """Whether somebody said that a step's screen differs here."""
    return any(note.startswith("This screen differs here") for note in notes)


def people_of(subject: str, options: Mapping[str, str]) -> Sequence[str]:
    """Whom a plan is for, by what it keeps; the host for a plan that is for the server."""
    return options.get("people", subject).split(",")


def differing_options(stands: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[Sequence[str], Sequence[str]]:
    """What a case and a plan for the same operation have where the plan wants something else, in words."""
    differing = [option for option in wanted if option != "people" and stands.get(option) != wanted[option]]

    def say(options: Mapping[str, str]) -> Sequence[str]:
        return [
            f"the {option.replace('_', ' ')} {options[option]}"
            if option in options
            else f"no {option.replace('_', ' ')}"
            for option in differing
        ]

    return say(stands), say(wanted)


def write_step(desk: Desk, step: Step, people: Sequence[str] = ()) -> PlannedStep:
    """A step as it goes out, with the one whom it is about named by address."""
    register = desk.knowledge.register()
    doer = step.doer.value if step.doer is not Doer.PERSON else named("the person", people)
    return PlannedStep(
        key=step.key,
        title=named(step.title, people),
        doer=doer if "@" in doer else step.doer.value,
        place=named(step.place, people),
        place_known=step.is_place_known,
        instruction=named(step.instruction, people),
        evidence=named(step.evidence, people),
        after=list(step.after),
        how_sure=how_sure(register, step.facts),
        facts=list(step.facts),
        to_check=[
            fact for fact in step.facts if register.is_old(register.fact(fact), desk.now.date(), desk.limits.fact_days)
        ],
        notes=list(step.notes),
    )


def write_notice(desk: Desk, notice: Notice, people: Sequence[str] = ()) -> PlannedNotice:
    """A notice as it goes out, with the one whom it is about named by address."""
    return PlannedNotice(
        kind=notice.kind.value,
        said=named(notice.sentence, people),
        how_sure=how_sure(desk.knowledge.register(), notice.facts),
        facts=list(notice.facts),
        notes=list(notice.notes),
    )


def how_sure(register: Register, facts: Sequence[str]) -> str:
    """The confidence of the weakest of these facts."""
    return weakest([register.fact(fact).confidence for fact in facts]).value


def weakest(confidences: Sequence[Confidence]) -> Confidence:
    """The confidence of the least sure among them."""
    return min(confidences, key=lambda confidence: confidence.strength)


def show_plan(
    desk: Desk,
    plan: Plan,
    sources: Sequence[str],
    cursor: str | None,
    under_way: Sequence[CaseRecord] = (),
    approval_for: Sequence[ApprovalReason] = (),
    wanted: Sequence[WantedBeside] = (),
) -> PlanReply:
    """A plan as it goes out, from the cursor on, beside the cases `under_way` for the same and what is `wanted`.

    Raises `CursorUnknown`.
    """
    people = people_of(plan.subject, plan.options)
    begun = _read_cursor(plan, cursor)
    in_order = sorted(plan.notices, key=lambda notice: _RANK[notice.kind])
    notices = [write_notice(desk, notice, people) for notice in in_order[begun:]]
    first_step = max(0, begun - len(plan.notices)) + 1
    steps = [write_step(desk, step, people) for step in plan.steps[first_step - 1 :]]

    def make(most: int) -> PlanReply:
        has_more = len(notices) + len(steps) > most
        return PlanReply(
            subject=plan.subject,
            operation=plan.operation,
            options=dict(plan.options),
            digest=plan.digest,
            under_way=[
                f"{case.name} is {case.state.value} for that already{_say_other(case, plan)}: "
                f"get_case {{case: '{case.name}'}}."
                for case in under_way
            ],
            approval_for=[reason.value for reason in approval_for],
            wanted=[] if begun else list(wanted[:MOST_SAID]),
            wanted_in_all=len(wanted),
            wanted_against=sum(one.plan == AGAINST for one in wanted),
            steps_in_all=len(plan.steps),
            notices_in_all=len(plan.notices),
            outline=[
                f"{number}. {named(step.title, people)} ({step.doer.value.replace('_', ' ')})"
                + (f" ({DIFFERS})" if differs_here(step.notes) else "")
                for number, step in enumerate(plan.steps, 1)
                if not begun
            ],
            first_step=first_step,
            steps=steps[: max(0, most - len(notices))],
            notices=notices[:most],
            sources=[] if begun else list(sources),
            playbook=plan.playbook,
            cursor=f"{plan.digest[:12]}.{begun + most}" if has_more else None,
            next=_next(plan, under_way, has_more=has_more),
        )

    return fit(desk, make, max(1, len(notices) + len(steps)))


_RANK: Final = {kind: rank for rank, kind in enumerate((NoticeKind.BLOCKER, NoticeKind.WARNING, NoticeKind.UNKNOWN))}


def _read_cursor(plan: Plan, cursor: str | None) -> int:
    """How many notices and steps were told before; a cursor belongs to one plan. Raises `CursorUnknown`."""
    if cursor is None:
        return 0
    digest, _, told = cursor.partition(".")
    parts = range(1, len(plan.notices) + len(plan.steps))
    if (
        digest != plan.digest[:12]
        or not told.isascii()
        or not told.isdigit()
        or len(told) > 3
        or int(told) not in parts
    ):
        raise CursorUnknown(cursor)
    return int(told)


def _say_other(case: CaseRecord, plan: Plan) -> str:
    """What a case for the same operation wants otherwise; empty where it wants the same."""
    stands, wanted = differing_options(case.options_of(plan.operation), plan.options)
    return f", with {' and '.join(stands)} instead of {' and '.join(wanted)}" if stands else ""


def _next(plan: Plan, under_way: Sequence[CaseRecord], *, has_more: bool) -> str:
    more = "More of this plan with the cursor. " if has_more else ""
    if under_way:
        first = under_way[0].name
        if any(_say_other(case, plan) for case in under_way):
            return more + f"Ask which is wanted: go on with {first}, or cancel it (cancel_case) and open this one."
        return more + f"Go on with {first}; another case for the same is refused while it stands."
    if plan.blockers:
        return more + "No case can be opened while a STOP stands."
    if plan.is_empty:
        return more + "Nothing is left to do by the sources in force."
    return more + "When the person agrees: open_case with this operation, subject, digest and options."
