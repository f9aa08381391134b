"""What an auditor's bundle is made of, and erasing a person: the parts of a view and of a transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from axure_lifecycle.domain.checkpoints import Checkpoint
from axure_lifecycle.domain.erasing import Erasure, Traces

Told = Mapping[str, Any]
"""A row as it stands in the store, by the names of its columns; what is kept as JSON is read already."""


class Span(NamedTuple):
    """The records of some days, and where the trail begins and ends."""

    first: int | None
    """The first record of these days or later; None where the trail ends before."""
    last: int | None
    """The last record of these days or earlier; None where the trail begins after."""
    begun_at: str | None
    """Of the first record of all, UTC in the trail's form; None for an empty trail."""
    ended_at: str | None
    """Of the last record of all."""


class AuditView(Protocol):
    """The part of a view that is about bundles; everything that grows is streamed."""

    def trail_head(self) -> tuple[int, str]:
        """Number and hash of the last record; 0 and 64 zeros for an empty trail."""
        ...

    def trail_span(self, begin: datetime, end: datetime) -> Span:
        """The records from `begin` on and before `end`, UTC. One pass over the trail's moments."""
        ...

    def checkpoints(self, until: int) -> Iterator[Checkpoint]:
        """Those of heads up to this record, oldest first."""
        ...

    def cases_moved(self, begin: datetime, end: datetime) -> Iterator[int]:
        """Numbers of cases that were opened or joined, or about which somebody said, approved or attached something.

        From `begin` on and before `end`; in no order, and some several times.
        """
        ...

    def told_cases(self, wanted: Collection[int]) -> Iterator[Told]:
        """These cases by their numbers, each with its `people`, `steps`, `parts` and `checks`."""
        ...

    def told_claims(self, wanted: Collection[int]) -> Iterator[Told]:
        """What was said about these cases, by number, what was taken back included."""
        ...

    def told_approvals(self, wanted: Collection[int]) -> Iterator[Told]:
        """The approvals of these cases, by number."""
        ...

    def told_evidence(self, wanted: Collection[int]) -> Iterator[Told]:
        """What was attached to these cases, by number, what was taken back or erased included."""
        ...

    def told_sources(self, begin: datetime, end: datetime, wanted: Collection[int]) -> Iterator[Told]:
        """The sources that came, were confirmed or taken back in that time, and these, by number; no rows."""
        ...

    def traces_of(self, addresses: Sequence[str]) -> Traces:
        """What stands in the way of erasing a person with these addresses, and every address that goes with them."""
        ...


class AuditChange(AuditView, Protocol):
    """The part of a transaction that is about checkpoints and erasing."""

    def keep_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep a signed head. It leaves no trail record: it would move the head that it speaks of."""
        ...

    def erase_person(self, addresses: Sequence[str], *, pseudonym: str, reason: str) -> Erasure:
        """Erase what names a person; `pseudonym` takes the place of their addresses where a row must stay.

        Trail: `person.erased`, without a word about who it was. Reads every payload and every text once.
        """
        ...
