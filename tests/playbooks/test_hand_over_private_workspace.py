"""What is worth keeping leaves the private workspace while its owner can move it: stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import keys, notices, step
from tests.playbooks.staying import blockers, check_everywhere, planned, read_aloud, stays
from tests.playbooks.taking_over import ROSTERS, SUCCESSORS, TAKER, TAKING_OVER, handed_over, taken_over

OPERATION = "hand-over-private-workspace"
MOVING = ["choose-receiver", "move-projects", "see-what-arrived"]


@pytest.mark.parametrize(
    ("membership", "steps"),
    [
        ("active", MOVING),
        ("other", MOVING),
        ("not_stated", MOVING),
        ("no_roster", MOVING),
        ("invited", []),
        ("deactivated", ["look-into-it-without-the-person"]),
        ("not_listed", ["look-into-it-without-the-person"]),
        ("deactivated active", MOVING),
    ],
)
def test_only_the_person_moves_and_without_them_somebody_looks_whether_anything_can_be_reached(
    membership: str, steps: list[str]
) -> None:
    assert keys(taken_over(OPERATION, membership=membership)) == steps
    assert keys(planned(OPERATION, membership=membership)) == steps


def test_the_receiver_comes_first_and_the_look_at_it_last() -> None:
    plan = taken_over(OPERATION)
    assert [(one.key, one.after, one.doer.value, one.end) for one in plan.steps] == [
        ("choose-receiver", (), "person", None),
        ("move-projects", ("choose-receiver",), "person", None),
        ("see-what-arrived", ("move-projects",), "successor", None),
    ]


@pytest.mark.parametrize("screens", ["new", "mid", "old", "2017"])
def test_where_to_move_is_told_of_no_screens(screens: str) -> None:
    found = step(taken_over(OPERATION, screens=screens), "move-projects")
    assert found.place.startswith("path unknown: in the private workspace, tick a project and ")
    assert "look for Move in a bar at the bottom" in found.place
    assert not found.is_place_known


@pytest.mark.parametrize(
    ("traits", "said"), [line[1:] for line in SUCCESSORS + ROSTERS], ids=[line[0] for line in SUCCESSORS + ROSTERS]
)
def test_what_is_said_about_the_successor_and_the_sources(traits: dict[str, str], said: set[str]) -> None:
    assert notices(taken_over(OPERATION, **traits)) == {"after-deactivation"} | said


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({}, {"after-deactivation"}),
        ({"membership": "no_roster"}, {"no-members-roster"}),
        ({"membership": "not_listed"}, {"not-listed"}),
        ({"membership": "invited"}, {"only-invited"}),
        ({"membership": "deactivated"}, set[str]()),
        ({"directory": "deprovisioned"}, {"after-deactivation", "person-may-be-gone"}),
        ({"leave_day": "ahead"}, {"after-deactivation", "last-day-ahead"}),
    ],
)
def test_what_is_said_without_a_successor(traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(OPERATION, **traits)) == said


def test_what_no_case_is_opened_on() -> None:
    assert blockers(taken_over(OPERATION, successor="deactivated")) == {"successor-deactivated"}
    assert blockers(taken_over(OPERATION, successor_is_the_person="yes")) == {"successor-is-the-person"}
    assert not blockers(planned(OPERATION))


def test_a_successor_may_be_named_and_need_not() -> None:
    assert shipped("axure", OPERATION).options == {"successor": False}


def test_on_every_server_every_step_is_whole() -> None:
    memberships = TRAITS["membership"] - {"invited"}
    given = {trait: [answer] for trait, answer in TAKER.items()}
    assert check_everywhere(OPERATION, TAKING_OVER, **given, membership=memberships) == 80 * 6
    assert check_everywhere(OPERATION, {}, membership=memberships) == 80 * 6


def test_the_plan_with_a_successor_as_a_person_reads_it(golden: Callable[[str, str], None]) -> None:
    some = handed_over(screens="old", deployment="on_premises", sign_in="password", directory="deprovisioned")
    said = read_aloud(OPERATION, "May be gone already, old screens", some)
    golden(f"playbooks/axure.{OPERATION}/old-screens-may-be-gone.md", said)


def test_the_plan_without_a_successor_as_a_person_reads_it(golden: Callable[[str, str], None]) -> None:
    some = stays(None, None, membership="deactivated")
    title = "Deactivated already, nobody named"
    golden(f"playbooks/axure.{OPERATION}/deactivated.md", read_aloud(OPERATION, title, some))
