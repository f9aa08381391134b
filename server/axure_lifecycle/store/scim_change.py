"""What identity providers want, written: each change with its trail record, and nothing for what stands already.

A person's row stays when they are deleted. What is wanted is marked as unsettled by every write that changes it;
whoever settles it writes the rest.
"""

import json
import unicodedata
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from axure_lifecycle.domain.scim import (
    MemberMoves,
    ScimGroupRecord,
    ScimTokenRecord,
    ScimUserRecord,
    ScimWhere,
    WantedGroup,
    WantedUser,
    key_of,
)
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.store import schema
from axure_lifecycle.store.refusals import ScimTokenRevokedAlready, ScimUserNameTaken
from axure_lifecycle.store.schema.columns import without_nul
from axure_lifecycle.store.scim_reading import AT_A_TIME, MEMBER_IDS
from axure_lifecycle.store.values import write_actor
from axure_lifecycle.store.writing import Writing

_t, _u, _g, _m = schema.scim_token, schema.scim_user, schema.scim_group, schema.scim_member
_IN: Final = insert(_m)
_OUT: Final = delete(_m).where(_m.c.group_id == bindparam("group"), _m.c.user_id == bindparam("user"))
_MEMBERS_AMONG: Final = MEMBER_IDS.where(_m.c.user_id.in_(bindparam("ids", expanding=True)))


