"""How old a fact is, and when it is to be checked again."""

from datetime import date

import pytest

from axure_lifecycle.domain.facts import Confidence, Fact, Register, Source, Topic, first_day

TODAY = date(2026, 11, 23)


def register_with(as_of: str, *, read_on: str | None = None, confidence: Confidence = Confidence.VENDOR) -> Register:
    """One fact, `seat.renews`, of those words, by one source."""
    source = Source("page", "A page", "https://docs.vendor.example", as_of, Confidence.VENDOR, read_on=read_on)
    fact = Fact("seat.renews", "A seat renews in June.", ("page",), as_of, confidence, ("seats",))
    return Register({fact.id: fact}, {"page": source}, {"seats": Topic("seats", "Seats", ())})


def is_old(register: Register, limit_days: int, today: date = TODAY) -> bool:
    return register.is_old(register.fact("seat.renews"), today, limit_days)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-02-27", date(2026, 2, 27)),
        ("2025-12", date(2025, 12, 1)),
        ("2017", date(2017, 1, 1)),
        ("c. 2018", date(2018, 1, 1)),
        ("c. 2017–2019", date(2017, 1, 1)),
        ("2019-2017", date(2017, 1, 1)),
        ("read 2026-03-01, true since 2024-05", date(2024, 5, 1)),
        ("undated", None),
        ("undated, recent", None),
        ("RP 9 era", None),
        (".NET 4.5 era", None),
        ("build 3.2017", None),
        ("12017", None),
        ("٢٠٢٦", None),
        ("", None),
    ],
)
def test_words_mean_the_earliest_day_they_can(words: str, day: date | None) -> None:
    assert first_day(words) == day


@pytest.mark.parametrize("words", ["2026-13", "2026-02-30", "0000", "2026-00-10"])
def test_numbers_that_are_no_day_are_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"must be in|out of range"):
        first_day(words)


@pytest.mark.parametrize(
    ("as_of", "limit_days", "old"),
    [
        ("2026-11-23", 0, False),
        ("2026-11-22", 0, True),
        ("2025-11-23", 365, False),
        ("2025-11-22", 365, True),
        ("2026-11", 22, False),
        ("2026-11", 21, True),
        ("2026", 326, False),
        ("2026", 325, True),
        ("2026-11-24", 0, False),  # of tomorrow, by a clock that is ahead
    ],
)
def test_a_fact_is_old_a_day_after_its_limit(as_of: str, limit_days: int, old: bool) -> None:
    assert is_old(register_with(as_of), limit_days) is old


def test_what_has_no_date_ages_from_the_day_on_which_it_was_read() -> None:
    undated = register_with("undated", read_on="2025-01-31")

    assert undated.dated(undated.fact("seat.renews")) == date(2025, 1, 31)
    assert is_old(undated, 661) is False
    assert is_old(undated, 660) is True


def test_reading_an_old_page_again_makes_it_no_younger() -> None:
    assert is_old(register_with("2017", read_on="2026-11-23"), 365) is True


def test_what_nothing_dates_is_not_called_old() -> None:
    undated = register_with("RP 9 era")

    assert undated.dated(undated.fact("seat.renews")) is None
    assert is_old(undated, 0) is False


def test_what_is_unknown_is_asked_and_never_checked() -> None:
    assert is_old(register_with("2017", confidence=Confidence.UNKNOWN), 0) is False


def test_a_fact_of_no_source_ages_by_its_own_words() -> None:
    fact = Fact("seat.renews", "A seat renews.", (), "2024", Confidence.REPORTED, ("seats",))
    register = Register({fact.id: fact}, {}, {"seats": Topic("seats", "Seats", ())})

    assert register.dated(fact) == date(2024, 1, 1)
    assert register.is_old(fact, TODAY, 365) is True


def test_when_a_page_was_read_is_part_of_the_version() -> None:
    assert register_with("2017", read_on="2026-11").version != register_with("2017").version


def test_every_shipped_fact_has_a_day_and_every_source_was_read(shipped: Register) -> None:
    assert [fact.id for fact in shipped.facts.values() if shipped.dated(fact) is None] == []
    assert [source.key for source in shipped.sources.values() if source.read_on is None] == []


def test_of_the_shipped_facts_those_are_old_that_an_old_page_carries(shipped: Register) -> None:
    old = {fact.id for fact in shipped.facts.values() if shipped.is_old(fact, TODAY, 365)}

    assert {"screens.2017", "seat.assign", "ldap.query-string", "entra.unassign", "google.unassign"} <= old
    assert old.isdisjoint({"deactivate.steps", "okta.unassign", "saml.acs-url", "prices.pro", "deactivate.control"})
    assert {fact.id for fact in shipped.facts.values() if shipped.is_old(fact, date(2028, 1, 1), 365)} == {
        fact.id for fact in shipped.facts.values() if fact.question is None
    }
