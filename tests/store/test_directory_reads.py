"""Reads of a directory: whole or changes of what a read before them showed, and nothing in between."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.directories import Attempt
from axure_lifecycle.domain.rosters import Assigned, Mistake, Removed, Standing, Unaddressed
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.ports import CursorDoubted, DirectoryRecord, ReadCursor
from axure_lifecycle.store.refusals import ReadLeftPeopleOut
from tests.store.desk import MEMBERS, OKTA, PAT, STAFF, Desk, member, person
from tests.store.desk import Told as Progress
from tests.store.directory_reads import SYNC, Told, WentAway, count, read

ANA, BEN, CEM = (person(str(number), f"{name}@acme.example") for number, name in enumerate(("ana", "ben", "cem"), 1))
NAMES = ("ana", "ben", "cem", "dee", "a", "b")


def known(desk: Desk, source: Source) -> Sequence[DirectoryRecord]:
    """Everybody whom a source lists, by key."""
    with desk.store.reading() as view:
        return view.accounts_in(source, [Address(f"{name}@acme.example") for name in NAMES])


def addresses(desk: Desk, source: Source) -> dict[str, tuple[str, ...]]:
    """Key → addresses."""
    return {record.key: record.addresses for record in known(desk, source)}


def assigned(desk: Desk, source: Source) -> dict[str, bool | None]:
    """Key → whether the person is assigned."""
    return {record.key: record.is_assigned for record in known(desk, source)}


def written(desk: Desk) -> dict[str, int]:
    """How many rows every table of the store has."""
    with desk.store.reading():
        pass
    engine = create_engine(desk.url)
    with engine.connect() as connection:
        tables = ("system", "snapshot", "source", "directory_account", "directory_address", "directory_alias")
        found = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in (*tables, "source_cursor", "sync_attempt", "audit_record")
        }
    engine.dispose()
    return found


def test_a_full_read_counts_whole_and_says_what_it_changes(desk: Desk) -> None:
    first = read(desk, [ANA], [BEN, CEM])
    desk.clock.pass_by(hours=1)
    preview = desk.store.stage_read(OKTA, Told([[BEN, person("3", "cem@acme.example", standing=Standing.DISABLED)]]))
    assert (preview.added, preview.changed, preview.gone, preview.unchanged) == (0, 1, 1, 1)
    assert preview.compared_with == first
    second = count(desk, preview)
    assert (first.rows, second.rows) == (3, 2)
    assert addresses(desk, second) == {"2": ("ben@acme.example",), "3": ("cem@acme.example",)}


def test_of_the_same_person_twice_the_later_entry_counts(desk: Desk) -> None:
    moved = person("1", "ana@acme.example", "a@acme.example", standing=Standing.DISABLED)
    source = read(desk, [person("1", "ana@acme.example", "b@acme.example"), BEN], [moved])
    assert source.rows == 2
    assert [(record.key, record.standing, record.addresses) for record in known(desk, source)] == [
        ("1", Standing.DISABLED, ("ana@acme.example", "a@acme.example")),
        ("2", Standing.ACTIVE, ("ben@acme.example",)),
    ]


def test_changes_add_change_and_take_away_and_leave_everybody_else(desk: Desk) -> None:
    first = read(desk, [person("1", "ana@acme.example", "a@acme.example"), BEN, CEM])
    renamed = person("2", "dee@acme.example", "b@acme.example")
    second = read(desk, [renamed, Removed("3")], after=first)
    assert addresses(desk, second) == {
        "1": ("ana@acme.example", "a@acme.example"),
        "2": ("dee@acme.example", "b@acme.example"),
    }
    assert addresses(desk, first)["3"] == ("cem@acme.example",)


def test_within_changes_the_last_word_about_a_person_counts(desk: Desk) -> None:
    first = read(desk, [ANA, BEN])
    second = read(desk, [Removed("1"), CEM, Removed("2")], [ANA, Removed("3"), BEN, Removed("2")], after=first)
    assert addresses(desk, second) == {"1": ("ana@acme.example",)}


def test_whoever_is_listed_without_an_address_is_counted_nowhere_and_has_not_gone(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(ANA.address)])
    first = read(desk, [ANA, BEN])
    desk.clock.pass_by(hours=1)
    preview = desk.store.stage_read(OKTA, Told([[Unaddressed(ANA.key, Standing.HOLD), BEN]]))
    assert (preview.totals.rows, preview.gone, preview.unchanged) == (1, 1, 1)
    second = count(desk, preview)
    assert addresses(desk, second) == {"2": ("ben@acme.example",)}
    assert is_gone(desk) == (False, ())
    desk.clock.pass_by(hours=1)
    third = read(desk, [CEM], after=second)
    assert (third.rows, is_gone(desk)) == (2, (False, ()))
    desk.clock.pass_by(hours=1)
    read(desk, [Unaddressed(ANA.key, Standing.DISABLED)], after=third)
    assert is_gone(desk) == (True, (first,))
    desk.clock.pass_by(hours=1)
    read(desk, [BEN])
    assert is_gone(desk) == (True, (first,))


def is_gone(desk: Desk) -> tuple[bool, tuple[Source, ...]]:
    """Whether Ana's membership looks like that of somebody who is gone, alone and in the comparison; from where."""
    now = desk.clock.now()
    with desk.store.reading() as view:
        ana = view.person(ANA.address, now, ())
        (compared,) = view.compared(MEMBERS, now, ())
    assert ana.facts == compared.facts
    assert ana.facts is not None
    return ana.facts.sightings[0].known_before, ana.gone_from


