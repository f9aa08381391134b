"""Letting people in, and ending that.

What may happen once happens in one statement with its condition inside, so that of two at the same time one finds
nothing left to do, whatever else keeps writers in a row.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Delete, Update, and_, delete, insert, or_, update

from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports import FactorKind, FactorRecord, InvitationRecord, SessionRecord, TokenRecord
from axure_lifecycle.store import schema
from axure_lifecycle.store.refusals import FactorReplayed, FactorUnknown, InvitationUnusable, TokenRevokedAlready
from axure_lifecycle.store.values import write_actor
from axure_lifecycle.store.writing import Writing

_t, _s, _f, _i = schema.access_token, schema.web_session, schema.second_factor, schema.factor_invitation
_c = schema.factor_challenge
_COUNTS_NOTHING: Final = and_(_f.c.kind == FactorKind.PASSKEY.value, _f.c.counter == 0)


class AccessChange(Writing):
    """The part of `ports.Change` that is about who comes in."""

    # -- tokens -------------------------------------------------------------------------------------------------------

    def create_token(
        self, person: str, roles: frozenset[Role], digest: str, *, label: str, expires_at: datetime
    ) -> TokenRecord:
        """Keep a token's SHA-256."""
        now = self._clock.now()
        number = self._insert(
            _t,
            digest=digest,
            person=person,
            roles=_write_roles(roles),
            label=label,
            created_by=write_actor(self._actor),
            created_at=moment(now),
            expires_at=moment(expires_at),
        )
        self._append(
            now,
            "token.created",
            {
                "token": number,
                "person": person,
                "roles": sorted(roles),
                "label": label,
                "expires_at": moment(expires_at),
            },
            person,
        )
        return self.token(number)

    def revoke_token(self, number: int, reason: str) -> TokenRecord:
        """It lets nobody in from now on, and sessions that began with it are over."""
        now = self._clock.now()
        found = self.token(number)
        values = {"revoked_at": moment(now), "revoked_because": reason}
        if not self._has_done(update(_t).where(_t.c.id == number, _t.c.revoked_at.is_(None)).values(values)):
            raise TokenRevokedAlready(found.name)
        self._connection.execute(delete(_s).where(_s.c.token_id == number))
        self._append(now, "token.revoked", {"token": number, "person": found.person, "reason": reason}, found.person)
        return self.token(number)

    # -- sessions of the console --------------------------------------------------------------------------------------

    def begin_session(
        self,
        digest: str,
        person: str,
        roles: frozenset[Role],
        *,
        proof: str,
        token_id: int | None,
        expires_at: datetime,
    ) -> SessionRecord:
        """Somebody signed in. Sessions that are over go."""
        now = self._clock.now()
        self._connection.execute(delete(_s).where(_s.c.expires_at <= moment(now)))
        values = {
            "digest": digest,
            "person": person,
            "roles": _write_roles(roles),
            "proof": proof,
            "token_id": token_id,
            "begun_at": moment(now),
            "expires_at": moment(expires_at),
        }
        self._connection.execute(insert(_s).values(values))
        told = {"person": person, "roles": sorted(roles), "proof": proof, "expires_at": moment(expires_at)}
        self._append(now, "session.begun", told, person)
        return SessionRecord(digest, person, roles, proof, token_id, now, expires_at)

    def end_session(self, digest: str, because: str = "") -> None:
        """Somebody signed out, or is; an unknown session is over already."""
        now = self._clock.now()
        found = self.session(digest)
        if self._has_done(delete(_s).where(_s.c.digest == digest)) and found is not None:
            told = {"person": found.person, "proof": found.proof, **({"reason": because} if because else {})}
            self._append(now, "session.ended", told, found.person)

    # -- second factors -----------------------------------------------------------------------------------------------

    def invite(self, person: str, digest: str, *, expires_at: datetime) -> InvitationRecord:
        """Let somebody enrol a second factor, once."""
        now = self._clock.now()
        values = {
            "digest": digest,
            "person": person,
            "created_by": write_actor(self._actor),
            "created_at": moment(now),
            "expires_at": moment(expires_at),
        }
        self._connection.execute(insert(_i).values(values))
        self._append(now, "factor.invited", {"person": person, "expires_at": moment(expires_at)}, person)
        return InvitationRecord(digest, person, self._actor, now, expires_at, None)

    def enrol_factor(
        self,
        invitation: str,
        person: str,
        kind: FactorKind,
        *,
        label: str,
        credential: str,
        material: str,
        counter: int,
    ) -> FactorRecord:
        """Use up the invitation with this SHA-256."""
        now = self._clock.now()
        usable = (
            _i.c.digest == invitation,
            _i.c.person == person,
            _i.c.used_at.is_(None),
            _i.c.expires_at > moment(now),
        )
        if not self._has_done(update(_i).where(*usable).values(used_at=moment(now))):
            raise InvitationUnusable(person)
        number = self._insert(
            _f,
            person=person,
            kind=kind.value,
            label=label,
            credential=credential,
            material=material,
            counter=counter,
            enrolled_at=moment(now),
        )
        told = {"factor": number, "person": person, "kind": kind.value, "label": label}
        self._append(now, "factor.enrolled", told, person)
        return self.factor(number)

    def use_factor(self, number: int, counter: int) -> FactorRecord:
        """Move its counter on, so that no answer serves twice."""
        grows: ColumnElement[bool] = _f.c.counter < counter
        if counter == 0:
            grows = or_(grows, _COUNTS_NOTHING)
        standing = (_f.c.id == number, _f.c.removed_at.is_(None), grows)
        if not self._has_done(update(_f).where(*standing).values(counter=counter)):
            found = self.factor(number)
            raise FactorUnknown(number) if found.removed_at is not None else FactorReplayed(found.kind)
        return self.factor(number)

    def remove_factor(self, number: int, reason: str) -> FactorRecord:
        """It counts no more."""
        now = self._clock.now()
        standing = (_f.c.id == number, _f.c.removed_at.is_(None))
        if not self._has_done(update(_f).where(*standing).values(removed_at=moment(now))):
            raise FactorUnknown(number)
        found = self.factor(number)
        told = {"factor": number, "person": found.person, "kind": found.kind.value, "reason": reason}
        self._append(now, "factor.removed", told, found.person)
        return found

    def open_challenge(self, digest: str, session: str, *, purpose: str, expires_at: datetime) -> None:
        """Remember that something was asked of a device; expired ones go."""
        now = moment(self._clock.now())
        self._connection.execute(delete(_c).where(_c.c.expires_at <= now))
        values = {"digest": digest, "session": session, "purpose": purpose, "expires_at": moment(expires_at)}
        self._connection.execute(insert(_c).values(values))

    def use_challenge(self, digest: str, session: str, *, purpose: str) -> bool:
        """Whether exactly that was asked in this session, is not over, and was not answered before; it is used up."""
        asked = (_c.c.digest == digest, _c.c.session == session, _c.c.purpose == purpose)
        return self._has_done(delete(_c).where(*asked, _c.c.expires_at > moment(self._clock.now())))

    def _has_done(self, statement: Update | Delete) -> bool:
        """Whether a statement found its one row."""
        done: Any = self._connection.execute(statement)
        return bool(done.rowcount == 1)


def _write_roles(roles: frozenset[Role]) -> str:
    return " ".join(role.value for role in Role if role in roles)
