"""What a roster says about itself."""

import pytest

from axure_lifecycle.domain.rosters import Totals, is_count_in_agreement


@pytest.mark.parametrize(
    ("rows", "refused", "stated", "agrees"),
    [
        (206, 0, 206, True),
        (204, 2, 206, True),  # refused lines are lines of the page too
        (206, 0, 207, False),
        (206, 0, 205, False),
        (206, 2, 206, False),
        (0, 0, 0, True),
        (206, 0, None, None),  # no count line says nothing
        (0, 0, None, None),
    ],
)
def test_a_count_line_agrees_or_disagrees_or_is_not_there(
    rows: int, refused: int, stated: int | None, agrees: bool | None
) -> None:
    totals = Totals(rows, stated, ("address",), "pasted_page", (), refused)
    assert is_count_in_agreement(totals) is agrees
