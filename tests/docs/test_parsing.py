"""What pages only mention is read by the program's own parser: `retract A-1` in a sentence, an example of the help.

Whatever is written out is typed (test_commands.py). Here nothing is done: a command that is called otherwise today, a
flag that is gone, a word too many or a choice that there is not fails. What a parser cannot know, such as whether there
is a case C-12, it does not say.
"""

import re
import shlex
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from typer.exceptions import Exit, TyperException

from axure_lifecycle.cli.commands import COMMANDS, build_command
from axure_lifecycle.cli.wording import PROGRAM
from tests.docs.commands import PAGES, ROOT, spans_of
from tests.docs.reference import every_command, roff

STANDS_FOR: Final = {"KIND": "leavers", "ROLE": "operator"}
"""What is typed for a word in capitals where not every word will do."""
NAMES_OF_ELSE: Final = frozenset({"deactivated", "import", "mcp", "token", "users"})
"""Commands that are words of other things, too: as such they are not read."""
FIRST: Final = {words[0] for words in every_command() if words}
WHOLE: Final[Any] = build_command()
OR: Final = "\0"
FLAG: Final = re.compile(r"--[a-z][a-z-]+")
OF_OTHERS: Final = {"--bless", "--only", "--people", "--runs", "--seeds", "--size", "--universal"}
"""Flags of pytest, uv and our benchmarks that pages name by themselves."""


class Misread(AssertionError):
    """The parser does not understand it."""


def read(words: list[str], *, may_be_short: bool) -> tuple[str, ...]:
    """The words of the command that the parser finds, which must understand whatever follows.

    `may_be_short`: a sentence may name a command without what it takes.
    """
    found, command, left = list[str](), WHOLE, [*words]
    while hasattr(command, "commands") and left:
        word = left.pop(0)
        if word not in command.commands:
            raise Misread(f"{shlex.join(words)}: there is no {word}")
        found.append(word)
        command = command.commands[word]
    if hasattr(command, "commands") and may_be_short:
        return tuple(found)
    try:
        command.make_context(" ".join(found), left)
    except Exit:  # It was asked for its help.
        return tuple(found)
    except TyperException as error:
        if not (may_be_short and type(error).__name__ == "MissingParameter"):
            raise Misread(f"{shlex.join(words)}: {error}") from error
    return tuple(found)


def typed(text: str) -> list[str]:
    """What would be typed: without what a shell does with the rest, and with something for each word in capitals."""
    line = re.split(r" [|<] ", text.replace("\\|", OR))[0].removeprefix("uv run ").removeprefix(f"{PROGRAM} ")
    return [STANDS_FOR.get(word, word) for word in shlex.split(line) if word != "…"]


def readings(text: str) -> Iterator[list[str]]:
    r"""Every way in which a span can be read: `a\|b` stands for either."""
    for choice in product(*(word.split(OR) for word in typed(text))):
        yield [*choice]


def mentions(page: Path) -> list[str]:
    """Every span that begins with one of our commands, with the program's name or without."""
    return [
        span
        for span in spans_of(page)
        if (words := span.removeprefix("uv run ").removeprefix(f"{PROGRAM} ").split())
        and words[0] in FIRST
        and words[1:2] != ["="]
        and span not in NAMES_OF_ELSE
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_mentions_is_understood(page: Path) -> None:
    for span in mentions(page):
        for words in readings(span):
            assert read(words, may_be_short=True), span
    flags = {flag for span in spans_of(page) if (flag := span.split(" ")[0]) and FLAG.fullmatch(flag)}
    assert flags <= known_flags() | OF_OTHERS


def known_flags() -> set[str]:
    """Every flag of every command."""
    found = {"--help", "--version"}
    for words in every_command():
        command = WHOLE
        for word in words:
            command = command.commands[word]
        found |= {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)}
    return found


def test_every_example_of_the_reference_and_of_the_manual_page_is_understood() -> None:
    manual = (ROOT / "docs" / "man" / "axure-lifecycle.1").read_text("utf-8")
    reference = " ".join((ROOT / "docs" / "reference" / "commands.md").read_text("utf-8").split())
    examples = [(command, example) for command in COMMANDS for example in command.examples]
    assert len(examples) > 100
    assert sum(len(mentions(page)) for page in PAGES) > 100
    for command, example in examples:
        assert f"\n.B {roff(f'{PROGRAM} {example}')}\n" in manual
        assert f"{PROGRAM} {example}" in reference
        assert read(typed(example), may_be_short=False) == command.words, example


@pytest.mark.parametrize(
    "wrong",
    [
        "retracted A-1",
        "audit key --rotated",
        "session end PERSON OTHER",
        "report kinds",
        "review opens",
        "serve --port x",
    ],
)
def test_what_is_called_otherwise_is_not_understood(wrong: str) -> None:
    with pytest.raises(Misread):
        read(typed(wrong), may_be_short=True)
