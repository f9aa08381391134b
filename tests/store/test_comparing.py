"""Members beside every directory: the set operations say what one would find by hand, for any organisation."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.rosters import DirectoryRow, MemberRow, Standing
from axure_lifecycle.domain.verdicts import DecisionKind, Facts, Sighting
from axure_lifecycle.ports import Compared, Page
from tests.store.desk import MEMBERS, OKTA, PAT, STAFF, START, Desk, member, person

ANA, BEN, CEM, SHARED = (Address(f"{name}@acme.example") for name in ("ana", "ben", "cem", "studio"))


def compared(desk: Desk, *patterns: str) -> list[Compared]:
    """Every member as of now."""
    with desk.store.reading() as view:
        return list(view.compared(MEMBERS, desk.clock.now(), patterns))


def test_without_a_roster_there_is_nobody_to_compare(desk: Desk) -> None:
    assert compared(desk) == []
    with desk.store.reading() as view:
        assert view.count_compared(MEMBERS, START, []) == []


def test_without_a_directory_no_directory_says_anything(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA), member(BEN, status="deactivated", line=3)])
    assert [(row.address, row.facts) for row in compared(desk)] == [(ANA, Facts(False, ())), (BEN, Facts(True, ()))]


def test_a_member_stands_beside_every_directory_in_the_order_of_their_names(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA, name="Ana Lane", role="Admin")])
    leaves = START + timedelta(days=4)
    desk.bring(STAFF, [person("x", BEN, ANA, leave_at=leaves, kind="person")])
    desk.bring(OKTA, [person("1", ANA, standing=Standing.HOLD)])
    (row,) = compared(desk)
    assert (row.display_name, row.role, row.status, row.use_sso, row.is_member) == (
        "Ana Lane",
        "Admin",
        "active",
        True,
        True,
    )
    assert row.directory_addresses == (ANA, BEN)
    assert row.directory_statuses == ("HOLD", "ACTIVE")
    assert row.leave_at == leaves
    assert row.facts == Facts(
        False,
        (Sighting(1, Standing.HOLD, None, 0, False, True), Sighting(1, Standing.ACTIVE, True, 1, False, True)),
    )


def test_everybody_who_claims_an_address_is_named(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(SHARED)])
    desk.bring(OKTA, [person("2", BEN, SHARED, standing=Standing.HOLD), person("1", ANA, SHARED)])
    (row,) = compared(desk)
    assert row.facts.sightings == (Sighting(2, None, None, 0, False, True),)
    assert row.directory_addresses == (ANA, BEN)
    assert row.directory_statuses == ("ACTIVE", "HOLD")


def test_any_earlier_complete_read_tells_who_was_known(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA), member(BEN, line=3), member(CEM, line=4)])
    for rows, is_complete in (
        ([person("1", ANA)], True),
        ([person("2", BEN)], None),
        ([person("4", SHARED)], True),
        ([person("4", SHARED)], True),
    ):
        desk.clock.pass_by(days=1)
        desk.bring(OKTA, rows, is_complete=is_complete)
    assert [row.facts.sightings[0].known_before for row in compared(desk)] == [True, False, False]


def test_the_leave_date_counts_from_its_own_moment_on(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA)])
    desk.bring(OKTA, [person("1", ANA, leave_at=START)])
    for as_of, leave_day in ((START, -1), (START + timedelta(seconds=1), -1)):
        with desk.store.reading() as view:
            (row,) = view.compared(MEMBERS, as_of, [])
        assert row.facts.sightings[0].leave_day == leave_day


def test_a_decision_comes_with_its_member(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA), member(BEN, line=3)])
    with desk.store.writing(PAT) as change:
        decision = change.decide(
            ANA, DecisionKind.KEEP, belongs_to=None, reason="agreed", until=None, assurance=Assurance.CONFIRMED
        )
    assert [row.decision for row in compared(desk)] == [decision, None]


def test_a_list_of_members_goes_on_after_an_address(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(address, line=line) for line, address in enumerate((CEM, ANA, BEN), 2)])
    with desk.store.reading() as view:
        assert [row.address for row in view.compared(MEMBERS, START, [], after=ANA)] == [BEN, CEM]
        assert [row.address for row in view.compared(MEMBERS, START, [], after=CEM)] == []


def test_addresses_sort_by_code_point_whatever_the_database_prefers(desk: Desk) -> None:
    names = ["é", "a-b", "a.b", "ab", "a_b", "z", "ß", "0", "a@"]
    desk.bring(MEMBERS, [member(f"{name}x@acme.example", line=line) for line, name in enumerate(names, 2)])
    found = [row.address for row in compared(desk)]
    assert found == sorted(found)
    assert len(found) == len(names)


def test_members_with_certain_facts_are_found_alone(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA), member(BEN, line=3), member(CEM, status="deactivated", line=4)])
    desk.bring(OKTA, [person("1", ANA), person("2", BEN, standing=Standing.DISABLED)])
    with desk.store.reading() as view:
        groups = dict(view.count_compared(MEMBERS, desk.clock.now(), ["cem@*"]))
        for facts in groups:
            only = [row.facts for row in view.compared(MEMBERS, desk.clock.now(), ["cem@*"], only=[facts])]
            assert only == [facts]
        assert list(view.compared(MEMBERS, desk.clock.now(), ["cem@*"], only=[])) == []
    assert sum(groups.values()) == len(groups) == 3


def test_an_organisation_larger_than_one_part_is_streamed_whole(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(f"p{number:04d}@acme.example", line=number) for number in range(2500)])
    desk.bring(OKTA, [person(f"k{number:04d}", f"p{number:04d}@acme.example", SHARED) for number in range(0, 2500, 7)])
    rows = compared(desk)
    assert [row.address for row in rows] == [f"p{number:04d}@acme.example" for number in range(2500)]
    assert sum(row.facts.sightings[0].claimants for row in rows) == 358


# -- any organisation, told by hand -----------------------------------------------------------------------------------

_names = st.sampled_from(["ana", "ben", "cem", "dee", "svc-x", "s_x"])
_address = _names.map(lambda name: Address(f"{name}@acme.example"))
_leave = st.sampled_from(
    [None, START - timedelta(days=1), START, START + timedelta(hours=7), START + timedelta(days=9)]
)
_member = st.builds(member, _address, status=st.sampled_from([None, "active", "deactivated", "invited"]))


@st.composite
def _person(draw: st.DrawFn) -> DirectoryRow:
    first = draw(_address)
    return person(
        draw(st.sampled_from(["k1", "k2", "k3", "k4", "k5"])),
        first,
        *(draw(st.sets(_address, max_size=3)) - {first}),
        standing=draw(st.sampled_from(list(Standing))),
        leave_at=draw(_leave),
        kind=draw(st.sampled_from([None, "person", "shared"])),
    )


_read = st.tuples(
    st.lists(_person(), max_size=4, unique_by=lambda row: row.key), st.sampled_from([True, True, None, False])
)


@dataclass(frozen=True)
class World:
    """Everything that was brought and decided."""

    members: list[MemberRow]
    reads: dict[str, list[tuple[list[DirectoryRow], bool | None]]]
    """Directory → its reads, oldest first, each with whether it was complete."""
    decisions: dict[Address, tuple[DecisionKind, Address | None]]
    patterns: list[str]


_decision = st.one_of(
    st.tuples(st.just(DecisionKind.BELONGS_TO), _address),
    st.tuples(st.sampled_from([DecisionKind.KEEP, DecisionKind.EXTERNAL, DecisionKind.NON_PERSONAL]), st.none()),
)
_worlds = st.builds(
    World,
    members=st.lists(_member, max_size=6, unique_by=lambda row: row.address),
    reads=st.fixed_dictionaries({"okta": st.lists(_read, max_size=3), "staff": st.lists(_read, max_size=2)}),
    decisions=st.dictionaries(_address, _decision, max_size=3),
    patterns=st.lists(st.sampled_from(["svc-*", "s?x@*", "*"]), max_size=2, unique=True),
)


def sight(reads: Sequence[tuple[list[DirectoryRow], bool | None]], address: Address, now: datetime) -> Sighting | None:
    """What a directory's reads say about an address, told by hand."""
    counted = [read for read in reads if read[1] is not False]
    if not counted:
        return None
    people, is_complete = counted[-1]
    claiming = [row for row in people if address in (row.address, *row.aliases)]
    if len(claiming) > 1:
        return Sighting(len(claiming), None, None, 0, False, is_complete is True)
    if not claiming:
        earlier = [row for rows, complete in counted[:-1] if complete for row in rows]
        had = {row.key for row in earlier if address in (row.address, *row.aliases)}
        here = {row.key for row in people if row.standing not in (Standing.DISABLED, Standing.DEPROVISIONED)}
        return Sighting(0, None, None, 0, bool(had) and not had & here, is_complete is True)
    (row,) = claiming
    leave_day = 0 if row.leave_at is None else 1 if row.leave_at > now else -1
    is_person = None if row.kind is None else row.kind == "person"
    return Sighting(1, row.standing, is_person, leave_day, False, is_complete is True)


