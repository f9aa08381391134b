"""What people say about the steps of a case, and that they stand for a roster.

What is said at an interactive terminal counts as confirmed: the person says it where a model has no tool to speak.
That proves that somebody typed it as this user of this machine, not who it was: an assistant that was given a shell
could drive a terminal as well. So the channel is part of every record, and reports never flatten the difference.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from axure_lifecycle.cli.completing import complete_case_or_roster, complete_step, named_in_store
from axure_lifecycle.cli.looking import CaseName
from axure_lifecycle.cli.shell import NeedsTerminal, Shell, ask, command, end_unless_yes
from axure_lifecycle.cli.terminal import is_attended, is_attended_on_both, screen, show, wrapped

if TYPE_CHECKING:
    from axure_lifecycle_tools.showing import CaseReply
    from axure_lifecycle_tools.spec import Desk, Question

StepName = typer.Argument(
    metavar="STEP", help="The step's key or its number, e.g. deactivate.", autocompletion=complete_step
)
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="What the trail should keep.")]


class Outcome(StrEnum):
    """What can be said about a step."""

    DONE = "done"
    SKIPPED = "skipped"
    NOT_DONE = "not-done"


@command("record", "record C-1 deactivate done", 'record C-1 3 skipped --note "no seat was ever assigned"')
def record(
    shell: Shell,
    case: CaseName,
    step: Annotated[str, StepName],
    outcome: Annotated[Outcome, typer.Argument(metavar="OUTCOME", help="done, skipped (with --note), or not-done.")],
    note: Note = "",
) -> None:
    """Record what was done about one step of a case.

    At a terminal you are asked, and your yes confirms it. Without one it is only reported, and settles nothing until
    a person confirms it. It never deactivates anything: a person does that in Axure, before.
    """
    from axure_lifecycle.cli.outlines import news
    from axure_lifecycle_tools.steps import ask_about_step, record_step

    if outcome is Outcome.SKIPPED and not note.strip() and is_attended():
        note = shell.reason(None, f"{case}, {step} is to be skipped.", "--note")
    # A person's own note goes with the answer; in the question it would stand as somebody else's.
    is_own = is_attended() and outcome is Outcome.DONE
    arguments: dict[str, Any] = {
        "case": case,
        "step": step,
        "outcome": outcome.name.lower(),
        "note": "" if is_own else note,
    }
    shell.check(record_step, {**arguments, "note": note})
    with shell.desk() as desk:
        question = ask_about_step(desk, **arguments)
        if question is not None and is_attended():
            _show_step(shell, desk, case, step, question)
        answer = ask(question, note if is_own else "")
        reply = record_step(desk, **arguments, answer=answer)
    shell.answer(reply, news(shell.words, _key(reply, step)))
    end_unless_yes(answer)


@command("confirm", "confirm C-1 deactivate", "confirm R-7")
def confirm(
    shell: Shell,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="A case (C-1), or a source (R-7).", autocompletion=complete_case_or_roster),
    ],
    step: Annotated[
        str | None,
        typer.Argument(metavar="STEP", help="For a case: the step's key or its number.", autocompletion=complete_step),
    ] = None,
    note: Note = "",
) -> None:
    """Confirm as a person what was only reported.

    A step of a case, or a roster. Shows exactly what is confirmed and asks for the word yes; Enter alone never
    counts. It refuses to run without an interactive terminal on standard input and output.

    What this proves: that somebody typed yes at a terminal as this user of this machine. What it does not prove: who
    that was; an assistant with a shell could drive a terminal too. So the record names the channel, and only a later
    roster verifies what was said.
    """
    is_source = name[:1] in ("R", "r")
    if is_source and step is not None:
        raise typer.BadParameter("a source is confirmed as a whole", param_hint="STEP")
    if step is None and not is_source:
        raise typer.BadParameter(_which_step(shell, name), param_hint="STEP")
    if not is_attended_on_both():
        what = f"{name} {step}" if step else name
        raise NeedsTerminal(f"{what} was not confirmed.", shell.words.line(f"confirm {what}"))
    if step is None:
        _confirm_source(shell, name)
    else:
        _confirm_step(shell, name, step, note)


@command("approve", "approve C-1")
def approve(shell: Shell, case: CaseName, note: Note = "") -> None:
    """Agree to a case as the second person that policy asks for.

    Shows exactly what is approved and asks for the word yes. Only for somebody who neither asked for the case, owns it
    nor works on it; whoever approves performs nothing of it. It refuses to run without an interactive terminal.
    """
    from axure_lifecycle.cli.outlines import news
    from axure_lifecycle_tools.approving import approve_case, ask_about_approving

    shell.check(approve_case, {"case": case})
    with shell.desk() as desk:
        question = ask_about_approving(desk, case=case)
        if question is not None and not is_attended_on_both():
            raise NeedsTerminal(f"{case} was not approved.", shell.words.line(f"approve {case}"))
        answer = ask(question, note)
        reply = approve_case(desk, case=case, answer=answer)
    shell.answer(reply, news(shell.words))
    end_unless_yes(answer)


@command("deactivated", "deactivated ana@acme.example", 'deactivated ana@acme.example --note "ticket IT-7"')
def deactivated(
    shell: Shell,
    person: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS", help="Whose membership was deactivated.", autocompletion=named_in_store("person")
        ),
    ],
    note: Note = "",
) -> None:
    """Record that a membership was deactivated by hand.

    Opens a case for what is still missing, such as the seat, where none stands. It deactivates nothing itself.
    Without a terminal it is only reported.
    """
    from axure_lifecycle.cli.outlines import news
    from axure_lifecycle_tools.deactivations import ask_about_deactivation, record_deactivation

    arguments = {"person": person, "note": note}
    shell.check(record_deactivation, arguments)
    with shell.desk() as desk:
        answer = ask(ask_about_deactivation(desk, **arguments))
        reply = record_deactivation(desk, **arguments, answer=answer)
    shell.answer(reply, news(shell.words))
    end_unless_yes(answer)


def _confirm_source(shell: Shell, name: str) -> None:
    from axure_lifecycle.cli.outlines import SHORTENED
    from axure_lifecycle_tools.confirming import ask_to_confirm_source, confirm_source
    from axure_lifecycle_tools.retracting import retract_source

    shell.check(retract_source, {"source": name})
    with shell.desk() as desk:
        question = ask_to_confirm_source(desk, source=name)
        if question is not None:
            show(f"Digest of the question: {question.digest[:SHORTENED]}…\n")
        answer = ask(question)
        reply = confirm_source(desk, source=name, answer=answer)
    shell.answer(reply, lambda said: said.text_without_numbers())
    end_unless_yes(answer)


def _confirm_step(shell: Shell, case: str, step: str, note: str) -> None:
    from axure_lifecycle.cli.outlines import news
    from axure_lifecycle_tools.steps import ask_about_step, record_step

    shell.check(record_step, {"case": case, "step": step, "note": note})
    with shell.desk() as desk:
        arguments: dict[str, Any] = {"case": case, "step": step, **_what_was_reported(desk, case, step)}
        question = ask_about_step(desk, **arguments)
        if question is not None:
            _show_step(shell, desk, case, step, question)
        answer = ask(question, note)
        reply = record_step(desk, **arguments, answer=answer)
    shell.answer(reply, news(shell.words, _key(reply, step)))
    end_unless_yes(answer)


def _key(reply: "CaseReply", step: str) -> str:
    """The key of a step that was named by its key or its number."""
    wanted = step.strip().lower()
    return reply.steps[int(wanted) - 1].key if wanted.isdecimal() else wanted


def _which_step(shell: Shell, case: str) -> str:
    """Which steps of a case wait for somebody's word."""
    from axure_lifecycle_tools.arguments import number_of
    from axure_lifecycle_tools.cases import get_case
    from axure_lifecycle_tools.going_on import doable

    shell.check(get_case, {"case": case})
    with shell.desk() as desk, desk.store.reading() as view:
        record = view.case(number_of(case))
    waiting = [
        f"{record.steps.index(step) + 1} {step.step.key} ({step.state.value.replace('_', ' ')})"
        for step in doable(record)
    ]
    if not waiting and record.lacks_approval:
        return f"{record.name} waits for the approval of a second person: {shell.words.line(f'approve {record.name}')}"
    if not waiting:
        return f"{record.name} is {record.state.value}: no step of it waits for your word"
    return f"say which step of {record.name}; open now are {', '.join(waiting)}"


