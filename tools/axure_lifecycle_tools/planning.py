"""Plans for every operation: what would have to be done here, by whom, in which order. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import Field

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.applications import require_manageable
from axure_lifecycle.domain.approvals import ApprovalReason, reasons_for
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.local import answers_in_force, changes_in_force
from axure_lifecycle.domain.localizing import localize, without_other_screens
from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.playbooks import Playbook, Subject, build, has_part, without_those_left_out
from axure_lifecycle.domain.roles import read_role
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.vocabulary import ROLES
from axure_lifecycle.domain.workspaces import MOST as MOST_WORKSPACES
from axure_lifecycle.domain.workspaces import SEPARATOR, is_name, read_workspaces, write_workspaces
from axure_lifecycle.ports import CaseRecord, View
from axure_lifecycle.ports import Person as Found
from axure_lifecycle_tools.arguments import Cursor, Person, address_of, day_of
from axure_lifecycle_tools.plan_reply import PlanReply, show_plan
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.situations import situation
from axure_lifecycle_tools.spec import Desk, Toolset, Verb
from axure_lifecycle_tools.standing import look_up, sources_of
from axure_lifecycle_tools.wanted_beside import beside_plan
from axure_lifecycle_tools.wording import cite, said_of

OFFBOARD: Final = "offboard"
MOST_PEOPLE: Final = 40
"""In one plan: so many addresses are still read by a person before they are pasted into a form."""


class OptionMissing(LifecycleError):
    """A plan cannot be made without something that was not said."""

    code = "option_missing"

    def __init__(self, operation: str, option: str, known: Sequence[str] = ()) -> None:
        words = f": one of {', '.join(known)}" if known else ""
        super().__init__(
            f"Nothing was planned: to {said_of(operation)}, say the {option.replace('_', ' ')} too{words}."
        )


class OptionUnused(LifecycleError):
    """Something was asked for that this operation knows nothing of."""

    code = "option_unused"

    def __init__(self, operation: str, option: str, known: tuple[str, ...]) -> None:
        takes = f"takes {', '.join(known)} and nothing else" if known else "takes no options"
        super().__init__(
            f"Nothing was planned: “{shown(option, 40)}” means nothing to {said_of(operation)}, which {takes}. "
            "Leave it out."
        )


class OptionUnreadable(LifecycleError):
    """An option says something else than it can mean."""

    code = "option_unreadable"

    def __init__(self, option: str, given: str, known: str) -> None:
        super().__init__(f"Nothing was planned: {option} cannot be “{shown(given, 60)}”. Give {known}.")


class PeopleWrong(LifecycleError):
    """The operation is for one person, for several, or for nobody."""

    code = "people_wrong"

    def __init__(self, operation: str, subject: Subject, given: int) -> None:
        wanted = {
            Subject.PERSON: "is for one person",
            Subject.PEOPLE: f"is for 1 to {MOST_PEOPLE} people",
            Subject.SERVER: "is for the server and for nobody in particular",
        }[subject]
        todo = "Leave the people out." if subject is Subject.SERVER else "Plan again with so many, the rest apart."
        named = {0: "nobody was", 1: "1 was"}.get(given, f"{given} were")
        super().__init__(f"Nothing was planned: to {said_of(operation)} {wanted}, and {named} named. {todo}")


class Planned(NamedTuple):
    """A plan, and what it leans on."""

    plan: Plan
    playbook: Playbook
    people: tuple[Found, ...]
    due_on: str | None
    """The last day, ISO 8601, as it was given or as a directory announces it; for an operation that has one."""
    approval_for: tuple[ApprovalReason, ...]
    """Why policy, as it is now, wants a second person to agree."""


def make_plan(view: View, desk: Desk, operation: str, asked: Asked, application: str | None = None) -> Planned:
    """The plan of an operation as the store stands. Raises `PlaybookMissing`, `OptionMissing`, `PeopleWrong`, …"""
    own = desk.organization.cloud_for_business.application
    where = desk.knowledge.application(application or own)
    require_manageable(where)
    playbook = desk.knowledge.playbook(where.id, operation)
    if where.id != own:
        asked = replace(asked, membership=where.memberships)
    asked = replace(asked, options=options_of(asked.options, where.roles))
    _check(playbook, asked, where.roles)
    people = tuple(look_up(view, desk, address, desk.now) for address in asked.people)
    other = asked.address("successor") or asked.address("new_address")
    taking_over = look_up(view, desk, other, desk.now) if other else None
    stands = situation(view, desk, playbook, asked, people, taking_over)
    version = desk.knowledge.register().version
    built = build(playbook, stands, version)
    taking_part = tuple(found for found in people if has_part(playbook, stands, (found.asked, *found.addresses)))
    if 0 < len(taking_part) < len(people) and not built.blockers:
        asked = replace(asked, people=tuple(found.asked for found in taking_part))
        people, everybody = taking_part, built
        stands = situation(view, desk, playbook, asked, people, taking_over)
        built = without_those_left_out(playbook, everybody, build(playbook, stands, version))
    made = localize(
        without_other_screens(built, desk.organization.screens.value),
        answers_in_force(view.local_facts(desk.now), desk.now),
        changes_in_force(view.screen_changes(), desk.organization.screens.value, desk.now),
        desk.organization.time_zone,
    )
    known = {address for found in people for address in (found.asked, *found.addresses)}
    return Planned(
        made,
        playbook,
        people,
        stands.last_day if "last_day" in playbook.options else None,
        reasons_for(made, known, desk.policy.approvals),
    )


def _check(playbook: Playbook, asked: Asked, roles: Sequence[str]) -> None:
    count = len(asked.people)
    fits = {Subject.PERSON: count == 1, Subject.PEOPLE: 1 <= count <= MOST_PEOPLE, Subject.SERVER: count == 0}
    if not fits[playbook.subject]:
        raise PeopleWrong(playbook.operation, playbook.subject, count)
    for option in asked.options:
        if option not in playbook.options:
            raise OptionUnused(playbook.operation, option, tuple(playbook.options))
    for option, is_needed in playbook.options.items():
        if is_needed and option not in asked.options:
            raise OptionMissing(playbook.operation, option, roles if option == "role" else ())


def options_of(given: Mapping[str, str], roles: Sequence[str]) -> Mapping[str, str]:
    """Options in the one form that a plan keeps, those left out left out; `roles` are the application's own words.

    Raises `OptionUnreadable`, `NotADay`, `NotAnAddress`.
    """
    found: dict[str, str] = {}
    for option, text in given.items():
        match option:
            case "last_day":
                day = day_of(text)
                assert day is not None
                found[option] = day.isoformat()
            case "successor" | "new_address":
                found[option] = address_of(text)
            case "role":
                found[option] = _role(text, roles)
            case "use_sso" | "seat":
                if text not in ("yes", "no"):
                    raise OptionUnreadable(option, text, "yes or no")
                found[option] = text
            case "workspaces" | "leave_workspaces":
                found[option] = _workspaces(option, text)
            case _:
                found[option] = shown(text, 200)
    return found


def _workspaces(option: str, text: str) -> str:
    """Names of workspaces in one form. Raises `OptionUnreadable`."""
    names = read_workspaces(text)
    if 0 < len(names) <= MOST_WORKSPACES and all(map(is_name, names)):
        return write_workspaces(names)
    known = f"1 to {MOST_WORKSPACES} names as they stand in Axure, with {SEPARATOR} between two"
    raise OptionUnreadable(option, text, known)


def _role(text: str, roles: Sequence[str]) -> str:
    """A role as conditions know it, or in the words of an application that has others. Raises `OptionUnreadable`."""
    for known in roles:
        if known.casefold() == " ".join(text.replace("_", " ").split()).casefold():
            role = read_role(known)
            return role if role in ROLES else known
    raise OptionUnreadable("role", text, "one of " + ", ".join(roles) if roles else "none: no role of it is known")


def read_asked(desk: Desk, subject: str, options: Mapping[str, object]) -> Asked:
    """Whom a plan was for, and what was asked for, from the subject and the options that its answer gave back.

    The subject of a plan for the server is its host. Raises `NotAnAddress`.
    """
    rest = dict(options)
    people = str(rest.pop("people", "") or subject).split(",")
    named = () if people == [desk.organization.host] else tuple(dict.fromkeys(map(address_of, people)))
    return Asked(named, {option: str(value) for option, value in rest.items()})


# -- the verbs --------------------------------------------------------------------------------------------------------

People = Annotated[
    list[str],
    Field(
        description=f"E-mail addresses, 1 to {MOST_PEOPLE}, as they shall stand in Axure.",
        examples=[["ana@acme.example", "ben@acme.example"]],
        max_length=MOST_PEOPLE,
    ),
]
RoleName = Annotated[
    str,
    Field(
        description="A system role: guest, member, admin, technical_admin; or another application's own word.",
        examples=["member"],
        max_length=40,
    ),
]
NewcomerRole = Annotated[
    str | None,
    Field(
        description="guest, member (default), admin or technical_admin; another application needs a word of its own.",
        examples=["member"],
        max_length=40,
    ),
]
NEWCOMERS: Final = "member"
"""The role of newcomers for whom none is asked for; of another application nobody knows such a one."""
Workspaces = Annotated[str | None, Field(description="Workspaces to be invited to, ; between two.", max_length=4000)]
Application = Annotated[
    str | None, Field(description="Another application than Axure, e.g. 6sense.", max_length=40, pattern="^[a-z0-9-]+$")
]


def plan(
    desk: Desk,
    operation: str,
    people: tuple[Address, ...],
    options: Mapping[str, object],
    cursor: str | None,
    application: str | None = None,
) -> PlanReply:
    """The reply of every planning verb. Raises the refusals of `make_plan`, and `CursorUnknown`."""
    with desk.store.reading() as view:
        given = {option: _text(value) for option, value in options.items() if value is not None}
        planned = make_plan(view, desk, operation, Asked(people, given), application)
        sources = {source.id: source for found in planned.people for source in sources_of(found)}
        cited = [cite(source, desk) for source in sources.values() if _is_used(source.system, planned, desk)]
        under_way = _under_way(view, planned, operation)
        wanted = beside_plan(view, desk, planned.plan, planned.people)
    return show_plan(desk, planned.plan, cited, cursor, under_way, planned.approval_for, wanted)


def _is_used(system: System, planned: Planned, desk: Desk) -> bool:
    """Whether a plan goes by what a source of this system says: of its own application's, and of directories."""
    own = desk.organization.cloud_for_business.application
    if system.holds is HoldingKind.DIRECTORY_ACCOUNT or planned.plan.application == own:
        return True
    return system.application == planned.plan.application


