"""A firm to which identity providers push; what leans on a database most is tried on each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.scim.wanting.house import Pushed, open_pushed

ON_EACH: Final = frozenset(
    {
        "test_switched_off_or_deleted_opens_one_offboarding",
        "test_on_again_after_a_step_was_done_waits_and_opens_a_reactivation_once_a_roster_shows_it_off",
        "test_a_group_that_means_a_role_opens_a_case_for_it_and_leaving_it_ends_that",
        "test_several_changes_within_the_interval_are_one_case",
        "test_on_at_one_identity_provider_counts_whatever_another_says",
        "test_a_plan_that_is_blocked_waits_with_its_own_sentence",
        "test_what_waits_is_written_down_once_and_tried_again_without_a_word",
        "test_a_mass_of_departures_is_held_back_whole_until_a_person_lets_exactly_them_pass",
        "test_those_who_are_not_looked_at_this_time_count_beside_whoever_is",
        "test_people_who_are_members_already_cost_a_handful_of_statements_however_many_they_are",
        "test_answers_say_what_is_wanted_beside_what_is_known_and_claimed",
        "test_what_is_erased_is_gone_from_what_waits",
        "test_whoever_was_renamed_by_scim_goes_with_every_address_that_was_pushed",
        "test_an_address_that_the_identity_provider_gave_to_somebody_else_is_not_erased_with_the_first",
        "test_somebody_deleted_and_made_anew_is_wanted_on",
        "test_a_brake_that_comes_while_offboardings_are_opened_holds_back_the_rest",
        "test_groups_and_people_stand_in_one_list_with_every_attribute",
    }
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "pushed" in metafunc.fixturenames:
        each = metafunc.function.__name__ in ON_EACH
        metafunc.parametrize("pushed", ["sqlite", "postgresql"] if each else ["sqlite"], indirect=True)


@pytest.fixture
def pushed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pushed]:
    """Two identity providers, nobody pushed, no members roster."""
    url = request.getfixturevalue("fresh_postgres") if request.param == "postgresql" else None
    with open_pushed(tmp_path, url) as found:
        yield found
