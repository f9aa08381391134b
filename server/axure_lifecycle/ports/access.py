"""Who comes in, as the store keeps it: tokens, sessions of the console, and second factors.

No secret is among it: of tokens, session cookies and invitations only the SHA-256 (lower-case hexadecimal), of a
passkey its public key, of a TOTP device its seed sealed under the server's own key. All moments are UTC. A person is
the name that stands in the trail: an address in its normal form, or an issuer's own word, compared letter by letter.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from axure_lifecycle.domain.access import Role, lets_in
from axure_lifecycle.domain.holdings import Actor


class TokenRecord(NamedTuple):
    """A static token for one person."""

    id: int
    person: str
    """An address."""
    roles: frozenset[Role]
    label: str
    """What it is for, in somebody's own words; may be empty."""
    created_by: Actor
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_because: str | None

    @property
    def name(self) -> str:
        """What people call it (`T-3`)."""
        return f"T-{self.id}"

    def counts(self, now: datetime) -> bool:
        """Whether it lets anybody in."""
        return lets_in(self.expires_at, self.revoked_at, now)


class SessionRecord(NamedTuple):
    """Somebody signed in at the console."""

    digest: str
    person: str
    roles: frozenset[Role]
    proof: str
    token_id: int | None
    """The token that they signed in with; the session ends with it. None: an issuer's."""
    begun_at: datetime
    expires_at: datetime


class FactorKind(StrEnum):
    """What a second factor is."""

    TOTP = "totp"
    PASSKEY = "passkey"


class FactorRecord(NamedTuple):
    """A device that a person holds and no assistant does."""

    id: int
    person: str
    kind: FactorKind
    label: str
    credential: str
    """Of a passkey its credential id (base64url); of a TOTP device empty."""
    material: str
    """Of a passkey its public key (base64url); of a TOTP device its sealed seed."""
    counter: int
    """The passkey's signature counter, or the last TOTP time step that was used."""
    enrolled_at: datetime
    removed_at: datetime | None

    @property
    def name(self) -> str:
        """What people call it (`factor 2`); F-2 is an answer about screens."""
        return f"factor {self.id}"


class InvitationRecord(NamedTuple):
    """Leave to enrol one second factor, given by somebody else, once."""

    digest: str
    person: str
    created_by: Actor
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class AccessView(Protocol):
    """The part of a view that is about who comes in; each lookup is one indexed read."""

    def token_by_digest(self, digest: str) -> TokenRecord | None:
        """The token with this SHA-256, revoked and expired ones included."""
        ...

    def token(self, number: int) -> TokenRecord:
        """Raises `TokenUnknown`."""
        ...

    def tokens(self) -> Sequence[TokenRecord]:
        """All of them, newest first, those that count no more included."""
        ...

    def session(self, digest: str) -> SessionRecord | None:
        """The session with this SHA-256 while it lasts: not ended, not expired, and its token, if any, still counts."""
        ...

    def sessions(self) -> Sequence[SessionRecord]:
        """Everybody's that last, newest first."""
        ...

    def sessions_of(self, person: str) -> Sequence[SessionRecord]:
        """Those of a person that last, newest first."""
        ...

    def count_noted(self, kind: str, person: str, since: datetime) -> int:
        """How many trail records of a kind about a person are not older than a moment (UTC)."""
        ...

    def factors(self) -> Sequence[FactorRecord]:
        """Everybody's, newest first, removed ones included."""
        ...

    def factor(self, number: int) -> FactorRecord:
        """Also one that was removed. Raises `FactorUnknown`."""
        ...

    def factors_of(self, person: str) -> Sequence[FactorRecord]:
        """Those that count, oldest first."""
        ...

    def invitation(self, digest: str) -> InvitationRecord | None:
        """The invitation with this SHA-256, used and expired ones included."""
        ...

    def open_invitations(self) -> Sequence[InvitationRecord]:
        """Those that can still be used, newest first."""
        ...


class AccessChange(AccessView, Protocol):
    """The part of a transaction that is about who comes in; each method appends the trail record that it names.

    What is only asked of a device, and its answer, leave none: what was confirmed with it says so itself.
    """

    def create_token(
        self, person: str, roles: frozenset[Role], digest: str, *, label: str, expires_at: datetime
    ) -> TokenRecord:
        """Keep a token's SHA-256. Trail: `token.created`."""
        ...

    def revoke_token(self, number: int, reason: str) -> TokenRecord:
        """It lets nobody in from now on, and sessions that began with it are over; also one that has expired.

        Raises `TokenUnknown`, `TokenRevokedAlready`. Trail: `token.revoked`.
        """
        ...

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
        """Somebody signed in. Sessions that are over go. Trail: `session.begun`."""
        ...

    def end_session(self, digest: str, because: str = "") -> None:
        """Somebody signed out; an unknown session is over already. Trail: `session.ended`.

        `because`: why it was ended by somebody else, or by the configuration.
        """
        ...

    def invite(self, person: str, digest: str, *, expires_at: datetime) -> InvitationRecord:
        """Let somebody enrol a second factor, once. Trail: `factor.invited`."""
        ...

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
        """Use up the invitation with this SHA-256. Raises `InvitationUnusable`. Trail: `factor.enrolled`."""
        ...

    def use_factor(self, number: int, counter: int) -> FactorRecord:
        """Move its counter on, so that no answer serves twice.

        Raises `FactorReplayed` when the counter does not grow; passkeys that count nothing may stay at 0. Raises
        `FactorUnknown` for one that is not there or was removed.
        """
        ...

    def remove_factor(self, number: int, reason: str) -> FactorRecord:
        """It counts no more. Raises `FactorUnknown`, also for one that was removed before. Trail: `factor.removed`."""
        ...

    def open_challenge(self, digest: str, session: str, *, purpose: str, expires_at: datetime) -> None:
        """Remember that something was asked of a device, for one answer within one session; expired ones go."""
        ...

    def use_challenge(self, digest: str, session: str, *, purpose: str) -> bool:
        """Whether exactly that was asked in this session, is not over, and was not answered before; it is used up."""
        ...
