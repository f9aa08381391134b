"""When a second person must agree before anybody acts, and what their yes is worth.

Why one must agree follows from the plan and from the policy of the moment in which the case is opened, or in which
another plan joins it; it then stands in the case, and a policy that is loosened later loosens no case. A plan's own
digest never covers it: it says what is to be done, and that is the same under any policy. Were the policy a part of it,
every change of policy would make plans drift that nobody changed.

An approval is for exactly the plans that a case holds. It is bound to their digests: when another plan joins the case,
it is for something else and counts no more. Whoever asked for the case, owns it or said anything about its steps can
never give it, and whoever gave it and then does one of these has no word left.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from axure_lifecycle.domain.holdings import Actor, Assurance, HoldingKind
from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.roles import read_role


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


def read_reasons(words: str | None) -> tuple[ApprovalReason, ...]:
    """What `write_reasons` wrote; None and nothing are no reason."""
    return tuple(ApprovalReason(word) for word in (words or "").split())


# -- why a plan needs one ---------------------------------------------------------------------------------------------

_SUPER_ADMIN: Final = "super_admin"
_IN_CHARGE: Final = frozenset({"owner", "manager"})


def reasons_for(plan: Plan, people: Collection[str], policy: ApprovalPolicy) -> tuple[ApprovalReason, ...]:
    """Why this policy wants a second person for this plan, in the order of the enumeration; empty where it does not.

    `people` are all addresses of those whom the plan is for. Whoever only takes something over is none of them: what
    they become stands in the steps.
    """
    found = {
        ApprovalReason.SUPER_ADMIN: _touches_super_admin(plan, people),
        ApprovalReason.LICENCE_OWNER: any(
            one.get("relation") in _IN_CHARGE and one.get("address") in people for one in _held(plan, HoldingKind.SEAT)
        ),
        ApprovalReason.BATCH: _how_many(plan) > policy.batch_above,
        ApprovalReason.REACTIVATION: _brings_back(plan),
    }
    return tuple(reason for reason, is_there in found.items() if is_there and reason in policy.reasons)


def _held(plan: Plan, kind: HoldingKind) -> list[Mapping[str, str]]:
    return [one for one in plan.holdings if one.get("holding") == kind.value]


def _touches_super_admin(plan: Plan, people: Collection[str]) -> bool:
    """Whether one of them is one by the rosters, or a step or the wish itself makes or ends one."""
    roles = [one.get("role") for one in _held(plan, HoldingKind.MEMBERSHIP) if one.get("address") in people]
    for step in plan.steps:
        if step.end is not None and step.end.becomes in ("has_role", "lacks_role"):
            roles += step.end.records
    return any(read_role(role) == _SUPER_ADMIN for role in (*roles, plan.options.get("role")))


def _how_many(plan: Plan) -> int:
    return len(plan.options.get("people", plan.subject).split(","))


def _brings_back(plan: Plan) -> bool:
    """Whether a step switches an account on that the rosters show as off."""
    off = {
        (one.get("system"), one.get("address"))
        for one in _held(plan, HoldingKind.MEMBERSHIP)
        if one.get("status") == "deactivated"
    }
    return any(
        (system, address) in off
        for step in plan.steps
        if step.end is not None and (step.end.holding, step.end.becomes) == (HoldingKind.MEMBERSHIP, "active")
        for system in step.end.systems
        for address in step.end.addresses
    )


# -- what was agreed to -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a second person said about the plans of a case."""

    id: int
    """Shown as `A-…`."""
    case_id: int
    plans_digest: str
    """`digest_of_plans` of the case at that moment."""
    at: datetime
    """UTC."""
    approved_by: Actor
    assurance: Assurance
    """Reported where the channel was weaker than policy demands: it is kept and does not count."""
    question: str
    question_digest: str
    note: str
    retracted_at: datetime | None
    retracted_because: str | None

    @property
    def name(self) -> str:
        """What people call it (`A-3`)."""
        return f"A-{self.id}"

    @property
    def counts(self) -> bool:
        """Whether it is a person's word on a channel that is strong enough, and was not taken back."""
        return self.retracted_at is None and self.assurance >= Assurance.CONFIRMED


def known_as(name: str) -> str:
    """A name as it is compared: whoever signs in as Pat@Acme.example is pat@acme.example.

    >>> known_as(" Pat@Acme.example")
    'pat@acme.example'
    """
    return name.strip().casefold()


def standing(approvals: Iterable[Approval], plans_digest: str, involved: Collection[str]) -> Approval | None:
    """The newest approval that counts for exactly these plans; None where none does.

    `involved` are all who asked for the case, own it or said anything about its steps, as `known_as` has them.
    """
    found = [
        one
        for one in approvals
        if one.counts and one.plans_digest == plans_digest and known_as(one.approved_by.name) not in involved
    ]
    return found[-1] if found else None
