"""What is known about the applications, and how well.

Nobody here can call Axure, so each claim is a fact with its sources, a date and a confidence, and a person is told
when a step leans on a third party's word. A fact has one confidence: a statement of which half is Axure's own word
and half is hearsay is two facts. What nobody found is a fact too: it carries the question for the admin who sees the
screen.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Final

from axure_lifecycle.domain.errors import LifecycleError

LONGEST_REPEATED: Final = 60
"""Characters of what somebody asked that a refusal repeats."""

LONGEST_ASKED: Final = 400
"""Characters of somebody's words that are looked at."""

VERSION_DIGITS: Final = 12
"""Hexadecimal digits of a register's version."""


class Confidence(StrEnum):
    """How well a fact is known; the members stand from the strongest to the weakest."""

    VENDOR = "vendor"
    """The vendor's own text, read directly."""
    OLDER = "older"
    """Older text or shipped code of the vendor, its forum staff, or one specific observation by a third party."""
    REPORTED = "reported"
    """One third party says so, or it is an inference; then the fact's note says that."""
    UNKNOWN = "unknown"
    """Nobody found it."""

    @property
    def strength(self) -> int:
        """3 for the vendor's word, 0 for unknown."""
        return _STRENGTH[self]

    def is_stronger_than(self, other: "Confidence") -> bool:
        """Whether this says more than the other.

        >>> Confidence.VENDOR.is_stronger_than(Confidence.REPORTED)
        True
        """
        return self.strength > other.strength


_STRENGTH: Final = {confidence: strength for strength, confidence in enumerate(reversed(Confidence))}


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who says something: a page, a post, a body of code."""

    key: str
    title: str
    address: str
    """Where it stands; "not recorded" or "none" where there is no address."""
    as_of: str
    """When it was true, in the words that are known: an ISO date, "2017", "undated"."""
    strongest: Confidence
    """The strongest confidence that a fact may draw from it."""
    note: str | None = None
    read_on: str | None = None
    """When somebody last read it: an ISO date, or a year and month; None where nobody wrote that down."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One claim with one confidence."""

    id: str
    """Lower-case parts joined by dots, such as `deactivate.effect`."""
    sentence: str
    sources: tuple[str, ...]
    """Keys of sources; the first is the one that carries the confidence."""
    as_of: str
    """When it was true, in the words that are known; that of the first source unless the fact has its own."""
    confidence: Confidence
    topics: tuple[str, ...]
    """Where the fact is found; the first is the one it belongs to most."""
    question: str | None = None
    """For what is unknown: what to ask the admin about their own screen."""
    note: str | None = None
    """That it is an inference, or what contradicts it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that a person may ask about."""

    name: str
    title: str
    """One line."""
    synonyms: tuple[str, ...]


class FactUnknown(LifecycleError):
    """The register holds no fact of that id."""

    code: ClassVar[str] = "fact_unknown"

    def __init__(self, asked: str, nearest: tuple[str, ...]) -> None:
        self.asked = asked
        self.nearest = nearest
        super().__init__(
            f"The register holds no fact {_repeated(asked)}. "
            + (f"The nearest facts are {', '.join(nearest)}. " if nearest else "")
            + "Ask by topic (`explain_axure`), and use an id as it stands there."
        )


class TopicUnknown(LifecycleError):
    """No topic and no fact goes by these words."""

    code: ClassVar[str] = "topic_unknown"

    def __init__(self, asked: str, nearest: tuple[str, ...]) -> None:
        self.asked = asked
        self.nearest = nearest
        super().__init__(
            f"Nothing can be said about {_repeated(asked)}: no topic and no fact of the register goes by these words. "
            f"The nearest topics are {', '.join(nearest)}; ask for one of them."
        )


