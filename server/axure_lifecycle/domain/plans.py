"""A plan is a value: what would have to be done, by whom, in which order, and why.

Making a plan writes nothing. Its digest covers what the plan leans on: the holdings, the playbook and fact versions,
the options and the steps. It never covers an age or a clock, so the same situation has the same digest tomorrow, and
a case is opened only for the plan that was shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.trail import canonical


class Doer(StrEnum):
    """Who does a step."""

    ADMIN = "admin"
    TECHNICAL_ADMIN = "technical_admin"
    SUPER_ADMIN = "super_admin"
    LICENCE_OWNER = "licence_owner"
    LICENCE_MANAGER = "licence_manager"
    IDP_ADMIN = "idp_admin"
    SERVER_ADMIN = "server_admin"
    PERSON = "person"
    SUCCESSOR = "successor"
    """Whoever takes over; the plan's text names them."""


@dataclass(frozen=True, slots=True)
class EndState:
    """What a roster shows once a step has been done."""

    holding: HoldingKind
    becomes: str
    """`deactivated`, `active`, `lacks_role`, … for a membership; `not_owner`, `not_assigned`, … for seats;
    `not_active` for a directory account: see `ENDS` in `vocabulary.py`."""
    systems: tuple[str, ...]
    """The systems whose sources can show it, as `str(System)`: another server's roster says nothing about this one."""
    addresses: tuple[str, ...]
    """Every address under which the person may stand in that source, as known when the plan was made."""
    records: tuple[str, ...] = ()
    """The subscriptions that are meant, or the role; empty where a person holds one record only."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing for one person to do."""

    key: str
    """The playbook's own name for the step, stable within a plan (`release-seat`)."""
    title: str
    doer: Doer
    place: str
    """Where on *this* organisation's screens, as `A › B › C`; or that the path is unknown, and what to look for."""
    is_place_known: bool
    instruction: str
    evidence: str
    """What to capture, so that somebody else can believe it."""
    question: str
    """What the person is asked to confirm; holds nothing that changes with the clock."""
    facts: tuple[str, ...]
    after: tuple[str, ...] = ()
    """Keys of the steps that come first."""
    end: EndState | None = None
    """What a later roster shows; None for what no roster can ever show."""
    notes: tuple[str, ...] = ()
    """What people of this organisation found out about it, each with who said so."""


class NoticeKind(StrEnum):
    """What a guard says about a plan."""

    BLOCKER = "blocker"
    """No case is opened while this stands."""
    WARNING = "warning"
    UNKNOWN = "unknown"
    """Something nobody found out about Axure; the admin's own screen decides."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a guard of the playbook found."""

    key: str
    kind: NoticeKind
    sentence: str
    facts: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What people of this organisation found out about it, each with who said so."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would have to be done for one person."""

    operation: str
    application: str
    subject: str
    """The normal address of the person."""
    playbook: str
    """Id and version, `axure.offboard/1`."""
    facts_version: str
    options: Mapping[str, str]
    holdings: tuple[Mapping[str, str], ...]
    """What the plan leans on, as stated by the sources in force; values only, no ages."""
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...]

    @property
    def blockers(self) -> tuple[Notice, ...]:
        """The notices that keep a case from being opened."""
        return tuple(notice for notice in self.notices if notice.kind is NoticeKind.BLOCKER)

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that a step or a notice cites, sorted."""
        return tuple(
            sorted({fact for step in self.steps for fact in step.facts} | {f for n in self.notices for f in n.facts})
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.steps

    @property
    def digest(self) -> str:
        """SHA-256 over everything above but the notices, lower-case hexadecimal; the order of holdings is no matter.

        A notice follows from the holdings, the playbook and, for an announced last day, the calendar: it is found anew
        whenever the plan is made, and a blocker refuses the case by itself.
        """
        covered = {
            "operation": self.operation,
            "application": self.application,
            "subject": self.subject,
            "playbook": self.playbook,
            "facts_version": self.facts_version,
            "options": dict(self.options),
            "holdings": sorted(canonical(holding) for holding in self.holdings),
            "steps": [asdict(step) for step in self.steps],
        }
        return sha256(_PREFIX + canonical(covered).encode()).hexdigest()


def fit_beside(plan: Plan, standing: Sequence[Step]) -> Plan:
    """The plan as it joins a case: without the steps that stand there already, and with keys that none of them has."""
    taken = {step.key: step for step in standing}
    keys = {
        step.key: step.key
        if step.key not in taken or _is_same(step, taken[step.key])
        else f"{plan.operation}-{step.key}"
        for step in plan.steps
    }
    return replace(
        plan,
        steps=tuple(
            replace(step, key=keys[step.key], after=tuple(keys[key] for key in step.after))
            for step in plan.steps
            if keys[step.key] not in taken
        ),
    )


def _is_same(one: Step, other: Step) -> bool:
    return replace(one, after=()) == replace(other, after=())


_PREFIX: Final = b"axure-lifecycle/plan/v1\n"


def _is_mistyped(given: str, found: str) -> bool:
    """Whether what was given is the digest but for a slip: two plans never have digests so much alike."""
    return given != found[: len(given)] and sum(one != other for one, other in zip(given, found, strict=False)) <= 2


class PlanDrifted(LifecycleError):
    """The situation changed between the plan and the case."""

    code = "plan_drifted"

    def __init__(self, subject: str, expected: str, found: str) -> None:
        self.subject, self.expected, self.found = subject, expected, found
        if _is_mistyped(expected, found):
            super().__init__(
                f"No case was opened for {subject}: the digest {expected[:12]} is that of the plan but for a digit or "
                f"two, so it was probably mistyped; the plan still has {found[:12]}. Copy it from the plan again."
            )
            return
        super().__init__(
            f"No case was opened for {subject}: the plan now has the digest {found[:12]}, not {expected[:12]}, because "
            "a source, a decision, the playbook, the options or what is known here changed since. Make the plan again, "
            "read what differs, and open the case with the new digest."
        )


class PlanBlocked(LifecycleError):
    """Something must happen before a case can be opened."""

    code = "plan_blocked"

    def __init__(self, subject: str, blockers: tuple[Notice, ...]) -> None:
        self.subject, self.blockers = subject, blockers
        super().__init__(f"No case was opened for {subject}: " + " ".join(blocker.sentence for blocker in blockers))


class NothingToDo(LifecycleError):
    """The plan has no step."""

    code = "nothing_to_do"

    def __init__(self, subject: str, operation: str) -> None:
        self.subject, self.operation = subject, operation
        super().__init__(
            f"No case was opened to {operation} {subject}: by the sources in force nothing is left to do. "
            "Look with check_user at what they say and how old they are."
        )
