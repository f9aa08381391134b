"""Faults at random places of the reads of a large directory: `uv run python -m tests.benchmarks.troubles`.

Not timed beside anything: it asserts. `--seeds 200 --people 50000` is the full size and the default, for the three
vendors. `--only openldap` and `--only active_directory` take real servers, the latter with some hundred people.
The check runs the same story small (tests/directories/test_faults.py). Prints how the attempts ended; the first wrong
state ends the run.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

from tests.directories.ldap_rigs import open_active_directory, open_openldap
from tests.directories.peers import samba
from tests.directories.rigs import VENDORS, Rig, open_vendor
from tests.directories.troubles import begin_beside
from tests.directories.vendors.people import Organisation

A_STORE: Final = 20
"""Troubles that one store goes through, each standing on the one before."""
Open = Callable[[Organisation], AbstractContextManager[Rig]]
SERVERS: Final[Mapping[str, Callable[[Path], Open]]] = {
    "openldap": lambda folder: partial(open_openldap, folder),
    "active_directory": lambda folder: partial(open_active_directory, samba.provision(folder / "domain"), folder),
}
"""Real servers, which need a new folder."""


def run_troubles(seeds: Sequence[int], people: int, folder: Path, vendors: Sequence[str]) -> Counter[str]:
    """Each seed once, the vendors by turns; how the attempts ended.

    Parts that begin at a multiple of `A_STORE` meet together what the whole meets.
    """
    outcomes: Counter[str] = Counter()
    for begin in range(0, len(seeds), A_STORE):
        some = seeds[begin : begin + A_STORE]
        name = vendors[some[0] // A_STORE % len(vendors)]
        begun = monotonic()
        with tempfile.TemporaryDirectory(dir=folder) as place:
            open_rig = SERVERS[name](Path(place)) if name in SERVERS else partial(open_vendor, name)
            with begin_beside(open_rig, Path(place) / "home", people, seed=some[0]) as beside:
                for seed in some:
                    beside.meet(seed)
            outcomes.update({f"{name}: {how}": count for how, count in beside.outcomes.items()})
        told = ", ".join(f"{count} {how}" for how, count in sorted(beside.outcomes.items()))
        seconds = monotonic() - begun
        print(f"{name}, seeds {some[0]} to {some[-1]}: as they should be ({told}), {seconds:.0f} s", flush=True)
    return outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description="Read a large directory while faults strike, and look what counts.")
    parser.add_argument("--seeds", type=int, default=200, help="how many faulty reads; default 200")
    parser.add_argument("--first", type=int, default=0, help="the first seed; default 0")
    parser.add_argument("--people", type=int, default=50_000, help="people in each directory; default 50000")
    parser.add_argument("--only", action="append", choices=[*VENDORS, *SERVERS], help="this one alone; repeatable")
    arguments = parser.parse_args()
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    with tempfile.TemporaryDirectory(prefix="axure-lifecycle-troubles-") as folder:
        outcomes = run_troubles(seeds, arguments.people, Path(folder), arguments.only or list(VENDORS))
    for how, count in sorted(outcomes.items()):
        print(f"{count:5}  {how}")


if __name__ == "__main__":
    main()
