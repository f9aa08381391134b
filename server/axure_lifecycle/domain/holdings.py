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
    CLIENT_FORM = "client_form"
    """A form in the MCP client. Proves that the client says a person answered; a client may answer by itself."""
    TERMINAL = "terminal"
    """An interactive terminal. An assistant with a shell could drive one."""
    TRUSTED_FOLDER = "trusted_folder"
    """A file in a folder that the configuration trusts."""
    DIRECTORY = "directory"
    """Read by the product itself, from the directory that the configuration names, with the directory's own proof."""


VOUCHED: Final = frozenset({Channel.CLIENT_FORM, Channel.TERMINAL, Channel.TRUSTED_FOLDER, Channel.DIRECTORY})
"""The channels on which a person, or the configuration that a person wrote, stands for what is said."""


def assurance_by(channel: Channel) -> Assurance:
    """What a statement is worth that came by this channel and that nothing has verified yet."""
    return Assurance.CONFIRMED if channel in VOUCHED else Assurance.REPORTED


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, as far as this machine can tell."""

    name: str
    """The configured operator, or the user of the operating system."""
    channel: Channel
    client: str | None = None
    """The MCP client's own name and version, as it gave them; None on a command line."""
