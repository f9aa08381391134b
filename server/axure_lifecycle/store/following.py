"""Every address of one person: what directories and identity providers said was the same account's, at any time.

An address moves on. Left out is what somebody shared then, or is somebody else's today.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.store import schema

_r, _p, _u = schema.audit_record, schema.audit_payload, schema.scim_user
_d, _l, _o = schema.directory_account, schema.directory_address, schema.directory_alias
_DIRECTORIES: Final = select(schema.snapshot.c.id, schema.snapshot.c.system_id).where(
    schema.snapshot.c.kind == RosterKind.DIRECTORY.value
)
_PUSHED: Final = (
    select(_p.c.payload)
    .select_from(_p.join(_r, _r.c.seq == _p.c.seq))
    .where(_r.c.kind.startswith("scim.user_", autoescape=True))
)


def every_address(connection: Connection, asked: Sequence[str], in_force: Sequence[int]) -> list[str]:
    """The asked addresses, and what was listed or pushed for the same accounts at any time.

    `in_force` are the snapshots that say whose an address is today.
    """
    found: dict[str, None] = dict.fromkeys(asked)
    left: list[str] = list(asked)
    systems = {row.id: row.system_id for row in connection.execute(_DIRECTORIES)}
    accounts: set[tuple[int, str]] = set()
    users: set[str] = set()
    while left:
        more = [*_listed(connection, left, systems, accounts), *_pushed(connection, left, users)]
        keys = {key for _, key in accounts}
        left = [
            one
            for one in dict.fromkeys(more)
            if one not in found
            and _is_theirs(connection, one, keys, list(systems), in_force)
            and not _is_another_users(connection, one, users)
        ]
        found.update(dict.fromkeys(left))
    return [*asked, *sorted(set(found) - set(asked))]


# -- what directories listed -------------------------------------------------------------------------------------------


def _listed(
    connection: Connection, addresses: Sequence[str], systems: dict[int, int], accounts: set[tuple[int, str]]
) -> list[str]:
    """What was listed for the accounts that have these addresses alone; `accounts` grows by those."""
    alone = select(_l.c.snapshot_id, _l.c.key).where(
        _l.c.snapshot_id.in_(list(systems)), _l.c.address.in_(addresses), _l.c.claimants == 1
    )
    new = {(systems[row.snapshot_id], row.key) for row in connection.execute(alone)} - accounts
    accounts |= new
    more: list[str] = []
    for system, key in sorted(new):
        snapshots = [snapshot for snapshot, of in systems.items() if of == system]
        for table in (_d, _o):
            of_key = select(table.c.address).where(table.c.snapshot_id.in_(snapshots), table.c.key == key)
            more += connection.execute(of_key).scalars()
    return more


def _is_theirs(
    connection: Connection, address: str, keys: set[str], snapshots: Sequence[int], in_force: Sequence[int]
) -> bool:
    listed = select(_l.c.snapshot_id, _l.c.key, _l.c.claimants).where(
        _l.c.snapshot_id.in_(snapshots), _l.c.address == address
    )
    rows = connection.execute(listed).all()
    is_anothers = any(row.snapshot_id in in_force and row.key not in keys for row in rows)
    return not is_anothers and all(row.claimants == 1 for row in rows)


# -- what identity providers pushed ------------------------------------------------------------------------------------


def _pushed(connection: Connection, addresses: Sequence[str], users: set[str]) -> list[str]:
    """What was pushed for the users that have these addresses, or had them; `users` grows by those."""
    new = {user for address in addresses for user in _users_of(connection, address)} - users
    users |= new
    more: list[str] = []
    for user in sorted(new):
        for row in connection.execute(select(_u).where(_u.c.id == user)):
            more += _addresses_in(row.address, row.settled_address, row.user_name)
        told = _PUSHED.where(_p.c.payload.contains(f'"user":"{user}"', autoescape=True)).order_by(_p.c.seq)
        for payload in connection.execute(told).scalars():
            more += _addresses_in(*_named_in(json.loads(payload)))
    return more


def _users_of(connection: Connection, address: str) -> set[str]:
    """Whose an address is, by the ids of an identity provider; where it is nobody's there, whose alone it was."""
    today: dict[str, set[str]] = {}
    once: dict[str, set[str]] = {}
    rows = select(_u).where(
        or_(_u.c.address == address, _u.c.user_name_key == address, _u.c.settled_address == address)
    )
    for row in connection.execute(rows):
        is_today = row.deleted_at is None and address in (row.address, row.user_name_key)
        (today if is_today else once).setdefault(row.idp, set()).add(row.id)
    for payload in connection.execute(_PUSHED.where(_p.c.about == address)).scalars():
        told = json.loads(payload)
        once.setdefault(told["idp"], set()).add(told["user"])
    alone = [ids for idp, ids in once.items() if idp not in today and len(ids) == 1]
    return set[str]().union(*today.values(), *alone)


def _is_another_users(connection: Connection, address: str, users: set[str]) -> bool:
    """Whether an identity provider that knows the person has somebody else at this address today."""
    if not users:
        return False
    theirs = select(_u.c.idp).where(_u.c.id.in_(users))
    another = select(_u.c.id).where(
        _u.c.idp.in_(theirs),
        _u.c.id.not_in(users),
        _u.c.deleted_at.is_(None),
        or_(_u.c.address == address, _u.c.user_name_key == address),
    )
    return connection.execute(another.limit(1)).first() is not None


def _named_in(told: dict[str, Any]) -> Iterator[object]:
    """What a record of a push says that somebody's address or user name is, or was."""
    yield from (told.get("address"), told.get("was_at"), told.get("user_name"))
    yield told.get("resource", {}).get("userName")
    yield from told.get("changed", {}).get("userName", {}).values()


def _addresses_in(*said: object) -> list[str]:
    """Those of the texts that are addresses, in their normal form."""
    return [found for one in said if isinstance(one, str) and (found := normal(one)) is not None]
