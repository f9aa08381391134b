"""The same trail walked by a bare loop of json and sha256 over a plain cursor. `plain_loop STORE`."""

import json
import sqlite3
import sys
from hashlib import sha256
from time import perf_counter
from typing import Any

ROWS = """
SELECT r.seq, r.at, r.kind, r.payload_digest, r.previous, r.hash, p.salt, p.payload
FROM audit_record r LEFT JOIN audit_payload p ON p.seq = r.seq ORDER BY r.seq
"""


def walk(connection: sqlite3.Connection) -> dict[str, Any]:
    """Stops with an error at the first record that does not hold."""
    last, number, erased = "0" * 64, 0, 0
    for seq, at, kind, digest, previous, own, salt, payload in connection.execute(ROWS):
        number += 1
        if payload is None:
            erased += 1
        else:
            json.loads(payload)
            if sha256(b"axure-lifecycle/payload/v1\n" + salt + payload.encode()).hexdigest() != digest:
                raise ValueError(seq)
        record = f"axure-lifecycle/record/v1\n{seq}\n{at}\n{kind}\n{digest}\n{previous}"
        if seq != number or previous != last or sha256(record.encode()).hexdigest() != own:
            raise ValueError(seq)
        last = own
    return {"records": number, "erased": erased, "head": last}


if __name__ == "__main__":
    store = sqlite3.connect(sys.argv[1])
    walk(store)
    begun = perf_counter()
    found = walk(store)
    print(json.dumps({"seconds": perf_counter() - begun, "outcome": found}))
    store.close()
