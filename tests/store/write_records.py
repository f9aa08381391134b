"""A writer in a process of its own: `write_records.py URL NAME COUNT` appends records and says so after each commit.

Every record comes with a change of the same transaction: a kept answer. A COUNT of 0 means until somebody kills it.
"""

import itertools
import sys
from datetime import UTC, datetime

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.store import open_store


class WallClock:
    """The clock on the wall."""

    def now(self) -> datetime:
        """The present moment, UTC."""
        return datetime.now(UTC)


def main(url: str, name: str, count: int) -> int:
    """Write, and print the number of each write once it is acknowledged."""
    actor = Actor(name, Channel.UNATTENDED)
    store = open_store(url, WallClock())
    for number in itertools.count(1):
        if count and number > count:
            break
        try:
            with store.writing(actor) as change:
                change.note("test.written", {"writer": name, "number": number})
                change.keep_answer(f"{name}/{number}", "{}")
        except LifecycleError as refusal:
            print(f"{refusal.code}: {refusal}", file=sys.stderr)
            return 1
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
