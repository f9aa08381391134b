"""Letting people in to a server for a team: tokens, and leave to enrol a second factor.

No tool of an assistant: only whoever can start the program on the machine with the store does any of it. A secret is
told once, in the reply of whoever asked for it, and stands nowhere else: the store has its SHA-256.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.access import INVITATION_PREFIX, TOKEN_PREFIX, Role, digest_of
from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import FactorRecord, InvitationRecord, SessionRecord, TokenRecord
from axure_lifecycle_tools.arguments import Because, Person, address_of
from axure_lifecycle_tools.spec import Desk, Reply
from axure_lifecycle_tools.token_words import labelled, standing_of
from axure_lifecycle_tools.wording import at, by, on_day, tamed

SECRET_BYTES: Final = 32
TOKEN_DAYS: Final = 90
MOST_TOKEN_DAYS: Final = 366
INVITATION_HOURS: Final = 24
MOST_INVITATION_HOURS: Final = 168

Roles = Annotated[list[Role], Field(description=f"At least one of {', '.join(Role)}.", min_length=1, max_length=5)]
Days = Annotated[
    int, Field(description=f"Whole days until it lets nobody in, 1 to {MOST_TOKEN_DAYS}.", ge=1, le=MOST_TOKEN_DAYS)
]
Hours = Annotated[
    int,
    Field(
        description=f"Whole hours until it serves nobody, 1 to {MOST_INVITATION_HOURS}.", ge=1, le=MOST_INVITATION_HOURS
    ),
]
Label = Annotated[str, Field(description="What it is for, in your own words.", max_length=100)]
TokenName = Annotated[
    str, Field(description="A token, e.g. T-3.", examples=["T-3"], pattern=r"^[Tt]?-?[0-9]{1,12}$", max_length=16)
]
SignedIn = Annotated[
    str,
    Field(
        description="Whose sessions, as they stand in the list: an e-mail address, or what an issuer calls them.",
        min_length=1,
        max_length=254,
    ),
]
FactorNumber = Annotated[int, Field(description="The number of a second factor, as listed.", ge=1, le=10**12)]


class Token(BaseModel):
    """A token, without what lets anybody in."""

    model_config = ConfigDict(extra="forbid")

    token: str
    person: str
    roles: list[str]
    label: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    counts: bool
    revoked_at: datetime | None
    revoked_because: str | None
    said: str


class Tokens(Reply):
    """All tokens."""

    tokens: list[Token]

    def text(self) -> str:
        """A line for each, newest first."""
        lines = [one.said for one in self.tokens] or ["There is no token."]
        return "\n".join([*lines, self.next])


class TokenCreated(Reply):
    """A new token, and the only time that it is shown."""

    token: str
    person: str
    roles: list[str]
    expires_at: datetime
    secret: str
    said: str

    def text(self) -> str:
        """What it is, then itself on a line of its own."""
        return f"{self.said}\n\n{self.secret}\n\n{self.next}"


class TokenRevoked(Reply):
    """A token that lets nobody in any more."""

    token: str
    person: str
    said: str

    def text(self) -> str:
        """One sentence."""
        return f"{self.said}\n{self.next}"


class TokensRevoked(Reply):
    """Every token of somebody that let them in, and does no more."""

    person: str
    tokens: list[str]
    """Revoked by this, newest first."""
    said: str

    def text(self) -> str:
        """One sentence."""
        return f"{self.said}\n{self.next}"


class NoTokenEver(LifecycleError):
    """Somebody's tokens are to be revoked, and none was ever made for them: the address may be mistyped."""

    code: ClassVar[str] = "no_token_ever"

    def __init__(self, person: str) -> None:
        super().__init__(
            f"Nothing was revoked: no token was ever made for {shown(person, 80)}. `axure-lifecycle token list` shows "
            "whose there are."
        )


class Session(BaseModel):
    """Somebody who is signed in at the console."""

    model_config = ConfigDict(extra="forbid")

    person: str
    roles: list[str]
    proof: str
    begun_at: datetime
    expires_at: datetime
    said: str


class Sessions(Reply):
    """Everybody who is signed in at the console."""

    sessions: list[Session]

    def text(self) -> str:
        """A line for each, newest first."""
        lines = [one.said for one in self.sessions] or ["Nobody is signed in at the console."]
        return "\n".join([*lines, self.next])


class SessionsEnded(Reply):
    """Somebody's sessions are over."""

    person: str
    ended: int
    tokens: list[str]
    """That still let them in."""
    said: str

    def text(self) -> str:
        """What is over, and what still lets them in."""
        return f"{self.said}\n{self.next}"


class Invited(Reply):
    """Leave to enrol a second factor, and the only time that its code is shown."""

    person: str
    expires_at: datetime
    secret: str
    said: str

    def text(self) -> str:
        """What it is, then its code on a line of its own."""
        return f"{self.said}\n\n{self.secret}\n\n{self.next}"


