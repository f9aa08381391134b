"""How a person beside this server types a command: it may not stand on their path, nor find this server's home."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from axure_lifecycle_tools.spec import Reply

PROGRAM: Final = "axure-lifecycle"
_UV_RAN_THIS: Final = "UV_RUN_RECURSION_DEPTH"
"""Set by `uv run` for whatever it starts."""
_COMMAND: Final = re.compile(rf"(?P<quoted>“[^”]*”)|(?<![\w/-]){PROGRAM} (?=[a-z])")
_NAMES_HOME: Final = "init --home"
"""What follows where a sentence names the home by itself."""

_MOST_BYTES: Final = 7_850
"""Of a reply that was made longer: what a desk leaves free of the promised 8,000 is for this and for the envelope."""
Some = TypeVar("Some", bound="Reply")


@dataclass(frozen=True, slots=True)
class Typed:
    """The words in front of every command."""

    program: str = PROGRAM
    home: str | None = None
    """The home, where it is not the usual one of this user."""

    @classmethod
    def here(cls, home: str | None, environment: Mapping[str, str] = os.environ) -> "Typed":
        """As this process was started: out of a checkout by `uv run`, or as an installed program."""
        checkout = next((folder for folder in Path(__file__).parents if (folder / "pyproject.toml").is_file()), None)
        if environment.get(_UV_RAN_THIS) and checkout is not None:
            return cls(f"uv run --directory {shlex.quote(str(checkout))} {PROGRAM}", home)
        return cls(PROGRAM, home)

    @property
    def is_plain(self) -> bool:
        """Whether a command is typed as the product's texts name it."""
        return self == Typed()

    def say(self, sentence: str) -> str:
        """A sentence of ours with its commands as they are typed here; what it quotes stays as it is.

        >>> Typed(home="my home").say("Type `axure-lifecycle confirm R-1`.")
        "Type `axure-lifecycle --home 'my home' confirm R-1`."
        """
        home = f" --home {shlex.quote(self.home)}" if self.home else ""

        def type_it(found: re.Match[str]) -> str:
            if found["quoted"]:
                return found["quoted"]
            return f"{self.program} " if sentence.startswith(_NAMES_HOME, found.end()) else f"{self.program}{home} "

        return _COMMAND.sub(type_it, sentence)

    def retell(self, reply: Some) -> Some:
        """A reply with its commands as they are typed here; as it was where it would get too long by that."""
        from axure_lifecycle_tools.own_words import retell

        if self.is_plain:
            return reply
        told = retell(reply, self.say)
        return told if told.size() <= _MOST_BYTES else reply
