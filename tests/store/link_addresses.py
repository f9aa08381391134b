"""A process that says over and over that one address belongs to another, beginning when it is told to.

`link_addresses.py URL ADDRESS BELONGS_TO COUNT` prints `ready`, waits for a line on its standard input, and decides so
often. `link_addresses.py URL` brings a directory of which nobody has heard yet, when it is told to.
"""

import sys
from datetime import UTC, datetime

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.sources import Moments
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.store import SqlStore, open_store
from tests.store.desk import DIRECTORY_COLUMNS, STAFF, Rows, digest_of, person
from tests.store.write_records import WallClock

PEOPLE = [person(str(number), f"p{number}@acme.example", line=number + 2) for number in range(50)]


def link(store: SqlStore, address: str, belongs_to: str) -> None:
    """Decide once."""
    with store.writing(Actor("pat@acme.example", Channel.TERMINAL)) as change:
        change.decide(
            Address(address),
            DecisionKind.BELONGS_TO,
            belongs_to=Address(belongs_to),
            reason="she said so",
            until=None,
            assurance=Assurance.CONFIRMED,
        )


def bring(store: SqlStore) -> None:
    """Bring the directory."""
    reading = Rows(PEOPLE, columns=DIRECTORY_COLUMNS)
    preview = store.stage(STAFF, RosterKind.DIRECTORY, digest_of(PEOPLE), reading)
    now = datetime.now(UTC)
    with store.writing(Actor("pat@acme.example", Channel.TERMINAL)) as change:
        change.import_snapshot(
            preview.snapshot,
            Moments(now, is_stated=False, horizon=now),
            is_complete=True,
            label="staff.csv",
            assurance=Assurance.CONFIRMED,
        )


def main(url: str, *rest: str) -> int:
    """Do it, and say which refusal somebody would see."""
    store = open_store(url, WallClock())
    with store.reading():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    sys.stdin.readline()
    try:
        if rest:
            for _ in range(int(rest[2])):
                link(store, rest[0], rest[1])
        else:
            bring(store)
    except LifecycleError as refusal:
        sys.stderr.write(f"{refusal.code}: {refusal}\n")
        return 1
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
