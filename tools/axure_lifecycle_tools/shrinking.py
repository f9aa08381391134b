"""A roster that lost too many rows: said before anybody says yes to it."""

from typing import Final

from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.ports import Preview, View
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import plural


def measured_by(view: View, preview: Preview) -> Source | None:
    """What a roster that lies ready will be measured by, once it is in force; see `View.source_before`."""
    newest = preview.compared_with
    if newest is None or newest.assurance >= Assurance.CONFIRMED:
        return newest
    before = view.source_before(newest)
    return before if before is not None and before.assurance >= Assurance.CONFIRMED else newest


def doubt_of(desk: Desk, before: Source | None, rows: int) -> str:
    """Why so many rows are probably not all of them, as a sentence; empty where nothing speaks against them."""
    if before is None or not desk.limits.is_shrunken(before=before.rows, now=rows):
        return ""
    return f"It has {plural(rows, 'row')} where {before.name} has {before.rows:,}: this is probably a part of the list."


FOLLOWS: Final = (
    "Imported like this it names no leaver, and nobody whom it leaves out counts as gone. Bring the whole list, or "
    "import it if the organisation really shrank: a second roster of that size, taken later, counts again."
)
"""What comes of such a roster, and what to do."""
