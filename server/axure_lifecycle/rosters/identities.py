"""Saved lists of user objects as Okta and Microsoft Graph return them."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from axure_lifecycle.domain.cells import CellMistake
from axure_lifecycle.domain.rosters import DirectoryRow, Row
from axure_lifecycle.domain.user_objects import OKTA_FIELDS, JsonObject, graph_fields, graph_row, is_okta, okta_row
from axure_lifecycle.rosters.records import CHUNK, Findings


class IdentityReader:
    """Reads user objects into rows; mistakes go to the findings."""

    def __init__(self, findings: Findings, zone: tzinfo) -> None:
        self._findings, self._zone = findings, zone
        self._stated: set[str] = set()

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields that the objects stated so far, in the order of the row type."""
        return tuple(field for field in DirectoryRow._fields if field in self._stated)

    def batches(self, people: Iterable[JsonObject]) -> Iterator[list[Row]]:
        """The rows in batches; a line is the number of the object in its list, from 1."""
        rows: list[Row] = []
        for line, person in enumerate(people, start=1):
            try:
                rows.append(self._read(line, person))
            except CellMistake as mistake:
                self._findings.refuse(line, mistake.code, mistake.reason)
            if len(rows) == CHUNK:
                yield rows
                rows = []
        if rows:
            yield rows

    def _read(self, line: int, person: JsonObject) -> DirectoryRow:
        if is_okta(person):
            self._stated.update(OKTA_FIELDS)
            return okta_row(line, person)
        self._stated.update(graph_fields(person))
        return graph_row(line, person, self._zone)
