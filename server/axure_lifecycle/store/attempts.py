"""What came of reading directories, and from where the next read of each may go on."""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from axure_lifecycle.domain.directories import Attempt
from axure_lifecycle.domain.sources import SourceState
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports import ReadCursor
from axure_lifecycle.store import schema
from axure_lifecycle.store.values import read_moment

_t, _c, _s = schema.sync_attempt, schema.source_cursor, schema.source
_CURSOR: Final = (
    select(_c.c.cursor, _c.c.fingerprint)
    .select_from(_c.join(_s, _s.c.id == _c.c.source_id))
    .where(_c.c.source_id == bindparam("source"), _s.c.state == SourceState.IN_USE.value, _s.c.is_complete.is_(True))
)
_LAST: Final = (
    select(_t).where(_t.c.id.in_(select(func.max(_t.c.id)).group_by(_t.c.directory))).order_by(_t.c.directory)
)
_LAST_SUCCESS: Final = (
    select(_t)
    .where(_t.c.directory == bindparam("directory"), _t.c.source_id.is_not(None))
    .order_by(_t.c.id.desc())
    .limit(1)
)


def cursor_of(connection: Connection, source_id: int) -> ReadCursor | None:
    """What the read that brought a source left for the next one, if the source counts and is whole."""
    row = connection.execute(_CURSOR, {"source": source_id}).first()
    return None if row is None else ReadCursor(row.cursor, row.fingerprint)


def last(connection: Connection) -> list[Attempt]:
    """The newest try of each directory, by its name."""
    return [_read(row) for row in connection.execute(_LAST)]


def last_success(connection: Connection, directory: str) -> Attempt | None:
    """The newest try that brought a source."""
    row = connection.execute(_LAST_SUCCESS, {"directory": directory}).first()
    return None if row is None else _read(row)


def write(attempt: Attempt) -> Mapping[str, Any]:
    """A try as the columns keep it."""
    return {
        **attempt._asdict(),
        "begun_at": moment(attempt.begun_at),
        "ended_at": moment(attempt.ended_at),
        "scopes": json.dumps(attempt.scopes, ensure_ascii=False),
    }


def _read(row: Any) -> Attempt:
    return Attempt(
        directory=row.directory,
        begun_at=read_moment(row.begun_at),
        ended_at=read_moment(row.ended_at),
        source_id=row.source_id,
        is_full=row.is_full,
        changes=row.changes,
        code=row.code,
        sentence=row.sentence,
        scopes=tuple(json.loads(row.scopes)),
    )
