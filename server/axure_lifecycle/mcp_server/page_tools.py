"""What only a page inside the client calls: the question about a step, and the person's answer to it.

The page shows the very words that a form or a terminal would show, from the same pair of functions. With the words it
is given a key that is good for one answer to them. The client keeps the key from its model: it does not offer these
tools to the model, and the key stands in the answer's `_meta`, which no model is shown. Both are the client's to keep;
what we can do is take no answer without the key, and no key twice, later, elsewhere, from somebody else or for other
words.
"""

import json
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Final, Literal

from pydantic import Field, PrivateAttr

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Channel, Strength, strength_of
from axure_lifecycle_tools.arguments import CaseName, number_of
from axure_lifecycle_tools.demanding import where_to_say
from axure_lifecycle_tools.showing import CaseReply
from axure_lifecycle_tools.spec import Answer, Answered, Declined, Desk, Question, QuestionDrifted, Reply, Toolset, Verb
from axure_lifecycle_tools.steps import OutcomeName, ask_about_step, place_of_step, record_step

KEY_IN_META: Final = "axure-lifecycle/answer-key"
GOOD_FOR: Final = timedelta(minutes=15)
"""How long a person may think before the page asks anew."""

StepName = Annotated[str, Field(description="The step's key, e.g. deactivate.", min_length=1, max_length=80)]
Wanted = Annotated[OutcomeName, Field(description="done, skipped, or not_done to take a claim back.")]
Reason = Annotated[str, Field(description="The note of the step; for skipped, the reason.", max_length=1000)]


class PageOnly(LifecycleError):
    """Something that a page inside the client calls was called by a client that shows no pages."""

    code = "page_only"

    def __init__(self, verb: str) -> None:
        super().__init__(
            f"{verb} did nothing: only our page inside a client calls it, and this client says that it shows no pages. "
            "Call record_step instead."
        )


class NothingToAsk(LifecycleError):
    """A page wanted a question where nothing is left to say."""

    code = "nothing_to_ask"

    def __init__(self, case: str, step: str, outcome: str) -> None:
        super().__init__(
            f"{case}, {step}: nobody was asked whether it is {outcome.replace('_', ' ')}, because that stands already "
            "or needs no person. Look at the case anew (get_case)."
        )


class AnswerKeyUnknown(LifecycleError):
    """An answer came without a key, or with one that is used up, too old, or for something else."""

    code = "answer_key_unknown"

    def __init__(self, case: str, step: str) -> None:
        super().__init__(
            f"The answer about {case}, {step} was not recorded: its key was not given to this page for these words, is "
            "older than 15 minutes, or was used before. Open the question anew on the page; without a page call "
            "record_step."
        )


class PageQuestion(Reply):
    """A question for the person in front of the page."""

    case: str
    step: str
    outcome: str
    question: str = Field(description="Exactly what the person is asked.")
    question_digest: str
    expires_at: str
    falls_short: str = Field(default="", description="Why an answer here does not confirm, and where one does.")
    _key: str = PrivateAttr(default="")

    def with_key(self, key: str) -> "PageQuestion":
        """With the key for one answer; neither the text nor the data shows it."""
        self._key = key
        return self

    def aside(self) -> dict[str, str]:
        """The key."""
        return {KEY_IN_META: self._key}

    def text(self) -> str:
        """Whose question it is."""
        return f"The page asks the person about {self.case}, {self.step}. Only they answer; wait for them."


def show_question(desk: Desk, *, case: CaseName, step: StepName, outcome: Wanted, note: Reason = "") -> PageQuestion:
    """The question about one step, with a key for one answer. Raises what `ask_about_step` does, `NothingToAsk`."""
    name = f"C-{number_of(case)}"
    question = ask_about_step(desk, case=case, step=step, outcome=outcome, note=note)
    if question is None:
        raise NothingToAsk(name, step, outcome)
    key = secrets.token_urlsafe(32)
    expires_at = desk.now.astimezone(UTC) + GOOD_FOR
    with desk.store.writing(desk.actor) as change:
        change.open_challenge(
            _digest_of(key),
            _holder(desk.actor),
            purpose=_purpose(name, step, outcome, note, question.digest),
            expires_at=expires_at,
        )
    return PageQuestion(
        case=name,
        step=step,
        outcome=outcome,
        question=question.text,
        question_digest=question.digest,
        expires_at=_write_moment(expires_at, desk),
        falls_short=_say_short(desk, place_of_step(desk, case=case, step=step, outcome=outcome).demanded),
    ).with_key(key)


