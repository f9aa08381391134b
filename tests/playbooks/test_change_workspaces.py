"""Other workspaces for somebody who has an account: what it asks for when, stated a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.playbooks import build
from axure_lifecycle.playbooks import shipped
from tests.playbooks.matrix import Circumstances, Server, situation_of
from tests.playbooks.situations import keys, rendered, step
from tests.playbooks.staying import blockers, shown_by


def changed(workspaces: str = "both", membership: str = "active") -> Plan:
    """The plan for a Member on new screens."""
    playbook = shipped("axure", "change-workspaces")
    how = Circumstances(workspaces=workspaces, membership=membership)
    return build(playbook, situation_of(playbook, Server(), how), "7")


def test_each_workspace_is_named_in_the_step_and_in_its_question() -> None:
    plan = changed()
    for key, names in (("invite-to-workspaces", "“Checkout”, “Sales, EMEA”"), ("take-out-of-workspaces", "“Search”")):
        assert names in step(plan, key).instruction
        assert names in step(plan, key).question


def test_no_roster_ever_shows_a_workspace() -> None:
    assert shown_by(changed()) == {}


def test_without_a_named_workspace_nothing_can_be_opened() -> None:
    assert blockers(changed(workspaces="none")) == {"nothing-named"}
    assert blockers(changed(workspaces="leave")) == set()


@pytest.mark.parametrize(
    ("membership", "stops"),
    [("deactivated", "account-is-off"), ("not_listed", "not-listed"), ("no_roster", "no-members-roster")],
)
def test_whoever_has_no_account_that_is_on_is_invited_to_nothing(membership: str, stops: str) -> None:
    plan = changed(membership=membership)
    assert (keys(plan), blockers(plan)) == ([], {stops})


def test_the_plan_as_a_person_reads_it(golden: Callable[[str, str], None]) -> None:
    golden("playbooks/axure.change-workspaces/into-two-out-of-one.md", rendered("Ana changes teams", changed()))
