"""A case as it goes out: where each step stands, who says so, and what to do now."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from operator import not_
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from axure_lifecycle.domain.cases import is_overdue
from axure_lifecycle.domain.evidence import LONGEST_NAME, Evidence
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.sources import Source, is_brought_by_the_claimer
from axure_lifecycle.domain.steps import SETTLED, Outcome, StepState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseRecord, CheckRecord, ClaimRecord, CursorUnknown, StepRecord
from axure_lifecycle_tools.approvals import say_approval
from axure_lifecycle_tools.going_on import doable, late_steps, left_behind, too_early_until, what_is_next
from axure_lifecycle_tools.plan_reply import PlannedStep, write_step
from axure_lifecycle_tools.spec import Desk, Reply, fit
from axure_lifecycle_tools.wording import at, by, name_all, named, plural, tamed


class CaseStep(BaseModel):
    """A step as it stands; what only few steps have is left out of the others."""

    model_config = ConfigDict(extra="forbid")

    key: str
    title: str
    state: str
    claim: str | None = Field(description="The confirmation or report that counts, for retract_source, e.g. K-31.")
    channel: str | None = Field(description="The way the claim came, e.g. client_form, terminal, assistant.")
    unapproved: bool = Field(
        default=False, description="Whether it was done without the approval that it needed.", exclude_if=not_
    )
    source: str | None = Field(description="The roster or directory read that showed or contradicted it, e.g. R-7.")
    brought_by_claimer: bool = Field(
        default=False, description="Whether who brought that source also made the claim.", exclude_if=not_
    )
    evidence: list[str] = Field(default=[], description="The newest files that are attached to it, e.g. E-3.")
    overdue: bool = Field(
        default=False, description="Whether it could be done and has waited for too many days.", exclude_if=not_
    )
    too_late: list[str] = Field(
        default=[],
        description="Set once the account that had to do it is said to be off: what is known instead.",
        exclude_if=not_,
    )


class AttachedFile(BaseModel):
    """A file that was attached to a step."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="For retract_source, e.g. E-3.")
    step: str
    file: str
    media_type: str
    size: int = Field(description="Bytes.")
    digest: str = Field(description="SHA-256 of the file.")
    assurance: str = Field(description="reported (an assistant attached it) or confirmed (a person did).")
    attached: str = Field(description="Who, how and when.")
    note: str

    def line(self) -> str:
        """The file for a reader."""
        note = f" (“{tamed(self.note, LONGEST_NOTE)}”)" if self.note else ""
        what = f"“{tamed(self.file, LONGEST_NAME)}”{note} for {self.step}: {self.media_type}"
        return (
            f"{self.id} {what}, {plural(self.size, 'byte')}, attached {self.attached}, SHA-256 {self.digest[:_DIGITS]}…"
        )


_DIGITS: Final = 12
LONGEST_NOTE: Final = 120
"""Characters of what a file is said to show: so much is always shown whole."""


