"""What is in force, kept from look to look for as long as nothing was written.

Whatever changes what counts appends to the trail. So the head of the trail, one small read within the transaction that
looks, says whether what an earlier look found is still so. What lies ready for an import moves no head, and none of it
is kept here.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.store import sources, trail
from axure_lifecycle.store.sources import Standing

RoleCounts = dict[tuple[int, tuple[str, ...]], dict[str, int]]
"""By a roster's snapshot and the roles that somebody holds: role → how many members hold it."""


@dataclass(slots=True)
class Remembered:
    """What one state of the store says."""

    head: tuple[int, str]
    """Number and hash of the trail's last record."""
    standing: Standing
    """What is in force when every source counts that there is."""
    newest: str
    """When the newest source was taken: at any moment from then on the same is in force."""
    before: dict[int, Source | None] = field(default_factory=dict[int, Source | None])
    """By the id of a source: what it is measured by."""
    roles: RoleCounts = field(default_factory=RoleCounts)

    def stands_at(self, as_of: datetime | None) -> bool:
        """Whether this is also what was in force at a moment."""
        return as_of is None or moment(as_of) >= self.newest


class Memory:
    """Of one store, shared by its readers in all threads: each takes and leaves whole states."""

    def __init__(self) -> None:
        self._last: Remembered | None = None

    @property
    def last(self) -> Remembered | None:
        """The state that the newest look saw, which may have passed."""
        return self._last

    def recall(self, connection: Connection) -> Remembered:
        """The state that this connection sees."""
        head, last = trail.head(connection), self._last
        if last is None or last.head != head:
            last = self._last = Remembered(head, sources.stand(connection, None), sources.newest(connection))
        return last
