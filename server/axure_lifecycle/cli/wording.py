"""The verbs speak of tools, because models call tools. In a shell the same thing is a command."""

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from axure_lifecycle_tools.spec import Reply

PROGRAM: Final = "axure-lifecycle"

COMMANDS: Final = {
    "check_user": "check",
    "list_users": "users",
    "import_roster": "import",
    "list_sources": "sources",
    "sync_directory": "sync",
    "retract_source": "retract",
    "find_discrepancies": "discrepancies",
    "record_decision": "decide",
    "plan_onboard": "plan onboard",
    "plan_offboard": "plan offboard",
    "plan_role_change": "plan role-change",
    "plan_reactivation": "plan reactivation",
    "plan_operation": "plan operation",
    "open_case": "open",
    "list_cases": "cases",
    "get_case": "case",
    "record_step": "record",
    "record_deactivation": "deactivated",
    "assign_case": "assign",
    "approve_case": "approve",
    "cancel_case": "cancel",
    "attach_evidence": "attach",
    "explain_axure": "explain",
    "record_fact": "record-fact",
    "record_screen_change": "record-screen-change",
    "build_report": "report",
    "open_review": "review open",
    "get_review": "review show",
    "record_review_decision": "review decide",
    "close_review": "review close",
    "verify_audit_trail": "audit verify",
}
"""Which command calls which verb."""

_SPOKEN: Final = re.compile(
    r"(?P<quoted>“[^”]*”)"
    r"|(?<![\w.@/-])(?:plan_operation with (?P<operation>[a-z]+(?:-[a-z]+)+)"
    r"|record_fact \((?P<fact>[a-z0-9-]+(?:\.[a-z0-9-]+)+)\)|record_decision \((?P<decision>[a-z_]+)\))"
    rf"|(?<![\w.@/-])(?P<tool>{'|'.join(COMMANDS)})(?![\w@-]|\.\w)(?P<arguments> \{{[^}}]*\}})?"
    rf"|(?<![\w/-])(?:uv run )?{PROGRAM} (?=[a-z-])"
)
"""What is said again for a shell. A command that was said for one already is found with its `uv run`, never behind it:
what is said twice is the same."""
_QUOTED: Final = re.compile(r"(“[^”]*”)")
_DECISIONS: Final = {
    "belongs_to": "decide ADDRESS belongs-to OTHER",
    "external": "decide ADDRESS external --until DATE",
    "non_personal": "decide ADDRESS non-personal",
    "keep": "decide ADDRESS keep",
    "withdraw": "decide ADDRESS withdraw",
}
"""How a decision is typed."""
_NAMES_HOME: Final = ("init", "--home")
"""What follows the program where a sentence names the home by itself."""
_PHRASES: Final = {
    "this client cannot ask": "this command cannot ask",
    "(skip_refused)": "(--skip-refused)",
    "(taken_on)": "(--taken-on)",
    "(until)": "(--until)",
    "(outcome skipped)": "(outcome skipped, with --note)",
    "say in note why": "say with --note why",
    "say the successor too": "say the successor too (--successor ADDRESS)",
    "say the new address too": "say the new address too (--new-address ADDRESS)",
    "say the role too": "say the role too (--role ROLE)",
    "say the last day too": "say the last day too (--last-day DATE)",
    "Correct the arguments and call again.": "Correct that and type it again.",
    "Call again; the new question": "Type it again; the new question",
}
"""How a verb names its arguments → how they are typed."""
_VOICE: Final = {
    "When the person has done it: ": "When you have done it: ",
    "The person confirms it at a terminal: ": "Confirm it at a terminal: ",
    "The person confirms it on the console": "Confirm it on the console",
    "until the person confirms it at a terminal: ": "until you confirm it at a terminal: ",
    "until the person confirms it on the console": "until you confirm it on the console",
    "confirmed by the person. ": "confirmed by you. ",
    "it stays their word": "it stays your word",
    "the person declined": "you declined",
    "the person closed the question": "you closed the question",
    "the person did not say yes": "you did not say yes",
    "only if the person says": "only if you say",
    "nobody said yes": "you did not say yes",
    "Keep the person's answer with record_fact.": "Keep your answer with `record-fact`.",
    "A person copies the members page and runs ": "Copy the members page into a file and type ",
    ", or hand it over with import_roster.": ".",
    "A person decides who this is with record_decision.": "Decide who this is: `decide`.",
    "A person settles unknown addresses with record_decision.": "Settle unknown addresses with `decide`.",
    "The person runs ": "Type ",
    "Call check_user again with one address.": "Type `check` with one of these addresses.",
    "Call check_user with the name": "Type `check` with the name",
    "Call again with the cursor for more": "More with the cursor",
    "Call again with one topic.": "Name one of them: `explain TOPIC`.",
    "(record_decision)": "(`decide`)",
    "The nearest topics are ": "Topics that may help: ",
    "; ask for one of them.": "; `explain` alone lists them all.",
    "Ask for the person's e-mail address.": "Ask for their e-mail address.",
}
"""What is written for an assistant, who speaks of the person it helps → what that person is told.

Here whoever reads is “you”, and “the person” can only be the one whom a case is about.
"""
_VALUE: Final = re.compile(r"'([^']*)'")
_THE_PERSON: Final = re.compile(r"\b[Tt]he person\b(?! it is)")
_UV_RAN_THIS: Final = "UV_RUN_RECURSION_DEPTH"
"""Set by `uv run` for whatever it starts."""


