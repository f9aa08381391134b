"""Seats, subscriptions, workspaces and the server's sign-in, through the real server: planned, opened, verified."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.playbooks import Playbook
from axure_lifecycle.playbooks import load_playbook
from axure_lifecycle_tools.situations import Asked, situation
from axure_lifecycle_tools.standing import look_up
from tests.conversations.party import ANA, BEN, OPERATOR, SEATS, SUPER, Seat, licence_list, table
from tests.mcp.offices import Bureau
from tests.playbooks.house import GOOD

# -- what a plan knows of free seats, and of whoever takes over -------------------------------------------------------


COUNTS_SEATS = GOOD.replace("leave_day =", "spare_seat =").replace('"ahead"', '"no"')


@pytest.fixture
def counting(tmp_path: Path) -> Playbook:
    """A playbook that asks for free seats."""
    file = tmp_path / "leave.toml"
    file.write_text(COUNTS_SEATS, "utf-8")
    return load_playbook(file)


def traits(
    bureau: Bureau, playbook: Playbook, *people: str, successor: str | None = None
) -> Mapping[str, frozenset[str]]:
    """What the sources answer for these people, and for the successor."""
    desk = bureau.office.terminal()
    asked = Asked(tuple(map(Address, people)), {"successor": successor} if successor else {})
    with desk.store.reading() as view:
        found = [look_up(view, desk, one, desk.now) for one in asked.people]
        other = look_up(view, desk, Address(successor), desk.now) if successor else None
        return situation(view, desk, playbook, asked, found, other).traits


FREE = Seat("HR-3", OPERATOR, OPERATOR, "")
TAKEN = Seat("HR-4", OPERATOR, OPERATOR, BEN)


@pytest.mark.parametrize(
    ("seats", "spare"),
    [
        ([TAKEN], {"no"}),
        ([TAKEN, FREE], {"yes", "too_few"}),
        ([TAKEN, FREE, FREE._replace(subscription="HR-5")], {"yes"}),
    ],
)
def test_free_seats_are_too_few_for_more_people_than_there_are(
    bureau: Bureau, counting: Playbook, seats: list[Seat], spare: set[str]
) -> None:
    bureau.move_in()
    bureau.bring("seats", licence_list(seats), complete=True)
    assert traits(bureau, counting, ANA, SUPER, BEN)["spare_seat"] == spare


def test_a_list_that_does_not_say_who_uses_a_seat_says_of_none_that_it_is_free_or_taken(
    bureau: Bureau, counting: Playbook
) -> None:
    assert traits(bureau, counting, ANA, successor=BEN)["spare_seat"] == {"no_roster"}
    assert traits(bureau, counting, ANA, successor=BEN)["successor_seat"] == {"no_roster"}
    bureau.bring("seats", table(("Subscription", "Owner"), [("HR-1", OPERATOR)]), complete=True)
    assert traits(bureau, counting, ANA, successor=BEN)["spare_seat"] == {"not_stated"}
    assert traits(bureau, counting, ANA, successor=BEN)["successor_seat"] == {"not_stated"}


def test_a_successor_stands_somewhere_too(bureau: Bureau, counting: Playbook) -> None:
    bureau.move_in()
    names = ("successor", "successor_is_the_person", "successor_directory", "successor_seat")

    def stands(successor: str) -> list[set[str]]:
        found = traits(bureau, counting, ANA, successor=successor)
        return [set(found[name]) for name in names]

    assert stands(BEN) == [{"active"}, {"no"}, {"active"}, {"yes"}]
    assert stands(SUPER) == [{"active"}, {"no"}, {"active"}, {"no"}]
    assert stands(ANA) == [{"active"}, {"yes"}, {"deprovisioned"}, {"yes"}]
    assert stands("nobody@heron.example") == [{"not_listed"}, {"no"}, {"never_known"}, {"no"}]
    assert not set(names) & set(traits(bureau, counting, ANA))
    bureau.bring("seats", licence_list(SEATS), complete=False)
    assert stands(SUPER)[3] == {"not_stated"}
