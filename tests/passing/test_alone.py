"""Two who would work on one store at once: who gives way, and who is believed to be gone."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from axure_lifecycle.domain.passing import PassUnderWay
from axure_lifecycle_tools import alone as leases
from axure_lifecycle_tools.alone import LEASE_LASTS, alone, name_holder
from tests.passing.firm import Firm, open_firm


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """A firm that nobody has told anything yet."""
    with open_firm(tmp_path) as found:
        yield found


def number_of_the_dead() -> int:
    """The number of a process that has ended, in this place."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def leave(firm: Firm, holder: str) -> None:
    """A lease that somebody holds."""
    desk = firm.desk()
    with desk.store.writing(desk.actor) as change:
        change.take_lease("work", holder, firm.days.at + LEASE_LASTS)


def test_whoever_was_killed_here_holds_nobody_up(firm: Firm) -> None:
    machine, number, *rest = name_holder().split("/")
    assert (machine, number) == (socket.gethostname(), str(os.getpid()))
    leave(firm, "/".join([machine, str(number_of_the_dead()), *rest]))
    with alone(firm.desk(), "work") as check:
        check()


@pytest.mark.parametrize("place", ["another-container", ""])
def test_a_process_of_another_container_of_the_same_name_is_not_taken_for_dead(firm: Firm, place: str) -> None:
    machine, _, _, drawn = name_holder().split("/")
    leave(firm, "/".join(filter(None, [machine, str(number_of_the_dead()), place, drawn])))
    with pytest.raises(PassUnderWay), alone(firm.desk(), "work"):
        pass
    firm.pass_by(minutes=11)
    with alone(firm.desk(), "work") as check:
        check()


def test_the_first_process_of_two_containers_is_not_one_and_the_same(firm: Firm) -> None:
    """Their machine, process and thread have the same names."""
    with alone(firm.desk(), "work") as check:
        with pytest.raises(PassUnderWay, match=f"process {os.getpid()},"), alone(firm.desk(), "work"):
            pass
        check()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has places within a machine")
def test_where_a_place_cannot_be_told_every_process_is_in_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", refuse)
    places = set[str]()
    for _ in range(2):
        leases.tell_place.cache_clear()
        places |= {leases.tell_place(), leases.tell_place()}
    leases.tell_place.cache_clear()
    assert len(places) == 2
