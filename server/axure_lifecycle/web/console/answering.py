"""A question of a verb, put to a person on a page, and their answer.

What is confirmed is exactly the question that was shown: its digest goes out with the form and comes back with the
answer, and a question that changed meanwhile is shown anew in place of being answered. Where policy wants a second
factor, the answer is not recorded yet: a device is asked first, for this answer in this session and for no other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from starlette.responses import Response

from axure_lifecycle.domain.access import Role, digest_of
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Channel, Strength
from axure_lifecycle.domain.trail import canonical
from axure_lifecycle.web.console import second_factor
from axure_lifecycle.web.console.visit import Visit
from axure_lifecycle_tools.spec import Answer, Answered, NotAsked, Question, Reply

LONGEST_NOTE: Final = 1000


class AnswerMissing(LifecycleError):
    """A form came back without a yes or a no."""

    code: ClassVar[str] = "answer_missing"

    def __init__(self) -> None:
        super().__init__("Nothing was recorded: the form came back without a yes or a no. Choose one of them.")


class QuestionChanged(LifecycleError):
    """What is asked changed while somebody read it."""

    code: ClassVar[str] = "question_changed"

    def __init__(self) -> None:
        super().__init__(
            "Nothing was recorded: what is asked changed while this page was open. Read the question as it is now, "
            "then answer it."
        )


class NoteTooLong(LifecycleError):
    """More words than the trail keeps of an answer."""

    code: ClassVar[str] = "note_too_long"

    def __init__(self, length: int) -> None:
        super().__init__(
            f"Nothing was recorded: the note has {length:,} characters, and {LONGEST_NOTE:,} are kept. Make it shorter."
        )


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One question, and everything that stands around it on its page."""

    title: str
    crumbs: Sequence[tuple[str, str]]
    """Name and path of the pages above, outermost first."""
    back: str
    """Where the person goes on afterwards."""
    what: str
    """What is done, for a refusal by role (`To confirm a step`)."""
    roles: frozenset[Role]
    about: Mapping[str, str]
    """What the answer is for, for the second factor: verb and arguments."""
    ask: Callable[[], Question | None]
    run: Callable[[Answer], Reply]
    told: Callable[[Reply], str]
    """What the next page says."""
    yes: str
    no: str | None
    """What the buttons say; None where a no says nothing that a way back does not."""
    takes_note: bool = True
    demanded: Strength = Strength.CLIENT
    keep: Mapping[str, str] = field(default_factory=dict[str, str])
    """Fields that come back with the answer."""
    context: Mapping[str, object] = field(default_factory=dict[str, object])
    """For the part of the page above the question."""
    part: str | None = None
    """The template of that part."""
    is_dangerous: bool = False


def put(visit: Visit, asking: Asking) -> Response:
    """Show the question, or take its answer."""
    visit.desk.require_role(asking.what, asking.roles)
    question = asking.ask()
    stage = visit.form.get("stage", "")
    if visit.request.method != "POST" or stage not in ("answer", "factor"):
        return _show(visit, asking, question)
    if question is None:
        if visit.form.get("digest"):
            return _show(visit, asking, question, QuestionChanged())
        return visit.go(asking.back, asking.told(asking.run(NotAsked())))
    if visit.form.get("digest") != question.digest:
        return _show(visit, asking, question, QuestionChanged())
    answer = visit.form.get("answer")
    if answer not in ("yes", "no") or (answer == "no" and asking.no is None):
        return _show(visit, asking, question, AnswerMissing())
    note = visit.form.get("note", "").strip() if asking.takes_note else ""
    if len(note) > LONGEST_NOTE:
        return _show(visit, asking, question, NoteTooLong(len(note)))
    channel = Channel.CONSOLE
    # A no never asks for a device: whoever takes something back must not need one, and a no confirms nothing.
    if asking.demanded is Strength.SECOND_FACTOR and answer == "yes":
        purpose = _purpose(asking, question, answer, note)
        if stage == "answer":
            return _ask_device(visit, asking, question, note, purpose)
        try:
            second_factor.prove(visit, purpose)
        except second_factor.FactorRefused as refused:
            return _ask_device(visit, asking, question, note, purpose, refused)
        channel = Channel.CONSOLE_SECOND_FACTOR
    answered = Answered(yes=answer == "yes", note=note, question=question, channel=channel)
    return visit.go(asking.back, asking.told(asking.run(answered)))


def _purpose(asking: Asking, question: Question, answer: str, note: str) -> str:
    """What a device is asked for: the very answer, as a digest."""
    bound = {**asking.about, "question": question.digest, "answer": answer, "note": note}
    return "answer:" + digest_of(canonical(bound))


def _show(visit: Visit, asking: Asking, question: Question | None, problem: LifecycleError | None = None) -> Response:
    return visit.page(
        "question.html",
        409 if problem is not None else 200,
        asking=asking,
        question=question,
        note=visit.form.get("note", ""),
        needs_factor=asking.demanded is Strength.SECOND_FACTOR,
        has_factor=bool(second_factor.factors_of(visit)) if asking.demanded is Strength.SECOND_FACTOR else False,
        problem=problem,
        longest=LONGEST_NOTE,
        **asking.context,
    )


def _ask_device(
    visit: Visit,
    asking: Asking,
    question: Question,
    note: str,
    purpose: str,
    problem: LifecycleError | None = None,
) -> Response:
    return visit.page(
        "second_factor.html",
        409 if problem is not None else 200,
        asking=asking,
        question=question,
        note=note,
        device=second_factor.ask(visit, purpose),
        problem=problem,
    )