def _what_was_reported(desk: "Desk", case: str, step: str) -> dict[str, Any]:
    """The outcome that waits for a person's word: a reported skip with its reason, else that the step was done."""
    from axure_lifecycle.domain.steps import StepState
    from axure_lifecycle_tools.arguments import number_of
    from axure_lifecycle_tools.showing import last_claim
    from axure_lifecycle_tools.steps import find_step

    with desk.store.reading() as view:
        found = find_step(view.case(number_of(case)), step)
    claim = last_claim(found)
    if found.state is StepState.SKIP_REPORTED and claim is not None:
        return {"outcome": "skipped", "note": claim.note}
    return {"outcome": "done", "note": ""}


def _show_step(shell: Shell, desk: "Desk", case: str, step: str, question: "Question") -> None:
    """Everything that a yes would be about."""
    from axure_lifecycle.cli.outlines import SHORTENED
    from axure_lifecycle_tools.arguments import number_of
    from axure_lifecycle_tools.own_words import retell
    from axure_lifecycle_tools.plan_reply import write_step
    from axure_lifecycle_tools.showing import what_is_known
    from axure_lifecycle_tools.steps import find_step
    from axure_lifecycle_tools.wording import name_all

    with desk.store.reading() as view:
        record = view.case(number_of(case))
    found = find_step(record, step)
    written = retell(write_step(desk, found.step, record.people), shell.words.speak)
    text = "\n".join(
        [
            f"{record.name}: {record.operation} {name_all(record.people)}"
            + (f", last day {record.due_on}" if record.due_on else ""),
            f"Step {record.steps.index(found) + 1} of {len(record.steps)}: {written.title} [{written.key}]",
            f"  Who and where: {written.doer.replace('_', ' ')}, {written.place}",
            f"  To be done: {written.instruction}",
            f"  Evidence wanted: {written.evidence}",
            f"  Said so far: {what_is_known(desk, found) or 'nothing'}",
            f"  Your word is recorded as {desk.actor.name}, at a terminal. Digest of the question: "
            f"{question.digest[:SHORTENED]}…",
            "",
        ]
    )
    show(wrapped(text, screen()))
