"""Reading a roster: from what was brought to rows, mistakes and totals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Final, TextIO, assert_never

from axure_lifecycle.domain.rosters import DirectoryRow, MemberRow, RosterKind, Row, SeatRow, Totals
from axure_lifecycle.domain.user_objects import is_graph, is_okta
from axure_lifecycle.rosters.delimited import read_delimited
from axure_lifecycle.rosters.encodings import Encoding, find_encoding, is_zip, open_text
from axure_lifecycle.rosters.forms import HEAD, BareAddresses, Delimited, Json, Page, Pasted, TableForm, tell_form
from axure_lifecycle.rosters.headers import Columns, Mapped, Naming
from axure_lifecycle.rosters.identities import IdentityReader
from axure_lifecycle.rosters.json_objects import read_objects
from axure_lifecycle.rosters.mappings import headers_of, read_mappings
from axure_lifecycle.rosters.material import Cells, FileSource, Material
from axure_lifecycle.rosters.page import MOST_CHARACTERS, read_page
from axure_lifecycle.rosters.pasted import read_addresses_alone, read_pasted, split_at_gaps, split_at_tabs
from axure_lifecycle.rosters.records import Findings, Progress
from axure_lifecycle.rosters.refusals import RosterChanged, RosterTooLarge, WrongKind
from axure_lifecycle.rosters.tables import Table, read_table
from axure_lifecycle.rosters.workbook import read_workbook

_NO_MAPPING: Final[Mapped] = {}
_ROW_TYPES: Final[Mapping[RosterKind, tuple[str, ...]]] = {
    RosterKind.MEMBERS: MemberRow._fields,
    RosterKind.SEATS: SeatRow._fields,
    RosterKind.DIRECTORY: DirectoryRow._fields,
}


def read_roster(
    kind: RosterKind,
    material: Material,
    *,
    mapping: Mapped = _NO_MAPPING,
    progress: Progress | None = None,
    zone: tzinfo = UTC,
) -> "Reading":
    """Begin to read. Nothing is opened before the first batch is asked for.

    `zone` is where a bare day ends.

    `mapping` is what the configuration says about headers: field of the row type → header, or several. `progress` is
    called after each batch. Raises UnknownField when the mapping names a field that such rosters do not have.
    """
    return Reading(Naming.of(kind, material.name, mapping, zone), material, progress)


class Reading:
    """One pass over a roster: first all batches, then the totals."""

    def __init__(self, naming: Naming, material: Material, progress: Progress | None) -> None:
        self._naming, self._material, self._progress = naming, material, progress
        self._findings = Findings("")
        self._columns: tuple[str, ...] = ()
        self._rows = 0
        self._is_begun = self._is_finished = False

    def batches(self) -> Iterator[list[Row]]:
        """The rows that stand, in the order of the roster, some thousands at a time; once only.

        CSV, TSV, pasted text and JSON need no more memory for a million rows than for a thousand. Raises a
        LifecycleError as soon as it is clear that the whole cannot be read: mostly at once, but a file that changes
        or a list that turns out to be one page of several shows that only later. Rows that were given out before
        must then be thrown away.
        """
        if self._is_begun:
            raise RuntimeError("a reading is read once; begin another")
        self._is_begun = True
        try:
            for batch in self._read():
                self._rows += len(batch)
                yield batch
        except UnicodeDecodeError:
            # The encoding was proved over the whole file, so these are other bytes than those.
            raise RosterChanged(self._material.name) from None
        self._is_finished = True

    def totals(self) -> Totals:
        """What is known at the end. Raises RuntimeError before the last batch was taken."""
        if not self._is_finished:
            raise RuntimeError("the totals are known after the last batch")
        findings = self._findings
        mistakes = sorted(findings.mistakes, key=lambda mistake: mistake.line or 0)
        return Totals(
            rows=self._rows,
            stated_count=findings.stated_count,
            columns=self._columns,
            form=findings.form,
            mistakes=tuple(mistakes),
            refused=findings.refused,
            notes=tuple(findings.notes),
        )

    def _read(self) -> Iterator[list[Row]]:
        match self._material.source:
            case FileSource() as file:
                yield from self._read_file(file)
            case str() as text:
                yield from self._read_text(text, Encoding("utf-8"), len(text))
            case rows:
                yield from self._read_rows(rows)

    def _read_file(self, file: FileSource) -> Iterator[list[Row]]:
        if is_zip(file):
            with file.opened() as stream:
                chunks = read_workbook(stream, file.size, self._naming)
                self._findings.form = "xlsx"
                yield from self._read_table(Table(chunks, is_short_allowed=True), self._watch(self._lines_read, None))
            return
        encoding = find_encoding(file)
        if encoding.note:
            self._findings.notes.append(encoding.note)
        yield from self._read_text(file, encoding, file.size)

    def _read_text(self, source: FileSource | str, encoding: Encoding, size: int) -> Iterator[list[Row]]:
        with open_text(source, encoding) as (text, _):
            head = text.read(HEAD)
        form = tell_form(head, self._naming, is_whole=len(head) < HEAD, is_pasted=isinstance(source, str))
        if isinstance(form, Json):
            yield from self._read_json(source, encoding, size)
            return
        with open_text(source, encoding) as (text, position):
            self._findings.form, table = self._as_table(form, text, size)
            yield from self._read_table(table, self._watch(position, size))

    def _as_table(self, form: TableForm, text: TextIO, size: int) -> tuple[str, Table]:
        findings, naming = self._findings, self._naming
        match form:
            case Delimited(separator):
                name = "tsv" if separator == "\t" else "csv"
                return name, Table(read_delimited(text, separator, findings), is_short_allowed=False)
            case Pasted(is_tabbed):
                split = split_at_tabs if is_tabbed else split_at_gaps
                return "pasted_page", Table(read_pasted(text, split, findings), is_short_allowed=is_tabbed)
            case BareAddresses():
                return "addresses", Table(read_addresses_alone(text, findings), is_short_allowed=False)
            case Page():
                page = text.read(MOST_CHARACTERS + 1)
                if len(page) > MOST_CHARACTERS:
                    raise RosterTooLarge(naming.name, size, MOST_CHARACTERS)
                return "html", Table(read_page(page, naming, findings), is_short_allowed=False)
            case _:
                assert_never(form)

    def _read_json(self, source: FileSource | str, encoding: Encoding, size: int) -> Iterator[list[Row]]:
        naming = self._naming
        with open_text(source, encoding) as (text, _):
            first = next(read_objects(text, naming.name), None)
        if first is None:
            raise naming.not_a_roster([])
        if not is_okta(first) and not is_graph(first):
            with open_text(source, encoding) as (text, _):
                headers = headers_of(read_objects(text, naming.name))
            with open_text(source, encoding) as (text, position):
                chunks = read_mappings(headers, read_objects(text, naming.name))
                self._findings.form = "rows"
                yield from self._read_table(Table(chunks, is_short_allowed=True), self._watch(position, size))
            return
        if naming.kind is not RosterKind.DIRECTORY:
            raise WrongKind(naming.name, naming.kind, RosterKind.DIRECTORY, list(first))
        self._findings.form = "okta_json" if is_okta(first) else "graph_json"
        reader = IdentityReader(self._findings, naming.zone)
        with open_text(source, encoding) as (text, position):
            watch = self._watch(position, size)
            for batch in reader.batches(read_objects(text, naming.name)):
                yield batch
                watch()
        self._columns = reader.columns

    def _read_rows(self, rows: Sequence[Cells]) -> Iterator[list[Row]]:
        self._findings.form = "rows"
        chunks = read_mappings(headers_of(rows), rows)
        yield from self._read_table(Table(chunks, is_short_allowed=True), self._watch(self._lines_read, len(rows)))

    def _read_table(self, table: Table, watch: Callable[[], None]) -> Iterator[list[Row]]:
        columns, batches = read_table(table, self._naming, self._findings)
        self._columns = tuple(field for field in _ROW_TYPES[self._naming.kind] if field in _stated(columns))
        for batch in batches:
            yield batch
            watch()

    def _lines_read(self) -> int:
        return self._rows + self._findings.refused

    def _watch(self, position: Callable[[], int], total: int | None) -> Callable[[], None]:
        def watch() -> None:
            if self._progress is not None:
                self._progress(position(), total)

        return watch


def _stated(columns: Columns) -> set[str]:
    """The fields of the row type that the columns fill; a status also says how somebody stands."""
    fields = set(columns.at)
    return fields | {"standing"} if "status" in fields else fields
