"""Operations as people name them: the playbooks' names, and those of the commands that plan them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown

AXURE: Final = "axure"
ALSO_CALLED: Final[Mapping[str, str]] = {
    "role-change": "change-role",
    "reactivation": "reactivate",
    "offboarding": "offboard",
    "onboarding": "onboard",
}
"""Another name → the playbooks' name; either is taken wherever an operation is named."""
OWN_COMMANDS: Final[Mapping[str, str]] = {
    "offboard": "offboard",
    "onboard": "onboard",
    "change-role": "role-change",
    "reactivate": "reactivation",
}
"""The operations that have a command of their own under `plan`; all others are `plan operation NAME`."""
_MOST_NEAR: Final = 3
_ALIKE: Final = 0.7


def _one_of(names: Sequence[str]) -> str:
    return " or ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


class OperationUnknown(LifecycleError):
    """An operation that nobody wrote down, at least not for this application."""

    code = "operation_unknown"

    def __init__(self, asked: str, application: str, near: Sequence[str], existing: Sequence[str]) -> None:
        where = "" if application == AXURE else f" for {shown(application, 40)}"
        told = f"Do you mean {_one_of(near)}?" if near else f"There are {', '.join(existing)}."
        super().__init__(f"Nothing was done: no operation is called “{shown(asked, 40)}”{where}. {told}")


class OperationUnsaid(LifecycleError):
    """What was asked for is no offboarding, and nobody said what else it is."""

    code = "operation_unsaid"

    def __init__(self, about: str, why: str, fitting: Sequence[str]) -> None:
        say = f"Say which one is meant: --operation {_one_of(fitting)}." if fitting else "Say --operation NAME."
        super().__init__(
            f"No case was opened for {shown(about, 200)}: without --operation it would be an offboarding, {why}. {say}"
        )


def read_operation(typed: str, application: str | None = None) -> str:
    """The playbooks' name of an operation. Raises `OperationUnknown`; an unknown application is for the plan to refuse.

    >>> read_operation("role-change"), read_operation("Assign seat")
    ('change-role', 'assign-seat')
    """
    from difflib import get_close_matches

    name = "-".join(typed.lower().replace("_", " ").replace("-", " ").split())
    name = ALSO_CALLED.get(name, name)
    existing = operations_of(application)
    if existing and name not in existing:
        near = get_close_matches(name, existing, n=_MOST_NEAR, cutoff=_ALIKE)
        raise OperationUnknown(typed, application or AXURE, near, existing)
    return name


def operations_of(application: str | None = None) -> tuple[str, ...]:
    """Every operation of an application, Axure where none is named; empty for one that nobody knows."""
    from axure_lifecycle.playbooks import shipped_names

    return tuple(name for of, name in shipped_names() if of == (application or AXURE))


def fitting(people: int, options: Collection[str], application: str | None = None) -> list[str]:
    """The operations that are for so many people and take all of these options."""
    from axure_lifecycle.domain.playbooks import Subject
    from axure_lifecycle.playbooks import shipped

    found: list[str] = []
    for name in operations_of(application):
        playbook = shipped(application or AXURE, name)
        fits = {Subject.PERSON: people == 1, Subject.PEOPLE: people >= 1, Subject.SERVER: people == 0}
        if fits[playbook.subject] and set(options) <= set(playbook.options):
            found.append(name)
    return found


def flags_of(options: Iterable[str]) -> str:
    """Options as they are typed (`--last-day`)."""
    return ", ".join("--sso" if option == "use_sso" else f"--{option.replace('_', '-')}" for option in options)
