"""Writes a trail as the product would, but all at once: `write_trail HOME RECORDS [KIND]`.

The records are what `domain.trail` makes of payloads as the product writes them when somebody says that a step is
done; only their way into the tables is shorter. Of every hundred payloads one was erased.
"""

import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import STORE_FILE
from axure_lifecycle.domain import trail
from axure_lifecycle.domain.holdings import Channel
from tests.benchmarks.people import address_of

BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ERASED = 100
Link = tuple[trail.Record, bytes, str, str]
"""A record with its payload's salt, the payload, and whom it is about."""


def links(records: int, kind: str) -> Iterator[Link]:
    """So many records of a kind, chained from the first."""
    previous = trail.ORIGIN
    for seq in range(1, records + 1):
        about = address_of(seq)
        payload = {
            "by": {"name": "pat@polder.example", "channel": "client_form", "client": "some-client 1.0"},
            "claim": seq,
            "case": 1 + seq // 4,
            "step": "deactivate-membership",
            "subject": about,
            "outcome": "done",
            "answer": "yes",
            "assurance": "confirmed",
            "question": f"Did you set {about} to Deactivated in Organization settings › Members?",
            "question_digest": sha256(about.encode()).hexdigest(),
            "note": "",
        }
        text = trail.canonical(payload)
        salt = sha256(b"salt %d" % seq).digest()[: trail.SALT_BYTES]
        at = BEGIN + timedelta(seconds=seq)
        record = trail.chain(previous, seq, at, kind, trail.digest_of(salt, text))
        previous = record.hash
        yield record, salt, text, about


def write_trail(home: Path, records: int, kind: str = "claim.made") -> None:
    """Make the store and fill its trail."""
    workshop = Workshop(home)
    with workshop.desk(Channel.TERMINAL).store.reading():
        pass  # The first use makes the tables.
    workshop.close()
    connection = sqlite3.connect(home / STORE_FILE)
    with connection:
        record = None
        for record, salt, text, about in links(records, kind):
            connection.execute("INSERT INTO audit_record VALUES (?, ?, ?, ?, ?, ?)", record)
            if record.seq % ERASED:
                connection.execute("INSERT INTO audit_payload VALUES (?, ?, ?, ?)", (record.seq, salt, text, about))
        assert record is not None
        connection.execute("UPDATE audit_head SET seq = ?, hash = ?", (record.seq, record.hash))
    connection.close()


if __name__ == "__main__":
    write_trail(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
