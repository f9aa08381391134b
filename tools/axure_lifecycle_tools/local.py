"""A person's own answers to open questions about Axure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

from axure_lifecycle.domain.facts import Fact
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.local import LocalFact, refuse_settled
from axure_lifecycle.ports import Change, View
from axure_lifecycle_tools.local_reply import LONGEST_ANSWER, LONGEST_PLACE, LocalAnswer, write_answer
from axure_lifecycle_tools.local_words import NOT_BLANK, as_words, ask_about, say_replaced, write_down
from axure_lifecycle_tools.spec import Answer, Desk, Question, Reply, Toolset, Verb
from axure_lifecycle_tools.wording import plural, quoted_as_given


class RecordedFact(Reply):
    """An answer to an open question, or why none was recorded."""

    fact: str
    recorded: bool
    local: LocalAnswer | None = Field(description="The answer as it stands; None where nothing was recorded.")
    said: str

    def text(self) -> str:
        """What happened, then the answer."""
        lines = [self.said, *([self.local.line()] if self.local else []), self.next]
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class _OwnAnswer:
    """An answer that somebody gives to a fact's question."""

    fact: Fact
    answer: str
    seen: str
    """Where, if they said so."""

    @property
    def about(self) -> str:
        return self.fact.id

    @property
    def command(self) -> Sequence[str]:
        seen = ("--evidence", self.seen) if self.seen else ()
        return ("record-fact", self.about, "--answer", self.answer, *seen)

    def question(self, desk: Desk, standing: Sequence[LocalFact]) -> Question:
        fact = self.fact
        asked = f"The open question is: {fact.question}" if fact.question else f"It is said so far: {fact.sentence}"
        found = f"{self.answer} – seen: {self.seen}" if self.seen else self.answer
        return Question(
            f"Is this what you found out about your own Axure? {asked} ({fact.id}) Yes keeps the answer below as yours "
            f"for {plural(desk.limits.local_fact_days, 'day')}; later plans show it.{say_replaced(standing)}"
            f"{quoted_as_given(desk, found, LONGEST_ANSWER + LONGEST_PLACE + 20)}"
        )

    def standing(self, view: View, desk: Desk) -> Sequence[LocalFact]:
        today = desk.now.date()
        return [one for one in view.local_facts(desk.now) if one.fact == self.about and not one.has_expired(today)]

    def is_said_in(self, one: LocalFact) -> bool:
        return (one.answer, one.evidence) == (self.answer, self.seen)

    def write(self, change: Change, desk: Desk, assurance: Assurance) -> LocalFact:
        until = desk.now.date() + timedelta(days=desk.limits.local_fact_days)
        return change.record_fact(self.about, answer=self.answer, evidence=self.seen, until=until, assurance=assurance)


def _own_answer(desk: Desk, fact: str, answer: str, evidence: str) -> _OwnAnswer:
    """Raises `FactUnknown`, `FactSettled`."""
    known = desk.knowledge.register().fact(fact.strip().lower())
    refuse_settled(known)
    return _OwnAnswer(known, as_words(answer, LONGEST_ANSWER), as_words(evidence, LONGEST_PLACE))


def ask_about_fact(desk: Desk, *, fact: str, local_answer: str, evidence: str = "") -> Question | None:
    """Whether this is the person's own answer; None where a person gave the same today."""
    return ask_about(desk, _own_answer(desk, fact, local_answer, evidence))


def record_fact(
    desk: Desk,
    *,
    fact: Annotated[
        str,
        Field(
            description="The id of a fact that is not the vendor's own word; explain_axure with topic local lists "
            "the open questions.",
            examples=["screens.members-path"],
            min_length=1,
            max_length=100,
        ),
    ],
    local_answer: Annotated[
        str,
        Field(
            description="What the person found out, in their words.",
            pattern=NOT_BLANK,
            max_length=LONGEST_ANSWER,
        ),
    ],
    evidence: Annotated[
        str, Field(description="Where they saw it: a page, a file's name, a ticket.", max_length=LONGEST_PLACE)
    ] = "",
    answer: Answer,
) -> RecordedFact:
    """Write down an answer to an open question. Raises `FactUnknown`, `FactSettled`, `QuestionDrifted`."""
    given = _own_answer(desk, fact, local_answer, evidence)
    made, said = write_down(desk, given, answer)
    if made is None:
        said = f"No answer to {given.about} was recorded: nobody said yes."
        return RecordedFact(fact=given.about, recorded=False, local=None, said=said)
    return RecordedFact(
        fact=given.about,
        recorded=True,
        local=write_answer(made, desk.now.date(), desk.organization.time_zone),
        said=said,
        next=f"The next plan shows it beside its steps. If it was wrong: retract_source {{source: '{made.name}'}}.",
    )


VERBS: Final = (
    Verb(
        name="record_fact",
        title="Record an answer",
        toolset=Toolset.KNOWLEDGE,
        description=(
            "Records the person's own answer to an open question about Axure, seen on their own screens. The person is "
            "asked; where this client cannot ask, it is only reported. Plans and explain_axure show it as local "
            "knowledge until it expires. Never answer from your own memory."
        ),
        reply=RecordedFact,
        run=record_fact,
        ask=ask_about_fact,
        reads_only=False,
        repeats_safely=True,
    ),
)
