"""What is known about Axure, according to whom, and how well."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from axure_lifecycle.domain.facts import Confidence, Fact, Register, TopicUnknown, fold, phrases_of
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CursorUnknown
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
from axure_lifecycle_tools.wording import plural


class KnownFact(BaseModel):
    """One claim about Axure."""

    model_config = ConfigDict(extra="forbid")

    id: str
    said: str
    confidence: str = Field(description="vendor, older, reported or unknown.")
    sources: list[str]
    as_of: str
    ask: str | None = Field(description="For what nobody found out: what to look at on your own screen.")
    note: str | None


class Explanation(Reply):
    """Facts about a topic, the surest first where the register says so."""

    asked: str
    in_all: int
    facts: list[KnownFact]
    topics: dict[str, str] = Field(description="Filled when no topic was named: every topic with its title.")
    cursor: str | None
    _cited: str = PrivateAttr(default="")

    def citing(self, cited: str) -> "Explanation":
        """With a word on what the facts cite; only the text shows it."""
        self._cited = cited
        return self

    def text(self) -> str:
        """One paragraph for each fact, or the list of topics."""
        if self.topics:
            return "\n".join(["Topics:", *(f"- {name}: {title}" for name, title in self.topics.items()), self.next])
        lines = [f"{plural(self.in_all, 'fact')} about {self.asked}."]
        for fact in self.facts:
            lines.append(f"- {fact.said} [{fact.confidence}; {', '.join(fact.sources)}, {fact.as_of}; {fact.id}]")
            if fact.note:
                lines.append(f"  {fact.note}")
            if fact.ask:
                lines.append(f"  Look on your own screen: {fact.ask}")
        return "\n".join([*lines, *filter(None, (self._cited, self.next))])


MOST_FACTS: Final = 40


def explain_axure(
    desk: Desk,
    *,
    topic: Annotated[
        str,
        Field(
            description="A topic, a fact's id, or words: api, scim, deactivate, seats, … Empty lists the topics.",
            max_length=200,
        ),
    ] = "",
    cursor: Annotated[
        str | None, Field(description="The `cursor` of the last answer, to go on where it ended.", max_length=100)
    ] = None,
) -> Explanation:
    """Facts by topic. Raises `TopicUnknown`, which names the nearest topics, and `CursorUnknown`."""
    return fit(desk, tell_facts(desk.knowledge.register(), topic, cursor), MOST_FACTS)


def tell_facts(register: Register, topic: str, cursor: str | None) -> Callable[[int], Explanation]:
    """How the answer about a topic is made, with at most so many facts; it takes no organisation.

    Raises `TopicUnknown`, `CursorUnknown`.
    """
    if not topic.strip():
        topics = dict(register.topics())
        listed = Explanation(
            asked="", in_all=len(topics), facts=[], topics=topics, cursor=None, next="Call again with one topic."
        )
        return lambda _: listed
    name, found = _find(register, topic)
    ids = [fact.id for fact in found]
    if cursor is not None and cursor not in ids:
        raise CursorUnknown(cursor)
    rest = found[ids.index(cursor) + 1 :] if cursor is not None else found

    def make(most: int) -> Explanation:
        more = len(rest) > most
        return Explanation(
            asked=shown(name, 80),
            in_all=len(found),
            facts=[_known(fact) for fact in rest[:most]],
            topics={},
            cursor=rest[most - 1].id if more else None,
            next="More with the cursor." if more else "",
        ).citing(say_guide(register, " ".join(f"{fact.sentence} {fact.note or ''}" for fact in rest[:most])))

    return make


def say_guide(register: Register, text: str) -> str:
    """What a text means that speaks of the guide, once for all of it; empty where it does not."""
    guide = register.sources.get("guide")
    if guide is None or "the guide" not in text.lower():
        return ""
    return f"“The guide” is {guide.title} ({guide.as_of}), the word of a third party and not Axure's own."


def _find(register: Register, words: str) -> tuple[str, Sequence[Fact]]:
    """What was meant, and its facts: a topic by any of its names, with whatever goes by an id of such a name."""
    asked = fold(words)
    for topic in register.headings.values():
        if asked in phrases_of(topic) and words.strip().lower() not in register.facts:
            begun = tuple(f"{spelling}." for spelling in (topic.name, *topic.synonyms))
            below = (fact for fact in register.facts.values() if fact.id.startswith(begun))
            return topic.name, tuple(dict.fromkeys((*register.about(topic.name), *below)))
    try:
        return words.strip(), register.find(words)
    except TopicUnknown:
        # Where nothing is spelled like it, the overview that comes first helps more than a far cry.
        raise TopicUnknown(words, _topics_like(register, asked) or tuple(register.headings)[:1]) from None


def _topics_like(register: Register, asked: Sequence[str]) -> tuple[str, ...]:
    """The topics of which a name has a word that is spelled like one of these, the likest first."""
    from difflib import SequenceMatcher  # only a refusal needs it

    alike: dict[str, float] = {}
    for word in asked:
        for topic in register.headings.values():
            for phrase in phrases_of(topic):
                for each in phrase:
                    if len(each) >= _SHORTEST_WORD and each[0] == word[0]:
                        ratio = SequenceMatcher(None, word, each).ratio()
                        # A topic of one word is meant rather than one that has it among others.
                        alike[topic.name] = max(alike.get(topic.name, 0.0), ratio - (0.01 if len(phrase) > 1 else 0.0))
    near = sorted((name for name in alike if alike[name] >= _ALIKE), key=lambda name: -alike[name])
    return tuple(near[:_MOST_NEAREST])


_SHORTEST_WORD: Final = 4
_ALIKE: Final = 0.75
"""Of 1: below it, words of that length are others and no misspellings."""
_MOST_NEAREST: Final = 4


def _known(fact: Fact) -> KnownFact:
    return KnownFact(
        id=fact.id,
        said=fact.sentence,
        confidence=fact.confidence.value,
        sources=list(fact.sources),
        as_of=fact.as_of,
        ask=fact.question if fact.confidence is Confidence.UNKNOWN else None,
        note=fact.note,
    )


VERBS: Final = (
    Verb(
        name="explain_axure",
        title="Explain Axure",
        toolset=Toolset.KNOWLEDGE,
        description=(
            "Tells what is known about managing users in Axure – API, SCIM, SSO, deactivating, seats, public accounts, "
            "roles and more – each fact with its source, date and confidence, and what nobody knows. Use it instead of "
            "your own memory of Axure."
        ),
        reply=Explanation,
        run=explain_axure,
        reads_only=True,
        repeats_safely=True,
    ),
)
