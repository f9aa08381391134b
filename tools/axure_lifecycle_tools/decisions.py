"""What people decide about an address, so that the same question does not come back every morning."""

from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import assurance_by
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import DecisionKind, Facts, Judgement
from axure_lifecycle_tools.arguments import Because, Person, address_of, day_of
from axure_lifecycle_tools.spec import (
    Answer,
    Answered,
    Declined,
    Desk,
    Question,
    QuestionDrifted,
    Reply,
    Toolset,
    Verb,
    note_answer,
)
from axure_lifecycle_tools.standing import Judge, brakes_now, explain
from axure_lifecycle_tools.wording import quoted_as_given


class DecisionNeedsPerson(LifecycleError):
    """An assistant alone cannot settle what an address is."""

    code = "decision_needs_person"

    def __init__(self, address: str) -> None:
        super().__init__(
            f"Nothing was decided about {address}: that takes a person, and this client cannot ask one. "
            f"The person runs `axure-lifecycle decide {address} …` at a terminal."
        )


class DecisionIncomplete(LifecycleError):
    """A decision that says too little or too much."""

    code = "decision_incomplete"

    def __init__(self, sentence: str) -> None:
        super().__init__(f"Nothing was decided: {sentence}")


class Decided(Reply):
    """What was decided."""

    address: str
    decided: bool
    kind: str
    verdict: str | None = Field(description="The verdict on the address now.")
    said: str

    def text(self) -> str:
        """One sentence."""
        return self.said


DecisionName = Literal["belongs_to", "external", "non_personal", "keep", "withdraw"]
BelongsTo = Annotated[
    str | None,
    Field(description="For belongs_to: the address by which the directory knows the person.", max_length=320),
]


def ask_about_decision(
    desk: Desk,
    *,
    person: str,
    decision: DecisionName,
    reason: str,
    belongs_to: str | None = None,
    until: str | None = None,
) -> Question | None:
    """What a person is asked before a decision counts."""
    return _decision_question(desk, person, decision, reason, belongs_to, until)


def _decision_question(
    desk: Desk, person: str, decision: str, reason: str, belongs_to: str | None, until: str | None
) -> Question:
    address = address_of(person)
    last = day_of(until)
    if decision == "belongs_to" and belongs_to is None:
        raise DecisionIncomplete("say with belongs_to whose address it is.")
    if decision != "belongs_to" and belongs_to is not None:
        raise DecisionIncomplete("belongs_to goes only with the decision belongs_to.")
    if belongs_to is not None:
        with desk.store.reading() as view:
            known = view.person(address_of(belongs_to), desk.now, desk.policy.non_personal)
        if not known.directory and not known.gone_from:
            raise DecisionIncomplete(f"no directory in force knows {address_of(belongs_to)}.")
    if decision == "external" and last is None:
        raise DecisionIncomplete("somebody outside the directory keeps access until a day; say which (until).")
    if last is not None and last < desk.now.astimezone(desk.organization.time_zone).date():
        raise DecisionIncomplete(f"{last} has passed; a decision counts until a day that lies ahead.")
    means = _means(decision, address_of(belongs_to) if belongs_to else None, last.isoformat() if last else None)
    return Question(f"Do you decide that {address} {means}?{quoted_as_given(desk, reason, 300)}")


def record_decision(
    desk: Desk,
    *,
    person: Person,
    decision: Annotated[
        DecisionName,
        Field(description="belongs_to a directory person, external until a day, non_personal, keep, or withdraw it."),
    ],
    reason: Because,
    belongs_to: BelongsTo = None,
    until: Annotated[
        str | None, Field(description="The last day on which it counts, e.g. 2026-12-31.", max_length=10)
    ] = None,
    answer: Answer,
) -> Decided:
    """Write down what a person decided about an address. Raises `DecisionNeedsPerson`, `DecisionIncomplete`, …"""
    address, last = address_of(person), day_of(until)
    question = _decision_question(desk, person, decision, reason, belongs_to, until)
    match answer:
        case Answered(yes=True, question=asked, channel=channel):
            if asked.digest != question.digest:
                raise QuestionDrifted(address)
            actor = replace(desk.actor, channel=channel)
        case Answered() | Declined():
            with desk.store.writing(replace(desk.actor, channel=answer.channel)) as change:
                note_answer(change, address, answer, address)
            said = f"Nothing was decided about {address}: nobody said yes."
            return Decided(address=address, decided=False, kind=decision, verdict=None, said=said)
        case _:
            raise DecisionNeedsPerson(address)
    with desk.store.writing(actor) as change:
        note_answer(change, address, answer, address)
        if decision == "withdraw":
            change.withdraw_decision(address, shown(reason, 1000))
            return Decided(
                address=address,
                decided=True,
                kind=decision,
                verdict=None,
                said=f"Recorded about {address}: the earlier decision counts no longer.",
                next="check_user shows the verdict without it.",
            )
        made = change.decide(
            address,
            DecisionKind(decision),
            belongs_to=address_of(belongs_to) if belongs_to else None,
            reason=shown(reason, 1000),
            until=last.isoformat() if last else None,
            assurance=assurance_by(actor.channel),
        )
    # A decision counts from its own moment on, which is later than the one at which this call began.
    now = max(desk.now, made.at)
    with desk.store.reading() as view:
        found = view.person(address, now, desk.policy.non_personal)
        judgement = Judge(brakes_now(view, desk, now))(found.facts) if found.facts else None
    return Decided(
        address=address,
        decided=True,
        kind=decision,
        verdict=judgement.verdict.value if judgement else None,
        said=f"Recorded about {address}: it {_means(decision, made.belongs_to, made.until)}. "
        f"{_follows(judgement, found.facts)}",
        next="find_discrepancies leaves decided addresses out; list_users still shows them.",
    )


def _means(decision: str, belongs_to: str | None, until: str | None) -> str:
    """A decision as the end of a sentence about an address."""
    return {
        "belongs_to": f"belongs to the directory person {belongs_to}" if belongs_to else "",
        "external": f"is somebody outside the directory who keeps access until {until}",
        "non_personal": "is a shared, service or mailbox account",
        "keep": "keeps what it has" + (f" until {until}" if until else ""),
        "withdraw": "is open again: the earlier decision counts no longer",
    }[decision]


def _follows(judgement: Judgement | None, facts: Facts | None) -> str:
    """What a decision did to the verdict; what is decided asks for nothing more, whatever the verdict says."""
    if judgement is None:
        return "It is no member."
    verdict = judgement.verdict.value.replace("_", " ")
    if judgement.is_decided:
        return f"The verdict stays “{verdict}”, and nobody is asked about it again while the decision counts."
    return f"The verdict is now {verdict}. {explain(judgement, facts)}"


VERBS: Final = (
    Verb(
        name="record_decision",
        title="Record a decision",
        toolset=Toolset.DISCREPANCIES,
        description=(
            "Writes down what a person decides about an address, so that it is not asked again: whose it is, external "
            "until a day, non-personal, keep, or withdraw. The person is asked; an assistant alone decides nothing."
        ),
        reply=Decided,
        run=record_decision,
        ask=ask_about_decision,
        reads_only=False,
        repeats_safely=True,
    ),
)
