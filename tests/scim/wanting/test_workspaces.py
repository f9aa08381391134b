"""Groups that mean workspaces: no roster shows who is in one, so each is a case, and what is wanted is shown."""

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle_tools.people import check_user
from axure_lifecycle_tools.spec import Answered
from axure_lifecycle_tools.steps import ask_about_step, record_step
from tests.scim.wanting.house import CHECKOUT, SALES, Pushed, member

OTHERS = (member("bo"), member("cy"), member("dee"))
BOTH = "Checkout; Sales, EMEA"


def wanted(pushed: Pushed) -> list[dict[str, str]]:
    """What the open cases about Ana ask for."""
    cases = [case for case in pushed.cases() if "ana@acme.example" in case.people]
    return [dict(part.plan.options) for case in cases for part in case.parts]


def in_workspaces(pushed: Pushed, *groups: str) -> None:
    """Ana is a member, pushed and settled, in exactly these groups; whatever that opened is done."""
    pushed.members(member("ana"), *OTHERS)
    pushed.create("ana")
    for name in groups:
        pushed.group(["ana"], name)
    pushed.settle()
    finish(pushed)


def finish(pushed: Pushed) -> None:
    """An admin at a terminal says that every step of Ana's open cases is done."""
    desk = pushed.desk(Channel.TERMINAL)
    for case in pushed.cases():
        for step in (one for one in case.steps if one.state is StepState.TO_DO):
            question = ask_about_step(desk, case=case.name, step=step.step.key, outcome="done")
            assert question is not None
            answer = Answered(True, "", question, Channel.TERMINAL)
            record_step(desk, case=case.name, step=step.step.key, outcome="done", answer=answer)


def test_a_create_in_a_group_that_means_workspaces_opens_an_onboarding_with_the_step_for_them(pushed: Pushed) -> None:
    pushed.members(member("pat"))
    pushed.create("ana")
    pushed.group(["ana"], SALES)
    pushed.settle()
    (case,) = pushed.cases()
    assert dict(case.plan.options) == {"role": "member", "workspaces": BOTH}
    step = next(one.step for one in case.steps if one.step.key == "invite-to-workspaces")
    assert "invite ana@acme.example to “Checkout”, “Sales, EMEA”" in step.instruction
    assert "in “Checkout”, “Sales, EMEA”" in case.reason


def test_a_group_that_comes_later_opens_a_case_to_invite_and_leaving_it_ends_that(pushed: Pushed) -> None:
    in_workspaces(pushed)
    pushed.group(["ana"], CHECKOUT)
    pushed.settle()
    (case,) = pushed.cases()
    assert (case.operation, dict(case.plan.options)) == ("change-workspaces", {"workspaces": "Checkout"})
    assert [one.step.key for one in case.steps] == ["invite-to-workspaces"]
    pushed.group([], CHECKOUT)
    pushed.settle()
    assert (pushed.cases(), len(pushed.cases(CaseState.CANCELLED))) == ([], 1)


def test_leaving_a_group_opens_a_case_to_take_somebody_out_and_coming_back_ends_it(pushed: Pushed) -> None:
    in_workspaces(pushed, SALES)
    pushed.group([], SALES)
    pushed.settle()
    assert wanted(pushed) == [{"leave_workspaces": BOTH}]
    assert [one.step.key for one in pushed.cases()[0].steps] == ["take-out-of-workspaces"]
    pushed.group(["ana"], SALES)
    pushed.settle()
    assert pushed.cases() == []


def test_a_workspace_that_another_group_of_theirs_means_too_is_kept(pushed: Pushed) -> None:
    in_workspaces(pushed, SALES, CHECKOUT)
    pushed.group([], SALES)
    pushed.settle()
    assert wanted(pushed) == [{"leave_workspaces": "Sales, EMEA"}]


def test_the_same_push_again_opens_no_second_case_and_neither_does_a_group_that_adds_nothing(pushed: Pushed) -> None:
    in_workspaces(pushed)
    for _ in range(2):
        pushed.group(["ana"], SALES)
        pushed.settle()
    pushed.group(["ana"], CHECKOUT)
    pushed.settle()
    assert wanted(pushed) == [{"workspaces": BOTH}]


def test_once_somebody_began_another_wish_waits_and_goes_on_by_itself(pushed: Pushed) -> None:
    in_workspaces(pushed)
    pushed.group(["ana"], SALES)
    pushed.settle()
    pushed.group(["ana"])  # A role as well: the case has two parts, so that one step can be begun.
    pushed.settle()
    assert pushed.open_for("ana") == ["change-workspaces", "change-role"]
    pushed.begin("ana")
    pushed.group([], SALES)
    pushed.settle()
    assert pushed.waits("ana") == "case_stands"
    finish(pushed)
    pushed.firm.pass_by(hours=1)
    pushed.members(member("ana", role="Admin"), *OTHERS)
    assert wanted(pushed) == [{"leave_workspaces": BOTH}]


def test_a_role_and_workspaces_of_one_moment_are_one_case_and_each_can_be_taken_back_alone(pushed: Pushed) -> None:
    in_workspaces(pushed)
    pushed.group(["ana"])
    pushed.group(["ana"], CHECKOUT)
    pushed.settle()
    assert [case.operations for case in pushed.cases()] == [("change-role", "change-workspaces")]
    pushed.group([], CHECKOUT)
    pushed.settle()
    assert [case.operations for case in pushed.cases()] == [("change-role",)]


def test_whoever_is_off_comes_back_first_and_then_to_their_workspaces(pushed: Pushed) -> None:
    pushed.members(member("ana", status="Deactivated"), *OTHERS)
    pushed.create("ana")
    pushed.group(["ana"], CHECKOUT)
    pushed.settle()
    assert (pushed.open_for("ana"), pushed.waits("ana")) == (["reactivate"], "under_way")
    pushed.firm.pass_by(hours=1)
    pushed.members(member("ana"), *OTHERS)
    assert {"workspaces": "Checkout"} in wanted(pushed)


def test_an_offboarding_that_nobody_began_takes_nobody_out_of_a_workspace_when_it_is_taken_back(pushed: Pushed) -> None:
    in_workspaces(pushed, CHECKOUT)
    pushed.change("ana", active=False)
    pushed.settle()
    assert pushed.open_for("ana") == ["offboard"]
    pushed.change("ana", active=True)
    pushed.settle()
    assert pushed.cases() == []


def test_an_offboarding_in_place_of_an_invitation_that_nobody_began_asks_for_the_invitation_again(
    pushed: Pushed,
) -> None:
    in_workspaces(pushed)
    pushed.group(["ana"], CHECKOUT)
    pushed.settle()
    pushed.change("ana", active=False)
    pushed.settle()
    assert pushed.open_for("ana") == ["offboard"]
    pushed.change("ana", active=True)
    pushed.settle()
    assert wanted(pushed) == [{"workspaces": "Checkout"}]


def test_check_user_says_which_workspaces_are_wanted_and_that_no_roster_shows_them(pushed: Pushed) -> None:
    in_workspaces(pushed, SALES)
    (line,) = check_user(pushed.desk(Channel.ASSISTANT), person="ana@acme.example").wanted
    assert line.workspaces == ["Checkout", "Sales, EMEA"]
    assert "on in “Checkout”, “Sales, EMEA” (no roster shows workspaces) since" in line.line()