def test_somebody_who_was_never_there_can_be_removed(desk: Desk) -> None:
    assert addresses(desk, read(desk, [ANA], [Removed("9")])) == {"1": ("ana@acme.example",)}


def test_changes_of_nothing_are_the_same_read_again(desk: Desk) -> None:
    first = read(desk, [ANA, person("2", "ben@acme.example", "b@acme.example")])
    desk.clock.pass_by(hours=1)
    second = read(desk, after=first)
    assert (second.id, second.digest, second.rows) == (first.id + 1, first.digest, 2)
    assert written(desk)["snapshot"] == 1


def test_the_same_people_on_other_pages_make_the_same_digest(desk: Desk) -> None:
    aliased = person("3", "cem@acme.example", "a@acme.example", "b@acme.example")
    other_order = person("3", "cem@acme.example", "b@acme.example", "a@acme.example", line=9)
    assert read(desk, [ANA, BEN], [aliased]).digest == read(desk, [other_order, ANA], [BEN, ANA]).digest


@pytest.mark.parametrize(
    "other",
    [
        person("2", "dee@acme.example"),
        person("2", "ben@acme.example", "b@acme.example"),
        person("2", "ben@acme.example", standing=Standing.HOLD),
        person("2", "ben@acme.example", name="Ben"),
        person("2", "ben@acme.example", kind="service"),
        person("2", "ben@acme.example", leave_at=datetime(2026, 12, 1, tzinfo=UTC)),
        person("9", "ben@acme.example"),
        person("2", "ben@acme.example")._replace(flags=("look_alike",)),
        person("2", "ben@acme.example")._replace(status="STAGED"),
    ],
)
def test_anything_else_about_a_person_makes_another_digest(desk: Desk, other: object) -> None:
    assert isinstance(other, type(BEN))
    assert read(desk, [ANA, BEN]).digest != read(desk, [ANA, other]).digest


def test_whoever_is_not_named_is_not_assigned_where_everybody_was_named(desk: Desk) -> None:
    source = read(desk, [Assigned("1"), ANA], [BEN, Assigned("8"), CEM, Assigned("3")], assignments=True)
    assert assigned(desk, source) == {"1": True, "2": False, "3": True}
    assert "is_assigned" in source.columns


@pytest.mark.parametrize("assignments", [None, False])
def test_of_whoever_is_not_named_nobody_knows_where_not_everybody_was(desk: Desk, assignments: bool | None) -> None:
    source = read(desk, [ANA, BEN, Assigned("1")], assignments=assignments)
    assert assigned(desk, source) == {"1": True, "2": None}


def test_a_read_that_tells_of_no_assignment_says_so(desk: Desk) -> None:
    source = read(desk, [ANA])
    assert assigned(desk, source) == {"1": None}
    assert "is_assigned" not in source.columns


def test_assignments_are_those_of_the_read_and_never_of_the_one_before(desk: Desk) -> None:
    first = read(desk, [ANA, BEN, CEM, Assigned("1"), Assigned("2")], assignments=True)
    anew = read(desk, [Assigned("3"), BEN], after=first, assignments=True)
    untold = read(desk, [BEN], after=first)
    assert assigned(desk, anew) == {"1": False, "2": False, "3": True}
    assert assigned(desk, untold) == {"1": None, "2": None, "3": None}


