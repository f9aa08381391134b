"""What is known about Axure, according to whom, and how well, and what people found out on their own screens."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from axure_lifecycle.domain.facts import Confidence, Fact, Register, TopicUnknown, fold, phrases_of
from axure_lifecycle.domain.local import ScreenChange
from axure_lifecycle.domain.organization import is_of_other_screens
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CursorUnknown
from axure_lifecycle_tools.local_reply import (
    ChangedScreen,
    LocalAnswer,
    LocalKnowledge,
    know_locally,
    write_change,
)
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
from axure_lifecycle_tools.wording import plural

_Each = TypeVar("_Each")


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
    to_check: bool = Field(default=False, description="Whether it is older than the limit: to be checked again.")
    known_here: list[LocalAnswer] = Field(default=[], description="What this organisation found out itself.")

    def lines(self) -> list[str]:
        """The fact for a reader."""
        old = "; old, to be checked" if self.to_check else ""
        lines = [f"- {self.said} [{self.confidence}; {', '.join(self.sources)}, {self.as_of}; {self.id}{old}]"]
        if self.note:
            lines.append(f"  {self.note}")
        if self.ask:
            lines.append(f"  Look on your own screen: {self.ask}")
        return [*lines, *(f"  {answer.line()}" for answer in self.known_here)]


class LocalCounts(BaseModel):
    """How much is known here only, and how much is open."""

    model_config = ConfigDict(extra="forbid")

    answers: int = Field(description="Own answers that count.")
    to_check: int = Field(description="Own answers that have expired.")
    changed_screens: int
    open_questions: int

    def line(self) -> str:
        """The counts for a reader."""
        return (
            f"Known here: {plural(self.answers, 'answer')}, {self.to_check} more to be checked again, "
            f"{plural(self.changed_screens, 'changed screen')}; {plural(self.open_questions, 'open question')}."
        )


class Explanation(Reply):
    """Facts about a topic, the surest first where the register says so."""

    asked: str
    in_all: int
    facts: list[KnownFact]
    topics: dict[str, str] = Field(description="Filled when no topic was named: every topic with its title.")
    cursor: str | None
    screens: list[ChangedScreen] = Field(default=[], description="With the topic local: steps that look different.")
    local: LocalCounts | None = Field(default=None, description="With the topic local: how much is known here.")
    _cited: str = PrivateAttr(default="")

    def citing(self, cited: str) -> "Explanation":
        """With a word on what the facts cite; only the text shows it."""
        self._cited = cited
        return self

    def text(self) -> str:
        """One paragraph for each fact, or the list of topics."""
        if self.topics:
            return "\n".join(["Topics:", *(f"- {name}: {title}" for name, title in self.topics.items()), self.next])
        part = f" {len(self.facts)} of them here." if len(self.facts) < self.in_all else ""
        lines = [self.local.line() if self.local else f"{plural(self.in_all, 'fact')} about {self.asked}.{part}"]
        lines += [f"- {screen.line()}" for screen in self.screens]
        for fact in self.facts:
            lines += fact.lines()
        return "\n".join([*lines, *filter(None, (self._cited, self.next))])


MOST_FACTS: Final = 40
LOCAL: Final = "local"
"""The topic under which everything stands that is known here only, and what is open."""


def explain_axure(
    desk: Desk,
    *,
    topic: Annotated[
        str,
        Field(
            description="A topic, a fact's id, or words: api, scim, deactivate, seats, … Empty lists the topics; "
            "local lists what is known here only, and the open questions.",
            max_length=200,
        ),
    ] = "",
    cursor: Annotated[
        str | None, Field(description="The `cursor` of the last answer, to go on where it ended.", max_length=100)
    ] = None,
) -> Explanation:
    """Facts by topic. Raises `TopicUnknown`, which names the nearest topics, and `CursorUnknown`."""
    with desk.store.reading() as view:
        here = know_locally(view, desk)
    return fit(desk, tell_facts(desk.knowledge.register(), topic, cursor, here), MOST_FACTS)


def tell_facts(
    register: Register, topic: str, cursor: str | None, here: LocalKnowledge
) -> Callable[[int], Explanation]:
    """How the answer about a topic is made, with at most so many facts; it takes no organisation.

    Raises `TopicUnknown`, `CursorUnknown`.
    """
    if not topic.strip():
        topics = {**register.topics(), LOCAL: _LOCAL_TITLE}
        listed = Explanation(
            asked="", in_all=len(topics), facts=[], topics=topics, cursor=None, next="Call again with one topic."
        )
        return lambda _: listed
    if topic.strip().lower() == LOCAL:
        return _tell_local(register, cursor, here)
    name, found = _find(register, topic)
    rest = _after(cursor, [(fact.id, fact) for fact in found])

    def make(most: int) -> Explanation:
        return _explain(register, here, shown(name, 80), len(found), rest, most)

    return make


_ELSEWHERE: Final = "other-applications"
"""The topic of facts about other applications than Axure."""
_LOCAL_TITLE: Final = "What people here found out themselves, and the questions that are open"
_Entry = Fact | ScreenChange


def _tell_local(register: Register, cursor: str | None, here: LocalKnowledge) -> Callable[[int], Explanation]:
    """What is known here only: changed screens, then answers, those to be checked again first, then open questions.

    Nobody is asked about screens of another generation than the configured one; other applications come last.
    """
    answered = [fact for fact in register.facts.values() if fact.id in here.answers]
    answered += [_gone(fact) for fact in here.answers if fact not in register.facts]
    expired = [fact for fact in answered if fact.id not in here.counted]
    asked = [
        fact
        for fact in register.facts.values()
        if fact.question and fact.id not in here.answers and not is_of_other_screens(fact.id, here.screens)
    ]
    asked.sort(key=lambda fact: _ELSEWHERE in fact.topics)
    counts = LocalCounts(
        answers=len(answered) - len(expired),
        to_check=len(expired),
        changed_screens=len(here.changes),
        open_questions=len(asked) + sum(fact.question is not None for fact in expired),
    )
    counting = [fact for fact in answered if fact.id in here.counted]
    entries: list[tuple[str, _Entry]] = [(one.name, one) for one in here.changes]
    entries += [(fact.id, fact) for fact in (*expired, *counting, *asked)]
    rest = _after(cursor, entries)

    def make(most: int) -> Explanation:
        told = _explain(register, here, LOCAL, len(entries), rest, most)
        return told.model_copy(update={"local": counts})

    return make


def _gone(fact: str) -> Fact:
    """What stands in for a fact that was answered under an older register."""
    sentence = "The register holds this fact no longer; what was answered to it stands here only."
    return Fact(fact, sentence, ("none",), "not recorded", Confidence.UNKNOWN, ())


def _after(cursor: str | None, entries: Sequence[tuple[str, _Each]]) -> Sequence[tuple[str, _Each]]:
    """The entries after the one that a cursor names. Raises `CursorUnknown`."""
    if cursor is None:
        return entries
    names = [name for name, _ in entries]
    if cursor not in names:
        raise CursorUnknown(cursor)
    return entries[names.index(cursor) + 1 :]


def _explain(
    register: Register,
    here: LocalKnowledge,
    asked: str,
    in_all: int,
    rest: Sequence[tuple[str, _Entry]],
    most: int,
) -> Explanation:
    told = [entry for _, entry in rest[:most]]
    facts = [entry for entry in told if isinstance(entry, Fact)]
    has_more = len(rest) > most
    known = [_known(register, fact, here) for fact in facts]
    nexts = (
        "More with the cursor." if has_more else "",
        "Keep the person's answer with record_fact." if any(fact.ask for fact in known) else "",
    )
    return Explanation(
        asked=asked,
        in_all=in_all,
        facts=known,
        topics={},
        cursor=rest[most - 1][0] if has_more else None,
        screens=[write_change(entry, here.screens, here.zone) for entry in told if isinstance(entry, ScreenChange)],
        next=" ".join(filter(None, nexts)),
    ).citing(say_guide(register, " ".join(f"{fact.sentence} {fact.note or ''}" for fact in facts)))


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


def _known(register: Register, fact: Fact, here: LocalKnowledge) -> KnownFact:
    is_open = fact.confidence is Confidence.UNKNOWN and fact.id not in here.counted
    return KnownFact(
        id=fact.id,
        said=fact.sentence,
        confidence=fact.confidence.value,
        sources=list(fact.sources),
        as_of=fact.as_of,
        ask=fact.question if is_open else None,
        note=fact.note,
        to_check=register.is_old(fact, here.today, here.fact_days),
        known_here=here.about(fact.id),
    )


VERBS: Final = (
    Verb(
        name="explain_axure",
        title="Explain Axure",
        toolset=Toolset.KNOWLEDGE,
        description=(
            "Tells what is known about managing users in Axure – API, SCIM, SSO, deactivating, seats, public accounts, "
            "roles and more – each fact with its source, date and confidence, what nobody knows, and what was found "
            "out here. Use it instead of your own memory of Axure."
        ),
        reply=Explanation,
        run=explain_axure,
        reads_only=True,
        repeats_safely=True,
    ),
)
