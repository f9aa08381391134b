"""A seat passes from one person to another, and the next list shows both halves: stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, SUCCESSOR, keys, notices, step
from tests.playbooks.staying import GROUPS, blockers, check_everywhere, read_aloud, shown_by
from tests.playbooks.taking_over import ROSTERS, SUCCESSORS, TAKER, TAKING_OVER, handed_over, taken_over

OPERATION = "transfer-seat"
SEAT: GROUPS = {"assigned": ("SUB-6",)}


def planned(records: GROUPS | None = None, /, **traits: str) -> Plan:
    return taken_over(OPERATION, SEAT if records is None else records, **{"licence": "assigned", **traits})


@pytest.mark.parametrize(
    ("records", "licence", "steps"),
    [
        (SEAT, "assigned", ["unassign", "assign-to-successor", "activate"]),
        (SEAT, "assigned not_stated", ["look-at-seats", "unassign", "assign-to-successor", "activate"]),
        ({}, "no_roster", ["look-at-seats", "assign-to-successor", "activate"]),
        ({}, "not_stated", ["look-at-seats", "assign-to-successor", "activate"]),
        ({}, "none", []),
        ({}, "owner manager", []),
    ],
)
def test_what_is_done_about_which_licences(records: GROUPS, licence: str, steps: list[str]) -> None:
    assert keys(planned(records, licence=licence)) == steps


def test_one_loses_it_before_the_other_gets_it_and_a_list_shows_both() -> None:
    plan = planned()
    assert [(one.key, one.after) for one in plan.steps] == [
        ("unassign", ()),
        ("assign-to-successor", ("unassign",)),
        ("activate", ("assign-to-successor",)),
    ]
    assert shown_by(plan) == {
        "unassign": ("seat not_assigned", (ADDRESS,), ("SUB-6",)),
        "assign-to-successor": ("seat assigned", (SUCCESSOR,), ()),
    }


def test_without_a_list_the_successors_half_can_still_be_shown() -> None:
    assert set(shown_by(planned({}, licence="no_roster"))) == {"assign-to-successor"}


def test_a_manager_of_the_subscription_does_both_halves() -> None:
    assert [(one.key, one.doer.value) for one in planned().steps] == [
        ("unassign", "licence_manager"),
        ("assign-to-successor", "licence_manager"),
        ("activate", "successor"),
    ]
    assert "change" in step(planned(), "unassign").instruction


ALWAYS = {"when-it-stops", "publishing-ends"}


@pytest.mark.parametrize(
    ("traits", "said"), [line[1:] for line in SUCCESSORS + ROSTERS], ids=[line[0] for line in SUCCESSORS + ROSTERS]
)
def test_what_is_said_about_the_successor_and_the_sources(traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(**traits)) == ALWAYS | said


@pytest.mark.parametrize(
    ("records", "traits", "said"),
    [
        (SEAT, {"successor_seat": "yes"}, ALWAYS | {"successor-has-seat"}),
        (SEAT, {"licence": "owner assigned"}, ALWAYS | {"other-licence-roles"}),
        (SEAT, {"membership": "deactivated"}, {"when-it-stops"}),
        (SEAT, {"deployment": "on_premises"}, ALWAYS | {"seat-in-product"}),
        (SEAT, {"other_addresses": "yes"}, ALWAYS | {"several-addresses"}),
        ({}, {"licence": "none"}, {"nothing-assigned"}),
        ({}, {"licence": "manager"}, {"nothing-assigned"}),
        ({}, {"licence": "no_roster"}, {"seats-unknown"}),
        ({}, {"licence": "not_stated"}, {"seats-not-stated"}),
    ],
)
def test_what_is_said(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(records, **traits)) == said


def test_what_no_case_is_opened_on() -> None:
    assert blockers(planned(successor_is_the_person="yes")) == {"successor-is-the-person"}
    assert not blockers(planned(successor="deactivated", successor_directory="gone", successor_seat="yes"))


def test_the_successor_has_to_be_named_and_no_assignment_may_be_open_for_the_person() -> None:
    playbook = shipped("axure", OPERATION)
    assert playbook.options == {"successor": True}
    assert playbook.contradicts == {"assign-seat"}


def test_on_every_server_every_step_is_whole() -> None:
    given = {trait: [answer] for trait, answer in TAKER.items()} | {"successor_seat": TRAITS["successor_seat"]}
    licence = ("assigned", "no_roster", "not_stated")
    assert check_everywhere(OPERATION, {**SEAT, **TAKING_OVER}, **given, licence=licence) == 80 * 4 * 3


@pytest.mark.parametrize(
    ("name", "title", "records", "traits"),
    [
        ("one-seat", "One seat passes on", SEAT, {}),
        (
            "successor-has-one",
            "On-premises; the successor has a seat and no account",
            SEAT,
            {"deployment": "on_premises", "successor_seat": "yes", "successor": "not_listed"},
        ),
        ("no-licence-list", "Before any licence list", {}, {"licence": "no_roster", "successor_seat": "no_roster"}),
    ],
)
def test_the_plan_as_a_person_reads_it(
    name: str, title: str, records: GROUPS, traits: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    some = handed_over(records, **{"licence": "assigned", **traits})
    golden(f"playbooks/axure.{OPERATION}/{name}.md", read_aloud(OPERATION, title, some))
