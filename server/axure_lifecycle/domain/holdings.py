"""Who holds what, where, and how that is known.

Nothing is ever observed inside Axure. So every statement about a holding carries the source that made it, its moment,
and how far it can be believed.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import total_ordering
from typing import Final


class HoldingKind(StrEnum):
    """The kinds of record that one person can hold in one system."""

    MEMBERSHIP = "membership"
    SEAT = "seat"
    PUBLIC_ACCOUNT = "public_account"
    DIRECTORY_ACCOUNT = "directory_account"


@dataclass(frozen=True, slots=True)
class System:
    """One place that keeps records about people. All three names are data: a second server is a second row."""

    application: str
    """`axure`; `directory` for identity providers and plain directory files."""
    name: str
    """`cloud_for_business`, `license_portal`, `public_cloud`; for a directory its configured name."""
    host: str
    """Where it answers (`acme.axure.cloud`); empty when it has no host."""
    holds: HoldingKind

    def __str__(self) -> str:
        return f"{self.application}/{self.name}" + (f" at {self.host}" if self.host else "")


@total_ordering
class Assurance(Enum):
    """How a statement is known, weakest first."""

    REPORTED = "reported"
    """Relayed by an assistant, or by a script that no person attends."""
    CONFIRMED = "confirmed"
    """A person said so through a channel that the model cannot speak on."""
    VERIFIED = "verified"
    """A later roster or directory read shows it."""

    def __lt__(self, other: "Assurance") -> bool:
        return _RANK[self] < _RANK[other]


_RANK: Final = {Assurance.REPORTED: 0, Assurance.CONFIRMED: 1, Assurance.VERIFIED: 2}


class Channel(StrEnum):
    """The way a statement came. Channels prove different things, and the record says which one it was."""

    ASSISTANT = "assistant"
    """A tool call. Proves nothing about a person."""
    UNATTENDED = "unattended"
    """A command line without an interactive terminal. Proves that somebody can run commands as this user."""
    CLIENT_PAGE = "client_page"
    """A page of ours inside the MCP client. Proves that whoever answered was given what the client gives to the page
    alone; the client keeps the page apart from its model, and we cannot see that it does."""
    CLIENT_FORM = "client_form"
    """A form in the MCP client. Proves that the client says a person answered; a client may answer by itself."""
    TERMINAL = "terminal"
    """An interactive terminal. An assistant with a shell could drive one."""
    TRUSTED_FOLDER = "trusted_folder"
    """A file in a folder that the configuration trusts."""
    CONSOLE = "console"
    """A page of our own server, by somebody signed in. An assistant with the person's browser could click as well."""
    CONSOLE_SECOND_FACTOR = "console_second_factor"
    """The same with a second factor given for exactly this answer: a device that no assistant holds."""
    DIRECTORY = "directory"
    """Read by the product itself, from the directory that the configuration names, with the directory's own proof."""
    SCIM = "scim"
    """Pushed by an identity provider. Says what it wants, and confirms nothing about Axure."""


VOUCHED: Final = frozenset({*Channel} - {Channel.ASSISTANT, Channel.UNATTENDED, Channel.SCIM})
"""The channels on which a person, or the configuration that a person wrote, stands for what is said."""


class Strength(StrEnum):
    """How hard it is for somebody else than the person to speak on a channel, weakest first.

    Policy names these where it wants a stronger word for a step.
    """

    NONE = "none"
    """No person's word at all."""
    CLIENT = "client"
    """The MCP client says that a person answered, in its form or on our page inside it."""
    TERMINAL = "terminal"
    CONSOLE = "console"
    SECOND_FACTOR = "second_factor"

    def reaches(self, demanded: "Strength") -> bool:
        """Whether it is at least as strong.

        >>> Strength.CONSOLE.reaches(Strength.TERMINAL), Strength.CLIENT.reaches(Strength.CONSOLE)
        (True, False)
        """
        ladder = tuple(Strength)
        return ladder.index(self) >= ladder.index(demanded)


_STRENGTHS: Final = {
    Channel.ASSISTANT: Strength.NONE,
    Channel.UNATTENDED: Strength.NONE,
    Channel.SCIM: Strength.NONE,
    Channel.CLIENT_PAGE: Strength.CLIENT,
    Channel.CLIENT_FORM: Strength.CLIENT,
    Channel.TERMINAL: Strength.TERMINAL,
    Channel.TRUSTED_FOLDER: Strength.TERMINAL,
    Channel.DIRECTORY: Strength.TERMINAL,
    Channel.CONSOLE: Strength.CONSOLE,
    Channel.CONSOLE_SECOND_FACTOR: Strength.SECOND_FACTOR,
}


def strength_of(channel: Channel) -> Strength:
    """How strong a person's word by this channel is."""
    return _STRENGTHS[channel]


def assurance_by(channel: Channel, demanded: Strength = Strength.CLIENT) -> Assurance:
    """What a statement is worth that came by this channel and that nothing has verified yet.

    The one place where that is told. Policy may demand a stronger channel; it can never make an assistant's word count.

    >>> assurance_by(Channel.TERMINAL).value, assurance_by(Channel.TERMINAL, Strength.SECOND_FACTOR).value
    ('confirmed', 'reported')
    """
    is_enough = channel in VOUCHED and strength_of(channel).reaches(demanded)
    return Assurance.CONFIRMED if is_enough else Assurance.REPORTED


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, as far as this machine can tell."""

    name: str
    """The configured operator, or on a server whoever the token names."""
    channel: Channel
    client: str | None = None
    """The MCP client's own name and version, as it gave them; None on a command line."""
    proof: str | None = None
    """What named them on a server (`token T-3`, or issuer and subject); None where nobody signs in."""
