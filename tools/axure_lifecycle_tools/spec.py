"""What a verb is, and what it works with.

A verb is a function of a desk and of described arguments: it loads, decides and records, and gives back a `Reply`.
A verb that needs a person's word is a pair: `ask` tells the question as a value and touches nothing, `run` takes the
answer. Whoever owns a channel to a person (an MCP client's form, a terminal) calls the same pair.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.access import EVERYBODY, WORKERS, Role, RoleMissing, has_any
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.checkpoints import Checkpoint
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Channel, Strength
from axure_lifecycle.domain.organization import Limits, Organization, Policy
from axure_lifecycle.domain.reminding import ReminderRules
from axure_lifecycle.domain.scim import ScimSettings
from axure_lifecycle.ports import (
    Change,
    Directories,
    EvidenceArchive,
    Knowledge,
    Notifier,
    Progress,
    ReportFiles,
    RosterReader,
    Store,
)


class Toolset(StrEnum):
    """The groups of verbs that a configuration can switch off."""

    PEOPLE = "people"
    SOURCES = "sources"
    DISCREPANCIES = "discrepancies"
    CASES = "cases"
    KNOWLEDGE = "knowledge"
    REPORTS = "reports"
    REVIEWS = "reviews"


MOST_BYTES: Final = 7_600
"""A reply, text and data together, as sent in UTF-8: below 2,000 tokens of 4 bytes, with room for the envelope."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a verb works: one organisation, its store, and on whose behalf this call is made."""

    organization: Organization
    limits: Limits
    policy: Policy
    store: Store
    knowledge: Knowledge
    rosters: RosterReader
    archive: EvidenceArchive
    directories: Directories
    reports: ReportFiles
    actor: Actor
    now: datetime
    """The moment of this call, in the organisation's time zone: its date is the organisation's today."""
    progress: Progress | None = None
    is_cancelled: Callable[[], None] | None = None
    """Raises when nobody waits for the answer any more; for what takes long."""
    most_bytes: int = MOST_BYTES
    """How long a reply may be; a shell takes more than a model."""
    toolsets: tuple[str, ...] | None = None
    """What the configuration offers to clients at this moment; None: everything."""
    is_read_only: bool = False
    """Whether the configuration lets clients only look, at this moment."""
    sign_head: "Callable[[], Checkpoint] | None" = None
    """Signs the head of the trail with the audit's key and keeps that; None where there is no key."""
    roles: frozenset[Role] | None = None
    """What the actor is on a server for a team; None on a machine where nobody signs in."""
    notifier: Notifier | None = None
    """Where people are told what waits for them; None where no place is configured."""
    reminders: ReminderRules = field(default_factory=ReminderRules)
    scim: ScimSettings = field(default_factory=ScimSettings)
    """Which identity providers push, and what their groups mean."""

    def require_role(self, what: str, needed: frozenset[Role]) -> None:
        """Hold somebody to their roles, whichever door they came by. Raises `RoleMissing`."""
        if not has_any(self.roles, needed):
            raise RoleMissing(what, self.actor.name, self.roles or (), needed)

    def require_offered(self, name: str, toolset: str, *, reads_only: bool) -> None:
        """Hold a client to the configuration as it is now, not as it was when the server listed what it has.

        Raises `NotOffered`.
        """
        if self.is_read_only and not reads_only:
            raise NotOffered(name, "the configuration says read_only = true")
        if self.toolsets is not None and toolset not in self.toolsets:
            raise NotOffered(name, f"the configuration offers no toolset “{toolset}”")


class NotOffered(LifecycleError):
    """A tool that the configuration does not offer any more."""

    code = "not_offered"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"{name} did nothing: {why}, since this server was started. Ask the person: they change [tools] in "
            "config.toml and start the server anew, or use a terminal, where everything is offered."
        )


# -- questions and answers --------------------------------------------------------------------------------------------


class Confirmation(BaseModel):
    """What a person fills in. Read strictly: a word or a number in the place of the tick is no yes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    yes: bool = Field(title="Yes", description="Tick only what you did or saw yourself. Leave it empty for no.")
    note: str = Field(default="", title="Note", description="Anything the trail should keep.", max_length=1000)


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked. Holds nothing that changes with the clock."""

    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of what is shown, lower-case hexadecimal: what an answer is bound to."""
        return sha256(b"axure-lifecycle/question/v1\n" + self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answered:
    """A person filled the form in."""

    yes: bool
    note: str
    question: Question
    channel: Channel


@dataclass(frozen=True, slots=True)
class Declined:
    """A person refused to answer, or closed the form."""

    question: Question
    channel: Channel
    was_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class CouldNotAsk:
    """There is nobody who can be asked from here."""

    question: Question


@dataclass(frozen=True, slots=True)
class NotAsked:
    """There was nothing to ask."""


Answer = Answered | Declined | CouldNotAsk | NotAsked


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the console a person finds the same question."""

    case: str
    step: str | None
    """None for the approval of the whole case."""
    outcome: str
    demanded: Strength
    """What policy demands of whoever answers it."""


