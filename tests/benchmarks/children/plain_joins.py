"""The same comparison written by hand in SQL, on the same store. `plain_joins STORE`."""

import json
import sqlite3
import sys
from datetime import UTC, datetime
from time import perf_counter

IN_FORCE = "SELECT n.kind, s.snapshot_id FROM source s JOIN snapshot n ON n.id = s.snapshot_id ORDER BY s.taken_at"
COUNTS = """
SELECT verdict, count(*)
FROM (
    SELECT CASE
        WHEN m.status = 'deactivated' THEN 'deactivated'
        WHEN l.claimants > 1 THEN 'ambiguous'
        WHEN l.key IS NULL AND NOT EXISTS (
            SELECT 1 FROM directory_address e WHERE e.snapshot_id = :earlier AND e.address = m.address
        ) THEN 'not_in_directory'
        WHEN m.address LIKE 'svc-%@%' OR a.kind <> 'person' THEN 'non_personal'
        WHEN a.standing = 'hold' THEN 'hold'
        WHEN l.key IS NULL OR a.standing IN ('deprovisioned', 'disabled') OR a.leave_at <= :now THEN 'leaver'
        WHEN a.leave_at > :now THEN 'leaving'
        ELSE 'active'
    END AS verdict
    FROM member_row m
    LEFT JOIN directory_address l ON l.snapshot_id = :directory AND l.address = m.address AND l.nth = 0
    LEFT JOIN directory_account a ON a.snapshot_id = :directory AND a.key = l.key
    WHERE m.snapshot_id = :members
)
GROUP BY verdict
"""


def count_verdicts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many members have each verdict."""
    snapshots: dict[str, list[int]] = {}
    for kind, snapshot in connection.execute(IN_FORCE):
        snapshots.setdefault(kind, []).append(snapshot)
    *_, members = snapshots["members"]
    *_, earlier, directory = snapshots["directory"]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    chosen = {"members": members, "earlier": earlier, "directory": directory, "now": now}
    return dict(connection.execute(COUNTS, chosen).fetchall())


if __name__ == "__main__":
    store = sqlite3.connect(sys.argv[1])
    count_verdicts(store)
    begun = perf_counter()
    counts = count_verdicts(store)
    print(json.dumps({"seconds": perf_counter() - begun, "outcome": counts}))
    store.close()
