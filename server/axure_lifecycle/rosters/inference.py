"""A members table without headers: which column is which, by what the columns hold.

Only what cannot be anything else is recognised. A column of yes and no may be Use SSO or may be a newsletter, so it
stays "not stated".
"""

from collections.abc import Callable, Sequence
from typing import Final

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.rosters.headers import Columns
from axure_lifecycle.rosters.values import is_member_status
from axure_lifecycle.rosters.words import ROLES

_HEADERS: Final = {"address": "Email", "display_name": "Name", "role": "System Role", "status": "Status"}


def is_role(cell: str) -> bool:
    """Whether the cell is one of the levels of Cloud for Business."""
    return cell.strip().casefold() in ROLES


def is_address(cell: str) -> bool:
    """Whether the cell is an address and nothing else."""
    return "@" in cell and normal(cell) is not None


def infer_columns(lines: Sequence[Sequence[str]]) -> tuple[int, Columns] | None:
    """The index of the first row and the columns; None when no column holds addresses, or more than one does."""
    start = next((index for index, cells in enumerate(lines) if any(map(is_address, cells))), None)
    if start is None:
        return None
    width = len(lines[start])
    below = [cells for cells in lines[start:] if any("@" in cell for cell in cells)]
    rows = [cells for cells in below if len(cells) == width and any(map(is_address, cells))]
    if len(rows) * 2 <= len(below):
        return None
    kinds = [_kind([cells[index].strip() for cells in rows]) for index in range(width)]
    if kinds.count("address") != 1:
        return None
    at = {kind: kinds.index(kind) for kind in ("address", "role", "status") if kinds.count(kind) == 1}
    before = at["address"] - 1
    if before >= 0 and kinds[before] == "text":
        at["display_name"] = before
    names = {index: _HEADERS[field] for field, index in at.items()}
    headers = tuple(names.get(index, "") for index in range(width))
    return start, Columns(at, headers, is_inferred=True)


def _kind(cells: Sequence[str]) -> str:
    filled = [cell for cell in cells if cell]
    tests: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("address", is_address),
        ("status", is_member_status),
        ("role", is_role),
    )
    for kind, test in tests:
        if filled and all(map(test, filled)):
            return kind
    return "text" if filled else ""
