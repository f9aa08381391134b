"""How one snapshot differs from another: set operations in the database."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Join,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union,
)

from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.store import schema
from axure_lifecycle.store.schema.sources import NO_ADDRESS
from axure_lifecycle.store.sources import InForce

_m, _b, _r = schema.member_row, schema.subscription_row, schema.seat_row
_a, _l = schema.directory_account, schema.directory_address

_RELATIONS: Final = {"owner": "owner", "managers": "manager", "assigned": "assigned"}
"""Field of a row → relation."""
_OF_MEMBER: Final = ("display_name", "role", "status", "use_sso")
_OF_SUBSCRIPTION: Final = ("edition", "renews_on", "bought_by")
_OF_ACCOUNT: Final = ("address", "display_name", "standing", "status", "leave_at", "kind", "is_assigned")


@dataclass(frozen=True, slots=True)
class Difference:
    """What a roster would change."""

    added: int
    changed: int
    gone: int
    unchanged: int

    def write(self, source_id: int | None) -> str:
        """As JSON, with the source that it compares with."""
        return json.dumps([source_id, self.added, self.changed, self.gone, self.unchanged])

    @classmethod
    def read(cls, column: str | None, source_id: int | None) -> "Difference | None":
        """From JSON, when it compares with this source."""
        found = json.loads(column) if column is not None else [0]
        return cls(*found[1:]) if found[0] == source_id and len(found) > 1 else None


def differ(
    connection: Connection, kind: RosterKind, snapshot: int, rows: int, columns: tuple[str, ...], old: InForce | None
) -> Difference:
    """What a snapshot of `rows` rows, which states these columns, changes against the source in force."""
    if old is None:
        return Difference(added=rows, changed=0, gone=0, unchanged=0)
    if old.snapshot == snapshot:
        return Difference(added=0, changed=0, gone=0, unchanged=rows)
    beside = put_beside(kind, snapshot, columns, old.snapshot)
    found = connection.execute(
        select(func.count(), func.count(case((beside.differs, 1)))).select_from(beside.both).where(beside.is_after)
    ).one()
    both, changed = found[0], found[1]
    return Difference(rows - both, changed, old.source.rows - both, both - changed)


class Beside(NamedTuple):
    """The rows of two snapshots beside each other."""

    before: FromClause
    after: FromClause
    key: str
    """By which a row of one is found in the other."""
    name: str
    """What people call a row by: an address, or a subscription."""
    stated: Sequence[str]
    """The fields that are compared."""
    both: Join
    """The rows that both have."""
    is_before: ColumnElement[bool]
    is_after: ColumnElement[bool]
    differs: ColumnElement[bool]


def put_beside(kind: RosterKind, snapshot: int, columns: Sequence[str], old: int) -> Beside:
    """A snapshot, which states these columns, beside an older one of the same system."""
    table: Table
    names: Sequence[str]
    match kind:
        case RosterKind.MEMBERS:
            table, key, name, names, moved = _m, "address", "address", _OF_MEMBER, None
        case RosterKind.SEATS:
            relations = [relation for field, relation in _RELATIONS.items() if field in columns]
            moved = _moved(_r, ("subscription", "relation", "address"), snapshot, old, relations)
            table, key, name, names = _b, "subscription", "subscription", _OF_SUBSCRIPTION
        case RosterKind.DIRECTORY:
            moved = _moved(_l, ("key", "address"), snapshot, old, None)
            table, key, name, names = _a, "key", "address", _OF_ACCOUNT
    before, after = table.alias("before"), table.alias("after")
    stated = [each for each in names if each in columns]
    differs: list[ColumnElement[bool]] = [after.c[each].is_distinct_from(before.c[each]) for each in stated]
    if moved is not None:
        differs.append(after.c[key].in_(select(moved.c[0])))
    is_before, is_after = before.c.snapshot_id == old, after.c.snapshot_id == snapshot
    if kind is RosterKind.DIRECTORY:  # Accounts without an address are counted nowhere.
        is_before = and_(is_before, before.c.address != NO_ADDRESS)
        is_after = and_(is_after, after.c.address != NO_ADDRESS)
    return Beside(
        before=before,
        after=after,
        key=key,
        name=name,
        stated=stated,
        both=after.join(before, and_(before.c[key] == after.c[key], is_before)),
        is_before=is_before,
        is_after=is_after,
        differs=or_(literal(value=False), *differs),
    )


def _moved(table: Table, names: tuple[str, ...], snapshot: int, old: int, relations: list[str] | None) -> Any:
    """The keys, the first of the names, with a row that one snapshot has and the other has not."""

    def only_in(one: int, other: int) -> Select[*tuple[Any, ...]]:
        here, there = table.alias(), table.alias()
        same = and_(there.c.snapshot_id == other, *(there.c[name] == here.c[name] for name in names))
        missing = select(here.c[names[0]]).where(
            here.c.snapshot_id == one, ~select(there.c.snapshot_id).where(same).correlate(here).exists()
        )
        return missing if relations is None else missing.where(here.c.relation.in_(relations))

    return union(only_in(snapshot, old), only_in(old, snapshot)).subquery()
