"""The product's verification of a whole trail. `verify HOME`."""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel


def verify(workshop: Workshop) -> dict[str, Any]:
    """What the verification finds."""
    with workshop.desk(Channel.TERMINAL).store.reading() as view:
        audit = view.verify_trail()
    assert audit.holds, audit.broken_at
    return {"records": audit.records, "erased": audit.erased, "head": audit.head}


if __name__ == "__main__":
    opened = Workshop(Path(sys.argv[1]))
    verify(opened)
    begun = perf_counter()
    found = verify(opened)
    print(json.dumps({"seconds": perf_counter() - begun, "outcome": found}))
    opened.close()
