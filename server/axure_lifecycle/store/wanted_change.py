"""Settling what identity providers want, written: many people in one statement."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, update

from axure_lifecycle.domain.trail import moment
from axure_lifecycle.domain.wishes import Wait, Wish
from axure_lifecycle.ports.wanted import WantedPerson
from axure_lifecycle.store import schema
from axure_lifecycle.store.wanted import AT_A_TIME, write_wish
from axure_lifecycle.store.writing import Writing

_u, _h = schema.scim_user, schema.scim_hold
_IS_AS_READ: Final = (_u.c.id == bindparam("person"), _u.c.version == bindparam("read"))
_WISH: Final[dict[str, Any]] = {
    "settled_at": bindparam("at"),
    "settled_address": bindparam("settled_address"),
    "settled_active": bindparam("settled_active"),
    "settled_roles": bindparam("settled_roles"),
}
_SETTLE: Final = update(_u).where(*_IS_AS_READ).values({**_WISH, "unsettled_since": None})
_SETTLE_A_PART: Final = update(_u).where(*_IS_AS_READ).values(_WISH)


class WantedChanging(Writing):
    """The part of `ports.Change` that is about what is wanted."""

    def settle_wanted(self, settled: Sequence[tuple[WantedPerson, Wish]]) -> None:
        """These wishes are settled, as these; of whoever has changed since they were read, nothing is written."""
        if settled:
            at = moment(self._clock.now())
            self._connection.execute(_SETTLE, [_place(one, wish, at) for one, wish in settled])
        self._let_go([one.id for one, _ in settled if one.hold is not None])

    def hold_wanted(self, held: Sequence[tuple[WantedPerson, Wait, Wish | None]]) -> int:
        """These wishes wait; how many did not wait for the same reason before."""
        at = moment(self._clock.now())
        parts = [_place(one, wish, at) for one, _, wish in held if wish is not None and wish != one.settled]
        if parts:
            self._connection.execute(_SETTLE_A_PART, parts)
        self._let_go([one.id for one, _, _ in held if one.hold is not None])
        new = 0
        rows: list[dict[str, object]] = []
        for one, wait, _ in held:
            is_same = one.hold is not None and one.hold.code == wait.code
            new += not is_same
            since = moment(one.hold.since) if one.hold is not None and is_same else at
            rows.append(
                {
                    "user_id": one.id,
                    "code": wait.code,
                    "sentence": wait.said,
                    "since": since,
                    "tried_at": at,
                    "version": one.version,
                }
            )
        if rows:
            self._connection.execute(insert(_h), rows)
        return new

    def _let_go(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), AT_A_TIME):
            self._connection.execute(delete(_h).where(_h.c.user_id.in_(ids[start : start + AT_A_TIME])))


def _place(one: WantedPerson, wish: Wish, at: str) -> dict[str, object]:
    return {"person": one.id, "read": one.version, "at": at, **write_wish(wish)}
