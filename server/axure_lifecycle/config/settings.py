"""Reading single settings: each reader returns the value or says what it expected; mistakes are gathered, not raised.

A value that may be a secret is never quoted in a mistake.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from axure_lifecycle.domain.addresses import Address, normal
from axure_lifecycle.domain.directories import SecretKind, SecretReference
from axure_lifecycle.domain.text import shown

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)
Reader = Callable[[object], Value]

LONGEST_SHOWN: Final = 60
"""Characters of a wrong value that a mistake repeats."""
LONGEST_TEXT: Final = 200
"""Characters of a name or a column header."""

MOST_SUGGESTED: Final = 24
"""Names of settings that a mistake lists."""

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_ENTRY: Final = re.compile(r"[^/\x00-\x1f]{1,100}/[^/\x00-\x1f]{1,100}")
_SECRET: Final = "where the secret lies: env:VARIABLE, file:/absolute/path or keyring:SERVICE/USER"  # noqa: S105
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"(?=.{{1,253}}(?::|$)){_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?")
_PATTERN: Final = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+")
_SECRET_PARAMETER: Final = re.compile(r"([?&][^=&]*(?:pass|secret|token)[^=&]*=)[^&]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with one setting."""

    key: str
    """Dotted, as in `limits.grace_minutes`; empty when the file as a whole is meant."""
    found: str
    """What stands there, control and invisible characters shown as such, shortened; never a secret."""
    expected: str

    @property
    def sentence(self) -> str:
        """The mistake in one line."""
        place = f"{self.key}: " if self.key else ""
        return f"{place}{self.found}; expected {self.expected}."


