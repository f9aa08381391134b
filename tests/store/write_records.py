"""Writers in processes of their own, which say so after each commit.

`write_records.py URL NAME COUNT` appends that many records. `write_records.py URL` starts a writer for each name on its
standard input, which opens cases until somebody kills it: each is one transaction with everything in it that belongs
together, a case with its steps, a claim, the state that follows, and three records in the trail.
"""

import itertools
import os
import signal
import sys
from datetime import UTC, datetime

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel
from axure_lifecycle.domain.plans import Doer, Plan, Step
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.ports import Change
from axure_lifecycle.store import open_store

STEPS = ("first", "second", "third")


class WallClock:
    """The clock on the wall."""

    def now(self) -> datetime:
        """The present moment, UTC."""
        return datetime.now(UTC)


def plan_for(subject: str) -> Plan:
    """A plan of three steps."""
    steps = (Step(key, key, Doer.ADMIN, "here", True, "Do it.", "A picture.", "Done?", ()) for key in STEPS)
    return Plan("offboard", "axure", subject, "test/1", "1", {}, (), tuple(steps), ())


def write(change: Change, name: str, number: int) -> None:
    """One whole case."""
    subject = Address(f"{name}.{number}@acme.example")
    case = change.open_case(plan_for(subject), [subject], due_on=None, reason="", owner=None)
    change.add_claim(
        case,
        "first",
        outcome=Outcome.DONE,
        answer=Answer.ANSWERED,
        assurance=Assurance.CONFIRMED,
        question="Done?",
        question_digest="0" * 64,
        note="",
    )
    change.settle(change.case(case.id), {"first": StepState.CONFIRMED}, CaseState.OPEN)


def append(url: str, name: str, count: int) -> None:
    """Append records, and print the number of each once it is acknowledged."""
    store = open_store(url, WallClock())
    for number in range(1, count + 1):
        with store.writing(Actor(name, Channel.UNATTENDED)) as change:
            change.note("test.written", {"writer": name, "number": number})
        tell(str(number))
    store.close()


def open_cases(url: str, name: str) -> None:
    """Open cases until somebody kills this process, and print each once it is acknowledged."""
    store = open_store(url, WallClock())
    for number in itertools.count(1):
        with store.writing(Actor(name, Channel.UNATTENDED)) as change:
            write(change, name, number)
        tell(f"{name} wrote {number}")


def raise_writers(url: str) -> None:
    """Start a writer for each name that comes in, as a process of its own, and print its number.

    Forked from one process that has imported everything, a hundred of them take no longer than ten others.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            open_cases(url, line.strip())
        tell(f"{line.strip()} is {child}")


def tell(line: str) -> None:
    """One line in one write, so that those of several processes never mix."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def main(url: str, *rest: str) -> int:
    """Append or open, and say which refusal somebody would see."""
    try:
        if rest:
            append(url, rest[0], int(rest[1]))
        else:
            raise_writers(url)
    except LifecycleError as refusal:
        sys.stderr.write(f"{refusal.code}: {refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
