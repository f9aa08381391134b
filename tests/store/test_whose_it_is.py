"""An address that several people list is nobody's until somebody decides, and then one person's alone."""

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.verdicts import DecisionKind
from tests.store.desk import MEMBERS, OKTA, SEATS, STAFF, Desk, member, person, seat
from tests.store.test_people import ANA, BEN, PRIVATE, SHARED, A, decide, find


def addresses(desk: Desk, asked: Address) -> set[str]:
    """Whoever the address leads to, by every address."""
    found = find(desk, asked)
    assert found.addresses[0] == asked
    assert {row.address for row in found.members} <= set(found.addresses)
    assert {row.address for row in found.seats} <= set(found.addresses)
    return set(found.addresses)


def keys(desk: Desk, asked: Address) -> list[str]:
    """The directory people whom an address leads to."""
    return [row.key for row in find(desk, asked).directory]


def share(desk: Desk) -> None:
    """Ana and Ben, and an address that both list and that is a member itself."""
    desk.bring(MEMBERS, [member(ANA), member(BEN, line=3), member(SHARED, line=4)])
    desk.bring(SEATS, [seat("S-1", assigned=SHARED)])
    desk.bring(OKTA, [person("1", ANA, SHARED), person("2", BEN, SHARED)])


def test_an_address_that_two_people_list_is_neither_s(desk: Desk) -> None:
    share(desk)
    assert addresses(desk, ANA) == {ANA}
    assert addresses(desk, BEN) == {BEN}
    assert [row.address for row in find(desk, ANA).members] == [ANA]
    assert find(desk, ANA).seats == ()
    assert (addresses(desk, SHARED), keys(desk, SHARED)) == ({SHARED}, ["1", "2"])


def test_once_it_is_decided_whose_it_is_it_is_theirs_and_leads_the_other_nowhere(desk: Desk) -> None:
    share(desk)
    decide(desk, SHARED, DecisionKind.BELONGS_TO, BEN)
    assert (addresses(desk, BEN), keys(desk, BEN)) == ({BEN, SHARED}, ["2"])
    assert (addresses(desk, SHARED), keys(desk, SHARED)) == ({BEN, SHARED}, ["2"])
    assert (addresses(desk, ANA), keys(desk, ANA)) == ({ANA}, ["1"])
    assert [row.address for row in find(desk, BEN).seats] == [SHARED]


def test_a_decision_stands_above_the_only_one_who_lists_the_address(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA), member(BEN, line=3), member(SHARED, line=4)])
    desk.bring(OKTA, [person("1", ANA, A, SHARED), person("2", BEN)])
    assert addresses(desk, ANA) == {ANA, A, SHARED}
    decide(desk, SHARED, DecisionKind.BELONGS_TO, BEN)
    assert (addresses(desk, ANA), keys(desk, ANA)) == ({ANA, A}, ["1"])
    assert (addresses(desk, A), keys(desk, A)) == ({ANA, A}, ["1"])
    assert (addresses(desk, BEN), keys(desk, BEN)) == ({BEN, SHARED}, ["2"])
    assert (addresses(desk, SHARED), keys(desk, SHARED)) == ({BEN, SHARED}, ["2"])


def test_a_decision_for_an_address_of_the_same_person_takes_nothing_away(desk: Desk) -> None:
    desk.bring(OKTA, [person("1", ANA, SHARED), person("2", BEN, SHARED)])
    desk.bring(STAFF, [person("x", ANA, A)])
    for belongs_to in (ANA, A):
        decide(desk, SHARED, DecisionKind.BELONGS_TO, belongs_to)
        for asked in (ANA, A, SHARED):
            assert (addresses(desk, asked), keys(desk, asked)) == ({ANA, A, SHARED}, ["1", "x"])
        assert (addresses(desk, BEN), keys(desk, BEN)) == ({BEN}, ["2"])


def test_what_belongs_to_an_address_goes_with_it(desk: Desk) -> None:
    desk.bring(OKTA, [person("1", ANA, SHARED), person("2", BEN)])
    decide(desk, PRIVATE, DecisionKind.BELONGS_TO, SHARED)
    assert addresses(desk, ANA) == {ANA, SHARED, PRIVATE}
    decide(desk, SHARED, DecisionKind.BELONGS_TO, BEN)
    assert addresses(desk, ANA) == {ANA}
    assert addresses(desk, BEN) == {BEN, SHARED, PRIVATE}


def test_two_addresses_that_are_said_to_belong_to_each_other_are_one_person(desk: Desk) -> None:
    desk.bring(OKTA, [person("1", ANA), person("2", A)])
    decide(desk, ANA, DecisionKind.BELONGS_TO, A)
    decide(desk, A, DecisionKind.BELONGS_TO, ANA)
    for asked in (ANA, A):
        assert (addresses(desk, asked), keys(desk, asked)) == ({ANA, A}, ["1", "2"])


def test_an_account_of_another_directory_that_is_its_own_owner_of_a_shared_address_is_not_followed(desk: Desk) -> None:
    desk.bring(OKTA, [person("1", ANA, SHARED), person("2", BEN, SHARED)])
    desk.bring(STAFF, [person("z", SHARED, PRIVATE)])
    assert (addresses(desk, ANA), keys(desk, ANA)) == ({ANA}, ["1"])
    assert keys(desk, SHARED) == ["1", "2", "z"]


def test_other_decisions_about_a_shared_address_make_it_nobody_s(desk: Desk) -> None:
    share(desk)
    decide(desk, SHARED, DecisionKind.NON_PERSONAL)
    assert addresses(desk, ANA) == {ANA}


def test_an_account_that_others_share_does_not_come_along_with_its_address(desk: Desk) -> None:
    desk.bring(OKTA, [person("s", SHARED), person("2", BEN, SHARED)])
    decide(desk, SHARED, DecisionKind.BELONGS_TO, BEN)
    assert (addresses(desk, BEN), keys(desk, BEN)) == ({BEN, SHARED}, ["2"])


def test_a_decision_is_followed_one_step_and_no_further(desk: Desk) -> None:
    desk.bring(OKTA, [person("1", ANA), person("2", BEN)])
    decide(desk, PRIVATE, DecisionKind.BELONGS_TO, ANA)
    decide(desk, ANA, DecisionKind.BELONGS_TO, BEN)
    assert (addresses(desk, PRIVATE), keys(desk, PRIVATE)) == ({PRIVATE, ANA}, ["1"])
