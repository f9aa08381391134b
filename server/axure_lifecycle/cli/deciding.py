"""What people decide about addresses, and taking back what was wrong."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from axure_lifecycle.cli.completing import complete_source, named_in_store
from axure_lifecycle.cli.shell import NeedsTerminal, Shell, ask, command, end_unless_yes
from axure_lifecycle.cli.terminal import is_attended

Reason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept in the trail. Asked for at a terminal.")
]


class Decision(StrEnum):
    """What can be decided about an address."""

    BELONGS_TO = "belongs-to"
    EXTERNAL = "external"
    NON_PERSONAL = "non-personal"
    KEEP = "keep"
    WITHDRAW = "withdraw"


@command(
    "decide",
    'decide a.berg@mail.example belongs-to anna.berg@acme.example --reason "her private address"',
    "decide kai@freelance.example external --until 2026-12-31 --reason HR-1142",
    'decide library@acme.example non-personal --reason "the design library"',
)
def decide(
    shell: Shell,
    address: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS", help="The address on the members page.", autocompletion=named_in_store("person")
        ),
    ],
    decision: Annotated[
        Decision,
        typer.Argument(
            metavar="DECISION", help="belongs-to OTHER, external --until DATE, non-personal, keep, or withdraw."
        ),
    ],
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="OTHER",
            help="For belongs-to: how the directory knows the person.",
            autocompletion=named_in_store("person"),
        ),
    ] = None,
    reason: Reason = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The last day on which it counts.")
    ] = None,
) -> None:
    """Write down what you decide about an address.

    Then the question does not come back every morning. Asks you at a terminal, and works nowhere else. It changes
    nothing in Axure, and it never hides an address: `users` still shows it.
    """
    from axure_lifecycle_tools.decisions import ask_about_decision, record_decision

    if (decision is Decision.BELONGS_TO) is (other is None):
        says = "say whose address it is" if other is None else "goes only with belongs-to"
        raise typer.BadParameter(says, param_hint="OTHER")
    if decision is Decision.EXTERNAL and until is None:
        raise typer.BadParameter("external counts until a day; say which", param_hint="--until")
    arguments: dict[str, Any] = {
        "person": address,
        "decision": decision.name.lower(),
        "belongs_to": other,
        "until": until,
    }
    shell.check(record_decision, arguments)
    arguments["reason"] = shell.reason(reason, f"{address}: {decision.replace('-', ' ')}.")
    shell.check(record_decision, {"reason": arguments["reason"]})
    with shell.desk() as desk:
        question = ask_about_decision(desk, **arguments)
        if not is_attended():
            line = shell.words.line(f"decide {address} {decision} …")
            raise NeedsTerminal(f"Nothing was decided about {address}.", line)
        answer = ask(question)
        reply = record_decision(desk, **arguments, answer=answer)
    shell.answer(reply)
    end_unless_yes(answer)


@command("retract", 'retract R-7 --reason "the wrong server\'s page"', 'retract K-31 --reason "wrong person"')
def retract(
    shell: Shell,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="R-7, K-31, A-2, F-3, S-3 or E-3, as it is shown.", autocompletion=complete_source
        ),
    ],
    reason: Reason = None,
) -> None:
    """Take back what was wrong.

    A roster (R-7), a confirmation (K-31), an approval (A-2), your own answer (F-3), a changed screen (S-3) or an
    attached file (E-3). It counts no longer, and cases that leaned on it open again. It never deletes anything: what
    was taken back stays in the trail. A roster, and whatever a person said, needs a person at a terminal.
    """
    from axure_lifecycle_tools.retracting import ask_to_retract, retract_source

    shell.check(retract_source, {"source": name})
    why = shell.reason(reason, f"{name} is to count no longer.")
    shell.check(retract_source, {"reason": why})
    with shell.desk() as desk:
        question = ask_to_retract(desk, source=name, reason=why)
        if not is_attended() and name[0] in "Rr":
            raise NeedsTerminal(f"{name} still counts.", shell.words.line(f"retract {name} --reason …"))
        answer = ask(question)
        reply = retract_source(desk, source=name, reason=why, answer=answer)
    shell.answer(reply)
    end_unless_yes(answer)
