"""The product's bundle of a whole trail, written, signed and read again as an auditor does. `bundle HOME`."""

import json
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from axure_lifecycle.app import Workshop
from axure_lifecycle.audit.bundle import Bundler, Days, sign_head
from axure_lifecycle.audit.keys import home_key, make_home_key
from axure_lifecycle.domain.holdings import Channel

FIRST, LAST = date(2026, 11, 23), date(2027, 12, 31)


def bundle(workshop: Workshop) -> dict[str, Any]:
    """What the bundle holds."""
    desk, key = workshop.desk(Channel.TERMINAL), workshop.signing_key()
    point = sign_head(desk.store, key, desk.actor, datetime.now(UTC))
    with tempfile.TemporaryFile(dir=workshop.home) as stream, desk.store.reading() as view:
        made = Bundler(view, desk.archive, key, Days(FIRST, LAST, desk.organization), None).write(stream, point)
    return {"records": made.last - made.first + 1, "erased": made.erased}


if __name__ == "__main__":
    home = Path(sys.argv[1])
    if home_key(home) is None:
        make_home_key(home)
    opened = Workshop(home)
    begun = perf_counter()
    found = bundle(opened)
    print(json.dumps({"seconds": perf_counter() - begun, "outcome": found}))
    opened.close()
