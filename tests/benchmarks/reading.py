"""Directories read over TLS from a server beside, by the product's readers and by bare loops over the same pages."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import MIB, Figure
from tests.benchmarks.places import Workplace
from tests.benchmarks.processes import ROOT, Ended, alternate, child, environment, run_child
from tests.directories.peers.daemons import find_program

VENDORS: Final = ("okta", "entra", "google")
OPENLDAP: Final = "openldap"
MOST: Final = 100_000
"""People in the directory, however many others there are in the run."""
SLACK: Final = 16 * MIB
"""How much more ten times the people may hold."""


def read(place: Workplace) -> list[Figure]:
    """Each vendor's people, taken page by page, beside the pages parsed and counted. The seconds are a child's own,
    after its imports: of signing in, asking, parsing, and for ours of making rows.
    """
    return [_read_beside(place, name, min(place.size, MOST)) for name in VENDORS]


def read_ldap(place: Workplace) -> list[Figure]:
    """The same of a real OpenLDAP, beside a bare loop of sansldap that parses every entry of the same pages."""
    if find_program("slapd") is None:
        place.tell("no slapd is here, so there is no row for LDAP")
        return []
    return [_read_beside(place, OPENLDAP, min(place.size, MOST), baseline="plain_ldap")]


def _read_beside(place: Workplace, name: str, people: int, baseline: str = "plain_pages") -> Figure:
    with _serve(name, max(people // 10, 1), place.folder) as credentials:
        small = run_child("read_directory", name, credentials).peak
    place.tell(f"serving {people:,} people of {name}")
    with _serve(name, people, place.folder) as credentials:

        def run(what: str) -> Ended:
            ended = run_child(what, name, credentials)
            place.tell(f"{what} {ended.said['seconds']:.2f} s, of a processor {ended.said['processor']:.2f} s")
            return ended

        run(baseline)  # the server makes what it has not made yet
        took, beside = alternate(place.runs, lambda: run("read_directory"), lambda: run(baseline))
    return Figure(
        name=f"read of {people:,} people of {name}",
        ours=[each.said["seconds"] for each in took],
        baseline=[each.said["seconds"] for each in beside],
        allowed=1.5,
        peak=max(each.peak for each in took),
        allowed_peak=small + SLACK,
        outcome=took[0].said["outcome"],
        agrees=all(one.said["outcome"] == other.said["outcome"] for one, other in zip(took, beside, strict=True)),
    )


@contextmanager
def _serve(name: str, people: int, folder: Path) -> Generator[Path]:
    """The vendor in a process of its own; the file with its address and credentials. Its module stays unimported here,
    because children are never said to hold less than their parent.
    """
    command = [sys.executable, "-m", "tests.directories.vendors.serving", name, str(people), "--seed", "1"]
    if name == OPENLDAP:
        command = child("serve_openldap", str(people), folder / f"{name}-{people}")
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        file = folder / f"{name}-{people}.json"
        file.write_bytes(process.stdout.readline())
        yield file
        process.stdin.close()  # it ends when its input does
