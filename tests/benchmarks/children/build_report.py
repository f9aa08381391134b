"""The access review as HTML, written into the home. `build_report HOME`."""

import json
import sys
from pathlib import Path
from time import perf_counter

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.building import build_report

if __name__ == "__main__":
    opened = Workshop(Path(sys.argv[1]))
    build_report(opened.desk(Channel.TERMINAL), kind="screens")
    begun = perf_counter()
    built = build_report(opened.desk(Channel.TERMINAL), kind="access-review", format="html")
    seconds = perf_counter() - begun
    print(json.dumps({"seconds": seconds, "outcome": built.rows, "length": built.length}))
    opened.close()
