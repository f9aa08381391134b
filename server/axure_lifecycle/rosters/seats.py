"""Lines of a licence list. Owner, manager and assigned user are three holdings; only the last occupies the seat."""

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cells import CellMistake, address_flags, read_text
from axure_lifecycle.domain.dates import read_day
from axure_lifecycle.domain.rosters import Row, SeatRow
from axure_lifecycle.rosters.headers import Columns
from axure_lifecycle.rosters.lines import fit_line
from axure_lifecycle.rosters.records import Chunk, Findings
from axure_lifecycle.rosters.values import read_addresses, read_bought_by, read_holder


class SeatReader:
    """Reads chunks of a licence list into rows; mistakes go to the findings."""

    def __init__(self, columns: Columns, findings: Findings, *, is_short_allowed: bool) -> None:
        self._columns, self._findings, self._is_short_allowed = columns, findings, is_short_allowed

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

    def _read(self, line: int, cells: list[str]) -> SeatRow:
        subscription, subscription_flags = read_text(self._cell("subscription", cells))
        if subscription is None:
            header = self._columns.header("subscription")
            raise CellMistake("no_subscription", f"“{header}” is empty, so nothing says which subscription is meant.")
        edition, edition_flags = read_text(self._cell("edition", cells))
        owner, assigned = self._holder("owner", cells), self._holder("assigned", cells)
        managers: tuple[Address, ...] = ()
        if "managers" in self._columns.at:
            managers = read_addresses(self._cell("managers", cells), self._columns.header("managers"))
        renews = read_text(self._cell("renews_on", cells))[0]
        flags = (*address_flags(owner, *managers, assigned), *subscription_flags, *edition_flags)
        return SeatRow(
            line=line,
            subscription=subscription,
            edition=edition,
            owner=owner,
            managers=managers,
            assigned=assigned,
            renews_on=None if renews is None else read_day(renews),
            bought_by=read_bought_by(self._cell("bought_by", cells)),
            flags=tuple(dict.fromkeys(flags)),
        )

    def _cell(self, field: str, cells: list[str]) -> str:
        index = self._columns.at.get(field)
        return "" if index is None else cells[index]

    def _holder(self, field: str, cells: list[str]) -> Address | None:
        if field not in self._columns.at:
            return None
        return read_holder(self._cell(field, cells), self._columns.header(field))
