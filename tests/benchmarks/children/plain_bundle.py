"""The same records as lines of JSON in a file with its SHA-256, and read again, by hand. `plain_bundle STORE`."""

import json
import sqlite3
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.benchmarks.children.plain_loop import ROWS


def write_lines(connection: sqlite3.Connection, folder: Path) -> dict[str, Any]:
    """How many records were written, and read again."""
    written, erased = sha256(), 0
    with tempfile.TemporaryFile(dir=folder) as stream:
        for seq, at, kind, digest, previous, own, salt, payload in connection.execute(ROWS):
            erased += payload is None
            line = json.dumps([seq, at, kind, digest, previous, own, salt.hex() if salt else None, payload])
            content = f"{line}\n".encode()
            written.update(content)
            stream.write(content)
        stream.seek(0)
        read, records = sha256(), 0
        for content in stream:
            json.loads(content)
            read.update(content)
            records += 1
    if read.digest() != written.digest():
        raise ValueError(records)
    return {"records": records, "erased": erased}


if __name__ == "__main__":
    file = Path(sys.argv[1])
    store = sqlite3.connect(file)
    begun = perf_counter()
    found = write_lines(store, file.parent)
    print(json.dumps({"seconds": perf_counter() - begun, "outcome": found}))
    store.close()
