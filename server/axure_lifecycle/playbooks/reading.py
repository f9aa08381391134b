"""Taking the fields of a table one by one: what is wrong is noted, not raised, so that all of it is said at once."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar, cast

from axure_lifecycle.domain.text import shown

Choice = TypeVar("Choice", bound=StrEnum)

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_TEXT: Final = 1_000
"""Characters; a text longer than that is read by nobody."""


@dataclass(slots=True)
class Findings:
    """The mistakes of one file, in the order in which they were met."""

    mistakes: list[str] = field(default_factory=list[str])

    def note(self, where: str, what: str) -> None:
        """One mistake: where it stands and a sentence without its full stop."""
        self.mistakes.append(f"{where}: {what}." if where else f"{what}.")


class Fields:
    """One table of the file. Whoever is done with it calls `close`, which notes the keys that nobody took."""

    def __init__(self, where: str, content: object, findings: Findings) -> None:
        self.where = where
        self.findings = findings
        self._taken: set[str] = set()
        self._content: Mapping[str, object] = {}
        self.is_table = isinstance(content, Mapping)
        if isinstance(content, Mapping):
            self._content = cast("Mapping[str, object]", content)
        else:
            self.note(f"expected a table, found {kind_of(content)}")

    def note(self, what: str) -> None:
        """A mistake in this table."""
        self.findings.note(self.where, what)

    def take(self, key: str) -> object:
        """Whatever stands there; None when nothing does."""
        self._taken.add(key)
        return self._content.get(key)

    def take_text(self, key: str, *, is_needed: bool = True) -> str:
        """A text of one line; empty after a mistake, or when it may be missing and is."""
        found = self.take(key)
        if found is None:
            if is_needed and self.is_table:
                self.note(f"{key} is missing")
            return ""
        if not isinstance(found, str):
            self.note(f"{key} should be a text, found {kind_of(found)}")
            return ""
        return self._check_text(key, found)

    def take_texts(self, key: str, *, is_needed: bool = False) -> tuple[str, ...]:
        """A list of different texts; empty after a mistake."""
        found = self.take(key)
        if found is None and not is_needed:
            return ()
        entries = cast("list[object]", found) if isinstance(found, list) else []
        texts = tuple(entry for entry in entries if isinstance(entry, str))
        if found is None or found == []:
            self.note(f"{key} is missing" if found is None else f"{key} is empty")
        elif not isinstance(found, list) or len(texts) != len(entries):
            self.note(f"{key} should be a list of texts")
        elif len(set(texts)) != len(texts):
            self.note(f"{key} names something twice")
        return texts

    def take_id(self, key: str) -> str:
        """A name of the file's own: lower-case letters, digits and single hyphens."""
        found = self.take_text(key)
        if found and not _ID.fullmatch(found):
            self.note(f'{key} "{shown(found, 60)}" should be lower-case letters, digits and hyphens')
        return found

    def take_choice(self, key: str, choices: type[Choice], *, is_needed: bool = True) -> Choice | None:
        """One word of a fixed few; None after a mistake, or when it may be missing and is."""
        found = self.take_text(key, is_needed=is_needed)
        if not found:
            return None
        if found not in tuple(choices):
            self.note(unknown(key, found, tuple(choices)))
            return None
        return choices(found)

    def take_count(self, key: str) -> int:
        """A whole number from 1; 1 after a mistake."""
        found = self.take(key)
        if isinstance(found, int) and not isinstance(found, bool) and found >= 1:
            return found
        self.note(f"{key} is missing" if found is None else f"{key} should be a whole number from 1")
        return 1

    def take_tables(self, key: str) -> tuple[object, ...]:
        """A list of tables, each of which is checked by whoever reads it."""
        found = self.take(key)
        if found is None:
            return ()
        if isinstance(found, list):
            return tuple(cast("list[object]", found))
        self.note(f"{key} should be a list of tables, [[{key}]]")
        return ()

    def close(self) -> None:
        """Note every key that nobody took."""
        for key in self._content:
            if key not in self._taken:
                self.note(unknown("key", key, self._taken))

    def _check_text(self, key: str, text: str) -> str:
        if not text.strip():
            self.note(f"{key} is empty")
            return ""
        if not text.isprintable():
            self.note(f'{key} "{shown(text, 60)}" holds a line break or an invisible character')
        if text != text.strip() or "  " in text:
            self.note(f"{key} holds blanks at its ends or two in a row")
        if len(text) > _LONGEST_TEXT:
            self.note(f"{key} is longer than {_LONGEST_TEXT} characters")
        return text


def unknown(what: str, found: str, known: Collection[str]) -> str:
    """That something is not among the known few, all of which are named."""
    return f'unknown {what} "{shown(found, 60)}" (known: {", ".join(sorted(known))})'


def kind_of(value: object) -> str:
    """What a value of TOML is, in words."""
    match value:
        case None:
            return "nothing"
        case str():
            return "a text"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case Mapping():
            return "a table"
        case _:
            return "a date or time"
