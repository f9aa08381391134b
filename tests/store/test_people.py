"""Whoever an address leads to."""

from datetime import UTC, datetime, timedelta

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance, HoldingKind, System
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.verdicts import DecisionKind, Facts, Sighting
from axure_lifecycle.ports import Person
from tests.store.desk import MEMBERS, OKTA, PAT, SEATS, STAFF, Desk, member, person, seat

ANA, A, PRIVATE = Address("ana@acme.example"), Address("a.lane@acme.example"), Address("ana@home.example")
BEN, SHARED = Address("ben@acme.example"), Address("studio@acme.example")


def find(desk: Desk, address: str, *patterns: str, as_of: datetime | None = None) -> Person:
    """Whoever the address leads to now."""
    with desk.store.reading() as view:
        return view.person(Address(address), as_of or desk.clock.now(), patterns)


def decide(
    desk: Desk, address: str, kind: DecisionKind, belongs_to: str | None = None, until: str | None = None
) -> None:
    """Write down a decision."""
    with desk.store.writing(PAT) as change:
        change.decide(
            Address(address),
            kind,
            belongs_to=None if belongs_to is None else Address(belongs_to),
            reason="because",
            until=until,
            assurance=Assurance.CONFIRMED,
        )


def test_an_address_that_nobody_knows_leads_nowhere(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(BEN)])
    found = find(desk, ANA)
    assert found.addresses == (ANA,)
    assert (found.members, found.seats, found.directory, found.decision, found.facts) == ((), (), (), None, None)


def test_an_alias_leads_to_the_membership_and_the_seats_of_its_person(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(A, role="Technical Admin", name="Ana Lane"), member(BEN, line=3)])
    desk.bring(
        SEATS,
        [
            seat("S-2", owner=PRIVATE, managers=[ANA, BEN]),
            seat("S-1", assigned=A, line=3),
            seat("S-3", owner=A, line=4),
        ],
    )
    desk.bring(OKTA, [person("1", ANA, A, PRIVATE), person("2", BEN)])
    for asked in (ANA, A, PRIVATE):
        found = find(desk, asked)
        assert found.addresses == (asked, *sorted({ANA, A, PRIVATE} - {asked}))
        assert [(row.address, row.role) for row in found.members] == [(A, "Technical Admin")]
        assert [(row.subscription, row.relation, row.address) for row in found.seats] == [
            ("S-1", "assigned", A),
            ("S-2", "manager", ANA),
            ("S-2", "owner", PRIVATE),
            ("S-3", "owner", A),
        ]
        assert [row.managers for row in found.seats] == [0, 2, 2, 0]
        assert [(row.system, row.key, row.addresses) for row in found.directory] == [(OKTA, "1", (ANA, A, PRIVATE))]


def test_the_asked_address_is_the_first_membership(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(A, status="deactivated"), member(PRIVATE, line=3)])
    desk.bring(OKTA, [person("1", ANA, A, PRIVATE)])
    assert [row.address for row in find(desk, PRIVATE).members] == [PRIVATE, A]
    assert find(desk, PRIVATE).facts == Facts(False, (Sighting(1, Standing.ACTIVE, None, 0, False, True),))
    assert find(desk, ANA).facts == Facts(True, (Sighting(1, Standing.ACTIVE, None, 0, False, True),))


def test_an_address_of_several_people_leads_to_each_account_and_to_no_other_address(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(SHARED), member(ANA, line=3)])
    desk.bring(OKTA, [person("1", ANA, SHARED), person("2", BEN, SHARED)])
    found = find(desk, SHARED)
    assert found.addresses == (SHARED,)
    assert [row.key for row in found.directory] == ["1", "2"]
    assert found.facts == Facts(False, (Sighting(2, None, None, 0, False, True),))
    assert [row.key for row in find(desk, ANA).directory] == ["1"]


def test_people_of_two_directories_are_one_by_their_first_address_and_not_by_a_shared_alias(desk: Desk) -> None:
    desk.bring(OKTA, [person("1", ANA, A, SHARED)])
    desk.bring(STAFF, [person("x", A, PRIVATE), person("y", BEN, SHARED)])
    found = find(desk, ANA)
    assert [(row.system.name, row.key) for row in found.directory] == [("okta", "1"), ("staff", "x")]
    assert set(found.addresses) == {ANA, A, SHARED, PRIVATE}


def test_a_decision_that_an_address_belongs_to_somebody_leads_both_ways(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(PRIVATE)])
    desk.bring(OKTA, [person("1", ANA, A, standing=Standing.DEPROVISIONED)])
    assert find(desk, ANA).members == ()
    decide(desk, PRIVATE, DecisionKind.BELONGS_TO, A)
    for asked in (ANA, A, PRIVATE):
        found = find(desk, asked)
        assert [row.address for row in found.members] == [PRIVATE]
        assert [row.key for row in found.directory] == ["1"]
        assert found.facts == Facts(
            False,
            (Sighting(1, Standing.DEPROVISIONED, None, 0, False, True),),
            decision=DecisionKind.BELONGS_TO,
        )
    decision = find(desk, PRIVATE).decision
    assert decision is not None
    assert (decision.kind, decision.belongs_to, decision.decided_by) == (DecisionKind.BELONGS_TO, A, PAT)


