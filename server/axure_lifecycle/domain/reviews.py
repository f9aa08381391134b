"""A campaign in which people decide who keeps access, and what its record holds for good.

A review is opened over the members roster of one moment: whoever stood there and was not deactivated is to be decided,
and nobody joins or leaves it later. A decision is a person's word by a channel; the newest that is confirmed counts,
the earlier ones stay written. Closing writes a digest of every decision that counts into the trail, and after that no
decision is taken any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Actor, Assurance


class ReviewKind(StrEnum):
    """What somebody decides about one person's access."""

    KEEP = "keep"
    REMOVE = "remove"
    """A case to offboard the person is opened."""
    CHANGE_ROLE = "change_role"
    """A case to change the role is opened."""


class ReviewState(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecision:
    """What somebody decided about one person in a review."""

    id: int
    review_id: int
    address: Address
    kind: ReviewKind
    role: str | None
    """For `CHANGE_ROLE`, as plans write it."""
    reason: str
    decided_by: Actor
    assurance: Assurance
    """Reported where the channel was weaker than policy demands: it is kept and does not count."""
    at: datetime
    """UTC."""
    question_digest: str
    case_id: int | None
    """The case that it opened, or that stood already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A campaign as it stands."""

    id: int
    title: str
    opened_by: Actor
    opened_at: datetime
    due_on: str | None
    """ISO 8601 date."""
    source_id: int
    """The members roster over which it was opened."""
    people: int
    """How many are to be decided."""
    members_digest: str
    """`digest_of_members` of them at the opening."""
    undecided: int
    kept: int
    removed: int
    changed: int
    state: ReviewState
    closed_by: Actor | None = None
    closed_at: datetime | None = None
    unfinished_because: str | None = None
    """Why it was closed although somebody was undecided."""
    decisions_digest: str | None = None
    """`digest_of_decisions` at the closing."""

    @property
    def name(self) -> str:
        """What people call it (`V-3`)."""
        return f"V-{self.id}"


def digest_of_members(addresses: Iterable[str]) -> str:
    """SHA-256 over sorted addresses, one a line, lower-case hexadecimal.

    >>> digest_of_members(["ana@acme.example"])[:12]
    'fd6972359713'
    """
    digest = sha256(b"axure-lifecycle/review-members/v1\n")
    for address in addresses:
        digest.update(f"{address}\n".encode())
    return digest.hexdigest()


def digest_of_decisions(told: Iterable[tuple[Address, ReviewDecision | None]]) -> str:
    """SHA-256 over everybody in the order of their addresses, with the decision that counts, lower-case hexadecimal.

    One line each, its fields parted by tabs: address, kind (or `undecided`), role, number of the decision, assurance,
    channel, name of whoever decided, moment (UTC), digest of the question, number of the case.
    """
    digest = sha256(b"axure-lifecycle/review-decisions/v1\n")
    for address, decision in told:
        fields: tuple[object, ...] = (address, "undecided")
        if decision is not None:
            fields = (
                address,
                decision.kind.value,
                decision.role or "",
                decision.id,
                decision.assurance.value,
                decision.decided_by.channel.value,
                decision.decided_by.name,
                decision.at.isoformat(),
                decision.question_digest,
                decision.case_id or "",
            )
        digest.update(("\t".join(map(str, fields)) + "\n").encode())
    return digest.hexdigest()
