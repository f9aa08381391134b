"""What a push asks for, once it is set beside what was settled, what is known, and which cases stand."""

from collections.abc import Sequence

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.brakes import Brake
from axure_lifecycle.domain.organization import Limits
from axure_lifecycle.domain.wanted import decide, settled_after
from axure_lifecycle.domain.wanted_brakes import hold_arrivals, hold_changes, hold_departures, say_left_out
from axure_lifecycle.domain.wishes import Act, Decision, Known, Nothing, Sight, StandingCase, Wait, Wish

ANA, NEW = Address("ana@acme.example"), Address("ana.new@acme.example")
ON, OFF = Wish(ANA, is_active=True), Wish(ANA, is_active=False)
ADMIN = Wish(ANA, is_active=True, role="admin")


def sight(known: Known, *cases: StandingCase, at: Address = ANA, role: str = "Member", **more: object) -> Sight:
    """What is known of Ana."""
    return Sight({at: known}, {at: role}, cases)._replace(**more)  # type: ignore[arg-type]


def case(
    operation: str, *, ours: bool = True, begun: bool = False, is_open: bool = True, **options: str
) -> StandingCase:
    """A case about Ana."""
    return StandingCase(7, (operation,), (ANA,), ours, begun, is_open, options)


def opened(decision: Decision) -> Sequence[tuple[str, str, dict[str, str]]]:
    """What is to be opened."""
    assert isinstance(decision, Act), decision
    return [(one.operation, one.person, dict(one.options)) for one in decision.open]


def cancelled(decision: Decision) -> list[int]:
    """Which cases are to end."""
    return [one.id for one in decision.cancel] if isinstance(decision, Act) else []


def code(decision: Decision) -> str:
    """For what a wish waits."""
    assert isinstance(decision, Wait), decision
    return str(decision.code)


# -- wanted on ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "operation"), [(Known.NOT_LISTED, "onboard"), (Known.OFF, "reactivate"), (Known.ON, None)]
)
def test_whoever_is_new_is_onboarded_let_in_again_or_there_already(known: Known, operation: str | None) -> None:
    found = decide(ON, None, sight(known))
    assert (isinstance(found, Nothing) and operation is None) or opened(found)[0][:2] == (operation, ANA)


def test_the_same_push_twice_asks_for_nothing_whatever_is_known() -> None:
    for wish in (ON, OFF, ADMIN):
        assert all(isinstance(decide(wish, wish, sight(known)), Nothing) for known in Known)


def test_a_newcomer_gets_the_role_that_groups_mean_and_else_that_of_newcomers() -> None:
    assert opened(decide(ADMIN, None, sight(Known.NOT_LISTED))) == [("onboard", ANA, {"role": "admin"})]
    assert opened(decide(ON, None, sight(Known.NOT_LISTED))) == [("onboard", ANA, {"role": "member"})]


def test_somebodys_own_onboarding_stands_for_the_wish() -> None:
    own = case("onboard", ours=False, begun=True, role="admin")
    assert isinstance(decide(ON, None, sight(Known.NOT_LISTED, own)), Nothing)
    assert code(decide(ON._replace(role="guest"), None, sight(Known.NOT_LISTED, own))) == "under_way"


def test_another_role_before_anybody_began_makes_another_onboarding_in_place_of_the_first() -> None:
    found = decide(ADMIN, ON, sight(Known.NOT_LISTED, case("onboard", role="member")))
    assert (cancelled(found), opened(found)) == ([7], [("onboard", ANA, {"role": "admin"})])


def test_on_again_ends_our_offboarding_that_nobody_began() -> None:
    found = decide(ON, OFF, sight(Known.ON, case("offboard")))
    assert (cancelled(found), opened(found)) == ([7], [])


def test_on_again_waits_for_an_offboarding_that_somebody_began_and_comes_back_once_it_is_off() -> None:
    begun = case("offboard", begun=True)
    assert code(decide(ON, OFF, sight(Known.ON, begun))) == "case_stands"
    assert code(decide(ON, OFF, sight(Known.ON, begun._replace(is_open=False)))) == "roster_decides"
    found = decide(ON, OFF, sight(Known.OFF, begun))
    assert (cancelled(found), opened(found)) == ([], [("reactivate", ANA, {})])
    assert isinstance(found, Act)
    assert found.open[0].beside == "C-7"


