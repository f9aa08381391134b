"""From a folder of TOML files to a register.

A folder holds `sources.toml` with `[[source]]`, `topics.toml` with `[[topic]]`, and any number of further files with
`[[fact]]`, read in the order of their names. Lists of names are one string with blanks between them (synonyms: with
commas), because that halves the time to read the files. What is wrong anywhere is told at once.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import ClassVar, Final, cast

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.facts import Confidence, Fact, Register, Source, Topic, first_day, phrases_of

SOURCES_FILE: Final = "sources.toml"
TOPICS_FILE: Final = "topics.toml"
SHIPPED: Final = Path(__file__).with_name("register")

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*")
_READ_ON: Final = re.compile(r"\d{4}-\d\d(?:-\d\d)?", re.ASCII)
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class RegisterBroken(LifecycleError):
    """The files of a register contradict themselves or each other."""

    code: ClassVar[str] = "register_broken"

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        self.mistakes = mistakes
        counted = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        lines = "\n".join(f"- {mistake}" for mistake in mistakes)
        super().__init__(f"The facts were not loaded: {counted} in their files.\n{lines}\nCorrect them and try again.")


@cache
def shipped_register() -> Register:
    """The register that the product ships, loaded once. Raises `RegisterBroken`."""
    return load_register(SHIPPED)


def load_register(*folders: Path) -> Register:
    """The facts of one folder, or of several that complete each other, the first folder's first.

    Raises `RegisterBroken` with every mistake of every file.
    """
    return _Loading().load(folders)


class _Entry:
    """One table of a file while its keys are taken out; what is missing, wrong or left over becomes a mistake."""

    def __init__(self, place: str, table: Mapping[str, object], mistakes: list[str]) -> None:
        self.place = place
        self._left = dict(table)
        self._mistakes = mistakes

    def complain(self, mistake: str) -> None:
        self._mistakes.append(f"{self.place}: {mistake}")

    def text(self, key: str) -> str:
        """A text that has to be there; the empty text after a complaint."""
        if key not in self._left:
            self.complain(f"{key} is missing")
            return ""
        return self.optional_text(key) or ""

    def optional_text(self, key: str) -> str | None:
        value = self._left.pop(key, None)
        if value is None:
            return None
        if not isinstance(value, str):
            self.complain(f"{key} is not a text")
            return None
        if not value.strip() or value != value.strip():
            self.complain(f"{key} is empty or has blanks around it")
            return None
        if not value.isprintable():
            self.complain(f"{key} holds a line break, a control character or an invisible one")
            return None
        return value

    def names(self, key: str, separator: str | None = None) -> tuple[str, ...]:
        """The names of a text that may be missing, none of them twice."""
        found = tuple(
            stripped for name in (self.optional_text(key) or "").split(separator) if (stripped := name.strip())
        )
        if len(set(found)) < len(found):
            for name in sorted({name for name in found if found.count(name) > 1}):
                self.complain(f"{key} names {name} twice")
        return found

    def confidence(self, key: str) -> Confidence | None:
        found = self.text(key)
        if not found:
            return None
        try:
            return Confidence(found)
        except ValueError:
            self.complain(f"{key} is {found!r}; expected {', '.join(Confidence)}")
            return None

    def check_dates(self, key: str, words: str) -> None:
        """Complain of numbers that look like a date and are none."""
        try:
            first_day(words)
        except ValueError:
            self.complain(f"{key} is {words!r}, which names no day of the calendar")

    def finish(self) -> None:
        for key in self._left:
            self.complain(f"unknown key {key}")


class _Loading:
    """One load: what was read so far, and what is wrong with it."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []
        self.sources: dict[str, Source] = {}
        self.topics: dict[str, Topic] = {}
        self.facts: dict[str, Fact] = {}
        self.phrases: dict[tuple[str, ...], str] = {}

    def load(self, folders: tuple[Path, ...]) -> Register:
        facts: list[_Entry] = []
        for folder in folders:
            for entry in self._entries(folder / SOURCES_FILE, "source"):
                self._take_source(entry)
            for entry in self._entries(folder / TOPICS_FILE, "topic"):
                self._take_topic(entry)
            for path in sorted(folder.glob("*.toml")):
                if path.name not in {SOURCES_FILE, TOPICS_FILE}:
                    facts.extend(self._entries(path, "fact"))
        for entry in facts:  # after the sources and topics of every folder are known
            self._take_fact(entry)
        if not facts and not self.mistakes:
            self.mistakes.append("no file holds a fact")
        if self.mistakes:
            raise RegisterBroken(tuple(self.mistakes))
        return Register(self.facts, self.sources, self.topics)

    def _entries(self, path: Path, kind: str) -> Iterator[_Entry]:
        try:
            content: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            self.mistakes.append(f"{path.name}: cannot be read ({error.strerror})")
            return
        except UnicodeDecodeError:
            self.mistakes.append(f"{path.name}: is not UTF-8")
            return
        except tomllib.TOMLDecodeError as error:
            self.mistakes.append(f"{path.name}: is not TOML ({error})")
            return
        found = content.pop(kind, [])
        self.mistakes.extend(f"{path.name}: unknown key {key}; expected [[{kind}]]" for key in content)
        if not isinstance(found, list):
            self.mistakes.append(f"{path.name}: {kind} is not a list of tables; expected [[{kind}]]")
            return
        for number, table in enumerate(cast("list[object]", found), start=1):
            place = f"{path.name}, {kind} {number}"
            if isinstance(table, dict):
                yield _Entry(place, cast("dict[str, object]", table), self.mistakes)
            else:
                self.mistakes.append(f"{place}: is not a table")

    def _take_source(self, entry: _Entry) -> None:
        key = self._name(entry, "key", _NAME, self.sources)
        title, address, as_of = entry.text("title"), entry.text("address"), entry.text("as_of")
        strongest, note = entry.confidence("strongest"), entry.optional_text("note")
        read_on = entry.optional_text("read_on")
        entry.finish()
        entry.check_dates("as_of", as_of)
        if read_on is not None and not _READ_ON.fullmatch(read_on):
            entry.complain(f"read_on is {read_on!r}; expected a date or a year and month, such as 2026-11")
        elif read_on is not None:
            entry.check_dates("read_on", read_on)
        if key and strongest is not None:
            self.sources[key] = Source(key, title, address, as_of, strongest, note, read_on)

    def _take_topic(self, entry: _Entry) -> None:
        name = self._name(entry, "name", _NAME, self.topics)
        topic = Topic(name, entry.text("title"), entry.names("synonyms", ","))
        entry.finish()
        for phrase in sorted(phrases_of(topic)):
            other = self.phrases.setdefault(phrase, name)
            if other != name:
                entry.complain(f"“{' '.join(phrase)}” already means the topic {other}")
        if name:
            self.topics[name] = topic

    def _take_fact(self, entry: _Entry) -> None:
        id_ = self._name(entry, "id", _ID, self.facts)
        sentence, confidence = entry.text("sentence"), entry.confidence("confidence")
        sources, topics = entry.names("sources"), entry.names("topics")
        own_as_of, question, note = (entry.optional_text(key) for key in ("as_of", "question", "note"))
        entry.finish()
        for source in sources:
            if source not in self.sources:
                entry.complain(f"unknown source {source}")
        for topic in topics:
            if topic not in self.topics:
                entry.complain(f"unknown topic {topic}")
        if not topics:
            entry.complain("has no topic, so nobody could find it")
        first = self.sources.get(sources[0]) if sources else None
        self._check_confidence(entry, confidence, sources, first, question)
        entry.check_dates("as_of", own_as_of or "")
        as_of = own_as_of or (first.as_of if first else "")
        if not as_of and not sources:
            entry.complain("as_of is missing, and no source gives it")
        if id_ and confidence is not None:
            self.facts[id_] = Fact(id_, sentence, sources, as_of, confidence, topics, question, note)

    def _check_confidence(
        self,
        entry: _Entry,
        confidence: Confidence | None,
        sources: tuple[str, ...],
        first: Source | None,
        question: str | None,
    ) -> None:
        if confidence is Confidence.UNKNOWN:
            if question is None:
                entry.complain("is unknown, so it needs a question to ask")
        elif confidence is not None:
            if question is not None:
                entry.complain(f"is {confidence}, so it has no question to ask")
            if not sources:
                entry.complain(f"is {confidence}, so it needs a source")
            if first is not None and confidence.is_stronger_than(first.strongest):
                entry.complain(f"is {confidence}, but its first source {first.key} is at most {first.strongest}")

    def _name(self, entry: _Entry, key: str, form: re.Pattern[str], taken: Mapping[str, object]) -> str:
        """An id, key or name; the empty text after a complaint that leaves nothing to file the entry under."""
        found = entry.text(key)
        if not found:
            return ""
        entry.place = f"{entry.place} ({found})"
        if not form.fullmatch(found):
            entry.complain(f"{key} has a bad form; expected lower-case letters, digits and hyphens")
        if found in taken:
            entry.complain(f"{key} is there already")
        return found