class CaseReply(Reply):
    """A case with its steps, and the next one in full."""

    case: str
    operation: str
    subject: str
    about: str = Field(default="", description="Whom, if several.")
    state: str
    owner: str | None
    due_on: str | None
    wanted_since: str
    approval: str = Field(default="", description="A second person's, where one must agree.", exclude_if=not_)
    steps: list[CaseStep]
    current: list[PlannedStep] = Field(description="The steps that can be done now, in full.")
    said: list[str] = Field(description="What this call did.")
    wanted: list[str] = Field(default=[], description="What identity providers push.", exclude_if=not_)
    evidence: list[AttachedFile] = Field(default=[], description="The newest attached files, as many as fit.")
    evidence_in_all: int = 0
    cursor: str | None = None
    """For the attached files before these."""
    _known: tuple[str, ...] = PrivateAttr(default=())

    def knowing(self, known: Sequence[str]) -> "CaseReply":
        """With what is known of each step, in words; only the text shows it."""
        self._known = tuple(known)
        return self

    def without_words(self, titles: Sequence[str]) -> "CaseReply":
        """With titles that name nobody, and only the first facts of a step and of what came too late."""
        steps = [
            step.model_copy(update={"too_late": step.too_late[:1], "title": title})
            for step, title in zip(self.steps, titles, strict=True)
        ]
        current = [step.model_copy(update={"facts": step.facts[:_FEW_FACTS]}) for step in self.current]
        return self.model_copy(update={"steps": steps, "current": current})

    def to_keep(self) -> str:
        """Everything that it says, for a repeat of the call."""
        return json.dumps({"reply": self.model_dump(mode="json"), "known": self._known}, ensure_ascii=False)

    @classmethod
    def as_kept(cls, kept: str) -> "CaseReply":
        """The reply as it was."""
        found = json.loads(kept)
        return cls.model_validate(found["reply"]).knowing(found["known"])

    @property
    def settled(self) -> int:
        """How many steps ask nothing more of anybody before the next roster."""
        return sum(step.state in _SETTLED for step in self.steps)

    def line(self, number: int) -> str:
        """A step in a line, by its number from 1: its mark, its title, and who said what."""
        step = self.steps[number - 1]
        known = self._known[number - 1] if self._known else " ".join(filter(None, (step.claim, step.source)))
        known = "; ".join(filter(None, (known, ", ".join(step.evidence))))
        late = ", overdue" if step.overdue else ""
        return f"{_MARKS[step.state]} {number}. {step.title} [{step.key}]{late}" + (f": {known}" if known else "")

    def lines(self, number: int) -> list[str]:
        """A step, and what is known of it where it came too late."""
        late = " ".join(self.steps[number - 1].too_late)
        return [
            self.line(number),
            *([f"   Too late to be done as that account, which is said to be off. {late}"] if late else []),
        ]

    def number(self, key: str) -> int:
        """The number of a step, from 1."""
        return [one.key for one in self.steps].index(key) + 1

    def text(self) -> str:
        """Where the case stands, then what to do now."""
        lines = [
            *self.said,
            f"{self.case}: {self.operation} {self.about or self.subject}, {self.state}, {self.settled} of "
            f"{plural(len(self.steps), 'step')} settled, wanted since {self.wanted_since[:10]}"
            + (f", last day {self.due_on}" if self.due_on else "")
            + (f", owner {self.owner}" if self.owner else ""),
            *([f"Approval: {self.approval}."] if self.approval else []),
            *(f"Wanted: {one}" for one in self.wanted),
            *(line for number in range(1, len(self.steps) + 1) for line in self.lines(number)),
            *(f"Attached: {file.line()}" for file in self.evidence),
            *([self._more_files()] if self.cursor else []),
            *(["Now:"] if self.current else []),
        ]
        for planned in self.current:
            lines += planned.lines(self.number(planned.key))
        return "\n".join([*lines, self.next] if self.next else lines)

    def _more_files(self) -> str:
        told, in_all = len(self.evidence), self.evidence_in_all
        return f"Attached: {plural(in_all, 'file')}, {told:,} of them here; get_case with the cursor {self.cursor}."


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
_FEW_FACTS: Final = 3
MOST_CURRENT: Final = 3
ALL_FILES: Final = "E"
"""The cursor of a case that is so long that none of its files is shown beside it."""
FILES_EACH: Final = 5
"""Attached files that are shown for each step in full that fits, the newest."""
MOST_NAMED: Final = 3
"""Attached files that a step's own line names, the newest."""


