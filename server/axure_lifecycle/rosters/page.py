"""A saved page: the table in it that holds addresses, or whatever else on it repeats around addresses.

A table is made of `table`, `tr`, `td`, or of the ARIA roles for the same. Where a page has none, the largest elements
that hold exactly one address each, side by side under one parent, are its rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.rosters.counts import find_stated_count
from axure_lifecycle.rosters.headers import Naming
from axure_lifecycle.rosters.inference import is_address, is_role
from axure_lifecycle.rosters.markup import MOST_ELEMENTS, Element, TooManyElements, is_hidden, parse_markup
from axure_lifecycle.rosters.page_text import parted, segments_of
from axure_lifecycle.rosters.records import CHUNK, Chunk, Findings
from axure_lifecycle.rosters.refusals import RosterUnreadable
from axure_lifecycle.rosters.tables import sample
from axure_lifecycle.rosters.values import is_member_status

MOST_CHARACTERS: Final = 20_000_000
"""A page is held in memory as a tree."""

_CELL_ROLES: Final = frozenset({"cell", "gridcell", "columnheader", "rowheader"})
_MOST_SPAN: Final = 100
_LONGEST_INITIALS: Final = 3
_LEAST_REPEATED: Final = 2

Cell = list[str]
"""The segments of one cell."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table as it stands on the page, and as lines of cells."""

    elements: Sequence[Element]
    lines: list[list[str]]
    weight: int
    """How many rows hold an address."""


def read_page(text: str, naming: Naming, findings: Findings) -> Iterator[Chunk]:
    """The rows of the page, a line being the number of the row in its table, from 1, headers included."""
    try:
        page = parse_markup(text)
    except TooManyElements:
        obstacle = f"the page is made of more than {MOST_ELEMENTS:,} elements"
        raise RosterUnreadable(naming.name, obstacle, "Save the table alone, as CSV.") from None
    rows, elements = _choose([_as_grid(rows, naming.kind) for rows in _row_groups(page)], naming)
    if not rows:
        rows, elements = _repeated(page, naming)
    for segment in segments_of(page, without=elements):
        count = find_stated_count([segment])
        findings.stated_count = findings.stated_count if count is None else count
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        yield Chunk(list(range(start + 1, start + 1 + len(some))), some)


def _row_groups(page: Element) -> list[list[Element]]:
    """The rows of every table of the page, in reading order."""
    found: dict[int, list[Element]] = {}
    todo = [page]
    while todo:
        element = todo.pop()
        if is_hidden(element):
            continue
        todo.extend(reversed(list(element.children)))
        if element.is_row:
            found.setdefault(id(_grid_of(element)), []).append(element)
    return list(found.values())


def _grid_of(row: Element) -> Element:
    above = row.parent
    while above is not None:
        if above.is_grid:
            return above
        above = above.parent
    return row.parent or row


def _cells(row: Element) -> list[Cell]:
    cells: list[Cell] = []
    todo = list(reversed(list(row.children)))
    while todo:
        element = todo.pop()
        if is_hidden(element):
            continue
        if element.tag in {"td", "th"} or element.role in _CELL_ROLES:
            cells.append(segments_of(element, is_table_left_out=True))
            cells.extend([] for _ in range(_span(element) - 1))
        elif not element.is_grid and not element.is_row:
            todo.extend(reversed(list(element.children)))
    if not cells:
        cells = [segments_of(child, is_table_left_out=True) for child in row.children if not is_hidden(child)]
    return cells


def _span(cell: Element) -> int:
    text = cell.attributes.get("colspan", cell.attributes.get("aria-colspan", "1")).strip()
    return min(int(text), _MOST_SPAN) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_INITIALS else 1


def _choose(grids: Sequence[_Grid], naming: Naming) -> tuple[list[list[str]], list[Element]]:
    """The table of the roster, together with all further tables that repeat its headers, as plain cells.

    Some pages keep the headers in a table of their own above the rows.
    """
    found = [naming.find(sample(grid.lines)) for grid in grids]
    ranks = [
        (at is not None and grid.weight > 0, grid.weight, at is not None) for at, grid in zip(found, grids, strict=True)
    ]
    best = max(range(len(grids)), key=lambda index: ranks[index], default=None)
    if best is None or not any(ranks[best]):
        return [], []
    lines, elements = list(grids[best].lines), list(grids[best].elements)
    own = found[best]
    if own is None and best > 0 and (above := found[best - 1]) is not None:
        return [*grids[best - 1].lines[: above[0] + 1], *lines], [*grids[best - 1].elements, *elements]
    if own is not None:
        headers = lines[own[0]]
        for index, other in enumerate(grids):
            if index != best and headers in sample(other.lines):
                lines.extend(other.lines[other.lines.index(headers) + 1 :])
                elements.extend(other.elements)
    return lines, elements