class Unfit(Exception):
    """A value that a setting cannot take."""

    def __init__(self, expected: str, *, found: str | None = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.found = found


def describe(value: object) -> str:
    """A value as a mistake repeats it: invisible characters shown, shortened, a URL without its secrets.

    >>> describe("a\\u202eb"), describe(7), describe(["Pat"])
    ('"a⟨U+202E⟩b"', '7', 'a list')
    """
    match value:
        case str():
            return f'"{shown(redacted(value) if "://" in value else value, LONGEST_SHOWN)}"'
        case bool():
            return str(value).lower()
        case int() if abs(value) >= 10**LONGEST_SHOWN:
            return "a very large number"  # whose digits Python may refuse to write
        case list():
            return "a list"
        case Mapping():
            return "a table"
        case _:
            return shown(str(value), LONGEST_SHOWN)


def redacted(url: str) -> str:
    """The address of a store without its secrets.

    >>> redacted("postgresql+psycopg://lifecycle:hunter2@db.acme.example/lifecycle?sslpassword=x")
    'postgresql+psycopg://lifecycle:***@db.acme.example/lifecycle?sslpassword=***'
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return "***"
    credentials, at, place = rest.rpartition("@")
    user, colon, _ = credentials.partition(":")
    password = ":***" if colon else ""
    place = _SECRET_PARAMETER.sub(r"\1***", place)
    return f"{scheme}://{user}{password}{at}{place}"


@dataclass(slots=True)
class Findings:
    """What reading the whole file has brought to light so far."""

    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    known: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=list[str])

    def name_unknown(self) -> None:
        """Turn every unknown key into a mistake with the nearest known key; call it once, after all tables."""
        for path in self.unknown:
            self.mistakes.append(Mistake(path, "no such setting", _suggest(path, self.known)))
        self.unknown.clear()


class Table:
    """One table of the file, whose settings are taken one by one; what nobody took is unknown."""

    def __init__(self, path: str, content: object, findings: Findings) -> None:
        self._path = path
        self._findings = findings
        self._content: Mapping[str, object] = {}
        if isinstance(content, Mapping):
            self._content = cast("Mapping[str, object]", content)
        elif content is not None:
            findings.mistakes.append(Mistake(path, f"found {describe(content)}", f"a table, [{path}]"))
        self._taken: set[str] = set()

    def take(self, key: str, read: Reader[Value]) -> Value | None:
        """A setting without which nothing works; None after a mistake."""
        if key in self._content:
            return self._read(key, read)
        self._know(key)
        try:
            read(None)
        except Unfit as unfit:
            self._findings.mistakes.append(Mistake(self._dotted(key), "missing", unfit.expected))
        return None

    def take_or(self, key: str, read: Reader[Value], default: Value) -> Value:
        """A setting with a default, which also stands in after a mistake."""
        if key not in self._content:
            self._know(key)
            return default
        value = self._read(key, read)
        return default if value is None else value

    def take_list(
        self, key: str, read: Reader[Value], default: tuple[Value, ...] = (), *, is_single_allowed: bool = False
    ) -> tuple[Value, ...]:
        """A list, every entry of which is read in the same way; a repeated entry counts once, a wrong one is left out.

        Where it is allowed, a single value may stand without its brackets.
        """
        self._know(key)
        content = self._content.get(key)
        if content is None:
            return default
        if not isinstance(content, list):
            if not is_single_allowed:
                self.refuse(key, f"found {describe(content)}", "a list in square brackets")
                return default
            content = [content]
        entries: dict[Value, None] = {}
        for entry in cast("list[object]", content):
            try:
                entries[read(entry)] = None
            except Unfit as unfit:
                found = unfit.found if unfit.found is not None else f"found {describe(entry)}"
                self.refuse(key, found, f"each entry to be {unfit.expected}")
        return tuple(entries)

    def take_every(self, read: Reader[Value]) -> dict[str, Value]:
        """The settings that nobody took so far, whatever they are called, by their names; a wrong one is left out."""
        found: dict[str, Value] = {}
        for key, value in self._content.items():
            if key in self._taken:
                continue
            self._taken.add(key)
            try:
                found[key] = read(value)
            except Unfit as unfit:
                told = unfit.found if unfit.found is not None else f"found {describe(value)}"
                self.refuse(shown(key, LONGEST_SHOWN), told, unfit.expected)
        return found

    def take_table(self, key: str) -> "Table":
        """A table inside this one; an empty one when it is absent."""
        self._know(key)
        return Table(self._dotted(key), self._content.get(key), self._findings)

    def take_tables(self, key: str) -> "tuple[Table, ...]":
        """The tables of an array of tables, in the order of the file."""
        self._know(key)
        content = self._content.get(key, [])
        if not isinstance(content, list):
            self._findings.mistakes.append(
                Mistake(self._dotted(key), f"found {describe(content)}", f"tables, [[{key}]]")
            )
            return ()
        entries = cast("list[object]", content)
        return tuple(
            Table(f"{self._dotted(key)}.{number}", entry, self._findings) for number, entry in enumerate(entries, 1)
        )

    def is_given(self, key: str) -> bool:
        """Whether the file states this setting at all."""
        return key in self._content

    @property
    def has_more(self) -> bool:
        """Whether the file states settings that nobody took so far."""
        return not self._content.keys() <= self._taken

    def refuse(self, key: str, found: str, expected: str) -> None:
        """Note a mistake that only several settings together make."""
        self._findings.mistakes.append(Mistake(self._dotted(key), found, expected))

    def finish(self) -> None:
        """Note every key that nobody took."""
        self._findings.unknown += [
            self._dotted(shown(key, LONGEST_SHOWN)) for key in self._content if key not in self._taken
        ]

    def _read(self, key: str, read: Reader[Value]) -> Value | None:
        self._know(key)
        value = self._content[key]
        try:
            return read(value)
        except Unfit as unfit:
            found = unfit.found if unfit.found is not None else f"found {describe(value)}"
            self._findings.mistakes.append(Mistake(self._dotted(key), found, unfit.expected))
            return None

    def _know(self, key: str) -> None:
        self._taken.add(key)
        self._findings.known.append(self._dotted(key))

    def _dotted(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def _suggest(path: str, known: list[str]) -> str:
    from difflib import get_close_matches  # costs milliseconds and is needed for mistakes only

    table, _, key = path.rpartition(".")
    here = [candidate.rpartition(".")[2] for candidate in known if candidate.rpartition(".")[0] == table]
    if nearest := get_close_matches(key, here, n=1):
        return f"perhaps {nearest[0]}"
    if elsewhere := [candidate for candidate in known if candidate.rpartition(".")[2] == key]:
        return f"perhaps {elsewhere[0]}, in another table"
    names = list(dict.fromkeys(here))
    return f"one of {', '.join(names[:MOST_SUGGESTED])}{', …' if len(names) > MOST_SUGGESTED else ''}"


def read_text(value: object) -> str:
    """A short printable text, trimmed, NFC."""
    if isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TEXT and value.strip().isprintable():
        return unicodedata.normalize("NFC", value.strip())
    raise Unfit(f"a text of 1 to {LONGEST_TEXT} printable characters")


def read_choice(choices: type[Choice]) -> Reader[Choice]:
    """One of the words of an enumeration; a word of digits may stand without its quotes."""

    def read(value: object) -> Choice:
        # Of a very large number Python may refuse to write the digits, and no word has so many.
        word = str(value) if isinstance(value, int) and abs(value) < 10**LONGEST_SHOWN else value
        for choice in choices:
            if word == choice.value:
                return choice
        raise Unfit(f"one of {', '.join(choices)}")

    return read


def read_number(least: int, most: int, unit: str) -> Reader[int]:
    """A whole number between two others, both included."""

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise Unfit(f"a whole number of {unit} from {least} to {most}")

    return read


def read_amount(value: object) -> Decimal:
    """An amount of money, which TOML writes as a number."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        amount = Decimal(value)
        if amount.is_finite() and 0 <= amount <= 10_000_000:
            return amount
    raise Unfit("an amount for one year, a number such as 588 or 588.00")


def read_currency(value: object) -> str:
    """A currency by its ISO 4217 letters."""
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value):
        return value
    raise Unfit("three capital letters such as EUR")


