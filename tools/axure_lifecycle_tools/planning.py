"""From what the sources say about a person to a plan."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.facts import Confidence
from axure_lifecycle.domain.holdings import Assurance, HoldingKind
from axure_lifecycle.domain.plans import Notice, NoticeKind, Plan, Step
from axure_lifecycle.domain.playbooks import TRAITS, Situation, build
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.ports import CursorUnknown, MemberRecord, Page, SeatRecord, View
from axure_lifecycle.ports import Person as Found
from axure_lifecycle_tools.arguments import Cursor, Person, address_of, day_of
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
from axure_lifecycle_tools.standing import look_up, sources_of
from axure_lifecycle_tools.wording import cite, plural

OFFBOARD: Final = "offboard"


def make_plan(view: View, desk: Desk, operation: str, address: Address, last_day: date | None) -> tuple[Plan, Found]:
    """The plan of an operation for a person as the store stands. Raises `PlaybookMissing`."""
    found = look_up(view, desk, address, desk.now)
    playbook = desk.knowledge.playbook("axure", operation)
    situation = _situation(view, desk, found, operation, last_day)
    return build(playbook, situation, desk.knowledge.register().version), found


def _situation(view: View, desk: Desk, found: Found, operation: str, last_day: date | None) -> Situation:
    organization = desk.organization
    # A person may have several memberships; one that is off already decides nothing where another is still on.
    members = [one for one in found.members if one.status != "deactivated"] or list(found.members)
    subject = members[0].address if members else found.asked
    addresses = tuple(dict.fromkeys((subject, *found.addresses)))
    names = (*(one.display_name for one in members), *(one.display_name for one in found.directory))
    ends_on = last_day or _leave_day(desk, found)
    roles = sorted({shown(one.role, 40) for one in members if one.role})
    named = {*(one.address for one in found.members), *(one.address for one in found.seats)}
    traits: dict[str, set[str]] = {
        "deployment": {organization.deployment.value},
        "sign_in": {organization.sign_in.value},
        "idp": {organization.idp.value},
        "screens": {organization.screens.value},
        "membership": _membership(view, desk, members),
        "role": {_role(one.role) for one in members} or {"not_stated"},
        "only_one_with_role": {_is_only_one(one, found) for one in _highest(members)} or {"not_stated"},
        "use_sso": {_use_sso(one) for one in members} or {"not_stated"},
        "licence": _licence(view, desk, found),
        "bought_by": {_payment(seat) for seat in found.seats if seat.relation == "owner"},
        "only_manager": {"yes" if _managed_alone(found.seats) else "no"},
        "directory": _directory(view, found),
        "leave_day": {_when(ends_on, desk)},
        "personal": {_personal(found)},
        "decision": {found.decision.kind.value if found.decision else "none"},
        "other_addresses": {"yes" if len(named | {found.asked}) > 1 else "no"},
        "other_case": {_other_case(view, addresses, operation)},
        "roster": _roster(view, desk, found),
    }
    return Situation(
        subject=subject,
        addresses=addresses,
        systems={
            HoldingKind.MEMBERSHIP: (str(organization.cloud_for_business),),
            HoldingKind.SEAT: (str(organization.license_portal),),
            HoldingKind.DIRECTORY_ACCOUNT: tuple(sorted({str(one.system) for one in found.directory})),
        },
        traits={trait: frozenset(answers & TRAITS[trait]) for trait, answers in traits.items()},
        values={
            "address": subject,
            "accounts": ", ".join(one.address for one in members) or subject,
            "licence_addresses": ", ".join(sorted({seat.address for seat in found.seats})) or subject,
            "name": next((shown(name, 80) for name in names if name), subject),
            "host": organization.host,
            "organization": shown(organization.name, 80),
            "role": ", ".join(roles) or "not stated",
            "idp": {"okta": "Okta", "entra": "Entra ID", "google": "Google Workspace"}.get(
                organization.idp.value, "your identity provider"
            ),
            "directory": ", ".join(sorted({one.system.name for one in found.directory})) or "directory",
            "leave_day": ends_on.isoformat() if ends_on else "not announced",
        },
        records=_records(found.seats),
        holdings=_holdings(found),
        options={"last_day": last_day.isoformat()} if last_day else {},
    )


def _roster(view: View, desk: Desk, found: Found) -> set[str]:
    """Whether a person stands for the rosters in force, and whether one that nobody stands for hides something."""
    stands: set[str] = set()
    for system in (desk.organization.cloud_for_business, desk.organization.license_portal):
        newest = view.source_in_force(system)
        if newest is None:
            continue
        if newest.assurance >= Assurance.CONFIRMED:
            stands.add("confirmed")
            continue
        stands.add("reported")
        last = view.source_before(newest)
        if last is not None and last.assurance >= Assurance.CONFIRMED and _hides(view, newest, last, found):
            stands.add("disputed")
    return stands or {"confirmed"}


def _hides(view: View, newest: Source, last: Source, found: Found) -> bool:
    """Whether the newer source leaves out a membership that is on, a role, or a part in a subscription."""

    def held(source: Source) -> set[tuple[str, ...]]:
        on = {
            ("on", one.address, one.role or "")
            for one in view.members_in(source, found.addresses)
            if one.status != "deactivated"
        }
        return on | {(one.relation, one.subscription) for one in view.seats_in(source, found.addresses)}

    return bool(held(last) - held(newest))


def _leave_day(desk: Desk, found: Found) -> date | None:
    leave_at = next((one.leave_at for one in found.directory if one.leave_at), None)
    return leave_at.astimezone(desk.organization.time_zone).date() if leave_at else None


def _when(ends_on: date | None, desk: Desk) -> str:
    if ends_on is None:
        return "none"
    return "ahead" if ends_on > desk.now.astimezone(desk.organization.time_zone).date() else "passed"


def _membership(view: View, desk: Desk, members: Sequence[MemberRecord]) -> set[str]:
    if not members:
        has_roster = view.source_in_force(desk.organization.cloud_for_business) is not None
        return {"not_listed" if has_roster else "no_roster"}
    return {
        "not_stated" if one.status is None else one.status if one.status in TRAITS["membership"] else "other"
        for one in members
    }


def _role(role: str | None) -> str:
    if role is None:
        return "not_stated"
    word = role.strip().lower().replace(" ", "_").replace("-", "_")
    return word if word in TRAITS["role"] else "other"


def _highest(members: Sequence[MemberRecord]) -> Sequence[MemberRecord]:
    """The accounts with the person's highest role: nobody asks whether they are the only plain member."""
    for role in ("super_admin", "technical_admin", "admin"):
        if found := [one for one in members if _role(one.role) == role]:
            return found
    return members


