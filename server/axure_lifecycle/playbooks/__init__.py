"""The playbooks that come with the product, and the loader that refuses a bad one with all its mistakes.

A playbook is one TOML file, `APPLICATION/OPERATION.toml`, and the only place that knows how something is clicked in an
application. What its tables mean is said by `axure_lifecycle.domain.playbooks`; `axure/offboard.toml` is the example.
Beside them, `application.toml` says what the application is (`axure_lifecycle.playbooks.applications`).
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.playbooks import Playbook
from axure_lifecycle.domain.text import shown
from axure_lifecycle.playbooks.applications import APPLICATION_FILE
from axure_lifecycle.playbooks.loading import PlaybookBroken, load_playbook

__all__ = ["PlaybookBroken", "PlaybookMissing", "load_playbook", "shipped", "shipped_names", "shipped_steps"]


class PlaybookMissing(LifecycleError):
    """Nobody wrote down how this operation is done in this application."""

    code = "playbook_missing"

    def __init__(self, application: str, operation: str, existing: tuple[str, ...]) -> None:
        self.application, self.operation, self.existing = application, operation, existing
        super().__init__(
            f"“{shown(operation, 40)}” was not found for {shown(application, 40)}: no playbook says how it is done. "
            f"There are: {', '.join(existing)}. Ask for one of these."
        )


@cache
def shipped(application: str, operation: str) -> Playbook:
    """The playbook of an operation, read once. Raises `PlaybookMissing`, and `PlaybookBroken` for a broken file."""
    found = {f"{folder.name}.{name}": file for folder, name, file in _walk()}
    name = f"{application}.{operation}"
    if name not in found:
        raise PlaybookMissing(application, operation, tuple(sorted(found)))
    return load_playbook(found[name], expected_id=name)


def shipped_names() -> tuple[tuple[str, str], ...]:
    """Application and operation of every playbook that comes with the product, sorted."""
    return tuple(sorted((folder.name, name) for folder, name, _ in _walk()))


@cache
def shipped_steps() -> frozenset[str]:
    """The keys of all steps of all playbooks that come with the product."""
    return frozenset(step.key for names in shipped_names() for step in shipped(*names).steps)


def _walk() -> Iterator[tuple[Traversable, str, Traversable]]:
    for folder in files(__name__).iterdir():
        if folder.is_dir():
            for file in folder.iterdir():
                if file.name.endswith(".toml") and file.name != APPLICATION_FILE:
                    yield folder, file.name.removesuffix(".toml"), file
