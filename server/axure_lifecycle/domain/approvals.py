"""When a second person must agree before anybody acts, and what their yes is worth.

An approval is for exactly the plans that a case holds. It is bound to their digests: when another plan joins the case,
it is for something else and counts no more. Whoever asked for the case or performs it can never give it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class ApprovalReason(StrEnum):
    """Why policy wants a second person."""

    SUPER_ADMIN = "super_admin"
    """Somebody is, becomes or ceases to be a Super Admin."""
    LICENCE_OWNER = "licence_owner"
    """Somebody owns or manages a subscription."""
    BATCH = "batch"
    """More people at once than policy lets one person act on."""
    REACTIVATION = "reactivation"
    """Somebody comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPolicy:
    """What a second person must agree to; by default nothing, because one person may be all there is."""

    reasons: frozenset[ApprovalReason] = frozenset()
    batch_above: int = 10
    """People; counts where `BATCH` is among the reasons."""


def digest_of_plans(digests: Sequence[str]) -> str:
    """What an approval is bound to: the one plan's digest, or one over those of all plans of the case in their order.

    SHA-256, lower-case hexadecimal.
    """
    if len(digests) == 1:
        return digests[0]
    return sha256(b"axure-lifecycle/plans/v1\n" + "\n".join(digests).encode()).hexdigest()


def write_reasons(reasons: Iterable[ApprovalReason]) -> str:
    """Reasons as words, in the order of the enumeration."""
    wanted = set(reasons)
    return " ".join(reason.value for reason in ApprovalReason if reason in wanted)