class ScimChanging(Writing):
    """The part of `ports.Change` that is about SCIM."""

    # -- tokens -------------------------------------------------------------------------------------------------------

    def create_scim_token(self, idp: str, digest: str, *, label: str, expires_at: datetime) -> ScimTokenRecord:
        """Keep a token's SHA-256."""
        now = self._clock.now()
        number = self._insert(
            _t,
            idp=idp,
            digest=digest,
            label=label,
            created_by=write_actor(self._actor),
            created_at=moment(now),
            expires_at=moment(expires_at),
        )
        told = {"token": number, "idp": idp, "label": label, "expires_at": moment(expires_at)}
        self._append(now, "scim.token_created", told, None)
        return self.scim_token(number)

    def revoke_scim_token(self, number: int, reason: str) -> ScimTokenRecord:
        """It lets nobody in from now on."""
        now = self._clock.now()
        found = self.scim_token(number)
        values = {"revoked_at": moment(now), "revoked_because": reason}
        standing = (_t.c.id == number, _t.c.revoked_at.is_(None))
        if not self._connection.execute(update(_t).where(*standing).values(values)).rowcount:
            raise ScimTokenRevokedAlready(found.name)
        self._append(now, "scim.token_revoked", {"token": number, "idp": found.idp, "reason": reason}, None)
        return self.scim_token(number)

    # -- people -------------------------------------------------------------------------------------------------------

    def create_scim_user(self, idp: str, wanted: WantedUser) -> ScimUserRecord:
        """A new person. Raises `ScimUserNameTaken`."""
        self._require_free(idp, wanted.user_name, None)
        now, user_id = self._clock.now(), str(uuid.uuid4())
        at = moment(now)
        since = {"created_at": at, "changed_at": at, "wanted_since": at, "unsettled_since": at}
        self._connection.execute(insert(_u), {"id": user_id, "idp": idp, "version": 1, **_row_of(wanted), **since})
        told = {
            "idp": idp,
            "user": user_id,
            "address": wanted.address,
            "active": wanted.active,
            "resource": json.loads(wanted.resource),
            "aside": json.loads(wanted.aside),
        }
        self._append(now, "scim.user_created", told, wanted.address)
        return self._user_again(idp, user_id)

    def change_scim_user(self, was: ScimUserRecord, wanted: WantedUser) -> ScimUserRecord:
        """What is wanted now, in place of what was read in this transaction. Raises `ScimUserNameTaken`."""
        if _row_of(wanted) == _row_of(was.wanted):
            return was
        self._require_free(was.idp, wanted.user_name, was.id)
        now = self._clock.now()
        values = {**_row_of(wanted), "version": was.version + 1, "changed_at": moment(now)}
        is_other = (was.wanted.address, was.wanted.active) != (wanted.address, wanted.active)
        self._connection.execute(
            update(_u).where(_u.c.id == was.id).values(values | (_unsettled(now) if is_other else {}))
        )
        told = {
            "idp": was.idp,
            "user": was.id,
            "address": wanted.address,
            "was_at": None if was.wanted.address == wanted.address else was.wanted.address,
            "changed": _changes(was.wanted.resource, wanted.resource),
            "aside": _changes(was.wanted.aside, wanted.aside),
        }
        kind = "scim.user_changed"
        if was.wanted.active != wanted.active:
            kind = "scim.user_activated" if wanted.active else "scim.user_deactivated"
        self._append(now, kind, told, wanted.address or was.wanted.address)
        return self._user_again(was.idp, was.id)

    def delete_scim_user(self, was: ScimUserRecord) -> None:
        """The row stays; the person leaves every group."""
        now = self._clock.now()
        groups = select(_m.c.group_id).where(_m.c.user_id == was.id)
        grown = {"version": _g.c.version + 1, "changed_at": moment(now)}
        self._connection.execute(update(_g).where(_g.c.id.in_(groups)).values(grown))
        self._connection.execute(delete(_m).where(_m.c.user_id == was.id))
        gone = {"deleted_at": moment(now), "changed_at": moment(now), "version": was.version + 1}
        self._connection.execute(update(_u).where(_u.c.id == was.id).values({**gone, **_unsettled(now)}))
        told = {"idp": was.idp, "user": was.id, "address": was.wanted.address, "user_name": was.wanted.user_name}
        self._append(now, "scim.user_deleted", told, was.wanted.address)

    def _require_free(self, idp: str, user_name: str, but: str | None) -> None:
        found = self.scim_users(idp, ScimWhere("user_name_key", key_of(user_name)))
        if any(each.id != but for each in found):
            raise ScimUserNameTaken(user_name, idp)

    def _user_again(self, idp: str, user_id: str) -> ScimUserRecord:
        found = self.scim_user(idp, user_id)
        assert found is not None
        return found

    # -- groups -------------------------------------------------------------------------------------------------------

    def create_scim_group(self, idp: str, wanted: WantedGroup, members: Collection[str]) -> ScimGroupRecord:
        """A new group of people that are known."""
        now, group_id = self._clock.now(), str(uuid.uuid4())
        since = {"created_at": moment(now), "changed_at": moment(now)}
        self._connection.execute(
            insert(_g), {"id": group_id, "idp": idp, "version": 1, **_row_of_group(wanted), **since}
        )
        came = frozenset(members)
        self._let_come(now, group_id, came)
        told = {"resource": json.loads(wanted.resource), "aside": json.loads(wanted.aside), "added": sorted(came)}
        self._append_group(now, "created", idp, group_id, wanted, told)
        return self._group_again(idp, group_id)

    def change_scim_group(self, was: ScimGroupRecord, wanted: WantedGroup, moves: MemberMoves) -> ScimGroupRecord:
        """What is wanted now, in place of what was read in this transaction."""
        came, left = self._moved(was.id, moves)
        if not came and not left and _row_of_group(wanted) == _row_of_group(was.wanted):
            return was
        now = self._clock.now()
        values = {**_row_of_group(wanted), "version": was.version + 1, "changed_at": moment(now)}
        self._connection.execute(update(_g).where(_g.c.id == was.id).values(values))
        self._let_leave(now, was.id, left)
        if was.wanted.display_name != wanted.display_name:  # which is what gives the group its meaning
            here = select(_m.c.user_id).where(_m.c.group_id == was.id)
            self._connection.execute(update(_u).where(_u.c.id.in_(here)).values(_touched(now)))
        self._let_come(now, was.id, came)
        told = {
            "changed": _changes(was.wanted.resource, wanted.resource),
            "aside": _changes(was.wanted.aside, wanted.aside),
            "added": sorted(came),
            "removed": sorted(left),
        }
        self._append_group(now, "changed", was.idp, was.id, wanted, told)
        return self._group_again(was.idp, was.id)

    def delete_scim_group(self, was: ScimGroupRecord) -> None:
        """The group is gone; its people stay."""
        now = self._clock.now()
        held = self.scim_member_ids(was.id)
        self._let_leave(now, was.id, held)
        self._connection.execute(delete(_g).where(_g.c.id == was.id))
        self._append_group(now, "deleted", was.idp, was.id, was.wanted, {"removed": sorted(held)})

    def _moved(self, group_id: str, moves: MemberMoves) -> tuple[frozenset[str], frozenset[str]]:
        """Who really comes and who really leaves; only who is named is asked about."""
        if moves.is_whole:
            held = self.scim_member_ids(group_id)
            return moves.come - held, held - moves.come
        named = self._ask_about(_MEMBERS_AMONG, moves.come | moves.leave, group=group_id)
        held = frozenset(row.user_id for row in named)
        return moves.come - held, moves.leave & held

    def _let_come(self, now: datetime, group_id: str, came: frozenset[str]) -> None:
        if came:
            self._connection.execute(_IN, [{"group_id": group_id, "user_id": one} for one in sorted(came)])
            self._touch(now, came)

    def _let_leave(self, now: datetime, group_id: str, left: frozenset[str]) -> None:
        if left:
            self._connection.execute(_OUT, [{"group": group_id, "user": one} for one in sorted(left)])
            self._touch(now, left)

    def _touch(self, now: datetime, user_ids: frozenset[str]) -> None:
        """What these people's groups want of them is another thing now."""
        every = sorted(user_ids)
        for start in range(0, len(every), AT_A_TIME):
            here = _u.c.id.in_(every[start : start + AT_A_TIME])
            self._connection.execute(update(_u).where(here).values(_touched(now)))

    def _append_group(
        self, now: datetime, what: str, idp: str, group_id: str, wanted: WantedGroup, told: Mapping[str, object]
    ) -> None:
        about = {"idp": idp, "group": group_id, "display_name": wanted.display_name, "what": what}
        self._append(now, "scim.group_changed", {**about, **told}, None)

    def _group_again(self, idp: str, group_id: str) -> ScimGroupRecord:
        found = self.scim_group(idp, group_id)
        assert found is not None
        return found