def show_case(
    desk: Desk, case: CaseRecord, said: Sequence[str] = (), cursor: str | None = None, wanted: Sequence[str] = ()
) -> CaseReply:
    """A case as it goes out; with a cursor its attached files go on, and no step is told in full again.

    `wanted` is what identity providers want for those whom it is about. Raises `CursorUnknown`.
    """
    waiting = {
        step.step.key for step in doable(case) if has_waited_long(desk, case.part(step.part).opened_at, case.due_on)
    }
    steps = [_show_step(desk, step, case, is_late=step.step.key in waiting) for step in case.steps]
    files = [show_evidence(desk, one) for one in _files_before(case, cursor)]
    known = [what_is_known(desk, step) for step in case.steps]
    late = late_steps(case)
    current = [
        write_step(desk, step.step, case.people)
        for step in doable(case)
        if step.step.key not in late and cursor is None
    ]

    def make(most: int) -> CaseReply:
        fitting = (most - 1) * FILES_EACH if cursor is None else most
        shown_files = files[max(0, len(files) - fitting) :]
        reply = CaseReply(
            case=case.name,
            operation=" and ".join(case.operations),
            subject=case.subject,
            about=name_all(case.people) if len(case.people) > 1 else "",
            state=case.state.value,
            owner=shown(case.owner, 80) if case.owner else None,
            due_on=case.due_on,
            wanted_since=case.opened_at.astimezone(desk.organization.time_zone).isoformat(timespec="seconds"),
            approval=say_approval(desk, case),
            steps=steps,
            current=current[: max(1, most - 1)],
            said=list(said),
            wanted=list(wanted),
            evidence=shown_files,
            evidence_in_all=len(case.evidence),
            cursor=_cursor_before(files, shown_files),
            next=what_is_next(desk, case),
        )
        # A long case names its claims and rosters, and leaves the words about them out.
        return reply.knowing(known) if most > 1 else reply.without_words([step.step.title for step in case.steps])

    return fit(desk, make, MOST_CURRENT + 1 if cursor is None else max(1, len(files)))


def _files_before(case: CaseRecord, cursor: str | None) -> Sequence[Evidence]:
    """The attached files before the one that a cursor names; all of them without one. Raises `CursorUnknown`."""
    if cursor is None:
        return case.evidence
    names = [one.name for one in case.evidence]
    if cursor == ALL_FILES:
        return case.evidence
    if cursor not in names:
        raise CursorUnknown(cursor)
    return case.evidence[: names.index(cursor)]


def _cursor_before(files: Sequence[AttachedFile], shown_files: Sequence[AttachedFile]) -> str | None:
    """Where the files go on that are not shown; None where all are."""
    if len(shown_files) == len(files):
        return None
    return shown_files[0].id if shown_files else ALL_FILES


def show_evidence(desk: Desk, evidence: Evidence) -> AttachedFile:
    """An attached file as it goes out."""
    return AttachedFile(
        id=evidence.name,
        step=evidence.step,
        file=shown(evidence.file_name, LONGEST_NAME),
        media_type=evidence.media_type,
        size=evidence.size,
        digest=evidence.digest,
        assurance=evidence.assurance.value,
        attached=f"{by(evidence.attached_by)}, {at(evidence.at, desk.organization.time_zone)}",
        note=shown(evidence.note, LONGEST_NOTE),
    )


def has_waited_long(desk: Desk, opened_at: datetime, due_on: str | None) -> bool:
    """Whether something that was asked for then, with this last day, is overdue today."""
    opened_on = opened_at.astimezone(desk.organization.time_zone).date()
    last_day = date.fromisoformat(due_on) if due_on else None
    today = desk.now.astimezone(desk.organization.time_zone).date()
    return is_overdue(opened_on, last_day, today, desk.limits.step_overdue_days)


def overdue_since(desk: Desk) -> datetime:
    """The start of the day before which whatever was asked for is overdue by now, where the organisation is."""
    today = desk.now.astimezone(desk.organization.time_zone).date()
    return datetime.combine(
        today - timedelta(days=desk.limits.step_overdue_days), time.min, desk.organization.time_zone
    )


def _show_step(desk: Desk, step: StepRecord, case: CaseRecord, *, is_late: bool) -> CaseStep:
    claim, check = last_claim(step), _deciding_check(step)
    return CaseStep(
        key=step.step.key,
        title=named(step.step.title, case.people),
        state=step.state.value,
        claim=f"K-{claim.id}" if claim else None,
        channel=claim.said_by.channel.value if claim else None,
        unapproved=claim is not None and claim.was_approved is False,
        source=check.source.name if check else None,
        brought_by_claimer=_is_brought_by_claimer(claim, check),
        evidence=[one.name for one in case.evidence if one.step == step.step.key][-MOST_NAMED:],
        overdue=is_late,
        too_late=left_behind(desk, step) if step.step.key in late_steps(case) else [],
    )


