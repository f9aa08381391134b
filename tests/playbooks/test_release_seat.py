"""A seat is released, and somebody decides what becomes of it: stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, keys, notices, step
from tests.playbooks.staying import GROUPS, blockers, check_everywhere, read_aloud, shown_by, stays
from tests.playbooks.staying import planned as planned_for
from tests.playbooks.taking_over import ROSTERS

OPERATION = "release-seat"
SEATS: GROUPS = {"assigned": ("SUB-6", "SUB-7")}


def planned(records: GROUPS | None = None, /, **traits: str) -> Plan:
    return planned_for(OPERATION, SEATS if records is None else records, None, **{"licence": "assigned", **traits})


@pytest.mark.parametrize(
    ("records", "licence", "steps"),
    [
        (SEATS, "assigned", ["release", "decide-what-becomes-of-it"]),
        (SEATS, "owner assigned", ["release", "decide-what-becomes-of-it"]),
        (SEATS, "assigned not_stated", ["look-at-seats", "release", "decide-what-becomes-of-it"]),
        ({}, "not_stated", ["look-at-seats"]),
        ({}, "no_roster", ["look-at-seats"]),
        ({}, "none", []),
        ({}, "owner manager", []),
    ],
)
def test_what_is_done_about_which_licences(records: GROUPS, licence: str, steps: list[str]) -> None:
    assert keys(planned(records, licence=licence)) == steps


def test_the_release_is_shown_by_the_next_licence_list_and_the_decision_never() -> None:
    plan = planned(licence="assigned not_stated")
    assert shown_by(plan) == {"release": ("seat not_assigned", (ADDRESS,), ("SUB-6", "SUB-7"))}
    assert step(plan, "decide-what-becomes-of-it").after == ("release",)
    assert [one.doer.value for one in plan.steps] == ["licence_manager", "licence_manager", "licence_owner"]


def test_unassigning_is_never_taken_for_cancelling() -> None:
    facts = {"seat.unassigning-is-not-cancelling", "seat.renews", "seat.unassigned-costs"}
    plan = planned()
    assert facts <= set(step(plan, "decide-what-becomes-of-it").facts)
    assert {notice.key for notice in plan.notices if facts <= set(notice.facts)} == {"goes-on-costing"}


ALWAYS = {"goes-on-costing", "publishing-ends"}


@pytest.mark.parametrize(("traits", "said"), [line[1:] for line in ROSTERS], ids=[line[0] for line in ROSTERS])
def test_what_is_said_about_the_sources(traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(**traits)) == ALWAYS | said


@pytest.mark.parametrize(
    ("records", "traits", "said"),
    [
        (SEATS, {}, ALWAYS),
        (SEATS, {"licence": "manager assigned"}, ALWAYS | {"other-licence-roles"}),
        (SEATS, {"membership": "deactivated"}, {"goes-on-costing"}),
        (SEATS, {"membership": "not_listed"}, {"goes-on-costing"}),
        (SEATS, {"directory": "gone"}, ALWAYS | {"leaves-anyway"}),
        (SEATS, {"directory": "gone", "membership": "deactivated"}, {"goes-on-costing"}),
        (SEATS, {"deployment": "on_premises"}, ALWAYS | {"seat-in-product"}),
        (SEATS, {"other_addresses": "yes"}, ALWAYS | {"several-addresses"}),
        ({}, {"licence": "none"}, {"nothing-assigned"}),
        ({}, {"licence": "owner"}, {"nothing-assigned"}),
        ({}, {"licence": "no_roster"}, {"seats-unknown"}),
        ({}, {"licence": "not_stated"}, {"seats-not-stated"}),
        ({}, {"licence": "owner not_stated"}, {"seats-not-stated"}),
    ],
)
def test_what_is_said(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(records, **traits)) == said


def test_what_no_case_is_opened_on() -> None:
    assert blockers(planned(personal="ambiguous", roster="disputed")) == {"ambiguous-address", "disputed-roster"}
    assert not blockers(planned({}, licence="no_roster", membership="no_roster"))


def test_it_contradicts_an_assignment() -> None:
    assert shipped("axure", OPERATION).contradicts == {"assign-seat"}


def test_on_every_server_every_step_is_whole() -> None:
    licence = TRAITS["licence"] - {"none"}
    assert check_everywhere(OPERATION, SEATS, licence=licence, membership=TRAITS["membership"]) == 80 * 5 * 7


@pytest.mark.parametrize(
    ("name", "title", "records", "traits"),
    [
        ("two-seats", "Two seats that are no longer needed", SEATS, {}),
        (
            "on-premises-left-long-ago",
            "Left long ago, on-premises, the licence list lacks a column",
            SEATS,
            {"deployment": "on_premises", "membership": "deactivated", "licence": "assigned owner not_stated"},
        ),
        ("no-licence-list", "Before any licence list", {}, {"licence": "no_roster"}),
    ],
)
def test_the_plan_as_a_person_reads_it(
    name: str, title: str, records: GROUPS, traits: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    some = stays(records, **{"licence": "assigned", **traits})
    golden(f"playbooks/axure.{OPERATION}/{name}.md", read_aloud(OPERATION, title, some))
