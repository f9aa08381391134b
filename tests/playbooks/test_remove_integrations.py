"""The shipped removal of integrations: what it asks for, stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, keys, notices, step
from tests.playbooks.staying import GROUPS, blockers, check_everywhere, planned, read_aloud, shown_by, stays

NOBODY: GROUPS = {}
LEAVING: GROUPS = {"leaving": (ADDRESS,)}
OPERATION = "remove-integrations"


def removed(records: GROUPS = LEAVING, /, **traits: str) -> Plan:
    """The plan for somebody who leaves soon, but for what is given."""
    return planned(OPERATION, records, None, **{"leave_day": "ahead", **traits})


@pytest.mark.parametrize("personal", ["yes", "no"])
@pytest.mark.parametrize("membership", ["active", "deactivated", "not_listed", "no_roster"])
def test_they_are_listed_set_up_again_removed_and_closed_at_the_other_end(membership: str, personal: str) -> None:
    assert {one.key: one.after for one in removed(membership=membership, personal=personal).steps} == {
        "list-integrations": (),
        "set-up-again": ("list-integrations",),
        "remove-in-axure": ("set-up-again",),
        "close-the-other-end": ("remove-in-axure",),
    }


@pytest.mark.parametrize("screens", ["new", "mid", "old", "2017"])
def test_where_is_unknown_on_every_generation_of_screens_and_asked(screens: str) -> None:
    plan = removed(screens=screens)
    assert not [one.key for one in plan.steps if one.is_place_known]
    listed = step(plan, "list-integrations")
    assert "which entry shows its Slack and Teams integrations" in listed.place
    assert "record_fact (integrations.where)" in listed.instruction
    assert {"integrations.where", "integrations.whose"} <= set(listed.facts)


def test_no_roster_shows_it() -> None:
    assert shown_by(removed()) == {}


ALWAYS = {"where-is-unknown", "they-stay", "nothing-shows-it"}

GUARDS: list[tuple[str, GROUPS, dict[str, str], set[str]]] = [
    ("leaving", LEAVING, {}, {*ALWAYS, "leaving"}),
    ("gone", {"has_left": (ADDRESS,)}, {"directory": "deprovisioned", "leave_day": "none"}, ALWAYS),
    ("works here", NOBODY, {"leave_day": "none"}, {*ALWAYS, "works-here"}),
    ("off", NOBODY, {"membership": "deactivated"}, {*ALWAYS, "account-is-off"}),
    ("not listed", NOBODY, {"membership": "not_listed"}, {*ALWAYS, "not-listed"}),
    ("no roster", NOBODY, {"membership": "no_roster"}, ALWAYS),
    ("a shared account", NOBODY, {"personal": "no"}, ALWAYS),
    ("two claimants", NOBODY, {"personal": "ambiguous"}, {"ambiguous-address"}),
    ("another case", NOBODY, {"other_case": "yes"}, {*ALWAYS, "another-case"}),
]


@pytest.mark.parametrize(("records", "traits", "said"), [line[1:] for line in GUARDS], ids=[line[0] for line in GUARDS])
def test_what_is_said(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(removed(records, **traits)) == said
    if "personal" not in traits:
        assert notices(removed(records, **traits, personal="no")) == said


def test_an_address_of_several_people_has_no_step_and_no_case() -> None:
    plan = removed(NOBODY, personal="ambiguous")
    assert (keys(plan), blockers(plan)) == ([], {"ambiguous-address"})
    assert [guard.key for guard in shipped("axure", OPERATION).guards if guard.kind == "blocker"] == [
        "ambiguous-address"
    ]


def test_it_stands_beside_an_offboarding() -> None:
    assert shipped("axure", OPERATION).contradicts == frozenset()


def test_on_every_server_every_step_is_whole() -> None:
    memberships = ["active", "deactivated", "not_listed", "no_roster"]
    assert check_everywhere(OPERATION, LEAVING, membership=memberships, personal=["yes", "no", "ambiguous"]) == 80 * 8


def test_the_plan_as_a_person_reads_it(golden: Callable[[str, str], None]) -> None:
    title = "Somebody whose account is off, private instance, middle screens"
    some = stays({}, membership="deactivated", screens="mid", directory="deprovisioned")
    golden("playbooks/axure.remove-integrations/account-is-off.md", read_aloud(OPERATION, title, some))
