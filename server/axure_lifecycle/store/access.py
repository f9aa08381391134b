"""Who comes in: tokens, sessions of the console, second factors. Each lookup is one statement that an index answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports import (
    Clock,
    FactorKind,
    FactorRecord,
    InvitationRecord,
    SessionRecord,
    TokenRecord,
)
from axure_lifecycle.store import schema
from axure_lifecycle.store.asking import ask, ask_first
from axure_lifecycle.store.refusals import FactorUnknown, TokenUnknown
from axure_lifecycle.store.values import read_actor, read_moment, read_moment_or_none, read_words

_p, _r = schema.audit_payload, schema.audit_record
_t, _s, _f, _i = schema.access_token, schema.web_session, schema.second_factor, schema.factor_invitation

_TOKENS: Final = select(_t).order_by(_t.c.id.desc())
_TOKEN_BY_DIGEST: Final = select(_t).where(_t.c.digest == bindparam("digest"))
_TOKEN: Final = select(_t).where(_t.c.id == bindparam("number"))
_SESSION: Final = (
    select(_s)
    .select_from(_s.outerjoin(_t, _t.c.id == _s.c.token_id))
    .where(
        _s.c.digest == bindparam("digest"),
        _s.c.expires_at > bindparam("now"),
        or_(_s.c.token_id.is_(None), and_(_t.c.revoked_at.is_(None), _t.c.expires_at > bindparam("now"))),
    )
)
_SESSIONS: Final = (
    select(_s)
    .select_from(_s.outerjoin(_t, _t.c.id == _s.c.token_id))
    .where(
        _s.c.expires_at > bindparam("now"),
        or_(_s.c.token_id.is_(None), and_(_t.c.revoked_at.is_(None), _t.c.expires_at > bindparam("now"))),
    )
    .order_by(_s.c.begun_at.desc(), _s.c.digest)
)
_SESSIONS_OF: Final = _SESSIONS.where(_s.c.person == bindparam("person"))
_NOTED: Final = (
    select(func.count().label("noted"))
    .select_from(_p.join(_r, _r.c.seq == _p.c.seq))
    .where(_p.c.about == bindparam("person"), _r.c.kind == bindparam("kind"), _r.c.at >= bindparam("since"))
)
_FACTORS: Final = select(_f).order_by(_f.c.id.desc())
_FACTOR: Final = select(_f).where(_f.c.id == bindparam("number"))
_FACTORS_OF: Final = select(_f).where(_f.c.person == bindparam("person"), _f.c.removed_at.is_(None)).order_by(_f.c.id)
_INVITATION: Final = select(_i).where(_i.c.digest == bindparam("digest"))
_OPEN_INVITATIONS: Final = (
    select(_i)
    .where(_i.c.used_at.is_(None), _i.c.expires_at > bindparam("now"))
    .order_by(_i.c.created_at.desc(), _i.c.digest)
)


class AccessReading:
    """The part of `ports.View` that is about who comes in."""

    _connection: Connection
    _clock: Clock

    def token_by_digest(self, digest: str) -> TokenRecord | None:
        """The token with this SHA-256, revoked and expired ones included."""
        row = ask_first(self._connection, _TOKEN_BY_DIGEST, {"digest": digest})
        return None if row is None else _read_token(row)

    def token(self, number: int) -> TokenRecord:
        """Raises `TokenUnknown`."""
        row = ask_first(self._connection, _TOKEN, {"number": number})
        if row is None:
            raise TokenUnknown(number, self._connection.execute(select(func.max(_t.c.id))).scalar())
        return _read_token(row)

    def tokens(self) -> Sequence[TokenRecord]:
        """All of them, newest first, those that count no more included."""
        return [_read_token(row) for row in ask(self._connection, _TOKENS, {})]

    def session(self, digest: str) -> SessionRecord | None:
        """The session with this SHA-256 while it lasts: not ended, not expired, and its token, if any, still counts."""
        row = ask_first(self._connection, _SESSION, {"digest": digest, "now": moment(self._clock.now())})
        return None if row is None else _read_session(row)

    def sessions(self) -> Sequence[SessionRecord]:
        """Everybody's that last, newest first."""
        return [_read_session(row) for row in ask(self._connection, _SESSIONS, {"now": moment(self._clock.now())})]

    def sessions_of(self, person: str) -> Sequence[SessionRecord]:
        """Those of a person that last, newest first."""
        rows = ask(self._connection, _SESSIONS_OF, {"person": person, "now": moment(self._clock.now())})
        return [_read_session(row) for row in rows]

    def count_noted(self, kind: str, person: str, since: datetime) -> int:
        """How many trail records of a kind about a person are not older than a moment (UTC)."""
        asked = {"kind": kind, "person": person, "since": moment(since)}
        return int(ask(self._connection, _NOTED, asked)[0].noted)

    def factors(self) -> Sequence[FactorRecord]:
        """Everybody's, newest first, removed ones included."""
        return [_read_factor(row) for row in ask(self._connection, _FACTORS, {})]

    def factor(self, number: int) -> FactorRecord:
        """Also one that was removed. Raises `FactorUnknown`."""
        row = ask_first(self._connection, _FACTOR, {"number": number})
        if row is None:
            raise FactorUnknown(number)
        return _read_factor(row)

    def factors_of(self, person: str) -> Sequence[FactorRecord]:
        """Those that count, oldest first."""
        return [_read_factor(row) for row in ask(self._connection, _FACTORS_OF, {"person": person})]

    def invitation(self, digest: str) -> InvitationRecord | None:
        """The invitation with this SHA-256, used and expired ones included."""
        row = ask_first(self._connection, _INVITATION, {"digest": digest})
        return None if row is None else _read_invitation(row)

    def open_invitations(self) -> Sequence[InvitationRecord]:
        """Those that can still be used, newest first."""
        rows = ask(self._connection, _OPEN_INVITATIONS, {"now": moment(self._clock.now())})
        return [_read_invitation(row) for row in rows]


def _read_roles(column: str) -> frozenset[Role]:
    return frozenset(map(Role, read_words(column)))


def _read_token(row: Any) -> TokenRecord:
    return TokenRecord(
        id=row.id,
        person=row.person,
        roles=_read_roles(row.roles),
        label=row.label,
        created_by=read_actor(row.created_by),
        created_at=read_moment(row.created_at),
        expires_at=read_moment(row.expires_at),
        revoked_at=read_moment_or_none(row.revoked_at),
        revoked_because=row.revoked_because,
    )


def _read_session(row: Any) -> SessionRecord:
    return SessionRecord(
        digest=row.digest,
        person=row.person,
        roles=_read_roles(row.roles),
        proof=row.proof,
        token_id=row.token_id,
        begun_at=read_moment(row.begun_at),
        expires_at=read_moment(row.expires_at),
    )


def _read_factor(row: Any) -> FactorRecord:
    return FactorRecord(
        id=row.id,
        person=row.person,
        kind=FactorKind(row.kind),
        label=row.label,
        credential=row.credential,
        material=row.material,
        counter=row.counter,
        enrolled_at=read_moment(row.enrolled_at),
        removed_at=read_moment_or_none(row.removed_at),
    )


def _read_invitation(row: Any) -> InvitationRecord:
    return InvitationRecord(
        digest=row.digest,
        person=row.person,
        created_by=read_actor(row.created_by),
        created_at=read_moment(row.created_at),
        expires_at=read_moment(row.expires_at),
        used_at=read_moment_or_none(row.used_at),
    )
