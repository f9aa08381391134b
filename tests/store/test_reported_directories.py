"""A directory that only an assistant brought takes the place of none that a person stands for."""

from datetime import timedelta

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.rosters import Row, Standing
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.verdicts import Brakes, Verdict, judge
from tests.store.desk import MEMBERS, OKTA, PAT, ROBOT, SEATS, STAFF, START, Desk, member, person, seat

ANA = Address("ana@acme.example")
GONE, HERE = person("1", ANA, standing=Standing.DEPROVISIONED), person("1", ANA)


def report(desk: Desk, rows: list[Row]) -> Source:
    """An assistant brings OKTA, an hour later."""
    desk.clock.pass_by(hours=1)
    return desk.bring(OKTA, rows, by=ROBOT, assurance=Assurance.REPORTED)


def verdict(desk: Desk) -> Verdict:
    """On Ana, the same by looking her up and by comparing everybody."""
    no_brakes = Brakes(roster_holds=False, directory_holds=False)
    with desk.store.reading() as view:
        facts = view.person(ANA, desk.clock.now(), ()).facts
        [(counted, _)] = view.count_compared(MEMBERS, desk.clock.now(), ())
    assert facts == counted
    return judge(counted, no_brakes).verdict


def test_what_an_assistant_reports_of_a_directory_waits_while_a_confirmed_read_stands(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    confirmed = desk.bring(OKTA, [GONE])
    reported = report(desk, [HERE])
    with desk.store.reading() as view:
        assert view.source_in_force(OKTA) == confirmed
        assert view.sources_waiting() == [reported]
        assert view.sources_waiting(START) == []
    assert verdict(desk) is Verdict.LEAVER


def test_a_reported_directory_in_which_somebody_is_missing_makes_nobody_a_leaver(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    desk.bring(OKTA, [HERE])
    report(desk, [person("2", "ben@acme.example")])
    assert verdict(desk) is Verdict.ACTIVE


def test_a_reported_directory_counts_from_the_moment_somebody_stands_for_it(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    before = desk.bring(OKTA, [GONE])
    reported = report(desk, [HERE])
    with desk.store.writing(PAT) as change:
        now_confirmed = change.confirm_source(reported.id, "a" * 64)
        assert change.source_in_force(OKTA) == now_confirmed
        assert change.source_before(now_confirmed) == before
        assert change.sources_waiting() == []
    assert verdict(desk) is Verdict.ACTIVE


def test_the_only_read_of_the_only_directory_counts_although_nobody_stands_for_it(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    first = report(desk, [GONE])
    second = report(desk, [HERE])
    with desk.store.reading() as view:
        assert view.source_in_force(OKTA) == second
        assert view.source_in_force(OKTA, desk.clock.now() - timedelta(minutes=30)) == first
        assert view.sources_waiting() == []
    assert verdict(desk) is Verdict.ACTIVE


def test_a_confirmed_read_that_is_a_part_keeps_no_reported_one_waiting_nor_lends_it_its_name(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    desk.bring(OKTA, [GONE], is_complete=False)
    reported = report(desk, [HERE])
    with desk.store.reading() as view:
        assert view.source_in_force(OKTA) == reported
        assert view.directories() == [OKTA]
    # Beside a directory that a person stands for, it counts as little as any other name that an assistant brings.
    staff = desk.bring(STAFF, [GONE])
    with desk.store.reading() as view:
        assert view.directories() == [STAFF]
        assert view.source_in_force(STAFF) == staff
        assert view.sources_waiting() == [reported]
    assert verdict(desk) is Verdict.LEAVER


def test_taking_the_confirmed_read_back_lets_the_reported_one_count(desk: Desk) -> None:
    confirmed = desk.bring(OKTA, [GONE])
    reported = report(desk, [HERE])
    with desk.store.writing(PAT) as change:
        change.retract_source(confirmed.id, "the wrong export")
    with desk.store.reading() as view:
        assert view.source_in_force(OKTA) == reported
        assert view.sources_waiting() == []


def test_reported_members_and_seats_stay_in_force_as_they_come(desk: Desk) -> None:
    for system, row in ((MEMBERS, member(ANA)), (SEATS, seat("S-1", assigned=ANA))):
        desk.bring(system, [row])
        desk.clock.pass_by(hours=1)
        reported = desk.bring(system, [row], by=ROBOT, assurance=Assurance.REPORTED)
        with desk.store.reading() as view:
            assert view.source_in_force(system) == reported
            assert view.sources_waiting() == []
