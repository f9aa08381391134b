"""The trail in the store: one writer at a time appends, anybody walks."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Any, Final, cast

from sqlalchemy import Connection, Select, bindparam, select

from axure_lifecycle.domain import trail
from axure_lifecycle.domain.trail import Audit, StoredRecord
from axure_lifecycle.ports import Progress
from axure_lifecycle.store import schema
from axure_lifecycle.store.asking import Question, ask
from axure_lifecycle.store.engine import Database

_r, _p, _h = schema.audit_record, schema.audit_payload, schema.audit_head
_HEAD: Final = select(_h.c.seq, _h.c.hash)
QUESTION_OF_HEAD: Final[Question] = _HEAD, {}
"""What `head` asks."""
_LOCKED_HEAD: Final = _HEAD.with_for_update()
_MOVE_HEAD: Final = _h.update().values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))
_RECORDS: Final[Select[*tuple[Any, ...]]] = (
    select(_r.c.seq, _r.c.at, _r.c.kind, _r.c.payload_digest, _r.c.previous, _r.c.hash, _p.c.salt, _p.c.payload)
    .select_from(_r.outerjoin(_p, _p.c.seq == _r.c.seq))
    .where(_r.c.seq > bindparam("after"))
    .order_by(_r.c.seq)
)

_NUMBERS: Final = count()
_RECORDS_AT_A_TIME: Final = 2000
_RECORDS_PER_SIGN: Final = 20_000


def lock_head(connection: Connection) -> tuple[int, str]:
    """Seq and hash of the last record, held until the transaction ends: it puts writers in a row."""
    seq, last = connection.execute(_LOCKED_HEAD).one()
    return seq, last


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last record."""
    [row] = ask(connection, _HEAD, {})
    return row.seq, row.hash


def length(connection: Connection) -> int:
    """The number of the last record; 0 for an empty trail."""
    return head(connection)[0]


class Appender:
    """Appends to the trail within one transaction; it holds the head, so nobody else appends meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seq, self._hash = lock_head(connection)
        self._records: list[dict[str, Any]] = []
        self._payloads: list[dict[str, Any]] = []

    def append(self, at: datetime, kind: str, payload: Mapping[str, object], about: str | None) -> None:
        """Add a record; `about` is the address whose erasure erases the payload."""
        text = trail.canonical(payload)
        salt = secrets.token_bytes(trail.SALT_BYTES)
        record = trail.chain(self._hash, self._seq + 1, at, kind, trail.digest_of(salt, text))
        self._seq, self._hash = record.seq, record.hash
        self._records.append(record._asdict())
        self._payloads.append({"seq": record.seq, "salt": salt, "payload": text, "about": about})

    def flush(self) -> None:
        """Write what was appended; without this it is lost with the transaction."""
        if not self._records:
            return
        self._connection.execute(_r.insert(), self._records)
        self._connection.execute(_p.insert(), self._payloads)
        self._connection.execute(_MOVE_HEAD, {"new_seq": self._seq, "new_hash": self._hash})
        self._records, self._payloads = [], []


def walk(database: Database, connection: Connection, after: int, most: int | None) -> Iterator[StoredRecord]:
    """The records after a number, in order, streamed; salt and payload are None once erased."""
    for row in _stream(database, connection, _RECORDS if most is None else _RECORDS.limit(most), after):
        yield StoredRecord(*row)


def verify(database: Database, connection: Connection, progress: Progress | None) -> Audit:
    """Walk the whole chain; tells `progress` how far it is."""
    seq, last = connection.execute(_HEAD).one()
    rows = _stream(database, connection, _RECORDS, 0)
    # The driver's rows have the shape of a record; making a million records of them would double the time.
    records = cast("Iterator[StoredRecord]", rows)
    return trail.verify(records if progress is None else _counted(records, seq, progress), seq, last)


def _counted(records: Iterator[StoredRecord], total: int, progress: Progress) -> Iterator[StoredRecord]:
    for number, record in enumerate(records, 1):
        if number % _RECORDS_PER_SIGN == 0:
            progress(number, total, "records verified")
        yield record
    progress(total, total, "records verified")


def _stream(
    database: Database, connection: Connection, statement: Select[*tuple[Any, ...]], after: int
) -> Iterator[tuple[Any, ...]]:
    """The driver's own rows, read as they come: SQLAlchemy's rows cost as much as the hashes."""
    compiled = statement.params(after=after).compile(
        connection, compile_kwargs={"render_postcompile": True, "literal_binds": True}
    )
    driver: Any = connection.connection.driver_connection
    with database.translating():
        # A server would send everything at once to a cursor without a name.
        cursor = driver.cursor() if database.file is not None else driver.cursor(name=f"trail_{next(_NUMBERS)}")
        try:
            cursor.arraysize = _RECORDS_AT_A_TIME
            cursor.execute(str(compiled))
            while rows := cursor.fetchmany(_RECORDS_AT_A_TIME):
                yield from rows
        finally:
            cursor.close()