def program_as_called(environment: Mapping[str, str] = os.environ) -> str:
    """The program as it was called: in a checkout that is not activated, `uv run` stands in front."""
    return f"uv run {PROGRAM}" if environment.get(_UV_RAN_THIS) else PROGRAM


def named(text: str, subject: str) -> str:
    """A playbook's words, with the one whom they are about named by address: whoever reads is another person.

    >>> named("Ask the person for the person's account.", "ana@acme.example")
    "Ask ana@acme.example for ana@acme.example's account."
    """
    return _THE_PERSON.sub(lambda _: subject, text)


def _in_shell(said: str) -> str:
    for phrases in (_VOICE, _PHRASES):
        for phrase, typed in phrases.items():
            said = said.replace(phrase, typed)
    return said


SomeReply = TypeVar("SomeReply", bound="Reply")


@dataclass(frozen=True, slots=True)
class Shellwords:
    """How to say things to somebody in a shell."""

    home: str | None = None
    """The home as it was named on the command line: a command to type next must name it again."""
    program: str = PROGRAM
    """How the program was called."""

    @classmethod
    def of(cls, arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> "Shellwords":
        """From a command line, before it is read; the last `--home` counts."""
        home = None
        for word, following in pairwise([*arguments, ""]):
            if word == "--home":
                home = following
            elif word.startswith("--home="):
                home = word.removeprefix("--home=")
        return cls(home or None, program_as_called(environment))

    def line(self, command: str) -> str:
        """A command to type (`axure-lifecycle sources`).

        >>> Shellwords("my home").line("sources")
        "axure-lifecycle --home 'my home' sources"
        """
        home = f" --home {shlex.quote(self.home)}" if self.home else ""
        return f"{self.program}{home} {command}"

    def speak(self, sentence: str) -> str:
        """A sentence of ours with commands in place of tools; what it quotes stays as it is.

        >>> Shellwords().speak("Go on with get_case {case: 'C-1'}.")
        'Go on with `axure-lifecycle case C-1`.'
        """
        parts = _QUOTED.split(sentence)
        return _SPOKEN.sub(self._say, "".join(part if part.startswith("“") else _in_shell(part) for part in parts))

    def _say(self, found: re.Match[str]) -> str:
        if found["quoted"]:
            return found["quoted"]
        if found["operation"]:
            return f"`plan operation {found['operation']}`"
        if found["fact"]:
            return f"`record-fact {found['fact']}`"
        if found["decision"]:
            return f"`{_DECISIONS.get(found['decision'], 'decide')}`"
        if found["tool"]:
            command = COMMANDS[found["tool"]]
            values = _VALUE.findall(found["arguments"] or "")
            return f"`{self.line(' '.join([command, *map(shlex.quote, values)]))}`" if values else f"`{command}`"
        if found.string.startswith(_NAMES_HOME, found.end()):
            return f"{self.program} "
        return self.line("")

    def reply(self, reply: SomeReply) -> SomeReply:
        """A reply whose own words, and only these, are said for a shell."""
        from axure_lifecycle_tools.own_words import retell

        told = retell(reply, self.speak)
        if cursor := getattr(reply, "cursor", None):
            following = told.next.replace("the cursor", f"--cursor {shlex.quote(cursor)}")
            told = told.model_copy(update={"next": following})
        return told