class QuestionDrifted(LifecycleError):
    """Something changed while a person was reading."""

    code = "question_drifted"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The answer about {what} was not recorded: what it is about changed while the question was open. "
            "Call again; the new question shows the new state."
        )


class ArgumentsRefused(LifecycleError):
    """Arguments that a verb does not take."""

    code = "arguments_refused"

    def __init__(self, verb: str, objections: tuple[str, ...]) -> None:
        self.verb, self.objections = verb, objections
        super().__init__(f"{verb} was not run: {' '.join(objections)} Correct the arguments and call again.")


def note_answer(
    change: Change,
    about: str,
    answer: "Answered | Declined",
    person: Address | None = None,
    others: Sequence[Address] = (),
) -> None:
    """Write the question and its answer down, in the transaction that the answer decides.

    `person` is whoever the question names: the record is erased with them. `others` whom it names stand in it by
    number.
    """
    match answer:
        case Answered(yes=yes):
            outcome = "yes" if yes else "no"
        case Declined(was_cancelled=was_closed):
            outcome = "cancelled" if was_closed else "declined"
    change.note(
        "question.answered",
        {
            "about": about,
            "question": answer.question.text,
            "question_digest": answer.question.digest,
            "answer": outcome,
            "channel": answer.channel.value,
            **({} if person is None else {"address": person}),
        },
        others,
    )


# -- replies ----------------------------------------------------------------------------------------------------------


class Reply(BaseModel):
    """What a verb gives back: data for machines, and a text that is useful by itself."""

    model_config = ConfigDict(extra="forbid")

    next: str = ""
    """What to call next, and when. Without a description for clients: every answer has it, and its name says it."""

    def text(self) -> str:
        """The reply for a reader, complete without the data."""
        raise NotImplementedError

    def aside(self) -> dict[str, str]:
        """What a page is told beside the answer and no model is shown; nothing, for nearly all."""
        return {}

    def size(self) -> int:
        """Bytes of UTF-8, text and data together, both as JSON carries them: a line's end or a quote takes two."""
        return len(json.dumps(self.text(), ensure_ascii=False).encode()) + len(self.model_dump_json().encode())


SomeReply = TypeVar("SomeReply", bound=Reply)


def fit(desk: Desk, make: Callable[[int], SomeReply], most: int) -> SomeReply:
    """The largest reply of at most `most` entries that the desk takes; at least one entry is kept."""
    reply = make(most)
    if most <= 1 or reply.size() <= desk.most_bytes:
        return reply
    fits, too_many, reply = 1, most, make(1)
    while too_many - fits > 1:
        half = (fits + too_many) // 2
        larger = make(half)
        if larger.size() <= desk.most_bytes:
            fits, reply = half, larger
        else:
            too_many = half
    return reply


# -- the verb itself --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One entry of the catalog."""

    name: str
    title: str
    toolset: Toolset
    description: str
    """For a model: what it does, what it does not touch, when to call another. Not a docstring."""
    reply: type[Reply]
    run: Callable[..., Reply]
    """Takes the desk, then the verb's arguments as keywords; with `ask`, the answer as the keyword `answer` too."""
    ask: Callable[..., Question | None] | None = None
    """Takes the desk, then the verb's arguments as keywords. None: nobody needs to be asked, ever."""
    place: Callable[..., Place | None] | None = None
    """Where a person finds the question of `ask` on the console; takes what `ask` takes. None: it is not there."""
    reads_only: bool
    destroys: bool = False
    """Whether it takes something away that cannot be had again by calling it anew."""
    is_brief: Callable[[Mapping[str, object]], bool] | None = None
    """Whether a call with these arguments is a few indexed reads at any size: it then needs no thread of its own."""
    reaches_out: bool = False
    """Whether it asks something outside this machine."""
    repeats_safely: bool
    """Whether a second call with the same arguments changes nothing more."""
    roles: frozenset[Role] | None = None
    """Who may use it on a server for a team; None: everybody who reads, and workers who write."""

    @property
    def allowed(self) -> frozenset[Role]:
        """Who may use it."""
        return self.roles or (EVERYBODY if self.reads_only else WORKERS)
