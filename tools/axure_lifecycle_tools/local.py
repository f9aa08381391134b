"""A person's own answers to open questions about Axure.

An answer counts from a person's word on. What an assistant relays is kept as reported: it is shown as that, and it
takes the place of nothing that a person said.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

from axure_lifecycle.domain.facts import Fact
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.local import LocalFact, refuse_settled
from axure_lifecycle.ports import View
from axure_lifecycle_tools.local_reply import (
    LONGEST_ANSWER,
    LONGEST_PLACE,
    LocalAnswer,
    write_answer,
)
from axure_lifecycle_tools.local_words import (
    NOT_BLANK,
    accept,
    as_words,
    find_repeated,
    note_asked,
    tell_follows,
    worth_of,
)
from axure_lifecycle_tools.spec import (
    Answer,
    Desk,
    Question,
    Reply,
    Toolset,
    Verb,
)
from axure_lifecycle_tools.steps import who_says
from axure_lifecycle_tools.wording import plural, quoted


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


def ask_about_fact(desk: Desk, *, fact: str, local_answer: str, evidence: str = "") -> Question | None:
    """Whether this is the person's own answer; None where a person gave the same today."""
    known = _open_question(desk, fact)
    answer, seen = as_words(local_answer, LONGEST_ANSWER), as_words(evidence, LONGEST_PLACE)
    with desk.store.reading() as view:
        standing = _standing_answers(view, desk, known)
    if find_repeated(desk, _answered_the_same(standing, answer, seen), Assurance.CONFIRMED):
        return None
    return _fact_question(desk, known, answer, seen)


def _open_question(desk: Desk, fact: str) -> Fact:
    known = desk.knowledge.register().fact(fact.strip().lower())
    refuse_settled(known)
    return known


def _fact_question(desk: Desk, fact: Fact, answer: str, seen: str) -> Question:
    asked = f"The open question is: {fact.question}" if fact.question else f"It is said so far: {fact.sentence}"
    found = f"{answer} – seen: {seen}" if seen else answer
    return Question(
        f"Is this what you found out about your own Axure? {asked} ({fact.id}) Yes keeps the answer below as yours for "
        f"{plural(desk.limits.local_fact_days, 'day')}; later plans show it."
        f"{quoted(found, LONGEST_ANSWER + LONGEST_PLACE + 20, 'whoever asks')}"
    )


def _standing_answers(view: View, desk: Desk, fact: Fact) -> Sequence[LocalFact]:
    today = desk.now.date()
    return [one for one in view.local_facts(desk.now) if one.fact == fact.id and not one.has_expired(today)]


def _answered_the_same(standing: Sequence[LocalFact], answer: str, evidence: str) -> Sequence[LocalFact]:
    return [one for one in standing if (one.answer, one.evidence) == (answer, evidence)]


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
    known = _open_question(desk, fact)
    said, seen = as_words(local_answer, LONGEST_ANSWER), as_words(evidence, LONGEST_PLACE)
    with desk.store.writing(who_says(desk, answer)) as change:
        standing = _standing_answers(change, desk, known)
        assurance = worth_of(answer)
        if assurance is None:
            note_asked(change, known.id, answer)
            return RecordedFact(
                fact=known.id,
                recorded=False,
                local=None,
                said=f"No answer to {known.id} was recorded: nobody said yes.",
            )
        if same := find_repeated(desk, _answered_the_same(standing, said, seen), assurance):
            return _recorded(desk, known, same, f"{known.id}: nothing changed, {same.name} says the same.")
        accept(change, known.id, answer, _fact_question(desk, known, said, seen))
        made = change.record_fact(
            known.id,
            answer=said,
            evidence=seen,
            until=desk.now.date() + timedelta(days=desk.limits.local_fact_days),
            assurance=assurance,
        )
    return _recorded(desk, known, made, tell_follows(made.name, known.id, assurance, standing))


def _recorded(desk: Desk, fact: Fact, made: LocalFact, said: str) -> RecordedFact:
    return RecordedFact(
        fact=fact.id,
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
