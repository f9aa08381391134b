"""`run`: what a timer starts, and what lies in the outbox."""

import re
import signal
import sys
import threading
from typing import TYPE_CHECKING, Annotated, Final

import typer

from axure_lifecycle.cli.looking import CaseName, Cursor
from axure_lifecycle.cli.shell import Shell, ask, command
from axure_lifecycle.cli.terminal import is_attended, say, tell, tell_refusal
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.places import NoticeState

if TYPE_CHECKING:
    from axure_lifecycle.app import Workshop
    from axure_lifecycle_tools.pass_reply import PassReply

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LEAST: Final = 10
"""Seconds between two passes."""


@command("run", "run", "run --dry-run", "run --json", "run --every 1h --json")
def make_pass(
    shell: Shell,
    every: Annotated[
        str | None,
        typer.Option(
            "--every", metavar="TIME", help="Go on for ever, one pass in so long: 30m, 1h, 1d. Default: once."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; nothing is read, written or sent.")
    ] = False,
    patience: Annotated[
        float,
        typer.Option(
            "--patience", metavar="SECONDS", min=0, max=3600, help="How long a place that takes nothing is tried again."
        ),
    ] = 60.0,
) -> None:
    """Make one pass: everything that a morning needs.

    Read the configured directories, take new rosters from trusted folders, let them verify and contradict what people
    said, propose offboardings at the last day (and open them where [policy.run] says so), remind owners, and write
    the reports of the day. A second pass changes nothing; one that was killed goes on where it was; only one works on
    a store at a time. Exit code 0: nothing to do; 10: a person should look; 11: a part failed; 12: another pass is
    under way.
    """
    seconds = None if every is None else _read_time(every)
    with shell.workshop() as workshop:
        if seconds is not None:
            _go_on(shell, workshop, seconds, patience)
            return
        reply = _once(shell, workshop, patience, rehearse=dry_run)
        shell.answer(reply)
        if not dry_run:
            reply = _beyond_the_ceiling(shell, workshop, reply, patience)
    if reply.exit_code:
        raise typer.Exit(reply.exit_code)


def _once(
    shell: Shell,
    workshop: "Workshop",
    patience: float,
    *,
    rehearse: bool = False,
    let_pass: str = "",
    let_pushed_pass: str = "",
) -> "PassReply":
    from axure_lifecycle_tools.passing import run_pass

    return run_pass(
        shell.desk_in(workshop),
        rehearse=rehearse,
        let_pass=let_pass,
        let_pushed_pass=let_pushed_pass,
        patience=patience,
    )


def _beyond_the_ceiling(shell: Shell, workshop: "Workshop", reply: "PassReply", patience: float) -> "PassReply":
    """Ask whoever sits at a terminal about what only the ceiling held back; on their yes, one more pass."""
    from axure_lifecycle_tools.passing import ask_beyond_ceiling, note_beyond_ceiling
    from axure_lifecycle_tools.spec import Answered

    question = ask_beyond_ceiling(shell.desk_in(workshop), reply)
    if question is None or not is_attended():
        return reply
    answer = ask(question)
    if not isinstance(answer, Answered):
        return reply
    note_beyond_ceiling(shell.desk_in(workshop), answer)
    if not answer.yes:
        return reply
    again = _once(shell, workshop, patience, let_pass=reply.beyond_digest, let_pushed_pass=reply.pushed_beyond_digest)
    shell.answer(again)
    if again.beyond_ceiling or again.pushed_beyond_ceiling or again.pushed_changes_beyond_ceiling:
        say("Other people are held back now than those you were asked about: look at the list, then run it again.")
    return again


def _go_on(shell: Shell, workshop: "Workshop", seconds: int, patience: float) -> None:
    """One pass after another until somebody ends the process; a pass that is under way is made to its end."""
    ended = threading.Event()

    def end(number: int, frame: object) -> None:
        del number, frame
        ended.set()

    signal.signal(signal.SIGTERM, end)
    while not ended.is_set():
        try:
            reply = _once(shell, workshop, patience)
        except LifecycleError as refusal:
            # The next pass may find the store or the configuration in order again.
            if shell.wants_json:
                tell_refusal(refusal.code, shell.words.speak(refusal.sentence))
            else:
                say(f"{shell.words.speak(refusal.sentence)} [{refusal.code}]")
        else:
            tell(reply.model_dump_json() if shell.wants_json else shell.words.reply(reply).text())
        sys.stdout.flush()
        ended.wait(seconds)


def _read_time(text: str) -> int:
    """Seconds."""
    found = re.fullmatch(r"([1-9][0-9]{0,4})([smhd])", text.strip().lower())
    seconds = int(found.group(1)) * _UNITS[found.group(2)] if found is not None else 0
    if not _LEAST <= seconds <= 7 * _UNITS["d"]:
        raise typer.BadParameter("say 10s to 7d, such as 30m, 1h or 1d", param_hint="--every")
    return seconds


@command("notices list", "notices list", "notices list --state given_up --json")
def list_notices(
    shell: Shell,
    state: Annotated[
        NoticeState | None, typer.Option("--state", metavar="STATE", help=f"Only {', '.join(NoticeState)}.")
    ] = None,
    cursor: Cursor = None,
) -> None:
    """List the messages to owners, newest first.

    What was sent, what waits for a place that takes nothing, and what was given up. That a message was sent says that
    the other side has it, not that anybody read it. It sends nothing.
    """
    from axure_lifecycle_tools.outbox import list_notices as look

    shell.call(look, state=state, cursor=cursor)


@command("ticket", "ticket C-1 HR-1142")
def record_ticket(
    shell: Shell,
    case: CaseName,
    ticket: Annotated[str, typer.Argument(metavar="TICKET", help="Its reference in your ticket system.")],
) -> None:
    """Say which ticket belongs to a case.

    It is shown with the case, and signed webhooks name it. Whatever the ticket system reports of it confirms no step,
    and nothing changes in Axure.
    """
    from axure_lifecycle_tools.outbox import record_ticket as record

    shell.call(record, case=case, ticket=ticket)
