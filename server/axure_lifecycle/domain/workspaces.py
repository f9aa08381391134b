"""Names of workspaces as an option of a plan holds them: one text, and the names in it.

No roster shows who is in a workspace, so a name is all there is: as people call it there.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from axure_lifecycle.domain.text import shown

JOIN: Final = "workspaces"
"""The option that names workspaces to be invited to."""
LEAVE: Final = "leave_workspaces"
"""The one that names those to be taken out of."""
SEPARATOR: Final = ";"
"""Between two names; no name holds it."""
MOST: Final = 50
"""Names in one option."""
LONGEST: Final = 80
"""Characters of a name."""


def is_name(text: str) -> bool:
    """Whether a text can name a workspace here.

    >>> is_name("Sales, EMEA"), is_name("Sales; EMEA"), is_name(" ")
    (True, False, False)
    """
    return SEPARATOR not in text and shown(text, LONGEST) == text and text == " ".join(text.split()) != ""


def read_workspaces(text: str) -> tuple[str, ...]:
    """The names in an option, each once, sorted.

    >>> read_workspaces("Payments; Checkout;Payments")
    ('Checkout', 'Payments')
    """
    names = (" ".join(name.split()) for name in text.split(SEPARATOR))
    return tuple(sorted({name for name in names if name}))


def write_workspaces(names: Iterable[str]) -> str:
    """The option for these names, the same for the same names.

    >>> write_workspaces(["Payments", "Checkout"])
    'Checkout; Payments'
    """
    return f"{SEPARATOR} ".join(sorted(set(names)))


def say_workspaces(text: str) -> str:
    """An option as a sentence names it.

    >>> say_workspaces("Checkout; Sales, EMEA")
    '“Checkout”, “Sales, EMEA”'
    """
    names = (shown(name, LONGEST).replace("“", '"').replace("”", '"') for name in read_workspaces(text))
    return ", ".join(f"“{name}”" for name in names)


# -- what is asked for, as options of a plan ---------------------------------------------------------------------------


def name_changes(wanted: Collection[str], had: Collection[str]) -> dict[str, str]:
    """What turns the workspaces that somebody had into those that are wanted; empty where they are the same.

    >>> name_changes(["Checkout", "Payments"], ["Checkout", "Search"])
    {'workspaces': 'Payments', 'leave_workspaces': 'Search'}
    """
    options = {JOIN: set(wanted) - set(had), LEAVE: set(had) - set(wanted)}
    return {option: write_workspaces(names) for option, names in options.items() if names}


def joined(options: Mapping[str, str]) -> tuple[str, ...]:
    """The workspaces that a case invites to."""
    return read_workspaces(options.get(JOIN, ""))


def without(options: Mapping[str, str], asked_for: Collection[str]) -> tuple[str, ...]:
    """The workspaces that are asked for once a case with these options, which nobody began, is ended.

    >>> without({"workspaces": "Payments", "leave_workspaces": "Search"}, ["Checkout", "Payments"])
    ('Checkout', 'Search')
    """
    return tuple(sorted({*asked_for} - {*joined(options)} | {*read_workspaces(options.get(LEAVE, ""))}))


def names_all(options: Mapping[str, str], changes: Mapping[str, str]) -> bool:
    """Whether a case with these options is for all of the changes.

    >>> names_all({"workspaces": "Checkout; Payments"}, {"workspaces": "Payments"})
    True
    """
    return all(
        set(read_workspaces(names)) <= set(read_workspaces(options.get(option, "")))
        for option, names in changes.items()
    )


def say_changes(changes: Mapping[str, str]) -> str:
    """The changes as a sentence names them.

    >>> say_changes({"leave_workspaces": "Search"})
    'taken out of “Search”'
    """
    ways = {JOIN: "invited to", LEAVE: "taken out of"}
    return " and ".join(f"{ways[option]} {say_workspaces(names)}" for option, names in changes.items())
