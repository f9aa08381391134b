"""Writing down that somebody was deactivated, with or without a case that planned it."""

from typing import Annotated, Final

from pydantic import Field

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.steps import Outcome
from axure_lifecycle.ports import CaseRecord, StepRecord, View
from axure_lifecycle_tools.arguments import Person, RequestKey, address_of
from axure_lifecycle_tools.demanding import demanded_of
from axure_lifecycle_tools.going_on import ends_account
from axure_lifecycle_tools.opening import open_planned
from axure_lifecycle_tools.planning import OFFBOARD, make_plan
from axure_lifecycle_tools.repeating import Call
from axure_lifecycle_tools.showing import CaseReply
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.spec import Answer, Answered, Declined, Desk, Place, Question, QuestionDrifted, Toolset, Verb
from axure_lifecycle_tools.steps import is_said, record_answer, who_says


class NoMembershipStep(LifecycleError):
    """Nothing is known that could have been deactivated."""

    code = "no_membership_step"

    def __init__(self, subject: str, case: str | None) -> None:
        where = f"{case} has no step for it" if case else "the members roster in force shows no active membership"
        super().__init__(
            f"No deactivation of {subject} was recorded: {where}. Look with check_user, and bring a fresh members "
            "page if it is out of date."
        )


def _membership_step(case: CaseRecord) -> StepRecord:
    for step in case.steps:
        if ends_account(step):
            return step
    raise NoMembershipStep(case.subject, case.name)


def _standing_case(view: View, desk: Desk, address: Address) -> CaseRecord | None:
    found = view.person(address, desk.now, desk.policy.non_personal)
    for known in found.addresses:
        case = view.case_on(known, OFFBOARD)
        if case is not None:
            return case
    return None


def _deactivation_question(view: View, desk: Desk, address: Address) -> Question:
    """The same words whether a case stands or is opened by the answer: nobody knows its number yet."""
    case = _standing_case(view, desk, address)
    if case is not None:
        step = _membership_step(case)
        return Question(f"{step.step.question} Say yes only for what you did or saw yourself.")
    plan = make_plan(view, desk, OFFBOARD, Asked((address,))).plan
    for planned in plan.steps:
        if planned.end is not None and (planned.end.holding, planned.end.becomes) == (
            HoldingKind.MEMBERSHIP,
            "deactivated",
        ):
            return Question(f"{planned.question} Say yes only for what you did or saw yourself.")
    raise NoMembershipStep(plan.subject, None)


def ask_about_deactivation(
    desk: Desk, *, person: str, note: str = "", request_key: str | None = None
) -> Question | None:
    """Whether the membership was deactivated; None where that was answered before."""
    address = address_of(person)
    with desk.store.reading() as view:
        if _deactivation_call(request_key, address, note).first_answer(view) is not None:
            return None
        case = _standing_case(view, desk, address)
        if case is not None and is_said(_membership_step(case), Outcome.DONE):
            return None
        return _deactivation_question(view, desk, address)


def place_of_deactivation(desk: Desk, *, person: str, note: str = "", request_key: str | None = None) -> Place | None:
    """Where the console asks about it; None where no case stands."""
    del note, request_key
    with desk.store.reading() as view:
        case = _standing_case(view, desk, address_of(person))
        if case is None:
            return None
        step = _membership_step(case)
    return Place(case.name, step.step.key, Outcome.DONE.value, demanded_of(desk, case, step))


def _deactivation_call(key: str | None, address: Address, note: str) -> Call:
    return Call("record_deactivation", key, {"person": address, "note": note})


def record_deactivation(
    desk: Desk,
    *,
    person: Person,
    note: Annotated[str, Field(description="What the trail should keep.", max_length=1000)] = "",
    request_key: RequestKey = None,
    answer: Answer,
) -> CaseReply:
    """Write down that a membership was deactivated; opens the case for what is still missing where none stands.

    Steps that should have come first stay to do: what was done out of order is done, and the case says what is left.
    """
    address = address_of(person)
    call = _deactivation_call(request_key, address, note)
    with desk.store.writing(who_says(desk, answer)) as change:
        if (kept := call.first_answer(change)) is not None:
            return CaseReply.as_kept(kept)
        case = _standing_case(change, desk, address)
        asked = (
            None
            if case and is_said(_membership_step(case), Outcome.DONE)
            else _deactivation_question(change, desk, address)
        )
        if asked is not None and isinstance(answer, Answered) and answer.question.digest != asked.digest:
            raise QuestionDrifted(address)
        said: list[str] = []
        if case is None:
            if isinstance(answer, Declined) or (isinstance(answer, Answered) and not answer.yes):
                raise NotDeactivated(address)
            case, plan = open_planned(
                change,
                desk,
                OFFBOARD,
                Asked((address,)),
                None,
                owner=desk.actor.name,
                reason="begun by record_deactivation",
                # What a person says was done is written down, whatever should have come first.
                despite_blockers=isinstance(answer, Answered),
            )
            said.append(f"Opened {case.name} for what is still missing.")
            said += [f"It should not have been: {blocker.sentence}" for blocker in plan.blockers]
        reply = record_answer(change, desk, case, _membership_step(case), Outcome.DONE, note, asked, answer, said)
        call.remember(change, reply.to_keep())
    return reply


class NotDeactivated(LifecycleError):
    """The person did not say yes, and no case stands that could keep the answer."""

    code = "not_deactivated"

    def __init__(self, address: str) -> None:
        super().__init__(
            f"No deactivation of {address} was recorded: the person did not say yes. Nothing was written. "
            "Begin with plan_offboard."
        )


VERBS: Final = (
    Verb(
        name="record_deactivation",
        title="Record a deactivation",
        toolset=Toolset.CASES,
        description=(
            "Records that a person has deactivated somebody's Axure membership by hand; it deactivates nothing itself. "
            "The person is asked. Without a case it opens one for what is still missing, such as the seat."
        ),
        reply=CaseReply,
        run=record_deactivation,
        ask=ask_about_deactivation,
        place=place_of_deactivation,
        reads_only=False,
        repeats_safely=True,
    ),
)