def _under_way(view: View, planned: Planned, operation: str) -> Sequence[CaseRecord]:
    """The open cases of this operation for any of those whom a plan is for, oldest first."""
    known = [address for found in planned.people for address in found.addresses]
    standing = view.cases_about(known, planned.plan.application) if known else ()
    return sorted((case for case in standing if operation in case.operations), key=lambda case: case.id)


def _text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def plan_offboard(
    desk: Desk,
    *,
    person: Person,
    last_day: Annotated[
        str | None,
        Field(description="The last working day, when known, e.g. 2026-11-27.", examples=["2026-11-27"], max_length=10),
    ] = None,
    application: Application = None,
    cursor: Cursor = None,
) -> PlanReply:
    """What offboarding this person takes here. Raises `NotAnAddress`, `NotADay`, `CursorUnknown`."""
    return plan(desk, OFFBOARD, (address_of(person),), {"last_day": last_day}, cursor, application)


def plan_onboard(
    desk: Desk,
    *,
    people: People,
    role: NewcomerRole = None,
    use_sso: Annotated[bool | None, Field(description="Sign in by SSO; default: as the server is set up.")] = None,
    seat: Annotated[bool, Field(description="True for people who author in Axure RP: they need a seat.")] = False,
    workspaces: Workspaces = None,
    application: Application = None,
    cursor: Cursor = None,
) -> PlanReply:
    """What bringing these people in takes here. Raises `NotAnAddress`, `PeopleWrong`, `CursorUnknown`."""
    is_own = application in (None, desk.organization.cloud_for_business.application)
    given = role or (NEWCOMERS if is_own else None)
    wanted: dict[str, Any] = {"role": given, "use_sso": use_sso, "seat": seat or None, "workspaces": workspaces}
    reply = plan(desk, "onboard", addresses_of(people), wanted, cursor, application)
    if given == role:
        return reply
    return reply.model_copy(update={"next": f"Nobody named a role, so it is for {given}. {reply.next}"})


