"""Which local answer counts, and which changed screen."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.facts import Confidence, Fact
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel
from axure_lifecycle.domain.local import (
    FactSettled,
    LocalFact,
    ScreenChange,
    answers_in_force,
    changes_in_force,
    refuse_settled,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAT = Actor("pat@acme.example", Channel.TERMINAL)
REPORTED, CONFIRMED = Assurance.REPORTED, Assurance.CONFIRMED


def answer(
    number: int,
    *,
    fact: str = "screens.path",
    assurance: Assurance = CONFIRMED,
    hours: float = -1,
    until: date = date(2027, 1, 1),
    ended: float | None = None,
) -> LocalFact:
    """An answer that was given and perhaps ended so many hours after noon."""
    at = NOON + timedelta(hours=hours)
    ended_at = None if ended is None else NOON + timedelta(hours=ended)
    return LocalFact(number, fact, "yes", "", PAT, assurance, at, until, ended_at)


def change(number: int, *, step: str = "find", screens: str = "new", assurance: Assurance = CONFIRMED) -> ScreenChange:
    """A changed screen."""
    return ScreenChange(number, "axure.offboard", step, screens, "other words", None, PAT, assurance, NOON)


def counted(*answers: LocalFact, at: datetime = NOON) -> list[str]:
    """The names of those that count."""
    return [one.name for one in answers_in_force(answers, at).values()]


def test_the_newest_answer_counts() -> None:
    assert counted(answer(2, hours=-1), answer(1, hours=-2)) == ["F-2"]


def test_of_two_answers_of_the_same_moment_the_later_number_counts() -> None:
    assert counted(answer(1), answer(2)) == ["F-2"]


def test_a_confirmed_answer_counts_before_a_newer_report() -> None:
    assert counted(answer(1, hours=-5), answer(2, assurance=REPORTED)) == ["F-1"]


def test_a_report_counts_once_the_confirmed_answer_has_ended_or_expired() -> None:
    ended = answer(1, hours=-5, ended=-2)
    expired = answer(1, hours=-5, until=date(2026, 11, 22))
    assert counted(ended, answer(2, assurance=REPORTED)) == ["F-2"]
    assert counted(expired, answer(2, assurance=REPORTED)) == ["F-2"]


def test_an_answer_counts_until_the_end_of_its_last_day() -> None:
    last = answer(1, hours=-50, until=date(2026, 11, 23))
    amsterdam = ZoneInfo("Europe/Amsterdam")
    assert counted(last, at=datetime(2026, 11, 23, 23, 59, tzinfo=amsterdam)) == ["F-1"]
    assert counted(last, at=datetime(2026, 11, 24, 0, 0, tzinfo=amsterdam)) == []


def test_an_answer_does_not_count_before_it_was_given_nor_from_the_moment_it_ended() -> None:
    one = answer(1, hours=0, ended=2)
    assert counted(one, at=NOON - timedelta(seconds=1)) == []
    assert counted(one, at=NOON) == ["F-1"]
    assert counted(one, at=NOON + timedelta(hours=2)) == []


def test_each_question_has_its_own_answer() -> None:
    assert counted(answer(1, fact="a.b"), answer(2, fact="c.d")) == ["F-1", "F-2"]


def test_a_change_of_another_generation_of_screens_says_nothing_about_this_one() -> None:
    changes = [change(1, screens="mid"), change(2, step="tell")]
    assert [one.name for one in changes_in_force(changes, "new", NOON).values()] == ["S-2"]
    assert list(changes_in_force(changes, "mid", NOON)) == [("axure.offboard", "find")]


def test_a_confirmed_change_counts_before_a_newer_report() -> None:
    changes = [change(1), change(2, assurance=REPORTED)]
    assert [one.name for one in changes_in_force(changes, "new", NOON).values()] == ["S-1"]


ANSWERS = st.lists(
    st.builds(
        answer,
        st.integers(1, 9),
        fact=st.sampled_from(["a.b", "c.d"]),
        assurance=st.sampled_from([REPORTED, CONFIRMED]),
        hours=st.integers(-60, 10),
        until=st.dates(date(2026, 11, 21), date(2026, 11, 26)),
        ended=st.none() | st.integers(-60, 10),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


def could_count(one: LocalFact) -> bool:
    """The truth, said a second time: given by now, not ended by now, not past its last day."""
    return one.at <= NOON and (one.ended_at is None or one.ended_at > NOON) and NOON.date() <= one.until


@given(ANSWERS)
def test_what_counts_could_count_and_nothing_better_stands_beside_it(answers: Sequence[LocalFact]) -> None:
    found = answers_in_force(answers, NOON)
    for fact in ("a.b", "c.d"):
        candidates = [one for one in answers if one.fact == fact and could_count(one)]
        best = found.get(fact)
        assert (best is None) == (not candidates)
        if best is not None:
            assert best in candidates
            people = [one for one in candidates if one.assurance is CONFIRMED]
            assert best.assurance is CONFIRMED or not people
            assert all(other.at <= best.at for other in (people or candidates))


@given(ANSWERS)
def test_the_order_in_which_answers_are_read_decides_nothing(answers: Sequence[LocalFact]) -> None:
    turned = list(reversed(answers))
    assert answers_in_force(answers, NOON) == answers_in_force(turned, NOON)


@pytest.mark.parametrize("confidence", [Confidence.OLDER, Confidence.REPORTED, Confidence.UNKNOWN])
def test_everything_below_the_vendors_word_may_be_answered(confidence: Confidence) -> None:
    refuse_settled(Fact("a.b", "It is so.", ("guide",), "2026", confidence, ("topic",)))


def test_the_vendors_word_needs_no_answer() -> None:
    with pytest.raises(FactSettled, match=r"Nothing was recorded about a\.b: it is the vendor's own word"):
        refuse_settled(Fact("a.b", "It is so.", ("manual",), "2026", Confidence.VENDOR, ("topic",)))