def _is_only_one(member: MemberRecord, found: Found) -> str:
    if member.role is None:
        return "not_stated"
    return "yes" if found.role_counts.get(member.role, 0) <= 1 else "no"


def _use_sso(member: MemberRecord) -> str:
    return "not_stated" if member.use_sso is None else "yes" if member.use_sso else "no"


def _licence(view: View, desk: Desk, found: Found) -> set[str]:
    if view.source_in_force(desk.organization.license_portal) is None:
        return {"no_roster"}
    return {seat.relation for seat in found.seats} or {"none"}


def _payment(seat: SeatRecord) -> str:
    if seat.bought_by is None:
        return "not_stated"
    return seat.bought_by if seat.bought_by in ("card", "purchase_order") else "other"


def _directory(view: View, found: Found) -> set[str]:
    if found.directory:
        return {one.standing.value for one in found.directory}
    if found.gone_from:
        return {"gone"}
    return {"never_known"} if view.directories() else {"no_read"}


def _personal(found: Found) -> str:
    facts = found.facts
    if facts is not None and any(sighting.claimants > 1 for sighting in facts.sightings):
        return "ambiguous"
    if found.decision is not None and found.decision.kind is DecisionKind.NON_PERSONAL:
        return "no"
    is_pattern = facts is not None and facts.matches_non_personal_pattern
    if is_pattern or any(one.kind not in (None, "person") for one in found.directory):
        return "no"
    return "yes"


def _other_case(view: View, addresses: Sequence[str], operation: str) -> str:
    for address in addresses[:5]:
        lines, _, _ = view.cases(Page(10), subject=Address(address), states=(CaseState.OPEN, CaseState.DONE))
        if any(line.operation != operation for line in lines):
            return "yes"
    return "no"


