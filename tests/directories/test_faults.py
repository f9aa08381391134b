"""Faults at random places of a read: the last complete read or the new one is in force, and never a mixture."""

from functools import partial
from pathlib import Path

import pytest

from tests.directories.ldap_rigs import open_active_directory, open_openldap
from tests.directories.rigs import VENDORS, open_vendor
from tests.directories.troubles import begin_beside

PEOPLE = 600
TROUBLES = 7
"""Of each vendor; the full size is `uv run python -m tests.benchmarks.troubles`."""
MORE_TROUBLES = 12
"""Of OpenLDAP and of Active Directory, whose reads are short."""


@pytest.mark.parametrize("name", list(VENDORS))
def test_after_any_fault_the_old_or_the_new_read_is_in_force_and_no_change_is_lost(name: str, tmp_path: Path) -> None:
    first = list(VENDORS).index(name) * TROUBLES
    with begin_beside(partial(open_vendor, name), tmp_path / "home", PEOPLE, seed=first) as beside:
        for seed in range(first, first + TROUBLES):
            beside.meet(seed)
    assert sum(beside.outcomes.values()) == TROUBLES


@pytest.mark.peer("slapd")
def test_the_same_holds_of_a_real_openldap(has_openldap: None, tmp_path: Path) -> None:
    with begin_beside(partial(open_openldap, tmp_path / "openldap"), tmp_path / "home", PEOPLE, seed=100) as beside:
        for seed in range(100, 100 + MORE_TROUBLES):
            beside.meet(seed)
    assert sum(beside.outcomes.values()) == MORE_TROUBLES


@pytest.mark.peer("samba")
def test_the_same_holds_of_the_changes_that_a_real_domain_controller_tells(domain: Path, tmp_path: Path) -> None:
    open_rig = partial(open_active_directory, domain, tmp_path / "samba")
    with begin_beside(open_rig, tmp_path / "home", PEOPLE, seed=200) as beside:
        for seed in range(200, 200 + MORE_TROUBLES):
            beside.meet(seed)
    assert sum(beside.outcomes.values()) == MORE_TROUBLES
