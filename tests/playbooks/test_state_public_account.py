"""The shipped statement on a public account: what it asks for, stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, keys, notices, step
from tests.playbooks.staying import GROUPS, blockers, check_everywhere, planned, read_aloud, shown_by, stays

NOBODY: GROUPS = {}
OPERATION = "state-public-account"


def stated(records: GROUPS = NOBODY, /, **traits: str) -> Plan:
    """The plan for somebody who works here, but for what is given."""
    return planned(OPERATION, records, None, **traits)


@pytest.mark.parametrize("membership", ["active", "deactivated", "not_listed", "no_roster"])
def test_the_person_is_asked_states_and_hands_over_whatever_the_rosters_say(membership: str) -> None:
    plan = stated(membership=membership)
    assert {one.key: one.after for one in plan.steps} == {"ask": (), "state": ("ask",), "bring-work-back": ("state",)}
    assert [one.doer.value for one in plan.steps] == ["admin", "person", "person"]


def test_no_roster_ever_shows_it_and_the_statement_stays_a_statement() -> None:
    plan = stated(licence="assigned")
    assert shown_by(plan) == {}
    assert step(plan, "state").evidence == "The person's written statement. It stays a statement: nobody can verify it."


def test_nobody_is_asked_for_a_password_and_the_account_is_the_persons_own() -> None:
    assert "Ask for no password and no sign-in: the account is the person's own." in step(stated(), "ask").instruction


ALWAYS = {"only-the-person", "another-tenant"}

GUARDS: list[tuple[str, GROUPS, dict[str, str], set[str]]] = [
    ("somebody who works here", NOBODY, {}, ALWAYS),
    ("an assigned user", NOBODY, {"licence": "assigned"}, {*ALWAYS, "who-needs-one"}),
    ("an owner without a seat", NOBODY, {"licence": "owner"}, ALWAYS),
    ("gone", {"has_left": (ADDRESS,)}, {}, {*ALWAYS, "has-left"}),
    ("leaving", {"leaving": (ADDRESS,)}, {}, {*ALWAYS, "leaving"}),
    ("several addresses", NOBODY, {"other_addresses": "yes"}, {*ALWAYS, "several-addresses"}),
    ("another case", NOBODY, {"other_case": "yes"}, {*ALWAYS, "another-case"}),
    ("two claimants", NOBODY, {"personal": "ambiguous"}, {"ambiguous-address"}),
    ("a shared account", NOBODY, {"personal": "no"}, {"non-personal-account"}),
]


@pytest.mark.parametrize(("records", "traits", "said"), [line[1:] for line in GUARDS], ids=[line[0] for line in GUARDS])
def test_what_is_said(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(stated(records, **traits)) == said


@pytest.mark.parametrize("personal", ["ambiguous", "no"])
def test_where_nobody_can_speak_there_is_no_step_and_no_case(personal: str) -> None:
    plan = stated(personal=personal)
    assert keys(plan) == []
    assert blockers(plan) == notices(plan)
    assert len(plan.blockers) == 1


def test_it_stands_beside_an_offboarding() -> None:
    assert shipped("axure", OPERATION).contradicts == frozenset()


def test_on_every_server_every_step_is_whole() -> None:
    count = check_everywhere(
        OPERATION,
        {"leaving": (ADDRESS,)},
        membership=["active", "deactivated", "not_listed", "no_roster"],
        personal=["yes", "no", "ambiguous"],
    )
    assert count == 80 * 4


def test_the_plan_as_a_person_reads_it(golden: Callable[[str, str], None]) -> None:
    title = "An assigned user who leaves soon, on-premises, screens of 2017"
    some = stays({"leaving": (ADDRESS,)}, deployment="on_premises", screens="2017", licence="assigned")
    golden("playbooks/axure.state-public-account/leaving-with-a-seat.md", read_aloud(OPERATION, title, some))
