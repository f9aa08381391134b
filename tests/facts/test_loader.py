"""What the loader of a register refuses, and that it tells everything at once."""

from pathlib import Path

import pytest

from axure_lifecycle.domain.facts import Confidence, Register
from axure_lifecycle.facts import RegisterBroken, load_register

SOURCES = """
[[source]]
key = 'page'
title = 'The vendor’s page'
address = 'https://docs.vendor.example/page'
as_of = '2026'
strongest = 'vendor'

[[source]]
key = 'blog'
title = 'Somebody’s blog'
address = 'https://blog.example/axure'
as_of = '2025-05-01'
strongest = 'reported'
"""
TOPICS = """
[[topic]]
name = 'seats'
title = 'Seats'
synonyms = 'seat, licence seat'

[[topic]]
name = 'sign-in'
title = 'Signing in'
"""
FACT = """
[[fact]]
id = 'seat.renews'
sentence = 'A seat renews.'
confidence = 'vendor'
sources = 'page blog'
topics = 'seats'
"""


class Shelf:
    """A folder of files of a register, sound until a test breaks one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("sources.toml", SOURCES)
        self.write("topics.toml", TOPICS)
        self.write("facts.toml", FACT)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def load(self) -> Register:
        return load_register(self.folder)

    def mistakes(self) -> tuple[str, ...]:
        with pytest.raises(RegisterBroken) as refusal:
            self.load()
        return refusal.value.mistakes


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_a_sound_folder_is_a_register(shelf: Shelf) -> None:
    fact = shelf.load().fact("seat.renews")

    assert (fact.sentence, fact.sources, fact.topics) == ("A seat renews.", ("page", "blog"), ("seats",))
    assert (fact.confidence, fact.as_of, fact.question, fact.note) == (Confidence.VENDOR, "2026", None, None)


def test_a_fact_may_have_a_date_of_its_own(shelf: Shelf) -> None:
    shelf.write("facts.toml", f"{FACT}as_of = '2024'\n")

    assert shelf.load().fact("seat.renews").as_of == "2024"


@pytest.mark.parametrize(
    ("sound", "broken", "mistake"),
    [
        ("'seat.renews'", "'Seat.Renews'", "id has a bad form; expected lower-case letters, digits and hyphens"),
        ("'seat.renews'", "'seat..renews'", "id has a bad form; expected lower-case letters, digits and hyphens"),
        ("'page blog'", "'page hearsay'", "unknown source hearsay"),
        ("'page blog'", "'page page'", "sources names page twice"),
        ("'page blog'", "'blog'", "is vendor, but its first source blog is at most reported"),
        ("'page blog'", "'blog page'", "is vendor, but its first source blog is at most reported"),
        ("sources = 'page blog'", "as_of = '2024'", "is vendor, so it needs a source"),
        ("topics = 'seats'", "topics = 'chairs'", "unknown topic chairs"),
        ("topics = 'seats'", "", "has no topic, so nobody could find it"),
        ("'vendor'", "'certain'", "confidence is 'certain'; expected vendor, older, reported, unknown"),
        ("confidence = 'vendor'", "", "confidence is missing"),
        ("'vendor'", "'unknown'", "is unknown, so it needs a question to ask"),
        ("topics =", "question = 'Does it?'\ntopics =", "is vendor, so it has no question to ask"),
        ("topics =", "colour = 'red'\ntopics =", "unknown key colour"),
        ("sentence = 'A seat renews.'", "", "sentence is missing"),
        ("'A seat renews.'", "3", "sentence is not a text"),
        ("'A seat renews.'", "' '", "sentence is empty or has blanks around it"),
        ("'A seat renews.'", '"A\\u202eseat"', "sentence holds a line break, a control character or an invisible one"),
        ("topics = 'seats'", "topics = ['seats']", "topics is not a text"),
    ],
)
def test_a_broken_fact_is_refused_with_its_mistake(shelf: Shelf, sound: str, broken: str, mistake: str) -> None:
    assert FACT.count(sound) == 1
    shelf.write("facts.toml", FACT.replace(sound, broken))

    assert any(told.startswith("facts.toml, fact 1") and told.endswith(f": {mistake}") for told in shelf.mistakes())


def test_a_fact_without_an_id_is_refused(shelf: Shelf) -> None:
    shelf.write("facts.toml", FACT.replace("id = 'seat.renews'", ""))

    assert shelf.mistakes() == ("facts.toml, fact 1: id is missing",)


def test_an_id_that_two_files_use_is_refused(shelf: Shelf) -> None:
    shelf.write("more.toml", FACT)

    assert shelf.mistakes() == ("more.toml, fact 1 (seat.renews): id is there already",)


def test_an_unknown_fact_needs_no_source_but_a_date(shelf: Shelf) -> None:
    unknown = FACT.replace("'vendor'", "'unknown'").replace("sources = 'page blog'", "question = 'Does it?'")
    shelf.write("facts.toml", unknown)

    assert shelf.mistakes() == ("facts.toml, fact 1 (seat.renews): as_of is missing, and no source gives it",)

    shelf.write("facts.toml", f"{unknown}as_of = '2026'\n")

    assert shelf.load().fact("seat.renews").question == "Does it?"


def test_a_source_of_a_taken_key_or_without_strength_is_refused(shelf: Shelf) -> None:
    shelf.write("sources.toml", SOURCES.replace("'blog'", "'page'") + "[[source]]\nkey = 'A page'\n")

    assert shelf.mistakes() == (
        "sources.toml, source 2 (page): key is there already",
        "sources.toml, source 3 (A page): key has a bad form; expected lower-case letters, digits and hyphens",
        "sources.toml, source 3 (A page): title is missing",
        "sources.toml, source 3 (A page): address is missing",
        "sources.toml, source 3 (A page): as_of is missing",
        "sources.toml, source 3 (A page): strongest is missing",
        "facts.toml, fact 1 (seat.renews): unknown source blog",
        "facts.toml, fact 1 (seat.renews): is vendor, but its first source page is at most reported",
    )


def test_words_that_mean_two_topics_are_refused(shelf: Shelf) -> None:
    shelf.write("topics.toml", f"{TOPICS}synonyms = 'login, Licence-Seats'\n")

    assert shelf.mistakes() == ("topics.toml, topic 2 (sign-in): “licence seat” already means the topic seats",)


def test_a_topic_that_is_there_already_is_refused(shelf: Shelf) -> None:
    shelf.write("topics.toml", f"{TOPICS}\n[[topic]]\nname = 'seats'\ntitle = 'Seats again'\n")

    assert shelf.mistakes() == ("topics.toml, topic 3 (seats): name is there already",)


def test_files_that_cannot_be_read_are_named(shelf: Shelf) -> None:
    (shelf.folder / "sources.toml").unlink()
    shelf.write("topics.toml", "[[topic]\n")
    (shelf.folder / "facts.toml").write_bytes(b"id = '\xff'")
    missing, broken, encoding = shelf.mistakes()

    assert missing == "sources.toml: cannot be read (No such file or directory)"
    assert broken.startswith("topics.toml: is not TOML (")
    assert encoding == "facts.toml: is not UTF-8"


def test_files_of_another_shape_are_refused(shelf: Shelf) -> None:
    shelf.write("facts.toml", "fact = 3\n[[facts]]\nid = 'x'\n")
    shelf.write("more.toml", "fact = [3]\n")

    assert shelf.mistakes() == (
        "facts.toml: unknown key facts; expected [[fact]]",
        "facts.toml: fact is not a list of tables; expected [[fact]]",
        "more.toml, fact 1: is not a table",
    )


def test_a_folder_without_facts_is_refused(shelf: Shelf) -> None:
    (shelf.folder / "facts.toml").unlink()

    assert shelf.mistakes() == ("no file holds a fact",)


def test_all_mistakes_of_all_files_are_told_at_once(shelf: Shelf) -> None:
    shelf.write("facts.toml", FACT.replace("'seats'", "'chairs'") + FACT.replace("'page blog'", "'gossip'"))
    shelf.write("more.toml", "[[fact]]\nid = 'seat.more'\n")

    with pytest.raises(RegisterBroken) as refusal:
        shelf.load()

    assert refusal.value.code == "register_broken"
    assert refusal.value.sentence == (
        "The facts were not loaded: 7 mistakes in their files.\n"
        "- facts.toml, fact 1 (seat.renews): unknown topic chairs\n"
        "- facts.toml, fact 2 (seat.renews): id is there already\n"
        "- facts.toml, fact 2 (seat.renews): unknown source gossip\n"
        "- more.toml, fact 1 (seat.more): sentence is missing\n"
        "- more.toml, fact 1 (seat.more): confidence is missing\n"
        "- more.toml, fact 1 (seat.more): has no topic, so nobody could find it\n"
        "- more.toml, fact 1 (seat.more): as_of is missing, and no source gives it\n"
        "Correct them and try again."
    )


def test_a_second_folder_completes_the_first(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> None:
    second = Shelf(tmp_path_factory.mktemp("second"))
    second.write("sources.toml", "")
    second.write("topics.toml", "[[topic]]\nname = 'prices'\ntitle = 'Prices'\n")
    second.write("facts.toml", FACT.replace("seat.renews", "seat.price").replace("'seats'", "'prices seats'"))
    both = load_register(shelf.folder, second.folder)

    assert [fact.id for fact in both.about("seats")] == ["seat.renews", "seat.price"]
    assert list(both.topics()) == ["seats", "sign-in", "prices"]


def test_dates_that_are_none_are_refused(shelf: Shelf) -> None:
    spoilt = SOURCES.replace("as_of = '2026'", "as_of = '2026-13'\nread_on = 'last week'")
    shelf.write("sources.toml", spoilt.replace("as_of = '2025-05-01'", "as_of = '2025-05-01'\nread_on = '2025-05-32'"))
    shelf.write("facts.toml", f"{FACT}as_of = 'since 2026-02-30'\n")

    assert shelf.mistakes() == (
        "sources.toml, source 1 (page): as_of is '2026-13', which names no day of the calendar",
        "sources.toml, source 1 (page): read_on is 'last week'; expected a date or a year and month, such as 2026-11",
        "sources.toml, source 2 (blog): read_on is '2025-05-32', which names no day of the calendar",
        "facts.toml, fact 1 (seat.renews): as_of is 'since 2026-02-30', which names no day of the calendar",
    )


def test_a_source_can_say_when_it_was_read(shelf: Shelf) -> None:
    shelf.write("sources.toml", SOURCES.replace("as_of = '2026'", "as_of = 'undated'\nread_on = '2026-11'"))

    assert shelf.load().sources["page"].read_on == "2026-11"
    assert shelf.load().sources["blog"].read_on is None
