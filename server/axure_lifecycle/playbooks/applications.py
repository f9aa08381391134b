"""The applications that come with the product: one `application.toml` beside the playbooks of each.

The file says what the application is called, which system holds its memberships, and which facts say so; a file that
says less, or something else, is refused with all its mistakes.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import ClassVar, Final

from axure_lifecycle.domain.applications import Application, ApplicationUnknown
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown
from axure_lifecycle.playbooks.loading import PlaybookFile
from axure_lifecycle.playbooks.reading import Fields, Findings

APPLICATION_FILE: Final = "application.toml"

_SYSTEM: Final = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_HOST: Final = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+(?:-+[a-z0-9]+)*)+")


class ApplicationBroken(LifecycleError):
    """A description of an application that cannot be used."""

    code: ClassVar[str] = "application_broken"

    def __init__(self, file: str, mistakes: tuple[str, ...]) -> None:
        self.file, self.mistakes = file, mistakes
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        lines = "\n".join(f"- {mistake}" for mistake in mistakes)
        super().__init__(
            f"Nothing can be said about an application by {file}: it has {count}.\n{lines}\n"
            "Correct the file; one that came with the product is mended by installing it again."
        )


@cache
def shipped_applications() -> tuple[Application, ...]:
    """Every application that comes with the product, by its id. Raises `ApplicationBroken` for a broken file."""
    found = (
        load_application(folder / APPLICATION_FILE, expected_id=folder.name)
        for folder in files("axure_lifecycle.playbooks").iterdir()
        if _is_application(folder)
    )
    return tuple(sorted(found, key=lambda application: application.id))


def shipped_application(id: str) -> Application:  # noqa: A002 - the word of the file
    """The application of that id. Raises `ApplicationUnknown`, and `ApplicationBroken` for a broken file."""
    known = {application.id: application for application in shipped_applications()}
    try:
        return known[id]
    except KeyError:
        raise ApplicationUnknown(id, tuple(known)) from None


def load_application(
    file: PlaybookFile, *, known_facts: Collection[str] | None = None, expected_id: str | None = None
) -> Application:
    """Read the description of an application.

    Facts are checked against `known_facts`, the ids of a register, where it is given; the id against `expected_id`.
    Raises `ApplicationBroken` with every mistake of the file, also when it cannot be read.
    """
    findings = Findings()
    root = Fields("", _parse(file, findings), findings)
    if findings.mistakes:
        raise ApplicationBroken(file.name, tuple(findings.mistakes))
    name, title, system = root.take_id("id"), root.take_text("title"), root.take_text("system")
    if expected_id is not None and name and name != expected_id:
        root.note(f"id should be {expected_id}, as the folder is called")
    if system and not _SYSTEM.fullmatch(system):
        root.note(f'system "{shown(system, 60)}" should be lower-case letters, digits and underscores')
    host = root.take_text("host", is_needed=False)
    if host and not _HOST.fullmatch(host):
        root.note(f'host "{shown(host, 60)}" should be a lower-case host name without scheme or path')
    console, roles = root.take_text("console", is_needed=False), root.take_texts("roles")
    reason, facts = root.take_text("nothing_to_manage", is_needed=False), root.take_texts("facts", is_needed=True)
    if reason and not reason.endswith("."):
        root.note("nothing_to_manage should end like a sentence")
    if reason and (host or console or roles):
        root.note("where there is nothing to manage, there is no host, no console and no role")
    if known_facts is not None:
        for fact in facts:
            if fact not in known_facts:
                root.note(f'no fact has the id "{shown(fact, 60)}"')
    root.close()
    if findings.mistakes:
        raise ApplicationBroken(file.name, tuple(findings.mistakes))
    return Application(name, title, system, facts, host, console, roles, reason)


def _is_application(folder: Traversable) -> bool:
    """A folder that holds data; the interpreter's own cache is beside them."""
    return folder.is_dir() and any(file.name.endswith(".toml") for file in folder.iterdir())


def _parse(file: PlaybookFile, findings: Findings) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_bytes().decode())
    except FileNotFoundError:
        findings.note("", "it is not there")
    except OSError as error:
        findings.note("", f"it cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        findings.note("", f"it is not UTF-8 from byte {error.start} on")
    except tomllib.TOMLDecodeError as error:
        findings.note("", f"it is no TOML: {error}")
    return {}