def plan_role_change(
    desk: Desk, *, person: Person, role: RoleName, application: Application = None, cursor: Cursor = None
) -> PlanReply:
    """What giving this person another system role takes here. Raises `NotAnAddress`, `CursorUnknown`."""
    return plan(desk, "change-role", (address_of(person),), {"role": role}, cursor, application)


def plan_reactivation(
    desk: Desk,
    *,
    person: Person,
    seat: Annotated[bool, Field(description="True when the person shall author in Axure RP again.")] = False,
    cursor: Cursor = None,
) -> PlanReply:
    """What letting this person in again takes here. Raises `NotAnAddress`, `CursorUnknown`."""
    return plan(desk, "reactivate", (address_of(person),), {"seat": seat or None}, cursor)


OperationName = Annotated[
    Literal[
        "hand-over-super-admin",
        "hand-over-workspaces",
        "hand-over-private-workspace",
        "assign-seat",
        "release-seat",
        "transfer-seat",
        "transfer-licences",
        "change-address",
        "change-workspaces",
        "configure-saml",
        "configure-ldap",
        "remove-integrations",
        "state-public-account",
    ],
    Field(description="Which one."),
]


def plan_operation(
    desk: Desk,
    *,
    operation: OperationName,
    people: Annotated[
        list[str],
        Field(
            description="The e-mail address it is for; several for assign-seat; none for configure-….",
            max_length=MOST_PEOPLE,
        ),
    ] = [],  # noqa: B006 - never changed, and a schema shows it
    successor: Annotated[str | None, Field(description="Who takes over, for hand-over-… and transfer-….")] = None,
    new_address: Annotated[str | None, Field(description="The new address, for change-address.")] = None,
    workspaces: Workspaces = None,
    leave_workspaces: Annotated[
        str | None, Field(description="Workspaces to be taken out of.", max_length=4000)
    ] = None,
    cursor: Cursor = None,
) -> PlanReply:
    """What any other operation takes here. Raises `OptionMissing`, `OptionUnused`, `PeopleWrong`, …"""
    wanted = {"successor": successor, "new_address": new_address}
    wanted |= {"workspaces": workspaces, "leave_workspaces": leave_workspaces}
    return plan(desk, operation, addresses_of(people), wanted, cursor)