def test_somebody_whom_only_an_earlier_directory_read_knew_is_gone_from_it(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    first = desk.bring(OKTA, [person("1", ANA), person("2", BEN)])
    desk.clock.pass_by(days=1)
    second = desk.bring(OKTA, [person("1", ANA), person("2", BEN), person("3", A)])
    desk.clock.pass_by(days=1)
    desk.bring(OKTA, [person("2", BEN)])
    found = find(desk, ANA)
    assert found.gone_from == (second,)
    assert found.facts == Facts(False, (Sighting(0, None, None, 0, True, True),))
    assert find(desk, ANA, as_of=first.taken_at).gone_from == ()
    assert find(desk, "new@acme.example").gone_from == ()


def test_a_wrong_read_that_was_taken_back_knew_nobody(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    wrong = desk.bring(OKTA, [person("1", ANA)])
    desk.clock.pass_by(days=1)
    desk.bring(OKTA, [person("2", BEN)])
    with desk.store.writing(PAT) as change:
        change.retract_source(wrong.id, "another company's export")
    assert find(desk, ANA).gone_from == ()
    assert find(desk, ANA).facts == Facts(False, (Sighting(0, None, None, 0, False, True),))


def test_the_leave_date_counts_against_the_moment_that_is_asked_for(desk: Desk) -> None:
    leaves = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    desk.bring(MEMBERS, [member(ANA)])
    desk.bring(OKTA, [person("1", ANA, leave_at=leaves)])

    def leave_day(as_of: datetime) -> int:
        facts = find(desk, ANA, as_of=as_of).facts
        assert facts is not None
        return facts.sightings[0].leave_day

    assert [leave_day(leaves - timedelta(seconds=1)), leave_day(leaves)] == [1, -1]


def test_a_pattern_means_the_whole_address_and_nothing_but_stars_and_question_marks(desk: Desk) -> None:
    addresses = ["svc-build@acme.example", "svc_build@acme.example", "a.svc-build@acme.example", "svc%@acme.example"]
    desk.bring(MEMBERS, [member(address, line=line) for line, address in enumerate(addresses, 2)])
    for pattern, matching in {
        "svc-*": [0],
        "svc?build@acme.example": [0, 1],
        "svc_build@*": [1],
        "*svc-*": [0, 2],
        "svc%*": [3],
        "[sa]*": [],
        "SVC-*": [0],
    }.items():
        with desk.store.reading() as view:
            listed = {
                row.address: row.facts.matches_non_personal_pattern
                for row in view.compared(MEMBERS, desk.clock.now(), [pattern])
            }
        asked = {address: find(desk, address, pattern).facts for address in addresses}
        assert [number for number, address in enumerate(addresses) if listed[Address(address)]] == matching, pattern
        assert [
            number
            for number, address in enumerate(addresses)
            if (facts := asked[address]) is not None and facts.matches_non_personal_pattern
        ] == matching, pattern


def test_roles_are_counted_over_those_who_are_not_off(desk: Desk) -> None:
    desk.bring(
        MEMBERS,
        [
            member(ANA, role="Super Admin"),
            member(BEN, role="Super Admin", status="deactivated", line=3),
            member(A, role="Member", line=4),
            member(PRIVATE, role="Member", status=None, line=5),
            member(SHARED, role=None, line=6),
        ],
    )
    assert find(desk, ANA).role_counts == {"Super Admin": 1, "Member": 2}
    assert find(desk, "new@acme.example").role_counts == {"Super Admin": 1, "Member": 2}


def test_spellings_of_one_role_are_counted_together(desk: Desk) -> None:
    roles = ("Technical Admin", "technical admin", "TECHNICAL-ADMIN", "Owner", "owner", "Admin")
    desk.bring(MEMBERS, [member(f"p{n}@acme.example", role=role, line=n) for n, role in enumerate(roles)])
    spelled = {"Technical Admin": 3, "technical admin": 3, "TECHNICAL-ADMIN": 3, "Owner": 2, "owner": 2, "Admin": 1}
    assert find(desk, "p0@acme.example").role_counts == spelled


def test_a_roster_with_a_role_for_everybody_still_counts_the_person_s_own(desk: Desk) -> None:
    rows = [member(f"p{number:03d}@acme.example", role=f"Role {number:03d}", line=number) for number in range(300)]
    desk.bring(MEMBERS, rows)
    assert find(desk, "p299@acme.example").role_counts["Role 299"] == 1


def test_memberships_on_two_servers_are_both_told(desk: Desk) -> None:
    other = System("axure", "cloud_for_business", "beta.axure.cloud", HoldingKind.MEMBERSHIP)
    desk.bring(MEMBERS, [member(ANA)])
    desk.bring(other, [member(ANA, role="Admin")])
    assert sorted((row.source.system.host, row.role) for row in find(desk, ANA).members) == [
        ("acme.axure.cloud", "Member"),
        ("beta.axure.cloud", "Admin"),
    ]


def test_the_address_is_shown_as_the_roster_writes_it(desk: Desk) -> None:
    desk.bring(MEMBERS, [member("Ana@Acme.Example")])
    assert [(row.address, row.shown_as) for row in find(desk, ANA).members] == [(ANA, "Ana@Acme.Example")]


def test_a_decision_ends_with_its_last_day_where_the_question_is_asked(desk: Desk) -> None:
    decide(desk, ANA, DecisionKind.EXTERNAL, until="2026-11-24")

    def stands(as_of: datetime) -> bool:
        return find(desk, ANA, as_of=as_of).decision is not None

    west = datetime.fromisoformat("2026-11-24T23:59:59-08:00")
    assert stands(west)
    assert not stands(west.astimezone(UTC))
    assert stands(datetime(2026, 11, 24, 23, tzinfo=UTC))
    assert not stands(datetime(2026, 11, 25, tzinfo=UTC))


def test_a_later_decision_and_a_later_withdrawal_are_ignored_as_of_an_earlier_moment(desk: Desk) -> None:
    before = desk.clock.now()
    desk.clock.pass_by(days=1)
    decide(desk, ANA, DecisionKind.KEEP)
    between = desk.clock.now()
    desk.clock.pass_by(days=1)
    with desk.store.writing(PAT) as change:
        change.withdraw_decision(ANA, "no longer")
    assert find(desk, ANA, as_of=before).decision is None
    assert find(desk, ANA, as_of=between).decision is not None
    assert find(desk, ANA).decision is None


def test_a_name_finds_the_addresses_of_those_whose_name_has_a_word_that_begins_so(desk: Desk) -> None:
    desk.bring(
        MEMBERS, [member(ANA, name="Ana Lane"), member(BEN, name="Ben O'Neil", line=3), member(A, name=None, line=4)]
    )
    desk.bring(OKTA, [person("1", PRIVATE, name="Zoë Lane-Éluard"), person("2", SHARED, name="100% Lane_")])
    with desk.store.reading() as view:
        lanes = [(ANA, "Ana Lane"), (PRIVATE, "Zoë Lane-Éluard"), (SHARED, "100% Lane_")]
        assert view.names_like("lane", 10) == (lanes, 3)
        assert view.names_like("LANE", 2) == (lanes[:2], 3)
        assert view.names_like("zoë", 10) == ([(PRIVATE, "Zoë Lane-Éluard")], 1)
        assert view.names_like("lane_", 10) == ([(SHARED, "100% Lane_")], 1)
        assert view.names_like("%", 10) == ([], 0)
        assert view.names_like("ne", 10) == ([], 0)
        assert view.names_like("o'neil", 10) == ([(BEN, "Ben O'Neil")], 1)


def test_an_address_with_two_names_is_counted_once(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA, name="Ana Lane"), member(BEN, name="Ann Lane", line=3)])
    desk.bring(OKTA, [person("1", ANA, name="Ana B. Lane")])
    with desk.store.reading() as view:
        assert view.names_like("an", 10) == ([(ANA, "Ana B. Lane"), (BEN, "Ann Lane")], 2)
        assert view.names_like("an", 1) == ([(ANA, "Ana B. Lane")], 2)


