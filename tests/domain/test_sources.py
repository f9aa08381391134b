"""When a roster speaks, and how far it counts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.holdings import Actor, Assurance, Channel, HoldingKind, System, assurance_by
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.sources import (
    MomentInFuture,
    Moments,
    Source,
    SourceState,
    age,
    is_brought_by_the_claimer,
    moments,
)

AMSTERDAM, AUCKLAND = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Pacific/Auckland")
NOW = datetime(2026, 11, 23, 17, 55, tzinfo=UTC)


def test_a_bare_date_is_the_start_of_its_day_in_the_organisations_zone() -> None:
    assert moments(date(2026, 11, 23), None, NOW, AMSTERDAM) == Moments(
        taken_at=datetime(2026, 11, 22, 23, tzinfo=UTC), is_stated=True, horizon=datetime(2026, 11, 22, 23, tzinfo=UTC)
    )


def test_a_bare_date_in_summer_is_one_hour_earlier() -> None:
    assert moments(date(2026, 7, 1), None, NOW, AMSTERDAM).taken_at == datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_pasted_text_without_a_date_speaks_of_now() -> None:
    assert moments(None, None, NOW, AMSTERDAM) == Moments(NOW, is_stated=False, horizon=NOW)


def test_a_file_without_a_date_knows_of_nothing_after_it_was_written() -> None:
    noon = NOW.replace(hour=12)
    assert moments(None, noon, NOW, AMSTERDAM).horizon == noon


def test_a_file_knows_of_nothing_after_it_was_written_whatever_day_is_stated() -> None:
    written = datetime(2026, 11, 1, 12, tzinfo=UTC)
    stated = moments(date(2026, 11, 23), written, NOW, AMSTERDAM)
    assert stated.taken_at == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert stated.horizon == written


def test_a_file_that_was_copied_after_the_stated_day_still_speaks_of_that_day() -> None:
    stated = moments(date(2026, 11, 20), NOW, NOW, AMSTERDAM)
    assert stated.horizon == stated.taken_at == datetime(2026, 11, 19, 23, tzinfo=UTC)


def test_a_file_with_a_clock_ahead_of_ours_speaks_of_now_at_most() -> None:
    assert moments(None, NOW + timedelta(days=1), NOW, AMSTERDAM).horizon == NOW


def test_tomorrow_is_refused() -> None:
    with pytest.raises(MomentInFuture, match=r"2026-11-24, which lies in the future.*really taken"):
        moments(date(2026, 11, 24), None, NOW, AMSTERDAM)


def test_today_in_auckland_is_no_future_although_it_is_tomorrow_in_utc() -> None:
    assert moments(date(2026, 11, 24), None, NOW, AUCKLAND).taken_at == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_a_day_without_midnight_begins_when_the_clocks_have_jumped() -> None:
    # Cairo went from 2023-04-27 23:59:59 to 2023-04-28 01:00, which is 22:00 UTC.
    assert moments(date(2023, 4, 28), None, NOW, ZoneInfo("Africa/Cairo")).taken_at == datetime(
        2023, 4, 27, 22, tzinfo=UTC
    )


@given(
    st.none() | st.dates(date(2020, 1, 1), date(2026, 11, 22)),
    st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([AMSTERDAM, AUCKLAND, ZoneInfo("America/Los_Angeles")]),
)
def test_no_roster_knows_of_anything_after_its_moment_its_file_or_now(
    taken_on: date | None, written_at: datetime | None, zone: ZoneInfo
) -> None:
    told = moments(taken_on, written_at, NOW, zone)
    assert told.horizon <= told.taken_at <= NOW
    assert written_at is None or told.horizon <= written_at


def test_an_age_is_never_negative() -> None:
    assert age(NOW + timedelta(hours=1), NOW) == timedelta(0)
    assert age(NOW - timedelta(hours=1), NOW) == timedelta(hours=1)


def source(
    brought: Channel = Channel.TERMINAL,
    *,
    by: str = "pat",
    confirmed: Actor | None = None,
    state: SourceState = SourceState.IN_USE,
) -> Source:
    return Source(
        id=7,
        system=System("axure", "cloud_for_business", "acme.axure.cloud", HoldingKind.MEMBERSHIP),
        kind=RosterKind.MEMBERS,
        digest="0" * 64,
        rows=206,
        form="csv",
        columns=("address", "status"),
        taken_at=NOW,
        is_moment_stated=False,
        horizon=NOW,
        received_at=NOW,
        brought_by=Actor(by, brought),
        assurance=Assurance.CONFIRMED if confirmed else assurance_by(brought),
        confirmed_by=confirmed,
        is_complete=True,
        state=state,
        label="members.csv",
    )


@pytest.mark.parametrize(
    ("channel", "can_verify"),
    [
        (Channel.ASSISTANT, False),
        (Channel.UNATTENDED, False),
        (Channel.CLIENT_FORM, True),
        (Channel.TERMINAL, True),
        (Channel.TRUSTED_FOLDER, True),
    ],
)
def test_a_roster_verifies_only_when_a_person_or_the_configuration_stands_for_it(
    channel: Channel, can_verify: bool
) -> None:
    assert source(channel).can_verify is can_verify


def test_a_person_can_stand_for_what_an_assistant_brought() -> None:
    assert source(Channel.ASSISTANT, confirmed=Actor("lee", Channel.TERMINAL)).can_verify


def test_a_retracted_roster_verifies_nothing() -> None:
    assert not source(state=SourceState.RETRACTED).can_verify


def test_the_record_says_when_the_claimer_brought_the_roster() -> None:
    assert is_brought_by_the_claimer(source(by="pat"), "pat")
    assert not is_brought_by_the_claimer(source(by="lee"), "pat")


def test_who_stands_for_the_roster_counts_and_not_who_carried_it() -> None:
    stood = source(Channel.ASSISTANT, by="pat", confirmed=Actor("lee", Channel.TERMINAL))
    assert is_brought_by_the_claimer(stood, "lee")
    assert not is_brought_by_the_claimer(stood, "pat")


def test_a_trusted_folder_is_nobodys_own_word() -> None:
    assert not is_brought_by_the_claimer(source(Channel.TRUSTED_FOLDER, by="pat"), "pat")


def test_assurances_rank_from_reported_to_verified() -> None:
    assert Assurance.REPORTED < Assurance.CONFIRMED < Assurance.VERIFIED
    assert Assurance.VERIFIED >= Assurance.CONFIRMED >= Assurance.CONFIRMED


def test_sources_and_systems_have_names_for_people() -> None:
    assert source().name == "R-7"
    assert str(source().system) == "axure/cloud_for_business at acme.axure.cloud"
    assert str(System("directory", "okta", "", HoldingKind.DIRECTORY_ACCOUNT)) == "directory/okta"
