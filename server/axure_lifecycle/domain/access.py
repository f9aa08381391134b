"""Who comes in, and what each role may do.

On one machine with one person nobody signs in, and whoever can start the program may do everything. A server for a
team takes a person's name and roles from a token, never from an argument. A role says what somebody may do here; that
an approver is another person than whoever asks or performs is decided by who they are (`approvals`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import ClassVar, Final

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown


class Role(StrEnum):
    """What somebody is to a team that works on one server."""

    VIEWER = "viewer"
    """Looks, compares and plans; writes nothing."""
    OPERATOR = "operator"
    """Brings rosters, opens cases, does the steps and says so."""
    APPROVER = "approver"
    """Agrees to what policy wants a second person for; performs nothing."""
    AUDITOR = "auditor"
    """Looks, and walks the trail."""
    ADMIN = "admin"
    """Everything, and taking sources back; being an admin does not make anybody their own approver."""


TOKEN_PREFIX: Final = "axl_"  # noqa: S105 - how one begins, not one
"""How a token of ours begins, so that whoever finds one knows what it is, and scanners for leaked secrets as well."""
INVITATION_PREFIX: Final = "axi_"
"""How the code of an invitation begins."""

EVERYBODY: Final = frozenset(Role)
WORKERS: Final = frozenset({Role.OPERATOR, Role.ADMIN})
APPROVERS: Final = frozenset({Role.APPROVER, Role.ADMIN})
AUDITORS: Final = frozenset({Role.AUDITOR, Role.ADMIN})
REPORTERS: Final = WORKERS | AUDITORS
REVIEWERS: Final = WORKERS | APPROVERS
ADMINS: Final = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom a token names."""

    name: str
    """An address where the token gives one, else the issuer's own word; the name in the trail."""
    roles: frozenset[Role]
    proof: str
    """What named them: `token T-3`, or the issuer and the subject."""
    expires_at: datetime | None = None
    """UTC."""
    token_id: int | None = None
    """The token of ours that named them; None for one of an issuer."""


class RoleMissing(LifecycleError):
    """Somebody without the role for it asked for something."""

    code: ClassVar[str] = "role_missing"

    def __init__(self, what: str, name: str, roles: Iterable[Role], needed: Iterable[Role]) -> None:
        held = ", ".join(sorted(roles)) or "nobody"
        super().__init__(
            f"{what} did nothing: {shown(name, 80)} is {held} on this server, and it takes "
            f"{' or '.join(sorted(needed))}. Ask whoever runs the server for the role, or somebody who has it."
        )


def digest_of(secret: str) -> str:
    """SHA-256 of a token, a session or a code, lower-case hexadecimal: what is kept in its place.

    Enough, because each has 256 random bits: there is nothing to guess that a slow hash would protect.

    >>> digest_of("axl_example")[:12]
    'b8f8d09df3c7'
    """
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def has_any(roles: frozenset[Role] | None, needed: frozenset[Role]) -> bool:
    """Whether somebody with these roles may; None stands for a machine where nobody signs in.

    >>> has_any(None, ADMINS), has_any(frozenset({Role.VIEWER}), EVERYBODY), has_any(frozenset({Role.VIEWER}), WORKERS)
    (True, True, False)
    """
    return roles is None or not roles.isdisjoint(needed)


def lets_in(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether a token of a person, or of an identity provider, lets anybody in."""
    return revoked_at is None and now < expires_at