def _as_grid(elements: Sequence[Element], kind: RosterKind) -> _Grid:
    """The rows as lines of cells. A column in which name and address share a cell becomes two."""
    rows = [_cells(element) for element in elements]
    weight = sum(any("@" in segment for cell in row for segment in cell) for row in rows)
    lines = [[_text(cell) for cell in row] for row in rows]
    if kind is RosterKind.SEATS or not weight or any(is_address(text) for line in lines for text in line):
        return _Grid(elements, lines, weight)
    columns = [index for row in rows for index, cell in enumerate(row) if _shared_address(cell)]
    if not columns:
        return _Grid(elements, lines, weight)
    shared = max(set(columns), key=columns.count)
    width = max(map(len, rows))
    for line, row in zip(lines, rows, strict=True):
        line.extend("" for _ in range(width - len(line)))
        address = _shared_address(row[shared]) if shared < len(row) else None
        if address is not None:
            line[shared] = _name_in(parted(row[shared]))
        line.append(address or ("Email" if line is lines[0] else ""))
    return _Grid(elements, lines, weight)


def _text(cell: Cell) -> str:
    """The cell as one text; an address beside a name is what the name links to."""
    others = [segment for segment in cell if not is_address(segment)]
    return " ".join(dict.fromkeys(others or cell))


def _shared_address(cell: Cell) -> str | None:
    segments = parted(cell)
    addresses = [segment for segment in segments if is_address(segment)]
    return addresses[0] if len(addresses) == 1 and len(segments) > 1 else None


def _name_in(segments: Cell) -> str:
    """The first segment that can be a name: no address, no word of Axure's, no initials beside a longer name."""
    names = [
        segment
        for segment in segments
        if not is_address(segment) and not is_member_status(segment) and not is_role(segment)
    ]
    longer = [name for name in names if len(name) > _LONGEST_INITIALS or not name.isupper()]
    return next(iter(longer or names), "")


def _repeated(page: Element, naming: Naming) -> tuple[list[list[str]], list[Element]]:
    """The repeated elements of a page without a table, as lines with headers; nothing when nothing repeats."""
    if naming.kind is RosterKind.SEATS:
        return [], []
    records = _records(page)
    if not records:
        return [], []
    segments = [parted(segments_of(record)) for record in records]
    headers = _headers_above(records[0], segments, naming)
    if headers is not None:
        return [headers[0], *segments], [headers[1], *records]
    lines = [["Name", "Email", "System Role", "Status"]]
    for some in segments:
        address = next(segment for segment in some if is_address(segment))
        role = next(filter(is_role, some), "")
        status = next(filter(is_member_status, some), "")
        lines.append([_name_in(some), address, role, status])
    stated = [index for index, column in enumerate(zip(*lines[1:], strict=True)) if any(column)]
    return [[line[index] for index in stated] for line in lines], records


def _records(page: Element) -> list[Element]:
    """The elements that hold one address each, under the parent that has the most of them."""
    counts: dict[int, int] = {}
    order: list[Element] = []
    todo = [page]
    while todo:
        element = todo.pop()
        if not is_hidden(element):
            order.append(element)
            todo.extend(element.children)
    groups: dict[int, list[Element]] = {}
    for element in reversed(order):
        inner = [child for child in element.children if id(child) in counts]
        own = parted(segments_of(element, without=inner)) if element.content else []
        counts[id(element)] = sum(map(is_address, own)) + sum(counts[id(child)] for child in inner)
        single = [child for child in inner if counts[id(child)] == 1]
        if counts[id(element)] >= _LEAST_REPEATED and single:
            groups[id(element)] = single
    no_records: list[Element] = []
    return max(groups.values(), key=len, default=no_records)


def _headers_above(first: Element, records: Sequence[Cell], naming: Naming) -> tuple[list[str], Element] | None:
    """A line of headers in front of the first record, or in front of what holds it, with a header for each segment."""
    width = len(records[0])
    if any(len(record) != width for record in records):
        return None
    inside = first
    for _ in range(3):
        if inside.parent is None:
            return None
        siblings = list(inside.parent.children)
        for candidate in reversed(siblings[: siblings.index(inside)]):
            headers = segments_of(candidate)
            if len(headers) == width and naming.is_enough(naming.recognise(headers)):
                return headers, candidate
        inside = inside.parent
    return None