def by_hand(world: World, row: MemberRow, now: datetime) -> Facts:
    """The facts about a member, told by hand."""
    kind, belongs_to = world.decisions.get(row.address, (None, None))
    seen = [sight(world.reads[name], belongs_to or row.address, now) for name in ("okta", "staff")]
    return Facts(
        is_off=row.status == "deactivated",
        sightings=tuple(each for each in seen if each is not None),
        matches_non_personal_pattern=any(fnmatchcase(row.address, pattern) for pattern in world.patterns),
        decision=kind,
    )


def make(desk: Desk, world: World) -> None:
    """Take back what was there before, and bring all of this world."""
    desk.clock.pass_by(days=1)
    with desk.store.writing(PAT) as change:
        for source in change.sources(Page(100))[0]:
            change.retract_source(source.id, "another world")
        for decision in change.decisions(Page(100))[0]:
            change.withdraw_decision(decision.address, "another world")
        for address, (kind, belongs_to) in world.decisions.items():
            change.decide(address, kind, belongs_to=belongs_to, reason="", until=None, assurance=Assurance.CONFIRMED)
    desk.bring(MEMBERS, world.members)
    for system in (OKTA, STAFF):
        for rows, is_complete in world.reads[system.name]:
            desk.clock.pass_by(hours=1)
            desk.bring(system, rows, is_complete=is_complete)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=_worlds)
def test_a_comparison_says_of_any_organisation_what_one_finds_by_hand(desk: Desk, world: World) -> None:
    make(desk, world)
    now = desk.clock.now()
    expected: Mapping[Address, Facts] = {row.address: by_hand(world, row, now) for row in world.members}
    with desk.store.reading() as view:
        assert {row.address: row.facts for row in view.compared(MEMBERS, now, world.patterns)} == expected
        assert Counter(dict(view.count_compared(MEMBERS, now, world.patterns))) == Counter(expected.values())
        sifted = view.sift(MEMBERS, now, world.patterns, lambda facts: any(one.claimants for one in facts.sightings))
        assert Counter(dict(sifted.counts)) == Counter(expected.values())
        assert sifted.found == [
            (row.address, row.facts, row.leave_at)
            for row in view.compared(MEMBERS, now, world.patterns)
            if any(one.claimants for one in row.facts.sightings)
        ]
        for address, facts in expected.items():
            assert view.person(address, now, world.patterns).facts == facts
