"""One pass with nothing changed. `make_pass HOME`."""

import json
import sys
from pathlib import Path
from time import perf_counter

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.pass_reply import PassReply
from axure_lifecycle_tools.passing import run_pass
from tests.benchmarks.children.compare import count_verdicts


def make_pass(workshop: Workshop) -> PassReply:
    """A pass as a timer makes it, without the report."""
    return run_pass(workshop.desk(Channel.UNATTENDED), patience=0)


if __name__ == "__main__":
    opened = Workshop(Path(sys.argv[1]))
    make_pass(opened)
    begun = perf_counter()
    made = make_pass(opened)
    seconds = perf_counter() - begun
    counts = count_verdicts(opened)
    assert (made.members, made.leavers) == (sum(counts.values()), counts["leaver"])
    print(json.dumps({"seconds": seconds, "outcome": counts}))
    opened.close()
