"""What identity providers want, read: by its namespace, and by an index where one person or one group is asked for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, func, or_, select

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.scim import (
    ScimGroupRecord,
    ScimMember,
    ScimTokenRecord,
    ScimUserRecord,
    ScimWhere,
    WantedGroup,
    WantedUser,
)
from axure_lifecycle.store import schema
from axure_lifecycle.store.asking import ask, ask_first
from axure_lifecycle.store.refusals import ScimTokenUnknown
from axure_lifecycle.store.schema.columns import without_nul
from axure_lifecycle.store.values import read_actor, read_flag, read_moment, read_moment_or_none

_t, _u, _g, _m = schema.scim_token, schema.scim_user, schema.scim_group, schema.scim_member

AT_A_TIME: Final = 500
"""Ids in one statement, and rows of a stream."""
_TOKENS: Final = select(_t).order_by(_t.c.id.desc())
_TOKEN_BY_DIGEST: Final = select(_t).where(_t.c.digest == bindparam("digest"))
_TOKEN: Final = select(_t).where(_t.c.id == bindparam("number"))
_USERS: Final = select(_u).where(_u.c.idp == bindparam("idp"), _u.c.deleted_at.is_(None))
_USER: Final = _USERS.where(_u.c.id == bindparam("id"))
_GROUPS: Final = select(_g).where(_g.c.idp == bindparam("idp"))
_GROUP: Final = _GROUPS.where(_g.c.id == bindparam("id"))
_BY_NAME: Final = _USERS.where(_u.c.user_name_key == bindparam("value"))
"""Of whom there is one at most; asked for before anybody is pushed."""
_AT: Final = (
    select(_u)
    .where(
        or_(
            _u.c.address.in_(bindparam("addresses", expanding=True)),
            _u.c.settled_address.in_(bindparam("addresses", expanding=True)),
        )
    )
    .order_by(_u.c.idp, _u.c.created_at, _u.c.id)
)
_MEMBERS: Final = select(
    _m.c.group_id, _g.c.display_name.label("group_name"), _m.c.user_id, _u.c.user_name.label("user_name")
).select_from(_m.join(_g, _g.c.id == _m.c.group_id).join(_u, _u.c.id == _m.c.user_id))
_GROUPS_OF: Final = _MEMBERS.where(_m.c.user_id.in_(bindparam("ids", expanding=True))).order_by(
    _m.c.user_id, _g.c.display_name_key, _m.c.group_id
)
_MEMBERS_OF: Final = _MEMBERS.where(_m.c.group_id.in_(bindparam("ids", expanding=True))).order_by(
    _m.c.group_id, _m.c.user_id
)
_MEMBERS_AMONG: Final = _MEMBERS_OF.where(_m.c.user_id.in_(bindparam("among", expanding=True)))
MEMBER_IDS: Final = select(_m.c.user_id).where(_m.c.group_id == bindparam("group"))
_KNOWN: Final = select(_u.c.id).where(
    _u.c.idp == bindparam("idp"), _u.c.deleted_at.is_(None), _u.c.id.in_(bindparam("ids", expanding=True))
)


class ScimReading:
    """The part of `ports.View` that is about SCIM."""

    _connection: Connection

    # -- tokens -------------------------------------------------------------------------------------------------------

    def scim_token_by_digest(self, digest: str) -> ScimTokenRecord | None:
        """The token with this SHA-256, revoked and expired ones included."""
        row = ask_first(self._connection, _TOKEN_BY_DIGEST, {"digest": digest})
        return None if row is None else _read_token(row)

    def scim_token(self, number: int) -> ScimTokenRecord:
        """Raises `ScimTokenUnknown`."""
        row = ask_first(self._connection, _TOKEN, {"number": number})
        if row is None:
            raise ScimTokenUnknown(number, self._connection.execute(select(func.max(_t.c.id))).scalar())
        return _read_token(row)

    def scim_tokens(self) -> Sequence[ScimTokenRecord]:
        """All of them, newest first, those that count no more included."""
        return [_read_token(row) for row in ask(self._connection, _TOKENS, {})]

    # -- people -------------------------------------------------------------------------------------------------------

    def scim_user(self, idp: str, user_id: str) -> ScimUserRecord | None:
        """One that is not deleted."""
        row = ask_first(self._connection, _USER, {"idp": idp, "id": without_nul(user_id)})
        return None if row is None else read_user(row)

    def scim_users(
        self,
        idp: str,
        where: ScimWhere | None = None,
        *,
        begin: int = 0,
        most: int | None = None,
        by_name: bool | None = None,
    ) -> Sequence[ScimUserRecord]:
        """Those that are not deleted, oldest first or by user name."""
        if where is not None and where.column == "user_name_key" and (begin, most, by_name) == (0, None, None):
            asked = {"idp": idp, "value": without_nul(str(where.value))}
            return [read_user(row) for row in ask(self._connection, _BY_NAME, asked)]
        key = _u.c.user_name_key
        order: list[ColumnElement[Any]] = [_u.c.created_at, _u.c.id]
        if by_name is not None:
            order = [key, _u.c.id] if by_name else [key.desc(), _u.c.id.desc()]
        found = _USERS.where(*_condition(_u, where)).order_by(*order)
        return [read_user(row) for row in self._connection.execute(_part(found, begin, most), {"idp": idp})]

    def count_scim_users(self, idp: str, where: ScimWhere | None = None) -> int:
        """How many are not deleted."""
        counted = _USERS.where(*_condition(_u, where)).with_only_columns(func.count())
        return int(self._connection.execute(counted, {"idp": idp}).scalar_one())

    def every_scim_user(self, idp: str) -> Iterator[ScimUserRecord]:
        """Those that are not deleted, oldest first, then by id; streamed."""
        ordered = _USERS.order_by(_u.c.created_at, _u.c.id).execution_options(yield_per=AT_A_TIME)
        return self._lend(read_user(row) for row in self._connection.execute(ordered, {"idp": idp}))

    def scim_users_at(self, addresses: Collection[str]) -> Sequence[ScimUserRecord]:
        """Whoever is, or was settled, with one of these addresses, deleted ones included."""
        return [read_user(row) for row in ask(self._connection, _AT, {"addresses": list(addresses)})]

    def known_scim_users(self, idp: str, user_ids: Collection[str]) -> frozenset[str]:
        """Which of these ids are people of this namespace who are not deleted."""
        return frozenset(row.id for row in self._ask_about(_KNOWN, user_ids, idp=idp))

    # -- groups -------------------------------------------------------------------------------------------------------

    def scim_group(self, idp: str, group_id: str) -> ScimGroupRecord | None:
        """One group."""
        row = ask_first(self._connection, _GROUP, {"idp": idp, "id": without_nul(group_id)})
        return None if row is None else read_group(row)

    def scim_groups(
        self, idp: str, where: ScimWhere | None = None, *, begin: int = 0, most: int | None = None
    ) -> Sequence[ScimGroupRecord]:
        """Oldest first, then by id."""
        found = _GROUPS.where(*_condition(_g, where)).order_by(_g.c.created_at, _g.c.id)
        return [read_group(row) for row in self._connection.execute(_part(found, begin, most), {"idp": idp})]

    def count_scim_groups(self, idp: str, where: ScimWhere | None = None) -> int:
        """How many there are."""
        counted = _GROUPS.where(*_condition(_g, where)).with_only_columns(func.count())
        return int(self._connection.execute(counted, {"idp": idp}).scalar_one())

    def scim_groups_of(self, user_ids: Collection[str]) -> Mapping[str, Sequence[ScimMember]]:
        """The groups of each of these people, by the group's name, then its id."""
        rows = self._ask_about(_GROUPS_OF, user_ids)
        return {key: [_read_member(row) for row in found] for key, found in groupby(rows, lambda row: str(row.user_id))}

    def scim_members_of(
        self, group_ids: Collection[str], among: Collection[str] | None = None
    ) -> Mapping[str, Sequence[ScimMember]]:
        """Who is in each of these groups, by id."""
        if among is None:
            rows = self._ask_about(_MEMBERS_OF, group_ids)
        else:
            rows = self._ask_about(_MEMBERS_AMONG, group_ids, among=list(map(without_nul, among)))
        return {
            key: [_read_member(row) for row in found] for key, found in groupby(rows, lambda row: str(row.group_id))
        }

    def scim_member_ids(self, group_id: str) -> frozenset[str]:
        """Everybody who is in a group."""
        return frozenset(self._connection.execute(MEMBER_IDS, {"group": group_id}).scalars())

    def _ask_about(self, statement: Select[*tuple[Any, ...]], ids: Collection[str], **more: object) -> Iterator[Any]:
        every = list(map(without_nul, ids))
        for start in range(0, len(every), AT_A_TIME):
            yield from ask(self._connection, statement, {**more, "ids": every[start : start + AT_A_TIME]})

    def _lend(self, stream: Iterator[ScimUserRecord]) -> Iterator[ScimUserRecord]:
        raise NotImplementedError  # of the whole view