def test_somebodys_own_offboarding_is_never_ended_by_a_push() -> None:
    for known in Known:
        assert code(decide(ON, OFF, sight(known, case("offboard", ours=False)))) == "case_stands"


def test_what_a_person_ended_no_push_begins_again() -> None:
    for known in (Known.OFF, Known.NOT_LISTED):
        assert isinstance(decide(ADMIN, ON, sight(known)), Nothing)


# -- roles and addresses -----------------------------------------------------------------------------------------------


def test_a_group_that_means_another_role_opens_a_case_and_leaving_it_makes_a_member_of_them() -> None:
    assert opened(decide(ADMIN, ON, sight(Known.ON))) == [("change-role", ANA, {"role": "admin"})]
    assert opened(decide(ON, ADMIN, sight(Known.ON, role="Admin"))) == [("change-role", ANA, {"role": "member"})]


def test_a_role_that_the_roster_has_already_asks_for_nothing() -> None:
    assert isinstance(decide(ADMIN, ON, sight(Known.ON, role="admin")), Nothing)
    assert isinstance(decide(ADMIN, None, sight(Known.ON, role="ADMIN")), Nothing)


def test_other_workspaces_are_a_case_and_one_that_is_over_or_somebodys_own_is_left_alone() -> None:
    inside = ON._replace(workspaces=("Checkout",))
    asked = [("change-workspaces", ANA, {"workspaces": "Checkout"})]
    assert opened(decide(inside, ON, sight(Known.ON))) == asked
    done = case("change-workspaces", begun=True, is_open=False, leave_workspaces="Checkout")
    assert opened(decide(inside, ON, sight(Known.ON, done))) == asked
    begun = case("change-workspaces", begun=True, leave_workspaces="Checkout")
    assert code(decide(inside, ON, sight(Known.ON, begun))) == "case_stands"
    own = case("change-workspaces", ours=False, workspaces="Checkout; Search")
    assert isinstance(decide(inside, ON, sight(Known.ON, own)), Nothing)


def test_an_onboarding_for_other_workspaces_gives_way_unless_somebody_began_it() -> None:
    inside = ON._replace(workspaces=("Checkout",))
    ours = case("onboard", role="member", workspaces="Search")
    found = decide(inside, ON, sight(Known.NOT_LISTED, ours))
    assert (cancelled(found), opened(found)) == (
        [7],
        [("onboard", ANA, {"role": "member", "workspaces": "Checkout"})],
    )
    assert code(decide(inside, ON, sight(Known.NOT_LISTED, ours._replace(is_begun=True)))) == "under_way"
    same = case("onboard", begun=True, role="member", workspaces="Checkout")
    assert isinstance(decide(inside, ON, sight(Known.NOT_LISTED, same)), Nothing)


def test_a_role_that_no_group_names_any_more_ends_our_case_for_it() -> None:
    found = decide(ON, ADMIN, sight(Known.ON, case("change-role", role="admin")))
    assert (cancelled(found), opened(found)) == ([7], [])
    assert code(decide(ON, ADMIN, sight(Known.ON, case("change-role", begun=True, role="admin")))) == "case_stands"


def test_a_role_that_groups_did_not_change_leaves_somebodys_own_case_about_it_alone() -> None:
    own = case("change-role", ours=False, role="guest")
    assert opened(decide(ADMIN._replace(address=NEW), ADMIN, sight(Known.ON, own, role="Admin"))) == [
        ("change-address", ANA, {"new_address": NEW})
    ]


def test_another_address_and_another_role_are_two_plans_for_the_address_that_is_known() -> None:
    wish = Wish(NEW, is_active=True, role="admin")
    found = decide(wish, ON, sight(Known.ON))
    assert opened(found) == [("change-address", ANA, {"new_address": NEW}), ("change-role", ANA, {"role": "admin"})]
    assert isinstance(found, Act)
    assert found.rest is not None
    # Whoever leaves before a roster shows the new address is still known by the old one.
    assert settled_after(found, wish, ON) == Wish(ANA, is_active=True, role="admin")