def test_a_beginning_finds_the_addresses_of_members_seat_users_and_directory_people_alike(desk: Desk) -> None:
    zoe, arabic, upper = (
        Address("anzo\u00eb@acme.example"),
        Address("an\u0661@acme.example"),
        Address("any@acme.example"),
    )
    desk.bring(MEMBERS, [member(ANA), member(zoe, line=3), member("bo@acme.example", line=4)])
    desk.bring(SEATS, [seat("S-1", owner=ANA, managers=[upper]), seat("S-2", assigned=upper, line=3)])
    desk.bring(OKTA, [person("1", "zed@acme.example", PRIVATE, arabic), person("2", PRIVATE)])
    with desk.store.reading() as view:
        # By code point: a dot and a digit before letters, Latin before Arabic.
        assert view.addresses_like("an", 10) == [ANA, PRIVATE, upper, zoe, arabic]
        assert view.addresses_like("an", 2) == [ANA, PRIVATE]
        assert view.addresses_like("anzo\u00eb", 10) == [zoe]
        assert view.addresses_like(ANA, 10) == [ANA]
        for nobody in ("an%", "_", "Ana", "any@acme.examples", "a\0"):
            assert view.addresses_like(nobody, 10) == []


def test_a_beginning_finds_nobody_whom_only_a_source_knows_that_does_not_count(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    desk.clock.pass_by(days=1)
    desk.bring(MEMBERS, [member("anton@acme.example")])
    wrong = desk.bring(OKTA, [person("1", PRIVATE)])
    with desk.store.writing(PAT) as change:
        assert change.addresses_like("an", 10) == [PRIVATE, "anton@acme.example"]
        change.retract_source(wrong.id, "wrong")
        assert change.addresses_like("an", 10) == ["anton@acme.example"]
