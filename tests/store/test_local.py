"""What an organisation found out itself: kept, replaced, taken back, and never deleted."""

from datetime import date

import pytest

from axure_lifecycle.domain.holdings import Actor, Assurance
from axure_lifecycle.domain.local import LocalFact, ScreenChange
from axure_lifecycle.store.refusals import LocalFactUnknown, ScreenChangeUnknown
from tests.store.desk import PAT, ROBOT, START, Desk

REPORTED, CONFIRMED = Assurance.REPORTED, Assurance.CONFIRMED
UNTIL = date(2027, 11, 23)


def tell(desk: Desk, answer: str, *, by: Actor = PAT, fact: str = "screens.path") -> LocalFact:
    """Answer a question."""
    assurance = CONFIRMED if by is PAT else REPORTED
    with desk.store.writing(by) as change:
        return change.record_fact(fact, answer=answer, evidence="a look", until=UNTIL, assurance=assurance)


def differ(desk: Desk, differs: str, *, by: Actor = PAT, step: str = "find", screens: str = "new") -> ScreenChange:
    """Describe a changed screen."""
    assurance = CONFIRMED if by is PAT else REPORTED
    with desk.store.writing(by) as change:
        return change.record_screen_change(
            "axure.offboard", step, screens, differs=differs, place=None, assurance=assurance
        )


def facts(desk: Desk) -> list[str]:
    """The answers that have not ended, each with its number."""
    with desk.store.reading() as view:
        return [f"{one.name} {one.answer}" for one in view.local_facts(desk.clock.now())]


def changes(desk: Desk) -> list[str]:
    """The changes that have not ended, each with its number."""
    with desk.store.reading() as view:
        return [f"{one.name} {one.differs}" for one in view.screen_changes()]


def kinds(desk: Desk) -> list[str]:
    """What the trail holds."""
    with desk.store.reading() as view:
        assert view.verify_trail().holds
        return [record.kind for record in view.trail()]


def test_an_answer_says_who_gave_it_when_and_until_when(desk: Desk) -> None:
    made = tell(desk, "in the footer", by=ROBOT)
    assert made == LocalFact(1, "screens.path", "in the footer", "a look", ROBOT, REPORTED, START, UNTIL, None, None)
    with desk.store.reading() as view:
        assert view.local_facts(START) == [made]
        assert view.local_fact(1) == made
    assert kinds(desk) == ["fact.answered"]


def test_a_new_answer_ends_the_former(desk: Desk) -> None:
    tell(desk, "in the footer")
    other = tell(desk, "another question", fact="seats.order")
    desk.clock.pass_by(hours=1)
    tell(desk, "in the header")
    assert facts(desk) == ["F-3 in the header", f"{other.name} another question"]
    with desk.store.reading() as view:
        former = view.local_fact(1)
        assert (former.ended_at, former.ended_because) == (desk.clock.now(), "answered anew (F-3)")
        assert [one.name for one in view.local_facts(START)] == ["F-1", "F-2"]


def test_a_report_takes_the_place_of_reports_only(desk: Desk) -> None:
    tell(desk, "maybe", by=ROBOT)
    tell(desk, "surely")
    tell(desk, "no", by=ROBOT)
    tell(desk, "or yes", by=ROBOT)
    assert facts(desk) == ["F-2 surely", "F-4 or yes"]
    tell(desk, "seen again")
    assert facts(desk) == ["F-5 seen again"]


def test_an_answer_that_is_taken_back_counts_no_longer_and_stays_written(desk: Desk) -> None:
    tell(desk, "in the footer")
    with desk.store.writing(PAT) as change:
        ended = change.end_fact(1, "misread")
        assert (ended.ended_at, ended.ended_because) == (START, "misread")
        assert change.end_fact(1, "again") == ended
    assert facts(desk) == []
    assert kinds(desk) == ["fact.answered", "fact.ended"]


def test_a_changed_screen_says_which_step_of_which_generation(desk: Desk) -> None:
    made = differ(desk, "the button is a menu")
    assert made == ScreenChange(
        1, "axure.offboard", "find", "new", "the button is a menu", None, PAT, CONFIRMED, START, None, None
    )
    with desk.store.reading() as view:
        assert view.screen_changes() == [made]
        assert view.screen_change(1) == made
    assert kinds(desk) == ["screen.changed"]


def test_a_new_description_ends_the_former_of_the_same_step_and_generation(desk: Desk) -> None:
    differ(desk, "a menu")
    differ(desk, "another step", step="tell")
    differ(desk, "another generation", screens="mid")
    differ(desk, "a link")
    differ(desk, "a report", by=ROBOT)
    assert changes(desk) == ["S-3 another generation", "S-4 a link", "S-5 a report", "S-2 another step"]
    with desk.store.reading() as view:
        assert view.screen_change(1).ended_because == "described anew (S-4)"


def test_a_changed_screen_that_is_taken_back_counts_no_longer(desk: Desk) -> None:
    differ(desk, "a menu")
    with desk.store.writing(PAT) as change:
        ended = change.end_screen_change(1, "it was the other server")
        assert (ended.ended_at, ended.ended_because) == (START, "it was the other server")
        assert change.end_screen_change(1, "again") == ended
    assert changes(desk) == []
    assert kinds(desk) == ["screen.changed", "screen.change_ended"]


def test_numbers_that_nothing_has_are_refused_with_the_newest(desk: Desk) -> None:
    with desk.store.reading() as view:
        with pytest.raises(LocalFactUnknown, match="There is no answer F-7: there is none yet"):
            view.local_fact(7)
        with pytest.raises(ScreenChangeUnknown, match="There is no changed screen S-7: there is none yet"):
            view.screen_change(7)
    tell(desk, "yes")
    differ(desk, "a menu")
    with desk.store.writing(PAT) as change:
        with pytest.raises(LocalFactUnknown, match="the newest is F-1"):
            change.end_fact(2, "x")
        with pytest.raises(ScreenChangeUnknown, match="the newest is S-1"):
            change.end_screen_change(2, "x")