@dataclass(frozen=True, slots=True)
class Register:
    """All facts with their sources and topics; made by a loader that has checked them against each other.

    The mappings keep the order in which the files tell them, which is the order of every answer.
    """

    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    headings: Mapping[str, Topic]
    version: str = field(init=False)
    """Lower-case hexadecimal; another content has another version, another order of the same content has not."""
    _by_topic: Mapping[str, tuple[Fact, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        shelves: dict[str, list[Fact]] = {name: [] for name in self.headings}
        for fact in self.facts.values():
            for topic in fact.topics:
                shelves[topic].append(fact)
        by_topic = {
            name: tuple(sorted(facts, key=lambda fact: fact.topics[0] != name)) for name, facts in shelves.items()
        }
        object.__setattr__(self, "_by_topic", by_topic)
        object.__setattr__(self, "version", _digest(self.facts, self.sources, self.headings))

    def topics(self) -> Mapping[str, str]:
        """Every topic with its one-line title, in the register's order."""
        return MappingProxyType({name: topic.title for name, topic in self.headings.items()})

    def about(self, topic: str) -> tuple[Fact, ...]:
        """The facts of a topic: those that name it first, then the others. Raises `TopicUnknown`."""
        try:
            return self._by_topic[topic]
        except KeyError:
            raise TopicUnknown(topic, self._nearest_topics(topic)) from None

    def fact(self, id: str) -> Fact:  # noqa: A002 - the word of the register
        """The fact of that id. Raises `FactUnknown`."""
        try:
            return self.facts[id]
        except KeyError:
            raise FactUnknown(id, _nearest(id, self.facts)) from None

    def dated(self, fact: Fact) -> date | None:
        """The day from which a fact's age counts; None for a fact that nothing dates.

        It is the earliest day that the fact's own words name. Where they name none ("undated", "RP 9 era") it is the
        day on which the source that carries the fact was last read.
        """
        words = [fact.as_of]
        if fact.sources and (source := self.sources.get(fact.sources[0])) is not None and source.read_on:
            words.append(source.read_on)
        return next((day for each in words if (day := first_day(each)) is not None), None)

    def is_old(self, fact: Fact, today: date, limit_days: int) -> bool:
        """Whether a fact is to be checked again: it was true, or read, more than so many days before today.

        What is unknown is never old: it is asked, not checked. Nor is what nothing dates: `dated` tells it apart.
        """
        day = self.dated(fact)
        return fact.confidence is not Confidence.UNKNOWN and day is not None and (today - day).days > limit_days

    def find(self, words: str) -> tuple[Fact, ...]:
        """What the register says to somebody's words, which may be a topic, a fact's id or a question.

        The first of these that fits: a topic by its name; a fact by its id; all facts below the first part of an id;
        a topic by a synonym; the topics that the words name, in any form of theirs, facts of most topics first and of
        these the ones that share most words; the facts that share most words. A word of an id counts twice: it is what
        the fact is about. Equal fits stand as in `about`, then in the register's order. Raises `TopicUnknown` when
        nothing fits.
        """
        asked = words.strip().lower()
        if shelf := self._by_topic.get(asked):
            return shelf
        if asked in self.facts:
            return (self.facts[asked],)
        if below := tuple(fact for fact in self.facts.values() if fact.id.startswith(f"{asked}.")):
            return below
        terms = fold(words[:LONGEST_ASKED])
        phrases = {phrase: topic.name for topic in self.headings.values() for phrase in phrases_of(topic)}
        if terms in phrases:
            return self._by_topic[phrases[terms]]
        named = _recognize(terms, phrases)
        sought = _stems(frozenset(terms) - _SMALL_WORDS)
        ranked: list[tuple[int, int, bool, Fact]] = []
        for fact in self.facts.values():
            topics = len(named.intersection(fact.topics))
            shared = len(sought & _stems(fold(f"{fact.id} {fact.sentence} {fact.note or ''}")))
            shared += len(sought & _stems(fold(fact.id)))
            if topics or (shared and not named):
                ranked.append((topics, shared, fact.topics[0] in named, fact))
        if not ranked:
            raise TopicUnknown(words, self._nearest_topics(words))
        ranked.sort(key=lambda each: each[:3], reverse=True)
        most = ranked[0][1]
        return tuple(fact for topics, shared, _, fact in ranked if topics or shared == most)

    def _nearest_topics(self, asked: str) -> tuple[str, ...]:
        spellings = {
            spelling: topic.name for topic in self.headings.values() for spelling in (topic.name, *topic.synonyms)
        }
        near = dict.fromkeys(spellings[spelling] for spelling in _nearest(asked, spellings))
        return tuple(near) or tuple(self.headings)[:3]


def first_day(words: str) -> date | None:
    """The earliest day that the words can mean: of ISO dates, of years with a month, of years; None without any.

    A month counts from its first day and a year from its first of January, so that a fact is checked too early rather
    than too late. Raises `ValueError` for numbers that mean no day of the calendar.

    >>> first_day("2025-12"), first_day("c. 2017–2019")
    (datetime.date(2025, 12, 1), datetime.date(2017, 1, 1))
    >>> first_day(".NET 4.5 era") is None
    True
    """
    named = (found.groups(default="1") for found in _DATE.finditer(words))
    return min((date(int(year), int(month), int(day)) for year, month, day in named), default=None)


def fold(text: str) -> tuple[str, ...]:
    """The words of a text in the form in which words are compared: lower case, no punctuation, no plural s.

    >>> fold("Rate-limits, of the License Portal?")
    ('rate', 'limit', 'of', 'the', 'licence', 'portal')
    """
    words: list[str] = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    singular = (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words
    )
    return tuple(_ONE_SPELLING.get(word, word) for word in singular)


def phrases_of(topic: Topic) -> frozenset[tuple[str, ...]]:
    """Every phrase that names the topic, folded."""
    return frozenset(fold(spelling) for spelling in (topic.name, *topic.synonyms))


_DATE: Final = re.compile(r"(?<![\d.])(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?![\d])", re.ASCII)
_WORD: Final = re.compile(r"[^\W_]+")
_ONE_SPELLING: Final[Mapping[str, str]] = {"license": "licence", "organisation": "organization"}
_SMALL_WORDS: Final = frozenset(
    fold(
        "a about an and any are axure be by can could did do does for from get has have how i if in is it me my not of"
        " on or our should tell that the their there they this to user was we what when where which who why will with"
        " you your"
    )
)


def _stem(word: str) -> str:
    """What the forms of a word have in common (deactivate, deactivating, deactivation); short words are themselves.

    >>> _stem("deactivating") == _stem("deactivation") == _stem("deactivate")
    True
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_stem, words))


_ENDINGS: Final = ("ing", "ion", "ed", "e")
_SHORTEST_STEM: Final = 5
"""Letters; what is left of a shorter word is a part of many others."""


def _recognize(terms: tuple[str, ...], phrases: Mapping[tuple[str, ...], str]) -> frozenset[str]:
    """The topics that the words name, the longest phrase first at each place."""
    longest = max((len(phrase) for phrase in phrases), default=0)
    in_other_forms: dict[tuple[str, ...], str] = {}
    for phrase, topic in phrases.items():
        in_other_forms.setdefault(tuple(map(_stem, phrase)), topic)
    named: set[str] = set()
    start = 0
    while start < len(terms):
        for length in range(min(longest, len(terms) - start), 0, -1):
            words = terms[start : start + length]
            found = phrases.get(words) or in_other_forms.get(tuple(map(_stem, words)))
            if found is not None:
                named.add(found)
                start += length
                break
        else:
            start += 1
    return frozenset(named)


def _nearest(asked: str, spellings: Iterable[str]) -> tuple[str, ...]:
    import difflib  # only a refusal needs it, and this module is loaded at every start

    return tuple(difflib.get_close_matches(asked.strip().lower()[:LONGEST_REPEATED], list(spellings), n=3, cutoff=0.5))


def _repeated(asked: str) -> str:
    return repr(asked if len(asked) <= LONGEST_REPEATED else f"{asked[:LONGEST_REPEATED]}…")


def _digest(facts: Mapping[str, Fact], sources: Mapping[str, Source], headings: Mapping[str, Topic]) -> str:
    content: list[object] = [
        [
            (f.id, f.sentence, f.sources, f.as_of, f.confidence, f.topics, f.question, f.note)
            for _, f in sorted(facts.items())
        ],
        [(s.key, s.title, s.address, s.as_of, s.strongest, s.note, s.read_on) for _, s in sorted(sources.items())],
        [(t.name, t.title, t.synonyms) for _, t in sorted(headings.items())],
    ]
    canonical = json.dumps(content, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:VERSION_DIGITS]
