"""What seats cost, where the organisation configured prices. Without a price nothing is estimated."""

from collections.abc import Iterable
from decimal import Decimal

from axure_lifecycle.domain.organization import Policy


def yearly(editions: Iterable[str | None], policy: Policy) -> tuple[dict[str, Decimal], int]:
    """The yearly cost of seats by currency, and how many seats have no configured price."""
    totals: dict[str, Decimal] = {}
    unpriced = 0
    for edition in editions:
        price = policy.price_of(edition)
        if price is None:
            unpriced += 1
        else:
            totals[price.currency] = totals.get(price.currency, Decimal(0)) + price.yearly
    return totals, unpriced
