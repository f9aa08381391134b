"""A directory that tells what somebody wrote down for it, and that can break off anywhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from axure_lifecycle.domain.holdings import Actor, Assurance, Channel, System
from axure_lifecycle.domain.rosters import Mistake, Totals
from axure_lifecycle.domain.sources import Moments, Source
from axure_lifecycle.ports import DirectoryEntry, Ending, Preview
from tests.store.desk import DIRECTORY_COLUMNS, OKTA, Desk

SYNC = Actor("pat@acme.example", Channel.DIRECTORY)


class WentAway(Exception):
    """The directory's server is gone in the middle."""


@dataclass
class Told:
    """A read whose pages are there already."""

    pages: Sequence[Sequence[DirectoryEntry]]
    is_full: bool = True
    assignments: bool | None = None
    breaks_before: int | None = None
    """The page, from 0, before which it breaks off; as many as there are pages: after the last one."""
    columns: tuple[str, ...] = DIRECTORY_COLUMNS
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
    there: tuple[DirectoryEntry, ...] = ()
    """Whoever is there although no page has them."""
    asked: list[str] = field(default_factory=list[str])
    """Who was asked for one by one."""

    def look_again(self, keys: Sequence[str]) -> Iterator[list[DirectoryEntry]]:
        """One by one."""
        self.asked = list(keys)
        yield [one for one in self.there if one.key in keys]

    def batches(self) -> Iterator[list[DirectoryEntry]]:
        """The pages."""
        for number, page in enumerate(self.pages):
            if number == self.breaks_before:
                raise WentAway
            yield list(page)
        if self.breaks_before == len(self.pages):
            raise WentAway

    def ending(self) -> Ending:
        """What it says at the end."""
        rows = sum(map(len, self.pages))
        totals = Totals(rows, None, self.columns, "okta", self.mistakes, len(self.mistakes), self.notes)
        return Ending(totals, "cursor-1", self.assignments)


def count(desk: Desk, preview: Preview, system: System = OKTA) -> Source:
    """Make a read that lies ready count."""
    with desk.store.writing(SYNC) as change:
        return change.import_snapshot(
            preview.snapshot,
            Moments(desk.clock.now(), True, desk.clock.now()),
            is_complete=True,
            label=system.name,
            assurance=Assurance.CONFIRMED,
        )


def read(desk: Desk, *pages: Sequence[DirectoryEntry], after: Source | None = None, **more: bool | None) -> Source:
    """Read a directory to its end, in full or as changes after a source, and make it count."""
    told = Told(pages, is_full=after is None, assignments=more.get("assignments"))
    return count(desk, desk.store.stage_read(OKTA, told, base=None if after is None else after.id))
