"""Addresses that change, are changed back, and are swapped: a case is about whoever was settled there."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from axure_lifecycle.domain.cases import CaseState
from tests.scim.wanting.house import Pushed, member, open_pushed

LISTED, NEW = ("ana", "bo"), ("uma", "vic", "wim")


def rename(pushed: Pushed, names: dict[str, str]) -> None:
    """Give each of these people another user name; any may be somebody else's until then."""
    for name in names:
        pushed.change(name, user_name=f"{name}-meanwhile@acme.example")
    for name, to in names.items():
        pushed.change(name, user_name=f"{to}@acme.example")


def swap(pushed: Pushed, one: str, other: str) -> None:
    """Two people who have kept their names until now swap them."""
    rename(pushed, {one: other, other: one})


def settle(pushed: Pushed) -> None:
    """Until nothing is left to be done: whoever takes what another leaves comes after them."""
    pushed.settle()
    for _ in range(3):
        pushed.settle(minutes=0)


def begin(pushed: Pushed, *, listed: tuple[str, ...] = LISTED, new: tuple[str, ...] = NEW) -> None:
    """Some who are members, and some who are not, pushed and settled."""
    pushed.members(member("pat"), *map(member, listed))
    for name in (*listed, *new):
        pushed.create(name)
    pushed.settle()


def joins(pushed: Pushed) -> list[str]:
    """Who is to be added by the open onboardings, sorted."""
    return sorted(one.subject.partition("@")[0] for one in pushed.cases() if one.operation == "onboard")


def moves(pushed: Pushed) -> dict[str, str]:
    """Address → new address, by the open cases."""
    cases = [one for one in pushed.cases() if one.operation == "change-address"]
    return {one.subject.partition("@")[0]: one.plan.options["new_address"].partition("@")[0] for one in cases}


def test_an_address_that_is_changed_back_before_anybody_began_ends_its_case(pushed: Pushed) -> None:
    begin(pushed)
    pushed.change("ana", user_name="ana.new@acme.example")
    pushed.settle()
    assert moves(pushed) == {"ana": "ana.new"}
    pushed.change("ana", user_name="ana@acme.example")
    pushed.settle()
    assert (moves(pushed), pushed.waits("ana"), pushed.person("ana").unsettled_since) == ({}, None, None)


def test_an_address_that_is_changed_back_after_somebody_began_waits_for_them(pushed: Pushed) -> None:
    begin(pushed)
    pushed.change("ana", user_name="ana.new@acme.example")
    pushed.settle()
    pushed.begin("ana")
    pushed.change("ana", user_name="ana@acme.example")
    pushed.settle()
    assert (moves(pushed), pushed.waits("ana")) == ({"ana": "ana.new"}, "case_stands")


def test_two_newcomers_who_swap_addresses_are_both_added_under_what_they_have_now(pushed: Pushed) -> None:
    begin(pushed)
    swap(pushed, "uma", "vic")
    settle(pushed)
    assert joins(pushed) == sorted(NEW)


def test_a_member_who_takes_the_address_that_another_member_leaves_waits_and_ends_nobody_elses_case(
    pushed: Pushed,
) -> None:
    begin(pushed)
    pushed.change("bo", user_name="bo.new@acme.example")
    pushed.settle()
    pushed.change("ana", user_name="bo@acme.example")
    settle(pushed)
    assert (moves(pushed), pushed.waits("ana")) == ({"bo": "bo.new"}, "plan_blocked")
    assert pushed.cases(CaseState.CANCELLED) == []


def test_whoever_takes_the_address_that_another_newcomer_leaves_is_added_under_it(pushed: Pushed) -> None:
    begin(pushed)
    rename(pushed, {"uma": "vic", "vic": "wim", "wim": "xia"})
    settle(pushed)
    assert joins(pushed) == ["vic", "wim", "xia"]


@pytest.mark.parametrize("is_said_to_be_done", [False, True])
def test_a_role_that_is_asked_for_again_while_the_address_changes_has_a_case_again(
    pushed: Pushed, is_said_to_be_done: bool
) -> None:
    begin(pushed)
    pushed.change("ana", user_name="ana.new@acme.example")
    pushed.settle()
    if is_said_to_be_done:  # which only a roster can say
        (case,) = pushed.cases()[-1:]
        pushed.firm.say_done(case)
    address = [] if is_said_to_be_done else ["change-address"]
    for names, role in ((["ana"], ["change-role"]), ([], [])) * 2:
        pushed.group(names)
        pushed.settle()
        assert (sorted(pushed.open_for("ana")), pushed.waits("ana")) == ([*address, *role], "under_way")
        before = pushed.kinds()
        pushed.settle()
        assert pushed.kinds() == before  # what waits is tried again without a word


@settings(
    max_examples=2,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture),
)
@given(st.lists(st.permutations(["uma", "vic", "wim", "xia", "yan"]), min_size=1, max_size=3))
def test_however_newcomers_pass_their_addresses_on_each_is_added_once_under_the_last_one(
    tmp_path_factory: pytest.TempPathFactory, names: list[list[str]]
) -> None:
    with open_pushed(tmp_path_factory.mktemp("house")) as pushed:
        begin(pushed)
        for some in names:
            rename(pushed, dict(zip(NEW, some, strict=False)))
            settle(pushed)
            assert joins(pushed) == sorted(some[: len(NEW)])
