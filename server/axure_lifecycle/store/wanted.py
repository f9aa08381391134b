"""What identity providers want, read for whoever settles it or shows it: many people in one statement."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, and_, bindparam, case, func, literal, null, or_, select, union_all

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.trail import canonical, moment
from axure_lifecycle.domain.wishes import OFFBOARD, Hold, Wish
from axure_lifecycle.ports import CaseRecord, Page
from axure_lifecycle.ports.wanted import HoldRecord, KeptAside, PutAside, WantedCount, WantedPerson
from axure_lifecycle.store import cases, schema
from axure_lifecycle.store.people import OFF
from axure_lifecycle.store.values import read_flag, read_moment, read_moment_or_none

_u, _h, _g, _m = schema.scim_user, schema.scim_hold, schema.scim_group, schema.scim_member
_c, _p, _r = schema.case, schema.case_person, schema.member_row

AT_A_TIME: Final = 5_000
"""People in one statement; SQLite takes 32,766 values."""
_NOTHING_ASIDE: Final = "{}"
_EACH: Final = select(
    _u.c.id,
    _u.c.idp,
    _u.c.user_name,
    _u.c.address,
    and_(_u.c.active, _u.c.deleted_at.is_(None)).label("is_active"),
    _u.c.deleted_at,
    _u.c.version,
    _u.c.changed_at,
    _u.c.wanted_since,
    _u.c.unsettled_since,
    _u.c.settled_at,
    _u.c.settled_address,
    _u.c.settled_active,
    _u.c.settled_roles,
    _u.c.aside,
    _h.c.code,
    _h.c.sentence,
    _h.c.since,
    _h.c.tried_at,
).select_from(_u.outerjoin(_h, _h.c.user_id == _u.c.id))
_DUE: Final = (
    _EACH.where(
        _u.c.idp == bindparam("idp"),
        _u.c.unsettled_since <= bindparam("until"),
        or_(_h.c.user_id.is_(None), _h.c.version != _u.c.version, _h.c.tried_at < bindparam("tried_before")),
        _u.c.id > bindparam("after"),
    )
    .order_by(_u.c.id)
    .limit(bindparam("most"))
)
_AGAIN: Final = _EACH.where(
    _u.c.idp == bindparam("idp"),
    _u.c.id.in_(bindparam("ids", expanding=True)),
    _u.c.unsettled_since.is_not(None),
).order_by(_u.c.user_name_key, _u.c.id)
_AT: Final = _EACH.where(
    or_(
        _u.c.address.in_(bindparam("addresses", expanding=True)),
        _u.c.settled_address.in_(bindparam("addresses", expanding=True)),
    )
).order_by(_u.c.idp, _u.c.created_at, _u.c.id)
_WAITS: Final = and_(_h.c.user_id.is_not(None), _u.c.unsettled_since.is_not(None))
_HELD: Final = (
    _EACH.where(
        _WAITS,
        or_(
            _u.c.user_name_key > bindparam("after_name"),
            and_(_u.c.user_name_key == bindparam("after_name"), _u.c.id > bindparam("after")),
        ),
    )
    .order_by(_u.c.user_name_key, _u.c.id)
    .limit(bindparam("most"))
)
_HOW_MANY_HELD: Final = select(func.count()).select_from(_u.join(_h, _h.c.user_id == _u.c.id)).where(_WAITS)
_LOOKED_AT: Final = (
    select(func.count())
    .select_from(_u.join(_h, _h.c.user_id == _u.c.id))
    .where(
        _WAITS,
        _u.c.idp == bindparam("idp"),
        _h.c.version == _u.c.version,
        _h.c.tried_at >= bindparam("tried_since"),
    )
)
_HELD_DEPARTURES: Final = _LOOKED_AT.where(
    _h.c.code.in_((Hold.BRAKE.value, Hold.CEILING.value)),
    or_(_u.c.active.is_(False), _u.c.deleted_at.is_not(None)),
)
_HELD_CHANGES: Final = _LOOKED_AT.where(
    _h.c.code == Hold.CEILING.value, _u.c.active.is_(True), _u.c.deleted_at.is_(None)
)
_GROUPS: Final = (
    select(_m.c.user_id, _g.c.display_name_key)
    .select_from(_m.join(_g, _g.c.id == _m.c.group_id))
    .where(
        _g.c.idp == bindparam("idp"),
        _g.c.display_name_key.in_(bindparam("groups", expanding=True)),
        _m.c.user_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_m.c.user_id, _g.c.display_name_key)
)
_STANDING: Final = (
    select(_c.c.id)
    .where(
        _c.c.state.in_(cases.LIVE),
        _c.c.application == bindparam("application"),
        _c.c.id.in_(select(_p.c.case_id).where(_p.c.address.in_(bindparam("people", expanding=True)))),
    )
    .order_by(_c.c.id.desc())
)
_IS_ON: Final = and_(_u.c.active, _u.c.deleted_at.is_(None))
_KNOWN_AS: Final = func.coalesce(_u.c.settled_address, _u.c.address)
_IS_KNOWN_ON: Final = and_(_r.c.address.is_not(None), func.coalesce(_r.c.status, "") != OFF)
_COUNTS: Final = (
    select(
        _u.c.idp,
        func.count(case((_IS_ON, 1))).label("on"),
        func.count(case((~_IS_ON, 1))).label("off"),
        func.count(_u.c.unsettled_since).label("unsettled"),
        func.count(case((_WAITS, 1))).label("held"),
        func.count(case((and_(_u.c.aside != _NOTHING_ASIDE, _u.c.deleted_at.is_(None)), 1))).label("aside"),
        func.max(_u.c.changed_at).label("last_push"),
        func.count(case((and_(~_IS_ON, _IS_KNOWN_ON), 1))).label("off_still_on"),
        func.count(case((and_(_IS_ON, _r.c.address.is_(None), _KNOWN_AS.is_not(None)), 1))).label("on_not_listed"),
        func.count(case((and_(_IS_ON, _r.c.status == OFF), 1))).label("on_but_off"),
    )
    .select_from(
        _u.outerjoin(_h, _h.c.user_id == _u.c.id).outerjoin(
            _r,
            and_(
                _r.c.snapshot_id
                == select(schema.source.c.snapshot_id)
                .where(schema.source.c.id == bindparam("members"))
                .scalar_subquery(),
                _r.c.address == _KNOWN_AS,
            ),
        )
    )
    .group_by(_u.c.idp)
    .order_by(_u.c.idp)
)
_EACH_ASIDE: Final = union_all(
    select(
        literal("group").label("kind"),
        _g.c.idp,
        _g.c.id,
        _g.c.display_name.label("name"),
        _g.c.display_name_key.label("name_key"),
        null().label("address"),
        _g.c.aside,
    ).where(_g.c.aside != _NOTHING_ASIDE),
    select(
        literal("person").label("kind"), _u.c.idp, _u.c.id, _u.c.user_name, _u.c.user_name_key, _u.c.address, _u.c.aside
    ).where(_u.c.aside != _NOTHING_ASIDE, _u.c.deleted_at.is_(None)),
).subquery()
_e = _EACH_ASIDE.c
_ASIDE: Final = (
    select(_EACH_ASIDE)
    .where(
        or_(
            _e.kind > bindparam("after_kind"),
            and_(_e.kind == bindparam("after_kind"), _e.name_key > bindparam("after_name")),
            and_(
                _e.kind == bindparam("after_kind"),
                _e.name_key == bindparam("after_name"),
                _e.id > bindparam("after"),
            ),
        )
    )
    .order_by(_e.kind, _e.name_key, _e.id)
    .limit(bindparam("most"))
)
_HOW_MANY_ASIDE: Final = select(func.count()).select_from(_EACH_ASIDE)
_GROUPS_ASIDE: Final = select(_g.c.idp, func.count()).where(_g.c.aside != _NOTHING_ASIDE).group_by(_g.c.idp)
_BY_PUSH: Final = canonical({"channel": Channel.SCIM.value})[1:-1]

_Each = TypeVar("_Each")


class WantedReading:
    """The part of `ports.View` that is about what is wanted."""

    _connection: Connection

    def wanted_due(
        self, idp: str, *, until: datetime, tried_before: datetime, most: int, after: str = ""
    ) -> Sequence[WantedPerson]:
        """Whose wish is to be settled, by id."""
        asked = {"idp": idp, "until": moment(until), "tried_before": moment(tried_before), "most": most, "after": after}
        return [_read(row) for row in self._connection.execute(_DUE, asked)]

    def wanted_again(self, idp: str, user_ids: Collection[str]) -> Sequence[WantedPerson]:
        """These people, as far as their wish is unsettled; by user name."""
        rows = self._connection.execute(_AGAIN, {"idp": idp, "ids": list(user_ids)})
        return [_read(row) for row in rows]

    def held_departures(self, idp: str, *, tried_since: datetime) -> int:
        """How many wait for a brake or the ceiling to let them leave, and were looked at since a moment."""
        asked = {"idp": idp, "tried_since": moment(tried_since)}
        return int(self._connection.execute(_HELD_DEPARTURES, asked).scalar_one())

    def held_changes(self, idp: str, *, tried_since: datetime) -> int:
        """How many wait for the ceiling to let them in or change them, and were looked at since a moment."""
        asked = {"idp": idp, "tried_since": moment(tried_since)}
        return int(self._connection.execute(_HELD_CHANGES, asked).scalar_one())

    def groups_wanted(
        self, idp: str, user_ids: Collection[str], groups: Collection[str]
    ) -> Mapping[str, Sequence[str]]:
        """Of each of these people who is in one of these groups: which ones."""
        found: dict[str, list[str]] = {}
        for ids in _parts(user_ids) if groups else ():
            for row in self._connection.execute(_GROUPS, {"idp": idp, "groups": list(groups), "ids": ids}):
                found.setdefault(row.user_id, []).append(row.display_name_key)
        return found

    def standing_cases(self, people: Collection[Address], application: str) -> Sequence[CaseRecord]:
        """The open and done cases about any of these people in an application, newest first."""
        ids: set[int] = set()
        for some in _parts(people):
            ids.update(self._connection.execute(_STANDING, {"people": some, "application": application}).scalars())
        return cases.many(self._connection, sorted(ids, reverse=True))

    def wanted_at(self, addresses: Collection[Address]) -> Sequence[WantedPerson]:
        """Whoever is wanted, or was settled, with one of these addresses, deleted ones included."""
        found = [_read(row) for some in _parts(addresses) for row in self._connection.execute(_AT, {"addresses": some})]
        return list({one.id: one for one in found}.values())

    def wanted_held(self, page: Page) -> tuple[Sequence[WantedPerson], str | None, int]:
        """Those who wait, by user name."""
        name, _, user_id = (page.after or "").rpartition(" ")
        asked = {"after_name": name, "after": user_id, "most": page.most + 1}
        rows = self._connection.execute(_HELD, asked).all()
        found = [_read(row) for row in rows[: page.most]]
        cursor = found[-1].cursor if len(rows) > page.most and found else None
        return found, cursor, int(self._connection.execute(_HOW_MANY_HELD).scalar_one())

    def kept_aside(self, page: Page) -> tuple[Sequence[KeptAside], str | None, int]:
        """Of whom attributes are kept aside: groups, then people, by name."""
        kind, _, rest = (page.after or "").partition(" ")
        name, _, number = rest.rpartition(" ")
        asked = {"after_kind": kind, "after_name": name, "after": number, "most": page.most + 1}
        rows = self._connection.execute(_ASIDE, asked).all()
        found = [
            KeptAside(
                row.idp,
                row.kind == "group",
                row.id,
                row.name,
                None if row.address is None else Address(row.address),
                _read_aside(row.aside),
            )
            for row in rows[: page.most]
        ]
        cursor = found[-1].cursor if len(rows) > page.most and found else None
        return found, cursor, int(self._connection.execute(_HOW_MANY_ASIDE).scalar_one())

    def groups_aside(self) -> Mapping[str, int]:
        """Identity provider → how many of its groups have attributes kept aside."""
        return {row[0]: int(row[1]) for row in self._connection.execute(_GROUPS_ASIDE)}

    def count_wanted(self, members: int | None) -> Sequence[WantedCount]:
        """By identity provider."""
        return [
            WantedCount(
                idp=row.idp,
                on=row.on,
                off=row.off,
                unsettled=row.unsettled,
                held=row.held,
                aside=row.aside,
                last_push=read_moment_or_none(row.last_push),
                off_still_on=row.off_still_on,
                on_not_listed=row.on_not_listed if members is not None else 0,
                on_but_off=row.on_but_off,
            )
            for row in self._connection.execute(_COUNTS, {"members": members})
        ]

    def count_pushed(self, since: datetime) -> tuple[int, int]:
        """How many offboardings, and how many other cases, came of pushes since a moment."""
        found = (
            select(_c.c.operation, func.count().label("cases"))
            .where(_c.c.opened_at >= moment(since), _c.c.opened_by.contains(_BY_PUSH, autoescape=True))
            .group_by(_c.c.operation)
        )
        counts = {str(row.operation): int(row.cases) for row in self._connection.execute(found)}
        departures = counts.pop(OFFBOARD, 0)
        return departures, sum(counts.values())


def _parts(every: Collection[_Each]) -> Iterator[list[_Each]]:
    listed = list(every)
    for start in range(0, len(listed), AT_A_TIME):
        yield listed[start : start + AT_A_TIME]


def _read(row: Any) -> WantedPerson:
    is_settled = read_flag(row.settled_active)
    hold = None
    if row.code is not None:
        hold = HoldRecord(row.code, row.sentence, read_moment(row.since), read_moment(row.tried_at))
    return WantedPerson(
        id=row.id,
        idp=row.idp,
        user_name=row.user_name,
        address=None if row.address is None else Address(row.address),
        is_active=bool(row.is_active),
        deleted_at=read_moment_or_none(row.deleted_at),
        version=row.version,
        changed_at=read_moment(row.changed_at),
        wanted_since=read_moment(row.wanted_since),
        unsettled_since=read_moment_or_none(row.unsettled_since),
        settled=None if is_settled is None else read_wish(row.settled_address, is_settled, row.settled_roles),
        settled_at=read_moment_or_none(row.settled_at),
        hold=hold,
        aside=_read_aside(row.aside),
    )


def _read_aside(kept: str) -> tuple[PutAside, ...]:
    if kept == _NOTHING_ASIDE:
        return ()
    return tuple(PutAside(path, str(entry["because"])) for path, entry in json.loads(kept).items())


def read_wish(address: str | None, is_active: bool, roles: str | None) -> Wish:
    """A wish as it was settled."""
    told: list[str] | dict[str, Any] = json.loads(roles) if roles else []
    where = None if address is None else Address(address)
    if isinstance(told, list):
        return Wish(where, is_active, next(iter(told), None))
    return Wish(where, is_active, told["role"], tuple(told["workspaces"]))


def _write_meaning(wish: Wish) -> str:
    """What groups meant. A list of roles is how it was kept before workspaces reached any case."""
    if wish.workspaces:
        return canonical({"role": wish.role, "workspaces": list(wish.workspaces)})
    return json.dumps([] if wish.role is None else [wish.role])


def write_wish(wish: Wish) -> dict[str, object]:
    """A wish as settled columns."""
    return {
        "settled_address": wish.address,
        "settled_active": wish.is_active,
        "settled_roles": _write_meaning(wish),
    }
