"""How a register answers, on a register of a few facts."""

import pytest

from axure_lifecycle.domain.facts import (
    LONGEST_REPEATED,
    Confidence,
    Fact,
    FactUnknown,
    Register,
    Source,
    Topic,
    TopicUnknown,
    fold,
)


def fact(id_: str, sentence: str, *topics: str) -> Fact:
    return Fact(id_, sentence, ("page",), "2026", Confidence.VENDOR, topics)


FACTS = (
    fact("seat.renews", "A seat renews in June.", "seats", "prices"),
    fact("seat.price", "It costs money every June.", "prices", "seats"),
    fact("login.email", "People type an address.", "sign-in"),
    fact("login.seat", "Nobody needs one to look.", "sign-in", "seats"),
)
SOURCES = {"page": Source("page", "A page", "https://docs.vendor.example", "2026", Confidence.VENDOR)}
HEADINGS = {
    "seats": Topic("seats", "Seats", ("seat", "place", "licence")),
    "prices": Topic("prices", "Prices", ("how much",)),
    "sign-in": Topic("sign-in", "Signing in", ("log in", "licence check")),
}


def register(*facts: Fact) -> Register:
    return Register({each.id: each for each in facts}, SOURCES, HEADINGS)


@pytest.fixture
def small() -> Register:
    return register(*FACTS)


def ids(facts: tuple[Fact, ...]) -> list[str]:
    return [each.id for each in facts]


def test_a_topic_tells_first_what_belongs_to_it_most(small: Register) -> None:
    assert ids(small.about("prices")) == ["seat.price", "seat.renews"]
    assert ids(small.about("seats")) == ["seat.renews", "seat.price", "login.seat"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("seats", ["seat.renews", "seat.price", "login.seat"]),
        ("login.email", ["login.email"]),
        ("login", ["login.email", "login.seat"]),
        (" PLACES! ", ["seat.renews", "seat.price", "login.seat"]),
        ("license check", ["login.email", "login.seat"]),
        ("my license check please", ["login.email", "login.seat"]),  # and not the seats of a licence
        ("How much is a place?", ["seat.renews", "seat.price", "login.seat"]),
        ("log in without a place", ["login.seat", "seat.renews", "login.email", "seat.price"]),
        ("an address", ["login.email"]),
        ("money in June", ["seat.price"]),
    ],
)
def test_words_find_facts_in_a_known_order(small: Register, words: str, expected: list[str]) -> None:
    assert ids(small.find(words)) == expected


@pytest.mark.parametrize("words", ["", "  ", "?", "is it", "quaternions"])
def test_words_that_fit_nothing_are_refused(small: Register, words: str) -> None:
    with pytest.raises(TopicUnknown) as refusal:
        small.find(words)

    assert refusal.value.code == "topic_unknown"


def test_an_unknown_topic_is_refused_with_the_nearest(small: Register) -> None:
    with pytest.raises(TopicUnknown) as refusal:
        small.about("prizes")

    assert refusal.value.nearest == ("prices",)
    assert refusal.value.sentence == (
        "Nothing can be said about 'prizes': no topic and no fact of the register goes by these words. "
        "The nearest topics are prices; ask for one of them."
    )


def test_an_unknown_fact_is_refused_with_the_nearest(small: Register) -> None:
    with pytest.raises(FactUnknown) as refusal:
        small.fact("seat.renew")

    assert refusal.value.code == "fact_unknown"
    assert refusal.value.nearest[0] == "seat.renews"
    assert refusal.value.sentence.startswith("The register holds no fact 'seat.renew'. The nearest facts are ")


def test_a_refusal_shows_hostile_words_short_and_visibly(small: Register) -> None:
    with pytest.raises(TopicUnknown) as refusal:
        small.find("\u202e\x07" + "q" * 100_000)

    assert "'\\u202e\\x07qqq" in refusal.value.sentence
    assert len(refusal.value.sentence) < LONGEST_REPEATED + 250


def test_the_version_tells_contents_apart_and_not_their_order(small: Register) -> None:
    changed = fact("login.seat", "Everybody needs one to look.", "sign-in", "seats")

    assert register(*reversed(FACTS)).version == small.version
    assert register(*FACTS[:3], changed).version != small.version
    assert register(*FACTS[:3]).version != small.version
    assert len(small.version) == 12
    assert int(small.version, 16) >= 0


def test_confidences_stand_in_order() -> None:
    vendor, older, reported, unknown = Confidence.VENDOR, Confidence.OLDER, Confidence.REPORTED, Confidence.UNKNOWN

    assert vendor.is_stronger_than(older)
    assert older.is_stronger_than(reported)
    assert reported.is_stronger_than(unknown)
    assert not unknown.is_stronger_than(unknown)


def test_spellings_of_both_sides_of_an_ocean_are_one() -> None:
    assert fold("Licenses of an Organisation") == fold("licence of an organization")
