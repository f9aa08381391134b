"""How pages name states, and which colour says the same; the word always stands beside the colour."""

from collections.abc import Mapping
from typing import Final

from axure_lifecycle.domain.holdings import Assurance, Channel, Strength
from axure_lifecycle.domain.steps import StepState

_STATES: Final[Mapping[str, tuple[str, str]]] = {
    StepState.TO_DO: ("To do", "gray"),
    StepState.REPORTED: ("Reported", "amber"),
    StepState.SKIP_REPORTED: ("Skip reported", "amber"),
    StepState.CONFIRMED: ("Confirmed", "blue"),
    StepState.SKIPPED: ("Skipped", "skipped"),
    StepState.VERIFIED: ("Verified", "green"),
    StepState.CONTRADICTED: ("Contradicted", "red"),
    "open": ("Open", "gray"),
    "done": ("Done, not yet shown", "blue"),
    "cancelled": ("Cancelled", "gray"),
    "leaver": ("Leaver", "red"),
    "leaving": ("Leaving", "amber"),
    "withheld": ("Withheld", "amber"),
    "ambiguous": ("Ambiguous", "amber"),
    "not_in_directory": ("Not in directory", "amber"),
    "hold": ("On hold", "blue"),
    "non_personal": ("Non-personal", "gray"),
    "active": ("Active", "green"),
    "deactivated": ("Deactivated", "gray"),
    "overdue": ("Overdue", "red"),
    "in force": ("In force", "green"),
    "waits to be confirmed": ("Waits for a person", "amber"),
    "superseded": ("Superseded", "gray"),
    "retracted": ("Retracted", "red"),
}
_CHANNELS: Final = {
    Channel.ASSISTANT: "through an assistant",
    Channel.UNATTENDED: "by an unattended command",
    Channel.CLIENT_PAGE: "on the page inside the client",
    Channel.CLIENT_FORM: "in the client's form",
    Channel.TERMINAL: "at a terminal",
    Channel.CONSOLE: "on the console",
    Channel.CONSOLE_SECOND_FACTOR: "on the console, with a second factor",
    Channel.TRUSTED_FOLDER: "from a trusted folder",
    Channel.DIRECTORY: "read from the directory itself",
    Channel.SCIM: "by SCIM",
}
STRENGTHS: Final = {
    Strength.NONE: "nobody's word",
    Strength.CLIENT: "an answer in the client",
    Strength.TERMINAL: "a word at a terminal",
    Strength.CONSOLE: "a word on this console",
    Strength.SECOND_FACTOR: "a word on this console with a second factor",
}
ASSURANCES: Final = {
    Assurance.REPORTED: "reported",
    Assurance.CONFIRMED: "confirmed",
    Assurance.VERIFIED: "verified",
}
_KILO: Final = 1024


def name_state(state: str) -> str:
    """A state, verdict or standing as a page says it."""
    return _STATES[state][0] if state in _STATES else state.replace("_", " ").capitalize()


def tone_of(state: str) -> str:
    """The colour of a state: gray, skipped, amber, blue, green or red."""
    return _STATES[state][1] if state in _STATES else "gray"


def name_channel(channel: Channel) -> str:
    """The way somebody spoke."""
    return _CHANNELS[channel]


def name_channel_of(word: str) -> str:
    """The way somebody spoke, by its stored word; the word itself where a later version wrote it."""
    return _CHANNELS[Channel(word)] if word in set(Channel) else word.replace("_", " ")


def name_size(size: int) -> str:
    """Bytes for a reader.

    >>> name_size(900), name_size(2048), name_size(3 * 1024 * 1024)
    ('900 bytes', '2 KB', '3.0 MB')
    """
    if size < _KILO:
        return f"{size} bytes"
    return f"{size / _KILO:.0f} KB" if size < _KILO * _KILO else f"{size / _KILO / _KILO:.1f} MB"
