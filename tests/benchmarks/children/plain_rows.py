"""The rows of an access review in SQL by hand, read one after the other, on the same store. `plain_rows STORE`."""

import json
import sqlite3
import sys
from time import perf_counter

from tests.benchmarks.children.plain_joins import IN_FORCE

ROWS = """
SELECT m.address, m.display_name, m.role, m.status, m.use_sso, m.flags, l.claimants, a.address, a.status, a.standing,
    a.leave_at, a.kind, EXISTS (
        SELECT 1 FROM directory_address e WHERE e.snapshot_id = :earlier AND e.address = m.address
    )
FROM member_row m
LEFT JOIN directory_address l ON l.snapshot_id = :directory AND l.address = m.address AND l.nth = 0
LEFT JOIN directory_account a ON a.snapshot_id = :directory AND a.key = l.key
WHERE m.snapshot_id = :members
ORDER BY m.address
"""


def read_rows(connection: sqlite3.Connection) -> int:
    """How many rows there are, each read."""
    snapshots: dict[str, list[int]] = {}
    for kind, snapshot in connection.execute(IN_FORCE):
        snapshots.setdefault(kind, []).append(snapshot)
    *_, members = snapshots["members"]
    *_, earlier, directory = snapshots["directory"]
    chosen = {"members": members, "earlier": earlier, "directory": directory}
    return sum(1 for _ in connection.execute(ROWS, chosen))


if __name__ == "__main__":
    store = sqlite3.connect(sys.argv[1])
    read_rows(store)
    begun = perf_counter()
    found = read_rows(store)
    print(json.dumps({"seconds": perf_counter() - begun, "outcome": found}))
    store.close()
