"""What every command has: a home, a form for its answer, a desk to work at, and a way to be declared."""

import inspect
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from axure_lifecycle.cli.terminal import ask_for, is_attended, put, tell, wrapped
from axure_lifecycle.cli.wording import PROGRAM, Shellwords, program_as_called
from axure_lifecycle.domain.errors import LifecycleError

if TYPE_CHECKING:
    from pathlib import Path

    from axure_lifecycle.app import Workshop
    from axure_lifecycle_tools.spec import Answer, Desk, Question, Reply

MOST_BYTES: Final = 10**9
"""A shell takes a reply of any length."""

Home = Annotated[
    str | None,
    typer.Option(
        "--home",
        metavar="DIR",
        help="The folder with config.toml and the store. Default: AXURE_LIFECYCLE_HOME, else the per-user folder.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, refusals included.")]


class NeedsTerminal(LifecycleError):
    """Only a person at an interactive terminal can do this."""

    code = "needs_terminal"

    def __init__(self, what: str, command: str) -> None:
        self.command = command
        super().__init__(
            f"{what} That takes a person at an interactive terminal, and there is none here. "
            f"Open a terminal and type: {command}"
        )


@dataclass(frozen=True, slots=True)
class Shell:
    """One call of one command."""

    command: str
    """Its words (`audit verify`)."""
    home_option: str | None
    wants_json: bool

    @property
    def home(self) -> "Path":
        """Where this installation lives. Raises `HomeUnusable`."""
        from axure_lifecycle.config import home_directory

        return home_directory(self.home_option)

    @property
    def words(self) -> Shellwords:
        """How to say things to whoever typed this."""
        return Shellwords(self.home_option, program_as_called())

    @contextmanager
    def workshop(self) -> "Generator[Workshop, None, None]":
        """The home's workshop for this call; the store is given back at the end."""
        from axure_lifecycle.app import Workshop

        workshop = Workshop(self.home)
        try:
            yield workshop
        finally:
            workshop.close()

    @contextmanager
    def desk(self, *, is_unattended: bool = False) -> "Generator[Desk, None, None]":
        """A desk for this call; the store is given back at the end. Raises the refusals of configuration and store.

        `is_unattended`: nobody is asked, although a terminal is there.
        """
        with self.workshop() as workshop:
            yield self.desk_in(workshop, is_unattended=is_unattended)

    def desk_in(self, workshop: "Workshop", *, is_unattended: bool = False) -> "Desk":
        """A desk in a workshop that is open already. Raises the refusals of configuration and store."""
        from axure_lifecycle.domain.holdings import Channel

        channel = Channel.TERMINAL if is_attended() and not is_unattended else Channel.UNATTENDED
        return workshop.desk(channel, most_bytes=MOST_BYTES)

    def call(
        self, run: "Callable[..., Reply]", text: "Callable[[Any], str] | None" = None, /, **arguments: Any
    ) -> None:
        """Call a verb that asks nobody, and answer with its reply."""
        self.check(run, arguments)
        with self.desk() as desk:
            reply = run(desk, **arguments)
        self.answer(reply, text)

    def check(self, run: "Callable[..., Reply]", arguments: Mapping[str, object]) -> None:
        """Hold arguments against what a verb takes. Raises `ArgumentsRefused` with every objection."""
        from axure_lifecycle.cli.arguments import object_to
        from axure_lifecycle_tools.spec import ArgumentsRefused

        objections = object_to(run, arguments)
        if objections:
            raise ArgumentsRefused(f"`{self.command}`", objections)

    def answer(self, reply: "Reply", text: "Callable[[Any], str] | None" = None) -> None:
        """Write a reply to standard output; `text` says it to people in another way than the reply itself does."""
        reply = self.words.reply(reply)
        if self.wants_json:
            tell(reply.model_dump_json(indent=2))
        else:
            tell(wrapped(text(reply) if text is not None else reply.text(), sys.stdout))

    def reason(self, given: str | None, what: str, option: str = "--reason") -> str:
        """Why something is done: as given, else as the person types it. Raises `NobodyAnswered`; mistyped elsewhere."""
        if given is not None and given.strip():
            return given
        if not is_attended():
            raise typer.BadParameter(f"say why ({option} TEXT)", param_hint=option)
        return ask_for(f"{what} Why? The trail keeps it")


def ask(question: "Question | None", note: str = "") -> "Answer":
    """The answer to a verb's question: the person's where there is one, else that nobody could be asked."""
    from axure_lifecycle_tools.spec import CouldNotAsk, NotAsked

    if question is None:
        return NotAsked()
    return put(question, note) if is_attended() else CouldNotAsk(question)


def end_unless_yes(answer: "Answer") -> None:
    """Exit code 1 where a person was asked and did not say yes: a script must not go on as if they had."""
    from axure_lifecycle_tools.spec import Answered, CouldNotAsk, Declined, NotAsked

    match answer:
        case Answered(yes=True) | CouldNotAsk() | NotAsked():
            return
        case Answered() | Declined():
            raise typer.Exit(1)


# -- declaring commands -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Command:
    """A command before it is part of a program."""

    words: tuple[str, ...]
    """Its group, where it has one, and its name."""
    function: Callable[..., None]
    """Takes a `Shell`, then the command's own parameters with typer's annotations."""
    examples: tuple[str, ...]
    """Without the program's name."""
    answers: bool
    """Whether it takes `--json`."""
    also: str | None = None
    """Another name of it, which no help lists."""

    def add_to(self, app: typer.Typer) -> None:
        """Make it a command of the program, with `--home` and, where it answers, `--json`."""
        own = [one for one in inspect.signature(self.function).parameters.values() if one.name != "shell"]
        parameters = [_keyword("context", typer.Context), *own, _keyword("home", Home, None)]
        if self.answers:
            parameters.append(_keyword("as_json", AsJson, default=False))

        def run(context: typer.Context, **given: Any) -> None:
            home = given.pop("home") or context.obj
            self.function(Shell(" ".join(self.words), home, given.pop("as_json", False)), **given)

        # Typer reads a command's parameters from its signature.
        _dress(run, parameters)
        run.__doc__ = self.function.__doc__
        examples = "".join(f"\n  {PROGRAM} {example}" for example in self.examples)
        epilog = f"\b\nExamples:{examples}"
        app.command(self.words[-1], epilog=epilog)(run)
        if self.also:
            app.command(self.also, epilog=epilog, hidden=True)(run)


def command(
    words: str, *examples: str, answers: bool = True, also: str | None = None
) -> Callable[[Callable[..., None]], Command]:
    """Declare a command by its words, by examples of how it is typed, and by what people may call it too."""

    def declare(function: Callable[..., None]) -> Command:
        return Command(tuple(words.split()), function, examples, answers, also)

    return declare


def _dress(function: Any, parameters: list[inspect.Parameter]) -> None:
    keywords = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters]
    function.__signature__ = inspect.Signature(keywords)
    function.__annotations__ = {one.name: one.annotation for one in parameters}


def _keyword(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