def test_an_address_that_a_roster_shows_ends_the_change() -> None:
    wish = Wish(NEW, is_active=True)
    both = Sight(
        {ANA: Known.NOT_LISTED, NEW: Known.ON}, {NEW: "Member"}, [case("change-address", begun=True, new_address=NEW)]
    )
    assert isinstance(decide(wish, ON, both), Nothing)
    assert settled_after(Nothing(""), wish, ON) == wish


def test_an_address_that_is_changed_back_before_anybody_began_ends_the_case() -> None:
    found = decide(
        ON._replace(role=None), ON._replace(role="guest"), sight(Known.ON, case("change-address", new_address=NEW))
    )
    assert cancelled(found) == [7]


def test_a_case_about_two_things_goes_on_with_the_one_that_is_still_wanted() -> None:
    both = StandingCase(
        7, ("change-address", "change-role"), (ANA,), True, False, True, {"new_address": NEW, "role": "admin"}
    )
    found = decide(Wish(NEW, is_active=True), Wish(ANA, is_active=True, role="admin"), sight(Known.ON, both))
    assert (cancelled(found), opened(found)) == ([7], [("change-address", ANA, {"new_address": NEW})])


def test_a_newcomer_whose_address_changes_before_anybody_began_is_added_under_the_new_one() -> None:
    wish = Wish(NEW, is_active=True)
    standing = case("onboard", role="member")
    found = decide(wish, ON, Sight({}, cases=[standing]))
    assert (cancelled(found), opened(found)) == ([7], [("onboard", NEW, {"role": "member"})])
    assert code(decide(wish, ON, Sight({}, cases=[standing._replace(is_begun=True)]))) == "under_way"


def test_an_address_that_cannot_be_read_waits_and_of_nobody_at_all_asks_for_nothing() -> None:
    unreadable = Wish(None, is_active=True)
    assert code(decide(unreadable, None, Sight({}))) == "address_unreadable"
    assert code(decide(unreadable, ON, sight(Known.ON))) == "address_unreadable"
    assert isinstance(decide(Wish(None, is_active=False), None, Sight({})), Nothing)


# -- wanted off --------------------------------------------------------------------------------------------------------


def test_off_opens_an_offboarding_of_whoever_is_known() -> None:
    assert opened(decide(OFF, ON, sight(Known.ON))) == [("offboard", ANA, {})]
    assert opened(decide(OFF, None, sight(Known.ON))) == [("offboard", ANA, {})]
    assert opened(decide(OFF, ON, sight(Known.NOT_LISTED, keeps=True))) == [("offboard", ANA, {})]


def test_off_asks_for_nothing_of_whoever_has_nothing() -> None:
    assert isinstance(decide(OFF, None, sight(Known.NOT_LISTED)), Nothing)
    assert isinstance(decide(OFF, ON, sight(Known.OFF)), Nothing)
    assert code(decide(OFF, ON, sight(Known.NOT_LISTED, doubt="The roster is disputed."))) == "doubt"


def test_off_goes_by_the_settled_address_whatever_the_identity_provider_calls_the_deleted_one() -> None:
    mangled = Wish(Address("d34db33fana@acme.example"), is_active=False)
    found = decide(mangled, ON, Sight({ANA: Known.ON}))
    assert opened(found) == [("offboard", ANA, {})]
    assert isinstance(found, Act)
    assert settled_after(found, mangled, ON) == Wish(ANA, is_active=False)


def test_a_create_that_is_undone_before_anybody_began_leaves_nothing() -> None:
    assert isinstance(decide(OFF, None, sight(Known.NOT_LISTED)), Nothing)
    for operation, known in (("onboard", Known.NOT_LISTED), ("reactivate", Known.OFF)):
        found = decide(OFF, ON, sight(known, case(operation)))
        assert (cancelled(found), opened(found)) == ([7], [])


