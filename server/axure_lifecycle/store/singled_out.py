"""The first rows by which one snapshot differs from another, by name: what the numbers alone do not tell."""

from typing import Any, Final

from sqlalchemy import Connection, Select, and_, exists, select

from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.ports import ChangedRow
from axure_lifecycle.store.differing import Beside, put_beside

_TOLD: Final = {True: "yes", False: "no"}


def first_changed(
    connection: Connection, kind: RosterKind, snapshot: int, columns: tuple[str, ...], old: int, most: int
) -> list[ChangedRow]:
    """The first rows, by their key, that both have and that differ in a field that the snapshot states."""
    beside = put_beside(kind, snapshot, columns, old)
    width = len(beside.stated)
    return [
        ChangedRow(
            row[0],
            tuple(
                (field, _told(was), _told(now))
                for field, was, now in zip(beside.stated, row[1 : 1 + width], row[1 + width :], strict=True)
                if was != now
            ),
        )
        for row in connection.execute(_changed(beside).limit(most))
    ]


def first_gone(connection: Connection, kind: RosterKind, snapshot: int, old: int, most: int) -> list[str]:
    """What the first rows, by their key, are called that only the older one has."""
    beside = put_beside(kind, snapshot, (), old)
    before, after = beside.before, beside.after
    is_there = exists().where(beside.is_after, after.c[beside.key] == before.c[beside.key])
    gone = (
        select(before.c[beside.name])
        .where(and_(beside.is_before, ~is_there))
        .order_by(before.c[beside.key])
        .limit(most)
    )
    return list(connection.execute(gone).scalars())


def _changed(beside: Beside) -> Select[*tuple[Any, ...]]:
    before, after = beside.before, beside.after
    return (
        select(
            after.c[beside.name],
            *(before.c[field].label(f"was_{field}") for field in beside.stated),
            *(after.c[field].label(f"is_{field}") for field in beside.stated),
        )
        .select_from(beside.both)
        .where(beside.is_after, beside.differs)
        .order_by(after.c[beside.key])
    )


def _told(value: object) -> str | None:
    if isinstance(value, bool):
        return _TOLD[value]
    return None if value is None else str(value)
