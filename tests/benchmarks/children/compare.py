"""The product's comparison: members by verdict. `compare HOME`."""

import json
import sys
from pathlib import Path
from time import perf_counter

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.comparison import compare_all


def count_verdicts(workshop: Workshop) -> dict[str, int]:
    """How many members have each verdict; those that nobody has are left out."""
    desk = workshop.desk(Channel.TERMINAL)
    with compare_all(desk, desk.now) as whole:
        return {verdict: count for verdict, count in whole.counts.items() if count}


if __name__ == "__main__":
    opened = Workshop(Path(sys.argv[1]))
    count_verdicts(opened)
    begun = perf_counter()
    counts = count_verdicts(opened)
    print(json.dumps({"seconds": perf_counter() - begun, "outcome": counts}))
    opened.close()