def test_off_waits_for_what_somebody_has_begun() -> None:
    begun = case("onboard", begun=True)
    assert code(decide(OFF, ON, sight(Known.NOT_LISTED, begun))) == "case_stands"
    assert code(decide(OFF, ON, sight(Known.NOT_LISTED, begun._replace(is_open=False)))) == "roster_decides"
    assert code(decide(OFF, ON, sight(Known.ON, case("change-role", ours=False, role="admin")))) == "case_stands"


def test_a_push_that_was_undone_leaves_somebodys_own_onboarding_alone() -> None:
    assert isinstance(decide(OFF, None, sight(Known.NOT_LISTED, case("onboard", ours=False))), Nothing)


def test_off_ends_our_own_other_cases_and_opens_the_offboarding() -> None:
    found = decide(OFF, ADMIN, sight(Known.ON, case("change-role", role="admin")))
    assert (cancelled(found), opened(found)) == ([7], [("offboard", ANA, {})])


def test_an_offboarding_of_anybody_stands_for_the_wish() -> None:
    assert isinstance(decide(OFF, ON, sight(Known.ON, case("offboard", ours=False, begun=True))), Nothing)


def test_on_anywhere_counts() -> None:
    assert isinstance(decide(OFF, ON, sight(Known.ON, wanted_by="entra (ana@acme.example)")), Nothing)


# -- brakes ------------------------------------------------------------------------------------------------------------

STALE = Brake("roster_stale", False, "No leaver is named: too old.")
SHRUNKEN = Brake("roster_shrunken", False, "No leaver is named: too small.")
NO_DIRECTORY = Brake("no_directory", True, "Nobody can be compared.")


def held(wanted: int, *brakes: Brake, of_late: int = 0) -> str | None:
    """Why so many of a hundred are held back."""
    found = hold_departures(wanted, members=100, of_late=of_late, brakes=brakes, limits=Limits())
    return None if found is None else str(found.wait.code)


def test_a_mass_of_departures_is_held_back() -> None:
    assert [held(count) for count in (0, 10, 11)] == [None, None, "ceiling"]
    assert (held(8, of_late=2), held(8, of_late=3)) == (None, "ceiling")


def test_a_mass_of_changes_is_held_back_and_a_small_organisation_may_begin() -> None:
    def held_changes(wanted: int, members: int, of_late: int = 0) -> bool:
        return hold_changes(wanted, members=members, of_late=of_late, limits=Limits()) is not None

    assert [held_changes(count, 3) for count in (0, 25, 26)] == [False, False, True]
    assert [held_changes(count, 600) for count in (60, 61)] == [False, True]
    assert [held_changes(count, 20_000) for count in (100, 101)] == [False, True]
    assert [held_changes(1, 600, of_late) for of_late in (59, 60)] == [False, True]
    assert not held_changes(0, 600, of_late=90)


def test_a_roster_that_names_no_leaver_holds_every_departure_back() -> None:
    assert held(1, STALE) == "brake"
    assert held(1, SHRUNKEN) == "brake"
    assert held(30, SHRUNKEN) == "brake", "no yes lifts that"


def test_whoever_pushes_is_a_directory_so_that_none_was_imported_is_no_brake() -> None:
    assert held(1, NO_DIRECTORY) is None


def test_only_a_shrunken_roster_keeps_people_from_counting_as_new() -> None:
    assert hold_arrivals([STALE, NO_DIRECTORY]) is None
    assert hold_arrivals([STALE, SHRUNKEN]) == Wait("brake", "Held back: No leaver is named: too small.")


def test_only_a_members_roster_that_may_be_wrong_leaves_somebody_out() -> None:
    assert say_left_out([NO_DIRECTORY]) is None
    for brake in (STALE, SHRUNKEN):
        left_out = say_left_out([NO_DIRECTORY, brake])
        assert left_out is not None
        waits = decide(OFF, ON, sight(Known.NOT_LISTED)._replace(leaves_out=left_out))
        assert waits == Wait("brake", f"Held back: {brake.sentence}")
        assert isinstance(decide(OFF, ON, sight(Known.OFF)._replace(leaves_out=left_out)), Nothing)
