"""The verbs speak of tools, because models call tools. In a shell the same thing is a command."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from axure_lifecycle_tools.spec import Reply

PROGRAM: Final = "axure-lifecycle"

COMMANDS: Final = {
    "check_user": "check",
    "list_users": "users",
    "import_roster": "import",
    "list_sources": "sources",
    "retract_source": "retract",
    "find_discrepancies": "discrepancies",
    "record_decision": "decide",
    "plan_offboard": "plan offboard",
    "open_case": "open",
    "list_cases": "cases",
    "get_case": "case",
    "record_step": "record",
    "record_deactivation": "deactivated",
    "assign_case": "assign",
    "cancel_case": "cancel",
    "explain_axure": "explain",
    "verify_audit_trail": "audit verify",
}
"""Which command calls which verb."""

_SPOKEN: Final = re.compile(
    r"(?P<quoted>“[^”]*”)"
    rf"|(?<![\w.@/-])(?P<tool>{'|'.join(COMMANDS)})(?![\w@-]|\.\w)(?P<arguments> \{{[^}}]*\}})?"
    rf"|(?<![\w/-]){PROGRAM} (?!init\b|--home\b)(?=[a-z])"
)
_PHRASES: Final = {
    "this client cannot ask": "this command cannot ask",
    "(skip_refused)": "(--skip-refused)",
    "(taken_on)": "(--taken-on)",
    "(outcome skipped)": "(outcome skipped, with --note)",
}
"""How a verb names its arguments → how they are typed."""
_VALUE: Final = re.compile(r"'([^']*)'")
_SENTENCES: Final = frozenset({"next", "explanation", "said", "withheld_because"})
"""The fields of replies that are the product's own words."""

SomeReply = TypeVar("SomeReply", bound="Reply")


@dataclass(frozen=True, slots=True)
class Shellwords:
    """How to say things to somebody in a shell."""

    home: str | None = None
    """The home as it was named on the command line: a command to type next must name it again."""

    @classmethod
    def of(cls, arguments: Sequence[str]) -> "Shellwords":
        """From a command line, before it is read; the last `--home` counts."""
        home = None
        for word, following in pairwise([*arguments, ""]):
            if word == "--home":
                home = following
            elif word.startswith("--home="):
                home = word.removeprefix("--home=")
        return cls(home or None)

    def line(self, command: str) -> str:
        """A command to type (`axure-lifecycle sources`).

        >>> Shellwords("my home").line("sources")
        "axure-lifecycle --home 'my home' sources"
        """
        return f"{PROGRAM} --home {shlex.quote(self.home)} {command}" if self.home else f"{PROGRAM} {command}"

    def speak(self, sentence: str) -> str:
        """A sentence of ours with commands in place of tools; what it quotes stays as it is.

        >>> Shellwords().speak("Go on with get_case {case: 'C-1'}.")
        'Go on with `axure-lifecycle case C-1`.'
        """
        spoken = _SPOKEN.sub(self._say, sentence)
        for phrase, typed in _PHRASES.items():
            spoken = spoken.replace(phrase, typed)
        return spoken

    def _say(self, found: re.Match[str]) -> str:
        if found["quoted"]:
            return found["quoted"]
        if found["tool"]:
            command = COMMANDS[found["tool"]]
            values = _VALUE.findall(found["arguments"] or "")
            return f"`{self.line(' '.join([command, *map(shlex.quote, values)]))}`" if values else f"`{command}`"
        return self.line("")

    def reply(self, reply: SomeReply) -> SomeReply:
        """A reply whose own words, and only these, are said for a shell."""
        cursor = getattr(reply, "cursor", None)
        changed: dict[str, Any] = {}
        for field in _SENTENCES & set(type(reply).model_fields):
            words: str | list[str] = getattr(reply, field)
            changed[field] = self.speak(words) if isinstance(words, str) else [self.speak(word) for word in words]
        if cursor:
            changed["next"] = changed["next"].replace("the cursor", f"--cursor {shlex.quote(cursor)}")
        return reply.model_copy(update=changed)
