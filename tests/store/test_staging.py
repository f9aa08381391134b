"""Laying a roster ready: what it would change, what contradicts itself, and what may lie there."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.rosters import MOST_MISTAKES, MemberRow, Mistake, RosterKind, Standing
from axure_lifecycle.domain.sources import Moments, Source
from axure_lifecycle.ports import Page, Preview
from axure_lifecycle.store.refusals import PreviewGone
from tests.store.desk import MEMBERS, OKTA, PAT, SEATS, START, Desk, Rows, Told, digest_of, member, person, seat

ANA, BEN = member("ana@acme.example"), member("ben@acme.example", line=3)


def numbers(preview: Preview) -> tuple[int, int, int, int]:
    """Added, changed, gone, unchanged."""
    return preview.added, preview.changed, preview.gone, preview.unchanged


def imported(desk: Desk, preview: Preview, *, is_complete: bool | None = True) -> Source:
    """Make a roster that lies ready count."""
    with desk.store.writing(PAT) as change:
        return change.import_snapshot(
            preview.snapshot,
            Moments(desk.clock.now(), False, desk.clock.now()),
            is_complete=is_complete,
            label="roster.csv",
            assurance=Assurance.CONFIRMED,
        )


def test_nothing_counts_before_its_import(desk: Desk) -> None:
    preview = desk.stage(MEMBERS, [ANA, BEN])
    assert numbers(preview) == (2, 0, 0, 0)
    with desk.store.reading() as view:
        assert view.source_in_force(MEMBERS) is None
        assert view.sources(Page(5))[2] == 0
        assert list(view.trail()) == []


def test_a_preview_compares_with_the_roster_in_force(desk: Desk) -> None:
    source = desk.bring(MEMBERS, [ANA, BEN, member("cem@acme.example", line=4)])
    promoted = member("ben@acme.example", role="Admin", line=2)
    preview = desk.stage(MEMBERS, [promoted, member("cem@acme.example", line=3), member("dee@acme.example", line=4)])
    assert numbers(preview) == (1, 1, 1, 1)
    assert preview.compared_with == source


def test_what_a_roster_does_not_state_is_no_change(desk: Desk) -> None:
    desk.bring(MEMBERS, [ANA, BEN])
    bare = [MemberRow(row.line, row.address, row.shown_as) for row in (ANA, BEN)]
    assert numbers(desk.stage(MEMBERS, bare, columns=())) == (0, 0, 0, 2)


def test_a_value_that_is_stated_where_none_was_is_a_change(desk: Desk) -> None:
    desk.bring(MEMBERS, [ANA._replace(role=None), BEN._replace(role=None)])
    assert numbers(desk.stage(MEMBERS, [ANA, BEN._replace(role=None)])) == (0, 1, 0, 1)


def test_a_seat_that_changes_hands_is_a_change_of_its_subscription(desk: Desk) -> None:
    desk.bring(SEATS, [seat("S-1", assigned="ana@acme.example"), seat("S-2", managers=["ben@acme.example"], line=3)])
    same, moved = seat("S-1", assigned="ben@acme.example"), seat("S-2", managers=["ben@acme.example"], line=3)
    assert numbers(desk.stage(SEATS, [same, moved])) == (0, 1, 0, 1)
    assert numbers(desk.stage(SEATS, [seat("S-1"), seat("S-3", line=3)])) == (1, 1, 1, 0)


def test_a_directory_person_who_takes_another_alias_is_changed(desk: Desk) -> None:
    desk.bring(OKTA, [person("1", "ana@acme.example", "a@acme.example"), person("2", "ben@acme.example")])
    other = [person("1", "ana@acme.example", "ana@home.example"), person("2", "ben@acme.example")]
    assert numbers(desk.stage(OKTA, other)) == (0, 1, 0, 1)
    held = [
        person("1", "ana@acme.example", "a@acme.example"),
        person("2", "ben@acme.example", standing=Standing.HOLD),
        person("3", "cem@acme.example"),
    ]
    assert numbers(desk.stage(OKTA, held)) == (1, 1, 0, 1)


def test_the_same_row_twice_counts_once(desk: Desk) -> None:
    preview = desk.stage(MEMBERS, [ANA, BEN, ANA._replace(line=4, shown_as="Ana@Acme.example")])
    assert (preview.mistakes, preview.totals.rows, preview.added) == ((), 2, 2)


def test_a_page_that_overlaps_shows_in_the_count(desk: Desk) -> None:
    """Two different members and a count line of three: one is missing, whatever the number of lines is."""
    preview = desk.stage(MEMBERS, [ANA, BEN, ANA._replace(line=4)], stated_count=3)
    assert (preview.totals.rows, preview.totals.stated_count) == (2, 3)


def test_a_roster_whose_count_line_disagrees_does_not_lie_ready(desk: Desk) -> None:
    preview = desk.stage(MEMBERS, [ANA, BEN], stated_count=3)
    assert (preview.snapshot, preview.added) == (0, 2)
    with desk.store.reading() as view:
        assert view.snapshot_by_digest(MEMBERS, RosterKind.MEMBERS, preview.digest) is None


def test_two_rows_that_disagree_are_a_mistake_of_the_later_one(desk: Desk) -> None:
    preview = desk.stage(MEMBERS, [ANA, BEN, member("ana@acme.example", role="Admin", line=4)])
    assert preview.mistakes == (Mistake(4, "The same address is on line 2, and the two disagree.", "contradicts_line"),)
    assert (preview.snapshot, preview.in_all_mistakes) == (0, 1)
    assert numbers(preview) == (2, 0, 0, 0)
    with desk.store.reading() as view:
        assert view.snapshot_by_digest(MEMBERS, RosterKind.MEMBERS, preview.digest) is None


def test_one_subscription_and_one_directory_key_stand_once_as_well(desk: Desk) -> None:
    seats = desk.stage(SEATS, [seat("S-1", assigned="ana@acme.example"), seat("S-1", line=3)])
    people = desk.stage(OKTA, [person("1", "ana@acme.example"), person("1", "ben@acme.example", line=3)])
    aliases = desk.stage(
        OKTA, [person("1", "ana@acme.example", "a@x.example"), person("1", "ana@acme.example", line=3)]
    )
    assert [(each.snapshot, [mistake.line for mistake in each.mistakes]) for each in (seats, people, aliases)] == [
        (0, [3])
    ] * 3
    assert seats.mistakes[0].reason == "The same subscription is on line 2, and the two disagree."
    assert people.mistakes[0].reason == "The same person is on line 2, and the two disagree."


def test_mistakes_of_the_file_and_across_lines_are_told_together(desk: Desk) -> None:
    told = Mistake(3, "“Nobody” in “E-mail” is no e-mail address.", "no_address")
    preview = desk.stage(MEMBERS, [ANA, member("ana@acme.example", role="Admin", line=4)], mistakes=(told,))
    assert [mistake.line for mistake in preview.mistakes] == [3, 4]
    assert (preview.in_all_mistakes, preview.totals.refused) == (2, 2)


def test_a_flood_of_mistakes_is_counted_and_not_listed(desk: Desk) -> None:
    rows = [member("ana@acme.example", role=f"Role {number}", line=number) for number in range(2, 1503)]
    preview = desk.stage(MEMBERS, rows)
    assert (len(preview.mistakes), preview.in_all_mistakes) == (MOST_MISTAKES, 1500)


def test_refused_lines_can_be_left_out_under_another_digest(desk: Desk) -> None:
    rows = [ANA, BEN, member("ana@acme.example", role="Admin", line=4)]
    preview = desk.stage(MEMBERS, rows, skip_refused=True)
    assert preview.snapshot
    assert preview.digest != digest_of(rows)
    assert (preview.added, preview.totals.refused) == (2, 1)
    assert len(preview.mistakes) == 1
    with desk.store.reading() as view:
        ana = view.members_in(imported(desk, preview), [Address("ana@acme.example")])
    assert [record.role for record in ana] == ["Member"]


def test_what_hangs_on_a_line_that_is_left_out_is_left_out_too(desk: Desk) -> None:
    seats = [seat("S-1", assigned="ana@acme.example"), seat("S-1", owner="ben@acme.example", line=3)]
    people = [
        person("1", "ana@acme.example", "a@acme.example"),
        person("1", "ana@acme.example", "b@acme.example", line=3),
    ]
    holders = imported(desk, desk.stage(SEATS, seats, skip_refused=True))
    known = imported(desk, desk.stage(OKTA, people, skip_refused=True))
    asked = [Address(f"{name}@acme.example") for name in ("ana", "ben", "a", "b")]
    with desk.store.reading() as view:
        assert [(each.address, each.relation) for each in view.seats_in(holders, asked)] == [
            ("ana@acme.example", "assigned")
        ]
        (ana,) = view.accounts_in(known, asked)
    assert ana.addresses == ("ana@acme.example", "a@acme.example")


def test_a_roster_without_its_refused_lines_is_never_complete(desk: Desk) -> None:
    rows = [ANA, BEN, member("ana@acme.example", role="Admin", line=4)]
    source = imported(desk, desk.stage(MEMBERS, rows, skip_refused=True), is_complete=True)
    assert source.is_complete is False


def test_leaving_out_refused_lines_changes_nothing_where_none_is_refused(desk: Desk) -> None:
    plain = desk.stage(MEMBERS, [ANA, BEN])
    assert desk.stage(MEMBERS, [ANA, BEN], skip_refused=True) == plain


def test_a_mistake_of_the_file_as_a_whole_cannot_be_left_out(desk: Desk) -> None:
    told = Mistake(None, "The count line says 3 and there are 2 rows.", "count_disagrees")
    assert desk.stage(MEMBERS, [ANA, BEN], mistakes=(told,), skip_refused=True).snapshot == 0


def test_a_roster_that_lies_ready_is_not_read_again(desk: Desk) -> None:
    reading = Rows([ANA, BEN])
    first = desk.store.stage(MEMBERS, RosterKind.MEMBERS, "a" * 64, reading)
    assert desk.store.stage(MEMBERS, RosterKind.MEMBERS, "a" * 64, reading) == first
    assert reading.was_read == 1


def test_a_roster_that_lies_ready_is_found_by_the_start_of_its_digest(desk: Desk) -> None:
    preview = desk.stage(MEMBERS, [ANA])
    with desk.store.reading() as view:
        assert view.snapshot_by_digest(MEMBERS, RosterKind.MEMBERS, preview.digest[:12]) == preview.snapshot
        assert view.preview(preview.snapshot) == preview
        for wrong in (preview.digest[:11], "f" * 12, "%" * 12, f"{preview.digest[:11]}_"):
            assert view.snapshot_by_digest(MEMBERS, RosterKind.MEMBERS, wrong) is None
        assert view.snapshot_by_digest(SEATS, RosterKind.SEATS, preview.digest) is None


def test_a_preview_follows_what_comes_into_force_meanwhile(desk: Desk) -> None:
    preview = desk.stage(MEMBERS, [ANA, BEN])
    source = desk.bring(MEMBERS, [ANA])
    with desk.store.reading() as view:
        again = view.preview(preview.snapshot)
    assert (numbers(again), again.compared_with) == ((1, 0, 0, 1), source)


def test_a_roster_that_nobody_imports_is_removed_after_a_day(desk: Desk) -> None:
    forgotten, kept = desk.stage(MEMBERS, [ANA]), desk.stage(MEMBERS, [BEN])
    imported(desk, kept)
    desk.clock.pass_by(hours=25)
    desk.stage(MEMBERS, [ANA, BEN])
    with desk.store.writing(PAT) as change:
        with pytest.raises(PreviewGone, match="one that is not imported within a day is removed"):
            change.import_snapshot(
                forgotten.snapshot,
                Moments(START, False, START),
                is_complete=None,
                label="",
                assurance=Assurance.CONFIRMED,
            )
        assert change.preview(kept.snapshot).unchanged == 1


def test_looking_at_a_roster_again_keeps_it_for_another_day(desk: Desk) -> None:
    preview = desk.stage(MEMBERS, [ANA])
    desk.clock.pass_by(hours=20)
    desk.stage(MEMBERS, [ANA])
    desk.clock.pass_by(hours=20)
    desk.stage(MEMBERS, [BEN])
    with desk.store.reading() as view:
        assert view.preview(preview.snapshot).added == 1


def test_rows_are_told_as_they_are_stored(desk: Desk) -> None:
    told = Told()
    desk.store.stage(MEMBERS, RosterKind.MEMBERS, "a" * 64, Rows([ANA, BEN]), told)
    assert told.steps == [(0, 2, "rows stored"), (2, 2, "rows stored")]


_addresses = st.sampled_from([f"{name}@acme.example" for name in ("ana", "ben", "cem", "dee", "eve")])
_rows = st.lists(
    st.builds(
        member,
        _addresses,
        role=st.sampled_from([None, "Member", "Admin", "member"]),
        status=st.sampled_from([None, "active", "deactivated"]),
        name=st.sampled_from([None, "", "Ana", "Ana "]),
    ),
    max_size=8,
    unique_by=lambda row: row.address,
)


def by_hand(old: Sequence[MemberRow], new: Sequence[MemberRow]) -> tuple[int, int, int, int]:
    """What a preview must say, told with dictionaries."""
    before = {row.address: row[3:7] for row in old}
    after = {row.address: row[3:7] for row in new}
    both = before.keys() & after.keys()
    changed = sum(before[address] != after[address] for address in both)
    return len(after.keys() - before.keys()), changed, len(before.keys() - after.keys()), len(both) - changed


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=_rows, new=_rows)
def test_a_preview_says_what_a_comparison_by_hand_says(desk: Desk, old: list[MemberRow], new: list[MemberRow]) -> None:
    desk.clock.pass_by(hours=1)
    desk.bring(MEMBERS, old)
    assert numbers(desk.stage(MEMBERS, new)) == by_hand(old, new)