def _condition(table: Table, where: ScimWhere | None) -> list[ColumnElement[bool]]:
    if where is None:
        return []
    value = without_nul(where.value) if isinstance(where.value, str) else where.value
    return [table.c[where.column] == value]


def _part(found: Select[*tuple[Any, ...]], begin: int, most: int | None) -> Select[*tuple[Any, ...]]:
    if begin:
        found = found.offset(begin)
    return found if most is None else found.limit(most)


def read_user(row: Any) -> ScimUserRecord:
    """The person of a row."""
    return ScimUserRecord(
        id=row.id,
        idp=row.idp,
        wanted=WantedUser(
            external_id=row.external_id,
            user_name=row.user_name,
            address=None if row.address is None else Address(row.address),
            active=bool(row.active),
            resource=row.resource,
            aside=row.aside,
        ),
        version=row.version,
        created_at=read_moment(row.created_at),
        changed_at=read_moment(row.changed_at),
        deleted_at=read_moment_or_none(row.deleted_at),
        wanted_since=read_moment(row.wanted_since),
        unsettled_since=read_moment_or_none(row.unsettled_since),
        settled_at=read_moment_or_none(row.settled_at),
        settled_address=None if row.settled_address is None else Address(row.settled_address),
        settled_active=read_flag(row.settled_active),
        settled_roles=row.settled_roles,
    )


def read_group(row: Any) -> ScimGroupRecord:
    """The group of a row."""
    return ScimGroupRecord(
        id=row.id,
        idp=row.idp,
        wanted=WantedGroup(row.external_id, row.display_name, row.resource, row.aside),
        version=row.version,
        created_at=read_moment(row.created_at),
        changed_at=read_moment(row.changed_at),
    )


def _read_member(row: Any) -> ScimMember:
    return ScimMember(row.group_id, row.group_name, row.user_id, row.user_name)


def _read_token(row: Any) -> ScimTokenRecord:
    return ScimTokenRecord(
        id=row.id,
        idp=row.idp,
        label=row.label,
        created_by=read_actor(row.created_by),
        created_at=read_moment(row.created_at),
        expires_at=read_moment(row.expires_at),
        revoked_at=read_moment_or_none(row.revoked_at),
        revoked_because=row.revoked_because,
    )