def test_an_assignment_that_ended_is_a_change(desk: Desk) -> None:
    first = read(desk, [ANA, BEN, Assigned("1"), Assigned("2")], assignments=True)
    preview = desk.store.stage_read(OKTA, Told([[Assigned("1")]], is_full=False, assignments=True), base=first.id)
    assert (preview.added, preview.changed, preview.gone, preview.unchanged) == (0, 1, 0, 1)


def test_two_people_with_one_address_both_claim_it_after_changes_too(desk: Desk) -> None:
    first = read(desk, [ANA, BEN])
    second = read(desk, [person("3", "cem@acme.example", "ana@acme.example")], after=first)
    with desk.store.reading() as view:
        found = view.accounts_in(second, [Address("ana@acme.example")])
    assert [record.key for record in found] == ["1", "3"]
    third = read(desk, [Removed("1")], after=second)
    with desk.store.reading() as view:
        (only,) = view.accounts_in(third, [Address("ana@acme.example")])
    assert only.addresses == ("cem@acme.example", "ana@acme.example")


@pytest.mark.parametrize("page", range(4))
@pytest.mark.parametrize("is_full", [True, False])
def test_a_read_that_breaks_off_leaves_no_trace(desk: Desk, page: int, is_full: bool) -> None:
    first = read(desk, [ANA, BEN, CEM])
    before = written(desk)
    told = Told([[BEN], [Removed("1")], [Assigned("2"), CEM]], is_full=is_full, breaks_before=page)
    with pytest.raises(WentAway):
        desk.store.stage_read(OKTA, told, base=first.id)
    assert written(desk) == before
    with desk.store.reading() as view:
        assert view.source_in_force(OKTA) == first


def test_a_read_that_is_whole_after_one_that_broke_off_has_nothing_of_it(desk: Desk) -> None:
    first = read(desk, [ANA])
    with pytest.raises(WentAway):
        desk.store.stage_read(OKTA, Told([[BEN], [Removed("1")]], breaks_before=2))
    assert addresses(desk, read(desk, [CEM], after=first)) == {"1": ("ana@acme.example",), "3": ("cem@acme.example",)}


def test_whoever_no_page_brought_is_asked_for_alone_before_they_are_gone(desk: Desk) -> None:
    read(desk, [ANA, BEN, CEM])
    desk.clock.pass_by(hours=1)
    source = count(desk, desk.store.stage_read(OKTA, Told([[ANA]], there=(BEN, Removed(CEM.key)))))
    assert set(addresses(desk, source)) == {ANA.key, BEN.key}


def test_of_too_many_whom_no_page_brought_some_are_asked_for_and_one_who_is_there_is_enough(desk: Desk) -> None:
    everybody = [person(f"{number:04}", f"p{number:04}@acme.example") for number in range(2_500)]
    first = read(desk, everybody)
    before = written(desk)
    with pytest.raises(ReadLeftPeopleOut) as left_out:
        desk.store.stage_read(OKTA, Told([everybody[:1_000]], there=tuple(everybody[1_000:])))
    assert written(desk) == before
    assert (left_out.value.missing, left_out.value.asked, left_out.value.there) == (1_500, 1_000, 1_000)
    chosen = Told([everybody[:1_000]])
    desk.store.stage_read(OKTA, chosen)
    assert chosen.asked != [one.key for one in everybody[1_000:2_000]]  # No end of the alphabet goes unasked.
    again = Told([everybody[:1_000]], there=tuple(one for one in everybody if one.key == chosen.asked[-1]))
    with pytest.raises(ReadLeftPeopleOut):
        desk.store.stage_read(OKTA, again)
    assert again.asked == chosen.asked
    with desk.store.reading() as view:
        assert view.source_in_force(OKTA) == first


def test_a_full_read_does_not_look_at_what_was_before(desk: Desk) -> None:
    first = read(desk, [ANA, BEN])
    second = count(desk, desk.store.stage_read(OKTA, Told([[CEM]]), base=first.id))
    assert addresses(desk, second) == {"3": ("cem@acme.example",)}


def test_changes_of_nothing_that_is_known_are_a_mistake_of_ours(desk: Desk) -> None:
    with pytest.raises(ValueError, match="changes need a source"):
        desk.store.stage_read(OKTA, Told([[ANA]], is_full=False))


def test_changes_of_a_source_that_was_taken_back_count_for_nothing(desk: Desk) -> None:
    first = read(desk, [ANA])
    with desk.store.writing(PAT) as change:
        change.retract_source(first.id, "wrong tenant")
    before = written(desk)
    with pytest.raises(CursorDoubted, match=f"R-{first.id}, which the changes follow, was taken back"):
        desk.store.stage_read(OKTA, Told([[BEN]], is_full=False), base=first.id)
    assert written(desk) == before


