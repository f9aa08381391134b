"""What is wanted stands beside what somebody decides in a review and what somebody plans, and stops nobody."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.store import SqlStore
from axure_lifecycle_tools.approving import ask_about_approving
from axure_lifecycle_tools.cases import get_case
from axure_lifecycle_tools.claimed_words import claims
from axure_lifecycle_tools.discrepancies import find_discrepancies
from axure_lifecycle_tools.listing import list_users
from axure_lifecycle_tools.opening import open_case
from axure_lifecycle_tools.plan_reply import PlanReply
from axure_lifecycle_tools.planning import (
    plan_offboard,
    plan_onboard,
    plan_operation,
    plan_reactivation,
    plan_role_change,
)
from axure_lifecycle_tools.review_deciding import ask_about_review_decision, record_review_decision
from axure_lifecycle_tools.review_reply import ReviewReply
from axure_lifecycle_tools.reviewing import get_review, open_review
from axure_lifecycle_tools.spec import MOST_BYTES, Answered, Desk
from axure_lifecycle_tools.wanted_beside import wanted_for
from tests.scim.wanting.house import CHECKOUT, Pushed, member, open_pushed
from tests.scim.wanting.test_showing import APPROVALS, small

SIX = ("ana", "bo", "cy", "dee", "eve", "finn")


@pytest.fixture
def wanted(pushed: Pushed) -> Pushed:
    """Ana is wanted off and her offboarding stands, Bo on as an admin, Cy on, Dee was off already and is wanted on."""
    pushed.members(*(member(name, status="Deactivated" if name == "dee" else "Active") for name in SIX))
    for name in SIX[:4]:
        pushed.create(name)
    pushed.create("gus", active=False)
    pushed.create("kim")
    pushed.group(["bo"])
    pushed.settle()
    pushed.change("ana", active=False)
    pushed.settle()
    return pushed


# -- reviews -----------------------------------------------------------------------------------------------------------


def decide(pushed: Pushed, decision: str, *people: str, **more: str) -> tuple[str, ReviewReply]:
    """A person at a terminal decides: what they are asked, and the answer."""
    desk = pushed.desk(Channel.TERMINAL)
    given: dict[str, Any] = {"people": [f"{one}@acme.example" for one in people], "decision": decision, **more}
    question = ask_about_review_decision(desk, reason="HR-9", **given)
    assert question is not None
    answer = Answered(True, "", question, Channel.TERMINAL)
    return question.text, record_review_decision(desk, reason="HR-9", **given, answer=answer)


def test_a_review_shows_of_each_person_what_is_wanted_and_what_is_claimed(wanted: Pushed) -> None:
    review = open_review(wanted.desk(), title="Q4")
    listed = {one.email.partition("@")[0]: one for one in review.listed}
    assert (listed["ana"].wanted, listed["ana"].claimed) == (
        "off by okta since 2026-09-01 06:15 UTC",
        "nothing yet (C-4 offboard)",
    )
    assert listed["bo"].wanted == "on as admin by okta since 2026-09-01 06:00 UTC"
    assert listed["bo"].claimed == "nothing yet (C-1 change role)"
    assert (listed["eve"].wanted, listed["eve"].claimed) == ("", "")
    case = next(one for one in wanted.cases() if one.operation == "offboard")
    wanted.firm.say_done(case)
    told = get_review(small(wanted)).text()
    assert "; wanted off by okta since 2026-09-01 06:15 UTC; claimed: confirmed (C-4 offboard)" in told


def test_whoever_decides_is_told_where_it_goes_against_what_is_wanted_and_decides_all_the_same(wanted: Pushed) -> None:
    open_review(wanted.desk(), title="Q4")
    asked, decided = decide(wanted, "keep", "ana", "eve")
    assert (
        "Wanted off by okta since 2026-09-01 06:15 UTC: this decision goes against it. "
        "Claimed: nothing yet (C-4 offboard)." in asked
    )
    assert asked.count("Wanted") == 1, "nobody pushes Eve"
    assert (decided.kept, decided.said[1]) == (
        2,
        "Mind, this goes against what is wanted by SCIM: okta wants ana@acme.example off.",
    )
    given: Any = {"people": ["bo@acme.example"], "decision": "change_role", "role": "guest", "reason": "HR-9"}
    question = ask_about_review_decision(wanted.desk(), **given)
    assert question is not None
    assert "Wanted on as admin by okta since 2026-09-01 06:00 UTC: this decision goes against it." in question.text
    asked, decided = decide(wanted, "keep", "bo")
    assert "Wanted on as admin by okta since 2026-09-01 06:00 UTC." in asked
    assert not any("against" in one for one in decided.said)
    asked, decided = decide(wanted, "remove", "cy")
    assert "Wanted on by okta since 2026-09-01 06:00 UTC: this decision goes against it." in asked
    assert (decided.removed, wanted.open_for("cy")) == (1, ["offboard"])


def test_a_full_part_of_a_review_in_which_everybody_is_pushed_is_short(pushed: Pushed) -> None:
    names = [f"somebody-with-a-long-name-{number:02}" for number in range(40)]
    pushed.members(*map(member, names))
    for name in names:
        pushed.create(name)
    pushed.group(names, CHECKOUT)
    pushed.settle()
    review = open_review(small(pushed), title="Q4")
    assert review.size() <= MOST_BYTES
    assert review.listed[0].wanted.startswith("on, in “Checkout” by okta since")
    assert review.listed[0].claimed == ""


# -- plans -------------------------------------------------------------------------------------------------------------


def stands(plan: PlanReply) -> list[tuple[str, str, str]]:
    """Whom it is about, what is wanted, and how the plan stands to it."""
    return [(one.person.partition("@")[0], one.wanted, one.plan) for one in plan.wanted]


def test_a_plan_says_what_is_wanted_and_whether_it_is_for_that_or_against_it(wanted: Pushed) -> None:
    desk = small(wanted)
    for_ana, for_cy = plan_offboard(desk, person="ana@acme.example"), plan_offboard(desk, person="cy@acme.example")
    assert stands(for_ana) == [("ana", "off", "for")]
    assert (
        "Wanted: okta wants ana@acme.example off since 2026-09-01 06:15 UTC, by SCIM: this plan is for that."
        in for_ana.text().splitlines()
    )
    assert (stands(for_cy), for_cy.wanted_against) == ([("cy", "on", "against")], 1)
    assert (
        "Mind: okta wants cy@acme.example on since 2026-09-01 06:00 UTC, by SCIM: this plan goes against it."
        in for_cy.text().splitlines()
    )
    assert stands(plan_onboard(desk, people=["gus@acme.example", "kim@acme.example", "zoe@acme.example"])) == [
        ("gus", "off", "against"),
        ("kim", "on", "for"),
    ]
    assert stands(plan_role_change(desk, person="bo@acme.example", role="admin")) == [("bo", "on as admin", "for")]
    assert stands(plan_role_change(desk, person="bo@acme.example", role="guest")) == [("bo", "on as admin", "against")]
    assert stands(plan_role_change(desk, person="ana@acme.example", role="guest")) == [("ana", "off", "against")]
    assert stands(plan_reactivation(desk, person="dee@acme.example")) == [("dee", "on", "for")]


def test_other_operations_say_it_of_whoever_gets_something_and_of_nobody_else(wanted: Pushed) -> None:
    desk = small(wanted)
    wanted.group(["cy"], CHECKOUT)

    def plan(operation: Any, person: str, **more: str) -> list[tuple[str, str, str]]:
        return stands(plan_operation(desk, operation=operation, people=[f"{person}@acme.example"], **more))

    cy = "on, in “Checkout”"
    assert plan("hand-over-workspaces", "bo", successor="ana@acme.example") == [
        ("ana", "off", "against"),
        ("bo", "on as admin", "neither"),
    ]
    assert plan("change-workspaces", "cy", leave_workspaces="Checkout") == [("cy", cy, "against")]
    assert plan("change-workspaces", "cy", workspaces="Checkout; Sales") == [("cy", cy, "for")]
    assert plan("change-address", "cy", new_address="cyd@acme.example") == [("cy", cy, "against")]
    assert plan("assign-seat", "ana") == [("ana", "off", "against")]
    assert plan("release-seat", "cy") == [("cy", cy, "neither")]
    assert stands(plan_onboard(desk, people=["kim@acme.example"], role="guest")) == [("kim", "on", "for")]
    wanted.group(["bo", "kim"])
    assert stands(plan_onboard(desk, people=["kim@acme.example"], role="guest")) == [("kim", "on as admin", "partly")]


def test_a_plan_for_forty_names_five_those_it_goes_against_first_and_counts_the_rest(pushed: Pushed) -> None:
    pushed.members(member("pat"))
    names = [f"p{number:02}" for number in range(40)]
    for name in names:
        pushed.create(name, active=name != "p39")
    plan = plan_onboard(small(pushed), people=[f"{name}@acme.example" for name in names])
    assert [one.person.partition("@")[0] for one in plan.wanted] == ["p39", "p00", "p01", "p02", "p03"]
    assert (plan.wanted_in_all, plan.wanted_against) == (40, 1)
    assert "… and 35 more wishes; in all the plan goes against 1 of 40." in plan.text()
    assert plan.size() <= MOST_BYTES


def test_a_case_that_goes_against_what_is_wanted_is_opened_and_says_so_to_whoever_opens_looks_and_approves(
    wanted: Pushed, tmp_path: Path
) -> None:
    desk = small(wanted)
    plan = plan_offboard(desk, person="cy@acme.example")
    opened = open_case(desk, person=plan.subject, digest=plan.digest, options=plan.options)
    against = "okta wants cy@acme.example on since 2026-09-01 06:00 UTC, by SCIM: not what this case is for."
    assert opened.wanted == [against]
    assert f"Wanted: {against}" in get_case(desk, case=opened.case).text().splitlines()
    with open_pushed(tmp_path / "strict", more=APPROVALS) as strict:
        strict.members(member("dee", status="Deactivated"), member("bo"))
        strict.create("dee", active=False)
        plan = plan_reactivation(small(strict), person="dee@acme.example")
        opened = open_case(small(strict), person=plan.subject, operation=plan.operation, digest=plan.digest)
        as_another = replace(strict.desk(), actor=Actor("quinn@acme.example", Channel.TERMINAL))
        question = ask_about_approving(as_another, case=opened.case)
        assert question is not None
        against = "okta wants dee@acme.example off since 2026-09-01 06:00 UTC, by SCIM: not what this case is for."
        assert against in question.text.splitlines()


def test_somebody_made_anew_is_wanted_on_alone(pushed: Pushed) -> None:
    pushed.members(*map(member, SIX))
    pushed.create("ana")
    pushed.settle()
    pushed.delete("ana")
    pushed.settle()
    assert stands(plan_offboard(small(pushed), person="ana@acme.example")) == [("ana", "deleted", "for")]
    pushed.create("ana")
    assert stands(plan_offboard(small(pushed), person="ana@acme.example")) == [("ana", "on", "against")]
    listed = {one.address: one.wanted for one in list_users(small(pushed)).users}
    assert listed["ana@acme.example"] == "on by okta"


def test_what_is_wanted_is_no_part_of_a_plan_so_that_a_push_lets_no_plan_drift(wanted: Pushed) -> None:
    desk = small(wanted)
    before = plan_offboard(desk, person="cy@acme.example")
    wanted.change("cy", active=False)
    after = plan_offboard(desk, person="cy@acme.example")
    assert (before.digest, stands(before), stands(after)) == (
        after.digest,
        [("cy", "on", "against")],
        [("cy", "off", "for")],
    )


# -- of many at once ---------------------------------------------------------------------------------------------------


def test_lists_ask_no_more_often_for_many_people_than_for_a_few(pushed: Pushed) -> None:
    counts: list[tuple[int, int, int]] = []
    for names in (SIX, [f"p{number:02}" for number in range(25)]):
        pushed.members(*map(member, names))
        for name in names:
            pushed.create(name)
        pushed.settle()
        counts.append(cost(pushed, [Address(f"{name}@acme.example") for name in names]))
    assert counts[0] == counts[1]


def cost(pushed: Pushed, people: Sequence[Address]) -> tuple[int, int, int]:
    """Of two lists, and of what stands beside a review and a plan."""
    desk = small(pushed)
    return (
        statements(pushed, lambda: list_users(desk)),
        statements(pushed, lambda: find_discrepancies(desk, verdict="not_in_directory")),
        statements(pushed, lambda: beside_all(desk, people)),
    )


def beside_all(desk: Desk, people: Sequence[Address]) -> None:
    """What a review and a plan ask of all their people at once."""
    with desk.store.reading() as view:
        assert len(wanted_for(view, desk, people)) == len(people)
        assert claims(view, desk, people) == {}


def statements(pushed: Pushed, run: Callable[[], object]) -> int:
    """How many statements something takes."""
    store = pushed.firm.workshop.store()
    assert isinstance(store, SqlStore)
    heard: list[object] = []

    def hear(*about: object) -> None:
        heard.append(about[2])

    event.listen(store.database.engine, "before_cursor_execute", hear)
    try:
        run()
    finally:
        event.remove(store.database.engine, "before_cursor_execute", hear)
    return len(heard)
