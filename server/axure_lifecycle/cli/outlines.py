"""Plans and cases for somebody at work: what counts now, and the whole only where it is asked for.

Whoever reads is “you”; where a plan or a case is about one person, it names them by address itself.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from axure_lifecycle.cli.wording import Shellwords
from axure_lifecycle.domain.plans import NoticeKind

if TYPE_CHECKING:
    from axure_lifecycle_tools.plan_reply import PlanReply
    from axure_lifecycle_tools.showing import CaseReply

SHORTENED: Final = 12
"""Characters of a digest that are shown where it is to be typed again."""
_SIGNS: Final = {NoticeKind.BLOCKER.value: "STOP:", NoticeKind.WARNING.value: "Mind:"}


# -- plans ------------------------------------------------------------------------------------------------------------


def is_openable(plan: "PlanReply") -> bool:
    """Whether a case can be opened for it as far as the plan itself says."""
    return (
        bool(plan.steps_in_all)
        and not plan.under_way
        and all(notice.kind != NoticeKind.BLOCKER for notice in plan.notices)
    )


def outline(plan: "PlanReply") -> list[str]:
    """What stands in the way and what to mind, then a line for each step."""
    from axure_lifecycle_tools.plan_reply import DIFFERS, differs_here
    from axure_lifecycle_tools.wording import to_do

    unknown = sum(notice.kind not in _SIGNS for notice in plan.notices)
    lines = [f"Plan to {to_do(plan.operation, plan.about)}: {_count(plan.steps_in_all, 'step')}. Nothing was written."]
    lines += plan.under_way
    lines += plan.say_approval()
    lines += plan.say_wanted()
    lines += [f"{_SIGNS[one.kind]} {one.said}" for one in plan.notices if one.kind in _SIGNS]
    for number, step in enumerate(plan.steps, plan.first_step):
        differs = f" ({DIFFERS})" if differs_here(step.notes) else ""
        lines.append(f"{number:>2}. {step.title} [{step.key}] – {step.doer.replace('_', ' ')}{differs}")
    doubtful = [one for one in plan.sources if one.endswith("reported only")]
    lines += [f"Nobody stands for {one}." for one in doubtful]
    if unknown:
        lines.append(f"{_count(unknown, 'thing')} about this nobody knows: look at them with --full.")
    return lines


def in_full(plan: "PlanReply") -> str:
    """Everything that the plan says, and its whole digest."""
    return plan.model_copy(update={"outline": []}).text()


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


# -- cases ------------------------------------------------------------------------------------------------------------


def whole(case: "CaseReply") -> str:
    """Every step with its mark, who said what about it, what the marks mean, and what to do now."""
    lines = case.text().split("\n")
    numbered = [number for number, line in enumerate(lines) if line.startswith(tuple(_MARKS))]
    used = [
        f"{mark} {meaning}" for mark, meaning in _MARKS.items() if any(lines[at].startswith(mark) for at in numbered)
    ]
    if used:
        lines.insert(numbered[-1] + 1, f"({', '.join(used)}; [ ] to do)")
    return "\n".join(lines)


_MARKS: Final = {
    "[r]": "reported, settles nothing yet",
    "[c]": "confirmed by a person",
    "[v]": "verified by a later list",
    "[!]": "contradicted by a later list",
    "[s]": "skipped",
    "[s?]": "reported as needless",
}
"""What the mark in front of a step means."""


def news(words: Shellwords, key: str | None = None) -> "Callable[[CaseReply], str]":
    """What a call changed: the step that it was about, how many are left, and what is next."""

    def tell(case: "CaseReply") -> str:
        lines = list(case.said)
        if key is not None:
            lines.append(case.line(case.number(key)))
        if case.approval:
            lines.append(f"Approval: {case.approval}.")
        lines += [f"Wanted: {one}" for one in case.wanted]
        left = len(case.steps) - case.settled
        contradicted = sum(step.state == "contradicted" for step in case.steps)
        lines.append(
            f"{case.case} {case.operation} {case.about or case.subject} is {case.state}: {case.settled} of "
            f"{_count(len(case.steps), 'step')} settled, {left} left"
            + (f", {contradicted} contradicted by a roster" if contradicted else "")
            + f". All of it: {words.line(f'case {case.case}')}"
        )
        return "\n".join([*lines, *_next_steps(case, key)])

    return tell


def _next_steps(case: "CaseReply", shown_before: str | None) -> Sequence[str]:
    lines: list[str] = []
    if case.current:
        first, *others = case.current
        in_full = first.lines(case.number(first.key))
        lines += ["Next:", *(in_full[:1] if first.key == shown_before else in_full)]
        if others:
            also = ", ".join(f"{case.number(one.key)} {one.key}" for one in others)
            lines.append(f"   Can be done now as well: {also}")
    return [*lines, case.next] if case.next else lines
