"""From a plan, which is only a value, to a case that somebody owns."""

import shlex
from typing import Annotated

import typer

from axure_lifecycle.cli.looking import CaseName
from axure_lifecycle.cli.shell import Shell, ask, command, end_unless_yes

Person = Annotated[str, typer.Argument(metavar="ADDRESS", help="The person's e-mail address.")]
LastDay = Annotated[
    str | None, typer.Option("--last-day", metavar="DATE", help="The last working day, when it is known.")
]


@command("plan offboard", "plan offboard ana@acme.example --last-day 2026-11-27")
def offboard(shell: Shell, person: Person, last_day: LastDay = None) -> None:
    """Plan how to offboard one person.

    What must happen first, each step with its place on your screens, who does it, which evidence to keep and how
    sure it is; and a digest to open the case with. It writes nothing and never touches Axure.
    """
    from axure_lifecycle.domain.plans import NoticeKind
    from axure_lifecycle_tools.planning import plan_offboard

    shell.check(plan_offboard, {"person": person, "last_day": last_day})
    with shell.desk() as desk:
        reply = plan_offboard(desk, person=person, last_day=last_day)
    if not shell.wants_json and len(reply.steps) == reply.steps_in_all:
        reply = reply.model_copy(update={"outline": []})  # Every step stands there in full.
    if reply.steps_in_all and all(notice.kind != NoticeKind.BLOCKER for notice in reply.notices):
        line = shell.words.line(f"open {shlex.quote(reply.subject)} --digest {reply.digest}")
        line += f" --last-day {last_day}" if last_day else ""
        reply = reply.model_copy(update={"next": f"If you agree: {line}"})
    shell.answer(reply)


@command("open", "open ana@acme.example --digest DIGEST --last-day 2026-11-27 --reason HR-1142")
def open_planned(
    shell: Shell,
    person: Person,
    digest: Annotated[
        str, typer.Option("--digest", metavar="DIGEST", help="The digest of the plan that you agree to.")
    ],
    last_day: LastDay = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="OWNER", help="Whose case it is. Default: the operator.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, e.g. the ticket.")] = "",
) -> None:
    """Open a case for exactly the plan with this digest.

    Refused when anything that the plan leans on has changed since, or while something stops it. It never touches
    Axure: the case is where people's steps are recorded.
    """
    from axure_lifecycle_tools.cases import open_case

    shell.call(
        open_case, operation="offboard", person=person, digest=digest, last_day=last_day, owner=owner, reason=reason
    )


@command("assign", "assign C-1 kim@acme.example")
def assign(
    shell: Shell,
    case: CaseName,
    owner: Annotated[str, typer.Argument(metavar="OWNER", help="An e-mail address or a team.")],
) -> None:
    """Give a case to another owner.

    Nobody is notified, and nothing changes in Axure.
    """
    from axure_lifecycle_tools.cases import assign_case

    shell.call(assign_case, case=case, owner=owner)


@command("cancel", 'cancel C-1 --reason "she stays"')
def cancel(
    shell: Shell,
    case: CaseName,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept in the trail.")],
) -> None:
    """End an open case that is no longer wanted.

    Where a person confirmed a step, or a roster contradicted one, you are asked at a terminal. It undoes nothing in
    Axure and deletes nothing here: what was confirmed stays in the trail.
    """
    from axure_lifecycle_tools.cases import ask_about_cancelling, cancel_case

    shell.check(cancel_case, {"case": case, "reason": reason})
    with shell.desk() as desk:
        answer = ask(ask_about_cancelling(desk, case=case, reason=reason))
        reply = cancel_case(desk, case=case, reason=reason, answer=answer)
    shell.answer(reply)
    end_unless_yes(answer)