def _deciding_check(step: StepRecord) -> CheckRecord | None:
    """The check that made the step verified or contradicted."""
    if step.state not in (StepState.VERIFIED, StepState.CONTRADICTED):
        return None
    wanted = step.state is StepState.VERIFIED
    return next((check for check in reversed(step.checks) if check.shows is wanted), None)


def what_is_known(desk: Desk, step: StepRecord) -> str:
    """Who said what of a step, when and on which channel, and which roster showed it; empty where nobody said it."""
    zone = desk.organization.time_zone
    claim = last_claim(step)
    said = ""
    if claim is not None:
        word = "said not to be done" if claim.outcome is Outcome.NOT_DONE else claim.outcome.value
        said = f"{word}, {claim.assurance.value} K-{claim.id} {by(claim.said_by)} {at(claim.at, zone)}"
        if claim.was_approved is False:
            said += ", without the approval that it needed"
        if claim.note:
            said += f" (“{shown(claim.note, 60)}”)"
        if refused := _overlaid_no(step, claim):
            said += f"; before that {by(refused.said_by)} said that it is not done (K-{refused.id})"
    early = _too_early(desk, step)
    if early is not None:
        said += (
            f"; {early.source.name} of {at(early.source.taken_at, zone)} shows it otherwise "
            f"({early.basis.replace('_', ' ')}), too early to contradict it"
        )
    check = _deciding_check(step)
    if check is not None:
        same = _is_brought_by_claimer(claim, check)
        shows = "shown" if check.shows else "not shown"
        said = (
            f"{shows} by {check.source.name} of {at(check.source.taken_at, zone)} ({check.basis.replace('_', ' ')}), "
            f"brought {by(check.source.confirmed_by or check.source.brought_by)}"
            + (" – who also made the claim" if same else "")
            + (f"; {said}" if said else "; nobody had claimed it")
        )
    return said


def _too_early(desk: Desk, step: StepRecord) -> CheckRecord | None:
    """The newest source, where it shows the opposite of what was said only just before."""
    newest = step.checks[-1] if step.checks else None
    grace = timedelta(minutes=desk.limits.grace_minutes)
    is_early = newest is not None and not newest.shows and too_early_until(step, newest.source, grace)
    return newest if is_early else None


def _is_brought_by_claimer(claim: ClaimRecord | None, check: CheckRecord | None) -> bool:
    """Whether one person claimed it and brought the source that shows or contradicts it."""
    return check is not None and is_of_the_claimer(check.source, claim)


def is_of_the_claimer(source: Source, claim: ClaimRecord | None) -> bool:
    """Whether who stands for the source also said that it was done; whoever took that back claims nothing any more."""
    if claim is None or claim.outcome is Outcome.NOT_DONE:
        return False
    return is_brought_by_the_claimer(source, claim.said_by.name)


def _overlaid_no(step: StepRecord, claim: ClaimRecord) -> ClaimRecord | None:
    """A person's no that a later report stands over: whoever confirms should know of it."""
    if claim.assurance >= Assurance.CONFIRMED:
        return None
    confirmed = [one for one in step.claims if one.retracted_at is None and one.assurance >= Assurance.CONFIRMED]
    last = confirmed[-1] if confirmed else None
    return last if last is not None and last.outcome is Outcome.NOT_DONE else None


def last_claim(step: StepRecord) -> ClaimRecord | None:
    """The newest claim that counts for something; declines and what was taken back left out."""
    counted = [
        claim
        for claim in step.claims
        if claim.retracted_at is None and claim.answer.value in ("answered", "could_not_ask")
    ]
    return counted[-1] if counted else None