def addresses_of(people: list[str]) -> tuple[Address, ...]:
    """The addresses of a list, each once, in its order. Raises `NotAnAddress`."""
    return tuple(dict.fromkeys(address_of(person) for person in people))


_PROMISE: Final = "Writes nothing and never touches Axure. Gives a digest for open_case."

VERBS: Final = (
    Verb(
        name="plan_onboard",
        title="Plan an onboarding",
        toolset=Toolset.CASES,
        description=(
            "Plans how to bring one person or a batch into Axure here: SAML first where it is needed, one Add dialog "
            f"for all, role, seats, what each person must do. {_PROMISE}"
        ),
        reply=PlanReply,
        run=plan_onboard,
        reads_only=True,
        repeats_safely=True,
    ),
    Verb(
        name="plan_offboard",
        title="Plan an offboarding",
        toolset=Toolset.CASES,
        description=(
            "Plans how to offboard one person from Axure here: what must happen first, the steps with the place on "
            "this server's screens, who does each, which evidence to capture, and how sure each step is. "
            f"{_PROMISE}"
        ),
        reply=PlanReply,
        run=plan_offboard,
        reads_only=True,
        repeats_safely=True,
    ),
    Verb(
        name="plan_role_change",
        title="Plan a change of role",
        toolset=Toolset.CASES,
        description=(
            "Plans how to give one person another system role. For the Super Admin role use plan_operation with "
            f"hand-over-super-admin: there is only one. {_PROMISE}"
        ),
        reply=PlanReply,
        run=plan_role_change,
        reads_only=True,
        repeats_safely=True,
    ),
    Verb(
        name="plan_reactivation",
        title="Plan a reactivation",
        toolset=Toolset.CASES,
        description=(
            "Plans how to let somebody in again whose account is deactivated. Nobody found out how Axure does that, so "
            f"the plan says what to look for. {_PROMISE}"
        ),
        reply=PlanReply,
        run=plan_reactivation,
        reads_only=True,
        repeats_safely=True,
    ),
    Verb(
        name="plan_operation",
        title="Plan any other operation",
        toolset=Toolset.CASES,
        description=(
            "Plans one of the other operations: handing over the Super Admin role, workspaces or a private workspace; "
            "assigning, releasing or transferring a seat; transferring licence ownership; a change of e-mail address "
            "or of workspaces; configuring SAML or AD/LDAP; removing Slack and Teams integrations; a statement on a "
            "public account. "
            f"{_PROMISE}"
        ),
        reply=PlanReply,
        run=plan_operation,
        reads_only=True,
        repeats_safely=True,
    ),
)
