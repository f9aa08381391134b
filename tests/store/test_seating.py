"""Seats beside members and directories."""

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.sources import Moments
from axure_lifecycle.domain.verdicts import DecisionKind, Facts, Sighting
from axure_lifecycle.ports import SeatLine
from tests.store.desk import MEMBERS, OKTA, PAT, SEAT_COLUMNS, SEATS, STAFF, Desk, member, person, seat

ANA, A, BEN, CEM, SHARED, PRIVATE = (
    Address(address)
    for address in (
        "ana@acme.example",
        "a.lane@acme.example",
        "ben@acme.example",
        "cem@acme.example",
        "studio@acme.example",
        "ana@home.example",
    )
)


def lines(desk: Desk) -> list[SeatLine]:
    """Every relation of every subscription as of now."""
    with desk.store.reading() as view:
        return list(view.seat_lines(SEATS, MEMBERS, desk.clock.now(), ["studio@*"]))


def belongs(desk: Desk, address: Address, to: Address) -> None:
    """Write down whose address this is."""
    with desk.store.writing(PAT) as change:
        change.decide(
            address,
            DecisionKind.BELONGS_TO,
            belongs_to=to,
            reason="she said so",
            until=None,
            assurance=Assurance.CONFIRMED,
        )


def memberships(desk: Desk) -> dict[str, tuple[bool, bool]]:
    """Subscription → whether its only holder is a member, and an off one."""
    return {line.subscription: (line.is_member, line.facts.is_off) for line in lines(desk) if line.facts is not None}


def test_a_subscription_stands_once_for_each_relation(desk: Desk) -> None:
    desk.bring(SEATS, [seat("S-2", owner=ANA, managers=[BEN, ANA], assigned=CEM), seat("S-1", line=3)])
    assert [(line.subscription, line.relation, line.address) for line in lines(desk)] == [
        ("S-1", "unassigned", None),
        ("S-2", "assigned", CEM),
        ("S-2", "manager", ANA),
        ("S-2", "manager", BEN),
        ("S-2", "owner", ANA),
    ]
    assert {line.edition for line in lines(desk)} == {"rp_team"}


def test_a_subscription_with_an_owner_alone_is_unassigned_as_well(desk: Desk) -> None:
    desk.bring(SEATS, [seat("S-1", owner=ANA), seat("S-2", assigned=BEN, line=3)])
    assert [(line.subscription, line.relation) for line in lines(desk)] == [
        ("S-1", "owner"),
        ("S-1", "unassigned"),
        ("S-2", "assigned"),
    ]


def test_a_roster_that_does_not_state_who_is_assigned_calls_nothing_unassigned(desk: Desk) -> None:
    columns = tuple(name for name in SEAT_COLUMNS if name != "assigned")
    preview = desk.stage(SEATS, [seat("S-1", owner=ANA), seat("S-2", line=3)], columns=columns)
    with desk.store.writing(PAT) as change:
        now = desk.clock.now()
        change.import_snapshot(
            preview.snapshot, Moments(now, False, now), is_complete=None, label="", assurance=Assurance.CONFIRMED
        )
    assert [(line.subscription, line.relation) for line in lines(desk)] == [("S-1", "owner")]


def test_a_holder_is_a_member_under_any_address_of_the_same_person(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA), member(BEN, status="deactivated", line=3)])
    desk.bring(OKTA, [person("1", ANA, A), person("2", CEM, BEN), person("3", SHARED)])
    desk.bring(
        SEATS,
        [
            seat("own", assigned=ANA),
            seat("alias", assigned=A, line=3),
            seat("alias of somebody off", assigned=CEM, line=4),
            seat("nobody", assigned=SHARED, line=5),
            seat("unknown", assigned=PRIVATE, line=6),
        ],
    )
    assert memberships(desk) == {
        "own": (True, False),
        "alias": (True, False),
        "alias of somebody off": (True, True),
        "nobody": (False, False),
        "unknown": (False, False),
    }


def test_somebody_who_is_on_under_one_address_is_not_off(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA, status="deactivated"), member(PRIVATE, line=3)])
    desk.bring(OKTA, [person("1", ANA, A, PRIVATE)])
    desk.bring(SEATS, [seat("S-1", assigned=A)])
    assert memberships(desk) == {"S-1": (True, False)}


def test_an_address_of_several_people_makes_nobody_a_member(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    desk.bring(OKTA, [person("1", ANA, SHARED), person("2", BEN, SHARED)])
    desk.bring(SEATS, [seat("S-1", assigned=SHARED)])
    assert memberships(desk) == {"S-1": (False, False)}


def test_any_directory_can_tell_that_a_holder_is_a_member(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    desk.bring(OKTA, [person("1", BEN)])
    desk.bring(STAFF, [person("x", ANA, PRIVATE)])
    desk.bring(SEATS, [seat("S-1", assigned=PRIVATE)])
    assert memberships(desk) == {"S-1": (True, False)}


def test_decisions_tell_that_a_holder_is_a_member(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA), member(CEM, line=3)])
    desk.bring(OKTA, [person("2", BEN, SHARED)])
    desk.bring(SEATS, [seat("S-1", assigned=PRIVATE), seat("S-2", assigned=BEN, line=3)])
    assert memberships(desk) == {"S-1": (False, False), "S-2": (False, False)}
    belongs(desk, PRIVATE, ANA)
    assert memberships(desk) == {"S-1": (True, False), "S-2": (False, False)}
    belongs(desk, CEM, SHARED)
    assert memberships(desk) == {"S-1": (True, False), "S-2": (True, False)}


def test_what_the_directory_says_about_a_holder_comes_with_the_seat(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA, status="deactivated")])
    desk.bring(OKTA, [person("1", ANA, standing=Standing.DEPROVISIONED)])
    desk.bring(SEATS, [seat("S-1", owner=ANA), seat("S-2", assigned=SHARED, line=3)])
    facts = {line.subscription: line.facts for line in lines(desk) if line.facts is not None}
    assert facts == {
        "S-1": Facts(True, (Sighting(1, Standing.DEPROVISIONED, None, 0, False, True),)),
        "S-2": Facts(False, (Sighting(0, None, None, 0, False, True),), matches_non_personal_pattern=True),
    }


def test_without_a_members_roster_nobody_is_known_to_be_a_member(desk: Desk) -> None:
    desk.bring(SEATS, [seat("S-1", assigned=ANA)])
    assert memberships(desk) == {"S-1": (False, False)}


def test_a_seats_roster_tells_which_subscriptions_it_lists(desk: Desk) -> None:
    source = desk.bring(SEATS, [seat("S-1"), seat("S-2", line=3)])
    with desk.store.reading() as view:
        assert view.subscriptions_in(source, ["S-2", "S-9", "S-1"]) == ["S-1", "S-2"]
        assert view.subscriptions_in(source, []) == []
        assert view.seats_in(source, [ANA]) == []
