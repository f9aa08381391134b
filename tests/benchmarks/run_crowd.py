"""A crowd before a server for a team: `uv run python tests/benchmarks/run_crowd.py [--clients N] [--seconds S]`.

Four workers on a PostgreSQL of this run; as many viewers, each with a token and a connection of their own. Each is
refused once by their own name, then looks somebody up, waits, and looks again. Says how many calls were answered how,
and how long they took; ends with 1 if a single one was not as it should be, or not by the name of whoever called.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from axure_lifecycle.domain.access import Role
from tests.benchmarks.over_http import TEAM, postgres, team_home
from tests.benchmarks.places import Workplace
from tests.web.crowd import gather
from tests.web.serving import configure, give_tokens, serve


def main() -> int:
    parser = argparse.ArgumentParser(description="Many people at one server.")
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds from one call of a person to the next")
    parser.add_argument("--workers", type=int, default=4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="axure-lifecycle-crowd-") as folder, postgres() as url:
        place = Workplace(Path(folder), 1_000, runs=1, starts=1, calls=1, tell=lambda _: None)
        home = team_home(place, "crowd", url)
        configure(home, f"{TEAM}\nworkers = {arguments.workers}", store=url)
        people = {f"person{number}@polder.example": [Role.VIEWER] for number in range(arguments.clients)}
        tokens = give_tokens(home, people)
        with serve(home) as served:
            seen = gather(served.mcp, tokens, arguments.seconds, arguments.pause)
            lines = served.lines_of(seen.asked_by)
            ended = [line for line in served.lines if line["event"] == "worker_ended"]
    seen.mistaken += [each for each, line in lines.items() if line["who"] != seen.asked_by[each]]
    median, late = (quantiles(seen.seconds, n=100)[at] for at in (49, 98))
    print(
        f"{arguments.clients} people, {len(seen.seconds):,} calls, {len(seen.seconds) / arguments.seconds:.0f} a second"
    )
    print(f"median {median * 1_000:.0f} ms, 99 of 100 within {late * 1_000:.0f} ms")
    print(f"statuses {dict(seen.statuses)}, broken connections {dict(seen.troubles)}")
    print(f"refusals {len(seen.refused)}, taken for somebody else {len(seen.mistaken)}")
    return 0 if seen.is_clean and not ended else 1


if __name__ == "__main__":
    raise SystemExit(main())
