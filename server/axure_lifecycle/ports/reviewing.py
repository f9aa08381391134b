"""Reviews: campaigns in which people decide who keeps access."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.reviews import Review, ReviewDecision, ReviewKind
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.ports.records import Page


class Reviewed(NamedTuple):
    """One person of a review."""

    address: Address
    decision: ReviewDecision | None
    """The one that counts."""


class ReviewView(Protocol):
    """The part of `View` that is about reviews."""

    def review(self, number: int) -> Review:
        """Raises `ReviewUnknown`."""
        ...

    def reviews(self, page: Page) -> tuple[Sequence[Review], str | None, int]:
        """Newest first; the cursor of the next part; how many there are."""
        ...

    def reviewed(
        self, number: int, *, after: Address | None = None, most: int | None = None, is_undecided: bool = False
    ) -> Iterator[Reviewed]:
        """The people of a review by address, from `after` on, exclusive; only the undecided where that is asked."""
        ...

    def reviewed_among(self, number: int, addresses: Sequence[Address]) -> Mapping[Address, ReviewDecision | None]:
        """Of these addresses those that stand in the review, with the decision that counts."""
        ...

    def newest_decisions(self, addresses: Sequence[Address]) -> Mapping[Address, ReviewDecision]:
        """The newest decision that counts about each of these people, in any review; the others are missing."""
        ...


class ReviewChange(ReviewView, Protocol):
    """The part of a transaction that is about reviews; each method appends the record that it names."""

    def open_review(self, title: str, source: Source, due_on: date | None) -> Review:
        """Everybody whom this members roster lists and does not show as deactivated. Trail: `review.opened`."""
        ...

    def decide_in_review(
        self,
        review: Review,
        address: Address,
        kind: ReviewKind,
        *,
        role: str | None,
        reason: str,
        assurance: Assurance,
        question_digest: str,
        case_id: int | None,
    ) -> ReviewDecision:
        """Write down what somebody decided; it counts where it is confirmed. Trail: `review.decided`."""
        ...

    def close_review(self, review: Review, unfinished_because: str | None) -> Review:
        """End it, with the digest of every decision that counts. Trail: `review.closed`."""
        ...
