"""Lines of a members roster.

A members roster may have a million lines, and nearly all of them are plain: an address in lower case, a name without
invisible characters, words that stood on the lines before. Those are read by look-ups alone. Every other line takes
the careful way, which is also where the words are learned from.
"""

import re
from collections.abc import Callable
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cells import CONTROLS_SHOWN, PLAIN_TEXT, CellMistake, address_flags, read_text
from axure_lifecycle.domain.rosters import MemberRow, Row
from axure_lifecycle.domain.text import shown
from axure_lifecycle.rosters.headers import Columns
from axure_lifecycle.rosters.lines import fit_line
from axure_lifecycle.rosters.records import Chunk, Findings
from axure_lifecycle.rosters.values import (
    read_address,
    read_is_active,
    read_member_status,
    read_yes_no,
)

PLAIN_ADDRESS: Final = re.compile(r"[a-z0-9._+-]{1,64}@[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,2}")
"""Addresses that are their own normal form: a part of what `domain.addresses.normal` accepts."""
_MOST_WORDS: Final = 10_000
"""Different words of a column that are remembered; a column with more holds no words."""

Plain = tuple[int, str, str, str | None, str | None, str | None, bool | None, tuple[str, ...]]
"""The fields of a member row, in their order."""
New = Callable[[type[MemberRow], Plain], MemberRow]
Learned = dict[str, str | None]


class MemberReader:
    """Reads chunks of a members table into rows; mistakes go to the findings."""

    def __init__(self, columns: Columns, findings: Findings, *, is_short_allowed: bool) -> None:
        self._columns, self._findings, self._is_short_allowed = columns, findings, is_short_allowed
        self._roles: Learned = {}
        self._statuses: Learned = {}
        self._sso: dict[str, bool | None] = {}
        self._read_status = read_is_active if columns.is_asking else read_member_status

    def rows(self, chunk: Chunk) -> list[Row]:
        """The rows of the lines that stand."""
        found: list[Row] = []
        keep = found.append
        # It takes half the time of the named tuple's own constructor; pyright cannot name the type of what it takes.
        new: New = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        is_plain_address, is_plain_name = PLAIN_ADDRESS.fullmatch, PLAIN_TEXT.fullmatch
        at, width = self._columns.at, self._columns.width
        in_address, in_name, in_role = at["address"], at.get("display_name", -1), at.get("role", -1)
        in_status, in_sso = at.get("status", -1), at.get("use_sso", -1)
        roles, statuses, sso = self._roles, self._statuses, self._sso
        for line, cells in zip(chunk.lines, chunk.cells, strict=True):
            if len(cells) == width and is_plain_address(address := cells[in_address]):
                try:
                    name = None
                    if in_name >= 0 and not is_plain_name(name := cells[in_name]):
                        raise KeyError  # noqa: TRY301  # the same way out as for a word not yet learned
                    role = roles[cells[in_role]] if in_role >= 0 else None
                    status = statuses[cells[in_status]] if in_status >= 0 else None
                    uses = sso[cells[in_sso]] if in_sso >= 0 else None
                    keep(new(MemberRow, (line, address, address, name, role, status, uses, ())))
                    continue
                except KeyError:
                    pass
            row = self._read_carefully(line, cells)
            if row is not None:
                keep(row)
        return found

    def _read_carefully(self, line: int, cells: list[str]) -> MemberRow | None:
        fitted = fit_line(self._columns, self._findings, line, cells, is_short_allowed=self._is_short_allowed)
        if fitted is None:
            return None
        try:
            return self._read(line, fitted)
        except CellMistake as mistake:
            self._findings.refuse(line, mistake.code, mistake.reason)
            return None

    def _read(self, line: int, cells: list[str]) -> MemberRow:
        at = self._columns.at
        raw = cells[at["address"]]
        address: Address = read_address(raw, self._columns.header("address"))
        name, name_flags = read_text(cells[at["display_name"]]) if "display_name" in at else (None, ())
        role, role_flags = read_text(cells[at["role"]]) if "role" in at else (None, ())
        if "role" in at and not role_flags:
            _learn(self._roles, cells[at["role"]], role)
        status = None
        if "status" in at:
            status = self._read_status(cells[at["status"]])
            _learn(self._statuses, cells[at["status"]], status)
        use_sso = None
        if "use_sso" in at:
            use_sso = read_yes_no(cells[at["use_sso"]], self._columns.header("use_sso"))
            if len(self._sso) < _MOST_WORDS:
                self._sso[cells[at["use_sso"]]] = use_sso
        hidden = () if raw.strip("\t\r\n").isprintable() else (CONTROLS_SHOWN,)
        flags = dict.fromkeys((*address_flags(address), *hidden, *name_flags, *role_flags))
        return MemberRow(line, address, shown(raw), name, role, status, use_sso, tuple(flags))


def _learn(words: Learned, cell: str, meaning: str | None) -> None:
    if len(words) < _MOST_WORDS:
        words[cell] = meaning