def _touched(now: datetime) -> dict[str, Any]:
    """The groups of somebody are others, or mean something else."""
    return {"version": _u.c.version + 1, "changed_at": moment(now), **_unsettled(now)}


def _unsettled(now: datetime) -> dict[str, Any]:
    """Something else is wanted from now on."""
    return {"wanted_since": moment(now), "unsettled_since": func.coalesce(_u.c.unsettled_since, moment(now))}


def _row_of(wanted: WantedUser) -> dict[str, Any]:
    return {
        "external_id": _exact(wanted.external_id),
        "user_name": without_nul(wanted.user_name),
        "user_name_key": without_nul(key_of(wanted.user_name)),
        "address": wanted.address,
        "active": wanted.active,
        "resource": wanted.resource,
        "aside": wanted.aside,
    }


def _row_of_group(wanted: WantedGroup) -> dict[str, Any]:
    return {
        "external_id": _exact(wanted.external_id),
        "display_name": without_nul(wanted.display_name),
        "display_name_key": without_nul(key_of(wanted.display_name)),
        "resource": wanted.resource,
        "aside": wanted.aside,
    }


def _exact(text: str | None) -> str | None:
    """As texts are compared whose capitals count."""
    return None if text is None else without_nul(unicodedata.normalize("NFC", text))


def _changes(was: str, now: str) -> dict[str, dict[str, object]]:
    """What differs between two objects of JSON, by attribute.

    >>> _changes('{"a":1,"b":2}', '{"b":3,"c":4}')
    {'a': {'was': 1, 'is': None}, 'b': {'was': 2, 'is': 3}, 'c': {'was': None, 'is': 4}}
    """
    if was == now:
        return {}
    before, after = json.loads(was), json.loads(now)
    return {
        name: {"was": before.get(name), "is": after.get(name)}
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }
