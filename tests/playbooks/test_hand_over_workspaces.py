"""Shared workspaces pass on from inside, while the person can invite: stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import SUCCESSOR, keys, notices, step
from tests.playbooks.staying import blockers, check_everywhere, read_aloud
from tests.playbooks.taking_over import ROSTERS, SUCCESSORS, TAKER, TAKING_OVER, handed_over, taken_over

OPERATION = "hand-over-workspaces"
FROM_INSIDE = ["list-workspaces", "invite-successor", "see-successor-inside", "leave-workspaces"]


@pytest.mark.parametrize(
    ("membership", "steps"),
    [
        ("active", FROM_INSIDE),
        ("other", FROM_INSIDE),
        ("not_stated", FROM_INSIDE),
        ("no_roster", FROM_INSIDE),
        ("invited", []),
        ("deactivated", ["take-over-without-the-person"]),
        ("not_listed", ["take-over-without-the-person"]),
        ("deactivated active", FROM_INSIDE),
    ],
)
def test_the_person_invites_then_leaves_and_of_those_who_cannot_only_joinable_workspaces_are_reached(
    membership: str, steps: list[str]
) -> None:
    assert keys(taken_over(OPERATION, membership=membership)) == steps


def test_nobody_leaves_before_the_successor_is_seen_inside() -> None:
    plan = taken_over(OPERATION)
    assert [(one.key, one.after, one.doer.value) for one in plan.steps] == [
        ("list-workspaces", (), "person"),
        ("invite-successor", ("list-workspaces",), "person"),
        ("see-successor-inside", ("invite-successor",), "successor"),
        ("leave-workspaces", ("see-successor-inside",), "person"),
    ]
    assert SUCCESSOR in step(plan, "invite-successor").instruction
    assert "permission Admin" in step(plan, "invite-successor").instruction


def test_no_roster_ever_shows_a_workspace() -> None:
    for membership in ("active", "deactivated"):
        assert all(one.end is None for one in taken_over(OPERATION, membership=membership).steps)


@pytest.mark.parametrize("screens", ["new", "mid", "old", "2017"])
def test_where_workspaces_show_their_people_is_unknown_everywhere(screens: str) -> None:
    plan = taken_over(OPERATION, screens=screens)
    assert {one.key for one in plan.steps if not one.is_place_known} == {
        "list-workspaces",
        "invite-successor",
        "leave-workspaces",
    }


@pytest.mark.parametrize("key", ["invite-successor", "leave-workspaces", "take-over-without-the-person"])
def test_wherever_a_workspace_changes_hands_deletion_is_warned_of(key: str) -> None:
    membership = "deactivated" if key.startswith("take") else "active"
    assert "workspace.delete-is-final" in step(taken_over(OPERATION, membership=membership), key).facts


ALWAYS = {"mail-goes-on", "after-deactivation"}


@pytest.mark.parametrize(
    ("traits", "said"), [line[1:] for line in SUCCESSORS + ROSTERS], ids=[line[0] for line in SUCCESSORS + ROSTERS]
)
def test_what_is_said_about_the_successor_and_the_sources(traits: dict[str, str], said: set[str]) -> None:
    assert notices(taken_over(OPERATION, **traits)) == ALWAYS | said


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({"successor": "invited"}, ALWAYS | {"successor-invited"}),
        ({"membership": "no_roster"}, {"mail-goes-on", "no-members-roster"}),
        ({"membership": "not_listed"}, {"not-listed"}),
        ({"membership": "invited"}, {"only-invited"}),
        ({"membership": "deactivated"}, set[str]()),
        ({"directory": "gone"}, ALWAYS | {"person-may-be-gone"}),
        ({"directory": "gone", "membership": "deactivated"}, set[str]()),
        ({"leave_day": "ahead"}, ALWAYS | {"last-day-ahead"}),
        ({"other_addresses": "yes"}, ALWAYS | {"several-addresses"}),
    ],
)
def test_what_is_said_about_the_person(traits: dict[str, str], said: set[str]) -> None:
    assert notices(taken_over(OPERATION, **traits)) == said


@pytest.mark.parametrize(
    ("traits", "blocker"),
    [
        ({"successor": "deactivated"}, "successor-deactivated"),
        ({"successor_is_the_person": "yes"}, "successor-is-the-person"),
        ({"roster": "disputed"}, "disputed-roster"),
        ({"personal": "ambiguous"}, "ambiguous-address"),
    ],
)
def test_what_no_case_is_opened_on(traits: dict[str, str], blocker: str) -> None:
    assert blockers(taken_over(OPERATION, **traits)) == {blocker}
    assert not blockers(taken_over(OPERATION))


def test_the_successor_has_to_be_named() -> None:
    assert shipped("axure", OPERATION).options == {"successor": True}


def test_on_every_server_every_step_is_whole() -> None:
    given = {trait: [answer] for trait, answer in TAKER.items()}
    count = check_everywhere(OPERATION, TAKING_OVER, **given, membership=TRAITS["membership"] - {"invited"})
    assert count == 80 * 6


@pytest.mark.parametrize(
    ("name", "title", "traits"),
    [
        ("stays", "Somebody changes the team", {}),
        (
            "gone-successor-not-listed",
            "Deactivated before anything was handed over, successor not listed",
            {"membership": "deactivated", "directory": "gone", "successor": "not_listed", "screens": "2017"},
        ),
    ],
)
def test_the_plan_as_a_person_reads_it(
    name: str, title: str, traits: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    golden(f"playbooks/axure.{OPERATION}/{name}.md", read_aloud(OPERATION, title, handed_over(**traits)))