def read_flag(value: object) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise Unfit("true or false")


def read_word(words: Iterable[str]) -> Reader[str]:
    """One of several words."""
    known = tuple(words)

    def read(value: object) -> str:
        if isinstance(value, str) and value in known:
            return value
        raise Unfit(f"one of {', '.join(known)}")

    return read


def read_host(value: object) -> str:
    """A host, with a port where it needs one; returned in lower case."""
    if isinstance(value, str) and _HOST.fullmatch(host := value.strip().lower()):
        name = host.partition(":")[0]
        # Where the last label is all digits, a name has no place in DNS: then it is an address, with all its parts.
        if not name.rpartition(".")[2].isdecimal() or _is_ip_address(name):
            return host
    raise Unfit("a host without scheme and path, such as share.acme.example or acme.axure.cloud")


def _is_ip_address(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 4 and all(part.isdecimal() and int(part) <= 255 for part in parts)


def read_address(value: object) -> Address:
    """An e-mail address, returned in its normal form."""
    address = normal(value) if isinstance(value, str) else None
    if address is None:
        raise Unfit("an e-mail address such as pat@acme.example")
    return address


def read_zone(value: object) -> ZoneInfo:
    """A time zone by its IANA name."""
    if isinstance(value, str):
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass  # no such zone, a path outside the database, a folder of it: all are the same mistake
    raise Unfit("the IANA name of a time zone such as Europe/Amsterdam")


def read_pattern(value: object) -> str:
    """A pattern of addresses, returned as addresses are: NFC and lower case."""
    if isinstance(value, str):
        pattern = unicodedata.normalize("NFC", value.strip()).lower()
        if _PATTERN.fullmatch(pattern) and pattern.isprintable() and pattern.strip("*?@."):
            return pattern
    raise Unfit("a pattern such as svc-*@* that does not match everybody, with * and ? and no brackets")


def read_folder(value: object) -> Path:
    """An absolute folder that is not the root of everything; it need not exist yet."""
    folder = Path(value) if isinstance(value, str) and value.isprintable() else Path()
    if folder.is_absolute() and folder != Path(folder.anchor) and ".." not in folder.parts:
        return folder
    raise Unfit("the absolute path of a folder, not the root")


def read_file(value: object) -> Path:
    """An absolute path of a file; it need not be there."""
    file = Path(value) if isinstance(value, str) and value.isprintable() else Path()
    if file.is_absolute() and ".." not in file.parts:
        return file
    raise Unfit("the absolute path of a file")


def read_secret_reference(value: object) -> SecretReference:
    """Where a secret lies; never quoted in a mistake, because somebody may have written the secret itself."""
    if not isinstance(value, str):
        raise Unfit(_SECRET, found="found something else")
    word, _, place = value.partition(":")
    is_fit = {
        SecretKind.ENVIRONMENT.value: bool(_VARIABLE.fullmatch(place)),
        SecretKind.FILE.value: place.isprintable() and Path(place).is_absolute(),
        SecretKind.KEYRING.value: bool(_ENTRY.fullmatch(place)),
    }
    if not is_fit.get(word, False):
        raise Unfit(_SECRET, found="found something else")
    return SecretReference(SecretKind(word), place)


def optional(read: Reader[Value]) -> Callable[[object], Value | None]:
    """The same reader, for a setting whose default is that it is absent."""

    def read_given(value: object) -> Value | None:
        return read(value)

    return read_given
