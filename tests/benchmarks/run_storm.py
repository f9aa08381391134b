"""A storm of pushes, cut by kills: `uv run python tests/benchmarks/run_storm.py [--people N] [--kills K]`.

An initial cycle of so many people from eight connections, with retries, duplicates and another order, to a server that
is killed and started again in between: while it takes pushes, while it opens cases meanwhile, and while it opens the
rest. Then the same cycle, said as the library understands it, to the library's own application over its store in
memory, which keeps nothing, opens nothing and is not killed. Says how it went; ends with 1 unless everybody is there
exactly once, as they are wanted, with a record for each change, and exactly the right cases stand.
"""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.over_http import postgres
from tests.benchmarks.provisioning import in_memory
from tests.scim.aftermath import Struck, assert_as_wanted, free_port, make_stormy_home
from tests.scim.pushing import give_scim_token
from tests.scim.storm import Storm, Weathered, everybody


def main() -> int:
    parser = argparse.ArgumentParser(description="Push many people to a server that is killed meanwhile.")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=6, help="every second one while cases are opened")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of this run; default: SQLite")
    arguments = parser.parse_args()
    people = everybody(arguments.people)
    with tempfile.TemporaryDirectory(prefix="axure-lifecycle-storm-") as folder, ExitStack() as opened:
        store = opened.enter_context(postgres()) if arguments.postgres else None
        home = make_stormy_home(Path(folder) / "home", people, store)
        port, token = free_port(), give_scim_token(home, "entra")
        with ExitStack() as serving:
            struck = Struck(home, port, serving)
            storm = Storm(port, token, people, seed=7)
            seen = storm.rage(
                {
                    (number + 1) / (arguments.kills + 1): struck.strike_settling if number % 2 else struck.strike
                    for number in range(arguments.kills)
                }
            )
            say(f"{arguments.people:,} people pushed", seen)
            begun = time.monotonic()
            if arguments.kills:
                struck.strike_settling()
            struck.wait_until_settled(lambda left: print(f"{left:,} wishes are not settled", file=sys.stderr))
            print(f"settled {time.monotonic() - begun:.0f} s later")
            print(f"{struck.strikes} kills, {struck.cut} of them while wishes were settled", flush=True)
        told = assert_as_wanted(home, people, seen)
        print(f"exactly the right cases: {dict(told)}; everybody is there once, as they are wanted; the trail holds")
        with in_memory() as port:
            say("in memory", Storm(port, "any", everybody(len(people), is_plain=True), seed=7, root="/v2").rage())
    return 0


def say(what: str, seen: Weathered) -> None:
    print(
        f"{what}: {seen.requests:,} requests answered in {seen.seconds:.0f} s, "
        f"{seen.requests / seen.seconds:.0f} a second; "
        f"{seen.in_a_row} said twice in a row, {seen.at_once} twice at once; "
        f"answers {dict(sorted(seen.answers.items()))}, never answered {seen.unanswered}",
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(main())
