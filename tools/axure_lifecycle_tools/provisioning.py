"""Letting identity providers push by SCIM: a token for each of them.

No tool of an assistant: only whoever can start the program on the machine with the store does any of it. A secret is
told once, in the reply of whoever asked for it, and stands nowhere else: the store has its SHA-256.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.access import digest_of
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.scim import SCIM_PATH, SCIM_TOKEN_PREFIX, ScimTokenRecord
from axure_lifecycle.domain.text import shown
from axure_lifecycle_tools.admitting import MOST_TOKEN_DAYS, SECRET_BYTES, Days, Label
from axure_lifecycle_tools.arguments import Because
from axure_lifecycle_tools.spec import Desk, Reply
from axure_lifecycle_tools.token_words import labelled, standing_of
from axure_lifecycle_tools.wording import by, on_day

TOKEN_DAYS: Final = 180
assert TOKEN_DAYS <= MOST_TOKEN_DAYS

IdpName = Annotated[
    str, Field(description="One of [[scim.idps]], e.g. okta-push.", examples=["okta-push"], max_length=40)
]
TokenName = Annotated[
    str, Field(description="A token, e.g. ST-3.", examples=["ST-3"], pattern=r"^(?:[Ss][Tt]-)?[0-9]{1,12}$")
]


class IdpUnknown(LifecycleError):
    """The configuration names no such identity provider."""

    code = "idp_unknown"

    def __init__(self, idp: str, known: Sequence[str]) -> None:
        names = ", ".join(known)
        super().__init__(
            f"No token was made: [[scim.idps]] in the configuration names no “{shown(idp, 40)}”"
            + (f"; it names {names}. Use one of these, or add it there." if known else " and no other. Add it there.")
        )


class ScimToken(BaseModel):
    """A token of an identity provider, without what lets it in."""

    model_config = ConfigDict(extra="forbid")

    token: str
    idp: str
    label: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    counts: bool
    revoked_at: datetime | None
    revoked_because: str | None
    said: str


class ScimTokens(Reply):
    """All tokens of identity providers."""

    tokens: list[ScimToken]

    def text(self) -> str:
        """A line for each, newest first."""
        lines = [one.said for one in self.tokens] or ["No identity provider has a token."]
        return "\n".join([*lines, self.next])


class ScimTokenCreated(Reply):
    """A new token, and the only time that it is shown."""

    token: str
    idp: str
    expires_at: datetime
    secret: str
    said: str

    def text(self) -> str:
        """What it is, then itself on a line of its own."""
        return f"{self.said}\n\n{self.secret}\n\n{self.next}"


class ScimTokenRevoked(Reply):
    """A token that lets no identity provider in any more."""

    token: str
    idp: str
    said: str

    def text(self) -> str:
        """One sentence."""
        return f"{self.said}\n{self.next}"


def create_scim_token(desk: Desk, *, idp: IdpName, days: Days = TOKEN_DAYS, label: Label = "") -> ScimTokenCreated:
    """Make a token for an identity provider. Raises `IdpUnknown`."""
    if desk.scim.idp(idp) is None:
        raise IdpUnknown(idp, [one.name for one in desk.scim.idps])
    secret = SCIM_TOKEN_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    with desk.store.writing(desk.actor) as change:
        made = change.create_scim_token(
            idp, digest_of(secret), label=label.strip(), expires_at=desk.now + timedelta(days=days)
        )
        others = [one.name for one in change.scim_tokens() if one.idp == idp and one.counts(desk.now) and one != made]
    beside = (
        f" {' and '.join(reversed(others))} still lets it in too: revoke that once this one is in use."
        if others
        else ""
    )
    return ScimTokenCreated(
        token=made.name,
        idp=idp,
        expires_at=made.expires_at,
        secret=secret,
        said=f"{made.name} lets {idp} push until {on_day(made.expires_at, desk.organization.time_zone)}. This is shown "
        "once and kept nowhere:",
        next=f"Paste it where {idp} asks for a bearer token or a secret token; the address that it asks for ends in "
        f"{SCIM_PATH}. Whoever has it can open cases about anybody, so let nobody else see it.{beside}",
    )


def list_scim_tokens(desk: Desk) -> ScimTokens:
    """All of them, newest first."""
    with desk.store.reading() as view:
        found = view.scim_tokens()
    return ScimTokens(
        tokens=[_describe(desk, one) for one in found],
        next="No token itself is kept, so none can be shown again; `axure-lifecycle scim token create` makes "
        "a new one.",
    )


def revoke_scim_token(desk: Desk, *, token: TokenName, reason: Because) -> ScimTokenRevoked:
    """Let nobody in with it from now on. Raises `ScimTokenUnknown`, `ScimTokenRevokedAlready`."""
    with desk.store.writing(desk.actor) as change:
        done = change.revoke_scim_token(int(token.upper().removeprefix("ST-")), reason.strip())
    return ScimTokenRevoked(
        token=done.name,
        idp=done.idp,
        said=f"{done.name} of {shown(done.idp, 40)} lets nobody in any more.",
        next="What was pushed with it stays as it is; `axure-lifecycle scim token list` shows the others.",
    )


def _describe(desk: Desk, one: ScimTokenRecord) -> ScimToken:
    standing = standing_of(desk, one)
    if desk.scim.idp(one.idp) is None:
        standing += "; the configuration does not name it any more, so it lets nobody in"
    return ScimToken(
        token=one.name,
        idp=one.idp,
        label=one.label,
        created_by=by(one.created_by),
        created_at=one.created_at,
        expires_at=one.expires_at,
        counts=one.counts(desk.now) and desk.scim.idp(one.idp) is not None,
        revoked_at=one.revoked_at,
        revoked_because=one.revoked_because,
        said=f"{one.name} {shown(one.idp, 40)}{labelled(one)}: {standing}.",
    )