class Factor(BaseModel):
    """A second factor."""

    model_config = ConfigDict(extra="forbid")

    number: int
    person: str
    kind: str
    label: str
    enrolled_at: datetime
    removed_at: datetime | None
    said: str


class Invitation(BaseModel):
    """Leave to enrol a second factor that nobody used yet."""

    model_config = ConfigDict(extra="forbid")

    person: str
    created_by: str
    expires_at: datetime
    said: str


class Factors(Reply):
    """All second factors and the invitations that wait."""

    factors: list[Factor]
    invitations: list[Invitation]

    def text(self) -> str:
        """A line for each, newest first."""
        lines = [*(one.said for one in self.factors), *(one.said for one in self.invitations)] or [
            "Nobody has a second factor."
        ]
        return "\n".join([*lines, self.next])


class FactorRemoved(Reply):
    """A second factor that counts no more."""

    number: int
    person: str
    said: str

    def text(self) -> str:
        """One sentence."""
        return f"{self.said}\n{self.next}"


def create_token(
    desk: Desk, *, person: Person, roles: Roles, days: Days = TOKEN_DAYS, label: Label = ""
) -> TokenCreated:
    """Make a token for a person. Raises `NotAnAddress`."""
    address = address_of(person)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    with desk.store.writing(desk.actor) as change:
        made = change.create_token(
            address,
            frozenset(roles),
            digest_of(secret),
            label=label.strip(),
            expires_at=desk.now + timedelta(days=days),
        )
    told = _describe_token(desk, made)
    return TokenCreated(
        token=made.name,
        person=made.person,
        roles=told.roles,
        expires_at=made.expires_at,
        secret=secret,
        said=f"{made.name} lets {shown(made.person, 80)} in as {_listed(told.roles)} until "
        f"{on_day(made.expires_at, desk.organization.time_zone)}. This is shown once and kept "
        "nowhere:",
        next="Hand it to that person alone, over a channel that you trust: whoever has it acts in their name. Their "
        "client sends it as `Authorization: Bearer …`; the console takes it as well. It lets people in to MCP where "
        "the configuration says `tokens = true`.",
    )


def list_tokens(desk: Desk) -> Tokens:
    """All of them, newest first."""
    with desk.store.reading() as view:
        found = view.tokens()
    return Tokens(
        tokens=[_describe_token(desk, one) for one in found],
        next="No token itself is kept, so none can be shown again; `axure-lifecycle token create` makes a new one."
        if found
        else "`axure-lifecycle token create` makes one.",
    )


def revoke_token(desk: Desk, *, token: TokenName, reason: Because) -> TokenRevoked:
    """Let nobody in with it from now on. Raises `TokenUnknown`, `TokenRevokedAlready`."""
    with desk.store.writing(desk.actor) as change:
        done = change.revoke_token(int(token.lstrip("Tt-")), reason.strip())
    return TokenRevoked(
        token=done.name,
        person=done.person,
        said=f"{done.name} of {shown(done.person, 80)} lets nobody in any more, and what they were signed in to with "
        "it at the console is over.",
        next="What was recorded with it stays as it is; `axure-lifecycle token list` shows the others.",
    )


def revoke_tokens_of(desk: Desk, *, person: Person, reason: Because) -> TokensRevoked:
    """Let a person in with none of their tokens from now on, all at once. Raises `NotAnAddress`, `NoTokenEver`."""
    address = address_of(person)
    with desk.store.writing(desk.actor) as change:
        found = [one for one in change.tokens() if one.person == address]
        if not found:
            raise NoTokenEver(address)
        done = [change.revoke_token(one.id, reason.strip()).name for one in found if one.counts(desk.now)]
        left = len(change.sessions_of(address))
    whom = shown(address, 80)
    said = (
        f"{_listed(done)} of {whom} {'lets' if len(done) == 1 else 'let'} nobody in any more, and what they were "
        "signed in to at the console with a token is over."
        if done
        else f"No token lets {whom} in: each was revoked before, or has expired. Nothing changed."
    )
    by_issuer = (
        f"They are signed in at the console by the identity provider still: `axure-lifecycle session end {address}` "
        "ends that; take their role away there or in the configuration first, else they come back."
    )
    return TokensRevoked(
        person=address,
        tokens=done,
        said=said,
        next=by_issuer
        if left
        else "What was recorded with them stays as it is. Whom the identity provider signs in needs no token.",
    )


def list_sessions(desk: Desk) -> Sessions:
    """Everybody who is signed in, newest first."""
    with desk.store.reading() as view:
        found = view.sessions()
    return Sessions(
        sessions=[_describe_session(desk, one) for one in found],
        next="`axure-lifecycle session end PERSON` signs somebody out everywhere.",
    )


