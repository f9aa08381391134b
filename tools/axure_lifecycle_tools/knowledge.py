"""What is known about Axure, according to whom, and how well."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.facts import Confidence, Fact
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
        return "\n".join([*lines, self.next] if self.next else lines)


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
    register = desk.knowledge.register()
    if not topic.strip():
        topics = dict(register.topics())
        return Explanation(
            asked="", in_all=len(topics), facts=[], topics=topics, cursor=None, next="Call again with one topic."
        )
    found = register.find(topic)
    ids = [fact.id for fact in found]
    if cursor is not None and cursor not in ids:
        raise CursorUnknown(cursor)
    rest = found[ids.index(cursor) + 1 :] if cursor is not None else found

    def make(most: int) -> Explanation:
        more = len(rest) > most
        return Explanation(
            asked=shown(topic.strip(), 80),
            in_all=len(found),
            facts=[_known(fact) for fact in rest[:most]],
            topics={},
            cursor=rest[most - 1].id if more else None,
            next="More with the cursor." if more else "",
        )

    return fit(desk, make, MOST_FACTS)


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
