"""Lines of a directory that somebody exported as a plain table."""

from datetime import datetime, tzinfo
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cells import CellMistake, address_flags, read_text
from axure_lifecycle.domain.dates import is_never, read_end
from axure_lifecycle.domain.rosters import DirectoryRow, Row, Standing
from axure_lifecycle.rosters.headers import Columns
from axure_lifecycle.rosters.lines import fit_line
from axure_lifecycle.rosters.records import Chunk, Findings
from axure_lifecycle.rosters.values import (
    read_account_kind,
    read_address,
    read_addresses,
    read_is_enabled,
    read_standing,
)

DISAGREEMENT: Final = "status_and_enabled_disagree"


class DirectoryReader:
    """Reads chunks of a directory's table into rows; mistakes go to the findings."""

    def __init__(self, columns: Columns, findings: Findings, *, is_short_allowed: bool, zone: tzinfo) -> None:
        self._columns, self._findings, self._is_short_allowed = columns, findings, is_short_allowed
        self._zone = zone

    def rows(self, chunk: Chunk) -> list[Row]:
        """The rows of the lines that stand."""
        found: list[Row] = []
        for line, cells in zip(chunk.lines, chunk.cells, strict=True):
            fitted = fit_line(self._columns, self._findings, line, cells, is_short_allowed=self._is_short_allowed)
            if fitted is None:
                continue
            try:
                found.append(self._read(line, fitted))
            except CellMistake as mistake:
                self._findings.refuse(line, mistake.code, mistake.reason)
        return found

    def _read(self, line: int, cells: list[str]) -> DirectoryRow:
        at = self._columns.at
        address: Address = read_address(cells[at["address"]], self._columns.header("address"))
        key, key_flags = read_text(self._cell("key", cells))
        name, name_flags = read_text(self._cell("display_name", cells))
        status, status_flags = read_text(self._cell("status", cells))
        by_status = read_standing(self._cell("status", cells))
        by_switch = read_is_enabled(self._cell("standing", cells))
        standing, disagreement = decide_standing(by_status, by_switch)
        aliases: tuple[Address, ...] = ()
        if "aliases" in at:
            listed = read_addresses(cells[at["aliases"]], self._columns.header("aliases"))
            aliases = tuple(alias for alias in listed if alias != address)
        flags = (
            *address_flags(address, *aliases),
            *key_flags,
            *name_flags,
            *status_flags,
            *((DISAGREEMENT,) if disagreement else ()),
        )
        return DirectoryRow(
            line=line,
            key=key or address,
            address=address,
            display_name=name,
            standing=standing,
            status=status,
            leave_at=self._leave_at(cells),
            aliases=aliases,
            kind=read_account_kind(self._cell("kind", cells)),
            flags=tuple(dict.fromkeys(flags)),
        )

    def _leave_at(self, cells: list[str]) -> datetime | None:
        text, _ = read_text(self._cell("leave_at", cells))
        if text is None:
            return None
        moment = read_end(text, self._zone)
        return None if is_never(moment) else moment

    def _cell(self, field: str, cells: list[str]) -> str:
        index = self._columns.at.get(field)
        return "" if index is None else cells[index]


def decide_standing(by_status: Standing | None, by_switch: Standing | None) -> tuple[Standing, bool]:
    """The standing by the status and by the enabled switch, and whether the two disagree.

    The status tells more, so it goes first; only an account that is switched off is never active. A status that nobody
    here knows stays unknown, whatever the switch says: an unknown word makes no leaver.
    """
    if by_status is None or by_switch is None:
        return by_status or by_switch or Standing.UNKNOWN, False
    if by_status is Standing.UNKNOWN:
        return Standing.UNKNOWN, False
    is_disagreement = (by_status is Standing.ACTIVE) != (by_switch is Standing.ACTIVE)
    return by_switch if by_status is Standing.ACTIVE else by_status, is_disagreement