def end_sessions(desk: Desk, *, person: SignedIn, reason: Because) -> SessionsEnded:
    """Sign somebody out of the console everywhere; what still lets them in is named."""
    name = str(normal(person) or person)
    with desk.store.writing(desk.actor) as change:
        found = change.sessions_of(name)
        for one in found:
            change.end_session(one.digest, reason.strip())
        tokens = [one.name for one in change.tokens() if one.person == name and one.counts(desk.now)]
    whom = shown(name, 80)
    said = "One session" if len(found) == 1 else f"{len(found)} sessions"
    over = f"{said} of {whom} at the console {'is' if len(found) == 1 else 'are'} over."
    still = (
        f"{_listed(tokens)} still {'lets' if len(tokens) == 1 else 'let'} them in, at the console and by a client: "
        f"`axure-lifecycle token revoke --person {name}` ends that."
        if tokens
        else "No token lets them in. Whom the identity provider still signs in, and who still has a role, can come "
        "back: take either away."
    )
    return SessionsEnded(
        person=name,
        ended=len(found),
        tokens=tokens,
        said=over if found else f"{whom} is not signed in at the console.",
        next=still,
    )


def invite_factor(desk: Desk, *, person: Person, hours: Hours = INVITATION_HOURS) -> Invited:
    """Let a person enrol one second factor. Raises `NotAnAddress`."""
    address = address_of(person)
    secret = INVITATION_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    with desk.store.writing(desk.actor) as change:
        made = change.invite(address, digest_of(secret), expires_at=desk.now + timedelta(hours=hours))
    zone = desk.organization.time_zone
    return Invited(
        person=made.person,
        expires_at=made.expires_at,
        secret=secret,
        said=f"{shown(made.person, 80)} may enrol one second factor until {at(made.expires_at, zone)}. This code is "
        "shown once and kept nowhere:",
        next="Make sure that it reaches that person and no assistant: whoever has it and their sign-in enrols a device "
        "in their name. They sign in at the console and type it there.",
    )


def list_factors(desk: Desk) -> Factors:
    """Everybody's, newest first, and the invitations that wait."""
    with desk.store.reading() as view:
        factors, invitations = view.factors(), view.open_invitations()
    return Factors(
        factors=[_describe_factor(desk, one) for one in factors],
        invitations=[_describe_invitation(desk, one) for one in invitations],
        next="`axure-lifecycle factor invite` lets somebody enrol one at the console.",
    )


def remove_factor(desk: Desk, *, number: FactorNumber, reason: Because) -> FactorRemoved:
    """It counts no more. Raises `FactorUnknown`."""
    with desk.store.writing(desk.actor) as change:
        gone = change.remove_factor(number, reason.strip())
        left = len(change.factors_of(gone.person))
    return FactorRemoved(
        number=gone.id,
        person=gone.person,
        said=f"{gone.name.capitalize()} ({gone.kind.value}) of {shown(gone.person, 80)} counts no more; "
        + (f"{left} of theirs still {'counts' if left == 1 else 'count'}." if left else "they have no other."),
        next="What was confirmed with it stays as it is. `axure-lifecycle factor invite` lets them enrol another.",
    )


def _describe_token(desk: Desk, one: TokenRecord) -> Token:
    roles = [role.value for role in Role if role in one.roles]
    return Token(
        token=one.name,
        person=one.person,
        roles=roles,
        label=one.label,
        created_by=by(one.created_by),
        created_at=one.created_at,
        expires_at=one.expires_at,
        counts=one.counts(desk.now),
        revoked_at=one.revoked_at,
        revoked_because=one.revoked_because,
        said=f"{one.name} {shown(one.person, 80)}{labelled(one)}: {_listed(roles)}, {standing_of(desk, one)}.",
    )


def _describe_session(desk: Desk, one: SessionRecord) -> Session:
    zone = desk.organization.time_zone
    roles = [role.value for role in Role if role in one.roles]
    return Session(
        person=one.person,
        roles=roles,
        proof=one.proof,
        begun_at=one.begun_at,
        expires_at=one.expires_at,
        said=f"{shown(one.person, 80)}: {_listed(roles)}, since {at(one.begun_at, zone)} until "
        f"{at(one.expires_at, zone)}, by {tamed(one.proof, 200)}.",
    )


def _describe_factor(desk: Desk, one: FactorRecord) -> Factor:
    zone = desk.organization.time_zone
    label = f" (“{tamed(one.label, 100)}”)" if one.label else ""
    since = f"enrolled on {on_day(one.enrolled_at, zone)}"
    gone = "" if one.removed_at is None else f", removed on {on_day(one.removed_at, zone)}"
    return Factor(
        number=one.id,
        person=one.person,
        kind=one.kind.value,
        label=one.label,
        enrolled_at=one.enrolled_at,
        removed_at=one.removed_at,
        said=f"{one.id} {shown(one.person, 80)}{label}: {one.kind.value}, {since}{gone}.",
    )


def _describe_invitation(desk: Desk, one: InvitationRecord) -> Invitation:
    until = at(one.expires_at, desk.organization.time_zone)
    return Invitation(
        person=one.person,
        created_by=by(one.created_by),
        expires_at=one.expires_at,
        said=f"{shown(one.person, 80)} is invited until {until}, by {by(one.created_by)}.",
    )


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