def _managed_alone(seats: Sequence[SeatRecord]) -> tuple[str, ...]:
    return tuple(sorted({seat.subscription for seat in seats if seat.relation == "manager" and seat.managers <= 1}))


def _records(seats: Sequence[SeatRecord]) -> Mapping[str, tuple[str, ...]]:
    """The groups of subscriptions, by the roster's own names: the next roster is compared with them."""

    def held(relation: str, *payments: str) -> tuple[str, ...]:
        mine = (seat for seat in seats if seat.relation == relation)
        return tuple(sorted({seat.subscription for seat in mine if not payments or _payment(seat) in payments}))

    return {
        "owned_by_card": held("owner", "card"),
        "owned_by_purchase_order": held("owner", "purchase_order"),
        "owned_otherwise": held("owner", "other", "not_stated"),
        "managed": held("manager"),
        "managed_alone": _managed_alone(seats),
        "assigned": held("assigned"),
    }


def _holdings(found: Found) -> tuple[Mapping[str, str], ...]:
    members = [
        {
            "holding": "membership",
            "system": str(one.source.system),
            "address": one.address,
            "status": one.status or "not stated",
            "role": one.role or "not stated",
            "use_sso": "not stated" if one.use_sso is None else str(one.use_sso).lower(),
        }
        for one in found.members
    ]
    seats = [
        {
            "holding": "seat",
            "relation": one.relation,
            "subscription": one.subscription,
            "address": one.address,
            "bought_by": one.bought_by or "not stated",
        }
        for one in found.seats
    ]
    accounts = [
        {
            "holding": "directory_account",
            "system": str(one.system),
            "address": one.address,
            "standing": one.standing.value,
            "leave_at": one.leave_at.isoformat() if one.leave_at else "",
        }
        for one in found.directory
    ]
    gone = [{"holding": "directory_account", "system": str(one.system), "standing": "gone"} for one in found.gone_from]
    decided = [{"decision": found.decision.kind.value}] if found.decision else []
    return (*members, *seats, *accounts, *gone, *decided)


# -- the verb ---------------------------------------------------------------------------------------------------------


class PlannedStep(BaseModel):
    """One thing for one person to do."""

    model_config = ConfigDict(extra="forbid")

    key: str
    title: str
    doer: str
    place: str
    place_known: bool
    instruction: str
    evidence: str
    after: list[str]
    how_sure: str = Field(description="The weakest source behind this step: vendor, older, reported or unknown.")
    facts: list[str]

    def lines(self, number: int) -> list[str]:
        """The step for a reader."""
        sure = "" if self.how_sure == Confidence.VENDOR else f" (source: {self.how_sure})"
        return [
            f"{number}. {self.title} [{self.key}] – {self.doer.replace('_', ' ')}, {self.place}{sure}",
            f"   {self.instruction} Evidence: {self.evidence}",
        ]


