"""Which column of a table holds which field.

A table is recognised by its line of headers, which may stand below titles and menu words. What the configuration says
about a header goes before every synonym.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import chain
from typing import Final

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.text import shown
from axure_lifecycle.rosters.refusals import HeaderTwice, NotARoster, UnknownField, WrongKind
from axure_lifecycle.rosters.synonyms import ASKING, FIELDS, TELLING, Ranks, header_key

Mapped = Mapping[str, str | Sequence[str]]
"""Field → the header, or headers, that the configuration gives it."""

MOST_LINES_ABOVE: Final = 200
"""Lines among which the headers are looked for."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field of a roster stands."""

    at: Mapping[str, int]
    """Field → index of its cell."""
    headers: tuple[str, ...]
    """As the table writes them, trimmed."""
    is_asking: bool = False
    """Whether the status column asks a question (`Active`) and holds yes or no."""
    is_inferred: bool = False
    """Whether the columns were recognised by what they hold, because nothing names them."""

    @property
    def width(self) -> int:
        """How many cells a full line has."""
        return len(self.headers)

    def header(self, field: str) -> str:
        """What the table calls the field, for sentences about its cells."""
        return shown(self.headers[self.at[field]], _LONGEST_HEADER) or field


@dataclass(frozen=True, slots=True)
class Naming:
    """The names by which the headers of one kind of roster are recognised."""

    kind: RosterKind
    name: str
    """What the material is called, for refusals."""
    mapped: Mapping[str, frozenset[str]]
    zone: tzinfo = UTC
    """In which a bare day of this organisation ends."""

    @classmethod
    def of(cls, kind: RosterKind, name: str, mapping: Mapped, zone: tzinfo = UTC) -> "Naming":
        """Raises UnknownField for a mapping of a field that rosters of this kind do not have."""
        fields = FIELDS[kind]
        unknown = [field for field in mapping if field not in fields]
        if unknown:
            raise UnknownField(kind, unknown, tuple(fields))
        mapped = {
            field: frozenset(map(header_key, (headers,) if isinstance(headers, str) else headers))
            for field, headers in mapping.items()
        }
        return cls(kind, name, mapped, zone)

    def recognise(self, cells: Sequence[str]) -> dict[str, list[int]]:
        """Field → the columns that name it best, several where equally good names compete; no column is used twice.

        Empty when the line holds an address: then it is no line of headers.
        """
        if any("@" in cell and normal(cell) for cell in cells):
            return {}
        keys = [header_key(cell) if len(cell) <= _LONGEST_HEADER else "" for cell in cells]
        taken: set[int] = set()
        found: dict[str, list[int]] = {}
        for field, wanted in self.mapped.items():
            columns = [index for index, key in enumerate(keys) if key and key in wanted]
            if columns:
                found[field] = columns
                taken.update(columns)
        for field, ranks in FIELDS[self.kind].items():
            if field not in found and (columns := _best(keys, ranks, taken)):
                found[field] = columns
                taken.update(columns)
        return found

    def is_enough(self, fields: Iterable[str]) -> bool:
        """Whether these fields make a roster of this kind."""
        have = set(fields)
        if self.kind is RosterKind.SEATS:
            return "subscription" in have and bool(have & {"owner", "managers", "assigned"})
        return "address" in have

    def find(self, lines: Sequence[Sequence[str]]) -> tuple[int, dict[str, list[int]]] | None:
        """The index of the line of headers, and what it names; None when no line is one.

        A single word is no line of headers above a table of several columns: menus hold words such as `Account` too.
        """
        best: tuple[int, dict[str, list[int]]] | None = None
        for index, cells in enumerate(lines):
            found = self.recognise(cells)
            if not self.is_enough(found) or (best is not None and len(found) <= len(best[1])):
                continue
            if len(_filled(cells)) > 1 or _is_single_column(lines[index + 1 :]):
                best = index, found
        return best

    def settle(self, headers: Sequence[str], found: Mapping[str, list[int]]) -> Columns:
        """The columns under these headers. Raises HeaderTwice and WrongKind."""
        trimmed = [header.strip() for header in headers]
        while trimmed and not trimmed[-1]:
            trimmed.pop()
        self.refuse_wrong_kind(trimmed)
        for field, columns in found.items():
            if len(columns) > 1:
                raise HeaderTwice(self.name, self.kind, field, [trimmed[index] for index in columns])
        at = {field: columns[0] for field, columns in found.items()}
        is_asking = "status" in at and header_key(trimmed[at["status"]]) in ASKING
        return Columns(at, tuple(trimmed), is_asking)

    def refuse_wrong_kind(self, headers: Sequence[str]) -> None:
        """Raise WrongKind when the headers give away another kind of roster, and not the one that was asked for."""
        if self._signs(self.kind, headers):
            return
        for other in RosterKind:
            if signs := self._signs(other, headers):
                raise WrongKind(self.name, self.kind, other, signs)

    def not_a_roster(self, *tables: Sequence[Sequence[str]]) -> NotARoster | WrongKind:
        """Why none of these readings of the first lines holds a roster of this kind."""
        for cells in chain.from_iterable(tables):
            try:
                self.refuse_wrong_kind(_filled(cells))
            except WrongKind as error:
                return error
        likely = (
            cells for lines in tables for cells in lines[:_LIKELY_HEADERS] if not any("@" in cell for cell in cells)
        )
        return NotARoster(self.name, self.kind, max(map(_filled, likely), key=len, default=()))

    def _signs(self, kind: RosterKind, headers: Sequence[str]) -> list[str]:
        """The headers that only a roster of this kind has; none when they are too few to tell."""
        configured = {key for keys in self.mapped.values() for key in keys}
        enough, telling = TELLING[kind]
        signs = [header for header in headers if (key := header_key(header)) in telling and key not in configured]
        return signs if len(signs) >= enough else []


_LONGEST_HEADER: Final = 100
_LIKELY_HEADERS: Final = 5
"""Lines that are looked at when a refusal names the headers found."""


def _best(keys: Sequence[str], ranks: Ranks, taken: set[int]) -> list[int]:
    candidates = {index: ranks[key] for index, key in enumerate(keys) if index not in taken and key in ranks}
    best = min(candidates.values(), default=0)
    return [index for index, rank in candidates.items() if rank == best]


def _is_single_column(lines: Iterable[Sequence[str]]) -> bool:
    """Whether the lines that hold an address hold nothing else, as far as they can be told by the first of them."""
    filled = next((_filled(cells) for cells in lines if any("@" in cell for cell in cells)), None)
    return filled is None or (len(filled) == 1 and (len(filled[0].split()) == 1 or filled[0].endswith(">")))


def _filled(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]
