"""Faults at random places of a read: the last complete read or the new one is in force, and never a mixture."""

from functools import partial
from pathlib import Path

import pytest

from tests.directories.rigs import VENDORS, open_vendor
from tests.directories.troubles import begin_beside

PEOPLE = 600
TROUBLES = 7
"""Of each vendor; the full size is `uv run python -m tests.benchmarks.troubles`."""


@pytest.mark.parametrize("name", list(VENDORS))
def test_after_any_fault_the_old_or_the_new_read_is_in_force_and_no_change_is_lost(name: str, tmp_path: Path) -> None:
    first = list(VENDORS).index(name) * TROUBLES
    with begin_beside(partial(open_vendor, name), tmp_path / "home", PEOPLE, seed=first) as beside:
        for seed in range(first, first + TROUBLES):
            beside.meet(seed)
    assert sum(beside.outcomes.values()) == TROUBLES