class PlannedNotice(BaseModel):
    """What a guard found."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(description="blocker, warning or unknown.")
    said: str
    facts: list[str]


class PlanReply(Reply):
    """A plan; nothing was written."""

    subject: str
    operation: str
    digest: str
    steps_in_all: int
    notices_in_all: int
    outline: list[str] = Field(description="Every step in a line; only in the first part.")
    first_step: int
    steps: list[PlannedStep] = Field(description="As many steps in full as fit, from first_step on.")
    notices: list[PlannedNotice] = Field(description="Before the steps, blockers first; as many as fit.")
    sources: list[str]
    playbook: str
    cursor: str | None = Field(description="For the next part: the notices that are left, then the steps.")

    def text(self) -> str:
        """What stands in the way, then the steps."""
        lines = [
            f"Plan to {self.operation} {self.subject}: {plural(self.steps_in_all, 'step')}. Nothing was written. "
            f"Digest {self.digest}."
        ]
        lines += self.outline
        lines += [f"{_SIGNS[notice.kind]} {notice.said}" for notice in self.notices]
        for number, step in enumerate(self.steps, self.first_step):
            lines += ["In full:"] if number == self.first_step else []
            lines += step.lines(number)
        lines += [f"From {source}." for source in self.sources]
        return "\n".join([*lines, self.next])


_SIGNS: Final = {"blocker": "STOP:", "warning": "Mind:", "unknown": "Unknown:"}


def write_step(desk: Desk, step: Step) -> PlannedStep:
    """A step as it goes out."""
    register = desk.knowledge.register()
    return PlannedStep(
        key=step.key,
        title=step.title,
        doer=step.doer.value,
        place=step.place,
        place_known=step.is_place_known,
        instruction=step.instruction,
        evidence=step.evidence,
        after=list(step.after),
        how_sure=weakest([register.fact(fact).confidence for fact in step.facts]).value,
        facts=list(step.facts),
    )


def weakest(confidences: Sequence[Confidence]) -> Confidence:
    """The confidence of the least sure among them."""
    return min(confidences, key=lambda confidence: confidence.strength)


def plan_offboard(
    desk: Desk,
    *,
    person: Person,
    last_day: Annotated[
        str | None,
        Field(description="The last working day, when known, e.g. 2026-11-27.", examples=["2026-11-27"], max_length=10),
    ] = None,
    cursor: Cursor = None,
) -> PlanReply:
    """What offboarding this person takes here. Raises `NotAnAddress`, `NotADay`, `CursorUnknown`."""
    with desk.store.reading() as view:
        plan, found = make_plan(view, desk, OFFBOARD, address_of(person), day_of(last_day))
        sources = [cite(source, desk) for source in sources_of(found)]
    begun = _read_cursor(plan, cursor)
    in_order = sorted(plan.notices, key=lambda notice: _RANK[notice.kind])
    notices = [_write_notice(notice) for notice in in_order[begun:]]
    first_step = max(0, begun - len(plan.notices)) + 1
    steps = [write_step(desk, step) for step in plan.steps[first_step - 1 :]]

    def make(most: int) -> PlanReply:
        has_more = len(notices) + len(steps) > most
        return PlanReply(
            subject=plan.subject,
            operation=plan.operation,
            digest=plan.digest,
            steps_in_all=len(plan.steps),
            notices_in_all=len(plan.notices),
            outline=[
                f"{number}. {step.title} ({step.doer.value.replace('_', ' ')})"
                for number, step in enumerate(plan.steps, 1)
                if not begun
            ],
            first_step=first_step,
            steps=steps[: max(0, most - len(notices))],
            notices=notices[:most],
            sources=[] if begun else sources,
            playbook=plan.playbook,
            cursor=f"{plan.digest[:12]}.{begun + most}" if has_more else None,
            next=_next(plan, has_more=has_more),
        )

    return fit(desk, make, max(1, len(notices) + len(steps)))


_RANK: Final = {kind: rank for rank, kind in enumerate((NoticeKind.BLOCKER, NoticeKind.WARNING, NoticeKind.UNKNOWN))}


def _read_cursor(plan: Plan, cursor: str | None) -> int:
    """How many notices and steps were told before; a cursor belongs to one plan. Raises `CursorUnknown`."""
    if cursor is None:
        return 0
    digest, _, told = cursor.partition(".")
    parts = range(1, len(plan.notices) + len(plan.steps))
    if (
        digest != plan.digest[:12]
        or not told.isascii()
        or not told.isdigit()
        or len(told) > 3
        or int(told) not in parts
    ):
        raise CursorUnknown(cursor)
    return int(told)


def _write_notice(notice: Notice) -> PlannedNotice:
    return PlannedNotice(kind=notice.kind.value, said=notice.sentence, facts=list(notice.facts))


def _next(plan: Plan, *, has_more: bool) -> str:
    more = "More of this plan with the cursor. " if has_more else ""
    if plan.blockers:
        return more + "No case can be opened while a STOP stands."
    if plan.is_empty:
        return more + "Nothing is left to do by the sources in force."
    return more + "When the person agrees: open_case with operation, person, digest and the same last_day."


VERBS: Final = (
    Verb(
        name="plan_offboard",
        title="Plan an offboarding",
        toolset=Toolset.CASES,
        description=(
            "Plans how to offboard one person from Axure here: what must happen first, the steps with the place on "
            "this "
            "server's screens, who does each, which evidence to capture, and how sure each step is. Gives a digest for "
            "open_case. Writes nothing and never touches Axure."
        ),
        reply=PlanReply,
        run=plan_offboard,
        reads_only=True,
        repeats_safely=True,
    ),
)
