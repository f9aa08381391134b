"""What is known about Axure, and what you find out on your own screens."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from axure_lifecycle.cli.completing import complete_operation, complete_step, complete_topic
from axure_lifecycle.cli.looking import Cursor
from axure_lifecycle.cli.operations import read_operation
from axure_lifecycle.cli.shell import Shell, ask, command, end_unless_yes
from axure_lifecycle.cli.terminal import ask_for, is_attended, say

if TYPE_CHECKING:
    from axure_lifecycle_tools.local_reply import LocalKnowledge


MOST_AT_ONCE: Final = 15
"""Facts in one answer: more is not read at once, and the cursor goes on."""


@command("explain", "explain", "explain api", "explain use sso", "explain local")
def explain(
    shell: Shell,
    topic: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TOPIC", help="A topic, a fact's id, or words. Without: the topics.", autocompletion=complete_topic
        ),
    ] = None,
    cursor: Cursor = None,
) -> None:
    """Tell what is known about managing users in Axure.

    Each fact with its source, date and confidence, and your own answers beside it. What nobody found out is said to be
    unknown, with what to look at on your own screen; `explain local` lists all of that. It never looks anything up
    outside, and needs no configuration.
    """
    from axure_lifecycle.app import ShippedKnowledge
    from axure_lifecycle_tools.knowledge import explain_axure, tell_facts

    words = " ".join(topic or ())
    shell.check(explain_axure, {"topic": words, "cursor": cursor})
    shell.answer(tell_facts(ShippedKnowledge().register(), words, cursor, _known_here(shell))(MOST_AT_ONCE))


def _known_here(shell: Shell) -> "LocalKnowledge":
    """What was found out here; nothing where no organisation is described, or its store cannot be read."""
    from axure_lifecycle.app import SystemClock
    from axure_lifecycle.config import NotConfigured
    from axure_lifecycle.domain.errors import LifecycleError
    from axure_lifecycle_tools.local_reply import know_locally, know_nothing

    try:
        with shell.desk() as desk, desk.store.reading() as view:
            return know_locally(view, desk)
    except NotConfigured:
        pass  # What is shipped with the product is known before anybody's organisation is.
    except LifecycleError as refusal:
        say(f"What was found out here is not shown. {shell.words.speak(refusal.sentence)}")
    return know_nothing(SystemClock().now().date())


@command(
    "record-fact",
    'record-fact deactivate.control --answer "a switch in the last column" --evidence "members page, 2026-11-23"',
)
def record_fact(
    shell: Shell,
    fact: Annotated[
        str, typer.Argument(metavar="FACT", help="The id of an open question; `explain local` lists them.")
    ],
    answer: Annotated[
        str | None,
        typer.Option("--answer", metavar="TEXT", help="What you found out. Asked for at a terminal."),
    ] = None,
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="TEXT", help="Where you saw it: a page, a file's name, a ticket.")
    ] = "",
) -> None:
    """Record your own answer to an open question about Axure.

    Plans and `explain` show it as known here, until it expires and is to be checked again. At a terminal you are
    asked, and your yes confirms it; without one it is only reported. It never changes what is known everywhere.
    """
    from axure_lifecycle_tools import local

    if not (answer and answer.strip()):
        if not is_attended():
            raise typer.BadParameter("say what you found out (--answer TEXT)", param_hint="--answer")
        answer = ask_for(_question_of(shell, fact))
    arguments: dict[str, Any] = {"fact": fact, "local_answer": answer, "evidence": evidence}
    shell.check(local.record_fact, arguments)
    with shell.desk() as desk:
        said = ask(local.ask_about_fact(desk, **arguments))
        reply = local.record_fact(desk, **arguments, answer=said)
    shell.answer(reply)
    end_unless_yes(said)


def _question_of(shell: Shell, fact: str) -> str:
    """What is asked about a fact. Raises `FactUnknown`."""
    with shell.desk() as desk:
        found = desk.knowledge.register().fact(fact.strip().lower())
    return found.question or f"{found.sentence} What did you find out"


@command(
    "record-screen-change",
    'record-screen-change offboard deactivate --differs "it is called Disable" --place "People › ••• › Disable"',
)
def record_screen_change(
    shell: Shell,
    operation: Annotated[
        str,
        typer.Argument(
            metavar="OPERATION", help="The operation of the plan, e.g. offboard.", autocompletion=complete_operation
        ),
    ],
    step: Annotated[
        str, typer.Argument(metavar="STEP", help="The step's key, e.g. deactivate.", autocompletion=complete_step)
    ],
    differs: Annotated[
        str | None,
        typer.Option("--differs", metavar="TEXT", help="What your screen shows instead. Asked for at a terminal."),
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", metavar="TEXT", help="Where it is now, if you found it.")
    ] = None,
    application: Annotated[
        str | None, typer.Option("--application", metavar="NAME", help="Another application than Axure, e.g. 6sense.")
    ] = None,
) -> None:
    """Record that a step looks different on your screens.

    The next plan marks the step, with your words beside the playbook's. At a terminal you are asked, and your yes
    confirms it; without one it is only reported. It changes nothing in a case that is open already.
    """
    from axure_lifecycle_tools import local_screens

    operation = read_operation(operation, application)
    if not (differs and differs.strip()):
        if not is_attended():
            raise typer.BadParameter("say what differs (--differs TEXT)", param_hint="--differs")
        differs = ask_for(f"{operation}, {step}: what does your screen show instead")
    arguments: dict[str, Any] = {
        "operation": operation,
        "step": step,
        "differs": differs,
        "place": place,
        "application": application,
    }
    shell.check(local_screens.record_screen_change, arguments)
    with shell.desk() as desk:
        said = ask(local_screens.ask_about_screen_change(desk, **arguments))
        reply = local_screens.record_screen_change(desk, **arguments, answer=said)
    shell.answer(reply)
    end_unless_yes(said)