def test_changes_follow_a_complete_read_of_the_same_directory_only(desk: Desk) -> None:
    partial = desk.bring(OKTA, [ANA], is_complete=None)
    elsewhere = desk.bring(STAFF, [BEN])
    for source in (partial, elsewhere):
        with pytest.raises(CursorDoubted, match="is no complete read of this directory"):
            desk.store.stage_read(OKTA, Told([[CEM]], is_full=False), base=source.id)


def test_a_read_with_a_mistake_does_not_lie_ready_even_where_its_people_do(desk: Desk) -> None:
    read(desk, [ANA])
    mistake = Mistake(3, "“Nobody” in “E-mail” is no e-mail address.", "no_address")
    preview = desk.store.stage_read(OKTA, Told([[ANA]], mistakes=(mistake,)))
    assert (preview.snapshot, preview.mistakes, preview.in_all_mistakes) == (0, (mistake,), 1)


def test_what_it_is_called_what_it_noted_and_when_it_began_is_that_of_the_last_read(desk: Desk) -> None:
    desk.store.stage_read(OKTA, Told([[ANA]], notes=("Two people have no address.",)), label="first")
    begun = desk.clock.now() - timedelta(minutes=5)
    again = desk.store.stage_read(OKTA, Told([[ANA]], notes=("One has none.",)), label="second", begun_at=begun)
    assert (again.label, again.totals.notes, again.horizon) == ("second", ("One has none.",), begun)


def test_rows_of_a_read_are_told_as_they_are_stored(desk: Desk) -> None:
    progress = Progress()
    desk.store.stage_read(OKTA, Told([[ANA, BEN], [ANA]]), progress)
    assert progress.steps == [(0, 2, "rows stored"), (2, 2, "rows stored")]


# -- cursors and tries ------------------------------------------------------------------------------------------------


def test_a_cursor_goes_with_its_source(desk: Desk) -> None:
    first, second = read(desk, [ANA]), read(desk, [BEN])
    with desk.store.writing(SYNC) as change:
        change.keep_cursor(second.id, "delta-7", "f" * 64)
    with desk.store.reading() as view:
        assert view.cursor_of(first.id) is None
        assert view.cursor_of(second.id) == ReadCursor("delta-7", "f" * 64)
    with desk.store.writing(PAT) as change:
        change.retract_source(second.id, "wrong tenant")
        assert change.cursor_of(second.id) is None


def test_the_trail_knows_a_cursor_by_its_digest(desk: Desk) -> None:
    source = read(desk, [ANA])
    with desk.store.writing(SYNC) as change:
        change.keep_cursor(source.id, "delta-7", "f" * 64)
        *_, last = change.trail()
    assert last.kind == "directory.cursor_kept"
    assert last.payload is not None
    assert "delta-7" not in last.payload


def attempt(desk: Desk, source: Source | None, *, directory: str = "okta", sentence: str = "Read.") -> Attempt:
    """A try that ended now."""
    now = desk.clock.now()
    code = None if source is not None else "directory_unreachable"
    return Attempt(
        directory,
        now - timedelta(minutes=1),
        now,
        None if source is None else source.id,
        True,
        3,
        code,
        sentence,
        ("r w",),
    )


def test_the_last_try_of_each_directory_is_told_and_the_last_that_worked(desk: Desk) -> None:
    worked = attempt(desk, read(desk, [ANA]))
    failed = attempt(desk, None, sentence="okta was not read: nobody answers.")
    other = attempt(desk, None, directory="entra")
    with desk.store.writing(SYNC) as change:
        for each in (other, worked, failed):
            change.note_attempt(each)
    with desk.store.reading() as view:
        assert list(view.last_attempts()) == [other, failed]
        assert view.last_success("okta") == worked
        assert view.last_success("entra") is None


def test_a_try_is_in_the_trail_without_what_may_name_somebody(desk: Desk) -> None:
    source = read(desk, [ANA])
    with desk.store.writing(SYNC) as change:
        change.note_attempt(attempt(desk, source))
        change.note_attempt(attempt(desk, None, sentence="ana@acme.example may not sign in."))
        *_, worked, failed = change.trail()
        assert change.verify_trail().holds
    assert (worked.kind, failed.kind) == ("directory.read", "directory.read_failed")
    assert failed.payload is not None
    assert "ana@acme.example" not in failed.payload
    assert '"code":"directory_unreachable"' in failed.payload