def answer_question(
    desk: Desk,
    *,
    case: CaseName,
    step: StepName,
    outcome: Wanted,
    note: Reason = "",
    question_digest: Annotated[
        str, Field(description="The digest that came with the question.", pattern="^[0-9a-f]{64}$")
    ],
    said: Annotated[
        Literal["yes", "no", "declined"], Field(description="What the person said under exactly those words.")
    ],
    words: Annotated[str, Field(description="What they added.", max_length=1000)] = "",
    key: Annotated[str, Field(description="The key that the page was given with the question.", max_length=100)] = "",
) -> CaseReply:
    """Write a person's answer down. Raises what `record_step` does, `AnswerKeyUnknown`, `QuestionDrifted`."""
    name = f"C-{number_of(case)}"
    with desk.store.writing(desk.actor) as change:
        is_ours = change.use_challenge(
            _digest_of(key), _holder(desk.actor), purpose=_purpose(name, step, outcome, note, question_digest)
        )
    if not is_ours:
        raise AnswerKeyUnknown(name, step)
    question = ask_about_step(desk, case=case, step=step, outcome=outcome, note=note)
    if question is None or question.digest != question_digest:
        raise QuestionDrifted(f"{name}, {step}")
    answer = _answer(question, said, words)
    return record_step(desk, case=case, step=step, outcome=outcome, note=note, answer=answer)


def _answer(question: Question, said: Literal["yes", "no", "declined"], words: str) -> Answer:
    if said == "declined":
        return Declined(question, Channel.CLIENT_PAGE)
    return Answered(yes=said == "yes", note=words, question=question, channel=Channel.CLIENT_PAGE)


def _say_short(desk: Desk, demanded: Strength) -> str:
    """What to tell before anybody answers in vain; empty where an answer here counts."""
    if strength_of(Channel.CLIENT_PAGE).reaches(demanded):
        return ""
    where = where_to_say(desk, demanded)
    return f"Policy demands {demanded.value}: an answer here is kept as reported. It counts {where}."


def _digest_of(key: str) -> str:
    return sha256(b"axure-lifecycle/answer-key/v1\n" + key.encode("utf-8", "replace")).hexdigest()


def _holder(actor: Actor) -> str:
    """Who may use a key: the same person, by the same token, in the same client."""
    return sha256(json.dumps(["page", actor.name, actor.proof, actor.client]).encode()).hexdigest()


def _purpose(case: str, step: str, outcome: str, note: str, question_digest: str) -> str:
    """What a key is for. A digest, because notes name people and challenges are not erased with them."""
    about = json.dumps([case, step, outcome, note, question_digest])
    return f"client_page {sha256(about.encode()).hexdigest()}"


def _write_moment(moment: datetime, desk: Desk) -> str:
    return moment.astimezone(desk.organization.time_zone).isoformat(timespec="seconds")


PAGE_VERBS: Final = (
    Verb(
        name="show_question",
        title="Show a question on the page",
        toolset=Toolset.CASES,
        description=(
            "Gives our page inside the client the question about one step of a case, and what it needs to send the "
            "person's answer. For that page alone; a model calls record_step."
        ),
        reply=PageQuestion,
        run=show_question,
        reads_only=False,
        repeats_safely=False,
    ),
    Verb(
        name="answer_question",
        title="Answer a question on the page",
        toolset=Toolset.CASES,
        description=(
            "Records what the person said on our page inside the client about one step of a case. For that page alone, "
            "with the key that it was given; a model calls record_step. Changes nothing in Axure."
        ),
        reply=CaseReply,
        run=answer_question,
        reads_only=False,
        repeats_safely=False,
    ),
)
